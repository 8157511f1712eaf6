"""IMPORT of a catalog, and IMPORT CONNECT. AMS Commands, "IMPORT", "IMPORT CONNECT".

IMPORT CONNECT ALIAS replaces a connector that is there and leaves its aliases as they are.
"""

from __future__ import annotations

from zoslab.catalog import bcs
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import Catalog, open_catalog
from zoslab.dasd.volume import Space
from zoslab.programs.idcams import portable
from zoslab.programs.idcams.function import Failed, Function, failing
from zoslab.programs.idcams.names import CATALOG, DEVICE_TYPE, VOLUMES
from zoslab.programs.idcams.portable import Portable
from zoslab.programs.idcams.record_io import data_set_operand, file_operand, opened
from zoslab.programs.statements import Command, Group, Keyword, Operands, Statement, Word, flag, understand
from zoslab.programs.statements import StatementFault as Fault

COMMAND = Command(
    "IMPORT",
    flag("CONNECT", "CON"),
    flag("ALIAS"),
    Keyword("OBJECTS", ("OBJ",), 1, None),
    file_operand("INFILE", "IFILE"),
    data_set_operand("INDATASET", "IDS"),
    data_set_operand("OUTDATASET", "ODS"),
    CATALOG,
    abbreviations=("IMP",),
    one_of=[("CONNECT", "INFILE", "INDATASET")],
)
OBJECT = (DEVICE_TYPE, VOLUMES)


def run(function: Function, statement: Statement) -> None:
    """Connect a catalog that is on a volume, or make one from a portable data set."""
    catalogs = function.system.catalogs
    if statement.text("CATALOG", catalogs.master_dsname) != catalogs.master_dsname:
        raise Failed("IDC3014I CATALOG ERROR: USER CATALOGS ARE CONNECTED TO THE MASTER CATALOG")
    if statement.has("CONNECT"):
        for name, volser in _objects(statement):
            _connect(function, statement, name, volser)
    else:
        _import(function, statement)


def _objects(statement: Statement) -> list[tuple[str, str]]:
    """Return name and volume of ``OBJECTS((name DEVICETYPE(t) VOLUMES(v)) ...)``, also without inner parentheses.

    :raises Failed: one has no name or no volume.
    """
    nodes = statement.keywords.get("OBJECTS", ())
    groups = [node.nodes for node in nodes] if nodes and all(isinstance(n, Group) for n in nodes) else [nodes]  # type: ignore[union-attr]
    found = []
    for group in groups:
        if not group or not isinstance(group[0], Word):
            raise Failed("IDC3212I REQUIRED KEYWORD 'OBJECTS' IS MISSING")
        try:
            given: Operands = understand(group[1:], OBJECT, (0, 0), group[0])
        except Fault as fault:
            raise Failed(f"IDC3211I KEYWORD '{fault.keyword}' IS IMPROPER", f"  {fault.text}") from fault
        if len(given.texts("VOLUMES")) != 1:
            raise Failed("IDC3212I REQUIRED KEYWORD 'VOLUMES' IS MISSING: A CATALOG IS ON ONE VOLUME")
        found.append((group[0].text, given.text("VOLUMES")))
    return found


def _connect(function: Function, statement: Statement, name: str, volser: str) -> None:
    catalogs = function.system.catalogs
    with function.holding(name), failing(name), catalogs.changing():
        open_catalog(function.system.dasd, name, volser)
        present = catalogs.master.get(name)
        if present is not None and present.kind == bcs.USER_CATALOG and statement.has("ALIAS"):
            catalogs.master.remove(name)
        catalogs.import_connect(name, volser)
    function.say(f"IDC0603I CONNECT FOR USER CATALOG {name} SUCCESSFUL")


def _import(function: Function, statement: Statement) -> None:
    if statement.has("INFILE"):
        dd = function.dd(statement.text("INFILE"))
        held = portable.read(statement.text("INFILE"), dd.raw_records())
    else:
        source = opened(function, statement.text("INDATASET"), "READ")
        held = portable.read(source.dsname, source.records())
    name = statement.text("OUTDATASET", held.name)
    volser = _objects(statement)[0][1] if statement.has("OBJECTS") else held.volser
    if name != held.name:
        raise Failed(f"IDC3203I ITEM '{name}' DOES NOT ADHERE TO RESTRICTIONS", f"  {held.name} was exported")
    catalogs = function.system.catalogs
    with function.holding(name), failing(name), catalogs.changing():
        connected = catalogs.master.get(name)
        if connected is not None and connected.volsers != (volser,):
            raise Failed("IDC3013I DUPLICATE DATA SET NAME", f"  {name} is connected on {connected.volsers[0]}")
        catalog = _target(function, held, volser, connected)
        catalog.ksds.create()
        catalog.ksds.load(held.records)
        catalog.ksds.close()
    function.say(f"IDC0005I NUMBER OF RECORDS PROCESSED WAS {len(held.records)}")
    function.say(f"IDC0604I DATA SET BEING IMPORTED WAS EXPORTED FROM VOLUME {held.volser}")


def _target(function: Function, held: Portable, volser: str, connected: BcsRecord | None) -> Catalog:
    """Return the catalog to load: the one that is connected, or a new one that is."""
    catalogs = function.system.catalogs
    if connected is not None:
        return catalogs.connected(held.name)
    return catalogs.define_user_catalog(held.name, volser, Space("TRK", held.tracks, 15))
