"""Write-ahead data sets: the part of the log that is committed before its OLDS block is full.

Source: ims.md section 4: fixed blocks of 4096; used to close the OLDS after a failure. Own layout: the block header.
A copy of a segment never overwrites the newest one before it: writes go round the data set.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from zoslab.ims.errors import ImsError
from zoslab.ims.osam import BlockFile
from zoslab.layout import Layout, Number, Text

BLOCK_SIZE = 4096


class WadsHeader(Layout):
    """Own layout: head of a WADS block. ``sequence`` is that of the OLDS block, ``part`` its piece."""

    eye = Text(0, 4)
    imsid = Text(4, 8)
    sequence = Number(12, 8)
    part = Number(20, 2)
    length = Number(22, 2)
    write = Number(24, 8)
    checksum = Number(32, 4)


PART_SIZE = BLOCK_SIZE - WadsHeader.size


class WriteAhead:
    """The write-ahead data sets in use: the first that works; the others are spares."""

    def __init__(self, files: Sequence[BlockFile], imsid: str) -> None:
        self._files = list(files)
        self._imsid = imsid
        self._write = 0
        self._slot = 0
        self._used = 0

    def start_block(self) -> None:
        """Begin with a new OLDS block: what was written so far may be overwritten."""
        self._used = 0

    def resume_after(self, write: int) -> None:
        """Number writes from after ``write``."""
        self._write = write

    def has_room(self, parts: int) -> bool:
        """Tell whether ``parts`` more can be written without coming near this block's first ones."""
        return bool(self._files) and self._used + parts <= self._files[0].capacity // 2

    def harden(self, sequence: int, payload: bytes, already: int) -> None:
        """Write the parts of a log buffer that hold more than its first ``already`` bytes."""
        for part in range(already // PART_SIZE, -(-len(payload) // PART_SIZE)):
            self._put(sequence, part, payload[part * PART_SIZE : (part + 1) * PART_SIZE])

    def _put(self, sequence: int, part: int, data: bytes) -> None:
        if not self._files:
            raise ImsError("DFS3262I WRITE AHEAD DATA SET ERROR, NO MORE WADS AVAILABLE")
        self._write += 1
        head = WadsHeader(
            eye="WADS", imsid=self._imsid, sequence=sequence, part=part, length=len(data), write=self._write
        )
        head.checksum = zlib.crc32(data, zlib.crc32(bytes(head)))
        self._files[0].write(self._slot, (bytes(head) + data).ljust(BLOCK_SIZE, b"\0"))
        self._slot = (self._slot + 1) % self._files[0].capacity
        self._used += 1


def recover(files: Sequence[BlockFile], sequence: int) -> bytes:
    """Return what the write-ahead data sets hold of the OLDS block ``sequence``, up to the first gap."""
    newest: dict[int, tuple[int, bytes]] = {}
    for file in files:
        for number in range(file.blocks):
            head, data = _parse(file.read(number))
            if head is None or head.sequence != sequence:
                continue
            if head.part not in newest or newest[head.part][0] < head.write:
                newest[head.part] = (head.write, data)
    payload = b""
    for part in range(len(newest)):
        if part not in newest:
            break
        payload += newest[part][1]
        if len(newest[part][1]) < PART_SIZE:
            break
    return payload


def _parse(block: bytes) -> tuple[WadsHeader | None, bytes]:
    head = WadsHeader.of(block[: WadsHeader.size])
    if head.raw[:4] != WadsHeader(eye="WADS").raw[:4]:
        return None, b""
    data = block[WadsHeader.size : WadsHeader.size + head.length]
    checksum = head.checksum
    head.checksum = 0
    return (head, data) if zlib.crc32(data, zlib.crc32(bytes(head))) == checksum else (None, b"")


def last_write(files: Sequence[BlockFile]) -> int:
    """Return the highest write number found."""
    heads = (_parse(file.read(number))[0] for file in files for number in range(file.blocks))
    return max((head.write for head in heads if head is not None), default=0)
