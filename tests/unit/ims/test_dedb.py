"""DEDBs: areas, their format, DL/I calls, changes at sync point, restart, stopping an area, the pointer check."""

import threading

import pytest

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.vsam.esds import Esds
from zoslab.ims import dbdgen, log_records, pointer_check
from zoslab.ims.dedb import interval
from zoslab.ims.dedb.area import AreaFile, AreaParts, format_area
from zoslab.ims.dedb.database import area_named, open_dedb
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.gate import Gate
from zoslab.ims.log_records import Type
from zoslab.ims.psb import DbPcb
from zoslab.ims.recovery_scan import Analysis, redo

SOURCE = """
TELL     DBD   NAME=TELL,ACCESS=DEDB,RMNAME=DBFHDC40
         AREA  DD1=TELLA1,SIZE=1024,UOW=(5,2),ROOT=(6,2)
         AREA  DD1=TELLA2,SIZE=512,UOW=(4,1),ROOT=(5,2)
         SEGM  NAME=TELLER,PARENT=0,BYTES=40
         FIELD NAME=(TELLID,SEQ,U),START=1,BYTES=6,TYPE=C
         SEGM  NAME=JOURNAL,PARENT=TELLER,BYTES=20,TYPE=SEQ
         SEGM  NAME=DRAWER,PARENT=((TELLER,DBLE)),BYTES=(60,10)
         FIELD NAME=(DRAWID,SEQ,U),START=3,BYTES=4,TYPE=C
         SEGM  NAME=NOTE,PARENT=DRAWER,BYTES=16
         DBDGEN
         FINISH
         END
"""


class Space:
    """The tracks of one data set in storage; ``broken`` fails every read."""

    def __init__(self, tracks=6):
        self.geometry, self.last, self.broken = Geometry("3390", 100), (0, 0), False
        self.held = [[] for _ in range(tracks)]

    @property
    def tracks(self):
        return len(self.held)

    def read(self, track):
        if self.broken:
            raise OSError("equipment check")
        return list(self.held[track])

    def write(self, track, records):
        self.held[track] = list(records)

    def locate(self, track):
        return self, track

    def extend(self):
        raise AssertionError("an area is not extended")

    def copy(self):
        made = Space(0)
        made.held = [list(track) for track in self.held]
        return made


class KeptLog:
    """A log in storage; ``safe`` is how many records survive."""

    def __init__(self):
        self.records, self.next_lsn, self.safe = [], 1, 0
        self.latch = threading.Lock()

    def append(self, record):
        with self.latch:
            self.records.append(log_records.decode(record.encode("IMSP", 0, self.next_lsn)))
            self.next_lsn += 1
            return self.next_lsn - 1

    def force(self, lsn=None):
        self.safe = max(self.safe, self.next_lsn - 1 if lsn is None else lsn)


class Tellers:
    """A DEDB of two areas, the first with two data sets."""

    def __init__(self, spaces=None):
        self.dbd = dbdgen.generate(SOURCE.splitlines())
        fresh = spaces is None
        self.spaces = spaces or [Space(), Space(), Space()]
        sizes = (1024, 1024, 512)
        clusters = [Esds(space, size) for space, size in zip(self.spaces, sizes, strict=True)]
        for cluster in [] if fresh else clusters:
            count = cluster.data.count
            with cluster.holder.changing(cluster.atomic):
                cluster.holder.put(hurba=count * cluster.ci_size, records=count)
        self.files = [AreaFile(clusters[:2], "TELLA1"), AreaFile(clusters[2:], "TELLA2")]
        for file, area in zip(self.files, self.dbd.areas, strict=True) if fresh else []:
            format_area(file, area)
        self.log = KeptLog()
        self.engine = Engine.over(self.log, Gate(), 40)
        self.database = open_dedb(self.dbd, self.engine.recovery, self.files)

    def pcb(self, options="A"):
        return Pcb(DbPcb("TELL", options, 20), self.database, self.engine.recovery.begin("TELLPSB", 1))

    def commit(self, pcb):
        self.engine.recovery.commit(pcb.unit)
        pcb.attach(self.engine.recovery.begin("TELLPSB", 1))

    def back_out(self, pcb):
        self.engine.recovery.back_out(pcb.unit, lambda unit, change: pytest.fail("areas have nothing to undo"))
        pcb.attach(self.engine.recovery.begin("TELLPSB", 1))

    def fill(self, tellers=40, drawers=3):
        pcb = self.pcb()
        for number in range(tellers):
            assert pcb.isrt(teller(number), "TELLER  "), pcb.status
            for place in range(drawers):
                assert pcb.isrt(drawer(place, 10 + place * 20), "DRAWER  "), pcb.status
                assert pcb.isrt(b"NOTE".ljust(16, b"."), "NOTE    "), pcb.status
            assert pcb.isrt(b"JOURNAL".ljust(20, b"."), f"TELLER  (TELLID  = T{number:05})", "JOURNAL "), pcb.status
            if number % 10 == 9:
                self.commit(pcb)
        self.commit(pcb)
        return pcb

    def everything(self):
        pcb = self.pcb("G")
        found = []
        while (data := pcb.gn()) is not None:
            found.append((pcb.segment, data))
        self.commit(pcb)
        return found


def teller(number, amount=100):
    return f"T{number:05}".encode("cp1047") + amount.to_bytes(4, "big") + bytes(30)


def drawer(place, length):
    return length.to_bytes(2, "big") + f"D{place:03}".encode("cp1047") + b"x" * (length - 6)


@pytest.fixture
def tellers():
    return Tellers()


def test_an_area_is_formatted_as_the_dbd_says(tellers):
    parts = AreaParts(tellers.dbd.areas[0])
    assert (parts.units, parts.anchors, parts.reorganisation, parts.overflow, parts.sequential) == (4, 12, 21, 26, 36)
    for number in (0, 1, 4, 21, 26, 27, 36, tellers.files[0].blocks - 1):
        image = tellers.files[0].read(number)
        assert interval.kind_of(image) == parts.kind(number)
        suffix = interval.suffix(image)
        assert (suffix.rba, suffix.record, suffix.used, suffix.free) == (number * 1024, 1017, 1017, 0)
    assert parts.kind(4) == interval.DEPENDENT_OVERFLOW
    assert parts.kind(26) == interval.SPACE_MAP


def test_segments_inserted_are_found_again_in_hierarchic_order(tellers):
    tellers.fill()
    found = tellers.everything()
    assert [name for name, _ in found].count("TELLER") == 40
    assert [name for name, _ in found[:8]] == [
        "TELLER",
        "JOURNAL",
        "DRAWER",
        "NOTE",
        "DRAWER",
        "NOTE",
        "DRAWER",
        "NOTE",
    ]
    pcb = tellers.pcb("G")
    for number in range(40):
        assert pcb.gu(f"TELLER  (TELLID  = T{number:05})", "DRAWER  (DRAWID  = D002)") == drawer(2, 50)
    tellers.commit(pcb)
    assert pointer_check.check(tellers.database).errors == []


def test_both_areas_and_every_part_of_them_are_used(tellers):
    tellers.fill()
    kinds = set()
    for area in tellers.database.store.areas():
        for number in range(1, area.data_set.end):
            elements = list(interval.elements(area.image(number))) if area.parts.kind(number) < 4 else []
            empty = interval.end(area.size, area.parts.kind(number)) - interval.start(area.parts.kind(number))
            if elements and elements[0][1] != empty:
                kinds.add((area.data_set.ddname, area.parts.kind(number)))
        if any(area.owner(n) >= 0 for n in range(area.parts.overflow + 1, area.parts.sequential)):
            kinds.add((area.data_set.ddname, interval.INDEPENDENT_OVERFLOW))
    assert {("TELLA1", interval.BASE), ("TELLA2", interval.BASE), ("TELLA2", interval.DEPENDENT_OVERFLOW)} <= kinds
    assert ("TELLA2", interval.INDEPENDENT_OVERFLOW) in kinds


def test_segments_are_replaced_grown_and_deleted(tellers):
    pcb = tellers.fill()
    assert pcb.ghu("TELLER  (TELLID  = T00007)", "DRAWER  (DRAWID  = D000)") == drawer(0, 10)
    assert pcb.repl(drawer(0, 60))
    assert pcb.ghu("TELLER  (TELLID  = T00009)") == teller(9)
    assert pcb.dlet()
    assert pcb.ghu("TELLER  (TELLID  = T00011)", "DRAWER  (DRAWID  = D001)")
    assert pcb.dlet()
    tellers.commit(pcb)
    assert pcb.gu("TELLER  (TELLID  = T00007)", "DRAWER  (DRAWID  = D000)") == drawer(0, 60)
    assert pcb.gu("TELLER  (TELLID  = T00009)") is None
    assert pcb.gu("TELLER  (TELLID  = T00011)", "DRAWER  (DRAWID  = D001)") is None
    report = pointer_check.check(tellers.database)
    assert (report.errors, report.segments["TELLER"], report.segments["DRAWER"]) == ([], 39, 116)


def test_sequential_dependents_come_newest_first_and_cannot_be_replaced(tellers):
    pcb = tellers.pcb()
    pcb.isrt(teller(1), "TELLER  ")
    for number in range(60):
        assert pcb.isrt(f"J{number:03}".encode("cp1047").ljust(20, b"."), "TELLER  (TELLID  = T00001)", "JOURNAL ")
    tellers.commit(pcb)
    pcb.gu("TELLER  (TELLID  = T00001)")
    found = [pcb.gnp("JOURNAL ") for _ in range(60)]
    assert [one[:4].decode("cp1047") for one in found] == [f"J{number:03}" for number in reversed(range(60))]
    assert pcb.ghu("TELLER  (TELLID  = T00001)", "JOURNAL ")
    assert not pcb.repl(bytes(20))
    assert pcb.status == "AM"


def test_duplicate_keys_and_wrong_lengths_get_their_status(tellers):
    pcb = tellers.fill(5)
    assert (pcb.isrt(teller(3), "TELLER  "), pcb.status) == (False, "II")
    assert (pcb.isrt(b"short", "TELLER  "), pcb.status) == (False, "AB")
    assert (pcb.isrt(drawer(9, 70), "TELLER  (TELLID  = T00003)", "DRAWER  "), pcb.status) == (False, "V1")


def test_a_full_area_gives_fs_and_stays_whole(tellers):
    pcb = tellers.pcb()
    number = 0
    while pcb.isrt(teller(number), "TELLER  "):
        number += 1
        assert number < 5000
    assert pcb.status == "FS"
    tellers.back_out(pcb)
    assert tellers.everything() == []
    tellers.fill()
    assert pointer_check.check(tellers.database).errors == []


def test_nothing_of_a_unit_is_on_the_log_or_on_disk_before_its_sync_point(tellers):
    tellers.fill(5)
    tellers.engine.pool.flush()
    before, logged = [space.copy().held for space in tellers.spaces], len(tellers.log.records)
    pcb = tellers.pcb()
    pcb.isrt(teller(77), "TELLER  ")
    tellers.engine.pool.flush()
    assert (len(tellers.log.records), [space.held for space in tellers.spaces]) == (logged, before)
    tellers.commit(pcb)
    types = [record.type for record in tellers.log.records[logged:]]
    assert types[0] == Type.UOR_START
    assert set(types[1:-2]) == {Type.AREA_CHANGE}
    assert types[-2:] == [Type.COMMIT, Type.UOR_END]


def test_a_unit_that_is_backed_out_leaves_no_trace(tellers):
    tellers.fill(8)
    before = tellers.everything()
    pcb = tellers.pcb()
    pcb.ghu("TELLER  (TELLID  = T00003)")
    pcb.dlet()
    pcb.isrt(teller(99), "TELLER  ")
    tellers.back_out(pcb)
    assert tellers.everything() == before
    assert pointer_check.check(tellers.database).errors == []


@pytest.mark.parametrize("flushed", [False, True])
def test_restart_redoes_what_was_committed_and_nothing_else(tellers, flushed):
    lost = [space.copy() for space in tellers.spaces]
    tellers.fill(20)
    expected = tellers.everything()
    pcb = tellers.pcb()
    pcb.isrt(teller(500), "TELLER  ")
    unit, area = pcb.unit, tellers.database.store.areas()[0]
    tellers.engine.recovery._start(unit)
    for one in unit.participants:
        one.log(unit, lambda record: tellers.log.append(tellers.engine.recovery._stamp(unit, record)))
    assert area.data_set.ddname == "TELLA1"
    if flushed:
        tellers.engine.pool.flush()
        lost = [space.copy() for space in tellers.spaces]
    again = Tellers(lost)
    analysis = Analysis(tellers.log.records)
    assert list(analysis.in_flight) == [unit.number]
    redo(tellers.log.records, analysis, again.database.redo)
    assert again.everything() == expected
    assert pointer_check.check(again.database).errors == []


def test_restart_does_not_redo_a_unit_that_was_backed_out_while_it_logged_its_changes(tellers, monkeypatch):
    lost = [space.copy() for space in tellers.spaces]
    tellers.fill(5)
    expected = tellers.everything()
    pcb = tellers.pcb()
    for number in range(100, 120):
        assert pcb.isrt(teller(number), "TELLER  ")
    assert len(pcb.unit.participants) == 2

    def broken(unit, append):
        raise ImsError("DFS2580I")

    monkeypatch.setattr(pcb.unit.participants[1], "log", broken)
    with pytest.raises(ImsError, match="DFS2580I"):
        tellers.engine.recovery.commit(pcb.unit)
    tellers.back_out(pcb)
    assert tellers.everything() == expected
    again = Tellers(lost)
    redo(tellers.log.records, Analysis(tellers.log.records), again.database.redo)
    assert again.everything() == expected


def test_programs_wait_for_a_unit_of_work_and_a_circle_ends_with_u0777(tellers):
    tellers.fill(40)
    one, two = tellers.pcb(), tellers.pcb()
    keys = [f"T{number:05}" for number in range(40)]
    roots = tellers.database.roots

    def work(key):
        area, anchor = roots.anchor_of(key.encode("cp1047"))
        return area, anchor // tellers.database.store.areas()[area].parts.base

    first = keys[0]
    second = next(key for key in keys if work(key) != work(first))
    assert one.ghu(f"TELLER  (TELLID  = {first})")
    assert two.ghu(f"TELLER  (TELLID  = {second})")
    failures = []

    def cross():
        try:
            two.ghu(f"TELLER  (TELLID  = {first})")
        except UserAbend as abend:
            failures.append(abend.code)
            tellers.back_out(two)

    thread = threading.Thread(target=cross)
    thread.start()
    try:
        one.ghu(f"TELLER  (TELLID  = {second})")
    except UserAbend as abend:
        failures.append(abend.code)
        tellers.back_out(one)
    thread.join(20)
    assert failures == [777]


def test_a_stopped_area_refuses_calls_and_works_again_when_started(tellers):
    tellers.fill(10)
    pcb = tellers.pcb()
    area = area_named(tellers.database, "TELLA1")
    area.close()
    assert [one.text for one in pointer_check.check(tellers.database).errors] == ["THE AREA IS NOT AVAILABLE"]
    statuses = set()
    for number in range(10):
        pcb.gu(f"TELLER  (TELLID  = T{number:05})")
        statuses.add(pcb.status)
    assert statuses == {"  ", "FH"}
    area.open(tellers.files[0])
    assert all(pcb.gu(f"TELLER  (TELLID  = T{number:05})") for number in range(10))
    assert pointer_check.check(tellers.database).errors == []
    assert area_named(tellers.database, "NONE") is None


def test_an_area_is_read_from_its_second_data_set_when_the_first_fails(tellers):
    tellers.fill(10)
    before = tellers.everything()
    for data_set in tellers.database.data_sets:
        tellers.engine.pool.drop(data_set)
    tellers.spaces[0].broken = True
    assert tellers.everything() == before
    for data_set in tellers.database.data_sets:
        tellers.engine.pool.drop(data_set)
    tellers.spaces[1].broken = True
    with pytest.raises(ImsError, match="DFS2580I AREA TELLA1"):
        tellers.everything()


def test_an_area_that_does_not_fit_its_dbd_is_refused(tellers):
    wrong = dbdgen.generate(SOURCE.replace("UOW=(5,2)", "UOW=(6,2)").splitlines())
    with pytest.raises(ImsError, match="DFS2582I"):
        open_dedb(wrong, tellers.engine.recovery, tellers.files)
    with pytest.raises(ImsError, match="NOT EMPTY"):
        format_area(tellers.files[0], tellers.dbd.areas[0])
    with pytest.raises(ImsError, match="CI SIZE"):
        format_area(AreaFile([Esds(Space(), 2048)], "X"), tellers.dbd.areas[0])
    with pytest.raises(ImsError, match="ARE NEEDED"):
        format_area(AreaFile([Esds(Space(1), 1024)], "X"), tellers.dbd.areas[0])


DAMAGE = {
    "RAP": lambda image, at: image.__setitem__(slice(4, 8), (3 * 1024 + 700).to_bytes(4, "big")),
    "FSE": lambda image, at: image.__setitem__(slice(0, 2), (2).to_bytes(2, "big")),
    "CITYP": lambda image, at: image.__setitem__(slice(2, 4), (5).to_bytes(2, "big")),
    "RBA": lambda image, at: image.__setitem__(slice(len(image) - 11, len(image) - 7), bytes(4)),
    "RDF": lambda image, at: image.__setitem__(slice(len(image) - 4, len(image)), bytes(4)),
    "PCF": lambda image, at: image.__setitem__(slice(at + 14, at + 18), (9).to_bytes(4, "big")),
    "SPCF": lambda image, at: image.__setitem__(slice(at + 10, at + 14), (9).to_bytes(4, "big")),
    "SPACE": lambda image, at: image.__setitem__(slice(4, 8), bytes(4)),
}


@pytest.mark.parametrize("pointer", DAMAGE)
def test_the_check_finds_damage_and_names_the_interval(tellers, pointer):
    tellers.fill(20)
    area = tellers.database.store.areas()[0]
    number = next(n for n in map(area.parts.anchor, range(area.parts.anchors)) if area.root_anchor(n))
    at = area.root_anchor(number) % area.size
    tellers.engine.pool.flush()
    image = bytearray(area.image(number))
    DAMAGE[pointer](image, at)
    tellers.engine.pool.drop(area.data_set)
    tellers.files[0].write(number, bytes(image))
    errors = pointer_check.check(tellers.database).errors
    assert pointer in {error.pointer for error in errors}
    assert number in {error.block for error in errors}
