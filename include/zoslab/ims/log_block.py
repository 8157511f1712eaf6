"""A block of an online log data set. Source: ims.md section 4: RECFM=VB, blocks of fixed length, X'48' padding records.

Own layout: the padding record ends every block and carries the block's sequence number and checksum in its last bytes.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from functools import cached_property

from zoslab import ebcdic
from zoslab.ims import log_records
from zoslab.ims.log_records import Head, LogRecord, Suffix, Type
from zoslab.layout import Layout, Number, Text

BDW_SIZE = 4


class Trailer(Layout):
    """Own layout: last bytes of a log block, inside the padding record."""

    eye = Text(0, 4)
    imsid = Text(4, 8)
    sequence = Number(12, 8)
    first_lsn = Number(20, 8)
    last_lsn = Number(28, 8)
    stck = Number(36, 8)
    checksum = Number(44, 4)


_TRAILER, _EYE = Trailer.all_at_once(), ebcdic.encode("OLDS")
_RECORD = struct.Struct(">HHH")
"""Length, zeros and type: how a record begins."""
PAD_MINIMUM = Head.size + Trailer.size


def room(block_size: int) -> int:
    """Return how many bytes of records a block holds."""
    return block_size - BDW_SIZE - PAD_MINIMUM


@dataclass(frozen=True)
class LogBlock:
    """A log block as read."""

    imsid: str
    sequence: int
    first_lsn: int
    last_lsn: int
    stck: int
    image: bytes = field(repr=False)

    @cached_property
    def payload(self) -> bytes:
        """The records, up to the padding."""
        at = BDW_SIZE
        while at + 6 <= len(self.image):
            length, _, kind = _RECORD.unpack_from(self.image, at)
            if kind == Type.PADDING:
                break
            at += max(length, 1)
        return self.image[BDW_SIZE:at]

    def records(self) -> list[LogRecord]:
        return [log_records.decode(raw) for raw in log_records.split(self.payload)]


def build(payload: bytes, block_size: int, imsid: str, sequence: int) -> bytes:
    """Return a log block holding whole records.

    :raises ValueError: the records do not fit.
    """
    if len(payload) > room(block_size):
        raise ValueError(f"{len(payload)} bytes of log records for a block of {block_size}")
    records = [Suffix.of(raw[-Suffix.size :]) for raw in log_records.split(payload)]
    pad_length = block_size - BDW_SIZE - len(payload)
    pad = Head(length=pad_length, type=int(Type.PADDING), imsid=imsid)
    trailer = Trailer(
        eye="OLDS",
        imsid=imsid,
        sequence=sequence,
        first_lsn=records[0].lsn if records else 0,
        last_lsn=records[-1].lsn if records else 0,
        stck=records[-1].stck if records else 0,
    )
    body = block_size.to_bytes(2, "big") + b"\0\0" + payload + bytes(pad)
    body += bytes(block_size - len(body) - Trailer.size)
    trailer.checksum = zlib.crc32(body + bytes(trailer)[: Trailer.checksum.offset])
    return body + bytes(trailer)


def parse(block: bytes) -> LogBlock | None:
    """Return the log block, or None if these bytes are not a whole log block."""
    if len(block) < BDW_SIZE + PAD_MINIMUM:
        return None
    eye, imsid, sequence, first_lsn, last_lsn, stck, checksum = _TRAILER.unpack_from(block, len(block) - Trailer.size)
    if eye != _EYE or zlib.crc32(block[: -Trailer.size + Trailer.checksum.offset]) != checksum:
        return None
    return LogBlock(ebcdic.decode(imsid), sequence, first_lsn, last_lsn, stck, block)
