"""Whatever is written to source or target afterwards, a target is what its source was at the instant."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zoslab.dasd import track
from zoslab.dasd.errors import FlashCopyRefused
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record

CYLINDERS = {0xA80: 1, 0xA81: 1, 0xA90: 1, 0xA91: 2}
GEOMETRIES = {devno: Geometry("3390", cylinders) for devno, cylinders in CYLINDERS.items()}
DEVICES = st.sampled_from(sorted(GEOMETRIES))
TRACKS = st.integers(0, 14)


def image(number: int, stamp: int) -> bytes:
    records = [Record(1, b"", stamp.to_bytes(8, "big") * 100)] if stamp else []
    return track.build(*divmod(number, 15), records, Geometry("3390", 2))


class FlashCopyModel(RuleBasedStateMachine):
    """The subsystem beside dictionaries that are really copied. Stamp 0 is a track without records."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.generation = 0
        self.stamp = 0
        self.open_at(self.folder / "0")
        self.content = {devno: dict.fromkeys(range(g.tracks), 0) for devno, g in GEOMETRIES.items()}
        self.missing: dict[int, set[int]] = {devno: set() for devno in GEOMETRIES}
        self.source: dict[int, int] = {}
        self.background: set[int] = set()

    def open_at(self, folder: Path) -> None:
        self.subsystem = DiskSubsystem(folder, background_copy=False)
        for devno, geometry in GEOMETRIES.items():
            if devno not in {device.devno for device in self.subsystem.devices()}:
                self.subsystem.define(devno, geometry)

    def wrote(self, devno: int, number: int, stamp: int) -> None:
        self.content[devno][number] = stamp
        for other in [devno, *(t for t, s in self.source.items() if s == devno)]:
            self.missing[other].discard(number)
        self.end_complete()

    def end_complete(self) -> None:
        for target in [target for target in self.source if not self.missing[target]]:
            del self.source[target]
            self.background.discard(target)

    @rule(devno=DEVICES, number=TRACKS)
    def write(self, devno: int, number: int) -> None:
        self.stamp += 1
        self.subsystem.device(devno).write_track(number, image(number, self.stamp))
        self.wrote(devno, number, self.stamp)

    @rule(places=st.lists(st.tuples(DEVICES, TRACKS), max_size=5), fails=st.booleans())
    def write_together(self, places: list[tuple[int, int]], fails: bool) -> None:
        written = []
        try:
            with self.subsystem.atomic():
                for devno, number in places:
                    self.stamp += 1
                    device = self.subsystem.device(devno)
                    device.write_track(number, image(number, self.stamp))
                    assert device.read_track(number) == image(number, self.stamp)
                    written.append((devno, number, self.stamp))
                if fails:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            return
        for place in dict.fromkeys((devno, number) for devno, number, _ in written):
            stamp = max(s for devno, number, s in written if (devno, number) == place)
            self.wrote(*place, stamp)

    @rule(pair=st.tuples(DEVICES, DEVICES), background=st.booleans())
    def establish(self, pair: tuple[int, int], background: bool) -> None:
        source, target = pair
        possible = (
            source != target
            and GEOMETRIES[target].tracks >= GEOMETRIES[source].tracks
            and source not in self.source
            and target not in self.source.values()
        )
        if not possible:
            with pytest.raises(FlashCopyRefused):
                self.subsystem.flash.establish(source, target, background=background)
            return
        self.subsystem.flash.establish(source, target, background=background)
        self.content[target].update(self.content[source])
        self.missing[target] = set(range(GEOMETRIES[source].tracks))
        self.source[target] = source
        self.background.discard(target)
        if background:
            self.background.add(target)

    @rule(tracks=st.integers(1, 20))
    def copy_in_background(self, tracks: int) -> None:
        expected = sum(min(tracks, len(self.missing[target])) for target in self.background)
        assert self.subsystem.flash.copy_step(tracks) == expected
        for target in self.background:
            self.missing[target] -= set(sorted(self.missing[target])[:tracks])
        self.end_complete()

    @precondition(lambda self: self.source)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(sorted(self.source)))
        self.subsystem.flash.withdraw(target)
        del self.source[target]
        self.background.discard(target)
        self.content[target].update(dict.fromkeys(self.missing[target], 0))

    @precondition(lambda self: self.source)
    @rule(data=st.data())
    def copy_after_all(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(sorted(self.source)))
        self.subsystem.flash.start_background(target)
        self.background.add(target)

    @rule()
    def close_and_open(self) -> None:
        self.subsystem.close()
        self.open_at(self.folder / str(self.generation))

    @rule()
    def open_what_a_kill_leaves(self) -> None:
        self.generation += 1
        left = self.folder / str(self.generation)
        shutil.copytree(self.subsystem.folder, left)
        self.subsystem.close()
        self.open_at(left)

    @invariant()
    def every_track_is_what_it_has_to_be(self) -> None:
        for devno, tracks in self.content.items():
            device = self.subsystem.device(devno)
            for number, stamp in tracks.items():
                assert device.read_track(number) == image(number, stamp), f"{devno:04X} track {number}"

    @invariant()
    def relationships_and_progress_are_what_they_have_to_be(self) -> None:
        found = {r.target: (r.source, r.background, r.total - r.copied) for r in self.subsystem.flash.relationships()}
        assert found == {t: (s, t in self.background, len(self.missing[t])) for t, s in self.source.items()}

    def teardown(self) -> None:
        self.subsystem.close()
        shutil.rmtree(self.folder)


FlashCopyModel.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestFlashCopy = FlashCopyModel.TestCase
