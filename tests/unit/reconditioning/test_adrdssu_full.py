"""COPY FULL and CGCREATED, run as jobs."""

import threading
import time

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import require_vvds

PAIR = ("IMSP01", "IMST01")
BOTH = (PAIR, ("IMSP02", "IMST02"))


def full(options="", source="IMSP01", target="IMST01"):
    return f" COPY FULL INDYNAM(({source})) -\n OUTDYNAM(({target})) {options}"


def test_with_copyvolid_the_target_is_the_source_and_goes_offline(lab):
    source = lab.tracks("IMSP01")
    listing = lab.copy(PAIR, options="COPYVOLID FASTREPLICATION(REQUIRED) FCNOCOPY PURGE ALLDATA(*) ALLEXCP")
    assert lab.tracks("IMST01") == source == lab.tracks("IMSP01")
    assert not lab.dasd.device(0xA90).online
    assert lab.dasd.device_of("IMSP01").devno == 0xA80
    for message in (
        " ADR806I (001)-TOMI (03), VOLUME IMSP01 WAS COPIED USING A FAST REPLICATION FUNCTION",
        " ADR320I (001)-INITV(01), VOLUME SERIAL IMST01 ON UNIT 0A90 IS CHANGED TO IMSP01",
        " ADR344I (001)-INITV(01), VOLSER ON UCB 0A90 IS A DUPLICATE. VOLUME MADE UNAVAILABLE",
    ):
        assert message in listing.splitlines()
    assert listing.splitlines()[-1].endswith("HIGHEST RETURN CODE IS 0000")


def test_what_the_source_writes_after_the_copy_does_not_reach_the_target(lab):
    lab.copy(PAIR)
    before = lab.tracks("IMST01")
    lab.system.datasets.create("IMSP.LATER", DataSetAttributes("PS", "FB", 80, 8000), Space("TRK", 1), ["IMSP01"])
    assert lab.tracks("IMST01") == before != lab.tracks("IMSP01")


def test_without_copyvolid_the_target_keeps_its_serial_and_what_is_named_after_it(lab):
    lab.copy(PAIR, options="PURGE")
    assert lab.dasd.device_of("IMST01").devno == 0xA90
    volume = lab.volume("IMST01")
    assert volume.volser == "IMST01"
    assert {"SYS1.VTOCIX.IMST01", "SYS1.VVDS.VIMST01", "IMSP.SEQ", "UCAT.IMSP"} < set(volume.vtoc.names())
    assert check_volume(volume.device) == []
    assert require_vvds(volume).self_record.name == "SYS1.VVDS.VIMST01"


def test_a_conditioned_copy_keeps_the_names_of_its_source_and_copies_back_to_it(lab):
    source = lab.tracks("IMSP01")
    lab.copy(PAIR, options="DUMPCONDITIONING FASTREPLICATION(NONE) PURGE")
    assert lab.volume("IMST01").volser == "IMST01"
    assert "SYS1.VVDS.VIMSP01" in lab.names("IMST01")
    assert lab.tracks("IMST01")[1:] == source[1:]
    lab.copy(("IMST01", "IMSP01"), options="DUMPCONDITIONING FASTREPLICATION(NONE) PURGE")
    assert lab.tracks("IMSP01") == source


@pytest.mark.parametrize("way", ["INDDNAME(IN1) OUTDDNAME(OUT1)", "INDD(IN1) OUTDD(OUT1)"])
def test_volumes_may_be_named_by_dd_statements(lab, way):
    dds = [f"//{dd} DD UNIT=3390,VOL=SER={volser},DISP=OLD" for dd, volser in (("IN1", PAIR[0]), ("OUT1", PAIR[1]))]
    job = lab.run("ADRDSSU", f" COPY FULL {way} COPYVOLID PURGE", *dds)
    assert job.steps[-1].completion == "CC 0000", lab.listing(job)
    assert lab.volume("IMST01").volser == "IMSP01"


def test_statements_go_on_behind_a_hyphen_or_a_plus(lab):
    lab.ok("ADRDSSU", " COPY FULL INDY(IMSP01) OUTDY(IMST01) +\n      COPYVOLID FASTREP(REQ) -\n  PURGE")
    assert not lab.dasd.device(0xA90).online


@pytest.mark.parametrize(
    ("sysin", "message"),
    [
        (full("COPYVOLID WHATEVER"), "ADR129E (R/I)-RI01 (01), KEYWORD 'WHATEVER' IS IMPROPER"),
        (full("COPYVOLID DUMPCONDITIONING"), "ADR129E (R/I)-RI01 (01), KEYWORD 'DUMPCONDITIONING' IS IMPROPER"),
        (full("FASTREPLICATION(MAYBE)"), "'FASTREPLICATION' IS IMPROPER"),
        (full("RENAMEU((A.**,B.**))"), "'RENAMEUNCONDITIONAL' IS IMPROPER"),
        (" COPY INDYNAM((IMSP01)) OUTDYNAM((IMST01))", "ADR129E"),
        (" COPIES FULL", "ADR102E (R/I)-RI01 (01), INVALID OPERATOR, CMND = COPIES"),
        ("", "ADR005T"),
    ],
)
def test_a_wrong_statement_ends_with_12_and_no_task_is_started(lab, sysin, message):
    before = lab.tracks("IMST01"), lab.tracks("IMST02")
    listing = lab.ok("ADRDSSU", full("COPYVOLID PURGE", *BOTH[1]) + "\n" + sysin if sysin else sysin, 12)
    assert message in listing
    assert listing.splitlines()[-1].endswith("HIGHEST RETURN CODE IS 0012")
    assert (lab.tracks("IMST01"), lab.tracks("IMST02")) == before


def define(lab, devno, geometry, volser):
    Volume.init(lab.dasd.define(devno, geometry), volser, 2, 0)
    lab.dasd.vary_online(devno)


@pytest.mark.parametrize(
    ("geometry", "message"),
    [(Geometry("3390", 11), "11 CYLINDERS"), (Geometry("3380", 30), "DEVICE TYPES DO NOT MATCH")],
)
def test_a_target_that_cannot_hold_the_source_is_refused_and_left_alone(lab, geometry, message):
    define(lab, 0xB00, geometry, "SMALL1")
    listing = lab.ok("ADRDSSU", full("COPYVOLID PURGE", target="SMALL1"), 8)
    assert message in " ".join(listing.split())
    assert "TASK COMPLETED WITH RETURN CODE 0008" in listing
    assert lab.dasd.device_of("SMALL1").devno == 0xB00


def test_a_volume_that_is_not_mounted_fails_its_task_and_the_next_one_runs(lab):
    listing = lab.ok("ADRDSSU", full("PURGE", "NOVOL1") + "\n" + full("COPYVOLID PURGE"), 8)
    assert "ADR405E (001)" in listing
    assert "ADR344I (002)" in listing
    assert "TASK    001" in listing


def test_unexpired_data_sets_on_the_target_need_purge(lab):
    lab.system.datasets.create("KEEP.IT", DataSetAttributes("PS"), Space("TRK", 1), ["IMST01"], catalog=False)
    with lab.volume("IMST01").batch():
        lab.volume("IMST01").update_dscb("KEEP.IT", ds1expdt=bytes([99]) + (365).to_bytes(2, "big"))
    assert "KEEP.IT" in lab.ok("ADRDSSU", full("COPYVOLID"), 8)
    assert lab.dasd.device(0xA90).online
    lab.ok("ADRDSSU", full("COPYVOLID PURGE"))


def test_where_flashcopy_is_not_possible_required_fails_and_preferred_copies_tracks(lab):
    define(lab, 0xB00, Geometry("3390", 12), "THIRD1")
    lab.dasd.flash.establish(0xA90, 0xB00)
    listing = " ".join(lab.ok("ADRDSSU", full("COPYVOLID FASTREPLICATION(REQUIRED) PURGE"), 8).split())
    assert "ADR938E (001)" in listing
    assert "ITSELF THE SOURCE OF A COPY TO 0B00" in listing
    assert lab.dasd.device(0xA90).online
    listing = lab.ok("ADRDSSU", full("COPYVOLID FASTREPLICATION(PREFERRED) PURGE"))
    assert "ADR918I" in listing
    assert "ADR806I" not in listing
    assert lab.tracks("IMST01") == lab.tracks("IMSP01")


def test_a_frozen_group_takes_no_writes_until_it_is_thawed(lab):
    frozen = "\n".join(full("COPYVOLID FCCGFREEZE FCNOCOPY PURGE", *pair) for pair in BOTH)
    lab.ok("ADRDSSU", frozen)
    devices = [lab.dasd.device(devno) for devno in (0xA80, 0xA81)]
    writers = [threading.Thread(target=device.write_track, args=(150, device.read_track(150))) for device in devices]
    for writer in writers:
        writer.start()
    time.sleep(0.1)
    assert all(writer.is_alive() for writer in writers)
    listing = lab.ok("ADRDSSU", " CGCREATED FCCGVERIFY(IMSP01) ACCESSVOLUME(IMSP01,IMSP02)")
    for writer in writers:
        writer.join(5)
    assert not any(writer.is_alive() for writer in writers)
    assert "ADR101I (R/I)-RI01 (01), TASKID 001 HAS BEEN ASSIGNED TO COMMAND 'CGCREATE'" in listing
    assert "ADR815E" not in listing


def test_a_freeze_whose_timer_ran_out_is_told_and_the_rest_is_thawed(lab):
    lab.dasd.flash.freeze(0xA80, 0.01)
    lab.dasd.flash.freeze(0xA81)
    time.sleep(0.05)
    listing = " ".join(lab.ok("ADRDSSU", " CGCREATED FCCGVFY(IMSP01) ACCVOL(IMSP01,IMSP02)", 8).split())
    assert "VERIFICATION FAILED FOR VOLUME IMSP01: THE FREEZE TIMER HAD EXPIRED" in listing
    lab.dasd.device(0xA81).write_track(150, lab.dasd.device(0xA81).read_track(150))


def test_a_group_that_was_never_frozen_fails_verification_and_an_unknown_volume_does_not_keep_others_frozen(lab):
    lab.dasd.flash.freeze(0xA81)
    listing = lab.ok("ADRDSSU", " CGCREATED FCCGVERIFY(IMSP01) ACCESSVOLUME(NOVOL1,IMSP02)", 8)
    assert "IT WAS NOT FROZEN" in listing
    assert "NOVOL1 IS NOT MOUNTED" in listing
    lab.dasd.device(0xA81).write_track(150, lab.dasd.device(0xA81).read_track(150))


def test_a_freeze_without_flashcopy_is_refused(lab):
    listing = lab.ok("ADRDSSU", full("FCCGFREEZE FASTREPLICATION(NONE) PURGE"), 8)
    assert "ADR938E" in listing


def test_parallel_and_serial_are_understood(lab):
    listing = lab.ok(
        "ADRDSSU", " PARALLEL\n" + "\n".join(full("COPYVOLID PURGE", *pair) for pair in BOTH) + "\n SERIAL"
    )
    assert "PARALLEL MODE NOW IN EFFECT" in listing
    assert listing.count("ADR344I") == 2


def test_a_vtoc_in_error_is_refused_when_it_is_to_be_checked(lab):
    with lab.volume("IMSP01").batch() as content:
        content.format1(content.names["IMSP.SEQ"]).ds1dssn = "WRONG1"
        content.table.touch(content.names["IMSP.SEQ"])
    assert "ADR201E" in lab.ok("ADRDSSU", full("CHECKVTOC COPYVOLID PURGE"), 8)
    lab.ok("ADRDSSU", full("COPYVOLID PURGE"))


def test_the_source_is_only_read(lab):
    before = lab.dasd.audit.writers_to(0xA80)
    lab.copied()
    assert lab.dasd.audit.writers_to(0xA80) == before
