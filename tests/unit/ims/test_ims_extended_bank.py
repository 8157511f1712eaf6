"""The bank on HDAM, HIDAM with a secondary index, and PHDAM in one unit of work: at work, crashed, copied."""

import random
import threading
from collections import Counter
from contextlib import suppress

import pytest

from zoslab import ebcdic
from zoslab.ims import pointer_check
from zoslab.ims.bank.definitions import Customer, account_number
from zoslab.ims.bank.ledger import HISTORIES
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.haldb_reorg import reorganise
from zoslab.ims.schedule import run_transaction, scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"
CRASHES = sorted(random.Random(5).sample(range(1, 1200), 14))
DATABASES = ("ACCT", "CUST", "HIST", "TELLER")


def assert_sound(region, report_of):
    assert report_of(region).wrong == []
    for name in DATABASES:
        report = pointer_check.check(region.databases.get(name), 500)
        assert [str(one) for one in report.errors] == []


def work(region, seed, count, crash):
    choose = random.Random(seed)
    with suppress(crash, ImsError):
        for number in range(count):
            payer, payee = (account_number(choose.randint(1, 60)) for _ in range(2))
            run_transaction(region, "TRANSFER", [payer, payee, str(choose.randint(1, 5000))])
            if number % 3 == 0:
                run_transaction(region, "CUSTOMER", [f"9000000{choose.randint(0, 9)}"])
            if number % 30 == 29:
                region.checkpoint()


def busy(region, crash, count=60, threads=3):
    workers = [threading.Thread(target=work, args=(region, n, count, crash)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()


def make_tight(system):
    system.proclib["DFSVSM00"][0] = "IOBF=(4096,6,Y,Y)"
    for name in ("OLP00", "OLP01", "OLP02"):
        system.data_sets[f"IMSP.{name}"].space._tracks = [[] for _ in range(6)]


def test_a_transfer_touches_every_organisation(extended_system, crash, report_of):
    region = extended_system.start(COLD)
    busy(region, crash)
    assert_sound(region, report_of)
    counted = Counter()
    with scheduled(region, "BANKPSB", "LOOK") as program:
        history = program.pcbs[2]
        data = history.gu("HACCT   ")
        while data is not None:
            counted[history._path[0].rba >> 40] += 1
            data = history.gn("HACCT   ")
    assert set(counted) == {1, 2, 3}
    region.freeze()


def test_customers_are_found_by_name(extended_system):
    region = extended_system.start(COLD)
    with scheduled(region, "BANKPSB", "LOOK") as program:
        pcb = program.pcbs[4]
        data = pcb.gu("CUSTOMER(XNAME   = CUSTOMER 00000003       )")
        assert Customer.of(data).number == "00000003"
        assert pcb.key_feedback == ebcdic.encode("CUSTOMER 00000003", 24) + ebcdic.encode("00000003")
    region.freeze()


@pytest.mark.parametrize("at", CRASHES)
def test_a_stop_at_any_write_leaves_all_organisations_together(
    extended_system, faults, crash, make_faults, report_of, at
):
    make_tight(extended_system)
    region = extended_system.start(COLD)
    faults.writes, faults.crash_at = 0, at
    busy(region, crash)
    region.fail("CRASH", report=False)
    region.join()
    twin = extended_system.copy(make_faults())
    again = twin.start("/ERE OVERRIDE")
    assert_sound(again, report_of)
    work(again, 99, 15, crash)
    assert_sound(again, report_of)
    again.freeze()


def rename_and_abend(region):
    with scheduled(region, "BANKTRN", "ABEND") as program:
        program.pcbs[2].ghu(HISTORIES.at(account_number(1)))
        pcb = program.pcbs[1]
        customer = Customer.of(pcb.ghu("CUSTOMER(CUSTNO  = 00000002)"))
        customer.name = "SOMEBODY ELSE"
        assert pcb.repl(bytes(customer))
        raise UserAbend(1, "ON PURPOSE")


def test_an_abend_takes_every_organisation_back(extended_system, crash, report_of):
    region = extended_system.start(COLD)
    busy(region, crash, 10)
    with pytest.raises(UserAbend):
        rename_and_abend(region)
    assert_sound(region, report_of)
    region.freeze()


def test_a_partition_that_recon_numbers_otherwise_is_not_opened(extended_system):
    data = extended_system.data_sets["IMSP.DB.HIST.A00002"].space
    data._tracks[0] = extended_system.data_sets["IMSP.DB.HIST.A00001"].space._tracks[0]
    region = extended_system.start(COLD)
    with pytest.raises(UserAbend, match="HOLDS PARTITION ID 1, RECON SAYS 2"):
        run_transaction(region, "TRANSFER", [account_number(1), account_number(2), "5"])
    region.fail("END", report=False)


def test_the_bank_goes_on_after_a_reorganization(extended_system, crash, report_of):
    region = extended_system.start(COLD)
    busy(region, crash, 20)
    history = region.databases.get("HIST")
    for partition in history.partitions.values():
        assert reorganise(history, partition) == 2
    region.checkpoint()
    assert_sound(region, report_of)
    busy(region, crash, 20)
    assert_sound(region, report_of)
    region.freeze()
