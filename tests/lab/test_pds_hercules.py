"""dasdpdsu extracts what is written here, and what dasdload made is taken up here."""

import datetime
import subprocess
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.ispf_statistics import Statistics
from zoslab.dasd.loadmodule import parse, store
from zoslab.dasd.pds import Pds
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

CARDS = [f"//STEP{number:04} EXEC PGM=IEFBR14" for number in range(1200)]


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode("latin-1").replace("\r", "\n")


def extract(image: Path, dsname: str, folder: Path, *options: str) -> dict[str, bytes]:
    """Return the members dasdpdsu finds, by file name without suffix."""
    folder.mkdir()
    text = run(folder, "dasdpdsu", image, dsname, *options)
    assert "HHCDU02" not in text, text
    return {file.stem: file.read_bytes() for file in folder.iterdir()}


def lines(content: bytes) -> list[str]:
    return [line.rstrip() for line in content.decode("latin-1").splitlines()]


@pytest.fixture
def volume(tmp_path: Path):
    with CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 12)) as image:
        volume = Volume.init(image, "HRC001")
        yield volume


def library(volume: Volume, attributes: DataSetAttributes, space: Space) -> Pds:
    pds = Pds(DataSetSpace([(volume, volume.allocate("A.LIBRARY", attributes, space))]))
    pds.create(space.directory)
    return pds


@pytest.fixture
def exported(volume: Volume, tmp_path: Path):
    """Hercules wants every track formatted; this writes those that never were and returns the image's path."""

    def export() -> Path:
        for number in range(volume.geometry.tracks):
            volume.device.write_track(number, volume.device.read_track(number))
        return tmp_path / "v.ckd"

    return export


def test_dasdpdsu_extracts_members_replaced_extended_and_compressed(volume: Volume, exported, tmp_path: Path):
    pds = library(volume, DataSetAttributes("PO", "FB", 80, 27920), Space("TRK", 2, 9, 50))
    statistics = Statistics.first(3, "IBMUSER", datetime.datetime(2026, 11, 20, 12, 0)).user_data()
    for number in range(60):
        pds.write(f"MEMBER{number:02}", [ebcdic.encode(card, 80) for card in CARDS[: number * 20]], statistics)
    pds.write("MEMBER05", [ebcdic.encode("REPLACED", 80)])
    pds.delete("MEMBER06")
    expected = {f"MEMBER{n:02}": CARDS[: n * 20] for n in range(60) if n != 6} | {"MEMBER05": ["REPLACED"]}
    assert len(pds._space.parts[0][1].extents) > 1
    for turn in ("before", "after"):
        found = extract(exported(), "A.LIBRARY", tmp_path / turn, "ascii")
        assert {name.upper(): lines(content) for name, content in found.items()} == expected
        pds.compress()


def test_dasdls_shows_the_use_of_a_library(volume: Volume, exported):
    pds = library(volume, DataSetAttributes("PO", "FB", 80, 27920), Space("TRK", 10, 0, 5))
    pds.write("M", [ebcdic.encode("X", 80)] * 349 * 4)
    text = run(volume.device.path.parent, "dasdls", "-info", exported())
    line = next(line for line in text.splitlines() if line.startswith("A.LIBRARY"))
    assert line.split()[2:8] == ["PO", "FB", "80", "27920", "0", "10"]
    assert 20 < int(line.split()[8]) <= 30


def test_an_empty_library_that_dasdload_made_is_filled_and_extracted(tmp_path: Path):
    control = "LDV001 3390-1 20\nSYSVTOC VTOC TRK 5\nLAB.PDS EMPTY CYL 1 1 10 PO FB 80 27920\n"
    (tmp_path / "load.ctl").write_text(control)
    run(tmp_path, "dasdload", "load.ctl", "ld.ckd")
    with CkdImage.open(tmp_path / "ld.ckd") as image:
        volume = Volume.open(image)
        pds = Pds(DataSetSpace([(volume, volume.vtoc.require("LAB.PDS"))]))
        assert pds.members() == []
        pds.write("HELLO", [ebcdic.encode(card, 80) for card in CARDS])
        assert pds._space.dscb.ds1nobdb == 2 + 12 + 12
    found = extract(tmp_path / "ld.ckd", "LAB.PDS", tmp_path / "out", "ascii")
    assert {name: lines(content) for name, content in found.items()} == {"hello": CARDS}


def test_a_load_module_is_read_back_after_it_went_through_the_image(volume: Volume):
    pds = library(volume, DataSetAttributes("PO", "U", 0, 32760), Space("TRK", 3, 2, 5))
    csects = {f"CSECT{number:03}": bytes([number]) * (number * 37 + 1) for number in range(100)}
    store(pds, "BIG", csects)
    with CkdImage.open(volume.device.path, read_only=True) as image:
        again = Volume(image)
        module = parse(Pds(DataSetSpace([(again, again.vtoc.require("A.LIBRARY"))])).blocks("BIG"))
    assert {csect.name: module.text(csect.name) for csect in module.csects} == csects
