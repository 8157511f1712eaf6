"""Index data sets: key-sequenced data sets of index segments, written at once, after their log record is safe.

Source: ims.md section 5: an index record is a segment of the index database: code, delete byte, pointer to the
segment it leads to (4), key, data. In a PSINDEX an extended pointer set stands in place of the pointer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from zoslab.ims.gate import Gate
from zoslab.ims.log_records import REDO_ONLY, IndexChange
from zoslab.ims.uor import Recovery, UnitOfRecovery
from zoslab.layout import Layout, Number


class KeyedDataSet(Protocol):
    """What an index needs of a key-sequenced data set."""

    def get(self, key: bytes) -> bytes | None: ...
    def insert(self, record: bytes) -> None: ...
    def update(self, record: bytes) -> None: ...
    def delete(self, key: bytes) -> None: ...
    def browse(self, from_key: bytes = b"") -> Iterator[bytes]: ...
    def interval_of(self, key: bytes) -> int: ...
    def create(self) -> None: ...
    def load(self, records: Iterable[bytes]) -> int: ...


class IndexPrefix(Layout):
    """Head of an index record; the key follows."""

    code = Number(0, 1)
    delete = Number(1, 1)
    root = Number(2, 4)


@dataclass(frozen=True)
class Entry:
    """An index record taken apart: the prefix with its pointer, the key, what stands behind."""

    prefix: bytes
    key: bytes
    rest: bytes = b""

    @property
    def pointer(self) -> int:
        """The RBA of a 4-byte pointer."""
        return int.from_bytes(self.prefix[2:6], "big")


class KeyedIndex:
    """An index data set: ``dbd`` is the index database's name, records have ``prefix`` bytes before the key."""

    def __init__(
        self, dbd: str, ddname: str, ksds: KeyedDataSet, gate: Gate, key_length: int = 0, prefix: int = IndexPrefix.size
    ) -> None:
        self.dbd, self.ddname, self.prefix, self.key_length = dbd, ddname, prefix, key_length
        self._ksds, self._gate = ksds, gate
        self._latch = threading.RLock()

    @staticmethod
    def record(key: bytes, rba: int) -> bytes:
        """Return the index record of a segment with a 4-byte pointer."""
        return bytes(IndexPrefix(code=1, root=rba)) + key

    def entry(self, record: bytes) -> Entry:
        """Take a record apart."""
        end = self.prefix + self.key_length if self.key_length else len(record)
        return Entry(record[: self.prefix], record[self.prefix : end], record[end:])

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

    def after(self, key: bytes, count: int = 64, *, inclusive: bool = False) -> list[Entry]:
        """Return the next entries from the first key above ``key`` (or from it)."""
        found: list[Entry] = []
        with self._latch:
            for record in self._ksds.browse(key):
                entry = self.entry(record)
                if entry.key > key or (inclusive and entry.key == key):
                    found.append(entry)
                if len(found) == count:
                    break
        return found

    def interval_of(self, key: bytes) -> int:
        """Return the number of the control interval that holds a key, or would hold it."""
        return self._ksds.interval_of(key)

    def rebuild(self, records: Iterable[bytes]) -> int:
        """Put records in key order in place of what is there, which is not logged; return how many."""
        with self._gate.passing(), self._latch:
            self._ksds.create()
            return self._ksds.load(records)

    def browse(self) -> Iterator[Entry]:
        """Return every entry in key order, of an index that nobody changes meanwhile."""
        return map(self.entry, self._ksds.browse())

    def entries(self) -> Iterator[Entry]:
        """Return every entry in key order, a bounded number at a time."""
        batch = self.after(b"", inclusive=True)
        while batch:
            yield from batch
            batch = self.after(batch[-1].key)

    def change(self, recovery: Recovery, unit: UnitOfRecovery, key: bytes, after: bytes) -> None:
        """Put or erase a record as part of a unit of recovery; the caller holds the key's lock."""
        self.apply(recovery, unit, IndexChange(self.dbd, self.ddname, key, self.get(key), after))

    def apply(self, recovery: Recovery, unit: UnitOfRecovery, change: IndexChange, flags: int = 0) -> None:
        """Log a change and make it."""
        recovery.log_index(unit, change, flags)
        self.put(change.key, change.after)

    def undo(self, recovery: Recovery, unit: UnitOfRecovery, change: IndexChange) -> None:
        """Put back what was there before a change; ``change`` is the reversed one."""
        self.apply(recovery, unit, change, REDO_ONLY)
