"""Databases that take part in a transfer beside accounts and customers, if the program's PSB has a PCB for them.

A database joins with what a transfer does to it, and what must hold of it when the bank is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zoslab.ims.bank import history
from zoslab.ims.dli import Pcb


@dataclass(frozen=True)
class Transfer:
    """One movement of money."""

    payer: str
    payee: str
    amount: int
    stck: int


@dataclass(frozen=True)
class Participant:
    """``book`` is called in the unit of work of each transfer; ``check`` returns what is wrong, given the balances."""

    book: Callable[[Pcb, str, str, int, int], None]
    check: Callable[[Pcb, Pcb], list[str]]


PARTICIPANTS: dict[str, Participant] = {"HIST": Participant(history.book, history.check)}
"""By DBD name."""


def pcb_of(pcbs: Sequence[Pcb], dbd: str) -> Pcb | None:
    """Return a program's PCB for a database."""
    return next((pcb for pcb in pcbs if pcb.definition.dbd == dbd and not pcb.definition.sequence), None)


def book(pcbs: Sequence[Pcb], transfer: Transfer) -> None:
    """Let every database that the program has take part in a transfer."""
    for name, one in PARTICIPANTS.items():
        pcb = pcb_of(pcbs, name)
        if pcb is not None:
            one.book(pcb, transfer.payer, transfer.payee, transfer.amount, transfer.stck)


def check(pcbs: Sequence[Pcb]) -> list[str]:
    """Return what is wrong in the databases that take part."""
    wrong: list[str] = []
    for name, one in PARTICIPANTS.items():
        pcb = pcb_of(pcbs, name)
        if pcb is not None:
            wrong += one.check(pcbs[0], pcb)
    return wrong
