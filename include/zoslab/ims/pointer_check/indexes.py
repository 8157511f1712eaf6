"""The index data sets in a pointer check: primary and secondary indexes, extended pointers, ILDS entries."""

from __future__ import annotations

from collections import Counter

from zoslab.ims.database import Database
from zoslab.ims.errors import CallRefused
from zoslab.ims.haldb import HaldbDatabase, Partition
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.ilds import ExtendedPointer
from zoslab.ims.keyed import Entry, KeyedIndex
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.follow import Follow
from zoslab.ims.pointer_check.records import ILE, INDEX, LAST, Pointer
from zoslab.ims.pointer_check.report import PointerReport
from zoslab.ims.pointer_check.rows import IndexDataSet, Rows
from zoslab.ims.pointer_check.spill import Item, Spill
from zoslab.ims.psindex import PREFIX

SECONDARY = "SECIDX"


class Indexes:
    """Reads the index data sets of a database, passes on their pointers, and matches entries with their sources."""

    def __init__(self, database: Database, report: PointerReport, rows: Rows, spill: Spill, follow: Follow) -> None:
        self._database, self._report, self._rows = database, report, rows
        self._spill, self._follow = spill, follow

    def run(self) -> None:
        """Read every index; its pointers then wait for the windows they lead to."""
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

    def _point(self, name: str, index: IndexDataSet, space: int, target: int, code: int, key: bytes) -> None:
        self._report.pointers[name] += 1
        self._follow.point(Pointer(name, self._rows.space_of(index), 0, target, code, 0, key), space)

    def _primary(self, roots: HidamRoots, partition: int) -> None:
        ended, first = False, True
        for entry in roots.index.browse():
            if roots.ends and entry.key == roots.high:
                ended = True
                if roots.chained and entry.pointer:
                    self._point(LAST, roots.index, partition << 8, entry.pointer, 1, entry.key)
                continue
            if entry.prefix[:2] != b"\1\0":
                text = f"INDEX PREFIX IS {entry.prefix[:2].hex().upper()}"
                self._rows.index(roots.index, INDEX, entry.key, entry.pointer, text)
            if first and roots.chained:
                self._follow.first_root(partition << 8, entry.pointer)
            first = False
            self._point(INDEX, roots.index, partition << 8, entry.pointer, 1, entry.key)
        if partition and not ended:
            self._rows.index(roots.index, LAST, roots.high, 0, "THE RECORD WITH THE KEY X'FF..' IS NOT THERE")

    def _indirect(self, partition: Partition) -> None:
        owner, current = partition.definition.id, partition.stores[0].stored_identity()[1]
        index = partition.ilds
        said = Counter((one.partition, one.reorg) for one in index.elements())
        if said and (owner, current) not in said:
            text = f"REORG NUMBER IS {current}, THE ILDS SAYS {said.most_common(1)[0][0][1]}"
            store = partition.stores[0]
            self._rows.add(owner << 8, "REORG#", store.first * store.step, 0, text)
        for element in partition.ilds.elements():
            key = bytes(element.raw[:9])
            if (element.partition, element.reorg) != (owner, current):
                text = f"STALE ILE {key.hex().upper()} IS OF PARTITION {element.partition} REORG {element.reorg}"
                self._rows.index(index, ILE, key, element.rba, text)
                continue
            kind = self._database.shape.of_code(element.code)
            if kind is None:
                self._rows.index(index, ILE, key, element.rba, f"ILE WITH SEGMENT CODE X'{element.code:02X}'")
                continue
            self._point(ILE, index, owner << 8 | kind.group, element.rba, element.code, key[:8])

    def _secondary(self, index: KeyedIndex, number: int) -> None:
        extended = isinstance(self._database, HaldbDatabase)
        place, whole = self._rows.space_of(index), list(self._database.secondary.values())[number]
        for entry in index.browse():
            self._report.pointers["EPS" if extended else SECONDARY] += 1
            if whole.data_set_of(entry.key) is not index:
                text = f"ENTRY {entry.key.hex().upper()} BELONGS TO ANOTHER PARTITION OF {whole.name()}"
                self._rows.index(index, SECONDARY, entry.key, 0, text)
            record = entry.prefix + entry.key + entry.rest
            current = self._current(index, entry, record) if extended else record
            self._spill.put(records.by_key(number, entry.key), ("ENTRY", entry.key, current, place))

    def _current(self, index: KeyedIndex, entry: Entry, record: bytes) -> bytes:
        """Return an entry as it is when its extended pointer has healed, so that it compares with what it should be."""
        assert isinstance(self._database, HaldbDatabase)
        eps = ExtendedPointer.of(record[2:PREFIX])
        partition = self._database.partitions.get(eps.partition)
        if partition is not None and eps.reorg == partition.stores[0].stored_identity()[1]:
            return record
        found = None
        owner = self._owner(entry)
        if owner is not None and self._database.shape.of_code(eps.code) is not None:
            found = owner.ilds.find(eps.ilk, eps.code)
        if found is None:
            text = f"ILK {eps.ilk.hex().upper()} IS NOT IN THE ILDS; POINTER CANNOT HEAL"
            self._rows.index(index, "EPS", entry.key, eps.rba, text)
            return record
        healed = ExtendedPointer(
            ilk=eps.ilk, rba=found.rba, partition=found.partition, reorg=found.reorg, code=eps.code
        )
        return record[:2] + bytes(healed) + record[PREFIX:]

    def _owner(self, entry: Entry) -> Partition | None:
        """Return the partition of the root key that ends an entry."""
        assert isinstance(self._database, HaldbDatabase)
        root = self._database.shape.root.segment.key
        try:
            return self._database.partition_of(entry.rest[-root.length :]) if root else None
        except CallRefused:
            return None

    def match(self) -> None:
        """Put the entries of secondary indexes beside those that their sources must have."""
        names = [index.name() for index in self._database.secondary.values()]
        for where in self._spill.ranges(records.BY_KEY):
            items = self._spill.take(where)
            sources = {item[1]: item for item in items if item[0] == "SOURCE"}
            for item in items:
                if item[0] == "ENTRY":
                    self._entry(item, sources.pop(item[1], None))
            for key, source in sources.items():
                text = f"INDEX {names[where[1]]} HAS NO ENTRY {key.hex().upper()}"
                self._rows.add(source[3], "XDFLD", source[4], 0, text)

    def _entry(self, item: Item, source: Item | None) -> None:
        _, key, record, place = item
        if source is not None and source[2] == record:
            return
        text = "HAS NO SOURCE SEGMENT" if source is None else "DOES NOT LEAD TO THE TARGET OF ITS SOURCE"
        index = self._rows.indexes[-1 - place]
        self._rows.index(index, SECONDARY, key, source[4] if source else 0, f"ENTRY {key.hex().upper()} {text}")
