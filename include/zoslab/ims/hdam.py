"""HDAM and the partitions of PHDAM: roots are found through root anchor points that a randomizer chooses.

Source: ims.md section 5. Own layout: whatever module RMNAME names, the lab's randomizer is a checksum of the key;
the module's own code is not run.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from zoslab.ims.anchored_roots import Anchor, AnchoredRoots
from zoslab.ims.dbd import Randomizer
from zoslab.ims.group import DataSetStore
from zoslab.ims.segment import PARTITION_SHIFT, RBA_MASK, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery


class HdamRoots(AnchoredRoots):
    """Access to the roots of an HDAM database or of one partition. An anchor is a block and a number in it."""

    def __init__(self, name: str, randomizer: Randomizer, store: SegmentStore, partition: int = 0) -> None:
        super().__init__(name, store)
        self.partition = partition
        self._anchors, self._blocks = randomizer.anchors, randomizer.blocks
        self.primary: DataSetStore = store.group(partition, 0)

    def anchor_of(self, key: bytes) -> Anchor:
        """Return the block and anchor number of a key."""
        return self._anchor(zlib.crc32(key) % (self._blocks * self._anchors))

    def _anchor(self, number: int) -> Anchor:
        return self.primary.anchor_block(number // self._anchors), number % self._anchors

    def anchors(self) -> Iterator[Anchor]:
        """Return every anchor in physical order."""
        return map(self._anchor, range(self._blocks * self._anchors))

    def _lock(self, unit: UnitOfRecovery, anchor: Anchor, mode: str) -> None:
        if mode:
            self.store.recovery.lock(unit, ("RAP", self._name, *anchor), mode)

    def _first(self, anchor: Anchor) -> int:
        rba = self.primary.anchor(*anchor)
        return self.partition << PARTITION_SHIFT | rba if rba else 0

    def _set_first(self, unit: UnitOfRecovery, anchor: Anchor, address: int) -> None:
        self.primary.set_anchor(unit, *anchor, address & RBA_MASK)

    def _near(self, anchor: Anchor) -> tuple[int, int]:
        return anchor[0], self.partition

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots in physical order, from the one after the key ``after``."""
        start = zlib.crc32(after) % (self._blocks * self._anchors) if after is not None else 0
        for number in range(start, self._blocks * self._anchors):
            anchor = self._anchor(number)
            self._lock(unit, anchor, mode)
            for stored in self.chain(anchor):
                if after is None or number != start or stored.key > after:
                    yield stored
