"""What is stopped when an IMS ends is stopped when it is back, and what was started again before is not."""

import pytest

from zoslab.ims.bank.definitions import account_number
from zoslab.ims.control import close_database, start_database
from zoslab.ims.database_entry import STOPPED_ACCESS, STOPPED_UPDATES
from zoslab.ims.errors import UserAbend
from zoslab.ims.schedule import run_transaction

COLD = "/NRE CHKPT 0 FORMAT ALL"


def transfer(region):
    return run_transaction(region, "TRANSFER", [account_number(1), account_number(2), "1"])


@pytest.mark.parametrize("checkpoint", [False, True])
def test_a_database_that_was_stopped_is_stopped_after_an_emergency_restart(system, report_of, checkpoint):
    region = system.start(COLD)
    assert transfer(region) == "DONE"
    close_database(region, "ACCT", STOPPED_ACCESS)
    close_database(region, "CUST", STOPPED_UPDATES)
    start_database(region, "CUST")
    if checkpoint:
        region.checkpoint()
    region.fail("POWER", report=False)
    again = system.start("/ERE OVERRIDE.")
    assert "STOACC" in again.databases.status("ACCT")
    assert not {"STOUPDS", "STOACC"} & set(again.databases.status("CUST"))
    with pytest.raises(UserAbend, match="DATABASE ACCT IS STOPPED"):
        transfer(again)
    start_database(again, "ACCT")
    assert transfer(again) == "DONE"
    assert report_of(again).wrong == []
    again.fail("POWER", report=False)
    third = system.start("/ERE OVERRIDE.")
    assert "STOACC" not in third.databases.status("ACCT")
    third.freeze()


@pytest.mark.parametrize("before", [False, True])
def test_a_database_that_was_stopped_is_stopped_after_a_warm_start(system, before):
    """Whether it was stopped since the checkpoint before the shutdown, or long before."""
    region = system.start(COLD)
    assert transfer(region) == "DONE"
    close_database(region, "ACCT", STOPPED_ACCESS)
    close_database(region, "CUST", STOPPED_UPDATES)
    if before:
        region.checkpoint()
        region.log.switch()
    start_database(region, "CUST")
    region.freeze()
    again = system.start("/NRE")
    assert "STOACC" in again.databases.status("ACCT")
    assert not {"STOUPDS", "STOACC"} & set(again.databases.status("CUST"))
    start_database(again, "ACCT")
    assert transfer(again) == "DONE"
    again.freeze()
    third = system.start("/NRE")
    assert transfer(third) == "DONE"
    third.freeze()
