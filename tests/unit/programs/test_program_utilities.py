"""IEBGENER, IEBUPDTE, IEBCOPY, IEHLIST, ISRSUPC, BPXBATCH."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab import ebcdic
from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.programs.idcams.modal import Codes, Modal, ModalError
from zoslab.programs.iebcopy_statements import ControlError, Copy, Input, Selection, operations
from zoslab.programs.iehlist import parse as parse_iehlist
from zoslab.programs.iehlist import statements as iehlist_statements
from zoslab.programs.isrsupc import wanted
from zoslab.programs.statement_source import sources


def dd(name, dsname, disp="OLD"):
    return f"//{name} DD DISP={disp},DSN={dsname}"


def test_iebgener_copies_bytes_as_they_are_and_takes_over_attributes(lab):
    variable = DataSetAttributes("PS", "VB", 200, 2000)
    source = lab.system.datasets.create("IMSP.V", variable, Space("TRK", 1), ["IMSP01"])
    source.write([b"\0\x40\0", b"\x40"])
    new = "//SYSUT2 DD DSN=IMSP.NEW,DISP=(NEW,CATLG),\n// SPACE=(TRK,1),UNIT=3390,VOL=SER=IMSP01"
    code, out = lab.program("IEBGENER", "", dd("SYSUT1", "IMSP.V"), new)
    assert (code, "PROCESSING ENDED AT EOD" in out) == (0, True)
    made = lab.system.datasets.find("IMSP.NEW")
    assert (made.recfm, made.lrecl, list(made.records())) == ("VB", 200, [b"\0\x40\0", b"\x40"])
    assert lab.program("IEBGENER", " GENERATE MAXFLDS=1", dd("SYSUT1", "IMSP.V"), "//SYSUT2 DD DUMMY")[0] == 12


DECK = """\
./ REPL NAME=OLD,LIST=ALL
//OLD PROC
./*  NOT A STATEMENT
./ ADD NAME=NEW
//NEW PROC
./ ENDUP
"""


def test_iebupdte_replaces_and_adds_members(lab):
    pds = lab.library("IMSP.PROCLIB", OLD="//BEFORE", KEPT="//KEPT")
    control = DECK.replace("./*  NOT A STATEMENT\n", "\n")
    code, out = lab.program("IEBUPDTE", control, dd("SYSUT1", "IMSP.PROCLIB"), dd("SYSUT2", "IMSP.PROCLIB"), parm="MOD")
    assert code == 0, out
    assert lab.member(pds, "OLD") == ["//OLD PROC", ""]
    assert lab.member(pds, "NEW") == ["//NEW PROC"]
    assert lab.member(pds, "KEPT") == ["//KEPT"]
    assert "IEB817I MEMBER NAME (OLD     ) FOUND IN NM DIRECTORY. TTR IS NOW ALTERED." in out
    assert "IEB816I MEMBER NAME (NEW     ) NOT FOUND IN NM DIRECTORY. STOWED WITH TTR." in out


@pytest.mark.parametrize(
    ("control", "message"),
    [
        ("./ CHANGE NAME=OLD\n", "IEB802I"),
        ("./ REPL NAME=GONE\nX\n", "IEB807I MEMBER NOT FOUND: GONE"),
        ("./ ADD NAME=OLD\nX\n", "IEB808I"),
        ("./ REPL NAME=TOOLONGNAME\nX\n", "IEB806I"),
        ("./ REPL NAME=OLD,SSI=1\nX\n", "IEB803I"),
        ("STRAY\n./ REPL NAME=OLD\n", "IEB802I"),
    ],
)
def test_iebupdte_refuses_what_it_cannot_do(lab, control, message):
    pds = lab.library("IMSP.PROCLIB", OLD="//BEFORE")
    code, out = lab.program("IEBUPDTE", control, dd("SYSUT2", "IMSP.PROCLIB"))
    assert (code, message in out) == (12, True), out
    assert lab.member(pds, "OLD") == ["//BEFORE"]


def test_iebcopy_selects_renames_and_replaces(lab):
    source = lab.library("IMSP.FROM", A="NEW A", B="NEW B", C="NEW C")
    source.add_alias("ALIASC", "C")
    target = lab.library("IMSP.TO", A="OLD A", B="OLD B")
    control = " COPY OUTDD=OUT,INDD=IN\n SELECT MEMBER=(A,(B,,R),(C,D),\n               (ALIASC))"
    control = control.replace("(ALIASC)", "ALIASC")
    code, out = lab.program("IEBCOPY", control, dd("IN", "IMSP.FROM", "SHR"), dd("OUT", "IMSP.TO"))
    assert code == 0, out
    assert [lab.member(target, name) for name in ("A", "B", "D")] == [["OLD A"], ["NEW B"], ["NEW C"]]
    assert target.member("ALIASC").ttr == target.member("D").ttr
    assert "IEB154I B HAS BEEN SUCCESSFULLY COPIED" in out
    assert "IEB1098I 3 OF 4 MEMBERS COPIED FROM INPUT DATA SET REFERENCED BY IN" in out
    assert "IEB147I END OF JOB - 0 WAS HIGHEST SEVERITY CODE" in out


def test_iebcopy_copies_all_but_what_is_excluded_and_load_modules_still_load(lab):
    from zoslab.dasd.loadmodule import LoadModuleEntry, parse

    lab.modules("IMSP.MODS", ONE={"CODE": b"\x01" * 100}, TWO={"CODE": b"\x02" * 100})
    target = lab.modules("IMSP.COPY")
    dds = dd("SYSUT1", "IMSP.MODS", "SHR"), dd("SYSUT2", "IMSP.COPY")
    code, out = lab.program("IEBCOPY", " C I=SYSUT1,O=SYSUT2\n E M=TWO", *dds)
    assert (code, [member.name for member in target.members()]) == (0, ["ONE"]), out
    assert parse(target.blocks("ONE")).text("CODE") == b"\x01" * 100
    entry = LoadModuleEntry.of(target.member("ONE").user_data)
    assert entry.pds2ttrt[2] == target.member("ONE").ttr[1] + 4
    assert lab.program("IEBCOPY", "", *dds, parm="REPLACE")[0] == 0
    assert "TWO" in target


def test_iebcopy_compresses_in_place(lab):
    pds = lab.library("IMSP.LIB", A="A", B="B")
    for number in range(20):
        pds.write("A", [ebcdic.encode(f"{number}", 80)] * 30)
    before = pds._space.last
    code, out = lab.program("IEBCOPY", " COPY OUTDD=LIB,INDD=LIB", dd("LIB", "IMSP.LIB"))
    assert code == 0, out
    assert "IEB152I A HAS BEEN SUCCESSFULLY COMPRESSED" in out
    assert pds._space.last < before
    assert lab.member(pds, "A") == ["19"] * 30
    assert lab.member(pds, "B") == ["B"]


@pytest.mark.parametrize(
    ("control", "message"),
    [
        (" COPYGRP OUTDD=OUT,INDD=IN", "IEB101I COPYGRP"),
        (" COPY OUTDD=OUT", "IEB101I COPY NEEDS"),
        (" COPY OUTDD=OUT,INDD=IN,LIST=NO", "IEB101I OPERAND"),
        (" SELECT MEMBER=A", "IEB101I SELECT STANDS BEFORE COPY"),
        (" COPY OUTDD=OUT,INDD=IN\n SELECT MEMBER=NONE", "IEB177I NONE WAS SELECTED BUT NOT FOUND"),
        (" COPY OUTDD=GONE,INDD=IN", "DD STATEMENT MISSING"),
    ],
)
def test_iebcopy_refuses_what_it_cannot_do(lab, control, message):
    lab.library("IMSP.FROM", A="A")
    lab.library("IMSP.TO")
    code, out = lab.program("IEBCOPY", control, dd("IN", "IMSP.FROM"), dd("OUT", "IMSP.TO"))
    assert (code, message in out) == (8, True), out


NAMES = st.from_regex(r"[A-Z@#$][A-Z0-9@#$]{0,7}", fullmatch=True).filter(lambda name: name != "R")


@given(st.lists(st.tuples(NAMES, st.just("") | NAMES, st.booleans()), min_size=1, max_size=8), st.booleans())
def test_every_selection_that_can_be_written_is_read_back(members, replace):
    written = []
    for name, new, how in members:
        written.append(f"({name},{new},R)" if how else f"({name},{new})" if new else name)
    given_input = "((IN,R))" if replace else "IN"
    lines = [f"LABEL COPY OUTDD=OUT,INDD={given_input}", " SELECT MEMBER=("]
    lines = [lines[0], *(f"{' SELECT MEMBER=(' if at == 0 else '      '}{one}{',' if at + 1 < len(written) else ')'}"
                         for at, one in enumerate(written))]  # fmt: skip
    (copy,) = operations(lines)
    assert copy == Copy("OUT", (Input("IN", replace),), tuple(Selection(*member) for member in members))


@given(st.text(alphabet=" COPYINDDOUT=(),RSELECTMEMBER", max_size=60))
def test_any_iebcopy_text_is_understood_or_refused(text):
    with suppress(ControlError):
        assert all(copy.outdd and copy.inputs for copy in operations([text]))


def test_iehlist_lists_vtoc_and_directory(lab):
    lab.library("IMSP.PROCLIB", A="A", B="B")
    volume = "//V DD DISP=OLD,UNIT=3390,VOL=SER=IMSP01"
    code, out = lab.program("IEHLIST", " LISTVTOC FORMAT,VOL=3390=IMSP01", volume)
    assert code == 0, out
    assert "CONTENTS OF VTOC ON VOL IMSP01" in out
    assert re.search(r"^ IMSP.PROCLIB +IMSP01 +1  \d{4}\.\d{3}", out, re.MULTILINE)
    assert "EMPTY CYLINDERS PLUS" in out
    assert "SYS1.VVDS.VIMSP01" in lab.program("IEHLIST", " LISTVTOC VOL=3390=IMSP01", volume)[1]
    dump = lab.program("IEHLIST", " LISTVTOC DUMP,VOL=3390=IMSP01,DSNAME=IMSP.PROCLIB", volume)[1]
    assert "F1C9D4E2D7F0F1" in dump
    assert "UCAT.IMSP" not in dump
    code, out = lab.program("IEHLIST", " LISTPDS DSNAME=IMSP.PROCLIB,VOL=3390=IMSP01", volume)
    assert (code, "THIS DIRECTORY HAS 2 ENTRIES" in out) == (0, True)


def test_iehlist_lists_the_vtoc_index_behind_the_vtoc(lab):
    lab.library("IMSP.PROCLIB", A="A")
    volume = "//V DD DISP=OLD,UNIT=3390,VOL=SER=IMSP01"
    control = " LISTVTOC FORMAT,VOL=3390=IMSP01,INDEXDSN=SYS1.VTOCIX.IMSP01"
    code, out = lab.program("IEHLIST", control, volume)
    assert code == 0, out
    vtoc, index = out.split("CONTENTS OF VTOC INDEX SYS1.VTOCIX.IMSP01 ON VOL IMSP01")
    assert "BLANK DSCBS IN THE VTOC" in vtoc
    entry = lab.system.dasd.volume("IMSP01").vtoc.require("IMSP.PROCLIB")
    cc, hh, record = entry.cchhr[1], entry.cchhr[3], entry.cchhr[4]
    assert re.search(rf"^ IMSP.PROCLIB +{cc}-{hh}-{record}$", index, re.MULTILINE)
    assert "UNALLOCATED VIRS IN THE INDEX" in index
    code, out = lab.program("IEHLIST", control.replace("FORMAT", "DUMP"), volume)
    data = "".join(re.findall(r"^ +\d+  ([0-9A-F]+)$", out.split("VTOC INDEX")[1], re.MULTILINE))
    assert (code, ebcdic.encode("IMSP.PROCLIB").hex().upper() in data) == (0, True)


@pytest.mark.parametrize(
    "control",
    [
        " LISTCTLG VOL=3390=IMSP01",
        " LISTVTOC VOL=3390=NONE",
        " LISTVTOC VOL=3380=IMSP01",
        " LISTVTOC WHAT,VOL=3390=IMSP01",
        " LISTVTOC FORMAT,DUMP,VOL=3390=IMSP01",
        " LISTVTOC VOL=3390=IMSP01,INDEXDSN=SYS1.VTOCIX.IMSP01",
        " LISTVTOC FORMAT,VOL=3390=IMSP01,INDEXDSN=SYS1.VTOCIX.IMSP02",
        " LISTVTOC FORMAT,VOL=3390=IMSP01,INDEXDSN=UCAT.IMSP",
        " LISTVTOC VOL=3390=IMSP01,DSNAME=IMSP.NONE",
        " LISTPDS DSNAME=IMSP.NONE",
        " LISTVTOC",
    ],
)
def test_iehlist_refuses_with_a_message_and_goes_on(lab, control):
    code, out = lab.program(
        "IEHLIST", control + "\n LISTVTOC VOL=3390=IMSP01", "//V DD DISP=OLD,UNIT=3390,VOL=SER=IMSP01"
    )
    assert code == 8
    assert re.search(r"^ IEH10\dI", out, re.MULTILINE)
    assert "UCAT.IMSP" in out


def test_iehlist_statements_are_continued_and_carry_comments():
    cards = [" LISTVTOC FORMAT,VOL=3390=A  A COMMENT", " LISTVTOC DSNAME=(A.B,", "               A.C),VOL=3390=B"]
    first, second = iehlist_statements(iter(cards))
    assert parse_iehlist(first) == ("LISTVTOC", {"FORMAT": "", "VOL": "3390=A"})
    assert parse_iehlist(second) == ("LISTVTOC", {"DSNAME": "(A.B,A.C)", "VOL": "3390=B"})


def search(lab, control, parm="SRCHCMP,ANYC", dsname="IMSP.JCL"):
    return lab.program("ISRSUPC", control, dd("NEWDD", dsname, "SHR"), parm=parm, sysprint="OUTDD")


def test_a_search_lists_the_lines_and_counts_them(lab):
    lab.library("IMSP.JCL", A="//X DD DSN=imsp.a\n//Y DD DUMMY", B="NOTHING", C="IMSP")
    code, out = search(lab, " SRCHFOR 'IMSP'")
    assert code == 1
    assert [line.split()[0] for line in out.splitlines() if "STRING(S) FOUND" in line] == ["A", "C"]
    assert "       1  //X DD DSN=imsp.a" in out
    figures = out.split("LONGEST-LINE\n")[1]
    assert figures.split()[:4] == ["2", "4", "2", "3"]
    assert search(lab, " SRCHFOR 'ELSE'")[0] == 0
    assert search(lab, " SRCHFOR 'Imsp'", parm="SRCHCMP")[0] == 0


@pytest.mark.parametrize(
    ("statements", "line", "found"),
    [
        (["SRCHFOR 'IMSP',W"], "A IMSP B", True),
        (["SRCHFOR 'IMSP',W"], "A IMSP1 B", False),
        (["SRCHFOR 'IMSP',P"], "IMSP1", True),
        (["SRCHFOR 'IMSP',P"], "XIMSP", False),
        (["SRCHFOR 'IMSP',S"], "XIMSP", True),
        (["SRCHFOR 'A'", "SRCHFORC 'B'"], "A ONLY", False),
        (["SRCHFOR 'A'", "SRCHFORC 'B'"], "A AND B", True),
        (["SRCHFOR 'A'", "SRCHFOR 'B'"], "B", True),
        (["SRCHFOR 'IT''S'"], "IT'S", True),
    ],
)
def test_a_string_may_be_a_word_and_need_another(statements, line, found):
    groups = wanted(statements, any_case=False)
    assert any(all(pattern.search(line) for pattern in group) for group in groups) is found


@pytest.mark.parametrize(("control", "parm"), [(" SRCHFOR X", "SRCHCMP"), ("", "SRCHCMP"), (" SRCHFOR 'A'", "DELTAL")])
def test_a_comparison_or_a_bad_statement_is_refused(lab, control, parm):
    lab.library("IMSP.JCL", A="A")
    assert search(lab, control, parm)[0] == 16


def shell(lab, parm):
    job = lab.run(f"//S EXEC PGM=BPXBATCH,PARM='{parm}'\n//STDOUT DD SYSOUT=*\n//STDERR DD SYSOUT=*")
    return job.steps[0], lab.output(job, "STDOUT"), lab.output(job, "STDERR")


def test_bpxbatch_sleeps_says_and_refuses(lab):
    started = time.monotonic()
    assert shell(lab, "SH sleep 0.2")[0].code == 0
    assert time.monotonic() - started >= 0.2
    assert shell(lab, "SH echo hello  world")[1] == "hello world"
    step, _, errors = shell(lab, "SH rm -rf /")
    assert (step.completion, "FSUM7351 not found" in errors) == ("CC 3840", True)
    assert shell(lab, 'SH echo "open')[0].code == 256
    assert shell(lab, "PGM /bin/sh")[0].code == 256


def test_a_sleep_ends_when_the_job_is_cancelled(lab):
    jobid = lab.system.jes.submit("//WATCH JOB (A)\n//S EXEC PGM=BPXBATCH,PARM='SH sleep 60'\n", "IBMUSER")
    while lab.system.jes.job(jobid).status != "ACTIVE":
        time.sleep(0.01)
    lab.system.jes.cancel(jobid)
    assert lab.system.jes.wait(jobid, 5).status == "OUTPUT"


@given(
    st.lists(st.sampled_from(["IF LASTCC = 0 THEN", "IF MAXCC > 4 THEN", "ELSE", "DO", "END", "SET MAXCC = 4", "X"]))
)
def test_any_order_of_modal_commands_is_run_or_refused(words):
    modal = Modal(Codes())
    for word in words:
        for source in sources([f" {word}"]):
            try:
                remainder = modal.remainder(source)
            except ModalError:
                return
            assert remainder is None or "X" in remainder[0]
