"""Twin chains of dependents: adding to them and taking out of them. Source: ims.md section 5, segment prefix."""

from __future__ import annotations

from zoslab.ims.segment import PARTITION_SHIFT, SegmentType, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery


def insert_dependent(
    store: SegmentStore,
    unit: UnitOfRecovery,
    parent: Stored,
    kind: SegmentType,
    data: bytes,
    current: int = 0,
    ilk: bytes = b"",
    last: int | None = None,
) -> Stored | None:
    """Add a dependent under its parent; None if its key is there already.

    ``current`` is the twin the program stands on, before which RULES=(,HERE) inserts. ``last`` is the twin to add it
    after when a database is reloaded in order, 0 for the first.
    """
    found = (last, 0) if last is not None else _neighbours(store, parent, kind, kind.key(data), current)
    if found is None:
        return None
    before, after = found
    pointers = {kind.ptf: after, kind.ptb: before, kind.pp: parent.rba}
    pointers.pop(0, None)
    near = store.near(parent.rba, kind)
    address = store.place(unit, kind, pointers, data, near, parent.rba >> PARTITION_SHIFT, ilk)
    if before:
        store.point(unit, before, kind.ptf, address)
    else:
        store.point(unit, parent.rba, parent.kind.first_child[kind.code], address)
    if after:
        store.point(unit, after, kind.ptb, address)
    else:
        store.point(unit, parent.rba, parent.kind.last_child.get(kind.code, 0), address)
    return store.read(address)


def _neighbours(
    store: SegmentStore, parent: Stored, kind: SegmentType, key: bytes, current: int
) -> tuple[int, int] | None:
    """Return the addresses between which a new twin belongs; None for a duplicate key."""
    first = parent.child(kind)
    if not first:
        return 0, 0
    keyed = kind.segment.key
    if not kind.ptf:
        return None
    if not keyed and kind.segment.insert_rule == "FIRST":
        return 0, first
    if not keyed and kind.segment.insert_rule == "HERE":
        return _here(store, first, current)
    last = parent.last_child(kind)
    if last and (not keyed or store.read(last).key < key):
        return last, 0
    before, address = 0, first
    while address:
        twin = store.read(address)
        if keyed and keyed.unique and twin.key == key:
            return None
        if keyed and (twin.key > key or (twin.key == key and kind.segment.insert_rule == "FIRST")):
            break
        before, address = address, twin.twin
    return before, address


def _here(store: SegmentStore, first: int, current: int) -> tuple[int, int]:
    """Return the place before the current twin; without a position the new one becomes the first."""
    before, address = 0, first
    while address and address != current:
        before, address = address, store.read(address).twin
    return (before, address) if address else (0, first)


def remove_dependent(store: SegmentStore, unit: UnitOfRecovery, stored: Stored) -> None:
    """Take a dependent out of its twin chain; its space is freed by the caller."""
    kind = stored.kind
    parent = store.read(stored.parent)
    before, after = _before(store, parent, stored), stored.twin
    if before:
        store.point(unit, before, kind.ptf, after)
    else:
        store.point(unit, parent.rba, parent.kind.first_child[kind.code], after)
    if after:
        store.point(unit, after, kind.ptb, before)
    else:
        store.point(unit, parent.rba, parent.kind.last_child.get(kind.code, 0), before)


def _before(store: SegmentStore, parent: Stored, stored: Stored) -> int:
    if stored.kind.ptb:
        return stored.twin_before
    before, address = 0, parent.child(stored.kind)
    while address != stored.rba:
        before, address = address, store.read(address).twin
    return before
