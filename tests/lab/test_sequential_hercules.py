"""dasdseq reads what is written here, and what dasdload wrote is read here."""

import subprocess
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.sequential import append_records, read_records, write_records
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

CARDS = [f"CARD {number:05}" for number in range(5000)]


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode("latin-1").replace("\r", "\n")


def dasdseq(folder: Path, image: Path, dsname: str) -> list[str]:
    text = run(folder, "dasdseq", "-ascii", image, dsname)
    assert "wrote" in text, text
    return [line.rstrip() for line in (folder / dsname).read_text("latin-1").splitlines()]


@pytest.mark.parametrize(("recfm", "blksize"), [("FB", 27920), ("FB", 800), ("F", 80)])
def test_dasdseq_reads_a_data_set_in_several_extents(tmp_path: Path, recfm: str, blksize: int):
    path = tmp_path / "v.ckd"
    with CkdImage.create(path, Geometry("3390", 15)) as image:
        volume = Volume.init(image, "HRC001")
        entry = volume.allocate("A.SEQ", DataSetAttributes("PS", recfm, 80, blksize), Space("TRK", 5, 9))
        volume.allocate("BETWEEN", DataSetAttributes("PS", "FB", 80, 800), Space("TRK", 1))
        space = DataSetSpace([(volume, entry)])
        write_records(space, (ebcdic.encode(card, 80) for card in CARDS[:4990]))
        append_records(space, (ebcdic.encode(card, 80) for card in CARDS[4990:]))
        for number in range(volume.geometry.tracks):
            image.write_track(number, image.read_track(number))
    assert dasdseq(tmp_path, path, "A.SEQ") == CARDS


def test_what_dasdload_wrote_is_read_appended_to_and_read_by_dasdseq(tmp_path: Path):
    (tmp_path / "in.txt").write_text("".join(f"{card}\n" for card in CARDS[:400]))
    (tmp_path / "seq.bin").write_bytes(b"".join(ebcdic.encode(card, 80) for card in CARDS[:400]))
    (tmp_path / "load.ctl").write_text(
        "LDV001 3390-1 20\nSYSVTOC VTOC TRK 5\n"
        "LAB.TEXT TEXT in.txt TRK 2 1 0 PS FB 80 27920\n"
        "LAB.SEQ SEQ seq.bin TRK 2 1 0 PS FB 80 8000\n"
        "LAB.EMPTY EMPTY TRK 1 0 0 PS FB 80 8000\n"
    )
    run(tmp_path, "dasdload", "load.ctl", "ld.ckd")
    with CkdImage.open(tmp_path / "ld.ckd") as image:
        volume = Volume.open(image)
        spaces = {
            name: DataSetSpace([(volume, volume.vtoc.require(name))]) for name in ("LAB.TEXT", "LAB.SEQ", "LAB.EMPTY")
        }
        assert list(read_records(spaces["LAB.EMPTY"])) == []
        for name in ("LAB.TEXT", "LAB.SEQ"):
            assert [ebcdic.decode(record) for record in read_records(spaces[name])] == CARDS[:400]
            append_records(spaces[name], (ebcdic.encode(card, 80) for card in CARDS[400:700]))
    for name in ("LAB.TEXT", "LAB.SEQ"):
        assert dasdseq(tmp_path, tmp_path / "ld.ckd", name) == CARDS[:700]
