"""An open database: its shape, its data sets and the way to its roots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from zoslab.ims.buffers import DatabaseDataSet
from zoslab.ims.dbd import Dbd
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots, PrimaryIndex
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.log_records import Change, IndexChange
from zoslab.ims.osam import BlockFile
from zoslab.ims.segment import Shape, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import Recovery, UnitOfRecovery

NO_LOCK = ""


class Roots(Protocol):
    """How an organisation finds, adds and removes roots."""

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None: ...
    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None: ...
    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]: ...
    def insert(self, unit: UnitOfRecovery, data: bytes) -> Stored: ...
    def remove(self, unit: UnitOfRecovery, root: Stored) -> None: ...


@dataclass
class Database:
    """A database that is open."""

    dbd: Dbd
    shape: Shape
    data_set: DatabaseDataSet
    store: SegmentStore
    roots: Roots
    index: PrimaryIndex | None = None

    def undo(self, unit: UnitOfRecovery, change: Change | IndexChange) -> None:
        """Put back what was there before; ``change`` is the reversed one."""
        if isinstance(change, Change):
            self.store.undo(unit, change)
        elif isinstance(self.roots, HidamRoots):
            self.roots.undo(unit, change)

    def redo(self, change: Change | IndexChange, lsn: int) -> None:
        """Do again what the log says."""
        if isinstance(change, Change):
            self.store.pool.redo(self.data_set, change, lsn)
        elif self.index is not None:
            self.index.put(change.key, change.after)


def open_hdam(dbd: Dbd, recovery: Recovery, file: BlockFile) -> Database:
    """Open an HDAM database over its OSAM data set."""
    shape = Shape(dbd)
    anchors = dbd.randomizer.anchors if dbd.randomizer else 0
    anchored = dbd.randomizer.blocks if dbd.randomizer else 0
    data_set = DatabaseDataSet(dbd.name, dbd.data_sets[0].ddname, file, end_of_data(file, anchored + 1))
    store = SegmentStore(recovery, data_set, shape, anchors, anchored)
    return Database(dbd, shape, data_set, store, HdamRoots(dbd, store))


def open_hidam(dbd: Dbd, recovery: Recovery, file: BlockFile, index: PrimaryIndex) -> Database:
    """Open a HIDAM database over its OSAM data set and its primary index."""
    shape = Shape(dbd)
    data_set = DatabaseDataSet(dbd.name, dbd.data_sets[0].ddname, file, end_of_data(file, 1))
    store = SegmentStore(recovery, data_set, shape)
    return Database(dbd, shape, data_set, store, HidamRoots(dbd, store, index), index)


def end_of_data(file: BlockFile, least: int) -> int:
    """Return the first block that was never used: formatting fills a track with empty blocks."""
    end = file.blocks
    while end > least and not any(file.read(end - 1)):
        end -= 1
    return max(end, least)


def database_lock(name: str) -> tuple[str, str]:
    """Return the name of the lock that keeps programs with exclusive intent apart from others."""
    return ("DATABASE", name)


__all__ = ["EXCLUSIVE", "NO_LOCK", "Database", "Roots", "database_lock", "end_of_data", "open_hdam", "open_hidam"]
