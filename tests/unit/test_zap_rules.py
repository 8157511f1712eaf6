"""Names in load modules and blocks: found without knowing the layout, replaced only where there is room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.listings import amaspzap
from imsclone.listings.amaspzap import Dump
from imsclone.listings.code_page import encode
from imsclone.listings.errors import ListingIncomplete, ListingUnreadable
from imsclone.masks import RenameMask, RenameMasks
from imsclone.zap import for_blocks, for_data_set_names, for_subsystem_ids
from imsclone.zap.errors import IdNotFound, ZapNoRoom

MASKS = RenameMasks([RenameMask("IMSP.** -> IMST.**")])
LONGER = RenameMasks([RenameMask("IMSP.** -> IMSTEST.**")])
IDS = {"IMSP": "IMST"}


def dump(data, member="RECON1", offset=0):
    return Dump("0000000101", member, member, offset, data)


def applied(data, zaps):
    """Do to the bytes what AMASPZAP would: all VERs, then all REPs."""
    after = bytearray(data)
    for zap in zaps:
        words = [card.split() for card in zap.cards[1:]]
        for verb, offset, value in words:
            if verb == "VER":
                at = int(offset, 16)
                assert bytes(after[at : at + len(value) // 2]).hex().upper() == value
        for verb, offset, value in words:
            if verb == "REP":
                after[int(offset, 16) : int(offset, 16) + len(value) // 2] = bytes.fromhex(value)
    return bytes(after)


def mda(dsname, ddname="RECON1"):
    """A member in the manner of DFSMDA: numbers, ddname, data set name in 44 bytes, more numbers."""
    return b"\0\x10\x40\x01" + encode(ddname, 8) + encode(dsname, 44) + b"\x08\0"


@pytest.mark.parametrize("ddname", ["RECON1", "DFSOLP00", "A"])
@pytest.mark.parametrize(("old", "new"), [("IMSP.RECON1", "IMST.RECON1"), ("IMSP.DB.ACCT", "IMST.DB.ACCT")])
def test_a_name_is_found_wherever_it_stands(ddname, old, new):
    zaps = for_data_set_names([dump(mda(old, ddname))], MASKS)
    assert applied(mda(old, ddname), zaps) == mda(new, ddname)
    assert zaps[0].changes[0].old == old


def test_a_longer_name_takes_the_blanks_behind_it_and_a_shorter_one_leaves_blanks():
    assert applied(mda("IMSP.A"), for_data_set_names([dump(mda("IMSP.A"))], LONGER)) == mda("IMSTEST.A")
    shorter = RenameMasks([RenameMask("IMSP.** -> T.**")])
    assert applied(mda("IMSP.A"), for_data_set_names([dump(mda("IMSP.A"))], shorter)) == mda("T.A")


def test_a_name_without_room_is_an_error_and_says_where():
    with pytest.raises(ZapNoRoom, match="offset 00000C"):
        for_data_set_names([dump(mda("IMSP." + "A" * 8)[:25] + b"\0\0")], LONGER)


def test_other_names_and_names_that_are_the_clones_already_are_left_alone():
    assert for_data_set_names([dump(mda("SYS1.LINKLIB")), dump(mda("IMST.RECON1"))], MASKS) == ()


def test_statements_fit_their_cards_and_verify_before_they_replace():
    zaps = for_data_set_names([dump(mda("IMSP.AAAAAAAA.BBBBBBBB.CCCCCCCC.DDDDDDDD"))], MASKS)
    cards = zaps[0].cards
    assert cards[0] == " NAME RECON1 RECON1"
    verbs = [card.split()[0] for card in cards[1:]]
    assert verbs == ["VER"] * 3 + ["REP"] * 3
    assert all(len(card) <= 71 for card in cards)
    assert cards[1] == " VER 00000C C9D4E2D74BC1C1C1C1C1C1C1C14BC2C2"


@given(
    st.lists(st.sampled_from(["IMSP.A.B", "IMSP.RECON1", "SYS1.X", "IMST.A", "\0\0", "    ", "X", "123"]), max_size=12)
)
def test_replacing_twice_changes_nothing_more(parts):
    data = b"".join(encode(part) + b"\x40" for part in parts)
    once = applied(data, for_data_set_names([dump(data)], MASKS))
    assert for_data_set_names([dump(once)], MASKS) == ()
    assert len(once) == len(data)
    assert once == data.replace(encode("IMSP."), encode("IMST."))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IMSP", 1),
        ("....IMSP....", 1),
        ("DFSVNUC0IMSPDFS", 0),
        ("DFSVNUC0IMSP", 1),
        ("XIMSP", 0),
        ("IMSPLEX", 0),
        ("IMSP IMSP", 2),
        ("IMSP.RECON1", 0),
    ],
)
def test_an_id_is_found_where_it_stands_alone(text, found):
    data = encode(text.replace("....", "\0\0\0\0"))
    zaps = for_subsystem_ids([dump(data, "DFSVNUC0"), dump(encode("IMST"), "DFSVNUC0")], IDS)
    assert sum(len(zap.changes) for zap in zaps) == found


def test_a_module_without_the_id_is_an_error_and_one_with_the_clones_is_done():
    with pytest.raises(IdNotFound, match="DFSVNUC0"):
        for_subsystem_ids([dump(b"\0" * 16, "DFSVNUC0")], IDS)
    assert for_subsystem_ids([dump(encode("\0\0\0\0IMST"), "DFSVNUC0")], IDS) == ()


def test_blocks_change_names_and_ids_and_are_named_by_their_address():
    block = Dump("0001000201", "", "", 0, encode("IMSP\0\0\0\0") + encode("IMSP.DB.ACCT", 44))
    zaps = for_blocks([block], MASKS, IDS)
    assert zaps[0].cards[0] == " CCHHR 0001000201"
    assert applied(block.data, zaps) == encode("IMST\0\0\0\0") + encode("IMST.DB.ACCT", 44)


def printed(data, member="RECON1", csect="RECON1", width=32):
    """Print bytes as AMASPZAP does: groups of two bytes, offsets in hexadecimal."""
    head = f"**CCHHR- 01AB000416   RECORD LENGTH- {len(data):06X}         MEMBER NAME  {member:<8}  CSECT NAME  {csect}"
    lines = [head]
    for at in range(0, len(data), width):
        words = [data[i : i + 2].hex().upper() for i in range(at, min(at + width, len(data)), 2)]
        lines.append(f" {at:06X}   {'  '.join(words)}")
    return lines


@given(st.binary(min_size=1, max_size=300))
def test_a_dump_is_read_back_to_its_bytes(data):
    listing = "\n".join(
        [*printed(data), "AMA113I COMPLETED DUMP REQUIREMENTS", "AMA100I AMASPZAP PROCESSING COMPLETED"]
    )
    assert amaspzap.dumps(listing) == (Dump("01AB000416", "RECON1", "RECON1", 0, data),)


def test_a_translated_dump_is_read_by_its_hexadecimal_lines():
    listing = """\
**CCHHR- 01AB000416   RECORD LENGTH- 000068         MEMBER NAME  IEANUC05  CSECT NAME  SUTFPL59
 000000   47F0 F01C  16E2 E4E3  C6D7 D3F5  F940 F9F8     F1F0 F540  C8C2  C2F6 F6F0 F600  90EC D00C   *.00..SUTFPL50 98*
          BC   SRP   OR              MVZ   CP   CP       MVO                              STM         *105 HBB6606.....*
 000020   18BF 41C0                                                                                    *....*
AMA113I COMPLETED DUMP REQUIREMENTS
AMA100I AMASPZAP PROCESSING COMPLETED
"""
    found = amaspzap.dumps(listing)[0]
    assert (found.member, found.csect, len(found.data)) == ("IEANUC05", "SUTFPL59", 36)
    assert found.data.endswith(bytes.fromhex("18BF41C0"))


def test_a_dump_with_a_gap_or_without_an_end_is_refused():
    lines = printed(b"\1" * 96)
    end = "AMA100I AMASPZAP PROCESSING COMPLETED"
    with pytest.raises(ListingUnreadable, match="000020 was expected"):
        amaspzap.dumps("\n".join([*lines[:2], *lines[3:], end]))
    with pytest.raises(ListingIncomplete):
        amaspzap.dumps("\n".join(lines))


def test_a_rejected_verify_is_told():
    listing = " VER 000010 C1C2\nAMA104I VERIFY REJECT - SET NO GO SWITCH\nAMA100I AMASPZAP PROCESSING COMPLETED\n"
    assert not amaspzap.zapped(listing).done
    assert amaspzap.zapped("AMA122I OLD DATA WAS C1C2\nAMA100I AMASPZAP PROCESSING COMPLETED").done


@pytest.mark.parametrize(
    "said",
    [
        "AMA102I MEMBER NOTHERE NOT FOUND",
        "AMA103I OFFSET 000041 IS BEHIND THE SECTION - SET NO GO SWITCH",
        "AMA105I INVALID CARD OR NO GO SWITCH SET",
        "AMA111I SYSLIB IS NOT VALID. AMASPZAP TERMINATED",
        "AMA115I I/O ERROR ON IMST.SDFSRESL - TRACK",
        "AMA120I DFSVNUC0 NO IDR SPACE - RE-LINK",
        "AMA133I CHECKSUM ERROR. NO-GO SWITCH SET",
    ],
)
def test_a_zap_that_left_anything_undone_is_not_done(said):
    listing = (
        f" NAME A A\n{said}\n REP 000010 C1C2\nAMA122I OLD DATA WAS C1C2\n AMA100I AMASPZAP PROCESSING COMPLETED\n"
    )
    result = amaspzap.zapped(listing)
    assert not result.done
    assert said.split()[0] in str(result.problems[0])


def test_a_full_idr_that_was_overridden_is_no_problem():
    said = "AMA120I DFSVNUC0 NO IDR SPACE - RE-LINK\nAMA128I UPDATES ENABLED BY OVERRIDE PARM\n"
    assert amaspzap.zapped(f"{said}AMA122I OLD DATA WAS C1\nAMA100I AMASPZAP PROCESSING COMPLETED").done
