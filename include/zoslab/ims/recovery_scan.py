"""What restart learns from the log: which units ended, what must be done again, what must be taken back.

Source: ims.md section 4: emergency restart reads the log twice, then backs out what was in flight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from zoslab import ebcdic
from zoslab.ims.dedb.changes import change_of
from zoslab.ims.log_records import REDO_ONLY, Change, IndexChange, LogRecord, Type
from zoslab.ims.uor import UnitOfRecovery

_ENDS = frozenset({Type.COMMIT, Type.UOR_END, Type.ABORT_END})
CHANGES = frozenset({Type.CHANGE, Type.INDEX_CHANGE})


class Analysis:
    """Pass 1: the units in flight at the failure, the databases the log speaks of, and when they were closed last."""

    def __init__(self, records: Iterable[LogRecord]) -> None:
        started: dict[int, UnitOfRecovery] = {}
        self.databases: set[str] = set()
        self._closed: dict[tuple[str, str], int] = {}
        self.highest_unit = 0
        self.last_lsn = 0
        self.imsids: set[str] = set()
        self.aborted: set[int] = set()
        self.unfinished: set[int] = set()
        for record in records:
            self.last_lsn = record.lsn
            self.imsids.add(record.imsid)
            self.highest_unit = max(self.highest_unit, record.uor)
            if record.type == Type.UOR_START:
                started[record.uor] = UnitOfRecovery(
                    record.uor, record.psb, record.pst, first_lsn=record.lsn, started=record.stck
                )
            elif record.type in _ENDS:
                started.pop(record.uor, None)
                if record.type == Type.ABORT_END:
                    self.aborted.add(record.uor)
            elif record.type in CHANGES or record.type == Type.AREA_CHANGE:
                self.databases.add(record.dbd)
            elif record.type == Type.DATABASE_CLOSE:
                self._closed[record.dbd, ebcdic.decode(record.body).strip()] = record.lsn
            if record.type == Type.COMMIT:
                self.unfinished.add(record.uor)
            elif record.type == Type.UOR_END:
                self.unfinished.discard(record.uor)
        self.in_flight = started

    def closed_at(self, dbd: str, area: str = "") -> int:
        """Return when a database, or an area of it, was closed last, as a log sequence number; 0 if it was not."""
        return max(self._closed.get((dbd, ""), 0), self._closed.get((dbd, area), 0))

    def is_committed(self, unit: int) -> bool:
        """Tell whether a unit whose area changes are on the log came to its commit record."""
        return unit not in self.in_flight and unit not in self.aborted

    @property
    def units(self) -> list[UnitOfRecovery]:
        """The units to back out, newest first."""
        return sorted(self.in_flight.values(), key=lambda unit: -unit.first_lsn)


def decode_change(record: LogRecord) -> Change | IndexChange:
    """Return the change a X'5050' or X'5052' record describes."""
    return Change.of(record) if record.type == Type.CHANGE else IndexChange.of(record)


def to_take_back(record: LogRecord, change: Change | IndexChange) -> Change | IndexChange | None:
    """Return what a backout has to do about a change: of one that stays, look at its block's space again."""
    if not record.flags & REDO_ONLY:
        return change
    return replace(change, ranges=()) if isinstance(change, Change) else None


def redo(
    records: Iterable[LogRecord],
    analysis: Analysis,
    apply: Callable[[Change | IndexChange, int], None],
    shared: Callable[[str], bool] = lambda _: False,
) -> int:
    """Pass 2: do every change again in order, those of areas only if committed; remember those of units in flight.

    What was changed before a database or area was closed is on disk; it may be gone since. In databases that are
    ``shared`` only what had not come to its end is done again: the rest is on disk, and other members may have
    changed it since.
    """
    count = 0
    for record in records:
        if record.type == Type.AREA_CHANGE and analysis.is_committed(record.uor):
            of_area = change_of(record)
            done = shared(record.dbd) and record.uor not in analysis.unfinished
            if record.lsn >= analysis.closed_at(record.dbd, of_area.ddname) and not done:
                apply(of_area, record.lsn)
                count += 1
        if record.type not in CHANGES or (shared(record.dbd) and record.uor not in analysis.in_flight):
            continue
        change = decode_change(record)
        if record.lsn >= analysis.closed_at(record.dbd):
            apply(_exact(change) if shared(record.dbd) else change, record.lsn)
            count += 1
        unit, taken_back = analysis.in_flight.get(record.uor), to_take_back(record, change)
        if unit is not None and taken_back is not None:
            unit.changes.append(taken_back)
    return count


def _exact(change: Change | IndexChange) -> Change | IndexChange:
    """Return a change without the bytes it left alone, which units that have ended may have changed since."""
    return change.reversed().reversed()
