"""Search arguments of the bank's programs, and how they take a status code they did not expect."""

from __future__ import annotations

from zoslab.ims.dli import Pcb
from zoslab.ims.errors import UserAbend


def by_account(number: str) -> str:
    """Return the SSA of an account."""
    return f"ACCOUNT (ACCTNO  = {number})"


def by_customer(number: str) -> str:
    """Return the SSA of a customer."""
    return f"CUSTOMER(CUSTNO  = {number})"


def must(done: object, pcb: Pcb, call: str) -> None:
    """Abend the program if a call was not done."""
    if not done:
        raise UserAbend(1001, f"{call} ON {pcb.database.dbd.name} GAVE STATUS {pcb.status}")
