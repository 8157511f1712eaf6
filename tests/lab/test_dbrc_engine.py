"""The engine reads a LIST of every record kind without loss, and its commands make the clone's RECON of it."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from imsclone.listings import recon as listings
from imsclone.masks import RenameMask, RenameMasks
from imsclone.recon import ReconRules, changes, commands, compare, unforeseen
from imsclone.spec.model import ReconSwitches
from zoslab.dasd.vsam.check import check_ksds
from zoslab.ims.dbrc import ArchivedLog, Dbrc, ReconDataSet, stamps
from zoslab.ims.dbrc.kinds import KINDS
from zoslab.ims.dbrc.processor import run
from zoslab.ims.dbrc.records import Header, HeaderExtension

SAMPLE = Path(__file__).parents[1] / "unit" / "data" / "list_recon_haldb.txt"
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
VOLSERS = {f"IMSP0{number}": f"IMST0{number}" for number in range(1, 7)}


class Recon:
    """A RECON in three key-sequenced data sets."""

    def __init__(self, make, clock, high="IMSP", source=None):
        self.make, self.clock = make, clock
        self.ksds = [make() for _ in range(3)]
        for ksds, copied in zip(self.ksds, source.ksds if source else [], strict=False):
            for record in copied.browse():
                ksds.insert(record)
        self.messages = []
        self.high = high
        self.open()

    def open(self, lost=()):
        datasets = [
            ReconDataSet(f"{self.high}.RECON{n}", None if n in lost else ksds) for n, ksds in enumerate(self.ksds, 1)
        ]
        self.dbrc = Dbrc.open(datasets, self.clock, self.messages.append, names_may_differ=True)
        return self.dbrc

    def run(self, *commands):
        lines = []
        cards = [part for one in commands for part in (" " + one.replace(") ", ") -\n   ")).split("\n")]
        code = run(self.dbrc, cards, lines.append)
        text = "\n".join(lines)
        assert code == 0, text
        return text

    def clone(self, high):
        return Recon(self.make, type(self.clock)(), high, self)


def at(seconds):
    return START + timedelta(seconds=seconds)


def stamp(seconds):
    return "'" + stamps.text(at(seconds)) + "'"


@pytest.fixture
def full(new_recon_data_set, millisecond_clock):
    """A RECON with a record of every kind."""
    recon = Recon(new_recon_data_set, millisecond_clock)
    recon.run(
        "INIT.RECON SSID(IMSP) CATDS CHECK44 STARTNEW DASDUNIT(3390) TAPEUNIT(3490)",
        "CHANGE.RECON REORGV TIMEZONE(CET,+1) SIZALERT(10,11,90)",
        "INIT.GSG GSGNAME(GSG1)",
        "INIT.SG GSGNAME(GSG1) SGNAME(SITEA) LOCAL ROLE(ACTIVE)",
        "INIT.SG GSGNAME(GSG1) SGNAME(SITEB) REMOTE ROLE(TRACKING)",
        "INIT.DB DBD(ACCT) SHARELVL(1) GSGNAME(GSG1) DATXEXIT RCVTRACK",
        "INIT.DBDS DBD(ACCT) DDN(ACCTDD) DSN(IMSP.DB.ACCT) GENMAX(3) DBORG(HDAM) DSORG(OSAM)",
        "CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) ADDEQE(1000,2000)",
        "INIT.DB DBD(TELL) TYPEFP SHARELVL(1)",
        "INIT.DBDS DBD(TELL) AREA(TELLA1) GENMAX(2) PREOPEN VSO CFSTR1(CF_ONE)",
        "INIT.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1) ADSN(IMSP.DB.TELL.A1) AVAIL",
        "INIT.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1B) ADSN(IMSP.DB.TELL.A1B)",
        "INIT.DB DBD(HIST) TYPHALDB DBORG(PHIDAM) DSORG(OSAM) DSGCNT(2) SHARELVL(1)",
        "INIT.PART DBD(HIST) PART(HISTA) KEYSTRNG('a = DB  |x|') DSNPREFX(IMSP.DB.HIST) BLOCKSZE(4096,8192) GENMAX(5)",
        "INIT.PART DBD(HIST) PART(HISTZ) KEYSTRNG(X'FFFFFFFF') DSNPREFX(IMSP.DB.HIST) RANDOMZR(DFSHDC40) ANCHOR(3)",
        "INIT.DBDSGRP GRPNAME(BANKDB) DBGRP(ACCT,HIST)",
        "INIT.DBDSGRP GRPNAME(BANKDS) MEMBERS((ACCT,ACCTDD),(HISTA,HISTAA))",
        "INIT.DBDSGRP GRPNAME(BANKRV) RECOVGRP(ACCT,TELL)",
        "INIT.CAGRP GRPNAME(BANKGRP) GRPMAX(3) GRPMEM((ACCT,ACCTDD),(HISTA,HISTAA))",
    )
    fill(recon)
    return recon


def fill(recon):
    dbrc = recon.dbrc
    dbrc.sign_on("IMSP")
    for number, (ddname, begin) in enumerate((("DFSOLP00", 10), ("DFSOLP01", 20)), 1):
        dbrc.olds_opened("IMSP", ddname, f"IMSP.OLP0{number - 1}", at(begin), 1000 * number)
        dbrc.olds_closed("IMSP", ddname, at(begin + 10), 1000 * number, 1000 * number + 999)
        slds = ArchivedLog(f"IMSP.SLDS.G000{number}V00", "IMSP05", checkpoints=1, checkpoint=at(begin + 1))
        dbrc.olds_archived("IMSP", ddname, slds, ArchivedLog(f"IMSP.RLDS.G000{number}V00", "IMSP06"))
    recon.run("CHANGE.PART DBD(HIST) PART(HISTA) NOPINIT", "CHANGE.PART DBD(HIST) PART(HISTZ) NOPINIT PARTDABL")
    dbrc.authorize("IMSP", "HISTA", "UP")
    dbrc.authorize("IMSP", "TELL", "UP", "TELLA1")
    dbrc.alloc("ACCT", "ACCTDD", "IMSP", at(12), 17)
    dbrc.dealloc("ACCT", "ACCTDD", "IMSP", at(29), 18)
    dbrc.alloc("HISTA", "HISTAA", "IMSP", at(13))
    dbrc.alloc("TELL", "TELLA1", "IMSP", at(14))
    dbrc.backout_needed("IMSP", "BANKPSB", ["ACCT"], token=b"\xc9\xd4\xe2\xd7", time=at(39), bmp=True)
    secondary = f"SSID(IMSP) STARTIME({stamp(10)})"
    recon.run(
        f"NOTIFY.SECLOG RLDS {secondary} FIRSTREC(3E8)",
        f"NOTIFY.SECLOG RLDS {secondary} DSN(IMSP.RLDS2.G0001V00) VOLSER(IMSP04) RUNTIME({stamp(20)})",
        f"NOTIFY.SECLOG SLDS {secondary} DSN(IMSP.SLDS2.G0001V00) VOLSER(IMSP04) RUNTIME({stamp(20)}) FIRSTREC(3E8)",
        f"NOTIFY.SECLOG OLDS(DFSOLS00) {secondary} DSN(IMSP.OLS00) FIRSTREC(3E8)",
        f"NOTIFY.SECLOG OLDS(DFSOLS00) {secondary} RUNTIME({stamp(20)}) LASTREC(7CF)",
        f"NOTIFY.REORG DBD(HISTA) DDN(HISTAB) RUNTIME({stamp(3)}) STOPTIME({stamp(4)}) ONLINE",
        f"NOTIFY.RECOV DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(8)}) RCVTIME({stamp(7)})",
        f"NOTIFY.UIC DBD(ACCT) DDN(ACCTDD) RUNTIME({stamp(2)}) UDATA('DUMP OF VOLUME X')",
        f"NOTIFY.IC DBD(TELL) AREA(TELLA1) RUNTIME({stamp(5)}) ICDSN(IMSP.IC.TELL) VOLLIST(IMSP04) ICDSN2(IMSP.IC2) "
        "VOLLIST2(IMSP05) RECDCT(77)",
        f"NOTIFY.CA GRPNAME(BANKGRP) CADSN(IMSP.CA.BANK) RUNTIME({stamp(35)}) STOPTIME({stamp(30)}) VOLLIST(IMSP05)",
    )


SWITCHES = ("image_copy", "change_accumulation", "slds", "rlds")


def rules(off=()):
    masks = RenameMasks([RenameMask("IMSP.** -> IMST.**")])
    switches = ReconSwitches(**{name: name not in off for name in SWITCHES})
    return ReconRules(masks, VOLSERS, {"IMSP": "IMST"}, switches)


def shown(value):
    """Return the forms in which a field's value may stand in a listing; none if there is nothing to show."""
    if isinstance(value, datetime):
        return {stamps.text(value)}
    if isinstance(value, bool) or value in ("", None, b"", ()):
        return set()
    if isinstance(value, int):
        return {*(f"{value:0{width}}" for width in range(17)), f"{value:016X}", f"{value:012X}"}
    return {value.hex().upper()} if isinstance(value, bytes) else {str(value)}


def leaves(record):
    for one in dataclasses.fields(record):
        value = getattr(record, one.name)
        for item in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(item):
                yield from leaves(item)
            else:
                yield one.name, item


NOT_SHOWN = {"authorized_usid", "init_token", "token", "full_segment", "state", "is_copy", "last_dmb"}


def test_every_record_kind_is_listed_and_parsed_without_loss(full):
    text = full.run("LIST.RECON")
    parsed = listings.read(text)
    with full.dbrc.recon.unit() as unit:
        stored = list(unit.every())
    assert {type(record) for record in stored} == set(KINDS)
    words = set()
    for record in parsed.listing.records:
        for field in record.fields:
            words |= {field.value, field.value.rstrip("*"), *field.words, *field.value.replace(",", " ").split()}
        words |= {word for line in record.lines if "=" not in line or "|" in line for word in line.split()}
    for record in stored:
        for name, value in leaves(record):
            forms = shown(value)
            assert not forms or name in NOT_SHOWN or forms & words, (type(record).__name__, name, value)
    assert sum(line == "-" * 74 for line in text.splitlines()) == len(parsed.listing.records)


SCALARS = st.one_of(
    st.booleans(),
    st.integers(1, 200),
    st.text("ABCXYZ0189", min_size=1, max_size=3),
    st.binary(min_size=1, max_size=4),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=UTC)),
)


def facts(text):
    """Return everything the engine has read, but for the lines themselves."""
    return [(one.kind, one.fields, one.words(), one.dbds) for one in listings.read(text).listing.records]


def leaves_of(record, path=(), without=frozenset()):
    """Return the paths to the fields that can be given another value and mean something in this record."""
    without = without or ELSEWHERE.get((type(record).__name__, getattr(record, "db_type", "")), frozenset())
    for one in dataclasses.fields(record):
        value = getattr(record, one.name)
        if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            for number, item in enumerate(value):
                yield from leaves_of(item, (*path, (one.name, number)), without)
        elif one.name not in FIXED | without and not (isinstance(value, tuple) and not value):
            yield (*path, (one.name, -1))


def changed(record, path, new):
    """Return the record with another value at the end of a path."""
    (name, number), *rest = path
    old = getattr(record, name)
    if number >= 0:
        new = (*old[:number], changed(old[number], rest, new), *old[number + 1 :])
    elif isinstance(old, tuple):
        new = (*old, new)
    return dataclasses.replace(record, **{name: new})


def at_the_end_of(record, path):
    for name, number in path:
        record = getattr(record, name)
        record = record[number] if number >= 0 else record
    return record


def _same_kind(old, new):
    return new != old and (type(new) is type(old) or (old is None and isinstance(new, datetime)))


FIXED = NOT_SHOWN | {
    "dbname",
    "ddname",
    "dsid",
    "db_type",
    "ssid",
    "master",
    "gsgname",
    "grpname",
    "form",
    "run",
    "alloc",
}
FIXED |= {"start", "partition_id", "ads"}
"""Keys, and fields that decide which record another one stands under or what it is listed as."""


class InStorage:
    """A key-sequenced data set in storage, for many RECONs in a short time."""

    def __init__(self, records):
        self.records = dict(records)

    def get(self, key):
        return self.records.get(key)

    def insert(self, record):
        self.records[record[:32]] = record

    update = insert

    def delete(self, key):
        del self.records[key]

    def browse(self, from_key=b""):
        return iter([self.records[key] for key in sorted(self.records) if key >= from_key])


OF_AREAS = frozenset(["cfstr1", "cfstr2", "lkasid", "mas", "preload", "preopen", "prohibited", "read_only", "vso"])
OF_HALDB = frozenset(["alter", "olr_active", "olr_capable", "osam8g"])
OF_DATABASES = frozenset(
    [
        "backout_count",
        "dbrcvgrp",
        "hard_usid",
        "ofr_required",
        "olr_active",
        "quiesce_held",
        "quiesce_in_progress",
        "receive_needed_usid",
        "receive_required_count",
        "receive_usid",
        "reorg_intent",
        "tracking_suspended",
        "usid",
    ]
)
ELSEWHERE = {
    ("Alloc", ""): frozenset({"dealloc_lrid"}),
    ("Db", "IMS"): OF_HALDB,
    ("Db", "FP"): OF_HALDB | {"area"},
    ("Db", "HALDB"): OF_DATABASES,
    ("Db", "PART"): (OF_HALDB - {"olr_active"}) | {"area", "dmb", "share_level"},
    ("Dbds", "FP"): frozenset({"dsn"}),
    ("Dbds", "IMS"): OF_AREAS,
    ("Dbds", "PART"): OF_AREAS,
}
"""Fields that say nothing in a record of that type: DBRC keeps and lists them in another one (an area's subsystems in
SSYS, a partition's share level in its master), or, with DEALLOC LRID, once there is a DEALLOC."""


@pytest.fixture
def list_with(full):
    """Return the listing of the RECON with one record put in."""
    held = [{record[:32]: record for record in ksds.browse()} for ksds in full.ksds]

    def list_it(record):
        datasets = [ReconDataSet(f"IMSP.RECON{n}", InStorage(one)) for n, one in enumerate(held, 1)]
        dbrc, lines = Dbrc.open(datasets, type(full.clock)()), []
        with dbrc.recon.unit() as unit:
            unit.put(record)
        assert run(dbrc, [" LIST.RECON"], lines.append) == 0
        return "\n".join(lines)

    return list_it


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_field_of_a_record_can_change_without_the_engine_reading_another_listing(full, list_with, data):
    """What differs in the RECON differs in what the engine reads: nothing is lost between record and engine."""
    with full.dbrc.recon.unit() as unit:
        records = [one for one in unit.every() if not isinstance(one, Header | HeaderExtension)]
    record, path = data.draw(st.sampled_from([(one, path) for one in records for path in leaves_of(one)]))
    old = at_the_end_of(record, path)
    values = st.just("ZZ9") if isinstance(old, tuple) else SCALARS.filter(lambda new: _same_kind(old, new))
    other = changed(record, path, data.draw(values))
    note(f"{type(record).__name__} {path}: {record} -> {other}")
    assert facts(list_with(record)) != facts(list_with(other))


def test_the_sample_listing_is_what_is_listed(full):
    listed = full.run("LIST.RECON")
    assert SAMPLE.read_text() == listed + "\n"


def test_partitions_and_areas_are_read_as_they_are_recorded(full):
    parsed = listings.read(full.run("LIST.RECON"))
    recorded = full.dbrc.partitions("HIST")
    assert [(one.name, one.partition_id, one.dsn_prefix, bytes.fromhex(one.high_key), one.disabled)
            for one in parsed.partitions] == [
        (one.name, one.partition_id, one.dsn_prefix, one.high_key, one.disabled) for one in recorded
    ]  # fmt: skip
    (area,) = [one for one in parsed.data_sets if one.area_data_sets]
    assert [(one.ddname, one.dsname, one.status) for one in area.area_data_sets] == [
        ("TELLA1", "IMSP.DB.TELL.A1", "AVAIL"),
        ("TELLA1B", "IMSP.DB.TELL.A1B", "UNAVAIL"),
    ]
    names = {one.dsname for one in parsed.data_sets if one.dbd == "HISTA"}
    assert names == {f"IMSP.DB.HIST.{letter}00001" for letter in "ABXL"}


def test_the_engines_commands_turn_all_of_it_into_the_clones(full):
    before = listings.read(full.run("LIST.RECON"))
    clone = full.clone("IMST")
    made = commands(before, rules())
    assert any(one.text.startswith("CHANGE.IC DBD(TELL) AREA(TELLA1) RECTIME(") for one in made)
    for one in made:
        clone.run(one.text)
    after = listings.read(clone.run("LIST.RECON"))
    assert [str(problem) for problem in compare(before, after, rules())] == []
    assert "IMSP." not in clone.run("LIST.RECON")
    assert commands(after, rules()) == ()
    assert {one.dsn for one in clone.dbrc.dbds("HISTA")} == {f"IMST.DB.HIST.{letter}00001" for letter in "ABXL"}


@pytest.mark.parametrize("off", [(), *((name,) for name in SWITCHES), SWITCHES], ids="-".join)
def test_exactly_what_must_change_in_a_recon_changes_and_nothing_of_the_source_is_left(full, off):
    with_rules = rules(off)
    full.run(f"NOTIFY.SUBSYS SSID(NIGHTLY) BATCH ABNORMAL STARTIME({stamp(1)})")
    before = listings.read(full.run("LIST.RECON"))
    clone = full.clone("IMST")
    for one in commands(before, with_rules):
        clone.run(one.text)
    listed = clone.run("LIST.RECON").partition("\n" + "-" * 74)[2]
    after = listings.read("-" * 74 + listed)
    found = changes(before, after, with_rules)
    assert [str(one) for one in unforeseen(found, with_rules)] == []
    assert re.findall(r"\bIMSP(?:\d\d)?\b.*", listed) == []
    assert {change.record for change in found if change.field == "record"} - DROPPED == {"SSYS NIGHTLY"}
    names = {change.before.removeprefix("IMSP.") for change in found if change.field.startswith(("DSN", "ADSN"))}
    assert {"DB.ACCT", "DB.TELL.A1", "DB.TELL.A1B", "DB.HIST.A00001", "DB.HIST.L00002", "OLP01", "OLS00"} <= names


DROPPED = {
    "IMAGE TELL TELLA1 2026.324 12:00:05.000000 +00:00",
    "CA BANKGRP 2026.324 12:00:35.000000 +00:00",
    *(f"{kind} IMST 2026.324 12:00:10.000000 +00:00" for kind in ("SECLOG", "SECSLD", "LOGALL", "PRILOG", "PRISLD")),
}


@pytest.mark.parametrize(
    ("command", "record", "field"),
    [
        ("CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) GENMAX(9)", "DBDS ACCT ACCTDD", "GENMAX"),
        ("CHANGE.DBDS DBD(ACCT) DDN(ACCTDD) ICON", "DBDS ACCT ACCTDD", "IC NEEDED"),
        ("CHANGE.DB DBD(ACCT) NOAUTH", "DB ACCT", "PROHIBIT AUTHORIZATION"),
        ("CHANGE.PART DBD(HIST) PART(HISTA) PINIT", "DB HISTA", "PARTITION INIT NEEDED"),
        ("CHANGE.PART DBD(HIST) PART(HISTA) DSNPREFX(OTHER)", "DBDS HISTA HISTAA", "DSN"),
        ("CHANGE.RECON NOREORGV", "RECON", "REORG NUMBER VERIFICATION"),
        (f"DELETE.REORG DBD(HISTA) DDN(HISTAB) RECTIME({stamp(3)})", "REORG HISTA HISTAB", "record"),
        ("DELETE.DBDSGRP GRPNAME(BANKRV)", "DBDSGRP BANKRV", "record"),
        ("DELETE.SG GSGNAME(GSG1) SGNAME(SITEB)", "GSG GSG1", "#SGS"),
        ("CHANGE.CAGRP GRPNAME(BANKGRP) DELMEM((ACCT,ACCTDD))", "CAGRP BANKGRP", "ACCT"),
        ("DELETE.ADS DBD(TELL) AREA(TELLA1) ADDN(TELLA1B)", "AREA TELL TELLA1", "ADDN 2"),
    ],
)
def test_what_a_command_changes_beyond_the_conversion_is_told(full, command, record, field):
    before = listings.read(full.run("LIST.RECON"))
    clone = full.clone("IMST")
    for one in commands(before, rules()):
        clone.run(one.text)
    clone.run(command)
    found = unforeseen(changes(before, listings.read(clone.run("LIST.RECON")), rules()), rules())
    told = [str(one) for one in found]
    assert [text for text in told if re.match(rf"CLN438W  RECON record {record}.*: {field} was ", text)], told


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_copy_is_replaced_by_the_spare_with_all_the_records(full, lost):
    before = full.run("LIST.RECON").split("NUMBER OF REGISTERED DATABASES")[1]
    full.open(lost={lost})
    assert any(message.startswith("DSP0381I") for message in full.messages)
    assert (
        full.run("LIST.RECON").split("NUMBER OF REGISTERED DATABASES")[1].splitlines()[:-4]
        == (before.splitlines()[:-4])
    )
    left = [ksds for number, ksds in enumerate(full.ksds, 1) if number != lost]
    held = [{record[:32]: record[40:] for record in ksds.browse()} for ksds in left]
    assert held[0].keys() == held[1].keys()
    assert all(not check_ksds(ksds) for ksds in left)
