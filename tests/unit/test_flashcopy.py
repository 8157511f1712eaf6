import threading
import time
from pathlib import Path

import pytest

from zoslab.dasd import audit, track
from zoslab.dasd.devices import Device, DeviceNotDefined
from zoslab.dasd.errors import FlashCopyRefused
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record

SMALL = Geometry("3390", 2)


def stamp(device: Device, number: int, text: bytes) -> None:
    cc, hh = device.geometry.cchh(number)
    device.write_track(number, track.build(cc, hh, [Record(1, b"", text)], device.geometry))


def read(device: Device, number: int) -> bytes:
    return b"".join(record.data for record in track.parse(device.read_track(number)))


@pytest.fixture
def subsystem(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        for devno in (0xA80, 0xA81, 0xA90, 0xA91):
            subsystem.define(devno, SMALL)
        yield subsystem


def test_establishing_takes_the_same_time_and_space_whatever_the_volume_size(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        elapsed = {}
        for devno, cylinders in ((0xA00, 1), (0xB00, 65520)):
            subsystem.define(devno, Geometry("3390", cylinders))
            subsystem.define(devno + 1, Geometry("3390", cylinders))
            runs = []
            for _ in range(5):
                start = time.perf_counter()
                subsystem.flash.establish(devno, devno + 1)
                runs.append(time.perf_counter() - start)
            elapsed[cylinders] = min(runs)
        used = sum(file.stat().st_blocks * 512 for file in subsystem.folder.rglob("*") if file.is_file())
    assert elapsed[65520] < elapsed[1] + 0.02
    assert used < 1_000_000


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (Geometry("3390", 1), "the source has 2 cylinders, the target only 1"),
        (Geometry("3380", 2), "a 3390 cannot be copied to a 3380"),
    ],
)
def test_a_target_that_cannot_hold_the_source_is_refused(subsystem: DiskSubsystem, geometry: Geometry, reason: str):
    subsystem.define(0xAFF, geometry)
    with pytest.raises(FlashCopyRefused, match=reason):
        subsystem.flash.establish(0xA80, 0xAFF)
    assert subsystem.flash.relationships() == []


def test_a_chain_of_incomplete_copies_is_refused_from_both_ends(subsystem: DiskSubsystem):
    subsystem.flash.establish(0xA80, 0xA90)
    with pytest.raises(FlashCopyRefused, match="A90 to 0A91 refused: the source is the target of a copy from 0A80"):
        subsystem.flash.establish(0xA90, 0xA91)
    with pytest.raises(
        FlashCopyRefused, match="0A81 to 0A80 refused: the target is itself the source of a copy to 0A90"
    ):
        subsystem.flash.establish(0xA81, 0xA80)


def test_a_completed_target_may_be_copied_on(subsystem: DiskSubsystem):
    stamp(subsystem.device(0xA80), 7, b"first")
    subsystem.flash.establish(0xA80, 0xA90, background=True)
    while subsystem.flash.copy_step(8):
        continue
    assert subsystem.flash.relationships() == []
    subsystem.flash.establish(0xA90, 0xA91)
    stamp(subsystem.device(0xA90), 7, b"second")
    assert read(subsystem.device(0xA91), 7) == b"first"


def test_establishing_again_replaces_the_relationship_of_the_target(subsystem: DiskSubsystem):
    stamp(subsystem.device(0xA80), 3, b"of 80")
    stamp(subsystem.device(0xA81), 3, b"of 81")
    subsystem.flash.establish(0xA80, 0xA90)
    stamp(subsystem.device(0xA90), 3, b"own")
    subsystem.flash.establish(0xA81, 0xA90)
    stamp(subsystem.device(0xA80), 3, b"later")
    assert read(subsystem.device(0xA90), 3) == b"of 81"
    assert [(r.source, r.target) for r in subsystem.flash.relationships()] == [(0xA81, 0xA90)]


def test_withdrawing_what_is_not_there_is_refused(subsystem: DiskSubsystem):
    with pytest.raises(FlashCopyRefused, match="0A90 is not the target"):
        subsystem.flash.withdraw(0xA90)
    with pytest.raises(DeviceNotDefined, match="0FFF is not defined"):
        subsystem.flash.withdraw(0xFFF)


def test_a_withdrawn_nocopy_target_keeps_only_what_was_copied(subsystem: DiskSubsystem):
    source, target = subsystem.device(0xA80), subsystem.device(0xA90)
    for number in (1, 2, 3):
        stamp(source, number, b"old")
    subsystem.flash.establish(0xA80, 0xA90)
    stamp(source, 1, b"new")
    stamp(target, 2, b"own")
    subsystem.flash.withdraw(0xA90)
    stamp(source, 3, b"new")
    assert [read(target, number) for number in (1, 2, 3)] == [b"old", b"own", b""]


def test_background_copy_runs_by_itself_reports_progress_and_ends_the_relationship(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd") as subsystem:
        for devno in (0xA80, 0xA90):
            subsystem.define(devno, Geometry("3390", 20))
        for number in range(0, 300, 10):
            stamp(subsystem.device(0xA80), number, b"old")
        first = subsystem.flash.establish(0xA80, 0xA90, background=True)
        assert (first.copied, first.total) == (0, 300)
        seen = [0]
        deadline = time.monotonic() + 20
        while (now := subsystem.flash.relationship(0xA90)) is not None and time.monotonic() < deadline:
            seen.append(now.copied)
            time.sleep(0.002)
        assert subsystem.flash.relationships() == []
        assert seen == sorted(seen)
        stamp(subsystem.device(0xA80), 10, b"new")
        assert read(subsystem.device(0xA90), 10) == b"old"
        assert not list((subsystem.folder / "flashcopy").glob("*.bits"))


def test_background_copy_goes_on_after_a_restart(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        for devno in (0xA80, 0xA90):
            subsystem.define(devno, SMALL)
        stamp(subsystem.device(0xA80), 29, b"old")
        subsystem.flash.establish(0xA80, 0xA90, background=True)
        subsystem.flash.copy_step(10)
    with DiskSubsystem(tmp_path / "dasd") as subsystem:
        deadline = time.monotonic() + 20
        while subsystem.flash.relationships() and time.monotonic() < deadline:
            time.sleep(0.002)
        assert subsystem.flash.relationships() == []
        assert read(subsystem.device(0xA90), 29) == b"old"


def test_tracks_that_hold_nothing_are_copied_without_taking_space(subsystem: DiskSubsystem):
    subsystem.flash.establish(0xA80, 0xA90, background=True)
    assert subsystem.flash.copy_step(100) == SMALL.tracks
    assert subsystem.device(0xA90).image.path.stat().st_blocks * 512 < 10_000


def test_copy_on_write_is_counted_to_flashcopy_and_not_to_the_writer_of_the_source(subsystem: DiskSubsystem):
    source = subsystem.device(0xA80)
    stamp(source, 1, b"old")
    subsystem.flash.establish(0xA80, 0xA90)
    token = audit.writer.set("IMSP")
    stamp(source, 1, b"new")
    stamp(source, 1, b"newer")
    audit.writer.reset(token)
    assert subsystem.audit.writers_to(0xA80) == {"SYSTEM": 1, "IMSP": 2}
    assert subsystem.audit.writers_to(0xA90) == {"FLASHCOPY": 1}


def test_copies_under_freeze_are_consistent_with_each_other_while_dependent_writes_go_on(subsystem: DiskSubsystem):
    """A writer writes n to the first volume, then n to the second: no copy may have a later n on the second."""
    stop = threading.Event()
    pairs = [(0xA80, 0xA90), (0xA81, 0xA91)]

    def write_dependently() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            for source, _ in pairs:
                stamp(subsystem.device(source), 5, b"%08d" % n)

    for source, _ in pairs:
        stamp(subsystem.device(source), 5, b"%08d" % 0)
    writer = threading.Thread(target=write_dependently)
    writer.start()
    try:
        for turn in range(20):
            for source, target in pairs if turn % 2 else reversed(pairs):
                subsystem.flash.establish(source, target, freeze=True)
            first, second = (int(read(subsystem.device(target), 5)) for _, target in pairs)
            assert subsystem.flash.thaw().consistent
            assert first - second in (0, 1)
            time.sleep(0.005)
    finally:
        stop.set()
        writer.join(10)
    assert not writer.is_alive()


def test_many_writers_copies_and_background_copy_do_not_lock_each_other_out(subsystem: DiskSubsystem):
    """Every writer owns a track of every device and checks it; copies are made and thawed all the time."""
    stop = threading.Event()
    failures: list[str] = []

    def write_and_check(track_number: int) -> None:
        n = 0
        while not stop.is_set():
            n += 1
            text = b"%d-%d" % (track_number, n)
            with subsystem.atomic():
                for devno in (0xA81, 0xA80):
                    stamp(subsystem.device(devno), track_number, text)
            for devno in (0xA80, 0xA81):
                if (found := read(subsystem.device(devno), track_number)) != text:
                    failures.append(f"{devno:04X} track {track_number}: {found!r}, written {text!r}")

    threads = [threading.Thread(target=write_and_check, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        subsystem.flash.establish(0xA80, 0xA90, background=True, freeze=True)
        subsystem.flash.establish(0xA81, 0xA91, freeze=True)
        subsystem.flash.thaw()
        before = [read(subsystem.device(target), number) for target in (0xA90, 0xA91) for number in (1, 2, 3)]
        subsystem.flash.copy_step(7)
        assert before == [read(subsystem.device(target), number) for target in (0xA90, 0xA91) for number in (1, 2, 3)]
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []
