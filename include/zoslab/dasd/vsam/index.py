"""The index record: high keys with front and rear compression, in sections, from right to left.

Source: DFSMS Using Data Sets, "Index record format", and the index of a real catalog. An entry is the kept key
characters, F (how many characters equal the previous key's), L (how many are kept), and a pointer. Characters cut
off at the rear count as X'FF'. The last entry of a section is compressed against the last entry of the section
before, and is preceded by the distance to the next section's last entry (0 in the last section), so that a search
hops from section to section.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isqrt

from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.errors import BadIndexRecord, IndexRecordFull
from zoslab.layout import Layout, Number

POINTER_MASK = {1: 0x01, 2: 0x03, 3: 0x07}


class IndexHeader(Layout):
    """The header of an index record."""

    ixhll = Number(0, 2)  # length of the record: control interval size - 7
    ixhflpln = Number(2, 1)  # length of F, L and P together
    ixhptls = Number(3, 1)  # pointer length as a mask: 01, 03, 07
    ixhbrba = Number(4, 4)  # sequence set: RBA of the data control area; index set: 0
    ixhhp = Number(8, 4)  # RBA of the next record on this level, 0 for the last
    ixhlv = Number(16, 1)  # level, 1 is the sequence set
    ixhflgs = Number(17, 1)
    ixhfso = Number(18, 2)  # end of the free control interval list
    ixhleo = Number(20, 2)  # offset of F of the last, leftmost entry
    ixhseo = Number(22, 2)  # offset of F of the last entry of the first section
    size = 24


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """One index record. Keys are full length, their cut-off ends filled with X'FF'.

    ``pointers`` are control interval numbers: within the control area in the sequence set, within the index
    component above it. ``free`` lists the free control intervals of the control area, the next to use last.
    """

    level: int
    base_rba: int
    next_rba: int
    pointer_size: int
    keys: tuple[bytes, ...]
    pointers: tuple[int, ...]
    free: tuple[int, ...] = ()


def common_prefix(one: bytes, other: bytes) -> int:
    """Return how many leading bytes are equal."""
    length = min(len(one), len(other))
    difference = int.from_bytes(one[:length], "big") ^ int.from_bytes(other[:length], "big")
    return length - (difference.bit_length() + 7) // 8


def separator(high: bytes, low: bytes) -> bytes:
    """Return the shortest key, filled with X'FF', that is not below ``high`` and is below ``low``."""
    same = common_prefix(high, low)
    return high[: same + 1].ljust(len(high), b"\xff")


def _entry(key: bytes, previous: bytes, pointer: bytes) -> bytes:
    kept = key.rstrip(b"\xff")
    front = common_prefix(kept, previous)
    return kept[front:] + bytes((front, len(kept) - front)) + pointer


def encode(record: IndexRecord, ci_size: int) -> bytes:
    """Return the index control interval of ``ci_size`` bytes.

    :raises IndexRecordFull: the entries do not fit.
    """
    length = control_interval.capacity(ci_size)
    image = bytearray(length)
    free = b"".join(number.to_bytes(record.pointer_size, "big") for number in record.free)
    stop = IndexHeader.size + len(free)
    control = record.pointer_size + 2
    parts, section_ends = _sections(record)
    at = length
    first_of_entry: list[int] = []
    for part in parts:
        at -= len(part)
        first_of_entry.append(at + len(part) - control)
    if at < stop:
        raise IndexRecordFull(f"{len(parts)} index entries need {stop - at} bytes more than {ci_size}")
    image[at:] = b"".join(reversed(parts))
    ends = [first_of_entry[number] for number in section_ends]
    for number, here, following in zip(section_ends, ends, [*ends[1:], None], strict=True):
        start = first_of_entry[number] + control - len(parts[number])
        image[start : start + 2] = (here - following if following is not None else 0).to_bytes(2, "big")
    header = IndexHeader(image, ixhll=length, ixhflpln=control, ixhptls=POINTER_MASK[record.pointer_size])
    header.ixhbrba, header.ixhhp, header.ixhlv = record.base_rba, record.next_rba, record.level
    header.ixhfso, header.ixhleo, header.ixhseo = stop, first_of_entry[-1], ends[0]
    image[IndexHeader.size : stop] = free
    return control_interval.build([bytes(image)], ci_size)


def _sections(record: IndexRecord) -> tuple[list[bytes], list[int]]:
    """Return the entries as bytes, left to right within each, and the numbers of the entries that end sections."""
    count = len(record.keys)
    size = max(isqrt(count), 1)
    parts: list[bytes] = []
    section_ends: list[int] = []
    previous = previous_end = b""
    for number, (key, pointer) in enumerate(zip(record.keys, record.pointers, strict=True)):
        raw = pointer.to_bytes(record.pointer_size, "big")
        if (number + 1) % size == 0 or number == count - 1:
            parts.append(b"\0\0" + _entry(key, previous_end, raw))
            section_ends.append(number)
            previous_end = key
        else:
            parts.append(_entry(key, previous, raw))
        previous = key
    return parts, section_ends


@lru_cache(maxsize=512)
def decode(ci: bytes, key_length: int) -> IndexRecord:
    """Return the index record in a control interval. Cached by content, so a cache entry can never be stale.

    :raises BadIndexRecord: offsets or lengths contradict each other.
    """
    records = control_interval.parse(ci)
    if len(records) != 1:
        raise BadIndexRecord(f"an index control interval holds one record, this one {len(records)}")
    image = records[0]
    header = IndexHeader.of(image) if len(image) >= IndexHeader.size else None
    if header is None or header.ixhll != len(image):
        raise BadIndexRecord("the record's length and IXHLL differ")
    size = header.ixhflpln - 2
    if POINTER_MASK.get(size) != header.ixhptls or header.ixhlv == 0:
        raise BadIndexRecord(f"IXHFLPLN {header.ixhflpln}, IXHPTLS {header.ixhptls}, IXHLV {header.ixhlv}")
    keys, pointers = _entries(image, header, key_length)
    free = image[IndexHeader.size : header.ixhfso]
    numbers = tuple(int.from_bytes(free[i : i + size], "big") for i in range(0, len(free), size))
    return IndexRecord(header.ixhlv, header.ixhbrba, header.ixhhp, size, keys, pointers, numbers)


def _entries(image: bytes, header: IndexHeader, key_length: int) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    control, last, section_end, stop = header.ixhflpln, header.ixhleo, header.ixhseo, header.ixhfso
    keys: list[bytes] = []
    pointers: list[int] = []
    at = len(image)
    previous = previous_end = b""
    while at > last:
        f = at - control
        if f < max(last, stop):
            raise BadIndexRecord(f"no entry ends at offset {at}: last entry {last}, free list end {stop}")
        front, kept = image[f], image[f + 1]
        base = previous_end if f == section_end else previous
        if front > len(base) or front + kept > key_length or f - kept < stop:
            raise BadIndexRecord(f"entry at offset {f}: F={front} L={kept}, key length {key_length}")
        previous = (base[:front] + image[f - kept : f]).ljust(key_length, b"\xff")
        keys.append(previous)
        pointers.append(int.from_bytes(image[f + 2 : at], "big"))
        at = f - kept
        if f == section_end:
            at -= 2
            distance = int.from_bytes(image[at : at + 2], "big")
            section_end, previous_end = f - distance if distance else -1, previous
    if not keys or any(a >= b for a, b in pairwise(keys)):
        raise BadIndexRecord("the keys are not in ascending order")
    return tuple(keys), tuple(pointers)
