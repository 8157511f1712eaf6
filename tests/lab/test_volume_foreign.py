"""Volumes the lab never made: written by dasdload and dasdinit, changed by the lab, judged by dasdls and dasdseq."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.dscb import DOS_BIT
from zoslab.dasd.errors import BadImage, BrokenVtoc, NotLabelled
from zoslab.dasd.export import export_volume
from zoslab.dasd.geometry import DEVICE_TYPES
from zoslab.dasd.image import CkdImage
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

CONTROL = """\
LDV001 {device} 8
OLD.TEXT  TEXT in.txt TRK 2 1 0 PS FB 80 8000
SYSVTOC VTOC TRK 3
OLD.SEQ   SEQ seq.bin TRK 2 1 0 PS FB 80 4000
OLD.PDS.EMPTY EMPTY CYL 1 1 10 PO FB 80 8000
OLD.DA    EMPTY CYL 1 0 0 DA F 4096 4096
"""
FB = DataSetAttributes("PS", "FB", 80, 8000)


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    return (done.stdout + done.stderr).replace("\r", "\n")


def names(image: Path) -> set[str]:
    lines = run(image.parent, "dasdls", image.name).splitlines()
    return {
        line.split()[0]
        for line in lines
        if line and "Hercules" not in line and "VOLSER" not in line and "(c)" not in line
    }


@pytest.fixture(params=DEVICE_TYPES)
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text("".join(f"line {number}\n" for number in range(30)))
    (tmp_path / "seq.bin").write_bytes(bytes(range(80)) * 100)
    (tmp_path / "load.ctl").write_text(CONTROL.format(device=request.param))
    run(tmp_path, "dasdload", "load.ctl", "v.ckd", "1")
    return tmp_path / "v.ckd"


def test_a_foreign_volume_is_read_and_has_no_findings(foreign: Path) -> None:
    volume = Volume.open(CkdImage.open(foreign, read_only=True))
    assert volume.volser == "LDV001"
    assert set(volume.vtoc.names()) == names(foreign)
    assert not volume.indexed
    assert check_volume(volume.device, every_track=True) == []


def test_a_foreign_volume_is_renamed_and_its_data_stay_as_they_were(foreign: Path) -> None:
    volume = Volume.open(CkdImage.open(foreign))
    before = {entry.dsname: entry for entry in volume.vtoc.entries()}
    contents = run(foreign.parent, "dasdseq", "v.ckd", "old.seq") and (foreign.parent / "old.seq").read_bytes()
    with volume.batch():
        for name in volume.vtoc.names():
            volume.rename(name, name.replace("OLD.", "BRAND.NEW."))
    volume.relabel("NEW001")
    assert names(foreign) == {name.replace("OLD.", "BRAND.NEW.") for name in before}
    assert "VOLSER=NEW001" in run(foreign.parent, "dasdls", "v.ckd")
    run(foreign.parent, "dasdseq", "v.ckd", "brand.new.seq")
    assert (foreign.parent / "brand.new.seq").read_bytes() == contents
    for name, entry in before.items():
        assert bytes(volume.vtoc.require(name.replace("OLD.", "BRAND.NEW.")).dscb.raw[44:]) == bytes(
            entry.dscb.raw[44:]
        )


def test_renaming_on_a_foreign_volume_changes_names_and_not_a_byte_more(foreign: Path) -> None:
    before = foreign.read_bytes()
    volume = Volume.open(CkdImage.open(foreign))
    volume.rename("OLD.SEQ", "OLD.TEQ")
    after = foreign.read_bytes()
    changed = [at for at in range(len(before)) if before[at] != after[at]] if before != after else []
    assert len(changed) == 1
    assert (before[changed[0]], after[changed[0]]) == (0xE2, 0xE3)


def test_allocating_on_a_foreign_volume_makes_its_free_space_valid(foreign: Path) -> None:
    volume = Volume.open(CkdImage.open(foreign))
    assert volume.vtoc.format4.ds4vtoci & DOS_BIT
    volume.allocate("NEW.DATA", FB, Space("TRK", 4, 1))
    volume.extend("NEW.DATA")
    volume.scratch("OLD.DA")
    assert not volume.vtoc.format4.ds4vtoci & DOS_BIT
    assert check_volume(volume.device, every_track=True) == []
    assert names(foreign) == set(volume.vtoc.names())


def test_a_foreign_volume_can_be_given_an_index(foreign: Path) -> None:
    volume = Volume.open(CkdImage.open(foreign))
    volume.build_index(3)
    volume.rename("OLD.SEQ", "NEW.SEQ")
    assert volume.indexed
    assert check_volume(volume.device) == []
    assert names(foreign) == set(volume.vtoc.names())


def test_a_foreign_volume_is_exported_as_it_is(foreign: Path) -> None:
    exported = export_volume(CkdImage.open(foreign, read_only=True), foreign.parent / "out.ckd")
    assert exported.read_bytes()[512:] == foreign.read_bytes()[512:]


def damaged_format3_chain(volume: Volume) -> None:
    content = volume.vtoc.content().copy()
    content.table.raw(content.names["OLD.TEXT"])[135:140] = bytes.fromhex("0000000105")
    content.table.touch(content.names["OLD.TEXT"])
    content.table.write(volume.device)


def overlapping_extents(volume: Volume) -> None:
    content = volume.vtoc.content().copy()
    other = content.table.raw(content.names["OLD.SEQ"])[105:115]
    content.table.raw(content.names["OLD.TEXT"])[105:115] = other
    content.table.touch(content.names["OLD.TEXT"])
    content.table.write(volume.device)


@pytest.mark.parametrize("harm", [damaged_format3_chain, overlapping_extents])
def test_a_damaged_foreign_volume_is_refused_and_not_touched(harm: Callable[[Volume], None], foreign: Path) -> None:
    volume = Volume.open(CkdImage.open(foreign))
    harm(volume)
    before = foreign.read_bytes()
    with pytest.raises(BrokenVtoc, match="damaged and is not changed"):
        volume.rename("OLD.SEQ", "NEW.SEQ")
    assert foreign.read_bytes() == before


def test_a_compressed_image_is_refused_with_the_command_that_converts_it(tmp_path: Path) -> None:
    run(tmp_path, "dasdinit", "-z", "c.cckd", "3390-1", "LAB001")
    with pytest.raises(BadImage, match=r"dasdcopy -lfs -o CKD c\.cckd c\.ckd"):
        CkdImage.open(tmp_path / "c.cckd")


def test_a_volume_that_was_only_formatted_has_a_label_but_no_vtoc(tmp_path: Path) -> None:
    run(tmp_path, "dasdinit", "s.ckd", "3390", "SML001", "5")
    with pytest.raises(BrokenVtoc, match="no format-4 DSCB"):
        Volume.open(CkdImage.open(tmp_path / "s.ckd"))
    assert Volume(CkdImage.open(tmp_path / "s.ckd")).volser == "SML001"
    volume = Volume.init(CkdImage.open(tmp_path / "s.ckd"), "LAB001", 3)
    volume.allocate("A.B", FB, Space())
    assert names(tmp_path / "s.ckd") == {"A.B", "SYS1.VTOCIX.LAB001"}


def test_a_raw_volume_has_no_label(tmp_path: Path) -> None:
    run(tmp_path, "dasdinit", "-r", "r.ckd", "3390", "5")
    with pytest.raises(NotLabelled):
        Volume.open(CkdImage.open(tmp_path / "r.ckd"))


def test_a_linux_volume_is_read(tmp_path: Path) -> None:
    run(tmp_path, "dasdinit", "-linux", "l.ckd", "3390", "LNX001", "10")
    volume = Volume(CkdImage.open(tmp_path / "l.ckd"))
    assert volume.volser == "LNX001"
