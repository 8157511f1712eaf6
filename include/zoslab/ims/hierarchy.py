"""Taking a database out in hierarchic order and putting it in again, with every twin where it was.

Source: IMS Database Administration, "Reorganizing the database". Sequence fields and insert rules are not looked at
when segments are put in: they come in the order in which they stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hidam import HidamRoots
from zoslab.ims.segment import SegmentType, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.twins import insert_dependent
from zoslab.ims.uor import UnitOfRecovery

DirectRoots = HdamRoots | HidamRoots


def segments(store: SegmentStore, roots: DirectRoots, unit: UnitOfRecovery) -> Iterator[Stored]:
    """Yield every segment of a database or partition in hierarchic order."""
    for root in roots.scan(unit, ""):
        yield from _under(store, root)


def _under(store: SegmentStore, stored: Stored) -> Iterator[Stored]:
    yield stored
    for kind in stored.kind.children:
        address = stored.child(kind)
        while address:
            child = store.read(address)
            yield from _under(store, child)
            address = child.twin


@dataclass
class Loader:
    """Where the next segment goes: the path to the last one, and the last twin of each type under its parent."""

    store: SegmentStore
    roots: DirectRoots
    path: list[int] = field(default_factory=list)
    twins: dict[int, tuple[int, int]] = field(default_factory=dict)

    def insert(self, unit: UnitOfRecovery, kind: SegmentType, data: bytes, ilk: bytes = b"") -> Stored:
        """Insert a segment behind everything that was loaded."""
        if kind.parent is None:
            stored = self.roots.insert(unit, data, ilk)
        else:
            above = self.path[kind.level - 2]
            last = next((twin for parent, twin in [self.twins.get(kind.code, (0, 0))] if parent == above), 0)
            parent = self.store.read(above)
            made = insert_dependent(self.store, unit, parent, kind, data, 0, ilk, last)
            assert made is not None
            stored = made
            self.twins[kind.code] = above, stored.rba
        self.path[kind.level - 1 :] = [stored.rba]
        return stored
