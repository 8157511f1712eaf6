import time
from contextlib import ExitStack
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.catalog import bcs, cells
from zoslab.catalog.bcs import BcsRecord, decode, encode, record_key
from zoslab.catalog.cells import GenerationGroup
from zoslab.catalog.entry import literal_prefix, pattern
from zoslab.catalog.errors import BrokenCatalog, DuplicateEntry
from zoslab.catalog.rewriting import _Runs, rewrite
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import build, parse
from zoslab.dasd.vsam.attributes import KsdsAttributes
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.ksds import Ksds

names = st.from_regex(r"[A-Z][A-Z0-9]{0,7}(\.[A-Z][A-Z0-9]{0,7}){0,4}", fullmatch=True).filter(lambda n: len(n) <= 44)
serials = st.from_regex(r"[A-Z][A-Z0-9]{5}", fullmatch=True)


class Tracks:
    def __init__(self):
        self.tracks, self.geometry, self.images = 15, Geometry("3390", 1000), {}

    def locate(self, rel_track):
        return self, rel_track

    def read(self, rel_track):
        return parse(self.images[rel_track]) if rel_track in self.images else []

    def write(self, rel_track, records):
        self.images[rel_track] = build(0, rel_track, records, self.geometry)

    def extend(self):
        self.tracks += 15


def catalog_of(count):
    ksds = Ksds(Tracks(), Tracks(), KsdsAttributes(9, 45, ci_size=8192, index_ci_size=4096))
    ksds.load(encode(nonvsam(f"IMSP.DB{n:06}.DATA")) for n in range(count))
    return ksds


def nonvsam(name):
    return BcsRecord("A", name, (bcs.information(), *bcs.volumes(["IMSP01"])))


def cluster(name, volsers=("IMSP01", "IMSP02")):
    data = bcs.component(cells.DATA_NAME, name + ".DATA", volsers)
    index = bcs.component(cells.INDEX_NAME, name + ".INDEX", volsers[:1])
    return BcsRecord("C", name, (bcs.information(), *data, *index))


@given(names, st.lists(serials, min_size=1, max_size=5))
def test_a_sphere_record_gives_back_its_components_and_volumes(name, volsers):
    record = decode(encode(cluster(name[:38].rstrip("."), tuple(volsers))))
    data, index = record.components
    assert (data.volsers, index.volsers) == (tuple(volsers), tuple(volsers[:1]))
    assert (data.is_index, index.is_index) == (False, True)
    assert record.volsers == ()


@given(names, st.lists(names, max_size=5), st.integers(0, 255), st.binary(min_size=3, max_size=3))
def test_any_record_is_written_back_as_it_was_read(name, others, extension, reserved):
    strange = bytes([0, 7, 0x77]) + b"keep"
    record = BcsRecord("X", name, (strange, cells.association(others)), extension, reserved)
    raw = encode(record)
    assert encode(decode(raw)) == raw
    assert decode(raw).associations == tuple(others)


def test_the_key_stands_where_public_programs_look_for_it():
    raw = encode(nonvsam("IMSP.SEQ"))
    assert raw[2:4] == b"\x00\x34"
    assert (raw[4], raw[8]) == (0xC1, 0x2D)
    assert raw[9:54] == record_key("IMSP.SEQ")
    assert record_key("") == bytes(45)


@given(st.integers(1, 255), st.booleans(), st.booleans(), st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 99))))
def test_a_generation_group_gives_back_its_generations(limit, scratch, empty, generations):
    group = GenerationGroup(limit, scratch, empty, tuple(generations))
    record = BcsRecord("B", "IMSP.SLDS", (cells.generations(group),))
    assert decode(encode(record)).group == group


def test_renaming_reaches_every_name_and_serial_of_a_record():
    renamed = cluster("IMSP.RECON1").renamed(
        lambda name: name.replace("IMSP", "IMSTEST"), lambda v: v.replace("P", "T")
    )
    assert renamed.name == "IMSTEST.RECON1"
    assert [part.name for part in renamed.components] == ["IMSTEST.RECON1.DATA", "IMSTEST.RECON1.INDEX"]
    assert renamed.components[0].volsers == ("IMST01", "IMST02")
    assert decode(encode(renamed)) == renamed
    alias = BcsRecord("X", "IMSP.A", (cells.association(["IMSP.B"]),)).renamed(lambda name: name + ".X")
    assert (alias.name, alias.associations) == ("IMSP.A.X", ("IMSP.B.X",))


@pytest.mark.parametrize("cut", [10, 53, 60, 75])
def test_a_record_cut_short_is_refused(cut):
    with pytest.raises(BrokenCatalog):
        decode(encode(cluster("IMSP.RECON1"))[:cut])


def test_a_cell_that_leads_outside_the_record_is_refused():
    raw = bytearray(encode(nonvsam("IMSP.SEQ")))
    raw[54:56] = b"\x7f\xff"
    with pytest.raises(BrokenCatalog, match="a cell of 32767 bytes at offset 54"):
        decode(bytes(raw))


def test_a_base_without_its_cell_is_refused():
    with pytest.raises(BrokenCatalog, match="no generation cell"):
        _ = BcsRecord("B", "IMSP.SLDS").group


@pytest.mark.parametrize(
    ("text", "prefix", "matches", "not_matches"),
    [
        ("IMSP.**", "IMSP", ["IMSP", "IMSP.A", "IMSP.A.B"], ["IMSPX.A", "IMS"]),
        ("IMSP.*", "IMSP", ["IMSP.A"], ["IMSP.A.B", "IMSP"]),
        ("**.LOAD", "", ["A.LOAD", "A.B.LOAD", "LOAD"], ["A.XLOAD"]),
        ("IMSP.R%CON*.DATA", "IMSP.R", ["IMSP.RECON1.DATA"], ["IMSP.RCON.DATA", "IMSP.RECON.X.DATA"]),
        ("IMSP.A", "IMSP.A", ["IMSP.A"], ["IMSPXA"]),
    ],
)
def test_filters_match_as_catalog_search_does(text, prefix, matches, not_matches):
    assert literal_prefix(text) == prefix
    assert all(pattern(text).fullmatch(name) for name in matches)
    assert not any(pattern(text).fullmatch(name) for name in not_matches)


@given(st.lists(names, unique=True, max_size=60), st.integers(1, 20))
def test_records_are_sorted_in_runs_that_fit_memory(found, size):
    with ExitStack() as files:
        runs = _Runs(iter([encode(nonvsam(name)) for name in found]), size, files)
        expected = sorted((encode(nonvsam(name)) for name in found), key=lambda raw: raw[9:54])
        assert list(runs.merged()) == expected
        assert list(runs.merged()) == expected


def test_a_rewrite_that_would_make_two_names_one_changes_nothing():
    ksds = catalog_of(100)
    before = list(ksds.browse())
    with pytest.raises(DuplicateEntry, match=r"two entries would have the name IMSP\.ONE"):
        rewrite(ksds, lambda record: replace(record, name="IMSP.ONE"))
    assert list(ksds.browse()) == before


def test_a_rewrite_drops_what_the_transform_drops_and_sorts_what_it_renames():
    ksds = catalog_of(5000)

    def reverse(record):
        number = int(record.name[7:13])
        return None if number % 2 else replace(record, name=f"IMST.DB{4999 - number:06}.DATA")

    assert rewrite(ksds, reverse, run=700) == 2500
    found = [decode(raw).name for raw in ksds.browse()]
    assert found == sorted(found)
    assert len(found) == 2500
    assert check_ksds(ksds) == []


def test_twenty_thousand_names_are_renamed_in_two_seconds():
    ksds = catalog_of(20_000)
    start = time.perf_counter()
    rewrite(ksds, lambda record: record.renamed(lambda name: name.replace("IMSP", "IMST", 1)))
    assert time.perf_counter() - start < 2
    assert next(ksds.browse())[9:13] == "IMST".encode("cp1047")
