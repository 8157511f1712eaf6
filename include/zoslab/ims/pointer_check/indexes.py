"""The index data sets in a pointer check: primary and secondary indexes, extended pointers, ILDS entries."""

from __future__ import annotations

from zoslab.ims.database import Database
from zoslab.ims.haldb import HaldbDatabase, Partition
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.ilds import ExtendedPointer
from zoslab.ims.keyed import Entry, KeyedIndex
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.report import PointerError, PointerReport
from zoslab.ims.pointer_check.spill import Spill

ILE, INDEX, LAST = "ILE", "INDEX", "LAST"


class IndexScan:
    """Reads the index data sets of a database and passes on their pointers."""

    def __init__(self, database: Database, report: PointerReport, spill: Spill) -> None:
        self._database, self._report, self._spill = database, report, spill

    def run(self) -> None:
        """Scan every index."""
        database = self._database
        if isinstance(database.roots, HidamRoots):
            self._primary(database.roots, 0)
        if isinstance(database, HaldbDatabase):
            for number, partition in database.partitions.items():
                if isinstance(partition.roots, HidamRoots):
                    self._primary(partition.roots, number)
                self._indirect(partition)
        for number, index in enumerate(database.secondary.values()):
            for data_set in index.data_sets():
                self._secondary(data_set, number)

    def _point(self, pointer: str, space: int, target: int, code: int, key: bytes) -> None:
        self._report.pointers[pointer] += 1
        store = self._database.store.data_sets[space]
        where = records.place(space, target // store.step)
        records.put_pointer(self._spill, where, target, pointer, (-1, 0), code, 0, key)

    def _error(self, index: KeyedIndex, pointer: str, target: int, text: str) -> None:
        self._report.errors.append(PointerError(index.dbd, index.ddname, pointer, 0, target, text))

    def _primary(self, roots: HidamRoots, partition: int) -> None:
        ended = False
        for entry in roots.index.entries():
            if roots.ends and entry.key == roots.high:
                ended = True
                if roots.chained and entry.pointer:
                    self._point(LAST, partition << 8, entry.pointer, 1, entry.key)
                continue
            if entry.prefix[0] != 1 or entry.prefix[1]:
                self._error(roots.index, INDEX, entry.pointer, f"INDEX PREFIX IS {entry.prefix[:2].hex().upper()}")
            self._point(INDEX, partition << 8, entry.pointer, 1, entry.key)
        if partition and not ended:
            self._error(roots.index, LAST, 0, "THE RECORD WITH THE KEY X'FF..' IS NOT THERE")

    def _indirect(self, partition: Partition) -> None:
        owner = partition.definition.id
        current = partition.stores[0].identity[1]
        ddname = partition.ilds.ddname
        for element in partition.ilds.elements():
            if (element.partition, element.reorg) != (owner, current):
                key = bytes(element.raw[:9]).hex().upper()
                text = f"ILE {key} IS OF PARTITION {element.partition} REORG {element.reorg}"
                self._report.errors.append(
                    PointerError(partition.definition.name, ddname, ILE, 0, element.rba, f"STALE {text}")
                )
                continue
            kind = self._database.shape.of_code(element.code)
            if kind is None:
                text = f"ILE WITH SEGMENT CODE X'{element.code:02X}'"
                self._report.errors.append(PointerError(partition.definition.name, ddname, ILE, 0, element.rba, text))
                continue
            self._point(ILE, owner << 8 | kind.group, element.rba, element.code, bytes(element.ilk))

    def _secondary(self, index: KeyedIndex, number: int) -> None:
        pointer = "EPS" if isinstance(self._database, HaldbDatabase) else "SECIDX"
        for entry in index.entries():
            self._report.pointers[pointer] += 1
            record = entry.prefix + entry.key + entry.rest
            current = self._current(index, entry, record) if pointer == "EPS" else record
            self._spill.put(records.by_key(index.dbd, number, entry.key), ("ENTRY", entry.key, current, index.ddname))

    def _current(self, index: KeyedIndex, entry: Entry, record: bytes) -> bytes:
        """Return an entry as it is when its extended pointer has healed, so that it compares with what it should be."""
        assert isinstance(self._database, HaldbDatabase)
        eps = ExtendedPointer.of(record[2:30])
        partition = self._database.partitions.get(eps.partition)
        if partition is not None and eps.reorg == partition.stores[0].identity[1]:
            return record
        kind = self._database.shape.of_code(eps.code)
        root = self._database.shape.root.segment.key
        owner = self._database.partition_of(entry.rest[-root.length :]) if root else None
        found = owner.ilds.find(eps.ilk, eps.code) if owner is not None and kind is not None else None
        if found is None:
            self._error(index, "EPS", eps.rba, f"ILK {eps.ilk.hex().upper()} IS NOT IN THE ILDS; POINTER CANNOT HEAL")
            return record
        healed = ExtendedPointer(
            ilk=eps.ilk, rba=found.rba, partition=found.partition, reorg=found.reorg, code=eps.code
        )
        return record[:2] + bytes(healed) + record[30:]
