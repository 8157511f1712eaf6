"""Databases, programs and segments of the bank. Own layout: the segments' data.

A transfer touches an account (HDAM), its history (PHDAM), a customer with an index by name (HIDAM) and a teller (DEDB)
in one unit of work.
"""

from __future__ import annotations

from zoslab.ims import dbdgen, psb
from zoslab.ims.dbd import Dbd
from zoslab.ims.psb import Psb
from zoslab.ims.rdds import Resource
from zoslab.layout import Field, Layout, Number, Text

DBD_SOURCE: dict[str, str] = {
    "ACCT": """\
* ACCOUNTS OF THE BANK, EACH WITH ITS MOVEMENTS
         DBD   NAME=ACCT,ACCESS=(HDAM,OSAM),RMNAME=(DFSHDC40,4,{blocks})
         DATASET DD1=ACCT,DEVICE=3390,BLOCK=4096
         SEGM  NAME=ACCOUNT,PARENT=0,BYTES=40,PTR=TWINBWD
         FIELD NAME=(ACCTNO,SEQ,U),START=1,BYTES=10,TYPE=C
         FIELD NAME=BALANCE,START=11,BYTES=8,TYPE=X
         SEGM  NAME=HISTORY,PARENT=((ACCOUNT,DBLE)),BYTES=32,          X
               PTR=TWINBWD,RULES=(,LAST)
         FIELD NAME=(ENTRYNO,SEQ,U),START=1,BYTES=4,TYPE=X
         DBDGEN
         FINISH
         END
""",
    "CUST": """\
* CUSTOMERS OF THE BANK; THE FIRST ONE HOLDS THE CONTROL SEGMENT
         DBD   NAME=CUST,ACCESS=(HIDAM,OSAM)
         DATASET DD1=CUST,DEVICE=3390,BLOCK=4096
         SEGM  NAME=CUSTOMER,PARENT=0,BYTES=40,PTR=NOTWIN
         FIELD NAME=(CUSTNO,SEQ,U),START=1,BYTES=8,TYPE=C
         LCHILD NAME=(CUSTIX,CUSTX),PTR=INDX
         FIELD NAME=NAME,START=9,BYTES=24,TYPE=C
         LCHILD NAME=(CUSTNM,CUSTNX),PTR=INDX
         XDFLD NAME=XNAME,SRCH=(NAME),SUBSEQ=(CUSTNO),NULLVAL=BLANK
         SEGM  NAME=CONTROL,PARENT=((CUSTOMER,SNGL)),BYTES=24,PTR=TWIN
         SEGM  NAME=NOTE,PARENT=((CUSTOMER,SNGL)),BYTES=40,PTR=TWINBWD,X
               RULES=(,LAST)
         DBDGEN
         FINISH
         END
""",
    "CUSTX": """\
* PRIMARY INDEX OF CUST
         DBD   NAME=CUSTX,ACCESS=(INDEX,VSAM)
         DATASET DD1=CUSTX,DEVICE=3390
         SEGM  NAME=CUSTIX,PARENT=0,BYTES=8
         FIELD NAME=(CUSTNO,SEQ,U),START=1,BYTES=8,TYPE=C
         LCHILD NAME=(CUSTOMER,CUST),INDEX=CUSTNO
         DBDGEN
         FINISH
         END
""",
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
         SEGM  NAME=HACCT,PARENT=0,BYTES=26
         FIELD NAME=(ACCTNO,SEQ,U),START=1,BYTES=10,TYPE=C
         SEGM  NAME=HENTRY,PARENT=((HACCT,DBLE)),BYTES=32,             X
               PTR=TWINBWD,RULES=(,LAST)
         FIELD NAME=(ENTRYNO,SEQ,U),START=1,BYTES=4,TYPE=X
         DBDGEN
         FINISH
         END
""",
    "TELLER": """\
* TELLERS OF THE BANK, WITH WHAT THEY PAID AND TOOK
         DBD   NAME=TELLER,ACCESS=DEDB,RMNAME=DBFHDC40
         AREA  DD1=TELLER01,SIZE=1024,UOW=(4,1),ROOT=(12,2)
         AREA  DD1=TELLER02,SIZE=1024,UOW=(4,1),ROOT=(12,2)
         AREA  DD1=TELLER03,SIZE=2048,UOW=(3,1),ROOT=(10,2)
         SEGM  NAME=TELLER,PARENT=0,BYTES=26
         FIELD NAME=(TELLNO,SEQ,U),START=1,BYTES=10,TYPE=C
         SEGM  NAME=TENTRY,PARENT=((TELLER,DBLE)),BYTES=32
         FIELD NAME=(ENTRYNO,SEQ,U),START=1,BYTES=4,TYPE=X
         DBDGEN
         FINISH
         END
""",
}

_PCBS: dict[str, str] = {
    "ACCT": """\
         PCB   TYPE=DB,DBDNAME=ACCT,PROCOPT={options},KEYLEN=14
         SENSEG NAME=ACCOUNT,PARENT=0
         SENSEG NAME=HISTORY,PARENT=ACCOUNT
""",
    "CUST": """\
         PCB   TYPE=DB,DBDNAME=CUST,PROCOPT={options},KEYLEN=8
         SENSEG NAME=CUSTOMER,PARENT=0
         SENSEG NAME=CONTROL,PARENT=CUSTOMER
         SENSEG NAME=NOTE,PARENT=CUSTOMER
""",
    "HIST": """\
         PCB   TYPE=DB,DBDNAME=HIST,PROCOPT={options},KEYLEN=14
         SENSEG NAME=HACCT,PARENT=0
         SENSEG NAME=HENTRY,PARENT=HACCT
""",
    "CUSTNX": """\
         PCB   TYPE=DB,DBDNAME=CUST,PROCOPT={options},KEYLEN=32,PROCSEQ=CUSTNX
         SENSEG NAME=CUSTOMER,PARENT=0
""",
    "TELLER": """\
         PCB   TYPE=DB,DBDNAME=TELLER,PROCOPT={options},KEYLEN=14
         SENSEG NAME=TELLER,PARENT=0
         SENSEG NAME=TENTRY,PARENT=TELLER
""",
}


def psb_source(name: str, options: str, *databases: str) -> str:
    """Return the source of a PSB with a PCB for each of these databases."""
    pcbs = "".join(_PCBS[database].format(options=options) for database in databases)
    return f"{pcbs}         PSBGEN LANG=ASSEM,PSBNAME={name}\n         END\n"


PSB_SOURCE: dict[str, str] = {
    "BANKPSB": psb_source("BANKPSB", "GE", "ACCT", "CUST", "HIST", "TELLER", "CUSTNX"),
    "BANKTRN": psb_source("BANKTRN", "A", "ACCT", "CUST", "HIST", "TELLER"),
    "BANKINQ": psb_source("BANKINQ", "G", "ACCT", "CUST"),
    "BANKLOAD": psb_source("BANKLOAD", "L", "ACCT", "CUST", "HIST", "TELLER"),
}


def dbd(name: str, blocks: int = 40) -> Dbd:
    """Return a database of the bank; ``blocks`` is the size of ACCT's root addressable area."""
    return dbdgen.generate(DBD_SOURCE[name].format(blocks=blocks).splitlines())


def program(name: str) -> Psb:
    """Return a PSB of the bank."""
    return psb.generate(PSB_SOURCE[name].splitlines())


class Signed(Field[int]):
    """A signed binary amount of money, in cents."""

    def load(self, raw: memoryview) -> int:
        return int.from_bytes(raw, "big", signed=True)

    def store(self, value: int) -> bytes:
        return value.to_bytes(self.length, "big", signed=True)


class Balance(Layout):
    """Own layout: segments HACCT and TELLER, and the start of ACCOUNT; ``last`` numbers the newest movement below."""

    number = Text(0, 10)
    balance = Signed(10, 8)
    entries = Number(18, 4)
    last = Number(22, 4)


class Account(Balance):
    """Own layout: segment ACCOUNT."""

    owner = Text(26, 8)
    filler = Text(34, 6)


class Movement(Layout):
    """Own layout: segments HISTORY, HENTRY and TENTRY, one movement of money; the oldest sums up those before."""

    number = Number(0, 4)
    amount = Signed(4, 8)
    partner = Text(12, 10)
    stck = Number(22, 8)
    filler = Text(30, 2)


class Customer(Layout):
    """Own layout: segment CUSTOMER."""

    number = Text(0, 8)
    name = Text(8, 24)
    transfers = Number(32, 4)
    notes = Number(36, 4)


class Control(Layout):
    """Own layout: segment CONTROL, under the first customer: what the bank began with."""

    accounts = Number(0, 4)
    customers = Number(4, 4)
    total = Signed(8, 8)
    filler = Text(16, 8)


class Note(Layout):
    """Own layout: segment NOTE."""

    text = Text(0, 40)


FIRST_CUSTOMER = "00000000"
"""The customer that holds the control segment."""

GUEST = "9"
"""Customers whose number starts so come and go with the CUSTOMER transaction."""

TRANSACTIONS = {"TRANSFER": "BANKTRN", "MISTAKE": "BANKTRN", "CUSTOMER": "BANKTRN", "BALANCE": "BANKINQ"}
"""The program of each transaction."""

OPENING_BALANCE = 100_000
TELLERS = 30


def account_number(place: int) -> str:
    """Return the number of the n-th account, counting from 1."""
    return f"{place:010d}"


def teller_of(account: str) -> str:
    """Return the number of the teller who serves an account."""
    return f"{int(account) % TELLERS:010d}"


def customer_number(place: int) -> str:
    """Return the number of the n-th customer; 0 is the bank itself."""
    return f"{place:08d}"


def resources() -> tuple[Resource, ...]:
    """Return the bank's entries for a resource definition data set."""
    databases = tuple(Resource("DB", name) for name in DBD_SOURCE)
    programs = tuple(Resource("PGM", name, name) for name in PSB_SOURCE)
    transactions = tuple(Resource("TRAN", name, psb) for name, psb in TRANSACTIONS.items())
    return databases + programs + transactions
