"""RECON records about logs and subsystems: PRILOG and PRISLD, LOGALL, PRIOLD, SSYS, BACKOUT.

Own layout, see `zoslab.ims.dbrc.records`.
"""

# ruff: noqa: RUF009  (the calls declare fields)

from __future__ import annotations

from dataclasses import dataclass

from zoslab.ims.dbrc.layout import entries, flag, number, raw, stamp, text, texts
from zoslab.ims.dbrc.records import Authorization, Record, family
from zoslab.ims.dbrc.stamps import Stamp


@dataclass(frozen=True)
class LogVolume:
    """A volume of a log data set."""

    volser: str = text(6)
    stop: Stamp = stamp()
    checkpoints: int = number(2)
    checkpoint: Stamp = stamp()
    lock_sequence: int = number(6)


@dataclass(frozen=True)
class LogDataSet:
    """An SLDS or RLDS of a PRILOG or PRISLD record."""

    dsn: str = text(44)
    unit: str = text(8, "SYSDA")
    start: Stamp = stamp()
    stop: Stamp = stamp()
    first_lsn: int = number(8)
    last_lsn: int = number(8)
    file_seq: int = number(2, 1)
    error: bool = flag()
    volumes: tuple[LogVolume, ...] = entries(LogVolume)


@dataclass(frozen=True)
class PriLog(Record):
    """PRILOG: the log of one run of a subsystem, as its recovery (or system) log data sets."""

    NAME, TYPE, KEY = "PRILOG", 0x05, (family(0x05), "ssid", "start")
    ssid: str = text(8)
    start: Stamp = stamp()
    stop: Stamp = stamp()
    version: str = text(4, "15.1")
    gsgname: str = text(8)
    first_record: int = number(8)
    prilog_token: int = number(8)
    datasets: tuple[LogDataSet, ...] = entries(LogDataSet)

    @property
    def earliest_checkpoint(self) -> Stamp:
        """The first checkpoint on any of its data sets."""
        found = [v.checkpoint for d in self.datasets for v in d.volumes if v.checkpoint is not None]
        return min(found) if found else None


@dataclass(frozen=True)
class PriSld(PriLog):
    """PRISLD: the same run as its system log data sets."""

    NAME, TYPE, KEY = "PRISLD", 0x43, (family(0x43), "ssid", "start")


@dataclass(frozen=True)
class SecLog(PriLog):
    """SECLOG: the second copy of the recovery log data sets."""

    NAME, TYPE, KEY = "SECLOG", 0x09, (family(0x09), "ssid", "start")


@dataclass(frozen=True)
class SecSld(PriLog):
    """SECSLD: the second copy of the system log data sets."""

    NAME, TYPE, KEY = "SECSLD", 0x47, (family(0x47), "ssid", "start")


@dataclass(frozen=True)
class LogAllocation:
    """How many ALLOC records of a data set name this log."""

    dbname: str = text(8)
    ddname: str = text(8)
    count: int = number(2)


@dataclass(frozen=True)
class LogAll(Record):
    """LOGALL: the data sets that were updated under a log."""

    NAME, TYPE, KEY = "LOGALL", 0x07, (family(0x07), "ssid", "start")
    ssid: str = text(8)
    start: Stamp = stamp()
    allocations: tuple[LogAllocation, ...] = entries(LogAllocation)


@dataclass(frozen=True)
class PriOlds:
    """One online log data set of a subsystem."""

    ddname: str = text(8)
    dsn: str = text(44)
    start: Stamp = stamp()
    stop: Stamp = stamp()
    first_lsn: int = number(8)
    last_lsn: int = number(8)
    lock_sequence: int = number(6)
    status: str = text(12, "ACTIVE")
    feov: bool = flag()
    available: bool = flag(True)
    error: bool = flag()
    prilog_time: Stamp = stamp()
    archive_job: str = text(8)
    version: str = text(4, "15.1")


@dataclass(frozen=True)
class PriOld(Record):
    """PRIOLD: the online log data sets of a subsystem. ``restart`` is from when on its restart would read the log."""

    NAME, TYPE, KEY = "PRIOLD", 0x53, (family(0x53), "ssid", "")
    ssid: str = text(8)
    restart: Stamp = stamp()
    olds: tuple[PriOlds, ...] = entries(PriOlds)


@dataclass(frozen=True)
class SecOld(PriOld):
    """SECOLD: the second copy of the online log data sets."""

    NAME, TYPE, KEY = "SECOLD", 0x55, (family(0x55), "ssid", "")


@dataclass(frozen=True)
class Subsystem(Record):
    """SSYS: a subsystem that has signed on to DBRC."""

    NAME, TYPE, KEY = "SSYS", 0x63, (family(0x63), "ssid", "")
    ssid: str = text(8)
    log_start: Stamp = stamp()
    ss_type: str = text(6, "ONLINE")
    abnormal: bool = flag()
    recovery_started: bool = flag()
    irlmid: str = text(5)
    irlm_failed: bool = flag()
    gsgname: str = text(8)
    version: str = text(4, "15.1")
    authorized: tuple[Authorization, ...] = entries(Authorization)


@dataclass(frozen=True)
class UnitOfRecovery:
    """A unit of recovery that still has to be backed out, with its databases."""

    token: bytes = raw(16)
    time: Stamp = stamp()
    psb: str = text(8)
    inflight: bool = flag(True)
    indoubt: bool = flag()
    bmp: bool = flag()
    coldend: bool = flag()
    dbnames: tuple[str, ...] = texts(8)
    backed_out: tuple[str, ...] = texts(8)


@dataclass(frozen=True)
class Backout(Record):
    """BACKOUT: the backouts a subsystem left undone."""

    NAME, TYPE, KEY = "BACKOUT", 0x68, (family(0x68), "ssid", "")
    ssid: str = text(8)
    version: str = text(4, "15.1")
    units: tuple[UnitOfRecovery, ...] = entries(UnitOfRecovery)
