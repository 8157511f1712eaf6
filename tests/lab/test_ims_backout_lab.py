"""DFSBBO00 as a job: a database that was away when IMS restarted is backed out from its online logs."""

import time

import pytest

from zoslab.ims import pointer_check, subsystems
from zoslab.ims.bank.definitions import Customer
from zoslab.ims.schedule import Program, scheduled
from zoslab.sample.create import create
from zoslab.zos import Zos

BACKOUT = """//BBO      JOB CLASS=A
//BACKOUT  EXEC PGM=DFSRRC00,PARM='DLI,DFSBBO00,{psb}'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//         DD DISP=SHR,DSN=IMSP.MDALIB
//IMSACB   DD DISP=SHR,DSN=IMSP.ACBLIB
//IMSLOGR  DD DISP=SHR,DSN=IMSP.OLP00
//         DD DISP=SHR,DSN=IMSP.OLP01
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{card}
/*
"""


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backout") / "system"
    create(folder, lambda _: None)
    running = Zos.ipl(folder)
    yield running
    running.shutdown()


def wait_for(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def asked(system, text):
    return next((one for one in system.console.outstanding() if text in one.text), None)


def backout(system, psb="BANKTRN", card=""):
    jobid = system.jes.submit(BACKOUT.format(psb=psb, card=card), "IBMUSER")
    wait_for(lambda: system.jes.job(jobid).status == "OUTPUT")
    job = system.jes.job(jobid)
    files = [file for file in job.files if file.ddname == "SYSPRINT"]
    return job.retcode, "\n".join(line for file in files for line in system.jes.spool_records(jobid, file.id))


def leave_a_unit_in_flight(region):
    program = Program(region, region.configuration.psb("BANKTRN"), "OPEN")
    customer = Customer.of(program.pcbs[1].ghu("CUSTOMER(CUSTNO  = 00000003)"))
    customer.name = "NOBODY"
    assert program.pcbs[1].repl(bytes(customer))
    region.engine.pool.flush()
    region.fail("CANCELLED")


def name_of_customer(region):
    with scheduled(region, "BANKPSB", "LOOK") as program:
        return Customer.of(program.pcbs[1].gu("CUSTOMER(CUSTNO  = 00000003)")).name


def test_a_job_backs_out_what_restart_could_not(system):
    system.console.command("S IMSP")
    wait_for(lambda: asked(system, "DFS996I"))
    name = name_of_customer(subsystems.find(system, "IMSP"))
    leave_a_unit_in_flight(subsystems.find(system, "IMSP"))
    wait_for(lambda: subsystems.find(system, "IMSP") is None)
    system.datasets.rename("IMSP.DB.CUST", "IMSP.DB.AWAY")
    system.console.command("S IMSP")
    wait_for(lambda: asked(system, "DFS810A") or asked(system, "DFS996I"))
    if asked(system, "DFS810A"):
        system.console.command(f"R {asked(system, 'DFS810A').reply_id},/ERE")
        wait_for(lambda: asked(system, "DFS996I"))
    said = [one.text for one in system.console.hardcopy()]
    assert any("DFS981I DBD=CUST WITHIN PSB=BANKTRN STOPPED DUE TO BACKOUT FAILURE IMSP" in text for text in said)
    system.datasets.rename("IMSP.DB.AWAY", "IMSP.DB.CUST")
    region = subsystems.find(system, "IMSP")
    region.log.flush()
    code, text = backout(system, card=" COLDSTART")
    assert (code, "DFS3281A CONTROL STATEMENT NOT VALID FOR INPUT LOG: COLDSTART - ONLINE" in text) == ("CC 0012", True)
    code, text = backout(system, psb="BANKPSB")
    assert (code, "DFS3290I NO PENDING BACKOUT FITS CRITERIA - RSN= 2" in text) == ("CC 0008", True)
    code, text = backout(system)
    assert (code, "DFS395I BACKOUT COMPLETE FOR PSB BANKTRN" in text) == ("CC 0000", True)
    for stopped in ("CUSTNX", "CUST"):
        region.databases.start(stopped)
    assert name_of_customer(region) == name != "NOBODY"
    assert [str(one) for one in pointer_check.check(region.databases.get("CUST")).errors] == []
    code, text = backout(system)
    assert (code, "RSN= 1" in text) == ("CC 0008", True)
