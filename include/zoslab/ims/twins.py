"""Twin chains of dependents: adding to them and taking out of them. Source: ims.md section 5, segment prefix."""

from __future__ import annotations

from zoslab.ims.segment import SegmentType, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import UnitOfRecovery


def insert_dependent(
    store: SegmentStore, unit: UnitOfRecovery, parent: Stored, kind: SegmentType, data: bytes
) -> Stored | None:
    """Add a dependent under its parent; None if its key is there already."""
    found = _neighbours(store, parent, kind, kind.key(data))
    if found is None:
        return None
    before, after = found
    pointers = {kind.ptf: after, kind.ptb: before, kind.pp: parent.rba}
    pointers.pop(0, None)
    rba = store.place(unit, kind, pointers, data, parent.rba // store.size)
    if before:
        store.point(unit, before, kind.ptf, rba)
    else:
        store.point(unit, parent.rba, parent.kind.first_child[kind.code], rba)
    if after:
        store.point(unit, after, kind.ptb, rba)
    else:
        store.point(unit, parent.rba, parent.kind.last_child.get(kind.code, 0), rba)
    return store.read(rba)


def _neighbours(store: SegmentStore, parent: Stored, kind: SegmentType, key: bytes) -> tuple[int, int] | None:
    """Return the RBAs between which a new twin belongs; None for a duplicate key."""
    first = parent.child(kind)
    if not first or (not kind.segment.key and kind.segment.insert_rule != "LAST"):
        return 0, first
    last = parent.pointer(parent.kind.last_child.get(kind.code, 0))
    if last and (not kind.segment.key or store.read(last).key < key):
        return last, 0
    before, rba = 0, first
    while rba:
        twin = store.read(rba)
        if kind.segment.key and twin.key == key:
            return None
        if kind.segment.key and twin.key > key:
            break
        before, rba = rba, twin.twin
    return before, rba


def remove_dependent(store: SegmentStore, unit: UnitOfRecovery, stored: Stored) -> None:
    """Take a dependent out of its twin chain; its space is freed by the caller."""
    kind = stored.kind
    parent = store.read(stored.pointer(kind.pp))
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
        return stored.pointer(stored.kind.ptb)
    before, rba = 0, parent.child(stored.kind)
    while rba != stored.rba:
        before, rba = rba, store.read(rba).twin
    return before
