"""Control intervals on tracks: interval ``n`` is record ``n % per_track + 1`` of track ``n // per_track``.

A physical record holds one whole control interval. VSAM may cut a large interval into smaller physical
records; none of the sizes in use here needs that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import Record
from zoslab.dasd.vsam.errors import BadControlInterval, UnsuitableAttributes


class Tracks(Protocol):
    """What tracks are on: a volume."""

    @property
    def geometry(self) -> Geometry: ...


class TrackSpace(Protocol):
    """The tracks of one data set, numbered from 0 (``zoslab.dasd.space.DataSetSpace``)."""

    @property
    def tracks(self) -> int: ...
    def locate(self, rel_track: int, /) -> tuple[Tracks, int]: ...
    def read(self, rel_track: int, /) -> list[Record]: ...
    def write(self, rel_track: int, records: Sequence[Record], /) -> None: ...
    def extend(self) -> object: ...


def valid_size(ci_size: int) -> bool:
    """Tell whether VSAM allows the size: multiples of 512 to 8192, of 2048 to 32768."""
    return 512 <= ci_size <= 32768 and ci_size % (512 if ci_size <= 8192 else 2048) == 0


class ControlIntervals:
    """One component as an array of control intervals; also the whole access to a linear data set."""

    def __init__(self, space: TrackSpace, ci_size: int) -> None:
        if not valid_size(ci_size):
            raise UnsuitableAttributes(
                f"a control interval of {ci_size} bytes: use a multiple of 512 to 8192, of 2048 to 32768"
            )
        self.space, self.ci_size = space, ci_size
        self.per_track = space.locate(0)[0].geometry.records_per_track(0, ci_size)
        if self.per_track == 0:
            raise UnsuitableAttributes(f"a control interval of {ci_size} bytes does not fit a track of this device")

    @property
    def count(self) -> int:
        """How many intervals the allocated tracks hold."""
        return self.space.tracks * self.per_track

    def read_ci(self, number: int) -> bytes:
        """Return control interval ``number``.

        :raises BadControlInterval: the track does not hold it.
        """
        track, index = divmod(number, self.per_track)
        records = self.space.read(track)
        if index >= len(records) or len(records[index].data) != self.ci_size:
            raise BadControlInterval(f"control interval {number} is not there: {self._missing(track, records)}")
        return records[index].data

    def read_track(self, track: int) -> list[bytes]:
        """Return all intervals of a relative track at once.

        :raises BadControlInterval: the track does not hold them.
        """
        records = self.space.read(track)
        if len(records) < self.per_track or any(len(record.data) != self.ci_size for record in records):
            raise BadControlInterval(f"track {track} is not formatted: {self._missing(track, records)}")
        return [record.data for record in records]

    def write_ci(self, number: int, data: bytes) -> None:
        """Write control interval ``number`` of a formatted track.

        :raises BadControlInterval: the track does not hold it.
        """
        track, index = divmod(number, self.per_track)
        records = list(self.space.read(track))
        if index >= len(records) or len(records[index].data) != self.ci_size:
            raise BadControlInterval(f"control interval {number} cannot be written: {self._missing(track, records)}")
        records[index] = Record(index + 1, b"", data)
        self.space.write(track, records)

    def open_new(self, number: int) -> None:
        """Make control interval ``number``, the one after the last in use, ready to be written.

        Its track may hold what a scratched data set left; the first interval of a track formats it.
        """
        self.reach(number + 1)
        if number % self.per_track == 0:
            self.write_track(number // self.per_track, [bytes(self.ci_size)] * self.per_track)

    def _missing(self, track: int, records: Sequence[Record]) -> str:
        sizes = sorted({len(record.data) for record in records})
        return (
            f"relative track {track} holds {len(records)} records of {sizes} bytes, "
            f"not {self.per_track} of {self.ci_size}"
        )

    def write_track(self, track: int, intervals: Sequence[bytes]) -> None:
        """Write all intervals of a relative track at once."""
        self.space.write(track, [Record(number, b"", data) for number, data in enumerate(intervals, 1)])

    def reach(self, count: int) -> None:
        """Extend the data set until it holds ``count`` intervals; what the space raises passes through."""
        while self.count < count:
            self.space.extend()
