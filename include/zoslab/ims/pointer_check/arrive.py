"""What a pointer must find where it leads to."""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.haldb import HaldbDatabase
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.records import CHAINING, DATA, ILE, Pointer
from zoslab.ims.pointer_check.rows import Rows
from zoslab.ims.pointer_check.window import Fields, Prefix, Window

ANOTHER_ANCHOR = "ROOT HANGS ON ANOTHER ANCHOR THAN ITS KEY SAYS"


class Arrivals:
    """Looks at the targets of pointers."""

    def __init__(self, database: Database, rows: Rows, known: list[Prefix]) -> None:
        self._database, self._rows, self._known = database, rows, known
        self._handlers: dict[str, Callable[[Window, Pointer, Fields], None]] = {
            "RAP": self._rap,
            "PTF": self._ptf,
            "PCF": self._pcf,
            "PCL": self._pcl,
            records.INDEX: self._index,
            records.LAST: self._last,
        }

    def arrive(self, window: Window, pointer: Pointer) -> None:
        """Look at a pointer's target, which is in the window if it is anywhere."""
        if pointer.name == DATA:
            self._data(window, pointer)
            return
        target = window.segments.get(pointer.target)
        if target is None:
            if pointer.name != ILE:
                self._rows.pointer(pointer, self._what_is_at(window, pointer.target))
        elif pointer.name == ILE:
            if target[0] == pointer.code and target[self._known[pointer.code].ilk] == pointer.key:
                window.listed.add(pointer.target)
        elif target[0] != pointer.code:
            names = [self._known[code].kind.name for code in (target[0], pointer.code)]
            self._rows.pointer(pointer, f"TARGET IS A {names[0]}, EXPECTED A {names[1]}")
        elif pointer.name not in CHAINING or self._reach(window, pointer):
            handler = self._handlers.get(pointer.name)
            if handler is not None:
                handler(window, pointer, target)

    def _reach(self, window: Window, pointer: Pointer) -> bool:
        other = window.reached.setdefault(pointer.target, (pointer.space, pointer.source))
        if other == (pointer.space, pointer.source):
            return True
        self._rows.pointer(pointer, "TARGET IS REACHED BY TWO POINTERS")
        if other[1]:
            self._rows.add(other[0], "TWICE", other[1], pointer.target, "TARGET IS REACHED BY TWO POINTERS")
        return False

    def _data(self, window: Window, pointer: Pointer) -> None:
        twice = pointer.target in window.data_reached
        window.data_reached.add(pointer.target)
        if window.data.get(pointer.target) != pointer.code:
            self._rows.pointer(pointer, "TARGET IS NOT SEPARATED DATA OF THE SEGMENT")
        elif twice:
            self._rows.pointer(pointer, "SEPARATED DATA ARE REACHED BY TWO SEGMENTS")

    def _what_is_at(self, window: Window, rba: int) -> str:
        store = window.store
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

    def roots_of(self, space: int) -> HdamRoots | HidamRoots | None:
        """Return how the roots of a data set's database or partition are found."""
        if isinstance(self._database, HaldbDatabase):
            return self._database.partitions[space >> 8].roots
        roots = self._database.roots
        return roots if isinstance(roots, HdamRoots | HidamRoots) else None

    def _key(self, window: Window, rba: int) -> bytes:
        return window.keys.get(rba, b"")

    def _expect(self, window: Window, rba: int, name: str, found: int, expected: int) -> None:
        if found != expected:
            self._rows.add(window.space, name, rba, found, f"EXPECTED {expected:08X}")

    def _rap(self, window: Window, pointer: Pointer, target: Fields) -> None:
        roots, store = self.roots_of(window.space), self._database.store.data_sets[pointer.space]
        number, offset = divmod(pointer.source, store.step)
        anchor = number, (offset - blocks.FSEAP_SIZE) // blocks.RAP_SIZE
        if isinstance(roots, HdamRoots) and roots.anchor_of(self._key(window, pointer.target)) != anchor:
            self._wrong_anchor(window, pointer)
        self._no_twin_before(window, pointer.target, target)

    def _wrong_anchor(self, window: Window, pointer: Pointer) -> None:
        """Either the pointer or the key is wrong: both blocks are named."""
        self._rows.pointer(pointer, ANOTHER_ANCHOR)
        self._rows.add(window.space, "KEY", 0, pointer.target, ANOTHER_ANCHOR, pointer.target)

    def _no_twin_before(self, window: Window, rba: int, target: Fields) -> None:
        ptb = self._known[target[0]].ptb
        if ptb:
            self._expect(window, rba, "PTB", target[ptb], 0)

    def _ptf(self, window: Window, pointer: Pointer, target: Fields) -> None:
        prefix, roots = self._known[target[0]], self.roots_of(window.space)
        key = self._key(window, pointer.target)
        if prefix.ptb:
            self._expect(window, pointer.target, "PTB", target[prefix.ptb], pointer.source)
        if prefix.pp:
            self._expect(window, pointer.target, "PP", target[prefix.pp], pointer.parent)
        if prefix.parent is None and isinstance(roots, HdamRoots):
            if roots.anchor_of(key) != roots.anchor_of(pointer.key):
                self._wrong_anchor(window, pointer)
        elif prefix.parent is None and not prefix.ptb:
            return
        if prefix.keyed and (key < pointer.key or (prefix.unique and key == pointer.key)):
            text = "KEYS ARE NOT ASCENDING IN THE TWIN CHAIN"
            self._rows.pointer(pointer, text)
            self._rows.add(window.space, "KEY", 0, pointer.target, text, pointer.target)

    def _pcf(self, window: Window, pointer: Pointer, target: Fields) -> None:
        self._expect(window, pointer.target, "PP", target[self._known[target[0]].pp], pointer.parent)
        self._no_twin_before(window, pointer.target, target)

    def _pcl(self, window: Window, pointer: Pointer, target: Fields) -> None:
        prefix = self._known[target[0]]
        if prefix.ptf and target[prefix.ptf]:
            self._rows.pointer(pointer, f"TARGET IS NOT THE LAST TWIN, ITS PTF IS {target[prefix.ptf]:08X}")
        if target[prefix.pp] != pointer.parent:
            self._rows.pointer(pointer, f"TARGET IS A CHILD OF {target[prefix.pp]:08X}")

    def _index(self, window: Window, pointer: Pointer, _: Fields) -> None:
        window.indexed[pointer.target] += 1
        key = self._key(window, pointer.target)
        if key != pointer.key:
            text = f"INDEX KEY {pointer.key.hex().upper()} IS NOT THE ROOT'S {key.hex().upper()}"
            self._rows.pointer(pointer, text)
            self._rows.add(window.space, "KEY", 0, pointer.target, text, pointer.target)

    def _last(self, _: Window, pointer: Pointer, target: Fields) -> None:
        ptf = self._known[target[0]].ptf
        if ptf and target[ptf]:
            self._rows.pointer(pointer, "THE END OF THE INDEX DOES NOT LEAD TO THE LAST ROOT")
