"""PSINDEX: a partitioned secondary index of a HALDB, whose extended pointers heal themselves.

Source: seed paper on HALDB; ims.md section 5. Own layout: an entry is code (1), delete byte (1), EPS (28), key, the
duplicate data, the target's root key. If partition or reorganization number in the EPS are not current, the target's
partition is found by the root key, its place by the ILK in that partition's ILDS; a program with update intent
writes the healed EPS back.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.ims.errors import CallRefused
from zoslab.ims.haldb import HaldbDatabase
from zoslab.ims.ilds import EPS_SIZE, ExtendedPointer
from zoslab.ims.keyed import Entry, KeyedIndex
from zoslab.ims.partitions import PartitionDefinition, PartitionSelector
from zoslab.ims.secondary import IndexKey
from zoslab.ims.segment import GROUP_SHIFT, PARTITION_SHIFT, RBA_MASK, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import Recovery, UnitOfRecovery

PREFIX = 2 + EPS_SIZE
BROKEN = "GG"


def pointer_to(target: Stored, identity: tuple[int, int]) -> bytes:
    """Return the extended pointer set that leads to a segment."""
    return bytes(
        ExtendedPointer(
            ilk=target.ilk,
            rba=target.rba & RBA_MASK,
            partition=identity[0],
            reorg=identity[1],
            code=target.kind.code,
        )
    )


class PartitionedIndex:
    """A PSINDEX over its partitions. ``database`` is set when the HALDB it belongs to is open."""

    def __init__(self, name: str, keys: IndexKey, selector: PartitionSelector, indexes: dict[int, KeyedIndex]) -> None:
        self._name, self.keys, self._selector, self._indexes = name, keys, selector, indexes
        self.database: HaldbDatabase | None = None
        self.healed = 0

    def name(self) -> str:
        return self._name

    def data_sets(self) -> list[KeyedIndex]:
        return list(self._indexes.values())

    def data_set_of(self, key: bytes) -> KeyedIndex | None:
        """Return the data set of a key, None if no partition takes it."""
        try:
            return self._of(key)
        except CallRefused:
            return None

    def _of(self, key: bytes) -> KeyedIndex:
        return self._indexes[self._selector.select(key).id]

    def record(self, store: SegmentStore, source: Stored, key: bytes) -> bytes:
        target = self.keys.target_of(store, source)
        owner, _ = store.at(target.rba)
        root = target
        while root.kind.parent is not None:
            root = store.read(root.parent)
        eps = pointer_to(target, owner.identity)
        return bytes([1, 0]) + eps + key + self.keys.data(source) + root.key

    def get(self, key: bytes) -> bytes:
        return self._of(key).get(key)

    def change(self, recovery: Recovery, unit: UnitOfRecovery, key: bytes, after: bytes) -> None:
        self._of(key).change(recovery, unit, key, after)

    def after(self, key: bytes, *, inclusive: bool) -> list[Entry]:
        """Return the next entries over all partitions."""
        order: Sequence[PartitionDefinition] = self._selector.order
        start = 0
        if key:
            try:
                start = [one.id for one in order].index(self._selector.select(key).id)
            except CallRefused:
                return []
        for place in range(start, len(order)):
            found = self._indexes[order[place].id].after(key, inclusive=inclusive)
            if found:
                return found
        return []

    def root_key(self, entry: Entry) -> bytes:
        """Return the root key of the target, which ends the entry."""
        database = self._database()
        key = database.shape.root.segment.key
        return entry.rest[-key.length :] if key else b""

    def _database(self) -> HaldbDatabase:
        if self.database is None:
            raise CallRefused(BROKEN)
        return self.database

    def address(self, unit: UnitOfRecovery, entry: Entry, *, update: bool) -> int:
        """Return the address an entry leads to, healing its pointer if the target's partition was reorganised.

        :raises CallRefused: GG, the target is not to be found.
        """
        database = self._database()
        eps = ExtendedPointer.of(entry.prefix[2:])
        kind = self.keys.target
        partition = database.partitions.get(eps.partition)
        if partition is not None and eps.reorg == partition.stores[0].identity[1]:
            return self._make(eps.partition, kind.group, eps.rba)
        owner = database.partition_of(self.root_key(entry))
        found = owner.ilds.find(eps.ilk, eps.code)
        if found is None:
            raise CallRefused(BROKEN)
        if update:
            healed = bytes(
                ExtendedPointer(ilk=eps.ilk, rba=found.rba, partition=found.partition, reorg=found.reorg, code=eps.code)
            )
            record = entry.prefix[:2] + healed + entry.key + entry.rest
            self.change(database.store.recovery, unit, entry.key, record)
            self.healed += 1
        return self._make(found.partition, kind.group, found.rba)

    @staticmethod
    def _make(partition: int, group: int, rba: int) -> int:
        return partition << PARTITION_SHIFT | group << GROUP_SHIFT | rba
