"""Extents: runs of consecutive tracks, counted from the start of the volume, and their ten-byte descriptors.

Source: DFSMSdfp Advanced Services, format-1 DSCB, DS1EXT1. Type and sequence number one byte each, then the lower and
the upper limit as cylinder and head of two bytes each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from zoslab.dasd.errors import BrokenVtoc
from zoslab.dasd.geometry import Geometry

DESCRIPTOR = struct.Struct(">BBHHHH")
UNUSED, DATA, USER_LABEL, SHARED_CYLINDER, CYLINDER_BOUNDARY = 0x00, 0x01, 0x40, 0x80, 0x81


class Extent(NamedTuple):
    """Tracks ``low`` to ``high``, both included."""

    low: int
    high: int

    @property
    def tracks(self) -> int:
        return self.high - self.low + 1


class Descriptor(NamedTuple):
    """An extent as a DSCB describes it."""

    kind: int
    sequence: int
    extent: Extent

    @property
    def is_data(self) -> bool:
        return self.kind != USER_LABEL


def read_descriptor(raw: bytes | memoryview, geometry: Geometry) -> Descriptor | None:
    """Return what ten bytes describe, None if they are unused.

    :raises BrokenVtoc: the limits are not on the volume or the wrong way round.
    """
    kind, sequence, low_cc, low_hh, high_cc, high_hh = DESCRIPTOR.unpack(raw)
    if kind == UNUSED:
        return None
    heads = geometry.heads
    extent = Extent(low_cc * heads + low_hh, high_cc * heads + high_hh)
    if low_hh >= heads or high_hh >= heads or not extent.low <= extent.high < geometry.tracks:
        raise BrokenVtoc(
            f"extent {sequence} from {low_cc:04X} {low_hh:04X} to {high_cc:04X} {high_hh:04X} is not on a"
            f" {geometry.device} of {geometry.cylinders} cylinders"
        )
    return Descriptor(kind, sequence, extent)


def write_descriptor(descriptor: Descriptor, geometry: Geometry) -> bytes:
    """Return the ten bytes of a descriptor."""
    kind, sequence, extent = descriptor
    return DESCRIPTOR.pack(kind, sequence, *geometry.cchh(extent.low), *geometry.cchh(extent.high))


def gaps(extents: Iterable[Extent], tracks: int) -> list[Extent]:
    """Return the runs of the first ``tracks`` tracks that no extent holds, ascending.

    :raises BrokenVtoc: two extents overlap.
    """
    free: list[Extent] = []
    at = 0
    for low, high in sorted(extents):
        if low < at:
            raise BrokenVtoc(f"tracks {low} to {min(high, at - 1)} are allocated twice")
        if low > at:
            free.append(Extent(at, low - 1))
        at = high + 1
    if at < tracks:
        free.append(Extent(at, tracks - 1))
    return free
