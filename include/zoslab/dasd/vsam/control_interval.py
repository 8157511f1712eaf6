"""The control interval: records from the left, RDFs from the right, CIDF in the last four bytes.

Source: DFSMS Using Data Sets, "Control intervals", and the intervals of a real catalog. Records that span
intervals are refused, not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from zoslab.dasd.vsam.errors import BadControlInterval

CIDF = 4
RDF = 3
PAIRED = 0x40
"""The RDF to the left holds the number of consecutive records of this length."""
COUNT = 0x08
SPANNED = 0x30


def capacity(ci_size: int) -> int:
    """Return the longest record a control interval of ``ci_size`` bytes holds."""
    return ci_size - CIDF - RDF


def space_needed(lengths: Sequence[int]) -> int:
    """Return the bytes that records of these lengths take, with their RDFs and the CIDF."""
    rdfs = sum(1 if len(list(run)) == 1 else 2 for _, run in groupby(lengths))
    return sum(lengths) + RDF * rdfs + CIDF


def build(records: Sequence[bytes], ci_size: int) -> bytes:
    """Return the control interval that holds ``records``.

    :raises BadControlInterval: they do not fit.
    """
    rdfs: list[bytes] = []
    for length, run in groupby(map(len, records)):
        times = len(list(run))
        rdfs.append((PAIRED << 16 | length).to_bytes(3, "big") if times > 1 else length.to_bytes(3, "big"))
        if times > 1:
            rdfs.append((COUNT << 16 | times).to_bytes(3, "big"))
    data = b"".join(records)
    fields = b"".join(reversed(rdfs))
    free = ci_size - CIDF - len(data) - len(fields)
    if free < 0:
        raise BadControlInterval(f"{len(records)} records need {-free} bytes more than a control interval of {ci_size}")
    return data + bytes(free) + fields + len(data).to_bytes(2, "big") + free.to_bytes(2, "big")


def is_software_end(ci: bytes) -> bool:
    """Tell whether the CIDF is zero: the software end-of-file mark."""
    return ci[-CIDF:] == b"\0\0\0\0"


def parse(ci: bytes) -> list[bytes]:
    """Return the records of a control interval; none for the end-of-file mark.

    :raises BadControlInterval: CIDF and RDFs do not add up, or a record spans intervals.
    """
    if is_software_end(ci):
        return []
    end, free = int.from_bytes(ci[-4:-2], "big"), int.from_bytes(ci[-2:], "big") & 0x7FFF
    at = len(ci) - CIDF
    left = end + free
    if left > at or (at - left) % RDF:
        raise BadControlInterval(f"CIDF says {end} bytes used and {free} free in a control interval of {len(ci)}")
    records: list[bytes] = []
    offset = 0
    while at > left:
        at -= RDF
        flags, length = ci[at], ci[at + 1] << 8 | ci[at + 2]
        if flags & SPANNED or flags & COUNT:
            raise BadControlInterval(f"RDF X'{ci[at : at + RDF].hex().upper()}' at offset {at} is not supported")
        times = 1
        if flags & PAIRED:
            at -= RDF
            times = ci[at + 1] << 8 | ci[at + 2]
            if at < left or not ci[at] & COUNT:
                raise BadControlInterval(f"the RDF at offset {at} should hold a number of records")
        stop = offset + length * times
        if length == 0:
            raise BadControlInterval(f"the RDF at offset {at} describes a record of no length")
        records += [ci[i : i + length] for i in range(offset, stop, length)]
        offset = stop
    if offset != end:
        raise BadControlInterval(f"RDFs describe {offset} bytes, the CIDF says {end} are used")
    return records
