"""Tables in CSLUSPOC listings: what IMS says of each resource that a type-2 command names.

Source: IMS Commands, "UPDATE DB" and "QUERY DB", output fields: a table whose columns are named in its heading, one row
for each resource and member; the completion code CC is hexadecimal, 0 for success.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from imsclone.listings import csluspoc

_NAMES = frozenset({"DBName", "AreaName", "DataGrp"})
_CODE, _RULE = "CC", re.compile(r"-+( -+)+\s*")
_NO_MEMBER = "NO CLIENTS TO ROUTE THE COMMAND TO"


@dataclass(frozen=True, slots=True)
class Row:
    """One resource on one member. ``code`` is CC, ``text`` says why it is not 0; ``status`` is the local status of a
    database that a query shows, such as OPEN, STOACC, QUIESCED.
    """

    name: str
    member: str
    code: int
    text: str
    status: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.name} on {self.member}: completion code {self.code:X} {self.text}".rstrip()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one type-2 command."""

    command: str
    rc: int
    reason: int
    rows: tuple[Row, ...]
    said: str

    @property
    def nobody(self) -> bool:
        """Whether no IMS was there to carry the command out."""
        return _NO_MEMBER in self.said

    @property
    def failed(self) -> tuple[Row, ...]:
        """The rows that tell of a failure."""
        return tuple(row for row in self.rows if row.code)


def answers(listing: str) -> tuple[Answer, ...]:
    """Read the answers in the order of the commands.

    :raises ListingIncomplete: there is none.
    """
    return tuple(
        Answer(one.command, one.rc, one.reason, tuple(_rows(one.lines)), "; ".join(map(str.strip, one.lines)))
        for one in csluspoc.responses(listing)
    )


def _rows(lines: tuple[str, ...]) -> list[Row]:
    """Return the rows of all tables: under a heading, which a rule of dashes may follow, lines aligned to it."""
    rows: list[dict[str, str]] = []
    starts: list[int] = []
    names: list[str] = []
    for number, line in enumerate(lines):
        if _NAMES & set(line.split()) and _CODE in line.split():
            below = lines[number + 1] if number + 1 < len(lines) else ""
            starts = [match.start() for match in re.finditer(r"\S+", below if _RULE.fullmatch(below) else line)]
            names = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        elif starts and not _RULE.fullmatch(line):
            if rows and not line[: starts[-1]].strip():
                rows[-1][names[-1]] += line[starts[-1] :].rstrip()
                continue
            cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
            rows.append(dict(zip(names, cells, strict=True)))
    return [row for found in rows if (row := _row(found)) is not None]


def _row(found: dict[str, str]) -> Row | None:
    """Return a row; None for a line that is none. What stands behind a code in its column tells of the failure."""
    code, _, said = found[_CODE].partition(" ")
    if not re.fullmatch("[0-9A-F]+", code):
        return None
    name = next(found[name] for name in ("AreaName", "DBName", "DataGrp") if found.get(name))
    text = " ".join(part for part in (said.strip(), found.get("CCText", "")) if part)
    status = frozenset(found.get("LclStat", "").split(",")) - {""}
    return Row(name, found.get("MbrName", ""), int(code, 16), text, status)
