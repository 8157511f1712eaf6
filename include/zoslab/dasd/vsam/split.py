"""Control interval and control area splits.

The order of the writes is VSAM's: the moved records are written to their new place first, then the index points
there, then they are removed from the old place. A reader ignores records above an interval's high key, so the data
set is whole after every single write.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.errors import IndexRecordFull
from zoslab.dasd.vsam.index import IndexRecord, encode, separator

if TYPE_CHECKING:
    from zoslab.dasd.vsam.ksds import Ksds, Place


def store(ksds: Ksds, place: Place, records: list[bytes]) -> None:
    """Store ``records``, which do not fit into one interval, in the place of the old interval's records."""
    at_end = ksds.attributes.key_of(records[-1]) > _last_key(ksds, place) and _is_last(place)
    parts = list(_parts(records, ksds.attributes.ci_size, at_end))
    try:
        _split_interval(ksds, place, parts)
    except IndexRecordFull:
        _split_area(ksds, place, at_end)
        again = ksds.locate(ksds.attributes.key_of(records[0]))
        if again is None:
            raise
        store(ksds, again, records)


def _is_last(place: Place) -> bool:
    step = place.sequence
    return not step.record.next_rba and step.entry == len(step.record.keys) - 1


def _last_key(ksds: Ksds, place: Place) -> bytes:
    return ksds.attributes.key_of(place.records[-1]) if place.records else b""


def _parts(records: list[bytes], ci_size: int, at_end: bool) -> Iterator[list[bytes]]:
    """Cut the records into runs that fit: in halves, or before the last one when the data set grows at its end."""
    if control_interval.space_needed([len(record) for record in records]) <= ci_size:
        yield records
        return
    sizes = list(accumulate(len(record) + control_interval.RDF for record in records))
    half = min(max(bisect_left(sizes, sizes[-1] // 2) + 1, 1), len(records) - 1)
    cut = len(records) - 1 if at_end else half
    yield from _parts(records[:cut], ci_size, False)
    yield from _parts(records[cut:], ci_size, False)


def _split_interval(ksds: Ksds, place: Place, parts: list[list[bytes]]) -> None:
    step = place.sequence
    old, free = step.record, step.record.free
    new = len(parts) - 1
    if len(free) < new:
        raise IndexRecordFull("no free control interval is left in the control area")
    taken = [free[-1 - number] for number in range(new)]
    keys = [
        separator(ksds.attributes.key_of(left[-1]), ksds.attributes.key_of(right[0])) for left, right in pairwise(parts)
    ]
    changed = replace(
        old,
        keys=(*old.keys[: step.entry], *keys, *old.keys[step.entry :]),
        pointers=(*old.pointers[: step.entry + 1], *taken, *old.pointers[step.entry + 1 :]),
        free=free[: len(free) - new],
    )
    image = encode(changed, ksds.attributes.index_ci_size)
    first = old.base_rba // ksds.attributes.ci_size
    for number, part in zip(taken, parts[1:], strict=True):
        ksds.data.write_ci(first + number, control_interval.build(part, ksds.attributes.ci_size))
    ksds.tree.intervals.write_ci(step.number, image)
    ksds.data.write_ci(place.number, control_interval.build(parts[0], ksds.attributes.ci_size))
    ksds.holder.count(ci_splits=new)


def _split_area(ksds: Ksds, place: Place, at_end: bool) -> None:
    """Move the upper half of the control area's intervals to a new one; only the last interval at the end."""
    step = place.sequence
    old, ci_size = step.record, ksds.attributes.ci_size
    middle = len(old.keys) - 1 if at_end else len(old.keys) // 2
    if middle == 0:
        raise IndexRecordFull("a control area with one interval cannot be split")
    base = ksds.holder.now.hurba
    new_area(ksds)
    number = ksds.tree.allocate()
    moved = [ksds.data.read_ci(ksds.ci_number(old, entry)) for entry in range(middle, len(old.keys))]
    write_area(ksds, base // ci_size, moved)
    count = len(moved)
    right = replace(
        old,
        base_rba=base,
        keys=old.keys[middle:],
        pointers=tuple(range(count)),
        free=free_list(ksds, count),
    )
    ksds.tree.write(number, right)
    left = _left_half(old, middle, ksds.tree.rba(number))
    ksds.tree.write(step.number, left)
    for entry in range(middle, len(old.keys)):
        ksds.data.write_ci(ksds.ci_number(old, entry), control_interval.build([], ci_size))
    ksds.tree.tell_parent(place.path[:-1], step.number, left.keys[-1], number)
    ksds.holder.count(ca_splits=1)
    ksds.holder.flush()


def _left_half(old: IndexRecord, middle: int, next_rba: int) -> IndexRecord:
    freed = sorted((*old.free, *old.pointers[middle:]), reverse=True)
    return replace(old, keys=old.keys[:middle], pointers=old.pointers[:middle], free=tuple(freed), next_rba=next_rba)


def new_area(ksds: Ksds) -> None:
    """Take the next control area into use, extending the data set if need be."""
    size = ksds.cis_per_ca
    used = ksds.holder.now.hurba // ksds.attributes.ci_size
    ksds.data.reach(used + size)
    ksds.holder.put(hurba=(used + size) * ksds.attributes.ci_size)


def write_area(ksds: Ksds, first: int, intervals: list[bytes]) -> None:
    """Write a control area whose first interval is ``first``, the unused rest formatted as empty intervals."""
    per_track = ksds.data.per_track
    empty = control_interval.build([], ksds.attributes.ci_size)
    filled = intervals + [empty] * (ksds.cis_per_ca - len(intervals))
    for at in range(0, len(filled), per_track):
        ksds.data.write_track((first + at) // per_track, filled[at : at + per_track])


def free_list(ksds: Ksds, used: int) -> tuple[int, ...]:
    """Return the free control interval list of an area of which the first ``used`` intervals are in use."""
    return tuple(range(ksds.cis_per_ca - 1, used - 1, -1))
