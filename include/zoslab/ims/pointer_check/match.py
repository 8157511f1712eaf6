"""Second part of a pointer check: pointers are put beside what they lead to, one range of blocks at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.haldb import HaldbDatabase
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.report import PointerError, PointerReport
from zoslab.ims.pointer_check.spill import Item, Range, Spill
from zoslab.ims.segment import SegmentType


@dataclass
class Present:
    """A segment that is there, and how often it was reached."""

    rba: int
    code: int
    ptf: int
    ptb: int
    pp: int
    key: bytes
    ilk: bytes
    reached: int = 0
    indexed: int = 0
    listed: int = 0


@dataclass(frozen=True)
class Pointer:
    """A pointer; ``space`` is -1 if it stands in an index."""

    rba: int
    name: str
    space: int
    source: int
    code: int
    parent: int
    key: bytes


@dataclass
class _Range:
    space: int
    segments: dict[int, Present] = field(default_factory=dict)
    data: Counter[int] = field(default_factory=Counter)
    codes: dict[int, int] = field(default_factory=dict)


class Match:
    """Matches pointers with segments, index entries with their sources, and ILKs with each other."""

    def __init__(self, database: Database, report: PointerReport, spill: Spill) -> None:
        self._database, self._report, self._spill = database, report, spill
        self._targets = {one.keys.target.code for one in database.secondary.values()}

    def run(self) -> None:
        """Match everything that was passed on."""
        for where in self._spill.ranges(records.BY_PLACE):
            self._places(where)
        for where in self._spill.ranges(records.BY_KEY):
            self._entries(where)
        for where in self._spill.ranges(records.BY_ILK):
            self._unique(self._spill.take(where))

    def _error(self, space: int, pointer: str, source: int, target: int, text: str, at: int | None = None) -> None:
        one = self._database.store.data_sets[space]
        block, offset = divmod(source if at is None else at, one.step)
        name, ddname = one.data_set.dbd, one.data_set.ddname
        self._report.errors.append(PointerError(name, ddname, pointer, source, target, text, block, offset))

    def _wrong(self, space: int, pointer: Pointer, text: str) -> None:
        """Report a pointer; one that stands in an index is reported with the place it leads to."""
        if pointer.space < 0:
            self._error(space, pointer.name, 0, pointer.rba, text, pointer.rba)
        else:
            self._error(pointer.space, pointer.name, pointer.source, pointer.rba, text)

    # Pointers ----------------------------------------------------------------------------------------------------

    def _places(self, where: Range) -> None:
        found = _Range(where[1])
        pointers: list[Item] = []
        for item in self._spill.take(where):
            if item[0] == records.SEGMENT:
                found.segments[item[1]] = Present(*item[1:])
            elif item[0] == records.DATA:
                found.codes[item[1]] = item[2]
            else:
                pointers.append(item)
        for item in pointers:
            self._follow(found, Pointer(*item[1:]))
        for segment in found.segments.values():
            self._reached(found.space, segment)
        for rba in found.codes:
            if found.data[rba] != 1:
                self._error(found.space, "DATA", 0, rba, "SEPARATED DATA ARE REACHED BY NO SEGMENT", rba)

    def _follow(self, found: _Range, pointer: Pointer) -> None:
        if pointer.name == "DATA":
            found.data[pointer.rba] += 1
            if found.codes.get(pointer.rba) != pointer.code:
                self._wrong(found.space, pointer, "TARGET IS NOT SEPARATED DATA OF THE SEGMENT")
            elif found.data[pointer.rba] > 1:
                self._wrong(found.space, pointer, "SEPARATED DATA ARE REACHED BY TWO SEGMENTS")
            return
        target = found.segments.get(pointer.rba)
        if target is None:
            if pointer.name != "ILE":
                self._wrong(found.space, pointer, self._what_is_at(found.space, pointer.rba))
        elif pointer.name == "ILE":
            target.listed += target.ilk == pointer.key and target.code == pointer.code
        elif target.code != pointer.code:
            kinds = [self._database.shape.of_code(code) for code in (target.code, pointer.code)]
            names = [kind.name if kind else "?" for kind in kinds]
            self._wrong(found.space, pointer, f"TARGET IS A {names[0]}, EXPECTED A {names[1]}")
        else:
            self._arrive(found.space, pointer, target)

    def _what_is_at(self, space: int, rba: int) -> str:
        store = self._database.store.data_sets[space]
        number, offset = divmod(rba, store.step)
        if number >= store.data_set.end or number < store.first:
            return "TARGET IS NOT A SEGMENT: IT IS OUTSIDE THE DATA SET"
        if store.is_bitmap(number):
            return "TARGET IS NOT A SEGMENT: IT IS IN A BITMAP BLOCK"
        try:
            for tile in blocks.tiles(store.image(number), store.raps_in(number), store.shape, store.group):
                if tile.offset <= offset < tile.offset + tile.length:
                    inside = "FREE SPACE" if tile.kind is None else f"A SEGMENT {tile.kind.name}"
                    return f"TARGET IS NOT A SEGMENT: IT IS INSIDE {inside}"
        except blocks.BrokenBlock:
            return "TARGET IS NOT A SEGMENT: ITS BLOCK IS BROKEN"
        return "TARGET IS NOT A SEGMENT: IT IS BEFORE THE SEGMENTS OF THE BLOCK"

    def _arrive(self, space: int, pointer: Pointer, target: Present) -> None:
        handler = {
            "RAP": self._rap,
            "PTF": self._ptf,
            "PTB": self._ptb,
            "PCF": self._pcf,
            "PCL": self._pcl,
            "INDEX": self._index,
            "LAST": self._last,
        }.get(pointer.name)
        if pointer.name in records.ROOT_POINTERS:
            target.reached += 1
            if target.reached > 1:
                self._wrong(space, pointer, "TARGET IS REACHED BY TWO POINTERS")
                return
        if handler is not None:
            handler(space, pointer, target)

    def _roots_of(self, space: int) -> HdamRoots | HidamRoots | None:
        if isinstance(self._database, HaldbDatabase):
            return self._database.partitions[space >> 8].roots
        roots = self._database.roots
        return roots if isinstance(roots, HdamRoots | HidamRoots) else None

    def _rap(self, space: int, pointer: Pointer, target: Present) -> None:
        roots = self._roots_of(space)
        store = self._database.store.data_sets[space]
        number, offset = divmod(pointer.source, store.step)
        anchor = number, (offset - blocks.FSEAP_SIZE) // blocks.RAP_SIZE
        if isinstance(roots, HdamRoots) and roots.anchor_of(target.key) != anchor:
            self._wrong(space, pointer, "ROOT HANGS ON ANOTHER ANCHOR THAN ITS KEY SAYS")
        self._no_twin_before(space, target)

    def _no_twin_before(self, space: int, target: Present) -> None:
        if target.ptb:
            self._error(space, "PTB", target.rba, target.ptb, "EXPECTED 00000000")

    def _ptf(self, space: int, pointer: Pointer, target: Present) -> None:
        kind = self._kind(target)
        roots = self._roots_of(space)
        if kind.ptb and target.ptb != pointer.source:
            self._error(space, "PTB", target.rba, target.ptb, f"EXPECTED {pointer.source:08X}")
        if kind.pp and target.pp != pointer.parent:
            self._error(space, "PP", target.rba, target.pp, f"EXPECTED {pointer.parent:08X}")
        if kind.parent is None and isinstance(roots, HdamRoots):
            if roots.anchor_of(target.key) != roots.anchor_of(pointer.key):
                self._wrong(space, pointer, "ROOT HANGS ON ANOTHER ANCHOR THAN ITS KEY SAYS")
        elif kind.parent is None and not kind.ptb:
            return
        field_ = kind.segment.key
        if field_ and (target.key < pointer.key or (field_.unique and target.key == pointer.key)):
            self._wrong(space, pointer, "KEYS ARE NOT ASCENDING IN THE TWIN CHAIN")

    def _ptb(self, space: int, pointer: Pointer, target: Present) -> None:
        if target.ptf != pointer.source:
            self._wrong(space, pointer, f"PTF OF THE TARGET IS {target.ptf:08X}")

    def _pcf(self, space: int, pointer: Pointer, target: Present) -> None:
        if target.pp != pointer.parent:
            self._error(space, "PP", target.rba, target.pp, f"EXPECTED {pointer.parent:08X}")
        self._no_twin_before(space, target)

    def _pcl(self, space: int, pointer: Pointer, target: Present) -> None:
        if target.ptf:
            self._wrong(space, pointer, f"TARGET IS NOT THE LAST TWIN, ITS PTF IS {target.ptf:08X}")
        if target.pp != pointer.parent:
            self._wrong(space, pointer, f"TARGET IS A CHILD OF {target.pp:08X}")

    def _index(self, space: int, pointer: Pointer, target: Present) -> None:
        target.indexed += 1
        if target.key != pointer.key:
            text = f"INDEX KEY {pointer.key.hex().upper()} IS NOT THE ROOT'S {target.key.hex().upper()}"
            self._wrong(space, pointer, text)

    def _last(self, space: int, pointer: Pointer, target: Present) -> None:
        if target.ptf:
            self._wrong(space, pointer, "THE END OF THE INDEX DOES NOT LEAD TO THE LAST ROOT")

    def _kind(self, segment: Present) -> SegmentType:
        return self._database.shape.types[segment.code - 1]

    def _reached(self, space: int, segment: Present) -> None:
        kind, roots = self._kind(segment), self._roots_of(space)
        by_index = kind.parent is None and isinstance(roots, HidamRoots)
        if by_index and segment.indexed != 1:
            text = "ROOT HAS NO INDEX ENTRY" if not segment.indexed else f"ROOT HAS {segment.indexed} INDEX ENTRIES"
            self._error(space, "INDEX", 0, segment.rba, text, segment.rba)
        first_root = by_index and kind.ptb and not segment.ptb
        if not segment.reached and not (by_index and (not kind.ptf or first_root)):
            self._error(space, "NONE", 0, segment.rba, "SEGMENT IS REACHED BY NO POINTER", segment.rba)
        if segment.ilk and segment.code in self._targets and not segment.listed and self._moved(space, segment):
            self._error(space, "ILE", 0, segment.rba, "SEGMENT HAS NO ILDS ENTRY THAT LEADS TO IT", segment.rba)

    def _moved(self, space: int, segment: Present) -> bool:
        """Tell whether a segment is older than the last reorganization of its partition."""
        store = self._database.store.data_sets[space]
        return segment.ilk[4:8] != b"".join(one.to_bytes(2, "big") for one in store.identity)

    # Indexes and ILKs --------------------------------------------------------------------------------------------

    def _entries(self, where: Range) -> None:
        index = list(self._database.secondary.values())[where[1]]
        sources = {item[1]: item for item in self._spill.take(where) if item[0] == "SOURCE"}
        for item in self._spill.take(where):
            if item[0] != "ENTRY":
                continue
            expected = sources.pop(item[1], None)
            if expected is None:
                self._entry_error(index.name(), item[3], item[1], "HAS NO SOURCE SEGMENT")
            elif expected[2] != item[2]:
                self._entry_error(index.name(), item[3], item[1], "DOES NOT LEAD TO THE TARGET OF ITS SOURCE", expected)
        for key, source in sources.items():
            text = f"INDEX {index.name()} HAS NO ENTRY {key.hex().upper()}"
            self._error(source[3], "XDFLD", source[4], 0, text)

    def _entry_error(self, name: str, ddname: str, key: bytes, text: str, expected: Item | None = None) -> None:
        block, offset, source = 0, 0, 0
        if expected is not None:
            source = expected[4]
            block, offset = divmod(source, self._database.store.data_sets[expected[3]].step)
        said = f"ENTRY {key.hex().upper()} {text}"
        self._report.errors.append(PointerError(name, ddname, "SECIDX", source, 0, said, block, offset))

    def _unique(self, items: list[Item]) -> None:
        seen: dict[tuple[bytes, int], int] = {}
        for ilk, code, space, at in items:
            if (ilk, code) in seen:
                self._error(space, "ILK", at, seen[ilk, code], f"ILK {ilk.hex().upper()} IS USED TWICE")
            seen[ilk, code] = at
