"""DEFINE CLUSTER, also with RECATALOG. AMS Commands, "DEFINE CLUSTER".

SHAREOPTIONS, SPEED, RECOVERY and REUSE are accepted; nothing here depends on them. Own: RECORDS and bytes become
tracks by the control intervals a 3390 track holds.
"""

from __future__ import annotations

from zoslab.catalog.entry import Entry
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.volume import Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.programs.idcams.function import Failed, Function, failing
from zoslab.programs.idcams.names import DSNAME, NUMBER, VOLUMES, joined
from zoslab.programs.statements import Operands, Statement, flag, nested, value

UNITS = (("CYLINDERS", "CYL"), ("TRACKS", "TRK"), ("RECORDS", "REC"), ("KILOBYTES", "KB"), ("MEGABYTES", "MB"))
SPACE = tuple(value(*unit, pattern=NUMBER, most=2) for unit in UNITS)
COMPONENT = (
    value("NAME", pattern=DSNAME),
    VOLUMES,
    *SPACE,
    value("KEYS", pattern=NUMBER, least=2, most=2),
    value("RECORDSIZE", "RECSZ", pattern=NUMBER, least=2, most=2),
    value("FREESPACE", "FSPC", pattern=r"\d{1,2}", most=2),
    value("CONTROLINTERVALSIZE", "CISZ", "CNVSZ", pattern=NUMBER),
    value("SHAREOPTIONS", "SHR", pattern=r"[1-4]", most=2),
    flag("SPEED"),
    flag("RECOVERY", "RCVY"),
    flag("REUSE", "RUS"),
    flag("NOREUSE", "NRUS"),
    flag("UNIQUE", "UNQ"),
)
CLUSTER = nested(
    "CLUSTER",
    *COMPONENT[1:],
    value("NAME", required=True, pattern=DSNAME),
    flag("INDEXED", "IXD"),
    flag("NONINDEXED", "NIXD"),
    flag("LINEAR", "LIN"),
    flag("NUMBERED", "NUMD"),
    value("STORAGECLASS", "STORCLAS", longest=8),
    flag("RECATALOG", "RCTLG"),
    flag("NORECATALOG", "NRCTLG"),
    abbreviations=("CL",),
)
ORGANISATIONS = {"INDEXED": "KSDS", "NONINDEXED": "ESDS", "LINEAR": "LDS", "NUMBERED": "RRDS"}
DEFAULT_CI, LARGEST_CI, OVERHEAD = 4096, 32768, 7
_DEVICE = Geometry("3390", 1)


def run(function: Function, statement: Statement, catalog: str | None) -> None:
    """Define a cluster, or make the catalog entry of one that is on its volumes."""
    given = joined(statement, "CLUSTER", "DATA")
    cluster = statement.nested("CLUSTER")
    name = cluster.text("NAME")
    volsers = given.texts("VOLUMES")
    organisation = _organisation(cluster)
    if organisation != "KSDS" and statement.has("INDEX"):
        raise Failed("IDC3217I INCONSISTENT PARAMETERS OR INCONSISTENT OPERANDS INVOLVING 'INDEX'")
    if cluster.has("RECATALOG"):
        _recatalog(function, statement, organisation, volsers, catalog)
        return
    group = _storage_group(function, cluster)
    if not volsers and group is None:
        raise Failed("IDC3212I REQUIRED KEYWORD 'VOLUMES' IS MISSING")
    with failing(name):
        created = function.system.datasets.create_cluster(
            name,
            attributes(given, organisation, statement.nested("INDEX")),
            space_of(given),
            volsers or None,
            group,
            data_name=statement.nested("DATA").text("NAME") or None,
            index_name=statement.nested("INDEX").text("NAME") or None,
            catalog=catalog,
        )
    _report(function, statement, function.system.catalogs.require(name, catalog), created.volsers)


def attributes(given: Operands, organisation: str, index: Operands) -> ClusterAttributes:
    """Return the attributes of a cluster.

    :raises Failed: a key-sequenced one has no keys.
    """
    if organisation == "KSDS" and not given.has("KEYS"):
        raise Failed("IDC3212I REQUIRED KEYWORD 'KEYS' IS MISSING")
    key_length, key_offset = map(int, given.texts("KEYS") or ("0", "0"))
    average, longest = map(int, given.texts("RECORDSIZE") or (str(DEFAULT_CI - OVERHEAD),) * 2)
    if average > longest or longest > LARGEST_CI - OVERHEAD:
        raise Failed(f"IDC3203I ITEM 'RECORDSIZE' DOES NOT ADHERE TO RESTRICTIONS: {average} {longest}")
    free = [int(one) for one in given.texts("FREESPACE")] + [0, 0]
    ci_size = given.number("CONTROLINTERVALSIZE") or _ci_size(longest)
    return ClusterAttributes(
        organisation, key_offset, key_length, longest, ci_size, index.number("CONTROLINTERVALSIZE"), free[0], free[1]
    )


def space_of(given: Operands) -> Space:
    """Return the space asked for.

    :raises Failed: none, or in two units.
    """
    units = [unit for unit, _ in UNITS if given.has(unit)]
    if len(units) != 1:
        raise Failed("IDC3212I REQUIRED KEYWORD 'CYLINDERS' IS MISSING: GIVE SPACE IN ONE UNIT")
    quantities = [int(one) for one in given.texts(units[0])] + [0]
    if units[0] in ("CYLINDERS", "TRACKS"):
        return Space("CYL" if units[0] == "CYLINDERS" else "TRK", quantities[0], quantities[1])
    primary, secondary = (_tracks(units[0], quantity, given) for quantity in quantities[:2])
    return Space("TRK", max(primary, 1), secondary)


def _tracks(unit: str, quantity: int, given: Operands) -> int:
    average, longest = map(int, given.texts("RECORDSIZE") or (str(DEFAULT_CI - OVERHEAD),) * 2)
    ci_size = given.number("CONTROLINTERVALSIZE") or _ci_size(longest)
    if unit == "RECORDS":
        intervals = -(-quantity // max(1, (ci_size - OVERHEAD) // max(1, average)))
    else:
        intervals = -(-quantity * (1 << (10 if unit == "KILOBYTES" else 20)) // ci_size)
    return -(-intervals // max(1, _DEVICE.records_per_track(0, ci_size)))


def _ci_size(longest: int) -> int:
    needed = longest + OVERHEAD
    if needed <= DEFAULT_CI:
        return DEFAULT_CI
    step = 512 if needed <= 8192 else 2048
    return -(-needed // step) * step


def _organisation(cluster: Operands) -> str:
    given = [keyword for keyword in ORGANISATIONS if cluster.has(keyword)]
    if len(given) > 1:
        raise Failed(f"IDC3217I INCONSISTENT PARAMETERS OR INCONSISTENT OPERANDS INVOLVING '{given[1]}'")
    if given == ["NUMBERED"]:
        raise Failed("IDC3211I KEYWORD 'NUMBERED' IS IMPROPER: THIS SYSTEM HAS NO RELATIVE RECORD DATA SETS")
    return ORGANISATIONS[given[0]] if given else "KSDS"


def _storage_group(function: Function, cluster: Operands) -> str | None:
    storage_class = cluster.text("STORAGECLASS")
    if not storage_class:
        return None
    group = function.system.storage_classes.get(storage_class)
    if group is None:
        raise Failed(f"IGD01007I STORAGE CLASS {storage_class} IS NOT DEFINED")
    return group


def _recatalog(
    function: Function, statement: Statement, organisation: str, volsers: tuple[str, ...], catalog: str | None
) -> None:
    """Rebuild the catalog records from VVDS and VTOC; what the command says of components must be so there."""
    name = statement.nested("CLUSTER").text("NAME")
    index = statement.nested("INDEX")
    wanted = list(dict.fromkeys([*volsers, *index.texts("VOLUMES")]))
    if not wanted:
        raise Failed("IDC3212I REQUIRED KEYWORD 'VOLUMES' IS MISSING")
    catalogs = function.system.catalogs
    with failing(name), catalogs.changing():
        entry = catalogs.define_recatalog(name, wanted, catalog=catalog)
        for kind in ("DATA", "INDEX"):
            said, found = statement.nested(kind).text("NAME"), entry.associated(kind)
            if said and said != found:
                raise Failed(f"IDC3012I ENTRY {said} NOT FOUND", f"  the VVDS has {kind} component {found} of {name}")
        if (organisation == "KSDS") != (entry.associated("INDEX") is not None):
            raise Failed("IDC3014I CATALOG ERROR", f"  the VVDS does not describe {name} as {organisation}")
    _report(function, statement, entry, wanted)


def _report(function: Function, statement: Statement, entry: Entry, volsers: list[str]) -> None:
    for number, (kind, text) in enumerate((("DATA", "DATA"), ("INDEX", "INDEX"))):
        component = entry.associated(kind)
        if component is None:
            continue
        for volser in volsers if kind == "DATA" else volsers[:1]:
            function.say(f"IDC{508 + number:04d}I {text} ALLOCATION STATUS FOR VOLUME {volser} IS 0")
        if not statement.nested(kind).text("NAME"):
            function.say(f"IDC0512I NAME GENERATED-({kind[0]}) {component}")
