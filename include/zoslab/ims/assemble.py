"""Putting a database together from its definitions and the data sets that were allocated for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

from zoslab.ims.database import Database, open_hdam, open_hidam
from zoslab.ims.dbd import Area, Dbd, SecondaryIndex
from zoslab.ims.dedb.area import AreaFile
from zoslab.ims.dedb.database import open_dedb
from zoslab.ims.engine import Engine
from zoslab.ims.errors import DatabaseUnavailable
from zoslab.ims.haldb import HaldbDatabase, PartitionDataSets, open_haldb
from zoslab.ims.host import ImsDataSet
from zoslab.ims.keyed import KeyedIndex
from zoslab.ims.osam import BlockFile, Blocks
from zoslab.ims.partitions import GROUP_LETTERS, ILDS, INDEX, PartitionDefinition, selector
from zoslab.ims.psindex import PREFIX, PartitionedIndex
from zoslab.ims.secondary import IndexKey
from zoslab.ims.segment import Shape
from zoslab.ims.sequence import OrderedIndex, Sequenced
from zoslab.ims.sharing import DataSetName, SharingMember
from zoslab.ims.vsam_blocks import IntervalFile

F = TypeVar("F", bound=Blocks)


@dataclass(frozen=True)
class Allocated:
    """An allocated data set: of which database or partition, under which ddname."""

    database: str
    ddname: str
    data_set: ImsDataSet

    @property
    def name(self) -> DataSetName:
        return self.database, self.ddname


def open_area(name: str, area: Area, data_sets: Sequence[ImsDataSet], sharing: SharingMember | None) -> AreaFile:
    """Return an area of the DEDB ``name`` over its data sets; members that share it write through one latch."""
    file = AreaFile([one.esds() for one in data_sets], area.ddname, area.size)
    if sharing is None or not data_sets:
        return file
    return copy(sharing.opened((name, area.ddname), lambda: file))


class Assembly:
    """A database with its indexes; ``definitions`` holds the DBDs of all of them by name.

    With ``sharing`` its blocks are shared with the other members of a data sharing group.
    """

    def __init__(
        self,
        definitions: Mapping[str, Dbd],
        allocated: Sequence[Allocated],
        engine: Engine,
        partitions: Mapping[str, Sequence[PartitionDefinition]] | None = None,
        sharing: SharingMember | None = None,
    ) -> None:
        self._definitions, self._engine, self._sharing = definitions, engine, sharing
        self._partitions = partitions or {}
        self._data_sets = {(one.database, one.ddname): one.data_set for one in allocated}
        self._all: defaultdict[tuple[str, str], list[ImsDataSet]] = defaultdict(list)
        for one in allocated:
            self._all[one.database, one.ddname].append(one.data_set)

    def database(self, name: str) -> Database:
        """Return the open database.

        :raises DatabaseUnavailable: block sizes differ, or the organisation is not supported.
        """
        dbd = self._definitions[name]
        if dbd.partitioned:
            found = self.haldb(dbd)
            found.check_identities()
            return self._attached(found)
        if dbd.access == "DEDB":
            return self._attached(open_dedb(dbd, self._engine.recovery, [self._area(name, one) for one in dbd.areas]))
        if dbd.access not in ("HDAM", "HIDAM"):
            raise DatabaseUnavailable(f"DFS0730I DATABASE {name}: ORGANISATION {dbd.access} CANNOT BE OPENED")
        files = [self._blocks(name, group.ddname, dbd, group.block_size) for group in dbd.data_sets]
        secondary = self._secondary(dbd)
        if dbd.access == "HDAM":
            return self._attached(open_hdam(dbd, self._engine.recovery, *files, secondary=secondary))
        return self._attached(open_hidam(dbd, self._engine.recovery, files, self._index(dbd.index), secondary))

    def _attached(self, database: Database) -> Database:
        """Let the data sets of a database take part in data sharing, if they do."""
        if self._sharing is not None:
            for data_set in database.data_sets:
                self._sharing.attach(data_set, self._engine.pool)
        return database

    def _opened(self, name: DataSetName, make: Callable[[], F]) -> F:
        return self._sharing.opened(name, make) if self._sharing is not None else make()

    def _blocks(self, name: str, ddname: str, dbd: Dbd, block_size: int) -> Blocks:
        data_set = self._data_sets[name, ddname]
        return self._opened((name, ddname), lambda: block_file(data_set, dbd, ddname, block_size))

    def _area(self, name: str, area: Area) -> AreaFile:
        """Return an area over its data sets, which are allocated under its name; without any it is stopped."""
        return open_area(name, area, self._all[name, area.ddname], self._sharing)

    def haldb(self, dbd: Dbd) -> HaldbDatabase:
        """Return an open HALDB; what its data sets say of themselves is not looked at."""
        chosen = selector(dbd.name, dbd.selection, self._partitions[dbd.name])
        data_sets = {one.id: self._of_partition(dbd, one) for one in chosen.order if not one.stopped}
        indexes = [self._partitioned_index(dbd, one) for one in dbd.secondary]
        database = open_haldb(dbd, self._engine.recovery, chosen, data_sets, indexes)
        for index in indexes:
            index.database = database
        return database

    def _of_partition(self, dbd: Dbd, one: PartitionDefinition) -> PartitionDataSets:
        files = [
            self._blocks(one.name, one.ddname(letter), dbd, one.block_size(group))
            for group, letter in enumerate(GROUP_LETTERS[: dbd.groups])
        ]
        ilds = self._data_sets[one.name, one.ddname(ILDS)].ksds()
        index = self._data_sets[one.name, one.ddname(INDEX)].ksds() if dbd.access == "PHIDAM" else None
        return PartitionDataSets(files, ilds, index)

    def _partitioned_index(self, dbd: Dbd, definition: SecondaryIndex) -> PartitionedIndex:
        name = definition.database
        index_dbd = self._definitions[name]
        keys = IndexKey.of(definition, Shape(dbd), index_dbd)
        chosen = selector(name, index_dbd.selection, self._partitions[name])
        indexes = {}
        for one in (part for part in chosen.order if not part.stopped):
            ksds = self._data_sets[one.name, one.ddname("A")].ksds()
            gate = self._engine.gate
            indexes[one.id] = KeyedIndex(one.name, one.ddname("A"), ksds, gate, keys.length, PREFIX)
        return PartitionedIndex(name, keys, chosen, indexes)

    def _index(self, name: str, key_length: int = 0) -> KeyedIndex:
        ddname = self._definitions[name].data_sets[0].ddname
        return KeyedIndex(name, ddname, self._data_sets[name, ddname].ksds(), self._engine.gate, key_length)

    def _secondary(self, dbd: Dbd) -> list[Sequenced]:
        shape = Shape(dbd)
        found: list[Sequenced] = []
        for definition in dbd.secondary:
            keys = IndexKey.of(definition, shape, self._definitions[definition.database])
            found.append(OrderedIndex(keys, self._index(definition.database, keys.length)))
        return found


def letters(dbd: Dbd) -> str:
    """Return the letters of the data sets that each partition of a HALDB has."""
    if dbd.access == "PSINDEX":
        return "A"
    return GROUP_LETTERS[: dbd.groups] + (INDEX if dbd.access == "PHIDAM" else "") + ILDS


def block_file(data_set: ImsDataSet, dbd: Dbd, ddname: str, block_size: int) -> Blocks:
    """Return a database data set as blocks.

    :raises DatabaseUnavailable: its block or control interval size is not the one that was defined.
    """
    file: Blocks
    if dbd.method == "VSAM":
        file = IntervalFile(data_set.esds(), data_set.dsname)
        found = file.step
    else:
        found = data_set.blksize
        file = BlockFile(data_set.space, block_size, data_set.dsname)
    if found != block_size:
        raise DatabaseUnavailable(
            f"DFS0730I UNABLE TO OPEN DATASET WITH DDNAME {ddname} FOR DATABASE {dbd.name}: "
            f"BLOCK SIZE {found}, DBD SAYS {block_size}"
        )
    return file
