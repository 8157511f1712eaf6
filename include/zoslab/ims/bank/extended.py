"""The bank on more organisations: movements also in a PHDAM, customers with a secondary index by name.

Own layout: the segments' data. One unit of work touches the HDAM, the HIDAM with its indexes, and the PHDAM. A
further database joins by a PCB in the PSBs and an entry in ``zoslab.ims.bank.participants``.
"""

from __future__ import annotations

from zoslab.ims import dbdgen, psb
from zoslab.ims.bank import definitions
from zoslab.ims.dbd import Dbd
from zoslab.ims.psb import Psb
from zoslab.ims.rdds import Resource
from zoslab.layout import Layout, Number, Text

_NAME_INDEX = """\
         FIELD NAME=NAME,START=9,BYTES=24,TYPE=C
         LCHILD NAME=(CUSTNM,CUSTNX),PTR=INDX
         XDFLD NAME=XNAME,SRCH=(NAME),SUBSEQ=(CUSTNO),NULLVAL=BLANK
         SEGM  NAME=CONTROL"""

DBD_SOURCE: dict[str, str] = {
    **definitions.DBD_SOURCE,
    "CUST": definitions.DBD_SOURCE["CUST"].replace("         SEGM  NAME=CONTROL", _NAME_INDEX),
    "CUSTNX": """\
* CUSTOMERS BY NAME
         DBD   NAME=CUSTNX,ACCESS=(INDEX,VSAM)
         DATASET DD1=CUSTNX,DEVICE=3390
         SEGM  NAME=CUSTNM,PARENT=0,BYTES=32
         FIELD NAME=(NAMEKEY,SEQ,U),START=1,BYTES=32,TYPE=C
         LCHILD NAME=(CUSTOMER,CUST),INDEX=XNAME
         DBDGEN
         FINISH
         END
""",
    "HIST": """\
* WHAT HAPPENED TO EACH ACCOUNT, IN PARTITIONS BY ACCOUNT NUMBER
         DBD   NAME=HIST,ACCESS=(PHDAM,OSAM),RMNAME=(DFSHDC40,4,{blocks})
         SEGM  NAME=HACCT,PARENT=0,BYTES=18
         FIELD NAME=(ACCTNO,SEQ,U),START=1,BYTES=10,TYPE=C
         SEGM  NAME=HENTRY,PARENT=((HACCT,DBLE)),BYTES=32,             X
               PTR=TWINBWD,RULES=(,LAST)
         FIELD NAME=(ENTRYNO,SEQ,U),START=1,BYTES=4,TYPE=X
         DBDGEN
         FINISH
         END
""",
}

_HISTORY = """\
         PCB   TYPE=DB,DBDNAME=HIST,PROCOPT={options},KEYLEN=14
         SENSEG NAME=HACCT,PARENT=0
         SENSEG NAME=HENTRY,PARENT=HACCT
"""
_BY_NAME = """\
         PCB   TYPE=DB,DBDNAME=CUST,PROCOPT={options},KEYLEN=32,PROCSEQ=CUSTNX
         SENSEG NAME=CUSTOMER,PARENT=0
"""
_OPTIONS = {"BANKPSB": "GE", "BANKTRN": "A", "BANKLOAD": "L"}


def _psb(name: str, source: str) -> str:
    options = _OPTIONS.get(name)
    if options is None:
        return source
    added = _HISTORY.format(options=options) + (_BY_NAME.format(options=options) if name == "BANKPSB" else "")
    return source.replace("         PSBGEN", f"{added}         PSBGEN")


PSB_SOURCE: dict[str, str] = {name: _psb(name, source) for name, source in definitions.PSB_SOURCE.items()}


def dbd(name: str, blocks: int = 40) -> Dbd:
    """Return a database of the extended bank."""
    return dbdgen.generate(DBD_SOURCE[name].format(blocks=blocks).splitlines())


def program(name: str) -> Psb:
    """Return a PSB of the extended bank."""
    return psb.generate(PSB_SOURCE[name].splitlines())


class HistoryAccount(Layout):
    """Own layout: segment HACCT."""

    number = Text(0, 10)
    entries = Number(10, 4)
    last = Number(14, 4)


def resources() -> tuple[Resource, ...]:
    """Return the extended bank's entries for a resource definition data set."""
    return (*definitions.resources(), Resource("DB", "CUSTNX"), Resource("DB", "HIST"))
