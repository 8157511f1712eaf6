"""A DEDB that is open: its roots over all areas. Own layout: whatever module RMNAME names, the lab's randomizer is a
checksum of the key; it gives the area first and the root anchor point in it then.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from zoslab.ims.anchored_roots import Anchor, AnchoredRoots
from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.dedb.area import AreaFile, AreaParts
from zoslab.ims.dedb.shape import DedbShape
from zoslab.ims.dedb.store import AreaStore, DedbStore
from zoslab.ims.segment import PARTITION_SHIFT, RBA_MASK, Stored
from zoslab.ims.uor import Recovery, UnitOfRecovery


class DedbRoots(AnchoredRoots):
    """Access to the roots. An anchor is an area and a number in it."""

    def __init__(self, name: str, store: DedbStore) -> None:
        super().__init__(name, store)
        self._areas = store.areas()

    def anchor_of(self, key: bytes) -> Anchor:
        """Return the area and the number of the anchor of a key."""
        number, area = divmod(zlib.crc32(key), len(self._areas))
        return area, number % self._areas[area].parts.anchors

    def _interval(self, anchor: Anchor) -> int:
        return self._areas[anchor[0]].parts.anchor(anchor[1])

    def _lock(self, unit: UnitOfRecovery, anchor: Anchor, mode: str) -> None:
        self._areas[anchor[0]].lock_unit(unit, self._interval(anchor), mode)

    def _first(self, anchor: Anchor) -> int:
        rba = self._areas[anchor[0]].root_anchor(self._interval(anchor))
        return anchor[0] << PARTITION_SHIFT | rba if rba else 0

    def _set_first(self, unit: UnitOfRecovery, anchor: Anchor, address: int) -> None:
        self._areas[anchor[0]].set_root_anchor(unit, self._interval(anchor), address & RBA_MASK)

    def _near(self, anchor: Anchor) -> tuple[int, int]:
        return self._interval(anchor), anchor[0]

    def scan(self, unit: UnitOfRecovery, mode: str, after: bytes | None = None) -> Iterator[Stored]:
        """Return roots area by area in order of anchors, from the one after the key ``after``."""
        start = self.anchor_of(after) if after is not None else (0, 0)
        for area in range(start[0], len(self._areas)):
            for number in range(start[1] if area == start[0] else 0, self._areas[area].parts.anchors):
                self._lock(unit, (area, number), mode)
                for stored in self.chain((area, number)):
                    if after is None or (area, number) != start or stored.key > after:
                        yield stored


def open_dedb(dbd: Dbd, recovery: Recovery, files: Sequence[AreaFile]) -> Database:
    """Open a DEDB over its areas, in the order of the DBD.

    :raises ImsError: an area is not formatted, or formatted with other operands.
    """
    store = DedbStore(recovery, DedbShape(dbd))
    for number, (area, file) in enumerate(zip(dbd.areas, files, strict=True)):
        store.add(number, AreaStore(recovery, dbd.name, AreaParts(area), file, store.shape))
    return Database(dbd, store, DedbRoots(dbd.name, store))


def area_named(database: Database, name: str) -> AreaStore | None:
    """Return an area of an open DEDB."""
    store = database.store
    areas = store.areas() if isinstance(store, DedbStore) else []
    return next((one for one in areas if one.data_set.ddname == name), None)
