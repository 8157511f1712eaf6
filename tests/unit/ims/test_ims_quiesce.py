"""UPDATE and QUERY through the Operations Manager, and above all QUIESCE: what waits, what RECON and log say."""

import random
import threading
import time
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import pytest

from imsclone.listings import csluspoc as listing
from zoslab.ims import pointer_check
from zoslab.ims.active import BMP
from zoslab.ims.bank.definitions import account_number
from zoslab.ims.bank.transactions import PROGRAMS
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.log_records import Type
from zoslab.ims.olds import read_blocks
from zoslab.ims.om import CommandRejected
from zoslab.ims.region import INITIALISED
from zoslab.ims.schedule import run_transaction, scheduled
from zoslab.ims.type2 import execute, execute_all
from zoslab.ims.update_gate import UpdateGate
from zoslab.programs.csluspoc import answer, csluspoc, seconds

COLD = "/NRE CHKPT 0 FORMAT ALL"
BANK = "ACCT,CUST,HIST,TELLER"


@pytest.fixture
def region(extended_system):
    made = extended_system.start(COLD)
    yield made
    if not made.ended.is_set():
        made.fail("TEST ENDED", report=False)


def transfer(region, payer=1, payee=2):
    return run_transaction(region, "TRANSFER", [account_number(payer), account_number(payee), "1"])


@contextmanager
def in_thread(work):
    """Run something that may have to wait; ``done`` tells when it has ended."""
    done = threading.Event()

    def run():
        with suppress(ImsError):
            work()
        done.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield done
    assert done.wait(20)


@contextmanager
def workload(region, threads=3):
    """Transfers from several regions until the block ends; yields the count of those that are done."""
    ends, counts = threading.Event(), [0] * threads

    def run(number):
        choose = random.Random(number)
        while not ends.is_set():
            with suppress(UserAbend):
                payer, payee = (choose.randint(1, 60) for _ in range(2))
                transfer(region, payer, payee)
                counts[number] += 1

    workers = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield lambda: sum(counts)
    finally:
        ends.set()
        for worker in workers:
            worker.join(30)
            assert not worker.is_alive()


def rise(count, above, seconds=10):
    """Wait until a count rises."""
    end = time.monotonic() + seconds
    while count() <= above:
        assert time.monotonic() < end
        time.sleep(0.005)


def codes(response):
    return {row.name: row.code for row in response.rows}


def flags(region, name):
    db = region.dbrc.database(name)
    return db.quiesce_in_progress, db.quiesce_held


# QUIESCE -------------------------------------------------------------------------------------------------------------


def test_a_quiesce_without_hold_is_a_recovery_point_and_the_work_goes_on(region):
    with workload(region) as done:
        rise(done, 5)
        response = execute(region, f"UPDATE DB NAME({BANK}) START(QUIESCE) SET(TIMEOUT(20))")
        assert codes(response) == dict.fromkeys(BANK.split(","), 0)
        rise(done, done() + 5)
    for name, ddname in (("ACCT", "ACCT"), ("HISTA", "HISTAA"), ("TELLER", "TELLER01")):
        closed, opened = region.dbrc.allocs(name, ddname)
        assert (closed.quiesce, closed.dealloc is not None, opened.quiesce, opened.dealloc) == (True, True, False, None)
        assert closed.dealloc <= opened.alloc
        assert flags(region, name) == (False, False)


def on_disk(system):
    return {name: one.space._tracks for name, one in system.copy(system.faults).data_sets.items()
            if ".DB." in name and one.space}  # fmt: skip


def test_a_held_database_is_not_changed_until_the_hold_ends(extended_system, region, report_of):
    with workload(region) as done:
        rise(done, 5)
        assert execute(region, f"UPD DB NAME({BANK}) START(QUIESCE) OPTION(HOLD)").code == 0
        assert flags(region, "ACCT") == flags(region, "HISTB") == flags(region, "TELLER") == (False, True)
        assert flags(region, "HIST") == (False, False)
        held = on_disk(extended_system)
        assert region.engine.pool.census()[1] == 0
        stood = done()
        region.checkpoint()
        time.sleep(0.1)
        assert (done(), on_disk(extended_system)) == (stood, held)
        shown = execute(region, "QUERY DB NAME(ACCT,HIST) SHOW(STATUS)")
        assert all("QUIESCED" in row.columns["LclStat"] for row in shown.rows)
        assert run_transaction(region, "BALANCE", [account_number(1)]).startswith("BALANCE")
        assert report_of(region).wrong == []
        assert codes(execute(region, f"UPD DB NAME({BANK}) STOP(QUIESCE)")) == dict.fromkeys(BANK.split(","), 0)
        rise(done, stood + 5)
    assert flags(region, "ACCT") == (False, False)
    assert report_of(region).wrong == []


def test_a_copy_of_quiesced_databases_needs_no_log(extended_system, region, report_of):
    """The data sets as they are on disk are sound by themselves: a cold start on them finds nothing wrong."""
    with workload(region) as done:
        rise(done, 20)
        execute(region, f"UPD DB NAME({BANK}) START(QUIESCE) OPTION(HOLD)")
        twin = extended_system.copy(type(extended_system.faults)())
        execute(region, f"UPD DB NAME({BANK}) STOP(QUIESCE)")
    for number in (1, 2, 3):
        keyed = twin.data_sets[f"IMSP.RECON{number}"].keyed
        keyed.records.clear()
    twin.dbrc().recon.initialise(region.dbrc.header)
    again = copy_of_definitions(twin)
    for name in BANK.split(","):
        assert not pointer_check.check(again.databases.get(name), 500).errors
    assert report_of(again).wrong == []
    again.fail("TEST ENDED", report=False)


def copy_of_definitions(system):
    from zoslab.ims.bank import installation
    from zoslab.ims.dbrc import processor

    said = []
    cards = installation.recon_commands("IMSP", 60)
    cards += [f" CHANGE.ADS DBD(TELLER) AREA(TELLER0{n}) ADDN(TELLER0{n}) AVAIL" for n in (1, 2, 3)]
    cards += [f" CHANGE.PART DBD(HIST) PART(HIST{letter}) NOPINIT" for letter in "ABC"]
    assert processor.run(system.dbrc(), cards, said.append) == 0, said
    return system.start(COLD)


def test_readers_and_other_databases_do_not_wait(region):
    execute(region, "UPD DB NAME(CUST) START(QUIESCE) OPTION(HOLD)")
    assert run_transaction(region, "BALANCE", [account_number(1)]).startswith("BALANCE")
    with in_thread(lambda: transfer(region)) as done:
        assert not done.wait(0.1)
        execute(region, "UPD DB NAME(CUST) STOP(QUIESCE)")


def test_one_partition_is_held_and_the_others_are_changed(region):
    assert codes(execute(region, "UPD DB NAME(HISTA) START(QUIESCE) OPTION(HOLD)")) == {"HISTA": 0}
    assert (flags(region, "HISTA"), flags(region, "HISTB")) == ((False, True), (False, False))
    assert transfer(region, 40, 41) == "DONE"
    with in_thread(lambda: transfer(region, 1, 2)) as done:
        assert not done.wait(0.1)
        execute(region, "UPD DB NAME(HISTA) STOP(QUIESCE)")


def test_one_area_is_held_by_name(region):
    assert codes(execute(region, "UPD AREA NAME(TELLER02) START(QUIESCE) OPTION(HOLD)")) == {"TELLER02": 0}
    with in_thread(lambda: [transfer(region, n, n + 1) for n in range(1, 40)]) as done:
        assert not done.wait(0.2)
        assert codes(execute(region, "UPD DB NAME(TELLER) STOP(QUIESCE)")) == {"TELLER": 0x08}


def test_units_in_flight_reach_their_sync_point_first(region):
    with scheduled(region, "BANKTRN", "OPEN") as program:
        PROGRAMS["TRANSFER"](program.pcbs, [account_number(1), account_number(2), "1"], 0)
        quiescing = in_thread(lambda: execute(region, "UPD DB NAME(ACCT) START(QUIESCE) OPTION(HOLD)"))
        with quiescing as done:
            assert not done.wait(0.1)
            assert flags(region, "ACCT") == (True, False)
            assert "QUIESCING" in region.databases.status("ACCT")
            PROGRAMS["TRANSFER"](program.pcbs, [account_number(3), account_number(4), "1"], 0)
            region.engine.recovery.commit(program.unit)
    assert flags(region, "ACCT") == (False, True)


def test_a_batch_program_that_synchronizes_waits_at_its_next_unit(region):
    with scheduled(region, "BANKTRN", "NIGHTLY", BMP) as program:
        execute(region, "UPD DB NAME(ACCT) START(QUIESCE) OPTION(HOLD)")
        with in_thread(program.sync) as done:
            assert not done.wait(0.1)
            execute(region, "UPD DB NAME(ACCT) STOP(QUIESCE)")
        PROGRAMS["TRANSFER"](program.pcbs, [account_number(1), account_number(2), "1"], 0)


def test_a_unit_that_does_not_synchronize_in_time_fails_the_quiesce_and_everything_is_released(region):
    with scheduled(region, "BANKTRN", "STUCK", BMP) as program:
        PROGRAMS["TRANSFER"](program.pcbs, [account_number(1), account_number(2), "1"], 0)
        response = execute(region, "UPDATE DB NAME(ACCT,CUST) START(QUIESCE) OPTION(HOLD) SET(TIMEOUT(1))")
        assert codes(response) == {"ACCT": 0x1D7, "CUST": 0x1D7}
        assert "PSB BANKTRN" in response.rows[0].columns["CCText"]
        assert flags(region, "ACCT") == flags(region, "CUST") == (False, False)
        assert transfer(region, 5, 6) == "DONE"


def test_what_is_quiesced_is_not_quiesced_again_nor_taken_away(region):
    execute(region, "UPD DB NAME(ACCT) START(QUIESCE) OPTION(HOLD)")
    assert codes(execute(region, "UPD DB NAME(ACCT,CUST) START(QUIESCE)")) == {"ACCT": 0x1D6, "CUST": 0x1D6}
    assert region.databases.status("CUST") == ["NOTOPEN"]
    assert codes(execute(region, "UPD DB NAME(ACCT) STOP(ACCESS)")) == {"ACCT": 0x6F}
    assert codes(execute(region, "UPD DB NAME(ACCT,CUST) STOP(QUIESCE)")) == {"ACCT": 0, "CUST": 0x0C}


def test_nothing_is_quiesced_if_a_name_is_unknown_or_not_registered(region):
    assert codes(execute(region, "UPD DB NAME(ACCT,NOSUCH) START(QUIESCE)")) == {"ACCT": 0x0C, "NOSUCH": 0x10}
    with region.dbrc.recon.unit() as unit:
        unit.delete(unit.find(type(region.dbrc.database("CUST"))("CUST")))
    assert codes(execute(region, "UPD DB NAME(ACCT,CUST) START(QUIESCE) OPTION(HOLD)")) == {
        "ACCT": 0x1D6,
        "CUST": 0x1D6,
    }
    assert flags(region, "ACCT") == (False, False)
    assert region.engine.recovery.updates.idle


def test_the_point_is_on_the_log(region):
    transfer(region)
    execute(region, "UPD DB NAME(ACCT) START(QUIESCE) OPTION(HOLD)")
    execute(region, "UPD DB NAME(ACCT) STOP(QUIESCE)")
    region.log.switch()
    records = [one for olds in region.ring.ring for block in read_blocks(olds.file) for one in block.records()]
    kinds = [(one.type, one.dbd) for one in records if one.type in (Type.DATABASE_QUIESCE, Type.DATABASE_RESUME)]
    assert kinds == [(Type.DATABASE_QUIESCE, "ACCT"), (Type.DATABASE_RESUME, "ACCT")]


@pytest.mark.parametrize("ending", ["fail", "freeze"])
def test_a_hold_outlives_its_ims(extended_system, region, ending):
    transfer(region)
    execute(region, "UPD DB NAME(ACCT) START(QUIESCE) OPTION(HOLD)")
    region.freeze() if ending == "freeze" else region.fail("CANCELLED")
    again = extended_system.start("/NRE" if ending == "freeze" else "/ERE")
    assert "QUIESCED" in again.databases.status("ACCT")
    with in_thread(lambda: transfer(again)) as done:
        assert not done.wait(0.1)
        assert codes(execute(again, "UPD DB NAME(ACCT) STOP(QUIESCE)")) == {"ACCT": 0}
    assert flags(again, "ACCT") == (False, False)
    assert transfer(again) == "DONE"
    again.fail("TEST ENDED", report=False)


def test_a_quiesce_in_progress_at_a_failure_is_cleared_by_the_restart(extended_system, region):
    with suppress(ImsError), scheduled(region, "BANKTRN", "STUCK", BMP) as program:
        PROGRAMS["TRANSFER"](program.pcbs, [account_number(1), account_number(2), "1"], 0)
        with in_thread(lambda: execute(region, "UPD DB NAME(ACCT) START(QUIESCE)")):
            while flags(region, "ACCT") != (True, False):
                time.sleep(0.005)
            region.dbrc.record_quiesce(["ACCT"], in_progress=True)
            region.fail("CANCELLED")
    extended_system.dbrc().record_quiesce(["ACCT"], in_progress=True)
    again = extended_system.start("/ERE")
    assert flags(again, "ACCT") == (False, False)
    assert transfer(again) == "DONE"
    again.fail("TEST ENDED", report=False)


def test_all_members_are_quiesced_by_one_command(extended_system, region):
    from zoslab.ims import subsystems
    from zoslab.ims.configuration import Configuration
    from zoslab.ims.region import ControlRegion
    from zoslab.ims.restart import Restarter

    other = extended_system.copy(extended_system.faults)
    shared = {name: one for name, one in extended_system.data_sets.items() if ".DB." in name or ".RECON" in name}
    other.data_sets |= shared
    other.proclib["DFSPBP00"] = ["IMSID=IMSQ,SUF=0,VSPEC=00,DFSDF=000"]
    type(extended_system).write_rdds(other, "IMSQ")
    second = ControlRegion(Configuration.read(other.host(), "CTL,P00"))
    Restarter(second).command(COLD)
    z_os = type("Zos", (), {})()
    for one in (region, second):
        subsystems.identify(z_os, one)
    (response,) = execute_all([second, region], "UPD DB NAME(ACCT,HIST) START(QUIESCE) OPTION(HOLD)")
    assert (response.member, codes(response)) == ("IMSQ", {"ACCT": 0, "HIST": 0})
    for one in (region, second):
        assert "QUIESCED" in one.databases.status("ACCT")
    execute_all([region, second], "UPD DB NAME(ACCT,HIST) STOP(QUIESCE)")
    assert all(one.engine.recovery.updates.idle for one in (region, second))
    second.fail("TEST ENDED", report=False)


def test_batch_jobs_may_not_change_what_is_held(region):
    from zoslab.ims.dbrc.errors import AuthorizationRefused
    from zoslab.ims.dbrc.log_records import Subsystem

    execute(region, "UPD DB NAME(HISTA) START(QUIESCE) OPTION(HOLD)")
    with region.dbrc.recon.unit() as unit:
        unit.put(Subsystem("NIGHTJOB", ss_type="BATCH"))
    with pytest.raises(AuthorizationRefused, match="QUIESCE IS ON"):
        region.dbrc.authorize("NIGHTJOB", "HISTA", "UP")


def test_a_gate_that_is_stopped_wakes_its_waiters():
    gate = UpdateGate()
    gate.close(["ACCT"])
    failed = []

    def run():
        with pytest.raises(ImsError, match="GONE") as caught:
            gate.enter(1, "ACCT")
        failed.append(caught)

    waiter = threading.Thread(target=run)
    waiter.start()
    gate.stop("GONE")
    waiter.join(5)
    assert failed


# UPDATE and QUERY ----------------------------------------------------------------------------------------------------


def test_update_stops_and_starts_one_name_or_many(region):
    transfer(region)
    assert codes(execute(region, "UPDATE DB NAME(CUSTX,ACCT) STOP(ACCESS)")) == {"CUSTX": 0, "ACCT": 0}
    with pytest.raises(UserAbend, match="U3303"):
        transfer(region)
    shown = execute(region, "QUERY DB NAME(*CCT,CUST%) SHOW(STATUS)")
    assert {row.name: row.columns["LclStat"] for row in shown.rows} == {
        "ACCT": "STOACC,NOTOPEN",
        "CUSTX": "STOACC,NOTOPEN",
    }
    assert execute(region, "UPDATE DB NAME(*) START(ACCESS)").rows == ()
    assert len(execute(region, "UPDATE DB NAME(*) START(ACCESS) OPTION(ALLRSP)").rows) == 6
    assert transfer(region) == "DONE"


def test_stop_access_switches_the_olds_only_if_asked(region):
    first = region.ring.current
    execute(region, "UPDATE DB NAME(ACCT) STOP(ACCESS)")
    assert region.ring.current is first
    execute(region, "UPDATE DB NAME(CUST) STOP(UPDATES) OPTION(FEOV)")
    assert region.ring.current is not first


def test_a_locked_database_is_not_scheduled(region):
    assert codes(execute(region, "UPD DB NAME(ACCT) SET(LOCK(ON))")) == {"ACCT": 0}
    with pytest.raises(UserAbend, match="U3303"):
        transfer(region)
    execute(region, "UPD DB NAME(ACCT) START(ACCESS)")
    assert "LOCK" in region.databases.status("ACCT")
    execute(region, "UPD DB NAME(ACCT) SET(LOCK(OFF))")
    assert transfer(region) == "DONE"


def test_start_access_takes_an_access_type(region):
    execute(region, "UPD DB NAME(ACCT) START(ACCESS) SET(ACCTYPE(READ))")
    (row,) = execute(region, "QRY DB NAME(ACCT) SHOW(ACCTYPE)").rows
    assert row.columns["LAcc"] == "READ"


def test_query_shows_partitions_and_areas_and_filters(region):
    transfer(region)
    rows = execute(region, "QUERY DB NAME(HIST,TELLER)").rows
    assert [(row.name, row.columns["TYPE"]) for row in rows] == [
        ("HIST", "PHDAM"), ("HISTA", "PART"), ("HISTB", "PART"), ("HISTC", "PART"),
        ("TELLER", "DEDB"), ("TELLER01", "AREA"), ("TELLER02", "AREA"), ("TELLER03", "AREA"),
    ]  # fmt: skip
    assert [row.name for row in execute(region, "QUERY DB TYPE(PART)").rows] == ["HISTA", "HISTB", "HISTC"]
    execute(region, "UPD DB NAME(HISTB) STOP(SCHD)")
    assert [row.name for row in execute(region, "QUERY DB SHOW(ALL) STATUS(STOSCHD)").rows] == ["HISTB"]
    assert [row.name for row in execute(region, "QUERY DB NAME(HISTC)").rows] == ["HIST", "HISTC"]
    assert codes(execute(region, "QUERY DB NAME(NOSUCH)")) == {"NOSUCH": 0x10}


def test_areas_are_updated_and_queried(region):
    transfer(region)
    assert codes(execute(region, "UPD AREA NAME(TELLER0%) STOP(ACCESS)")) == {f"TELLER0{n}": 0 for n in (1, 2, 3)}
    rows = execute(region, "QUERY AREA NAME(TELLER01) SHOW(STATUS)").rows
    assert [(row.name, row.columns["LclStat"]) for row in rows] == [("TELLER01", "STOACC,NOTOPEN")]
    assert execute(region, "UPD AREA NAME(*) START(ACCESS)").code == 0
    assert codes(execute(region, "UPD AREA NAME(NOSUCH) STOP(SCHD)")) == {"NOSUCH": 0x10}
    assert transfer(region) == "DONE"


def test_members_are_queried(region):
    (row,) = execute(region, "QUERY MEMBER TYPE(IMS) SHOW(STATUS)").rows
    assert row.columns == {"MbrName": "IMSP", "TYPE": "IMS", "STATUS": "READY"}


REJECTED = [
    "UPDATE",
    "UPDATE TRAN NAME(A) START(Q)",
    "UPDATE PART NAME(HISTA) STOP(ACCESS)",
    "UPDATE DB STOP(ACCESS)",
    "UPDATE DB NAME(ACCT)",
    "UPDATE DB NAME() STOP(ACCESS)",
    "UPDATE DB NAME(ACCT) NAME(CUST) STOP(ACCESS)",
    "UPDATE DB NAME(ACCT) STOP(NONSENSE)",
    "UPDATE DB NAME(ACCT) START(ACCESS) STOP(ACCESS)",
    "UPDATE DB NAME(ACCT) STOP(ACCESS,UPDATES)",
    "UPDATE DB NAME(ACCT) STOP(ACCESS) OPTION(HOLD)",
    "UPDATE DB NAME(ACCT) START(QUIESCE) OPTION(HOLD,NOHOLD)",
    "UPDATE DB NAME(ACCT) START(QUIESCE) OPTION(FEOV)",
    "UPDATE DB NAME(ACCT) STOP(ACCESS) OPTION(ALLRSP)",
    "UPDATE DB NAME(ACCT) START(QUIESCE) SET(TIMEOUT(0))",
    "UPDATE DB NAME(ACCT) STOP(QUIESCE) SET(TIMEOUT(9))",
    "UPDATE DB NAME(ACCT) START(ACCESS) SET(ACCTYPE(ALL))",
    "UPDATE DB NAME(ACCT) SET(RESIDENT(Y))",
    "UPDATE DB NAME(ACCT) STOP(ACCESS) NONSENSE",
    "UPDATE DB NAME(ACCT) STOP(ACCESS) SCOPE(PLEX)",
    "UPDATE AREA NAME(TELLER01) STOP(UPDATES)",
    "UPDATE DATAGRP NAME(A,B) STOP(ACCESS)",
    "QUERY TRAN NAME(*)",
    "QUERY DB NAME(*) SHOW(WORK)",
    "QUERY DB STATUS(NONSENSE)",
    "QUERY MEMBER TYPE(DBRC)",
]


@pytest.mark.parametrize("text", REJECTED)
def test_what_om_does_not_take_changes_nothing(region, text):
    with pytest.raises(CommandRejected, match="CSLM054E"):
        execute(region, text)
    assert region.databases.status("ACCT") == ["NOTOPEN"]


# CSLUSPOC ------------------------------------------------------------------------------------------------------------


class Spoc:
    """What CSLUSPOC needs of a step."""

    def __init__(self, region, *commands, parm="IMSPLEX=PLEXP,WAIT=20,F=WRAP"):
        from zoslab.ims import subsystems

        self.parm, self.lines = parm, []
        self.system = SimpleNamespace() if region is None else type("Zos", (), {})()
        if region is not None:
            subsystems.identify(self.system, region)
        self.commands = [f" {command}" for command in commands]
        self.code = csluspoc(self)

    def dd(self, _name):
        return SimpleNamespace(records=lambda: iter(self.commands))

    def print(self, _name):
        return SimpleNamespace(line=lambda text="": self.lines.append(text))

    @property
    def text(self):
        return "\n".join(self.lines)

    def read(self):
        return listing.responses(self.text)


def test_an_ims_that_restarts_takes_no_commands_yet(region, monkeypatch):
    assert Spoc(region, "QUERY DB").code == 0
    monkeypatch.setattr(region, "state", INITIALISED)
    spoc = Spoc(region, "UPD DB NAME(ACCT) STOP(ACCESS)")
    assert (spoc.code, "NO CLIENTS TO ROUTE THE COMMAND TO" in spoc.text) == (8, True)
    assert not region.databases.entry("ACCT").stops


def test_the_engine_reads_what_csluspoc_prints(region):
    spoc = Spoc(region, "UPD DB NAME(ACCT,NOSUCH) STOP(ACCESS)", "/DIS DB ACCT", "QUERY DB NAME(HIST) SHOW(ALL)")
    assert spoc.code == 4
    update, display, query = spoc.read()
    assert (update.rc, update.reason) == (0x0200000C, 0x3000)
    assert [(one.name, one.member, one.code, one.text) for one in update.resources] == [
        ("ACCT", "IMSP", 0, ""),
        ("NOSUCH", "IMSP", 0x10, "NO RESOURCES FOUND"),
    ]
    assert [one.name for one in update.failed] == ["NOSUCH"]
    assert (display.rc, display.resources) == (0, ())
    assert any("STOPPED" in line for line in display.lines)
    assert [(one.name, one.columns["TYPE"]) for one in query.resources][1] == ("HISTA", "PART")
    assert query.resources[0].status == {"NOTOPEN"}


def test_the_engine_reads_messages_and_long_texts_whole(region):
    with scheduled(region, "BANKTRN", "NIGHTLY", BMP):
        spoc = Spoc(region, "UPD DB NAME(ACCT) STOP(ACCESS)", "/STO DB NOSUCH", "UPD DB NAME(*) START(NOTHING)")
    update, stop, wrong = spoc.read()
    (refused,) = update.resources
    direct = "DFS0565I DBR COMMAND NOT SUCCESSFUL FOR DATABASE ACCT. REASON CODE = 1. PSBNAME = BANKTRN IMSP"
    assert (refused.code, refused.text, update.reason) == (0x6F, direct, 0x3004)
    (message,) = stop.messages
    assert (message.source, message.id) == ("IMSP", "DFS058I")
    assert message.text.endswith("STOP COMMAND COMPLETED EXCEPT DATABASE NOSUCH IMSP")
    assert wrong.text.startswith("CSLM054E START(NOTHING) IS NOT SUPPORTED")
    assert max(map(len, spoc.lines)) <= 132


def test_a_text_longer_than_a_line_is_put_together_again(region):
    from zoslab.ims.om import Response, Row

    text = " ".join(f"WORD{number}" for number in range(90))
    row = Row(0x61, {"DBName": "ACCT", "MbrName": "IMSP", "CCText": text})
    lines = ["COMMAND : X", "RC=X'0200000C' RSN=X'00003004'", *answer([Response("IMSP", rows=(row, row))], "WRAP")]
    assert max(map(len, lines)) <= 132
    (read,) = listing.responses("\n".join(lines))
    assert [one.text for one in read.resources] == [text, text]


def test_a_command_that_takes_longer_than_wait_goes_on(region):
    with scheduled(region, "BANKTRN", "SLOW"):
        spoc = Spoc(region, "UPD DB NAME(ACCT) STOP(ACCESS)", parm="IMSPLEX=PLEXP,WAIT=0")
        assert "DID NOT END WITHIN WAIT" in spoc.read()[0].text
        assert spoc.code == 8
    rise(lambda: int(region.databases.status("ACCT") == ["STOACC", "NOTOPEN"]), 0)


def test_resources_are_listed_one_below_the_other_if_asked(region):
    spoc = Spoc(region, "QUERY DB NAME(ACCT)", parm="IMSPLEX=PLEXP,F=BYRSC,ROUTE=%")
    assert spoc.lines[3:7] == ["DBName   : ACCT", "MbrName  : IMSP", "CC       : 0", "TYPE     : DLI"]


@pytest.mark.parametrize("parm", ["WAIT=5", "IMSPLEX=PLEXP,F=BYCOL", "IMSPLEX=PLEXP,WAIT=X", "IMSPLEX=PLEXP,X=Y"])
def test_a_wrong_parm_is_refused(region, parm):
    spoc = Spoc(region, "QUERY DB NAME(ACCT)", parm=parm)
    assert (spoc.code, len(spoc.lines)) == (8, 1)
    assert spoc.lines[0].startswith("CSLM400E INVALID PARM")


def test_no_member_is_an_answer_too(region):
    spoc = Spoc(region, "QUERY DB NAME(ACCT)", parm="IMSPLEX=OTHER")
    assert spoc.read()[0].rc == 0x02000010
    assert seconds("5:30") == 330


def test_a_quiesce_is_done_once_for_the_plex(region):
    assert [one.member for one in execute_all([region], "UPD DB NAME(ACCT) START(QUIESCE)")] == ["IMSP"]
