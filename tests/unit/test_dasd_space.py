from pathlib import Path

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.errors import NoSpace, OutsideDataSet, TrackOverflow
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.track import Record
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

FB = DataSetAttributes("PS", "FB", 80, 8000)


@pytest.fixture
def volumes(tmp_path: Path) -> list[Volume]:
    return [
        Volume.init(CkdImage.create(tmp_path / f"{serial}.ckd", Geometry("3390", 5)), serial, 2)
        for serial in ("VOL001", "VOL002")
    ]


@pytest.fixture
def space(volumes: list[Volume]) -> DataSetSpace:
    """Tracks 0 to 2 in two extents on VOL001, 3 and 4 on VOL002."""
    first, second = volumes
    first.allocate("A.B", FB, Space("TRK", 2, 1))
    first.allocate("A.WALL", FB, Space("TRK", 1))
    first.extend("A.B")
    second.allocate(
        "A.B", DataSetAttributes("PS", "FB", 80, 8000, volume_sequence=2, first_volser="VOL001"), Space("TRK", 2, 1)
    )
    return DataSetSpace([(volume, volume.vtoc.require("A.B")) for volume in volumes])


def test_tracks_are_numbered_over_extents_and_volumes(space: DataSetSpace, volumes: list[Volume]) -> None:
    assert space.tracks == 5
    low = [extent.low for volume in volumes for extent in volume.vtoc.require("A.B").extents]
    assert [space.locate(number) for number in range(5)] == [
        (volumes[0], low[0]),
        (volumes[0], low[0] + 1),
        (volumes[0], low[1]),
        (volumes[1], low[2]),
        (volumes[1], low[2] + 1),
    ]


def test_what_is_written_is_read_and_lies_on_the_volume_located(space: DataSetSpace) -> None:
    for number in range(space.tracks):
        space.write(number, [Record(1, b"", bytes([number]) * 10)])
    for number in range(space.tracks):
        volume, track = space.locate(number)
        assert space.read(number) == volume.read_records(track) == [Record(1, b"", bytes([number]) * 10)]


def test_tracks_outside_the_data_set_are_refused(space: DataSetSpace) -> None:
    for number in (-1, 5):
        with pytest.raises(OutsideDataSet, match=r"of A\.B, which has 5"):
            space.read(number)


def test_a_track_too_full_is_refused_and_left_as_it_was(space: DataSetSpace) -> None:
    space.write(1, [Record(1, b"", b"old")])
    with pytest.raises(TrackOverflow):
        space.write(1, [Record(n, b"", bytes(27998)) for n in (1, 2, 3)])
    assert space.read(1) == [Record(1, b"", b"old")]


def test_the_last_volume_is_extended(space: DataSetSpace, volumes: list[Volume]) -> None:
    space.extend()
    assert space.tracks == 6
    assert space.locate(5)[0] is volumes[1]
    assert volumes[0].vtoc.require("A.B").tracks == 3


def test_an_extension_without_room_says_so(volumes: list[Volume]) -> None:
    volumes[0].allocate("A.FULL", FB, Space("TRK", 1))
    full = DataSetSpace([(volumes[0], volumes[0].vtoc.require("A.FULL"))])
    with pytest.raises(NoSpace, match="D37"):
        full.extend()


def test_an_extension_through_another_object_is_seen_after_refresh(volumes: list[Volume]) -> None:
    volumes[0].allocate("A.X", FB, Space("TRK", 1, 1))
    one, other = (DataSetSpace([(volumes[0], volumes[0].vtoc.require("A.X"))]) for _ in range(2))
    one.extend()
    assert other.tracks == 1
    other.refresh()
    assert other.tracks == 2


def test_nothing_written_has_the_last_block_at_the_start(space: DataSetSpace) -> None:
    assert space.last == (0, 0)


@pytest.mark.parametrize("place", [(0, 1), (2, 2), (3, 1), (4, 3)])
def test_the_last_block_is_kept_on_the_volume_it_is_on(
    place: tuple[int, int], space: DataSetSpace, volumes: list[Volume]
) -> None:
    for number in range(5):
        space.write(number, [Record(n, b"", bytes(4096)) for n in (1, 2, 3)])
    space.last = (4, 1)
    space.last = place
    assert space.last == place
    dscbs = [volume.vtoc.require("A.B").dscb for volume in volumes]
    on_second = place[0] >= 3
    assert [bool(dscb.ds1dsind & 0x80) for dscb in dscbs] == [not on_second, on_second]
    assert dscbs[on_second].ds1lstar == (place[0] - 3 * on_second).to_bytes(2, "big") + bytes([place[1]])
    assert dscbs[on_second].ds1trbal == 58786 - place[1] * 143 * 34
    assert all(check_volume(volume.device) == [] for volume in volumes)


def test_a_data_set_without_tracks_can_be_closed_empty(volumes: list[Volume]) -> None:
    volumes[0].allocate("A.NONE", FB, Space("TRK", 0, 1))
    space = DataSetSpace([(volumes[0], volumes[0].vtoc.require("A.NONE"))])
    space.last = (0, 0)
    assert (space.tracks, space.last) == (0, (0, 0))
