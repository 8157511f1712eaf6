import os
import time
from pathlib import Path

import pytest

from zoslab.dasd import track
from zoslab.dasd.errors import BadImage, DasdError, TrackOverflow
from zoslab.dasd.geometry import DEVICE_TYPES, Geometry
from zoslab.dasd.image import HEADER_SIZE, CkdImage
from zoslab.dasd.track import Record


@pytest.mark.parametrize("device", DEVICE_TYPES)
def test_a_new_image_is_opened_with_the_geometry_it_was_made_with(device: str, tmp_path: Path) -> None:
    geometry = Geometry(device, 4)
    CkdImage.create(tmp_path / "a.ckd", geometry).close()
    with CkdImage.open(tmp_path / "a.ckd") as image:
        assert image.geometry == geometry


def test_a_new_image_is_made_in_constant_time_and_takes_no_disk(tmp_path: Path) -> None:
    started = time.perf_counter()
    CkdImage.create(tmp_path / "a.ckd", Geometry("3390", 65520)).close()
    assert time.perf_counter() - started < 0.5
    status = os.stat(tmp_path / "a.ckd")
    assert status.st_size == HEADER_SIZE + 65520 * 15 * 56832
    assert status.st_blocks * 512 < 1 << 20


def test_an_unwritten_track_reads_as_one_without_records(tmp_path: Path) -> None:
    with CkdImage.create(tmp_path / "a.ckd", Geometry("3390", 2)) as image:
        for number in (0, 17):
            content = image.read_track(number)
            track.check_position(content, *image.geometry.cchh(number))
            assert track.parse(content) == []


def test_a_written_track_is_read_by_another_opening_of_the_file(tmp_path: Path) -> None:
    geometry = Geometry("3390", 2)
    content = track.build(1, 2, [Record(1, b"", b"data")], geometry)
    with CkdImage.create(tmp_path / "a.ckd", geometry) as one, CkdImage.open(tmp_path / "a.ckd") as other:
        before = other.version
        one.write_track(17, content)
        assert other.read_track(17) == content
        assert other.version != before


def test_a_new_image_does_not_replace_a_file(tmp_path: Path) -> None:
    CkdImage.create(tmp_path / "a.ckd", Geometry("3390", 1)).close()
    with pytest.raises(FileExistsError):
        CkdImage.create(tmp_path / "a.ckd", Geometry("3390", 1))


def test_an_image_opened_for_reading_cannot_be_written(tmp_path: Path) -> None:
    CkdImage.create(tmp_path / "a.ckd", Geometry("3390", 1)).close()
    with CkdImage.open(tmp_path / "a.ckd", read_only=True) as image, pytest.raises(OSError, match="descriptor"):
        image.write_track(1, track.empty(0, 1))


def test_a_track_image_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with CkdImage.create(tmp_path / "a.ckd", Geometry("3390", 1)) as image, pytest.raises(TrackOverflow):
        image.write_track(1, bytes(56833))


def _header(tmp_path: Path, change: dict[int, bytes], size: int | None = None) -> Path:
    path = tmp_path / "b.ckd"
    CkdImage.create(path, Geometry("3390", 1)).close()
    with path.open("r+b") as file:
        for offset, content in change.items():
            file.seek(offset)
            file.write(content)
        if size is not None:
            file.truncate(size)
    return path


@pytest.mark.parametrize(
    ("change", "size", "message"),
    [
        ({0: b"CKD_C370"}, None, r"compressed image \(CKD_C370\). Convert it first: dasdcopy -lfs -o CKD"),
        ({0: b"CKD_S370"}, None, "compressed"),
        ({0: b"CKD_C064"}, None, "compressed"),
        ({0: b"CKD_Q370"}, None, "CKD_Q370 is not supported"),
        ({0: b"FBA_C370"}, None, "not a CKD disk image"),
        ({17: b"\x01", 18: b"\xd6\x09"}, None, "several files. Join them first: dasdcopy"),
        ({17: b"\x02"}, None, "file 2 of an image in several files"),
        ({16: b"\x14"}, None, "device type 14"),
        ({8: b"\x0c"}, None, "12 tracks of 56832 bytes"),
        ({}, HEADER_SIZE + 14 * 56832, "cut off"),
        ({}, HEADER_SIZE, "cut off"),
        ({}, 100, "not a CKD disk image"),
    ],
)
def test_images_that_cannot_be_used_are_refused_with_the_reason(
    change: dict[int, bytes], size: int | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(BadImage, match=message):
        CkdImage.open(_header(tmp_path, change, size))


def test_an_extended_address_volume_is_refused(tmp_path: Path) -> None:
    path = _header(tmp_path, {}, HEADER_SIZE + 65521 * 15 * 56832)
    with pytest.raises(DasdError, match="65521 cylinders is not supported"):
        CkdImage.open(path)
