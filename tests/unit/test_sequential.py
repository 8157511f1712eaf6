from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoslab.dasd.errors import NoSpace
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.record_format import BadBlock, BadRecordFormat, BadRecordLength, RecordFormat
from zoslab.dasd.sequential import append_records, read_blocks, read_records, write_records
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

FORMATS = {
    "F": RecordFormat("F", 40, 40),
    "FB": RecordFormat("FB", 40, 400),
    "FBA": RecordFormat("FBA", 133, 1330),
    "V": RecordFormat("V", 84, 88),
    "VB": RecordFormat("VB", 84, 500),
    "U": RecordFormat("U", 0, 1000),
}


@pytest.fixture
def volumes(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        for devno, volser in ((0xA80, "SEQ001"), (0xA81, "SEQ002")):
            Volume.init(subsystem.define(devno, Geometry("3390", 6)), volser)
            subsystem.vary_online(devno)
        yield subsystem.volumes()


def data_set(volume: Volume, form: RecordFormat, primary: int = 1, secondary: int = 1) -> DataSetSpace:
    attributes = DataSetAttributes("PS", form.recfm, form.lrecl, form.blksize)
    return DataSetSpace([(volume, volume.allocate("A.SEQ", attributes, Space("TRK", primary, secondary)))])


def records_of(form: RecordFormat) -> st.SearchStrategy[list[bytes]]:
    if form.kind == "F":
        return st.lists(st.binary(min_size=form.lrecl, max_size=form.lrecl), max_size=60)
    return st.lists(st.binary(min_size=form.kind == "U", max_size=form.length - 4), max_size=60)


@pytest.mark.parametrize("recfm", FORMATS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_records_come_back_from_their_blocks_and_no_block_is_too_long(recfm: str, data: st.DataObject):
    form = FORMATS[recfm]
    records = data.draw(records_of(form))
    blocks = list(form.block(records))
    assert list(form.deblock(blocks)) == records
    assert all(len(block) <= form.blksize for block in blocks)


@pytest.mark.parametrize("recfm", FORMATS)
def test_a_data_set_is_written_extended_appended_to_and_read(volumes: list[Volume], recfm: str):
    form = FORMATS[recfm]
    space = data_set(volumes[0], form, secondary=4)
    size = form.lrecl if form.kind == "F" else 70
    first = [b"%0*d" % (size, number) for number in range(3000)]
    write_records(space, first)
    assert space.tracks > 1
    assert list(read_records(space)) == first
    append_records(space, [b"9" * size])
    assert list(read_records(space)) == [*first, b"9" * size]
    write_records(space, [])
    assert list(read_records(space)) == []
    assert space.last == (0, 0)


def test_a_data_set_that_was_never_written_is_empty_whatever_lies_on_its_tracks(volumes: list[Volume]):
    write_records(data_set(volumes[0], FORMATS["FB"]), [b"x" * 40] * 100)
    volumes[0].scratch("A.SEQ")
    assert list(read_records(data_set(volumes[0], FORMATS["FB"]))) == []


def test_a_data_set_over_two_volumes_is_written_and_read_through(volumes: list[Volume]):
    form = RecordFormat("FB", 80, 27920)
    attributes = DataSetAttributes("PS", "FB", 80, 27920)
    parts = [(volume, volume.allocate("A.SEQ", attributes, Space("TRK", 2))) for volume in volumes]
    space = DataSetSpace(parts)
    records = [b"%080d" % number for number in range(349 * 7)]
    write_records(space, records)
    assert list(read_records(space)) == records
    assert space.locate(space.last[0])[0] is volumes[1]
    assert form == RecordFormat.of(space.dscb)


def test_a_full_data_set_ends_with_what_fitted(volumes: list[Volume]):
    space = data_set(volumes[0], RecordFormat("FB", 80, 27920), primary=2, secondary=0)
    with pytest.raises(NoSpace) as error:
        write_records(space, (b"%080d" % number for number in range(10_000)))
    assert error.value.code == "D37"
    assert list(read_records(space)) == [b"%080d" % number for number in range(349 * 4)]


def test_records_of_the_wrong_length_are_refused(volumes: list[Volume]):
    space = data_set(volumes[0], FORMATS["FB"])
    with pytest.raises(BadRecordLength, match="A record has 39 bytes, RECFM=FB,LRECL=40,BLKSIZE=400 needs exactly 40"):
        write_records(space, [b"x" * 39])
    with pytest.raises(BadRecordLength, match="has 81 bytes, RECFM=VB,LRECL=84,BLKSIZE=500 allows 80"):
        list(FORMATS["VB"].block([b"x" * 81]))
    with pytest.raises(BadRecordLength, match="Record 2 has 1001 bytes"):
        list(FORMATS["U"].block([b"x", b"x" * 1001]))


@pytest.mark.parametrize(
    ("recfm", "lrecl", "blksize"), [("FB", 80, 0), ("FB", 80, 100), ("", 80, 80), ("V", 80, 40000)]
)
def test_impossible_attributes_are_refused(recfm: str, lrecl: int, blksize: int):
    with pytest.raises(BadRecordFormat, match=f"RECFM={recfm},LRECL={lrecl},BLKSIZE={blksize}"):
        RecordFormat(recfm, lrecl, blksize)


def test_spanned_records_are_read_and_not_written():
    form = RecordFormat("VBS", 32756, 100)
    segments = [(1, b"a" * 80), (3, b"b" * 80), (2, b"c"), (0, b"whole")]
    records = [(len(data) + 4).to_bytes(2, "big") + bytes([code, 0]) + data for code, data in segments]
    groups = [records[:1], records[1:2], records[2:]]
    blocks = [(sum(map(len, g)) + 4).to_bytes(2, "big") + b"\0\0" + b"".join(g) for g in groups]
    assert list(form.deblock(blocks)) == [b"a" * 80 + b"b" * 80 + b"c", b"whole"]
    for damaged in (blocks[1:], blocks[:1], [blocks[0], blocks[0]]):
        with pytest.raises(BadBlock, match="segment"):
            list(form.deblock(damaged))
    with pytest.raises(BadRecordFormat, match="spanned records can be read only"):
        form.block([b"x"])


@pytest.mark.parametrize("block", [b"", b"\0\x03\0\0", b"\0\x20\0\0", b"\0\x08\0\0\0\x20\0\0", b"\0\x08\0\0\0\x02\0\0"])
def test_a_block_that_contradicts_itself_is_refused(block: bytes):
    with pytest.raises(BadBlock, match="Block 1"):
        list(FORMATS["VB"].deblock([block]))
    with pytest.raises(BadBlock, match="has 41 bytes: not a multiple of LRECL=40"):
        list(FORMATS["FB"].deblock([b"x" * 41]))


def test_blocks_are_read_without_looking_at_the_record_format(volumes: list[Volume]):
    space = data_set(volumes[0], FORMATS["FB"])
    write_records(space, [b"x" * 1000] * 3, "U", 0, 1000)
    assert list(read_blocks(space)) == [b"x" * 1000] * 3
