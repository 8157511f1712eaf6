import shutil
import threading
from pathlib import Path

import pytest

from zoslab.dasd import track
from zoslab.dasd.devices import Device
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.journal import JournalPending
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record


@pytest.fixture
def subsystem(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        for devno in (0xA80, 0xA81, 0xA90):
            subsystem.define(devno, Geometry("3390", 1))
        yield subsystem


def write(device: Device, number: int, text: bytes) -> None:
    device.write_track(number, track.build(0, number, [Record(1, b"", text)], device.geometry))


def read(device: Device, number: int) -> bytes:
    return b"".join(record.data for record in track.parse(device.read_track(number)))


def test_an_exception_takes_back_what_its_block_wrote_and_nothing_else(subsystem: DiskSubsystem):
    device = subsystem.device(0xA80)
    with subsystem.atomic():
        write(device, 1, b"outer")
        versions = {device.version}
        with pytest.raises(ZeroDivisionError), subsystem.atomic():  # noqa: PT012
            write(device, 1, b"inner")
            write(device, 2, b"inner")
            versions.add(device.version)
            assert read(device, 1) == b"inner"
            raise ZeroDivisionError
        versions.add(device.version)
        assert read(device, 1) == b"outer"
    assert (read(device, 1), read(device, 2)) == (b"outer", b"")
    assert len(versions | {device.version}) == 4


def test_a_track_of_a_transaction_is_not_written_before_its_end(subsystem: DiskSubsystem):
    device = subsystem.device(0xA80)
    with subsystem.atomic():
        write(device, 1, b"new")
        assert device.content(1) != device.read_track(1)
    assert device.content(1) == device.read_track(1)


@pytest.mark.parametrize("written", range(5))
def test_a_transaction_killed_anywhere_between_its_tracks_is_whole_after_the_restart(
    subsystem: DiskSubsystem, tmp_path: Path, written: int, monkeypatch: pytest.MonkeyPatch
):
    """What is on the disk after ``written`` of four track writes is what a kill at that point leaves."""
    places = [(0xA80, 1), (0xA80, 2), (0xA81, 1), (0xA81, 2)]
    for devno, number in places:
        write(subsystem.device(devno), number, b"old")
    subsystem.flash.establish(0xA80, 0xA90)
    done = 0
    real = Device.overwrite

    def overwrite(device: Device, number: int, image: bytes) -> None:
        nonlocal done
        if done == written:
            shutil.copytree(subsystem.folder, tmp_path / "left")
        real(device, number, image)
        done += 1

    monkeypatch.setattr(Device, "overwrite", overwrite)
    with subsystem.atomic():
        for devno, number in places:
            write(subsystem.device(devno), number, b"new")
    monkeypatch.undo()
    if written == 4:
        shutil.copytree(subsystem.folder, tmp_path / "left")
    with DiskSubsystem(tmp_path / "left", background_copy=False) as after:
        assert [read(after.device(devno), number) for devno, number in places] == [b"new"] * 4
        assert [read(after.device(0xA90), number) for number in (1, 2)] == [b"old"] * 2
        assert not list((tmp_path / "left" / "journal").iterdir())


@pytest.mark.parametrize("kept", [0, 21, 4096, 40960])
def test_a_track_whose_write_was_torn_is_whole_after_the_restart(subsystem: DiskSubsystem, tmp_path: Path, kept: int):
    device = subsystem.device(0xA80)
    write(device, 1, b"old" * 15000)
    image = track.build(0, 1, [Record(1, b"", b"new" * 18000)], device.geometry)
    real = device.image.write_track

    def torn(number: int, whole: bytes) -> None:
        real(number, whole[:kept] + device.image.read_track(number)[kept:])
        shutil.copytree(subsystem.folder, tmp_path / "left")
        real(number, whole)

    device.image.write_track = torn
    device.write_track(1, image)
    with DiskSubsystem(tmp_path / "left", background_copy=False) as after:
        assert after.device(0xA80).read_track(1) == image


def test_a_transaction_that_was_not_committed_leaves_no_trace(subsystem: DiskSubsystem, tmp_path: Path):
    (subsystem.folder / "journal" / "7.journal.tmp").write_bytes(b"cut off")
    shutil.copytree(subsystem.folder, tmp_path / "left")
    with DiskSubsystem(tmp_path / "left") as after:
        assert read(after.device(0xA80), 1) == b""
        assert not list((tmp_path / "left" / "journal").iterdir())


def test_after_a_transaction_that_failed_half_way_nothing_is_written_until_it_is_completed(
    subsystem: DiskSubsystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    one, other = subsystem.device(0xA80), subsystem.device(0xA81)

    def disk_full(number: int, image: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(other.image, "write_track", disk_full)
    with pytest.raises(OSError, match="No space left"), subsystem.atomic():  # noqa: PT012
        write(one, 1, b"new")
        write(other, 1, b"new")
    with pytest.raises(JournalPending, match=r"only partly written\. Mend the cause"):
        write(one, 1, b"newer")
    shutil.copytree(subsystem.folder, tmp_path / "left")
    with DiskSubsystem(tmp_path / "left") as after:
        assert [read(after.device(devno), 1) for devno in (0xA80, 0xA81)] == [b"new", b"new"]
        write(after.device(0xA80), 1, b"newer")


def test_a_single_track_needs_no_journal_file(subsystem: DiskSubsystem, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(subsystem.device(0xA80)._table.journal, "logged", None)
    with subsystem.atomic():
        write(subsystem.device(0xA80), 1, b"one")
        write(subsystem.device(0xA80), 1, b"two")
    assert read(subsystem.device(0xA80), 1) == b"two"


def test_a_lock_taken_inside_a_transaction_is_kept_until_others_can_read_what_was_written(subsystem: DiskSubsystem):
    device = subsystem.device(0xA80)
    lock = threading.RLock()
    count = 40

    def add_one() -> None:
        for _ in range(count):
            with subsystem.atomic():
                with device.enqueued(lock):
                    before = int(read(device, 1) or 0)
                    write(device, 1, b"%d" % (before + 1))
                write(device, 2, b"more to do before the end")

    threads = [threading.Thread(target=add_one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert int(read(device, 1)) == 3 * count
    with device.enqueued(lock), pytest.raises(ZeroDivisionError), subsystem.atomic(), device.enqueued(lock):
        raise ZeroDivisionError
    assert lock.acquire(timeout=0)
