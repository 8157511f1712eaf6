"""The folder is copied before and after every effect FlashCopy has on a file, a torn track write among them.

Each copy is what a kill at that moment leaves. All are opened, and the targets have to be what they were or will be.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from zoslab.dasd import track
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.owned_tracks import OwnedTracks
from zoslab.dasd.state_log import StateLog
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record

SOURCE, FIRST, SECOND = 0xA80, 0xA90, 0xA91
GEOMETRY = Geometry("3390", 1)
CHANGED = 5


def image(number: int, text: bytes) -> bytes:
    return track.build(0, number, [Record(1, b"", text * 6000)], GEOMETRY)


def content(subsystem: DiskSubsystem, devno: int) -> list[bytes]:
    return [subsystem.device(devno).read_track(number) for number in range(GEOMETRY.tracks)]


@pytest.fixture
def subsystem(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        for devno in (SOURCE, FIRST, SECOND):
            device = subsystem.define(devno, GEOMETRY)
            for number in range(GEOMETRY.tracks):
                device.write_track(number, image(number, b"%04X old" % devno))
        yield subsystem


@pytest.fixture
def kills(subsystem: DiskSubsystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that does something and returns the folders that kills on the way leave."""

    def watch(work: Callable[[], object]) -> list[Path]:
        left: list[Path] = []

        def snapshot() -> None:
            left.append(tmp_path / f"left{len(left)}")
            shutil.copytree(subsystem.folder, left[-1])

        def around(owner: object, name: str) -> None:
            real = getattr(owner, name)

            def wrapped(*arguments: object, **keywords: object) -> object:
                snapshot()
                return real(*arguments, **keywords)

            monkeypatch.setattr(owner, name, wrapped)

        real_write = CkdImage.write_track

        def torn_write(self: CkdImage, number: int, whole: bytes) -> None:
            snapshot()
            real_write(self, number, whole[:20480] + self.read_track(number)[20480:])
            snapshot()
            real_write(self, number, whole)

        monkeypatch.setattr(CkdImage, "write_track", torn_write)
        around(OwnedTracks, "add")
        around(os, "replace")
        around(StateLog, "put")
        around(Path, "unlink")
        work()
        snapshot()
        monkeypatch.undo()
        return left

    return watch


def contents_left(folders: list[Path], *devnos: int) -> list[list[list[bytes]]]:
    found = []
    for folder in folders:
        with DiskSubsystem(folder, background_copy=False) as after:
            found.append([content(after, devno) for devno in devnos])
        shutil.rmtree(folder)
    return found


def test_a_kill_while_the_source_is_written_leaves_its_targets_at_their_instant(subsystem: DiskSubsystem, kills):
    subsystem.flash.establish(SOURCE, FIRST)
    subsystem.flash.establish(SOURCE, SECOND, background=True)
    before = content(subsystem, SOURCE)
    after = [*before[:CHANGED], image(CHANGED, b"new"), *before[CHANGED + 1 :]]
    folders = kills(lambda: subsystem.device(SOURCE).write_track(CHANGED, after[CHANGED]))
    assert len(folders) > 8
    for source, first, second in contents_left(folders, SOURCE, FIRST, SECOND):
        assert first == second == before
        assert source in (before, after)


def test_a_kill_while_a_target_is_written_leaves_the_track_as_it_was_or_as_it_is_to_be(subsystem: DiskSubsystem, kills):
    subsystem.flash.establish(SOURCE, FIRST)
    before = content(subsystem, FIRST)
    after = [*before[:CHANGED], image(CHANGED, b"new"), *before[CHANGED + 1 :]]
    folders = kills(lambda: subsystem.device(FIRST).write_track(CHANGED, after[CHANGED]))
    for source, first in contents_left(folders, SOURCE, FIRST):
        assert source == before
        assert first in (before, after)


def test_a_kill_while_a_relationship_is_replaced_leaves_the_old_one_or_the_new_one(subsystem: DiskSubsystem, kills):
    subsystem.flash.establish(SOURCE, FIRST)
    subsystem.device(SOURCE).write_track(CHANGED, image(CHANGED, b"new"))
    subsystem.device(FIRST).write_track(CHANGED + 1, image(CHANGED + 1, b"own"))
    before, after = content(subsystem, FIRST), content(subsystem, SECOND)
    folders = kills(lambda: subsystem.flash.establish(SECOND, FIRST))
    found = [first for [first] in contents_left(folders, FIRST)]
    assert found[0] == before
    assert found[-1] == after
    assert all(first in (before, after) for first in found)


def test_a_kill_while_background_copy_ends_a_relationship_leaves_the_target_whole(subsystem: DiskSubsystem, kills):
    subsystem.flash.establish(SOURCE, FIRST, background=True)
    subsystem.flash.copy_step(GEOMETRY.tracks - 1)
    before = content(subsystem, SOURCE)
    subsystem.device(SOURCE).write_track(CHANGED, image(CHANGED, b"new"))
    folders = kills(lambda: subsystem.flash.copy_step(1))
    assert all(first == before for [first] in contents_left(folders, FIRST))
    assert content(subsystem, FIRST) == before
