"""BANKREAD: reads the whole bank and tells, invariant by invariant, whether the money adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from zoslab import ebcdic
from zoslab.ims.bank.definitions import (
    FIRST_CUSTOMER,
    GUEST,
    OPENING_BALANCE,
    Account,
    Balance,
    Control,
    Customer,
    teller_of,
)
from zoslab.ims.bank.ledger import ACCOUNTS, HISTORIES, TELLERS
from zoslab.ims.bank.ssas import by_account, by_customer, pcb_of
from zoslab.ims.dli import END_OF_DATABASE, NOT_FOUND, Pcb

MONEY = "MONEY IS CONSERVED"
HISTORY = "EVERY HISTORY ENTRY HAS ITS ACCOUNT"
TELLER = "TELLER SUMS ARE EQUAL"
INDEX = "INDEX OF NAMES IS COMPLETE"
CUSTOMER = "CUSTOMERS ARE COMPLETE"
INVARIANTS = (MONEY, HISTORY, TELLER, INDEX, CUSTOMER)
SHOWN = 50


@dataclass
class BankReport:
    """What BANKREAD found; ``findings`` says of each invariant, in words, what does not add up."""

    accounts: int = 0
    total: int = 0
    customers: int = 0
    findings: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in INVARIANTS})

    @property
    def wrong(self) -> list[str]:
        """All findings."""
        return [text for found in self.findings.values() for text in found]

    @property
    def holds(self) -> bool:
        return not self.wrong

    def lines(self) -> list[str]:
        """Return the report as it is printed."""
        return [
            f"ACCOUNTS {self.accounts} TOTAL {self.total}",
            f"CUSTOMERS {self.customers}",
            *(f"{name:36} {_verdict(not found)}" for name, found in self.findings.items()),
            *self.wrong[:SHOWN],
            f"BANK INVARIANT {_verdict(self.holds)}",
        ]


def _verdict(holds: bool) -> str:
    return "HOLDS" if holds else "BROKEN"


class _Reading:
    """One pass over every database that the program has a PCB for."""

    def __init__(self, pcbs: Sequence[Pcb]) -> None:
        self._pcbs, self.report = pcbs, BankReport()
        self._accounts, self._customers = pcbs[0], pcbs[1]
        self._moved = 0
        self._by_teller: Counter[str] = Counter()
        self._persons = 0

    def run(self) -> BankReport:
        self._read_accounts()
        self._read_customers()
        for read, pcb in (
            (self._read_histories, pcb_of(self._pcbs, "HIST")),
            (self._read_tellers, pcb_of(self._pcbs, "TELLER")),
            (self._read_by_name, pcb_of(self._pcbs, "CUST", "CUSTNX")),
        ):
            if pcb is not None:
                read(pcb)
        self._compare_with_control()
        return self.report

    def _wrong(self, invariant: str, *texts: str) -> None:
        self.report.findings[invariant] += texts

    def _read_accounts(self) -> None:
        for raw, wrong in ACCOUNTS.read(self._accounts):
            self._wrong(MONEY, *wrong)
            if raw:
                account = Account.of(raw)
                self.report.accounts += 1
                self.report.total += account.balance
                self._moved += account.last > 1
                self._by_teller[teller_of(account.number)] += account.balance - OPENING_BALANCE

    def _read_histories(self, pcb: Pcb) -> None:
        count = 0
        for raw, wrong in HISTORIES.read(pcb):
            self._wrong(HISTORY, *wrong)
            if not raw:
                continue
            count += 1
            history = Balance.of(raw)
            data = self._accounts.gu(by_account(history.number))
            if data is None:
                self._wrong(HISTORY, f"HISTORY {history.number} HAS NO ACCOUNT")
            elif Account.of(data).balance != OPENING_BALANCE + history.balance:
                balance, expected = Account.of(data).balance, OPENING_BALANCE + history.balance
                self._wrong(HISTORY, f"HISTORY {history.number} COMES TO {expected}, BALANCE IS {balance}")
        if count != self._moved:
            self._wrong(HISTORY, f"{count} ACCOUNTS HAVE A HISTORY, EXPECTED {self._moved}")

    def _read_tellers(self, pcb: Pcb) -> None:
        for raw, wrong in TELLERS.read(pcb):
            self._wrong(TELLER, *wrong)
            if raw:
                teller = Balance.of(raw)
                expected = self._by_teller.pop(teller.number, 0)
                if teller.balance != expected:
                    text = f"TELLER {teller.number} BALANCE {teller.balance}, THE ACCOUNTS COME TO {expected}"
                    self._wrong(TELLER, text)
        self._wrong(TELLER, *(f"TELLER {number} NOT FOUND" for number in sorted(self._by_teller)))

    def _read_customers(self) -> None:
        pcb = self._customers
        data = pcb.gu("CUSTOMER")
        while data is not None:
            customer, notes = Customer.of(data), 0
            self._persons += 1
            guest = customer.number.startswith(GUEST)
            self.report.customers += not guest and customer.number != FIRST_CUSTOMER
            while pcb.gnp("NOTE    ") is not None:
                notes += 1
            if not guest and notes != customer.notes:
                self._wrong(CUSTOMER, f"CUSTOMER {customer.number} HAS {notes} NOTES, EXPECTED {customer.notes}")
            data = pcb.gn("CUSTOMER")
        self._require_end(pcb, CUSTOMER)

    def _read_by_name(self, pcb: Pcb) -> None:
        """Every customer is found by the name it has, in the order of the names."""
        count, before = 0, b""
        data = pcb.gu("CUSTOMER")
        while data is not None:
            customer = Customer.of(data)
            count += 1
            if ebcdic.encode(customer.name, 24) + ebcdic.encode(customer.number, 8) != pcb.key_feedback:
                self._wrong(INDEX, f"CUSTOMER {customer.number} IS FOUND UNDER ANOTHER NAME THAN {customer.name}")
            if pcb.key_feedback <= before:
                self._wrong(INDEX, f"CUSTOMER {customer.number} IS OUT OF ORDER IN THE INDEX BY NAME")
            before = pcb.key_feedback
            data = pcb.gn("CUSTOMER")
        self._require_end(pcb, INDEX)
        if count != self._persons:
            self._wrong(INDEX, f"INDEX BY NAME LEADS TO {count} CUSTOMERS, EXPECTED {self._persons}")

    def _require_end(self, pcb: Pcb, invariant: str) -> None:
        if pcb.status not in (END_OF_DATABASE, NOT_FOUND):
            self._wrong(invariant, f"{pcb.definition.dbd} CANNOT BE READ FURTHER, STATUS {pcb.status}")

    def _compare_with_control(self) -> None:
        raw = self._customers.gu(by_customer(FIRST_CUSTOMER), "CONTROL ")
        if raw is None:
            self._wrong(MONEY, f"CONTROL SEGMENT NOT FOUND, STATUS {self._customers.status}")
            return
        control, report = Control.of(raw), self.report
        for invariant, what, found, expected in (
            (MONEY, "ACCOUNTS", report.accounts, control.accounts),
            (MONEY, "TOTAL", report.total, control.total),
            (CUSTOMER, "CUSTOMERS", report.customers, control.customers),
        ):
            if found != expected:
                self._wrong(invariant, f"{what} {found}, EXPECTED {expected}")


def read_bank(pcbs: Sequence[Pcb]) -> BankReport:
    """Read every segment and check the invariants."""
    return _Reading(pcbs).run()
