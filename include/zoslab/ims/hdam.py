"""HDAM and the partitions of PHDAM: roots are found through root anchor points that a randomizer chooses.

Source: ims.md section 5. Own layout: whatever module RMNAME names, the lab's randomizer is a checksum of the key;
the module's own code is not run.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from zoslab.ims.dbd import Randomizer
from zoslab.ims.errors import ImsError
from zoslab.ims.group import DataSetStore
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.segment import Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery

Anchor = tuple[int, int]


class HdamRoots:
    """Access to the roots of an HDAM database or of one partition. Synonyms hang on one anchor, in key order."""

    def __init__(self, name: str, randomizer: Randomizer, store: SegmentStore, partition: int = 0) -> None:
        self._name, self.store, self.partition = name, store, partition
        self._anchors, self._blocks = randomizer.anchors, randomizer.blocks
        self._kind = store.shape.root
        self.primary: DataSetStore = store.group(partition, 0)

    def anchor_of(self, key: bytes) -> Anchor:
        """Return the block and anchor number of a key."""
        return self._anchor(zlib.crc32(key) % (self._blocks * self._anchors))

    def _anchor(self, number: int) -> Anchor:
        return self.primary.anchor_block(number // self._anchors), number % self._anchors

    def anchors(self) -> Iterator[Anchor]:
        """Return every anchor in physical order."""
        return map(self._anchor, range(self._blocks * self._anchors))

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        self._lock(unit, self.anchor_of(key), mode)

    def _lock(self, unit: UnitOfRecovery, anchor: Anchor, mode: str) -> None:
        if mode:
            self.store.recovery.lock(unit, ("RAP", self._name, *anchor), mode)

    def chain(self, anchor: Anchor) -> Iterator[Stored]:
        """Return the roots on an anchor."""
        address = self._address(self.primary.anchor(*anchor))
        while address:
            stored = self.store.read(address)
            yield stored
            address = stored.twin

    def _address(self, rba: int) -> int:
        return self.partition << 40 | rba if rba else 0

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        """Return the root with a key, its chain locked."""
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, mode)
        return next((stored for stored in self.chain(anchor) if stored.key == key), None)

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots in physical order, from the one after the key ``after``."""
        start = zlib.crc32(after) % (self._blocks * self._anchors) if after is not None else 0
        for number in range(start, self._blocks * self._anchors):
            anchor = self._anchor(number)
            self._lock(unit, anchor, mode)
            for stored in self.chain(anchor):
                if after is None or number != start or stored.key > after:
                    yield stored

    def insert(self, unit: UnitOfRecovery, data: bytes, ilk: bytes = b"") -> Stored:
        """Add a root; its key is not there yet."""
        key = self._kind.key(data)
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, EXCLUSIVE)
        previous, following = None, 0
        for stored in self.chain(anchor):
            if stored.key > key:
                following = stored.rba
                break
            previous = stored
        if not self._kind.ptf and (previous or following):
            raise ImsError(f"DFS0832I {self._name}: SYNONYM ON AN ANCHOR, BUT ROOTS ARE PTR=NOTWIN")
        pointers = {self._kind.ptf: following} if self._kind.ptf else {}
        if self._kind.ptb:
            pointers[self._kind.ptb] = previous.rba if previous else 0
        address = self.store.place(unit, self._kind, pointers, data, anchor[0], self.partition, ilk)
        self._link(unit, anchor, previous, address)
        if following:
            self.store.point(unit, following, self._kind.ptb, address)
        return self.store.read(address)

    def _link(self, unit: UnitOfRecovery, anchor: Anchor, previous: Stored | None, address: int) -> None:
        if previous is None:
            self.primary.set_anchor(unit, *anchor, address & 0xFFFFFFFF)
        else:
            self.store.point(unit, previous.rba, self._kind.ptf, address)

    def remove(self, unit: UnitOfRecovery, root: Stored) -> None:
        """Take a root out of its chain; its space is freed by the caller."""
        anchor = self.anchor_of(root.kind.key(root.data))
        self._lock(unit, anchor, EXCLUSIVE)
        previous = None
        for stored in self.chain(anchor):
            if stored.rba == root.rba:
                break
            previous = stored
        twin = self.store.read(root.rba).twin
        self._link(unit, anchor, previous, twin)
        if twin:
            self.store.point(unit, twin, self._kind.ptb, previous.rba if previous else 0)
