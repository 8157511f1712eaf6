"""BANKREAD: reads the whole bank and tells whether the money adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from zoslab.ims.bank import participants
from zoslab.ims.bank.definitions import FIRST_CUSTOMER, Account, Control, Customer, Movement
from zoslab.ims.bank.ssas import by_customer
from zoslab.ims.dli import Pcb


@dataclass
class BankReport:
    """What BANKREAD found; ``wrong`` says in words what does not add up."""

    accounts: int = 0
    total: int = 0
    customers: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong

    def lines(self) -> list[str]:
        """Return the report as it is printed."""
        verdict = "HOLDS" if self.holds else "BROKEN"
        return [
            f"ACCOUNTS {self.accounts} TOTAL {self.total}",
            f"CUSTOMERS {self.customers}",
            *self.wrong[:50],
            f"BANK INVARIANT {verdict}",
        ]


def read_bank(pcbs: Sequence[Pcb]) -> BankReport:
    """Read every segment and check the invariants."""
    report = BankReport()
    _read_accounts(pcbs[0], report)
    _read_customers(pcbs[1], report)
    _read_by_name(pcbs, report)
    report.wrong += participants.check(pcbs)
    raw = pcbs[1].gu(by_customer(FIRST_CUSTOMER), "CONTROL ")
    if raw is None:
        report.wrong.append(f"CONTROL SEGMENT NOT FOUND, STATUS {pcbs[1].status}")
        return report
    control = Control.of(raw)
    for what, found, expected in (
        ("ACCOUNTS", report.accounts, control.accounts),
        ("TOTAL", report.total, control.total),
        ("CUSTOMERS", report.customers, control.customers),
    ):
        if found != expected:
            report.wrong.append(f"{what} {found}, EXPECTED {expected}")
    return report


def _read_by_name(pcbs: Sequence[Pcb], report: BankReport) -> None:
    """Every customer is found by name, in the order of the names."""
    pcb = next((one for one in pcbs if one.definition.sequence), None)
    if pcb is None:
        return
    count, before = 0, ""
    data = pcb.gu("CUSTOMER")
    while data is not None:
        customer = Customer.of(data)
        if customer.name < before:
            report.wrong.append(f"CUSTOMER {customer.number} IS OUT OF ORDER IN THE INDEX BY NAME")
        before = customer.name
        count += customer.number != FIRST_CUSTOMER and not customer.number.startswith("9")
        data = pcb.gn("CUSTOMER")
    if count != report.customers:
        report.wrong.append(f"INDEX BY NAME LEADS TO {count} CUSTOMERS, EXPECTED {report.customers}")


def _read_accounts(pcb: Pcb, report: BankReport) -> None:
    account, movements = None, 0
    data = pcb.gu()
    while data is not None:
        if pcb.segment == "ACCOUNT":
            _close(report, account, movements)
            account, movements = Account.of(data), 0
            report.accounts += 1
            report.total += account.balance
        else:
            movements += Movement.of(data).amount
        data = pcb.gn()
    _close(report, account, movements)


def _close(report: BankReport, account: Account | None, movements: int) -> None:
    if account is not None and account.balance != movements:
        report.wrong.append(f"ACCOUNT {account.number} BALANCE {account.balance} MOVEMENTS {movements}")


def _read_customers(pcb: Pcb, report: BankReport) -> None:
    data = pcb.gu("CUSTOMER")
    while data is not None:
        customer = Customer.of(data)
        if customer.number != FIRST_CUSTOMER and not customer.number.startswith("9"):
            report.customers += 1
        notes = 0
        while pcb.gnp("NOTE    ") is not None:
            notes += 1
        if not customer.number.startswith("9") and notes != customer.notes:
            report.wrong.append(f"CUSTOMER {customer.number} HAS {notes} NOTES, EXPECTED {customer.notes}")
        data = pcb.gn("CUSTOMER")
