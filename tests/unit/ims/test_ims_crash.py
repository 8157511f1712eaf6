"""IMS is stopped at the n-th physical write, for many n; after restart every pointer is right and the money adds up."""

import random
import threading
from collections import Counter
from contextlib import suppress

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.bank.definitions import Account, account_number
from zoslab.ims.bank.transactions import by_account
from zoslab.ims.errors import ImsError
from zoslab.ims.schedule import run_transaction, scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"
CRASHES = sorted(random.Random(3).sample(range(1, 900), 14))
RESTART_CRASHES = (1, 3, 8, 20, 45)


def work(region, seed, count, crash, done):
    """Move money; ``done`` counts the movements of each account that were acknowledged."""
    choose = random.Random(seed)
    try:
        for number in range(count):
            payer, payee = (account_number(choose.randint(1, 60)) for _ in range(2))
            if run_transaction(region, "TRANSFER", [payer, payee, str(choose.randint(1, 5000))]) == "DONE":
                done.update([payer, payee])
            if number % 5 == 0:
                run_transaction(region, "CUSTOMER", [f"9000000{choose.randint(0, 9)}"])
            if number % 40 == 39:
                region.checkpoint()
    except (crash, ImsError):
        return


def make_tight(system):
    """Small logs and few buffers, so that switches and stolen buffers happen often."""
    system.proclib["DFSVSM00"][0] = "IOBF=(4096,5,Y,Y)"
    for name in ("OLP00", "OLP01", "OLP02"):
        system.data_sets[f"IMSP.{name}"].space._tracks = [[] for _ in range(4)]


def assert_sound(region, report, done=()):
    assert report.wrong == []
    with scheduled(region, "BANKINQ", "LOOK") as program:
        for number in done:
            account = Account.of(program.pcbs[0].gu(by_account(number)))
            assert account.last - 1 >= done[number], f"movements of {number} that were committed are lost"
    for name in ("ACCT", "CUST"):
        assert pointer_check.check(region.databases.get(name)).errors == []


def run_until_crash(system, faults, crash, at, threads=3):
    region = system.start(COLD)
    faults.writes, faults.crash_at = 0, at
    done = [Counter() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=(region, at * 10 + n, 60, crash, done[n])) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
    region.fail("CRASH", report=False)
    region.join()
    return sum(done, Counter())


@pytest.mark.parametrize("at", CRASHES)
def test_a_stop_at_any_write_loses_nothing(system, faults, crash, make_faults, report_of, at):
    make_tight(system)
    done = run_until_crash(system, faults, crash, at)
    twin = system.copy(make_faults())
    region = twin.start("/ERE OVERRIDE")
    assert_sound(region, report_of(region), done)
    work(region, 99, 20, crash, done)
    assert_sound(region, report_of(region), done)
    region.freeze()


@pytest.mark.parametrize("at", RESTART_CRASHES)
def test_a_stop_during_restart_loses_nothing(system, faults, crash, make_faults, report_of, at):
    make_tight(system)
    done = run_until_crash(system, faults, crash, 300)
    second = make_faults()
    twin = system.copy(second)
    second.crash_at = at
    with suppress(crash, ImsError):
        twin.start("/ERE OVERRIDE").fail("CRASH", report=False)
    again = twin.copy(make_faults())
    region = again.start("/ERE OVERRIDE")
    assert_sound(region, report_of(region), done)
    region.freeze()


def test_a_copy_taken_while_suspended_restarts_as_another_ims(system, faults, crash, make_faults, report_of):
    region = system.start(COLD)
    workers = [threading.Thread(target=work, args=(region, n, 400, crash, Counter())) for n in range(3)]
    for worker in workers:
        worker.start()
    threading.Event().wait(0.3)
    region.suspension.suspend(5)
    writes = faults.writes
    twin = system.copy(make_faults())
    threading.Event().wait(0.05)
    assert faults.writes == writes
    resumed = region.suspension.resume()
    assert resumed is not None
    assert not resumed.expired
    assert region.suspension.resume() is None
    for worker in workers:
        worker.join(60)
    assert report_of(region).wrong == []
    clone = twin.start("/ERE OVERRIDE")
    assert_sound(clone, report_of(clone))


def test_an_expired_suspension_is_reported_once(system):
    region = system.start(COLD)
    region.suspension.suspend(0.05)
    threading.Event().wait(0.3)
    assert region.suspension.since is None
    assert region.suspension.resume().expired
    assert region.suspension.resume() is None
    region.freeze()
