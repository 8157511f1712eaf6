import threading
from pathlib import Path

import pytest

from zoslab.dasd.check import check_volume
from zoslab.dasd.dscb import FORMAT1, FORMAT5
from zoslab.dasd.errors import (
    BrokenVtoc,
    DasdError,
    DataSetNotOnVolume,
    DuplicateDataSet,
    NoSpace,
    NotLabelled,
    VtocFull,
)
from zoslab.dasd.extent import Extent
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

FB = DataSetAttributes("PS", "FB", 80, 8000)


@pytest.fixture(params=[15, 0], ids=["indexed", "unindexed"])
def volume(request: pytest.FixtureRequest, tmp_path: Path) -> Volume:
    return Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 10)), "TST001", 2, request.param)


def sound(volume: Volume) -> bool:
    assert check_volume(volume.device) == []
    return True


def test_a_new_volume_is_sound_and_has_nothing_but_its_index(volume: Volume) -> None:
    assert volume.volser == "TST001"
    assert volume.vtoc.names() == (["SYS1.VTOCIX.TST001"] if volume.indexed else [])
    assert volume.vtoc.format4.ds4dscyl == 10
    assert volume.vtoc.free_space == (Extent(18 if volume.indexed else 3, 149),)
    assert sound(volume)


def test_an_index_name_never_starts_a_qualifier_with_a_digit(tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 5)), "123456")
    assert volume.vtoc.names() == ["SYS1.VTOCIX.V23456"]


def test_an_sms_volume_says_so(tmp_path: Path) -> None:
    image = CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 5))
    assert Volume.init(image, "SMS001", sms=True, owner="BANK").sms
    assert Volume.open(image).label.volowner == "BANK"
    assert not Volume.init(image, "OLD001").sms


def test_an_allocated_data_set_is_found_with_its_attributes(volume: Volume) -> None:
    volume.allocate("IMSP.JOBS", DataSetAttributes("PO", "FB", 80, 27920), Space("TRK", 5, 3, directory=10))
    entry = volume.vtoc.find("IMSP.JOBS")
    assert entry is not None
    assert (entry.dscb.dsorg, entry.dscb.recfm, entry.dscb.ds1lrecl, entry.dscb.ds1blkl) == ("PO", "FB", 80, 27920)
    assert (entry.dscb.ds1dssn, entry.dscb.ds1scal1, entry.dscb.ds1scal3, entry.tracks) == ("TST001", 0x80, 3, 5)
    assert volume.vtoc.find("IMSP.JOBZ") is None
    assert sound(volume)


def test_a_sequential_data_set_starts_with_an_end_of_file_mark(volume: Volume) -> None:
    entry = volume.allocate("A.SEQ", FB, Space())
    assert [record.is_end_of_file for record in volume.read_records(entry.extents[0].low)] == [True]


def test_cylinders_are_allocated_on_cylinder_boundaries(volume: Volume) -> None:
    entry = volume.allocate("A.CYL", FB, Space("CYL", 2))
    assert entry.extents[0].low % 15 == 0
    assert entry.tracks == 30
    assert entry.dscb.ds1ext1[0] == 0x81


def test_blocks_are_turned_into_tracks(volume: Volume) -> None:
    entry = volume.allocate("A.BLK", FB, Space("BLK", 13, 7, block_length=8000))
    assert entry.tracks == 3
    assert volume.extend("A.BLK").tracks == 2


def test_space_in_pieces_is_taken_from_at_most_five(volume: Volume) -> None:
    for number in range(12):
        volume.allocate(f"A.N{number:02}", FB, Space("TRK", 10))
    rest = sum(run.tracks for run in volume.vtoc.free_space)
    volume.allocate("A.REST", FB, Space("TRK", rest))
    for number in range(0, 12, 2):
        volume.scratch(f"A.N{number:02}")
    with pytest.raises(NoSpace, match="51 tracks are not free"):
        volume.allocate("B.BIG", FB, Space("TRK", 51))
    with pytest.raises(NoSpace):
        volume.allocate("B.BIG", FB, Space("TRK", 11, contiguous=True))
    assert len(volume.allocate("B.BIG", FB, Space("TRK", 50)).extents) == 5
    assert sound(volume)


def test_a_data_set_grows_to_16_extents_over_a_format3_dscb_and_no_further(volume: Volume) -> None:
    volume.allocate("A.GROWS", FB, Space("TRK", 1, 1))
    for number in range(15):
        volume.allocate(f"A.WALL{number:02}", FB, Space("TRK", 1))
        volume.extend("A.GROWS")
        assert sound(volume)
    entry = volume.vtoc.require("A.GROWS")
    assert len(entry.extents) == entry.dscb.ds1noepv == 16
    assert any(entry.dscb.ds1ptrds)
    with pytest.raises(NoSpace, match="16 extents") as caught:
        volume.extend("A.GROWS")
    assert caught.value.code == "B37"
    volume.scratch("A.GROWS")
    assert sound(volume)


def test_a_vsam_data_set_grows_over_several_format3_dscbs(volume: Volume) -> None:
    volume.allocate("A.KSDS", DataSetAttributes("VS"), Space("TRK", 1, 1))
    with volume.batch():
        for _ in range(40):
            volume.extend("A.KSDS")
    assert len(volume.vtoc.require("A.KSDS").extents) == 41
    assert sound(volume)
    volume.release("A.KSDS", 4)
    assert volume.vtoc.require("A.KSDS").tracks == 4
    assert sound(volume)


def test_an_extension_says_why_there_is_none(volume: Volume) -> None:
    volume.allocate("A.ONCE", FB, Space("TRK", 1))
    volume.allocate("A.PDS", DataSetAttributes("PO", "FB", 80, 8000), Space("TRK", 1, 500, directory=1))
    with pytest.raises(NoSpace, match="no secondary") as once:
        volume.extend("A.ONCE")
    with pytest.raises(NoSpace, match="500 tracks more") as pds:
        volume.extend("A.PDS")
    assert (once.value.code, pds.value.code) == ("D37", "E37")


def test_unused_space_is_released_in_the_unit_it_was_asked_for(volume: Volume) -> None:
    volume.allocate("A.CYL", FB, Space("CYL", 3))
    volume.release("A.CYL", 16)
    assert volume.vtoc.require("A.CYL").tracks == 30
    volume.allocate("A.TRK", FB, Space("TRK", 3))
    volume.release("A.TRK", 0)
    assert volume.vtoc.require("A.TRK").extents == ()
    assert sound(volume)


def test_scratched_space_is_free_again(volume: Volume) -> None:
    before = volume.vtoc.free_space
    volume.allocate("A.B", FB, Space("TRK", 7))
    volume.scratch("A.B")
    assert volume.vtoc.free_space == before
    assert volume.vtoc.find("A.B") is None
    assert sound(volume)


def test_a_renamed_data_set_keeps_everything_but_its_name(volume: Volume) -> None:
    before = volume.allocate("IMSP.A", FB, Space("TRK", 2))
    volume.rename("IMSP.A", "IMST.A")
    after = volume.vtoc.require("IMST.A")
    assert bytes(after.dscb.raw[44:]) == bytes(before.dscb.raw[44:])
    assert volume.vtoc.find("IMSP.A") is None
    assert sound(volume)


def test_data_sets_can_change_names_with_each_other(volume: Volume) -> None:
    a, b = volume.allocate("A.A", FB, Space()), volume.allocate("B.B", FB, Space())
    volume.rename_all({"A.A": "B.B", "B.B": "A.A"})
    assert volume.vtoc.require("A.A").extents == b.extents
    assert volume.vtoc.require("B.B").extents == a.extents
    assert sound(volume)


def test_two_data_sets_never_get_one_name(volume: Volume) -> None:
    volume.allocate("A.A", FB, Space())
    volume.allocate("B.B", FB, Space())
    with pytest.raises(DuplicateDataSet):
        volume.allocate("A.A", FB, Space())
    with pytest.raises(DuplicateDataSet):
        volume.rename("A.A", "B.B")
    with pytest.raises(DuplicateDataSet):
        volume.rename_all({"A.A": "C.C", "B.B": "C.C"})
    assert sound(volume)


def test_what_is_not_on_the_volume_cannot_be_changed(volume: Volume) -> None:
    for change in (
        lambda: volume.scratch("NO.SUCH"),
        lambda: volume.rename("NO.SUCH", "NEW.NAME"),
        lambda: volume.extend("NO.SUCH"),
        lambda: volume.update_dscb("NO.SUCH", ds1lrecl=1),
    ):
        with pytest.raises(DataSetNotOnVolume, match=r"NO\.SUCH"):
            change()


def test_a_full_vtoc_takes_nothing_more_and_stays_sound(volume: Volume) -> None:
    with volume.batch():
        for number in range(volume.vtoc.unused_dscbs):
            volume.allocate(f"A.N{number:03}", FB, Space("TRK", 0))
    with pytest.raises(VtocFull, match="the VTOC is full"):
        volume.allocate("A.MORE", FB, Space("TRK", 0))
    assert volume.vtoc.unused_dscbs == 0
    assert sound(volume)


def test_free_space_in_many_pieces_takes_more_format5_dscbs_and_gives_them_back(tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 20)), "TST001", 4, 0)
    with volume.batch():
        for number in range(140):
            volume.allocate(f"A.N{number:03}", FB, Space("TRK", 1))
    for number in range(0, 140, 2):
        volume.scratch(f"A.N{number:03}")
    table = volume.vtoc.content().table
    assert sum(table.kind(slot) == FORMAT5 for slot in range(len(table))) == 3
    assert sound(volume)
    with volume.batch():
        for number in range(0, 140, 2):
            volume.allocate(f"A.N{number:03}", FB, Space("TRK", 1))
    table = volume.vtoc.content().table
    assert sum(table.kind(slot) == FORMAT5 for slot in range(len(table))) == 1
    assert sound(volume)


def test_a_batch_that_fails_leaves_nothing(volume: Volume) -> None:
    volume.allocate("A.A", FB, Space())
    before = [volume.device.read_track(number) for number in range(20)]

    def fail() -> None:
        with volume.batch():
            volume.vtoc.rename("A.A", "B.B")
            volume.vtoc.remove("B.B")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert [volume.device.read_track(number) for number in range(20)] == before
    assert volume.vtoc.find("A.A") is not None


def test_a_batch_sees_its_own_changes(volume: Volume) -> None:
    with volume.batch():
        volume.allocate("A.A", FB, Space())
        volume.rename("A.A", "B.B")
        assert Volume(volume.device).vtoc.find("B.B") is not None
    assert sound(volume)


def test_a_batch_writes_each_vtoc_track_once(volume: Volume) -> None:
    with volume.batch():
        for number in range(60):
            volume.allocate(f"A.N{number:03}", FB, Space("TRK", 0))
    written: list[int] = []
    original = volume.device.write_track
    volume.device.write_track = lambda number, image: (written.append(number), original(number, image))[1]  # type: ignore[method-assign]
    with volume.batch():
        for number in range(60):
            volume.rename(f"A.N{number:03}", f"B.N{number:03}")
    assert sorted(written) == ([1, 2, 3] if volume.indexed else [1, 2])
    assert sound(volume)


def test_changes_made_through_another_object_are_seen(volume: Volume, tmp_path: Path) -> None:
    other = Volume(CkdImage.open(tmp_path / "v.ckd"))
    assert other.vtoc.find("A.A") is None
    volume.allocate("A.A", FB, Space())
    assert other.vtoc.find("A.A") is not None
    other.rename("A.A", "B.B")
    assert volume.vtoc.find("B.B") is not None
    other.relabel("NEW001")
    assert volume.volser == "NEW001"


def test_a_volume_that_was_overlaid_by_a_copy_of_another_shows_that_one(volume: Volume, tmp_path: Path) -> None:
    other = Volume.init(CkdImage.create(tmp_path / "w.ckd", Geometry("3390", 10)), "SRC001", 5, 15)
    other.allocate("A.A", FB, Space())
    assert volume.volser == "TST001"
    for number in range(150):
        volume.device.write_track(number, other.device.read_track(number))
    assert (volume.volser, volume.vtoc.extent) == ("SRC001", Extent(1, 5))
    assert volume.vtoc.find("A.A") is not None


def test_a_device_without_change_counter_is_read_again_each_time(volume: Volume) -> None:
    class Plain:
        def __init__(self, image: CkdImage) -> None:
            self.geometry = image.geometry
            self.read_track, self.write_track = image.read_track, image.write_track

    other = Volume(Plain(volume.device))  # type: ignore[arg-type]
    assert other.vtoc.find("A.A") is None
    volume.allocate("A.A", FB, Space())
    assert other.vtoc.find("A.A") is not None


def test_threads_allocate_side_by_side(volume: Volume) -> None:
    def allocate(prefix: str) -> None:
        for number in range(15):
            volume.allocate(f"{prefix}.N{number}", FB, Space("TRK", 1))

    threads = [threading.Thread(target=allocate, args=(prefix,)) for prefix in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([name for name in volume.vtoc.names() if name[1] == "."]) == 45
    assert sound(volume)


def test_fields_of_a_dscb_are_set_without_touching_name_and_extents(volume: Volume) -> None:
    before = volume.allocate("A.A", FB, Space("TRK", 2))
    changed = before.dscb
    changed.ds1dsnam, changed.ds1noepv, changed.ds1ext1, changed.ds1blkl = "X.Y", 9, bytes(10), 4000
    after = volume.vtoc.replace("A.A", changed)
    assert (after.extents, after.dscb.ds1noepv, after.dscb.ds1blkl) == (before.extents, 1, 4000)
    assert volume.update_dscb("A.A", ds1lrecl=40).dscb.ds1lrecl == 40
    assert sound(volume)


def test_the_index_cannot_be_scratched_doubled_or_renamed_away(tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 5)), "TST001", 2)
    with pytest.raises(DasdError, match="is the index"):
        volume.scratch("SYS1.VTOCIX.TST001")
    with pytest.raises(DasdError, match="has its VTOC index already"):
        volume.allocate("SYS1.VTOCIX.OTHER", FB, Space())
    with pytest.raises(DasdError, match="VTOCIX"):
        volume.rename("SYS1.VTOCIX.TST001", "A.B")
    volume.rename("SYS1.VTOCIX.TST001", "SYS1.VTOCIX.NEW001")
    assert sound(volume)


def test_a_vtoc_goes_from_index_to_format5_and_back(volume: Volume) -> None:
    volume.allocate("A.A", FB, Space("TRK", 2))
    for _ in range(2):
        if volume.indexed:
            volume.drop_index()
        else:
            volume.build_index(10)
        volume.allocate(f"A.B{volume.indexed}"[:8].upper(), FB, Space("TRK", 2))
        assert sound(volume)
    if volume.indexed:
        volume.rebuild_index()
        assert sound(volume)


def test_a_volume_without_label_or_vtoc_is_refused(tmp_path: Path) -> None:
    image = CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 5))
    with pytest.raises(NotLabelled, match="not initialised"):
        Volume.open(image)
    volume = Volume.init(image, "TST001", 2, 0)
    volume.write_records(1, [])
    with pytest.raises(BrokenVtoc, match="no format-4 DSCB"):
        Volume.open(image)


@pytest.mark.parametrize("volser", ["", "TOOLONG", "abc", "A B", "A.B", "A'B"])
def test_what_is_no_volume_serial_is_refused(volser: str, volume: Volume) -> None:
    with pytest.raises(DasdError, match="no volume serial"):
        volume.relabel(volser)
    assert volume.volser == "TST001"


def test_a_vtoc_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    image = CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 1))
    with pytest.raises(DasdError, match="do not fit a volume of 15 tracks"):
        Volume.init(image, "TST001")
    large = CkdImage.create(tmp_path / "w.ckd", Geometry("3390", 4370))
    with pytest.raises(DasdError, match="needs a VTOC index"):
        Volume.init(large, "TST001", 10, 0)


def test_a_damaged_vtoc_is_read_as_far_as_it_goes_and_never_changed(volume: Volume) -> None:
    volume.allocate("A.GOOD", FB, Space())
    volume.allocate("A.BAD", FB, Space())
    content = volume.vtoc.content().copy()
    slot = content.names["A.BAD"]
    content.table.raw(slot)[135:140] = bytes.fromhex("0000000005")
    content.table.touch(slot)
    content.table.write(volume.device)
    assert volume.vtoc.require("A.GOOD").tracks == 1
    with pytest.raises(BrokenVtoc, match=r"A\.BAD: DSCB 1 of its chain, at 0000000005, is not a format-3"):
        volume.vtoc.find("A.BAD")
    before = [volume.device.read_track(number) for number in range(20)]
    for change in (
        lambda: volume.rename("A.GOOD", "B.GOOD"),
        lambda: volume.allocate("C.C", FB, Space()),
        lambda: volume.scratch("A.GOOD"),
    ):
        with pytest.raises(BrokenVtoc, match="damaged and is not changed"):
            change()
    assert [volume.device.read_track(number) for number in range(20)] == before


def test_a_vtoc_with_dscbs_nobody_knows_is_never_changed(volume: Volume) -> None:
    content = volume.vtoc.content().copy()
    content.table.raw(60)[44] = 0xF8
    content.table.touch(60)
    content.table.write(volume.device)
    with pytest.raises(BrokenVtoc, match="has format F8"):
        volume.allocate("A.A", FB, Space())


def test_entries_come_in_the_order_of_their_dscbs(volume: Volume) -> None:
    for name in ("B.B", "A.A", "C.C"):
        volume.allocate(name, FB, Space())
    entries = [entry for entry in volume.vtoc.entries() if not entry.dsname.startswith("SYS1")]
    assert [entry.dsname for entry in entries] == ["B.B", "A.A", "C.C"]
    assert entries[0].dscb.ds1fmtid == FORMAT1
    assert volume.vtoc.names()[:3] == ["A.A", "B.B", "C.C"]


def test_an_isam_data_set_is_renamed_but_its_extents_are_left_alone(volume: Volume) -> None:
    volume.allocate("A.ISAM", DataSetAttributes("IS"), Space("TRK", 2, 1))
    content = volume.vtoc.content().copy()
    slot, link = content.names["A.ISAM"], content.unused[0]
    content.table.raw(slot)[135:140] = content.table.cchhr(link)
    format2 = bytes([2]) * 44 + bytes([0xF2]) + bytes(range(95))
    content.table.put(link, format2[:135] + bytes(5))
    content.table.touch(slot)
    content.table.write(volume.device)
    volume.rename("A.ISAM", "B.ISAM")
    for change in (lambda: volume.extend("B.ISAM"), lambda: volume.release("B.ISAM", 1)):
        with pytest.raises(BrokenVtoc, match=r"B\.ISAM is an ISAM data set"):
            change()
    assert volume.vtoc.content().table.raw(link)[:135] == format2[:135]
    volume.scratch("B.ISAM")
    assert sound(volume)
