"""What the parts of a pointer check pass on to each other through the work data sets.

Records are tuples, so that they go to work data sets fast. RBAs are relative to the data set; ``space`` is partition
ID and data set group, as in the upper part of an address.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from zoslab.ims.pointer_check.spill import Range

BY_PLACE, BY_KEY, BY_ILK, RINGS = "PLACE", "KEY", "ILK", "RING"
WINDOW_BYTES = 1 << 21
KEYS_IN_RANGE = 256
CHAINING = frozenset({"RAP", "PTF", "PCF"})
"""The pointers by which a segment is reached; there must be one to each."""
DATA, ILE, INDEX, LAST, LEFT = "DATA", "ILE", "INDEX", "LAST", "LEFT"


class Pointer(NamedTuple):
    """A pointer that is followed later. ``space`` is below zero if it stands in an index: -1 is the first of them.

    ``parent`` and ``key`` are what the target must fit. A pointer LEFT is none: it says that nothing had led to the
    segment, or separated data if ``parent`` is set, when its window was done.
    """

    name: str
    space: int
    source: int
    target: int
    code: int
    parent: int = 0
    key: bytes = b""


def window_bytes(step: int) -> int:
    """Return how many bytes of RBA a window covers, whole blocks; ``step`` is what a block takes."""
    return max(1, WINDOW_BYTES // step) * step


def by_key(number: int, key: bytes) -> Range:
    """Return the range of an index key; ``number`` counts the indexes."""
    return BY_KEY, number, zlib.crc32(key) % KEYS_IN_RANGE


def by_ilk(partition: int, ilk: bytes) -> Range:
    """Return the range of an indirect list key."""
    return BY_ILK, partition, zlib.crc32(ilk) % KEYS_IN_RANGE
