"""DBD source as shops write it."""

import pytest
from click.testing import CliRunner

from zoslab.cli import main
from zoslab.ims import acb, dbdgen
from zoslab.ims.dbd_report import report
from zoslab.ims.macros import SourceError


def line(text, mark=" ", number=0):
    return text.ljust(71) + mark + f"{number:08d}"


def source(*texts):
    """Lines with sequence numbers; one that ends in a backslash is continued in column 72."""
    return [line(t.removesuffix("\\"), "X" if t.endswith("\\") else " ", n * 100) for n, t in enumerate(texts, 1)]


CARD = source(
    "* AUTHORIZATIONS",
    "         PRINT NOGEN",
    "         DBD   NAME=DBPAUTP0,                                  THE DATABASE\\",
    "               ACCESS=(HIDAM,VSAM),\\",
    "               PASSWD=NO,\\",
    "               VERSION=",
    "DSG001   DATASET DD1=DDPAUTP0,SIZE=(4096),SCAN=3",
    "         SEGM  NAME=PAUTSUM0,PARENT=0,BYTES=100,RULES=(,HERE),\\",
    "               POINTER=(TWINBWD)",
    "         FIELD NAME=(ACCNTID,SEQ,U),START=1,BYTES=6,TYPE=P",
    "         LCHILD NAME=(PAUTINDX,DBPAUTX0),POINTER=INDX,RULES=LAST",
    "         SEGM  NAME=PAUTDTL1,PARENT=((PAUTSUM0,)),BYTES=(200),\\",
    "               RULES=(,HERE)",
    "         FIELD NAME=(PAUT9CTS,SEQ,U),START=1,BYTES=8,TYPE=C",
    "         DBDGEN",
    "         FINISH",
    "         END",
)

GROUPS = source(
    "         DBD   NAME=(DEMODX),ACCESS=HDAM,RMNAME=(DFSHDC40,2,40,500)",
    "A        DATASET DD1=DEMOA,DEVICE=3390,BLOCK=2048",
    "         SEGM  NAME=ROOT,BYTES=40,PTR=T,PARENT=0",
    "         FIELD NAME=(K,SEQ,U),START=1,BYTES=4",
    "         FIELD NAME=/SX1,BYTES=4",
    "         FIELD NAME=CITY,START=5,BYTES=10",
    "         LCHILD NAME=(XSEG,DEMOXX),PTR=INDX",
    "         XDFLD NAME=XCITY,SRCH=(CITY),SUBSEQ=/SX1,NULLVAL=BLANK",
    "B        DATASET DD1=DEMOB,BLOCK=4096",
    "         SEGM  NAME=DEP,PARENT=((ROOT,DBLE)),BYTES=(300,20),PTR=TB",
    "A        DATASET",
    "         SEGM  NAME=DEP2,PARENT=ROOT,BYTES=12",
    "         DBDGEN",
    "         END",
)

DEDB = source(
    "         DBD   NAME=TELLER,ACCESS=(DEDB),RMNAME=(DBFHDC40)",
    "         AREA  DD1=TELL1,SIZE=4096,UOW=(10,2),ROOT=(20,5)",
    "         AREA  DD1=TELL2,SIZE=4096,UOW=(10,2),ROOT=(20,5)",
    "         SEGM  NAME=TELL,PARENT=0,BYTES=(100,20)",
    "         FIELD NAME=(TELLNO,SEQ,U),START=3,BYTES=8",
    "         SEGM  NAME=LOG,PARENT=TELL,BYTES=(50,10),TYPE=SEQ",
    "         DBDGEN",
    "         FINISH",
    "         END",
)

PHIDAM = source(
    "         DBD   NAME=ORDERS,ACCESS=(PHIDAM,OSAM),PSNAME=SELECT1",
    "         SEGM  NAME=ORDER,PARENT=0,BYTES=30,DSGROUP=A",
    "         FIELD NAME=(ORDNO,SEQ,U),START=1,BYTES=8",
    "         FIELD NAME=DAY,START=9,BYTES=6",
    "         LCHILD NAME=(DAYSEG,ORDERX),PTR=INDX",
    "         XDFLD NAME=XDAY,SRCH=DAY,SUBSEQ=ORDNO",
    "         SEGM  NAME=ITEM,PARENT=ORDER,BYTES=20,DSGROUP=B",
    "         DBDGEN",
)


@pytest.mark.parametrize("text", [CARD, GROUPS, DEDB, PHIDAM])
def test_a_database_comes_back_from_its_acblib_member(text):
    dbd = dbdgen.generate(text)
    assert acb.parse_dmb(acb.build_dmb(dbd)) == dbd


def test_what_shops_leave_out_has_its_default():
    dbd = dbdgen.generate(CARD)
    assert (dbd.name, dbd.access, dbd.method, dbd.index) == ("DBPAUTP0", "HIDAM", "VSAM", "DBPAUTX0")
    detail = dbd.segments[1]
    assert (detail.parent, detail.length, detail.insert_rule, detail.last_child) == ("PAUTSUM0", 200, "HERE", False)
    assert dbd.root.twin_backward


def test_a_labelled_data_set_statement_goes_on_with_its_group():
    dbd = dbdgen.generate(GROUPS)
    assert [(one.name, one.group, one.min_length) for one in dbd.segments] == [
        ("ROOT", 0, 0),
        ("DEP", 1, 20),
        ("DEP2", 0, 0),
    ]
    (index,) = dbd.secondary
    assert (index.search, index.subsequence, index.null_value) == (("CITY",), ("/SX1",), 0x40)


def test_the_report_shows_the_database_as_it_was_read(tmp_path):
    text = report(dbdgen.generate(DEDB))
    assert "  AREA TELL2 SIZE=4096 UOW=(10,2) ROOT=(20,5)" in text
    assert "  SEGMENT 2 LOG      PARENT=TELL BYTES=(50,10) PTR=T TYPE=SEQ" in text
    assert "  DATA SET GROUP B SEGMENTS=ITEM" in report(dbdgen.generate(PHIDAM))
    file = tmp_path / "groups.dbd"
    file.write_text("\n".join(GROUPS))
    result = CliRunner().invoke(main, ["dbdgen", str(file)])
    assert result.exit_code == 0
    assert "  DATA SET GROUP 2 DD=DEMOB BLOCK=4096 SEGMENTS=DEP" in result.output


def test_the_command_names_the_line_that_is_wrong(tmp_path):
    file = tmp_path / "bad.dbd"
    file.write_text("\n".join(one.replace("BYTES=12", "BYTES=TWELVE") for one in GROUPS))
    result = CliRunner().invoke(main, ["dbdgen", str(file)])
    assert result.exit_code == 1
    assert "LINE 12: SEGM BYTES= takes a number, found TWELVE" in result.output


@pytest.mark.parametrize(
    ("text", "old", "new", "number", "said"),
    [
        (GROUPS, "PTR=TB", "PTR=HB", 10, "HB is not supported"),
        (GROUPS, "SRCH=(CITY)", "SRCH=(TOWN)", 8, "TOWN is not a field of ROOT"),
        (
            GROUPS,
            "XDFLD NAME=XCITY,SRCH=(CITY),SUBSEQ=/SX1,NULLVAL=BLANK",
            "FIELD NAME=Z,START=1,BYTES=1",
            7,
            "expected XDFLD",
        ),
        (GROUPS, "PARENT=ROOT", "PARENT=RODT", 12, "PARENT=RODT is not defined"),
        (GROUPS, "BYTES=(300,20)", "BYTES=(300,400)", 10, "shortest from 4"),
        (DEDB, "ROOT=(20,5)", "ROOT=(20,20)", 2, "expected ROOT="),
        (DEDB, "AREA  DD1=TELL1", "DATASET DD1=TELL1", 2, "DATASET is not coded for DEDB; expected AREA"),
        (PHIDAM, "DSGROUP=B", "DSGROUP=K", 7, "a letter from A to J"),
        (PHIDAM, "DSGROUP=B", "DSGROUP=C", 2, "without a gap"),
        (PHIDAM, "PTR=INDX", "PTR=DBLE", 5, "logical relationships are not supported"),
        (CARD, "ACCESS=(HIDAM,VSAM)", "ACCESS=(HIDAM,BSAM)", 3, "expected OSAM or VSAM"),
        (CARD, "(ACCNTID,SEQ,U)", "(ACCNTID,SEK,U)", 10, "expected (name,SEQ,U)"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_was_expected(text, old, new, number, said):
    changed = [one.replace(old, new) for one in text]
    assert changed != text
    with pytest.raises(SourceError) as raised:
        dbdgen.generate(changed)
    assert raised.value.line == number
    assert said in str(raised.value)
