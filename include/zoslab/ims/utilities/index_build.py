"""Building index data sets from the segments they lead to: what DFSPREC0, IIUSTART and DFSURGL0 have in common.

The data sets of the database are read in physical order, entries are sorted, and the index is loaded in key order.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.haldb import Partition
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.ilds import Found, IndirectList
from zoslab.ims.keyed import KeyedIndex
from zoslab.ims.segment import GROUP_SHIFT, RBA_MASK, SegmentType, Stored
from zoslab.ims.sequence import Sequenced
from zoslab.ims.store import SegmentStore
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.utilities.sort_work import SortWork


def scan(store: SegmentStore, kind: SegmentType, partition: int | None = None) -> Iterator[Stored]:
    """Yield the segments of a type in physical order, of one partition or of all.

    :raises UtilityFailed: a block is broken.
    """
    for space, one in store.data_sets.items():
        if one.group != kind.group or partition not in (None, space >> 8):
            continue
        for number, image in enumerate(one.images(one.first, one.data_set.end), one.first):
            if one.is_bitmap(number) or blocks.is_unused(image):
                continue
            try:
                for tile in blocks.tiles(image, one.raps_in(number), one.shape, one.group):
                    if tile.kind is not None and tile.kind.code == kind.code and not tile.data_only:
                        yield store.read(space << GROUP_SHIFT | number * one.step + tile.offset)
            except blocks.BrokenBlock as broken:
                text = f"DFS315A {one.data_set.ddname} BLOCK {number} IS BROKEN: {broken}"
                raise UtilityFailed(text) from broken


def build_primary(store: SegmentStore, roots: HidamRoots) -> int:
    """Build the primary index of a HIDAM database or of a partition anew; return its entries."""
    with SortWork() as entries:
        for root in scan(store, store.shape.root, roots.partition):
            entries.add(root.key, KeyedIndex.record(root.key, root.rba & RBA_MASK))
        return roots.index.rebuild(_ended(roots, entries))


def _ended(roots: HidamRoots, entries: SortWork) -> Iterator[bytes]:
    last = 0
    for _, record in entries:
        last = roots.index.entry(record).pointer
        yield record
    if roots.ends:
        yield KeyedIndex.record(roots.high, last if roots.chained else 0)


def build_indirect(store: SegmentStore, partition: Partition, targets: list[SegmentType]) -> int:
    """Build the ILDS of a partition anew, with an entry for each segment of the target types; return them."""
    owner, reorg = partition.definition.id, partition.reorg
    with SortWork() as entries:
        for kind in targets:
            for one in scan(store, kind, owner):
                element = IndirectList.element(one.ilk, kind.code, Found(owner, reorg, one.rba & RBA_MASK))
                entries.add(one.ilk + bytes([kind.code]), element)
        return partition.ilds.rebuild(record for _, record in entries)


def build_secondary(database: Database, index: Sequenced) -> int:
    """Build a secondary index anew, all partitions of a PSINDEX; return its entries.

    :raises UtilityFailed: two segments make one key of a unique index, or no partition takes a key.
    """
    with SortWork() as entries:
        for source in scan(database.store, index.keys.source):
            key = index.keys.key(source)
            if key is not None:
                entries.add(key, index.record(database.store, source, key))
        return sum(one.rebuild(_of_data_set(index, one, entries)) for one in index.data_sets())


def _of_data_set(index: Sequenced, data_set: KeyedIndex, entries: SortWork) -> Iterator[bytes]:
    before = None
    for key, record in entries:
        owner = index.data_set_of(key)
        if owner is None:
            raise UtilityFailed(f"DFS301A NO PARTITION OF {index.name()} TAKES KEY {key.hex().upper()}")
        if key == before:
            raise UtilityFailed(f"DFS301A {index.name()} IS UNIQUE, BUT TWO SEGMENTS HAVE KEY {key.hex().upper()}")
        before = key
        if owner is data_set:
            yield record
