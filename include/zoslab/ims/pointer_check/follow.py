"""Second part of a pointer check: the pointers of a window are followed.

Windows come in order. A pointer to a window that is still to come waits for it in the work data sets; those to
windows gone by are followed at the end, when just the blocks they lead to are read again. PTB is not followed:
that each twin has the right one is seen when it is reached by PTF or PCF, and that it is reached once is checked.
"""

from __future__ import annotations

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.arrive import Arrivals
from zoslab.ims.pointer_check.records import Pointer
from zoslab.ims.pointer_check.report import PointerReport
from zoslab.ims.pointer_check.rings import Rings
from zoslab.ims.pointer_check.rows import Rows
from zoslab.ims.pointer_check.scan import Scan
from zoslab.ims.pointer_check.spill import Range, Spill
from zoslab.ims.pointer_check.window import Fields, Prefix, Window


class Follow:
    """Follows the pointers of windows."""

    def __init__(
        self, database: Database, report: PointerReport, rows: Rows, spill: Spill, known: list[Prefix]
    ) -> None:
        self._database, self._report, self._rows, self._spill, self._known = database, report, rows, spill, known
        self._bytes = {space: records.window_bytes(one.step) for space, one in database.store.data_sets.items()}
        self._first_root: dict[int, int] = {}
        self.arrivals = Arrivals(database, rows, known)
        self.rings = Rings(database, report, rows, spill, known, self.arrivals)

    def point(self, pointer: Pointer, space: int) -> None:
        """Pass on a pointer into a data set; it waits for its window."""
        if space not in self._bytes:
            self._rows.pointer(pointer, "TARGET IS NOT A SEGMENT: IT IS OUTSIDE THE DATA SET")
            return
        self._spill.put(self._window_of(space, pointer.target), tuple(pointer))

    def _window_of(self, space: int, rba: int) -> Range:
        return records.BY_PLACE, space, rba // self._bytes[space]

    def window(self, window: Window) -> None:
        """Follow the pointers that waited for a window and those that stand in it."""
        for item in self._spill.take(window.where):
            self.arrivals.arrive(window, Pointer._make(item))
        root = self._known[1]
        for source, target in window.anchors:
            self._go(window, Pointer("RAP", window.space, source, target, root.code), window.space)
        self._report.pointers["RAP"] += len(window.anchors)
        counts = [0] * len(self._known)
        for rba, fields in window.segments.items():
            prefix = self._known[fields[0]]
            counts[fields[0]] += 1
            self._twins(window, rba, fields, prefix)
            if prefix.children:
                self._children(window, rba, fields, prefix)
        for rba, target in window.pieces.items():
            code = window.segments[rba][0]
            self._report.pointers["DATA"] += 1
            self._go(window, Pointer(records.DATA, window.space, rba, target, code), window.space)
        for prefix in self._known[1:]:
            if counts[prefix.code]:
                self._report.segments[prefix.kind.name] += counts[prefix.code]
        self._leave(window)

    def _twins(self, window: Window, rba: int, fields: Fields, prefix: Prefix) -> None:
        segments, pp = window.segments, prefix.pp
        parent = fields[pp] if pp else 0
        count = self._report.pointers
        if prefix.ptf and (twin := fields[prefix.ptf]):
            count["PTF"] += 1
            target = segments.get(twin)
            if twin <= rba and not prefix.unique:
                self.rings.suspect(window, rba, twin, parent, prefix)
            if (
                pp
                and target is not None
                and target[0] == fields[0]
                and target[pp] == parent
                and (not prefix.ptb or target[prefix.ptb] == rba)
                and twin not in window.reached
                and (not prefix.keyed or window.keys.get(rba, b"\xff") < window.keys.get(twin, b""))
            ):
                window.reached[twin] = window.space, rba
            else:
                key = window.keys.get(rba, b"")
                self._go(window, Pointer("PTF", window.space, rba, twin, fields[0], parent, key), window.space)
        if prefix.ptb and fields[prefix.ptb]:
            count["PTB"] += 1
        if prefix.parent is not None:
            count["PP"] += 1
            above = segments.get(parent) if prefix.parent.segment.group == prefix.kind.segment.group else None
            if above is None or above[0] != prefix.parent.code:
                space = window.space >> 8 << 8 | prefix.parent.group
                self._go(window, Pointer("PP", window.space, rba, parent, prefix.parent.code), space)

    def _children(self, window: Window, rba: int, fields: Fields, prefix: Prefix) -> None:
        count = self._report.pointers
        for child, at_first, at_last in prefix.children:
            first, last = fields[at_first], fields[at_last] if at_last else 0
            if at_last and bool(first) != bool(last):
                text = f"PCF IS {first:08X}, PCL IS {last:08X}"
                self._rows.add(window.space, "PCL", rba, last, text)
            space = window.space >> 8 << 8 | child.group
            if first:
                count["PCF"] += 1
                self._go(window, Pointer("PCF", window.space, rba, first, child.code, rba), space)
            if last:
                count["PCL"] += 1
                self._go(window, Pointer("PCL", window.space, rba, last, child.code, rba), space)

    def _go(self, window: Window, pointer: Pointer, space: int) -> None:
        """Follow a pointer now if it stays in the window, later if it does not."""
        where = self._window_of(space, pointer.target)
        if where == window.where:
            self.arrivals.arrive(window, pointer)
        else:
            self._spill.put(where, tuple(pointer))

    def _leave(self, window: Window) -> None:
        """Note what nothing has led to so far: a later window may."""
        roots = self.arrivals.roots_of(window.space)
        indexed = isinstance(roots, HidamRoots) and (not self._known[1].ptf or self._known[1].ptb)
        for rba in window.segments.keys() - window.reached.keys():
            code = window.segments[rba][0]
            if not (code == 1 and indexed and self._first_root.get(window.space, rba) == rba):
                self._spill.put(window.where, tuple(Pointer(records.LEFT, window.space, 0, rba, code)))
        for rba in window.data.keys() - window.data_reached:
            self._spill.put(window.where, tuple(Pointer(records.LEFT, window.space, 0, rba, window.data[rba], 1)))

    def first_root(self, space: int, rba: int) -> None:
        """Take note of the root that begins a chain in key order: no other root leads to it."""
        self._first_root[space] = rba

    def finish(self, scan: Scan) -> None:
        """Follow the pointers that lead back, and report what nothing leads to."""
        for where in self._spill.ranges(records.BY_PLACE):
            items = [Pointer._make(item) for item in self._spill.take(where)]
            left = {item.target for item in items if item.name == records.LEFT}
            back = [item for item in items if item.name != records.LEFT]
            window = scan.again(where, {item.target for item in back})
            window.reached = {rba: (where[1], 0) for rba in window.segments if rba not in left}
            window.data_reached = {rba for rba in window.data if rba not in left}
            for item in back:
                self.arrivals.arrive(window, item)
            lost = left - window.reached.keys() - window.data_reached
            if lost:
                self._lost(scan.again(where, lost), sorted(lost))

    def _lost(self, window: Window, lost: list[int]) -> None:
        for rba in lost:
            if rba in window.data:
                text = "SEPARATED DATA ARE REACHED BY NO SEGMENT"
                self._rows.add(window.space, "DATA", 0, rba, text, rba)
            else:
                self._rows.add(window.space, "NONE", 0, rba, "SEGMENT IS REACHED BY NO POINTER", rba)
                self._blame(window, rba)

    def _blame(self, window: Window, rba: int) -> None:
        """Name the block that should have led to a segment, as the segment itself says."""
        fields = window.segments[rba]
        prefix, roots = self._known[fields[0]], self.arrivals.roots_of(window.space)
        text = f"DOES NOT LEAD TO {rba:08X}"
        before = fields[prefix.ptb] if prefix.ptb else 0
        if before:
            self._place(window.space, "PTF", before, rba, text)
        elif prefix.parent is not None:
            self._place(window.space >> 8 << 8 | prefix.parent.group, "PCF", fields[prefix.pp], rba, text)
        elif isinstance(roots, HdamRoots):
            block, anchor = roots.anchor_of(window.keys.get(rba, b""))
            source = block * window.store.step + blocks.FSEAP_SIZE + blocks.RAP_SIZE * anchor
            self._place(window.space, "RAP", source, rba, text)

    def _place(self, space: int, name: str, source: int, target: int, text: str) -> None:
        store = self._database.store.data_sets[space]
        if store.first * store.step <= source < store.data_set.end * store.step:
            self._rows.add(space, name, source, target, text)
