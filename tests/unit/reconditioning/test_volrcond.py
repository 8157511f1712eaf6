"""VOLRCOND on copied volumes, run as a job."""

import itertools
import re
from pathlib import Path

import pytest

from zoslab.catalog import bcs
from zoslab.dasd.check import check_volume
from zoslab.dasd.image import CkdImage
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import require_vvds
from zoslab.dasd.vvds_check import check_vvds
from zoslab.recondition.engine import carry_out, survey
from zoslab.recondition.request import Request

FB, TRACKS = DataSetAttributes("PS", "FB", 80, 8000), Space("TRK", 2, 1)
PAIRS = [("IMSP01", "IMST01"), ("IMSP02", "IMST02")]
RENAME = [("UCAT.IMSP", "UCAT.IMST"), ("IMSP.**", "IMST.**")]
CATALOGS = [("UCAT.IMSP", "UCAT.IMST")]
VOLUMES = " RECONDITION VOLUMES((IMSP01,IMST01),(IMSP02,IMST02)) -\n"
STATEMENT = VOLUMES + "   RENAME((UCAT.IMSP,UCAT.IMST),(IMSP.**,IMST.**)) -\n   CATALOGS((UCAT.IMSP,UCAT.IMST))"


def statement(options="", rename="(IMSP.**,IMST.**)"):
    return f"{VOLUMES} RENAME((UCAT.IMSP,UCAT.IMST),{rename}) -\n CATALOGS((UCAT.IMSP,UCAT.IMST)) {options}"


def connected(lab):
    """Bring the clone's volumes online and connect its catalog."""
    for devno in (0xA90, 0xA91):
        lab.dasd.vary_online(devno)
    lab.system.catalogs.import_connect("UCAT.IMST", "IMST01")
    lab.system.catalogs.define_alias("IMST", "UCAT.IMST")
    return lab.system.catalogs


def require_sound(lab):
    for volser in ("IMST01", "IMST02"):
        assert check_volume(lab.volume(volser).device) == []
        assert check_vvds(require_vvds(lab.volume(volser))) == []


def targets(lab):
    return lab.tracks("IMST01"), lab.tracks("IMST02")


def test_the_clone_is_found_through_its_catalog_and_reads_as_the_source(lab):
    names = {volser: lab.names(volser) for volser in ("IMSP01", "IMSP02")}
    lab.copied()
    lab.ok("VOLRCOND", STATEMENT)
    require_sound(lab)
    for source, target in PAIRS:
        expected = [re.sub(r"^IMSP\b|(?<=UCAT\.)IMSP", "IMST", name).replace(source, target) for name in names[source]]
        assert sorted(lab.names(target)) == sorted(expected)
    catalogs = connected(lab)
    found = {entry.name: entry for entry in catalogs.entries("IMST.**")}
    assert found["IMST.BOTH"].volsers == found["IMST.WIDE"].volsers == ("IMST01", "IMST02")
    assert catalogs.generation("IMST.SLDS", 0) == "IMST.SLDS.G0002V00"
    assert sum(1 for _ in lab.system.datasets.find("IMST.RECON1").ksds().browse()) == 200
    assert lab.system.datasets.find("IMST.LIB3").pds().members()[0].name == "MEMBER"
    assert lab.system.datasets.find("IMST.SMS.SEQ").volsers == ["IMST02"]


def test_nothing_of_the_source_is_left_in_dscbs_vvds_and_catalog(lab):
    lab.copied()
    lab.ok("VOLRCOND", STATEMENT)
    connected(lab)
    for volser in ("IMST01", "IMST02"):
        volume = lab.volume(volser)
        assert {entry.dscb.ds1dssn for entry in volume.vtoc.entries()} <= {"IMST01", "IMST02"}
        vvds = require_vvds(volume)
        texts = [str(record) for record in (vvds.self_record, *vvds.entries())] + vvds.catalogs()
        assert not [text for text in texts if "IMSP" in text]
    records = list(lab.system.catalogs.connected("UCAT.IMST").records())
    assert not [record for record in records if "IMSP" in record.name or b"\xc9\xd4\xe2\xd7" in bcs.encode(record)]


def test_the_listing_tells_each_volume_each_catalog_and_each_name(lab):
    lab.copied()
    job = lab.run("VOLRCOND", STATEMENT)
    lines = [line for line in lab.listing(job).splitlines() if line.startswith("RCD")]
    assert re.fullmatch(r"RCD001I RECONDITION STARTED \d{4}\.\d{3} \d\d:\d\d:\d\d\.\d{6}", lines[0])
    assert lines[1:] == [
        "RCD010I VOLUME IMST01 WAS IMSP01: 14 RENAMED, 0 KEPT, 0 DELETED, VTOC INDEX REBUILT, VVDS 5 RECORDS",
        "RCD020I CATALOG UCAT.IMST: 19 RECORDS, 19 RENAMED, 0 ORPHANS",
        "RCD010I VOLUME IMST02 WAS IMSP02: 7 RENAMED, 1 KEPT, 0 DELETED, VTOC INDEX REBUILT, VVDS 2 RECORDS",
        "RCD099I RECONDITION ENDED RC=0",
    ]
    renames = lab.listing(job, "RENAMES").splitlines()
    assert f"{'IMSP.SEQ':<44} {'IMST.SEQ':<44} IMST01" in renames
    assert len(renames) == 21


def test_simulate_tells_the_same_and_changes_nothing(lab):
    lab.copied()
    before = targets(lab)
    simulated = lab.run("VOLRCOND", STATEMENT + " SIMULATE")
    assert targets(lab) == before
    real = lab.run("VOLRCOND", STATEMENT)
    for ddname in ("SYSPRINT", "RENAMES"):
        both = [
            [line for line in lab.listing(job, ddname).splitlines() if line.startswith(("RCD0[12]", "IMSP"))]
            for job in (simulated, real)
        ]
        assert both[0] == both[1]


def test_run_again_it_changes_nothing(lab):
    lab.copied()
    lab.ok("VOLRCOND", STATEMENT)
    after = targets(lab)
    assert "RCD011I VOLUME IMST01 HAD BEEN RECONDITIONED BEFORE" in lab.ok("VOLRCOND", STATEMENT)
    assert targets(lab) == after


def test_masks_are_ordered_and_may_exchange_names_even_when_run_twice(lab):
    lab.system.datasets.create("ALPHA.ONE", FB, TRACKS, ["IMSP01"])
    lab.system.datasets.create("BETA.ONE", FB, TRACKS, ["IMSP01"])
    lab.copied()
    swap = statement(rename="(IMSP.LIB%,IMST.L%),(ALPHA.**,BETA.**),(BETA.**,ALPHA.**),(IMSP.**,IMST.**)")
    for _ in range(2):
        lab.ok("VOLRCOND", swap)
        assert {"IMST.L0", "IMST.L4", "IMST.SEQ", "ALPHA.ONE", "BETA.ONE"} < set(lab.names("IMST01"))
    entries = {name: lab.volume("IMST01").vtoc.require(name) for name in ("ALPHA.ONE", "BETA.ONE")}
    source = lab.volume("IMSP01").vtoc
    assert entries["ALPHA.ONE"].extents == source.require("BETA.ONE").extents
    require_sound(lab)


@pytest.mark.parametrize("device_online", [True, False])
def test_devices_are_found_by_the_label_online_or_not(lab, device_online):
    lab.copied()
    if device_online:
        for devno in (0xA90, 0xA91):
            lab.dasd.vary_online(devno)
    lab.ok("VOLRCOND", STATEMENT)
    assert lab.dasd.device(0xA90).online is device_online


@pytest.mark.parametrize(
    ("sysin", "message"),
    [
        (STATEMENT + " SIMULATES", "RCD100E SIMULATES IS NOT KNOWN HERE"),
        (STATEMENT + " NOTRENAMED(MAYBE)", "RCD100E"),
        (" RECONDITION VOLUMES((IMSP01,IMST01,X))", "RCD107E VOLUMES: (IMSP01,IMST01,X) IS NOT A PAIR"),
        (" RECONDITION VOLUMES((IMSP01,IMST01)) RENAME((A.**,B.*))", "RCD105E RENAME"),
        (" RECONDITION VOLUMES((IMSP01,IMST01)) VOLMAP((IMSP02,IMST02))", "RCD103E"),
        (" RECONDITION VOLUMES((A,B),(B,C))", "RCD104E VOLMAP HAS B BOTH AS SOURCE AND AS TARGET"),
        (" RECONDITION VOLUMES((A,X),(B,X))", "RCD102E"),
        ("", "RCD100E SYSIN HAS NO STATEMENT"),
    ],
)
def test_a_wrong_statement_ends_with_12_and_changes_nothing(lab, sysin, message):
    lab.copied()
    before = targets(lab)
    listing = lab.ok("VOLRCOND", sysin, 12)
    assert message in listing
    assert listing.splitlines()[-1] == "RCD099I RECONDITION ENDED RC=12"
    assert targets(lab) == before


@pytest.mark.parametrize(
    ("options", "rename", "message"),
    [
        ("NOTRENAMED(FAIL)", "(IMSP.**,IMST.**)", "RCD204E VOLUME IMST02: DATA SET OTHER.DATA: NO MASK MATCHES"),
        ("", "(IMSP.**,IMST.ABCDEFGH.ABCDEFGH.ABCDEFGH.ABCDEFGH.**)", "CHARACTERS, A DATA SET NAME AT MOST 44"),
        ("", "(IMSP.LIB%,IMST.L%),(IMSP.SEQ,IMST.L1),(IMSP.**,IMST.**)", "WOULD BOTH BE IMST.L1"),
        ("", "(IMSP.SMS.SEQ,IMST.SEQ),(IMSP.**,IMST.**)", "RCD208E DATA SETS"),
        ("VOLMAP((IMSP01,IMST01),(IMSP02,IMST02),(NOVOL1,NOVOL2))", "(IMSP.**,1MST.**)", "IS NO DATA SET NAME"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_changed(lab, options, rename, message):
    lab.copied()
    before = targets(lab)
    listing = lab.ok("VOLRCOND", statement(options, rename), 8)
    assert message in listing
    assert targets(lab) == before


def test_a_copy_that_was_not_relabelled_is_not_touched(lab):
    lab.copy(*PAIRS)
    before = targets(lab)
    assert "DEVICE 0A90 STILL HAS THE SERIAL IMSP01" in lab.ok("VOLRCOND", STATEMENT, 8)
    assert targets(lab) == before


def test_data_sets_no_mask_matches_are_deleted_if_that_is_the_policy(lab):
    lab.copied()
    listing = lab.ok("VOLRCOND", statement("NOTRENAMED(DELETE)"))
    assert "IMST02 WAS IMSP02: 7 RENAMED, 0 KEPT, 1 DELETED" in listing
    assert "OTHER.DATA" not in lab.names("IMST02")
    assert "OTHER.DATA" in lab.names("IMSP02")
    assert [name for name in lab.names("IMST01") if name.endswith(".CATINDEX")]
    require_sound(lab)


def test_generation_data_groups_can_be_left_out(lab):
    lab.copied()
    lab.ok("VOLRCOND", statement("GDG(DELETE)"))
    assert not [name for name in lab.names("IMST02") if "SLDS" in name]
    assert not [entry for entry in connected(lab).entries("IMST.**") if "SLDS" in entry.name]
    require_sound(lab)


@pytest.mark.parametrize("policy", ["KEEP", "DELETE"])
def test_catalog_entries_of_volumes_outside_the_map_are_orphans(lab, policy):
    lab.system.datasets.create("IMSP.AWAY", FB, TRACKS, ["LABWK1"])
    lab.system.catalogs.define_alias("IMSP.NICK", "IMSP.AWAY")
    lab.system.datasets.create("IMSP.SLDS.G0003V00", FB, TRACKS, ["LABWK1"])
    lab.copied()
    listing = lab.ok("VOLRCOND", statement(f"ORPHAN({policy})"))
    assert re.search(r"RCD020I CATALOG UCAT.IMST: (22|19) RECORDS, 19 RENAMED, 2 ORPHANS", listing)
    catalogs = connected(lab)
    catalog = catalogs.connected("UCAT.IMST")
    for name in ("IMSP.AWAY", "IMSP.NICK", "IMSP.SLDS.G0003V00"):
        assert (catalog.get(name) is not None) is (policy == "KEEP")
        assert catalog.get(name.replace("IMSP", "IMST")) is None
    assert catalogs.generation("IMST.SLDS", 0) == "IMST.SLDS.G0002V00"


def test_an_entry_that_is_only_partly_in_the_map_is_refused(lab):
    lab.system.datasets.create("IMSP.HALF", FB, TRACKS, ["IMSP01", "LABWK1"])
    lab.copied()
    assert "IMSP.HALF IS PARTLY ON LABWK1" in lab.ok("VOLRCOND", STATEMENT, 8)


def test_volumes_can_be_done_one_group_after_the_other(lab):
    lab.copied()
    whole = "VOLMAP((IMSP01,IMST01),(IMSP02,IMST02)) RENAME((UCAT.IMSP,UCAT.IMST),(IMSP.**,IMST.**)) -\n"
    lab.ok("VOLRCOND", f" RECONDITION VOLUMES((IMSP02,IMST02)) -\n {whole} GDG(RENAME)")
    lab.ok("VOLRCOND", f" RECONDITION VOLUMES((IMSP01,IMST01)) -\n {whole} CATALOGS((UCAT.IMSP,UCAT.IMST))")
    require_sound(lab)
    assert {part.dscb.ds1dssn for part in (lab.volume(t).vtoc.require("IMST.BOTH") for _, t in PAIRS)} == {"IMST01"}
    connected(lab)
    assert lab.system.datasets.find("IMST.BOTH").volsers == ["IMST01", "IMST02"]


def test_a_catalog_that_is_not_named_is_told(lab):
    lab.copied()
    listing = lab.ok("VOLRCOND", VOLUMES + " RENAME((IMSP.**,IMST.**))", 4)
    assert "RCD209W VOLUME IMST01: CATALOG UCAT.IMSP IS NOT IN CATALOGS" in listing


def unknown_vvr(volume: Volume) -> None:
    vvds = require_vvds(volume)
    records = vvds.raw(2)
    vvds.write_raw(2, [records[0] + b"\0", *records[1:]])


def unknown_dscb(volume: Volume) -> None:
    with volume.batch() as content:
        slot = content.unused[0]
        content.table.put(slot, bytes(44) + b"\xf8" + bytes(95))


@pytest.mark.parametrize("damage", [unknown_vvr, unknown_dscb])
def test_a_structure_that_is_not_understood_is_refused_with_the_reason(lab, damage):
    damage(lab.volume("IMSP01"))
    lab.copied()
    before = targets(lab)
    assert "RCD201E VOLUME IMST01" in lab.ok("VOLRCOND", STATEMENT, 8)
    assert targets(lab) == before


def test_a_catalog_record_that_is_not_understood_is_refused(lab):
    catalog = lab.system.catalogs.connected("UCAT.IMSP")
    catalog.add(bcs.BcsRecord("Q", "IMSP.STRANGE", (bcs.information(),)))
    lab.copied()
    before = targets(lab)
    assert "RECORD Q IMSP.STRANGE HAS AN UNKNOWN FORM" in lab.ok("VOLRCOND", STATEMENT, 8)
    assert targets(lab) == before


class Killed(BaseException):
    """Stands for a kill at a write."""


def reconditioned(folder: Path, after: int | None, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run once, killed at the ``after``-th write to an image; tell whether it came to its end."""
    writes = itertools.count(1)
    real = CkdImage.write_track

    def failing(self: CkdImage, number: int, image: bytes) -> None:
        if after is not None and next(writes) > after:
            raise Killed
        real(self, number, image)

    with DiskSubsystem(folder, background_copy=False) as dasd, monkeypatch.context() as patch:
        request = Request.of(PAIRS, RENAME, catalogs=CATALOGS)
        plan = survey(request, lambda _, target: Volume(dasd.device({"IMST01": 0xA90, "IMST02": 0xA91}[target])))
        assert plan.errors == []
        patch.setattr(CkdImage, "write_track", failing)
        try:
            assert [volume.target for volume in carry_out(plan)] == ["IMST01", "IMST02"]
        except Killed:
            return False
    return True


def test_after_a_kill_at_any_write_the_rerun_gives_what_an_undisturbed_run_gives(lab, tmp_path, monkeypatch):
    lab.copied()
    lab.close()
    folder = tmp_path / "dasd"
    images = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def contents() -> list[list[bytes]]:
        with DiskSubsystem(folder, background_copy=False) as dasd:
            return [[dasd.device(d).read_track(n) for n in range(180)] for d in (0xA90, 0xA91)]

    def reset() -> None:
        for path in folder.rglob("*"):
            if path.is_file() and path not in images:
                path.unlink()
        for path, raw in images.items():
            if not path.exists() or path.read_bytes() != raw:
                path.write_bytes(raw)

    assert reconditioned(folder, None, monkeypatch)
    undisturbed = contents()
    for after in itertools.count():
        reset()
        if reconditioned(folder, after, monkeypatch):
            break
        assert reconditioned(folder, None, monkeypatch)
        assert contents() == undisturbed
    assert after > 10
