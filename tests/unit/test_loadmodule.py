from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoslab import ebcdic
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.loadmodule import LoadModuleEntry, NotALoadModule, OutsideModule, build, parse, store
from zoslab.dasd.pds import Pds
from zoslab.dasd.pds_directory import ttr_place
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume

CSECTS = st.dictionaries(
    st.from_regex(r"[A-Z]{1,8}", fullmatch=True), st.binary(min_size=1, max_size=3000), min_size=1, max_size=40
)


@settings(max_examples=40, deadline=None)
@given(CSECTS, st.sampled_from([256, 1024, 6144, 32760]))
def test_every_csect_reads_back_and_every_byte_is_where_it_is_said_to_be(csects: dict[str, bytes], block_size: int):
    blocks = build(csects, block_size)
    module = parse(blocks)
    assert {csect.name: module.text(csect.name) for csect in module.csects} == csects
    assert all(len(block) <= max(block_size, 256) for block in blocks)
    for name, text in csects.items():
        for offset in (0, len(text) // 2, len(text) - 1):
            index, at = module.locate(name, offset)
            assert blocks[index][at] == text[offset]


def test_a_module_has_the_records_of_the_manual_in_their_order():
    blocks = build({"FIRST": b"\x07\xfe" * 10, "SECOND": b"\x47\xf0" * 400}, 256)
    assert [block[0] for block in blocks[:4]] == [0x20, 0x80, 0x80, 0x01]
    cesd, _, editor, control, text = blocks[:5]
    assert cesd[:8].hex() == "2000000000010020"
    assert cesd[8:24] == ebcdic.encode("FIRST", 8) + bytes.fromhex("0000000001000014")
    assert cesd[24:40] == ebcdic.encode("SECOND", 8) + bytes.fromhex("0000001801000320")
    assert (editor[1], editor[2]) == (len(editor) - 1, 0x82)
    assert control.hex() == "01000000" + "00080000" + "0600000040000100" + "00010018" + "000200e8"
    assert len(text) == 256
    assert blocks[-2][0] == 0x0D


def test_a_patch_over_two_blocks_changes_both_and_nothing_else():
    csects = {"A": bytes(100), "B": bytes(600)}
    blocks = build(csects, 256)
    changed = parse(blocks).patched("B", 150, b"IMST")
    assert len(changed) == 2
    patched = [changed.get(index, block) for index, block in enumerate(blocks)]
    assert [len(block) for block in patched] == [len(block) for block in blocks]
    assert parse(patched).text("B") == bytes(150) + b"IMST" + bytes(446)
    assert parse(patched).text("A") == csects["A"]


def test_places_outside_are_refused():
    module = parse(build({"A": bytes(100)}))
    assert module.csect("").name == "A"
    with pytest.raises(OutsideModule, match="CSECT B is not in the module: A are"):
        module.locate("B", 0)
    with pytest.raises(OutsideModule, match="no text at offset 000064; its length is 000064"):
        module.patched("A", 98, b"abc")


def test_relocation_records_of_other_linkage_editors_are_passed_over():
    blocks = build({"A": bytes(16), "B": bytes(300)}, 256)
    relocation = bytes([0x02]).ljust(6, b"\0") + b"\0\x08" + bytes(8) + bytes(8)
    both = bytearray(blocks[-2])
    both[0] |= 0x02
    both[6:8] = b"\0\x08"
    both[16:16] = bytes(8)
    module = parse([*blocks[:5], relocation, bytes(both), blocks[-1]])
    assert module.text("B") == bytes(300)


@pytest.mark.parametrize(
    "blocks", [[], [b"\x40" * 80], build({"A": b"x"})[:-1], build({"A": b"x"})[-2:], [b"\x20" * 20]]
)
def test_what_is_no_load_module_is_refused(blocks: list[bytes]):
    with pytest.raises(NotALoadModule):
        parse(blocks)


def test_a_stored_module_has_a_directory_entry_that_leads_program_fetch_to_its_text(tmp_path: Path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as subsystem:
        volume = Volume.init(subsystem.define(0xA80, Geometry("3390", 5)), "LNK001")
        entry = volume.allocate("A.LOAD", DataSetAttributes("PO", "U", 0, 6144), Space("TRK", 2, 1, 5))
        pds = Pds(DataSetSpace([(volume, entry)]))
        pds.create(5)
        member = store(pds, "DFSVNUC0", {"DFSVNUC0": b"\x07" * 10_000, "SSID": ebcdic.encode("IMSP")}, authorization=1)
        assert member.entry()[11] == 0x2C
        found = LoadModuleEntry.of(pds.member("DFSVNUC0").user_data)
        module = parse(pds.blocks("DFSVNUC0"))
        track, record = ttr_place(found.pds2ttrt)
        text = next(r.data for r in pds._space.read(track) if r.number == record)
        assert text == module.texts[0].content
        assert (found.pds2ftbl, found.pds2stor, found.pdsapfac) == (6144, 10_008, 1)
        for index, block in module.patched("SSID", 0, ebcdic.encode("IMST")).items():
            pds.update_block("DFSVNUC0", index, block)
        assert parse(pds.blocks("DFSVNUC0")).text("SSID") == ebcdic.encode("IMST")
