"""Type-1 commands: accepted first, and what became of each database later; what stands in their way; displays."""

import re
import threading
import time

import pytest

from zoslab.ims import subsystems
from zoslab.ims.active import BMP
from zoslab.ims.bank.definitions import account_number
from zoslab.ims.commands import command
from zoslab.ims.configuration import Configuration
from zoslab.ims.console import OperatorSession
from zoslab.ims.dbrc.log_records import PriOld
from zoslab.ims.dli import Pcb
from zoslab.ims.errors import UserAbend
from zoslab.ims.region import ControlRegion
from zoslab.ims.restart import Restarter
from zoslab.ims.schedule import run_transaction, scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"


@pytest.fixture
def region(extended_system):
    made = extended_system.start(COLD)
    yield made
    if not made.ended.is_set():
        made.fail("TEST ENDED", report=False)


def transfer(region, payer=1, payee=2):
    return run_transaction(region, "TRANSFER", [account_number(payer), account_number(payee), "1"])


def until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def last(region, text):
    """Wait for a message that was not there before ``text`` was entered, and return what the console shows then."""
    before = len(region.host.messages)
    answer = command(region, text)
    until(lambda: any("COMMAND COMPLETED." in one for one in region.host.messages[before:]))
    until(lambda: not region.database_commands)
    return answer, region.host.messages[before:]


def test_a_database_command_is_accepted_first_and_completed_later(region):
    answer, messages = last(region, "/DBR DB ACCT NOFEOV.")
    assert re.fullmatch(r"DFS058I \d\d:\d\d:\d\d DBRECOVERY COMMAND IN PROGRESS IMSP", answer[0])
    assert len(answer) == 1
    assert "DFS0488I DBR COMMAND COMPLETED. DBN= ACCT RC=00 IMSP" in messages
    with pytest.raises(UserAbend, match="U3303"):
        transfer(region)
    last(region, "/START DATABASE ACCT")
    assert transfer(region) == "DONE"


def test_names_that_are_not_known_are_excepted(region):
    answer, messages = last(region, "/STO DB NOSUCH ACCT")
    assert answer[0].endswith("STOP COMMAND IN PROGRESS EXCEPT DATABASE NOSUCH IMSP")
    assert not any("NOSUCH" in one for one in messages)
    assert command(region, "/STO DB NOSUCH") == [f"{answer[0][:16]} STOP COMMAND COMPLETED EXCEPT DATABASE NOSUCH IMSP"]


def test_the_online_log_is_switched_by_command(region):
    before = region.ring.current.ddname
    (answer,) = command(region, "/SWI OLDS")
    assert re.fullmatch(r"DFS058I \d\d:\d\d:\d\d SWITCH COMMAND COMPLETED IMSP", answer)
    assert region.ring.current.ddname != before
    assert transfer(region) == "DONE"
    assert command(region, "/SWITCH SYSTEM") == ["DFS110 KEYWORD SYSTEM IS INVALID WITH SWITCH IMSP"]


def test_dbrc_knows_from_when_on_a_restart_would_need_the_log(region):
    def restart():
        with region.dbrc.recon.unit() as unit:
            return unit.find(PriOld("IMSP")).restart

    region.checkpoint()
    early = restart()
    unit = region.engine.recovery.begin("LONG", 9)
    database = region.databases.get("ACCT")
    store = next(iter(database.store.data_sets.values()))
    store.write(unit, store.first + 1, 200, b"CHANGED")
    region.checkpoint()
    region.checkpoint()
    assert restart() == early
    region.engine.recovery.back_out(unit, database.undo)
    region.checkpoint()
    assert restart() > early


def test_with_all_only_failures_and_the_end_are_told(region):
    last(region, "/DBD DB ALL NOFEOV")
    until(lambda: any("DBD COMMAND COMPLETED. IMSP" in one for one in region.host.messages))
    done = [one for one in region.host.messages if one.startswith("DFS0488I DBD")]
    assert done == [
        "DFS0488I DBD COMMAND COMPLETED. DBN= TELLER RC=04 IMSP",
        "DFS0488I DBD COMMAND COMPLETED. IMSP",
    ]
    assert any(one.startswith("DFS3462I DEDB TELLER NOT VALID FOR /DBD COMMAND") for one in region.host.messages)


def test_dbr_switches_the_olds_and_takes_a_checkpoint_unless_nofeov(region):
    first = region.ring.current
    last(region, "/DBR DB ACCT NOFEOV")
    assert region.ring.current is first
    checkpoints = sum("CHKPT" in one for one in region.host.messages)
    last(region, "/DBR DB CUST")
    until(lambda: sum("CHKPT" in one for one in region.host.messages) > checkpoints)
    assert region.ring.current is not first


def test_a_dumped_database_can_be_read_but_not_changed(region):
    last(region, "/DBD DB ACCT NOFEOV")
    with pytest.raises(UserAbend, match="STOPPED FOR UPDATE"):
        transfer(region)
    assert run_transaction(region, "BALANCE", [account_number(1)]).startswith("BALANCE")
    held = region.dbrc.database("ACCT").authorized
    assert [one.access for one in held] == ["READ"]
    last(region, "/STA DB ACCT")
    assert transfer(region) == "DONE"
    assert [one.access for one in region.dbrc.database("ACCT").authorized] == ["UPDATE"]


@pytest.mark.parametrize(("access", "granted"), [("RO", "READ-ONLY"), ("RD", "READ"), ("EX", "EXCLUSIVE")])
def test_a_database_is_started_with_the_access_that_is_asked_for(region, access, granted):
    transfer(region)
    last(region, f"/STA DB ACCT ACCESS={access}")
    assert [one.access for one in region.dbrc.database("ACCT").authorized] == [granted]
    assert any(re.search(rf"ACCT +DL/I +{access} ", line) for line in command(region, "/DIS DB ACCT"))
    if access != "EX":
        with pytest.raises(UserAbend, match=f"ACCESS={access}"):
            transfer(region)


def test_one_partition_is_stopped_and_the_others_go_on(region):
    transfer(region, 1, 59)
    last(region, "/DBR DB HISTA NOFEOV")
    with pytest.raises(UserAbend, match=r"U3303 .*HISTA IS STOPPED"):
        transfer(region, 1, 59)
    assert transfer(region, 40, 59) == "DONE"
    assert region.dbrc.database("HISTA").authorized == ()
    assert region.dbrc.database("HISTC").authorized != ()
    shown = command(region, "/DIS DB HIST")
    assert [line.split()[:2] for line in shown[1:5]] == [["HIST", "PHDAM"], *([f"HIST{n}", "PART"] for n in "ABC")]
    assert "STOPPED" in shown[2]
    assert "STOPPED" not in shown[3]
    last(region, "/STA DB HISTA")
    assert transfer(region, 1, 59) == "DONE"


def test_updates_of_one_partition_are_stopped(region):
    last(region, "/DBD DB HISTA NOFEOV")
    with pytest.raises(UserAbend, match="HISTA IS STOPPED FOR UPDATE"):
        transfer(region, 1, 2)
    assert transfer(region, 40, 41) == "DONE"
    last(region, "/STA DB HISTA")
    assert transfer(region, 1, 2) == "DONE"


@pytest.fixture
def batch(region):
    """A BMP that stands between two sync points until it is told to end."""
    ends, ready = threading.Event(), threading.Event()

    def run():
        with scheduled(region, "BANKTRN", "NIGHTLY", BMP):
            ready.set()
            ends.wait(20)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    yield ends
    ends.set()
    thread.join(10)


def test_a_database_that_a_bmp_uses_is_refused_and_stays_as_it_was(region, batch):
    _, messages = last(region, "/DBR DB ACCT")
    assert messages == [
        "DFS0565I DBR COMMAND NOT SUCCESSFUL FOR DATABASE ACCT. REASON CODE = 1. PSBNAME = BANKTRN IMSP",
        "DFS0488I DBR COMMAND COMPLETED. DBN= ACCT RC=04 IMSP",
    ]
    assert transfer(region) == "DONE"
    batch.set()
    until(lambda: not region.programs)
    assert last(region, "/DBR DB ACCT NOFEOV")[1][-1].endswith("DBN= ACCT RC=00 IMSP")


def test_a_command_waits_for_message_programs(region):
    with scheduled(region, "BANKTRN", "SLOW"):
        assert "IN PROGRESS" in command(region, "/DBR DB ACCT NOFEOV")[0]
        until(lambda: region.database_commands)
        assert any("ACTIVE-DBCMD" in line for line in command(region, "/DIS ACTIVE"))
        assert not region.host.said("DFS0488I DBR")
    until(lambda: region.host.said("DFS0488I DBR COMMAND COMPLETED. DBN= ACCT RC=00"))


def test_areas_are_stopped_and_started_by_name(region):
    transfer(region)
    _, messages = last(region, "/DBR AREA TELLER01 NOFEOV")
    assert messages[-1] == "DFS0488I DBR COMMAND COMPLETED. AREA= TELLER01 RC=00 IMSP"
    shown = command(region, "/DIS AREA ALL")
    assert [line.split()[:3] for line in shown[1:4]] == [
        ["TELLER01", "TELLER", "STOPPED,"],
        ["TELLER02", "TELLER", "OPEN"],
        ["TELLER03", "TELLER", "OPEN"],
    ]
    last(region, "/STA AREA TELLER01")
    last(region, "/STO AREA TELLER02 TELLER03")
    last(region, "/STA AREA ALL")
    assert transfer(region) == "DONE"


def test_a_group_of_databases_stands_for_its_members(region, system_parts):
    with region.dbrc.recon.unit() as unit:
        from zoslab.ims.dbrc.database_records import GroupMember
        from zoslab.ims.dbrc.event_records import DbdsGroup

        unit.put(DbdsGroup("BANKDB", "DBGRP", (GroupMember("ACCT", ""), GroupMember("HIST", ""))))
    last(region, "/STO DATAGRP BANKDB")
    until(lambda: region.host.said("DBN= HIST RC=00"))
    assert region.host.said("DBN= ACCT RC=00")


REFUSED = [
    ("", "DFS065 COMMAND  IS INVALID IMSP"),
    ("/NOSUCH", "DFS065 COMMAND NOSUCH IS INVALID IMSP"),
    ("/DBRX DB ACCT", "DFS065 COMMAND DBRX IS INVALID IMSP"),
    ("/DBR", "DFS110 EXPECTED DATABASE OR AREA OR DATAGRP, FOUND NOTHING IMSP"),
    ("/DBR ACCT", "DFS110 EXPECTED DATABASE OR AREA OR DATAGRP, FOUND ACCT IMSP"),
    ("/DBR DB", "DFS165 A NAME IS MISSING IMSP"),
    ("/DBR DB NOFEOV", "DFS165 A NAME IS MISSING IMSP"),
    ("/DBR DB ALL GLOBAL", "DFS110 ALL STANDS ALONE AND IS LOCAL IMSP"),
    ("/DBR DB ACCT LOCAL GLOBAL", "DFS110 KEYWORDS GLOBAL AND LOCAL EXCLUDE EACH OTHER IMSP"),
    ("/DBR DB ACCT ACCESS=UP", "DFS110 KEYWORD ACCESS=UP IS INVALID WITH DBRECOVERY IMSP"),
    ("/STA DB ACCT ACCESS=NO", "DFS110 KEYWORD ACCESS=NO IS INVALID WITH START IMSP"),
    ("/DBD AREA TELLER01", "DFS110 EXPECTED DATABASE OR DATAGRP, FOUND AREA IMSP"),
    ("/CHE FREEZE ABDUMP", "DFS110 KEYWORD FREEZE ABDUMP IS INVALID WITH CHECKPOINT IMSP"),
    ("/CHE STATISTICS", "DFS110 KEYWORD STATISTICS IS INVALID WITH CHECKPOINT IMSP"),
    ("/DIS", "DFS110 KEYWORD NOTHING IS INVALID WITH DISPLAY IMSP"),
    ("/DIS TRAN ALL", "DFS110 KEYWORD TRAN IS INVALID WITH DISPLAY IMSP"),
]


@pytest.mark.parametrize(("text", "answer"), REFUSED)
def test_what_is_not_supported_is_refused_with_a_message(region, text, answer):
    assert command(region, text) == [answer]
    assert region.databases.status("ACCT") == ["NOTOPEN"]


@pytest.mark.parametrize("kind", ["FREEZE", "PURGE", "DUMPQ"])
def test_each_shutdown_checkpoint_ends_ims_in_order(region, extended_system, kind):
    transfer(region)
    assert "CHECKPOINT COMMAND IN PROGRESS" in command(region, f"/CHE {kind}")[0]
    assert region.ended.wait(10)
    assert region.host.said(f"**{kind}* IMSP")
    again = extended_system.start("/NRE.")
    assert transfer(again) == "DONE"
    again.fail("TEST ENDED", report=False)


def test_snapq_is_a_checkpoint_that_ims_goes_on_after(region):
    assert command(region, "/CHECKPOINT SNAPQ")[0].endswith("CHECKPOINT COMMAND COMPLETED IMSP")
    assert region.host.said("**SNAPQ* IMSP")
    assert transfer(region) == "DONE"


def test_a_request_that_the_console_forgets_is_no_command():
    """The WTOR of an IMS that has ended is taken from the console; that is no reply of an operator."""
    asked = type("Request", (), {"answered": threading.Event(), "reply": None})()
    asked.answered.set()
    console = type("Console", (), {"ask": lambda self, *words: asked})()
    system = type("System", (), {"console": console})()
    job = type("Job", (), {"jobid": "STC00001", "jobname": "IMSP"})()
    step = type("Step", (), {"system": system, "job": job, "cancelled": threading.Event()})()
    messages = []
    host = type("Host", (), {"message": lambda self, text: messages.append(text)})()
    region = type("Region", (), {"ended": threading.Event(), "imsid": "IMSP"})()
    OperatorSession(step, host, "")._take_commands(region)
    assert messages == []


def member(system, imsid):
    """Return another member on the same databases, with logs of its own."""
    other = system.copy(system.faults)
    for name, data_set in system.data_sets.items():
        if ".DB." in name or ".RECON" in name:
            other.data_sets[name] = data_set
    other.proclib["DFSPBP00"] = [line.replace("IMSID=IMSP", f"IMSID={imsid}") for line in other.proclib["DFSPBP00"]]
    other.write_rdds(imsid)
    made = ControlRegion(Configuration.read(other.host(), "CTL,P00"))
    Restarter(made).command(COLD)
    return made


def test_a_global_command_is_done_by_all_members_and_recorded(extended_system):
    first = extended_system.start(COLD)
    second = member(extended_system, "IMSQ")
    z_os = type("Zos", (), {})()
    for one in (first, second):
        subsystems.identify(z_os, one)
    _, messages = last(first, "/DBR DB ACCT GLOBAL NOFEOV")
    assert messages[-1].endswith("DBN= ACCT RC=00 IMSP")
    assert first.dbrc.database("ACCT").prohibited
    for one in (first, second):
        assert "STOACC" in one.databases.status("ACCT")
    last(first, "/STA DB ACCT GLOBAL")
    assert not first.dbrc.database("ACCT").prohibited
    assert "STOACC" not in second.databases.status("ACCT")
    for one in (first, second):
        one.fail("TEST ENDED", report=False)


def test_a_partner_that_cannot_follow_gives_return_code_2(extended_system):
    first = extended_system.start(COLD)
    second = member(extended_system, "IMSQ")
    z_os = type("Zos", (), {})()
    for one in (first, second):
        subsystems.identify(z_os, one)
    with scheduled(second, "BANKINQ", "REPORT", BMP):
        _, messages = last(first, "/DBR DB ACCT GLOBAL NOFEOV")
    assert messages[-1].endswith("DBN= ACCT RC=02 IMSP")
    assert second.host.said("DFS0565I DBR COMMAND NOT SUCCESSFUL FOR DATABASE ACCT")
    for one in (first, second):
        one.fail("TEST ENDED", report=False)


def test_a_start_that_dbrc_refuses_gives_return_code_1(region):
    with region.dbrc.recon.unit() as unit:
        from dataclasses import replace

        unit.put(replace(unit.find(type(region.dbrc.database("ACCT"))("ACCT")), prohibited=True))
    _, messages = last(region, "/STA DB ACCT")
    assert messages[0].startswith("DFS047A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE ACCT")
    assert messages[-1].endswith("DBN= ACCT RC=01 IMSP")


def test_pcbs_are_not_needed_to_know_what_a_program_uses(region):
    with scheduled(region, "BANKINQ", "LOOK") as program:
        assert isinstance(program.pcbs[0], Pcb)
        (active,) = region.programs.values()
        assert active.uses({"ACCT"}, updates=False)
        assert not active.uses({"ACCT"}, updates=True)
        assert not active.uses({"HIST"}, updates=False)
