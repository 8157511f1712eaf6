"""HIDAM and the partitions of PHIDAM: roots are found through a primary index. Source: ims.md section 5.

Roots without twin pointers (NOTWIN) are known to the index alone. With TWIN they hang on one root anchor point in
the first block, last come first; with TWINBWD they are chained in key order. Own choice: the index record with the
key X'FF..' that ends the index leads to the last root, so that its neighbour is found when a root is added behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims.keyed import IndexPrefix, KeyedDataSet, KeyedIndex
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.segment import RBA_MASK, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import Recovery, UnitOfRecovery

PrimaryIndex = KeyedIndex
LIFO_ANCHOR = 0


class HidamRoots:
    """Access to the roots of a HIDAM database or of one partition. ``ends`` says the index has an X'FF..' record."""

    def __init__(
        self, name: str, store: SegmentStore, index: KeyedIndex, partition: int = 0, *, ends: bool = False
    ) -> None:
        self._name, self.store, self.index, self.partition = name, store, index, partition
        self._kind = store.shape.root
        self.primary = store.group(partition, 0)
        key = self._kind.segment.key
        self.high = b"\xff" * (key.length if key else 0)
        self.chained = bool(self._kind.ptb)
        self.ends = ends or self.chained

    @property
    def recovery(self) -> Recovery:
        return self.store.recovery

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        if mode:
            self.store.recovery.lock(unit, ("KEY", self._name, key), mode)

    def _address(self, rba: int) -> int:
        return self.partition << 40 | rba if rba else 0

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        """Return the root with a key, the key locked."""
        self.lock(unit, key, mode)
        record = self.index.get(key)
        if not record or (self.ends and key == self.high):
            return None
        return self.store.read(self._address(self.index.entry(record).pointer))

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots in key order, from the one after the key ``after``."""
        entries = self.index.after(after or b"", inclusive=after is None)
        while entries:
            for entry in entries:
                stored = self.find(unit, entry.key, mode)
                if stored is not None:
                    yield stored
            entries = self.index.after(entries[-1].key)

    def insert(self, unit: UnitOfRecovery, data: bytes, ilk: bytes = b"") -> Stored:
        """Add a root; its key is not there yet."""
        key = self._kind.key(data)
        self.lock(unit, key, EXCLUSIVE)
        near = max(self.primary.data_set.end - 1, self.primary.first + 1)
        before, after = self._neighbours(unit, key)
        pointers = {self._kind.ptf: after, self._kind.ptb: before} if self.chained else {}
        if self._lifo:
            pointers = {self._kind.ptf: self._head(unit)}
        address = self.store.place(unit, self._kind, pointers, data, near, self.partition, ilk)
        if self.chained:
            self._chain(unit, before, after, address, address)
        elif self._lifo:
            self.primary.set_anchor(unit, self._anchor, LIFO_ANCHOR, address & RBA_MASK)
        self.index.change(self.recovery, unit, key, KeyedIndex.record(key, address & RBA_MASK))
        return self.store.read(address)

    def remove(self, unit: UnitOfRecovery, root: Stored) -> None:
        """Take a root out of index and chain; its space is freed by the caller."""
        key = self._kind.key(root.data)
        self.lock(unit, key, EXCLUSIVE)
        if self.chained:
            before, after = self._neighbours(unit, key)
            self._chain(unit, before, after, after, before)
        elif self._lifo:
            self._unhang(unit, root)
        self.index.change(self.recovery, unit, key, b"")

    # TWINBWD: in key order ---------------------------------------------------------------------------------------

    def _neighbours(self, unit: UnitOfRecovery, key: bytes) -> tuple[int, int]:
        """Return the roots before and after a key, their keys locked for update.

        The key after is locked before its root is read: neither that root nor the one before can be deleted then.
        """
        while self.chained:
            ahead = self._ahead(key)
            self.lock(unit, ahead, EXCLUSIVE)
            if self._ahead(key) != ahead:
                continue
            found = self._look_around(key)
            for other in found[2]:
                self.lock(unit, other, EXCLUSIVE)
            if self._look_around(key) == found:
                return found[0], found[1]
        return 0, 0

    def _ahead(self, key: bytes) -> bytes:
        entries = self.index.after(key, 1)
        return entries[0].key if entries else self.high

    def _look_around(self, key: bytes) -> tuple[int, int, tuple[bytes, ...]]:
        entries = self.index.after(key, 1)
        if not entries or entries[0].key == self.high:
            last = self._address(entries[0].pointer) if entries else 0
            if last and self.store.read(last).key == key:
                last = self.store.read(last).twin_before
            keys = (self.store.read(last).key,) if last else ()
            return last, 0, (*keys, self.high)
        after = self._address(entries[0].pointer)
        before = self.store.read(after).twin_before
        if before and self.store.read(before).key == key:
            before = self.store.read(before).twin_before
        keys = (self.store.read(before).key,) if before else ()
        return before, after, (*keys, entries[0].key)

    def _chain(self, unit: UnitOfRecovery, before: int, after: int, forward: int, backward: int) -> None:
        """Let the root before point at ``forward``, and the one after, or the end of the index, at ``backward``."""
        if before:
            self.store.point(unit, before, self._kind.ptf, forward)
        if after:
            self.store.point(unit, after, self._kind.ptb, backward)
        else:
            self.index.change(self.recovery, unit, self.high, KeyedIndex.record(self.high, backward & RBA_MASK))

    # TWIN: on one anchor -----------------------------------------------------------------------------------------

    @property
    def _lifo(self) -> bool:
        return bool(self._kind.ptf) and not self.chained

    @property
    def _anchor(self) -> int:
        return self.primary.anchor_block(0)

    def _head(self, unit: UnitOfRecovery) -> int:
        self.recovery.lock(unit, ("RAP", self._name, self._anchor, LIFO_ANCHOR), EXCLUSIVE)
        return self.primary.anchor(self._anchor, LIFO_ANCHOR)

    def _unhang(self, unit: UnitOfRecovery, root: Stored) -> None:
        before, address = 0, self._address(self._head(unit))
        while address and address != root.rba:
            before, address = address, self.store.read(address).twin
        twin = self.store.read(root.rba).twin
        if before:
            self.store.point(unit, before, self._kind.ptf, twin)
        else:
            self.primary.set_anchor(unit, self._anchor, LIFO_ANCHOR, twin & RBA_MASK)

    def initialise(self, unit: UnitOfRecovery) -> None:
        """Write the X'FF..' record that ends the index of an empty partition."""
        if self.ends and not self.index.get(self.high):
            self.index.change(self.recovery, unit, self.high, KeyedIndex.record(self.high, 0))


__all__ = ["HidamRoots", "IndexPrefix", "KeyedDataSet", "PrimaryIndex"]
