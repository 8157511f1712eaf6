"""Bulk load of a key-sequenced data set from records in key order: intervals, areas and index from the bottom up.

The high-used RBAs are saved once at the end, so a load that dies leaves an empty data set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from zoslab.dasd.vsam import control_interval, split
from zoslab.dasd.vsam.errors import DataSetNotEmpty, IndexRecordFull, KeysOutOfSequence
from zoslab.dasd.vsam.index import IndexRecord, encode, separator
from zoslab.dasd.vsam.tree import INDEX_SET_POINTER

if TYPE_CHECKING:
    from zoslab.dasd.vsam.ksds import Ksds


class Filled(NamedTuple):
    """A filled control interval with its lowest and highest key."""

    low: bytes
    high: bytes
    image: bytes


def load(ksds: Ksds, records: Iterable[bytes]) -> int:
    """Load the empty data set; return the number of records. See ``Ksds.load``."""
    if not ksds.empty:
        raise DataSetNotEmpty("the data set was loaded before: define it with REUSE, or insert the records")
    return _Load(ksds).run(records)


class _Load:
    def __init__(self, ksds: Ksds) -> None:
        attributes = ksds.attributes
        self.ksds = ksds
        self.records = self.index_records = self.areas = 0
        self.ca_limit = max(ksds.cis_per_ca * (100 - attributes.free_ca) // 100, 1)
        self.top = b"\xff" * attributes.key_length

    def run(self, records: Iterable[bytes]) -> int:
        level = self._index_set(list(self._sequence_set(records)))
        if self.records:
            self.ksds.holder.put(
                hurba=self.areas * self.ksds.cis_per_ca * self.ksds.attributes.ci_size,
                index_hurba=self.ksds.tree.rba(self.index_records),
                index_root=self.ksds.tree.rba(self.index_records - 1),
                levels=level,
                records=self.records,
            )
        return self.records

    def _sequence_set(self, records: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
        """Write areas and their sequence set records; yield (high key, number) of each."""
        pending: list[Filled] = []
        for filled in self._intervals(records):
            pending.append(filled)
            if len(pending) > self.ca_limit:
                high, number, used = self._area(pending, last=False)
                del pending[:used]
                yield high, number
        while pending:
            high, number, used = self._area(pending, last=True)
            del pending[:used]
            yield high, number

    def _area(self, pending: list[Filled], last: bool) -> tuple[bytes, int, int]:
        """Write the next area from ``pending``: as many intervals as its sequence set record has room for."""
        ksds, number = self.ksds, self._allocate()
        count = min(len(pending), self.ca_limit)
        while True:
            at_end = last and count == len(pending)
            keys = [separator(a.high, b.low) for a, b in pairwise(pending[: count + 1])]
            record = IndexRecord(
                1,
                self.areas * ksds.cis_per_ca * ksds.attributes.ci_size,
                0 if at_end else ksds.tree.rba(number + 1),
                ksds.pointer_size,
                (*keys, self.top) if at_end else tuple(keys),
                tuple(range(count)),
                split.free_list(ksds, count),
            )
            try:
                image = encode(record, ksds.attributes.index_ci_size)
                break
            except IndexRecordFull:
                count = count * 7 // 8
        first = self.areas * ksds.cis_per_ca
        self.areas += 1
        ksds.data.reach(self.areas * ksds.cis_per_ca)
        split.write_area(ksds, first, [filled.image for filled in pending[:count]])
        ksds.tree.intervals.write_ci(number, image)
        return record.keys[-1], number, count

    def _index_set(self, entries: list[tuple[bytes, int]]) -> int:
        """Build the levels above; return the number of levels."""
        level = 1
        while len(entries) > 1:
            level += 1
            above: list[tuple[bytes, int]] = []
            while entries:
                high, number, used = self._index_record(level, entries)
                above.append((high, number))
                entries = entries[used:]
            entries = above
        return level

    def _index_record(self, level: int, entries: list[tuple[bytes, int]]) -> tuple[bytes, int, int]:
        size = self.ksds.attributes.index_ci_size
        number = self._allocate()
        count = min(len(entries), size // (INDEX_SET_POINTER + 3))
        while True:
            keys, pointers = zip(*entries[:count], strict=True)
            next_rba = self.ksds.tree.rba(number + 1) if count < len(entries) else 0
            try:
                image = encode(IndexRecord(level, 0, next_rba, INDEX_SET_POINTER, keys, pointers), size)
                break
            except IndexRecordFull:
                count = count * 7 // 8
        self.ksds.tree.intervals.write_ci(number, image)
        return keys[-1], number, count

    def _allocate(self) -> int:
        number = self.index_records
        self.ksds.tree.intervals.open_new(number)
        self.index_records += 1
        return number

    def _intervals(self, records: Iterable[bytes]) -> Iterator[Filled]:
        """Fill control intervals to the free space limit."""
        attributes = self.ksds.attributes
        limit = attributes.ci_size * (100 - attributes.free_ci) // 100 - control_interval.CIDF
        batch: list[bytes] = []
        last = b""
        used = previous = run = 0
        for record in records:
            key = attributes.key(record)
            if key <= last:
                raise KeysOutOfSequence(f"key X'{key.hex().upper()}' follows X'{last.hex().upper()}'")
            length = len(record)
            run = run + 1 if length == previous else 1
            cost = length + (control_interval.RDF if run <= 2 else 0)
            if batch and used + cost > limit:
                yield self._filled(batch)
                batch, used, run = [], 0, 1
                cost = length + control_interval.RDF
            batch.append(record)
            used, previous, last = used + cost, length, key
            self.records += 1
        if batch:
            yield self._filled(batch)

    def _filled(self, batch: list[bytes]) -> Filled:
        attributes = self.ksds.attributes
        image = control_interval.build(batch, attributes.ci_size)
        return Filled(attributes.key_of(batch[0]), attributes.key_of(batch[-1]), image)
