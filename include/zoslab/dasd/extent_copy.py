"""One FlashCopy of extents, as its target device holds it: which target track stands for which source track.

Source of the behaviour: IBM DS8000 Copy Services, "Data set FlashCopy": extents of a volume are copied to extents of
the same or another volume of the storage system, wherever they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zoslab.dasd.devices import Device
    from zoslab.dasd.owned_tracks import OwnedTracks


class Run(NamedTuple):
    """Tracks that follow each other on both sides."""

    source: int
    target: int
    tracks: int


@dataclass(frozen=True)
class ExtentCopy:
    """A relationship. ``owned`` says which of the tracks, counted through all runs, are the target's own."""

    key: str
    source: Device
    runs: tuple[Run, ...]
    owned: OwnedTracks
    background: bool
    established: datetime

    @cached_property
    def _by_target(self) -> _Side:
        return _Side([(run.target, run.tracks) for run in self.runs])

    @cached_property
    def _by_source(self) -> _Side:
        return _Side([(run.source, run.tracks) for run in self.runs])

    def lacks(self, target_track: int) -> int | None:
        """Return the number of a track that is to be read from the source, None for any other track."""
        number = self._by_target.number(target_track)
        return None if number is None or number in self.owned else number

    def depends_on(self, source_track: int) -> int | None:
        """Return the number of the track that a track of the source stands for, None if the target has it or none."""
        number = self._by_source.number(source_track)
        return None if number is None or number in self.owned else number

    def source_track(self, number: int) -> int:
        """Return where a track is on the source."""
        return self._by_source.track(number)

    def target_track(self, number: int) -> int:
        """Return where a track goes to on the target."""
        return self._by_target.track(number)

    def covers(self, target_track: int) -> int | None:
        """Return the number of a target track, None for one outside."""
        return self._by_target.number(target_track)


class _Side:
    """The runs on one side, in order of their tracks there."""

    def __init__(self, runs: Sequence[tuple[int, int]]) -> None:
        starts, first = [], 0
        for low, tracks in runs:
            starts.append((low, first, tracks))
            first += tracks
        self._in_order = starts
        self._sorted = sorted(starts)
        self._lows = [low for low, _, _ in self._sorted]
        self._firsts = [first for _, first, _ in starts]

    def number(self, track: int) -> int | None:
        place = bisect_right(self._lows, track) - 1
        if place < 0:
            return None
        low, first, tracks = self._sorted[place]
        return first + track - low if track < low + tracks else None

    def track(self, number: int) -> int:
        low, first, _ = self._in_order[bisect_right(self._firsts, number) - 1]
        return low + number - first
