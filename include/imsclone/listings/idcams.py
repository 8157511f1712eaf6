"""Access Method Services (IDCAMS) listings: statements with their condition codes, LISTCAT, DIAGNOSE.

Source: DFSMS Access Method Services Commands, SC23-6846, LISTCAT output; messages IDC0001I, IDC0002I, IDC3003I,
IDC21363I to IDC21365I.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from imsclone.facts import CatalogEntry, EntryKind
from imsclone.listings.errors import ListingIncomplete
from imsclone.listings.messages import Message, messages

_RC = re.compile(r"(?:MAXIMUM|HIGHEST)? ?CONDITION CODE (?:WAS|IS) (\d+)")
_ENDS = {"IDC0001I", "IDC3003I"}
_KINDS: dict[str, EntryKind] = {
    "CLUSTER": "CLUSTER",
    "DATA": "DATA",
    "INDEX": "INDEX",
    "NONVSAM": "NONVSAM",
    "GDG BASE": "GDG",
    "ALIAS": "ALIAS",
    "USERCATALOG": "UCAT",
    "AIX": "AIX",
    "PATH": "PATH",
}
_ENTRY = re.compile(rf"[01 ]?\s{{0,5}}[01]?\s*({'|'.join(_KINDS)}) -{{2,}} (\S+)\s*$")
_VOLSER = re.compile(r"VOLSER-+([A-Z0-9@#$*-]{1,6}?)(?:-*\s|$)")
_MEMBER_OF = re.compile(r"\s+(CLUSTER|GDG|GDG BASE|USERCAT|USERCATALOG|UCAT|NONVSAM|ALIAS|SYMBOLIC)-{2,}([A-Z@#$]\S*)")
_LIMIT = re.compile(r"LIMIT-+(\d+)")
_ATTRIBUTES = frozenset({"SCRATCH", "EMPTY", "LINEAR", "NUMBERED"})
_PRINTED = re.compile(r"[01 ]?\s*LISTING OF DATA SET -\s*(\S+)\s*")
_HEX = re.compile(r"[ 01]?\s*((?:[0-9A-F]{2}){1,60})\s*")
WARNING = 4
_DIAGNOSED = {"IDC21364I", "IDC21363I"}


@dataclass(frozen=True, slots=True)
class Function:
    """One statement that ran: its condition code and its messages."""

    rc: int
    messages: tuple[Message, ...]

    def has(self, *ids: str) -> bool:
        """Whether one of these messages is there."""
        return any(message.id in ids for message in self.messages)


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of IDCAMS."""

    functions: tuple[Function, ...]
    maximum_rc: int

    @property
    def problems(self) -> tuple[Message, ...]:
        """The messages of all functions that failed."""
        return tuple(
            message
            for function in self.functions
            if function.rc > 0
            for message in function.messages
            if message.id not in _ENDS
        )


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What DIAGNOSE found. ``errors`` are its findings in its words.

    Condition code 4 alone tells of volumes without a VVDS that it did not compare.
    """

    rc: int
    errors: tuple[Message, ...]

    @property
    def clean(self) -> bool:
        """Whether catalog and VVDSs agree."""
        return self.rc <= WARNING and not self.errors


def run(listing: str) -> Run:
    """Read a listing statement by statement.

    :raises ListingIncomplete: the closing message IDC0002I is missing.
    """
    functions: list[Function] = []
    open_messages: list[Message] = []
    for message in messages(listing, "IDC"):
        match = _RC.search(message.text)
        if message.id == "IDC0002I" and match:
            if open_messages:
                functions.append(Function(int(match[1]), tuple(open_messages)))
            return Run(tuple(functions), int(match[1]))
        open_messages.append(message)
        if message.id in _ENDS and match:
            functions.append(Function(int(match[1]), tuple(open_messages)))
            open_messages = []
    raise ListingIncomplete(utility="IDCAMS", message="IDC0002I", said=f"{len(functions)} functions ended")


def diagnose(listing: str) -> Diagnosis:
    """Return what all DIAGNOSE of a run found together."""
    return Diagnosis(run(listing).maximum_rc, tuple(error for one in diagnoses(listing) for error in one.errors))


def diagnoses(listing: str) -> tuple[Diagnosis, ...]:
    """Return what each DIAGNOSE of a run found, in the order of the statements."""
    return tuple(
        Diagnosis(function.rc, tuple(message for message in function.messages if message.id in _DIAGNOSED))
        for function in run(listing).functions
    )


def listcat(listing: str) -> tuple[CatalogEntry, ...]:
    """Return the entries a LISTCAT lists, each with its volumes and what it belongs to."""
    return tuple(_entry(kind, name, lines) for kind, name, lines in _entries(listing))


def _entries(listing: str) -> Iterator[tuple[EntryKind, str, list[str]]]:
    kind: EntryKind | None = None
    name = ""
    lines: list[str] = []
    for line in listing.splitlines():
        match = _ENTRY.match(line)
        if match:
            if kind:
                yield kind, name, lines
            kind, name, lines = _KINDS[match[1]], match[2], []
        else:
            lines.append(line)
    if kind:
        yield kind, name, lines


def _entry(kind: EntryKind, name: str, lines: list[str]) -> CatalogEntry:
    volsers: list[str] = []
    owner = ""
    for line in lines:
        volsers += [match[1] for match in _VOLSER.finditer(line) if match[1] not in volsers]
        match = _MEMBER_OF.match(line)
        if match and not owner and _owns(kind, match[1]):
            owner = match[2]
    if kind == "NONVSAM" and owner:
        kind = "GDS"
    words = {word for line in lines for word in line.split()}
    limits = [match for line in lines if (match := _LIMIT.search(line))] if kind == "GDG" else []
    limit = int(limits[0][1]) if limits else 0
    return CatalogEntry(name, kind, tuple(volsers), owner, limit, _ATTRIBUTES & words)


def _owns(kind: EntryKind, association: str) -> bool:
    """Whether an association leads up: components to their cluster, generations to their base, aliases anywhere."""
    if kind in ("DATA", "INDEX", "AIX", "PATH"):
        return association == "CLUSTER"
    if kind == "NONVSAM":
        return association in ("GDG", "GDG BASE")
    return kind == "ALIAS"


def printed(listing: str) -> dict[str, bytes]:
    """Return what PRINT HEX with COUNT(1) showed of each data set; empty for one that it could not read."""
    found: dict[str, bytes] = {}
    name = ""
    for line in listing.splitlines():
        head, digits = _PRINTED.fullmatch(line), _HEX.fullmatch(line)
        if head:
            name = head[1]
            found[name] = b""
        elif digits and name:
            found[name] += bytes.fromhex(digits[1])
        elif line.strip() and "RECORD" not in line:
            name = ""
    return found
