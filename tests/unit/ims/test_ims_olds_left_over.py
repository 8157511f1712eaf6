"""IMS fails when it has opened an online log data set and written nothing to it: what stands there is not its log."""

from zoslab.ims.bank.definitions import account_number
from zoslab.ims.schedule import run_transaction

COLD = "/NRE CHKPT 0 FORMAT ALL"


def transfer(region):
    return run_transaction(region, "TRANSFER", [account_number(1), account_number(2), "1"])


def test_what_an_olds_held_before_it_was_opened_is_not_archived_again(system, report_of):
    region = system.start(COLD)
    for _ in range(3):
        assert transfer(region) == "DONE"
        region.log.force()
        region.log.switch()
        region.archiver.drain()
    region.fail("POWER", report=False)
    again = system.start("/ERE OVERRIDE.")
    assert transfer(again) == "DONE"
    again.archiver.drain()
    archived = [one for log in again.dbrc.prisld("IMSP") for one in log.datasets]
    ends = [one.last_lsn for one in archived]
    assert ends == sorted(set(ends))
    assert report_of(again).wrong == []
    again.freeze()


def test_a_log_to_which_nothing_was_written_ends_when_its_subsystem_restarts(system):
    region = system.start(COLD)
    region.log.switch()
    region.archiver.drain()
    region.fail("POWER", report=False)
    dbrc, now = region.dbrc, region.clock.now
    free = next(one for one in dbrc.olds("IMSP") if one.status == "ARC COMPLT")
    dbrc.sign_on("IMSP", restart=True, override=True)
    dbrc.olds_opened("IMSP", free.ddname, free.dsn, now(), 99)
    begun = dbrc.prilog("IMSP")[-1]
    assert (begun.stop, begun.datasets) == (None, ())
    dbrc.sign_on("IMSP", restart=True, override=True)
    dbrc.olds_unused("IMSP", free.ddname, now())
    assert [log[-1].stop is None for log in (dbrc.prilog("IMSP"), dbrc.prisld("IMSP"))] == [False, False]
