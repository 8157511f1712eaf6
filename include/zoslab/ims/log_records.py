"""Log records. Source: ims.md section 4: LL(2) ZZ(2) type(1) subtype(1) ... suffix STCK(8) LSN(8); the head follows the
X'29' records (+06 PST, +08 IMSID, +10 DBD, +18 PSB). Record types are IBM's.

Own layout: everything after the head. IBM leaves the X'50' and X'56' records to macros that are not public.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from zoslab import ebcdic
from zoslab.layout import Layout, Number, Text


class Type(IntEnum):
    """Type and subtype of the records that are written. Own subtypes: X'4C04', what is stopped; X'4C51' and X'4C52',
    quiesce and its end."""

    COMMAND = 0x0200
    IMS_START = 0x0601
    IMS_STOP = 0x0602
    PROGRAM_END = 0x0700
    PROGRAM_START = 0x0800
    DATABASE_OPEN = 0x2000
    DATABASE_CLOSE = 0x2100
    DEFINITION = 0x2200
    COMMIT = 0x3730
    ABORT_END = 0x3800
    CHECKPOINT_START = 0x4001
    CHECKPOINT_END = 0x4098
    PADDING = 0x4800
    BACKOUT_DONE = 0x4C01
    DATABASE_STOPS = 0x4C04
    DATABASE_QUIESCE = 0x4C51
    DATABASE_RESUME = 0x4C52
    BACKOUT_FAILED = 0x4C80
    CHANGE = 0x5050
    INDEX_CHANGE = 0x5052
    UOR_START = 0x5607
    UOR_END = 0x5612
    AREA_CHANGE = 0x5950


class Head(Layout):
    """First part of every record."""

    length = Number(0, 2)
    zeros = Number(2, 2)
    type = Number(4, 2)
    pst = Number(6, 2)
    imsid = Text(8, 8)
    dbd = Text(16, 8)
    psb = Text(24, 8)
    uor = Number(32, 4)
    flags = Number(36, 2)


class Suffix(Layout):
    """Last 16 bytes of every record."""

    stck = Number(0, 8)
    lsn = Number(8, 8)


class ChangeBody(Layout):
    """Own layout: a change of a block; the ranges follow."""

    ddname = Text(0, 8)
    block = Number(8, 4)
    ranges = Number(12, 2)


class RangeHead(Layout):
    """Own layout: one changed range; the bytes before and after follow."""

    offset = Number(0, 2)
    length = Number(2, 2)


class IndexBody(Layout):
    """Own layout: a record put into or taken out of a key-sequenced data set; key, before and after follow."""

    ddname = Text(0, 8)
    key = Number(8, 2)
    before = Number(10, 2)
    after = Number(12, 2)


class CheckpointBody(Layout):
    """Own layout: where restart begins. ``redo`` and ``undo`` are log sequence numbers."""

    identifier = Text(0, 12)
    kind = Text(12, 8)
    redo = Number(20, 8)
    undo = Number(28, 8)
    uor = Number(36, 4)


class BackoutBody(Layout):
    """Own layout: of a backout that failed, the first record of its unit, and from where changes must be made again.

    ``redo`` is 0 if every other change of the database has been made.
    """

    first = Number(0, 8)
    redo = Number(8, 8)


REDO_ONLY = 0x0001


@dataclass(frozen=True)
class LogRecord:
    """A record as read from the log or about to be written (``lsn`` 0)."""

    type: int
    imsid: str = ""
    body: bytes = b""
    dbd: str = ""
    psb: str = ""
    pst: int = 0
    uor: int = 0
    flags: int = 0
    lsn: int = 0
    stck: int = 0

    def encode(self, imsid: str, stck: int, lsn: int) -> bytes:
        """Return the record as it stands on the log."""
        length = Head.size + len(self.body) + Suffix.size
        head = Head(
            length=length,
            type=self.type,
            pst=self.pst,
            imsid=imsid,
            dbd=self.dbd,
            psb=self.psb,
            uor=self.uor,
            flags=self.flags,
        )
        return bytes(head) + self.body + bytes(Suffix(stck=stck, lsn=lsn))

    @property
    def size(self) -> int:
        return Head.size + len(self.body) + Suffix.size


_HEAD, _SUFFIX = Head.all_at_once(), Suffix.all_at_once()
_CHANGE, _RANGE = ChangeBody.all_at_once(), RangeHead.all_at_once()
_name = lru_cache(4096)(ebcdic.decode)
"""Names on a log are few and come again and again."""


def decode(raw: bytes) -> LogRecord:
    """Return the record held in these bytes."""
    _, _, kind, pst, imsid, dbd, psb, uor, flags = _HEAD.unpack_from(raw)
    stck, lsn = _SUFFIX.unpack_from(raw, len(raw) - Suffix.size)
    body = raw[Head.size : -Suffix.size]
    return LogRecord(kind, _name(imsid), body, _name(dbd), _name(psb), pst, uor, flags, lsn, stck)


def split(payload: bytes) -> Iterator[bytes]:
    """Return the whole records at the start of a run of log bytes."""
    at = 0
    while at + Head.size + Suffix.size <= len(payload):
        length = int.from_bytes(payload[at : at + 2], "big")
        if length < Head.size + Suffix.size or at + length > len(payload):
            return
        yield payload[at : at + length]
        at += length


@dataclass(frozen=True)
class Change:
    """A changed block: the ranges as (offset, before, after)."""

    dbd: str
    ddname: str
    block: int
    ranges: tuple[tuple[int, bytes, bytes], ...]

    def record(self, flags: int = 0) -> LogRecord:
        parts = [bytes(ChangeBody(ddname=self.ddname, block=self.block, ranges=len(self.ranges)))]
        for offset, before, after in self.ranges:
            parts += [bytes(RangeHead(offset=offset, length=len(after))), before, after]
        return LogRecord(Type.CHANGE, body=b"".join(parts), dbd=self.dbd, flags=flags)

    @classmethod
    def of(cls, record: LogRecord) -> Change:
        body, at = record.body, ChangeBody.size
        ddname, block, count = _CHANGE.unpack_from(body)
        ranges = []
        for _ in range(count):
            offset, length = _RANGE.unpack_from(body, at)
            at += RangeHead.size
            ranges.append((offset, body[at : at + length], body[at + length : at + 2 * length]))
            at += 2 * length
        return cls(record.dbd, _name(ddname), block, tuple(ranges))

    def reversed(self) -> Change:
        """Return the change that takes this one back: only the bytes it changed.

        A range may span bytes that this change left alone and another unit of recovery has changed since, such as the
        root anchor points between the free space anchor and the first segment.
        """
        ranges = tuple(
            (offset + start, after[start:end], before[start:end])
            for offset, before, after in self.ranges
            for start, end in _runs(before, after)
        )
        return Change(self.dbd, self.ddname, self.block, ranges)

    def apply(self, block: bytearray) -> None:
        """Write the after-images into a block."""
        for offset, _, after in self.ranges:
            block[offset : offset + len(after)] = after


@dataclass(frozen=True)
class IndexChange:
    """A record of a key-sequenced data set before and after; empty says there is none."""

    dbd: str
    ddname: str
    key: bytes
    before: bytes
    after: bytes

    def record(self, flags: int = 0) -> LogRecord:
        head = IndexBody(ddname=self.ddname, key=len(self.key), before=len(self.before), after=len(self.after))
        return LogRecord(
            Type.INDEX_CHANGE, body=bytes(head) + self.key + self.before + self.after, dbd=self.dbd, flags=flags
        )

    @classmethod
    def of(cls, record: LogRecord) -> IndexChange:
        head = IndexBody.of(record.body[: IndexBody.size])
        rest = record.body[IndexBody.size :]
        key, rest = rest[: head.key], rest[head.key :]
        return cls(record.dbd, head.ddname, key, rest[: head.before], rest[head.before :])

    def reversed(self) -> IndexChange:
        """Return the change that takes this one back."""
        return IndexChange(self.dbd, self.ddname, self.key, self.after, self.before)


def _runs(before: bytes, after: bytes) -> Iterator[tuple[int, int]]:
    """Return start and end of each run of bytes that differ."""
    start = -1
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new and start < 0:
            start = at
        elif old == new and start >= 0:
            yield start, at
            start = -1
    if start >= 0:
        yield start, len(before)


def differences(before: bytes, after: bytes, grain: int = 32) -> tuple[tuple[int, bytes, bytes], ...]:
    """Return the ranges in which two blocks differ; ranges closer than ``grain`` bytes are one."""
    ranges: list[list[int]] = []
    for at in range(0, len(before), grain):
        if before[at : at + grain] != after[at : at + grain]:
            if ranges and ranges[-1][1] == at:
                ranges[-1][1] = at + grain
            else:
                ranges.append([at, at + grain])
    return tuple(_trim(before, after, start, min(end, len(before))) for start, end in ranges)


def _trim(before: bytes, after: bytes, start: int, end: int) -> tuple[int, bytes, bytes]:
    while before[start] == after[start]:
        start += 1
    while before[end - 1] == after[end - 1]:
        end -= 1
    return start, before[start:end], after[start:end]
