"""DBD source read by the engine, and two definitions compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.dbd import Aspect, Database, Field, LogicalChild, Randomizer, differences, load_dbd, read_dbd
from imsclone.dbd.errors import DbdRejected
from zoslab.ims.bank import definitions


def source(*texts: str) -> str:
    """Texts of lines; one that ends in a backslash is continued."""
    return "\n".join(texts)


def cards(text: str) -> str:
    """Lines of 80 columns, with the mark of continuation and sequence numbers."""
    return "\n".join(
        text.removesuffix("\\").ljust(71) + ("X" if text.endswith("\\") else " ") + f"{number * 100:08d}"
        for number, text in enumerate(text.split("\n"), 1)
    )


PAYMENTS = source(
    "* " + "*" * 69,
    "         PRINT NOGEN",
    "         DBD   NAME=PAYMENT,                        THE DATABASE\\",
    "               ACCESS=(HIDAM,VSAM),\\",
    "               PASSWD=NO,\\",
    "               EXIT=(CAPTURE,KEY,NODATA,(CASCADE,KEY)),VERSION=",
    "DSG001   DATASET DD1=DDPAY,SIZE=(4096),SCAN=3",
    "         SEGM  NAME=SUMMARY,PARENT=0,BYTES=100,RULES=(,HERE),\\",
    "               POINTER=(TWINBWD),COMPRTN=(PACKER,DATA,INIT)",
    "         FIELD NAME=(PAYNO,SEQ,U),START=1,BYTES=6,TYPE=P",
    "         FIELD NAME=HOLDER,START=7,BYTES=20,EXTERNALNAME='CARD_HOLDER'",
    "         LCHILD NAME=(PAYIX,PAYMENTX),POINTER=INDX,RULES=LAST",
    "         LCHILD NAME=(PAYNM,PAYMENTN),PTR=INDX",
    "         XDFLD NAME=XHOLDER,SRCH=(HOLDER),SUBSEQ=/SX1,NULLVAL=C' '",
    "         SEGM  NAME=DETAIL,PARENT=((SUMMARY,)),BYTES=(200,20)",
    "         FIELD NAME=(ENTRY,SEQ,M),START=3,BYTES=8,TYPE=C  REMARK",
    "         DBDGEN",
    "         FINISH",
    "         END",
    "         THIS IS NOT LOOKED AT",
)

AREAS = source(
    "         DBD   NAME=TELLER,ACCESS=(DEDB),RMNAME=(DBFHDC40,2,XCI)",
    "         AREA  DD1=TELL1,SIZE=4096,UOW=(10,2),ROOT=(20,5)",
    "         AREA  DD1=TELL2,SIZE=8192,UOW=(10,2),ROOT=(20,5)",
    "         SEGM  NAME=TELL,PARENT=0,BYTES=(100,20)",
    "         FIELD NAME=(TELLNO,SEQ,U),START=3,BYTES=8",
    "         SEGM  NAME=JOURNAL,PARENT=TELL,BYTES=(50,10),TYPE=SEQ",
    "         DBDGEN",
)

ORDERS = source(
    "         DBD   NAME=ORDERS,ACCESS=(PHDAM,OSAM),PSNAME=SELECT1,\\",
    "               RMNAME=(DFSHDC40,3,500,300)",
    "         SEGM  NAME=ORDER,PARENT=0,BYTES=30,DSGROUP=A,PTR=(TB,LT)",
    "         FIELD NAME=(ORDNO,SEQ,U),START=1,BYTES=8",
    "         SEGM  NAME=ITEM,PARENT=((ORDER,DBLE),(PART,V,PARTS)),BYTES=20,\\",
    "               DSGROUP=B",
    "         DBDGEN",
)

GROUPS = source(
    "         DBD   NAME=(DEMODX),ACCESS=HDAM,RMNAME=(DFSHDC40,2,40,500)",
    "A        DATASET DD1=DEMOA,DEVICE=3390,BLOCK=2048",
    "         SEGM  NAME=TOP,BYTES=40,PTR=T",
    "         FIELD NAME=(K,SEQ),START=1,BYTES=4,TYPE=F",
    "B        DATASET DD1=DEMOB,BLOCK=4096,FRSPC=(3,20)",
    "         SEGM  NAME=SECOND,PARENT=TOP,BYTES=12",
    "A        DATASET",
    "         SEGM  NAME=THIRD,PARENT=TOP,BYTES=12",
    "         DBDGEN",
)


SOURCES = {"PAYMENTS": PAYMENTS, "AREAS": AREAS, "ORDERS": ORDERS, "GROUPS": GROUPS}


def read(text: str) -> Database:
    return read_dbd(cards(text), "db.dbd")


def test_a_definition_holds_what_the_source_says_with_defaults() -> None:
    database = read(PAYMENTS)
    assert (database.name, database.access, database.method) == ("PAYMENT", "HIDAM", "VSAM")
    assert database.exits == ("CAPTURE", "KEY", "NODATA", "(CASCADE,KEY)")
    assert database.groups[0].block == (4096,)
    assert (database.primary_index, database.related) == ("PAYMENTX", ("PAYMENTX", "PAYMENTN"))
    assert database.index_databases == ("PAYMENTX", "PAYMENTN")
    top, detail = database.segments
    assert top.sequence == Field("PAYNO", 1, 6, "P", True, True)
    assert (top.pointers, top.insert_rule, top.compression) == (("TWINBWD",), "HERE", ("PACKER", "DATA", "INIT"))
    assert top.field("card_holder") == top.field("HOLDER")
    assert top.children[0] == LogicalChild("PAYIX", "PAYMENTX", "INDX")
    assert not top.in_logical_relationship
    assert (detail.parent, detail.longest, detail.shortest, detail.pointers) == ("SUMMARY", 200, 20, ("TWIN",))
    assert detail.child_pointers == "SNGL"
    assert detail.sequence is not None
    assert not detail.sequence.unique
    (index,) = database.indexes
    assert (index.database, index.search, index.subsequence, index.null_value) == (
        "PAYMENTN",
        ("HOLDER",),
        ("/SX1",),
        "C' '",
    )


def test_areas_groups_and_partitions_are_read() -> None:
    areas, orders, groups = read(AREAS), read(ORDERS), read(GROUPS)
    assert areas.randomizer == Randomizer("DBFHDC40", 2, extended_call=True)
    assert [(one.ddname, one.size, one.uow, one.root) for one in areas.areas] == [
        ("TELL1", 4096, (10, 2), (20, 5)),
        ("TELL2", 8192, (10, 2), (20, 5)),
    ]
    assert areas.segments[1].kind == "SEQ"
    assert orders.randomizer == Randomizer("DFSHDC40", 3, 500, 300)
    assert [one.name for one in orders.groups] == ["A", "B"]
    assert orders.segments[1].logical_parent == ("PART", "VIRTUAL", "PARTS")
    assert orders.segments[1].in_logical_relationship
    assert orders.related == ("PARTS",)
    assert [one.group for one in groups.segments] == ["A", "B", "A"]
    assert groups.groups[1].free_space == (3, 20)
    key = groups.root.sequence
    assert key is not None
    assert (key.length, key.unique) == (4, True)


@pytest.mark.parametrize("name", definitions.DBD_SOURCE)
def test_both_readers_of_the_project_see_the_same_database(name: str) -> None:
    mine, theirs = read_dbd(definitions.DBD_SOURCE[name].format(blocks=40), name), definitions.dbd(name)
    assert (mine.name, mine.access, mine.method) == (theirs.name, theirs.access, theirs.method)
    assert [(one.name, one.parent, one.longest) for one in mine.segments] == [
        (one.name, one.parent, one.length) for one in theirs.segments
    ]
    for mine_one, theirs_one in zip(mine.segments, theirs.segments, strict=True):
        assert [(one.name, one.start, one.length, one.sequence) for one in mine_one.fields] == [
            (one.name, one.start, one.length, one.sequence) for one in theirs_one.fields
        ]
        assert ("TWINBWD" in mine_one.pointers) == theirs_one.twin_backward
        assert (mine_one.child_pointers == "DBLE") == theirs_one.last_child


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "said"),
    [
        ("PAYMENTS", "DBD   NAME=PAYMENT,", "DBD   NAME=1AYMENT,", 3, "CLN806E  DBD NAME=1AYMENT"),
        ("PAYMENTS", "(HIDAM,VSAM)", "(HIDAM,BSAM)", 4, "takes OSAM or VSAM"),
        ("PAYMENTS", "(HIDAM,VSAM)", "(HYDAM,VSAM)", 4, "takes one of HDAM"),
        ("PAYMENTS", "(PAYNO,SEQ,U)", "(PAYNO,SEK,U)", 10, "(name,SEQ,U)"),
        ("PAYMENTS", "SRCH=(HOLDER)", "SRCH=(OWNER)", 14, "CLN807E  XDFLD SRCH= names the field of SUMMARY OWNER"),
        ("PAYMENTS", "BYTES=(200,20)", "BYTES=(20,200)", 15, "above the longest"),
        ("PAYMENTS", "PARENT=((SUMMARY,))", "PARENT=((SUMNARY,))", 15, "segment SUMNARY, which is not defined"),
        ("PAYMENTS", "START=7,BYTES=20", "START=97,BYTES=20", 11, "the field ends at byte 116"),
        ("PAYMENTS", "POINTER=(TWINBWD)", "POINTER=(TWINBAK)", 9, "CLN806E  SEGM POINTER=(TWINBAK)"),
        ("PAYMENTS", "SCAN=3", "SKAN=3", 7, "CLN804E  DATASET has no keyword 'SKAN'"),
        ("PAYMENTS", "         DBDGEN", "         DBDGENN", 17, "CLN803E  DBDGENN"),
        ("PAYMENTS", "BYTES=8,TYPE=C", "BYTES=8,TYPE=Q", 16, "takes one of C, P, X, F, H"),
        ("PAYMENTS", "FIELD NAME=HOLDER", "FIELD NAME=PAYNO ", 11, "CLN808E  The field PAYNO"),
        ("PAYMENTS", "SEGM  NAME=DETAIL", "SEGM  NAME=SUMMARY", 15, "CLN808E  The segment SUMMARY"),
        ("PAYMENTS", "DD1=DDPAY,", "DD1=(DDPAY", 7, "CLN802E  Not a statement: a parenthesis is not closed"),
        ("PAYMENTS", "NULLVAL=C' '", "NULLVAL=C'  ", 14, "an apostrophe is not closed"),
        ("PAYMENTS", "               ACCESS", "              ACCESS ", 4, "columns 1 to 15 are not blank"),
        ("PAYMENTS", "               ACCESS=(HIDAM,VSAM),", "                ACCESS=HIDAM,      ", 4, "column 16"),
        ("PAYMENTS", "         PRINT", "\tPRINT", 2, "a tab"),
        ("AREAS", "ROOT=(20,5)", "ROOT=(20)  ", 2, "takes two numbers"),
        ("AREAS", "AREA  DD1=TELL2", "DATASET DD1=TELL2", 3, "CLN809E  DATASET cannot stand here"),
        ("AREAS", "BYTES=(100,20)", "BYTES=(1OO,20)", 4, "takes whole numbers"),
        ("AREAS", "SIZE=4096,", "", 2, "CLN805E  AREA needs SIZE="),
        ("ORDERS", "DSGROUP=B", "DSGROUP=K", 6, "takes one of A, B, C"),
        ("ORDERS", "PARENT=((ORDER,DBLE),(PART,V,PARTS))", "PARENT=0", 5, "ORDER is the root"),
        ("GROUPS", ",RMNAME=(DFSHDC40,2,40,500)", "", 1, "CLN805E  DBD needs RMNAME="),
        ("GROUPS", "DBD   NAME=(DEMODX)", "PRINT NAME=(DEMODX)", 2, "no DBD statement before it"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(name: str, old: str, new: str, line: int, said: str) -> None:
    text = SOURCES[name]
    assert old in text
    with pytest.raises(DbdRejected) as caught:
        read(text.replace(old, new, 1))
    assert any(said in str(one) and f"db.dbd line {line}." in str(one) for one in caught.value.problems), caught.value


def test_all_errors_of_a_source_are_shown_together() -> None:
    bad = PAYMENTS.replace("TYPE=P", "TYPE=Z").replace("TYPE=C", "TYPE=Y").replace("BYTES=100", "BYTES=AAA")
    with pytest.raises(DbdRejected) as caught:
        read(bad)
    assert len(caught.value.problems) == 3


def test_a_file_that_is_not_there_is_an_error_and_one_that_is_is_read(tmp_path: Path) -> None:
    with pytest.raises(DbdRejected, match="CLN801E"):
        load_dbd(tmp_path / "none.dbd")
    (tmp_path / "some.dbd").write_text(AREAS)
    assert load_dbd(tmp_path / "some.dbd").name == "TELLER"


def test_what_stands_where_a_line_is_broken_makes_no_difference() -> None:
    whole = source(
        "         DBD   NAME=D,ACCESS=HIDAM",
        "         DATASET DD1=D",
        "         SEGM  NAME=ROOT,BYTES=(120,40),PTR=(TB,CTR),COMPRTN=(PACK,KEY)",
    )
    broken = source(
        "         DBD   NAME=D,    HERE\\",
        "               ACCESS=HIDAM",
        "         DATASET DD1=D",
        "         SEGM  NAME=ROOT,BYTES=(120,\\",
        "               40),PTR=(TB,     AND THERE\\",
        "               CTR),COMPRTN=(PACK,KEY)  REMARK\\",
        "               MORE OF THE REMARK",
    )
    assert read(whole) == read(broken)


@given(column=st.integers(min_value=50, max_value=71))
def test_operands_that_run_to_column_71_go_on_in_column_16(column: int) -> None:
    head = "         SEGM  NAME=ROOT,BYTES=(120,40),PTR=(TB,CTR),COMPRTN=(PACKER,KEY,INIT),RULES=(LLL,HERE)"
    lines = ["         DBD   NAME=D,ACCESS=HIDAM", "         DATASET DD1=D"]
    cut = head[:71]
    text = source(*lines, cut + "\\", "               " + head[71:])
    assert read(text).root.rules == "LLL"
    comma = head.rfind(",", 0, column)
    assert read(source(*lines, head[: comma + 1] + "\\", "               " + head[comma + 1 :])) == read(text)


@pytest.mark.parametrize("name", SOURCES)
def test_a_definition_does_not_differ_from_itself_under_another_name(name: str) -> None:
    database = read(SOURCES[name])
    assert differences(database, replace(database, name="OTHER")) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "aspect", "where"),
    [
        ("PAYMENTS", "(HIDAM,VSAM)", "(HIDAM,OSAM)", Aspect.METHOD, "database"),
        ("PAYMENTS", "SIZE=(4096)", "SIZE=(8192)", Aspect.BLOCK, "data set group 1"),
        ("PAYMENTS", "BYTES=(200,20)", "BYTES=(201,20)", Aspect.LENGTH, "segment DETAIL"),
        ("PAYMENTS", "POINTER=(TWINBWD)", "POINTER=(TWIN)   ", Aspect.POINTERS, "segment SUMMARY"),
        ("PAYMENTS", "((SUMMARY,))", "((SUMMARY,DBLE))", Aspect.POINTERS, "segment DETAIL from its parent"),
        ("PAYMENTS", "(PACKER,DATA,INIT)", "(PICKER,DATA,INIT)", Aspect.COMPRESSION, "segment SUMMARY"),
        ("PAYMENTS", "EXIT=(CAPTURE,", "EXIT=(CAPTUR2,", Aspect.EXITS, "database"),
        ("PAYMENTS", "SUBSEQ=/SX1", "SUBSEQ=/CK1", Aspect.INDEXES, "XDFLD XHOLDER"),
        ("PAYMENTS", "NAME=DETAIL", "NAME=DETALL", Aspect.SEGMENTS, "segment 2"),
        ("PAYMENTS", "(ENTRY,SEQ,M)", "(ENTRY,SEQ,U)", Aspect.KEY, "segment DETAIL"),
        ("AREAS", "SIZE=8192", "SIZE=4096", Aspect.AREA, "area 2 TELL2 SIZE"),
        ("AREAS", "UOW=(10,2)", "UOW=(11,2)", Aspect.AREA, "area 1 TELL1 UOW"),
        ("AREAS", "ROOT=(20,5)", "ROOT=(21,5)", Aspect.AREA, "area 1 TELL1 ROOT"),
        ("AREAS", "DBFHDC40,2", "DBFHDC44,2", Aspect.RANDOMIZER, "RMNAME module"),
        ("ORDERS", "PSNAME=SELECT1", "PSNAME=SELECT2", Aspect.SELECTION, "PSNAME"),
        ("ORDERS", "DFSHDC40,3,500", "DFSHDC40,4,500", Aspect.RANDOMIZER, "RMNAME anchors"),
        ("ORDERS", "DFSHDC40,3,500", "DFSHDC40,3,501", Aspect.RANDOMIZER, "RMNAME highest block"),
        ("ORDERS", "DSGROUP=B", "DSGROUP=A", Aspect.GROUPS, "number"),
        ("ORDERS", "(PHDAM,OSAM)", "(PHIDAM,OSAM)", Aspect.TYPE, "database"),
        ("GROUPS", "A        DATASET\n", "B        DATASET\n", Aspect.GROUPS, "segment THIRD"),
    ],
)
def test_each_kind_of_difference_is_a_row(name: str, old: str, new: str, aspect: Aspect, where: str) -> None:
    text = SOURCES[name]
    assert old in text
    rows = differences(read(text), read(text.replace(old, new, 1)))
    assert (aspect, where) in [(row.aspect, row.where) for row in rows]
    assert all(row.source != row.target for row in rows)
