"""BANKFEES: a long-running BMP that moves a fee from every account to the bank's own, with a checkpoint every so often.

A deadlock takes it back to its last checkpoint, from where it goes on, as a BMP that is restarted does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoslab.ims.bank.definitions import FIRST_CUSTOMER, Control, account_number
from zoslab.ims.bank.ssas import by_customer, must
from zoslab.ims.bank.transactions import transfer
from zoslab.ims.errors import UserAbend

if TYPE_CHECKING:
    from zoslab.ims.schedule import Program

FEE, EACH, RETRIES, DEADLOCK = 1, 20, 20, 777
OWN_ACCOUNT = account_number(1)


@dataclass
class Fees:
    """What the BMP has done."""

    paid: int = 0
    checkpoints: int = 0
    deadlocks: int = 0

    def lines(self) -> list[str]:
        """Return the report as it is printed."""
        return [f"FEES {self.paid} CHECKPOINTS {self.checkpoints} DEADLOCKS {self.deadlocks}"]


def collect(program: Program, stck: int, each: int = EACH) -> Fees:
    """Collect the fee of every account; ``each`` is the number of accounts between checkpoints."""
    raw = program.pcbs[1].gu(by_customer(FIRST_CUSTOMER), "CONTROL ")
    must(raw, program.pcbs[1], "GU")
    last, done = Control.of(raw or b"").accounts, Fees()
    for start in range(2, last + 1, each):
        _collect(program, range(start, min(start + each, last + 1)), stck, done)
    return done


def _collect(program: Program, places: range, stck: int, done: Fees) -> None:
    for attempt in range(RETRIES + 1):
        try:
            paid = sum(_pay(program, place, stck) for place in places)
        except UserAbend as abend:
            if abend.code != DEADLOCK or attempt == RETRIES:
                raise
            done.deadlocks += 1
            program.roll_back()
            continue
        program.sync()
        done.paid += paid
        done.checkpoints += 1
        return


def _pay(program: Program, place: int, stck: int) -> bool:
    return transfer(program.pcbs, [account_number(place), OWN_ACCOUNT, str(FEE)], stck) == "DONE"
