"""A HALDB with a PSINDEX, and a HIDAM with two indexes, through the utilities: unloaded, reloaded, rebuilt."""

import importlib.util
import sys
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.ims.dli import Pcb
from zoslab.ims.ilds import Found
from zoslab.ims.psb import DbPcb
from zoslab.ims.utilities.unloaded import PartitionHeader, UnloadHeader

_spec = importlib.util.spec_from_file_location("haldb_system", Path(__file__).with_name("haldb_system.py"))
haldb = importlib.util.module_from_spec(_spec)
sys.modules["haldb_system"] = haldb
_spec.loader.exec_module(haldb)
allocate, dbrc, errors, must, opened, order_numbers, partitions, run = (
    *(haldb.allocate, haldb.dbrc, haldb.errors, haldb.must),
    *(haldb.opened, haldb.order_numbers, haldb.partitions, haldb.run),
)
NEW_DD = haldb.NEW_DD

pytestmark = pytest.mark.xdist_group("haldb_utilities")
"""One system's history, in the order of the file."""


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    running = haldb.start(tmp_path_factory.mktemp("haldb") / "system")
    yield running
    running.shutdown()


def test_partitions_that_need_it_are_initialised(system):
    must(system, "DSPURX00", cards=haldb.REGISTER)
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
    cards = " CHECK DBD(ORDERS)\n CHECK DBD(ACCT)"
    code, text = run(system, "PTRCHECK", cards=cards)
    assert (code, "ROOT HAS NO INDEX ENTRY" in text) == ("CC 0008", True), text
    element = next(iter(second.ilds.elements()))
    second.ilds.put(element.ilk, element.code, Found(2, 3, element.rba + 2))
    assert errors(system, "ORDERS")
    text = must(system, "DFSPREC0", "ULU,DFSPREC0,ORDERS", "PARTITION=ORDB,RECOVTYP=BOTH")
    assert "PRIMARY INDEX ORDBX REBUILT, 31 RECORDS" in text
    assert "ILDS ORDBL REBUILT, 30 RECORDS" in text
    assert "2 DATABASES CHECKED, 0 POINTER ERRORS" in must(system, "PTRCHECK", cards=cards)
    assert errors(system, "ORDERS") == []


def test_a_psindex_is_built_anew(system):
    opened(system, "ORDERS")[1].secondary["ORDERX"].data_sets()[0].rebuild(())
    assert errors(system, "ORDERS")
    cards = "PROC BLD_SECONDARY,ORDERS,ALL\nINPUT IBSCAN"
    text = must(system, "IIUSTART", cards=cards, control="IIUIN")
    assert "INDEX ORDERX OF ORDERS BUILT, 60 RECORDS" in text
    assert errors(system, "ORDERS") == []


def test_a_psindex_is_unloaded_and_reloaded_in_more_partitions(system):
    def entries():
        data_sets = opened(system, "ORDERS")[1].secondary["ORDERX"].data_sets()
        return [len(list(one.entries())) for one in data_sets], [one for data in data_sets for one in data.entries()]

    counts, before = entries()
    assert counts == [60]
    must(system, "DFSURGU0", "ORDERX", dds=NEW_DD.format(dd="DFSURGU1", dsn="IMSP.UNL.ORDERX"))
    first, second, *rest = system.datasets.find("IMSP.UNL.ORDERX").records()
    assert (PartitionHeader.of(first).partition, len(rest)) == ("ORDX", 59)
    assert second[9:17] + second[17:37] == before[0].prefix[2:]
    must(system, "DSPURX00", cards=" INIT.PART DBD(ORDERX) PART(ORDY) KEYSTRNG('000003') -"
         "\n  DSNPREFX(IMSP.ORDERX) GENMAX(3)")  # fmt: skip
    allocate(system, next(one for one in partitions(system, "ORDERX") if one.name == "ORDY"))
    text = must(system, "DFSURGL0", "ORDERX", dds="//DFSUINPT DD DISP=SHR,DSN=IMSP.UNL.ORDERX")
    assert "PARTITION ORDY RELOADED" in text
    assert entries()[1] == before
    assert sorted(entries()[0]) == [27, 33]
    assert errors(system, "ORDERS") == []
    assert not any(one.init_needed for one in dbrc(system).partitions("ORDERX"))


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


@pytest.mark.parametrize("name", ["PEOPLE", "PEOPX", "TOWNX"])
def test_data_sets_of_a_hidam_and_of_its_indexes_are_copied_and_recovered(system, name):
    made = NEW_DD.format(dd="DATAOUT1", dsn=f"IMSP.IC.{name}")
    must(system, "DFSUDMP0", cards=f"D1 {name:8} {name:8} DATAOUT1", dds=made)
    dataset = system.datasets.find(f"IMSP.DB.{name}")
    if name == "PEOPLE":
        opened(system, name)[1].data_set.file.erase()
    else:
        dataset.ksds().create()
    assert errors(system, "PEOPLE")
    must(system, "DFSURDB0", cards=f"S  {name:8} {name}", dds=f"//DFSUDUMP DD DISP=SHR,DSN=IMSP.IC.{name}")
    assert errors(system, "PEOPLE") == []


@pytest.mark.parametrize(
    ("program", "parm", "cards", "control", "words"),
    [
        ("DFSUPNT0", "", "ORDERS,ORDERX", "SYSIN", "CONTROL STATEMENT ERROR"),
        ("DFSUPNT0", "", "PEOPLE", "SYSIN", "IS NOT A HALDB"),
        ("DFSURGU0", "ORDERS", "PARTITION=NONE", "SYSIN", "HAS NO PARTITION NONE"),
        ("DFSURGU0", "ORDERS", "PARTS=ORDA", "SYSIN", "CONTROL STATEMENT ERROR"),
        ("DFSURGU0", "TOWNX", "", "SYSIN", "DFS313A HD UNLOAD CANNOT BE USED TO UNLOAD INDEX DATABASE - TOWNX"),
        ("DFSURGL0", "ORDERS", "MAYBE", "SYSIN", "CONTROL STATEMENT ERROR"),
        ("DFSPREC0", "ORDERS", "PARTITION=ORDA,RECOVTYP=ALL", "SYSIN", "RECOVERY TYPE IS INVALID"),
        ("DFSPREC0", "ORDERS", "PARTITION=ORDA", "SYSIN", "ERROR PROCESSING SYSIN"),
        ("DFSPREC0", "PEOPLE", "PARTITION=ORDA,RECOVTYP=ILE", "SYSIN", "NOT A PHDAM OR PHIDAM"),
        ("IIUSTART", "", "PROC BLD_ALL,PEOPLE\nINPUT IBSCAN", "IIUIN", "IIUB001E PROC BLD_ALL,PEOPLE"),
        ("IIUSTART", "", "PROC BLD_PRIMARY,PEOPLE", "IIUIN", "INPUT IBSCAN IS REQUIRED"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_message(system, program, parm, cards, control, words):
    code, text = run(system, program, parm, cards, control=control)
    assert code in ("CC 0008", "CC 0012", "CC 0016"), text
    assert words in text
