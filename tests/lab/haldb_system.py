"""The sample system with a HALDB that has a PSINDEX (ORDERS), and a HIDAM with two indexes (PEOPLE)."""

import time

from zoslab import ebcdic
from zoslab.dasd import loadmodule
from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.ims import acb, dbdgen, mda, pointer_check
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.partitions import definitions_of
from zoslab.ims.psb import DbPcb
from zoslab.sample.create import create
from zoslab.zos import Zos

SOURCES = {
    "ORDERS": """\
         DBD   NAME=ORDERS,ACCESS=(PHIDAM,OSAM)
         SEGM  NAME=ORDER,PARENT=0,BYTES=30
         FIELD NAME=(ORDNO,SEQ,U),START=1,BYTES=8
         FIELD NAME=DAY,START=9,BYTES=6
         LCHILD NAME=(DAYSEG,ORDERX),PTR=INDX
         XDFLD NAME=XDAY,SRCH=DAY,SUBSEQ=ORDNO
         SEGM  NAME=ITEM,PARENT=((ORDER,DBLE)),BYTES=(200,20),DSGROUP=B
         DBDGEN
""",
    "ORDERX": """\
         DBD   NAME=ORDERX,ACCESS=PSINDEX
         SEGM  NAME=DAYSEG,PARENT=0,BYTES=14
         FIELD NAME=(K,SEQ,U),START=1,BYTES=14
         LCHILD NAME=(ORDER,ORDERS),INDEX=XDAY,RKSIZE=8
         DBDGEN
""",
    "PEOPLE": """\
         DBD   NAME=PEOPLE,ACCESS=(HIDAM,OSAM)
         DATASET DD1=PEOPLE,BLOCK=2048
         SEGM  NAME=PERSON,PARENT=0,BYTES=20
         FIELD NAME=(NUMBER,SEQ,U),START=1,BYTES=4
         FIELD NAME=TOWN,START=5,BYTES=4
         LCHILD NAME=(PEOPI,PEOPX),PTR=INDX
         LCHILD NAME=(TOWNI,TOWNX),PTR=INDX
         XDFLD NAME=XTOWN,SRCH=TOWN,SUBSEQ=NUMBER
         SEGM  NAME=NOTE,PARENT=PERSON,BYTES=30,RULES=(,FIRST)
         DBDGEN
""",
    "PEOPX": """\
         DBD   NAME=PEOPX,ACCESS=(INDEX,VSAM)
         DATASET DD1=PEOPX
         SEGM  NAME=PEOPI,PARENT=0,BYTES=4
         FIELD NAME=(NUMBER,SEQ,U),START=1,BYTES=4
         LCHILD NAME=(PERSON,PEOPLE),INDEX=NUMBER
         DBDGEN
""",
    "TOWNX": """\
         DBD   NAME=TOWNX,ACCESS=(INDEX,VSAM)
         DATASET DD1=TOWNX
         SEGM  NAME=TOWNI,PARENT=0,BYTES=8
         FIELD NAME=(K,SEQ,U),START=1,BYTES=8
         LCHILD NAME=(PERSON,PEOPLE),INDEX=XTOWN
         DBDGEN
""",
}
DEFINITIONS = {name: dbdgen.generate(source.splitlines()) for name, source in SOURCES.items()}
PLAIN = ("PEOPLE", "PEOPX", "TOWNX")
REGISTER = """\
 CHANGE.RECON REORGV
 INIT.DB DBD(ORDERS) TYPHALDB DBORG(PHIDAM) SHARELVL(1) DSGCNT(2)
 INIT.PART DBD(ORDERS) PART(ORDA) KEYSTRNG('00000029') -
   DSNPREFX(IMSP.ORDERS) BLOCKSZE(2048,4096) GENMAX(3)
 INIT.PART DBD(ORDERS) PART(ORDB) KEYSTRNG('99999999') -
   DSNPREFX(IMSP.ORDERS) BLOCKSZE(4096,2048) GENMAX(3)
 INIT.DB DBD(ORDERX) TYPHALDB DBORG(PSINDEX) SHARELVL(1)
 INIT.PART DBD(ORDERX) PART(ORDX) KEYSTRNG('999999') -
   DSNPREFX(IMSP.ORDERX) GENMAX(3)
 INIT.DB DBD(PEOPLE) SHARELVL(1) TYPEIMS
 INIT.DBDS DBD(PEOPLE) DDN(PEOPLE) DSN(IMSP.DB.PEOPLE) GENMAX(3) -
   DBORG(HIDAM) DSORG(OSAM)
 INIT.DB DBD(PEOPX) SHARELVL(1) TYPEIMS
 INIT.DBDS DBD(PEOPX) DDN(PEOPX) DSN(IMSP.DB.PEOPX) GENMAX(3) -
   DBORG(INDEX) DSORG(VSAM)
 INIT.DB DBD(TOWNX) SHARELVL(1) TYPEIMS
 INIT.DBDS DBD(TOWNX) DDN(TOWNX) DSN(IMSP.DB.TOWNX) GENMAX(3) -
   DBORG(INDEX) DSORG(VSAM)"""
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
NEW_DD = """//{dd:8} DD DSN={dsn},DISP=(NEW,CATLG),UNIT=3390,
//             VOL=SER=IMSP04,SPACE=(TRK,(15,15)),
//             DCB=(RECFM=VB,LRECL=8192,BLKSIZE=27998)"""


def start(folder):
    """Make the system and add the databases' control blocks and the data sets of PEOPLE; return it running."""
    create(folder, lambda _: None)
    running = Zos.ipl(folder)
    library = running.datasets.find("IMSP.ACBLIB").pds()
    for name, dbd in DEFINITIONS.items():
        library.write_blocks(name, [acb.build_dmb(dbd)])
    library = running.datasets.find("IMSP.MDALIB").pds()
    for name in PLAIN:
        member = mda.MdaMember(name, "DATABASE", (mda.Allocation(name, f"IMSP.DB.{name}"),))
        loadmodule.store(library, name, {name: mda.build(member)})
    running.datasets.create("IMSP.DB.PEOPLE", DataSetAttributes("PS", "F", 2048, 2048), Space("TRK", 3, 3), ["IMSP03"])
    for name, length in (("PEOPX", 4), ("TOWNX", 8)):
        attributes = ClusterAttributes("KSDS", 6, length, 6 + length, 2048)
        running.datasets.create_cluster(f"IMSP.DB.{name}", attributes, Space("TRK", 3, 3), ["IMSP03"])
    return running


def run(system, program, parm="", cards="", dds="", control="SYSIN"):
    """Run a utility; return its condition code and listing."""
    jcl = JOB.format(program=program, parm=parm, dds=dds, cards=cards, control=control)
    jobid = system.jes.submit("\n".join(line for line in jcl.splitlines() if line), "IBMUSER")
    end = time.monotonic() + 40
    while system.jes.job(jobid).status != "OUTPUT":
        assert time.monotonic() < end
        time.sleep(0.02)
    job = system.jes.job(jobid)
    lines = [
        line for file in job.files if file.ddname == "SYSPRINT" for line in system.jes.spool_records(jobid, file.id)
    ]
    return job.retcode, "\n".join(lines)


def must(system, *words, **more):
    code, text = run(system, *words, **more)
    assert code == "CC 0000", text
    return text


def dbrc(system):
    names = [f"IMSP.RECON{number}" for number in (1, 2, 3)]
    return Dbrc.open([ReconDataSet(name, system.datasets.find(name).ksds()) for name in names], system.clock)


def allocate(system, part):
    """Allocate the data sets of a partition of ORDERS, or of ORDERX."""
    name = "ORDERX" if part.prefix.endswith("X") else "ORDERS"
    clusters = {"X": (6, 8, 14), "L": (0, 9, 50)}
    for letter in letters(DEFINITIONS[name]):
        dsname = part.dsname(letter)
        if name == "ORDERX" or letter in clusters:
            offset, length, record = clusters.get(letter, (30, 14, 52))
            attributes = ClusterAttributes("KSDS", offset, length, record, 2048)
            system.datasets.create_cluster(dsname, attributes, Space("TRK", 3, 3), ["IMSP03"])
        else:
            size = part.block_size("AB".index(letter))
            system.datasets.create(dsname, DataSetAttributes("PS", "F", size, size), Space("TRK", 3, 3), ["IMSP03"])


def partitions(system, name):
    return definitions_of(dbrc(system).partitions(name), verify=True)


def opened(system, name):
    parts = {one: partitions(system, one) for one in ("ORDERS", "ORDERX")}
    allocated = [
        Allocated(part.name, part.ddname(letter), system.datasets.find(part.dsname(letter)))
        for owner, found in parts.items()
        for part in found
        for letter in letters(DEFINITIONS[owner])
    ]
    allocated += [Allocated(one, one, system.datasets.find(f"IMSP.DB.{one}")) for one in PLAIN]
    engine = Engine.unlogged(60)
    return engine, Assembly(DEFINITIONS, allocated, engine, parts).database(name)


def errors(system, name):
    return [str(one) for one in pointer_check.check(opened(system, name)[1]).errors]


def order_numbers(system, index=""):
    engine, database = opened(system, "ORDERS")
    pcb = Pcb(DbPcb("ORDERS", "G", 14, (), index), database, engine.recovery.begin("READ", 0))
    found = [pcb.gu("ORDER   ")]
    while (order := pcb.gn("ORDER   ")) is not None:
        found.append(order)
    return [ebcdic.decode(order[:8]) for order in found]
