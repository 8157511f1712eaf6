"""PHDAM and PHIDAM: a database in partitions, each with data sets, primary index and ILDS of its own.

Source: seed paper on HALDB; ims.md sections 2.4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zoslab.ims.database import Database, Roots, open_group, root_anchors
from zoslab.ims.dbd import Dbd, Randomizer
from zoslab.ims.errors import DatabaseUnavailable, UserAbend
from zoslab.ims.group import Anchors, DataSetStore
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.ilds import IndirectList
from zoslab.ims.keyed import KeyedDataSet, KeyedIndex
from zoslab.ims.osam import Blocks
from zoslab.ims.partitions import GROUP_LETTERS, ILDS, INDEX, PartitionDefinition, PartitionSelector
from zoslab.ims.segment import PARTITION_SHIFT, SegmentType, Shape, Stored
from zoslab.ims.sequence import Sequenced
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import Recovery, UnitOfRecovery

FIRST_REORG = 1


@dataclass(frozen=True)
class PartitionDataSets:
    """The data sets of one partition, as they were allocated."""

    files: Sequence[Blocks]
    ilds: KeyedDataSet
    index: KeyedDataSet | None = None


@dataclass
class Partition:
    """An open partition."""

    definition: PartitionDefinition
    roots: HdamRoots | HidamRoots
    ilds: IndirectList
    stores: list[DataSetStore]
    index: KeyedIndex | None = None

    @property
    def reorg(self) -> int:
        """The reorganization number the data set holds."""
        return self.stores[0].stored_identity()[1]

    def initialise(self, unit: UnitOfRecovery, reorg: int = 0) -> None:
        """Partition initialization (DFSUPNT0): identity, bitmaps, the end of the index; the ILDS is emptied."""
        number = reorg or (self.definition.reorg + 1 if self.definition.reorg else FIRST_REORG)
        for store in self.stores:
            store.identity = (self.definition.id, number)
            store.initialise(unit)
        if isinstance(self.roots, HidamRoots):
            self.roots.initialise(unit)
        self.ilds.erase()


@dataclass
class HaldbDatabase(Database):
    """An open HALDB."""

    partitions: dict[int, Partition] = field(default_factory=dict)

    def initialise(self, unit: UnitOfRecovery) -> None:
        for partition in self.partitions.values():
            partition.initialise(unit)

    def partition_of(self, root_key: bytes) -> Partition:
        """Return the partition a root key belongs to.

        :raises CallRefused: FM, no partition takes the key.
        """
        assert isinstance(self.roots, PartitionedRoots)
        return self.partitions[self.roots.of_key(root_key).partition]

    def check_identities(self) -> None:
        """Compare partition ID and reorganization number in the data sets with the RECON's.

        :raises DatabaseUnavailable: they differ, or a partition was never initialised.
        """
        for partition in self.partitions.values():
            definition = partition.definition
            for store in partition.stores:
                found = store.stored_identity()
                store.identity = found
                where = f"HALDB PARTITION {definition.name} DATA SET {store.data_set.ddname}"
                if found == (0, 0):
                    raise DatabaseUnavailable(f"DFS0730I {where} NEEDS PARTITION INITIALIZATION (DFSUPNT0)")
                if found[0] != definition.id:
                    raise DatabaseUnavailable(
                        f"DFS0730I {where} HOLDS PARTITION ID {found[0]}, RECON SAYS {definition.id}"
                    )
                if definition.reorg and found[1] != definition.reorg:
                    raise DatabaseUnavailable(
                        f"DFS0730I {where} HOLDS REORG NUMBER {found[1]}, RECON SAYS {definition.reorg}"
                    )


class PartitionedRoots:
    """The roots of all partitions, in the order of the partitions."""

    def __init__(
        self, selector: PartitionSelector, roots: Mapping[int, HdamRoots | HidamRoots], root: SegmentType
    ) -> None:
        self._selector, self._roots, self._kind = selector, roots, root

    def of_key(self, key: bytes) -> HdamRoots | HidamRoots:
        """Return the partition of a key.

        :raises CallRefused: FM, no partition takes the key. :raises UserAbend: U3303, the partition is stopped.
        """
        return self._at(self._selector.select(key))

    def _at(self, partition: PartitionDefinition) -> HdamRoots | HidamRoots:
        if partition.stopped:
            raise UserAbend(3303, f"DFS3303I PARTITION {partition.name} IS STOPPED")
        return self._roots[partition.id]

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        self.of_key(key).lock(unit, key, mode)

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        return self.of_key(key).find(unit, key, mode)

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots partition by partition, from the one after the key ``after``."""
        order = self._selector.order
        start = order.index(self._selector.select(after)) if after is not None else 0
        for place in range(start, len(order)):
            yield from self._at(order[place]).scan(unit, mode, after if place == start else None)

    def insert(self, unit: UnitOfRecovery, data: bytes, ilk: bytes = b"") -> Stored:
        return self.of_key(self._kind.key(data)).insert(unit, data, ilk)

    def remove(self, unit: UnitOfRecovery, root: Stored) -> None:
        self._roots[root.rba >> PARTITION_SHIFT].remove(unit, root)


def open_haldb(
    dbd: Dbd,
    recovery: Recovery,
    selector: PartitionSelector,
    data_sets: Mapping[int, PartitionDataSets],
    secondary: Sequence[Sequenced] = (),
) -> HaldbDatabase:
    """Open a HALDB; ``data_sets`` are those of each partition by its ID."""
    store = SegmentStore(recovery, Shape(dbd))
    opened = [one for one in selector.order if not one.stopped]
    partitions = {one.id: _open_partition(dbd, store, one, data_sets[one.id]) for one in opened}
    store.stopped = {one.id: one.name for one in selector.order if one.stopped}
    roots: Roots = PartitionedRoots(
        selector, {number: one.roots for number, one in partitions.items()}, store.shape.root
    )
    keyed = {(one.index.dbd, one.index.ddname): one.index for one in partitions.values() if one.index is not None}
    return HaldbDatabase(dbd, store, roots, None, {one.name(): one for one in secondary}, keyed, partitions=partitions)


def randomizer_of(dbd: Dbd, definition: PartitionDefinition) -> Randomizer:
    """Return a partition's randomizer: the RECON's, where that says nothing the DBD's."""
    found = definition.randomizer or dbd.randomizer
    if found is None or not found.blocks:
        raise DatabaseUnavailable(f"DFS0730I PARTITION {definition.name} HAS NO RANDOMIZER WITH A HIGH BLOCK NUMBER")
    return found


def _open_partition(
    dbd: Dbd, store: SegmentStore, definition: PartitionDefinition, data_sets: PartitionDataSets
) -> Partition:
    randomizer = randomizer_of(dbd, definition) if dbd.access == "PHDAM" else None
    anchors = Anchors(randomizer.anchors, randomizer.blocks) if randomizer else root_anchors(dbd)
    stores = []
    for group, file in enumerate(data_sets.files):
        ddname = definition.ddname(GROUP_LETTERS[group])
        one = open_group(store, definition.name, ddname, file, anchors if group == 0 else Anchors(), group)
        one.identity = one.stored_identity()
        store.add(definition.id, one)
        stores.append(one)
    ilds = IndirectList(definition.name, definition.ddname(ILDS), data_sets.ilds)
    if randomizer is not None:
        return Partition(definition, HdamRoots(definition.name, randomizer, store, definition.id), ilds, stores)
    if data_sets.index is None:
        raise DatabaseUnavailable(f"DFS0730I PARTITION {definition.name} HAS NO PRIMARY INDEX DATA SET")
    index = KeyedIndex(definition.name, definition.ddname(INDEX), data_sets.index, store.pool.gate)
    roots = HidamRoots(definition.name, store, index, definition.id, ends=True)
    return Partition(definition, roots, ilds, stores, index)
