"""Initial load of the bank through DL/I: accounts with an opening movement, customers, the control segment, tellers."""

from __future__ import annotations

from collections.abc import Mapping

from zoslab import ebcdic
from zoslab.ims.bank.definitions import (
    FIRST_CUSTOMER,
    OPENING_BALANCE,
    TELLERS,
    Account,
    Balance,
    Control,
    Customer,
    Movement,
    account_number,
    customer_number,
    program,
    teller_of,
)
from zoslab.ims.bank.ssas import by_account, by_customer, pcb_of
from zoslab.ims.database import Database
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.errors import UserAbend
from zoslab.ims.psb import Psb


def load(
    engine: Engine, databases: Mapping[str, Database], accounts: int, customers: int, psb: Psb | None = None
) -> int:
    """Fill the empty databases; return the money in the bank. Histories begin with the first transfer."""
    psb = psb or program("BANKLOAD")
    unit = engine.recovery.begin(psb.name, 0)
    pcbs = [Pcb(pcb, databases[pcb.dbd], unit) for pcb in psb.pcbs]
    for pcb in pcbs:
        pcb.database.initialise(unit)
    _load_customers(pcbs[1], accounts, customers)
    tellers = pcb_of(pcbs, "TELLER")
    if tellers is not None:
        _load_tellers(tellers)
    for place in range(1, accounts + 1):
        _load_account(pcbs[0], place, customers)
        if place % 200 == 0:
            _sync(engine, pcbs)
    _sync(engine, pcbs)
    engine.pool.flush()
    return accounts * OPENING_BALANCE


def _sync(engine: Engine, pcbs: list[Pcb]) -> None:
    engine.recovery.commit(pcbs[0].unit)
    fresh = engine.recovery.begin("BANKLOAD", 0)
    for pcb in pcbs:
        pcb.attach(fresh)


def _load_account(pcb: Pcb, place: int, customers: int) -> None:
    number = account_number(place)
    owner = customer_number(1 + place % customers)
    account = Account(number=number, balance=OPENING_BALANCE, entries=1, last=1, owner=owner)
    _insert(pcb, bytes(account), "ACCOUNT ")
    _insert(pcb, bytes(Movement(number=1, amount=OPENING_BALANCE, partner="OPENING")), by_account(number), "HISTORY ")


def _load_customers(pcb: Pcb, accounts: int, customers: int) -> None:
    _insert(pcb, bytes(Customer(number=FIRST_CUSTOMER, name="THE BANK")), "CUSTOMER")
    control = Control(accounts=accounts, customers=customers, total=accounts * OPENING_BALANCE)
    _insert(pcb, bytes(control), by_customer(FIRST_CUSTOMER), "CONTROL ")
    for place in range(1, customers + 1):
        number = customer_number(place)
        _insert(pcb, bytes(Customer(number=number, name=f"CUSTOMER {number}")), "CUSTOMER")


def _load_tellers(pcb: Pcb) -> None:
    for place in range(TELLERS):
        _insert(pcb, bytes(Balance(number=teller_of(str(place)))), "TELLER  ")


def _insert(pcb: Pcb, data: bytes, *ssas: str) -> None:
    if not pcb.isrt(data, *ssas):
        raise UserAbend(1002, f"ISRT OF {ebcdic.decode(data[:10])} INTO {pcb.database.dbd.name}: STATUS {pcb.status}")
