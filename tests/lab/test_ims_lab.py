"""A control region on real volumes: killed with its whole system, restarted, its money counted."""

import subprocess
import sys
import time

import pytest

from zoslab.ims import pointer_check, subsystems
from zoslab.sample.create import create
from zoslab.zos import Zos

READ = """//BANKRD   JOB CLASS=A
//READ     EXEC PGM=DFSRRC00,PARM='BMP,BANKREAD,BANKPSB'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//SYSPRINT DD SYSOUT=*
"""

FEES = """//BANKFEES JOB CLASS=A
//FEES     EXEC PGM=DFSRRC00,PARM='BMP,BANKFEES,BANKTRN,,,,,,,,,,,IMSP'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//SYSPRINT DD SYSOUT=*
"""

SUSPEND = """//SUSP     JOB CLASS=A
//SUSPEND  EXEC PGM=IMSSUSPD
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 SUSPEND IMSID(IMSP) TIMEOUT(5)
 RESUME IMSID(IMSP)
 RESUME IMSID(IMSP)
/*
"""

RUN_UNTIL_KILLED = """
import sys, time
from zoslab.zos import Zos
system = Zos.ipl(sys.argv[1])
if not system.arm.elements():
    system.console.command("S IMSP")
system.console.command("S BANKWL,RATE=300")
print("UP", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("ims") / "system"
    create(made, lambda _: None)
    return made


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def ready(system):
    wait_for(lambda: any("DFS996I" in one.text for one in system.console.outstanding()))


def run(system, jcl):
    jobid = system.jes.submit(jcl, "IBMUSER")
    wait_for(lambda: system.jes.job(jobid).status == "OUTPUT")
    job = system.jes.job(jobid)
    lines = [
        line for file in job.files if file.ddname == "SYSPRINT" for line in system.jes.spool_records(jobid, file.id)
    ]
    return job.retcode, lines


def test_ims_comes_back_each_time_its_system_is_killed(folder):
    for seconds in (0.6, 1.7, 2.6):
        child = subprocess.Popen(
            [sys.executable, "-c", RUN_UNTIL_KILLED, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout.readline().strip() == "UP"
        time.sleep(seconds)
        child.kill()
        child.wait()
    system = Zos.ipl(folder)
    try:
        ready(system)
        messages = [one.text for one in system.console.hardcopy()]
        assert any("DFS994I EMERGENCY START COMPLETED IMSP" in text for text in messages)
        code, lines = run(system, READ)
        assert (code, lines[:2]) == ("CC 0000", ["ACCOUNTS 2000 TOTAL 200000000", "CUSTOMERS 200"])
        assert {line.split()[-1] for line in lines[2:]} == {"HOLDS"}
        assert lines[-1] == "BANK INVARIANT HOLDS"
        region = subsystems.find(system, "IMSP")
        for name in ("ACCT", "CUST"):
            assert pointer_check.check(region.databases.get(name)).errors == []
    finally:
        system.shutdown()


def test_cancelling_a_bmp_abends_its_region_and_not_ims(folder):
    system = Zos.ipl(folder)
    try:
        if not system.arm.elements():
            system.console.command("S IMSP")
        ready(system)
        region = subsystems.find(system, "IMSP")
        jobid = system.jes.submit(FEES, "IBMUSER")
        wait_for(lambda: any(one.name == "BANKFEES" for one in region.programs.values()))
        system.console.command("C BANKFEES")
        wait_for(lambda: system.jes.job(jobid).status == "OUTPUT")
        assert system.jes.job(jobid).retcode == "ABEND S222"
        assert any(
            "DFS554A BANKFEES.FEES. BANKFEES BANKTRN(2) S222 U0000" in one.text for one in system.console.hardcopy()
        )
        assert subsystems.find(system, "IMSP") is region
        assert run(system, READ)[1][-1] == "BANK INVARIANT HOLDS"
    finally:
        system.shutdown()


def test_suspend_and_shutdown(folder):
    system = Zos.ipl(folder)
    try:
        if not system.arm.elements():
            system.console.command("S IMSP")
        ready(system)
        code, lines = run(system, SUSPEND)
        assert [line.split()[0] for line in lines] == ["SUS001I", "SUS002I", "SUS003I"]
        assert code == "CC 0000"
        request = next(one for one in system.console.outstanding() if "DFS996I" in one.text)
        system.console.command(f"R {request.reply_id},/CHE FREEZE")
        wait_for(lambda: subsystems.find(system, "IMSP") is None)
        assert any("DFS994I IMS SHUTDOWN COMPLETED" in one.text for one in system.console.hardcopy())
        assert set(system.dasd.audit.writers("IMSP05")) <= {"CREATE", "IMSP"}
    finally:
        system.shutdown()
