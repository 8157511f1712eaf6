from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.dasd import vtocix
from zoslab.dasd.check import check_volume
from zoslab.dasd.errors import BrokenVtoc, VtocFull
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vtocix import Vier, Vixm, index_name
from zoslab.dasd.vtocix_check import read_records

FB = DataSetAttributes("PS", "F", 4096, 4096)


def records(volume: Volume) -> list[bytes]:
    return read_records(volume.device, volume.vtoc.content())


@pytest.fixture
def like_the_real_one(tmp_path: Path) -> list[bytes]:
    """The index of a volume laid out as the one ICKDSF and DADSM wrote."""
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 1113)), "XXXXXX", 29, 15)
    volume.allocate("FISHTEST.FOUR-K", FB, Space("TRK", 2))
    return records(volume)


def test_the_index_map_is_that_of_the_real_index(like_the_real_one: list[bytes]) -> None:
    real = "e5c9e7d4" + "00" * 12 + "02b800544000000000000001" + "0015002c" + "0000013b0000000400002000" + "f8"
    assert like_the_real_one[0][:0x54] == bytes.fromhex(real).ljust(0x54, b"\0")


def test_the_space_maps_are_those_of_the_real_index(like_the_real_one: list[bytes]) -> None:
    header = "e5d7e2d4" + "00000800" + "00001000" + "00000000" + "00000000" + "0000002c000003e7000f00a900003a89"
    cylinders = bytes.fromhex("f0").ljust(124, b"\0") + b"\x01"
    tracks = bytes.fromhex("fffffffffffe").ljust(1873, b"\0") + bytes.fromhex("7fffffffffff")
    assert like_the_real_one[1] == bytes.fromhex(header).ljust(0x2C, b"\0") + cylinders + tracks
    header = "e5d7e2d4" + "00001000" + "00000000" + "00003a89" + "00000000" + "0000002c00000072000f003b000006ae"
    cylinders = bytes(14) + b"\x3f"
    tracks = bytes(213) + b"\x03"
    assert like_the_real_one[2] == (bytes.fromhex(header).ljust(0x2C, b"\0") + cylinders + tracks).ljust(2048, b"\xff")


def test_the_dscb_map_is_that_of_the_real_index(like_the_real_one: list[bytes]) -> None:
    real = "e5d4c4e2" + "00001800" + "00" * 20 + "0032002c" + "000005aa" + "00" * 8 + "f0"
    assert like_the_real_one[3] == bytes.fromhex(real).ljust(2048, b"\0")


def test_the_entries_are_those_of_the_real_index(like_the_real_one: list[bytes]) -> None:
    header = "e5c9c5d9" + "00002000" + "00" * 8 + "01800000050800f6" + "0000004c" * 2 + "ff" * 44
    entries = (
        "0067"
        + ("002c" + "000000000101" + "04" * 44)
        + ("000f" + "000000000104" + ebcdic.encode("FISHTEST.FOUR-K").hex())
        + ("0012" + "000000000103" + ebcdic.encode("SYS1.VTOCIX.XXXXXX").hex())
        + ("002c" + "000000000000" + "ff" * 44)
    )
    assert like_the_real_one[4] == bytes.fromhex(header + entries).ljust(2048, b"\0")
    assert not any(any(record) for record in like_the_real_one[5:])


@pytest.mark.parametrize("count", [1, 30, 60, 150, 1000])
def test_an_index_of_any_size_names_every_data_set(count: int, tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 10)), "TST001", 25, 15)
    with volume.batch():
        for number in range(count):
            volume.allocate(f"IMSP.{'LONGER.' * (number % 5)}N{number:05}", FB, Space("TRK", 0))
    assert check_volume(volume.device) == []


def test_a_fourth_vier_brings_a_second_level(tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 10)), "TST001", 25, 15)
    levels = set()
    for start in range(0, 300, 10):
        with volume.batch():
            for number in range(start, start + 10):
                volume.allocate(f"IMSP.QUALIFER.QUALIFER.N{number:05}", FB, Space("TRK", 0))
        found = [Vier.of(record) for record in records(volume) if record[:4] == ebcdic.encode("VIER")]
        on_first = sum(vier.level == 1 for vier in found)
        levels.add(Vixm.of(records(volume)[0]).levels)
        assert max(vier.level for vier in found) == (2 if on_first > 3 else 1)
        assert [vier.level for vier in found if vier.flags] == [max(vier.level for vier in found)]
    assert levels == {1, 2}
    assert check_volume(volume.device) == []


def test_an_index_that_is_too_small_refuses_and_nothing_is_changed(tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 10)), "TST001", 25, 1)

    def fill() -> None:
        for number in range(1200):
            volume.allocate(f"IMSP.QUALIFER.QUALIFER.QUALIFER.N{number:05}", FB, Space("TRK", 0))

    with pytest.raises(VtocFull, match="the VTOC index has room for 21 records"), volume.batch():
        fill()
    assert volume.vtoc.names() == ["SYS1.VTOCIX.TST001"]
    assert check_volume(volume.device) == []


def test_a_vtoc_marked_as_indexed_without_an_index_is_refused(tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry("3390", 10)), "TST001", 2, 0)
    content = volume.vtoc.content().copy()
    content.table.format4.ds4vtoci = 0x81
    content.table.touch(0)
    content.table.write(volume.device)
    with pytest.raises(BrokenVtoc, match="no SYS1"):
        volume.allocate("A.B", FB, Space())


@pytest.mark.parametrize("device", ["3330", "3350", "3375", "3380", "3390"])
def test_an_index_fits_every_device_type(device: str, tmp_path: Path) -> None:
    volume = Volume.init(CkdImage.create(tmp_path / "v.ckd", Geometry(device, 1000)), "TST001", 3, 4)
    volume.allocate("A.B", FB, Space("CYL", 500))
    assert check_volume(volume.device) == []


@pytest.mark.parametrize(
    ("volser", "name"), [("IMSP01", "SYS1.VTOCIX.IMSP01"), ("123456", "SYS1.VTOCIX.V23456"), ("1", "SYS1.VTOCIX.V1")]
)
def test_the_index_is_named_after_the_volume(volser: str, name: str) -> None:
    assert index_name(volser) == name
    assert vtocix.NAME_PREFIX in name
