"""Image copy, archive, change accumulation and recovery on real volumes, with a workload between them."""

import re
import time
from datetime import datetime, timedelta

import pytest

from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.ims import subsystems
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.osam import BlockFile
from zoslab.ims.type2 import execute
from zoslab.ims.utilities.archive import RECOVERY_TYPES
from zoslab.ims.utilities.changes import records_of
from zoslab.ims.utilities.target import open_target
from zoslab.sample.create import create
from zoslab.zos import Zos

pytestmark = pytest.mark.xdist_group("ims_utilities")
"""One system's history: copied, changed, archived, recovered, in the order of the file."""

JOB = """//{name:8} JOB CLASS=A
//STEP     EXEC PGM={program},PARM='{parm}'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//         DD DISP=SHR,DSN=IMSP.MDALIB
//IMSACB   DD DISP=SHR,DSN=IMSP.ACBLIB
//SYSPRINT DD SYSOUT=*
{dds}
//{control:8} DD *
{cards}
/*
"""
COPY_DD = """//{dd:8} DD DSN={dsn},DISP=(NEW,CATLG),UNIT=3390,
//             VOL=SER=IMSP04,SPACE=(TRK,(45,15)),
//             DCB=(RECFM=VB,LRECL=8192,BLKSIZE=27998)"""


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("utilities") / "system"
    create(folder, lambda _: None)
    running = Zos.ipl(folder)
    yield running
    running.shutdown()


def wait_for(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def submit(system, program, cards, dds="", parm="", control="SYSIN"):
    jcl = JOB.format(name="UTIL", program=program, parm=parm, dds=dds, cards=cards, control=control)
    jobid = system.jes.submit("\n".join(line for line in jcl.splitlines() if line), "IBMUSER")
    wait_for(lambda: system.jes.job(jobid).status == "OUTPUT")
    job = system.jes.job(jobid)
    if job.retcode == "JCL ERROR":
        print([line for file in job.files for line in system.jes.spool_records(jobid, file.id)])
    lines = [
        line for file in job.files if file.ddname == "SYSPRINT" for line in system.jes.spool_records(jobid, file.id)
    ]
    return job.retcode, "\n".join(lines)


def work(system, seconds=1.0, meanwhile=None):
    """Run IMS with its workload for a while and end it by a checkpoint; ``meanwhile`` is done in the middle of it."""
    system.console.command("S IMSP")
    wait_for(lambda: any("DFS996I" in one.text for one in system.console.outstanding()))
    system.console.command("S BANKWL,RATE=200")
    time.sleep(seconds)
    if meanwhile is not None:
        meanwhile(subsystems.find(system, "IMSP"))
        time.sleep(seconds)
    system.console.command("P BANKWL")
    wait_for(lambda: "BANKWL" not in "".join(system.console.command("D A,L")))
    request = next(one for one in system.console.outstanding() if "DFS996I" in one.text)
    system.console.command(f"R {request.reply_id},/CHE FREEZE")
    wait_for(lambda: subsystems.find(system, "IMSP") is None)


def content(system, dsname):
    return dict(open_target(system.datasets.find(dsname), _Plain, dsname).items())


class _Plain:
    access = "HDAM"


def logs(system):
    found = [entry.name for entry in system.catalogs.entries("IMSP.SLDS.**") if entry.kind in ("NONVSAM", "GDS")]
    return "\n".join(
        ("//DFSULOG  DD" if n == 0 else "//        DD") + f" DISP=SHR,DSN={name}" for n, name in enumerate(found)
    )


def dbrc(system, *commands):
    code, text = submit(system, "DSPURX00", "\n".join(" " + one for one in commands))
    assert code == "CC 0000", text
    return text


def test_databases_are_recovered_bit_by_bit(system):
    names = {"ACCT": "IMSP.DB.ACCT", "CUST": "IMSP.DB.CUST"}
    for name in names:
        code, text = submit(
            system, "DFSUDMP0", f"D1 {name:8} {name:8} DATAOUT1", COPY_DD.format(dd="DATAOUT1", dsn=f"IMSP.IC1.{name}")
        )
        assert code == "CC 0000", text
    assert "DSN=IMSP.IC1.ACCT" in dbrc(system, "LIST.DBDS DBD(ACCT)")
    before = {name: content(system, dsname) for name, dsname in names.items()}
    work(system)
    after = {name: content(system, dsname) for name, dsname in names.items()}
    assert before["ACCT"] != after["ACCT"]
    for name, dsname in names.items():
        dataset = system.datasets.find(dsname)
        BlockFile(dataset.space, dataset.blksize, dsname).erase()
        dbrc(system, f"CHANGE.DBDS DBD({name}) DDN({name}) RECOV")
        dds = f"//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.{name}\n{logs(system)}"
        code, text = submit(system, "DFSURDB0", f"S  {name:8} {name:8}", dds)
        assert code == "CC 0000", text
        assert content(system, dsname) == after[name]
        listed = dbrc(system, f"LIST.DBDS DBD({name})")
        assert "RECOV NEEDED   =OFF" in listed
        assert "\nRECOV\n" in listed.replace(" \n", "\n")
    accumulated = COPY_DD.format(dd="DFSUCUMN", dsn="IMSP.CA1")
    code, text = submit(system, "DFSUCUM0", "DB0 *ALL", f"{logs(system)}\n{accumulated}")
    assert code == "CC 0000", text
    assert "IMSP.CA1" in dbrc(system, "LIST.CAGRP GRPNAME(BANKGRP)")
    dataset = system.datasets.find(names["ACCT"])
    BlockFile(dataset.space, dataset.blksize, names["ACCT"]).erase()
    dds = "//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.ACCT\n//DFSUCUM DD DISP=SHR,DSN=IMSP.CA1"
    code, text = submit(system, "DFSURDB0", "S  ACCT     ACCT", dds)
    assert code == "CC 0000", text
    assert content(system, names["ACCT"]) == after["ACCT"]


def test_a_data_set_is_recovered_to_a_time_at_which_nobody_updated_it(system):
    quiet = system.clock.now()
    before = content(system, "IMSP.DB.ACCT")
    work(system, 0.7)
    assert content(system, "IMSP.DB.ACCT") != before
    dds = f"//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.ACCT\n{logs(system)}"
    code, text = submit(system, "DFSURDB0", f"S  ACCT     ACCT     {quiet:%Y.%j %H:%M:%S.%f}", dds)
    assert code == "CC 0000", text
    assert content(system, "IMSP.DB.ACCT") == before
    alloc = re.findall(r" ALLOC   =(\S+ \S+) \S+\*", dbrc(system, "LIST.DBDS DBD(ACCT) DDN(ACCT)"))[-1]
    later = datetime.strptime(alloc, "%Y.%j %H:%M:%S.%f") + timedelta(milliseconds=1)
    code, text = submit(system, "DFSURDB0", f"S  ACCT     ACCT     {later:%Y.%j %H:%M:%S.%f}", dds)
    assert (code, "NOT A RECOVERY POINT" in text) == ("CC 0012", True), text
    code, text = submit(system, "DFSURDB0", "S  ACCT     ACCT", dds)
    assert code == "CC 0000", text


def test_a_data_set_is_recovered_to_the_point_at_which_it_was_quiesced_under_load(system):
    held = {}

    def hold(region):
        assert execute(region, "UPDATE DB NAME(ACCT) START(QUIESCE) OPTION(HOLD) SET(TIMEOUT(20))").code == 0
        held.update(time=system.clock.now(), content=content(system, "IMSP.DB.ACCT"))
        assert execute(region, "UPDATE DB NAME(ACCT) STOP(QUIESCE)").code == 0

    work(system, 0.5, hold)
    dds = f"//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.ACCT\n{logs(system)}"
    now = content(system, "IMSP.DB.ACCT")
    assert now != held["content"]
    code, text = submit(system, "DFSURDB0", f"S  ACCT     ACCT     {held['time']:%Y.%j %H:%M:%S.%f}", dds)
    assert code == "CC 0000", text
    assert content(system, "IMSP.DB.ACCT") == held["content"]
    alloc = re.findall(r" ALLOC   =(\S+ \S+) \S+\*", dbrc(system, "LIST.DBDS DBD(ACCT) DDN(ACCT)"))[-2]
    before = datetime.strptime(alloc, "%Y.%j %H:%M:%S.%f") + timedelta(milliseconds=1)
    code, text = submit(system, "DFSURDB0", f"S  ACCT     ACCT     {before:%Y.%j %H:%M:%S.%f}", dds)
    assert (code, "NOT A RECOVERY POINT" in text) == ("CC 0012", True), text
    code, text = submit(system, "DFSURDB0", "S  ACCT     ACCT", dds)
    assert code == "CC 0000", text
    assert content(system, "IMSP.DB.ACCT") == now


def test_init_dbds_takes_the_organisation_from_the_dbd_that_the_dd_ims_leads_to(system):
    library = "//IMS DD DISP=SHR,DSN=IMSP.DBDLIB"
    again = " DELETE.DBDS DBD(CUSTNX) DDN(CUSTNX)\n INIT.DBDS DBD(CUSTNX) DDN({}) DSN(IMSP.DB.CUSTNX) GENMAX(7)"
    before = dbrc(system, "LIST.DBDS DBD(CUSTNX)")
    assert "DSID=001 DBORG=INDEX    DSORG=VSAM" in before
    code, text = submit(system, "DSPURX00", again.format("CUSTNX"), library)
    assert code == "CC 0000", text
    assert "DSID=001 DBORG=INDEX    DSORG=VSAM" in dbrc(system, "LIST.DBDS DBD(CUSTNX)")
    code, text = submit(system, "DSPURX00", again.format("NONE"), library)
    assert (code, "DDN(NONE) IS NOT IN THE DBD OF CUSTNX, WHICH HAS CUSTNX" in text) == ("CC 0012", True), text
    code, text = submit(system, "DSPURX00", " INIT.DBDS DBD(CUSTNX) DDN(CUSTNX) DSN(IMSP.DB.CUSTNX) GENMAX(7)", library)
    assert code == "CC 0000", text


def test_a_data_set_as_it_is_takes_the_place_of_an_image_copy(system):
    dds = f"//DFSUDUMP DD DUMMY\n{logs(system)}"
    dds += "\n//ACCT DD DISP=OLD,DSN=IMSP.DB.ACCT"
    before = content(system, "IMSP.DB.ACCT")
    for _ in range(2):
        code, text = submit(system, "DFSURDB0", "S  ACCT     ACCT", dds, "UDR,DFSURDB0,ACCT,DBRC=N")
        assert code == "CC 0000", text
        assert content(system, "IMSP.DB.ACCT") == before


@pytest.mark.parametrize(("fault", "words"), [("torn", "BLOCK 1 IS DAMAGED"), ("swapped", "IS NUMBER")])
def test_a_log_that_is_damaged_is_told_before_anything_behind_it_is_used(system, fault, words):
    found = [system.datasets.find(name) for name in re.findall(r"DSN=(\S+)", logs(system))]
    files = [BlockFile(one.space, one.blksize, one.dsname) for one in found]
    file = max(files, key=lambda one: one.blocks)
    name = file.name
    blocks = [file.read(number) for number in (1, 2)]
    file.write(1, blocks[0][:900] + b"\xff" + blocks[0][901:] if fault == "torn" else blocks[1])
    dds = f"//DFSUDUMP DD DUMMY\n//ACCT DD DISP=OLD,DSN=IMSP.DB.ACCT\n{logs(system)}"
    code, text = submit(system, "DFSURDB0", "S  ACCT     ACCT", dds, "UDR,DFSURDB0,ACCT,DBRC=N")
    file.write(1, blocks[0])
    assert code == "CC 0012", text
    assert f"{name} BLOCK 1" in text
    assert words in text


@pytest.mark.parametrize(
    ("program", "cards", "dds", "words"),
    [
        ("DFSUDMP0", "X1 ACCT     ACCT     DATAOUT1", "", "DFS301A"),
        ("DFSUDMP0", "D1 NONE     NONE     DATAOUT1", "", "DFS929I"),
        ("DFSUDMP0", "D1 ACCT     ACCT     DATAOUT1", "", "DATAOUT1: THERE IS NO SUCH DD"),
        ("DFSURDB0", "S  ACCT", "", "DFS301A"),
        ("DFSURDB0", "S  ACCT     ACCT     2026.999 00:00:00", "", "DFS301A"),
        ("DFSURDB0", "S  ACCT     ACCT", "//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.CUST", "IMAGE COPY IS OF CUST"),
        ("DFSURDB0", "S  ACCT     ACCT", "//DFSUDUMP DD DISP=SHR,DSN=IMSP.RDDS1", "NOT AN IMAGE COPY"),
        ("DFSURDB0", "S  ACCT     ACCT", "//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC1.ACCT", "IS NEEDED AND NOT IN DFSULOG"),
        ("DFSUCUM0", "DB1 ACCT", "", "DFS301A"),
        ("DFSUARC0", "SLDS", "", "THERE MUST BE ONE FOR EACH STEP"),
        ("DFSUARC0", "TAPE", "", "NOT SUPPORTED"),
    ],
)
def test_what_a_utility_cannot_do_is_refused_with_a_message(system, program, cards, dds, words):
    parm = "IMSP" if program == "DFSUARC0" else ""
    code, text = submit(system, program, cards, dds, parm)
    assert code in ("CC 0008", "CC 0012", "CC 0016"), text
    assert words in text


def test_an_online_log_is_archived_to_a_system_and_a_recovery_log(system):
    source = next(name for name in re.findall(r"DSN=(\S+)", logs(system)))
    dataset = system.datasets.find(source)
    attributes = DataSetAttributes("PS", "VB", 22524, 22528)
    olds = system.datasets.create("IMSP.TOLP00", attributes, Space("TRK", 40), ["IMSP04"])
    written = BlockFile(dataset.space, 22528, source)
    copied = BlockFile(olds.space, 22528, "IMSP.TOLP00")
    blocks = [written.read(number) for number in range(written.blocks) if any(written.read(number))]
    for number, raw in enumerate(blocks):
        copied.write(number, raw)
    names = [f"IMSP.RECON{number}" for number in (1, 2, 3)]
    recon = Dbrc.open([ReconDataSet(name, system.datasets.find(name).ksds()) for name in names], system.clock)
    recon.sign_on("IMSX")
    recon.olds_opened("IMSX", "DFSOLP00", "IMSP.TOLP00", system.clock.now())
    output = "//{} DD DSN={},DISP=(NEW,CATLG),UNIT=3390,\n//  VOL=SER=IMSP04,SPACE=(TRK,(40,5)),\n"
    output += "//  DCB=(RECFM=VB,LRECL=22524,BLKSIZE=22528)\n"
    dds = "//DFSOLP00 DD DISP=SHR,DSN=IMSP.TOLP00\n" + output.format("DFSSLOGP", "IMSP.TSLDS")
    dds += output.format("RLDSDD1", "IMSP.TRLDS").rstrip()
    code, text = submit(system, "DFSUARC0", " SLDS", dds.replace("TSLDS", "XSLDS").replace("TRLDS", "XRLDS"), "IMSX")
    assert (code, "IS ACTIVE, THERE IS NOTHING TO ARCHIVE" in text) == ("CC 0008", True), text
    recon.olds_closed("IMSX", "DFSOLP00", system.clock.now(), 1, 9)
    code, text = submit(system, "DFSUARC0", " SLDS", dds, "IMSX")
    assert code == "CC 0000", text
    (recorded,) = recon.olds("IMSX")
    assert recorded.status == "ARC COMPLT"
    assert [log.datasets[0].dsn for log in recon.prilog("IMSX")] == ["IMSP.TRLDS"]
    assert [log.datasets[0].dsn for log in recon.prisld("IMSX")] == ["IMSP.TSLDS"]
    whole = list(records_of(system.datasets.find("IMSP.TSLDS")))
    recovery = list(records_of(system.datasets.find("IMSP.TRLDS")))
    assert whole == list(records_of(dataset))
    assert recovery == [record for record in whole if record.type in RECOVERY_TYPES]
    assert 0 < len(recovery) < len(whole)


@pytest.mark.parametrize("name", ["ACCT", "CUST"])
def test_a_database_is_unloaded_and_reloaded_with_all_its_segments(system, name):
    made = COPY_DD.format(dd="DFSURGU1", dsn=f"IMSP.UNL.{name}")
    code, unloaded = submit(system, "DFSURGU0", "", made, f"ULU,DFSURGU0,{name}")
    assert code == "CC 0000", unloaded
    code, reloaded = submit(system, "DFSURGL0", "", f"//DFSUINPT DD DISP=SHR,DSN=IMSP.UNL.{name}", name)
    assert code == "CC 0000", reloaded
    assert reloaded.splitlines()[:-1] == unloaded.splitlines()[:-1]
    listed = dbrc(system, f"LIST.DBDS DBD({name})")
    assert "IC NEEDED      =ON" in listed
    assert "\nREORG" in listed
    code, again = submit(system, "DFSURGU0", "", made.replace("IMSP.UNL", "IMSP.AGN"), name)
    assert code == "CC 0000", again
    contents = [list(system.datasets.find(f"IMSP.{one}.{name}").records())[1:] for one in ("UNL", "AGN")]
    assert contents[0] == contents[1] or sorted(contents[0]) == sorted(contents[1])
    code, text = submit(system, "DFSURGL0", "", "//DFSUINPT DD DISP=SHR,DSN=IMSP.IC1.ACCT", name)
    assert (code, "IS NOT AN UNLOADED" in text) == ("CC 0012", True)
