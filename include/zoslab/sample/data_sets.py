"""The data sets of the sample production system beside its databases, as tables, over six volumes.

System data sets are on IMSP01 to IMSP03; logs of before, copies and user data sets are on IMSP04 to IMSP06.
IMSP.DWH.EXTRACT spans two volumes.
"""

from __future__ import annotations

from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.sample.tables import SampleCluster, SampleDataSet, blocks, cards, library, load_library, variable

HLQ = "IMSP"
SOURCE_CATALOG = "UCAT.IMSP"
SOURCE_CATALOG_VOLUME = "IMSP01"

SYSTEM_LIBRARIES = (
    library("SYS1.PROCLIB", "LABRES"),
    library("SYS1.PARMLIB", "LABRES"),
    load_library("SYS1.LINKLIB", "LABRES", 30),
)

LIBRARIES = (
    load_library("IMSP.SDFSRESL", "IMSP01", 30),
    library("IMSP.PROCLIB", "IMSP01"),
    library("IMSP.JOBS", "IMSP01"),
    library("IMSP.USER1.JCL", "IMSP01"),
    library("IMSP.USER2.JCL", "IMSP01"),
    load_library("IMSP.ACBLIB", "IMSP01"),
    load_library("IMSP.MDALIB", "IMSP01"),
    library("IMSP.DBDSRC", "IMSP01"),
    library("IMSP.PSBSRC", "IMSP01"),
    load_library("IMSP.DBDLIB", "IMSP01"),
    load_library("IMSP.PSBLIB", "IMSP01"),
    load_library("IMSP.MODBLKS", "IMSP02", 5),
    library("IMSP.FORMAT", "IMSP02", 5),
    library("IMSP.TFORMAT", "IMSP02", 5),
    library("IMSP.REFERAL", "IMSP02", 5),
    library("IMSP.TCFSLIB", "IMSP03", 5),
    load_library("IMSP.PGMLIB", "IMSP03", 5),
    library("IMSP.MACLIB", "IMSP03", 5),
)

OLDS_LRECL, OLDS_BLKSIZE = 22524, 22528


def _log(dsname: str, volser: str, tracks: int) -> SampleDataSet:
    return variable(dsname, (volser,), OLDS_LRECL, tracks, OLDS_BLKSIZE)


LOG_DATA_SETS = (
    *(_log(f"IMSP.OLP{n:02}", volser, 120) for n, volser in enumerate(("IMSP02", "IMSP03", "IMSP01"))),
    _log("IMSP.OLS00", "IMSP03", 5),
    blocks("IMSP.WADS0", "IMSP02", 4096, 15),
    blocks("IMSP.WADS1", "IMSP03", 4096, 15),
    blocks("IMSP.RDS", "IMSP02", 4096, 15),
)

LOGS_OF_BEFORE = tuple(
    _log(f"IMSP.LOGS.{job}.{kind}", "IMSP04", 1)
    for job, kinds in {"DUAL": ("SLDSP", "SLDSS", "RLDSP", "RLDSS"), "NIGHTLY": ("RLDSP",)}.items()
    for kind in kinds
)
"""Archived logs of a time when IMSP had dual logging, and the log of a batch job."""

SYSTEM_DATA_SETS = (
    variable("IMSP.RDDS1", ("IMSP02",), 4096, 5),
    variable("IMSP.RDDS2", ("IMSP03",), 4096, 5),
    cards("IMSP.MODSTAT", "IMSP02"),
    blocks("IMSP.QBLKS", "IMSP02", 4096, 5),
    blocks("IMSP.SHMSG", "IMSP02", 4096, 5),
    blocks("IMSP.LGMSG", "IMSP03", 4096, 5),
    variable("IMSP.IMSMON", ("IMSP03",), 4092, 5),
    *(blocks(f"IMSP.{name}", "IMSP03", 4096, 3) for name in ("MSDBCP1", "MSDBCP2", "MSDBDUMP", "MSDBINIT")),
    *(variable(f"IMSP.DFSTRA0{n}", ("IMSP03",), 4092, 3) for n in (1, 2)),
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

_REPOSITORY = {"RID": ClusterAttributes("KSDS", 0, 128, 282), "RMD": ClusterAttributes("KSDS", 0, 12, 4000, 8192)}
REPOSITORIES = tuple(
    SampleCluster(f"IMSP.REPO.{name}.{part}", volser, attributes, Space("TRK", 1, 1))
    for name, volser in (("CATPRI", "IMSP02"), ("CATSEC", "IMSP03"), ("RSCPRI", "IMSP02"), ("RSCSEC", "IMSP03"))
    for part, attributes in _REPOSITORY.items()
)
"""The catalog repository and the IMSRSC repository of a Repository Server: two pairs each of an index of 282-byte
records and a member data set. Own layout: the keys."""

EXTRACT = SampleDataSet(
    "IMSP.DWH.EXTRACT", ("IMSP04", "IMSP06"), DataSetAttributes("PS", "FB", 80, 27920), Space("TRK", 5)
)

USER_DATA_SETS = (
    EXTRACT,
    *(cards(f"IMSP.RPT.BRANCH{n:02}", f"IMSP{4 + n % 3:02}") for n in range(1, 13)),
    *(cards(f"IMSP.CNTL.INPUT{n}", "IMSP04") for n in range(1, 5)),
)

IMAGE_COPY = variable("", (), 8192, 15)
GENERATION_GROUPS = {
    "IMSP.SLDS": ("IMSP04", variable("", (), OLDS_LRECL, 120, OLDS_BLKSIZE)),
    "IMSP.RLDS": ("IMSP04", variable("", (), OLDS_LRECL, 30, OLDS_BLKSIZE)),
    "IMSP.IC.ACCT": ("IMSP04", IMAGE_COPY),
    "IMSP.IC.CUST": ("IMSP06", IMAGE_COPY),
    "IMSP.IC.HISTAA": ("IMSP05", IMAGE_COPY),
    "IMSP.IC.TELLER01": ("IMSP06", IMAGE_COPY),
}
GENERATIONS_KEPT = 7

COPIES = (
    variable("IMSP.IC.HISTB.NEXT", ("IMSP06",), 8192, 5),
    variable("IMSP.CA.BANKGRP", ("IMSP05",), 8192, 1),
)
"""A data set for the next image copy of a REUSE data set, and a change accumulation."""

NON_VSAM = (*LIBRARIES, *LOG_DATA_SETS, *LOGS_OF_BEFORE, *SYSTEM_DATA_SETS, *USER_DATA_SETS, *COPIES)
CLUSTERS = (*RECONS, *REPOSITORIES)
