"""Data set FlashCopy: extents are what they were at the instant, wherever they are, whatever is written later."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from zoslab.dasd import track
from zoslab.dasd.errors import FlashCopyRefused
from zoslab.dasd.extent_copy import Run
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record

GEOMETRY = Geometry("3390", 2)
DEVNOS = (0xA80, 0xA90, 0xA91)
DEVICES = st.sampled_from(DEVNOS)
TRACKS = st.integers(0, 29)


def image(number: int, stamp: int) -> bytes:
    records = [Record(1, b"", stamp.to_bytes(8, "big") * 100)] if stamp else []
    return track.build(*divmod(number, 15), records, GEOMETRY)


def opened(folder: Path) -> DiskSubsystem:
    subsystem = DiskSubsystem(folder, background_copy=False)
    for devno in DEVNOS:
        if devno not in {device.devno for device in subsystem.devices()}:
            subsystem.define(devno, GEOMETRY)
    return subsystem


class ExtentModel(RuleBasedStateMachine):
    """The subsystem beside dictionaries that are really copied. Stamp 0 is a track without records."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.generation = self.stamp = 0
        self.subsystem = opened(self.folder / "0")
        self.content = {devno: dict.fromkeys(range(30), 0) for devno in DEVNOS}

    @rule(devno=DEVICES, number=TRACKS)
    def write(self, devno: int, number: int) -> None:
        self.stamp += 1
        self.subsystem.device(devno).write_track(number, image(number, self.stamp))
        self.content[devno][number] = self.stamp

    @rule(places=st.lists(st.tuples(DEVICES, TRACKS), max_size=5, unique=True))
    def write_together(self, places: list[tuple[int, int]]) -> None:
        with self.subsystem.atomic():
            for devno, number in places:
                self.stamp += 1
                self.subsystem.device(devno).write_track(number, image(number, self.stamp))
                self.content[devno][number] = self.stamp

    @rule(
        pair=st.tuples(DEVICES, DEVICES),
        low=st.integers(0, 20),
        to=st.integers(0, 20),
        lengths=st.lists(st.integers(1, 4), min_size=1, max_size=2),
        background=st.booleans(),
    )
    def establish(self, pair: tuple[int, int], low: int, to: int, lengths: list[int], background: bool) -> None:
        runs, source, target = [], low, to + sum(lengths)
        for length in lengths:
            target -= length
            runs.append(Run(source, target, length))
            source += length
        first, second = (self.subsystem.device(devno) for devno in pair)
        try:
            self.subsystem.flash.extents.establish(first, second, runs, background=background)
        except FlashCopyRefused:
            return
        for run in runs:
            for n in range(run.tracks):
                self.content[pair[1]][run.target + n] = self.content[pair[0]][run.source + n]

    @rule(pair=st.tuples(DEVICES, DEVICES))
    def establish_volume(self, pair: tuple[int, int]) -> None:
        try:
            self.subsystem.flash.establish(*pair)
        except FlashCopyRefused:
            return
        self.content[pair[1]] = dict(self.content[pair[0]])

    @rule(tracks=st.integers(1, 20))
    def copy_in_background(self, tracks: int) -> None:
        self.subsystem.flash.copy_step(tracks)

    @rule()
    def kill(self) -> None:
        """Go on with what a copy of the folder holds, as after a kill at this moment."""
        self.generation += 1
        after = self.folder / str(self.generation)
        shutil.copytree(self.subsystem.folder, after)
        self.subsystem.close()
        self.subsystem = opened(after)

    @invariant()
    def every_track_is_as_in_the_model(self) -> None:
        for devno, tracks in self.content.items():
            device = self.subsystem.device(devno)
            for number, stamp in tracks.items():
                found = track.parse(device.read_track(number))
                assert found == track.parse(image(number, stamp)), (f"{devno:04X}", number)

    def teardown(self) -> None:
        self.subsystem.close()
        shutil.rmtree(self.folder)


ExtentModel.TestCase.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
TestExtentModel = ExtentModel.TestCase


@pytest.fixture
def subsystem(tmp_path):
    with opened(tmp_path / "dasd") as made:
        for number in range(30):
            made.device(0xA80).write_track(number, image(number, number + 1))
        yield made


def stamps(subsystem, devno):
    found = [track.parse(subsystem.device(devno).read_track(number)) for number in range(30)]
    return [int.from_bytes(records[0].data[:8], "big") if records else 0 for records in found]


def test_a_copied_track_names_the_place_it_is_at_now(subsystem):
    source, target = subsystem.device(0xA80), subsystem.device(0xA90)
    subsystem.flash.extents.establish(source, target, [Run(1, 17, 3)], background=False)
    for number in (17, 18, 19):
        track.check_position(target.read_track(number), *divmod(number, 15))
    assert stamps(subsystem, 0xA90)[16:21] == [0, 2, 3, 4, 0]


def test_background_copy_ends_the_relationship(subsystem):
    source, target = subsystem.device(0xA80), subsystem.device(0xA90)
    subsystem.flash.extents.establish(source, target, [Run(0, 10, 5), Run(20, 2, 3)], background=True)
    assert subsystem.flash.copy_step(6) == 6
    assert [copy.owned.count for copy in subsystem.flash.extents.waiting()] == [6]
    assert subsystem.flash.copy_step(6) == 2
    assert subsystem.flash.extents.waiting() == []
    assert source.extent_targets == ()
    assert [path.name for path in (subsystem.folder / "flashcopy" / "extents").glob("*.bits")] == []


def test_what_is_not_copied_yet_cannot_be_copied_on_nor_copied_over(subsystem):
    one, two, three = (subsystem.device(devno) for devno in DEVNOS)
    extents = subsystem.flash.extents
    extents.establish(one, two, [Run(0, 5, 3)], background=False)
    with pytest.raises(FlashCopyRefused, match="not complete"):
        extents.establish(two, three, [Run(6, 0, 1)], background=False)
    with pytest.raises(FlashCopyRefused, match="itself the source"):
        extents.establish(three, one, [Run(0, 2, 1)], background=False)
    with pytest.raises(FlashCopyRefused, match="same tracks"):
        extents.establish(one, one, [Run(10, 12, 4)], background=False)
    with pytest.raises(FlashCopyRefused, match="not complete"):
        subsystem.flash.establish(two.devno, three.devno)
    extents.establish(two, three, [Run(8, 0, 1)], background=False)


def test_a_data_set_copy_over_a_volume_copy_counts_and_the_rest_stays_the_volumes(subsystem):
    one, two, three = (subsystem.device(devno) for devno in DEVNOS)
    subsystem.flash.establish(one.devno, two.devno)
    three.write_track(0, image(0, 99))
    subsystem.flash.extents.establish(three, two, [Run(0, 7, 1)], background=False)
    one.write_track(7, image(7, 500))
    one.write_track(8, image(8, 501))
    assert stamps(subsystem, 0xA91)[0] == 99
    assert stamps(subsystem, 0xA90)[6:10] == [7, 99, 9, 10]
