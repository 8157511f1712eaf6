"""An open database: its shape, its data sets and the way to its roots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from zoslab.ims.buffers import DatabaseDataSet
from zoslab.ims.dbd import Dbd, Randomizer
from zoslab.ims.errors import ImsError
from zoslab.ims.group import Anchors, DataSetStore
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.keyed import KeyedIndex
from zoslab.ims.locks import DATABASE, EXCLUSIVE
from zoslab.ims.log_records import Change, IndexChange
from zoslab.ims.osam import Blocks
from zoslab.ims.secondary import Maintenance
from zoslab.ims.segment import Shape, Stored
from zoslab.ims.sequence import IndexedRoots, Sequenced
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import Recovery, UnitOfRecovery

NO_LOCK = ""


class Roots(Protocol):
    """How an organisation finds, adds and removes roots."""

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None: ...
    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None: ...
    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]: ...
    def insert(self, unit: UnitOfRecovery, data: bytes, ilk: bytes = b"") -> Stored: ...
    def remove(self, unit: UnitOfRecovery, root: Stored) -> None: ...


@dataclass
class Database:
    """A database that is open. ``keyed`` holds its index data sets, by database and ddname as on the log."""

    dbd: Dbd
    store: SegmentStore
    roots: Roots
    index: KeyedIndex | None = None
    secondary: dict[str, Sequenced] = field(default_factory=dict)
    keyed: dict[tuple[str, str], KeyedIndex] = field(default_factory=dict)
    maintenance: Maintenance = field(init=False)

    def __post_init__(self) -> None:
        self.maintenance = Maintenance(self.store, list(self.secondary.values()))
        if self.index is not None:
            self.keyed[self.index.dbd, self.index.ddname] = self.index
        for one in self.secondary.values():
            self.keyed.update({(index.dbd, index.ddname): index for index in one.data_sets()})
        self._stores = {(one.data_set.dbd, one.data_set.ddname): one for one in self.store.data_sets.values()}

    @property
    def shape(self) -> Shape:
        return self.store.shape

    @property
    def data_sets(self) -> list[DatabaseDataSet]:
        return [one.data_set for one in self.store.data_sets.values()]

    @property
    def data_set(self) -> DatabaseDataSet:
        """The first data set."""
        return self.data_sets[0]

    def initialise(self, unit: UnitOfRecovery) -> None:
        """Prepare the empty data sets for the first root."""
        for one in self.store.data_sets.values():
            one.initialise(unit)

    def sequenced_by(self, index: str) -> Roots:
        """Return the roots in the order of a secondary index (PROCSEQ).

        :raises ImsError: the index is not one of this database that leads to its root.
        """
        if not index:
            return self.roots
        found = self.secondary.get(index)
        if found is None or found.keys.target.code != self.shape.root.code:
            raise ImsError(f"DFS0929I PROCSEQ={index} IS NO SECONDARY INDEX OF {self.dbd.name} THAT LEADS TO ITS ROOT")
        return IndexedRoots(found, self.store, self.roots.lock)

    def _store_of(self, change: Change) -> DataSetStore:
        store = self._stores.get((change.dbd, change.ddname))
        if store is None:
            raise ImsError(f"DFS0730I {change.dbd} HAS NO DATA SET {change.ddname} THAT THE LOG SPEAKS OF")
        return store

    def _index_of(self, change: IndexChange) -> KeyedIndex:
        index = self.keyed.get((change.dbd, change.ddname))
        if index is None:
            raise ImsError(f"DFS0730I {self.dbd.name} HAS NO INDEX {change.dbd} THAT THE LOG SPEAKS OF")
        return index

    def undo(self, unit: UnitOfRecovery, change: Change | IndexChange) -> None:
        """Put back what was there before; ``change`` is the reversed one."""
        if isinstance(change, Change):
            self._store_of(change).undo(unit, change)
        else:
            self._index_of(change).undo(self.store.recovery, unit, change)

    def redo(self, change: Change | IndexChange, lsn: int) -> None:
        """Do again what the log says; bits of a bitmap that is shared were written at once."""
        if isinstance(change, Change):
            self._store_of(change).redo(change, lsn)
        else:
            self._index_of(change).put(change.key, change.after)


def segment_store(dbd: Dbd, recovery: Recovery, files: Sequence[Blocks], anchors: Anchors) -> SegmentStore:
    """Return the segments of a database without partitions, one file a data set group."""
    store = SegmentStore(recovery, Shape(dbd))
    for group, (file, definition) in enumerate(zip(files, dbd.data_sets, strict=True)):
        store.add(0, open_group(store, dbd.name, definition.ddname, file, anchors if group == 0 else Anchors(), group))
    return store


def open_group(
    store: SegmentStore,
    name: str,
    ddname: str,
    file: Blocks,
    anchors: Anchors,
    group: int,
    identity: tuple[int, int] = (0, 0),
) -> DataSetStore:
    """Open one data set; ``name`` is the database or the partition."""
    data_set = DatabaseDataSet(name, ddname, file, end_of_data(file, file.first + 1))
    return DataSetStore(store.recovery, data_set, store.shape, anchors, group, identity)


def open_hdam(dbd: Dbd, recovery: Recovery, *files: Blocks, secondary: Sequence[Sequenced] = ()) -> Database:
    """Open an HDAM database over its data sets."""
    randomizer = dbd.randomizer or Randomizer("", 1, 1)
    store = segment_store(dbd, recovery, files, Anchors(randomizer.anchors, randomizer.blocks))
    roots = HdamRoots(dbd.name, randomizer, store)
    return Database(dbd, store, roots, secondary={one.name(): one for one in secondary})


def open_hidam(
    dbd: Dbd,
    recovery: Recovery,
    file: Blocks | Sequence[Blocks],
    index: KeyedIndex,
    secondary: Sequence[Sequenced] = (),
) -> Database:
    """Open a HIDAM database over its data sets and its primary index."""
    files = list(file) if isinstance(file, Sequence) else [file]
    store = segment_store(dbd, recovery, files, root_anchors(dbd))
    roots = HidamRoots(dbd.name, store, index)
    return Database(dbd, store, roots, index, {one.name(): one for one in secondary})


def root_anchors(dbd: Dbd) -> Anchors:
    """Return the one anchor that HIDAM roots with forward pointers only hang on."""
    lifo = dbd.root.twin_forward and not dbd.root.twin_backward
    return Anchors(1, 1) if lifo else Anchors()


def end_of_data(file: Blocks, least: int) -> int:
    """Return the first block that was never used: formatting fills a track with empty blocks."""
    end = file.blocks
    while end > least and not any(file.read(end - 1)):
        end -= 1
    return max(end, least)


def database_lock(name: str) -> tuple[str, str]:
    """Return the name of the lock that keeps programs with exclusive intent apart from others."""
    return (DATABASE, name)


__all__ = ["EXCLUSIVE", "NO_LOCK", "Database", "Roots", "database_lock", "end_of_data", "open_hdam", "open_hidam"]
