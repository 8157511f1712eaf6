"""The bank's transactions, as DL/I programs: move money, look at an account, let a customer come or go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zoslab.ims.bank import participants
from zoslab.ims.bank.definitions import Account, Customer, Movement, Note
from zoslab.ims.bank.ssas import by_account, by_customer, must
from zoslab.ims.dli import Pcb

ENTRIES_KEPT = 8
NOTES_KEPT = 3

TransactionProgram = Callable[[Sequence[Pcb], Sequence[str], int], str]


def transfer(pcbs: Sequence[Pcb], arguments: Sequence[str], stck: int) -> str:
    """TRANSFER payer payee amount: roots are taken in the order of their numbers, so two transfers seldom cross."""
    accounts, customers = pcbs[0], pcbs[1]
    payer, payee, amount = arguments[0], arguments[1], int(arguments[2])
    found: dict[str, Account] = {}
    for number in sorted({payer, payee}):
        data = accounts.gu(by_account(number))
        if data is None:
            return f"ACCOUNT {number} NOT FOUND"
        found[number] = Account.of(data)
    if payer == payee or found[payer].balance < amount:
        return "REFUSED"
    for number, change, partner in sorted([(payer, -amount, payee), (payee, amount, payer)]):
        _book(accounts, number, change, partner, stck)
    _count_transfer(customers, found[payer].owner, f"{amount} TO {payee}")
    participants.book(pcbs, participants.Transfer(payer, payee, amount, stck))
    return "DONE"


def _book(pcb: Pcb, number: str, amount: int, partner: str, stck: int) -> None:
    account = Account.of(pcb.ghu(by_account(number)) or b"")
    account.balance += amount
    account.last += 1
    account.entries += 1
    fold = account.entries > ENTRIES_KEPT
    if fold:
        account.entries -= 1
    must(pcb.repl(bytes(account)), pcb, "REPL")
    movement = Movement(number=account.last, amount=amount, partner=partner, stck=stck)
    must(pcb.isrt(bytes(movement), by_account(number), "HISTORY "), pcb, "ISRT")
    if fold:
        _fold_oldest(pcb, number)


def _fold_oldest(pcb: Pcb, number: str) -> None:
    """Delete the oldest movement and add its amount to the next: the sum stays."""
    oldest = Movement.of(pcb.ghu(by_account(number), "HISTORY ") or b"")
    must(pcb.dlet(), pcb, "DLET")
    movement = Movement.of(pcb.ghn("HISTORY ") or b"")
    movement.amount += oldest.amount
    must(pcb.repl(bytes(movement)), pcb, "REPL")


def _count_transfer(pcb: Pcb, number: str, text: str) -> None:
    customer = Customer.of(pcb.ghu(by_customer(number)) or b"")
    customer.transfers += 1
    noted = customer.transfers % 4 == 0
    full = noted and customer.notes >= NOTES_KEPT
    if noted and not full:
        customer.notes += 1
    must(pcb.repl(bytes(customer)), pcb, "REPL")
    if full:
        must(pcb.ghu(by_customer(number), "NOTE    "), pcb, "GHU")
        must(pcb.dlet(), pcb, "DLET")
    if noted:
        must(pcb.isrt(bytes(Note(text=text[:40])), by_customer(number), "NOTE    "), pcb, "ISRT")


def balance(pcbs: Sequence[Pcb], arguments: Sequence[str], stck: int) -> str:
    """BALANCE account: looks at an account and its movements."""
    data = pcbs[0].gu(by_account(arguments[0]))
    if data is None:
        return f"ACCOUNT {arguments[0]} NOT FOUND"
    account, total = Account.of(data), 0
    while (entry := pcbs[0].gnp("HISTORY ")) is not None:
        total += Movement.of(entry).amount
    return f"BALANCE {account.balance}" if total == account.balance else f"BROKEN {account.balance} {total}"


def guest(pcbs: Sequence[Pcb], arguments: Sequence[str], stck: int) -> str:
    """CUSTOMER number: removes the customer if there is one, adds it if not."""
    pcb, number = pcbs[1], arguments[0]
    if pcb.ghu(by_customer(number)) is not None:
        must(pcb.dlet(), pcb, "DLET")
        return "LEFT"
    customer = Customer(number=number, name=f"GUEST {number}")
    must(pcb.isrt(bytes(customer), "CUSTOMER"), pcb, "ISRT")
    must(pcb.isrt(bytes(Note(text="WELCOME")), by_customer(number), "NOTE    "), pcb, "ISRT")
    return "CAME"


PROGRAMS: dict[str, TransactionProgram] = {"TRANSFER": transfer, "BALANCE": balance, "CUSTOMER": guest}
