import pytest

from zoslab.dasd.errors import DasdError, TrackOverflow
from zoslab.dasd.geometry import DEVICE_TYPES, Geometry


@pytest.mark.parametrize(
    ("device", "key", "data", "records"),
    [
        ("3390", 0, 512, 49),
        ("3390", 0, 1024, 33),
        ("3390", 0, 2048, 21),
        ("3390", 0, 4096, 12),
        ("3390", 0, 8192, 6),
        ("3390", 0, 27920, 2),
        ("3390", 0, 27998, 2),
        ("3390", 0, 27999, 1),
        ("3390", 0, 56664, 1),
        ("3390", 0, 56665, 0),
        ("3390", 44, 96, 50),
        ("3390", 8, 256, 45),
        ("3380", 0, 4096, 10),
        ("3380", 0, 47476, 1),
        ("3380", 0, 47477, 0),
        ("3380", 44, 96, 0x35),
        ("3380", 8, 256, 0x2E),
        ("3375", 0, 4096, 8),
        ("3375", 44, 96, 0x33),
        ("3375", 8, 256, 0x2B),
        ("3350", 0, 4096, 4),
        ("3350", 44, 96, 0x2F),
        ("3350", 8, 256, 0x24),
        ("3330", 0, 4096, 3),
        ("3330", 44, 96, 0x27),
        ("3330", 8, 256, 0x1C),
    ],
)
def test_a_track_takes_as_many_records_as_the_real_device(device: str, key: int, data: int, records: int) -> None:
    assert Geometry(device, 10).records_per_track(key, data) == records


@pytest.mark.parametrize("device", DEVICE_TYPES)
def test_track_numbers_and_addresses_are_inverse(device: str) -> None:
    geometry = Geometry(device, 3)
    assert [geometry.track(*geometry.cchh(number)) for number in range(geometry.tracks)] == list(range(geometry.tracks))


def test_tracks_that_the_volume_does_not_have_are_refused() -> None:
    geometry = Geometry("3390", 2)
    with pytest.raises(TrackOverflow, match="track 30 is not on the volume"):
        geometry.cchh(30)
    with pytest.raises(TrackOverflow, match="head 15"):
        geometry.track(0, 15)


def test_unknown_devices_and_extended_address_volumes_are_refused() -> None:
    with pytest.raises(DasdError, match="3340 is not supported"):
        Geometry("3340", 1)
    with pytest.raises(DasdError, match="extended address"):
        Geometry("3390", 65521)
