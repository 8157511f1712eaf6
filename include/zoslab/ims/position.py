"""Where a program stands in a database, and the walk from there in hierarchic order.

Source: IMS Application Programming, hierarchic sequence: a segment, its dependents type by type, then its twins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from zoslab.ims.database import Database, Roots
from zoslab.ims.segment import SegmentType, Stored
from zoslab.ims.sequence import IndexedRoots
from zoslab.ims.ssa import Ssa
from zoslab.ims.uor import UnitOfRecovery


@dataclass(frozen=True)
class Place:
    """A segment a program stands on; after its deletion ``gone`` is set and ``twin`` is the one that followed."""

    kind: SegmentType
    rba: int
    key: bytes
    gone: bool = False
    twin: int = 0


Path = tuple[Place, ...]


def place_of(stored: Stored) -> Place:
    """Return the place of a segment."""
    return Place(stored.kind, stored.rba, stored.key)


class Walk:
    """Walks a database under a unit of recovery; roots are locked in ``mode``."""

    def __init__(
        self, database: Database, roots: Roots, unit: UnitOfRecovery, mode: str, sensitive: frozenset[str]
    ) -> None:
        self._database, self._roots, self._unit, self._mode = database, roots, unit, mode
        self._sensitive = sensitive

    def _read(self, rba: int) -> Stored:
        return self._database.store.read(rba)

    def _sees(self, kind: SegmentType) -> bool:
        return not self._sensitive or kind.name in self._sensitive

    def _twins(self, rba: int) -> Iterator[Stored]:
        while rba:
            stored = self._read(rba)
            yield stored
            rba = stored.twin

    def _twins_after(self, place: Place) -> Iterator[Stored]:
        return self._twins(place.twin if place.gone else self._read(place.rba).twin)

    # Every segment -----------------------------------------------------------------------------------------------

    def next_any(self, path: Path, floor: int) -> Path | None:
        """Return the path of the next segment of any type, not climbing to level ``floor`` or above."""
        if not path:
            return self._next_root(None)
        last = path[-1]
        if not last.gone:
            found = self._first_child(self._read(last.rba), 0)
            if found is not None:
                return (*path, place_of(found))
        while len(path) > floor:
            last, path = path[-1], path[:-1]
            if not path:
                return self._next_root(last.key)
            found = next(self._twins_after(last), None) or self._first_child(self._read(path[-1].rba), last.kind.code)
            if found is not None:
                return (*path, place_of(found))
        return None

    def _first_child(self, parent: Stored, after: int) -> Stored | None:
        for kind in parent.kind.children:
            rba = parent.child(kind) if kind.code > after and self._sees(kind) else 0
            if rba:
                return self._read(rba)
        return None

    def _next_root(self, after: bytes | None) -> Path | None:
        found = next(self._roots.scan(self._unit, self._mode, after), None)
        return (place_of(found),) if found is not None else None

    # Segments that satisfy SSAs ----------------------------------------------------------------------------------

    def find(self, ssas: list[Ssa]) -> Iterator[Path]:
        """Return the paths that satisfy one SSA a level, from the start of the database."""
        return self._from_roots(ssas, None)

    def find_after(self, ssas: list[Ssa], path: Path, floor: int) -> Iterator[Path]:
        """Return the paths that satisfy the SSAs after a position; levels up to ``floor`` stay as they are."""
        return self._resume(ssas, path, 0, floor) if path else self.find(ssas)

    def _from_roots(self, ssas: list[Ssa], after: bytes | None) -> Iterator[Path]:
        ssa = ssas[0]
        if ssa.is_key_equal and not isinstance(self._roots, IndexedRoots):
            if after is None or after != ssa.value:
                root = self._roots.find(self._unit, ssa.value, self._mode)
                yield from self._matching(ssas, 0, iter([root] if root is not None else []), ())
            return
        yield from self._matching(ssas, 0, self._roots_for(ssa, after), ())

    def _roots_for(self, ssa: Ssa, after: bytes | None) -> Iterator[Stored]:
        if not isinstance(self._roots, IndexedRoots) or not ssa.indexed:
            yield from self._roots.scan(self._unit, self._mode, after)
            return
        for stored in self._roots.range(self._unit, self._mode, after, ssa.low):
            if ssa.is_past(stored):
                return
            yield stored

    def _matching(self, ssas: list[Ssa], level: int, candidates: Iterator[Stored], above: Path) -> Iterator[Path]:
        for stored in candidates:
            if not ssas[level].matches(stored):
                continue
            path = (*above, place_of(stored))
            if level + 1 == len(ssas):
                yield path
            else:
                yield from self._below(ssas, level + 1, stored, path)

    def _below(self, ssas: list[Ssa], level: int, parent: Stored, path: Path) -> Iterator[Path]:
        yield from self._matching(ssas, level, self._twins(parent.child(ssas[level].kind)), path)

    def _resume(self, ssas: list[Ssa], path: Path, level: int, floor: int) -> Iterator[Path]:
        place, above = path[level], path[:level]
        if level + 1 < len(ssas) and not place.gone:
            stored = self._read(place.rba)
            if level == 0 and isinstance(self._roots, IndexedRoots):
                stored = replace(stored, via=place.key)
            if level < floor or ssas[level].matches(stored):
                yield from self._resume_below(ssas, path, level, floor, stored)
        if level < floor:
            return
        if level == 0:
            yield from self._from_roots(ssas, place.key)
        else:
            yield from self._matching(ssas, level, self._twins_after(place), above)

    def _resume_below(self, ssas: list[Ssa], path: Path, level: int, floor: int, at: Stored) -> Iterator[Path]:
        wanted = ssas[level + 1].kind
        below = path[level + 1] if level + 1 < len(path) else None
        if below is not None and below.kind is wanted:
            yield from self._resume(ssas, path, level + 1, floor)
        elif below is None or wanted.code > below.kind.code:
            yield from self._below(ssas, level + 1, at, path[: level + 1])
