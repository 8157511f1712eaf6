"""The records of a RECON as typed values. Each keeps the record it was read from, so that nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from imsclone.listings.recon_records import Listing, ReconRecord


@dataclass(frozen=True, slots=True)
class ReconDd:
    """One of the RECON data sets: COPY1, COPY2, SPARE, DISCARDED, UNAVAILABLE."""

    ddname: str
    status: str
    dsname: str


@dataclass(frozen=True, slots=True)
class Header:
    """RECON: the status record."""

    ssid: str
    cataloged: bool
    imsplex: str
    group_id: str
    catalog: str
    data_sets: tuple[ReconDd, ...]
    databases: int
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class Database:
    """DB: a registered database and who holds it."""

    dbd: str
    kind: str
    authorized: tuple[str, ...]
    image_copy_needed: int
    recovery_needed: int
    backout_needed: bool
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class Partition:
    """A DB record of TYPE=PART: a partition of a HALDB. ``high_key`` is in hexadecimal.

    ``active`` are the first and last letter of the data sets in use: A to J, M to V after an online reorganization.
    """

    name: str
    master: str
    partition_id: int
    dsn_prefix: str
    high_key: str
    reorg_number: int
    init_needed: bool
    disabled: bool
    record: ReconRecord = field(repr=False)
    active: tuple[str, str] = ("A", "J")


@dataclass(frozen=True, slots=True)
class AreaDataSet:
    """ADS: a data set of an area."""

    ddname: str
    dsname: str
    status: str


@dataclass(frozen=True, slots=True)
class DatabaseDataSet:
    """DBDS or AREA; an area's own data sets are its ``area_data_sets``."""

    dbd: str
    ddname: str
    dsname: str
    organization: str
    reuse: bool
    image_copy_needed: bool
    record: ReconRecord = field(repr=False)
    area_data_sets: tuple[AreaDataSet, ...] = ()

    @property
    def dsnames(self) -> tuple[str, ...]:
        """Its name, or those of an area's data sets: an area itself has none."""
        return tuple(name for name in (self.dsname, *(one.dsname for one in self.area_data_sets)) if name)

    @property
    def of_partition(self) -> bool:
        """Whether its name comes from its partition's prefix."""
        return self.record.get("TYPE") == "PART"


@dataclass(frozen=True, slots=True)
class CopiedDataSet:
    """A data set on volumes that a record names: an image copy, a change accumulation."""

    dsname: str
    volsers: tuple[str, ...]
    unit: str = ""
    file_sequence: int = 1


@dataclass(frozen=True, slots=True)
class ImageCopy:
    """IMAGE: one image copy of a data set, with its duplicate. ``time`` is its key, as printed."""

    dbd: str
    ddname: str
    time: str
    available: bool
    data_sets: tuple[CopiedDataSet, ...]
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class Allocation:
    """ALLOC: an update of a data set; open while ``deallocated`` is None."""

    dbd: str
    ddname: str
    time: str
    log_start: str
    deallocated: datetime | None
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogDataSet:
    """A data set of a log record. Times and sequence numbers as printed."""

    dsname: str
    unit: str
    start: str
    stop: str
    first: str
    last: str
    volsers: tuple[str, ...]
    file_sequence: str = ""
    checkpoints: str = ""
    checkpoint: str = ""
    lock_sequence: str = ""
    error: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """PRILOG, PRISLD and their secondary and interim forms; open while ``stopped`` is None."""

    kind: str
    ssid: str
    start: str
    stop: str
    stopped: datetime | None
    first: str
    version: str
    data_sets: tuple[LogDataSet, ...]
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class OnlineLog:
    """One OLDS of a PRIOLD record."""

    ddname: str
    dsname: str
    start: str
    stop: str
    stopped: datetime | None
    first: str
    last: str
    lock_sequence: str
    status: str
    prilog_time: str
    version: str
    available: bool = True
    error: bool = False

    @property
    def archived(self) -> bool:
        """Whether the online log may be written again."""
        return self.status == "ARC COMPLT"


@dataclass(frozen=True, slots=True)
class OnlineLogs:
    """PRIOLD or SECOLD: the online logs of a subsystem. ``restart`` is the earliest checkpoint that a restart needs."""

    kind: str
    ssid: str
    olds: tuple[OnlineLog, ...]
    record: ReconRecord = field(repr=False)
    restart: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subsystem:
    """SSYS: a subsystem that signed on and did not sign off."""

    ssid: str
    kind: str
    log_start: str
    abnormal: bool
    databases: tuple[str, ...]
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnitOfRecovery:
    """One unit of work to be backed out; ``flags`` are those that are on, such as INFLT and BMP."""

    token: str
    time: str
    psb: str
    flags: tuple[str, ...]
    databases: tuple[str, ...]
    backed_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backout:
    """BACKOUT: what a subsystem left to be backed out."""

    ssid: str
    units: tuple[UnitOfRecovery, ...]
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeAccumulation:
    """CA: one change accumulation of a group. ``time`` is its key, as printed."""

    group: str
    time: str
    data_set: CopiedDataSet
    record: ReconRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recon:
    """A whole RECON as listed. ``others`` are records of kinds without a type here."""

    header: Header | None
    databases: tuple[Database, ...]
    data_sets: tuple[DatabaseDataSet, ...]
    images: tuple[ImageCopy, ...]
    allocations: tuple[Allocation, ...]
    logs: tuple[Log, ...]
    online_logs: tuple[OnlineLogs, ...]
    subsystems: tuple[Subsystem, ...]
    backouts: tuple[Backout, ...]
    change_accumulations: tuple[ChangeAccumulation, ...]
    others: tuple[ReconRecord, ...]
    listing: Listing = field(repr=False)
    partitions: tuple[Partition, ...] = ()
