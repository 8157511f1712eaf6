import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoslab.dasd.vsam import control_interval, index
from zoslab.dasd.vsam.errors import BadIndexRecord, IndexRecordFull
from zoslab.dasd.vsam.index import IndexRecord, common_prefix, decode, encode, separator

KEY = 8
keys = st.lists(st.text("AB\xff", min_size=KEY, max_size=KEY), unique=True, min_size=1, max_size=90).map(
    lambda texts: tuple(sorted(text.encode("latin-1") for text in texts))
)


@settings(max_examples=200)
@given(keys, st.sampled_from([1, 2, 3]), st.lists(st.integers(0, 255), max_size=20))
def test_an_index_record_gives_back_its_keys_pointers_and_free_list(entries, pointer_size, free):
    record = IndexRecord(1, 8192, 4096, pointer_size, entries, tuple(range(len(entries))), tuple(free))
    assert decode(encode(record, 4096), KEY) == record


def test_numeric_keys_compress_as_in_the_index_of_a_real_catalog():
    ascending = tuple(n.to_bytes(4, "big").ljust(44, b"\xff") for n in range(98))
    image = encode(IndexRecord(1, 0, 0x190, 1, ascending, tuple(range(98))), 1024)
    assert image[1010:1017].hex() == "00000000000400"
    assert image[1006:1010].hex() == "01030101"
    header = index.IndexHeader.of(image)
    assert (header.ixhll, header.ixhflpln, header.ixhptls, header.ixhlv, header.ixhfso) == (1017, 3, 1, 1, 24)


def test_the_last_entry_of_a_level_keeps_no_characters():
    image = encode(IndexRecord(1, 0, 0, 1, (b"A" * 8, b"\xff" * 8), (0, 1)), 512)
    last = index.IndexHeader.of(image).ixhleo
    assert image[last : last + 3] == b"\0\0\x01"


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=6, max_size=6))
def test_a_separator_stands_between_its_neighbours(one, other):
    high, low = sorted((one, other))
    if high != low:
        assert high <= separator(high, low) < low


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_common_prefix_is_what_both_begin_with(one, other):
    n = common_prefix(one, other)
    assert one[:n] == other[:n]
    assert n == min(len(one), len(other)) or one[n] != other[n]


def test_entries_that_do_not_fit_are_refused():
    full = tuple(bytes([n]) * 40 for n in range(20))
    with pytest.raises(IndexRecordFull):
        encode(IndexRecord(1, 0, 0, 1, full, tuple(range(20))), 512)


@pytest.mark.parametrize(
    ("offset", "value", "says"),
    [
        (0, 0x02, "IXHLL"),
        (3, 0x02, "IXHPTLS"),
        (16, 0x00, "IXHLV"),
        (20, 0x00, "entry"),
        (502, 0x09, "F=9"),
        (503, 0x70, "L=112"),
        (494, 0xFF, "ascending"),
    ],
)
def test_damage_in_an_index_record_is_found(offset, value, says):
    image = bytearray(encode(IndexRecord(1, 0, 0, 1, (b"\x01" * 8, b"\x02" * 8, b"\xff" * 8), (0, 1, 2)), 512))
    image[offset] = value
    with pytest.raises(BadIndexRecord, match=says):
        decode(bytes(image), KEY)


def test_an_index_interval_holds_exactly_one_record():
    with pytest.raises(BadIndexRecord, match="holds one record, this one 2"):
        decode(control_interval.build([b"a", b"b"], 512), KEY)
