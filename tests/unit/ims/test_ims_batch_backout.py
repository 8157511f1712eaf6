"""A database that restart cannot use: IMS goes on without it, DBRC guards it, DFSBBO00 puts it right."""

from contextlib import ExitStack

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.bank.definitions import Account, Customer, account_number
from zoslab.ims.bank.ssas import by_account
from zoslab.ims.errors import DatabaseUnavailable, ImsError, UserAbend
from zoslab.ims.schedule import run_transaction, scheduled
from zoslab.ims.utilities.backout import BatchBackout, log_image

COLD = "/NRE CHKPT 0 FORMAT ALL"
DATABASES = ("ACCT", "CUST", "HIST", "TELLER")


def transfers(region, count=12):
    for number in range(count):
        arguments = [account_number(1 + number % 60), account_number(2 + number % 50), "7"]
        assert run_transaction(region, "TRANSFER", arguments) == "DONE"
        run_transaction(region, "CUSTOMER", [f"9000{number:04}"])


def update_and_leave(held, region, number="00000003"):
    """Change an account and a customer's name, so that an index changes too, and end neither way."""
    program = held.enter_context(scheduled(region, "BANKTRN", "OPEN"))
    account = Account.of(program.pcbs[0].ghu(by_account(account_number(40))))
    account.balance += 1000
    assert program.pcbs[0].repl(bytes(account))
    customer = Customer.of(program.pcbs[1].ghu(f"CUSTOMER(CUSTNO  = {number})"))
    customer.name = "NOBODY"
    assert program.pcbs[1].repl(bytes(customer))


@pytest.fixture
def stopped(extended_system, make_faults):
    """The disks of a bank that was stopped with committed work in its buffers and a unit of work in flight."""
    region = extended_system.start(COLD)
    transfers(region)
    with ExitStack() as held:
        update_and_leave(held, region)
        region.log.force()
        twin = extended_system.copy(make_faults())
    region.freeze()
    return twin


def hide(system, *names):
    """Take data sets away; return how to put them back."""
    taken = {name: system.data_sets.pop(name) for name in names}
    return lambda: system.data_sets.update(taken)


def sound(region, report_of):
    assert report_of(region).wrong == []
    for name in DATABASES:
        assert [str(one) for one in pointer_check.check(region.databases.get(name)).errors] == []


def start(region, *names):
    for name in names:
        region.databases.start(name)


def logs(system):
    return [system.data_sets[f"IMSP.OLP0{number}"] for number in range(3)]


def backout(system, psb="BANKTRN", datasets=None):
    """Run the utility; return its condition code and what it said."""
    said = []
    image = log_image([one for one in datasets or logs(system) if any(one.space._tracks)])
    code = BatchBackout(system.host(), system.dbrc(), "BBOJOB", psb, image, said.append).run()
    return code, said


def restart_without(system, *names):
    taken = hide(system, *names)
    region = system.start("/ERE OVERRIDE")

    def put_back():
        with region.archiver.latch:
            taken()

    return region, put_back


def test_restart_goes_on_without_a_database_and_says_so(stopped):
    region, _ = restart_without(stopped, "IMSP.DB.CUST")
    host = region.host
    assert host.said("DFS2503W DYNAMIC ALLOCATION FAILED FOR DATABASE CUST")
    assert host.said("DFS981I DBD=CUST WITHIN PSB=BANKTRN STOPPED DUE TO BACKOUT FAILURE")
    assert host.said("DFS981I DBD=CUSTNX WITHIN PSB=BANKTRN STOPPED DUE TO BACKOUT FAILURE")
    assert host.said("DFS968I DBD=ACCT WITHIN PSB=BANKTRN SUCCESSFULLY BACKED OUT")
    assert host.said("DFS994I EMERGENCY START COMPLETED")
    assert region.databases.status("CUST") == ["BACKOUT", "STOACC", "NOTOPEN"]
    record = region.dbrc.backouts("IMSP")
    assert [(one.psb, one.dbnames, one.inflight) for one in record.units] == [("BANKTRN", ("CUST", "CUSTNX"), True)]
    assert [region.dbrc.database(name).backout_count for name in ("ACCT", "CUST", "CUSTNX")] == [0, 1, 1]
    with pytest.raises(UserAbend, match="U3303 DFS3303I DATABASE CUST IS STOPPED"):
        run_transaction(region, "TRANSFER", [account_number(1), account_number(2), "7"])
    region.freeze()


def test_dbrc_refuses_the_database_until_it_is_backed_out(stopped, report_of):
    region, put_back = restart_without(stopped, "IMSP.DB.CUST")
    put_back()
    with pytest.raises(DatabaseUnavailable, match="BACKOUT NEEDED IS ON"):
        start(region, "CUSTNX", "CUST")
    region.log.switch()
    code, said = backout(stopped)
    assert code == 0
    assert said[-1] == "DFS395I BACKOUT COMPLETE FOR PSB BANKTRN"
    assert region.dbrc.backouts("IMSP") is None
    start(region, "CUSTNX", "CUST")
    sound(region, report_of)
    transfers(region)
    sound(region, report_of)
    region.freeze()


def test_a_database_that_cannot_be_read_is_stopped_like_one_that_is_not_there(stopped, report_of):
    space = stopped.data_sets["IMSP.DB.ACCT"].space
    whole = space.read

    def broken(track):
        raise OSError(f"track {track} cannot be read")

    space.read = broken
    region = stopped.start("/ERE OVERRIDE")
    assert region.host.said("DFS0451I ACCT, READ ERROR")
    assert region.host.said("DFS981I DBD=ACCT WITHIN PSB=BANKTRN STOPPED DUE TO BACKOUT FAILURE")
    space.read = whole
    region.log.switch()
    assert backout(stopped)[0] == 0
    region.databases.start("ACCT")
    sound(region, report_of)
    region.freeze()


def test_a_database_without_a_unit_in_flight_needs_recovery(extended_system, make_faults):
    region = extended_system.start(COLD)
    transfers(region)
    twin = extended_system.copy(make_faults())
    region.freeze()
    again, put_back = restart_without(twin, "IMSP.DB.ACCT")
    assert again.host.said("DFS0402 DATABASE ACCT NOT STARTED DUE TO RECOVERY NEEDED")
    put_back()
    with pytest.raises(DatabaseUnavailable, match="RECOVERY NEEDED IS ON"):
        again.databases.start("ACCT")
    assert again.dbrc.backouts("IMSP") is None
    again.freeze()


def test_two_units_of_two_programs_are_backed_out_one_after_the_other(extended_system, make_faults, report_of):
    system = extended_system
    system.acblib["BANKTWO"] = system.acblib["BANKTRN"]
    region = system.start(COLD)
    transfers(region)
    with ExitStack() as held:
        update_and_leave(held, region)
        program = held.enter_context(scheduled(region, "BANKTWO", "TOO"))
        customer = Customer.of(program.pcbs[1].ghu("CUSTOMER(CUSTNO  = 00000005)"))
        customer.name = "ANYBODY"
        assert program.pcbs[1].repl(bytes(customer))
        region.log.force()
        twin = system.copy(make_faults())
    again, put_back = restart_without(twin, "IMSP.DB.CUST")
    put_back()
    again.log.switch()
    names = sorted({one.psb for one in again.dbrc.backouts("IMSP").units})
    for left, name in enumerate(names):
        assert len(again.dbrc.backouts("IMSP").units) == 2 - left
        assert backout(twin, name)[0] == 0
    start(again, "CUSTNX", "CUST")
    sound(again, report_of)
    again.freeze()
    region.freeze()


@pytest.mark.parametrize(
    ("psb", "which", "reason"), [("BANKPSB", slice(0, 3), 2), ("BANKTRN", slice(0, 1), 6), ("BANKTRN", slice(1, 3), 0)]
)
def test_what_cannot_be_backed_out_is_refused_with_a_reason(stopped, psb, which, reason):
    region, put_back = restart_without(stopped, "IMSP.DB.CUST")
    put_back()
    region.log.switch()
    if reason == 0:
        backout(stopped)
    with pytest.raises(ImsError, match=f"DFS3290I NO PENDING BACKOUT FITS CRITERIA - RSN= {reason}"):
        backout(stopped, psb, logs(stopped)[which])
    region.freeze()


def test_logs_that_do_not_reach_back_far_enough_are_refused(stopped):
    region, put_back = restart_without(stopped, "IMSP.DB.CUST")
    put_back()
    region.log.switch()
    with pytest.raises(ImsError, match=r"DFS3271I LOG RECORD .* IS MISSING"):
        backout(stopped, datasets=logs(stopped)[1:])
    assert region.dbrc.backouts("IMSP") is not None
    region.freeze()


@pytest.mark.parametrize("keyword", ["COLDBASE", "COLDSYS"])
def test_coldbase_backs_nothing_out_and_leaves_it_to_the_utility(stopped, report_of, keyword):
    region = stopped.start(f"/ERE OVERRIDE {keyword}")
    assert region.host.said("DFS981I DBD=ACCT WITHIN PSB=BANKTRN STOPPED DUE TO BACKOUT FAILURE")
    assert [one.coldend for one in region.dbrc.backouts("IMSP").units] == [True]
    with pytest.raises(DatabaseUnavailable, match="BACKOUT NEEDED IS ON"):
        region.databases.start("ACCT")
    region.log.switch()
    assert backout(stopped)[0] == 0
    start(region, "CUSTNX", "ACCT", "CUST", "HIST")
    for name in ("ACCT", "CUST", "HIST"):
        assert [str(one) for one in pointer_check.check(region.databases.get(name)).errors] == []
    assert all(one.startswith("TELLER") for one in report_of(region).wrong)
    areas = {one.ddname: region.databases.areas.status(one.ddname).conditions for one in region.dbrc.dbds("TELLER")}
    lacking = {one.ddname for one in region.dbrc.dbds("TELLER") if one.recov_needed}
    assert lacking == {name for name, conditions in areas.items() if "NOTOPEN" in conditions} != set()
    region.freeze()


def test_a_skeleton_starts_without_its_databases(stopped):
    hide(stopped, "IMSP.DB.CUST", "IMSP.DB.ACCT", "IMSP.DB.HIST.A00001")
    region = stopped.start("/ERE OVERRIDE COLDSYS")
    assert not region.host.said("DFS2503W")
    assert not any(one.recov_needed for name in ("ACCT", "CUST", "HISTA") for one in region.dbrc.dbds(name))
    assert region.databases.status("HIST") == ["NOTOPEN"]
    region.freeze()


def test_a_database_that_was_closed_before_the_stop_may_be_gone(extended_system, make_faults):
    region = extended_system.start(COLD)
    transfers(region)
    for name in DATABASES:
        region.databases.close(name)
    region.log.force()
    twin = extended_system.copy(make_faults())
    again, _ = restart_without(twin, "IMSP.DB.CUST", "IMSP.DB.ACCT")
    assert not again.host.said("DFS2503W")
    assert not again.host.said("DFS0402")
    again.freeze()
    region.freeze()
