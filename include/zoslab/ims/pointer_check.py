"""The pointer checker: follows every pointer of an HDAM or HIDAM database and accounts for every byte of its blocks.

Source: ims.md section 5, and what IMS's own HD Pointer Checker looks at: each pointer must lead to a segment of the
right type, each segment must be reached once, free space must tile with segments, bitmaps and keys must be right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.segment import SegmentType, Stored
from zoslab.ims.store import BrokenPointer


@dataclass(frozen=True)
class PointerError:
    """A pointer or a block that is wrong: ``source`` and ``target`` are RBAs, 0 if there is none."""

    database: str
    ddname: str
    pointer: str
    source: int
    target: int
    text: str

    def __str__(self) -> str:
        return f"{self.database:8} {self.ddname:8} {self.pointer:6} {self.source:08X} {self.target:08X} {self.text}"


@dataclass
class PointerReport:
    """What a check found: segments by type, pointers by type, errors."""

    database: str
    segments: Counter[str] = field(default_factory=Counter)
    pointers: Counter[str] = field(default_factory=Counter)
    errors: list[PointerError] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the report as it is printed."""
        found = [f"DATABASE {self.database}"]
        found += [f"  SEGMENT {name:8} {count:10}" for name, count in sorted(self.segments.items())]
        found += [f"  POINTER {name:8} {count:10}" for name, count in sorted(self.pointers.items())]
        return [*found, *(f"  {error}" for error in self.errors), f"  ERRORS {len(self.errors)}"]


def check(database: Database) -> PointerReport:
    """Check a database that nobody changes meanwhile."""
    return _Check(database).run()


class _Check:
    def __init__(self, database: Database) -> None:
        self._database, self._store = database, database.store
        self._report = PointerReport(database.dbd.name)
        self._present: dict[int, int] = {}
        self._reached: dict[int, int] = {}

    def run(self) -> PointerReport:
        for number in range(1, self._store.data_set.end):
            if not self._store.is_bitmap(number):
                self._block(number)
        if isinstance(self._database.roots, HdamRoots):
            self._anchors(self._database.roots)
        else:
            self._index()
        for number, present in self._present.items():
            self._unreached(number, present & ~self._reached.get(number, 0))
        return self._report

    def _error(self, pointer: str, source: int, target: int, text: str) -> None:
        data_set = self._store.data_set
        self._report.errors.append(PointerError(data_set.dbd, data_set.ddname, pointer, source, target, text))

    # Blocks ------------------------------------------------------------------------------------------------------

    def _block(self, number: int) -> None:
        image = self._store.pool.read(self._store.data_set, number)
        rba = number * self._store.size
        if not blocks.is_unused(image):
            try:
                for tile in blocks.tiles(image, self._store.raps_in(number), self._store.shape):
                    if tile.kind is not None:
                        self._present[number] = self._present.get(number, 0) | 1 << tile.offset
                        self._report.segments[tile.kind.name] += 1
            except blocks.BrokenBlock as broken:
                self._error("BLOCK", rba + broken.offset, 0, broken.text)
                return
        if self._store.bit(number) != self._store.has_room(number):
            self._error("BITMAP", rba, 0, f"BIT OF BLOCK {number} IS {int(self._store.bit(number))}")

    def _unreached(self, number: int, mask: int) -> None:
        while mask:
            offset = mask.bit_length() - 1
            mask &= ~(1 << offset)
            self._error("NONE", 0, number * self._store.size + offset, "SEGMENT IS REACHED BY NO POINTER")

    # Pointers ----------------------------------------------------------------------------------------------------

    def _follow(self, pointer: str, source: int, target: int, kind: SegmentType) -> Stored | None:
        """Return the segment a pointer leads to, if it is the first that does and the type is right."""
        self._report.pointers[pointer] += 1
        number, offset = divmod(target, self._store.size)
        if not self._present.get(number, 0) >> offset & 1:
            self._error(pointer, source, target, "TARGET IS NOT A SEGMENT")
            return None
        try:
            stored = self._store.read(target)
        except BrokenPointer:
            self._error(pointer, source, target, "TARGET CANNOT BE READ")
            return None
        if stored.kind is not kind:
            self._error(pointer, source, target, f"TARGET IS A {stored.kind.name}, EXPECTED A {kind.name}")
            return None
        if self._reached.get(number, 0) >> offset & 1:
            self._error(pointer, source, target, "TARGET IS REACHED BY TWO POINTERS")
            return None
        self._reached[number] = self._reached.get(number, 0) | 1 << offset
        return stored

    def _anchors(self, roots: HdamRoots) -> None:
        for number in range(1, self._store.anchored + 1):
            for anchor in range(self._store.raps):
                source = number * self._store.size + blocks.FSEAP_SIZE + blocks.RAP_SIZE * anchor
                first = self._store.anchor(number, anchor)
                for root in self._chain("RAP", source, first, self._store.shape.root, 0):
                    if roots.anchor_of(root.key) != (number, anchor):
                        self._error("RAP", source, root.rba, "ROOT HANGS ON ANOTHER ANCHOR THAN ITS KEY SAYS")
                    self._dependents(root)

    def _index(self) -> None:
        index = self._database.index
        entries = index.after(b"") if index is not None else []
        while entries and index is not None:
            for key, rba in entries:
                root = self._follow("INDEX", 0, rba, self._store.shape.root)
                if root is not None and root.key != key:
                    self._error(
                        "INDEX", 0, rba, f"INDEX KEY {key.hex().upper()} IS NOT THE ROOT'S {root.key.hex().upper()}"
                    )
                if root is not None:
                    self._dependents(root)
            entries = index.after(entries[-1][0])

    def _chain(self, first: str, source: int, rba: int, kind: SegmentType, parent: int) -> list[Stored]:
        found: list[Stored] = []
        pointer, at = first, source
        while rba:
            stored = self._follow(pointer, at, rba, kind)
            if stored is None:
                break
            self._check_back(stored, found[-1] if found else None, parent)
            found.append(stored)
            pointer, at, rba = "PTF", stored.rba, stored.twin
        return found

    def _check_back(self, stored: Stored, before: Stored | None, parent: int) -> None:
        kind = stored.kind
        if kind.ptb:
            self._report.pointers["PTB"] += 1
            expected = before.rba if before else 0
            if stored.pointer(kind.ptb) != expected:
                self._error("PTB", stored.rba, stored.pointer(kind.ptb), f"EXPECTED {expected:08X}")
        if kind.pp:
            self._report.pointers["PP"] += 1
            if stored.pointer(kind.pp) != parent:
                self._error("PP", stored.rba, stored.pointer(kind.pp), f"EXPECTED {parent:08X}")
        if before is not None and stored.key and stored.key <= before.key:
            self._error("PTF", before.rba, stored.rba, "KEYS ARE NOT ASCENDING IN THE TWIN CHAIN")

    def _dependents(self, parent: Stored) -> None:
        for kind in parent.kind.children:
            twins = self._chain("PCF", parent.rba, parent.child(kind), kind, parent.rba)
            last = parent.kind.last_child.get(kind.code, 0)
            if last:
                self._report.pointers["PCL"] += 1
                expected = twins[-1].rba if twins else 0
                if parent.pointer(last) != expected:
                    self._error("PCL", parent.rba, parent.pointer(last), f"EXPECTED {expected:08X}")
            for twin in twins:
                self._dependents(twin)
