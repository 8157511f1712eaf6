"""The databases of the sample production system: their data sets, and how the RECON knows them, as tables.

CUSTX is on IMSP03, beside system data sets; all others are on IMSP04 to IMSP06. The partition IDs of HIST have a gap:
a partition was deleted.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.dasd.allocation import Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.sample.tables import SampleCluster, SampleDataSet, blocks

BLOCK = 4096
PREFIX = "IMSP.DB"
ACCOUNTS, CUSTOMERS, ROOT_BLOCKS = 2000, 200, 400


def _keyed(dsname: str, volser: str, offset: int, key: int, record: int, tracks: int = 15) -> SampleCluster:
    attributes = ClusterAttributes("KSDS", offset, key, record, BLOCK)
    return SampleCluster(dsname, volser, attributes, Space("TRK", tracks, 15))


@dataclass(frozen=True)
class SampleDatabase:
    """A database that is no HALDB: type and organisation as DBRC has them, and its one data set."""

    name: str
    dborg: str
    dsorg: str
    space: SampleDataSet | SampleCluster

    @property
    def dsname(self) -> str:
        return self.space.dsname


@dataclass(frozen=True)
class SamplePartition:
    """A partition of a HALDB; ``id`` is what DBRC gives it. Without a volume it is deleted again: the gap."""

    master: str
    name: str
    id: int
    high_key: str
    volser: str = ""
    reuse: bool = False

    def dsname(self, letter: str) -> str:
        """Return the name of one of its data sets."""
        return f"{PREFIX}.{self.master}.{letter}{self.id:05d}"


DATABASES = (
    SampleDatabase("ACCT", "HDAM", "OSAM", blocks(f"{PREFIX}.ACCT", "IMSP05", BLOCK, 150)),
    SampleDatabase("CUST", "HIDAM", "OSAM", blocks(f"{PREFIX}.CUST", "IMSP06", BLOCK, 60)),
    SampleDatabase("CUSTX", "INDEX", "VSAM", _keyed(f"{PREFIX}.CUSTX", "IMSP03", 6, 8, 14)),
    SampleDatabase("CUSTNX", "INDEX", "VSAM", _keyed(f"{PREFIX}.CUSTNX", "IMSP06", 6, 32, 38)),
)

HALDB, HALDB_ORG = "HIST", "PHDAM"
PARTITION_BLOCKS = 120
PARTITIONS = (
    SamplePartition(HALDB, "HISTA", 1, "0000000700", "IMSP05"),
    SamplePartition(HALDB, "HISTB", 2, "0000001400", "IMSP06", reuse=True),
    SamplePartition(HALDB, "HISTX", 3, "0000001800"),
    SamplePartition(HALDB, "HISTC", 4, "9999999999", "IMSP04"),
)

_IN_PARTITIONS: tuple[SampleDataSet | SampleCluster, ...] = tuple(
    one
    for part in PARTITIONS
    if part.volser
    for one in (
        blocks(part.dsname("A"), part.volser, BLOCK, 30),
        _keyed(part.dsname("L"), part.volser, 0, 9, 50, 3),
    )
)
DATA_SETS: tuple[SampleDataSet | SampleCluster, ...] = (*(one.space for one in DATABASES), *_IN_PARTITIONS)
