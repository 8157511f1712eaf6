import random
import threading

import pytest

from zoslab.ims.bank.definitions import account_number
from zoslab.ims.bank.transactions import PROGRAMS
from zoslab.ims.commands import command
from zoslab.ims.errors import RestartRefused, StartupFailed
from zoslab.ims.olds import read_blocks
from zoslab.ims.schedule import Program, run_transaction
from zoslab.ims.stamps import from_stck

COLD = "/NRE CHKPT 0 FORMAT ALL."


def transfers(region, count, seed=1):
    choose = random.Random(seed)
    for _ in range(count):
        payer, payee = (account_number(choose.randint(1, 60)) for _ in range(2))
        run_transaction(region, "TRANSFER", [payer, payee, str(choose.randint(1, 5000))])
        if choose.random() < 0.2:
            run_transaction(region, "CUSTOMER", [f"9000000{choose.randint(0, 9)}"])


def test_a_cold_start_runs_transactions_and_a_freeze_ends_in_order(system, report_of):
    region = system.start(COLD)
    transfers(region, 50)
    assert report_of(region).wrong == []
    region.freeze()
    assert region.host.said("DFS994I IMS SHUTDOWN COMPLETED IMSP")
    again = system.start("/NRE.")
    assert again.host.said("DFS680I USING CHKPT")
    assert again.host.said("DFS994I WARM START COMPLETED IMSP")
    assert report_of(again).wrong == []
    again.freeze()


def test_work_survives_a_failure_and_what_was_in_flight_is_backed_out(system, report_of):
    region = system.start(COLD)
    transfers(region, 80)
    program = Program(region, region.configuration.psb("BANKTRN"), "OPEN")
    PROGRAMS["TRANSFER"](program.pcbs, [account_number(1), account_number(2), "100"], 0)
    region.log.force()
    region.fail("CANCELLED")
    again = system.start("/ERE.")
    assert again.host.said("DFS5055I RESTART LOG RECORD READ PASS 2 COMPLETE")
    assert again.host.said("DFS994I EMERGENCY START COMPLETED IMSP")
    assert again.host.said("DFS968I DBD=ACCT WITHIN PSB=BANKTRN SUCCESSFULLY BACKED OUT")
    assert again.host.said("BACKOUT PROCESSING HAS ENDED FOR PSB BANKTRN")
    assert report_of(again).wrong == []
    again.freeze()


def test_an_emergency_restart_after_a_system_failure_needs_override(system, report_of):
    region = system.start(COLD)
    transfers(region, 10)
    region.fail("POWER", report=False)
    with pytest.raises(RestartRefused, match="DFS0618A"):
        system.start("/ERE.")
    again = system.start("/ERE OVERRIDE.")
    assert report_of(again).wrong == []
    again.freeze()


def test_the_log_wraps_round_and_is_archived(system, report_of):
    for name in ("OLP00", "OLP01", "OLP02"):
        space = system.data_sets[f"IMSP.{name}"].space
        space._tracks = space._tracks[:3]
    region = system.start(COLD)
    transfers(region, 300)
    assert region.host.said("DFS3257I ONLINE LOG NOW SWITCHED FROM DFSOLP00 TO DFSOLP01")
    region.freeze()
    assert any(name.startswith("IMSP.SLDS.G") for name in system.data_sets)
    assert len(region.dbrc.prisld("IMSP")) == 1
    again = system.start("/NRE.")
    assert report_of(again).wrong == []
    again.freeze()


def test_commands_answer(system, report_of):
    region = system.start(COLD)
    transfers(region, 5)
    assert any("DFSOLP00" in line and "CURRENT" in line for line in command(region, "/DIS OLDS."))
    assert any("ACCT" in line for line in command(region, "/DIS DB ALL"))
    assert report_of(region).wrong == []
    region.freeze()


def test_a_missing_member_stops_the_start(system):
    del system.proclib["DFSVSM00"]
    with pytest.raises(StartupFailed, match="DFSVSM00"):
        system.region()


def test_rdds_of_another_ims_stops_the_start(system):
    system.write_rdds("IMSX")
    with pytest.raises(StartupFailed, match="RC=20"):
        system.region()


def test_imsid_falls_back_to_the_nucleus(system):
    system.proclib["DFSPBP00"] = ["SUF=0,VSPEC=00,DFSDF=000"]
    assert system.region().imsid == "IMSP"


def test_a_freeze_by_command_is_asynchronous(system):
    region = system.start(COLD)
    transfers(region, 5)
    assert command(region, "/CHE FREEZE.")[0].startswith("DFS058I")
    assert region.ended.wait(10)
    assert region.host.said("DFS994I IMS SHUTDOWN COMPLETED IMSP")
    assert region.dbrc.subsystem("IMSP") is None


def test_an_olds_is_archived_only_when_dbrc_knows_that_it_is_closed(system):
    region = system.start(COLD)
    opened = region.dbrc.olds_opened

    def opened_while_the_archiver_looks(*arguments):
        opened(*arguments)
        region.archiver.drain()

    region.dbrc.olds_opened = opened_while_the_archiver_looks
    transfers(region, 5)
    closed = region.ring.current.ddname
    region.log.switch()
    region.archiver.drain()
    assert region.state == "RUNNING"
    assert [one.status for one in region.dbrc.olds("IMSP") if one.ddname == closed] == ["ARC COMPLT"]
    region.freeze()


def test_no_record_is_older_than_the_start_that_dbrc_has_of_its_olds(system):
    region = system.start(COLD)
    first = region.ring.current
    region.log.flush()
    first.next_block = first.file.capacity - 1
    for seed in range(1000):
        transfers(region, 1, seed)
        if region.ring.current is not first:
            break
    transfers(region, 1)
    region.log.flush()
    started = {one.ddname: one.start for one in region.dbrc.olds("IMSP")}[region.ring.current.ddname]
    oldest = next(record for block in read_blocks(region.ring.current.file) for record in block.records())
    assert oldest.lsn == first.last_lsn + 1
    assert started <= from_stck(oldest.stck)
    region.freeze()


def test_an_olds_is_archived_while_a_checkpoint_waits_for_a_program_that_needs_one(system):
    region = system.start(COLD)

    def fill_every_olds():
        for _ in range(4):
            transfers(region, 2)
            region.log.switch()

    with region.housekeeping:
        program = threading.Thread(target=fill_every_olds, daemon=True)
        program.start()
        program.join(20)
        assert not program.is_alive()
    region.freeze()
