"""One test for each kind of damage: what is broken is named, and a sound volume has no finding."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zoslab.dasd import track
from zoslab.dasd.check import Finding, check_volume
from zoslab.dasd.dscb import FORMAT3, Format1, Format4, Format5
from zoslab.dasd.dscbs import DscbTable
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.track import Record
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vtocix_check import read_records

FB = DataSetAttributes("PS", "FB", 80, 8000)


def make(tmp_path: Path, index_tracks: int) -> Volume:
    """A volume with A.ONE, A.TWO and A.MANY, which has five extents and a format-3 DSCB."""
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 10)), "TST001", 2, index_tracks)
    with volume.batch():
        volume.allocate("A.ONE", FB, Space("TRK", 3))
        volume.allocate("A.TWO", FB, Space("TRK", 3))
        volume.allocate("A.MANY", FB, Space("TRK", 2, 2))
        for number in range(4):
            volume.allocate(f"A.WALL{number}", FB, Space("TRK", 1))
            volume.extend("A.MANY")
    return volume


@pytest.fixture
def indexed(tmp_path: Path) -> Volume:
    return make(tmp_path, 15)


@pytest.fixture
def unindexed(tmp_path: Path) -> Volume:
    return make(tmp_path, 0)


def damage(volume: Volume, change: Callable[[DscbTable], object]) -> list[Finding]:
    table = DscbTable.load(volume.device)
    change(table)
    for slot in range(len(table)):
        table.touch(slot)
    table.write(volume.device)
    return check_volume(volume.device)


def slot_of(volume: Volume, dsname: str) -> int:
    return volume.vtoc.content().names[dsname]


def format3_slot(table: DscbTable) -> int:
    return next(slot for slot in range(len(table)) if table.kind(slot) == FORMAT3)


def found(findings: list[Finding], structure: str, text: str) -> bool:
    assert any(finding.structure == structure and text in str(finding) for finding in findings), findings
    return True


def test_sound_volumes_have_no_findings(indexed: Volume, tmp_path: Path) -> None:
    assert check_volume(indexed.device, every_track=True) == []
    (tmp_path / "u").mkdir()
    assert check_volume(make(tmp_path / "u", 0).device, every_track=True) == []


def test_a_missing_label_is_found(indexed: Volume) -> None:
    indexed.write_records(0, [])
    assert found(check_volume(indexed.device), "VOL1", "not initialised")


def test_a_label_that_points_nowhere_is_found(indexed: Volume) -> None:
    records = indexed.read_records(0)
    label = records[2].data
    indexed.write_records(0, [*records[:2], Record(3, records[2].key, label[:11] + b"\0\0\0\x09\x01" + label[16:])])
    assert found(check_volume(indexed.device), "VTOC", "no format-4 DSCB is there")


def test_a_label_that_points_off_the_volume_is_found(indexed: Volume) -> None:
    records = indexed.read_records(0)
    label = records[2].data
    indexed.write_records(0, [*records[:2], Record(3, records[2].key, label[:11] + b"\0\xff\0\x09\x01" + label[16:])])
    assert found(check_volume(indexed.device), "VTOC", "not on the volume")


def test_a_damaged_home_address_in_the_vtoc_is_found(indexed: Volume) -> None:
    image = bytearray(indexed.device.read_track(2))
    image[4] = 9
    indexed.device.write_track(2, bytes(image))
    assert found(check_volume(indexed.device), "VTOC", "home address")


def test_a_damaged_track_anywhere_is_found_when_every_track_is_read(indexed: Volume) -> None:
    indexed.device.write_track(100, track.empty(0, 0))
    assert check_volume(indexed.device) == []
    assert found(check_volume(indexed.device, every_track=True), "TRACK", "0006 000A: track at cylinder 6 head 10")


def test_a_vtoc_track_with_a_record_that_is_no_dscb_is_found(indexed: Volume) -> None:
    records = indexed.read_records(2)
    indexed.write_records(2, [*records[:10], Record(11, b"", bytes(100)), *records[11:]])
    assert found(check_volume(indexed.device), "VTOC", "record 11 is not a DSCB")


def test_a_short_vtoc_track_is_found(indexed: Volume) -> None:
    indexed.write_records(2, indexed.read_records(2)[:-1])
    assert found(check_volume(indexed.device), "VTOC", "track 2 does not hold 50 DSCBs")


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("ds4dstrk", 12, "DS4DSTRK: is 12, should be 15"),
        ("ds4devtk", 1, "DS4DEVTK: is 1, should be 58786"),
        ("ds4devdt", 49, "DS4DEVDT"),
        ("ds4noext", 2, "DS4NOEXT"),
        ("ds4dscyl", 11, "DS4DEVSZ: is 11 cylinders, the device has 10"),
        ("ds4keyid", b"\x05" * 44, "DS4KEYID"),
        ("ds4hpchr", bytes(5), "DS4HPCHR: is 0000000000"),
        ("ds4vtoci", 0x85, "interrupted"),
    ],
)
def test_a_wrong_field_of_the_format4_dscb_is_found(field: str, value: object, text: str, indexed: Volume) -> None:
    assert found(damage(indexed, lambda table: setattr(table.format4, field, value)), "F4", text)


def test_a_wrong_count_of_unused_dscbs_is_found(unindexed: Volume) -> None:
    assert found(damage(unindexed, lambda table: setattr(table.format4, "ds4dsrec", 5)), "F4", "DS4DSREC: is 5")


def test_a_vtoc_extent_that_does_not_start_with_the_format4_dscb_is_found(indexed: Volume) -> None:
    def change(table: DscbTable) -> None:
        table.format4.ds4vtoce = bytes.fromhex("01000000000200000003")

    assert found(damage(indexed, change), "VTOC", "does not describe a VTOC that starts with it")


def test_a_missing_format5_dscb_is_found(indexed: Volume) -> None:
    assert found(damage(indexed, lambda table: table.clear(1)), "F5", "second record")


def test_an_unused_dscb_with_something_in_it_is_found(indexed: Volume) -> None:
    assert found(damage(indexed, lambda table: table.raw(70).__setitem__(0, 1)), "VTOC", "not binary zeros")


@pytest.mark.parametrize(
    ("field", "value", "structure", "text"),
    [
        ("ds1noepv", 2, "F1", "DS1NOEPV says 2 extents, 1 are described"),
        ("ds1dssn", "OTHER1", "F1", "DS1DSSN is OTHER1, the volume is TST001"),
        ("ds1lstar", b"\0\x03\x01", "F1", "DS1LSTAR is on track 3, it has 3"),
        ("ds1ext1", bytes.fromhex("0100000B0000000B0001"), "F1", "is not on a 3390 of 10 cylinders"),
        ("ds1ext1", bytes.fromhex("010000090000000900FF"), "F1", "is not on a 3390"),
        ("ds1ext1", bytes.fromhex("01000009000200090001"), "F1", "is not on a 3390"),
        ("ds1ext1", bytes.fromhex("01000000000100000003"), "F1", "also belong to"),
        ("ds1ext1", bytes.fromhex("01000000000000000000"), "F1", "also belong to the volume label"),
        ("ds1ptrds", bytes.fromhex("0000000132"), "F3", "chain, at 0000000132, is not a format-3 DSCB"),
        ("ds1ptrds", bytes.fromhex("0009000101"), "F3", "chain, at 0009000101, is not a format-3 DSCB"),
    ],
)
def test_a_wrong_field_of_a_format1_dscb_is_found(
    field: str, value: object, structure: str, text: str, indexed: Volume
) -> None:
    slot = slot_of(indexed, "A.ONE")
    assert found(damage(indexed, lambda table: setattr(Format1(table.raw(slot)), field, value)), structure, text)


def test_extents_numbered_wrong_are_found(indexed: Volume) -> None:
    slot = slot_of(indexed, "A.MANY")
    assert found(damage(indexed, lambda table: table.raw(slot).__setitem__(116, 7)), "F1", "numbered [0, 7, 2, 3, 4]")


def test_a_name_not_padded_with_blanks_is_found(indexed: Volume) -> None:
    slot = slot_of(indexed, "A.ONE")
    assert found(damage(indexed, lambda table: table.raw(slot).__setitem__(43, 0)), "F1", "not padded")


def test_two_data_sets_of_one_name_are_found(indexed: Volume) -> None:
    slot = slot_of(indexed, "A.ONE")
    findings = damage(indexed, lambda table: setattr(Format1(table.raw(slot)), "ds1dsnam", "A.TWO"))
    assert found(findings, "F1", "A.TWO: two format-1 DSCBs")


def test_overlapping_data_sets_are_found(indexed: Volume) -> None:
    one, two = slot_of(indexed, "A.ONE"), slot_of(indexed, "A.TWO")
    findings = damage(indexed, lambda table: table.raw(one).__setitem__(slice(105, 115), table.raw(two)[105:115]))
    assert found(findings, "F1", "also belong to A.")


def test_a_format3_dscb_of_nobody_is_found(indexed: Volume) -> None:
    slot = slot_of(indexed, "A.MANY")

    def change(table: DscbTable) -> None:
        format1 = Format1(table.raw(slot))
        format1.ds1ptrds, format1.ds1noepv = bytes(5), 3

    assert found(damage(indexed, change), "F3", "belongs to no data set")


def test_a_format3_dscb_of_two_data_sets_is_found(indexed: Volume) -> None:
    one, many = slot_of(indexed, "A.ONE"), slot_of(indexed, "A.MANY")

    def change(table: DscbTable) -> None:
        format1 = Format1(table.raw(one))
        format1.ds1ptrds, format1.ds1noepv = Format1(table.raw(many)).ds1ptrds, 3

    assert found(damage(indexed, change), "F3", "belongs to two data sets")


def test_a_circle_of_format3_dscbs_is_found(indexed: Volume) -> None:
    def change(table: DscbTable) -> None:
        slot = format3_slot(table)
        table.raw(slot)[135:140] = table.cchhr(slot)

    assert found(damage(indexed, change), "F3", "DSCB 2 of its chain")


def test_a_format3_dscb_with_a_wrong_key_is_found(indexed: Volume) -> None:
    assert found(damage(indexed, lambda table: table.raw(format3_slot(table)).__setitem__(0, 4)), "F3", "X'03030303'")


def test_free_space_that_is_not_recorded_is_found(unindexed: Volume) -> None:
    findings = damage(unindexed, lambda table: table.put(1, bytes(Format5(ds5keyid=b"\x05" * 4, ds5fmtid=0xF5))))
    assert found(findings, "F5", "are free but not recorded so")


def test_allocated_space_recorded_as_free_is_found(unindexed: Volume) -> None:
    findings = damage(unindexed, lambda table: table.raw(1).__setitem__(slice(4, 9), b"\0\x05\0\x09\0"))
    assert found(findings, "F5", "recorded as free but are not")


def test_a_broken_format5_chain_is_found(unindexed: Volume) -> None:
    findings = damage(unindexed, lambda table: table.raw(1).__setitem__(slice(135, 140), table.cchhr(3)))
    assert found(findings, "F5", "record 2 of the format-5 chain is not a format-5 DSCB")


def test_a_format5_dscb_outside_the_chain_is_found(unindexed: Volume) -> None:
    findings = damage(unindexed, lambda table: table.put(80, bytes(Format5(ds5keyid=b"\x05" * 4, ds5fmtid=0xF5))))
    assert found(findings, "F5", "belongs to no chain")


def test_format5_free_space_on_an_indexed_volume_is_found(indexed: Volume) -> None:
    findings = damage(indexed, lambda table: table.raw(1).__setitem__(slice(4, 9), b"\0\x60\0\x01\0"))
    assert found(findings, "F5", "which the index does")


def test_invalid_free_space_that_says_so_is_no_finding(unindexed: Volume) -> None:
    def change(table: DscbTable) -> None:
        table.put(1, bytes(Format5(ds5keyid=b"\x05" * 4, ds5fmtid=0xF5)))
        table.format4.ds4vtoci = 0x80

    assert damage(unindexed, change) == []


def index_damage(volume: Volume, record: int, offset: int, content: bytes) -> list[Finding]:
    """Overwrite bytes of a record of the index: 0 VIXM, 1 VPSM, 2 VMDS, 3 VIER."""
    number = volume.vtoc.require("SYS1.VTOCIX.TST001").extents[0].low
    records = volume.read_records(number)
    data = bytearray(records[record].data)
    data[offset : offset + len(content)] = content
    records[record] = Record(record + 1, b"", bytes(data))
    volume.write_records(number, records)
    return check_volume(volume.device)


@pytest.mark.parametrize(
    ("record", "offset", "content", "text"),
    [
        (0, 0, b"\xff", "no VIXM"),
        (0, 0x20, b"\0\0\0\1", "VIXM: 1 records"),
        (0, 0x2C, b"\xe0", "record at RBA 1800 is marked unused"),
        (0, 0x2C, b"\xf8", "record at RBA 2000 is marked in use"),
        (0, 0x28, b"\0\0\0\0", "RBA 0 is not that of a VIER"),
        (1, 4, b"\0\0\7\0", "the record says RBA 700 (IEC606I-138)"),
        (1, 0, b"\xff", "is not that of a VPSM"),
        (1, 0x18, b"\0\0\0\1", "its header does not fit the volume"),
        (1, 0x2C, b"\0", "VPSM cylinder 0: marked free"),
        (1, 0x2E, b"\0", "VPSM track 0: marked free"),
        (2, 0x2C, b"\xff\xff\xff", "DSCB"),
        (3, 0x1C, b"\0\0\0\0", "its last section is at 0"),
        (3, 0x4C + 2 + 8 + 44 + 8, b"\xc2", "is in the index but not in the VTOC"),
        (3, 0x4C + 2 + 8 + 44 + 7, b"\x32", "leads to"),
        (3, 0x4C, b"\0\2", "is in the VTOC but not in the index"),
    ],
)
def test_damage_to_the_index_is_found(record: int, offset: int, content: bytes, text: str, indexed: Volume) -> None:
    assert found(index_damage(indexed, record, offset, content), "VTOCIX", text)


def test_an_index_of_another_volume_is_found(indexed: Volume, tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    other = make(tmp_path / "o", 15)
    other.rename("A.ONE", "B.ONE")
    extent = other.vtoc.require("SYS1.VTOCIX.TST001").extents[0]
    for number in range(extent.low, extent.high + 1):
        indexed.device.write_track(number, other.device.read_track(number))
    findings = check_volume(indexed.device)
    assert found(findings, "VTOCIX", "A.ONE is in the VTOC but not in the index")
    assert found(findings, "VTOCIX", "B.ONE is in the index but not in the VTOC")


def test_an_index_with_a_record_of_wrong_length_is_found(indexed: Volume) -> None:
    number = indexed.vtoc.require("SYS1.VTOCIX.TST001").extents[0].low
    indexed.write_records(number, [Record(1, b"", bytes(2000))])
    assert found(check_volume(indexed.device), "VTOCIX", "record 1 on track")


def test_entries_out_of_order_are_found(indexed: Volume) -> None:
    vier = read_records(indexed.device, indexed.vtoc.content())[3]
    first = 0x4C + 2 + 8 + 44
    length = 8 + int.from_bytes(vier[first : first + 2], "big")
    second = first + length
    both = vier[second : second + 8 + int.from_bytes(vier[second : second + 2], "big")] + vier[first:second]
    assert found(index_damage(indexed, 3, first, both), "VTOCIX", "comes after")


def test_a_vtoc_marked_indexed_without_an_index_is_found(unindexed: Volume) -> None:
    def change(table: DscbTable) -> None:
        Format4(table.raw(0)).ds4vtoci = 0x81
        table.put(1, bytes(Format5(ds5keyid=b"\x05" * 4, ds5fmtid=0xF5)))

    assert found(damage(unindexed, change), "VTOCIX", "no SYS1.VTOCIX data set")
