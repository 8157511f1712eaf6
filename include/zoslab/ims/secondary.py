"""Secondary indexes of HDAM and HIDAM: entries made from fields of a source segment, kept up with every change.

Source: IMS System Utilities, XDFLD; IMS Database Administration, secondary indexes. An entry is the index prefix
with the target's RBA, the search and subsequence fields as key, then the duplicate data. Own layout: where the index
has a sequence field that is not unique (SEQ,M), the source's RBA ends the key; IMS chains duplicates in an ESDS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from zoslab.ims.dbd import Dbd, SecondaryIndex
from zoslab.ims.keyed import KeyedIndex
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.segment import RBA_MASK, SegmentType, Shape, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import Recovery, UnitOfRecovery


@dataclass(frozen=True)
class IndexKey:
    """How the entries of one index are made from its source segment."""

    definition: SecondaryIndex
    source: SegmentType
    target: SegmentType
    unique: bool

    @classmethod
    def of(cls, definition: SecondaryIndex, shape: Shape, index_dbd: Dbd) -> IndexKey:
        source, target = shape.named(definition.source), shape.named(definition.target)
        assert source is not None
        assert target is not None
        key = index_dbd.root.key
        return cls(definition, source, target, key is None or key.unique)

    @property
    def search_length(self) -> int:
        """Length of the search fields with the constant before them."""
        return sum(self._length(name) for name in self.definition.search) + (self.definition.constant is not None)

    @property
    def length(self) -> int:
        """Length of the whole key."""
        rest = sum(self._length(name) for name in self.definition.subsequence)
        return self.search_length + rest + (0 if self.unique else 4)

    def _length(self, name: str) -> int:
        field = self.source.segment.field(name)
        return field.length if field else 0

    def _field(self, name: str, source: Stored) -> bytes:
        field = self.source.segment.field(name)
        if field is None:
            return b""
        if name.startswith("/"):
            return source.ilk if field.length == 8 and source.ilk else (source.rba & RBA_MASK).to_bytes(4, "big")
        return field.of(source.data).ljust(field.length, b"\0")

    def key(self, source: Stored) -> bytes | None:
        """Return the key a source segment makes, None if it is left out of the index (NULLVAL)."""
        search = b"".join(self._field(name, source) for name in self.definition.search)
        if self.definition.null_value is not None and search == bytes([self.definition.null_value]) * len(search):
            return None
        head = b"" if self.definition.constant is None else bytes([self.definition.constant])
        rest = b"".join(self._field(name, source) for name in self.definition.subsequence)
        return head + search + rest + (b"" if self.unique else (source.rba & RBA_MASK).to_bytes(4, "big"))

    def search_value(self, value: bytes) -> bytes:
        """Return the beginning of the keys that a search value asks for."""
        return (b"" if self.definition.constant is None else bytes([self.definition.constant])) + value

    def data(self, source: Stored) -> bytes:
        """Return the duplicate data behind the key."""
        return b"".join(self._field(name, source) for name in self.definition.duplicate_data)

    def target_of(self, store: SegmentStore, source: Stored) -> Stored:
        """Return the target of a source segment: itself or the parent above it of the target's type."""
        while source.kind.code != self.target.code:
            source = store.read(source.parent)
        return source


class SecondaryData(Protocol):
    """Where the entries of an index are kept."""

    keys: IndexKey

    def name(self) -> str: ...
    def record(self, store: SegmentStore, source: Stored, key: bytes) -> bytes: ...
    def get(self, key: bytes) -> bytes: ...
    def change(self, recovery: Recovery, unit: UnitOfRecovery, key: bytes, after: bytes) -> None: ...


class DirectIndex:
    """A secondary index of an HDAM or HIDAM database, with 4-byte pointers."""

    def __init__(self, keys: IndexKey, index: KeyedIndex) -> None:
        self.keys, self.index = keys, index

    def name(self) -> str:
        return self.index.dbd

    def record(self, store: SegmentStore, source: Stored, key: bytes) -> bytes:
        target = self.keys.target_of(store, source)
        return KeyedIndex.record(key, target.rba & RBA_MASK) + self.keys.data(source)

    def get(self, key: bytes) -> bytes:
        return self.index.get(key)

    def change(self, recovery: Recovery, unit: UnitOfRecovery, key: bytes, after: bytes) -> None:
        self.index.change(recovery, unit, key, after)


class Maintenance:
    """Keeps the secondary indexes of a database in step with its source segments."""

    def __init__(self, store: SegmentStore, indexes: list[SecondaryData]) -> None:
        self.store, self.indexes = store, indexes

    def _of(self, kind: SegmentType) -> list[SecondaryData]:
        return [one for one in self.indexes if one.keys.source.code == kind.code]

    def _lock(self, unit: UnitOfRecovery, index: SecondaryData, key: bytes) -> None:
        self.store.recovery.lock(unit, ("KEY", index.name(), key), EXCLUSIVE)

    def duplicates(self, unit: UnitOfRecovery, kind: SegmentType, data: bytes, old: Stored | None = None) -> bool:
        """Tell whether a segment with these data would be a second one in a unique index (status NI)."""
        for index in self._of(kind):
            address = old.rba if old else 0
            made = Stored(address, kind, old.raw if old else bytes(kind.prefix), data)
            key = index.keys.key(made)
            if key is None or (old is not None and key == index.keys.key(old)):
                continue
            if old is None and any(name.startswith("/") for name in index.keys.definition.subsequence):
                continue
            if not index.keys.unique:
                continue
            self._lock(unit, index, key)
            if index.get(key):
                return True
        return False

    def changed(self, unit: UnitOfRecovery, before: Stored | None, after: Stored | None) -> None:
        """Bring the indexes from one state of a source segment to another; None says it is not there."""
        present = after or before
        assert present is not None
        for index in self._of(present.kind):
            old = index.keys.key(before) if before else None
            new = index.keys.key(after) if after else None
            if old is not None and old != new:
                self._lock(unit, index, old)
                index.change(self.store.recovery, unit, old, b"")
            if new is not None and after is not None:
                self._lock(unit, index, new)
                record = index.record(self.store, after, new)
                if old != new or index.get(new) != record:
                    index.change(self.store.recovery, unit, new, record)
