"""Databases, programs and segments of the bank. Own layout: the segments' data."""

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
}

_PCBS = """\
         PCB   TYPE=DB,DBDNAME=ACCT,PROCOPT={options},KEYLEN=14
         SENSEG NAME=ACCOUNT,PARENT=0
         SENSEG NAME=HISTORY,PARENT=ACCOUNT
         PCB   TYPE=DB,DBDNAME=CUST,PROCOPT={options},KEYLEN=8
         SENSEG NAME=CUSTOMER,PARENT=0
         SENSEG NAME=CONTROL,PARENT=CUSTOMER
         SENSEG NAME=NOTE,PARENT=CUSTOMER
         PSBGEN LANG=ASSEM,PSBNAME={name}
         END
"""

PSB_SOURCE: dict[str, str] = {
    "BANKPSB": _PCBS.format(name="BANKPSB", options="GE"),
    "BANKTRN": _PCBS.format(name="BANKTRN", options="A"),
    "BANKINQ": _PCBS.format(name="BANKINQ", options="G"),
    "BANKLOAD": _PCBS.format(name="BANKLOAD", options="L"),
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


class Account(Layout):
    """Own layout: segment ACCOUNT; ``last`` is the number of its newest movement."""

    number = Text(0, 10)
    balance = Signed(10, 8)
    entries = Number(18, 4)
    last = Number(22, 4)
    owner = Text(26, 8)
    filler = Text(34, 6)


class Movement(Layout):
    """Own layout: segment HISTORY, one movement of money; an opening movement sums up older ones."""

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


def account_number(place: int) -> str:
    """Return the number of the n-th account, counting from 1."""
    return f"{place:010d}"


def customer_number(place: int) -> str:
    """Return the number of the n-th customer; 0 is the bank itself."""
    return f"{place:08d}"


def resources() -> tuple[Resource, ...]:
    """Return the bank's entries for a resource definition data set."""
    databases = tuple(Resource("DB", name) for name in DBD_SOURCE)
    programs = tuple(Resource("PGM", name, name) for name in PSB_SOURCE)
    transactions = (
        Resource("TRAN", "TRANSFER", "BANKTRN"),
        Resource("TRAN", "CUSTOMER", "BANKTRN"),
        Resource("TRAN", "BALANCE", "BANKINQ"),
    )
    return databases + programs + transactions
