"""The data sets of the sample production system, as tables: 60 and more, over six volumes.

System data sets are on IMSP01 to IMSP03, where IMSP03 also holds the primary index of a database; logs, copies, user
data sets and databases are on IMSP04 to IMSP06. IMSP.DWH.EXTRACT spans two volumes.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.vsam.component import ClusterAttributes

SOURCE_CATALOG = "UCAT.IMSP"
SOURCE_CATALOG_VOLUME = "IMSP01"


@dataclass(frozen=True)
class SampleDataSet:
    """One data set that is not VSAM; ``directory`` blocks make it a library."""

    dsname: str
    volsers: tuple[str, ...]
    attributes: DataSetAttributes
    space: Space


@dataclass(frozen=True)
class SampleCluster:
    """One VSAM cluster; data and index are on the same volume."""

    name: str
    volser: str
    attributes: ClusterAttributes
    space: Space


def _library(dsname: str, volser: str, tracks: int = 15, directory: int = 10) -> SampleDataSet:
    attributes = DataSetAttributes("PO", "FB", 80, 27920)
    return SampleDataSet(dsname, (volser,), attributes, Space("TRK", tracks, 15, directory))


def _load_library(dsname: str, volser: str, tracks: int = 15) -> SampleDataSet:
    attributes = DataSetAttributes("PO", "U", 0, 32760)
    return SampleDataSet(dsname, (volser,), attributes, Space("TRK", tracks, 15, 10))


def _blocks(dsname: str, volser: str, blksize: int, tracks: int) -> SampleDataSet:
    return SampleDataSet(dsname, (volser,), DataSetAttributes("PS", "F", blksize, blksize), Space("TRK", tracks))


def _variable(dsname: str, volsers: tuple[str, ...], lrecl: int, tracks: int, blksize: int = 27998) -> SampleDataSet:
    attributes = DataSetAttributes("PS", "VB", lrecl, blksize)
    return SampleDataSet(dsname, volsers, attributes, Space("TRK", tracks, 5))


def _cards(dsname: str, volser: str) -> SampleDataSet:
    return SampleDataSet(dsname, (volser,), DataSetAttributes("PS", "FB", 80, 27920), Space("TRK", 1, 1))


SYSTEM_LIBRARIES = (
    _library("SYS1.PROCLIB", "LABRES"),
    _library("SYS1.PARMLIB", "LABRES"),
    _load_library("SYS1.LINKLIB", "LABRES", 30),
)

LIBRARIES = (
    _load_library("IMSP.SDFSRESL", "IMSP01", 30),
    _library("IMSP.PROCLIB", "IMSP01"),
    _library("IMSP.JOBS", "IMSP01"),
    _library("IMSP.USER1.JCL", "IMSP01"),
    _library("IMSP.USER2.JCL", "IMSP01"),
    _load_library("IMSP.ACBLIB", "IMSP01"),
    _load_library("IMSP.MDALIB", "IMSP01"),
    _library("IMSP.DBDSRC", "IMSP01"),
    _library("IMSP.PSBSRC", "IMSP01"),
    _load_library("IMSP.DBDLIB", "IMSP01"),
    _load_library("IMSP.PSBLIB", "IMSP01"),
    _load_library("IMSP.MODBLKS", "IMSP02", 5),
    _library("IMSP.FORMAT", "IMSP02", 5),
    _library("IMSP.TFORMAT", "IMSP02", 5),
    _library("IMSP.REFERAL", "IMSP02", 5),
    _library("IMSP.TCFSLIB", "IMSP03", 5),
    _load_library("IMSP.PGMLIB", "IMSP03", 5),
    _library("IMSP.MACLIB", "IMSP03", 5),
)

OLDS_LRECL, OLDS_BLKSIZE = 22524, 22528
LOG_DATA_SETS = (
    *(
        _variable(f"IMSP.OLP{n:02}", (volser,), OLDS_LRECL, 120, OLDS_BLKSIZE)
        for n, volser in enumerate(("IMSP02", "IMSP03", "IMSP01"))
    ),
    _blocks("IMSP.WADS0", "IMSP02", 4096, 15),
    _blocks("IMSP.WADS1", "IMSP03", 4096, 15),
    _blocks("IMSP.RDS", "IMSP02", 4096, 15),
)

SYSTEM_DATA_SETS = (
    _variable("IMSP.RDDS1", ("IMSP02",), 4096, 5),
    _variable("IMSP.RDDS2", ("IMSP03",), 4096, 5),
    _cards("IMSP.MODSTAT", "IMSP02"),
    _blocks("IMSP.QBLKS", "IMSP02", 4096, 5),
    _blocks("IMSP.SHMSG", "IMSP02", 4096, 5),
    _blocks("IMSP.LGMSG", "IMSP03", 4096, 5),
    _variable("IMSP.IMSMON", ("IMSP03",), 4092, 5),
    *(_blocks(f"IMSP.{name}", "IMSP03", 4096, 3) for name in ("MSDBCP1", "MSDBCP2", "MSDBDUMP", "MSDBINIT")),
    *(_variable(f"IMSP.DFSTRA0{n}", ("IMSP03",), 4092, 3) for n in (1, 2)),
)

DATABASE_BLOCK = 4096
DATABASES = (
    _blocks("IMSP.DB.ACCT", "IMSP05", DATABASE_BLOCK, 150),
    _blocks("IMSP.DB.CUST", "IMSP06", DATABASE_BLOCK, 60),
)
DATABASE_INDEX = SampleCluster(
    "IMSP.DB.CUSTX", "IMSP03", ClusterAttributes("KSDS", 6, 8, 14, 4096), Space("TRK", 15, 15)
)

RECONS = tuple(
    SampleCluster(
        f"IMSP.RECON{n}",
        volser,
        ClusterAttributes("KSDS", 0, 32, 4086, 8192, free_ci=20, free_ca=20),
        Space("CYL", 2, 1),
    )
    for n, volser in enumerate(("IMSP02", "IMSP03", "IMSP01"), 1)
)

EXTRACT = SampleDataSet(
    "IMSP.DWH.EXTRACT", ("IMSP04", "IMSP06"), DataSetAttributes("PS", "FB", 80, 27920), Space("TRK", 5)
)

USER_DATA_SETS = (
    EXTRACT,
    *(_cards(f"IMSP.RPT.BRANCH{n:02}", f"IMSP{4 + n % 3:02}") for n in range(1, 13)),
    *(_cards(f"IMSP.CNTL.INPUT{n}", "IMSP04") for n in range(1, 5)),
)

GENERATION_GROUPS = {
    "IMSP.SLDS": ("IMSP04", _variable("", (), OLDS_LRECL, 120, OLDS_BLKSIZE)),
    "IMSP.RLDS": ("IMSP04", _variable("", (), OLDS_LRECL, 30, OLDS_BLKSIZE)),
    "IMSP.IC.ACCT": ("IMSP04", _variable("", (), 8192, 15)),
    "IMSP.IC.CUST": ("IMSP06", _variable("", (), 8192, 15)),
}
GENERATIONS_KEPT = 7

NON_VSAM = (*LIBRARIES, *LOG_DATA_SETS, *SYSTEM_DATA_SETS, *DATABASES, *USER_DATA_SETS)
CLUSTERS = (*RECONS, DATABASE_INDEX)
