"""The databases at an emergency restart: changes made again, units in flight backed out, and what cannot be is kept.

Source: IMS Operations and Automation, "Errors during emergency restart backout" and "When to use the Batch Backout
utility". A database that cannot be opened or read does not hold up the restart: it is stopped, X'4C80' says so on the
log, and a BACKOUT record in the RECON keeps it from being used until DFSBBO00 has backed it out. COLDBASE leaves every
unit in flight to DFSBBO00, areas of DEDBs to recovery, and a database that is not there alone.

Own choice: a buffer may not have been written though its unit was committed, so a database without a unit in flight
that cannot be used needs recovery, and DFSBBO00 makes changes again before it backs out. Nothing is ever in doubt here:
no coordinator of another product takes part in a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from zoslab.dasd.errors import DasdError
from zoslab.dasd.vsam.errors import VsamError
from zoslab.ims.block import BrokenBlock
from zoslab.ims.database_entry import BACKOUT_FAILED, STOPPED_ACCESS
from zoslab.ims.dbrc.stamps import aware
from zoslab.ims.errors import DatabaseDisputed, ImsError, RegionDown
from zoslab.ims.log_records import BackoutBody, Change, IndexChange, LogRecord, Type
from zoslab.ims.recovery_scan import Analysis, redo
from zoslab.ims.region import ControlRegion
from zoslab.ims.stamps import from_stck
from zoslab.ims.uor import UnitOfRecovery, token

TOGETHER = 4096
"""Changes of blocks that are made together, in the order of the blocks."""
UNUSABLE = (ImsError, DasdError, VsamError, BrokenBlock, OSError)


class DatabaseRestart:
    """Pass 2 and the backout of one restart. ``start`` is where the log was read from, ``lost`` what cannot be used."""

    def __init__(self, region: ControlRegion, analysis: Analysis, start: int, *, cold: bool = False) -> None:
        self.region, self._analysis, self._start, self._cold = region, analysis, start, cold
        self._databases = region.databases
        self.lost: set[str] = set()
        self._absent: set[str] = set()
        self._missed: set[tuple[str, str]] = set()
        self._collected: dict[tuple[str, str, int], list[tuple[Change, int]]] = {}
        self._count = 0

    def redo(self, records: Iterable[LogRecord]) -> None:
        """Make the changes again.

        :raises LogDamaged: a log record is missing.
        :raises DatabaseDisputed: a database may be another system's.
        """
        redo(records, self._analysis, self._again, self._databases.group.is_shared)
        self._make()

    def _again(self, change: Change | IndexChange, lsn: int) -> None:
        """Make a change; those of blocks are collected so that a block is read and written once for many of them."""
        if isinstance(change, Change):
            self._collected.setdefault((change.dbd, change.ddname, change.block), []).append((change, lsn))
            self._count += 1
            if self._count >= TOGETHER:
                self._make()
        else:
            self._one(change, lsn)

    def _make(self) -> None:
        for place in sorted(self._collected):
            for change, lsn in self._collected[place]:
                self._one(change, lsn)
        self._collected, self._count = {}, 0

    def _one(self, change: Change | IndexChange, lsn: int) -> None:
        def work() -> None:
            self._databases.for_restart(change.dbd).redo(change, lsn)

        of_area = isinstance(change, Change) and not all(before for _, before, _ in change.ranges)
        if not (self._attempt_area(work) if of_area else self._attempt(change.dbd, work)):
            self._missed.add((change.dbd, change.ddname))

    def _attempt_area(self, work: Callable[[], object]) -> bool:
        """Do something to an area; the others of its DEDB go on without it."""
        try:
            if not self._cold:
                work()
        except (RegionDown, DatabaseDisputed):
            raise
        except UNUSABLE:
            return False
        return not self._cold

    def _attempt(self, dbd: str, work: Callable[[], object]) -> bool:
        """Do something to a database; one that cannot be used is lost to this restart.

        :raises DatabaseDisputed: it may be another system's.
        """
        if self._owner(dbd) in self.lost:
            return False
        try:
            work()
        except (RegionDown, DatabaseDisputed):
            raise
        except UNUSABLE as error:
            self._lose(self._owner(dbd), error)
            return False
        return True

    def _owner(self, dbd: str) -> str:
        """Return the database that is opened when a data set of ``dbd`` is needed."""
        try:
            return self._databases.parts(dbd)[0]
        except ImsError:
            return dbd

    def _lose(self, owner: str, error: Exception) -> None:
        self.lost.add(owner)
        self._keep_locked(owner)
        entry = self._databases.entries.get(owner)
        if self._cold and (entry is None or entry.database is None):
            self._absent.add(owner)
            return
        self.region.message(str(error) if isinstance(error, ImsError) else f"DFS0451I {owner}, READ ERROR: {error}")
        if entry is not None:
            self._databases.abandon(owner)

    def _keep_locked(self, owner: str) -> None:
        """Keep other members of a sharing group out of what was in flight in a database that is not backed out."""
        if self.region.sharing is not None and owner in self._databases.entries:
            self._databases.group.lose(self._databases.with_partitions(self._databases.parts(owner)))

    # Backout -----------------------------------------------------------------------------------------------------

    def back_out(self) -> None:
        """Back out the units in flight, newest first, as far as their databases can be used."""
        pending: set[str] = set()
        for unit in self._analysis.units:
            names = list(dict.fromkeys(change.dbd for change in unit.changes))
            if not self._cold:
                self._take_back(unit)
            failed = [name for name in names if self._cold or self._owner(name) in self.lost]
            pending.update(map(self._owner, failed))
            if failed:
                self._keep(unit, failed)
            if self._cold:
                self.region.log.append(LogRecord(Type.ABORT_END, psb=unit.psb, pst=unit.pst, uor=unit.number))
            for name in names:
                self._tell(unit, name, done=name not in failed)
            if names:
                now = f"{self.region.clock.now():%H:%M:%S}"
                self.region.message(f"DFS980I {now} BACKOUT PROCESSING HAS ENDED FOR PSB {unit.psb}")
        for owner in sorted(pending - self.lost):
            self._databases.close(owner)
        self._need_recovery(pending)

    def _take_back(self, unit: UnitOfRecovery) -> None:
        def undo(owner: UnitOfRecovery, change: Change | IndexChange) -> None:
            self._attempt(change.dbd, lambda: self._databases.for_restart(change.dbd).undo(owner, change))

        self.region.engine.recovery.adopt(unit)
        self.region.engine.recovery.back_out(unit, undo, self._attempt)

    def _keep(self, unit: UnitOfRecovery, failed: list[str]) -> None:
        for name in failed:
            self._keep_locked(self._owner(name))
        self.region.dbrc.backout_needed(
            self.region.imsid,
            unit.psb,
            failed,
            token=token(self.region.imsid, unit.first_lsn),
            time=aware(from_stck(unit.started)),
            coldend=self._cold,
        )

    def _tell(self, unit: UnitOfRecovery, name: str, *, done: bool) -> None:
        redo_from = self._start if self._owner(name) in self.lost else 0
        body = b"" if done else bytes(BackoutBody(first=unit.first_lsn, redo=redo_from))
        kind = Type.BACKOUT_DONE if done else Type.BACKOUT_FAILED
        self.region.log.append(LogRecord(kind, body=body, dbd=name, psb=unit.psb, pst=unit.pst, uor=unit.number))
        if not done and name in self._databases.entries:
            self._databases.stop(name, STOPPED_ACCESS, BACKOUT_FAILED)
        outcome = "SUCCESSFULLY BACKED OUT" if done else "STOPPED DUE TO BACKOUT FAILURE"
        self.region.message(f"{'DFS968I' if done else 'DFS981I'} DBD={name} WITHIN PSB={unit.psb} {outcome}")

    def _need_recovery(self, pending: set[str]) -> None:
        """Mark the data sets that lack changes and that no backout will put right."""
        for dbd, ddname in sorted(self._missed):
            owner = self._owner(dbd)
            if owner in pending or owner in self._absent:
                continue
            self.region.dbrc.recovery_needed(self.region.imsid, dbd, ddname)
            self.region.message(f"DFS0402 DATABASE {dbd} NOT STARTED DUE TO RECOVERY NEEDED")
