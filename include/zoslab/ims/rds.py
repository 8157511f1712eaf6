"""The restart data set: where the last checkpoint is, and whether IMS ended in order.

Own layout: IBM does not publish it. Two blocks written in turn, so that one is always whole.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from zoslab.ims.osam import BlockFile
from zoslab.layout import Layout, Number, Text

BLOCK_SIZE = 4096
ACTIVE, ENDED = "ACTIVE", "ENDED"


class RdsBlock(Layout):
    """Own layout: one block of the restart data set."""

    eye = Text(0, 4)
    imsid = Text(4, 8)
    write = Number(12, 8)
    state = Text(20, 8)
    checkpoint = Text(28, 12)
    checkpoint_lsn = Number(40, 8)
    redo = Number(48, 8)
    undo = Number(56, 8)
    uor = Number(64, 4)
    checksum = Number(68, 4)


@dataclass(frozen=True)
class RestartPoint:
    """A checkpoint: its name, whose it is, and the log sequence numbers restart needs."""

    imsid: str
    checkpoint: str
    lsn: int
    redo: int
    undo: int
    uor: int = 0
    state: str = ACTIVE

    @property
    def start(self) -> int:
        """Where restart begins to read the log."""
        return min(self.redo, self.undo)


class RestartDataSet:
    """IMSRDS: reads the newest whole block, writes the other one."""

    def __init__(self, file: BlockFile) -> None:
        self._file = file

    def read(self) -> RestartPoint | None:
        """Return the last checkpoint, or None if the data set is empty or damaged."""
        found = self._newest()
        if found is None:
            return None
        return RestartPoint(
            found.imsid, found.checkpoint, found.checkpoint_lsn, found.redo, found.undo, found.uor, found.state
        )

    def _newest(self) -> RdsBlock | None:
        blocks = [block for number in range(2) if (block := self._load(number)) is not None]
        return max(blocks, key=lambda block: block.write, default=None)

    def _load(self, number: int) -> RdsBlock | None:
        block = RdsBlock.of(self._file.read(number)[: RdsBlock.size])
        whole = block.raw[:4] == RdsBlock(eye="RDS").raw[:4]
        return block if whole and zlib.crc32(block.raw[: RdsBlock.checksum.offset]) == block.checksum else None

    def write(self, point: RestartPoint) -> None:
        """Record a checkpoint."""
        newest = self._newest()
        write = newest.write + 1 if newest is not None else 1
        block = RdsBlock(
            eye="RDS",
            imsid=point.imsid,
            write=write,
            state=point.state,
            checkpoint=point.checkpoint,
            checkpoint_lsn=point.lsn,
            redo=point.redo,
            undo=point.undo,
            uor=point.uor,
        )
        block.checksum = zlib.crc32(block.raw[: RdsBlock.checksum.offset])
        self._file.write(write % 2, bytes(block).ljust(BLOCK_SIZE, b"\0"))

    def erase(self) -> None:
        """Format the data set."""
        self._file.erase()
