"""Templates render to cards that z/OS reads as meant, and nothing a user types starts a statement of its own."""

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imsclone.jcl import Card, JobHeader, job_name, render, values_of
from imsclone.jcl.card import control, keyword, quoted, statement
from imsclone.jcl.errors import (
    CharacterRefused,
    JclError,
    LineStray,
    LineTooLong,
    TemplateBroken,
    TemplateMissing,
    TextRefused,
    UntypedValue,
    ValueMissing,
    WordTooLong,
)
from imsclone.jcl.render import FOLDER
from imsclone.masks import RenameMask
from imsclone.names import CardText, DataSetName, ImsId, JobName, MemberName, UnitAddress, Volser
from imsclone.zosmf import JobCard, correlator

TEMPLATES = sorted(path.name for path in FOLDER.glob("[!_]*.jcl"))
NAMES = ("CLNCOPY", "REPLICATE", "qa1")


@dataclass(frozen=True)
class Pair:
    source: Volser
    target: Volser
    target_unit: UnitAddress
    staging: Volser
    sms: bool = False


def header(card=None, environment="qa1"):
    return JobHeader(
        JobName("CLNCOPY"),
        correlator("d", "r", "replicate"),
        card or JobCard(),
        CardText("REPLICATE"),
        CardText(environment),
    )


def pair(number):
    return Pair(
        Volser(f"IMSP{number:02}"),
        Volser(f"IMST{number:02}"),
        UnitAddress(f"{0xA00 + number:04X}"),
        Volser(f"IMSS{number:02}"),
        number % 2 == 0,
    )


def values(volumes=6, **more):
    pairs = [pair(number) for number in range(1, volumes + 1)]
    catalog = SimpleNamespace(
        source=DataSetName("UCAT.IMSP"),
        target=DataSetName("UCAT.IMST"),
        target_volser=Volser("IMST01"),
        target_aliases=(DataSetName("IMST"),),
    )
    cluster = SimpleNamespace(
        name=DataSetName("IMST.RECON1"),
        data=DataSetName("IMST.RECON1.DATA"),
        index=DataSetName("IMST.RECON1.INDEX"),
        organization="INDEXED",
        volsers=(Volser("IMST01"),),
        catalog=DataSetName("UCAT.IMST"),
    )
    return {
        "job": header(),
        "pairs": pairs,
        "all_pairs": pairs,
        "excluded": {one.target: [DataSetName("UCAT.IMSP")] for one in pairs},
        "later": [SimpleNamespace(name=DataSetName("IMSP.WIDE"), staging=Volser("IMSS02"), target=Volser("IMST02"))],
        "groups": [
            SimpleNamespace(
                name=DataSetName("IMST.SLDS"), limit=7, scratch=True, empty=False, catalog=DataSetName("UCAT.IMST")
            )
        ],
        "nonvsam": [
            SimpleNamespace(
                name=DataSetName("IMST.WIDE"),
                volsers=(Volser("IMST01"), Volser("IMST02")),
                catalog=DataSetName("UCAT.IMST"),
            )
        ],
        "vtoc_tracks": 14,
        "index_tracks": 15,
        "names": [DataSetName("UCAT.IMSP"), DataSetName("UCAT.OTHER")],
        "volsers": [one.target for one in pairs],
        "storage_groups": [],
        "imsids": [ImsId("IMSP")],
        "imsid": ImsId("IMST"),
        "readers": [(MemberName("READ"), None)],
        "timeout": 5,
        "seconds": 30,
        "wait": 30,
        "copy_mode": "nocopy",
        "consistency": "suspend",
        "steplib": [DataSetName("IMSP.SDFSRESL")],
        "backups": [SimpleNamespace(catalog=DataSetName("UCAT.IMSP"), dsname=DataSetName("CLONE.QA1.BACKUP1"))],
        "work_volume": Volser("LABWK1"),
        "catalogs": [catalog],
        "all_catalogs": [catalog],
        "masks": [RenameMask("IMSP.** -> IMST.**")],
        "policies": SimpleNamespace(unmatched="fail", orphans="keep", gdg="rename"),
        "simulate": False,
        "clusters": [cluster],
        "databases": [SimpleNamespace(target=DataSetName("IMST.DB.CUSTX"))],
        "device_type": 3390,
        "indexes": {pairs[0].target: DataSetName("SYS1.VTOCIX.IMST01")},
        "recon": [DataSetName(f"IMST.RECON{number}") for number in (1, 2, 3)],
        "dbdlib": [DataSetName("IMST.DBDLIB")],
        "commands": [SimpleNamespace(card=Card(" CHANGE.RECON SSID(IMST)"))],
        "checked": [MemberName("HIST")],
        "libraries": [DataSetName("IMST.PROCLIB"), DataSetName("IMST.JOBS")],
        "library": DataSetName("IMST.PROCLIB"),
        "words": [ImsId("IMSP"), Volser("IMSP01")],
        "deck": SimpleNamespace(delimiter=Card("@@"), cards=(Card("./ REPL NAME=IMST"), Card("//IMST PROC"), Card(""))),
        "members": [MemberName("RECON1")],
        "zaps": [SimpleNamespace(cards=(Card(" NAME RECON1 RECON1"), Card(" VER 000000 C1"), Card(" REP 000000 C2")))],
        "dsname": DataSetName("CLONE.QA1.DCOUT"),
        "imsplex": MemberName("PLEX1"),
        "psb": MemberName("BANKPSB"),
        "program": MemberName("BANKREAD"),
        "acblib": [DataSetName("IMST.ACBLIB")],
        "data_sets": [(DataSetName("IMST.DB.HIST.A00001"), 0)],
        "image_copies": [
            SimpleNamespace(statement=Card("D1 ACCT     ACCT     "), output=DataSetName("CLONE.IMST.IC.ACCT"))
        ],
        "unloads": [SimpleNamespace(database=MemberName("ACCT"), output=DataSetName("CLONE.IMST.UNLOAD.ACCT"))],
        "route": [ImsId("IMSP"), ImsId("IMSQ")],
        "command": Card(" QUERY DB NAME(*)"),
        "held": True,
        "hold": Card(" UPDATE DB NAME(ACCT) STOP(ACCESS)"),
        "release": Card(" UPDATE DB NAME(ACCT) START(ACCESS)"),
        "database": MemberName("ACCT"),
        "output": DataSetName("CLONE.IMST.MSK0A1B2.ACCT.UNMASKED"),
        "unload": DataSetName("CLONE.IMST.MSK0A1B2.ACCT.MASKED"),
        "builds": [Card("BLD_PRIMARY,CUST")],
        "scanned": [(DataSetName("IMST.DB.CUSTX"), DataSetName("CLONE.IMST.MSK0A1B2.S0000001.TOSCAN"))],
        "cylinders": 10,
        "mover": "dss",
        "source_acblib": [DataSetName("IMSP.ACBLIB"), DataSetName("IMSP.ACBLIB2")],
        "logs": [DataSetName("IMSP.SLDS.G0001V00"), DataSetName("IMSP.SLDS.G0002V00")],
        "recoveries": [
            SimpleNamespace(
                statement=Card("S  ACCT     ACCT     2026.325 03:46:00.000000 +00:00"),
                database=MemberName(name),
                ddname=MemberName(name),
                dsname=DataSetName(f"IMST.DB.{name}"),
                partition=partition,
                image=DataSetName("IMSP.IC.HISTAA") if partition else None,
                accumulation=DataSetName("IMSP.CA.BANK") if partition else None,
            )
            for name, partition in (("ACCT", False), ("HISTA", True))
        ],
        "rebuilds": [
            SimpleNamespace(database=MemberName("HIST"), partitions=("HISTA",), statement=Card("PARTITION=HISTA")),
            SimpleNamespace(database=MemberName("CUST"), partitions=(), statement=Card(" INPUT IBSCAN")),
        ],
        "member_copies": [
            SimpleNamespace(
                source=DataSetName("IMSP.ACBLIB"), target=DataSetName("IMST.ACBLIB"), members=[MemberName("ACCT")]
            )
        ],
        "module_copies": [
            SimpleNamespace(
                source=DataSetName("IMSP.MDALIB"),
                target=DataSetName("IMST.MDALIB"),
                members=[MemberName("ACCT")],
                zaps=[SimpleNamespace(cards=(Card(" NAME ACCT ACCT"), Card(" VER 000022 C1"), Card(" REP 000022 C2")))],
            )
        ],
        "copies": [Card(" COPY DATASET(INCLUDE(IMSP.DB.ACCT)) OUTDYNAM((IMST05))")],
    } | more


def rendered(template, **more):
    given_values = values(**more)
    if template == "ims_commands.jcl":
        given_values["commands"] = [CardText("/DIS ACT")]
    if template in ("image_copy.jcl", "pointer_check.jcl", "unload.jcl"):
        given_values["databases"] = [MemberName("ACCT"), MemberName("HIST")]
    wanted = values_of(template)
    assert wanted <= set(given_values), wanted - set(given_values)
    return render(template, **{name: given_values[name] for name in wanted})


def statements(jcl):
    """Return the operations of a job in order, as a reader finds them: in-stream data is no statement."""
    found, end = [], ""
    for line in jcl.splitlines():
        if end:
            if line.startswith(end) or (end == "/*" and line.startswith("//")):
                end = ""
            else:
                continue
        if line.startswith("//*") or not line.startswith("//"):
            continue
        named = re.match(r"//(\S*)\s+(JOB|EXEC|DD)\s+(\S+)", line)
        if named:
            found.append((named[1], named[2]))
            if named[2] == "DD" and named[3].split(",")[0] in ("*", "DATA"):
                end = (re.findall(r"DLM=(\S+)", line) or ["/*"])[0]
    return found


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("volumes", [1, 6, 99])
def test_every_template_renders_to_cards_of_71_columns(template, volumes):
    jcl = rendered(template, volumes=volumes)
    assert max(len(line) for line in jcl.splitlines()) <= 71
    assert statements(jcl)[0] == ("CLNCOPY", "JOB")
    assert [operation for _, operation in statements(jcl)].count("JOB") == 1
    assert "{" not in jcl
    assert "%" not in jcl


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_tells_a_dba_what_it_does_and_whose_job_it_is(template):
    jcl = rendered(template)
    assert "//* IMSCLONE REPLICATE" in jcl
    assert "//* FOR qa1" in jcl
    assert f"//* CORRELATOR {correlator('d', 'r', 'replicate')}" in jcl
    assert sum(line.startswith("//* ") for line in jcl.splitlines()) >= 4
    assert "Values: " in (FOLDER / template).read_text().split("#}")[0]


def test_the_source_is_resumed_in_the_same_job_whatever_happened():
    jcl = rendered("replicate_suspend.jcl")
    steps = [name for name, operation in statements(jcl) if operation == "EXEC"]
    assert steps == ["SUSPEND", "COPY", "RESUME"]
    assert "//COPY     EXEC PGM=ADRDSSU,COND=(0,NE,SUSPEND)" in jcl
    assert "//RESUME   EXEC PGM=IMSSUSPD,COND=EVEN" in jcl
    assert jcl.count("FASTREPLICATION(REQUIRED) FCNOCOPY") == 6
    assert "FCCGFREEZE" not in jcl


def test_a_frozen_group_is_thawed_in_the_same_job_whatever_happened():
    jcl = rendered("replicate_freeze.jcl")
    assert jcl.count("FCCGFREEZE") == 6
    assert "//THAW     EXEC PGM=ADRDSSU,COND=EVEN" in jcl
    assert "CGCREATED FCCGVERIFY(IMSP01)" in jcl


@pytest.mark.parametrize("template", ["resume.jcl", "watchdog.jcl"])
def test_a_release_that_may_come_too_late_does_not_ask_whether_it_was_frozen(template):
    assert "FCCGVERIFY" not in rendered(template, consistency="freeze")


@pytest.mark.parametrize(("consistency", "program"), [("suspend", "IMSSUSPD"), ("freeze", "ADRDSSU")])
def test_the_watchdog_releases_the_source_after_its_sleep(consistency, program):
    jcl = rendered("watchdog.jcl", consistency=consistency)
    assert "PARM='SH sleep 30',TIME=1440" in jcl
    assert f"//RELEASE  EXEC PGM={program},COND=EVEN" in jcl


def test_a_background_copy_is_made_when_asked_for():
    assert "FCNOCOPY" not in rendered("replicate_offline.jcl", copy_mode="copy")


def test_a_thousand_volumes_make_one_statement_each():
    jcl = rendered("relabel.jcl", volumes=90)
    assert len(re.findall(r"REFORMAT UNIT\(0A\w\w\) VERIFY\(IMSP\d\d\) VOLID\(IMST\d\d\)", jcl)) == 90


def test_the_program_id_of_a_bmp_is_left_to_the_nucleus_when_none_is_given():
    jcl = rendered("offload_report.jcl", readers=[(MemberName("READ"), None), (MemberName("READ2"), ImsId("IMSU"))])
    assert re.search(r"//READ +EXEC PGM=DFSRRC00,PARM='BMP,BANKREAD,BANKPSB'", jcl)
    assert re.search(r"//READ2 +EXEC PGM=DFSRRC00,PARM='BMP,BANKREAD,BANKPSB,,,,,,,,,,,IMSU'", jcl)


def test_a_member_is_carried_as_it_is_with_blank_lines_and_80_columns():
    member = (Card("./ REPL NAME=A"), Card("//A JOB"), Card(""), Card("/*"), Card("X" * 80))
    deck = SimpleNamespace(delimiter=Card("@@"), cards=member)
    jcl = rendered("update_library.jcl", deck=deck)
    assert jcl.endswith("\n".join(member) + "\n@@\n")


def test_a_site_overrides_a_template_by_its_folder(tmp_path):
    (tmp_path / "relabel.jcl").write_text('{% include "_job.jcl" %}\n//X EXEC PGM=SITEPGM,PARM={{ pairs[0].target }}\n')
    jcl = render("relabel.jcl", [tmp_path], job=header(), pairs=[pair(1)])
    assert "//X EXEC PGM=SITEPGM,PARM=IMST01" in jcl


BROKEN = [
    ("//A JOB\n{{ missing }}", {}, ValueMissing),
    ("//A JOB\n{{ value.nothing }}", {"value": SimpleNamespace()}, ValueMissing),
    ("//A JOB\n//* {{ value }}", {"value": "plain"}, UntypedValue),
    ("//A JOB\n//* {{ value }}", {"value": None}, UntypedValue),
    ("//A JOB\n//* {{ value }}", {"value": True}, UntypedValue),
    ("//A JOB\n//* {{ value }}", {"value": b"X"}, UntypedValue),
    ("//A JOB\n//* {{ value ~ 'X' }}", {"value": Volser("A")}, UntypedValue),
    ("//A JOB\n//* {{ [value] }}", {"value": Volser("A")}, UntypedValue),
    ("//A JOB\n{% if %}", {}, TemplateBroken),
    ('{% include "gone.jcl" %}', {}, TemplateMissing),
    ("//A JOB\nSTRAY", {}, LineStray),
    ("//A JOB\n//" + "X" * 70, {}, LineTooLong),
    ("//A JOB\n//A DD *\n" + "X" * 72 + "\n/*", {}, LineTooLong),
    ("//A JOB\n//A DD DATA,DLM=@@\n" + "X" * 81 + "\n@@", {}, LineTooLong),
    ("//A JOB\n//* caf\u00e9", {}, CharacterRefused),
    ("//A JOB\n//*\tX", {}, CharacterRefused),
    ("//A JOB\n//* {{ value | quoted }}", {"value": "A\n//B EXEC PGM=C"}, TextRefused),
    ("//A JOB\n//* {{ value | keyword }}", {"value": "A B"}, TextRefused),
]


@pytest.mark.parametrize(("text", "given_values", "error"), BROKEN)
def test_what_is_wrong_with_a_template_is_told_and_nothing_is_rendered(tmp_path, text, given_values, error):
    (tmp_path / "broken.jcl").write_text(text)
    with pytest.raises(error) as caught:
        render("broken.jcl", [tmp_path], **given_values)
    assert caught.value.id.startswith("CLN35")


ANYTHING = st.text(max_size=70) | st.sampled_from(
    [
        "A'B",
        "A\n//X EXEC PGM=EVIL",
        "//X EXEC PGM=EVIL",
        "/*",
        "A /* B",
        "A,DISP=OLD",
        "A)B",
        "A B",
        "&SYSUID",
        "A-",
        "@@",
        "..",
    ]
)


@settings(max_examples=300)
@given(ANYTHING, st.sampled_from([Volser, DataSetName, MemberName, ImsId, UnitAddress, JobName]))
def test_a_name_that_passes_its_type_is_one_word_without_jcl_meaning(text, kind):
    try:
        name = kind(text)
    except ValueError:
        return
    assert re.fullmatch(r"[A-Z0-9@#$.-]+", name)


@settings(max_examples=200)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_nothing_a_user_types_starts_a_statement(volser, dsname, environment):
    """Render with whatever text passes the typed names; the statements are those of the harmless values."""
    try:
        one = Pair(Volser(volser), Volser("IMST01"), UnitAddress("0A90"), Volser("IMSS01"))
        library = DataSetName(dsname)
        job = header(environment=environment)
    except ValueError:
        return
    harmless = statements(rendered("rename.jcl", volumes=1))
    jcl = rendered("rename.jcl", pairs=[one], all_pairs=[one], steplib=[library], job=job)
    assert statements(jcl) == harmless
    assert max(map(len, jcl.splitlines())) <= 71


@given(st.text(max_size=70))
def test_quoted_text_stays_inside_its_quotes(text):
    try:
        card = quoted(text)
    except TextRefused:
        return
    assert re.fullmatch(r"'(?:[^']|'')*'", card)
    assert card[1:-1].replace("''", "'") == text


WORD = st.from_regex(r"[A-Z0-9.]{1,44}", fullmatch=True)


@given(st.lists(st.tuples(WORD, st.lists(WORD, min_size=1, max_size=30)), min_size=1, max_size=8))
def test_a_control_statement_of_any_length_says_the_same_on_cards_of_71_columns(keywords):
    text = "COMMAND " + " ".join(f"{word}({','.join(inner)})" for word, inner in keywords)
    try:
        card = control(text)
    except WordTooLong:
        return
    lines = card.split("\n")
    assert all(len(line) <= 71 for line in lines)
    assert all(line.endswith(" -") for line in lines[:-1])
    assert all(line.startswith(" ") for line in lines)
    whole = "".join(line.removesuffix("-") for line in lines)
    assert whole.replace(" ", "") == text.replace(" ", "")


@given(st.lists(WORD.map(lambda word: word[:30]), min_size=1, max_size=20))
def test_a_jcl_statement_of_any_length_says_the_same_on_lines_of_71_columns(words):
    text = "//NAME DD " + ",".join(f"K={word}" for word in words)
    lines = statement(text).split("\n")
    assert all(len(line) <= 71 for line in lines)
    assert all(line.startswith("//   ") for line in lines[1:])
    assert all(line.endswith(",") for line in lines[:-1])
    assert "".join([lines[0].split(" DD ")[1], *[line[2:].strip() for line in lines[1:]]]) == text.split(" DD ")[1]


@given(st.from_regex(r"[A-Z ]{60,200}", fullmatch=True))
def test_quoted_text_is_continued_at_column_71_and_goes_on_in_column_16(text):
    lines = statement(f"//NAME EXEC PGM=X,PARM='{text}'").split("\n")
    assert all(len(line) == 71 for line in lines[1:-1])
    joined = lines[0].partition("PARM='")[2] if "PARM='" in lines[0] else ""
    start = 1
    if not joined:
        joined, start = lines[1].partition("PARM='")[2], 2
    assert joined + "".join(line[15:] for line in lines[start:]) == text + "'"


def test_a_word_that_fits_on_no_line_is_an_error():
    with pytest.raises(WordTooLong):
        control("COMMAND " + "X" * 80)
    with pytest.raises(WordTooLong):
        statement("//NAME DD K=" + "X" * 80)


@pytest.mark.parametrize("account", ["A B", "A'", "A(", "//", "A\nB"])
def test_accounting_that_could_end_the_operand_is_refused(account):
    with pytest.raises(ValueError, match="accounting"):
        JobCard(account=account)


def test_a_job_card_carries_all_the_site_asks_for():
    card = JobCard(
        account="ACCT,DEPT1",
        programmer="J O NEIL",
        notify="IBMUSER",
        user="CLONER",
        statements=("/*JOBPARM SYSAFF=SYS1",),
    )
    lines = rendered("retire.jcl", job=header(card)).splitlines()
    joined = "".join(line[2:].strip() if line.startswith("//   ") else line for line in lines[:3])
    assert (
        "JOB (ACCT,DEPT1),'J O NEIL',CLASS=A,MSGCLASS=H,MSGLEVEL=(1,1),REGION=0M,NOTIFY=IBMUSER,USER=CLONER" in joined
    )
    assert "/*JOBPARM SYSAFF=SYS1" in lines


def test_job_names_are_the_prefix_and_the_step():
    assert job_name("CLN", "COPY") == "CLNCOPY"
    assert job_name("CLONEJOB", "RELABEL") == "CLONEREL"
    assert keyword("keep") == "KEEP"


def test_no_shipped_template_needs_an_undocumented_value():
    for template in TEMPLATES:
        head = (FOLDER / template).read_text().split("#}")[0]
        for name in values_of(template):
            assert re.search(rf"\b{name}\b", head), f"{template} does not list {name}"
    assert issubclass(UntypedValue, JclError)
    assert Path(FOLDER).is_dir()
