"""DBRC as IMS, its utilities and the commands call it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import allocations, authorization, logs, subsystems
from zoslab.ims.dbrc.authorization import Verify
from zoslab.ims.dbrc.command_services import CommandServices
from zoslab.ims.dbrc.copies import ReconDataSet
from zoslab.ims.dbrc.database_records import Alloc, Db, Dbds
from zoslab.ims.dbrc.errors import ReconLost
from zoslab.ims.dbrc.log_records import (
    Backout,
    LogDataSet,
    LogVolume,
    PriLog,
    PriOld,
    PriOlds,
    PriSld,
    Subsystem,
    UnitOfRecovery,
)
from zoslab.ims.dbrc.recon import Recon
from zoslab.ims.dbrc.records import Authorization, Header
from zoslab.ims.dbrc.stamps import aware
from zoslab.ims.dbrc.unit import no_definition
from zoslab.ims.stamps import Clock


@dataclass(frozen=True)
class ArchivedLog:
    """A log data set that DFSUARC0 wrote from an OLDS."""

    dsn: str
    volser: str
    unit: str = "SYSDA"
    checkpoints: int = 0
    checkpoint: datetime | None = None


class Dbrc(CommandServices):
    """An instance of DBRC with its RECON open.

    Every request is one update of the RECON: it happens whole or not at all. Requests of all instances in this
    system take turns. A request that is refused raises a `DbrcError`; its ``message`` is what DBRC prints.
    """

    def __init__(self, recon: Recon, clock: Clock) -> None:
        super().__init__(recon)
        self.clock = clock
        self.definition: Callable[[str], Dbd | None] = no_definition

    @classmethod
    def open(
        cls,
        datasets: Sequence[ReconDataSet],
        clock: Clock,
        note: Callable[[str], None] | None = None,
        *,
        names_may_differ: bool = False,
    ) -> Dbrc:
        """Open the RECON that RECON1, RECON2 and RECON3 are, in this order.

        :param note: takes the messages DBRC writes on its own account (loss of a copy, repair).
        :param names_may_differ: open, for reading and for CHANGE.RECON REPLACE, data sets whose names are not the
            ones in the header (DSPURX00 does).
        :raises ReconNamesDiffer: the names are not the ones in the header: a copied RECON that was not changed, or
            somebody else's.
        :raises ReconLost: no data set can be used.
        """
        if all(dataset.ksds is None for dataset in datasets):
            raise ReconLost("NONE OF THE RECON DATA SETS WAS FOUND: " + ", ".join(d.dsname for d in datasets))
        recon = Recon(datasets, note or _discard)
        if not names_may_differ:
            recon.require_names()
        return cls(recon, clock)

    @property
    def header(self) -> Header:
        """The RECON header: SSID, CATDS, and so on."""
        with self.recon.unit() as unit:
            return unit.header

    # -- subsystems ---------------------------------------------------------------------------------------------

    def sign_on(self, ssid: str, *, restart: bool = False, override: bool = False, irlm: str = "") -> Subsystem:
        """Record a subsystem's start, with the name of its IRLM if it has one.

        :raises SubsystemActive: it is signed on already, or emergency restart needs OVERRIDE.
        """
        with self.recon.unit() as unit:
            return subsystems.sign_on(unit, ssid, restart=restart, override=override, irlm=irlm)

    def sign_off(self, ssid: str) -> None:
        """Record a subsystem's normal end."""
        with self.recon.unit() as unit:
            subsystems.sign_off(unit, ssid)

    def failed(self, ssid: str) -> None:
        """Record a subsystem's abnormal end."""
        with self.recon.unit() as unit:
            subsystems.failed(unit, ssid)

    def subsystem(self, ssid: str) -> Subsystem | None:
        """Return the SSYS record."""
        with self.recon.unit() as unit:
            return unit.find(Subsystem(ssid))

    def subsystems(self) -> list[Subsystem]:
        """Return all SSYS records."""
        with self.recon.unit() as unit:
            return unit.logs(Subsystem)

    # -- databases ----------------------------------------------------------------------------------------------

    def authorize(
        self, ssid: str, dbname: str, access: str = "UPDATE", area: str = "", verify: Verify = authorization.assumed
    ) -> Authorization | None:
        """Authorize a database, partition or area for RO, RD, UP or EX; None if it is not registered.

        :param verify: tells whether IRLM knows the locks of another subsystem that shares the database.
        :raises AuthorizationRefused: a flag or another subsystem forbids it.
        """
        with self.recon.unit() as unit:
            return authorization.authorize(unit, ssid, dbname, access, area, verify)

    def unverified(self, ssid: str, dbname: str, verify: Verify) -> str:
        """Return a subsystem that shares a database's blocks and whose locks IRLM does not know, empty if none."""
        with self.recon.unit() as unit:
            return authorization.unverified(unit, ssid, dbname, verify)

    def unauthorize(self, ssid: str, dbname: str, area: str = "") -> None:
        """Give an authorization back."""
        with self.recon.unit() as unit:
            authorization.release(unit, ssid, dbname, area)

    def databases(self) -> list[Db]:
        """Return all DB records by name."""
        with self.recon.unit() as unit:
            return unit.all(Db)

    def database(self, dbname: str) -> Db | None:
        """Return a DB record."""
        with self.recon.unit() as unit:
            return unit.find(Db(dbname))

    def dbds(self, dbname: str) -> list[Dbds]:
        """Return a database's DBDS records (``dbname, ddname, dsn, dsorg, dborg, dsid`` and more) by DSID."""
        with self.recon.unit() as unit:
            return sorted(unit.all(Dbds, dbname), key=lambda dataset: dataset.dsid)

    def recovery_needed(self, ssid: str, dbname: str, ddname: str) -> None:
        """Mark a data set or area to be recovered; the subsystem gives back its authorization for it."""
        with self.recon.unit() as unit:
            found = unit.find(Dbds(dbname, ddname))
            if found is not None:
                unit.put(replace(found, recov_needed=True))
            authorization.release(unit, ssid, dbname, ddname if found is not None and found.ads else "")

    def alloc(self, dbname: str, ddname: str, ssid: str, start: datetime | None = None, lrid: int = 0) -> Alloc | None:
        """Record that a subsystem begins to update a data set."""
        with self.recon.unit() as unit:
            return allocations.allocate(unit, dbname, ddname, ssid, aware(start or self.now()), lrid)

    def dealloc(
        self,
        dbname: str,
        ddname: str,
        ssid: str,
        stop: datetime | None = None,
        lrid: int = 0,
        *,
        quiesce: bool = False,
    ) -> Alloc | None:
        """Record that a subsystem stopped to update a data set, because of a quiesce or because it was closed."""
        with self.recon.unit() as unit:
            return allocations.deallocate(unit, dbname, ddname, ssid, aware(stop or self.now()), lrid, quiesce=quiesce)

    def allocs(self, dbname: str, ddname: str = "") -> list[Alloc]:
        """Return ALLOC records by time."""
        with self.recon.unit() as unit:
            return unit.all(Alloc, dbname, ddname)

    def ads_unavailable(self, dbname: str, area: str, ddname: str) -> None:
        """Record that a data set of an area cannot be used until it is created again."""
        with self.recon.unit() as unit:
            found = allocations.data_set(unit, dbname, area)
            ads = tuple(replace(one, status="UNAVAIL") if one.ddname == ddname else one for one in found.ads)
            unit.put(replace(found, ads=ads))

    # -- logs ---------------------------------------------------------------------------------------------------

    def olds_opened(self, ssid: str, ddname: str, dsn: str, start: datetime, first_lsn: int = 0) -> PriOlds:
        """Record that an OLDS is being written; the first one after signing on starts a new PRILOG.

        :raises NotAllowed: it was not archived since it was written last.
        """
        with self.recon.unit() as unit:
            return logs.open_olds(unit, ssid, ddname, dsn, aware(start), first_lsn)

    def olds_closed(self, ssid: str, ddname: str, stop: datetime, first_lsn: int, last_lsn: int) -> PriOlds:
        """Record that an OLDS was closed."""
        with self.recon.unit() as unit:
            return logs.close_olds(unit, ssid, ddname, aware(stop), first_lsn, last_lsn)

    def olds(self, ssid: str) -> list[PriOlds]:
        """Return a subsystem's OLDSs by ddname."""
        with self.recon.unit() as unit:
            record = unit.find(PriOld(ssid))
            return list(record.olds) if record else []

    def olds_unused(self, ssid: str, ddname: str, stop: datetime) -> PriOlds:
        """Record that an OLDS was opened and nothing was written to it: there is nothing to archive."""
        with self.recon.unit() as unit:
            logs.close_olds(unit, ssid, ddname, aware(stop), 0, 0)
            unused = logs.mark_archived(unit, ssid, ddname)
            if unused.prilog_time is not None:
                logs.end_unused(unit, ssid, unused.prilog_time, aware(stop))
            return unused

    def olds_archived(self, ssid: str, ddname: str, slds: ArchivedLog, rlds: ArchivedLog | None = None) -> PriOlds:
        """Record that an OLDS was archived to an SLDS and, if asked for, an RLDS; without one PRILOG names the SLDS."""
        with self.recon.unit() as unit:
            _, olds = logs.find_olds(unit, ssid, ddname)
            for empty, written in (
                (PriSld(ssid, olds.prilog_time), slds),
                (PriLog(ssid, olds.prilog_time), rlds or slds),
            ):
                record = unit.find(empty) or empty
                logs.add_data_set(unit, record, _log_data_set(olds, written))
            return logs.mark_archived(unit, ssid, ddname)

    def restart_from(self, ssid: str, time: datetime) -> None:
        """Record from when on a restart of a subsystem would read its log."""
        with self.recon.unit() as unit:
            record = unit.find(PriOld(ssid))
            if record is not None:
                unit.put(replace(record, restart=aware(time)))

    def prilog(self, ssid: str) -> list[PriLog]:
        """Return a subsystem's PRILOG records, oldest first."""
        with self.recon.unit() as unit:
            return [log for log in unit.logs(PriLog) if log.ssid == ssid]

    def prisld(self, ssid: str) -> list[PriSld]:
        """Return a subsystem's PRISLD records, oldest first."""
        with self.recon.unit() as unit:
            return [log for log in unit.logs(PriSld) if log.ssid == ssid]

    # -- backout ------------------------------------------------------------------------------------------------

    def backout_needed(
        self,
        ssid: str,
        psb: str,
        dbnames: Sequence[str],
        *,
        token: bytes = b"",
        time: datetime | None = None,
        bmp: bool = False,
        coldend: bool = False,
    ) -> Backout:
        """Record a unit of recovery that restart could not back out."""
        with self.recon.unit() as unit:
            whole = token.ljust(16, b"\0")
            begun = aware(time or self.now())
            left = UnitOfRecovery(whole, begun, psb, bmp=bmp, coldend=coldend, dbnames=tuple(dbnames))
            subsystems.add_backout(unit, ssid, left)
            return unit.find(Backout(ssid)) or Backout(ssid)

    def backouts(self, ssid: str) -> Backout | None:
        """Return a subsystem's BACKOUT record."""
        with self.recon.unit() as unit:
            return unit.find(Backout(ssid))

    def now(self) -> datetime:
        """Return the time, with its zone."""
        return aware(self.clock.now())


def _discard(message: str) -> None:
    """Take a message nobody wants."""


def _log_data_set(olds: PriOlds, written: ArchivedLog) -> LogDataSet:
    volume = LogVolume(written.volser, olds.stop, written.checkpoints, written.checkpoint and aware(written.checkpoint))
    return LogDataSet(written.dsn, written.unit, None, olds.stop, olds.first_lsn, olds.last_lsn, volumes=(volume,))
