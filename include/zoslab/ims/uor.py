"""Units of recovery: the changes of one program since its last sync point, all kept or all taken back.

Source: ims.md section 4: X'5607' start, X'5050' changes with before and after images, X'3730' commit, X'5612' end,
X'38' end of an abort. Blocks and roots stay locked to the end, so before-images can simply be put back in reverse.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from zoslab import ebcdic
from zoslab.ims.buffers import BufferPool, DatabaseDataSet, Key
from zoslab.ims.locks import EXCLUSIVE, UPDATE, LockManager
from zoslab.ims.log import AnyLog
from zoslab.ims.log_records import REDO_ONLY, Change, IndexChange, LogRecord, Type
from zoslab.ims.update_gate import UpdateGate

IN_FLIGHT, COMMITTING, ABORTING = "IN-FLIGHT", "COMMITTING", "ABORTING"


class Participant(Protocol):
    """What keeps a unit's changes to itself until the sync point: an area of a DEDB."""

    @property
    def data_set(self) -> DatabaseDataSet: ...

    def log(self, unit: UnitOfRecovery, append: Callable[[LogRecord], int]) -> None:
        """Log the changes, before the commit record."""

    def harden(self, unit: UnitOfRecovery) -> None:
        """Make the changes: the commit record is safe."""

    def discard(self, unit: UnitOfRecovery) -> None:
        """Forget the changes."""


@dataclass(eq=False)
class UnitOfRecovery:
    """One unit; ``changes`` are kept for backout, oldest first; ``unsettled`` is what follows from their backout.
    ``started`` is the time of its first record, if restart found it; ``cancelled`` says that its region is to end.

    A backout that a failure cut short is done again from the start, so a block may be read as a whole only at its end.
    """

    number: int
    psb: str
    pst: int
    state: str = IN_FLIGHT
    first_lsn: int = 0
    started: int = 0
    cancelled: threading.Event | None = None
    changes: list[Change | IndexChange] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    unsettled: dict[tuple[DatabaseDataSet, int], Callable[[], None]] = field(default_factory=dict)
    shared: dict[Key, None] = field(default_factory=dict)


def token(imsid: str, first_lsn: int) -> bytes:
    """Return a unit's recovery token. Own layout: IMSID (8), the log sequence number of its first record (8)."""
    return ebcdic.encode(imsid, 8) + first_lsn.to_bytes(8, "big")


class Recovery:
    """Begins, commits and backs out units of recovery; keeps the table of those in flight."""

    def __init__(self, log: AnyLog, pool: BufferPool, locks: LockManager, *, shares: bool = False) -> None:
        self.log, self.pool, self.locks, self.shares = log, pool, locks, shares
        self.updates = UpdateGate()
        self._latch = threading.Lock()
        self._next = 1
        self._active: dict[int, UnitOfRecovery] = {}

    def begin(self, psb: str, pst: int) -> UnitOfRecovery:
        """Return a new unit; it is logged with its first change."""
        with self._latch:
            unit = UnitOfRecovery(self._next, psb, pst)
            self._next += 1
            return unit

    def adopt(self, unit: UnitOfRecovery) -> None:
        """Take over a unit that restart found in flight."""
        with self._latch:
            self._active[unit.number] = unit

    def number_from(self, number: int) -> None:
        """Number new units after ``number``."""
        self._next = max(self._next, number + 1)

    @property
    def last_number(self) -> int:
        return self._next - 1

    def active(self) -> list[UnitOfRecovery]:
        """Return the units that have changed something and are not at their end."""
        with self._latch:
            return list(self._active.values())

    def lock(self, unit: UnitOfRecovery, name: Hashable, mode: str = EXCLUSIVE) -> None:
        self.locks.acquire(unit.number, name, mode, unit.cancelled)

    def _stamp(self, unit: UnitOfRecovery, record: LogRecord) -> LogRecord:
        return replace(record, uor=unit.number, psb=unit.psb, pst=unit.pst)

    def _start(self, unit: UnitOfRecovery) -> None:
        if unit.first_lsn == 0:
            unit.first_lsn = self.log.append(self._stamp(unit, LogRecord(Type.UOR_START)))
            with self._latch:
                self._active[unit.number] = unit

    def change(
        self, unit: UnitOfRecovery, data_set: DatabaseDataSet, block: int, mutate: Callable[[bytearray], None]
    ) -> None:
        """Change a block as part of the unit."""
        self.updates.enter(unit.number, data_set.dbd, unit.cancelled)
        self.claim(unit, data_set, block)

        def complete(change: Change) -> LogRecord:
            self._start(unit)
            unit.changes.append(change)
            return self._stamp(unit, change.record())

        self.pool.change(data_set, block, mutate, complete)

    def hint(
        self, unit: UnitOfRecovery, data_set: DatabaseDataSet, block: int, mutate: Callable[[bytearray], None]
    ) -> None:
        """Change a block in a way that backout leaves alone."""
        self.claim(unit, data_set, block)
        self._change_for_good(unit, data_set, block, mutate)

    def set_bit(
        self, unit: UnitOfRecovery, data_set: DatabaseDataSet, block: int, mutate: Callable[[bytearray], None]
    ) -> None:
        """Change a bitmap, whose bits follow from what they describe; one that is shared is written at once."""
        if data_set.shared is None:
            self._change_for_good(unit, data_set, block, mutate)
            return
        with data_set.shared.latch:
            self._change_for_good(unit, data_set, block, mutate)
            self.pool.write([(data_set, block)])

    def _change_for_good(
        self, unit: UnitOfRecovery, data_set: DatabaseDataSet, block: int, mutate: Callable[[bytearray], None]
    ) -> None:
        """Change a block. It belongs to the unit all the same: a failure may follow at once, and restart is to see
        what it led to.
        """

        def complete(change: Change) -> LogRecord:
            self._start(unit)
            return self._stamp(unit, change.record(REDO_ONLY))

        self.pool.change(data_set, block, mutate, complete)

    def claim(self, unit: UnitOfRecovery, data_set: DatabaseDataSet, block: int, *, wait: bool = True) -> bool:
        """Keep other members of the data sharing group out of a block to the end of the unit, which writes it then."""
        if data_set.shared is None:
            return True
        name = ("BID", data_set.dbd, data_set.ddname, block)
        if wait:
            self.locks.acquire(unit.number, name, UPDATE, unit.cancelled)
        elif not self.locks.try_acquire(unit.number, name, UPDATE):
            return False
        unit.shared[data_set, block] = None
        return True

    def log_index(self, unit: UnitOfRecovery, change: IndexChange, flags: int = 0) -> None:
        """Log a change of a key-sequenced data set and make it safe: the data set is written at once."""
        self.updates.enter(unit.number, change.dbd, unit.cancelled)
        with self.pool.gate.passing(), self.pool.latch:
            self._start(unit)
            if not flags & REDO_ONLY:
                unit.changes.append(change)
            lsn = self.log.append(self._stamp(unit, change.record(flags)))
        self.log.force(lsn)

    def commit(self, unit: UnitOfRecovery) -> None:
        """Make the unit's changes final: they are when the X'3730' record is safe."""
        if unit.participants:
            with self.pool.gate.passing(), self.pool.latch:
                self._start(unit)
        if unit.first_lsn:
            unit.state = COMMITTING
            for participant in unit.participants:
                participant.log(unit, lambda record: self.log.append(self._stamp(unit, record)))
            self.pool.write(list(unit.shared))
            self.log.force(self.log.append(self._stamp(unit, LogRecord(Type.COMMIT))))
            for participant in unit.participants:
                participant.harden(unit)
            self._finish(unit)
        self._end(unit)

    def _finish(self, unit: UnitOfRecovery) -> None:
        """Log the end of a commit; areas that are shared are written before it, and it is safe before locks go."""
        shared = [one.data_set for one in unit.participants if one.data_set.shared is not None]
        for data_set in shared:
            self.pool.flush(data_set)
        end = self.log.append(self._stamp(unit, LogRecord(Type.UOR_END)))
        if shared:
            self.log.force(end)

    def back_out(
        self,
        unit: UnitOfRecovery,
        undo: Callable[[UnitOfRecovery, Change | IndexChange], None],
        attempt: Callable[[str, Callable[[], object]], object] = lambda _, settle: settle(),
    ) -> None:
        """Take the unit's changes back, newest first, and log that it is done.

        ``attempt`` does for a database what follows from its changes; restart minds that it may be lost.
        """
        unit.state, unit.cancelled = ABORTING, None
        for participant in unit.participants:
            participant.discard(unit)
        for change in reversed(unit.changes):
            undo(unit, change.reversed())
        for (data_set, _), settle in unit.unsettled.items():
            attempt(data_set.dbd, settle)
        for dbd in dict.fromkeys(data_set.dbd for data_set, _ in unit.shared):
            attempt(dbd, partial(self.pool.write, [key for key in unit.shared if key[0].dbd == dbd]))
        if unit.first_lsn:
            end = self.log.append(self._stamp(unit, LogRecord(Type.ABORT_END)))
            if self.shares:
                self.log.force(end)
        self._end(unit)

    def _end(self, unit: UnitOfRecovery) -> None:
        with self._latch:
            self._active.pop(unit.number, None)
        self.forget(unit)

    def forget(self, unit: UnitOfRecovery) -> None:
        """Give everything back that a unit holds; it has changed nothing, or is at its end."""
        self.updates.leave(unit.number)
        self.locks.release_all(unit.number)
