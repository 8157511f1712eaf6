"""What restart learns from the log: which units ended, what must be done again, what must be taken back.

Source: ims.md section 4: emergency restart reads the log twice, then backs out what was in flight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from zoslab.ims.dedb.changes import change_of
from zoslab.ims.log_records import REDO_ONLY, Change, IndexChange, LogRecord, Type
from zoslab.ims.uor import UnitOfRecovery

_ENDS = frozenset({Type.COMMIT, Type.UOR_END, Type.ABORT_END})
_CHANGES = frozenset({Type.CHANGE, Type.INDEX_CHANGE})


class Analysis:
    """Pass 1: the units in flight at the failure, and the databases the log speaks of."""

    def __init__(self, records: Iterable[LogRecord]) -> None:
        started: dict[int, UnitOfRecovery] = {}
        self.databases: set[str] = set()
        self.highest_unit = 0
        self.last_lsn = 0
        self.imsids: set[str] = set()
        self.aborted: set[int] = set()
        for record in records:
            self.last_lsn = record.lsn
            self.imsids.add(record.imsid)
            self.highest_unit = max(self.highest_unit, record.uor)
            if record.type == Type.UOR_START:
                started[record.uor] = UnitOfRecovery(record.uor, record.psb, record.pst, first_lsn=record.lsn)
            elif record.type in _ENDS:
                started.pop(record.uor, None)
                if record.type == Type.ABORT_END:
                    self.aborted.add(record.uor)
            elif record.type in _CHANGES or record.type == Type.AREA_CHANGE:
                self.databases.add(record.dbd)
        self.in_flight = started

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


def redo(records: Iterable[LogRecord], analysis: Analysis, apply: Callable[[Change | IndexChange, int], None]) -> int:
    """Pass 2: do every change again in order, those of areas only if committed; remember those of units in flight."""
    count = 0
    for record in records:
        if record.type == Type.AREA_CHANGE and analysis.is_committed(record.uor):
            apply(change_of(record), record.lsn)
            count += 1
        if record.type not in _CHANGES:
            continue
        change = decode_change(record)
        apply(change, record.lsn)
        count += 1
        unit = analysis.in_flight.get(record.uor)
        if unit is not None and not record.flags & REDO_ONLY:
            unit.changes.append(change)
    return count
