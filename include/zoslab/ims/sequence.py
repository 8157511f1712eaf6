"""Going through a database by a secondary index that leads to its roots (PROCSEQ).

Source: IMS Database Administration, processing a secondary index: the index key takes the place of the root key.
Supported: indexes whose target is the root segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from zoslab.ims.errors import ImsError
from zoslab.ims.keyed import Entry, KeyedIndex
from zoslab.ims.secondary import DirectIndex, SecondaryData
from zoslab.ims.segment import Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery

Lock = Callable[[UnitOfRecovery, bytes, str], None]


class Sequenced(SecondaryData, Protocol):
    """A secondary index that a program can go by."""

    def data_sets(self) -> list[KeyedIndex]: ...
    def data_set_of(self, key: bytes) -> KeyedIndex | None: ...
    def after(self, key: bytes, *, inclusive: bool) -> list[Entry]: ...
    def address(self, unit: UnitOfRecovery, entry: Entry, *, update: bool) -> int: ...


class OrderedIndex(DirectIndex):
    """A secondary index with 4-byte pointers, in key order."""

    def data_sets(self) -> list[KeyedIndex]:
        return [self.index]

    def data_set_of(self, key: bytes) -> KeyedIndex | None:
        return self.index

    def after(self, key: bytes, *, inclusive: bool) -> list[Entry]:
        return self.index.after(key, inclusive=inclusive)

    def address(self, unit: UnitOfRecovery, entry: Entry, *, update: bool) -> int:
        return self.keys.target.group << 32 | entry.pointer


class IndexedRoots:
    """The roots of a database in the order of an index. Roots cannot be added or removed this way (status AM)."""

    def __init__(self, index: Sequenced, store: SegmentStore, lock_root: Lock) -> None:
        self.index, self.store, self._lock_root = index, store, lock_root

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        if mode:
            self.store.recovery.lock(unit, ("KEY", self.index.name(), key), mode)

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        """Return the root an entry leads to."""
        found = next(iter(self.index.after(key, inclusive=True)), None)
        return self._target(unit, found, mode) if found is not None and found.key == key else None

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots in index order, from the one after the key ``after``."""
        yield from self.range(unit, mode, after, b"")

    def range(self, unit: UnitOfRecovery, mode: str, after: bytes | None, low: bytes) -> Iterator[Stored]:
        """Return roots in index order from the key ``low`` on, after the key ``after``."""
        beyond = after is not None and after >= low
        entries = self.index.after(after if beyond and after is not None else low, inclusive=not beyond)
        while entries:
            for entry in entries:
                stored = self._target(unit, entry, mode)
                if stored is not None:
                    yield stored
            entries = self.index.after(entries[-1].key, inclusive=False)

    def _target(self, unit: UnitOfRecovery, entry: Entry, mode: str) -> Stored | None:
        """Lock entry and root, in this order; None if the entry went away meanwhile."""
        self.lock(unit, entry.key, mode)
        present = next(iter(self.index.after(entry.key, inclusive=True)), None)
        if present is None or present.key != entry.key:
            return None
        address = self.index.address(unit, present, update=mode == "X")
        root = self.store.read(address)
        if mode:
            self._lock_root(unit, root.key, mode)
        return replace(self.store.read(address), via=present.key)

    def insert(self, unit: UnitOfRecovery, data: bytes, ilk: bytes = b"") -> Stored:
        raise ImsError("DFS0832I A ROOT CANNOT BE INSERTED THROUGH A SECONDARY INDEX")

    def remove(self, unit: UnitOfRecovery, root: Stored) -> None:
        raise ImsError("DFS0832I A ROOT CANNOT BE DELETED THROUGH A SECONDARY INDEX")
