"""Volumes the lab writes, as Hercules' utilities see them. Their return codes are not to be trusted, their text is."""

import filecmp
import subprocess
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.dasd.check import check_volume
from zoslab.dasd.export import export_volume
from zoslab.dasd.geometry import DEVICE_TYPES, Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.track import Record
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

FB = DataSetAttributes("PS", "FB", 80, 8000)


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run([str(each) for each in command], cwd=cwd, capture_output=True, text=True, timeout=60)
    return (done.stdout + done.stderr).replace("\r", "\n")


def listed(image: Path) -> tuple[str, dict[str, list[str]]]:
    """Return what dasdls says: the volume serial, and for each data set the columns behind its name."""
    lines = [line for line in run("dasdls", "-info", image).splitlines() if line and "Hercules" not in line]
    heading = next(line for line in lines if "VOLSER=" in line)
    rows = [line.split() for line in lines[lines.index(heading) + 1 :] if not line.startswith("(c)")]
    return heading.split("VOLSER=")[1].strip(), {row[0]: row[1:] for row in rows}


@pytest.fixture(params=[15, 0], ids=["indexed", "unindexed"])
def volume(request: pytest.FixtureRequest, tmp_path: Path) -> Volume:
    image = CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 8))
    volume = Volume.init(image, "IMSP01", 3, request.param)
    with volume.batch():
        volume.allocate("IMSP.JOBS", DataSetAttributes("PO", "FB", 80, 27920), Space("TRK", 4, 1, directory=5))
        volume.allocate("IMSP.DB.ACCT", DataSetAttributes("PS", "F", 4096, 4096), Space("CYL", 1, 1))
        volume.allocate("IMSP.DB.CUST", DataSetAttributes("VS"), Space("TRK", 2))
        volume.allocate("IMSP.LOG", FB, Space("TRK", 1, 1))
        for number in range(15):
            volume.allocate(f"IMSP.FILL.N{number:02}", FB, Space("TRK", 1))
            volume.extend("IMSP.LOG")
    return volume


def test_dasdls_lists_what_was_allocated(volume: Volume, tmp_path: Path) -> None:
    volser, rows = listed(export_volume(volume.device, tmp_path / "out.ckd"))
    assert volser == "IMSP01"
    assert set(rows) == set(volume.vtoc.names())
    assert rows["IMSP.JOBS"][1:6] == ["PO", "FB", "80", "27920", "0"]
    assert rows["IMSP.DB.ACCT"][1:6] == ["PS", "F", "4096", "4096", "0"]
    assert rows["IMSP.DB.CUST"][1] == "VS"
    assert rows["IMSP.LOG"][6] == "16"


def test_dasdls_reads_an_image_of_which_most_tracks_were_never_written(volume: Volume, tmp_path: Path) -> None:
    assert listed(tmp_path / "v.ckd") == listed(export_volume(volume.device, tmp_path / "out.ckd"))


def test_dasdls_sees_new_names_and_serial_after_renaming_and_relabelling(volume: Volume, tmp_path: Path) -> None:
    old = volume.vtoc.names()
    with volume.batch():
        for name in old:
            volume.rename(name, name.replace("IMSP", "IMST"))
    volume.relabel("IMST01")
    volser, rows = listed(export_volume(volume.device, tmp_path / "out.ckd"))
    assert volser == "IMST01"
    assert set(rows) == {name.replace("IMSP", "IMST") for name in old}


def test_dasdseq_gets_back_the_records_that_were_written(volume: Volume, tmp_path: Path) -> None:
    space = DataSetSpace([(volume, volume.vtoc.require("IMSP.LOG"))])
    cards = [f"CARD {number:05}".ljust(80) for number in range(16 * 6 * 100)]
    blocks = [ebcdic.encode("".join(cards[at : at + 100])) for at in range(0, len(cards), 100)]
    for number in range(space.tracks):
        on_track = blocks[number * 6 : number * 6 + 6]
        records = [Record(n, b"", block) for n, block in enumerate(on_track, 1)]
        space.write(number, records if number < 15 else [*records[:5], Record(6, b"", b"")])
    space.last = (15, 5)
    exported = export_volume(volume.device, tmp_path / "out.ckd")
    run("dasdseq", "-ascii", exported, "imsp.log", cwd=tmp_path)
    got = (tmp_path / "imsp.log").read_text()
    assert [line.rstrip() for line in got.splitlines()] == [card.rstrip() for card in cards[: (15 * 6 + 5) * 100]]


@pytest.mark.parametrize("device", DEVICE_TYPES)
def test_dasdcopy_takes_an_exported_volume_through_compression_and_back(device: str, tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry(device, 5)), "VOL001", 3, 4)
    volume.allocate("A.B", FB, Space("TRK", 5))
    exported = export_volume(volume.device, tmp_path / "out.ckd")
    run("dasdcopy", "-q", "-o", "CCKD", exported, tmp_path / "c.cckd")
    run("dasdcopy", "-q", "-lfs", "-o", "CKD", tmp_path / "c.cckd", tmp_path / "back.ckd")
    assert filecmp.cmp(exported, tmp_path / "back.ckd", shallow=False)
    assert set(listed(tmp_path / "back.ckd")[1]) == {"A.B", "SYS1.VTOCIX.VOL001"}


def test_an_exported_volume_is_the_same_volume(volume: Volume, tmp_path: Path) -> None:
    exported = CkdImage.open(export_volume(volume.device, tmp_path / "out.ckd"))
    tracks = range(volume.geometry.tracks)
    assert all(exported.read_track(number) == volume.device.read_track(number) for number in tracks)
    assert check_volume(exported, every_track=True) == []


def test_an_export_reports_progress_and_does_not_replace_a_file(volume: Volume, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    export_volume(volume.device, tmp_path / "out.ckd", lambda done, of: calls.append((done, of)))
    assert calls == [(done, 120) for done in range(15, 121, 15)]
    with pytest.raises(FileExistsError):
        export_volume(volume.device, tmp_path / "out.ckd")


def test_an_interrupted_export_leaves_no_file(volume: Volume, tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_volume(volume.device, tmp_path / "out.ckd", stop)
    assert not (tmp_path / "out.ckd").exists()
