"""Error rows: every one names a data set and the block in it, of a database or of an index."""

from __future__ import annotations

from typing import Protocol

from zoslab.ims.database import Database
from zoslab.ims.haldb import HaldbDatabase
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.pointer_check.records import ILE, Pointer
from zoslab.ims.pointer_check.report import PointerError, PointerReport


class IndexDataSet(Protocol):
    """A key-sequenced data set that rows can be about: of an index, or an ILDS."""

    dbd: str
    ddname: str

    def interval_of(self, key: bytes) -> int: ...


class Rows:
    """Writes the error rows of a check."""

    def __init__(self, database: Database, report: PointerReport) -> None:
        self._stores, self._report = database.store.data_sets, report
        self.indexes = list(_indexes(database))
        self._numbers = {id(index): -1 - number for number, index in enumerate(self.indexes)}

    def space_of(self, index: IndexDataSet) -> int:
        """Return the number by which pointers say that they stand in an index."""
        return self._numbers[id(index)]

    def add(self, space: int, pointer: str, source: int, target: int, text: str, at: int | None = None) -> None:
        """Add a row about a data set of the database; ``at`` is where to look if it is not at ``source``."""
        store = self._stores[space]
        block, offset = divmod(source if at is None else at, store.step)
        one = store.data_set
        self._report.errors.append(PointerError(one.dbd, one.ddname, pointer, source, target, text, block, offset))

    def index(self, index: IndexDataSet, pointer: str, key: bytes, target: int, text: str) -> None:
        """Add a row about an entry of an index, or of an ILDS; the block is its control interval."""
        interval = index.interval_of(key)
        self._report.errors.append(PointerError(index.dbd, index.ddname, pointer, 0, target, text, interval))

    def pointer(self, pointer: Pointer, text: str) -> None:
        """Add a row about a pointer."""
        if pointer.space >= 0:
            self.add(pointer.space, pointer.name, pointer.source, pointer.target, text)
            return
        key = pointer.key + bytes([pointer.code]) if pointer.name == ILE else pointer.key
        self.index(self.indexes[-1 - pointer.space], pointer.name, key, pointer.target, text)


def _indexes(database: Database) -> list[IndexDataSet]:
    """Return every index data set of a database: primary, secondary, indirect lists."""
    found: list[IndexDataSet] = []
    if isinstance(database.roots, HidamRoots):
        found.append(database.roots.index)
    if isinstance(database, HaldbDatabase):
        for partition in database.partitions.values():
            found += [partition.index] if partition.index is not None else []
            found.append(partition.ilds)
    return found + [one for index in database.secondary.values() for one in index.data_sets()]
