"""HDAM: roots are found through root anchor points that a randomizer chooses. Source: ims.md section 5.

Own layout: the randomizer DFSHDC40 stands for IBM's of that name and is a checksum of the key here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from zoslab.ims.dbd import Dbd, Randomizer
from zoslab.ims.errors import DatabaseUnavailable
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.segment import Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery

RANDOMIZERS = frozenset({"DFSHDC40"})


class HdamRoots:
    """Access to the roots of an HDAM database. Synonyms hang on one anchor, in key order."""

    def __init__(self, dbd: Dbd, store: SegmentStore) -> None:
        randomizer = dbd.randomizer or Randomizer("", 1, 1)
        if randomizer.module not in RANDOMIZERS:
            raise DatabaseUnavailable(f"DFS2291I RANDOMIZER {randomizer.module} FOR {dbd.name} CANNOT BE LOADED")
        self._name, self.store = dbd.name, store
        self._anchors, self._blocks = randomizer.anchors, randomizer.blocks
        self._kind = store.shape.root

    def anchor_of(self, key: bytes) -> tuple[int, int]:
        """Return the block and anchor number of a key."""
        number = zlib.crc32(key) % (self._blocks * self._anchors)
        return number // self._anchors + 1, number % self._anchors

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        self._lock(unit, self.anchor_of(key), mode)

    def _lock(self, unit: UnitOfRecovery, anchor: tuple[int, int], mode: str) -> None:
        if mode:
            self.store.recovery.lock(unit, ("RAP", self._name, *anchor), mode)

    def _chain(self, anchor: tuple[int, int]) -> Iterator[Stored]:
        rba = self.store.anchor(*anchor)
        while rba:
            stored = self.store.read(rba)
            yield stored
            rba = stored.twin

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        """Return the root with a key, its chain locked."""
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, mode)
        return next((stored for stored in self._chain(anchor) if stored.key == key), None)

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots in physical order, from the one after the key ``after``."""
        first = self.anchor_of(after) if after is not None else (1, 0)
        start = (first[0] - 1) * self._anchors + first[1]
        for number in range(start, self._blocks * self._anchors):
            anchor = number // self._anchors + 1, number % self._anchors
            self._lock(unit, anchor, mode)
            for stored in self._chain(anchor):
                if after is None or anchor != first or stored.key > after:
                    yield stored

    def insert(self, unit: UnitOfRecovery, data: bytes) -> Stored:
        """Add a root; its key is not there yet."""
        key = self._kind.key(data)
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, EXCLUSIVE)
        previous, following = None, 0
        for stored in self._chain(anchor):
            if stored.key > key:
                following = stored.rba
                break
            previous = stored
        pointers = {self._kind.ptf: following}
        if self._kind.ptb:
            pointers[self._kind.ptb] = previous.rba if previous else 0
        rba = self.store.place(unit, self._kind, pointers, data, anchor[0])
        self._link(unit, anchor, previous, rba)
        if following:
            self.store.point(unit, following, self._kind.ptb, rba)
        return self.store.read(rba)

    def _link(self, unit: UnitOfRecovery, anchor: tuple[int, int], previous: Stored | None, rba: int) -> None:
        if previous is None:
            self.store.set_anchor(unit, *anchor, rba)
        else:
            self.store.point(unit, previous.rba, self._kind.ptf, rba)

    def remove(self, unit: UnitOfRecovery, root: Stored) -> None:
        """Take a root out of its chain; its space is freed by the caller."""
        anchor = self.anchor_of(root.key)
        self._lock(unit, anchor, EXCLUSIVE)
        previous = None
        for stored in self._chain(anchor):
            if stored.rba == root.rba:
                break
            previous = stored
        twin = self.store.read(root.rba).twin
        self._link(unit, anchor, previous, twin)
        if twin:
            self.store.point(unit, twin, self._kind.ptb, previous.rba if previous else 0)
