"""The online log data sets as a ring: one is written, full ones wait for their archive. Source: ims.md section 4."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zoslab.ims import log_block
from zoslab.ims.errors import ImsError, RegionDown
from zoslab.ims.log_block import LogBlock
from zoslab.ims.osam import BlockFile

AVAILABLE, IN_USE, TO_ARCHIVE, KEPT = "AVAILABLE", "IN USE", "ARC NEEDED", "RESTART"


@dataclass
class Olds:
    """One online log data set and its state."""

    ddname: str
    dsname: str
    file: BlockFile
    status: str = AVAILABLE
    next_block: int = 0
    first_lsn: int = 0
    last_lsn: int = 0

    @property
    def percent_full(self) -> int:
        return 100 * self.next_block // max(self.file.capacity, 1)


def read_blocks(file: BlockFile) -> Iterator[LogBlock]:
    """Return the log blocks of an OLDS in order, up to where the numbering breaks: older content or a torn block."""
    expected = 0
    for raw in file.scan(0, file.blocks):
        block = log_block.parse(raw)
        if block is None or (expected and block.sequence != expected):
            return
        expected = block.sequence + 1
        yield block


class OldsRing:
    """Writes log blocks to the current OLDS and moves on to the next available one when it is full."""

    def __init__(
        self, ring: list[Olds], opened: Callable[[Olds], None], closed: Callable[[Olds, Olds | None], None]
    ) -> None:
        if len(ring) < 2:
            raise ImsError("DFS3260I ONLINE LOG DATA SET SHORTAGE - NEED ANOTHER DATA SET")
        self.ring = ring
        self.current: Olds | None = None
        self._opened, self._closed = opened, closed
        self._change = threading.Condition()
        self._down = ""

    def open_next(self, after: Olds | None = None) -> None:
        """Make the next available OLDS after ``after`` the current one; waits for an archive if there is none."""
        start = self.ring.index(after) + 1 if after is not None else 0
        order = self.ring[start:] + self.ring[:start]
        with self._change:
            self._change.wait_for(lambda: self._down or any(one.status == AVAILABLE for one in order))
            if self._down:
                raise RegionDown(self._down)
            chosen = next(one for one in order if one.status == AVAILABLE)
            chosen.status, chosen.next_block, chosen.first_lsn, chosen.last_lsn = IN_USE, 0, 0, 0
            self.current = chosen
        self._opened(chosen)

    def write(self, block: bytes) -> None:
        """Write a block, and switch if that fills the current OLDS: the next one's start, as DBRC has it, is then
        before all of its records."""
        current = self.current
        if current is None:
            raise ImsError("DFS3258A NO ONLINE LOG DATA SET IS OPEN")
        current.file.write(current.next_block, block)
        parsed = log_block.parse(block)
        if parsed is not None:
            current.first_lsn = current.first_lsn or parsed.first_lsn
            current.last_lsn = parsed.last_lsn or current.last_lsn
        current.next_block += 1
        if current.next_block >= current.file.capacity:
            self.switch()

    def switch(self) -> None:
        """Close the current OLDS and open the next."""
        old = self.current
        self.close(final=False)
        self.open_next(old)
        if old is not None and self.current is not None:
            self._closed(old, self.current)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing is written to the current OLDS yet."""
        return self.current is not None and not self.current.next_block

    def close(self, *, final: bool = True) -> None:
        """Close the current OLDS; ``closed`` is to say when it may be archived."""
        old, self.current = self.current, None
        if old is None:
            return
        if final:
            self._closed(old, None)

    def to_archive(self, olds: Olds) -> None:
        """Note that an OLDS may be archived: DBRC knows it as closed, which it did not when the next was opened."""
        olds.status = TO_ARCHIVE

    def archived(self, olds: Olds) -> None:
        """Note that an OLDS may be written again."""
        with self._change:
            olds.status = AVAILABLE
            self._change.notify_all()

    def stop(self, reason: str) -> None:
        """Wake whoever waits for an OLDS."""
        with self._change:
            self._down = reason
            self._change.notify_all()
