"""A dependent region that is cancelled, or abends, ends alone: its work is backed out, the control region goes on."""

import threading
from contextlib import suppress

import pytest

from zoslab.ims.bank import fees
from zoslab.ims.bank.definitions import Account, account_number
from zoslab.ims.bank.ledger import ACCOUNTS
from zoslab.ims.errors import ImsError, RegionCancelled
from zoslab.ims.region import RUNNING
from zoslab.ims.schedule import batch_message_program, run_transaction, scheduled
from zoslab.jes.errors import Abend, DdMissing, JesError

ONE, TWO = account_number(1), account_number(2)


@pytest.fixture
def region(extended_system):
    region = extended_system.start("/NRE CHKPT 0 FORMAT ALL")
    for place in range(1, 60):
        run_transaction(region, "TRANSFER", [account_number(place), account_number(place + 1), "700"])
    yield region
    with suppress(ImsError):
        region.freeze()


def goes_on(region, report_of):
    assert region.state == RUNNING
    assert not region.programs
    assert region.engine.recovery.active() == []
    assert region.engine.locks.waiting() == 0
    assert run_transaction(region, "TRANSFER", [ONE, TWO, "1"]) == "DONE"
    assert report_of(region).wrong == []


def entries(region, *places):
    with scheduled(region, "BANKINQ", "LOOK") as program:
        return [Account.of(program.pcbs[0].gu(ACCOUNTS.at(account_number(place)))).last for place in places]


def test_a_cancelled_bmp_goes_back_to_its_last_checkpoint_and_ims_goes_on(region, report_of):
    cancelled, done = threading.Event(), fees.Fees()
    before = entries(region, 5, 21, 22)

    def work(program):
        fees._collect(program, range(2, 22), 0, done)
        for place in range(22, 30):
            fees._pay(program, place, 0)
        cancelled.set()
        fees._pay(program, 30, 0)

    with pytest.raises(RegionCancelled, match="S222"):
        batch_message_program(region, "BANKTRN", "BANKFEES", work, cancelled)
    assert [now - then for now, then in zip(entries(region, 5, 21, 22), before, strict=True)] == [1, 1, 0]
    goes_on(region, report_of)


def test_a_cancel_before_the_sync_point_commits_nothing(region, report_of):
    cancelled, before = threading.Event(), entries(region, 22)

    def work(program):
        fees._pay(program, 22, 0)
        cancelled.set()
        return 0

    with pytest.raises(RegionCancelled):
        batch_message_program(region, "BANKTRN", "BANKFEES", work, cancelled)
    assert entries(region, 22) == before
    goes_on(region, report_of)


def cancel_while_it_waits(region, waits):
    """Run the BMP, cancel it when ``waits`` says that it does; return what it ended with."""
    cancelled, ended = threading.Event(), []

    def run():
        with suppress(RegionCancelled):
            batch_message_program(
                region, "BANKTRN", "BANKFEES", lambda program: fees._pay(program, 22, 0) or 0, cancelled
            )
        ended.append(cancelled.is_set())

    job = threading.Thread(target=run)
    job.start()
    for _ in range(500):
        if waits() or ended:
            break
        job.join(0.01)
    assert not ended
    cancelled.set()
    job.join(10)
    return ended


def test_a_bmp_that_waits_for_a_lock_can_be_cancelled(region, report_of):
    with scheduled(region, "BANKTRN", "HOLDER") as holder:
        assert holder.pcbs[0].ghu(ACCOUNTS.at(account_number(22)))
        assert cancel_while_it_waits(region, region.engine.locks.waiting) == [True]
    goes_on(region, report_of)


def test_a_bmp_that_waits_for_a_quiesced_database_can_be_cancelled(region, report_of):
    names = region.databases.quiescable("ACCT")
    region.engine.recovery.updates.close(names)
    assert cancel_while_it_waits(region, lambda: len(threading.enumerate()) > 3) == [True]
    region.engine.recovery.updates.open(names)
    goes_on(region, report_of)


@pytest.mark.parametrize("error", [Abend("S0C7", "data exception"), Abend("S222", "cancelled"), DdMissing("SYSPRINT")])
def test_an_abend_of_a_program_is_of_its_region_alone(region, report_of, error):
    before = entries(region, 22)

    def work(program):
        fees._pay(program, 22, 0)
        raise error

    with pytest.raises(JesError):
        batch_message_program(region, "BANKTRN", "BANKFEES", work)
    assert entries(region, 22) == before
    goes_on(region, report_of)
