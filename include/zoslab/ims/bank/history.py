"""The account history in a PHDAM: an entry for every movement, older ones summed up in the first."""

from __future__ import annotations

from zoslab.ims.bank.definitions import Account, Movement
from zoslab.ims.bank.extended import HistoryAccount
from zoslab.ims.bank.ssas import by_account, must
from zoslab.ims.dli import Pcb

ENTRIES_KEPT = 6
OPENING_BALANCE = 100_000


def by_history(number: str) -> str:
    """Return the SSA of an account's history."""
    return f"HACCT   (ACCTNO  = {number})"


def book(pcb: Pcb, payer: str, payee: str, amount: int, stck: int) -> None:
    """Enter a transfer into the histories of both accounts, in the order of their numbers."""
    for number, change, partner in sorted([(payer, -amount, payee), (payee, amount, payer)]):
        _enter(pcb, number, change, partner, stck)


def _enter(pcb: Pcb, number: str, amount: int, partner: str, stck: int) -> None:
    raw = pcb.ghu(by_history(number))
    if raw is None:
        account = HistoryAccount(number=number, entries=1, last=1)
        must(pcb.isrt(bytes(account), "HACCT   "), pcb, "ISRT")
    else:
        account = HistoryAccount.of(raw)
        account.last += 1
        account.entries = min(account.entries + 1, ENTRIES_KEPT)
        must(pcb.repl(bytes(account)), pcb, "REPL")
    movement = Movement(number=account.last, amount=amount, partner=partner, stck=stck)
    must(pcb.isrt(bytes(movement), by_history(number), "HENTRY  "), pcb, "ISRT")
    if account.last > ENTRIES_KEPT:
        _fold(pcb, number)


def _fold(pcb: Pcb, number: str) -> None:
    oldest = Movement.of(pcb.ghu(by_history(number), "HENTRY  ") or b"")
    must(pcb.dlet(), pcb, "DLET")
    movement = Movement.of(pcb.ghn("HENTRY  ") or b"")
    movement.amount += oldest.amount
    must(pcb.repl(bytes(movement)), pcb, "REPL")


def check(accounts: Pcb, pcb: Pcb) -> list[str]:
    """Every history has its account, and its entries make up what the balance differs from the opening."""
    wrong: list[str] = []
    raw = pcb.gu("HACCT   ")
    while raw is not None:
        history, total, entries = HistoryAccount.of(raw), 0, 0
        while (entry := pcb.gnp("HENTRY  ")) is not None:
            total += Movement.of(entry).amount
            entries += 1
        data = accounts.gu(by_account(history.number))
        if data is None:
            wrong.append(f"HISTORY {history.number} HAS NO ACCOUNT")
        elif Account.of(data).balance != OPENING_BALANCE + total:
            balance = Account.of(data).balance
            wrong.append(f"HISTORY {history.number} COMES TO {OPENING_BALANCE + total}, BALANCE IS {balance}")
        if entries != history.entries:
            wrong.append(f"HISTORY {history.number} HAS {entries} ENTRIES, EXPECTED {history.entries}")
        raw = pcb.gn("HACCT   ")
    return wrong
