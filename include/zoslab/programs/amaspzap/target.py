"""What VER and REP look at and change: a control section of a load module, or a block of a data set."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Protocol

from zoslab import ebcdic
from zoslab.dasd import loadmodule
from zoslab.dasd.errors import DasdError
from zoslab.dasd.loadmodule import Csect, LoadModule, NotALoadModule, OutsideModule
from zoslab.dasd.pds import MemberNotFound, Pds
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.track import Record
from zoslab.datasets import DataSet
from zoslab.programs.amaspzap import listing

IDENTIFICATION, ZAP_DATA, ENTRY_LENGTH, MOST_ENTRIES = 0x80, 0x01, 13, 19


class NotFound(Exception):
    """No such member, section or block; the text says which."""


class OutOfRange(Exception):
    """An offset behind the end of the section or block."""


class Target(Protocol):
    """Bytes that can be compared, replaced and dumped."""

    def read(self, offset: int, length: int) -> bytes: ...
    def replace(self, offset: int, data: bytes) -> None: ...
    def dump(self, translated: bool) -> Iterator[str]: ...


class Section:
    """A control section of a module; "" stands for the first."""

    def __init__(self, dataset: DataSet, member: str, csect: str) -> None:
        self.pds, self.member, self.space = Pds(dataset.space), member, dataset.space
        self.module = self._parse()
        try:
            self.csect = self.module.csect(csect)
        except OutsideModule as error:
            raise NotFound(f"CSECT {csect} OF {member}") from error

    def read(self, offset: int, length: int) -> bytes:
        self._within(offset, length)
        return self.module.text(self.csect.name)[offset : offset + length]

    def replace(self, offset: int, data: bytes) -> None:
        """Rewrite the text blocks that hold the bytes."""
        self._within(offset, len(data))
        try:
            changed = self.module.patched(self.csect.name, offset, data)
        except OutsideModule as error:
            raise OutOfRange(str(error)) from error
        for index, block in changed.items():
            self.pds.update_block(self.member, index, block)
        self.module = self._parse()

    def dump(self, translated: bool) -> Iterator[str]:
        yield from section_dump(self.pds, self.space, self.member, self.module, self.csect, translated)

    def identify(self, user_data: str, today: datetime.date) -> tuple[int, bool]:
        """Enter the change in the identification record; return how many it holds and whether it was full."""
        for index, block in enumerate(self.pds.blocks(self.member)):
            if block[0] == IDENTIFICATION and len(block) > 3 and block[2] & 0x0F == ZAP_DATA:
                count = block[3] & 0x3F
                if count >= MOST_ENTRIES:
                    return count, True
                day = f"{today:%y%j}F"
                entry = self.csect.esdid.to_bytes(2, "big") + bytes.fromhex(day) + ebcdic.encode(user_data[:8], 8)
                at = 4 + count * ENTRY_LENGTH
                changed = bytearray(block)
                changed[at : at + ENTRY_LENGTH] = entry
                changed[3] = (changed[3] & 0xC0) | (count + 1)
                self.pds.update_block(self.member, index, bytes(changed))
                return count + 1, False
        return 0, False

    def _within(self, offset: int, length: int) -> None:
        if offset + length > self.csect.length:
            raise OutOfRange(f"{offset + length:06X} IS BEHIND THE END OF CSECT {self.csect.name} AT "
                             f"{self.csect.length:06X}")  # fmt: skip

    def _parse(self) -> LoadModule:
        return parsed(self.pds, self.member)


class Block:
    """One physical record of a data set: its key and its data."""

    def __init__(self, dataset: DataSet, cchhr: str) -> None:
        self.space, self.cchhr = dataset.space, cchhr
        cylinder, head, self.number = int(cchhr[:4], 16), int(cchhr[4:8], 16), int(cchhr[8:], 16)
        self.track = _relative_track(self.space, cylinder, head)
        if self.track is None or not any(record.number == self.number for record in self.space.read(self.track)):
            raise NotFound(f"RECORD {cchhr} OF {dataset.dsname}")

    def read(self, offset: int, length: int) -> bytes:
        record = self._record()
        data = record.key + record.data
        if offset + length > len(data):
            raise OutOfRange(f"{offset + length:06X} IS BEHIND THE END OF THE RECORD AT {len(data):06X}")
        return data[offset : offset + length]

    def replace(self, offset: int, data: bytes) -> None:
        """Rewrite the record in place."""
        self.read(offset, len(data))
        record = self._record()
        whole = record.key + record.data
        whole = whole[:offset] + data + whole[offset + len(data) :]
        changed = record._replace(key=whole[: len(record.key)], data=whole[len(record.key) :])
        assert self.track is not None
        self.space.write(self.track, [changed if r.number == self.number else r for r in self.space.read(self.track)])

    def dump(self, translated: bool) -> Iterator[str]:
        yield from block_dump(self.cchhr, self._record(), translated)

    def _record(self) -> Record:
        assert self.track is not None
        return next(record for record in self.space.read(self.track) if record.number == self.number)


def parsed(pds: Pds, member: str) -> LoadModule:
    """Return a load module.

    :raises NotFound: there is no such member, or it is none.
    """
    try:
        return loadmodule.parse(pds.blocks(member))
    except MemberNotFound as error:
        raise NotFound(f"MEMBER {member} OF {pds.dsname}") from error
    except NotALoadModule as error:
        raise NotFound(f"LOAD MODULE {member} OF {pds.dsname}: {error}") from error


def section_dump(
    pds: Pds, space: DataSetSpace, member: str, module: LoadModule, csect: Csect, translated: bool
) -> Iterator[str]:
    """Yield the dump of a section, block by block; offsets count from the section's start."""
    places = member_places(pds, space, member)
    for text in module.texts:
        low = max(text.address, csect.address)
        high = min(text.address + len(text.content), csect.address + csect.length)
        if low < high:
            yield listing.heading(places[text.index], len(text.content), member, csect.name)
            piece = text.content[low - text.address : high - text.address]
            yield from listing.dump(piece, low - csect.address, translated)


def block_dump(cchhr: str, record: Record, translated: bool, member: str = "") -> Iterator[str]:
    """Yield the dump of a block, its key before its data."""
    data = record.key + record.data
    yield listing.heading(cchhr, len(data), member)
    yield from listing.dump(data, 0, translated)


def address(space: DataSetSpace, rel_track: int, number: int) -> str:
    """Return cylinder, head and record of a block as hexadecimal digits."""
    volume, track = space.locate(rel_track)
    cylinder, head = volume.geometry.cchh(track)
    return f"{cylinder:04X}{head:04X}{number:02X}"


def member_places(pds: Pds, space: DataSetSpace, member: str) -> list[str]:
    """Return the addresses of a member's blocks."""
    return [cchhr for cchhr, _ in member_blocks(pds, space, member)]


def member_blocks(pds: Pds, space: DataSetSpace, member: str) -> Iterator[tuple[str, Record]]:
    """Yield a member's blocks with their addresses.

    :raises NotFound: there is no such member.
    """
    try:
        first_track, first_number = pds.member(member).ttr
    except MemberNotFound as error:
        raise NotFound(f"MEMBER {member} OF {pds.dsname}") from error
    for rel_track in range(first_track, space.tracks):
        for record in space.read(rel_track):
            if rel_track == first_track and record.number < first_number:
                continue
            if record.is_end_of_file:
                return
            yield address(space, rel_track, record.number), record


def data_set_blocks(space: DataSetSpace, low: str = "", high: str = "F" * 10) -> Iterator[tuple[str, Record]]:
    """Yield the blocks in use, with their addresses; only those from ``low`` to ``high`` if these are given."""
    last_track, _ = space.last
    limited = bool(low)
    for rel_track in range(space.tracks if limited else last_track + 1):
        for record in space.read(rel_track):
            cchhr = address(space, rel_track, record.number)
            if not record.is_end_of_file and low <= cchhr <= high:
                yield cchhr, record


def _relative_track(space: DataSetSpace, cylinder: int, head: int) -> int | None:
    """Return which track of the data set lies at a cylinder and head of its first volume that has it."""
    first = 0
    for volume, entry in space.parts:
        try:
            wanted = volume.geometry.track(cylinder, head)
        except DasdError:
            wanted = -1
        for extent in entry.extents:
            if extent.low <= wanted <= extent.high:
                return first + wanted - extent.low
            first += extent.tracks
    return None
