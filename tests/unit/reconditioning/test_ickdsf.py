"""ICKDSF, run as jobs."""

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DuplicateVolser


def reformat(operands):
    return f" REFORMAT {operands}"


@pytest.fixture
def offline(lab):
    lab.copy(("IMSP01", "IMST01"))
    return lab


def test_a_copy_gets_its_own_serial_in_the_label_and_nowhere_else(offline):
    before = offline.tracks("IMST01")
    listing = offline.ok("ICKDSF", reformat("UNIT(0A90) VERIFY(IMSP01) VOLID(IMST01) NOCHECK PURGE"))
    after = offline.tracks("IMST01")
    assert offline.volume("IMST01").volser == "IMST01"
    assert after[1:] == before[1:]
    assert sum(one != other for one, other in zip(before[0], after[0], strict=True)) == 1
    assert not offline.dasd.device(0xA90).online
    lines = listing.splitlines()
    assert "ICK00700I DEVICE INFORMATION FOR 0A90 IS CURRENTLY AS FOLLOWS:" in lines
    assert "ICK00001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0" in lines
    assert lines[-1] == "ICK00002I ICKDSF PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0"
    offline.dasd.vary_online(0xA90)


def test_a_volume_with_another_serial_is_refused_with_both_serials(offline):
    before = offline.tracks("IMST01")
    listing = offline.ok("ICKDSF", reformat("UNIT(0A90) VERIFY(OTHER1) VOLID(IMST01)"), 12)
    refusal, ended = listing.splitlines()[-4:-2] if not listing.splitlines()[-2] else listing.splitlines()[-3:-1]
    assert "VOLUME SERIAL FOUND = IMSP01, EXPECTED = OTHER1" in refusal
    assert ended == "ICK30003I FUNCTION TERMINATED. CONDITION CODE IS 12"
    assert offline.tracks("IMST01") == before


@pytest.mark.parametrize("more", ["", "NOVERIFYOFFLINE"])
def test_a_device_that_is_online_is_refused_by_unit(lab, more):
    before = lab.tracks("IMST01")
    listing = lab.ok("ICKDSF", reformat(f"UNIT(0A90) VERIFY(IMST01) VOLID(NEW001) {more}"), 12)
    assert "ICK31300I DEVICE 0A90 IS ONLINE AS IMST01" in listing
    assert lab.tracks("IMST01") == before


def test_a_volume_that_is_online_is_relabelled_by_ddname_and_the_system_notices(lab):
    job = lab.run(
        "ICKDSF", reformat("DDNAME(VOL1) VERIFY(IMST01) VOLID(NEW001)"), "//VOL1 DD UNIT=3390,VOL=SER=IMST01,DISP=OLD"
    )
    assert job.steps[-1].completion == "CC 0000", lab.listing(job)
    assert lab.dasd.device_of("NEW001").devno == 0xA90
    job = lab.run(
        "ICKDSF", reformat("DDNAME(VOL1) VERIFY(NEW001) VOLID(IMSP01)"), "//VOL1 DD UNIT=3390,VOL=SER=NEW001,DISP=OLD"
    )
    assert "ICK31317I DEVICE 0A90 IS MADE OFFLINE" in lab.listing(job)
    with pytest.raises(DuplicateVolser):
        lab.dasd.vary_online(0xA90)


def test_the_owner_is_changed_and_verified(offline):
    offline.ok("ICKDSF", reformat("UNIT(0A90) VERIFY(IMSP01) OWNERID(TESTERS)"))
    assert (offline.volume("IMST01").volser, offline.volume("IMST01").label.volowner) == ("IMSP01", "TESTERS")
    assert "OWNER FOUND = TESTERS, EXPECTED = OTHERS" in offline.ok(
        "ICKDSF", reformat("UNIT(0A90) VERIFY(IMSP01,OTHERS) VOLID(IMST01)"), 12
    )


@pytest.mark.parametrize(
    ("sysin", "message"),
    [
        (reformat("UNIT(0A90) VERIFY(IMSP01) VOLID(TOOLONG)"), "ICK30202I"),
        (reformat("UNIT(0A90) VERIFY(IMSP01) VOLID(IMST01) NEWWORD"), "ICK30202I NEWWORD IS NOT KNOWN"),
        (reformat("UNIT(0A90) VERIFY(IMSP01) NOVERIFY"), "ICK30202I"),
        (reformat("VERIFY(IMSP01) VOLID(IMST01)"), "ICK30202I"),
        (reformat("UNIT(0FFF) NOVERIFY VOLID(IMST01)"), "ICK30111I DEVICE 0FFF IS NOT DEFINED"),
        (reformat("UNIT(0A90) VOLID(IMST01)"), "ICK30713I"),
        (reformat("DDNAME(NONE) NOVERIFY VOLID(IMST01)"), "ICK30110I"),
        (" BUILDIX DDNAME(NONE) IXVTOC", "ICK30110I"),
        (" ANALYZE UNIT(0A90)", "ICK30202I"),
        (" INIT UNIT(0A90) VERIFY(IMSP01) VOLID(NEW001)", "ICK30001I NOPURGE"),
        (" INIT UNIT(0A90) VERIFY(IMSP01) VOLID(NEW001) PURGE VTOC(1,0,5)", "ICK30711I VTOC MUST START AT TRACK 1"),
    ],
)
def test_what_is_wrong_or_not_supported_ends_with_12_and_changes_nothing(offline, sysin, message):
    before = offline.tracks("IMST01")
    assert message in offline.ok("ICKDSF", sysin, 12)
    assert offline.tracks("IMST01") == before


def test_a_function_that_fails_does_not_keep_the_next_one_from_running(offline):
    listing = offline.ok("ICKDSF", "\n".join(reformat(f"UNIT(0A90) VERIFY({v}) VOLID(X)") for v in ("A", "IMSP01")), 12)
    assert offline.volume("IMST01").volser == "X"
    assert listing.count("ICK00001I") == listing.count("ICK30003I") == 1


def test_a_new_volume_is_initialised_and_can_go_online(lab):
    lab.dasd.define(0xB00, Geometry("3390", 5))
    lab.ok("ICKDSF", " INIT UNIT(0B00) NOVERIFY VOLID(NEW001) VTOC(0,1,4) INDEX(0,5,2) STORAGEGROUP OWNERID(ME)")
    lab.dasd.vary_online(0xB00)
    volume = lab.dasd.volume("NEW001")
    assert (volume.indexed, volume.sms, volume.label.volowner) == (True, True, "ME")
    assert check_volume(volume.device) == []


def test_an_index_is_built_dropped_and_rebuilt(offline):
    offline.dasd.define(0xB00, Geometry("3390", 5))
    offline.ok("ICKDSF", " INIT UNIT(B00) NOVERIFY VOLID(NEW001) VTOC(0,1,4) NOINDEX")
    offline.dasd.vary_online(0xB00)
    dd = "//V DD UNIT=3390,VOL=SER=NEW001,DISP=OLD"
    for kind, indexed in (("IXVTOC", True), ("OSVTOC", False)):
        job = offline.run("ICKDSF", f" BUILDIX DDNAME(V) {kind}", dd)
        assert job.steps[-1].completion == "CC 0000", offline.listing(job)
        assert offline.dasd.volume("NEW001").indexed is indexed
        assert check_volume(offline.dasd.volume("NEW001").device) == []
    assert "ICK00001I" in offline.ok("ICKDSF", reformat("UNIT(0A90) VERIFY(IMSP01) REFVTOC"))
