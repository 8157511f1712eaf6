"""QUERY DB, AREA, MEMBER and IMS. Source: IMS Commands, Volume 2: a HALDB shows its partitions, a DEDB its areas; the
name, the member, the completion code and the type are always shown, further columns as SHOW asks; STATUS and TYPE
filter. Own layout: which columns there are beside DBName, MbrName, CC, TYPE and LclStat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zoslab.ims.displays import database_type
from zoslab.ims.om import NOT_FOUND, CommandRejected, Operands, Response, Row, allow, matching
from zoslab.ims.region import ControlRegion

STATUSES = (
    *("ALLOCF", "ALLOCS", "BACKOUT", "EEQE", "LOCK", "NOTINIT", "NOTOPEN", "OLR", "OPEN", "QUIESCED", "QUIESCING"),
    *("RECALL", "RECOV", "RNL", "STOACC", "STOSCHD", "STOUPDS"),
)
TYPES = ("DEDB", "DHISNDX", "DLI", "MSDB", "PART", "PHDAM", "PHIDAM", "PSINDEX")
NO_RESOURCES = "NO RESOURCES FOUND"


def query(region: ControlRegion, resource: str, operands: Operands) -> Response:
    """Answer a QUERY on one member.

    :raises CommandRejected: an operand it does not have.
    """
    handler = _QUERIES.get(resource)
    if handler is None:
        raise CommandRejected(f"CSLM054E QUERY {resource} IS NOT SUPPORTED; EXPECTED {', '.join(sorted(_QUERIES))}")
    return Response(region.imsid, rows=tuple(handler(region, operands)))


def _databases(region: ControlRegion, operands: Operands) -> Iterator[Row]:
    allow(operands, NAME=None, SHOW=("ACCTYPE", "ALL", "LOCAL", "RESIDENT", "STATUS"), STATUS=STATUSES, TYPE=TYPES)
    shown = set(operands.get("SHOW", ()))
    for name in _asked(region, operands.get("NAME", ("*",))):
        if not region.databases.has(name):
            yield Row(NOT_FOUND, {"DBName": name, "MbrName": region.imsid, "CCText": NO_RESOURCES})
            continue
        for row in _database(region, name, shown):
            if _passes(row, operands):
                yield row


def _asked(region: ControlRegion, patterns: tuple[str, ...]) -> list[str]:
    defined = list(region.databases.entries)
    found = [name for pattern in patterns for name in matching(pattern, defined) or [pattern]]
    return list(dict.fromkeys(found))


def _database(region: ControlRegion, name: str, shown: set[str]) -> Iterator[Row]:
    """Return a database's row and those of its partitions or areas; a partition's follows its master's."""
    entry = region.databases.entry(name)
    master = entry.master or name
    parts = [name] if entry.master else region.databases.partition_names(name)
    yield Row(0, _columns(region, master, {"DBName": master}, shown))
    for part in parts:
        yield Row(0, _columns(region, part, {"DBName": master, "PartName": part}, shown))
    areas = region.databases.areas
    for area in [one for one in areas.names() if areas.database_of(one) == master]:
        status = {"LclStat": ",".join(areas.status(area).conditions)} if shown & {"ALL", "STATUS", "LOCAL"} else {}
        yield Row(0, {"DBName": master, "AreaName": area, "MbrName": region.imsid, "TYPE": "AREA", **status})


def _columns(region: ControlRegion, name: str, columns: dict[str, str], shown: set[str]) -> dict[str, str]:
    entry = region.databases.entry(name)
    found = {**columns, "MbrName": region.imsid, "TYPE": database_type(region, entry)}
    if shown & {"ACCTYPE", "ALL", "LOCAL"}:
        found["LAcc"] = {"RO": "READ", "RD": "READ", "UP": "UPD", "EX": "EXCL"}[entry.access]
    if shown & {"RESIDENT", "ALL", "LOCAL"}:
        found["LRsdnt"] = "N"
    if shown & {"STATUS", "ALL", "LOCAL"}:
        found["LclStat"] = ",".join(region.databases.status(name))
    return found


def _passes(row: Row, operands: Operands) -> bool:
    kinds, states = operands.get("TYPE", ()), operands.get("STATUS", ())
    has = set(row.columns.get("LclStat", "").split(","))
    return (not kinds or row.columns["TYPE"] in kinds) and (not states or bool(has & set(states)))


def _areas(region: ControlRegion, operands: Operands) -> Iterator[Row]:
    allow(operands, NAME=None, SHOW=("ALL", "STATUS"), STATUS=(*STATUSES, "STOPPED"))
    areas = region.databases.areas
    found = [name for one in operands.get("NAME", ("*",)) for name in matching(one, areas.names()) or [one]]
    for name in dict.fromkeys(found):
        if name not in areas.names():
            yield Row(NOT_FOUND, {"AreaName": name, "MbrName": region.imsid, "CCText": NO_RESOURCES})
            continue
        status = areas.status(name)
        columns = {"AreaName": name, "DBName": status.database, "MbrName": region.imsid}
        if "SHOW" in operands or "STATUS" in operands:
            columns["LclStat"] = ",".join(status.conditions)
        if not operands.get("STATUS") or set(status.conditions) & set(operands["STATUS"]):
            yield Row(0, columns)


def _members(region: ControlRegion, operands: Operands) -> Iterator[Row]:
    allow(operands, TYPE=("IMS",), SHOW=("ALL", "STATUS", "TYPE"))
    status = ["READY" if region.state == "RUNNING" else region.state]
    status += ["SUSPENDED"] if region.suspension.since else []
    shown = {"STATUS": ",".join(status)} if "SHOW" in operands else {}
    yield Row(0, {"MbrName": region.imsid, "TYPE": "IMS", **shown})


_QUERIES: dict[str, Callable[[ControlRegion, Operands], Iterator[Row]]] = {
    "DB": _databases,
    "AREA": _areas,
    "MEMBER": _members,
    "IMS": _members,
}
