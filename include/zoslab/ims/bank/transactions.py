"""The bank's transactions, as DL/I programs: move money, look at an account, let a customer come or go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zoslab.ims.bank.definitions import Account, Customer, Movement, Note
from zoslab.ims.bank.ledger import book
from zoslab.ims.bank.ssas import by_account, by_customer, must
from zoslab.ims.dli import Pcb
from zoslab.ims.errors import UserAbend

MISTAKEN = 1004
NOTES_KEPT = 3

TransactionProgram = Callable[[Sequence[Pcb], Sequence[str], int], str]


def transfer(pcbs: Sequence[Pcb], arguments: Sequence[str], stck: int) -> str:
    """TRANSFER payer payee amount: moves money, and enters it in accounts, histories and tellers."""
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
    book(pcbs, payer, payee, amount, stck)
    _count_transfer(customers, found[payer].owner, f"{amount} TO {payee}")
    return "DONE"


def mistake(pcbs: Sequence[Pcb], arguments: Sequence[str], stck: int) -> str:
    """MISTAKE payer payee amount: a transfer whose program abends when all is done but the sync point."""
    transfer(pcbs, arguments, stck)
    raise UserAbend(MISTAKEN, "A TRANSFER BY MISTAKE")


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


PROGRAMS: dict[str, TransactionProgram] = {
    "TRANSFER": transfer,
    "MISTAKE": mistake,
    "BALANCE": balance,
    "CUSTOMER": guest,
}
