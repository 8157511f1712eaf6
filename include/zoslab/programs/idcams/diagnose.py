"""DIAGNOSE ICFCATALOG and VVDS. AMS Commands, "DIAGNOSE"; DFSMS Managing Catalogs, "Analyzing DIAGNOSE output".

Own: reasons are told in words instead of numbers, a BCS is also compared with the VTOC, and records in error are not
dumped (NODUMP is the default). INCLUDE and EXCLUDE are not supported and refused as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from zoslab.catalog.catalog import Catalog, open_catalog
from zoslab.catalog.diagnose import VVDS_PREFIX, diagnose_catalog, diagnose_volume
from zoslab.catalog.errors import CatalogError
from zoslab.dasd.check import Finding
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vsam.errors import VsamError
from zoslab.programs.idcams.function import ERROR, SEVERE, WARNING, Failed, Function, failing
from zoslab.programs.idcams.names import DDNAME, DSNAME, NUMBER
from zoslab.programs.idcams.record_io import data_set_operand, file_operand
from zoslab.programs.statements import Command, Statement, flag, value, values

COMMAND = Command(
    "DIAGNOSE",
    flag("ICFCATALOG", "ICFCAT"),
    flag("VVDS"),
    file_operand("INFILE", "IFILE"),
    data_set_operand("INDATASET", "IDS"),
    values("COMPAREDD", "CMPRDD", pattern=DDNAME),
    values("COMPAREDS", "CMPRDS", pattern=DSNAME),
    flag("LIST"),
    flag("NOLIST"),
    flag("NODUMP"),
    value("ERRORLIMIT", "ELIMIT", pattern=NUMBER),
    abbreviations=("DIAG",),
    one_of=[("ICFCATALOG", "VVDS"), ("INFILE", "INDATASET")],
    exclusive=[("LIST", "NOLIST"), ("COMPAREDD", "COMPAREDS")],
)
_T = TypeVar("_T")
STRUCTURES = ("statistics", "index", "data")
NOT_ONLINE = "which is not online"
"""How findings about volumes that were not handed in end (``zoslab.catalog.diagnose``)."""


def run(function: Function, statement: Statement) -> None:
    """Check one catalog against VVDSs, or one VVDS against catalogs."""
    if statement.has("ICFCATALOG"):
        _catalog(function, statement)
    else:
        _vvds(function, statement)


def _catalog(function: Function, statement: Statement) -> None:
    name = _input(function, statement)
    with failing(name):
        catalog = _open_catalog(function, name)
    volumes = _compared(function, statement, lambda each: _volume(function, each))
    by_serial = {volume.volser: volume for volume in volumes}
    findings = [each for each in diagnose_catalog(catalog, by_serial) if not each.text.endswith(NOT_ONLINE)]
    broken = _broken(findings)
    entries = [] if broken else [record.name or catalog.name for record in catalog.records()]
    _report(function, statement, "ICFCAT", findings, entries)
    if by_serial and not broken:
        _left_out(function, catalog, by_serial)


def _broken(findings: Iterable[Finding]) -> bool:
    """Tell whether the catalog's own structure is damaged, so that its records cannot be read."""
    return any(_entry(finding).partition(" ")[0] in STRUCTURES for finding in findings)


def _has_vvds(function: Function, volser: str) -> bool:
    """Tell whether entries on a volume refer to a VVDS: without VSAM and SMS data sets there is none."""
    try:
        return function.system.dasd.volume(volser).vtoc.find(f"{VVDS_PREFIX}{volser}") is not None
    except VolumeNotMounted:
        return True


def _left_out(function: Function, catalog: Catalog, volumes: dict[str, Volume]) -> None:
    """Name the VVDSs that the catalog has records of and that were not compared."""
    known = [record.name for record in catalog.records(VVDS_PREFIX)]
    missing = [name for name in known if name.removeprefix(VVDS_PREFIX) not in volumes]
    if missing:
        lines = (f"            {name}" for name in missing)
        function.say("IDC11375I THE FOLLOWING VVDS(S) REFERENCED BUT NOT ENCOUNTERED:", *lines, code=WARNING)


def _vvds(function: Function, statement: Statement) -> None:
    name = _input(function, statement)
    with failing(name):
        volume = _volume(function, name)
    catalogs = _compared(function, statement, lambda each: _open_catalog(function, each))
    findings = diagnose_volume(volume, {catalog.name: catalog for catalog in catalogs})
    vvds = open_vvds(volume)
    entries = [record.name for record in vvds.entries()] if vvds and not findings else []
    _report(function, statement, "VVDS", findings, entries)


def _input(function: Function, statement: Statement) -> str:
    """Return the name of the data set to look at."""
    name = statement.text("INDATASET") or _on_dd(function, statement.text("INFILE"))
    function.authorise(name, "READ")
    return name


def _on_dd(function: Function, ddname: str) -> str:
    dataset = function.dd(ddname).dataset
    if dataset is None:
        raise Failed(f"IDC31366I {ddname} IS NOT A DATA SET", code=SEVERE)
    return dataset.dsname


def _compared(function: Function, statement: Statement, find: Callable[[str], _T]) -> list[_T]:
    """Return what to compare with; what cannot be used is named."""
    names = [*statement.texts("COMPAREDS"), *(_on_dd(function, each) for each in statement.texts("COMPAREDD"))]
    found = []
    for name in dict.fromkeys(names):
        try:
            found.append(find(name))
        except (CatalogError, VsamError, VolumeNotMounted) as error:
            function.say(f"IDC11373I DSNAME {name} WAS NOT USED IN THE COMPARISON", f"  {error}", code=WARNING)
    return found


def _open_catalog(function: Function, name: str) -> Catalog:
    """Open a catalog, found by its connector, or by its data set if it is not connected."""
    catalogs = function.system.catalogs
    if name in catalogs.catalogs():
        return catalogs.connected(name)
    return open_catalog(function.system.dasd, name, function.system.datasets.find(name).volsers[0])


def _volume(function: Function, name: str) -> Volume:
    """Return the volume a VVDS is on, which its name says.

    :raises CatalogError: it is no VVDS, or not there.
    """
    volser = name.removeprefix(VVDS_PREFIX)
    if volser == name:
        raise CatalogError(f"{name} is no VVDS")
    volume = function.system.dasd.volume(volser)
    if volume.vtoc.find(name) is None:
        raise CatalogError(f"volume {volser} has no data set {name}")
    return volume


def _report(
    function: Function, statement: Statement, structure: str, findings: list[Finding], entries: list[str]
) -> None:
    limit = statement.number("ERRORLIMIT", len(findings)) if statement.has("ERRORLIMIT") else len(findings)
    for finding in findings[:limit]:
        function.say(
            "IDC21364I ERROR DETECTED BY DIAGNOSE:",
            f"            {structure} ENTRY: {_entry(finding)}",
            f"            RECORD: {finding.structure} {finding.place}",
            f"            REASON: {finding.text}",
            code=ERROR,
        )
    bad = list(dict.fromkeys(_entry(finding) for finding in findings))
    if statement.has("LIST") and (good := [name for name in entries if name not in bad]):
        function.say("IDC01360I THE FOLLOWING ENTRIES HAD NO ERRORS:", *(f"            {name}" for name in good))
    if bad:
        lines = (f"            {name}" for name in bad[:limit])
        function.say("IDC21363I THE FOLLOWING ENTRIES HAD ERRORS:", *lines, code=ERROR)
    if limit < len(findings):
        function.say(f"IDC11372I ERROR LIMIT REACHED: {limit} OF {len(findings)} ERRORS", code=ERROR)


def _entry(finding: Finding) -> str:
    return finding.place.partition(" ")[2] or finding.place
