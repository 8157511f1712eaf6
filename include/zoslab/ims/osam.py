"""OSAM: fixed-length blocks of a data set by block number, counting from 0.

Source: DFSMS Using Data Sets (BDAM-like direct blocks), IMS System Administration (OSAM). Blocks stand in order on
the tracks, as many to a track as the device's formula allows; DS1LSTAR names the last formatted block.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import Record
from zoslab.ims.errors import ImsError


class Located(Protocol):
    """The volume a track is on."""

    @property
    def geometry(self) -> Geometry: ...


class BlockSpace(Protocol):
    """The tracks of one data set, numbered from 0; ``last`` is DS1LSTAR as (track, record)."""

    last: tuple[int, int]

    @property
    def tracks(self) -> int: ...
    def locate(self, rel_track: int) -> tuple[Located, int]: ...
    def read(self, rel_track: int) -> list[Record]: ...
    def write(self, rel_track: int, records: Sequence[Record]) -> None: ...
    def extend(self) -> object: ...


class Blocks(Protocol):
    """A data set as blocks: OSAM, or the control intervals of an ESDS. ``first`` is the first block in use."""

    name: str
    block_size: int
    step: int
    first: int
    blocks: int

    def read(self, number: int) -> bytes: ...
    def scan(self, first: int, stop: int) -> Iterator[bytes]: ...
    def write(self, number: int, data: bytes) -> None: ...
    def write_run(self, first: int, run: Sequence[bytes]) -> None: ...
    def erase(self) -> None: ...


_NO_RECORD = Record(0, b"", b"")


def tracks_of(first: int, count: int, per_track: int) -> Iterator[tuple[int, range]]:
    """Return the tracks that ``count`` blocks from ``first`` lie on, each with the numbers of its blocks."""
    stop = first + count
    for track in range(first // per_track, -(-stop // per_track)) if count > 0 else ():
        yield track, range(max(first, track * per_track), min(stop, (track + 1) * per_track))


class BlockBeyondEnd(ImsError):
    """A block number outside the data set."""


class BlockFile:
    """A data set of fixed-length blocks. ``blocks`` is the number formatted so far."""

    def __init__(self, space: BlockSpace, block_size: int, name: str) -> None:
        self._space = space
        self.block_size = self.step = block_size
        self.first = 0
        self.name = name
        self._per_track = space.locate(0)[0].geometry.records_per_track(0, block_size)
        self._latch = threading.RLock()
        self.blocks = self._formatted()

    def _formatted(self) -> int:
        track, record = self._space.last
        return track * self._per_track + record

    @property
    def capacity(self) -> int:
        """Blocks that fit the space allocated now."""
        return self._space.tracks * self._per_track

    def read(self, number: int) -> bytes:
        """Return a block; one that was never written reads as zeros."""
        track, place = divmod(number, self._per_track)
        if track >= self._space.tracks:
            raise BlockBeyondEnd(f"DFS0451A I/O ERROR: BLOCK {number} IS BEYOND THE END OF {self.name}")
        with self._latch:
            records = self._space.read(track)
        data = records[place].data if place < len(records) else b""
        return data if len(data) == self.block_size else bytes(self.block_size)

    def scan(self, first: int, stop: int) -> Iterator[bytes]:
        """Yield the blocks from ``first`` to before ``stop`` in order; each track is read once."""
        empty = bytes(self.block_size)
        for track, places in tracks_of(first, stop - first, self._per_track):
            with self._latch:
                records = self._space.read(track)
            for number in places:
                place = number % self._per_track
                data = records[place].data if place < len(records) else empty
                yield data if len(data) == self.block_size else empty

    def write_run(self, first: int, run: Sequence[bytes]) -> None:
        """Write consecutive blocks, each track of them at once."""
        with self._latch:
            self._reach(first + len(run) - 1)
            for track, places in tracks_of(first, len(run), self._per_track):
                records = self._space.read(track) if len(places) < self._per_track else [_NO_RECORD] * self._per_track
                for number in places:
                    data = self._checked(run[number - first])
                    place = number % self._per_track
                    records[place] = Record(place + 1, b"", data)
                self._space.write(track, records)

    def write(self, number: int, data: bytes) -> None:
        """Write a block in place; the first write to a track formats it, beyond the end the data set is extended."""
        track, place = divmod(number, self._per_track)
        with self._latch:
            data = self._checked(data)
            self._reach(number)
            records = self._space.read(track)
            records[place] = Record(place + 1, b"", data)
            self._space.write(track, records)

    def _checked(self, data: bytes) -> bytes:
        if len(data) != self.block_size:
            raise ImsError(f"DFS0451A I/O ERROR: {len(data)} BYTES FOR A BLOCK OF {self.block_size} IN {self.name}")
        return bytes(data)

    def _reach(self, number: int) -> None:
        """Extend and format the data set so far that it has a block."""
        track = number // self._per_track
        while track >= self._space.tracks:
            self._space.extend()
        if number >= self.blocks:
            self._format(track)

    def _format(self, upto: int) -> None:
        """Fill tracks with empty blocks and count them in, so that no block is written that the end does not cover."""
        first, held = divmod(self.blocks, self._per_track)
        for track in range(first, upto + 1):
            kept = self._space.read(track)[:held] if track == first and held else []
            empty = [Record(n, b"", bytes(self.block_size)) for n in range(len(kept) + 1, self._per_track + 1)]
            self._space.write(track, [*kept, *empty])
        self._space.last = (upto, self._per_track)
        self.blocks = (upto + 1) * self._per_track

    def erase(self) -> None:
        """Empty every track in use, as formatting does."""
        with self._latch:
            for track in range(-(-self.blocks // self._per_track)):
                self._space.write(track, [])
            self._space.last = (0, 0)
            self.blocks = 0
