"""HIDAM: roots are found through a primary index, a key-sequenced data set. Source: ims.md section 5.

An index record is a segment of the index database: code, delete byte, pointer to the root (4), key. The index is
written at once, after its log record is safe; roots have no twin pointers (PTR=NOTWIN).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

from zoslab.ims.dbd import Dbd
from zoslab.ims.gate import Gate
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.log_records import REDO_ONLY, IndexChange
from zoslab.ims.segment import Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery
from zoslab.layout import Layout, Number


class KeyedDataSet(Protocol):
    """What the index needs of a key-sequenced data set."""

    def get(self, key: bytes) -> bytes | None: ...
    def insert(self, record: bytes) -> None: ...
    def update(self, record: bytes) -> None: ...
    def delete(self, key: bytes) -> None: ...
    def browse(self, from_key: bytes = b"") -> Iterator[bytes]: ...


class IndexPrefix(Layout):
    """Head of an index record; the key follows."""

    code = Number(0, 1)
    delete = Number(1, 1)
    root = Number(2, 4)


class PrimaryIndex:
    """The index data set: ``dbd`` is the index database's name."""

    def __init__(self, dbd: str, ddname: str, ksds: KeyedDataSet, gate: Gate) -> None:
        self.dbd, self.ddname = dbd, ddname
        self._ksds, self._gate = ksds, gate
        self._latch = threading.RLock()

    @staticmethod
    def record(key: bytes, rba: int) -> bytes:
        """Return the index record of a root."""
        return bytes(IndexPrefix(code=1, root=rba)) + key

    def get(self, key: bytes) -> bytes:
        """Return the record of a key, empty if there is none."""
        with self._latch:
            return self._ksds.get(key) or b""

    def put(self, key: bytes, record: bytes) -> None:
        """Make ``record`` what the data set holds for a key; empty erases. Done again it changes nothing."""
        with self._gate.passing(), self._latch:
            present = self._ksds.get(key)
            if record and present is None:
                self._ksds.insert(record)
            elif record and present != record:
                self._ksds.update(record)
            elif not record and present is not None:
                self._ksds.delete(key)

    def after(self, key: bytes, count: int = 64) -> list[tuple[bytes, int]]:
        """Return the next entries as (key, root RBA) from the first key above ``key``."""
        found: list[tuple[bytes, int]] = []
        with self._latch:
            for record in self._ksds.browse(key):
                entry = record[IndexPrefix.size :], IndexPrefix.of(record[: IndexPrefix.size]).root
                if entry[0] > key:
                    found.append(entry)
                if len(found) == count:
                    break
        return found


class HidamRoots:
    """Access to the roots of a HIDAM database."""

    def __init__(self, dbd: Dbd, store: SegmentStore, index: PrimaryIndex) -> None:
        self._name, self.store, self.index = dbd.name, store, index
        self._kind = store.shape.root

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        if mode:
            self.store.recovery.lock(unit, ("KEY", self._name, key), mode)

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        """Return the root with a key, the key locked."""
        self.lock(unit, key, mode)
        record = self.index.get(key)
        return self.store.read(IndexPrefix.of(record[: IndexPrefix.size]).root) if record else None

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots in key order, from the one after the key ``after``."""
        entries = self.index.after(after or b"")
        while entries:
            for key, _ in entries:
                stored = self.find(unit, key, mode)
                if stored is not None:
                    yield stored
            entries = self.index.after(entries[-1][0])

    def insert(self, unit: UnitOfRecovery, data: bytes) -> Stored:
        """Add a root; its key is not there yet."""
        key = self._kind.key(data)
        self.lock(unit, key, EXCLUSIVE)
        rba = self.store.place(unit, self._kind, {}, data, max(self.store.data_set.end - 1, 1))
        self._set(unit, IndexChange(self.index.dbd, self.index.ddname, key, b"", self.index.record(key, rba)))
        return self.store.read(rba)

    def remove(self, unit: UnitOfRecovery, root: Stored) -> None:
        """Take a root out of the index; its space is freed by the caller."""
        self.lock(unit, root.key, EXCLUSIVE)
        self._set(unit, IndexChange(self.index.dbd, self.index.ddname, root.key, self.index.get(root.key), b""))

    def _set(self, unit: UnitOfRecovery, change: IndexChange) -> None:
        self.store.recovery.log_index(unit, change)
        self.index.put(change.key, change.after)

    def undo(self, unit: UnitOfRecovery, change: IndexChange) -> None:
        """Put back what the index held before a change; ``change`` is the reversed one."""
        self.store.recovery.log_index(unit, change, REDO_ONLY)
        self.index.put(change.key, change.after)
