from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.ims.dbrc import Dbrc, ReconDataSet, layout, stamps
from zoslab.ims.dbrc.copies import Copy, Update
from zoslab.ims.dbrc.database_records import Db
from zoslab.ims.dbrc.errors import ReconLost, ReconNamesDiffer, ReconNotInitialised
from zoslab.ims.dbrc.kinds import KINDS, decode, joined, segments
from zoslab.ims.dbrc.processor import run
from zoslab.ims.dbrc.records import HeaderExtension, Record


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


class PowerError(Exception):
    """The machine stops."""


class SortedRecords:
    """A KSDS in memory that can lose power after a number of writes, or have an I/O error."""

    def __init__(self, records: dict[bytes, bytes] | None = None) -> None:
        self.records = dict(records or {})
        self.broken = False
        self.writes_left: list[int] = []

    def _use(self) -> None:
        if self.broken:
            raise OSError("I/O error")

    def _write(self) -> None:
        self._use()
        if self.writes_left:
            self.writes_left[0] -= 1
            if self.writes_left[0] < 0:
                raise PowerError

    def get(self, key: bytes) -> bytes | None:
        self._use()
        return self.records.get(key)

    def insert(self, record: bytes) -> None:
        self._write()
        assert record[:32] not in self.records
        assert len(record) <= 4086
        self.records[record[:32]] = record

    def update(self, record: bytes) -> None:
        self._write()
        assert record[:32] in self.records
        self.records[record[:32]] = record

    def delete(self, key: bytes) -> None:
        self._write()
        del self.records[key]

    def browse(self, from_key: bytes = b"") -> Iterator[bytes]:
        self._use()
        for key in sorted(self.records):
            if key >= from_key:
                yield self.records[key]


def three() -> list[SortedRecords]:
    return [SortedRecords() for _ in range(3)]


def data_sets(stores: list[SortedRecords | None], high: str = "IMSP") -> list[ReconDataSet]:
    return [ReconDataSet(f"{high}.RECON{number}", store) for number, store in enumerate(stores, 1)]


def opened(stores: list[SortedRecords | None], high: str = "IMSP", **options: bool) -> tuple[Dbrc, list[str]]:
    messages: list[str] = []
    return Dbrc.open(data_sets(stores, high), Clock(), messages.append, **options), messages


def commands(dbrc: Dbrc, *records: str) -> tuple[int, str]:
    lines: list[str] = []
    code = run(dbrc, records, lines.append)
    return code, "\n".join(lines)


def initialised(*more: str) -> list[SortedRecords]:
    stores = three()
    dbrc, _ = opened(list(stores))
    code, text = commands(dbrc, "INIT.RECON SSID(IMSP) CATDS STARTNEW", *more)
    assert code == 0, text
    return stores


def test_every_record_kind_reads_back_as_it_was_written():
    for kind in KINDS:
        record = kind()
        assert decode(record.key, layout.store(record)) == record


zones = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
moments = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1), timezones=zones)


@given(moment=moments)
def test_a_time_stamp_keeps_instant_and_zone_packed_and_written(moment):
    packed = stamps.pack(moment)
    assert len(packed) == 12
    for again in (stamps.unpack(packed), stamps.parse(stamps.text(moment))):
        assert again == moment
        assert moment is None or again.utcoffset() == moment.utcoffset()


def test_time_stamps_are_read_in_all_forms_of_the_manual():
    full = datetime(2010, 3, 13, 10, 23, 53, 979935, timezone(timedelta(hours=-7)))
    assert stamps.parse("2010.072 10:23:53.979935 -07:00") == full
    assert stamps.parse("10.072 10:23:53.979935 -07:00") == full
    assert stamps.parse("2010072102353979935-0700") == full
    tenth = datetime(2007, 3, 9, 22, 26, 2, 200000, timezone(timedelta(hours=-8)))
    assert stamps.parse("070682226022-0800") == tenth
    for bad in ("2010.366 10:00:00", "2010.072 25:00:00", "YESTERDAY", "2010.072 10:00:00 PST"):
        with pytest.raises(stamps.BadStamp):
            stamps.parse(bad)


names = st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True)


def filled(kind: type[Record]) -> st.SearchStrategy[Record]:
    example = kind()
    chosen = {}
    for name, value in vars(example).items():
        if isinstance(value, bool):
            chosen[name] = st.booleans()
        elif isinstance(value, int):
            chosen[name] = st.integers(0, 255)
        elif isinstance(value, str) and len(layout.store(replace(example, **{name: ""}))) and name not in ("group_id",):
            chosen[name] = st.from_regex(r"[A-Z]{0,3}", fullmatch=True)
        elif value is None:
            chosen[name] = moments
    return st.builds(kind, **chosen)


@given(record=st.one_of([filled(kind) for kind in KINDS]))
def test_a_record_of_any_content_reads_back(record):
    assert decode(record.key, layout.store(record)) == record
    assert len(record.key) == 32


@given(content=st.binary(max_size=20000), token=st.integers(0, 2**63))
def test_long_records_are_cut_into_segments_and_joined_again(content, token):
    stored = segments(Db("ACCT").key, content, token)
    assert joined(stored) == (content, token)
    assert max(map(len, stored)) <= 4000
    if len(stored) > 1:
        with pytest.raises(layout.DamagedRecord):
            joined(stored[:-1])


def test_recons_are_empty_until_init_recon():
    dbrc, _ = opened(list(three()))
    with pytest.raises(ReconNotInitialised):
        dbrc.databases()
    assert commands(dbrc, "LIST.RECON STATUS")[0] == 12


def test_both_copies_hold_the_same_and_the_spare_stays_empty():
    stores = initialised("INIT.DB DBD(ACCT) SHARELVL(1)")
    assert stores[0].records == stores[1].records
    assert not stores[2].records
    assert commands(opened(list(stores))[0], "INIT.RECON SSID(X)")[0] == 12


def test_a_crash_at_any_write_leaves_an_update_done_or_undone_in_both_copies():
    before = initialised("INIT.DB DBD(ACCT)", "INIT.DB DBD(CUST)")
    outcomes = set()
    for survive in range(60):
        stores = [SortedRecords(store.records) for store in before]
        left = [survive]
        for store in stores:
            store.writes_left = left
        dbrc, _ = opened(list(stores))
        finished = True
        try:
            commands(dbrc, "INIT.DB DBD(HIST) NONRECOV", "DELETE.DB DBD(ACCT)")
        except PowerError:
            finished = False
        for store in stores:
            store.writes_left = []
        again, _ = opened(list(stores))
        found = tuple(db.dbname for db in again.databases())
        assert found in {("ACCT", "CUST"), ("ACCT", "CUST", "HIST"), ("CUST", "HIST")}
        outcomes.add(found)
        assert stores[0].records == stores[1].records
        assert not any(record[16] == Update.TYPE for record in stores[0].records)
        if finished:
            break
    assert finished
    assert len(outcomes) == 3


def test_losing_a_copy_brings_up_the_spare_and_work_goes_on():
    stores = initialised("INIT.DB DBD(ACCT)")
    dbrc, messages = opened(list(stores))
    commands(dbrc, "NOTIFY.SUBSYS SSID(IMSP)")
    stores[0].broken = True
    assert commands(dbrc, "INIT.DB DBD(CUST)")[0] == 0
    assert [name for name in ("RECON1", "RECON2", "RECON3") if dbrc.recon.extension.status(name) == "COPY1"] == [
        "RECON3"
    ]
    assert dbrc.recon.extension.status("RECON1") == "UNAVAILABLE"
    assert stores[1].records == stores[2].records
    assert any(line.startswith("DSP0901I  RECON1 IMSP.RECON1") for line in messages)
    assert any(line.startswith("DSP0388I  SSID=IMSP") for line in messages)
    assert [db.dbname for db in dbrc.databases()] == ["ACCT", "CUST"]


def test_a_data_set_that_is_gone_is_replaced_at_open_and_comes_back_as_the_spare():
    stores = initialised("INIT.DB DBD(ACCT)")
    dbrc, messages = opened([stores[0], None, stores[2]])
    assert any("DATA SET NOT FOUND" in line for line in messages)
    assert dbrc.recon.extension.status("RECON3") == "COPY2"
    again, _ = opened([stores[0], SortedRecords(), stores[2]])
    assert again.recon.extension.status("RECON2") == "SPARE"


def test_without_a_spare_new_work_needs_startnew():
    stores = initialised()
    dbrc, _ = opened([stores[0], None, None])
    assert dbrc.databases() == []
    assert commands(dbrc, "CHANGE.RECON NONEW")[0] == 0
    with pytest.raises(ReconLost):
        opened([stores[0], None, None])
    both, _ = opened([stores[0], SortedRecords(), None])
    assert both.recon.extension.status("RECON2") == "COPY2"


def test_a_copy_left_behind_is_brought_up_at_open():
    stores = initialised("INIT.DB DBD(ACCT)")
    old = dict(stores[1].records)
    commands(opened(list(stores))[0], "INIT.DB DBD(CUST)")
    stores[1].records = old
    dbrc, messages = opened(list(stores))
    assert stores[0].records == stores[1].records
    assert any(line.startswith("DSP0903I  RECON2") for line in messages)
    assert len(dbrc.databases()) == 2


def test_two_instances_see_each_others_changes_and_configuration():
    stores = initialised()
    first, _ = opened(list(stores))
    second, _ = opened(list(stores))
    commands(first, "INIT.DB DBD(ACCT)", "CHANGE.RECON REPLACE(RECON1)")
    assert [db.dbname for db in second.databases()] == ["ACCT"]
    commands(second, "INIT.DB DBD(CUST)")
    assert [db.dbname for db in first.databases()] == ["ACCT", "CUST"]
    assert stores[1].records == stores[2].records
    assert first.recon.extension.status("RECON1") == "DISCARDED"


def test_a_copied_recon_is_recognised_and_refused_until_its_names_are_changed():
    stores = initialised("INIT.DB DBD(ACCT)")
    clone = [SortedRecords(store.records) for store in stores]
    with pytest.raises(ReconNamesDiffer, match=r"RECON1 IS IMST\.RECON1 BUT THE HEADER SAYS IMSP\.RECON1"):
        opened(list(clone), "IMST")
    before = [dict(store.records) for store in clone]
    dbrc, _ = opened(list(clone), "IMST", names_may_differ=True)
    code, text = commands(dbrc, "LIST.RECON STATUS")
    assert code == 0
    assert "DSP0917I  RECON2 IS IMST.RECON2 BUT THE RECON HEADER RECORDS IMSP.RECON2" in text
    assert commands(dbrc, "CHANGE.RECON SSID(IMST)")[0] == 12
    assert [store.records for store in clone] == before
    replaces = [f"CHANGE.RECON REPLACE(RECON{number})" for number in (1, 2, 3)]
    code, text = commands(dbrc, *replaces, "CHANGE.RECON SSID(IMST)")
    assert code == 0, text
    again, _ = opened(list(clone), "IMST")
    assert again.header.ssid == "IMST"
    assert [entry.dsname for entry in again.recon.extension.datasets] == ["IMST.RECON1", "IMST.RECON2", "IMST.RECON3"]
    assert clone[0].records == clone[1].records
    assert opened(list(stores))[0].header.ssid == "IMSP"


def test_a_recon_copied_in_the_middle_of_an_update_lists_the_finished_update_without_being_written():
    before = initialised("INIT.DB DBD(ACCT)")
    for survive in range(1, 6):
        stores = [SortedRecords(store.records) for store in before]
        dbrc, _ = opened(list(stores))
        left = [survive]
        for store in stores:
            store.writes_left = left
        with pytest.raises(PowerError):
            commands(dbrc, "DELETE.DB DBD(ACCT)")
        clone = [SortedRecords(store.records) for store in stores]
        copied, _ = opened(list(clone), "IMST", names_may_differ=True)
        assert copied.databases() == []
        assert [store.records for store in clone] == [store.records for store in stores]
        replaces = [f"CHANGE.RECON REPLACE(RECON{number})" for number in (1, 2, 3)]
        assert commands(copied, *replaces)[0] == 0
        assert clone[0].records == clone[1].records
        assert copied.databases() == []


def test_copies_of_different_recons_cannot_be_made_one():
    stores = initialised()
    other = initialised("INIT.DB DBD(CUST)")
    mixed, _ = opened([stores[0], other[1], stores[2]], "IMST", names_may_differ=True)
    assert commands(mixed, "CHANGE.RECON REPLACE(RECON1)")[0] == 12


def test_replace_puts_the_spare_in_place_and_needs_one():
    stores = initialised("INIT.DB DBD(ACCT)")
    dbrc, _ = opened(list(stores))
    assert commands(dbrc, "CHANGE.RECON REPLACE(RECON3)")[0] == 12
    assert commands(dbrc, "CHANGE.RECON REPLACE(RECON2)")[0] == 0
    assert dbrc.recon.extension.status("RECON3") == "COPY2"
    assert commands(dbrc, "CHANGE.RECON REPLACE(RECON1)")[0] == 12
    stores[1].records.clear()
    assert commands(opened(list(stores))[0], "CHANGE.RECON REPLACE(RECON1)")[0] == 0


def test_the_extension_is_the_last_thing_a_new_copy_gets():
    stores = initialised("INIT.DB DBD(ACCT)")
    target = SortedRecords()
    target.writes_left = [len(stores[0].records) - 1]
    with pytest.raises(PowerError):
        Copy(target).become(Copy(stores[0]))
    assert HeaderExtension().key not in target.records
