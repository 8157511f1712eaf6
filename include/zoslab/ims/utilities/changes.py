"""The changes that logs hold, in the order in which forward recovery makes them.

What a unit of recovery has changed counts when it was committed, or when the log shows that it was backed out; units
that a log leaves in flight are taken back where the next run of that IMS begins, and at the end. Changes of areas
come with their commit. Source: ims.md section 4 ("Log apply"). Logs of several IMSs are merged by time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from zoslab.ims import log_block
from zoslab.ims.dedb.changes import change_of
from zoslab.ims.log_records import REDO_ONLY, Change, IndexChange, LogRecord, Type
from zoslab.ims.osam import BlockFile
from zoslab.ims.recovery_scan import decode_change
from zoslab.ims.stamps import stck
from zoslab.ims.utilities.errors import UtilityFailed

if TYPE_CHECKING:
    from zoslab.dataset import DataSet

AnyChange = Change | IndexChange
_CHANGES = frozenset({Type.CHANGE, Type.INDEX_CHANGE})
_ENDS = frozenset({Type.UOR_END, Type.ABORT_END, Type.COMMIT})
UnitName = tuple[str, int]
Place = tuple[str, str, int]
"""Database or partition, ddname, block."""


def records_of(dataset: DataSet) -> Iterator[LogRecord]:
    """Return the records of a log data set, up to where it was never written or an online log's older content begins.

    :raises UtilityFailed: a block is no log block, or some are missing before it.
    """
    file = BlockFile(dataset.space, dataset.blksize, dataset.dsname)
    expected = 0
    for number, raw in enumerate(file.scan(0, file.blocks)):
        block = log_block.parse(raw)
        if block is None and number == 0:
            raise UtilityFailed(f"DFS315A {dataset.dsname} IS NOT A LOG DATA SET")
        if block is None and any(raw):
            raise UtilityFailed(f"DFS315A {dataset.dsname} BLOCK {number} IS DAMAGED, IT IS NO LOG BLOCK")
        if block is None or block.sequence < expected:
            return
        if expected and block.sequence != expected:
            text = f"IS NUMBER {block.sequence} OF ITS LOG, NOT {expected}"
            raise UtilityFailed(f"DFS315A {dataset.dsname} BLOCK {number} {text}")
        expected = block.sequence + 1
        yield from block.records()


def merged(logs: Iterable[Iterable[LogRecord]]) -> Iterator[LogRecord]:
    """Return the records of several logs in order of time."""
    return heapq.merge(*logs, key=lambda record: (record.stck, record.lsn))


class Forward:
    """Walks over log records and yields the changes to make. ``first`` and ``last`` are the times of the first and last
    record, ``open`` counts the units that were in flight at the end, ``unsettled`` are the blocks of those that were
    taken back: their room has changed.

    :param dbd: the database or partition whose changes are wanted; without it all are.
    """

    def __init__(self, records: Iterable[LogRecord], until: datetime | None = None, dbd: str = "") -> None:
        self._records, self._dbd = records, dbd
        self._until = stck(until) if until is not None else 0
        self._units: dict[UnitName, list[AnyChange]] = {}
        self._areas: dict[UnitName, list[AnyChange]] = {}
        self._touched: dict[UnitName, set[Place]] = {}
        self.unsettled: set[Place] = set()
        self.first = self.last = 0
        self.open = 0

    def __iter__(self) -> Iterator[tuple[AnyChange, int]]:
        """Yield each change with the time of its record."""
        for record in self._records:
            if self._until and record.stck > self._until:
                break
            yield from self._one(record)
            self.first, self.last = self.first or record.stck, record.stck
        self.open = len(self._units)
        yield from self._back_out(None)

    def _one(self, record: LogRecord) -> Iterator[tuple[AnyChange, int]]:
        unit = (record.imsid, record.uor)
        if self._dbd and record.dbd and record.dbd != self._dbd:
            return
        if record.type in _CHANGES:
            change = decode_change(record)
            if not record.flags & REDO_ONLY:
                self._units.setdefault(unit, []).append(change)
            if isinstance(change, Change):
                self._touched.setdefault(unit, set()).add((change.dbd, change.ddname, change.block))
            yield change, record.stck
        elif record.type == Type.AREA_CHANGE:
            self._areas.setdefault(unit, []).append(change_of(record))
        elif record.type in _ENDS:
            self._units.pop(unit, None)
            self._touched.pop(unit, None)
            ended = self._areas.pop(unit, [])
            if record.type != Type.ABORT_END:
                yield from ((change, record.stck) for change in ended)
        elif record.type == Type.IMS_START:
            yield from self._back_out(record.imsid)

    def _back_out(self, imsid: str | None) -> Iterator[tuple[AnyChange, int]]:
        """Take back what units of an IMS, or of all, have left in flight."""
        for unit in [unit for unit in self._units if imsid in (None, unit[0])]:
            for change in reversed(self._units.pop(unit)):
                yield change.reversed(), self.last
        for unit in [unit for unit in self._touched if imsid in (None, unit[0])]:
            self.unsettled |= self._touched.pop(unit)
        for unit in [unit for unit in self._areas if imsid in (None, unit[0])]:
            del self._areas[unit]
