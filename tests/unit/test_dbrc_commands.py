"""Every command is accepted and its effect is seen in LIST; a wrong operand is refused and nothing is changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from zoslab.ims.dbrc import ArchivedLog, Dbrc, ReconDataSet, stamps
from zoslab.ims.dbrc.database_records import Ca, Image
from zoslab.ims.dbrc.errors import AuthorizationRefused, NotAllowed, SubsystemActive
from zoslab.ims.dbrc.grammar import GRAMMAR
from zoslab.ims.dbrc.processor import run

SAMPLE = Path(__file__).parent / "data" / "list_recon_sample.txt"
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


class SortedRecords:
    def __init__(self, records: dict[bytes, bytes] | None = None) -> None:
        self.records = dict(records or {})

    def get(self, key: bytes) -> bytes | None:
        return self.records.get(key)

    def insert(self, record: bytes) -> None:
        self.records[record[:32]] = record

    def update(self, record: bytes) -> None:
        self.records[record[:32]] = record

    def delete(self, key: bytes) -> None:
        del self.records[key]

    def browse(self, from_key: bytes = b"") -> Iterator[bytes]:
        return iter([self.records[key] for key in sorted(self.records) if key >= from_key])


class Recon:
    """A RECON in memory with the commands to work on it."""

    def __init__(self, high: str = "IMSP", stores: list[SortedRecords] | None = None, differ: bool = False) -> None:
        self.stores = stores or [SortedRecords() for _ in range(3)]
        datasets = [ReconDataSet(f"{high}.RECON{number}", store) for number, store in enumerate(self.stores, 1)]
        self.clock = Clock()
        self.dbrc = Dbrc.open(datasets, self.clock, names_may_differ=differ)

    def run(self, *records: str) -> tuple[int, str]:
        lines: list[str] = []
        code = run(self.dbrc, records, lines.append)
        return code, "\n".join(lines)

    def good(self, *records: str) -> str:
        code, text = self.run(*records)
        assert code == 0, text
        return text

    def refused(self, *records: str) -> str:
        before = [dict(store.records) for store in self.stores]
        code, text = self.run(*records)
        assert code == 12, text
        assert [store.records for store in self.stores] == before
        return text

    def copy(self, high: str) -> "Recon":
        return Recon(high, [SortedRecords(store.records) for store in self.stores], differ=True)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def stamp(seconds: float) -> str:
    return f"'{at(seconds):%Y.%j %H:%M:%S.%f} +00:00'"


def wrapped(command: str) -> list[str]:
    """Return a command as records, continued after each parenthesis."""
    parts = command.replace(") ", ") -\n   ").split("\n")
    return [" " + part for part in parts]


@pytest.fixture
def recon() -> Recon:
    made = Recon()
    made.good(
        " INIT.RECON SSID(IMSP) CATDS CHECK44 NONEW DASDUNIT(3390) TAPEUNIT(3490)",
        " INIT.DB DBD(ACCT) SHARELVL(1) TYPEIMS",
        " INIT.DBDS DBD(ACCT) DDN(ACCTDD) DSN(IMSP.DB.ACCT) GENMAX(3) -",
        "   DBORG(HDAM) DSORG(OSAM)",
        " INIT.DB DBD(CUST) SHARELVL(1)",
        " INIT.DBDS DBD(CUST) DDN(CUSTDD) DSN(IMSP.DB.CUST) GENMAX(2) REUSE -",
        "   DBORG(HIDAM) DSORG(OSAM)",
    )
    return made


@pytest.fixture
def full(recon: Recon) -> Recon:
    """A production RECON: two runs of IMSP, the second one going on."""
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    for number, (dd, begin) in enumerate((("DFSOLP00", 10), ("DFSOLP01", 20)), 1):
        dbrc.olds_opened("IMSP", dd, f"IMSP.OLP0{number - 1}", at(begin), 1000 * number)
        dbrc.olds_closed("IMSP", dd, at(begin + 10), 1000 * number, 1000 * number + 999)
        checked = {"checkpoints": 1, "checkpoint": at(begin + 1)}
        slds = ArchivedLog(f"IMSP.SLDS.G000{number}V00", "IMSP05", **checked)
        dbrc.olds_archived("IMSP", dd, slds, ArchivedLog(f"IMSP.RLDS.G000{number}V00", "IMSP06", **checked))
    dbrc.authorize("IMSP", "ACCT", "UP")
    dbrc.alloc("ACCT", "ACCTDD", "IMSP", at(12), 17)
    dbrc.dealloc("ACCT", "ACCTDD", "IMSP", at(29), 18)
    dbrc.sign_off("IMSP")
    dbrc.sign_on("IMSP")
    dbrc.olds_opened("IMSP", "DFSOLP02", "IMSP.OLP02", at(40), 3000)
    dbrc.authorize("IMSP", "ACCT", "UPDATE")
    dbrc.authorize("IMSP", "CUST", "UPDATE")
    dbrc.alloc("ACCT", "ACCTDD", "IMSP", at(41))
    dbrc.alloc("CUST", "CUSTDD", "IMSP", at(42))
    dbrc.backout_needed("IMSP", "BANKPSB", ["CUST"], token=b"\xc9\xd4\xe2\xd7", time=at(39), bmp=True)
    for command in (
        f"NOTIFY.IC DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(5)}) STOPTIME({stamp(6)}) ICDSN(IMSP.IC.ACCT) "
        "VOLLIST(IMSP04,IMSP05) UNIT(3390) RECDCT(1234) ICDSN2(IMSP.IC2.ACCT) VOLLIST2(TAPE01) UDATA('nightly copy')",
        "INIT.IC DBD(CUST) DDN(CUSTDD) ICDSN(IMSP.IC.CUST) VOLLIST(IMSP04)",
        "INIT.CAGRP GRPNAME(BANKGRP) GRPMAX(3) GRPMEM((ACCT,ACCTDD),(CUST,CUSTDD)) CAJCL(CAJCL)",
        f"NOTIFY.CA GRPNAME(BANKGRP) CADSN(IMSP.CA.BANK) RUNTIME({stamp(35)}) STOPTIME({stamp(30)}) VOLLIST(IMSP05) "
        f"CALIST((ACCT,ACCTDD)) PURGTIME({stamp(29)}) LRID(7) DSSN(1) USID(2)",
        "NOTIFY.SUBSYS SSID(NIGHTJOB) BATCH ABNORMAL",
    ):
        recon.good(*wrapped(command))
    return recon


def test_the_sample_listing_shows_every_record_kind(full: Recon):
    text = full.good(" LIST.RECON")
    assert SAMPLE.read_text() == text + "\n"
    kinds = [
        line.split()[0]
        for line, before in zip(text.splitlines()[1:], text.splitlines(), strict=False)
        if before.startswith("---")
    ]
    assert sorted(set(kinds)) == (
        [
            "ALLOC",
            "BACKOUT",
            "CA",
            "CAGRP",
            "DB",
            "DBDS",
            "IMAGE",
            "LOGALL",
            "PRILOG",
            "PRIOLD",
            "PRISLD",
            "RECON",
            "SSYS",
        ]
    )
    assert f"NUMBER OF RECORDS LISTED IS {len(kinds):8}" in text


def test_list_recon_status_has_the_words_of_a_real_listing(recon: Recon):
    text = recon.good(" LIST.RECON STATUS")
    for words in (
        "RECOVERY CONTROL DATA SET, IMS V15R1",
        "NOFORCER  LOG DSN CHECK=CHECK44    STARTNEW=NO",
        "CA/IC/LOG DATA SETS CATALOGED=YES",
        "SSID=IMSP",
        "-DDNAME-      -STATUS-       -DATA SET NAME-",
        "RECON3        SPARE          IMSP.RECON3",
        "NUMBER OF REGISTERED DATABASES =        2",
        "DSP0180I  NUMBER OF RECORDS LISTED IS        1",
        "DSP0203I  COMMAND COMPLETED WITH CONDITION CODE 00",
        "DSP0220I  COMMAND COMPLETION TIME 26.324 12:00:0",
        "DSP0211I  COMMAND PROCESSING COMPLETE",
        "DSP0211I  HIGHEST CONDITION CODE = 00",
    ):
        assert words in text
    assert text.splitlines()[1] == "-" * 74


ACCEPTED = [
    ("CHANGE.RECON SSID(IMST) NOCATDS FORCER", "LIST.RECON STATUS", ["SSID=IMST", "CATALOGED=NO", " FORCER"]),
    (
        "CHANGE.RECON LOGRET('00.002') CMDAUTH(SAF,IMSHLQ,QUAL)",
        "LIST.RECON STATUS",
        ["PERIOD=00.002 00:00:00.0", "HLQ=IMSHLQ", "RCNQUAL=QUAL"],
    ),
    (
        "CHANGE.RECON IMSPLEX(PLEX1,GRP) SIZALERT(10,11,90) MINVERS('14.1')",
        "LIST.RECON STATUS",
        ["IMSPLEX = PLEX1", "GROUP ID = GRP", "DSNUM=10", "MINIMUM VERSION = 14.1"],
    ),
    (
        "INIT.DB DBD(HIST) SHARELVL(3) NONRECOV",
        "LIST.DB DBD(HIST)",
        ["DBD=HIST", "SHARE LEVEL=3", "RECOVERABLE           =NO", "DMB#=3"],
    ),
    (
        "CHANGE.DB DBD(ACCT) NOAUTH READON NOICREQ BACKOUT(2)",
        "LIST.DB ALL",
        [
            "PROHIBIT AUTHORIZATION=ON",
            "READ ONLY             =ON",
            "IC REQUIRED           =NO",
            "BACKOUT COUNT           =2",
        ],
    ),
    ("CHANGE.DB ALL NOAUTH", "LIST.DB DBD(CUST)", ["PROHIBIT AUTHORIZATION=ON"]),
    ("DELETE.DB DBD(ACCT)", "LIST.RECON STATUS", ["NUMBER OF REGISTERED DATABASES =        1"]),
    ("INIT.DBDS DBD(ACCT) DDN(ACCTD2) DSN(IMSP.DB.ACCT2)", "LIST.DB DBD(ACCT) DBDS", ["DSN=IMSP.DB.ACCT2", "DSID=002"]),
    (
        "CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) DSN(IMST.DB.ACCT) ICON RECOV GENMAX(9)",
        "LIST.DBDS DBD(ACCT)",
        ["DSN=IMST.DB.ACCT", "IC NEEDED      =ON", "RECOV NEEDED   =ON", "GENMAX=9"],
    ),
    (
        "CHANGE.DBDS DBD(CUST) DDN(CUSTDD) NOREUSE ICOFF",
        "LIST.DBDS DBD(CUST) DDN(CUSTDD)",
        [" NOREUSE", "IC NEEDED      =OFF"],
    ),
    ("DELETE.DBDS DBD(CUST) DDN(CUSTDD)", "LIST.DB DBD(CUST) DBDS", ["NUMBER OF RECORDS LISTED IS        1"]),
    (
        "INIT.IC DBD(CUST) DDN(CUSTDD) ICDSN(IMSP.IC1) VOLLIST(V00001)",
        "LIST.DBDS DBD(CUST)",
        ["AVAILABLE", "IC AVAIL=1", "DSN=IMSP.IC1", "VOLSER=V00001"],
    ),
    (
        f"NOTIFY.IC DBD(ACCT) DDN(ACCTDD) ICDSN(IMSP.IC) RUNTIME({stamp(0)}) CIC",
        "LIST.HISTORY DBD(ACCT)",
        ["RUN     = 2026.324 12:00:00.000000 +00:00*", "CIC", "IC USED=1", "IC RECOMMENDED =OFF"],
    ),
    (
        "INIT.CAGRP GRPNAME(GRP1) GRPMEM((ACCT,ACCTDD)) GRPMAX(4) REUSE",
        "LIST.CAGRP ALL",
        ["GRPNAME=GRP1", "GRPMAX=4", "#MEMBERS=1", " REUSE"],
    ),
    (
        f"NOTIFY.SUBSYS SSID(IMS9) ONLINE STARTIME({stamp(3)}) IRLMID(IRLM)",
        "LIST.SUBSYS SSID(IMS9)",
        ["SSTYPE=ONLINE", "LOG START=2026.324 12:00:03.000000 +00:00", "IRLMID=IRLM"],
    ),
    (
        f"NOTIFY.BKOUT SSID(IMS9) UOR({'E2E8E2F3' * 4}) UORTIME({stamp(3)}) PSB(PSB1) DBD(ACCT)",
        "LIST.BKOUT ALL",
        ["RECOVERY TOKEN=E2E8E2F3", "PSB=PSB1", "DBD=ACCT"],
    ),
    (
        f"NOTIFY.PRILOG RLDS SSID(IMS9) STARTIME({stamp(3)}) DSN(A.RLDS) VOLSER(V1) FIRSTREC(1A)",
        "LIST.LOG ALL",
        ["PRILOG", "LOGALL", "FIRST DS LSN= 000000000000001A", "#DSN=1"],
    ),
    (
        f"NOTIFY.PRILOG SLDS SSID(IMS9) STARTIME({stamp(3)}) DSN(A.SLDS) VOLSER(V1)",
        "LIST.LOG OPEN",
        ["PRISLD", "LOGALL", "A.SLDS"],
    ),
    (
        f"NOTIFY.PRILOG OLDS(DFSOLP00) SSID(IMS9) STARTIME({stamp(3)}) DSN(A.OLP00)",
        "LIST.LOG ALLOLDS",
        ["# DD ENTRIES=1", "DDNAME=DFSOLP00   DSN=A.OLP00", "STATUS=ACTIVE"],
    ),
]


@pytest.mark.parametrize(("command", "listing", "words"), ACCEPTED, ids=[case[0][:40] for case in ACCEPTED])
def test_a_command_is_accepted_and_its_effect_listed(recon: Recon, command: str, listing: str, words: list[str]):
    text = recon.good(*wrapped(command), " " + listing)
    shown = text[text.index(listing) :]
    for word in words:
        assert word in shown


REFUSED = [
    "CHANGE.RECON SSD(IMST)",
    "CHANGE.RECON",
    "CHANGE.RECON CATDS NOCATDS",
    "CHANGE.RECON SSID(TOOLONGNAME)",
    "CHANGE.RECON REPLACE(RECON4)",
    "CHANGE.RECON REPLACE(RECON1) SSID(X)",
    "CHANGE.RECON LOGRET('TWO DAYS')",
    "CHANGE.RECON CMDAUTH(SAF)",
    "CHANGE.RECON IMSPLEX(TOOLONG)",
    "INIT.RECON SSID(X)",
    "INIT.DB",
    "INIT.DB DBD(ACCT)",
    "INIT.DB DBD(HIST) SHARELVL(4)",
    "INIT.DB DBD(HIST) TYPHALDB DBORG(HDAM)",
    "CHANGE.DB DBD(NONE) NOAUTH",
    "CHANGE.DB DBD(ACCT)",
    "DELETE.DB DBD(NONE)",
    "INIT.DBDS DBD(ACCT) DDN(ACCTDD) DSN(A.B)",
    "INIT.DBDS DBD(NONE) DDN(X) DSN(A.B)",
    "INIT.DBDS DBD(ACCT) DDN(X) DSN(A..B)",
    "INIT.DBDS DBD(ACCT) DSN(A.B)",
    "INIT.DBDS DBD(ACCT) DDN(X) DSN(A.B) GENMAX(0)",
    "INIT.DBDS DBD(ACCT) DDN(X) DSN(A.B) GENMAX(MANY)",
    "CHANGE.DBDS DBD(ACCT) DDN(ACCTDD)",
    "CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) NOICON",
    "CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) ICON ICOFF",
    "CHANGE.DBDS DBD(ACCT) DDN(NONE) ICON",
    "INIT.IC DBD(ACCT) DDN(ACCTDD) ICDSN(A.B)",
    "INIT.IC DBD(CUST) DDN(CUSTDD)",
    "NOTIFY.IC DBD(CUST) DDN(CUSTDD) RUNTIME('2026.001 00:00:00')",
    "NOTIFY.IC DBD(ACCT) DDN(ACCTDD) ICDSN(A.B) RUNTIME('2026.400 00:00:00')",
    "NOTIFY.IC DBD(ACCT) DDN(ACCTDD) ICDSN(A.B)",
    "CHANGE.IC DBD(ACCT) DDN(ACCTDD) RECTIME('2026.001 00:00:00') ICDSN(A.B)",
    "DELETE.IC DBD(ACCT) DDN(ACCTDD) RECTIME('2026.001 00:00:00')",
    "NOTIFY.ALLOC DBD(ACCT) DDN(ACCTDD) ALLTIME('2026.001 00:00:00') STARTIME('2026.001 00:00:00')",
    "NOTIFY.PRILOG RLDS STARTIME('2026.001 00:00:00') DSN(A.B) VOLSER(V1)",
    "NOTIFY.PRILOG RLDS SSID(IMSP) STARTIME('2026.001 00:00:00') DSN(A.B)",
    "NOTIFY.PRILOG RLDS SLDS SSID(IMSP) STARTIME('2026.001 00:00:00')",
    "NOTIFY.PRILOG OLDS(DD) SSID(IMSP) STARTIME('2026.001 00:00:00')",
    "CHANGE.PRILOG OLDS(DD) SSID(IMSP) ARCHIVED",
    "CHANGE.PRILOG STARTIME('2026.001 00:00:00') ERROR",
    "DELETE.LOG",
    "DELETE.LOG OLDS(DFSOLP00)",
    "DELETE.LOG STARTIME('2026.001 00:00:00')",
    "INIT.CAGRP GRPNAME(G) GRPMEM((ACCT,NONE))",
    "INIT.CAGRP GRPNAME(G) GRPMEM(ACCT)",
    "NOTIFY.CA GRPNAME(G) CADSN(A.B) RUNTIME('2026.001 00:00:00') STOPTIME('2026.001 00:00:00')",
    "CHANGE.CA GRPNAME(G) RECTIME('2026.001 00:00:00')",
    "CHANGE.SUBSYS SSID(IMSP) STARTRCV",
    "CHANGE.SUBSYS SSID(IMSP)",
    "DELETE.SUBSYS SSID(IMSP)",
    "NOTIFY.BKOUT SSID(IMSP) UOR(123) UORTIME('2026.001 00:00:00') PSB(P) DBD(ACCT)",
    "NOTIFY.BKOUT SSID(IMSP) PSB(P)",
    "CHANGE.BKOUT SSID(IMSP) UOR(00000000000000000000000000000000) DELETE",
    "DELETE.BKOUT SSID(IMSP)",
    "REMOVE.DB DBD(ACCT)",
    "CHANGE.DB DBD(ACCT NOAUTH",
    "LIST.DB NAME(ACCT)",
]


@pytest.mark.parametrize("command", REFUSED)
def test_a_wrong_command_ends_with_12_changes_nothing_and_stops_the_run(recon: Recon, command: str):
    text = recon.refused(*wrapped(command), " DELETE.DB DBD(ACCT)")
    assert "DSP0203I  COMMAND COMPLETED WITH CONDITION CODE 12" in text
    assert "DSP0209I  PROCESSING TERMINATED WITH CONDITION CODE = 12" in text
    assert "DELETE.DB DBD(ACCT)" not in text.splitlines()[-4:]


def new(name: str) -> str:
    return name.replace("IMSP", "IMST")


def quoted(moment: datetime | None) -> str:
    return "'" + stamps.text(moment) + "'"


def clone_commands(dbrc: Dbrc) -> Iterator[str]:
    """Write the commands of COMMANDS.md for IMSP to IMST, in its order."""
    yield from (f"CHANGE.RECON REPLACE(RECON{number})" for number in (1, 2, 3))
    yield "CHANGE.RECON SSID(IMST)"
    for one in dbrc.subsystems():
        yield f"CHANGE.SUBSYS SSID({one.ssid}) STARTRCV"
        yield f"CHANGE.SUBSYS SSID({one.ssid}) ENDRECOV"
        yield f"DELETE.SUBSYS SSID({one.ssid})"
    for db in dbrc.databases():
        for dataset in dbrc.dbds(db.dbname):
            yield f"CHANGE.DBDS DBD({db.dbname}) DDN({dataset.ddname}) DSN({new(dataset.dsn)})"
    yield from log_commands(dbrc)
    yield from olds_commands(dbrc)
    yield from copy_commands(dbrc)
    yield "DELETE.BKOUT SSID(IMSP)"
    for verb, held in zip(("NOTIFY", *["CHANGE"] * 99), dbrc.backouts("IMSP").units, strict=False):
        yield (
            f"{verb}.BKOUT SSID(IMST) UOR({held.token.hex().upper()}) UORTIME({quoted(held.time)}) PSB({held.psb}) "
            f"DBD({','.join(held.dbnames)}) {'BMP' if held.bmp else ''}"
        )


def log_commands(dbrc: Dbrc) -> Iterator[str]:
    for log in dbrc.prilog("IMSP"):
        yield f"DELETE.LOG STARTIME({quoted(log.start)}) SSID(IMSP)"
    for form, found in (("RLDS", dbrc.prilog("IMSP")), ("SLDS", dbrc.prisld("IMSP"))):
        for log in found:
            key = f"NOTIFY.PRILOG {form} SSID(IMST) STARTIME({quoted(log.start)})"
            yield f"{key} FIRSTREC({log.first_record:016X}) VERSION({log.version})"
            for held in log.datasets:
                (volume,) = held.volumes
                yield (
                    f"{key} DSN({new(held.dsn)}) VOLSER({new(volume.volser)}) UNIT({held.unit}) "
                    f"FILESEQ({held.file_seq}) RUNTIME({quoted(held.stop)}) "
                    f"FIRSTREC({held.first_lsn:016X}) LASTREC({held.last_lsn:016X}) "
                    f"CKPTCT({volume.checkpoints}) CHKPTID({quoted(volume.checkpoint)})"
                )
            if log.stop is not None:
                yield f"{key} RUNTIME({quoted(log.stop)})"


def olds_commands(dbrc: Dbrc) -> Iterator[str]:
    ordered = sorted(dbrc.olds("IMSP"), key=lambda olds: stamps.text(olds.start))
    for olds in ordered:
        last = " LASTCLOS" if olds is ordered[-1] else ""
        yield f"DELETE.LOG OLDS({olds.ddname}) SSID(IMSP){last}"
    for olds in ordered:
        key = f"NOTIFY.PRILOG OLDS({olds.ddname}) SSID(IMST) STARTIME({quoted(olds.start)})"
        yield f"{key} DSN({new(olds.dsn)}) FIRSTREC({olds.first_lsn:016X}) VERSION({olds.version})"
        if olds.stop is not None:
            yield f"{key} RUNTIME({quoted(olds.stop)}) LASTREC({olds.last_lsn:016X})"
        if olds.status == "ARC COMPLT":
            yield f"CHANGE.PRILOG OLDS({olds.ddname}) SSID(IMST) ARCHIVED"


def copy_commands(dbrc: Dbrc) -> Iterator[str]:
    with dbrc.recon.unit() as unit:
        images, runs = unit.all(Image), unit.all(Ca)
    for image in images:
        key = f"CHANGE.IC DBD({image.dbname}) DDN({image.ddname}) RECTIME({quoted(image.run)})"
        for end, held in zip(("", "2"), image.copies, strict=False):
            volsers = ",".join(map(new, held.volsers))
            yield f"{key} ICDSN{end}({new(held.dsn)}) VOLLIST{end}({volsers})"
    for run_ in runs:
        volsers = ",".join(map(new, run_.volsers))
        yield f"CHANGE.CA GRPNAME({run_.grpname}) RECTIME({quoted(run_.run)}) CADSN({new(run_.dsn)}) VOLLIST({volsers})"


def test_the_recon_of_a_clone_is_changed_by_documented_commands_and_lists_like_the_source(full: Recon):
    clone = full.copy("IMST")
    source = full.good(" LIST.RECON")
    for command in clone_commands(full.dbrc):
        clone.good(*wrapped(command))
    assert not clone.dbrc.recon.differences()
    listed = clone.good(" LIST.RECON")
    assert "IMSP" not in listed.replace("IMSPLEX", "")
    assert unlike_a_clone(listed.replace("IMST", "IMSP")) == unlike_a_clone(source)
    assert full.good(" LIST.RECON").splitlines()[:-3] == source.splitlines()[:-3]
    full.dbrc.sign_off("IMSP")
    assert clone.dbrc.sign_on("IMST", restart=True, override=True).ssid == "IMST"


def unlike_a_clone(listed: str) -> list[str]:
    """Drop what a clone does not take over: subsystem records, their authorizations, counts of records and times."""
    kept = []
    for record in listed.split("-" * 74 + "\n")[1:]:
        lines = [line for line in record.splitlines() if not line.startswith("DSP")]
        if lines[0] == "DB":
            lines = [line for line in lines[:17] if "AUTHORIZED SUBSYSTEMS" not in line and "HELD AUTH" not in line]
        kept += [] if lines[0] == "SSYS" else lines
    return kept


def test_every_command_of_the_grammar_is_tried_with_a_wrong_operand(full: Recon):
    for verb in GRAMMAR.commands:
        assert "DSP0918I  SYNTAX ERROR: WRONG is not known here, line 1 column" in full.refused(f" {verb} WRONG(1)")


def test_an_unknown_keyword_is_reported_where_it_stands(recon: Recon):
    text = recon.refused(" CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) -", "   DSNAME(A.B)")
    assert "DSNAME is not known here, line 2 column 4" in text


def test_listing_one_record_that_is_not_there_ends_with_8_and_goes_on(recon: Recon):
    code, text = recon.run(" LIST.DB DBD(NONE)", " LIST.SUBSYS ALL", " LIST.BKOUT SSID(X)", " LIST.RECON STATUS")
    assert code == 8
    assert text.count("CONDITION CODE 08") == 2
    assert "RECOVERY CONTROL DATA SET" in text


def test_databases_in_use_cannot_be_changed_or_deleted(full: Recon):
    for command in (
        " DELETE.DB DBD(ACCT)",
        " CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) DSN(A.B)",
        " DELETE.DBDS DBD(ACCT) DDN(ACCTDD)",
        " CHANGE.DB DBD(ACCT) SHARELVL(3)",
        " DELETE.SUBSYS SSID(IMSP)",
        f" DELETE.LOG STARTIME({stamp(40)})",
        " DELETE.LOG OLDS(DFSOLP02) SSID(IMSP) LASTCLOS",
    ):
        full.refused(command)


def test_signing_on_and_restart_follow_the_subsystem_record(recon: Recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    with pytest.raises(SubsystemActive):
        dbrc.sign_on("IMSP")
    with pytest.raises(SubsystemActive, match="OVERRIDE"):
        dbrc.sign_on("IMSP", restart=True)
    dbrc.sign_on("IMSP", restart=True, override=True)
    dbrc.failed("IMSP")
    with pytest.raises(NotAllowed, match="EMERGENCY RESTART"):
        dbrc.sign_on("IMSP")
    assert not dbrc.sign_on("IMSP", restart=True).abnormal
    dbrc.sign_off("IMSP")
    assert dbrc.subsystem("IMSP") is None


def test_authorization_follows_share_level_and_flags(recon: Recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    dbrc.sign_on("IMS2")
    assert dbrc.authorize("IMSP", "OTHER", "UP") is None
    dbrc.authorize("IMSP", "ACCT", "UP")
    with pytest.raises(AuthorizationRefused, match="HELD BY IMSP"):
        dbrc.authorize("IMS2", "ACCT", "RD")
    dbrc.authorize("IMS2", "ACCT", "RO")
    assert [held.name for held in dbrc.database("ACCT").authorized] == ["IMSP", "IMS2"]
    dbrc.unauthorize("IMSP", "ACCT")
    assert dbrc.subsystem("IMSP").authorized == ()
    recon.good(" CHANGE.DBDS DBD(CUST) DDN(CUSTDD) ICON")
    with pytest.raises(AuthorizationRefused, match="IMAGE COPY NEEDED"):
        dbrc.authorize("IMSP", "CUST", "UP")
    recon.good(" CHANGE.DBDS DBD(CUST) DDN(CUSTDD) ICOFF", " CHANGE.DB DBD(CUST) NOAUTH")
    with pytest.raises(AuthorizationRefused, match="PROHIBIT"):
        dbrc.authorize("IMSP", "CUST", "RD")


def test_an_olds_is_not_reused_before_it_is_archived_and_a_log_closes_with_its_last_archive(recon: Recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    dbrc.olds_opened("IMSP", "DFSOLP00", "IMSP.OLP00", at(1), 1)
    dbrc.olds_closed("IMSP", "DFSOLP00", at(2), 1, 9)
    with pytest.raises(NotAllowed, match="ARC NEEDED"):
        dbrc.olds_opened("IMSP", "DFSOLP00", "IMSP.OLP00", at(3), 10)
    dbrc.sign_off("IMSP")
    assert [log.stop for log in dbrc.prilog("IMSP")] == [None]
    dbrc.olds_archived("IMSP", "DFSOLP00", ArchivedLog("IMSP.SLDS.G0001V00", "IMSP05"))
    (log,) = dbrc.prilog("IMSP")
    assert (log.start, log.stop, log.datasets[0].dsn, log.datasets[0].last_lsn) == (
        at(1),
        at(2),
        "IMSP.SLDS.G0001V00",
        9,
    )
    dbrc.sign_on("IMSP")
    dbrc.olds_opened("IMSP", "DFSOLP00", "IMSP.OLP00", at(5), 10)
    assert [log.start for log in dbrc.prilog("IMSP")] == [at(1), at(5)]


def test_an_allocation_counts_in_the_log_and_raises_the_data_set_sequence_number(full: Recon):
    assert [(alloc.dssn, alloc.start, alloc.dealloc) for alloc in full.dbrc.allocs("ACCT")] == [
        (1, at(10), at(29)),
        (2, at(40), None),
    ]
    assert "-DBD-     -DDN-     -ALLOC-\n                     ACCT      ACCTDD    1" in full.good(" LIST.LOG ALL")


def test_image_copies_beyond_genmax_are_forgotten(recon: Recon):
    for number in range(5):
        recon.good(*wrapped(f"NOTIFY.IC DBD(ACCT) DDN(ACCTDD) ICDSN(A.IC{number}) RUNTIME({stamp(number)})"))
    text = recon.good(" LIST.DBDS DBD(ACCT)")
    assert "IC USED=3" in text
    assert "A.IC1" not in text


def test_subsystem_recovery_takes_the_authorizations_away(full: Recon):
    full.good(" CHANGE.SUBSYS SSID(IMSP) STARTRCV", " CHANGE.SUBSYS SSID(IMSP) ENDRECOV", " DELETE.SUBSYS SSID(IMSP)")
    assert full.dbrc.database("ACCT").authorized == ()
    assert full.dbrc.subsystem("IMSP") is None


def test_a_backout_record_marks_its_databases_until_it_is_deleted(full: Recon):
    assert full.dbrc.database("CUST").backout_count == 1
    token = "C9D4E2D7" + "00" * 12
    full.good(f" CHANGE.BKOUT SSID(IMSP) UOR({token}) DELETE")
    assert full.dbrc.database("CUST").backout_count == 0
    assert full.dbrc.backouts("IMSP") is None


def test_inactive_logs_are_deleted_when_no_allocation_names_them(full: Recon):
    full.good(" DELETE.LOG INACTIVE")
    assert len(full.dbrc.prilog("IMSP")) == 2
    full.good(*wrapped(f"DELETE.ALLOC DBD(ACCT) DDN(ACCTDD) ALLTIME({stamp(12)})"))
    full.good(" DELETE.LOG INACTIVE")
    assert [log.start for log in full.dbrc.prilog("IMSP")] == [at(40)]
