"""VOLRCOND listings: what was renamed on which volume. The program is shipped with the embedded z/OS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from imsclone.listings.errors import ListingIncomplete, ListingUnreadable
from imsclone.listings.messages import Message, messages
from imsclone.listings.stamps import STAMP, stamp

_STARTED = re.compile(rf"RECONDITION STARTED ({STAMP})")
_VOLUME = re.compile(
    r"VOLUME (\S+) WAS (\S+): (\d+) RENAMED, (\d+) KEPT, (\d+) DELETED, VTOC INDEX (.+?), VVDS (?:(\d+) RECORDS|.*)"
)
_CATALOG = re.compile(r"CATALOG (\S+): (\d+) RECORDS, (\d+) RENAMED, (\d+) ORPHANS")
_ENDED = re.compile(r"RECONDITION ENDED RC=(\d+)")
_RENAME = re.compile(r"[ 01]?(\S{1,44})\s+(\S{1,44})\s+([A-Z0-9@#$-]{1,6})\s*")


@dataclass(frozen=True, slots=True)
class VolumeResult:
    """One reconditioned volume."""

    target: str
    source: str
    renamed: int
    kept: int
    deleted: int
    index: str
    vvds_records: int


@dataclass(frozen=True, slots=True)
class CatalogResult:
    """One reconditioned catalog."""

    name: str
    records: int
    renamed: int
    orphans: int


@dataclass(frozen=True, slots=True)
class Rename:
    """One data set's names on one volume."""

    old: str
    new: str
    volser: str


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of VOLRCOND."""

    rc: int
    started: datetime | None
    volumes: tuple[VolumeResult, ...]
    catalogs: tuple[CatalogResult, ...]
    problems: tuple[Message, ...]

    @property
    def renamed(self) -> int:
        """How many VTOC entries were renamed."""
        return sum(volume.renamed for volume in self.volumes)


def run(listing: str, offset: timedelta = timedelta()) -> Run:
    """Read SYSPRINT.

    :raises ListingIncomplete: RCD099I is missing.
    :raises ListingUnreadable: a message is not of its form.
    """
    volumes: list[VolumeResult] = []
    catalogs: list[CatalogResult] = []
    problems: list[Message] = []
    started: datetime | None = None
    for message in messages(listing, "RCD"):
        if message.id == "RCD001I":
            started = stamp(_match(_STARTED, message)[1], offset)
        elif message.id == "RCD010I":
            volumes.append(_volume(_match(_VOLUME, message)))
        elif message.id == "RCD020I":
            name, *counts = _match(_CATALOG, message).groups()
            catalogs.append(CatalogResult(name, *map(int, counts)))
        elif message.id == "RCD099I":
            rc = int(_match(_ENDED, message)[1])
            return Run(rc, started, tuple(volumes), tuple(catalogs), tuple(problems))
        elif message.severity != "I":
            problems.append(message)
    said = "; ".join(str(problem) for problem in problems) or "it did not end"
    raise ListingIncomplete(utility="VOLRCOND", message="RCD099I", said=said)


def renames(listing: str) -> tuple[Rename, ...]:
    """Read the data set RENAMES: old name, new name, volume in fixed columns."""
    matches = (_RENAME.fullmatch(line) for line in listing.splitlines())
    return tuple(Rename(*match.groups()) for match in matches if match)


def _volume(match: re.Match[str]) -> VolumeResult:
    target, source, renamed, kept, deleted, index, records = match.groups()
    return VolumeResult(target, source, int(renamed), int(kept), int(deleted), index, int(records or 0))


def _match(pattern: re.Pattern[str], message: Message) -> re.Match[str]:
    match = pattern.match(message.text)
    if match is None:
        raise ListingUnreadable(utility="VOLRCOND", line=message.line, said=f"not a {message.id}", shown=message.text)
    return match
