"""HALDBs, areas, events and groups in the RECON: numbers that are never reused, flags, names, refusals."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from zoslab.ims.dbrc import ArchivedLog, Dbrc, ReconDataSet, stamps
from zoslab.ims.dbrc.errors import AuthorizationRefused
from zoslab.ims.dbrc.processor import run

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Clock:
    moment = START

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


class SortedRecords:
    def __init__(self) -> None:
        self.records: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        return self.records.get(key)

    def insert(self, record: bytes) -> None:
        self.records[record[:32]] = record

    update = insert

    def delete(self, key: bytes) -> None:
        del self.records[key]

    def browse(self, from_key: bytes = b"") -> Iterator[bytes]:
        return iter([self.records[key] for key in sorted(self.records) if key >= from_key])


class Library:
    """JCLPDS and JCLOUT."""

    def __init__(self, **members: str) -> None:
        self.members, self.written = members, []

    def skeleton(self, member: str) -> list[str] | None:
        return self.members[member].splitlines() if member in self.members else None

    def write(self, records) -> None:
        self.written += records


class Recon:
    def __init__(self) -> None:
        self.stores = [SortedRecords() for _ in range(3)]
        datasets = [ReconDataSet(f"IMSP.RECON{n}", store) for n, store in enumerate(self.stores, 1)]
        self.dbrc = Dbrc.open(datasets, Clock())
        self.library = Library()

    def run(self, *commands: str) -> tuple[int, str]:
        lines: list[str] = []
        cards = [part for one in commands for part in (" " + one.replace(") ", ") -\n   ")).split("\n")]
        code = run(self.dbrc, cards, lines.append, self.library)
        return code, "\n".join(lines)

    def good(self, *commands: str) -> str:
        code, text = self.run(*commands)
        assert code == 0, text
        return text

    def refused(self, command: str) -> str:
        before = [dict(store.records) for store in self.stores]
        code, text = self.run(command)
        assert code == 12, text
        assert [store.records for store in self.stores] == before
        return text


def stamp(seconds: float) -> str:
    return "'" + stamps.text(START + timedelta(seconds=seconds)) + "'"


@pytest.fixture
def recon() -> Recon:
    made = Recon()
    made.good(
        "INIT.RECON SSID(IMSP) CATDS STARTNEW",
        "INIT.DB DBD(ACCT) SHARELVL(1)",
        "INIT.DBDS DBD(ACCT) DDN(ACCTDD) DSN(IMSP.DB.ACCT) GENMAX(3)",
        "INIT.DB DBD(TELL) TYPEFP SHARELVL(1)",
        "INIT.DBDS DBD(TELL) AREA(TELLA1) GENMAX(2)",
        "INIT.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1) ADSN(IMSP.DB.TELL.A1)",
        "INIT.DB DBD(HIST) TYPHALDB DBORG(PHIDAM) SHARELVL(2)",
        "INIT.PART DBD(HIST) PART(HISTA) KEYSTRNG('AAA') DSNPREFX(IMSP.DB.HIST)",
        "INIT.PART DBD(HIST) PART(HISTM) KEYSTRNG('MMM') DSNPREFX(IMSP.DB.HIST)",
    )
    return made


def ids(recon: Recon, dbname: str = "HIST") -> dict[str, int]:
    return {part.name: part.partition_id for part in recon.dbrc.partitions(dbname)}


def test_a_partition_gets_the_id_after_the_last_ever_given(recon: Recon):
    recon.good(
        "DELETE.PART DBD(HIST) PART(HISTM)",
        "INIT.PART DBD(HIST) PART(HISTG) KEYSTRNG('GGG') DSNPREFX(IMSP.DB.HIST)",
    )
    assert ids(recon) == {"HISTA": 1, "HISTG": 3}
    assert "CURRENT PARTITION ID=00003" in recon.good("LIST.DB TYPHALDB")


def test_placeholders_reproduce_the_gaps_of_another_recon(recon: Recon):
    wanted = {"P2": 2, "P5": 5, "P6": 6}
    recon.good("INIT.DB DBD(COPY) TYPHALDB")
    for number in range(1, 7):
        name = next((name for name, held in wanted.items() if held == number), f"GAP{number}")
        recon.good(f"INIT.PART DBD(COPY) PART({name}) KEYSTRNG('K{number}') DSNPREFX(A.COPY)")
    for number in (1, 3, 4):
        recon.good(f"DELETE.PART DBD(COPY) PART(GAP{number})")
    assert ids(recon, "COPY") == wanted
    assert [one.dsn for one in recon.dbrc.dbds("P5")] == ["A.COPY.A00005", "A.COPY.L00005"]


def test_a_partition_names_its_neighbours_in_key_order_and_its_key_in_both_forms(recon: Recon):
    recon.good("INIT.PART DBD(HIST) PART(HISTG) KEYSTRNG(X'C7C7') DSNPREFX(IMSP.DB.HIST)")
    text = recon.good("LIST.DB DBD(HIST) DBDS")
    assert "PREVIOUS PARTITION=HISTA     NEXT PARTITION=HISTM" in text
    assert "|GG|" in text
    assert "   C7C7" in text
    assert "DSN=IMSP.DB.HIST.X00003" in text
    assert recon.good("LIST.DB DBD(HISTG)").count("\nDB\n") == 1


def test_data_sets_of_a_haldb_are_defined_by_partitions_only(recon: Recon):
    recon.refused("INIT.DBDS DBD(HIST) DDN(X) DSN(A.B)")
    recon.refused("INIT.DBDS DBD(HISTA) DDN(X) DSN(A.B)")
    recon.refused("CHANGE.DBDS DBD(HISTA) DDN(HISTAA) DSN(A.B)")
    recon.refused("DELETE.DBDS DBD(HISTA) DDN(HISTAA)")
    recon.refused("DELETE.DB DBD(HISTA)")
    recon.good("CHANGE.PART DBD(HIST) PART(HISTA) DSNPREFX(IMST.DB.HIST)")
    assert [one.dsn for one in recon.dbrc.dbds("HISTA")] == [f"IMST.DB.HIST.{letter}00001" for letter in "AXL"]


@pytest.mark.parametrize(
    "command",
    [
        "INIT.PART DBD(ACCT) PART(P1) KEYSTRNG('A') DSNPREFX(A.B)",
        "INIT.PART DBD(HIST) PART(TOOLONGX) KEYSTRNG('A') DSNPREFX(A.B)",
        "INIT.PART DBD(HIST) PART(HISTA) KEYSTRNG('B') DSNPREFX(A.B)",
        "INIT.PART DBD(HIST) PART(P1) KEYSTRNG('AAA') DSNPREFX(A.B)",
        "INIT.PART DBD(HIST) PART(P1) DSNPREFX(A.B)",
        "INIT.PART DBD(HIST) PART(P1) KEYSTRNG('B')",
        "INIT.PART DBD(HIST) PART(P1) KEYSTRNG(X'F') DSNPREFX(A.B)",
        "INIT.PART DBD(HIST) PART(P1) KEYSTRNG('B') DSNPREFX(A.B) FBFF(1)",
        "INIT.PART DBD(HIST) PART(P1) KEYSTRNG('B') DSNPREFX(A2345678.B2345678.C2345678.D2345678.EE)",
        "CHANGE.PART DBD(HIST) PART(NONE) PINIT",
        "CHANGE.PART DBD(HIST) PART(HISTA)",
        "CHANGE.PART DBD(HIST) PART(HISTA) KEYSTRNG('MMM')",
        "CHANGE.PART DBD(HIST) PART(HISTA) BLOCKSZE(4096,4096)",
        "DELETE.PART DBD(HIST) PART(NONE)",
        "CHANGE.DB DBD(ACCT) OLRCAP",
        "CHANGE.DB DBD(ACCT) DSNPREFX(A.B)",
        "CHANGE.DB DBD(HIST) TYPEFP",
        "CHANGE.DB DBD(ACCT) TYPEFP",
        "CHANGE.DB DBD(TELL) AREA(TELLA1)",
        "CHANGE.DB DBD(TELL) AREA(TELLA1) SHARELVL(1)",
        "CHANGE.DB DBD(ACCT) AREA(ACCTDD) NOAUTH",
        "INIT.DBDS DBD(TELL) DDN(X) DSN(A.B)",
        "INIT.DBDS DBD(ACCT) AREA(X) DSN(A.B)",
        "INIT.DBDS DBD(ACCT) DDN(X) DSN(A.B) VSO",
        "INIT.ADS DBD(ACCT) AREA(ACCTDD) ADDN(A) ADSN(A.B)",
        "INIT.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1) ADSN(A.B)",
        "CHANGE.ADS DBD(TELL) AREA(TELLA1) ADDN(NONE) AVAIL",
        "CHANGE.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1)",
        "DELETE.ADS DBD(TELL) AREA(TELLA1) ADDN(NONE)",
        f"NOTIFY.REORG DBD(ACCT) DDN(NONE) RUNTIME({stamp(1)})",
        f"NOTIFY.RECOV DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(1)}) RCVTIME({stamp(2)})",
        f"DELETE.REORG DBD(ACCT) DDN(ACCTDD) RECTIME({stamp(1)})",
        f"DELETE.RECOV DBD(ACCT) DDN(ACCTDD) RECTIME({stamp(1)})",
        f"CHANGE.UIC DBD(ACCT) DDN(ACCTDD) RECTIME({stamp(1)}) UDATA('X')",
        f"NOTIFY.IC DBD(HISTA) DDN(HISTAL) ICDSN(A.B) RUNTIME({stamp(1)})",
        f"NOTIFY.ALLOC DBD(HISTA) DDN(HISTAX) ALLTIME({stamp(1)}) STARTIME({stamp(1)})",
        "INIT.DBDSGRP GRPNAME(G) MEMBERS((ACCT,NONE))",
        "INIT.DBDSGRP GRPNAME(G) DBGRP((ACCT,ACCTDD))",
        "INIT.DBDSGRP GRPNAME(G) DBGRP(ACCT,ACCT)",
        "CHANGE.DBDSGRP GRPNAME(NONE) ADDDB(ACCT)",
        "DELETE.GSG GSGNAME(NONE)",
        "INIT.SG GSGNAME(NONE) SGNAME(A)",
        "NOTIFY.SECLOG RLDS SSID(IMSP)",
        "CHANGE.RECON UPGRADE SSID(X)",
        "CHANGE.RECON CHECKUP",
        "CHANGE.RECON TIMEFMT(O,YY)",
        "GENJCL.IC DBD(NONE)",
        "GENJCL.ARCHIVE",
        "GENJCL.USER",
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(recon: Recon, command: str):
    recon.refused(command)


def test_a_partition_is_used_only_when_initialised_and_enabled(recon: Recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    for name, reason in (("HIST", "MASTER"), ("HISTA", "PARTITION INIT NEEDED")):
        with pytest.raises(AuthorizationRefused, match=reason):
            dbrc.authorize("IMSP", name, "UP")
    assert dbrc.partition_initialised("HISTA") == 1
    assert dbrc.authorize("IMSP", "HISTA", "UP").name == "IMSP"
    recon.refused("CHANGE.PART DBD(HIST) PART(HISTA) PARTDABL")
    dbrc.unauthorize("IMSP", "HISTA")
    recon.good("CHANGE.PART DBD(HIST) PART(HISTA) PARTDABL")
    with pytest.raises(AuthorizationRefused, match="DISABLED"):
        dbrc.authorize("IMSP", "HISTA", "RD")
    recon.good("CHANGE.PART DBD(HIST) PART(HISTA) PARTENBL", "CHANGE.DB DBD(HIST) NOAUTH")
    with pytest.raises(AuthorizationRefused, match="PROHIBIT"):
        dbrc.authorize("IMSP", "HISTA", "RD")


def test_reorganisation_numbers_count_only_where_they_are_verified(recon: Recon):
    dbrc = recon.dbrc
    assert [dbrc.partition_initialised("HISTA") for _ in range(2)] == [1, 1]
    recon.good("CHANGE.RECON REORGV")
    assert [dbrc.partition_initialised("HISTA") for _ in range(3)] == [1, 2, 3]
    assert dbrc.partition("HISTA").reorg_number == 3


def test_a_changed_high_key_needs_initialisation_where_keys_move(recon: Recon):
    for name in ("HISTA", "HISTM"):
        recon.good(f"CHANGE.PART DBD(HIST) PART({name}) NOPINIT")
    recon.good("CHANGE.PART DBD(HIST) PART(HISTA) KEYSTRNG('CCC')")
    assert [part.init_needed for part in recon.dbrc.partitions("HIST")] == [True, True]


def test_a_reorganisation_makes_an_image_copy_needed_and_a_copy_clears_both_flags(recon: Recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    recon.good(f"NOTIFY.REORG DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(1)})")
    (dataset,) = dbrc.dbds("ACCT")
    assert (dataset.ic_needed, dataset.ic_recommended) == (True, True)
    with pytest.raises(AuthorizationRefused, match="IMAGE COPY NEEDED"):
        dbrc.authorize("IMSP", "ACCT", "UP")
    dbrc.authorize("IMSP", "ACCT", "RD")
    dbrc.unauthorize("IMSP", "ACCT")
    recon.good(f"NOTIFY.UIC DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(2)}) UDATA('SNAPSHOT')")
    (dataset,) = dbrc.dbds("ACCT")
    assert (dataset.ic_needed, dataset.ic_recommended) == (False, False)
    recon.good("CHANGE.DB DBD(ACCT) NOICREQ", f"NOTIFY.REORG DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(3)})")
    assert not dbrc.dbds("ACCT")[0].ic_needed


def test_a_recovery_clears_the_flag_and_is_listed(recon: Recon):
    recon.good("CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) RECOV ADDEQE(1000)")
    recon.good(f"NOTIFY.RECOV DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(9)}) RCVTIME({stamp(8)})")
    text = recon.good("LIST.HISTORY DBD(ACCT)")
    assert "RECOV NEEDED   =OFF" in text
    assert "RECOV TO= 2026.324 12:00:08.000000" in text
    assert "EEQE COUNT              =0" in text


def test_an_area_is_authorized_for_itself(recon: Recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    dbrc.sign_on("IMS2")
    with pytest.raises(AuthorizationRefused, match="NO AREA DATA SET"):
        dbrc.authorize("IMSP", "TELL", "UP", "TELLA1")
    recon.good(
        "CHANGE.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1) AVAIL",
        "INIT.DBDS DBD(TELL) AREA(TELLA2)",
        "INIT.ADS DBD(TELL) AREA(TELLA2) ADDN(TELLA2) ADSN(IMSP.DB.TELL.A2) AVAIL",
    )
    dbrc.authorize("IMSP", "TELL", "UP", "TELLA1")
    dbrc.authorize("IMS2", "TELL", "UP", "TELLA2")
    with pytest.raises(AuthorizationRefused, match="HELD BY IMSP"):
        dbrc.authorize("IMS2", "TELL", "UP", "TELLA1")
    dbrc.unauthorize("IMSP", "TELL", "TELLA1")
    dbrc.authorize("IMS2", "TELL", "UP", "TELLA1")
    assert [(held.name, held.area) for held in dbrc.database("TELL").authorized] == [
        ("IMS2", "TELLA2"),
        ("IMS2", "TELLA1"),
    ]
    recon.refused("CHANGE.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1) ADSN(A.B)")


def test_deleting_a_haldb_leaves_nothing_of_it(recon: Recon):
    recon.good("INIT.DBDSGRP GRPNAME(G) MEMBERS((HISTA,HISTAA),(ACCT,ACCTDD))", "DELETE.DB DBD(HIST)")
    text = recon.good("LIST.RECON")
    assert "HIST" not in text
    assert "#MEMBERS=1" in text


def test_groups_change_their_members(recon: Recon):
    recon.good("INIT.DBDSGRP GRPNAME(G) DBGRP(ACCT,TELL)", "CHANGE.DBDSGRP GRPNAME(G) DELDB(TELL) ADDDB(HIST)")
    assert "    ACCT\n    HIST" in recon.good("LIST.DBDSGRP GRPNAME(G)")
    recon.good("INIT.DBDSGRP GRPNAME(R) RECOVGRP(ACCT)")
    assert "DBRCVGRP=R" in recon.good("LIST.DB DBD(ACCT)")
    recon.refused("INIT.DBDSGRP GRPNAME(S) RECOVGRP(ACCT)")
    recon.good("DELETE.DBDSGRP GRPNAME(R)", "INIT.DBDSGRP GRPNAME(S) RECOVGRP(ACCT)")


def test_a_reuse_group_takes_its_change_accumulation_data_sets_beforehand(recon: Recon):
    recon.good("INIT.CAGRP GRPNAME(CG) GRPMEM((ACCT,ACCTDD)) REUSE GRPMAX(1)")
    notify = f"NOTIFY.CA GRPNAME(CG) RUNTIME({stamp(1)}) STOPTIME({stamp(1)})"
    recon.refused(notify)
    recon.good("INIT.CA GRPNAME(CG) CADSN(A.CA) VOLLIST(V1)")
    assert "CA AVAIL=1     CA USED=0" in recon.good("LIST.CAGRP ALL")
    recon.good(notify)
    assert "CA AVAIL=0     CA USED=1" in recon.good("LIST.CAGRP ALL")
    recon.refused("CHANGE.CAGRP GRPNAME(CG) GRPMAX(0)")
    recon.good("CHANGE.CAGRP GRPNAME(CG) DELMEM((ACCT,ACCTDD))", "CHANGE.CAGRP GRPNAME(CG) ADDMEM((HISTA,HISTAA))")
    assert recon.dbrc.dbds("ACCT")[0].cagrp == ""


ARCHIVE = """//ARC%STPNO EXEC PGM=DFSUARC0,PARM='%SSID'
%SELECT OLDS(%SSID)
//%DDN DD DSN=%DSN,DISP=SHR
%ENDSEL"""


def test_genjcl_fills_skeletons_and_repeats_what_is_selected(recon: Recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    for number in (0, 1):
        dbrc.olds_opened("IMSP", f"DFSOLP0{number}", f"IMSP.OLP0{number}", START, 1)
        dbrc.olds_closed("IMSP", f"DFSOLP0{number}", START, 1, 9)
    recon.library = Library(ARCHJCL=ARCHIVE, JOBJCL="//%JOBNAME JOB", WRONG="//A DD DSN=%NOSUCH")
    assert "//DFSOLP01 DD DSN=IMSP.OLP01" in recon.good(
        "GENJCL.ARCHIVE SSID(IMSP) ALL LIST USERKEYS((%JOBNAME,'ARCHIVE'))"
    )
    assert recon.library.written == [
        "//ARCHIVE JOB",
        "//ARC01 EXEC PGM=DFSUARC0,PARM='IMSP'",
        "//DFSOLP00 DD DSN=IMSP.OLP00,DISP=SHR",
        "//DFSOLP01 DD DSN=IMSP.OLP01,DISP=SHR",
    ]
    assert "%NOSUCH IS NOT KNOWN" in recon.refused("GENJCL.USER MEMBER(WRONG) NOJOB")
    assert "NOTHERE IS NOT IN JCLPDS" in recon.refused("GENJCL.USER MEMBER(NOTHERE) NOJOB")
    recon.refused("GENJCL.ARCHIVE")
    dbrc.olds_archived("IMSP", "DFSOLP00", ArchivedLog("IMSP.SLDS", "V1"))
    dbrc.olds_archived("IMSP", "DFSOLP01", ArchivedLog("IMSP.SLDS2", "V1"))
    assert "NOTHING TO DO" in recon.refused("GENJCL.ARCHIVE NOJOB")


def test_genjcl_for_data_sets_uses_the_members_their_records_name(recon: Recon):
    recon.library = Library(RECOVJCL="//R%STPNO EXEC PGM=DFSURDB0\n//%DDNAME DD DSN=%DBDSN\n//IC DD DSN=%ICDSN")
    recon.good(f"NOTIFY.IC DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(1)}) ICDSN(IMSP.IC.ACCT)")
    recon.good("GENJCL.RECOV DBD(ACCT) DDN(ACCTDD) NOJOB")
    assert recon.library.written == [
        "//R01 EXEC PGM=DFSURDB0",
        "//ACCTDD DD DSN=IMSP.DB.ACCT",
        "//IC DD DSN=IMSP.IC.ACCT",
    ]


def test_a_second_copy_of_logs_is_recorded_and_deleted_with_its_log(recon: Recon):
    key = f"SSID(IMSP) STARTIME({stamp(1)})"
    recon.good(
        f"NOTIFY.PRILOG RLDS {key}",
        f"NOTIFY.SECLOG RLDS {key} DSN(A.RLDS2) VOLSER(V1) RUNTIME({stamp(2)})",
        f"NOTIFY.SECLOG SLDS {key} DSN(A.SLDS2) VOLSER(V1) RUNTIME({stamp(2)})",
        f"NOTIFY.SECLOG OLDS(DFSOLS00) {key} DSN(A.OLS00)",
        f"NOTIFY.SECLOG OLDS(DFSOLS00) {key} RUNTIME({stamp(2)})",
        "CHANGE.SECLOG OLDS(DFSOLS00) SSID(IMSP) ARCHIVED",
        f"CHANGE.SECLOG SLDS {key} DSN(B.SLDS2)",
    )
    text = recon.good("LIST.LOG ALL")
    assert [kind for kind in ("SECLOG", "SECSLD", "SECOLD") if "\n" + kind in text] == ["SECLOG", "SECSLD", "SECOLD"]
    assert "DSN=B.SLDS2" in text
    recon.good(f"DELETE.LOG STARTIME({stamp(1)})", "DELETE.LOG OLDS(DFSOLS00) SSID(IMSP)")
    assert "NUMBER OF RECORDS LISTED IS        0" in recon.good("LIST.LOG ALL")
