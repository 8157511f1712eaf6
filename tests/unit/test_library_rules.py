"""Members with the clone's names: what changes, what must not, what does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.library import EditRules, changed, deck, edit, replacements
from imsclone.library.edit import edit_line
from imsclone.library.errors import (
    ContinuedTextMoved,
    DeckRefused,
    DelimiterMissing,
    LibraryEditRejected,
    LineOverflow,
    NameTooLong,
)
from imsclone.listings import iebupdte, isrsupc
from imsclone.listings.errors import ListingIncomplete
from imsclone.masks import RenameMask, RenameMasks

RULES = EditRules(
    RenameMasks([RenameMask("IMSP.OLD.** -> IMST.NEW.**"), RenameMask("IMSP.** -> IMST.**")]),
    volsers={"IMSP01": "IMST01", "IMSP02": "IMST02"},
    imsids={"IMSP": "IMST"},
    replacements=replacements([("PRODUCTION", "TEST"), ("PORT=9999", "PORT=9998")]),
)

LINES = [
    ("//RECON1   DD DISP=SHR,DSN=IMSP.RECON1", "//RECON1   DD DISP=SHR,DSN=IMST.RECON1"),
    ("//X DD DSN=IMSP.OLD.LIB,VOL=SER=IMSP01", "//X DD DSN=IMST.NEW.LIB,VOL=SER=IMST01"),
    ("//X DD DSN=IMSP.PROCLIB(IMSP),VOL=SER=(IMSP01,IMSP02)", "//X DD DSN=IMST.PROCLIB(IMST),VOL=SER=(IMST01,IMST02)"),
    ("IMSID=IMSP,", "IMSID=IMST,"),
    ("//IMSP     PROC RGN=0M,SYS=IMSP", "//IMST     PROC RGN=0M,SYS=IMST"),
    ("DBRCNM=IMSPDBRC,DLINM=IMSPDLI", "DBRCNM=IMSTDBRC,DLINM=IMSTDLI"),
    ("APPLID1=IMSPAPPL,GROUP=IMSPXCF", "APPLID1=IMSTAPPL,GROUP=IMSTXCF"),
    ("IMSPLEX(NAME=PLEX1)", "IMSPLEX(NAME=PLEX1)"),
    ("IMSPLEX=IMSPX", "IMSPLEX=IMSPX"),
    ("XIMSP IMSPAYROLL 1IMSP", "XIMSP IMSPAYROLL 1IMSP"),
    ("//X DD DSN=&IMSP..PROCLIB", "//X DD DSN=&IMSP..PROCLIB"),
    ("//X DD DSN=IMSP.&LIB", "//X DD DSN=IMST.&LIB"),
    ("// SET HLQ='IMSP'", "// SET HLQ='IMST'"),
    ("//X DD DSN=OTHER.IMSP.DATA", "//X DD DSN=OTHER.IMSP.DATA"),
    ("//X DD DSN=IMSPROD.DATA", "//X DD DSN=IMSPROD.DATA"),
    ("//* THE PRODUCTION SYSTEM", "//* THE TEST SYSTEM"),
    ("//* THE PRODUCTIONS", "//* THE PRODUCTIONS"),
    ("PORT=9999 PORT=99991", "PORT=9998 PORT=99991"),
    ("imsp is lower case", "imsp is lower case"),
    ("", ""),
    ("/S IMSP", "/S IMST"),
    ("DSN=IMSP.RECON1,IMSP.RECON2/IMSP.X", "DSN=IMST.RECON1,IMST.RECON2/IMST.X"),
    ("DSNAME=IMSP.SLDS.G0001V00", "DSNAME=IMST.SLDS.G0001V00"),
]


@pytest.mark.parametrize(("before", "after"), LINES)
def test_names_change_whole_and_nothing_else(before, after):
    assert edit_line(before, RULES) == after


@pytest.mark.parametrize(("before", "after"), LINES)
def test_editing_twice_changes_nothing_more(before, after):
    assert edit_line(edit_line(before, RULES), RULES) == after


@given(
    st.lists(
        st.sampled_from(
            ["IMSP", "IMSP01", "IMSP.A.B", "IMST", "IMSPX", ",", " ", "=", "(", ")", "'", ".", "&", "X", "//"]
        )
    )
)
def test_editing_any_line_twice_is_editing_it_once(parts):
    line = "".join(parts)[:60]
    once = edit_line(line, RULES)
    assert edit_line(once, RULES) == once


LONG = EditRules(RenameMasks([RenameMask("IMSP.** -> IMSTEST.NIGHTLY.**")]), {"IMSP01": "T1"}, {"IMSP": "IMST"})


def test_mark_and_sequence_number_stay_in_their_columns():
    line = "//X DD DSN=IMSP.A,".ljust(71) + "X00010000"
    new = edit_line(line, LONG)
    assert new[71:] == "X00010000"
    assert new.startswith("//X DD DSN=IMSTEST.NIGHTLY.A, ")
    shorter = edit_line("//X DD VOL=SER=IMSP01".ljust(72) + "00010000", LONG)
    assert shorter == "//X DD VOL=SER=T1".ljust(72) + "00010000"


def test_a_line_that_no_longer_fits_is_an_error_and_never_cut_off():
    line = "//LONGNAME DD DSN=IMSP.DB,VOL=SER=ABCDEF,UNIT=SYSDA,DISP=(OLD,KEEP)"
    with pytest.raises(LineOverflow) as caught:
        edit_line(line, EditRules(RenameMasks([RenameMask("IMSP.** -> IMSTEST.NIGHTLY.**")])), "PROC1", 7)
    assert "PROC1 line 7" in str(caught.value)


def test_text_that_fills_80_columns_is_no_sequence_number():
    line = "* COMMENT IMSP".ljust(72) + "A REMARK"
    assert edit_line(line, RULES) == line.replace("IMSP", "IMST")


def test_text_continued_inside_apostrophes_may_not_change_its_length():
    line = "//X EXEC PGM=A,PARM='IMSP01".ljust(71, "A")
    with pytest.raises(ContinuedTextMoved):
        edit_line(line.replace("IMSP01A", "IMSP01,"), LONG)


def test_a_name_of_more_than_44_characters_is_an_error():
    with pytest.raises(NameTooLong):
        edit_line("DSN=IMSP.AAAAAAAA.BBBBBBBB.CCCCCCCC.DDDDDDDD", LONG)


def test_all_problems_of_all_members_come_at_once():
    bad = "//X DD DSN=IMSP.AAAAAAAA.BBBBBBBB.CCCCCCCC.DDDDDDDD"
    with pytest.raises(LibraryEditRejected) as caught:
        edit({"A": [bad, bad], "B": [bad]}, LONG)
    assert len(caught.value.problems) == 3
    assert "Member B line 1" in str(caught.value)


def test_members_are_renamed_with_the_ims_unless_the_name_is_taken():
    members = {"IMSP": ["A"], "IMSPDBRC": ["A"], "DFSPBIMS": ["A"], "OTHER": ["IMSP"]}
    edited = {one.name: one for one in edit(members, RULES)}
    assert (edited["IMSP"].target, edited["IMSPDBRC"].target) == ("IMST", "IMSTDBRC")
    assert [one.name for one in changed(edited.values())] == ["IMSP", "IMSPDBRC", "OTHER"]
    assert edited["OTHER"].changes[0].after == "IMST"
    taken = {one.name: one for one in edit(members | {"IMST": ["MADE BY HAND"]}, RULES)}
    assert taken["IMSP"].target == "IMSP"


LINE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80).filter(
    lambda line: not line.startswith("./")
)


@given(
    st.dictionaries(st.from_regex(r"[A-Z@#$][A-Z0-9@#$]{0,7}", fullmatch=True), st.lists(LINE, max_size=9), max_size=5)
)
def test_a_deck_carries_members_as_they_are(members):
    try:
        made = deck(edit(members, EditRules(RenameMasks([]))))
    except DelimiterMissing:
        return
    assert all(len(card) <= 80 for card in made.cards)
    assert not any(card.startswith(made.delimiter) for card in made.cards)
    found, name = {}, ""
    for card in made.cards[:-1]:
        if card.startswith("./ "):
            name = card.split("NAME=")[1].split(",")[0]
            found[name] = []
        else:
            found[name].append(card)
    assert found == {name: [line.rstrip() for line in lines] for name, lines in members.items()}
    assert made.cards[-1] == "./ ENDUP"


@pytest.mark.parametrize("line", ["./ ADD NAME=EVIL", "X" * 81, "caf\u00e9", "A\tB", "A\nB"])
def test_a_line_that_iebupdte_would_misread_is_refused(line):
    with pytest.raises(DeckRefused, match="line 2"):
        deck(edit({"A": ["FINE", line]}, EditRules(RenameMasks([]))))


def test_jcl_in_a_member_cannot_end_the_deck():
    made = deck(edit({"A": ["//X EXEC PGM=Y", "/*", "@@", "$$ X"]}, EditRules(RenameMasks([]))))
    assert made.delimiter == "##"


def test_a_member_under_a_new_name_is_added_and_one_edited_in_place_is_replaced():
    made = deck(changed(edit({"IMSP": ["IMSP"], "OTHER": ["IMSP"]}, RULES)))
    assert made.cards[0] == "./ ADD NAME=IMST,LIST=ALL"
    assert made.cards[2] == "./ REPL NAME=OTHER,LIST=ALL"
    assert deck(changed(edit({"IMSP": ["IMSP"]}, RULES)), {"IMST"}).cards[0].startswith("./ REPL")


UPDATED = """\
SYSIN                                                        NEW MASTER
IEB816I MEMBER NAME (IMST    ) HAS BEEN ADDED
IEB816I MEMBER NAME (OTHER   ) HAS BEEN REPLACED
IEB818I HIGHEST CONDITION CODE WAS 00000000
IEB819I END OF JOB IEBUPDTE.
"""


def test_what_iebupdte_wrote_is_read_from_its_listing():
    assert iebupdte.updated(UPDATED) == iebupdte.Updated(0, ("IMST", "OTHER"), ())
    failed = "IEB807I MEMBER NOT FOUND: OTHER\nIEB818I HIGHEST CONDITION CODE WAS 00000012\n"
    assert "NOT FOUND" in str(iebupdte.updated(failed).problems[0])
    with pytest.raises(ListingIncomplete):
        iebupdte.updated(UPDATED.replace("IEB818I", "IEB817I"))


SEARCH = """\
  ISRSUPC   -   MVS/PDF FILE/LINE/WORD/BYTE/SFOR COMPARE UTILITY- ISPF FOR z/OS     2026/11/20  23.59    PAGE     1
 LINE-#  SOURCE SECTION                    SRCH DSN: IMST.PROCLIB

  DFSPBIMS                    --------- STRING(S) FOUND -------------------

       3  IMSID=IMSP,
      12  RECON=IMSP.RECON1

  IMSP                        --------- STRING(S) FOUND -------------------

       1  //IMSP PROC

         SEARCH-FOR SUMMARY SECTION        SRCH DSN: IMST.PROCLIB

 LINES-FOUND  LINES-PROC  MEMBERS-W/LNS  MEMBERS-PROC  COMPARE-COLS    LONGEST-LINE
        3         120              2            17        1: 80              80
 PROCESS OPTIONS USED: ANYC
"""


def test_a_search_tells_members_and_lines_and_must_agree_with_its_summary():
    found = isrsupc.search(SEARCH)
    assert found.members == ("DFSPBIMS", "IMSP")
    assert found.hits[1] == isrsupc.Hit("DFSPBIMS", 12, "RECON=IMSP.RECON1")
    assert (found.members_processed, found.lines_processed) == (17, 120)
    with pytest.raises(ListingIncomplete):
        isrsupc.search(SEARCH.replace("      12  RECON=IMSP.RECON1\n", ""))
    with pytest.raises(ListingIncomplete):
        isrsupc.search(SEARCH.split("SEARCH-FOR")[0])


SHORT = """\
  IMSP     --------- STRING(S) FOUND ----  IMST.PROCLIB
       1  //IMSP PROC

  SEARCH-FOR SUMMARY SECTION      LINES-FOUND 1
"""


def test_a_short_summary_is_understood_too():
    assert isrsupc.search(SHORT).hits == (isrsupc.Hit("IMSP", 1, "//IMSP PROC"),)
