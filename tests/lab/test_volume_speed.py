"""What must stay fast: renaming every data set of a volume, and finding one. Measured in processor time."""

import time
from pathlib import Path

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

FB = DataSetAttributes("PS", "FB", 80, 8000)


@pytest.fixture(params=[15, 0], ids=["indexed", "unindexed"])
def volume(request: pytest.FixtureRequest, tmp_path: Path) -> Volume:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 200)), "IMSP01", 60, request.param)
    with volume.batch():
        for number in range(1000):
            volume.allocate(f"IMSP.A{number // 100}.D{number:05}", FB, Space("TRK", 1))
    return volume


def test_a_thousand_data_sets_are_renamed_in_half_a_second(volume: Volume) -> None:
    started = time.process_time()
    with volume.batch():
        for number in range(1000):
            volume.rename(f"IMSP.A{number // 100}.D{number:05}", f"IMST.A{number // 100}.D{number:05}")
    assert time.process_time() - started < 0.5
    assert check_volume(volume.device) == []


def test_a_data_set_is_found_in_fifty_microseconds(volume: Volume) -> None:
    volume.vtoc.find("IMSP.A1.D00100")
    started = time.process_time()
    for _ in range(1000):
        volume.vtoc.find("IMSP.A1.D00100")
    assert time.process_time() - started < 0.05


def test_changes_elsewhere_on_the_volume_cost_a_search_little(volume: Volume) -> None:
    track = volume.vtoc.require("IMSP.A1.D00100").extents[0].low
    elapsed = 0.0
    for _ in range(100):
        volume.write_records(track, [])
        started = time.process_time()
        volume.vtoc.find("IMSP.A1.D00100")
        elapsed += time.process_time() - started
    assert elapsed < 0.3
