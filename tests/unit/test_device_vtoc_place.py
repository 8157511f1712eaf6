"""Where a volume's VTOC is, as the device knows it without I/O, is where its label and format-4 DSCB say."""

from pathlib import Path

import pytest

from zoslab.dasd.dscbs import vtoc_extent
from zoslab.dasd.errors import NotLabelled
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

SOURCE, TARGET = 0xA80, 0xA90
GEOMETRY = Geometry("3390", 4)


@pytest.fixture
def dasd(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as dasd:
        for devno, volser, vtoc_tracks in ((SOURCE, "IMSP01", 14), (TARGET, "IMST01", 5)):
            Volume.init(dasd.define(devno, GEOMETRY), volser, vtoc_tracks)
            dasd.vary_online(devno)
        yield dasd


def allocate(dasd: DiskSubsystem) -> None:
    dasd.volume("IMST01").allocate("IMST.NEW", DataSetAttributes("PS", "FB", 80), Space("TRK", 1))


def initialise(dasd: DiskSubsystem) -> None:
    dasd.vary_offline(TARGET)
    Volume.init(dasd.device(TARGET), "IMST02", 7)


def copy(dasd: DiskSubsystem) -> None:
    dasd.flash.establish(SOURCE, TARGET)


def copy_and_rename(dasd: DiskSubsystem) -> None:
    copy(dasd)
    dasd.vary_offline(TARGET)
    Volume.open(dasd.device(TARGET)).relabel("IMST03")
    dasd.vary_online(TARGET)


@pytest.mark.parametrize(
    ("change", "tracks", "serial"),
    [(allocate, 5, "IMST01"), (initialise, 7, "IMST02"), (copy, 14, "IMSP01"), (copy_and_rename, 14, "IMST03")],
)
def test_the_place_of_the_vtoc_and_the_serial_follow_every_change(dasd: DiskSubsystem, change, tracks, serial):
    device = dasd.device(TARGET)
    assert device.vtoc_extent().tracks == 5
    change(dasd)
    assert device.vtoc_extent() == vtoc_extent(device)
    assert device.vtoc_extent().tracks == tracks
    assert device.label() == serial


def test_a_device_without_a_label_has_no_vtoc(dasd: DiskSubsystem):
    with pytest.raises(NotLabelled):
        dasd.define(0xA91, GEOMETRY).vtoc_extent()


def test_the_serial_of_a_copy_stays_when_the_source_gets_another(dasd: DiskSubsystem):
    copy(dasd)
    Volume.open(dasd.device(SOURCE)).relabel("IMSP09")
    assert dasd.device(TARGET).label() == "IMSP01"
    assert dasd.device(SOURCE).label() == "IMSP09"
