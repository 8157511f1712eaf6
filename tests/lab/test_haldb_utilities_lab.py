"""A HALDB with a PSINDEX, and a HIDAM with two indexes, through the utilities: unloaded, reloaded, rebuilt."""

import time

import pytest

from zoslab import ebcdic
from zoslab.dasd import loadmodule
from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.ims import acb, dbdgen, mda, pointer_check
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.ilds import Found
from zoslab.ims.partitions import definitions_of
from zoslab.ims.psb import DbPcb
from zoslab.ims.utilities.unloaded import PartitionHeader, UnloadHeader
from zoslab.sample.create import create
from zoslab.zos import Zos

pytestmark = pytest.mark.xdist_group("haldb_utilities")
"""One system's history, in the order of the file."""

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


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("haldb") / "system"
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
    yield running
    running.shutdown()


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


def test_partitions_that_need_it_are_initialised(system):
    must(system, "DSPURX00", cards=REGISTER)
    for part in (*partitions(system, "ORDERS"), *partitions(system, "ORDERX")):
        allocate(system, part)
    assert "PARTITION ORDA OF ORDERS INITIALIZED, REORG NUMBER 00001" in must(system, "DFSUPNT0", cards="ORDERS")
    assert "PARTITION ORDX OF ORDERX INITIALIZED" in must(system, "DFSUPNT0", "ULU,DFSUPNT0,ORDERX")
    assert "NO PARTITION NEEDS INITIALIZATION" in must(system, "DFSUPNT0", "ORDERS")
    assert [(one.init_needed, one.reorg_number) for one in dbrc(system).partitions("ORDERS")] == [(False, 1)] * 2
    _, database = opened(system, "ORDERS")
    assert [(one.definition.id, one.reorg) for one in database.partitions.values()] == [(1, 1), (2, 1)]


def test_a_partition_that_is_named_is_initialised_again_with_the_next_number(system):
    assert "PARTITION ORDB OF ORDERS INITIALIZED, REORG NUMBER 00002" in must(system, "DFSUPNT0", cards="ORDB")
    assert [one.reorg for one in opened(system, "ORDERS")[1].partitions.values()] == [1, 2]
    assert errors(system, "ORDERS") == []


def test_loaded_partitions_are_sound(system):
    engine, database = opened(system, "ORDERS")
    unit = engine.recovery.begin("LOAD", 0)
    pcb = Pcb(DbPcb("ORDERS", "A", 8), database, unit)
    for number in range(60):
        assert pcb.isrt(ebcdic.encode(f"{number:08}{number % 7:06}", 30), "ORDER   ")
        for item in range(3):
            length = 20 + item * 30
            assert pcb.isrt(length.to_bytes(2, "big").ljust(length, b"\x0f"), "ITEM    ")
    engine.recovery.commit(unit)
    engine.pool.flush()
    assert errors(system, "ORDERS") == []


def test_a_partition_that_somebody_uses_is_not_touched(system):
    recon = dbrc(system)
    recon.sign_on("IMSX")
    recon.authorize("IMSX", "ORDA", "UPDATE")
    must(system, "DFSURGU0", "ORDERS", "PARTITION=ORDB", NEW_DD.format(dd="DFSURGU1", dsn="IMSP.UNL.ORDB"))
    for program, cards in (("DFSUPNT0", "ORDA"), ("DFSPREC0", "PARTITION=ORDA,RECOVTYP=BOTH")):
        code, text = run(system, program, "ORDERS", cards)
        assert (code, "CONFLICTS WITH UPDATE HELD BY IMSX" in text) == ("CC 0012", True), text
    recon.sign_off("IMSX")
    assert errors(system, "ORDERS") == []


def test_reloading_raises_the_reorganization_number_in_the_data_sets_and_in_the_recon(system):
    before = order_numbers(system)
    text = must(system, "DFSURGL0", "ORDERS", dds="//DFSUINPT DD DISP=SHR,DSN=IMSP.UNL.ORDB")
    assert "PARTITION ORDB RELOADED, REORG NUMBER 00003" in text
    assert [one.reorg_number for one in dbrc(system).partitions("ORDERS")] == [1, 3]
    assert [one.reorg for one in opened(system, "ORDERS")[1].partitions.values()] == [1, 3]
    assert errors(system, "ORDERS") == []
    assert order_numbers(system) == before
    assert sorted(order_numbers(system, "ORDERX")) == before
    listed = must(system, "DSPURX00", cards=" LIST.DBDS DBD(ORDB)")
    assert "IC NEEDED      =ON" in listed
    assert "\nREORG" in listed


def test_the_unload_of_a_partition_has_its_header_and_the_ilk_of_each_segment(system):
    first, second, *_ = system.datasets.find("IMSP.UNL.ORDB").records()
    head = PartitionHeader.of(first)
    assert (head.eye, head.dbd, head.partition, head.id, head.reorg) == ("DFSURGU0", "ORDERS", "ORDB", 2, 2)
    assert (ebcdic.decode(second[:8]), second[8], second[13:17].hex()) == ("ORDER", 1, "00020002")
    assert ebcdic.decode(second[17:25]) == "00000030"


def test_a_reload_that_dies_leaves_a_partition_that_nobody_can_use(system):
    recon = dbrc(system)
    recon.partition_emptied("ORDA")
    assert "PARTITION INIT NEEDED" in run(system, "DFSURGU0", "ORDERS", "PARTITION=ORDA", NEW_DD.format(
        dd="DFSURGU1", dsn="IMSP.UNL.NONE"))[1]  # fmt: skip
    recon.partition_written("ORDA", 1)


def test_index_and_ilds_are_rebuilt_from_the_segments(system):
    _, database = opened(system, "ORDERS")
    second = database.partitions[2]
    second.index.rebuild(())
    names = "PROC TYPE=ALL\n DATABASE DB=ORDERS,DD=*\n DATABASE DB=ACCT\n END"
    code, text = run(system, "FABPPC00", "ULU,FABPMAIN", names, control="PROCCTL")
    assert code == "CC 0008", text
    assert "ROOT HAS NO INDEX ENTRY" in text
    assert "DATABASE ACCT" in text
    element = next(iter(second.ilds.elements()))
    second.ilds.put(element.ilk, element.code, Found(2, 3, element.rba + 2))
    assert errors(system, "ORDERS")
    text = must(system, "DFSPREC0", "ULU,DFSPREC0,ORDERS", "PARTITION=ORDB,RECOVTYP=BOTH")
    assert "PRIMARY INDEX ORDBX REBUILT, 31 RECORDS" in text
    assert "ILDS ORDBL REBUILT, 30 RECORDS" in text
    assert "ERRORS 0" in must(system, "FABPPC00", "ULU,FABPMAIN", names, control="PROCCTL")
    assert errors(system, "ORDERS") == []


def test_a_psindex_is_built_anew(system):
    opened(system, "ORDERS")[1].secondary["ORDERX"].data_sets()[0].rebuild(())
    assert errors(system, "ORDERS")
    cards = "PROC BLD_SECONDARY,ORDERS,ALL\nINPUT IBSCAN"
    text = must(system, "IIUSTART", cards=cards, control="IIUIN")
    assert "INDEX ORDERX OF ORDERS BUILT, 60 RECORDS" in text
    assert errors(system, "ORDERS") == []


def test_a_partition_is_split_by_a_reload(system):
    before = order_numbers(system)
    must(system, "DFSURGU0", "ORDERS", "PARTITION=ORDB", NEW_DD.format(dd="DFSURGU1", dsn="IMSP.UNL.SPLIT"))
    must(system, "DSPURX00", cards=" INIT.PART DBD(ORDERS) PART(ORDC) KEYSTRNG('00000044')"
         " -\n  DSNPREFX(IMSP.ORDERS) BLOCKSZE(2048,2048) GENMAX(3)")  # fmt: skip
    allocate(system, next(one for one in partitions(system, "ORDERS") if one.name == "ORDC"))
    must(system, "DFSURGL0", "ORDERS", dds="//DFSUINPT DD DISP=SHR,DSN=IMSP.UNL.SPLIT")
    assert {one.name: one.reorg_number for one in dbrc(system).partitions("ORDERS")} == {
        "ORDA": 1,
        "ORDB": 4,
        "ORDC": 1,
    }
    assert errors(system, "ORDERS") == []
    assert order_numbers(system) == before
    assert sorted(order_numbers(system, "ORDERX")) == before


def test_a_partition_data_set_is_copied_and_recovered_but_not_its_index(system):
    dsname = partitions(system, "ORDERS")[0].dsname("B")
    made = NEW_DD.format(dd="DATAOUT1", dsn="IMSP.IC.ORDAB")
    must(system, "DFSUDMP0", cards=f"D1 {'ORDA':8} {'ORDAB':8} DATAOUT1", dds=made)
    before = list(system.datasets.find(dsname).blocks())
    _, database = opened(system, "ORDERS")
    database.partitions[1].stores[1].data_set.file.erase()
    must(system, "DFSURDB0", cards=f"S  {'ORDA':8} ORDAB", dds="//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC.ORDAB")
    assert list(system.datasets.find(dsname).blocks()) == before
    assert errors(system, "ORDERS") == []
    for letter in "XL":
        code, text = run(
            system, "DFSUDMP0", "", f"D1 {'ORDA':8} ORDA{letter:4} DATAOUT1", made.replace("ORDAB", f"NO{letter}")
        )
        assert (code, "REBUILT AND NOT COPIED" in text) == ("CC 0016", True), text


def test_a_hidam_with_a_secondary_index_is_unloaded_reloaded_and_its_indexes_built(system):
    engine, database = opened(system, "PEOPLE")
    unit = engine.recovery.begin("LOAD", 0)
    database.initialise(unit)
    pcb = Pcb(DbPcb("PEOPLE", "A", 8), database, unit)
    for number in range(40):
        assert pcb.isrt(ebcdic.encode(f"{number:04}{'ROMAOSLO'[number % 2 * 4 :][:4]}", 20), "PERSON  ")
        for note in range(4):
            assert pcb.isrt(ebcdic.encode(f"NOTE {note}", 30), "NOTE    ")
    engine.recovery.commit(unit)
    engine.pool.flush()
    unload = NEW_DD.format(dd="DFSURGU1", dsn="IMSP.UNL.PEOPLE")
    must(system, "DFSURGU0", "PEOPLE", dds=unload)
    first, *rest = system.datasets.find("IMSP.UNL.PEOPLE").records()
    assert UnloadHeader.of(first).dbd == "PEOPLE"
    assert len(rest) == 200
    must(system, "DFSURGL0", "PEOPLE", dds="//DFSUINPT DD DISP=SHR,DSN=IMSP.UNL.PEOPLE")
    assert errors(system, "PEOPLE") == []
    must(system, "DFSURGU0", "PEOPLE", dds=unload.replace("UNL", "AGN"))
    assert list(system.datasets.find("IMSP.AGN.PEOPLE").records())[1:] == rest
    _, database = opened(system, "PEOPLE")
    database.index.rebuild(())
    database.secondary["TOWNX"].index.rebuild(())
    must(system, "DSPURX00", cards=" CHANGE.DBDS DBD(TOWNX) DDN(TOWNX) RECOV")
    assert errors(system, "PEOPLE")
    cards = "PROC BLD_PRIMARY,PEOPLE\nPROC BLD_SECONDARY,PEOPLE,SELECTED\nINDEX TOWNX\nINPUT IBSCAN"
    text = must(system, "IIUSTART", cards=cards, control="IIUIN")
    assert "INDEX PEOPX OF PEOPLE BUILT, 40 RECORDS" in text
    assert errors(system, "PEOPLE") == []
    assert "RECOV NEEDED   =OFF" in must(system, "DSPURX00", cards=" LIST.DBDS DBD(TOWNX)")


@pytest.mark.parametrize(
    ("program", "parm", "cards", "control", "words"),
    [
        ("DFSUPNT0", "", "ORDERS,ORDERX", "SYSIN", "CONTROL STATEMENT ERROR"),
        ("DFSUPNT0", "", "PEOPLE", "SYSIN", "IS NOT A HALDB"),
        ("DFSURGU0", "ORDERS", "PARTITION=NONE", "SYSIN", "HAS NO PARTITION NONE"),
        ("DFSURGU0", "ORDERS", "PARTS=ORDA", "SYSIN", "CONTROL STATEMENT ERROR"),
        ("DFSURGU0", "ORDERX", "", "SYSIN", "CANNOT BE UNLOADED"),
        ("DFSURGL0", "ORDERS", "MAYBE", "SYSIN", "CONTROL STATEMENT ERROR"),
        ("DFSPREC0", "ORDERS", "PARTITION=ORDA,RECOVTYP=ALL", "SYSIN", "RECOVERY TYPE IS INVALID"),
        ("DFSPREC0", "ORDERS", "PARTITION=ORDA", "SYSIN", "ERROR PROCESSING SYSIN"),
        ("DFSPREC0", "PEOPLE", "PARTITION=ORDA,RECOVTYP=ILE", "SYSIN", "NOT A PHDAM OR PHIDAM"),
        ("FABPPC00", "ULU,FABPMAIN", "PROC TYPE=SCAN", "PROCCTL", "PROC TYPE=ALL"),
        ("FABPPC00", "ULU,FABPMAIN", "PROC TYPE=ALL\nDATABASE DB=ACCT,HASH=YES", "PROCCTL", "IS NOT SUPPORTED"),
        ("IIUSTART", "", "PROC BLD_ALL,PEOPLE\nINPUT IBSCAN", "IIUIN", "IIUB001E PROC BLD_ALL,PEOPLE"),
        ("IIUSTART", "", "PROC BLD_PRIMARY,PEOPLE", "IIUIN", "INPUT IBSCAN IS REQUIRED"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_message(system, program, parm, cards, control, words):
    code, text = run(system, program, parm, cards, control=control)
    assert code in ("CC 0008", "CC 0012", "CC 0016"), text
    assert words in text
