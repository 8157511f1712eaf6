import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.dasd import dscb
from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.dscb import Format1, Format3, Format4, Format5
from zoslab.dasd.errors import BrokenVtoc, DasdError, InvalidDataSetName
from zoslab.dasd.extent import Descriptor, Extent, gaps, read_descriptor, write_descriptor
from zoslab.dasd.geometry import Geometry

# A format-1 DSCB as MVS 3.8 wrote it for a PDS.
REAL = bytes.fromhex(
    "c8c5d9c3f0f14be3c5e2e34bc1e2d440404040404040404040404040404040404040404040404040404040"
    "40f1e3e2d6f0f0f100011700c5000000010000c9c2d4d6e2e5e2f240404040401700c500000000020090006d10"
    "005000000040c0000000000010974600008100001a0000001a000e" + "00" * 25
)


def test_a_real_format1_dscb_is_read() -> None:
    found = Format1.of(REAL)
    assert (found.ds1dsnam, found.ds1dssn, found.ds1volsq, found.ds1noepv) == ("HERC01.TEST.ASM", "TSO001", 1, 1)
    assert (found.dsorg, found.recfm, found.ds1blkl, found.ds1lrecl) == ("PO", "FB", 27920, 80)
    assert dscb.date_of(found.ds1credt) == datetime.date(1923, 7, 16)
    assert found.ds1syscd == "IBMOSVS2"
    assert read_descriptor(found.ds1ext1, Geometry("3390", 1114)) == Descriptor(0x81, 0, Extent(390, 404))


@pytest.mark.parametrize("layout", [Format1, Format3, Format4, Format5])
def test_every_dscb_is_140_bytes_and_no_field_lies_behind(layout: type[dscb.Dscb]) -> None:
    ends = [field.end for field in vars(layout).values() if isinstance(field, dscb.Number | dscb.Raw | dscb.Text)]
    assert layout.size == 140
    assert max(ends) <= 140


@pytest.mark.parametrize("text", ["", "F", "FB", "FBA", "FBS", "V", "VB", "VBS", "VBA", "U", "UM", "FBM"])
def test_record_formats_come_back_as_they_were_written(text: str) -> None:
    assert dscb.recfm_text(dscb.recfm_code(text)) == text


@pytest.mark.parametrize("text", ["", "PS", "PO", "DA", "IS", "VS", "PSU", "POU"])
def test_organisations_come_back_as_they_were_written(text: str) -> None:
    assert dscb.dsorg_text(dscb.dsorg_code(text)) == text


def test_what_is_no_record_format_or_organisation_is_refused() -> None:
    with pytest.raises(DasdError, match="RECFM=FX"):
        dscb.recfm_code("FX")
    with pytest.raises(DasdError, match="DSORG=XX"):
        dscb.dsorg_code("XX")


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2155, 12, 31)))
def test_dates_come_back(date: datetime.date) -> None:
    assert dscb.date_of(dscb.date_code(date)) == date


def test_no_date_is_zeros() -> None:
    assert dscb.date_code(None) == bytes(3)
    assert dscb.date_of(bytes(3)) is None


@pytest.mark.parametrize("name", ["A", "SYS1.VTOCIX.IMSP01", "IMSP.G0001V00", "A2345678.$#@-", "A." * 21 + "AA"])
def test_data_set_names_are_accepted(name: str) -> None:
    assert check_dsname(name) == name


@pytest.mark.parametrize("name", ["", "A..B", "1A", "A.123", "A23456789", "a.b", "A B", "A.B.", "X." * 22 + "X", "A'B"])
def test_what_is_no_data_set_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidDataSetName):
        check_dsname(name)


def test_an_extent_that_is_not_on_the_volume_is_refused() -> None:
    geometry = Geometry("3390", 10)
    beyond = write_descriptor(Descriptor(1, 0, Extent(149, 150)), Geometry("3390", 11))
    with pytest.raises(BrokenVtoc, match="is not on a 3390 of 10 cylinders"):
        read_descriptor(beyond, geometry)
    with pytest.raises(BrokenVtoc, match="is not on"):
        read_descriptor(write_descriptor(Descriptor(1, 0, Extent(9, 3)), geometry), geometry)
    assert read_descriptor(bytes(10), geometry) is None


@given(st.sets(st.integers(0, 99)))
def test_gaps_are_exactly_the_tracks_no_extent_holds(used: set[int]) -> None:
    free = gaps([Extent(number, number) for number in used], 100)
    tracks = [number for run in free for number in range(run.low, run.high + 1)]
    assert tracks == [number for number in range(100) if number not in used]


def test_overlapping_extents_are_refused() -> None:
    with pytest.raises(BrokenVtoc, match="tracks 5 to 7 are allocated twice"):
        gaps([Extent(0, 7), Extent(5, 9)], 100)
