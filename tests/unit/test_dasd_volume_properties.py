"""Whatever is done to a volume in whatever order, it stays sound and says what was done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoslab.dasd import track
from zoslab.dasd.check import check_volume
from zoslab.dasd.dscbs import DscbTable
from zoslab.dasd.errors import DataSetNotOnVolume, DuplicateDataSet, NoSpace
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vtoc_content import VtocContent


class Memory:
    """A device that is nothing but its tracks."""

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self.version = 0
        self._tracks: dict[int, bytes] = {}

    def read_track(self, number: int, /) -> bytes:
        written = self._tracks.get(number)
        empty = track.empty(*self.geometry.cchh(number))
        return written if written is not None else empty.ljust(self.geometry.track_size, b"\0")

    def write_track(self, number: int, image: bytes, /) -> None:
        self._tracks[number] = image
        self.version += 1


NAMES = st.sampled_from([f"IMSP.D{number}" for number in range(6)] + ["SYS1.A.B", "Z.Z"])
ATTRIBUTES = st.sampled_from(
    [DataSetAttributes("PS", "FB", 80, 8000), DataSetAttributes("VS"), DataSetAttributes("PO")]
)
SPACES = st.builds(Space, st.sampled_from(["TRK", "CYL"]), st.integers(0, 20), st.integers(0, 4))
STEPS = st.one_of(
    st.tuples(st.just("allocate"), NAMES, ATTRIBUTES, SPACES),
    st.tuples(st.just("extend"), NAMES),
    st.tuples(st.just("scratch"), NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("release"), NAMES, st.integers(0, 10)),
)
Model = dict[str, int]


def predicted(step: tuple, model: Model) -> type[Exception] | None:  # type: ignore[type-arg]
    """Return the refusal the names alone call for."""
    action, name = step[0], step[1]
    if action == "allocate":
        return DuplicateDataSet if name in model else None
    if name not in model:
        return DataSetNotOnVolume
    if action == "rename" and step[2] in model and step[2] != name:
        return DuplicateDataSet
    return None


def apply(volume: Volume, step: tuple, model: Model) -> None:  # type: ignore[type-arg]
    """Do one step to the volume and to the model: data set name to tracks."""
    action, name, *operands = step
    call: Callable[..., object] = getattr(volume, action)
    refusal = predicted(step, model)
    if refusal is not None:
        with pytest.raises(refusal):
            call(name, *operands)
        return
    try:
        call(name, *operands)
    except NoSpace:
        return
    if action == "rename":
        model[operands[0]] = model.pop(name)
    elif action == "scratch":
        del model[name]
    else:
        tracks = volume.vtoc.require(name).tracks
        assert action != "extend" or tracks > model[name]
        model[name] = tracks


@settings(deadline=None, max_examples=100)
@given(st.lists(STEPS, min_size=5, max_size=40), st.sampled_from([0, 2]), st.booleans())
def test_a_volume_stays_sound_whatever_is_done_to_it(steps: list[tuple], index: int, batch: bool) -> None:  # type: ignore[type-arg]
    volume = Volume.init(Memory(Geometry("3390", 6)), "TST001", 1, index)
    model: Model = {}
    if batch:
        with volume.batch():
            for step in steps:
                apply(volume, step, model)
    for step in [] if batch else steps:
        apply(volume, step, model)
        assert check_volume(volume.device) == []
    assert check_volume(volume.device) == []
    on_volume = {entry.dsname: entry.tracks for entry in volume.vtoc.entries() if "VTOCIX" not in entry.dsname}
    assert on_volume == model
    kept, read = volume.vtoc.content(), VtocContent.read(DscbTable.load(volume.device), volume.geometry)
    for attribute in ("names", "descriptors", "chains"):
        assert getattr(kept, attribute) == getattr(read, attribute)
    assert (kept.free.runs, sorted(kept.unused)) == (read.free.runs, sorted(read.unused))


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(8)), st.permutations(range(8)), st.sampled_from([0, 2]))
def test_any_permutation_of_names_is_a_rename(before: list[int], after: list[int], index: int) -> None:
    volume = Volume.init(Memory(Geometry("3390", 6)), "TST001", 1, index)
    with volume.batch():
        extents = {n: volume.allocate(f"A.N{n}", DataSetAttributes(), Space("TRK", 1)).extents for n in range(8)}
    volume.vtoc.rename_all({f"A.N{old}": f"A.N{new}" for old, new in zip(before, after, strict=True)})
    for old, new in zip(before, after, strict=True):
        assert volume.vtoc.require(f"A.N{new}").extents == extents[old]
    assert check_volume(volume.device) == []
