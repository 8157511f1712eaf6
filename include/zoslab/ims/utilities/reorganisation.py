"""DFSURGU0 and DFSURGL0, HD Reorganization Unload and Reload. Source: IMS Database Utilities.

PARM names the database, also as ``ULU,DFSURGU0,name``. DFSURGU1 is the unloaded database, DFSUINPT what is reloaded;
their layout is in `zoslab.ims.utilities.unloaded`. HALDBs: `zoslab.ims.utilities.partition_reorganisation`, and
`psindex_reorganisation` beside it. Own choice: the reload builds primary and secondary indexes anew itself, where IMS
has DFSURG10, DFSURUL0 and DFSURRL0 to run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from types import ModuleType

from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.hierarchy import DirectRoots, Loader, segments
from zoslab.ims.stamps import stck
from zoslab.ims.utilities import index_build, partition_reorganisation, psindex_reorganisation, unloaded
from zoslab.ims.utilities.environment import Environment, stamp
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.exclusive import OpenForUtility, for_utility, index_names
from zoslab.ims.utilities.target import open_target
from zoslab.ims.utilities.unloaded import UnloadedSegment, UnloadHeader

SYNC_EVERY = 500


def _definition(environment: Environment) -> Dbd:
    dbd = environment.definition(environment.step.parm.split(",")[-1].strip())
    if dbd.access == "INDEX":
        raise UtilityFailed(f"DFS313A HD UNLOAD CANNOT BE USED TO UNLOAD INDEX DATABASE - {dbd.name}", 16)
    if dbd.access not in ("HDAM", "HIDAM", "PHDAM", "PHIDAM", "PSINDEX"):
        raise UtilityFailed(f"DFS301A DATABASE {dbd.name} CANNOT BE UNLOADED AND RELOADED HERE: {dbd.access}", 16)
    return dbd


def _of_haldb(dbd: Dbd) -> ModuleType:
    return psindex_reorganisation if dbd.access == "PSINDEX" else partition_reorganisation


def _roots(database: Database) -> DirectRoots:
    roots = database.roots
    assert isinstance(roots, HdamRoots | HidamRoots)
    return roots


def unload(environment: Environment) -> int:
    """Write the database to DFSURGU1."""
    dbd = _definition(environment)
    if dbd.partitioned:
        _report(environment, dbd, _of_haldb(dbd).unload(environment, dbd))
        return 0
    counts: Counter[str] = Counter()
    with for_utility(environment, dbd, "READ") as opened:
        database = opened.open()

        def records() -> Iterator[bytes]:
            yield bytes(UnloadHeader(eye=unloaded.EYE, dbd=dbd.name, run=stck(environment.start)))
            unit = opened.engine.recovery.begin("DFSURGU0", 0)
            for one in segments(database.store, _roots(database), unit):
                counts[one.kind.name] += 1
                yield UnloadedSegment(one.kind.name, one.kind.level, one.data).record()

        environment.dataset("DFSURGU1")
        environment.step.dd("DFSURGU1").write(records())
        opened.close()
    _report(environment, dbd, counts)
    return 0


def _report(environment: Environment, dbd: Dbd, counts: Counter[str]) -> None:
    environment.say(f" DATABASE {dbd.name:8} SEGMENT NAME   COUNT")
    for segment in dbd.segments:
        environment.say(f"                   {segment.name:8} {counts[segment.name]:10}")


def reload(environment: Environment) -> int:
    """Empty the data sets, write the database again from DFSUINPT, and record the reorganisation."""
    dbd = _definition(environment)
    if dbd.partitioned:
        _report(environment, dbd, _of_haldb(dbd).reload(environment, dbd))
        return 0
    given = unloaded.read(environment.step.dd("DFSUINPT").raw_records(), dbd.name, partitioned=False)
    next(given)
    with_indexes = [dbd, *(environment.definition(name) for name in index_names(dbd))]
    with for_utility(environment, dbd, "REORG") as opened:
        opened.require_exclusive()
        for one in with_indexes:
            for group in one.data_sets:
                open_target(environment.dataset(group.ddname, one.name), one, group.ddname).erase()
        counts = _load(opened, opened.open(), given)
        opened.close()
    for one in with_indexes:
        for group in one.data_sets:
            environment.tell(f"NOTIFY.REORG DBD({one.name}) DDN({group.ddname}) RUNTIME({stamp(environment.start)})")
    _report(environment, dbd, counts)
    return 0


def _load(opened: OpenForUtility, database: Database, given: Iterator[unloaded.Unloaded]) -> Counter[str]:
    recovery = opened.engine.recovery
    counts: Counter[str] = Counter()
    unit = recovery.begin("DFSURGL0", 0)
    database.initialise(unit)
    loader = Loader(database.store, _roots(database))
    for number, one in enumerate(given):
        assert isinstance(one, UnloadedSegment)
        kind = database.shape.named(one.name)
        if kind is None:
            raise UtilityFailed(f"DFS315A {database.dbd.name} HAS NO SEGMENT {one.name}")
        loader.insert(unit, kind, one.data)
        counts[one.name] += 1
        if number % SYNC_EVERY == 0:
            recovery.commit(unit)
            unit = recovery.begin("DFSURGL0", 0)
    recovery.commit(unit)
    recovery.pool.flush()
    for index in database.secondary.values():
        index_build.build_secondary(database, index)
    return counts
