"""Tables in CSLUSPOC listings: what IMS says of each resource that a type-2 command names.

Source: IMS Commands, "UPDATE DB" and "QUERY DB", output fields: a table whose columns are named in its heading, one row
for each resource and member; the completion code CC is hexadecimal, 0 for success.
"""

from __future__ import annotations

from dataclasses import dataclass

from imsclone.listings import csluspoc

_NAMES = frozenset({"DBName", "AreaName", "DataGrp"})
_NO_MEMBER = "NO CLIENTS TO ROUTE THE COMMAND TO"


@dataclass(frozen=True, slots=True)
class Row:
    """One resource on one member. ``code`` is CC, ``text`` what stands behind it."""

    name: str
    member: str
    code: int
    text: str

    @property
    def status(self) -> frozenset[str]:
        """The local status of a database, such as OPEN, STOACC, QUIESCED: the last word of a QUERY DB row."""
        words = self.text.split()
        return frozenset(words[-1].split(",")) if words and not self.code else frozenset()

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
        Answer(one.command, one.rc, one.reason, tuple(_rows(one)), "; ".join(map(str.strip, one.lines)))
        for one in csluspoc.responses(listing)
    )


def _rows(response: csluspoc.Response) -> list[Row]:
    """Return the rows; a table without a rule under its headings is read word by word."""
    if response.resources:
        return [Row(one.name, one.member, one.code, _text(one)) for one in response.resources]
    rows, inside = [], False
    for line in response.lines:
        words = line.split(None, 3)
        if _NAMES & set(words):
            inside = True
        elif inside and len(words) >= 3 and _is_code(words[2]):
            rows.append(Row(words[0], words[1], int(words[2], 16), words[3] if len(words) > 3 else ""))
    return rows


def _text(resource: csluspoc.Resource) -> str:
    shown = (resource.columns.get(name, "") for name in ("TYPE", "LclStat"))
    return resource.text or " ".join(one for one in shown if one)


def _is_code(word: str) -> bool:
    return all(digit in "0123456789ABCDEF" for digit in word)
