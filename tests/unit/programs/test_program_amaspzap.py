"""AMASPZAP: dumps, VER and REP in load modules and in blocks."""

import pytest

from zoslab import ebcdic
from zoslab.dasd.loadmodule import parse

NUCLEUS = {"DFSVNUC0": ebcdic.encode("IMSP") + bytes(60), "DFSDATA": ebcdic.encode("PLEX1", 40)}


@pytest.fixture
def library(lab):
    return lab.modules("IMSP.SDFSRESL", DFSVNUC0=NUCLEUS)


def zap(lab, *cards, dsname="IMSP.SDFSRESL", disp="OLD", parm="IGNIDRFULL"):
    syslib = f"//SYSLIB DD DISP={disp},DSN={dsname}"
    return lab.program("AMASPZAP", "\n".join(f" {card}" for card in cards), syslib, parm=parm)


def text(library, csect, member="DFSVNUC0"):
    return parse(library.blocks(member)).text(csect)


def test_a_verified_replacement_changes_those_bytes_and_says_what_was_there(lab, library):
    code, out = zap(lab, "NAME DFSVNUC0 DFSVNUC0", "VER 0000 C9D4,E2D7", "REP 0003 E3")
    assert code == 0
    assert text(library, "DFSVNUC0")[:8] == ebcdic.encode("IMST") + bytes(4)
    assert text(library, "DFSDATA") == NUCLEUS["DFSDATA"]
    assert "AMA122I OLD DATA WAS D7" in out
    assert "AMA125I DFSVNUC0 IDR COUNT = 0001 (MAX=0019)" in out
    assert out.splitlines()[-1].strip() == "AMA100I AMASPZAP PROCESSING COMPLETED"


def test_after_a_rejected_ver_nothing_is_replaced_until_the_next_name(lab, library):
    code, out = zap(
        lab,
        "NAME DFSVNUC0 DFSVNUC0",
        "VER 0000 00000000",
        "REP 0000 FFFFFFFF",
        "VERIFY 0000 C9D4E2D7",
        "REP 0000 FFFFFFFF",
        "NAME DFSVNUC0 DFSDATA",
        "VER 0000 'PLEX1'",
        "REP 0000 'PLEX2'",
    )
    assert code == 4
    assert text(library, "DFSVNUC0") == NUCLEUS["DFSVNUC0"]
    assert text(library, "DFSDATA") == ebcdic.encode("PLEX2", 40)
    assert out.count("AMA104I VERIFY REJECT - SET NO GO SWITCH") == 1
    assert out.count("AMA105I INVALID CARD OR NO GO SWITCH SET") == 2
    assert "MEMBER NAME  DFSVNUC0  CSECT NAME  DFSVNUC0" in out


def test_a_dump_of_all_sections_has_their_bytes_and_names(lab, library):
    code, out = zap(lab, "DUMP DFSVNUC0 ALL", disp="SHR")
    assert code == 0
    assert "RECORD LENGTH- 000068" in out
    assert "000000   C9D4E2D7   00000000" in out
    assert "CSECT NAME  DFSDATA" in out


def test_a_translated_dump_has_mnemonics_and_text(lab, library):
    code, out = zap(lab, "DUMPT DFSVNUC0 DFSDATA", disp="SHR")
    assert code == 0
    assert "D7D3 C5E7 F140" in out
    assert "*PLEX1           *" in out
    assert "XC" in out


@pytest.mark.parametrize(
    ("cards", "code", "message"),
    [
        (["NAME NOTHERE", "REP 0000 00"], 4, "AMA102I MEMBER NOTHERE"),
        (["NAME DFSVNUC0 OTHER", "REP 0000 00"], 4, "AMA102I CSECT OTHER OF DFSVNUC0 NOT FOUND"),
        (["NAME DFSVNUC0", "REP 003F 0000"], 4, "AMA103I OFFSET 000041 IS BEHIND"),
        (["NAME DFSVNUC0", "VER 0000 C9D", "REP 0000 00"], 8, "AMA105I"),
        (["CHECKSUM", "NAME DFSVNUC0"], 8, "CHECKSUM IS NOT A CONTROL STATEMENT"),
        (["REP 0000 00"], 4, "AMA105I"),
        (["VER 0000 00"], 8, "NO NAME OR CCHHR"),
        (["DUMP"], 8, "AMA105I"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(lab, library, cards, code, message):
    found, out = zap(lab, *cards)
    assert (found, message in out) == (code, True), out
    assert text(library, "DFSVNUC0") == NUCLEUS["DFSVNUC0"]


def test_an_unknown_parm_ends_the_run(lab, library):
    assert zap(lab, "DUMP DFSVNUC0", parm="WRONG")[0] == 12


def test_the_identification_record_fills_up_and_the_parm_overrides_it(lab, library):
    for _ in range(19):
        assert zap(lab, "NAME DFSVNUC0", "REP 0000 C9", parm="")[0] == 0
    code, out = zap(lab, "NAME DFSVNUC0", "REP 0000 C1", parm="")
    assert (code, "NO IDR SPACE - RE-LINK" in out) == (4, True)
    assert text(library, "DFSVNUC0")[:1] == b"\xc9"
    code, out = zap(lab, "NAME DFSVNUC0", "REP 0000 C1")
    assert (code, "AMA128I UPDATES ENABLED BY OVERRIDE PARM" in out) == (0, True)
    assert text(library, "DFSVNUC0")[:1] == b"\xc1"


def test_blocks_are_dumped_and_replaced_by_their_address(lab):
    made = lab.cards("IMSP.BLOCKS", *(f"LINE {number}" for number in range(25)))
    code, out = zap(lab, "ABSDUMP ALL", dsname="IMSP.BLOCKS", disp="SHR", parm="")
    heads = [line for line in out.splitlines() if "CCHHR-" in line]
    assert (code, len(heads)) == (0, 3)
    cchhr = heads[1].split()[1]
    change = [f"CCHHR {cchhr}", "VER 0000 'LINE 10'", "REP 0000 'NEXT'"]
    code, out = zap(lab, *change, dsname="IMSP.BLOCKS", parm="")
    assert code == 0, out
    assert f"AMA112I RECORD {cchhr} OF IMSP.BLOCKS HAS BEEN UPDATED" in out
    lines = [ebcdic.decode(record) for record in made.records()]
    assert (lines[9], lines[10], lines[11]) == ("LINE 9", "NEXT 10", "LINE 11")
    code, out = zap(lab, f"ABSDUMPT {cchhr} {cchhr}", dsname="IMSP.BLOCKS", parm="")
    assert (out.count("CCHHR-"), "*NEXT 10" in out) == (1, True)
    code, out = zap(lab, "CCHHR 0000000001", "REP 0000 00", dsname="IMSP.BLOCKS", parm="")
    assert (code, "AMA102I RECORD 0000000001" in out) == (4, True)


def test_a_library_is_dumped_with_its_directory_and_a_member_alone(lab, library):
    everything = zap(lab, "ABSDUMP ALL", disp="SHR")[1]
    member = zap(lab, "ABSDUMP DFSVNUC0", disp="SHR")[1]
    assert everything.count("CCHHR-") > member.count("CCHHR-") >= 4


def test_base_is_subtracted_from_offsets(lab, library):
    code, _ = zap(lab, "NAME DFSVNUC0", "BASE 0100", "VER 0100 C9D4", "REP 0103 E3")
    assert code == 0
    assert text(library, "DFSVNUC0")[:4] == ebcdic.encode("IMST")
