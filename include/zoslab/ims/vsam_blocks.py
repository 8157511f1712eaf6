"""A VSAM entry-sequenced data set as database blocks: one block a control interval.

Source: ims.md section 5: the control interval ends with RDF and CIDF (7 bytes), the first one is reserved, the bitmap
stands in the second. The block is the one record of its interval.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.errors import BadControlInterval
from zoslab.dasd.vsam.intervals import ControlIntervals
from zoslab.dasd.vsam.statistics import Atomic, Holder
from zoslab.ims.errors import ImsError
from zoslab.ims.osam import BlockBeyondEnd, tracks_of

CONTROL = 7


class EntrySequenced(Protocol):
    """An open entry-sequenced data set (``zoslab.dasd.vsam.esds.Esds``)."""

    data: ControlIntervals
    ci_size: int
    holder: Holder
    atomic: Atomic


class IntervalFile:
    """Database blocks in an ESDS; ``blocks`` is the number of control intervals formatted so far."""

    def __init__(self, esds: EntrySequenced, name: str) -> None:
        self._esds, self.name = esds, name
        self.step = esds.ci_size
        self.block_size = self.step - CONTROL
        self.first = 1
        self._latch = threading.RLock()
        self._whole = control_interval.build([bytes(self.block_size)], self.step)[-CONTROL:]
        self.blocks = esds.holder.now.hurba // self.step

    def read(self, number: int) -> bytes:
        """Return a block; one that was never written reads as zeros."""
        if number >= self._esds.data.count:
            raise BlockBeyondEnd(f"DFS0451A I/O ERROR: BLOCK {number} IS BEYOND THE END OF {self.name}")
        with self._latch:
            if number >= self.blocks:
                return bytes(self.block_size)
            return self._block_in(self._esds.data.read_ci(number), number)

    def scan(self, first: int, stop: int) -> Iterator[bytes]:
        """Yield the blocks from ``first`` to before ``stop`` in order; each track is read once."""
        per_track, empty = self._esds.data.per_track, bytes(self.block_size)
        for track, places in tracks_of(first, stop - first, per_track):
            if places[0] >= self.blocks:
                yield from [empty] * len(places)
                continue
            with self._latch:
                intervals = self._esds.data.read_track(track)
            for number in places:
                yield self._block_in(intervals[number % per_track], number)

    def _block_in(self, image: bytes, number: int) -> bytes:
        if image[-CONTROL:] == self._whole:
            return image[:-CONTROL]
        try:
            records = control_interval.parse(image)
        except BadControlInterval as error:
            raise ImsError(f"DFS0451A I/O ERROR: {self.name} BLOCK {number}: {error}") from error
        data = records[0] if records else b""
        return data if len(data) == self.block_size else bytes(self.block_size)

    def write_run(self, first: int, run: Sequence[bytes]) -> None:
        """Write consecutive blocks, each track of them at once."""
        intervals, per_track = self._esds.data, self._esds.data.per_track
        with self._latch:
            if first + len(run) > self.blocks:
                self._format(first + len(run) - 1)
            for track, places in tracks_of(first, len(run), per_track):
                there = intervals.read_track(track) if len(places) < per_track else [b""] * per_track
                for number in places:
                    there[number % per_track] = control_interval.build([run[number - first]], self.step)
                intervals.write_track(track, there)

    def write(self, number: int, data: bytes) -> None:
        """Write a block in place; beyond the high-used RBA the intervals up to it are formatted first."""
        if len(data) != self.block_size:
            raise ImsError(f"DFS0451A I/O ERROR: {len(data)} BYTES FOR A BLOCK OF {self.block_size} IN {self.name}")
        with self._latch:
            if number >= self.blocks:
                self._format(number)
            self._esds.data.write_ci(number, control_interval.build([bytes(data)], self.step))

    def _format(self, upto: int) -> None:
        intervals = self._esds.data
        empty = control_interval.build([bytes(self.block_size)], self.step)
        with self._esds.holder.changing(self._esds.atomic):
            track = self.blocks // intervals.per_track
            last = upto // intervals.per_track
            intervals.reach((last + 1) * intervals.per_track)
            for number in range(track, last + 1):
                intervals.write_track(number, [empty] * intervals.per_track)
            self.blocks = (last + 1) * intervals.per_track
            self._esds.holder.put(hurba=self.blocks * self.step, records=self.blocks)

    def erase(self) -> None:
        """Make the data set empty."""
        with self._latch, self._esds.holder.changing(self._esds.atomic):
            self._esds.holder.put(hurba=0, records=0)
            self.blocks = 0
