"""Tables in CSLUSPOC listings: what IMS says of each resource that a type-2 command names.

Source: IMS Commands, "UPDATE DB" and "QUERY DB", output fields: a table whose columns are named in its heading, one row
for each resource and member; the completion code CC is hexadecimal, 0 for success.
"""

from __future__ import annotations

from dataclasses import dataclass

from imsclone.listings import csluspoc

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
        Answer(one.command, one.rc, one.reason, tuple(_rows(one)), "; ".join(map(str.strip, one.lines)))
        for one in csluspoc.responses(listing)
    )


def _rows(response: csluspoc.Response) -> list[Row]:
    return [Row(one.name, one.member, one.code, one.text, one.status) for one in response.resources]
