"""Twins that only each other lead to: a ring, in which every segment is reached once and every pointer fits.

A ring has a twin pointer that leads back, to a lower RBA or to its own segment, and so do chains that are right. Where
keys do not tell, such pointers are kept, and each chain they may stand in is walked once from where it begins: what it
does not come to, and comes back to itself, is a ring.
"""

from __future__ import annotations

from collections import defaultdict

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.arrive import Arrivals
from zoslab.ims.pointer_check.report import PointerReport
from zoslab.ims.pointer_check.rows import Rows
from zoslab.ims.pointer_check.spill import Spill
from zoslab.ims.pointer_check.window import Prefix, Window
from zoslab.ims.segment import GROUP_SHIFT, RBA_MASK
from zoslab.ims.store import BrokenPointer

TEXT = "SEGMENT IS IN A RING OF {} TWINS, NO OTHER POINTER LEADS TO IT"


class Rings:
    """Keeps twin pointers that lead back, and looks at their chains at the end."""

    def __init__(
        self,
        database: Database,
        report: PointerReport,
        rows: Rows,
        spill: Spill,
        known: list[Prefix],
        arrivals: Arrivals,
    ) -> None:
        self._store, self._report, self._rows, self._spill = database.store, report, rows, spill
        self._known, self._roots_of = known, arrivals.roots_of

    def suspect(self, window: Window, rba: int, twin: int, parent: int, prefix: Prefix) -> None:
        """Keep a twin pointer that leads back; a root's chain begins at its anchor, which stands for the parent."""
        if prefix.parent is None:
            roots = self._roots_of(window.space)
            if not isinstance(roots, HdamRoots):
                return
            block, number = roots.anchor_of(window.keys.get(rba, b""))
            parent = block * window.store.step + blocks.FSEAP_SIZE + blocks.RAP_SIZE * number
        where = records.RINGS, window.space, parent // records.window_bytes(window.store.step)
        self._spill.put(where, (prefix.code, parent, twin))

    def find(self) -> None:
        """Report the rings."""
        for where in self._spill.ranges(records.RINGS):
            chains: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
            for code, parent, twin in self._spill.take(where):
                chains[code, parent].add(twin)
            for (code, parent), twins in sorted(chains.items()):
                self._walk(where[1], self._known[code], parent, twins)
                while twins:
                    ring = self._ring(where[1], min(twins), self._known[code])
                    twins -= {min(twins), *ring}
                    self._tell(where[1], self._known[code], parent, ring)

    def _walk(self, space: int, prefix: Prefix, parent: int, twins: set[int]) -> None:
        """Take those twins away that the chain comes to."""
        try:
            address = self._first(space, prefix, parent)
            for _ in range(self._report.segments[prefix.kind.name]):
                twins.discard(address & RBA_MASK)
                if not address or not twins:
                    return
                address = self._store.read(address).twin
        except BrokenPointer:
            return

    def _first(self, space: int, prefix: Prefix, parent: int) -> int:
        if prefix.parent is not None:
            return self._store.read(self._above(space, prefix) << GROUP_SHIFT | parent).child(prefix.kind)
        store = self._store.data_sets[space]
        block, offset = divmod(parent, store.step)
        rba = store.anchor(block, (offset - blocks.FSEAP_SIZE) // blocks.RAP_SIZE)
        return space << GROUP_SHIFT | rba if rba else 0

    @staticmethod
    def _above(space: int, prefix: Prefix) -> int:
        return space >> 8 << 8 | prefix.parent.group if prefix.parent is not None else space

    def _ring(self, space: int, rba: int, prefix: Prefix) -> list[int]:
        """Return the segments from one back to itself; none if its chain has an end, or another beginning."""
        found, at = [rba], space << GROUP_SHIFT | rba
        try:
            for _ in range(self._report.segments[prefix.kind.name]):
                at = self._store.read(at).twin
                if at & RBA_MASK == rba:
                    return found
                if not at:
                    return []
                found.append(at & RBA_MASK)
        except BrokenPointer:
            return []
        return []

    def _tell(self, space: int, prefix: Prefix, parent: int, ring: list[int]) -> None:
        for rba in ring:
            self._rows.add(space, "NONE", 0, rba, TEXT.format(len(ring)), rba)
        above = self._above(space, prefix)
        store = self._store.data_sets[above]
        if ring and store.first * store.step <= parent < store.data_set.end * store.step:
            name = "PCF" if prefix.parent is not None else "RAP"
            self._rows.add(above, name, parent, ring[0], f"DOES NOT LEAD TO {ring[0]:08X}")
