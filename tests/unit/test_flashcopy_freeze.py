import threading
import time
from pathlib import Path

import pytest

from zoslab.dasd import track
from zoslab.dasd.devices import Device
from zoslab.dasd.errors import FlashCopyRefused
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record


@pytest.fixture
def subsystem(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        for devno in (0xA80, 0xA81):
            subsystem.define(devno, Geometry("3390", 1))
        yield subsystem


def write(device: Device, text: bytes = b"x") -> None:
    device.write_track(4, track.build(0, 4, [Record(1, b"", text)], device.geometry))


def start(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_write_to_a_frozen_device_waits_for_the_thaw(subsystem: DiskSubsystem):
    device = subsystem.device(0xA80)
    before = device.read_track(4)
    subsystem.flash.freeze(0xA80)
    writer = start(lambda: write(device))
    writer.join(0.05)
    assert writer.is_alive()
    assert device.read_track(4) == before
    assert subsystem.flash.thaw().frozen == (0xA80,)
    writer.join(5)
    assert device.read_track(4) != before


def test_a_transaction_that_touches_a_frozen_device_writes_nothing_until_the_thaw(subsystem: DiskSubsystem):
    one, other = subsystem.device(0xA80), subsystem.device(0xA81)
    before = other.read_track(4)
    subsystem.flash.freeze(0xA80)

    def write_both() -> None:
        with subsystem.atomic():
            write(other)
            write(one)

    writer = start(write_both)
    writer.join(0.05)
    assert other.read_track(4) == before
    write(other, b"others are not held up")
    subsystem.flash.thaw()
    writer.join(5)
    assert one.read_track(4) == other.read_track(4)


def test_the_timer_lets_writes_go_on_and_the_thaw_tells(subsystem: DiskSubsystem):
    subsystem.flash.freeze(0xA80, timeout_s=0.05)
    subsystem.flash.freeze(0xA81, timeout_s=60)
    began = time.monotonic()
    write(subsystem.device(0xA80))
    assert time.monotonic() - began >= 0.04
    result = subsystem.flash.thaw()
    assert (result.frozen, result.expired, result.consistent) == ((0xA81,), (0xA80,), False)
    assert subsystem.flash.thaw().consistent


def test_a_timer_that_ran_out_unnoticed_by_any_writer_is_told_too(subsystem: DiskSubsystem):
    subsystem.flash.freeze(0xA80, timeout_s=0.01)
    time.sleep(0.02)
    assert subsystem.flash.thaw([0xA80, 0xA81]).expired == (0xA80,)


def test_a_freeze_does_not_survive_the_process_and_is_told_as_run_out(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd") as subsystem:
        subsystem.define(0xA80, Geometry("3390", 1))
        subsystem.flash.freeze(0xA80)
    with DiskSubsystem(tmp_path / "dasd") as subsystem:
        write(subsystem.device(0xA80))
        assert subsystem.flash.thaw().expired == (0xA80,)


def test_a_frozen_device_cannot_become_a_target(subsystem: DiskSubsystem):
    subsystem.flash.freeze(0xA81)
    with pytest.raises(FlashCopyRefused, match="frozen"):
        subsystem.flash.establish(0xA80, 0xA81)
