import datetime
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoslab import ebcdic
from zoslab.dasd import pds_directory
from zoslab.dasd.errors import NoSpace
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.ispf_statistics import Statistics
from zoslab.dasd.pds import DirectoryFull, InvalidMemberName, Member, MemberExists, MemberNotFound, NotPartitioned, Pds
from zoslab.dasd.record_format import BadRecordLength
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

LIBRARY = DataSetAttributes("PO", "FB", 80, 27920)
NAMES = st.from_regex(r"[A-Z$#@][A-Z0-9$#@]{0,7}", fullmatch=True)
MEMBERS = st.builds(
    lambda name, ttr, halves, alias: Member(name, ttr, b"\x0f\xf0" * halves, alias),
    NAMES,
    st.tuples(st.integers(0, 65535), st.integers(1, 255)),
    st.integers(0, 31),
    st.booleans(),
)


def cards(*lines: str) -> list[bytes]:
    return [ebcdic.encode(line, 80) for line in lines]


@pytest.fixture
def volume(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        Volume.init(subsystem.define(0xA80, Geometry("3390", 10)), "PDS001")
        subsystem.vary_online(0xA80)
        yield subsystem.volume("PDS001")


def library(volume: Volume, primary: int = 2, secondary: int = 1, directory: int = 3, name: str = "A.LIBRARY") -> Pds:
    entry = volume.allocate(name, LIBRARY, Space("TRK", primary, secondary, directory))
    pds = Pds(DataSetSpace([(volume, entry)]))
    pds.create(directory)
    return pds


@given(st.lists(MEMBERS, unique_by=lambda member: member.name, max_size=60))
def test_a_directory_reads_back_as_it_was_built_in_order_of_name_in_ebcdic(members: list[Member]):
    blocks = pds_directory.build(members, 60)
    assert len(blocks) == 60
    assert pds_directory.parse(blocks) == sorted(members, key=lambda member: ebcdic.encode(member.name, 8))
    used = [key for key, _ in blocks if key != bytes(8)]
    assert used == sorted(used)
    assert used[-1] == b"\xff" * 8


def test_members_are_found_replaced_renamed_and_deleted(volume: Volume):
    pds = library(volume)
    pds.write("B", cards("ONE", "TWO"), b"\1\2")
    pds.write("A", cards("THREE"))
    pds.write("B", cards("FOUR"))
    pds.rename("A", "C")
    assert [(member.name, member.user_data) for member in pds.members()] == [("B", b""), ("C", b"")]
    assert (pds.read("B"), pds.read("C")) == (cards("FOUR"), cards("THREE"))
    pds.delete("B")
    assert "B" not in pds
    with pytest.raises(MemberNotFound, match=r"Member B is not in A\.LIBRARY"):
        pds.read("B")
    pds.write("B", cards("X"))
    with pytest.raises(MemberExists, match="Member C"):
        pds.rename("B", "C")


def test_an_empty_member_is_a_member(volume: Volume):
    pds = library(volume)
    pds.write("EMPTY", [])
    pds.write("NEXT", cards("X"))
    pds.compress()
    assert (pds.read("EMPTY"), pds.read("NEXT")) == ([], cards("X"))


@pytest.mark.parametrize("name", ["", "A23456789", "1ABC", "a", "A.B", "A B", "A\n"])
def test_a_bad_member_name_is_refused(volume: Volume, name: str):
    with pytest.raises(InvalidMemberName):
        library(volume).write(name, [])


def test_a_full_directory_is_refused_and_nothing_changes(volume: Volume):
    pds = library(volume, directory=1)
    for number in range(20):
        pds.write(f"M{number:02}", cards("X"))
    before = pds._space.last
    with pytest.raises(DirectoryFull, match="21 members need 2 directory blocks, there are 1"):
        pds.write("M20", cards("X"))
    assert len(pds.members()) == 20
    assert pds._space.last == before


def test_a_pds_extends_to_sixteen_extents_and_then_ends_with_e37_leaving_the_old_member(volume: Volume):
    pds = library(volume, primary=1, secondary=1)
    for number in range(16):
        pds.write(f"M{number:02}", cards("X") * 600)
    assert pds._space.tracks == 16
    before = pds.read("M03")
    with pytest.raises(NoSpace) as error:
        pds.write("M03", cards("Y") * 1800)
    assert error.value.code == "E37"
    assert pds.read("M03") == before
    assert pds._space.tracks == DataSetSpace(pds._space.parts).tracks == 16


def test_a_failed_write_gives_back_the_extents_it_had_got(volume: Volume):
    pds = library(volume, primary=1, secondary=1)
    with pytest.raises(BadRecordLength):
        pds.write("M", [*cards("X") * 349 * 4, b"short"])
    assert pds._space.tracks == 1
    pds.write("M", cards("X"))
    assert pds.read("M") == cards("X")


def test_compress_gives_the_space_of_replaced_members_back_and_keeps_aliases_and_pointers(volume: Volume):
    pds = library(volume, primary=15, secondary=0)
    for turn in range(10):
        for name in ("ONE", "TWO"):
            pds.write(name, cards(f"{name} {turn}") * 300)
    pds.write_blocks("THREE", [b"a" * 80, b"b" * 80], lambda at: pds_directory.ttr_bytes(at[1]) + b"\0", user_ttrs=1)
    pds.add_alias("UNO", "ONE")
    pds.delete("TWO")
    before = pds._space.last
    pds.compress()
    assert pds._space.last < before
    assert pds.read("ONE") == pds.read("UNO") == cards("ONE 9") * 300
    assert pds.member("UNO").ttr == pds.member("ONE").ttr
    three = pds.member("THREE")
    track, record = three.ttr
    assert pds_directory.ttr_place(three.user_data[:3]) == (track, record + 1)
    assert pds.blocks("THREE") == [b"a" * 80, b"b" * 80]


def test_a_member_is_copied_with_its_statistics_and_its_pointers_led_to_the_copy(volume: Volume):
    one, other = library(volume), library(volume, name="B.LIBRARY")
    other.write("FIRST", cards("X"))
    one.write_blocks("M", [b"a" * 80, b"b" * 80], lambda at: pds_directory.ttr_bytes(at[1]) + b"\0", user_ttrs=1)
    copied = other.copy_from(one, "M", "N")
    assert other.blocks("N") == one.blocks("M")
    assert pds_directory.ttr_place(copied.user_data[:3]) == (copied.ttr[0], copied.ttr[1] + 1)


def test_a_block_is_rewritten_in_place(volume: Volume):
    pds = library(volume)
    pds.write("M", cards("A", "B") * 400)
    pds.write("N", cards("N"))
    before = pds.member("M")
    changed = pds.blocks("M")[1][:-80] + cards("Z")[0]
    pds.update_block("M", 1, changed)
    assert pds.blocks("M")[1] == changed
    assert pds.member("M") == before
    assert pds.read("N") == cards("N")
    with pytest.raises(Exception, match=r"Block 1 of A\.LIBRARY\(M\) has 27920 bytes and cannot be rewritten with 3"):
        pds.update_block("M", 0, b"abc")


def test_threads_that_change_one_pds_do_not_lose_each_others_members(volume: Volume):
    library(volume, primary=1, secondary=2, directory=20)

    def write_members(letter: str) -> None:
        pds = Pds(DataSetSpace([(volume, volume.vtoc.require("A.LIBRARY"))]))
        for number in range(25):
            pds.write(f"{letter}{number:02}", cards(letter) * 20)

    threads = [threading.Thread(target=write_members, args=(letter,)) for letter in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    pds = Pds(DataSetSpace([(volume, volume.vtoc.require("A.LIBRARY"))]))
    assert {member.name: pds.read(member.name) for member in pds.members()} == {
        f"{letter}{number:02}": cards(letter) * 20 for letter in "ABC" for number in range(25)
    }


def test_what_is_no_pds_is_refused(volume: Volume):
    entry = volume.allocate("A.SEQ", DataSetAttributes("PS", "FB", 80, 800), Space())
    with pytest.raises(NotPartitioned, match=r"A\.SEQ is DSORG=PS, not a PDS"):
        Pds(DataSetSpace([(volume, entry)]))
    entry = volume.allocate("A.PDS", LIBRARY, Space())
    with pytest.raises(NotPartitioned, match="has no directory"):
        Pds(DataSetSpace([(volume, entry)])).members()


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_library_is_a_dictionary_of_members_whatever_is_done_to_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    model: dict[str, list[bytes]] = {}
    names = st.sampled_from(["A", "B1", "$C", "D", "LONGNAME"])
    with DiskSubsystem(tmp_path_factory.mktemp("dasd"), background_copy=False) as subsystem:
        pds = library(Volume.init(subsystem.define(0xA80, Geometry("3390", 4)), "PDS002"), 3, 2, 2)
        for _ in range(data.draw(st.integers(1, 12))):
            name, action = data.draw(names), data.draw(st.sampled_from(["write", "delete", "rename", "compress"]))
            if action == "write":
                model[name] = cards(name) * data.draw(st.integers(0, 800))
                pds.write(name, model[name])
            elif action == "compress":
                pds.compress()
            elif action == "delete" and name in model:
                pds.delete(name)
                del model[name]
            elif action == "rename" and name in model and (new := data.draw(names)) not in model:
                pds.rename(name, new)
                model[new] = model.pop(name)
            assert {member.name: pds.read(member.name) for member in pds.members()} == model


@given(
    st.builds(
        Statistics,
        st.integers(1, 99),
        st.integers(0, 99),
        st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)),
        st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2099, 12, 31)).map(
            lambda d: d.replace(microsecond=0)
        ),
        st.integers(0, 200_000),
        st.integers(0, 200_000),
        st.integers(0, 200_000),
        st.from_regex(r"[A-Z]{1,8}", fullmatch=True),
    )
)
def test_ispf_statistics_read_back_as_they_were_written(statistics: Statistics):
    raw = statistics.user_data()
    assert len(raw) in (30, 40)
    assert Statistics.of(raw) == statistics


def test_ispf_statistics_have_the_bytes_ispf_writes():
    now = datetime.datetime(2026, 11, 20, 23, 59, 58)
    first = Statistics.first(5, "IBMUSER", now)
    raw = first.user_data()
    assert raw[:20].hex() == "01000058" + "0126324f" + "0126324f" + "2359" + "0005" + "0005" + "0000"
    assert raw[20:] == ebcdic.encode("IBMUSER", 10)
    assert Statistics.of(first.saved(6, 1, "OTHER", now).user_data()).level == 1
    assert Statistics.of(b"") is Statistics.of(bytes(30)) is Statistics.of(b"\xff" * 30) is None
