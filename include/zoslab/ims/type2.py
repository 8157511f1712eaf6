"""Type-2 commands: UPDATE DB and QUERY DB. Source: ims.md section 3. The listing's columns follow QUERY DB's output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from zoslab.ims.commands import command as type1
from zoslab.ims.control import close_database
from zoslab.ims.errors import ImsError
from zoslab.ims.open_databases import STOPPED_ACCESS, STOPPED_SCHEDULING, STOPPED_UPDATES
from zoslab.ims.region import ControlRegion

_STOPS = {"ACCESS": STOPPED_ACCESS, "SCHD": STOPPED_SCHEDULING, "UPDATES": STOPPED_UPDATES}


class CommandRejected(ImsError):
    """A command that OM or IMS does not take."""


@dataclass(frozen=True)
class Row:
    """One line of a response."""

    name: str
    member: str
    code: int
    text: str = ""


@dataclass(frozen=True)
class Response:
    """What one member answered: lines of a type-1 command, or rows with the name of the resource's column."""

    member: str
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    title: str = ""

    @property
    def code(self) -> int:
        return max((8 for row in self.rows if row.code), default=0)


def execute(region: ControlRegion, text: str) -> Response:
    """Carry out a command on one member.

    :raises CommandRejected: it is not understood.
    """
    upper = text.upper().strip().rstrip(".")
    if not re.match(r"(UPD(ATE)?|QRY|QUERY)\b", upper):
        return Response(region.imsid, lines=tuple(type1(region, upper if upper.startswith("/") else f"/{upper}")))
    operands = _operands(upper)
    if operands.pop("RESOURCE") != ("DB",):
        raise CommandRejected("DFS4401E ONLY RESOURCE DB IS SUPPORTED")
    names = _resolve(region, operands.pop("NAME", ("*",)))
    if upper.startswith(("QRY", "QUERY")):
        return _query(region, names, operands)
    with region.as_itself():
        return _update(region, names, operands)


def _operands(text: str) -> dict[str, tuple[str, ...]]:
    words = text.split(None, 2)
    found: dict[str, tuple[str, ...]] = {"RESOURCE": (words[1] if len(words) > 1 else "",)}
    rest = words[2] if len(words) > 2 else ""
    consumed = 0
    for match in re.finditer(r"\s*([A-Z]+)\(((?:[^()]|\([^()]*\))*)\)", rest):
        if rest[consumed : match.start()].strip():
            break
        found[match.group(1)] = tuple(word for word in re.split(r"[,\s]+", match.group(2)) if word)
        consumed = match.end()
    if rest[consumed:].strip():
        raise CommandRejected(f"CSLM054E SYNTAX ERROR AT {rest[consumed:].strip()}")
    return found


def _resolve(region: ControlRegion, names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        matching = [one for one in region.databases.entries if fnmatchcase(one, name.replace("%", "?"))]
        found += matching or [name]
    return list(dict.fromkeys(found))


def _query(region: ControlRegion, names: list[str], operands: dict[str, tuple[str, ...]]) -> Response:
    unknown = set(operands) - {"SHOW", "STATUS"}
    if unknown:
        raise CommandRejected(f"CSLM054E KEYWORD {sorted(unknown)[0]} IS NOT SUPPORTED")
    rows = []
    for name in names:
        entry = region.databases.entries.get(name)
        if entry is None:
            rows.append(Row(name, region.imsid, 0x10, "NO RESOURCES FOUND"))
        else:
            rows.append(Row(name, region.imsid, 0, f"DLI     {','.join(region.databases.status(name))}"))
    return Response(region.imsid, rows=tuple(rows), title="TYPE    LclStat")


def _update(region: ControlRegion, names: list[str], operands: dict[str, tuple[str, ...]]) -> Response:
    start, stop = operands.pop("START", ()), operands.pop("STOP", ())
    options = set(operands.pop("OPTION", ()))
    operands.pop("SCOPE", None)
    operands.pop("SET", None)
    if operands or options - {"FEOV", "NOFEOV", "ALLRSP", "OPEN"}:
        raise CommandRejected(f"CSLM054E KEYWORD {sorted([*operands, *options])[0]} IS NOT SUPPORTED")
    if (start, stop) not in ((("ACCESS",), ()), *(((), (kind,)) for kind in _STOPS)):
        raise CommandRejected("CSLM054E EXPECTED START(ACCESS) OR STOP(ACCESS|SCHD|UPDATES)")
    rows = tuple(_update_one(region, name, stop[0] if stop else "") for name in names)
    if "FEOV" in options and not any(row.code for row in rows):
        region.log.switch()
        region.checkpoint()
    return Response(region.imsid, rows=rows)


def _update_one(region: ControlRegion, name: str, stop: str) -> Row:
    try:
        region.databases.entry(name)
        if not stop:
            region.databases.start(name)
        elif stop == "SCHD":
            region.databases.stop(name, STOPPED_SCHEDULING)
        else:
            close_database(region, name, _STOPS[stop])
    except ImsError as error:
        return Row(name, region.imsid, 0x10 if name not in region.databases.entries else 0x61, str(error))
    return Row(name, region.imsid, 0)
