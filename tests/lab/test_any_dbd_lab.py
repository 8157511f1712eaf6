"""DBD source as shops write it, never seen before: from the text to checked data on a volume and to a checked clone.

The DBDs are our own; each has the style and the oddities of a kind of published source.
"""

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import Volume
from zoslab.datasets import DataManagement
from zoslab.ims import acb, dbdgen
from zoslab.ims.dbd_report import report
from zoslab.ims.errors import DatabaseUnavailable
from zoslab.ims.macros import SourceError

_spec = importlib.util.spec_from_file_location("any_dbd", Path(__file__).with_name("any_dbd.py"))
any_dbd = importlib.util.module_from_spec(_spec)
sys.modules["any_dbd"] = any_dbd
_spec.loader.exec_module(any_dbd)

GENERATED_BY_A_TOOL = """\
***********************************************************************
* FLIGHTS - ONE OPERAND A LINE, MARK C, NAMES FOR JAVA
***********************************************************************

      DBD   NAME=FLIGHT,                                               C
               ENCODING=Cp1047,                                        C
               ACCESS=(HDAM,OSAM),                                     C
               RMNAME=(DFSHDC40,50,10),                                C
               PASSWD=NO

      DATASET  DD1=FLIGHT,                                             C
               DEVICE=3390,                                            C
               SIZE=(2048),                                            C
               SCAN=0


      SEGM  NAME=FLIGHT,                                               C
               EXTERNALNAME=SCHEDULEDFLIGHT,                           C
               PARENT=0,                                               C
               BYTES=(56),                                             C
               RULES=(LLL,HERE)

      FIELD NAME=(FLTID,SEQ,U),                                        C
               BYTES=8,                                                C
               START=1,                                                C
               TYPE=C,                                                 C
               DATATYPE=LONG

      FIELD NAME=DEPARTS,                                              C
               BYTES=23,                                               C
               START=9,                                                C
               TYPE=C,                                                 C
               DATATYPE=TIMESTAMP

      DFSMARSH INTERNALTYPECONVERTER=CHAR,                             C
               PATTERN='yyyy-MM-dd HH:mm:ss.SSS'

      FIELD EXTERNALNAME=FARES,                                        C
               BYTES=24,                                               C
               START=33,                                               C
               DATATYPE=ARRAY,                                         C
               MINOCCURS=3,                                            C
               MAXOCCURS=3
      FIELD EXTERNALNAME=FARE,                                         C
               BYTES=8,                                                C
               RELSTART=1,                                             C
               DATATYPE=DECIMAL(15,2),                                 C
               PARENT=FARES
      DFSMARSH ,                                                       C
               INTERNALTYPECONVERTER=ZONEDDECIMAL,                     C
               ISSIGNED=N
      DBDGEN
      FINISH
      END
"""
CARDS = """\
       TITLE 'LOANS:   NUMBERED CARDS, REMARKS BEHIND OPERANDS'         00010000
*                                                                       00020000
         DBD   NAME=LOAN,ACCESS=HIDAM                                   00030000
         DATASET DD1=LOANDD,DEVICE=3390,SIZE=4096                       00040000
*                                                                       00050000
         SEGM  NAME=LOAN,PARENT=0,PTR=(TB,CTR),BYTES=200                00060000
         FIELD NAME=(LOANNO,SEQ,U),BYTES=006,START=00001,TYPE=P         00070000
         LCHILD NAME=(LOANIX,LOANX),PTR=INDX,RULES=LAST                 00080000
*                                                                       00090000
         SEGM  NAME=PAYMENT,PARENT=((LOAN,)),BYTES=40                   00100000
         FIELD NAME=(PAYDAY,SEQ,U),BYTES=8,START=1                      00110000
         SEGM  NAME=NOTE,PARENT=PAYMENT,BYTES=120                       00120000
*                                                                       00130000
         SEGM  NAME=LETTER,PARENT=((LOAN)),                            *00140000
               BYTES=1200,RULES=(LLL,FIRST)     LATEST LETTER FIRST     00150000
*                                                                       00160000
         DBDGEN                                                         00170000
         FINISH                                                         00180000
         END                                                            00190000
"""
CARDS_INDEX = """\
         DBD   NAME=(LOANX),                                           X00010000
               ACCESS=(INDEX,VSAM,PROT),                               X00020000
               PASSWD=NO,                                              X00030000
               DATXEXIT=NO                                              00040000
         DATASET DD1=LOANX,                                            X00050000
               DEVICE=3390,                                            X00060000
               SIZE=(4096)                                              00070000
         SEGM  NAME=LOANIX,PARENT=0,BYTES=6,FREQ=100000                 00080000
         FIELD NAME=(LOANIXK,SEQ,U),BYTES=6,START=1,TYPE=P              00090000
         LCHILD NAME=(LOAN,LOAN),                                      X00100000
               POINTER=SNGL,                                           X00110000
               INDEX=LOANNO                                             00120000
         DBDGEN                                                         00130000
         FINISH                                                         00140000
         END                                                            00150000
"""
LABELLED = """\
         PRINT   NOGEN
       DBD     NAME=WAREHSE,ACCESS=(HIDAM,VSAM),PASSWD=NO,             C
               EXIT=(*,KEY,DATA,NOPATH,(NOCASCADE),LOG),               C
               VERSION=             DATE 08/22/21 TIME 05.35
DSG001 DATASET DD1=WAREDD1,SIZE=(2048),SCAN=3,FRSPC=(0,10)
       SEGM    NAME=PART,PARENT=0,BYTES=100,RULES=(,HERE),             X
               POINTER=(TWINBWD)
       FIELD   NAME=(PARTNO,SEQ,U),START=1,BYTES=17,TYPE=C
       LCHILD  NAME=(PARTIX,WAREX),                                    X
               POINTER=INDX
DSG002 DATASET DD1=WAREDD2,SIZE=(4096)
       SEGM    NAME=STOCK,PARENT=((PART,DBLE)),BYTES=160,FREQ=2
       FIELD   NAME=(PLACE,SEQ),START=1,BYTES=16,TYPE=C
       SEGM    NAME=COUNT,PARENT=STOCK,BYTES=25,FREQ=1
       FIELD   NAME=(DAY,SEQ,M),START=1,BYTES=2,TYPE=X
DSG001 DATASET
       SEGM    NAME=ORDERED,PARENT=((PART,SNGL)),BYTES=75,FREQ=0
       FIELD   NAME=(ORDERNO,SEQ),START=1,BYTES=10,TYPE=Z
       DBDGEN
       FINISH
       END
"""
INDEXED = """\
*  CLAIMS, FOUND BY ADJUSTER AND BY TOWN
         DBD   NAME=CLAIMS,ACCESS=(HDAM,VSAM),                         X
               RMNAME=(DFSHDC40,5,50,824)
         DATASET DD1=CLMDB01,DEVICE=3390,SIZE=(4096),SCAN=3
*
         SEGM  NAME=CLAIM,PARENT=0,BYTES=65
         FIELD NAME=(CLMKEY,SEQ,U),BYTES=10,START=1,TYPE=C
         FIELD NAME=CLMADJR,BYTES=8,START=50,TYPE=C
         FIELD NAME=/SX1,BYTES=4
         LCHILD NAME=(ADJSEG,CLMADJX),POINTER=INDX
         XDFLD NAME=XADJR,SRCH=CLMADJR,SUBSEQ=CLMKEY
         LCHILD NAME=(TOWNSEG,CLMTOWX),PTR=INDX
         XDFLD NAME=XTOWN,SEGMENT=PARTY,SRCH=(TOWN,PARTYNO),           X
               NULLVAL=BLANK
         SEGM  NAME=PARTY,PARENT=CLAIM,BYTES=(90,40),RULES=(LLL,LAST)
         FIELD NAME=(PARTYNO,SEQ,U),BYTES=4,START=3,TYPE=C
         FIELD NAME=TOWN,BYTES=20,START=7,TYPE=C
         DBDGEN
         FINISH
         END
"""
PARTITIONED = """\
    DBD      NAME=POLICY,ACCESS=(PHIDAM,OSAM),DATXEXIT=NO
    SEGM     NAME=POLICY,PARENT=0,BYTES=(120,24),DSGROUP=A
    FIELD    NAME=(POLNO,SEQ,U),START=3,BYTES=10,TYPE=C
    FIELD    NAME=AGENT,START=13,BYTES=6,TYPE=C
    LCHILD   NAME=(AGENTSG,POLAGX),PTR=INDX
    XDFLD    NAME=XAGENT,SRCH=AGENT,SUBSEQ=POLNO
    SEGM     NAME=COVER,PARENT=POLICY,BYTES=60,DSGROUP=B,PTR=TB
    FIELD    NAME=(COVERNO,SEQ,U),START=1,BYTES=2,TYPE=P
    SEGM     NAME=CLAUSE,PARENT=COVER,BYTES=(400,10),DSGROUP=B
    DBDGEN
    FINISH
    END
"""
HASHED = """\
   DBD      NAME=TICKET,                                               C
               ACCESS=(PHDAM,OSAM),                                    C
               RMNAME=(DFSHDC20,3,30,250),                             C
               PASSWD=NO
   SEGM     NAME=TICKET,                                               C
               PARENT=0,                                               C
               BYTES=30
   FIELD    NAME=(TICKNO,SEQ,U),BYTES=8,START=1
   SEGM     NAME=TRIP,PARENT=((TICKET,DBLE)),BYTES=44,PTR=(T)
   DBDGEN
   END
"""
AREAS = """\
         DBD   NAME=BRANCH,ACCESS=DEDB,RMNAME=DBFHDC40
         AREA  DD1=BRANCH1,DEVICE=3390,SIZE=1024,UOW=(10,3),           X
               ROOT=(12,4)
         AREA  DD1=BRANCH2,DEVICE=3390,SIZE=2048,UOW=(6,2),ROOT=(10,3)
         SEGM  NAME=BRANCH,PARENT=0,BYTES=(90,30)
         FIELD NAME=(BRNO,SEQ,U),BYTES=6,START=3,TYPE=C
         SEGM  NAME=SALE,PARENT=BRANCH,BYTES=(60,12)
         FIELD NAME=(SALENO,SEQ,U),BYTES=4,START=3,TYPE=X
         SEGM  NAME=ITEM,PARENT=SALE,BYTES=(40,8)
         DBDGEN
         FINISH
         END
"""
TWO_DATASETS_NO_LABELS = """\
         DBD   NAME=CDE,ACCESS=HDAM,RMNAME=(DFSHDC40,2,20,500)
         DATASET DD1=CDED1,DEVICE=3350,FRSPC=(99,10),BLOCK=2048,SCAN=0
         SEGM  NAME=R,PARENT=0,BYTES=20
         FIELD NAME=(K,SEQ,U),BYTES=4,START=1
         DATASET DD1=CDED2,                                            *00720000
               DEVICE=3350,FRSPC=(99,10),BLOCK=6140,SCAN=0              00730000
         SEGM  NAME=C,PARENT=R,BYTES=20
         DBDGEN
"""
LOADABLE = {
    "one operand a line": (GENERATED_BY_A_TOOL,),
    "numbered cards": (CARDS, CARDS_INDEX),
    "labelled data set groups": (LABELLED,),
    "secondary indexes": (INDEXED,),
    "partitions": (PARTITIONED,),
    "hashed partitions": (HASHED,),
    "areas": (AREAS,),
    "remarks and old devices": (TWO_DATASETS_NO_LABELS,),
}
READ_ONLY = {
    "GSAM": """\
*        IMS VERSION 15.1
       DBD     NAME=EXTRACT,ACCESS=(GSAM,BSAM),PASSWD=NO,              C
               VERSION=             DATE 08/22/21 TIME 05.35
DSG001 DATASET DD1=EXTIN,DD2=EXTOUT,RECORD=(200),RECFM=F
       DBDGEN
       FINISH
       END
""",
    "HISAM": """\
         DBD   NAME=PARTS,ACCESS=(HISAM,VSAM)
      DATASET  DD1=PARTS,DEVICE=3380,OVFLW=PARTSO,                     X
               SIZE=(2048,2048),RECORD=(678,678)
      SEGM     NAME=ROOT,PARENT=0,BYTES=50,FREQ=250,                   X
               EXIT=(*,NOKEY,DATA,NOPATH,(NOCASCADE))
      FIELD    NAME=(KEY,SEQ),TYPE=C,BYTES=17,START=1
      DBDGEN
""",
}


@pytest.fixture
def volumes(tmp_path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as dasd:
        for devno, volser in enumerate(["LABRES", "IMSP01"], 0xA00):
            device = dasd.define(devno, Geometry("3390", 60))
            Volume.init(device, volser, vtoc_tracks=5, index_tracks=5)
            dasd.vary_online(devno)
        yield dasd, DataManagement(dasd, CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES"))


@pytest.mark.parametrize("texts", LOADABLE.values(), ids=LOADABLE)
def test_a_database_is_defined_loaded_checked_and_cloned_from_its_source_alone(volumes, texts):
    proof = any_dbd.prove(*volumes, *texts)
    assert proof.inserted == proof.found == proof.copied
    assert all(proof.inserted.values())


@pytest.mark.parametrize("text", READ_ONLY.values(), ids=READ_ONLY)
def test_an_organisation_that_holds_no_segments_here_is_read_but_not_opened(volumes, text):
    proof = any_dbd.prove(*volumes, text)
    assert proof.inserted == {}
    database = any_dbd.Given(volumes[1], proof.dbd, {}, "NEW", "IMSP01")
    database.allocate = None
    with pytest.raises(DatabaseUnavailable, match="CANNOT BE OPENED"):
        any_dbd.Assembly({proof.dbd.name: proof.dbd}, [], any_dbd.Engine.unlogged()).database(proof.dbd.name)


def test_the_proof_can_fail(volumes, monkeypatch):
    """A byte that is wrong on the volume is found: the checker really reads what was loaded."""
    _, datasets = volumes
    database = any_dbd.Given(datasets, dbdgen.generate(HASHED.splitlines()), {}, "NEW", "IMSP01")
    database.allocate()
    database.load(20)
    space = datasets.find("NEW.TICKET.A00001").space
    records = space.read(0)
    place = next(number for number, one in enumerate(records) if number and any(one.data[4:8]))
    block = records[place].data
    broken = type(records[place])(records[place].number, records[place].key, block[:4] + b"\0\1\2\3" + block[8:])
    space.write(0, [*records[:place], broken, *records[place + 1 :]])
    with pytest.raises(AssertionError):
        database.check()


REFUSED = [
    (CARDS, "PTR=(TB,CTR)", "PTR=(TB,LPARNT)", 6, "LPARNT is not supported"),
    (CARDS, "PARENT=((LOAN,))", "PARENT=((LOAN,),(PERSON,PHYSICAL,PERSDB))", 10, "logical parents are not supported"),
    (CARDS, "PTR=INDX,RULES=LAST", "PTR=DBLE,RULES=LAST", 8, "logical relationships are not supported"),
    (INDEXED, "BYTES=4,START=3,TYPE=C", "BYTES=4,START=1,TYPE=C", 16, "expected START=3 or more"),
    (INDEXED, "BYTES=65", "BYTES=65,COMPRTN=DFSCMPX0", 6, "COMPRTN= is not supported"),
    (AREAS, "UOW=(10,3)", "UOW=(10,10)", 2, "expected UOW=(control intervals,overflow)"),
    (AREAS, "ACCESS=DEDB", "ACCESS=DEBD", 1, "expected ACCESS=HDAM|"),
    (LABELLED, "POINTER=INDX", "POINTER=INDEX", 9, "expected INDX"),
    (GENERATED_BY_A_TOOL, "BYTES=(56)", "BYTES=(FIFTYSIX)", 17, "takes a number, found FIFTYSIX"),
]


@pytest.mark.parametrize(("text", "old", "new", "number", "said"), REFUSED, ids=[one[4] for one in REFUSED])
def test_what_cannot_be_had_is_refused_with_its_line(text, old, new, number, said):
    changed = text.replace(old, new, 1)
    assert changed != text
    with pytest.raises(SourceError) as raised:
        dbdgen.generate(wide(changed))
    assert raised.value.line == number
    assert said in str(raised.value)


def wide(text):
    """Return lines; one that a change made too long goes on in the next."""
    lines = []
    for line in text.splitlines():
        head, mark = line[:71].rstrip(), line[71:72].strip()
        if len(line.rstrip()) > 72 and not line[72:80].strip().isdigit() and "," in line[:71]:
            at = line.rindex(",", 0, 71) + 1
            lines += [line[:at].ljust(71) + "X", " " * 15 + line[at:].strip()]
        else:
            lines.append(head.ljust(71) + mark if mark else head)
    return lines


ALL = [text for texts in LOADABLE.values() for text in texts] + list(READ_ONLY.values())
CHARACTERS = " ,()='*XC019ABZ-/$"


@st.composite
def mutations(draw):
    """Return a DBD whose source was damaged in a few places."""
    lines = draw(st.sampled_from(ALL)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["drop line", "twice", "character", "cut", "blank column", "swap"]))
        line = lines[number]
        if kind == "drop line" and len(lines) > 1:
            del lines[number]
        elif kind == "twice":
            lines.insert(number, line)
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[number], lines[other] = lines[other], lines[number]
        elif kind == "cut":
            lines[number] = line[: draw(st.integers(0, 80))]
        else:
            at = draw(st.integers(0, max(len(line) - 1, 0)))
            wrong = " " if kind == "blank column" else draw(st.sampled_from(CHARACTERS))
            lines[number] = line[:at] + wrong + line[at + 1 :]
    return lines


def read(lines):
    """Return the database, or the line that is refused."""
    try:
        return dbdgen.generate(lines), 0
    except SourceError as refused:
        return None, refused.line if str(refused).startswith(f"LINE {refused.line}: ") else 0


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations())
def test_damaged_source_is_read_or_refused_with_its_line_and_nothing_else(lines):
    dbd, line = read(lines)
    if dbd is None:
        assert 1 <= line <= len(lines) + 1
        return
    assert acb.parse_dmb(acb.build_dmb(dbd)) == dbd
    assert report(dbd)[0].startswith(f"DBD {dbd.name}")


@given(st.sampled_from(ALL), st.integers(0, 3))
def test_sequence_numbers_comments_and_blank_lines_change_nothing(text, style):
    lines = text.splitlines()
    if style == 1:
        lines = [line[:72].ljust(72) + f"{number:08}" for number, line in enumerate(lines, 1)]
    if style == 2:
        lines = ["* A COMMENT", "", *lines, "", ".* ANOTHER"]
    if style == 3:
        lines = [line + "\n" for line in lines]
    assert dbdgen.generate(lines) == dbdgen.generate(text.splitlines())
