"""DL/I calls on a database PCB. Source: IMS Application Programming APIs, DL/I calls and status codes.

Supported: GU GN GNP with hold, ISRT, REPL, DLET; single positioning; one qualification an SSA; PROCSEQ.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims import ssa as arguments
from zoslab.ims.database import EXCLUSIVE, NO_LOCK, Database
from zoslab.ims.errors import CallRefused
from zoslab.ims.locks import SHARED
from zoslab.ims.position import Path, Place, Walk, place_of
from zoslab.ims.psb import DbPcb
from zoslab.ims.segment import SegmentType, Stored
from zoslab.ims.sequence import IndexedRoots
from zoslab.ims.ssa import InvalidSsa, Ssa
from zoslab.ims.twins import insert_dependent, remove_dependent
from zoslab.ims.uor import UnitOfRecovery
from zoslab.ims.waiting import check

OK, NOT_FOUND, END_OF_DATABASE, DUPLICATE = "  ", "GE", "GB", "II"
UP_A_LEVEL, OTHER_TYPE = "GA", "GK"
NOT_HELD, KEY_CHANGED, NOT_ALLOWED, NO_PARENTAGE, WRONG_LENGTH = "DJ", "DA", "AM", "GP", "AB"
WRONG_VARIABLE, INDEX_DUPLICATE = "V1", "NI"


class Pcb:
    """A database PCB of a scheduled program. After each call ``status`` tells how it went."""

    def __init__(self, definition: DbPcb, database: Database, unit: UnitOfRecovery) -> None:
        self.definition, self.database = definition, database
        self.status = OK
        self.segment = ""
        self.level = 0
        self.key_feedback = b""
        self._sensitive = frozenset(definition.segments)
        self._roots = database.sequenced_by(definition.sequence)
        self._mode = NO_LOCK if definition.exclusive else EXCLUSIVE if definition.updates else SHARED
        self.attach(unit)

    def attach(self, unit: UnitOfRecovery) -> None:
        """Go on under a new unit of recovery: positions are lost at a sync point."""
        self.unit = unit
        self._walk = Walk(self.database, self._roots, unit, self._mode, self._sensitive)
        self._path: Path = ()
        self._parentage = 0
        self._held = False

    # Get calls ---------------------------------------------------------------------------------------------------

    def gu(self, *ssas: str | bytes | Ssa) -> bytes | None:
        """Get unique: the first segment that satisfies the SSAs; without SSAs the first root."""
        self._path = ()
        return self._get(ssas, hold=False, within=False)

    def ghu(self, *ssas: str | bytes | Ssa) -> bytes | None:
        """Get unique and hold it for REPL or DLET."""
        self._path = ()
        return self._get(ssas, hold=True, within=False)

    def gn(self, *ssas: str | bytes | Ssa) -> bytes | None:
        """Get next in hierarchic order."""
        return self._get(ssas, hold=False, within=False)

    def ghn(self, *ssas: str | bytes | Ssa) -> bytes | None:
        """Get next and hold."""
        return self._get(ssas, hold=True, within=False)

    def gnp(self, *ssas: str | bytes | Ssa) -> bytes | None:
        """Get next within the parent set by the last GU or GN."""
        return self._get(ssas, hold=False, within=True)

    def ghnp(self, *ssas: str | bytes | Ssa) -> bytes | None:
        """Get next within parent and hold."""
        return self._get(ssas, hold=True, within=True)

    def _get(self, ssas: tuple[str | bytes | Ssa, ...], *, hold: bool, within: bool) -> bytes | None:
        check(self.unit.cancelled)
        self._held = False
        if within and not self._parentage:
            return self._fail(NO_PARENTAGE)
        floor = self._parentage if within else 0
        try:
            path = self._next(list(ssas), floor)
        except CallRefused as refused:
            return self._fail(refused.status)
        if path is None:
            return self._fail(NOT_FOUND if within or (ssas and not self._path) else END_OF_DATABASE)
        status = OK if ssas or not self._path else self._crossing(path)
        self._held = hold
        if not within:
            self._parentage = len(path)
        return self._arrive(path, status)

    def _next(self, ssas: list[str | bytes | Ssa], floor: int) -> Path | None:
        if not ssas:
            return self._walk.next_any(self._path, floor)
        levels = self._levels([self._parse(ssa) for ssa in ssas])
        found: Iterator[Path] = self._walk.find_after(levels, self._path, floor)
        return next(found, None)

    def _crossing(self, path: Path) -> str:
        before, after = self._path[-1].kind, path[-1].kind
        if after.level < before.level:
            return UP_A_LEVEL
        return OTHER_TYPE if after.level == before.level and after is not before else OK

    def _parse(self, ssa: str | bytes | Ssa) -> Ssa:
        index = self._roots.index.keys if isinstance(self._roots, IndexedRoots) else None
        parsed = ssa if isinstance(ssa, Ssa) else arguments.parse(ssa, self.database.shape, index)
        if self._sensitive and parsed.kind.name not in self._sensitive:
            raise InvalidSsa("AC")
        return parsed

    def _levels(self, ssas: list[Ssa]) -> list[Ssa]:
        """Return one SSA a level down to the last one's type; levels left out are unqualified."""
        given = {ssa.kind.code: ssa for ssa in ssas}
        kind: SegmentType | None = ssas[-1].kind
        levels: list[Ssa] = []
        while kind is not None:
            levels.insert(0, given.pop(kind.code, Ssa(kind)))
            kind = kind.parent
        if given:
            raise InvalidSsa("AC")
        return levels

    def _arrive(self, path: Path, status: str = OK) -> bytes:
        stored = self.database.store.read(path[-1].rba)
        self._path = path
        self.status, self.segment, self.level = status, stored.kind.name, len(path)
        self.key_feedback = b"".join(place.key for place in path)
        return stored.data

    def _fail(self, status: str) -> bytes | None:
        self.status = status
        return None

    # Update calls ------------------------------------------------------------------------------------------------

    def isrt(self, data: bytes, *ssas: str | bytes | Ssa) -> bool:
        """Insert a segment; the last SSA names its type, those before it the parent. Tells whether it was done."""
        check(self.unit.cancelled)
        self._held = False
        try:
            parsed = [self._parse(ssa) for ssa in ssas]
            if not parsed or parsed[-1].field is not None:
                raise InvalidSsa("AJ")
            self.status = self._insert(parsed, data)
        except CallRefused as refused:
            self.status = refused.status
        return self.status == OK

    def _insert(self, ssas: list[Ssa], data: bytes) -> str:
        kind = ssas[-1].kind
        if not self._allowed("IL"):
            return NOT_ALLOWED
        data = self._measured(kind, data)
        if kind.parent is None:
            return self._insert_root(kind, data)
        above = self._parent_path(ssas[:-1], kind)
        if above is None:
            return NOT_FOUND
        if self.database.maintenance.duplicates(self.unit, kind, data):
            return INDEX_DUPLICATE
        parent = self.database.store.read(above[-1].rba)
        current = self._path[kind.level - 1].rba if len(self._path) >= kind.level else 0
        stored = insert_dependent(self.database.store, self.unit, parent, kind, data, current)
        if stored is None:
            return DUPLICATE
        self.database.maintenance.changed(self.unit, None, stored)
        self._arrive((*above, place_of(stored)))
        return OK

    @staticmethod
    def _measured(kind: SegmentType, data: bytes) -> bytes:
        """Return the data a segment keeps; the length of variable ones is in their first two bytes.

        :raises CallRefused: the length is wrong.
        """
        if not kind.segment.variable:
            if len(data) != kind.segment.length:
                raise CallRefused(WRONG_LENGTH)
            return data
        length = int.from_bytes(data[:2], "big")
        if not kind.segment.min_length <= length <= kind.segment.length or len(data) < length:
            raise CallRefused(WRONG_VARIABLE)
        return data[:length]

    def _insert_root(self, kind: SegmentType, data: bytes) -> str:
        if isinstance(self._roots, IndexedRoots):
            return NOT_ALLOWED
        if self._roots.find(self.unit, kind.key(data), self._lock_for_update) is not None:
            return DUPLICATE
        if self.database.maintenance.duplicates(self.unit, kind, data):
            return INDEX_DUPLICATE
        stored = self._roots.insert(self.unit, data)
        self.database.maintenance.changed(self.unit, None, stored)
        self._arrive((place_of(stored),))
        return OK

    @property
    def _lock_for_update(self) -> str:
        return NO_LOCK if self.definition.exclusive else EXCLUSIVE

    def _parent_path(self, ssas: list[Ssa], kind: SegmentType) -> Path | None:
        if ssas:
            levels = self._levels(ssas)
            return next(self._walk.find(levels), None) if levels[-1].kind is kind.parent else None
        path = self._path[: kind.level - 1]
        whole = len(path) == kind.level - 1 and path[-1].kind is kind.parent and not any(p.gone for p in path)
        return path if whole else None

    def repl(self, data: bytes) -> bool:
        """Replace the held segment's data."""
        check(self.unit.cancelled)
        try:
            self.status = self._replace(data)
        except CallRefused as refused:
            self.status = refused.status
        return self.status == OK

    def _replace(self, data: bytes) -> str:
        stored = self._held_segment()
        if stored is None:
            return NOT_HELD
        if not self._allowed("R"):
            return NOT_ALLOWED
        data = self._measured(stored.kind, data)
        if stored.kind.key(data) != stored.key:
            return KEY_CHANGED
        if self.database.maintenance.duplicates(self.unit, stored.kind, data, stored):
            return INDEX_DUPLICATE
        self.database.store.replace(self.unit, stored, data)
        self.database.maintenance.changed(self.unit, stored, self.database.store.read(stored.rba))
        return OK

    def dlet(self) -> bool:
        """Delete the held segment and everything under it."""
        check(self.unit.cancelled)
        stored = self._held_segment()
        if stored is None:
            self.status = NOT_HELD
        elif not self._allowed("D") or (stored.kind.parent is None and isinstance(self._roots, IndexedRoots)):
            self.status = NOT_ALLOWED
        else:
            self.status = OK
            self._delete(stored)
        return self.status == OK

    def _delete(self, stored: Stored) -> None:
        self._held = False
        self._delete_dependents(stored)
        self.database.maintenance.changed(self.unit, stored, None)
        if stored.kind.parent is None:
            self.database.roots.remove(self.unit, stored)
        else:
            remove_dependent(self.database.store, self.unit, stored)
        twin = self.database.store.read(stored.rba).twin
        self.database.store.free(self.unit, stored)
        self._path = (*self._path[:-1], Place(stored.kind, stored.rba, stored.key, True, twin))

    def _delete_dependents(self, parent: Stored) -> None:
        for kind in parent.kind.children:
            rba = parent.child(kind)
            while rba:
                child = self.database.store.read(rba)
                self._delete_dependents(child)
                self.database.maintenance.changed(self.unit, child, None)
                self.database.store.free(self.unit, child)
                rba = child.twin

    def _held_segment(self) -> Stored | None:
        return self.database.store.read(self._path[-1].rba) if self._held and self._path else None

    def _allowed(self, option: str) -> bool:
        return bool(set(self.definition.options) & {"A", *option})
