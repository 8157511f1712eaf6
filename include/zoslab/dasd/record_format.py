"""Records in blocks: formats F, V and U, blocked, spanned, with control characters.

Source: DFSMS Using Data Sets, "Record formats of non-VSAM data sets": block and record descriptor words of four bytes,
segment code 0 whole, 1 first, 2 last, 3 middle. Records are handed in and out without their descriptor words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zoslab.dasd.dscb import Format1, recfm_code
from zoslab.dasd.errors import DasdError

DESCRIPTOR = 4
LARGEST_BLOCK = 32760
_LAST_SEGMENT = (0, 2)
_FIRST_SEGMENT = (0, 1)


class BadRecordFormat(DasdError):
    """The attributes contradict each other, or name a format that cannot be written."""


class BadBlock(DasdError):
    """A block does not hold records of the format its data set says (an access method would end with S001)."""


class BadRecordLength(DasdError):
    """A record to be written does not fit the data set's LRECL."""


@dataclass(frozen=True)
class RecordFormat:
    """RECFM, LRECL and BLKSIZE of a data set; ``lrecl`` 0 is taken as the longest the block size allows."""

    recfm: str
    lrecl: int
    blksize: int

    def __post_init__(self) -> None:
        recfm_code(self.recfm)
        if not self.recfm or not 1 <= self.blksize <= LARGEST_BLOCK:
            raise BadRecordFormat(f"{self}: a record format and a block size of 1 to {LARGEST_BLOCK} are needed.")
        if self.kind == "F" and self.blksize % self.length:
            raise BadRecordFormat(f"{self}: the block size is not a multiple of the record length.")

    @classmethod
    def of(cls, dscb: Format1) -> RecordFormat:
        """:raises BadRecordFormat: the data set has no attributes yet, or impossible ones."""
        return cls(dscb.recfm, dscb.ds1lrecl, dscb.ds1blkl)

    @property
    def kind(self) -> str:
        return self.recfm[:1]

    @property
    def blocked(self) -> bool:
        return "B" in self.recfm

    @property
    def spanned(self) -> bool:
        return self.kind == "V" and "S" in self.recfm

    @property
    def length(self) -> int:
        """Bytes of an F record, most bytes of any other, with the record descriptor word of a V record."""
        return self.lrecl or (self.blksize - DESCRIPTOR if self.kind == "V" else self.blksize)

    def deblock(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the records of ``blocks``.

        :raises BadBlock: a block contradicts the format.
        """
        if self.kind == "U":
            return iter(blocks)
        if self.kind == "F":
            return self._fixed(blocks)
        return _joined(_segments(blocks))

    def block(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Yield blocks holding ``records``.

        :raises BadRecordLength: a record is longer than the format allows, or shorter than an F record.
        :raises BadRecordFormat: spanned records are read but not written.
        """
        if self.kind == "U":
            return self._undefined(records)
        if self.spanned:
            raise BadRecordFormat(f"{self}: spanned records can be read only. Use RECFM=VB.")
        if self.kind == "F":
            return self._blocked((self._exact(record) for record in records), b"")
        return self._blocked((self._described(record) for record in records), bytes(DESCRIPTOR))

    def _fixed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        size = self.length
        for number, block in enumerate(blocks, 1):
            if len(block) % size:
                raise BadBlock(f"Block {number} has {len(block)} bytes: not a multiple of LRECL={size} ({self}).")
            yield from (block[at : at + size] for at in range(0, len(block), size))

    def _undefined(self, records: Iterable[bytes]) -> Iterator[bytes]:
        for number, record in enumerate(records, 1):
            if not 1 <= len(record) <= self.blksize:
                raise BadRecordLength(f"Record {number} has {len(record)} bytes, {self} allows 1 to {self.blksize}.")
            yield record

    def _blocked(self, records: Iterable[bytes], prefix: bytes) -> Iterator[bytes]:
        """Fill blocks with records that carry their own descriptor words; ``prefix`` is room for the block's."""
        parts: list[bytes] = []
        used = len(prefix)
        for record in records:
            if parts and (not self.blocked or used + len(record) > self.blksize):
                yield _with_length(prefix, parts)
                parts, used = [], len(prefix)
            parts.append(record)
            used += len(record)
        if parts:
            yield _with_length(prefix, parts)

    def _exact(self, record: bytes) -> bytes:
        if len(record) != self.length:
            raise BadRecordLength(
                f"A record has {len(record)} bytes, {self} needs exactly {self.length}: {record!r:.60}"
            )
        return record

    def _described(self, record: bytes) -> bytes:
        length = len(record) + DESCRIPTOR
        most = min(self.length, self.blksize - DESCRIPTOR)
        if length > most:
            raise BadRecordLength(
                f"A record has {len(record)} bytes, {self} allows {most - DESCRIPTOR}: {record!r:.60}"
            )
        return length.to_bytes(2, "big") + b"\0\0" + record

    def __str__(self) -> str:
        return f"RECFM={self.recfm},LRECL={self.lrecl},BLKSIZE={self.blksize}"


def _with_length(prefix: bytes, parts: list[bytes]) -> bytes:
    body = b"".join(parts)
    if not prefix:
        return body
    return (len(body) + len(prefix)).to_bytes(2, "big") + b"\0\0" + body


def _segments(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield segment code and content of every record or segment of V blocks."""
    for number, block in enumerate(blocks, 1):
        end = int.from_bytes(block[:2], "big")
        if end > len(block) or end < DESCRIPTOR:
            raise BadBlock(f"Block {number} of {len(block)} bytes says that it has {end}.")
        at = DESCRIPTOR
        while at < end:
            length = int.from_bytes(block[at : at + 2], "big")
            if length < DESCRIPTOR or at + length > end:
                raise BadBlock(
                    f"Block {number}: the record at offset {at} says that it has {length} bytes of {end - at}."
                )
            yield block[at + 2] & 3, block[at + DESCRIPTOR : at + length]
            at += length


def _joined(segments: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    parts: list[bytes] = []
    open_record = False
    for code, content in segments:
        if (code in _FIRST_SEGMENT) == open_record:
            raise BadBlock(f"A record segment with code {code} follows where it cannot: segments are missing.")
        parts.append(content)
        open_record = code not in _LAST_SEGMENT
        if not open_record:
            yield b"".join(parts)
            parts = []
    if open_record:
        raise BadBlock("The last spanned record has no last segment.")
