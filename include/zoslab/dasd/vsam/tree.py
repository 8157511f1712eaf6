"""The index component: search from the root, entries for new records, new levels.

Every write leaves an index that can be searched: a record that was split off is reached through the horizontal
pointer of its left neighbour until its parent knows it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zoslab.dasd.vsam import index
from zoslab.dasd.vsam.errors import BadControlInterval, BadIndexRecord, IndexRecordFull
from zoslab.dasd.vsam.index import IndexRecord
from zoslab.dasd.vsam.intervals import ControlIntervals
from zoslab.dasd.vsam.statistics import Holder

INDEX_SET_POINTER = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One index record on the way from the root to the sequence set, and the entry that was followed."""

    number: int
    record: IndexRecord
    entry: int


class IndexTree:
    """The index component of one key-sequenced data set."""

    def __init__(self, intervals: ControlIntervals, holder: Holder, key_length: int) -> None:
        self.intervals, self.holder, self.key_length = intervals, holder, key_length

    def read(self, number: int) -> IndexRecord:
        """Return index record ``number`` (its RBA divided by the control interval size).

        :raises BadIndexRecord: naming the record.
        """
        try:
            return index.decode(self.intervals.read_ci(number), self.key_length)
        except (BadIndexRecord, BadControlInterval) as error:
            raise BadIndexRecord(f"index control interval {number}: {error}") from error

    def write(self, number: int, record: IndexRecord) -> None:
        """Write an index record.

        :raises IndexRecordFull: its entries do not fit; nothing was written.
        """
        self.intervals.write_ci(number, index.encode(record, self.intervals.ci_size))

    def rba(self, number: int) -> int:
        return number * self.intervals.ci_size

    def number(self, rba: int) -> int:
        return rba // self.intervals.ci_size

    def allocate(self) -> int:
        """Return a new index record's number; the high-used RBA is saved before the record is in use."""
        number = self.number(self.holder.now.index_hurba)
        self.intervals.open_new(number)
        self.holder.put(index_hurba=self.rba(number + 1))
        return number

    def search(self, key: bytes) -> list[Step]:
        """Return the way from the root to the sequence set entry whose range holds ``key``; [] beyond the last."""
        number = self.number(self.holder.now.index_root)
        path: list[Step] = []
        while True:
            record = self.read(number)
            while key > record.keys[-1] and record.next_rba:
                number = self.number(record.next_rba)
                record = self.read(number)
            entry = bisect_left(record.keys, key)
            if entry == len(record.keys):
                return []
            path.append(Step(number, record, entry))
            if record.level == 1:
                return path
            if len(path) > self.holder.now.levels:
                raise BadIndexRecord(f"index control interval {number}: deeper than {self.holder.now.levels} levels")
            number = record.pointers[entry]

    def leftmost(self) -> int:
        """Return the number of the first sequence set record."""
        number = self.number(self.holder.now.index_root)
        record = self.read(number)
        while record.level > 1:
            number = record.pointers[0]
            record = self.read(number)
        return number

    def tell_parent(self, path: Sequence[Step], left: int, high: bytes, right: int) -> None:
        """Enter ``right``, split off from ``left`` which now ends at ``high``, in the level above ``path``."""
        if not path:
            self._grow(left, high, right)
            return
        number, record = path[-1].number, path[-1].record
        if left not in record.pointers:
            return
        at = record.pointers.index(left)
        changed = replace(
            record,
            keys=(*record.keys[:at], high, *record.keys[at:]),
            pointers=(*record.pointers[: at + 1], right, *record.pointers[at + 1 :]),
        )
        try:
            self.write(number, changed)
        except IndexRecordFull:
            self._split(path, changed)

    def _split(self, path: Sequence[Step], full: IndexRecord) -> None:
        number = path[-1].number
        middle = len(full.keys) // 2
        right = self.allocate()
        self.write(right, replace(full, keys=full.keys[middle:], pointers=full.pointers[middle:]))
        left = replace(full, keys=full.keys[:middle], pointers=full.pointers[:middle], next_rba=self.rba(right))
        self.write(number, left)
        self.tell_parent(path[:-1], number, left.keys[-1], right)

    def _grow(self, left: int, high: bytes, right: int) -> None:
        if self.rba(left) != self.holder.now.index_root:
            return
        root = self.allocate()
        level = self.read(left).level + 1
        top = b"\xff" * self.key_length
        self.write(root, IndexRecord(level, 0, 0, INDEX_SET_POINTER, (high, top), (left, right)))
        self.holder.put(index_root=self.rba(root), levels=level)
