"""Roots with a balance and the movements that make it up, the same in three databases of the bank.

Only the newest movements are kept: the oldest is deleted and its amount added to the next, so that the sum stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from zoslab.ims.bank.definitions import Balance, Movement, teller_of
from zoslab.ims.bank.ssas import equal, must, pcb_of
from zoslab.ims.dli import END_OF_DATABASE, NOT_FOUND, Pcb


@dataclass(frozen=True)
class Ledger:
    """A database; ``root_of`` returns the key of the root that an account's movements are entered under."""

    database: str
    root: str
    key: str
    entry: str
    kept: int
    root_of: Callable[[str], str] = str

    def at(self, number: str) -> str:
        """Return the SSA of a root."""
        return equal(self.root, self.key, number)

    def enter(self, pcb: Pcb, number: str, movement: Movement) -> None:
        """Enter a movement under a root, which is added if it is the first one."""
        raw = pcb.ghu(self.at(number))
        root = Balance.of(raw) if raw is not None else Balance(number=number)
        root.balance += movement.amount
        root.last += 1
        full = root.entries == self.kept
        root.entries += not full
        if raw is not None:
            must(pcb.repl(bytes(root) + raw[Balance.size :]), pcb, "REPL")
        else:
            must(pcb.status == NOT_FOUND, pcb, "GHU")
            must(pcb.isrt(bytes(root), f"{self.root:8}"), pcb, "ISRT")
        movement.number = root.last
        must(pcb.isrt(bytes(movement), self.at(number), f"{self.entry:8}"), pcb, "ISRT")
        if full:
            self._fold(pcb, number)

    def _fold(self, pcb: Pcb, number: str) -> None:
        oldest = Movement.of(pcb.ghu(self.at(number), f"{self.entry:8}") or b"")
        must(pcb.dlet(), pcb, "DLET")
        following = Movement.of(pcb.ghn(f"{self.entry:8}") or b"")
        following.amount += oldest.amount
        must(pcb.repl(bytes(following)), pcb, "REPL")

    def read(self, pcb: Pcb) -> Iterator[tuple[bytes, list[str]]]:
        """Yield the roots in order, each with what is wrong between it and its movements."""
        raw = pcb.gu(f"{self.root:8}")
        while raw is not None:
            root, total, entries = Balance.of(raw), 0, 0
            while (entry := pcb.gnp(f"{self.entry:8}")) is not None:
                total += Movement.of(entry).amount
                entries += 1
            wrong = []
            if total != root.balance:
                wrong.append(f"{self.root} {root.number} BALANCE {root.balance}, MOVEMENTS COME TO {total}")
            if entries != root.entries:
                wrong.append(f"{self.root} {root.number} HAS {entries} MOVEMENTS, EXPECTED {root.entries}")
            yield raw, wrong
            raw = pcb.gn(f"{self.root:8}")
        if pcb.status not in (END_OF_DATABASE, NOT_FOUND):
            yield b"", [f"{self.database} CANNOT BE READ FURTHER, STATUS {pcb.status}"]


ACCOUNTS = Ledger("ACCT", "ACCOUNT", "ACCTNO", "HISTORY", 8)
HISTORIES = Ledger("HIST", "HACCT", "ACCTNO", "HENTRY", 6)
TELLERS = Ledger("TELLER", "TELLER", "TELLNO", "TENTRY", 6, teller_of)
LEDGERS = (ACCOUNTS, HISTORIES, TELLERS)


def book(pcbs: Sequence[Pcb], payer: str, payee: str, amount: int, stck: int) -> None:
    """Enter a transfer in every ledger; roots are taken in order, so that two transfers seldom cross."""
    for ledger in LEDGERS:
        pcb = pcb_of(pcbs, ledger.database)
        if pcb is None:
            continue
        lines = [(ledger.root_of(payer), -amount, payee), (ledger.root_of(payee), amount, payer)]
        for number, change, partner in sorted(lines):
            ledger.enter(pcb, number, Movement(amount=change, partner=partner, stck=stck))
