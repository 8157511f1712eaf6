"""CSLUSPOC listings: the answers of the Operations Manager to IMS commands.

Source: IMS System Programming APIs, batch SPOC utility; APAR PM61871 shows a table. Each answer is a block: the
command, return and reason code, then a table: headings, a rule of dashes under each of them, and lines aligned to the
rule. A table with the column Messages holds messages; any other one has a completion code (CC) for each resource and
member.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from imsclone.listings.errors import ListingIncomplete

_COMMAND = re.compile(r"[ 01]?\s*(?:COMMAND|CMD)\s*[:=]\s*(?P<command>\S.*)", re.IGNORECASE)
_CODES = re.compile(
    r"\bRC\s*[=:]\s*X?'?(?P<rc>[0-9A-F]{1,8})'?.*?(?:RSN|REASON)\s*[=:]\s*X?'?(?P<reason>[0-9A-F]{1,8})'?\s*(?P<text>.*)"
)
_MESSAGE = re.compile(
    r"\s*(?P<source>[A-Z@#$][A-Z0-9@#$]{0,7})?\s*(?P<id>(?:DFS|CSL|DSP|BPE)\d{3,5}[A-Z]?)\s+(?P<text>.*)"
)
_RULE = re.compile(r"-+( -+)+\s*")
_CODE, _TEXT, _MEMBER, _MESSAGES = "CC", "CCText", "MbrName", "Messages"
_NAMES = ("PartName", "AreaName", "DBName", "DataGrp")


@dataclass(frozen=True, slots=True)
class ImsMessage:
    """One message of one IMS."""

    source: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Resource:
    """What a member says of a resource. ``code`` is the completion code; ``columns`` is the whole line by headings."""

    name: str
    member: str
    code: int
    text: str
    columns: dict[str, str]

    @property
    def status(self) -> frozenset[str]:
        """The local status: OPEN, STOACC, QUIESCED and so on."""
        return frozenset(self.columns.get("LclStat", "").split(",")) - {""}


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one command. ``rc`` and ``reason`` are the Operations Manager's, ``text`` is its message."""

    command: str
    rc: int
    reason: int
    messages: tuple[ImsMessage, ...]
    lines: tuple[str, ...]
    resources: tuple[Resource, ...] = ()
    text: str = ""

    @property
    def failed(self) -> tuple[Resource, ...]:
        """The resources for which the command failed."""
        return tuple(one for one in self.resources if one.code)


def responses(listing: str) -> tuple[Response, ...]:
    """Read the answers in the order of the commands.

    :raises ListingIncomplete: there is none.
    """
    blocks: list[list[str]] = []
    for line in listing.splitlines():
        match = _COMMAND.match(line)
        if match:
            blocks.append([match["command"].strip()])
        elif blocks:
            blocks[-1].append(line.rstrip())
    if not blocks:
        raise ListingIncomplete(utility="CSLUSPOC", message="answer", said="no command was answered")
    return tuple(_response(command, lines) for command, *lines in blocks)


def _response(command: str, lines: list[str]) -> Response:
    codes = next((match for line in lines if (match := _CODES.search(line))), None)
    rc, reason = (int(codes["rc"], 16), int(codes["reason"], 16)) if codes else (-1, -1)
    rows = [row for table in _tables(lines) for row in table]
    said = [(row.get(_MEMBER, ""), row[_MESSAGES]) for row in rows if _MESSAGES in row]
    said += [("", line) for line in lines] if not said else []
    found = [(member, match) for member, text in said if (match := _MESSAGE.match(text))]
    messages = tuple(ImsMessage(member or one["source"] or "", one["id"], one["text"].strip()) for member, one in found)
    resources = tuple(_resource(row) for row in rows if _MESSAGES not in row)
    shown = tuple(line for line in lines if line.strip())
    return Response(command, rc, reason, messages, shown, resources, codes["text"].strip() if codes else "")


def _resource(row: dict[str, str]) -> Resource:
    name = next((row[one] for one in _NAMES if row.get(one)), "")
    return Resource(name, row.get(_MEMBER, ""), int(row.get(_CODE) or "0", 16), row.get(_TEXT, ""), row)


def _tables(lines: list[str]) -> list[list[dict[str, str]]]:
    """Return the tables: under a rule each line is a row, up to a blank one; one that begins with blanks goes on."""
    tables = []
    for number, line in enumerate(lines):
        if number and _RULE.fullmatch(line):
            spans = [match.span() for match in re.finditer("-+", line)]
            tables.append(_table(lines[number - 1], lines[number + 1 :], spans))
    return tables


def _table(heading: str, lines: list[str], spans: list[tuple[int, int]]) -> list[dict[str, str]]:
    names = [heading[start:end].strip() for start, end in spans]
    rows: list[dict[str, str]] = []
    last, width = spans[-1][0], spans[-1][1] - spans[-1][0]
    for line in lines:
        if not line.strip():
            break
        if rows and not line[:last].strip():
            whole = rows[-1][names[-1]]
            rows[-1][names[-1]] = whole.ljust(-(-len(whole) // width) * width) + line[last:]
            continue
        cells = [line[start:end] for start, end in spans[:-1]] + [line[last:]]
        rows.append({name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()})
        rows[-1].setdefault(names[-1], "")
    return rows
