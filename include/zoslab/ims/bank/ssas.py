"""Search arguments of the bank's programs, and how they take a status code they did not expect."""

from __future__ import annotations

from collections.abc import Sequence

from zoslab.ims.dli import Pcb
from zoslab.ims.errors import UserAbend


def equal(segment: str, field: str, value: str) -> str:
    """Return the SSA of the segments with this value in a field."""
    return f"{segment:8}({field:8}= {value})"


def by_account(number: str) -> str:
    """Return the SSA of an account."""
    return equal("ACCOUNT", "ACCTNO", number)


def by_customer(number: str) -> str:
    """Return the SSA of a customer."""
    return equal("CUSTOMER", "CUSTNO", number)


def must(done: object, pcb: Pcb, call: str) -> None:
    """Abend the program if a call was not done."""
    if not done:
        raise UserAbend(1001, f"{call} ON {pcb.database.dbd.name} GAVE STATUS {pcb.status}")


def pcb_of(pcbs: Sequence[Pcb], dbd: str, sequence: str = "") -> Pcb | None:
    """Return a program's PCB for a database, in the order of an index if one is named; None if it has none."""
    wanted = (dbd, sequence)
    return next((pcb for pcb in pcbs if (pcb.definition.dbd, pcb.definition.sequence) == wanted), None)
