"""Offline reorganization of a partition: unload, initialise with the next reorganization number, reload.

Source: seed paper on HALDB: the ILK of a segment never changes, so it is unloaded and reloaded with it; the ILDS is
filled with where the segments are that extended pointers may lead to. Own layout: the unload records.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from zoslab.ims.haldb import HaldbDatabase, Partition
from zoslab.ims.hierarchy import Loader, segments
from zoslab.ims.ilds import Found
from zoslab.ims.segment import ILK, RBA_MASK
from zoslab.ims.uor import UnitOfRecovery
from zoslab.layout import Layout, Number, Raw

SYNC_EVERY = 500
PROGRAM = "DFSURGL0"


class UnloadHead(Layout):
    """Own layout: head of an unloaded segment; its data follow."""

    length = Number(0, 4)
    code = Number(4, 1)
    level = Number(5, 1)
    ilk = Raw(6, ILK)


def unload(database: HaldbDatabase, partition: Partition, unit: UnitOfRecovery, out: IO[bytes]) -> int:
    """Write the segments of a partition in hierarchic order; return how many."""
    count = 0
    for stored in segments(database.store, partition.roots, unit):
        head = UnloadHead(length=len(stored.data), code=stored.kind.code, level=stored.kind.level, ilk=stored.ilk)
        out.write(bytes(head) + stored.data)
        count += 1
    return count


def _unloaded(source: IO[bytes]) -> Iterator[tuple[UnloadHead, bytes]]:
    while raw := source.read(UnloadHead.size):
        head = UnloadHead.of(raw)
        yield head, source.read(head.length)


def reorganise(database: HaldbDatabase, partition: Partition) -> int:
    """Reorganise a partition that nobody uses; return its new reorganization number."""
    recovery = database.store.recovery
    unit = recovery.begin(PROGRAM, 0)
    number = partition.stores[0].stored_identity()[1] + 1
    with tempfile.TemporaryFile() as work:
        unload(database, partition, unit, work)
        work.seek(0)
        empty(database, partition)
        partition.initialise(unit, number)
        recovery.commit(unit)
        reload(database, partition, work)
    recovery.pool.flush()
    return number


def empty(database: HaldbDatabase, partition: Partition) -> None:
    """Erase the data sets of a partition; its buffers are given up."""
    for store in partition.stores:
        database.store.pool.drop(store.data_set)
        store.data_set.file.erase()
        store.data_set.end = store.end_least
    if partition.index is not None:
        partition.index.rebuild(())


def reload(database: HaldbDatabase, partition: Partition, source: IO[bytes]) -> int:
    """Insert unloaded segments with their ILKs, and fill the ILDS; return how many segments."""
    recovery = database.store.recovery
    targets = {index.keys.target.code for index in database.secondary.values()}
    loader, unit, count = Loader(database.store, partition.roots), recovery.begin(PROGRAM, 0), 0
    for head, data in _unloaded(source):
        kind = database.shape.types[head.code - 1]
        stored = loader.insert(unit, kind, data, head.ilk)
        if kind.code in targets:
            found = Found(partition.definition.id, partition.stores[0].identity[1], stored.rba & RBA_MASK)
            partition.ilds.put(stored.ilk, kind.code, found)
        count += 1
        if count % SYNC_EVERY == 0:
            recovery.commit(unit)
            unit = recovery.begin(PROGRAM, 0)
    recovery.commit(unit)
    return count
