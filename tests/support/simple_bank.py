"""The bank without histories, tellers and names: accounts (HDAM) and customers (HIDAM) alone, for tests of a part."""

from __future__ import annotations

from zoslab.ims import dbdgen, psb
from zoslab.ims.bank import definitions
from zoslab.ims.dbd import Dbd
from zoslab.ims.psb import Psb

_BY_NAME = definitions.DBD_SOURCE["CUST"].partition("         FIELD NAME=NAME")[2].partition("         SEGM")[0]

DBD_SOURCE: dict[str, str] = {
    "ACCT": definitions.DBD_SOURCE["ACCT"],
    "CUST": definitions.DBD_SOURCE["CUST"].replace(f"         FIELD NAME=NAME{_BY_NAME}", ""),
    "CUSTX": definitions.DBD_SOURCE["CUSTX"],
}
PSB_SOURCE: dict[str, str] = {
    name: definitions.psb_source(name, options, "ACCT", "CUST")
    for name, options in (("BANKPSB", "GE"), ("BANKTRN", "A"), ("BANKINQ", "G"), ("BANKLOAD", "L"))
}


def dbd(name: str, blocks: int = 40) -> Dbd:
    """Return a database of the bank."""
    return dbdgen.generate(DBD_SOURCE[name].format(blocks=blocks).splitlines())


def program(name: str) -> Psb:
    """Return a PSB of the bank."""
    return psb.generate(PSB_SOURCE[name].splitlines())
