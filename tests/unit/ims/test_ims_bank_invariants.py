"""The bank's invariants hold under transfers, mistakes and long BMPs, and each is broken by its own damage."""

import threading
from contextlib import suppress

import pytest

from zoslab import ebcdic
from zoslab.ims import pointer_check
from zoslab.ims.bank import fees, read
from zoslab.ims.bank.definitions import Account, Balance, Customer, Movement, account_number, teller_of
from zoslab.ims.bank.ledger import ACCOUNTS, HISTORIES, TELLERS
from zoslab.ims.bank.ssas import by_customer
from zoslab.ims.errors import ImsError, RegionDown, UserAbend
from zoslab.ims.schedule import batch_message_program, run_transaction, scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"
ONE, TWO = account_number(1), account_number(2)


@pytest.fixture
def region(extended_system):
    region = extended_system.start(COLD)
    for place in range(1, 60):
        run_transaction(region, "TRANSFER", [account_number(place), account_number(place + 1), "700"])
    for _ in range(8):
        run_transaction(region, "TRANSFER", [ONE, TWO, "1"])
    yield region
    with suppress(ImsError):
        region.fail("END", report=False)


def verdicts(report):
    return {name for name, found in report.findings.items() if found}


def change(pcb, layout, *ssas, **values):
    data = pcb.ghu(*ssas)
    held = layout.of(data)
    for name, value in values.items():
        setattr(held, name, value)
    assert pcb.repl(bytes(held)), pcb.status


def steal(program):
    change(program.pcbs[0], Account, ACCOUNTS.at(ONE), balance=1)


def lose_an_account(program):
    program.pcbs[0].ghu(ACCOUNTS.at(ONE))
    assert program.pcbs[0].dlet()


def lose_a_history(program):
    program.pcbs[2].ghu(HISTORIES.at(TWO))
    assert program.pcbs[2].dlet()


def lose_a_history_entry(program):
    program.pcbs[2].ghu(HISTORIES.at(TWO), "HENTRY  ")
    assert program.pcbs[2].dlet()


def invent_a_history(program):
    assert program.pcbs[2].isrt(bytes(Balance(number="0000009999")), "HACCT   ")


def take_from_a_teller(program):
    change(program.pcbs[3], Balance, TELLERS.at(teller_of(ONE)), balance=5)


def lose_a_teller(program):
    program.pcbs[3].ghu(TELLERS.at(teller_of(TWO)))
    assert program.pcbs[3].dlet()


def change_what_a_teller_took(program):
    change(program.pcbs[3], Movement, TELLERS.at(teller_of(TWO)), "TENTRY  ", amount=12345)


def lose_a_note(program):
    customers = program.pcbs[1]
    while customers.ghn("NOTE    ") is None:
        assert customers.status == "GE"
    assert customers.dlet()


def lose_a_customer(program):
    program.pcbs[1].ghu(by_customer("00000003"))
    assert program.pcbs[1].dlet()


def rename_behind_the_index(program):
    customers = program.pcbs[1]
    data = Customer.of(customers.ghu(by_customer("00000003")))
    data.name = "SOMEBODY ELSE"
    customers.database.store.patch(program.unit, customers._path[-1].rba, customers._path[-1].kind.prefix, bytes(data))


def lose_an_index_entry(program):
    index = program.region.databases.get("CUST").secondary["CUSTNX"].index
    index.put(ebcdic.encode("CUSTOMER 00000003", 24) + ebcdic.encode("00000003"), b"")


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        (steal, {read.MONEY, read.HISTORY, read.TELLER}),
        (lose_an_account, {read.MONEY, read.HISTORY, read.TELLER}),
        (lose_a_history, {read.HISTORY}),
        (lose_a_history_entry, {read.HISTORY}),
        (invent_a_history, {read.HISTORY}),
        (take_from_a_teller, {read.TELLER}),
        (lose_a_teller, {read.TELLER}),
        (change_what_a_teller_took, {read.TELLER}),
        (lose_a_note, {read.CUSTOMER}),
        (lose_a_customer, {read.CUSTOMER}),
        (rename_behind_the_index, {read.INDEX}),
        (lose_an_index_entry, {read.INDEX}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_damage_breaks_its_invariants_and_no_other(region, report_of, damage, broken):
    assert report_of(region).wrong == []
    with scheduled(region, "BANKTRN", "DAMAGE") as program:
        damage(program)
    report = report_of(region)
    assert verdicts(report) == broken
    lines = report.lines()
    assert lines[-1] == "BANK INVARIANT BROKEN"
    for name in read.INVARIANTS:
        assert f"{name:36} {'BROKEN' if name in broken else 'HOLDS'}" in lines


def test_every_invariant_has_damage_that_breaks_it():
    marks = test_each_damage_breaks_its_invariants_and_no_other.pytestmark[0].args[1]
    assert set(read.INVARIANTS) == {name for _, broken in marks for name in broken}


def test_a_transfer_by_mistake_leaves_nothing_in_any_database(region, report_of):
    before = report_of(region).lines()
    lsn = region.log.next_lsn
    with pytest.raises(UserAbend, match="U1004"):
        run_transaction(region, "MISTAKE", [ONE, TWO, "50"])
    assert region.log.next_lsn > lsn
    assert report_of(region).lines() == before
    for name in ("ACCT", "CUST", "HIST", "TELLER"):
        assert pointer_check.check(region.databases.get(name)).errors == []


def test_a_program_that_rolls_back_goes_on_with_what_it_had_committed(region, report_of):
    with scheduled(region, "BANKTRN", "ROLB") as program:
        pcb = program.pcbs[3]
        before = pcb.gu(TELLERS.at(teller_of(ONE)))
        TELLERS.enter(pcb, teller_of(ONE), Movement(amount=9))
        assert pcb.gu(TELLERS.at(teller_of(ONE))) != before
        program.roll_back()
        assert pcb.gu(TELLERS.at(teller_of(ONE))) == before
    assert report_of(region).wrong == []


def test_a_long_bmp_with_checkpoints_works_beside_transfers(region, report_of):
    done, stop = [], threading.Event()

    def transfers(number):
        place = number
        while not stop.is_set():
            place = place % 59 + 1
            with suppress(UserAbend):
                run_transaction(region, "TRANSFER", [account_number(place), account_number(60 - place), "3"])

    workers = [threading.Thread(target=transfers, args=(n,)) for n in (7, 31)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(3):
            batch_message_program(
                region, "BANKTRN", "BANKFEES", lambda program: done.append(fees.collect(program, 0, 5)) or 0
            )
    finally:
        stop.set()
        for worker in workers:
            worker.join(30)
    assert [(one.paid, one.checkpoints) for one in done] == [(59, 12)] * 3
    assert report_of(region).wrong == []


def test_a_bmp_that_is_lost_with_its_region_keeps_its_checkpoints(region, extended_system, make_faults, report_of):
    def lost(program):
        fees._collect(program, range(2, 22), 0, done)
        for place in range(22, 30):
            fees._pay(program, place, 0)
        twins.append(extended_system.copy(make_faults()))
        region.fail("CRASH", report=False)
        program.region.require_running()

    done, twins = fees.Fees(), []
    with pytest.raises(RegionDown):
        batch_message_program(region, "BANKTRN", "BANKFEES", lost)
    again = twins[0].start("/ERE OVERRIDE")
    assert report_of(again).wrong == []
    with scheduled(again, "BANKINQ", "LOOK") as program:
        entries = [Account.of(program.pcbs[0].gu(ACCOUNTS.at(account_number(n)))).last for n in (21, 22)]
    assert (done.paid, entries) == (20, [4, 3])
    again.freeze()
