"""ICKDSF listings: which volumes carry which serial now.

Source: Device Support Facilities, GC35-0033, messages ICK00001I, ICK00002I, ICK00700I, ICK30003I. The program prints
each statement, then what it did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from imsclone.listings.errors import ListingIncomplete
from imsclone.listings.messages import Message, messages

_COMMAND = re.compile(r"[ 01]?\s*(REFORMAT|INIT|INSPECT|BUILDIX|ANALYZE)\b(.*)")
_OPERAND = re.compile(r"(UNIT|VERIFY|VOLID)\(([^)]*)\)")
_RC = re.compile(r"CONDITION CODE (?:WAS|IS) (\d+)")
_ENDS = ("ICK00001I", "ICK30003I")


@dataclass(frozen=True, slots=True)
class Relabelled:
    """One REFORMAT. ``rc`` is -1 when it did not end; ``problems`` are the messages that tell why it failed."""

    unit: str
    source: str
    target: str
    rc: int
    problems: tuple[Message, ...]

    @property
    def done(self) -> bool:
        """Whether the label was written."""
        return self.rc == 0


def relabelled(listing: str) -> tuple[Relabelled, ...]:
    """Return what became of each REFORMAT statement.

    :raises ListingIncomplete: the closing message ICK00002I is missing.
    """
    maximum_rc(listing)
    return tuple(_one(lines) for lines in _functions(listing) if lines[0].split()[0] == "REFORMAT")


def maximum_rc(listing: str) -> int:
    """Return the highest condition code.

    :raises ListingIncomplete: the closing message is missing.
    """
    for message in messages(listing, "ICK"):
        if message.id == "ICK00002I" and (match := _RC.search(message.text)):
            return int(match[1])
    raise ListingIncomplete(utility="ICKDSF", message="ICK00002I", said="it did not end")


def _functions(listing: str) -> Iterator[list[str]]:
    """Yield the lines of each function, the first the whole statement."""
    current: list[str] = []
    statement_open = False
    for line in listing.splitlines():
        if statement_open:
            current[0] += " " + line.strip().removesuffix("-").strip()
            statement_open = line.rstrip().endswith("-")
            continue
        match = _COMMAND.match(line)
        if match:
            if current:
                yield current
            text = f"{match[1]} {match[2].strip()}"
            current = [text.removesuffix("-").strip()]
            statement_open = text.endswith("-")
        elif current:
            current.append(line)
    if current:
        yield current


def _one(lines: list[str]) -> Relabelled:
    operands = {name: value.strip() for name, value in _OPERAND.findall(lines[0])}
    rc = -1
    problems = []
    for message in messages(lines[1:], "ICK"):
        match = _RC.search(message.text)
        if message.id in _ENDS and match:
            rc = max(rc, int(match[1]))
        elif message.id[3] in "23":
            problems.append(message)
    named = operands.get("UNIT", ""), operands.get("VERIFY", ""), operands.get("VOLID", "")
    return Relabelled(*named, rc, tuple(problems))
