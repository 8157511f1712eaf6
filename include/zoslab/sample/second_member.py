"""A second IMS for the sample system: IMSQ shares the databases and RECONs of IMSP by block.

It has online logs, write-ahead and restart data sets and resource definitions of its own, a procedure and PROCLIB
members; libraries, ACBs, DFSMDA members and database data sets are IMSP's.
"""

from __future__ import annotations

from dataclasses import replace

from zoslab import ebcdic
from zoslab.clock import Clock
from zoslab.dasd import loadmodule
from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.datasets import DataManagement
from zoslab.ims import mda, rdds
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dbrc.processor import execute
from zoslab.sample.library import write_member

IMSID, FIRST = "IMSQ", "IMSP"
OLDS, WADS = ("10", "11", "12"), ("5", "6")
IRLM = "IRLM=Y,IRLMNM=IRLM"
SHARE_LEVEL = 3
COMMANDS = ("COM='S IMSQ'", "COM='S BANKWL.BANKWLQ,IMS=IMSQ'")

_LOG = DataSetAttributes("PS", "VB", 22524, 22528)
_BLOCKS = DataSetAttributes("PS", "F", 4096, 4096)
DATA_SETS = {
    f"{FIRST}.OLP10": (_LOG, 60, "IMSP02"),
    f"{FIRST}.OLP11": (_LOG, 60, "IMSP03"),
    f"{FIRST}.OLP12": (_LOG, 60, "IMSP01"),
    f"{FIRST}.WADS5": (_BLOCKS, 15, "IMSP02"),
    f"{FIRST}.WADS6": (_BLOCKS, 15, "IMSP03"),
    f"{FIRST}.RDSQ": (_BLOCKS, 15, "IMSP02"),
    f"{FIRST}.RDDSQ1": (DataSetAttributes("PS", "VB", 4096, 27998), 5, "IMSP02"),
}

MEMBERS = {
    "IMSQ": (
        "//IMSQ     PROC RGN=0M,SOUT=A,RGSUF=IMQ,PARM1=",
        "//*",
        "//*  IMSQ: CONTROL REGION OF THE SECOND MEMBER, SHARES WITH IMSP",
        "//*",
        "//IEFPROC  EXEC PGM=DFSMVRC0,REGION=&RGN,",
        "//             PARM='CTL,&RGSUF,&PARM1'",
        "//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL",
        "//         DD DISP=SHR,DSN=IMSP.MDALIB",
        "//PROCLIB  DD DISP=SHR,DSN=IMSP.PROCLIB",
        "//JCLPDS   DD DISP=SHR,DSN=IMSP.PROCLIB",
        "//IMSACB   DD DISP=SHR,DSN=IMSP.ACBLIB",
        "//IMSRDS   DD DISP=SHR,DSN=IMSP.RDSQ",
        "//SYSPRINT DD SYSOUT=&SOUT",
    ),
    "DFSPBIMQ": (
        "* CONTROL REGION PARAMETERS OF IMSQ",
        "IMSID=IMSQ",
        "SUF=0",
        "APPLID1=IMSQAPPL",
        "VSPEC=0Q",
        "DFSDF=IMQ",
        "DBRC=Y",
        "ARC=01",
        "AUTO=Y",
        IRLM,
    ),
    "DFSVSM0Q": (
        "VSRBF=4096,50",
        "IOBF=(4096,200)",
        f"OLDSDEF OLDS=({','.join(OLDS)}),BUFNO=10,MODE=SINGLE",
        f"WADSDEF WADS=({','.join(WADS)})",
    ),
    "DFSDFIMQ": (
        "/* PARAMETERS OF IMSQ IN THE IMSPLEX OF IMSP                            */",
        "<SECTION=COMMON_SERVICE_LAYER>",
        "IMSPLEX=PLEX1",
        "MODBLKS=DYN",
        "<SECTION=DYNAMIC_RESOURCES>",
        "RDDSDSN=(IMSP.RDDSQ1)",
    ),
}


def add(datasets: DataManagement) -> None:
    """Add the second member to the sample system; the databases get share level 3."""
    for dsname, (attributes, tracks, volser) in DATA_SETS.items():
        sms = datasets.subsystem.volume(volser).sms
        datasets.create(dsname, replace(attributes, sms=sms), Space("TRK", tracks), [volser])
    for member, lines in MEMBERS.items():
        write_member(datasets, f"{FIRST}.PROCLIB", member, lines)
    _give_irlm(datasets)
    library = datasets.find(f"{FIRST}.MDALIB").pds()
    for one in mda.system_members(FIRST, OLDS, WADS):
        if one.type in ("OLDS", "WADS"):
            loadmodule.store(library, one.name, {one.name: mda.build(one)})
    known = rdds.current([(FIRST, datasets.find(f"{FIRST}.RDDS1").records())], FIRST)
    datasets.find(f"{FIRST}.RDDSQ1").write(rdds.build(IMSID, Clock().stamp(), known.resources))
    _share(datasets)


def _give_irlm(datasets: DataManagement) -> None:
    """Let IMSP use IRLM."""
    library = datasets.find(f"{FIRST}.PROCLIB").pds()
    lines = [ebcdic.decode(record).rstrip() for record in library.read("DFSPBIMP")]
    write_member(datasets, f"{FIRST}.PROCLIB", "DFSPBIMP", [*lines, IRLM])


def _share(datasets: DataManagement) -> None:
    found = [datasets.find(f"{FIRST}.RECON{number}") for number in (1, 2, 3)]
    dbrc = Dbrc.open([ReconDataSet(one.dsname, one.ksds()) for one in found], Clock())
    for db in dbrc.databases():
        if db.db_type != "PART":
            execute(dbrc, f"CHANGE.DB DBD({db.dbname}) SHARELVL({SHARE_LEVEL})")
