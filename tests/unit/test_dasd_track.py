import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.dasd import track
from zoslab.dasd.errors import BadTrack, TrackOverflow
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import Record

GEOMETRY = Geometry("3390", 10)
RECORDS = st.lists(
    st.builds(Record, st.integers(1, 255), st.binary(max_size=60), st.binary(max_size=300)),
    max_size=30,
)


@given(RECORDS, st.integers(0, 9), st.integers(0, 14))
def test_what_is_built_is_parsed_again(records: list[Record], cc: int, hh: int) -> None:
    image = track.build(cc, hh, records, GEOMETRY)
    assert len(image) == GEOMETRY.track_size
    track.check_position(image, cc, hh)
    assert track.parse(image) == records


def test_an_empty_track_is_29_bytes_of_home_address_record_zero_and_end_mark() -> None:
    assert track.empty(3, 14).hex() == "000003000e" + "0003000e00000008" + "00" * 8 + "ff" * 8


def test_a_full_track_is_taken_and_one_record_more_is_refused() -> None:
    records = [Record(n, b"", bytes(4096)) for n in range(1, 13)]
    assert len(track.parse(track.build(0, 0, records, GEOMETRY))) == 12
    with pytest.raises(TrackOverflow, match="13 records need"):
        track.build(0, 0, [*records, Record(13, b"", bytes(4096))], GEOMETRY)


def test_the_balance_is_that_of_a_real_dscb() -> None:
    assert track.balance([Record(n, b"", bytes(4096)) for n in (1, 2, 3)], GEOMETRY) == 0xACA8


def test_a_track_of_another_place_is_refused() -> None:
    with pytest.raises(BadTrack, match="home address 0000010002"):
        track.check_position(track.empty(1, 2), 1, 3)


def test_a_track_without_end_mark_is_refused() -> None:
    image = track.build(0, 0, [Record(1, b"", b"x" * 100)], GEOMETRY)
    with pytest.raises(BadTrack, match="does not fit"):
        track.parse(image.replace(track.END_OF_TRACK, b"\0\0\0\0\1\0\xff\xff"))
    with pytest.raises(BadTrack, match="no end-of-track mark"):
        track.parse(image[: 21 + 8 + 100])


def test_a_count_field_that_leads_behind_the_track_is_refused() -> None:
    image = bytearray(track.build(0, 0, [Record(1, b"", b"x" * 100)], GEOMETRY))
    image[21 + 6 : 21 + 8] = b"\xff\xff"
    with pytest.raises(BadTrack, match="data 65535"):
        track.parse(bytes(image))


def test_a_track_without_record_zero_is_refused() -> None:
    with pytest.raises(BadTrack, match="no record zero"):
        track.parse(bytes(GEOMETRY.track_size))
