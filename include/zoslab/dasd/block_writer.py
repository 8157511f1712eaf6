"""Writes blocks onto the tracks of a data set one after the other, each track once, and extends it when it is full."""

from __future__ import annotations

from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.track import Record

Place = tuple[int, int]
"""Track of the data set, counted from 0, and record number: TTR."""

_HIGHEST_RECORD = 255


class BlockWriter:
    """Writes behind ``after``, the place of the last block to keep; (0, 0) to start with nothing.

    ``write`` and ``write_end_of_file`` raise NoSpace when the data set can have no more tracks; what was written is
    on the tracks once ``flush`` has been called.
    """

    def __init__(self, space: DataSetSpace, after: Place = (0, 0)) -> None:
        self._space = space
        self._geometry = space.parts[0][0].geometry
        self.track, last = after
        kept = space.read(self.track) if last else []
        self._records = [record for record in kept if record.number <= last]
        self._used = sum(self._geometry.cost(len(record.key), len(record.data)) for record in self._records)

    @property
    def last(self) -> Place:
        """The place of the last block written or kept."""
        return (self.track, self._records[-1].number) if self._records else (self.track, 0)

    def write(self, data: bytes, key: bytes = b"") -> Place:
        """Add a block and return its place.

        :raises NoSpace: no track is left.
        """
        cost = self._geometry.cost(len(key), len(data))
        full = self._used + cost > self._geometry.track_length or len(self._records) == _HIGHEST_RECORD
        if self._records and full:
            self._next_track()
        elif self.track >= self._space.tracks:
            self._space.extend()
        self._records.append(Record(len(self._records) + 1, key, data))
        self._used += cost
        return self.last

    def write_end_of_file(self) -> Place:
        """Add an end-of-file mark and return its place."""
        return self.write(b"")

    def flush(self) -> None:
        """Write the track that is being filled."""
        if self._records:
            self._space.write(self.track, self._records)

    def _next_track(self) -> None:
        self.flush()
        if self.track + 1 >= self._space.tracks:
            self._space.extend()
        self.track += 1
        self._records, self._used = [], 0
