import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import build, parse
from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vvds import Vvds, VvdsFull
from zoslab.dasd.vvds_check import check_vvds
from zoslab.dasd.vvds_record import (
    AMDSB,
    DATA_SET_INFO,
    INDEX_COMPONENT,
    KEYED,
    VOLUME,
    AmdsbCell,
    BrokenVvds,
    DataSetInfoCell,
    VolumeCell,
    VvdsRecord,
    decode,
    encode,
)


class Tracks:
    def __init__(self, tracks=10, limit=100):
        self.tracks, self.limit, self.geometry = tracks, limit, Geometry("3390", 100)
        self.images = {}

    def locate(self, rel_track):
        return self, rel_track

    def read(self, rel_track):
        assert rel_track < self.tracks
        return parse(self.images[rel_track]) if rel_track in self.images else []

    def write(self, rel_track, records):
        assert rel_track < self.tracks
        self.images[rel_track] = build(0, rel_track, records, self.geometry)

    def extend(self):
        if self.tracks >= self.limit:
            raise VvdsFull("B37", "full")
        self.tracks += 10


def vvr(name, cluster="", index=False):
    cells = (
        bytes(DataSetInfoCell(length=85, kind=DATA_SET_INFO, stclas="STANDARD")),
        bytes(AmdsbCell(length=98, kind=AMDSB, flags=KEYED, key_length=8, max_record=4000)),
        bytes(VolumeCell(length=42, kind=VOLUME, hurba=4096, ci_size=4096)),
    )
    return VvdsRecord("Z", name, cluster or name[:-5], "UCAT.IMSP", cells, INDEX_COMPONENT if index else 0)


def filled(count):
    vvds = Vvds.create(Tracks(), "IMSP01", "UCAT.IMSP")
    for n in range(count):
        vvds.add(vvr(f"IMSP.DB{n:05}.DATA"))
    return vvds


names = st.from_regex(r"[A-Z][A-Z0-9]{0,7}(\.[A-Z][A-Z0-9]{0,7}){0,3}", fullmatch=True).filter(lambda n: len(n) <= 44)


@given(names, names, names, st.sampled_from("ZQN"), st.lists(st.binary(max_size=150), max_size=4))
def test_a_record_gives_back_its_names_and_cells(name, cluster, catalog, kind, bodies):
    cells = tuple((len(body) + 3).to_bytes(2, "big") + b"\x21" + body for body in bodies)
    record = VvdsRecord(kind, name, cluster, catalog, cells, flags=8, reserved=b"\1\2\3\4")
    assert decode(encode(record)) == record


def test_the_header_stands_where_public_programs_look_for_it():
    raw = encode(vvr("IMSP.RECON1.INDEX", index=True))
    assert int.from_bytes(raw[:2], "big") == len(raw)
    header_end = int.from_bytes(raw[2:4], "big") + 2
    assert raw[4:6] == b"\xe9\x08"
    assert raw[10] == len("IMSP.RECON1.INDEX") + 1
    assert raw[header_end + 2] == DATA_SET_INFO


def test_a_new_vvds_describes_itself_and_knows_its_catalog():
    vvds = Vvds.create(Tracks(), "IMSP01", "UCAT.IMSP")
    assert vvds.self_record.name == "SYS1.VVDS.VIMSP01"
    assert vvds.catalogs() == ["UCAT.IMSP"]
    assert list(vvds.entries()) == []
    assert vvds.intervals.read_ci(0)[4:8] == b"\xe5\xe5\xc3\xd9"
    assert check_vvds(vvds) == []


def test_records_are_found_replaced_and_removed_by_name():
    vvds = filled(100)
    assert [record.name for record in vvds.entries()] == [f"IMSP.DB{n:05}.DATA" for n in range(100)]
    record = vvds.find("IMSP.DB00050.DATA")
    cell = record.volume()
    cell.hurba = 81920
    vvds.replace(record.with_cells(cell))
    assert vvds.find("IMSP.DB00050.DATA").volume().hurba == 81920
    assert vvds.find("IMSP.DB00050.DATA").amdsb().max_record == 4000
    vvds.remove("IMSP.DB00051.DATA")
    assert vvds.find("IMSP.DB00051.DATA") is None
    assert len(list(vvds.entries())) == 99
    assert check_vvds(vvds) == []


def test_room_a_removed_record_leaves_is_used_again():
    vvds = filled(200)
    end = vvds.end
    for n in range(100):
        vvds.remove(f"IMSP.DB{n:05}.DATA")
    for n in range(100):
        vvds.add(vvr(f"IMST.DB{n:05}.DATA"))
    assert vvds.end == end
    assert check_vvds(vvds) == []


def test_a_record_that_grows_out_of_its_control_interval_moves():
    vvds = filled(40)
    grown = replace(vvds.find("IMSP.DB00000.DATA"), catalog="UCAT.WITH.A.LONG.NAME", cells=vvr("A.DATA").cells * 4)
    vvds.replace(grown)
    assert vvds.find("IMSP.DB00000.DATA") == grown
    assert len(list(vvds.entries())) == 40
    assert check_vvds(vvds) == []


def test_a_name_is_there_once():
    vvds = filled(1)
    with pytest.raises(BrokenVvds, match=r"already has a record of IMSP\.DB00000\.DATA"):
        vvds.add(vvr("IMSP.DB00000.DATA"))
    with pytest.raises(BrokenVvds, match=r"no record of NOT\.THERE"):
        vvds.remove("NOT.THERE")


def test_a_rewrite_renames_everything_and_the_vvds_itself():
    vvds = filled(300)

    def rename(record):
        if record.name == "IMSP.DB00007.DATA":
            return None
        return replace(record, name=record.name.replace("IMSP", "IMST"), cluster="X", catalog="UCAT.IMST")

    done = vvds.rewrite(rename, volser="IMST01", catalog=lambda name: name.replace("IMSP", "IMST"))
    assert (done.kept, done.changed, done.removed) == (0, 299, 1)
    assert vvds.self_record.name == "SYS1.VVDS.VIMST01"
    assert vvds.catalogs() == ["UCAT.IMST"]
    assert all(record.name.startswith("IMST.") and record.catalog == "UCAT.IMST" for record in vvds.entries())
    assert check_vvds(vvds) == []


def test_longer_names_overflow_into_new_control_intervals():
    vvds = filled(300)
    vvds.rewrite(lambda record: replace(record, name="LONGER.PREFIX.THAN.BEFORE." + record.name))
    assert len(list(vvds.entries())) == 300
    assert vvds.find("LONGER.PREFIX.THAN.BEFORE.IMSP.DB00299.DATA")
    assert check_vvds(vvds) == []


def test_a_rewrite_that_died_anywhere_is_ended_by_running_it_again():
    class Died(Exception):
        pass

    def longer(record):
        grown = record.name if record.name.startswith("NEW.") else "NEW.PREFIX.OF.SOME.LENGTH." + record.name
        return replace(record, name=grown)

    for survived in range(40):
        vvds = filled(100)
        space, left = vvds.intervals.space, [survived]
        write = space.write

        def dying(track, records, left=left, write=write):
            left[0] -= 1
            if left[0] < 0:
                raise Died
            write(track, records)

        space.write = dying
        try:
            vvds.rewrite(longer)
        except Died:
            space.write = write
            vvds.rewrite(longer)
        assert sorted(record.name[26:] for record in vvds.entries()) == [f"IMSP.DB{n:05}.DATA" for n in range(100)]
        assert check_vvds(vvds) == []
        if left[0] >= 0:
            return


def test_a_thousand_records_are_rewritten_in_half_a_second():
    vvds = filled(1000)
    start = time.perf_counter()
    vvds.rewrite(lambda record: replace(record, name=record.name.replace("IMSP", "IMST")))
    assert time.perf_counter() - start < 0.5


def test_the_vvcr_holds_no_more_catalogs_than_it_has_room_for():
    vvds = filled(0)
    for n in range(34):
        vvds.add_catalog(f"UCAT.N{n}")
    vvds.add_catalog("UCAT.N5")
    with pytest.raises(VvdsFull, match="35 catalogs"):
        vvds.add_catalog("UCAT.ONE.TOO.MANY")


def overwrite_the_vvcr(vvds):
    vvds.write_raw(0, [b"none"])


def lose_the_self_record(vvds):
    vvds.write_raw(1, [])


def write_a_record_twice(vvds):
    vvds.write_raw(3, [*vvds.raw(3)[:-1], vvds.raw(2)[0]])


def cut_a_record_short(vvds):
    vvds.write_raw(2, [vvds.raw(2)[0][:-1]])


def break_a_cell(vvds):
    raw = bytearray(vvds.raw(2)[0])
    at = int.from_bytes(raw[2:4], "big") + 2
    raw[at : at + 2] = b"\x7f\xff"
    vvds.write_raw(2, [bytes(raw)])


def break_the_header(vvds):
    raw = bytearray(vvds.raw(2)[0])
    raw[10] = 0xFF
    vvds.write_raw(2, [bytes(raw)])


def break_an_interval(vvds):
    vvds.intervals.write_ci(2, b"\xff" * 4096)


def spoil_the_space_map(vvds):
    vvds.remap({2: 200})


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (overwrite_the_vvcr, "no VVCR"),
        (lose_the_self_record, "holds 0 records"),
        (write_a_record_twice, "recorded twice"),
        (cut_a_record_short, "says it has"),
        (break_a_cell, "a cell of 32767 bytes"),
        (break_the_header, "header"),
        (break_an_interval, "CIDF"),
        (spoil_the_space_map, "space map says 200"),
    ],
)
def test_each_kind_of_damage_is_found(damage, says):
    vvds = filled(40)
    damage(vvds)
    assert any(says in text for text in check_vvds(vvds)), check_vvds(vvds)


def test_a_cell_that_is_missing_is_named():
    with pytest.raises(BrokenVvds, match=r"N A\.B has no cell of type 23"):
        VvdsRecord("N", "A.B", "", "UCAT").volume()
    assert control_interval.is_software_end(bytes(4096))
