"""The key-sequenced data set: records in key order in control intervals, found through the index.

Source: DFSMS Using Data Sets, "Key-sequenced data sets" and "Control interval splits". Every request reads the
tracks again, so that several openers see each other's changes; the holder they share serialises them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from zoslab.dasd.vsam import control_interval, split
from zoslab.dasd.vsam.attributes import KsdsAttributes
from zoslab.dasd.vsam.errors import BadControlInterval, DuplicateKey, RecordNotFound, UnsuitableAttributes
from zoslab.dasd.vsam.index import IndexRecord
from zoslab.dasd.vsam.intervals import ControlIntervals, TrackSpace
from zoslab.dasd.vsam.load import load
from zoslab.dasd.vsam.statistics import Atomic, Holder
from zoslab.dasd.vsam.tree import IndexTree, Step


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key belongs: the way through the index, the data control interval and what it holds."""

    path: list[Step]
    number: int
    high: bytes
    records: list[bytes]

    @property
    def sequence(self) -> Step:
        return self.path[-1]


class Ksds:
    """An open key-sequenced data set.

    :param atomic: makes the writes of one request all-or-nothing (``DiskSubsystem.atomic``).
    """

    def __init__(
        self,
        data: TrackSpace,
        index: TrackSpace,
        attributes: KsdsAttributes,
        holder: Holder | None = None,
        atomic: Atomic = nullcontext,
    ) -> None:
        self.attributes = attributes
        self.holder = holder or Holder()
        self.data = ControlIntervals(data, attributes.ci_size)
        self.tree = IndexTree(ControlIntervals(index, attributes.index_ci_size), self.holder, attributes.key_length)
        self.atomic = atomic
        self.cis_per_ca = self.data.per_track * attributes.tracks_per_ca
        self.pointer_size = 1 if self.cis_per_ca <= 256 else 2
        room = attributes.index_ci_size - 31 - self.cis_per_ca * self.pointer_size
        if self.cis_per_ca < 3 or room < 4 * (attributes.key_length + 7):
            raise UnsuitableAttributes(
                f"{self.cis_per_ca} control intervals per control area and index control intervals of "
                f"{attributes.index_ci_size}: use a larger control area or a larger index control interval"
            )

    @property
    def empty(self) -> bool:
        """Tell whether nothing was ever loaded (high-used RBA 0)."""
        return self.holder.now.hurba == 0

    def create(self) -> None:
        """Make the data set empty, as DEFINE leaves it or an open with REUSE."""
        with self.holder.changing(self.atomic):
            self.holder.put(hurba=0, index_hurba=0, index_root=0, levels=0, records=0)

    def close(self) -> None:
        """Save the counters; the object may still be used, also by others."""
        with self.holder.changing(self.atomic):
            self.holder.flush()

    def get(self, key: bytes) -> bytes | None:
        """Return the record with this full key, or None."""
        with self.holder.lock:
            place = self.locate(key)
        if place is None:
            return None
        at = bisect_left(place.records, key, key=self.attributes.key_of)
        found = at < len(place.records) and self.attributes.key_of(place.records[at]) == key
        return place.records[at] if found else None

    def interval_of(self, key: bytes) -> int:
        """Return the number of the data control interval where a key is, or where it would be; 0 in an empty one."""
        with self.holder.lock:
            place = self.locate(key)
        return place.number if place is not None else 0

    def browse(self, from_key: bytes = b"") -> Iterator[bytes]:
        """Yield the records with keys not below ``from_key`` (may be generic), in key order.

        The lock is not held between records; the browse goes on after the last key it has passed.
        """
        low = from_key
        while True:
            with self.holder.lock:
                place = self.locate(low)
            if place is None:
                return
            yield from place.records[bisect_left(place.records, low, key=self.attributes.key_of) :]
            low = place.high + b"\0"

    def insert(self, record: bytes) -> None:
        """Store a new record.

        :raises DuplicateKey: the key is there already.
        """
        key = self.attributes.key(record)
        with self.holder.changing(self.atomic):
            place = self.locate(key)
            if place is None:
                load(self, [record])
                return
            at = bisect_left(place.records, key, key=self.attributes.key_of)
            if at < len(place.records) and self.attributes.key_of(place.records[at]) == key:
                raise DuplicateKey(f"key X'{key.hex().upper()}' is in the data set already")
            self._store(place, [*place.records[:at], record, *place.records[at:]])
            self.holder.count(records=1, inserted=1)

    def update(self, record: bytes) -> None:
        """Replace the record that has this record's key; its length may change.

        :raises RecordNotFound: no record has the key.
        """
        key = self.attributes.key(record)
        with self.holder.changing(self.atomic):
            place, at = self._existing(key)
            self._store(place, [*place.records[:at], record, *place.records[at + 1 :]])
            self.holder.count(updated=1)

    def put(self, record: bytes) -> None:
        """Insert the record, or replace the one with its key."""
        with self.holder.changing(self.atomic):
            if self.get(self.attributes.key(record)) is None:
                self.insert(record)
            else:
                self.update(record)

    def delete(self, key: bytes) -> None:
        """Erase the record with this key.

        :raises RecordNotFound: no record has the key.
        """
        with self.holder.changing(self.atomic):
            place, at = self._existing(key)
            self._store(place, [*place.records[:at], *place.records[at + 1 :]])
            self.holder.count(records=-1, deleted=1)

    def load(self, records: Iterable[bytes]) -> int:
        """Store records that come in ascending key order into the empty data set; return how many.

        It is not one transaction: the data set is empty for everybody until the high-used RBAs are saved at the end.

        :raises DataSetNotEmpty: something is in it.
        :raises KeysOutOfSequence: a key is not above the one before.
        """
        with self.holder.lock:
            return load(self, records)

    def locate(self, key: bytes) -> Place | None:
        """Return where ``key`` belongs; None beyond the last interval or when nothing was ever loaded."""
        if self.empty:
            return None
        path = self.tree.search(key)
        if not path:
            return None
        sequence = path[-1]
        number = self.ci_number(sequence.record, sequence.entry)
        high = sequence.record.keys[sequence.entry]
        return Place(path, number, high, self.records_of(number, high))

    def ci_number(self, sequence: IndexRecord, entry: int) -> int:
        """Return the number in the data component of a sequence set entry's control interval."""
        return sequence.base_rba // self.attributes.ci_size + sequence.pointers[entry]

    def records_of(self, number: int, high: bytes) -> list[bytes]:
        """Return a data interval's records up to the entry's high key; what is above was split off.

        :raises BadControlInterval: naming the interval.
        """
        try:
            records = control_interval.parse(self.data.read_ci(number))
        except BadControlInterval as error:
            raise BadControlInterval(f"data control interval {number}: {error}") from error
        while records and self.attributes.key_of(records[-1]) > high:
            records.pop()
        return records

    def _existing(self, key: bytes) -> tuple[Place, int]:
        place = self.locate(key)
        if place is not None:
            at = bisect_left(place.records, key, key=self.attributes.key_of)
            if at < len(place.records) and self.attributes.key_of(place.records[at]) == key:
                return place, at
        raise RecordNotFound(f"no record has key X'{key.hex().upper()}'")

    def _store(self, place: Place, records: list[bytes]) -> None:
        if control_interval.space_needed([len(record) for record in records]) <= self.attributes.ci_size:
            self.data.write_ci(place.number, control_interval.build(records, self.attributes.ci_size))
        else:
            split.store(self, place, records)
