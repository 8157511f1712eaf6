import random

import pytest

from zoslab.ims.bank.definitions import Account, Movement, account_number
from zoslab.ims.bank.transactions import PROGRAMS, by_account, by_customer


def test_a_loaded_bank_adds_up(bank):
    total = bank.load(accounts=300, customers=20)
    bank.open()
    report = bank.report()
    assert report.wrong == []
    assert (report.accounts, report.total, report.customers) == (300, total, 20)


def test_get_calls_walk_in_hierarchic_order(bank):
    bank.load()
    pcb = bank.pcbs()[0]
    assert Account.of(pcb.gu(by_account(account_number(5)))).number == account_number(5)
    assert (pcb.segment, pcb.level, pcb.status) == ("ACCOUNT", 1, "  ")
    assert Movement.of(pcb.gnp()).amount == 100_000
    assert pcb.gnp() is None
    assert pcb.status == "GE"
    pcb.gn()
    assert (pcb.segment, pcb.status) == ("ACCOUNT", "GA")
    assert pcb.gu(by_account("9999999999")) is None
    assert pcb.status == "GE"


@pytest.mark.parametrize(
    ("ssa", "status"),
    [("NOSUCH  ", "AC"), ("ACCOUNT (NOSUCH  = 0000000001)", "AK"), ("ACCOUNT (ACCTNO  = 1)", "AJ")],
)
def test_a_wrong_ssa_gives_its_status_code(bank, ssa, status):
    bank.load()
    pcb = bank.pcbs()[0]
    assert pcb.gu(ssa) is None
    assert pcb.status == status


def test_update_calls_keep_the_rules(bank):
    bank.load()
    pcb = bank.pcbs()[0]
    account = Account.of(pcb.gu(by_account(account_number(1))))
    assert not pcb.repl(bytes(account))
    assert pcb.status == "DJ"
    pcb.ghu(by_account(account_number(1)))
    account.number = "X"
    assert not pcb.repl(bytes(account))
    assert pcb.status == "DA"
    assert not pcb.isrt(bytes(Account(number=account_number(1))), "ACCOUNT ")
    assert pcb.status == "II"
    reader = bank.pcbs("BANKINQ")[0]
    reader.unit = pcb.unit
    assert not reader.isrt(bytes(Account(number="77")), "ACCOUNT ")
    assert reader.status == "AM"


def test_deleting_a_root_deletes_what_is_under_it(bank):
    bank.load()
    bank.open()
    pcbs = bank.pcbs()
    assert PROGRAMS["CUSTOMER"](pcbs, ["90000001"], 0) == "CAME"
    bank.commit(pcbs)
    pcbs = bank.pcbs()
    assert pcbs[1].gu(by_customer("90000001"), "NOTE    ") is not None
    assert PROGRAMS["CUSTOMER"](pcbs, ["90000001"], 0) == "LEFT"
    assert pcbs[1].gu(by_customer("90000001")) is None
    bank.commit(pcbs)
    assert bank.report().holds


def test_transfers_keep_the_money_together(bank):
    bank.load(accounts=40)
    bank.open()
    choose = random.Random(1)
    for _ in range(300):
        pcbs = bank.pcbs()
        payer, payee = (account_number(choose.randint(1, 40)) for _ in range(2))
        PROGRAMS["TRANSFER"](pcbs, [payer, payee, str(choose.randint(1, 5000))], 0)
        bank.commit(pcbs)
    assert bank.report().wrong == []


def test_a_backed_out_unit_leaves_every_block_as_it_was(bank):
    bank.load(accounts=40)
    bank.open()
    images = {
        name: [db.store.pool.read(db.data_set, n) for n in range(db.data_set.end)]
        for name, db in bank.databases.items()
    }
    index = dict(bank.index.records)
    pcbs = bank.pcbs()
    for number in range(1, 20):
        PROGRAMS["TRANSFER"](pcbs, [account_number(number), account_number(number + 1), "7"], 0)
        PROGRAMS["CUSTOMER"](pcbs, [f"9000000{number % 3}"], 0)
    bank.back_out(pcbs)
    for name, db in bank.databases.items():
        for number, image in enumerate(images[name]):
            assert db.store.pool.read(db.data_set, number) == image, (name, number)
    assert bank.index.records == index
    assert bank.report().holds
