from dataclasses import replace

import pytest

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import build, parse
from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.attributes import KsdsAttributes
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.ksds import Ksds


class Tracks:
    def __init__(self, tracks=30):
        self.tracks, self.geometry = tracks, Geometry("3390", 500)
        self.images = {}

    def locate(self, rel_track):
        return self, rel_track

    def read(self, rel_track):
        return parse(self.images[rel_track]) if rel_track in self.images else []

    def write(self, rel_track, records):
        self.images[rel_track] = build(0, rel_track, records, self.geometry)

    def extend(self):
        self.tracks += 15


@pytest.fixture
def ksds():
    made = Ksds(Tracks(), Tracks(), KsdsAttributes(0, 4, ci_size=512, index_ci_size=512, tracks_per_ca=1))
    made.load(b"%04d" % n + bytes(40) for n in range(0, 4000, 2))
    made.insert(b"0001" + bytes(40))
    assert check_ksds(made) == []
    return made


def sequence(ksds):
    number = ksds.tree.leftmost()
    return number, ksds.tree.read(number)


def edit_index(ksds, **fields):
    number, record = sequence(ksds)
    ksds.tree.write(number, replace(record, **fields))


def rewrite_data(ksds, number, records):
    ksds.data.write_ci(number, control_interval.build(records, 512))


def swap_two_records(ksds):
    one, two, *rest = control_interval.parse(ksds.data.read_ci(5))
    rewrite_data(ksds, 5, [two, one, *rest])


def put_a_record_out_of_range(ksds):
    *rest, last = control_interval.parse(ksds.data.read_ci(5))
    rewrite_data(ksds, 5, [*rest, b"3999" + last[4:]])


def shorten_a_record_below_its_key(ksds):
    rewrite_data(ksds, 5, [b"abc", *control_interval.parse(ksds.data.read_ci(5))[1:]])


def overwrite_a_cidf(ksds):
    ksds.data.write_ci(5, ksds.data.read_ci(5)[:-4] + b"\x7f\xff\x7f\xff")


def overwrite_a_free_interval(ksds):
    _, record = sequence(ksds)
    ksds.data.write_ci(record.free[-1], ksds.data.read_ci(5)[:-4] + b"\x7f\xff\x7f\xff")


def fill_a_free_interval(ksds):
    rewrite_data(ksds, sequence(ksds)[1].free[-1], [b"0000" + bytes(40)])


def lose_a_free_interval(ksds):
    edit_index(ksds, free=sequence(ksds)[1].free[:-1])


def point_to_an_interval_twice(ksds):
    pointers = sequence(ksds)[1].pointers
    edit_index(ksds, pointers=(pointers[1], *pointers[1:]))


def point_to_another_area(ksds):
    edit_index(ksds, base_rba=49 * 512)


def point_behind_the_data(ksds):
    edit_index(ksds, base_rba=49 * 512 * 99)


def break_the_chain(ksds):
    edit_index(ksds, next_rba=0)


def lower_a_high_key(ksds):
    edit_index(ksds, keys=(*sequence(ksds)[1].keys[:-1], b"\xf0\xff\xff\xff"))


def change_the_level(ksds):
    edit_index(ksds, level=3)


def point_to_one_sequence_set_record_twice(ksds):
    root = ksds.tree.number(ksds.holder.now.index_root)
    record = ksds.tree.read(root)
    ksds.tree.write(root, replace(record, pointers=(record.pointers[0], record.pointers[0], *record.pointers[2:])))


def overwrite_an_index_record(ksds):
    ksds.tree.intervals.write_ci(sequence(ksds)[0], control_interval.build([bytes(505)], 512))


def lower_the_high_used_rba(ksds):
    ksds.holder.put(hurba=ksds.holder.now.hurba - 512)


def raise_the_high_used_rba(ksds):
    ksds.holder.put(hurba=ksds.holder.now.hurba + 49 * 512)


def raise_the_high_used_rba_behind_the_space(ksds):
    ksds.holder.put(hurba=49 * 512 * 1000)


@pytest.mark.parametrize(
    ("damage", "structure", "says"),
    [
        (swap_two_records, "data", "ascending"),
        (put_a_record_out_of_range, "data", "outside"),
        (shorten_a_record_below_its_key, "data", "too short"),
        (overwrite_a_cidf, "data", "CIDF"),
        (overwrite_a_free_interval, "data", "CIDF"),
        (fill_a_free_interval, "data", "free list"),
        (lose_a_free_interval, "index", "do not add up"),
        (point_to_an_interval_twice, "index", "do not add up"),
        (point_to_another_area, "index", "two sequence set records"),
        (point_behind_the_data, "index", "no control area in use"),
        (break_the_chain, "index", "horizontal pointer"),
        (lower_a_high_key, "index", "highest key"),
        (change_the_level, "index", "level 3, expected 1"),
        (point_to_one_sequence_set_record_twice, "index", "twice"),
        (overwrite_an_index_record, "index", "IXHLL"),
        (lower_the_high_used_rba, "statistics", "end of a control area"),
        (raise_the_high_used_rba, "index", "no sequence set record"),
        (raise_the_high_used_rba_behind_the_space, "statistics", "behind the allocated tracks"),
    ],
)
def test_each_kind_of_damage_is_found(ksds, damage, structure, says):
    damage(ksds)
    findings = check_ksds(ksds)
    assert any(f.structure == structure and says in f.text for f in findings), findings


def test_an_empty_data_set_has_nothing_wrong():
    assert check_ksds(Ksds(Tracks(), Tracks(), KsdsAttributes(0, 4))) == []
