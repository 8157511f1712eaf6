"""Two sharing members on real volumes: logs merged by time, recovery, loss of one, suspend of both."""

import re
import time
from types import SimpleNamespace

import pytest

from zoslab.ims import pointer_check, subsystems
from zoslab.ims.bank.read import read_bank
from zoslab.ims.schedule import scheduled
from zoslab.ims.utilities.target import open_target
from zoslab.sample.create import create
from zoslab.sample.library import write_member
from zoslab.zos import Zos

pytestmark = pytest.mark.xdist_group("sharing_lab")
"""One system's history, in the order of the file."""

JOB = """//{name:8} JOB CLASS=A
//STEP     EXEC PGM={program},PARM='{parm}'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//         DD DISP=SHR,DSN=IMSP.MDALIB
//IMSACB   DD DISP=SHR,DSN=IMSP.ACBLIB
//SYSPRINT DD SYSOUT=*
{dds}
//SYSIN    DD *
{cards}
/*
"""
NEW_DD = """//{dd:8} DD DSN={dsn},DISP=(NEW,CATLG),UNIT=3390,
//             VOL=SER=IMSP04,SPACE=(TRK,(45,15)),
//             DCB=(RECFM=VB,LRECL=8192,BLKSIZE=27998)"""
MEMBERS = ("IMSP", "IMSQ")
DATA_SETS = {
    "ACCT": ("ACCT", "IMSP.DB.ACCT"),
    "CUST": ("CUST", "IMSP.DB.CUST"),
    "CUSTX": ("CUSTX", "IMSP.DB.CUSTX"),
    "HISTAA": ("HISTA", "IMSP.DB.HIST.A00001"),
    "TELLER01": ("TELLER", "IMSP.DB.TELLER01"),
}
"""Database or partition, and data set, by ddname or area."""


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sharing") / "system"
    create(folder, lambda _: None, members=2)
    running = Zos.ipl(folder)
    yield running
    running.shutdown()


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def submit(system, program, cards, dds="", parm=""):
    jcl = JOB.format(name="UTIL", program=program, parm=parm, dds=dds, cards=cards)
    jobid = system.jes.submit("\n".join(line for line in jcl.splitlines() if line), "IBMUSER")
    wait_for(lambda: system.jes.job(jobid).status == "OUTPUT")
    job = system.jes.job(jobid)
    lines = [
        line for file in job.files if file.ddname == "SYSPRINT" for line in system.jes.spool_records(jobid, file.id)
    ]
    return job.retcode, "\n".join(lines)


def start(system):
    for member in MEMBERS:
        system.console.command(f"S {member}")
    for member in MEMBERS:
        wait_for(lambda member=member: any("DFS996I" in one.text and member in one.text for one in asked(system)))


def asked(system):
    return system.console.outstanding()


def begin_work(system, units=40):
    """Start the workload on both members and wait until each has done so many units of recovery."""
    regions = [subsystems.find(system, member) for member in MEMBERS]
    wanted = [one.engine.recovery.last_number + units for one in regions]
    for member in MEMBERS:
        system.console.command(f"S BANKWL.WL{member},IMS={member},RATE=150")
    wait_for(lambda: all(map(int.__ge__, (one.engine.recovery.last_number for one in regions), wanted)))


def end_work(system):
    for member in MEMBERS:
        system.console.command(f"P WL{member}")
    wait_for(lambda: "WLIMS" not in "".join(system.console.command("D A,L")))


def freeze(system, *members):
    for member in members:
        request = next(one for one in asked(system) if "DFS996I" in one.text and member in one.text)
        system.console.command(f"R {request.reply_id},/CHE FREEZE")
        wait_for(lambda member=member: subsystems.find(system, member) is None)


def target(system, name):
    dbd, dsname = DATA_SETS[name]
    return open_target(
        system.datasets.find(dsname), SimpleNamespace(access="DEDB" if dbd == "TELLER" else "HDAM"), name
    )


def content(system, name):
    return dict(target(system, name).items())


def logs(system, *, without=""):
    names = [entry.name for entry in system.catalogs.entries("IMSP.SLDS.**") if entry.kind in ("NONVSAM", "GDS")]
    return "\n".join(
        ("//DFSULOG  DD" if n == 0 else "//        DD") + f" DISP=SHR,DSN={name}"
        for n, name in enumerate(one for one in names if one != without)
    )


def dbrc(system, *commands):
    code, text = submit(system, "DSPURX00", "\n".join(" " + one for one in commands))
    assert code == "CC 0000", text
    return text


def erase(system, name):
    """Make a data set empty; of an area, which must stay formatted, a control interval."""
    held = target(system, name)
    if DATA_SETS[name][0] == "TELLER":
        number, image = list(held.items())[1]
        held.restore([(number, bytes(len(image)))])
    else:
        held.erase()


def logs_of(system, ssid):
    listed = dbrc(system, "LIST.LOG ALL")
    records = [part for part in listed.split("-" * 20) if "PRILOG" in part and f"SSID={ssid}" in part]
    return re.findall(r"DSN=(IMSP\.SLDS\.\S+)", "".join(records))


def test_both_members_update_and_every_database_is_recovered_from_the_logs_of_both(system):
    for name in DATA_SETS:
        dds = NEW_DD.format(dd="DATAOUT1", dsn=f"IMSP.IC1.{name}")
        code, text = submit(system, "DFSUDMP0", f"D1 {DATA_SETS[name][0]:8} {name:8} DATAOUT1", dds)
        assert code == "CC 0000", text
    start(system)
    assert "IRLMID=IRLM" in dbrc(system, "LIST.SUBSYS ALL")
    begin_work(system)
    end_work(system)
    for name in ("ACCT", "CUST", "HIST", "TELLER"):
        for member in MEMBERS:
            database = subsystems.find(system, member).databases.get(name)
            assert pointer_check.check(database).errors == []
    freeze(system, *MEMBERS)
    after = {name: content(system, name) for name in DATA_SETS}
    for name in DATA_SETS:
        erase(system, name)
        dds = f"//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.{name}\n{logs(system)}"
        code, text = submit(system, "DFSURDB0", f"S  {DATA_SETS[name][0]:8} {name:8}", dds)
        assert code == "CC 0000", text
        assert content(system, name) == after[name]


def test_a_log_of_one_member_that_is_missing_is_named(system):
    for ssid in MEMBERS:
        missing = logs_of(system, ssid)[0]
        dds = f"//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.ACCT\n{logs(system, without=missing)}"
        code, text = submit(system, "DFSURDB0", "S  ACCT     ACCT", dds)
        assert (code, f"LOG DATA SET {missing} OF {ssid} IS NEEDED" in text) == ("CC 0012", True), text
        dds = f"{logs(system, without=missing)}\n{NEW_DD.format(dd='DFSUCUMN', dsn=f'IMSP.CA0.{ssid}')}"
        code, text = submit(system, "DFSUCUM0", "DB0 *ALL", dds)
        assert (code, f"LOG DATA SET {missing} OF {ssid} IS NEEDED" in text) == ("CC 0012", True), text


def test_the_accumulated_logs_of_both_recover_the_databases(system):
    after = {name: content(system, name) for name in DATA_SETS}
    dds = f"{logs(system)}\n{NEW_DD.format(dd='DFSUCUMN', dsn='IMSP.CA1')}"
    code, text = submit(system, "DFSUCUM0", "DB0 *ALL", dds)
    assert code == "CC 0000", text
    for name in DATA_SETS:
        erase(system, name)
        dds = f"//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.{name}\n//DFSUCUM  DD DISP=SHR,DSN=IMSP.CA1"
        code, text = submit(system, "DFSURDB0", f"S  {DATA_SETS[name][0]:8} {name:8}", dds)
        assert code == "CC 0000", text
        assert content(system, name) == after[name]


def test_genjcl_and_list_know_the_logs_of_both(system):
    names = {ssid: logs_of(system, ssid) for ssid in MEMBERS}
    assert all(names.values())
    assert not set(names["IMSP"]) & set(names["IMSQ"])
    skeleton = ["//RECOV EXEC PGM=DFSURDB0", "%SELECT RLDS(%DBNAME)", "//DFSULOG DD DSN=%DSN", "%ENDSEL"]
    write_member(system.datasets, "IMSP.PROCLIB", "RECOVX", skeleton)
    dds = "//JCLPDS   DD DISP=SHR,DSN=IMSP.PROCLIB\n//JCLOUT   DD SYSOUT=*"
    code, text = submit(system, "DSPURX00", " GENJCL.RECOV DBD(ACCT) DDN(ACCT) MEMBER(RECOVX) NOJOB LIST", dds)
    assert code == "CC 0000", text
    assert {*names["IMSP"], *names["IMSQ"]} <= set(re.findall(r"DSN=(\S+)", text))


def bank(system, imsid):
    region = subsystems.find(system, imsid)
    with scheduled(region, "BANKPSB", "BANKREAD") as program:
        report = read_bank(program.pcbs)
    for name in ("ACCT", "CUST", "HIST", "TELLER"):
        assert pointer_check.check(region.databases.get(name)).errors == []
    return report.wrong


def test_one_member_is_cancelled_while_the_other_works_and_comes_back(system):
    start(system)
    begin_work(system)
    system.console.command("C IMSP")
    wait_for(lambda: subsystems.find(system, "IMSP") is None)
    time.sleep(0.5)
    assert subsystems.find(system, "IMSQ").state == "RUNNING"
    system.console.command("S IMSP")
    wait_for(lambda: any("DFS996I" in one.text and "IMSP" in one.text for one in asked(system)))
    time.sleep(0.5)
    end_work(system)
    for member in MEMBERS:
        assert bank(system, member) == []
    messages = [one.text for one in system.console.hardcopy()]
    assert any("DFS994I EMERGENCY START COMPLETED IMSP" in text for text in messages)


def test_the_hold_of_one_member_alone_does_not_keep_the_other_from_updates(system):
    code, text = submit(system, "IMSSUSPD", " SUSPEND IMSID(IMSP) TIMEOUT(30)")
    assert (code, text.count("SUS001I")) == ("CC 0000", 1), text
    before = content(system, "ACCT")
    system.console.command("S BANKWL.WLIMSQ,IMS=IMSQ,RATE=150")
    wait_for(lambda: content(system, "ACCT") != before)
    assert subsystems.find(system, "IMSP").suspension.since is not None
    submit(system, "IMSSUSPD", " RESUME IMSID(IMSP)")
    system.console.command("P WLIMSQ")
    wait_for(lambda: "WLIMS" not in "".join(system.console.command("D A,L")))


def test_both_members_are_held_by_one_suspend_job(system):
    cards = "\n".join(f" SUSPEND IMSID({member}) TIMEOUT(5)" for member in MEMBERS)
    begin_work(system)
    code, text = submit(system, "IMSSUSPD", cards)
    assert (code, text.count("SUS001I")) == ("CC 0000", 2), text
    before = {name: content(system, name) for name in DATA_SETS}
    time.sleep(0.3)
    assert {name: content(system, name) for name in DATA_SETS} == before
    code, text = submit(system, "IMSSUSPD", cards.replace("SUSPEND", "RESUME").replace(" TIMEOUT(5)", ""))
    assert (code, text.count("SUS002I")) == ("CC 0000", 2), text
    time.sleep(0.5)
    end_work(system)
    assert content(system, "ACCT") != before["ACCT"]
    freeze(system, "IMSQ")
    assert bank(system, "IMSP") == []
    freeze(system, "IMSP")
