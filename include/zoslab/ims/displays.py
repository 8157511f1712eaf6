"""/DISPLAY: DB, AREA, OLDS, ACTIVE, STATUS. Source: APAR PM61871 shows the columns of /DIS DB; status words are those
of "Status and attributes for the /DISPLAY command". Own layout: the columns of the other displays.
"""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims.active import BMP
from zoslab.ims.database_entry import DatabaseEntry
from zoslab.ims.errors import ImsError
from zoslab.ims.region import ControlRegion

CONDITIONS = {"STOACC": "STOPPED", "STOSCHD": "STOPPED", "STOUPDS": "NOUPDATE"}
TYPES = {"HDAM": "DL/I", "HIDAM": "DL/I", "INDEX": "DL/I"}


def display(region: ControlRegion, words: list[str]) -> list[str]:
    """Return a display, which ends with the date and time.

    :raises ImsError: there is no such display.
    """
    kind = words[0] if words else ""
    handler = _DISPLAYS.get(kind)
    if handler is None:
        raise ImsError(f"DFS110 KEYWORD {kind or 'NOTHING'} IS INVALID WITH DISPLAY {region.imsid}")
    return [*handler(region, words[1:]), f"*{region.clock.now():%y%j/%H%M%S}* {region.imsid}"]


def database_type(region: ControlRegion, entry: DatabaseEntry) -> str:
    """Return a database's type as QUERY DB shows it: DLI PHDAM PHIDAM PSINDEX DEDB PART."""
    if not entry.initialised:
        return ""
    return (
        "PART"
        if entry.master
        else TYPES.get(region.databases.dbd(entry.name).access, "").replace("/", "")
        or (region.databases.dbd(entry.name).access)
    )


def with_parts(region: ControlRegion, names: list[str]) -> list[str]:
    """Return names with the partitions of each HALDB behind it."""
    found: list[str] = []
    for name in names:
        found.append(name)
        if not region.databases.entry(name).master:
            found += [part for part in region.databases.partition_names(name) if part not in names]
    return list(dict.fromkeys(found))


def _databases(region: ControlRegion, words: list[str]) -> list[str]:
    names = sorted(region.databases.entries) if words in ([], ["ALL"]) else words
    unknown = [name for name in names if not region.databases.has(name)]
    lines = ["   DATABASE  TYPE     ACC  CONDITIONS"]
    for name in with_parts(region, [name for name in names if name not in unknown]):
        entry = region.databases.entry(name)
        shown = [CONDITIONS.get(one, one) for one in region.databases.status(name) if one != "OPEN"]
        kind = database_type(region, entry).replace("DLI", "DL/I")
        lines.append(f"   {name:8}  {kind:7}  {entry.access:3}  {', '.join(dict.fromkeys(shown))}")
    return lines + [f"   {name:8}  IS INVALID" for name in unknown]


def _areas(region: ControlRegion, words: list[str]) -> list[str]:
    areas = region.databases.areas
    lines = ["   AREANAME  DBNAME    CONDITIONS  DATA SETS"]
    for name in areas.names() if words in ([], ["ALL"]) else words:
        if name not in areas.names():
            lines.append(f"   {name:8}  IS INVALID")
            continue
        status = areas.status(name)
        shown = ", ".join(dict.fromkeys(CONDITIONS.get(one, one) for one in status.conditions))
        data_sets = ", ".join(f"{ddname} {state}" for ddname, state in status.data_sets)
        lines.append(f"   {name:8}  {status.database:8}  {shown:10}  {data_sets}".rstrip())
    return lines


def _olds(region: ControlRegion, words: list[str]) -> list[str]:
    lines = ["   OLDS-DDNAME % FULL RATE ARCH-JOB ARCH-STATUS OTHER-STS"]
    for olds in region.ring.ring:
        status = "IN USE" if olds is region.ring.current else olds.status
        other = "CURRENT" if olds is region.ring.current else ""
        lines.append(f"   {olds.ddname:11} {olds.percent_full:6}                {status:11} {other}")
    wads = " ".join(f"*DFSWADS{n}" for n in region.configuration.storage.wads)
    return [*lines, f"   DUAL OLDS LOGGING INACTIVE, WADS = {wads}"]


def _active(region: ControlRegion, words: list[str]) -> list[str]:
    lines = ["   REGID JOBNAME   TYPE TRAN/STEP PROGRAM  STATUS"]
    for number, one in sorted(region.programs.items()):
        waited = any(one.uses(set(region.databases.parts(name)), updates=False) for name in region.database_commands)
        job = one.name if one.kind == BMP else ""
        status = "ACTIVE-DBCMD" if waited else "ACTIVE"
        lines.append(f"   {number:5} {job:8}  {one.kind:4} {one.name:9} {one.psb.name:8} {status}")
    return lines if len(lines) > 1 else [*lines, "   NO ACTIVE REGIONS"]


def _status(region: ControlRegion, words: list[str]) -> list[str]:
    used, changed = region.engine.pool.census()
    return [
        f"   IMS {region.imsid} {region.state}",
        f"   LAST CHECKPOINT {region.last_checkpoint.checkpoint if region.last_checkpoint else 'NONE'}",
        f"   BUFFERS IN USE {used} CHANGED {changed}  LOCK WAITS {region.engine.locks.waiting()}",
        f"   UPDATES {'SUSPENDED' if region.suspension.since else 'ALLOWED'}",
    ]


_DISPLAYS: dict[str, Callable[[ControlRegion, list[str]], list[str]]] = {
    "DB": _databases,
    "DATABASE": _databases,
    "AREA": _areas,
    "OLDS": _olds,
    "ACT": _active,
    "ACTIVE": _active,
    "STATUS": _status,
}
