"""A DEDB that is open: its roots over all areas. Own layout: whatever module RMNAME names, the lab's randomizer is a
checksum of the key; it gives the area first and the root anchor point in it then.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.dedb.area import AreaFile, AreaParts
from zoslab.ims.dedb.shape import DedbShape
from zoslab.ims.dedb.store import AreaStore, DedbStore
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.segment import PARTITION_SHIFT, RBA_MASK, Stored
from zoslab.ims.uor import Recovery, UnitOfRecovery

Anchor = tuple[int, int]


class DedbRoots:
    """Access to the roots. Synonyms hang on one anchor, in key order."""

    def __init__(self, store: DedbStore) -> None:
        self.store = store
        self._areas = store.areas()
        self._kind = store.shape.root

    def anchor_of(self, key: bytes) -> Anchor:
        """Return the area and the number of the anchor of a key."""
        number, area = divmod(zlib.crc32(key), len(self._areas))
        return area, number % self._areas[area].parts.anchors

    def lock(self, unit: UnitOfRecovery, key: bytes, mode: str) -> None:
        self._lock(unit, self.anchor_of(key), mode)

    def _interval(self, anchor: Anchor) -> int:
        return self._areas[anchor[0]].parts.anchor(anchor[1])

    def _lock(self, unit: UnitOfRecovery, anchor: Anchor, mode: str) -> None:
        self._areas[anchor[0]].lock_unit(unit, self._interval(anchor), mode)

    def chain(self, anchor: Anchor) -> Iterator[Stored]:
        """Return the roots on an anchor."""
        rba = self._areas[anchor[0]].root_anchor(self._interval(anchor))
        address = anchor[0] << PARTITION_SHIFT | rba if rba else 0
        while address:
            stored = self.store.read(address)
            yield stored
            address = stored.twin

    def find(self, unit: UnitOfRecovery, key: bytes, mode: str) -> Stored | None:
        """Return the root with a key, its unit of work locked."""
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, mode)
        return next((stored for stored in self.chain(anchor) if stored.key == key), None)

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots area by area in order of anchors, from the one after the key ``after``."""
        start = self.anchor_of(after) if after is not None else (0, 0)
        for area in range(start[0], len(self._areas)):
            for number in range(start[1] if area == start[0] else 0, self._areas[area].parts.anchors):
                self._lock(unit, (area, number), mode)
                for stored in self.chain((area, number)):
                    if after is None or (area, number) != start or stored.key > after:
                        yield stored

    def insert(self, unit: UnitOfRecovery, data: bytes, ilk: bytes = b"") -> Stored:
        """Add a root; its key is not there yet."""
        key = self._kind.key(data)
        anchor = self.anchor_of(key)
        self._lock(unit, anchor, EXCLUSIVE)
        previous, following = None, 0
        for stored in self.chain(anchor):
            if stored.key > key:
                following = stored.rba
                break
            previous = stored
        pointers = {self._kind.ptf: following}
        address = self.store.place(unit, self._kind, pointers, data, self._interval(anchor), anchor[0])
        self._link(unit, anchor, previous, address)
        return self.store.read(address)

    def _link(self, unit: UnitOfRecovery, anchor: Anchor, previous: Stored | None, address: int) -> None:
        if previous is None:
            self._areas[anchor[0]].set_root_anchor(unit, self._interval(anchor), address & RBA_MASK)
        else:
            self.store.point(unit, previous.rba, self._kind.ptf, address)

    def remove(self, unit: UnitOfRecovery, root: Stored) -> None:
        """Take a root out of its chain; its space is freed by the caller."""
        anchor = self.anchor_of(root.key)
        self._lock(unit, anchor, EXCLUSIVE)
        previous = None
        for stored in self.chain(anchor):
            if stored.rba == root.rba:
                break
            previous = stored
        self._link(unit, anchor, previous, self.store.read(root.rba).twin)


def open_dedb(dbd: Dbd, recovery: Recovery, files: Sequence[AreaFile]) -> Database:
    """Open a DEDB over its areas, in the order of the DBD.

    :raises ImsError: an area is not formatted, or formatted with other operands.
    """
    store = DedbStore(recovery, DedbShape(dbd))
    for number, (area, file) in enumerate(zip(dbd.areas, files, strict=True)):
        store.add(number, AreaStore(recovery, dbd.name, AreaParts(area), file, store.shape))
    return Database(dbd, store, DedbRoots(store))


def area_named(database: Database, name: str) -> AreaStore | None:
    """Return an area of an open DEDB."""
    store = database.store
    areas = store.areas() if isinstance(store, DedbStore) else []
    return next((one for one in areas if one.data_set.ddname == name), None)
