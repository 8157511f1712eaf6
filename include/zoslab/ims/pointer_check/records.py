"""What the scan of the blocks passes on to the matching of pointers and targets.

Records are tuples, so that they go to work data sets fast; these functions make them. The first field tells them
apart; RBAs are relative to the data set.
"""

from __future__ import annotations

import zlib

from zoslab.ims.pointer_check.spill import Item, Range, Spill

SEGMENT, DATA, POINTER = 0, 1, 2
BY_PLACE, BY_KEY, BY_ILK = "PLACE", "KEY", "ILK"
BLOCKS_IN_RANGE = 512
KEYS_IN_RANGE = 64
ROOT_POINTERS = frozenset({"RAP", "PTF", "PCF"})


def place(space: int, block: int) -> Range:
    """Return the range of a block of a data set; ``space`` is partition and data set group."""
    return BY_PLACE, space, block // BLOCKS_IN_RANGE


def put_segment(
    spill: Spill, where: Range, rba: int, code: int, twins: tuple[int, int], parent: int, key: bytes, ilk: bytes
) -> None:
    """Pass on a segment that is there; ``twins`` are its PTF and PTB."""
    spill.put(where, (SEGMENT, rba, code, twins[0], twins[1], parent, key, ilk))


def put_pointer(
    spill: Spill,
    where: Range,
    rba: int,
    pointer: str,
    source: tuple[int, int],
    code: int,
    parent: int = 0,
    key: bytes = b"",
) -> None:
    """Pass on a pointer to ``rba``; ``source`` is (data set, RBA), ``key`` and ``parent`` what the target must fit."""
    spill.put(where, (POINTER, rba, pointer, source[0], source[1], code, parent, key))


def by_key(name: str, number: int, key: bytes) -> Range:
    """Return the range of an index key; ``number`` counts the indexes."""
    return BY_KEY, number, zlib.crc32(key) % KEYS_IN_RANGE


def by_ilk(partition: int, ilk: bytes) -> Range:
    """Return the range of an indirect list key."""
    return BY_ILK, partition, zlib.crc32(ilk) % KEYS_IN_RANGE


__all__ = ["Item"]
