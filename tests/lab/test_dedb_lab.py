"""A DEDB on real volumes: formatted by DBFUMIN0, opened through the RECON, copied and recovered as areas."""

import time

import pytest

from zoslab.dasd import loadmodule
from zoslab.dasd.allocation import Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.ims import acb, dbdgen, pointer_check
from zoslab.ims.configuration import Configuration
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dbrc.processor import execute
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.open_databases import OpenDatabases
from zoslab.ims.parameters import RegionParameters, StorageParameters, SystemParameters
from zoslab.ims.psb import DbPcb
from zoslab.ims.rdds import Resource, ResourceDefinitions
from zoslab.sample.create import create
from zoslab.zos import Zos

SOURCE = """
TELL     DBD   NAME=TELL,ACCESS=DEDB,RMNAME=DBFHDC40
         AREA  DD1=TELLA1,SIZE=1024,UOW=(5,2),ROOT=(6,2)
         AREA  DD1=TELLA2,SIZE=2048,UOW=(4,1),ROOT=(5,2)
         SEGM  NAME=TELLER,PARENT=0,BYTES=40
         FIELD NAME=(TELLID,SEQ,U),START=1,BYTES=6,TYPE=C
         DBDGEN
         FINISH
         END
"""
JOB = """//UTIL     JOB CLASS=A
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
COPY_DD = """//DATAOUT1 DD DSN=IMSP.IC.TELLA1,DISP=(NEW,CATLG),UNIT=3390,
//             VOL=SER=IMSP04,SPACE=(TRK,(10,5)),
//             DCB=(RECFM=VB,LRECL=4096,BLKSIZE=27998)"""
AREAS = {"TELLA1": ("IMSP.DB.TELLA1", 1024), "TELLA1B": ("IMSP.DB.TELLA1B", 1024), "TELLA2": ("IMSP.DB.TELLA2", 2048)}


class Host:
    """What a batch region is given, by name."""

    def __init__(self, system):
        self.system, self.clock = system, system.clock

    def message(self, text):
        raise AssertionError(text)

    def allocated(self, ddname):
        return None

    def allocate(self, dsname):
        return self.system.datasets.find(dsname)

    def free(self, dsname):
        assert self.system.datasets.find(dsname)

    def module(self, name):
        library = self.system.datasets.find("IMSP.MDALIB").pds()
        return loadmodule.parse(library.blocks(name)).text("") if name in library else None

    def control_block(self, name):
        return b"".join(self.system.datasets.find("IMSP.ACBLIB").pds().blocks(name))


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dedb") / "system"
    create(folder, lambda _: None)
    running = Zos.ipl(folder)
    for dsname, size in AREAS.values():
        attributes = ClusterAttributes("ESDS", ci_size=size, max_record=size - 7)
        running.datasets.create_cluster(dsname, attributes, Space("TRK", 4), ["IMSP05"])
    library = running.datasets.find("IMSP.ACBLIB").pds()
    library.write_blocks("TELL", [acb.build_dmb(dbdgen.generate(SOURCE.splitlines()))])
    recon = dbrc(running)
    for command in (
        "INIT.DB DBD(TELL) TYPEFP SHARELVL(1)",
        "INIT.DBDS DBD(TELL) AREA(TELLA1) GENMAX(3)",
        "INIT.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1) ADSN(IMSP.DB.TELLA1)",
        "INIT.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1B) ADSN(IMSP.DB.TELLA1B)",
        "INIT.DBDS DBD(TELL) AREA(TELLA2) GENMAX(3)",
        "INIT.ADS DBD(TELL) AREA(TELLA2) ADDN(TELLA2) ADSN(IMSP.DB.TELLA2)",
    ):
        execute(recon, command)
    yield running
    running.shutdown()


def dbrc(system):
    names = [f"IMSP.RECON{number}" for number in (1, 2, 3)]
    return Dbrc.open([ReconDataSet(name, system.datasets.find(name).ksds()) for name in names], system.clock)


def submit(system, program, cards, dds="", parm="", control="SYSIN"):
    jcl = JOB.format(program=program, parm=parm, dds=dds, cards=cards, control=control)
    jobid = system.jes.submit("\n".join(line for line in jcl.splitlines() if line), "IBMUSER")
    end = time.monotonic() + 30
    while system.jes.job(jobid).status != "OUTPUT":
        assert time.monotonic() < end
        time.sleep(0.05)
    job = system.jes.job(jobid)
    lines = [
        line for file in job.files if file.ddname == "SYSPRINT" for line in system.jes.spool_records(jobid, file.id)
    ]
    return job.retcode, "\n".join(lines)


class Batch:
    """TELL, opened by a batch subsystem."""

    def __init__(self, system):
        self.dbrc = dbrc(system)
        self.dbrc.sign_on("BATCH")
        resources = ResourceDefinitions("BATCH", "", (Resource("DB", "TELL"),))
        parts = RegionParameters(), StorageParameters(), SystemParameters()
        configuration = Configuration(Host(system), "BATCH", *parts, resources)
        self.engine = Engine.unlogged()
        self.databases = OpenDatabases(configuration, self.engine, self.dbrc, "READ")
        self.database = self.databases.get("TELL", updates=False)
        self.pcb = Pcb(DbPcb("TELL", "A", 6), self.database, self.engine.recovery.begin("TELLPSB", 1))

    def close(self):
        self.engine.recovery.commit(self.pcb.unit)
        self.databases.close("TELL")
        self.dbrc.sign_off("BATCH")


def tellers(batch):
    found = []
    while (data := batch.pcb.gn("TELLER  ")) is not None:
        found.append(data)
    return found


def test_a_dedb_is_formatted_used_copied_and_recovered(system):
    code, text = submit(system, "DBFUMIN0", "ALLAREAS", parm="TELL", control="CONTROL")
    assert code == "CC 0000", text
    assert "AREA TELLA1 FORMATTED" in text
    assert "2 DATA SETS" in text
    code, text = submit(system, "DBFUMIN0", "AREA=TELLA2", parm="TELL", control="CONTROL")
    assert (code, "IS AVAIL, NOT UNAVAIL" in text) == ("CC 0008", True), text
    batch = Batch(system)
    for number in range(60):
        assert batch.pcb.isrt(f"T{number:05}".encode("cp1047") + bytes(34), "TELLER  ")
    batch.close()
    batch = Batch(system)
    expected = tellers(batch)
    assert len(expected) == 60
    assert pointer_check.check(batch.database).errors == []
    batch.close()
    code, text = submit(system, "DFSUDMP0", "D1 TELL     TELLA1   DATAOUT1", COPY_DD)
    assert code == "CC 0000", text
    assert [image.copies[0].dsn for image in images(system)] == ["IMSP.IC.TELLA1"]
    for name in ("IMSP.DB.TELLA1", "IMSP.DB.TELLA1B"):
        system.datasets.find(name).esds().data.write_ci(3, bytes(1024))
    code, text = submit(system, "DFSURDB0", "S  TELL     TELLA1", "//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC.TELLA1")
    assert code == "CC 0000", text
    assert "TELLA1B WAS NOT RECOVERED AND IS NOW UNAVAILABLE" in text
    batch = Batch(system)
    assert tellers(batch) == expected
    assert pointer_check.check(batch.database).errors == []
    batch.close()


def images(system):
    from zoslab.ims.dbrc.database_records import Image

    with dbrc(system).recon.unit() as unit:
        return unit.all(Image, "TELL")


@pytest.mark.parametrize(
    ("parm", "cards", "words"),
    [
        ("ACCT", "ALLAREAS", "IS NOT A DEDB"),
        ("TELL", "AREA=NONE", "CONTROL STATEMENT ERROR"),
        ("NONE", "ALLAREAS", "NOT IN THE LIBRARIES"),
    ],
)
def test_dbfumin0_refuses_what_it_cannot_format(system, parm, cards, words):
    code, text = submit(system, "DBFUMIN0", cards, parm=parm, control="CONTROL")
    assert code == "CC 0012"
    assert words in text
