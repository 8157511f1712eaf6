"""One RECON data set: records in segments on a KSDS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar, Protocol

from zoslab.dasd.errors import DasdError
from zoslab.dasd.vsam.errors import VsamError
from zoslab.ims.dbrc import layout
from zoslab.ims.dbrc.kinds import joined, segments
from zoslab.ims.dbrc.layout import content, entries, flag, raw
from zoslab.ims.dbrc.records import KEY_LENGTH, KEY_PARTS, HeaderExtension, Record

LOSS = (OSError, VsamError, DasdError, layout.DamagedRecord)
"""What counts as an I/O error on a RECON data set."""


class KeyedRecords(Protocol):
    """The requests DBRC makes on a KSDS with a 32-byte key at offset 0."""

    def get(self, key: bytes) -> bytes | None: ...
    def insert(self, record: bytes) -> None: ...
    def update(self, record: bytes) -> None: ...
    def delete(self, key: bytes) -> None: ...
    def browse(self, from_key: bytes = b"") -> Iterator[bytes]: ...


@dataclass(frozen=True)
class ReconDataSet:
    """What is allocated to RECON1, RECON2 or RECON3; ``ksds`` is None if the data set does not exist."""

    dsname: str
    ksds: KeyedRecords | None


@dataclass(frozen=True)
class Change:
    """The new content of one record, or its deletion."""

    key: bytes = raw(KEY_LENGTH)
    delete: bool = flag()
    content: bytes = content()


@dataclass(frozen=True)
class Update(Record):
    """Own layout: all changes of one update, there from before the first is made until after the last."""

    NAME: ClassVar[str] = "UPDATE"
    TYPE: ClassVar[int] = 0xFE
    KEY: ClassVar[tuple[str | bytes, str, str | bytes]] = (b"\xff" * 8, "", "")
    changes: tuple[Change, ...] = entries(Change)


class Copy:
    """The records of one RECON data set.

    :raises: any of ``LOSS`` from every method.
    """

    def __init__(self, ksds: KeyedRecords) -> None:
        self.ksds = ksds

    def read(self, key: bytes) -> bytes | None:
        """Return the fields of the record with this key."""
        first = self.ksds.get(key)
        if first is None:
            return None
        if int.from_bytes(first[KEY_LENGTH + 8 : KEY_LENGTH + 12], "big") <= len(first) - KEY_LENGTH - 12:
            return joined([first])[0]
        return joined(self._segments(key))[0]

    def browse(self, from_key: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Yield key and fields of the records from ``from_key`` on; pieces of an unfinished record are passed over."""
        for parts, stored in groupby(self.ksds.browse(from_key), key=lambda record: record[:KEY_PARTS]):
            whole = list(stored)
            if not any(whole[0][KEY_PARTS:KEY_LENGTH]):
                yield parts + bytes(3), joined(whole)[0]

    def write(self, key: bytes, fields: bytes, token: int) -> None:
        """Store a record; its segment 0 comes last, so that a record is there whole or not at all."""
        there = {record[:KEY_LENGTH] for record in self._segments(key)}
        stored = segments(key, fields, token)
        for record in reversed(stored):
            if record[:KEY_LENGTH] in there:
                self.ksds.update(record)
            else:
                self.ksds.insert(record)
        for name in sorted(there - {record[:KEY_LENGTH] for record in stored}):
            self.ksds.delete(name)

    def erase(self, key: bytes) -> None:
        """Delete a record, segment 0 first; nothing happens if it is not there."""
        for record in self._segments(key):
            self.ksds.delete(record[:KEY_LENGTH])

    def apply(self, update: Update, token: int) -> None:
        """Make an update's changes; made twice they do no harm."""
        for change in update.changes:
            if change.delete:
                self.erase(change.key)
            else:
                self.write(change.key, change.content, token)

    def extension(self) -> HeaderExtension | None:
        """Return the header extension; None on a data set that is no copy of a RECON."""
        fields = self.read(HeaderExtension().key)
        return None if fields is None else layout.load(HeaderExtension, fields)[0]

    def unfinished(self) -> Update | None:
        """Return the update that was going on when DBRC ended."""
        fields = self.read(Update().key)
        return None if fields is None else layout.load(Update, fields)[0]

    def empty(self) -> bool:
        """Say whether the data set holds nothing."""
        return next(iter(self.ksds.browse()), None) is None

    def become(self, source: Copy) -> None:
        """Make this data set a copy of ``source``; the header extension comes last."""
        extension = HeaderExtension().key
        self.erase(extension)
        for name in [record[:KEY_LENGTH] for record in self.ksds.browse()]:
            self.ksds.delete(name)
        last = []
        for record in source.ksds.browse():
            if record[:KEY_PARTS] == extension[:KEY_PARTS]:
                last.append(record)
            elif record[:KEY_PARTS] != Update().key[:KEY_PARTS]:
                self.ksds.insert(record)
        for record in last:
            self.ksds.insert(record)

    def _segments(self, key: bytes) -> list[bytes]:
        found = []
        for record in self.ksds.browse(key[:KEY_PARTS]):
            if record[:KEY_PARTS] != key[:KEY_PARTS]:
                break
            found.append(record)
        return found
