from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zoslab.dasd.errors import NoSpace
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import build, parse
from zoslab.dasd.vsam.attributes import KsdsAttributes, index_ci_size
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.errors import (
    DataSetNotEmpty,
    DuplicateKey,
    KeyOutsideRecord,
    KeysOutOfSequence,
    RecordNotFound,
    RecordTooLong,
    UnsuitableAttributes,
)
from zoslab.dasd.vsam.ksds import Ksds
from zoslab.dasd.vsam.statistics import Holder

SMALL = KsdsAttributes(2, 4, ci_size=512, index_ci_size=512, max_record=400, tracks_per_ca=1)


class Died(Exception):
    pass


class Tracks:
    """The tracks of one data set in memory, each with the framing of a real track."""

    def __init__(self, tracks=15, limit=3000):
        self.tracks, self.limit = tracks, limit
        self.geometry = Geometry("3390", 500)
        self.images = {}
        self.writes_left = None

    def locate(self, rel_track):
        return self, rel_track

    def read(self, rel_track):
        assert rel_track < self.tracks
        return parse(self.images[rel_track]) if rel_track in self.images else []

    def write(self, rel_track, records):
        assert rel_track < self.tracks
        if self.writes_left is not None:
            self.writes_left -= 1
            if self.writes_left < 0:
                raise Died
        self.images[rel_track] = build(0, rel_track, records, self.geometry)

    def extend(self):
        if self.tracks >= self.limit:
            raise NoSpace("B37", "no more tracks")
        self.tracks += 15


def record(number, length=40):
    return b"R:" + b"%04d" % number + bytes([number % 256]) * (length - 6)


def small():
    return Ksds(Tracks(), Tracks(1), SMALL)


def healthy(ksds):
    return check_ksds(ksds) == []


def test_an_empty_data_set_holds_nothing():
    ksds = small()
    assert ksds.get(b"0001") is None
    assert list(ksds.browse()) == []
    with pytest.raises(RecordNotFound, match="F0F0F0F1"):
        ksds.delete(b"\xf0\xf0\xf0\xf1")


@pytest.mark.parametrize("count", [1, 10, 11, 500, 3000])
def test_a_loaded_data_set_gives_back_every_record_in_order(count):
    ksds = small()
    records = [record(n) for n in range(count)]
    assert ksds.load(iter(records)) == count
    assert list(ksds.browse()) == records
    assert all(ksds.get(b"%04d" % n) == records[n] for n in range(0, count, 7))
    assert ksds.get(b"9999") is None
    assert healthy(ksds)
    assert ksds.holder.now.records == count


def test_a_browse_may_start_between_keys_and_at_a_generic_key():
    ksds = small()
    ksds.load(record(n) for n in range(0, 2000, 2))
    assert next(ksds.browse(b"0501")) == record(502)
    assert next(ksds.browse(b"15")) == record(1500)
    assert list(ksds.browse(b"1999")) == []


def test_records_added_at_the_end_fill_control_intervals_instead_of_halving_them():
    ksds = small()
    for n in range(1500):
        ksds.insert(record(n))
    assert list(ksds.browse()) == [record(n) for n in range(1500)]
    assert ksds.holder.now.hurba <= 1.3 * 1500 * 40 + 2 * 49 * 512
    assert healthy(ksds)


def test_records_added_in_the_middle_split_intervals_and_areas():
    ksds = small()
    ksds.load(record(n) for n in range(0, 4000, 4))
    for n in [n for n in range(4000) if n % 4]:
        ksds.insert(record(n))
    assert list(ksds.browse()) == [record(n) for n in range(4000)]
    assert ksds.holder.now.ci_splits > 0
    assert ksds.holder.now.ca_splits > 0
    assert ksds.holder.now.levels == 2
    assert healthy(ksds)


def test_free_space_takes_inserts_without_a_split():
    free = KsdsAttributes(2, 4, ci_size=512, index_ci_size=512, tracks_per_ca=1, free_ci=50, free_ca=20)
    ksds = Ksds(Tracks(), Tracks(1), free)
    ksds.load(record(n) for n in range(0, 1000, 2))
    for n in range(1, 1000, 10):
        ksds.insert(record(n))
    assert ksds.holder.now.ci_splits == 0
    assert healthy(ksds)


def test_an_update_that_makes_a_record_longer_splits_its_interval():
    ksds = small()
    ksds.load(record(n) for n in range(40))
    ksds.update(record(5, 400))
    ksds.update(record(6, 400))
    assert ksds.get(b"0005") == record(5, 400)
    assert [r[:6] for r in ksds.browse()] == [record(n)[:6] for n in range(40)]
    assert healthy(ksds)


def test_what_may_not_be_stored_is_refused_by_name():
    ksds = small()
    ksds.load([record(1), record(3)])
    with pytest.raises(DuplicateKey):
        ksds.insert(record(3))
    with pytest.raises(RecordNotFound):
        ksds.update(record(2))
    with pytest.raises(RecordTooLong, match="500 bytes, the data set holds at most 400"):
        ksds.insert(record(2, 500))
    with pytest.raises(KeyOutsideRecord):
        ksds.insert(b"R:1")
    with pytest.raises(DataSetNotEmpty):
        ksds.load([record(9)])
    with pytest.raises(KeysOutOfSequence):
        small().load([record(2), record(1)])
    assert list(ksds.browse()) == [record(1), record(3)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ci_size": 700},
        {"ci_size": 9000},
        {"key_length": 0},
        {"key_length": 256},
        {"max_record": 600},
        {"free_ci": 100},
        {"index_ci_size": 500},
        {"key_length": 200, "max_record": 300},
    ],
)
def test_sizes_that_cannot_work_are_refused_with_the_numbers(wrong):
    with pytest.raises(UnsuitableAttributes, match=r"\d"):
        Ksds(
            Tracks(),
            Tracks(),
            KsdsAttributes(**{"key_offset": 2, "key_length": 4, "ci_size": 512, "index_ci_size": 512, **wrong}),
        )


def test_a_full_volume_stops_an_insert_and_leaves_the_data_set_whole():
    ksds = Ksds(Tracks(2, limit=2), Tracks(1), SMALL)

    def fill():
        for n in range(5000):
            ksds.insert(record(n))

    with pytest.raises(NoSpace):
        fill()
    stored = list(ksds.browse())
    assert stored == [record(n) for n in range(len(stored))]
    assert len(stored) > 900
    assert healthy(ksds)


def test_two_openers_see_each_others_changes():
    holder, data, index = Holder(), Tracks(), Tracks(1)
    one, other = Ksds(data, index, SMALL, holder), Ksds(data, index, SMALL, holder)
    one.load(record(n) for n in range(0, 1000, 2))
    browse = other.browse()
    seen = [next(browse) for _ in range(3)]
    for n in range(1, 1000, 2):
        one.insert(record(n))
    seen += browse
    assert seen[:3] == [record(0), record(2), record(4)]
    assert seen[-1] == record(999)
    assert [r[2:6] for r in seen] == sorted({r[2:6] for r in seen})


@pytest.mark.parametrize("component", ["data", "index"])
def test_the_data_set_is_whole_after_every_single_write_of_a_split(component):
    """Without any transaction around them: the order of the writes alone keeps every record reachable."""
    for survived in range(300):
        data, index, holder = Tracks(), Tracks(1), Holder()
        ksds = Ksds(data, index, SMALL, holder)
        ksds.load(record(n) for n in range(0, 1000, 2))
        space = data if component == "data" else index
        space.writes_left = survived
        stored = set(range(0, 1000, 2))
        for n in range(1, 200, 4):
            with suppress(Died):
                ksds.insert(record(n))
                stored.add(n)
            if space.writes_left < 0:
                break
        found = {int(r[2:6]) for r in ksds.browse()}
        assert stored <= found <= stored | {n}
        assert all(ksds.get(b"%04d" % k) == record(k) for k in sorted(stored)[:150:5])
        if space.writes_left >= 0:
            return


@pytest.mark.parametrize(("key_length", "cis", "size"), [(4, 180, 2048), (45, 90, 4096), (8, 735, 16384)])
def test_the_index_interval_is_chosen_to_hold_a_control_area(key_length, cis, size):
    assert index_ci_size(key_length, cis) <= size


class KsdsAgainstDict(RuleBasedStateMachine):
    """A data set of tiny intervals against a dictionary."""

    def __init__(self):
        super().__init__()
        self.ksds, self.model = small(), {}

    @rule(n=st.integers(0, 300), length=st.integers(6, 400))
    def put(self, n, length):
        self.ksds.put(record(n, length))
        self.model[n] = record(n, length)

    @rule(start=st.integers(0, 9000), length=st.integers(6, 120))
    def add_many(self, start, length):
        for n in range(start, start + 30):
            self.ksds.put(record(n, length))
            self.model[n] = record(n, length)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def delete(self, data):
        n = data.draw(st.sampled_from(sorted(self.model)))
        self.ksds.delete(b"%04d" % n)
        del self.model[n]

    @invariant()
    def agree(self):
        assert list(self.ksds.browse()) == [self.model[n] for n in sorted(self.model)]
        assert check_ksds(self.ksds) == []


KsdsAgainstDict.TestCase.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestKsdsAgainstDict = KsdsAgainstDict.TestCase
