"""Roots that are found through root anchor points: those of HDAM, of PHDAM's partitions, and of DEDBs.

Source: ims.md section 5.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from zoslab.ims.errors import ImsError
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.segment import Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery

Anchor = tuple[int, int]


class AnchoredRoots(ABC):
    """Access to the roots. Synonyms hang on one anchor, in key order."""

    def __init__(self, name: str, store: SegmentStore) -> None:
        self._name, self.store = name, store
        self._kind = store.shape.root

    @abstractmethod
    def anchor_of(self, key: bytes) -> Anchor:
        """Return the anchor of a key."""

    @abstractmethod
    def _lock(self, unit: UnitOfRecovery, anchor: Anchor, mode: str) -> None:
        """Lock an anchor with its chain."""

    @abstractmethod
    def _first(self, anchor: Anchor) -> int:
        """Return the address of the first root on an anchor, 0 for none."""

    @abstractmethod
    def _set_first(self, unit: UnitOfRecovery, anchor: Anchor, address: int) -> None:
        """Make an anchor lead to an address."""

    @abstractmethod
    def _near(self, anchor: Anchor) -> tuple[int, int]:
        """Return the block that roots are placed near, and the number of its partition or area."""

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        """Lock the anchor of a key."""
        self._lock(unit, self.anchor_of(key), mode)

    def chain(self, anchor: Anchor) -> Iterator[Stored]:
        """Return the roots on an anchor."""
        address = self._first(anchor)
        while address:
            stored = self.store.read(address)
            yield stored
            address = stored.twin

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        """Return the root with a key, its chain locked."""
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, mode)
        return next((stored for stored in self.chain(anchor) if stored.key == key), None)

    def insert(self, unit: UnitOfRecovery, data: bytes, ilk: bytes = b"") -> Stored:
        """Add a root; its key is not there yet."""
        key, kind = self._kind.key(data), self._kind
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, EXCLUSIVE)
        previous, following = None, 0
        for stored in self.chain(anchor):
            if stored.key > key:
                following = stored.rba
                break
            previous = stored
        if not kind.ptf and (previous or following):
            raise ImsError(f"DFS0832I {self._name}: SYNONYM ON AN ANCHOR, BUT ROOTS ARE PTR=NOTWIN")
        pointers = {kind.ptf: following} if kind.ptf else {}
        if kind.ptb:
            pointers[kind.ptb] = previous.rba if previous else 0
        address = self.store.place(unit, kind, pointers, data, *self._near(anchor), ilk)
        self._link(unit, anchor, previous, address)
        if following:
            self.store.point(unit, following, kind.ptb, address)
        return self.store.read(address)

    def _link(self, unit: UnitOfRecovery, anchor: Anchor, previous: Stored | None, address: int) -> None:
        if previous is None:
            self._set_first(unit, anchor, address)
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
