"""``zoslab volume`` on images of all device types that Hercules utilities made, judged by dasdls."""

import itertools
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zoslab import ebcdic
from zoslab.catalog.catalog import create_catalog
from zoslab.catalog.definition import sphere
from zoslab.dasd.check import check_volume
from zoslab.dasd.dscb import Format1
from zoslab.dasd.geometry import DEVICE_TYPES, Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.recondition.offline import recondition_image
from zoslab.volume_cli import volume

CONTROL = """\
OLD001 {device} 8
OLD.TEXT  TEXT in.txt TRK 2 1 0 PS FB 80 8000
SYSVTOC VTOC TRK 3
OLD.SEQ   SEQ seq.bin TRK 2 1 0 PS FB 80 4000
OLD.PDS.EMPTY EMPTY CYL 1 1 10 PO FB 80 8000
OTHER.DA    EMPTY CYL 1 0 0 DA F 4096 4096
"""
RENAME = [("OLD.**", "NEW.**")]


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    return (done.stdout + done.stderr).replace("\r", "\n")


def listed(image: Path) -> tuple[str, set[str]]:
    """The volser and the data sets as dasdls sees them."""
    lines = run(image.parent, "dasdls", image.name).splitlines()
    volser = next(line for line in lines if "VOLSER" in line).split("=")[-1].strip()
    heading = ("Hercules", "VOLSER", "(c)")
    return volser, {line.split()[0] for line in lines if line.strip() and not any(word in line for word in heading)}


def zoslab(*arguments: str | Path) -> Result:
    return CliRunner().invoke(volume, [str(argument) for argument in arguments])


def loaded(folder: Path, device: str) -> Path:
    (folder / "in.txt").write_text("".join(f"line {number}\n" for number in range(30)))
    (folder / "seq.bin").write_bytes(bytes(range(80)) * 100)
    (folder / "load.ctl").write_text(CONTROL.format(device=device))
    run(folder, "dasdload", "load.ctl", "v.ckd", "1")
    return folder / "v.ckd"


@pytest.fixture(params=DEVICE_TYPES)
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return loaded(tmp_path, request.param)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return loaded(tmp_path, "3390")


def test_a_foreign_volume_is_renamed_in_place_and_its_data_stay(foreign: Path) -> None:
    before = listed(foreign)
    run(foreign.parent, "dasdseq", "-ascii", foreign.name, "old.seq")
    done = zoslab("recondition", foreign, "--volser", "new001", "--rename", "OLD.**=NEW.**")
    assert done.exit_code == 0, done.output
    assert "VOLUME NEW001 WAS OLD001: 3 RENAMED" in done.output
    assert before == ("OLD001", {"OLD.TEXT", "OLD.SEQ", "OLD.PDS.EMPTY", "OTHER.DA", *before[1]})
    volser, names = listed(foreign)
    assert volser == "NEW001"
    assert names == {name.replace("OLD.", "NEW.") for name in before[1]}
    run(foreign.parent, "dasdseq", "-ascii", foreign.name, "new.seq")
    assert (foreign.parent / "new.seq").read_bytes() == (foreign.parent / "old.seq").read_bytes()
    checked = zoslab("check", foreign, "--every-track")
    assert (checked.exit_code, checked.output) == (0, "nothing found\n")
    assert not list(foreign.parent.glob("*.journal"))


def test_simulate_tells_and_changes_nothing(image: Path) -> None:
    before = image.read_bytes()
    simulated = zoslab("recondition", image, "--volser", "NEW001", "--rename", "OLD.**=NEW.**", "--simulate")
    assert image.read_bytes() == before
    assert zoslab("recondition", image, "--volser", "NEW001", "--rename", "OLD.**=NEW.**").output == simulated.output


def test_names_may_be_changed_without_the_serial_and_the_serial_without_names(image: Path) -> None:
    zoslab("recondition", image, "--rename", "OLD.**=NEW.**")
    assert listed(image)[0] == "OLD001"
    names = listed(image)[1]
    zoslab("recondition", image, "--volser", "NEW001")
    assert listed(image) == ("NEW001", names)


def test_ls_lists_what_dasdls_lists(foreign: Path) -> None:
    lines = zoslab("ls", foreign).output.splitlines()
    assert lines[0].startswith("OLD001")
    assert {line.split()[0] for line in lines[1:-1]} == listed(foreign)[1]


def test_check_finds_what_is_damaged(image: Path) -> None:
    with CkdImage.open(image) as device, Volume.open(device).batch() as content:
        content.format1(content.names["OLD.SEQ"]).ds1dssn = "WRONG1"
        content.table.touch(content.names["OLD.SEQ"])
    checked = zoslab("check", image)
    assert checked.exit_code == 1
    assert "DS1DSSN is WRONG1" in checked.output


def edit(image: Path, dsname: str, **fields: object) -> None:
    with CkdImage.open(image) as device:
        opened = Volume.open(device)
        with opened.batch():
            opened.update_dscb(dsname, **fields)


def put(image: Path, content: bytes) -> None:
    """Put a DSCB into an unused record."""
    with CkdImage.open(image) as device, Volume.open(device).batch() as held:
        held.table.put(held.unused[-1], content)
        held.slots_changed = True


def test_vsam_of_before_icf_keeps_its_name_and_it_is_said(image: Path) -> None:
    with CkdImage.open(image) as device:
        Volume.open(device).rename("OTHER.DA", "Z9999994.VSAMDSPC.TDD9AB37.TEDC8940")
    edit(image, "OLD.SEQ", ds1dsorg=b"\0\x08")
    done = zoslab("recondition", image, "--volser", "NEW001", "--rename", "**=NEW.**", "--rename", "OLD.**=NEW.**")
    assert done.exit_code == 0, done.output
    assert {"Z9999994.VSAMDSPC.TDD9AB37.TEDC8940", "OLD.SEQ", "NEW.OLD.TEXT"} < listed(image)[1]
    assert "OLD.SEQ IS KEPT UNDER ITS NAME: IT BELONGS TO A VSAM CATALOG OF BEFORE ICF" in done.output
    assert "IT IS THE SPACE OF A VSAM CATALOG OF BEFORE ICF" in done.output
    refused = zoslab("recondition", image, "--volser", "NEW002", "--rename", "NEW.**=A.**", "--not-renamed", "fail")
    assert refused.exit_code == 1
    assert "RCD203E" in refused.output
    assert listed(image)[0] == "NEW001"


def test_model_dscbs_and_isam_are_renamed_and_otherwise_left_as_they_are(image: Path) -> None:
    model = Format1(ds1dsnam="OLD.MODEL", ds1fmtid=0xF1, ds1dssn="OLD001", ds1volsq=1, ds1lrecl=80)
    put(image, bytes(model))
    with CkdImage.open(image) as device, Volume.open(device).batch() as content:
        slot = content.unused[-1]
        content.table.put(slot, b"\x02" + bytes(43) + b"\xf2" + b"ISAM".ljust(95, b"\1")[:90] + bytes(5))
        isam = content.format1(content.names["OLD.SEQ"])
        isam.ds1dsorg, isam.raw[135:140] = b"\x80\0", content.table.cchhr(slot)
        content.table.touch(content.names["OLD.SEQ"])
        content.slots_changed = True
    with CkdImage.open(image, read_only=True) as device:
        second = bytes(Volume.open(device).vtoc.content().table.raw(slot))
    done = zoslab("recondition", image, "--volser", "NEW001", "--rename", "OLD.**=NEW.**")
    assert done.exit_code == 0, done.output
    assert {"NEW.MODEL", "NEW.SEQ"} < listed(image)[1]
    with CkdImage.open(image, read_only=True) as device:
        assert bytes(Volume.open(device).vtoc.content().table.raw(slot)) == second


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(44) + b"\xf8" + bytes(95), "format F8, not supported"),
        (ebcdic.encode("OLD.TEXT", 44) + b"\xf1" + bytes(95), "two format-1 DSCBs"),
    ],
)
def test_a_vtoc_that_is_not_understood_is_refused_and_not_changed(image: Path, content: bytes, reason: str) -> None:
    put(image, content)
    before = image.read_bytes()
    done = zoslab("recondition", image, "--volser", "NEW001", "--rename", "OLD.**=NEW.**")
    assert done.exit_code == 1
    assert reason in done.output
    assert image.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--volser", "TOOLONG"), "no volume serial"),
        (("--rename", "OLD.**"), "write OLD.**=NEW.**"),
        (("--rename", "OLD.**=NEW.*"), "same wildcards"),
        (("--rename", "OLD.**=NEW.ABCDEFGH.ABCDEFGH.ABCDEFGH.ABCDEFGH.**"), "at most 44"),
        (("--rename", "OLD.SEQ=X", "--rename", "OLD.TEXT=X"), "WOULD BOTH BE X"),
        (("--rename", "OLD.**=OLD.OLD.**"), "GIVE THE VOLUME A NEW SERIAL"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(image: Path, options: tuple[str, ...], reason: str) -> None:
    before = image.read_bytes()
    done = zoslab("recondition", image, *options)
    assert done.exit_code != 0
    assert reason in done.output
    assert image.read_bytes() == before


def test_an_image_without_vtoc_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    run(tmp_path, "dasdinit", "empty.ckd", "3390", "EMPTY1", "2")
    run(tmp_path, "dasdinit", "-z", "small.cckd", "3390-1", "SMALL1")
    for name, reason in (("empty.ckd", "no format-4 DSCB"), ("small.cckd", "compressed image")):
        for command in (("ls",), ("recondition", "--volser", "NEW001")):
            done = zoslab(command[0], tmp_path / name, *command[1:])
            assert done.exit_code == 1
            assert reason in done.output


def of_the_lab(path: Path) -> Path:
    """A volume with index, VVDS and a catalog of which one entry is on another volume."""
    with CkdImage.create(path, Geometry("3390", 10)) as device:
        made = Volume.init(device, "OLD001", 5, 2)
        catalog = create_catalog(made, "OLD.UCAT")
        made.allocate("OLD.DATA", DataSetAttributes("PS"), Space("TRK", 1))
        sphere(catalog, "OLD.AWAY", ("OLD.AWAY.DATA", ["ELSE01"]), None)
        sphere(catalog, "OLD.HERE", ("OLD.HERE.DATA", ["OLD001"]), None)
        catalog.ksds.close()
    return path


def test_index_vvds_and_catalog_of_an_image_follow(tmp_path: Path) -> None:
    image = of_the_lab(tmp_path / "lab.ckd")
    done = zoslab("recondition", image, "--volser", "NEW001", "--rename", "OLD.**=NEW.**")
    assert done.exit_code == 0, done.output
    assert "RCD020I CATALOG NEW.UCAT: 6 RECORDS, 4 RENAMED, 1 ORPHANS" in done.output
    assert zoslab("check", image).output == "nothing found\n"
    again = zoslab("recondition", image, "--volser", "NEW001", "--rename", "OLD.**=NEW.**")
    assert again.exit_code == 0, again.output
    assert "NEW001 WAS NEW001: 0 RENAMED" in again.output


def test_a_device_is_written_out_for_hercules_also_while_it_is_only_a_relationship(tmp_path: Path) -> None:
    with DiskSubsystem(tmp_path / "lab" / "dasd", background_copy=False) as dasd:
        for devno, volser in ((0xA80, "IMSP01"), (0xA90, "IMST01")):
            Volume.init(dasd.define(devno, Geometry("3390", 3)), volser, 3, 0)
            dasd.vary_online(devno)
        dasd.volume("IMSP01").allocate("IMSP.DATA", DataSetAttributes("PS"), Space("TRK", 1))
        dasd.flash.establish(0xA80, 0xA90)
        Volume(dasd.device(0xA90)).relabel("IMST01")
    done = zoslab("export", "imst01", tmp_path / "out.ckd", "--folder", tmp_path / "lab")
    assert done.exit_code == 0, done.output
    assert listed(tmp_path / "out.ckd") == ("IMST01", {"IMSP.DATA"})
    assert zoslab("export", "0A80", tmp_path / "two.ckd", "--folder", tmp_path / "lab").exit_code == 0
    assert "no volume NOVOL1" in zoslab("export", "NOVOL1", tmp_path / "x", "--folder", tmp_path / "lab").output
    assert "holds no system" in zoslab("export", "IMST01", tmp_path / "x", "--folder", tmp_path).output
    inside = zoslab("ls", tmp_path / "lab" / "dasd" / "volumes" / "0A90.ckd")
    assert inside.exit_code == 1
    assert "zoslab volume export" in inside.output


class Killed(BaseException):
    """Stands for a kill at a write."""


def test_a_kill_at_any_write_leaves_an_image_that_the_next_run_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = of_the_lab(tmp_path / "lab.ckd")
    original = image.read_bytes()
    recondition_image(image, "NEW001", RENAME)
    wanted = image.read_bytes()
    real = CkdImage.write_track
    for after in itertools.count():
        image.write_bytes(original)
        writes = itertools.count(1)

        def failing(self: CkdImage, number: int, content: bytes) -> None:
            if next(writes) > after:  # noqa: B023 (used within the round)
                raise Killed
            real(self, number, content)

        monkeypatch.setattr(CkdImage, "write_track", failing)
        try:
            recondition_image(image, "NEW001", RENAME)
            break
        except Killed:
            monkeypatch.setattr(CkdImage, "write_track", real)
            recondition_image(image, "NEW001", RENAME)
            assert image.read_bytes() == wanted
    assert after > 5
    with CkdImage.open(image, read_only=True) as device:
        assert check_volume(device) == []
