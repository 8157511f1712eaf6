"""Structural check of a key-sequenced data set: what EXAMINE INDEXTEST and DATATEST look at.

Every control interval of every used control area must be in the sequence set once, as active or free; keys must
ascend within intervals, stay within the index's ranges, and every level must cover the level below. Counters are not
compared: VSAM saves them at CLOSE, so they are behind after an abnormal end.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from zoslab.dasd.check import Finding
from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.errors import BadControlInterval, VsamError
from zoslab.dasd.vsam.index import IndexRecord
from zoslab.dasd.vsam.ksds import Ksds


def check_ksds(ksds: Ksds) -> list[Finding]:
    """Return everything that is wrong with a key-sequenced data set."""
    with ksds.holder.lock:
        return list(_Check(ksds).run())


class _Check:
    def __init__(self, ksds: Ksds) -> None:
        self.ksds = ksds
        self.visited: set[int] = set()
        self.areas: set[int] = set()

    def run(self) -> Iterator[Finding]:
        now = self.ksds.holder.now
        if self.ksds.empty:
            return
        if now.hurba % (self.ksds.cis_per_ca * self.ksds.attributes.ci_size):
            yield Finding("statistics", "data", f"high-used RBA {now.hurba} is not at the end of a control area")
            return
        if now.hurba // self.ksds.attributes.ci_size > self.ksds.data.count:
            yield Finding("statistics", "data", f"high-used RBA {now.hurba} lies behind the allocated tracks")
            return
        levels: dict[int, list[tuple[int, IndexRecord]]] = {}
        top = b"\xff" * self.ksds.attributes.key_length
        yield from self._descend(self.ksds.tree.number(now.index_root), now.levels, top, levels)
        yield from self._chains(levels)
        for number, record in levels.get(1, []):
            yield from self._area(number, record)
        yield from self._totals()

    def _descend(
        self, number: int, level: int, high: bytes, levels: dict[int, list[tuple[int, IndexRecord]]]
    ) -> Iterator[Finding]:
        place = f"control interval {number}"
        if number in self.visited:
            yield Finding("index", place, "is pointed to twice")
            return
        self.visited.add(number)
        try:
            record = self.ksds.tree.read(number)
        except VsamError as error:
            yield Finding("index", place, str(error))
            return
        if record.level != level:
            yield Finding("index", place, f"level {record.level}, expected {level}")
            return
        if record.keys[-1] != high:
            yield Finding("index", place, f"highest key {_hex(record.keys[-1])}, the level above says {_hex(high)}")
        levels.setdefault(level, []).append((number, record))
        if level > 1:
            for key, pointer in zip(record.keys, record.pointers, strict=True):
                yield from self._descend(pointer, level - 1, key, levels)

    def _chains(self, levels: dict[int, list[tuple[int, IndexRecord]]]) -> Iterator[Finding]:
        for found in levels.values():
            numbers = [number for number, _ in found]
            for (number, record), following in zip(found, [*numbers[1:], None], strict=True):
                expected = 0 if following is None else self.ksds.tree.rba(following)
                if record.next_rba != expected:
                    text = f"horizontal pointer {record.next_rba}, expected {expected}"
                    yield Finding("index", f"control interval {number}", text)

    def _area(self, number: int, record: IndexRecord) -> Iterator[Finding]:
        place, size = f"control interval {number}", self.ksds.cis_per_ca * self.ksds.attributes.ci_size
        if record.base_rba % size or record.base_rba >= self.ksds.holder.now.hurba:
            yield Finding("index", place, f"RBA {record.base_rba} is no control area in use")
            return
        if record.base_rba in self.areas:
            yield Finding("index", place, f"the control area at RBA {record.base_rba} has two sequence set records")
        self.areas.add(record.base_rba)
        if sorted((*record.pointers, *record.free)) != list(range(self.ksds.cis_per_ca)):
            yield Finding("index", place, "active and free control intervals do not add up to the control area")
        low = b""
        for entry, high in enumerate(record.keys):
            yield from self._interval(self.ksds.ci_number(record, entry), low, high)
            low = high
        first = record.base_rba // self.ksds.attributes.ci_size
        for free in record.free:
            yield from self._free(first + free)

    def _interval(self, number: int, low: bytes, high: bytes) -> Iterator[Finding]:
        place = f"control interval {number}"
        try:
            records = control_interval.parse(self.ksds.data.read_ci(number))
        except BadControlInterval as error:
            yield Finding("data", place, str(error))
            return
        for record in records:
            if len(record) < self.ksds.attributes.key_offset + self.ksds.attributes.key_length:
                yield Finding("data", place, f"a record of {len(record)} bytes is too short for its key")
                return
        keys = [self.ksds.attributes.key_of(record) for record in records]
        if any(a >= b for a, b in pairwise(keys)):
            yield Finding("data", place, "keys are not in ascending order")
        if keys and (keys[0] <= low or keys[-1] > high):
            text = f"keys {_hex(keys[0])} to {_hex(keys[-1])} are outside {_hex(low)} to {_hex(high)}"
            yield Finding("data", place, text)

    def _free(self, number: int) -> Iterator[Finding]:
        try:
            held = control_interval.parse(self.ksds.data.read_ci(number))
        except BadControlInterval as error:
            yield Finding("data", f"control interval {number}", str(error))
            return
        if held:
            yield Finding("data", f"control interval {number}", f"is in the free list and holds {len(held)} records")

    def _totals(self) -> Iterator[Finding]:
        now = self.ksds.holder.now
        size = self.ksds.cis_per_ca * self.ksds.attributes.ci_size
        for missing in sorted(set(range(0, now.hurba, size)) - self.areas):
            yield Finding("index", f"RBA {missing}", "the control area has no sequence set record")


def _hex(key: bytes) -> str:
    return f"X'{key.hex().upper()}'"
