"""The pointer check of areas: every anchor, twin and child pointer is followed, every byte accounted for.

One unit of work is looked at at a time, with the intervals of independent overflow it owns, so that storage does not
grow with the area; sequential dependents are followed from their roots and not accounted for byte by byte.
"""

from __future__ import annotations

from zoslab.ims.database import Database
from zoslab.ims.dedb import interval
from zoslab.ims.dedb.area import control_of
from zoslab.ims.dedb.database import DedbRoots
from zoslab.ims.dedb.shape import is_sequential
from zoslab.ims.dedb.store import AreaStore, DedbStore
from zoslab.ims.pointer_check.report import PointerError, PointerReport
from zoslab.ims.segment import PARTITION_SHIFT, RBA_MASK, SegmentType, Stored
from zoslab.ims.store import BrokenPointer

Slots = dict[int, int]


def check_areas(database: Database) -> PointerReport:
    """Check the areas of a DEDB that nobody changes meanwhile."""
    report = PointerReport(database.dbd.name)
    store = database.store
    if isinstance(store, DedbStore) and isinstance(database.roots, DedbRoots):
        for number, area in enumerate(store.areas()):
            if area.stopped:
                where = area.data_set
                report.errors.append(PointerError(where.dbd, where.ddname, "AREA", 0, 0, "THE AREA IS NOT AVAILABLE"))
            else:
                _AreaCheck(store, database.roots, area, number, report).run()
    return report


class _AreaCheck:
    def __init__(self, store: DedbStore, roots: DedbRoots, area: AreaStore, number: int, report: PointerReport) -> None:
        self._store, self._roots, self._area, self._number = store, roots, area, number
        self._report, self._parts = report, area.parts
        self._end = control_of(area.image(0)).next_sequential
        self._slots: Slots = {}

    def run(self) -> None:
        self._report.blocks[self._area.data_set.ddname] = self._area.data_set.end
        owned: dict[int, list[int]] = {}
        for number in range(self._area.data_set.end):
            self._frame(number)
            if self._parts.kind(number) == interval.INDEPENDENT_OVERFLOW:
                owner = self._area.owner(number)
                if owner >= self._parts.units:
                    self._error("OWNER", number * self._area.size, 0, f"SPACE MAP SAYS UNIT OF WORK {owner}")
                owned.setdefault(owner, []).append(number)
        for unit in range(self._parts.units):
            self._unit(unit, owned.get(unit, []))
        for number in owned.get(-1, []):
            self._slots = {}
            self._space(number)

    def _error(self, pointer: str, source: int, target: int, text: str) -> None:
        block, offset = divmod(source, self._area.size)
        one = self._area.data_set
        self._report.errors.append(PointerError(one.dbd, one.ddname, pointer, source, target, text, block, offset))

    def _frame(self, number: int) -> None:
        """The type and the suffix of an interval."""
        image, size = self._area.image(number), self._area.size
        if interval.kind_of(image) != self._parts.kind(number):
            text = f"CITYP IS {interval.kind_of(image)}, MUST BE {self._parts.kind(number)}"
            self._error("CITYP", number * size, 0, text)
        suffix = interval.suffix(image)
        if suffix.rba != number * size:
            self._error("RBA", number * size, suffix.rba, "THE SUFFIX HOLDS ANOTHER RBA")
        if (suffix.flags, suffix.record, suffix.used, suffix.free) != (0, size - 7, size - 7, 0):
            self._error("RDF", number * size, 0, "RDF OR CIDF ARE WRONG")

    def _unit(self, unit: int, overflow: list[int]) -> None:
        """One unit of work with its overflow."""
        self._slots = {}
        first = 1 + unit * self._parts.area.uow[0]
        numbers = [*range(first, first + self._parts.area.uow[0]), *overflow]
        for place in range(self._parts.base):
            self._anchor(unit * self._parts.base + place, set(numbers))
        for number in numbers:
            self._space(number)

    def _anchor(self, anchor: int, allowed: set[int]) -> None:
        number = self._parts.anchor(anchor)
        rba = self._area.root_anchor(number)
        source, last, pointer = number * self._area.size + interval.Prefix.size, b"", "RAP"
        while rba:
            self._report.pointers[pointer] += 1
            root = self._read(pointer, source, rba, self._store.shape.root, allowed)
            if root is None:
                return
            if root.key <= last:
                self._error(pointer, source, rba, "ROOTS ARE NOT IN KEY ORDER")
            if self._roots.anchor_of(root.key) != (self._number, anchor):
                self._error(pointer, source, rba, "THE ROOT'S KEY BELONGS TO ANOTHER ANCHOR")
            self._children(root, allowed)
            last, source, pointer, rba = root.key, rba + root.kind.ptf, "PTF", root.twin & RBA_MASK

    def _children(self, parent: Stored, allowed: set[int]) -> None:
        for kind in parent.kind.children:
            source = (parent.rba & RBA_MASK) + parent.kind.first_child[kind.code]
            rba, pointer, last = parent.child(kind) & RBA_MASK, "SPCF" if is_sequential(kind) else "PCF", 0
            while rba:
                self._report.pointers[pointer] += 1
                child = self._read(pointer, source, rba, kind, allowed)
                if child is None:
                    break
                if child.parent != parent.rba:
                    self._error("PP", rba + kind.pp, child.parent & RBA_MASK, "NOT THE PARENT THAT LEADS HERE")
                self._children(child, allowed)
                last, source, pointer, rba = child.rba, rba + kind.ptf, "PTF", child.twin & RBA_MASK
            if kind.code in parent.kind.last_child and parent.last_child(kind) != last:
                self._error("PCL", source, parent.last_child(kind) & RBA_MASK, "NOT THE LAST CHILD")

    def _read(self, pointer: str, source: int, rba: int, kind: SegmentType, allowed: set[int]) -> Stored | None:
        """Return a pointer's target if it is one; take note of its room."""
        number = rba // self._area.size
        wrong = ""
        if is_sequential(kind):
            if self._parts.kind(number) != interval.SEQUENTIAL or rba >= self._end:
                wrong = "NOT IN THE SEQUENTIAL DEPENDENT PART IN USE"
        elif number not in allowed:
            wrong = "NOT IN THE UNIT OF WORK OR ITS OVERFLOW"
        elif rba in self._slots:
            wrong = "THE SEGMENT IS REACHED TWICE"
        if wrong:
            self._error(pointer, source, rba, wrong)
            return None
        try:
            stored = self._store.read(self._number << PARTITION_SHIFT | rba)
        except BrokenPointer:
            self._error(pointer, source, rba, "TARGET IS NOT A SEGMENT")
            return None
        if stored.kind is not kind:
            self._error(pointer, source, rba, f"TARGET IS A {stored.kind.name}, NOT A {kind.name}")
            return None
        self._report.segments[kind.name] += 1
        if not is_sequential(kind):
            self._slots[rba] = interval.slot(kind.length)
        return stored

    def _space(self, number: int) -> None:
        """Segments reached and free space must tile the interval."""
        image, size = self._area.image(number), self._area.size
        kind = self._parts.kind(number)
        try:
            pieces = list(interval.elements(image))
        except interval.DamagedInterval as damaged:
            self._error("FSE", number * size, 0, str(damaged))
            return
        pieces += [(rba % size, length) for rba, length in self._slots.items() if rba // size == number]
        at = interval.start(kind)
        for offset, length in sorted(pieces):
            if offset != at:
                what = "IS REACHED BY NO POINTER" if offset > at else "IS BOTH FREE AND IN USE, OR USED TWICE"
                self._error("SPACE", number * size + min(at, offset), 0, f"{abs(offset - at)} BYTES: {what}")
            at = offset + length
        if at != interval.end(size, kind):
            text = f"{interval.end(size, kind) - at} BYTES AT THE END ARE REACHED BY NO POINTER"
            self._error("SPACE", number * size + at, 0, text)
