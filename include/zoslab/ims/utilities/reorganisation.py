"""DFSURGU0 and DFSURGL0, HD Reorganization Unload and Reload. Source: IMS Database Utilities.

PARM names the database, also as ``ULU,DFSURGU0,name``. DFSURGU1 is the unloaded database, DFSUINPT what is reloaded.
Own layout: a header with the database, then one record for each segment in
hierarchic order: name 8, level 1, data. Supported: HDAM and HIDAM whose dependents have a key or
RULES=(,LAST): others are refused, because the order of their twins would change. A reload builds the primary and the
secondary indexes too; IMS leaves the latter to DFSURGP0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from zoslab import ebcdic
from zoslab.ims.configuration import Configuration
from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.errors import DatabaseUnavailable
from zoslab.ims.open_databases import OpenDatabases
from zoslab.ims.parameters import RegionParameters, StorageParameters, SystemParameters
from zoslab.ims.psb import DbPcb
from zoslab.ims.rdds import Resource, ResourceDefinitions
from zoslab.ims.step_host import StepHost
from zoslab.ims.utilities.environment import Environment, stamp
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.target import open_target
from zoslab.layout import Layout, Number, Text

EYE = "DFSURGU0"
NAME, LEVEL = 8, 1


class UnloadHeader(Layout):
    """Own layout: first record of an unloaded database."""

    eye = Text(0, 8)
    dbd = Text(8, 8)
    run = Number(16, 8)


def _definition(environment: Environment) -> Dbd:
    dbd = environment.definition(environment.step.parm.split(",")[-1].strip())
    unordered = [
        one.name for one in dbd.segments[1:] if one.insert_rule != "LAST" and (one.key is None or not one.key.unique)
    ]
    if dbd.access not in ("HDAM", "HIDAM") or unordered:
        why = f"SEGMENT {unordered[0]} HAS NO KEY AND RULES OTHER THAN LAST" if unordered else dbd.access
        raise UtilityFailed(f"DFS301A DATABASE {dbd.name} CANNOT BE UNLOADED AND RELOADED HERE: {why}", 16)
    return dbd


def _indexes(dbd: Dbd) -> list[str]:
    """Return the names of a database's indexes."""
    return [name for name in (dbd.index, *(one.database for one in dbd.secondary)) if name]


def _databases(environment: Environment, dbd: Dbd, engine: Engine, access: str) -> OpenDatabases:
    if environment.dbrc is None:
        raise UtilityFailed("DFS301A DBRC IS REQUIRED")
    ssid = environment.step.job.jobname
    names = [dbd.name, *_indexes(dbd)]
    resources = ResourceDefinitions(ssid, "", tuple(Resource("DB", name) for name in names))
    parts = RegionParameters(), StorageParameters(), SystemParameters()
    configuration = Configuration(StepHost(environment.step), ssid, *parts, resources)
    environment.tell(f"NOTIFY.SUBSYS SSID({ssid}) BATCH")
    return OpenDatabases(configuration, engine, environment.dbrc, access)


def _program(engine: Engine, database: Database, options: str) -> Pcb:
    return Pcb(DbPcb(database.dbd.name, options, 0), database, engine.recovery.begin("DFSURG", 1))


def _require_exclusive(environment: Environment, dbd: Dbd) -> None:
    """Refuse, before anything is erased, if DBRC does not allow exclusive use."""
    if environment.dbrc is not None:
        environment.dbrc.authorize(environment.step.job.jobname, dbd.name, "EXCLUSIVE")


def unload(environment: Environment) -> int:
    """Write the database to DFSURGU1."""
    dbd = _definition(environment)
    counts: Counter[str] = Counter()
    engine = Engine.unlogged()
    databases = _databases(environment, dbd, engine, "READ")
    try:
        pcb = _program(engine, databases.get(dbd.name, updates=False), "GE")

        def records() -> Iterator[bytes]:
            yield bytes(UnloadHeader(eye=EYE, dbd=dbd.name))
            while (data := pcb.gn()) is not None:
                counts[pcb.segment] += 1
                yield ebcdic.encode(pcb.segment, NAME) + bytes([pcb.level]) + data

        environment.dataset("DFSURGU1")
        environment.step.dd("DFSURGU1").write(records())
        databases.close(dbd.name)
    except DatabaseUnavailable as error:
        raise UtilityFailed(str(error)) from error
    finally:
        _sign_off(environment)
    _report(environment, dbd, counts)
    return 0


def _sign_off(environment: Environment) -> None:
    if environment.dbrc is not None:
        environment.dbrc.sign_off(environment.step.job.jobname)


def _report(environment: Environment, dbd: Dbd, counts: Counter[str]) -> None:
    environment.say(f" DATABASE {dbd.name:8} SEGMENT NAME   COUNT")
    for segment in dbd.segments:
        environment.say(f"                   {segment.name:8} {counts[segment.name]:10}")


def reload(environment: Environment) -> int:
    """Empty the data sets, write the database again from DFSUINPT, and record the reorganisation."""
    dbd = _definition(environment)
    given = environment.step.dd("DFSUINPT").raw_records()
    first = next(given, b"")
    head = UnloadHeader.of(first) if len(first) == UnloadHeader.size else None
    if head is None or head.eye != EYE or head.dbd != dbd.name:
        raise UtilityFailed(f"DFS315A THE DATA SET OF DD DFSUINPT IS NOT AN UNLOADED {dbd.name}")
    counts: Counter[str] = Counter()
    engine = Engine.unlogged()
    databases = _databases(environment, dbd, engine, "EXCLUSIVE")
    try:
        with_index = [dbd, *map(environment.definition, _indexes(dbd))]
        for one in with_index:
            _require_exclusive(environment, one)
        for one in with_index:
            for group in one.data_sets:
                open_target(environment.dataset(group.ddname, one.name), one, group.ddname).erase()
        database = databases.get(dbd.name, updates=False)
        pcb = _program(engine, database, "AE")
        database.initialise(pcb.unit)
        for record in given:
            name = ebcdic.decode(record[:NAME])
            if not pcb.isrt(record[NAME + LEVEL :], f"{name:8}"):
                raise UtilityFailed(f"DFS315A SEGMENT {name} CANNOT BE INSERTED, STATUS {pcb.status}")
            counts[name] += 1
        engine.recovery.commit(pcb.unit)
        databases.close(dbd.name)
    except DatabaseUnavailable as error:
        raise UtilityFailed(str(error)) from error
    finally:
        _sign_off(environment)
    for one in with_index:
        for group in one.data_sets:
            environment.tell(f"NOTIFY.REORG DBD({one.name}) DDN({group.ddname}) RUNTIME({stamp(environment.start)})")
    _report(environment, dbd, counts)
    return 0
