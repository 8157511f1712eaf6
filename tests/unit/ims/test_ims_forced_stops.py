"""IMS is forced at 80 points (make test-thorough: 200), also inside a write and inside a control interval split.

Restart puts all of it right. The key-sequenced data sets are real ones, and nothing
makes the writes of one of their splits a single one here.
"""

import os
import random
import threading
from collections import Counter
from contextlib import ExitStack, suppress

import pytest

from zoslab.dasd.track import Record
from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.attributes import KsdsAttributes
from zoslab.dasd.vsam.ksds import Ksds
from zoslab.dasd.vsam.statistics import Holder, Statistics
from zoslab.ims import pointer_check, restart_log
from zoslab.ims.bank.definitions import Account, account_number, program
from zoslab.ims.bank.ssas import by_account
from zoslab.ims.errors import ImsError
from zoslab.ims.restart_databases import DatabaseRestart
from zoslab.ims.schedule import run_transaction, scheduled

COLD = "/NRE CHKPT 0 FORMAT ALL"
ACCOUNTS, CUSTOMERS = 40, 70
BATCHES = range(10 if "THOROUGH" in os.environ else 4)
PLAN = {
    "ANY": 6,
    "OLDS": 4,
    "WADS": 4,
    "DATABASE": 2,
    "SPLIT CUSTX": 1,
    "SPLIT CUSTNX": 1,
    "SPLIT RECON": 1,
    "RDS": 1,
}
"""Points of each kind in a batch of 20."""
KSDS = {"DB.CUSTX": (6, 8, 512, 1024), "DB.CUSTNX": (6, 32, 512, 2048), "RECON": (0, 32, 4096, 4096)}
"""Key offset and length, size of data and index control intervals; an ILDS is written by reorganisations only."""


class Forced(Exception):
    """IMS is gone."""


class Point:
    """The n-th write of a kind, at which IMS stops; ``count`` of the writes since it is ``armed``."""

    def __init__(self, kind="", number=0, *, armed=True):
        self.kind, self.number, self.count, self.armed, self.reached = kind, number, Counter(), armed, False
        self._latch = threading.Lock()

    def falls_on(self, *kinds):
        """Tell whether this write is the one that is cut off.

        :raises Forced: it comes later.
        """
        with self._latch:
            if self.reached:
                raise Forced(self.kind)
            if not self.armed:
                return False
            self.count.update(("ANY", *kinds))
            self.reached = self.kind in ("ANY", *kinds) and self.count[self.kind] == self.number
            return self.reached

    def write(self):
        if self.falls_on():
            raise Forced(self.kind)


class Space:
    """The tracks of a data set; the write IMS is forced at leaves half of a block."""

    def __init__(self, like, point, kinds, torn=True):
        self.geometry, self.secondary, self.last = like.geometry, like.secondary, like.last
        self._tracks = [list(track) for track in like._tracks]
        self.faults, self._kinds, self._torn = point, kinds, torn

    def copy(self, point):
        return Space(self, point, self._kinds, self._torn)

    @property
    def tracks(self):
        return len(self._tracks)

    def read(self, track):
        return list(self._tracks[track])

    def write(self, track, records):
        if self.faults.falls_on(*self._kinds()):
            if self._torn:
                self._tracks[track] = half_written(self._tracks[track], list(records))
            raise Forced(self.faults.kind)
        self._tracks[track] = list(records)

    def extend(self):
        self.faults.write()
        self._tracks += [[] for _ in range(self.secondary)]

    def locate(self, track):
        return self, track


def half_written(old, new):
    """Return a track of which the first record that changes is written to its middle."""
    at = next((n for n, record in enumerate(new) if n >= len(old) or old[n] != record), len(new))
    if at == len(new):
        return old
    before = old[at].data if at < len(old) else bytes(len(new[at].data))
    middle = len(new[at].data) // 2
    return [*new[:at], Record(at + 1, b"", new[at].data[:middle] + before[middle:]), *old[at + 1 :]]


class Keyed(Ksds):
    """A key-sequenced data set; its writes from the second one of a split on are of the kind ``SPLIT name``."""

    def __init__(self, name, attributes, data, index, point, saved):
        self.name, self.point, self.saved, self.position = name, point, saved, 0
        spaces = (Space(one, point, self._kinds, torn=False) for one in (data, index))
        super().__init__(*spaces, attributes, Holder(lambda: self.saved, self._save))

    def _kinds(self):
        self.position += bool(self.position)
        return ("KSDS", f"SPLIT {self.name}") if self.position > 2 else ("KSDS",)

    def _save(self, now):
        self.point.write()
        self.saved = now

    def _store(self, place, records):
        whole = control_interval.space_needed([len(one) for one in records]) <= self.attributes.ci_size
        self.position = 0 if whole else 1
        try:
            super()._store(place, records)
        finally:
            self.position = 0

    def copy(self, point):
        return Keyed(self.name, self.attributes, self.data.space, self.tree.intervals.space, point, self.saved)


def kind_of(dsname):
    name = dsname.split(".", 1)[1]
    return next((kind for kind in ("WADS", "RDS") if name.startswith(kind)), "OLDS" if "OLP" in name else "DATABASE")


def watched(system, point, make_space):
    """Let every data set of a system tell the point of its writes."""
    for name, data_set in system.data_sets.items():
        if data_set.space is not None:
            kind = kind_of(name)
            data_set.space = Space(data_set.space, point, lambda kind=kind: (kind,))
        shape = next((shape for part, shape in KSDS.items() if part in name), None)
        if data_set.keyed is not None and shape is not None:
            short = "RECON" if "RECON" in name else name.rsplit(".", 1)[1]
            attributes = KsdsAttributes(*shape, tracks_per_ca=1)
            made = Keyed(short, attributes, make_space(30), make_space(15), point, Statistics())
            made.load(sorted(data_set.keyed.records.values(), key=attributes.key_of))
            data_set.keyed = made


@pytest.fixture
def bank(extended_system, make_space):
    """The loaded bank on small logs and few buffers."""
    system = type(extended_system)(extended_system.faults, extended_system.clock)
    system.create(ACCOUNTS, CUSTOMERS)
    system.proclib["DFSVSM00"][0] = "IOBF=(4096,6,Y,Y)"
    for name in ("OLP00", "OLP01", "OLP02"):
        system.data_sets[f"IMSP.{name}"].space._tracks = [[] for _ in range(5)]
    watched(system, Point(), make_space)
    return system


def work(region, seed, count, done):
    """Move money, let customers come; ``done`` counts the acknowledged movements of each account."""
    choose = random.Random(seed)
    with suppress(Forced, ImsError):
        for number in range(count):
            payer, payee = (account_number(choose.randint(1, ACCOUNTS)) for _ in range(2))
            if run_transaction(region, "TRANSFER", [payer, payee, str(choose.randint(1, 5000))]) == "DONE":
                done.update([payer, payee])
            run_transaction(region, "CUSTOMER", [f"9{choose.randint(0, 10**7 - 1):07}"])
            if number % 15 == 14:
                region.checkpoint()


def busy(region, seed, count=22, threads=3):
    done = [Counter() for _ in range(threads)]
    workers = [threading.Thread(target=work, args=(region, seed * 10 + n, count, done[n])) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
    return sum(done, Counter())


def databases():
    """Return the databases of the bank, whichever they are."""
    return dict.fromkeys(pcb.dbd for pcb in program("BANKPSB").pcbs)


def failings(region, report_of, done):
    """Return what is wrong: in the bank's invariants, in movements that were acknowledged, in any pointer."""
    found = []
    try:
        found += report_of(region).wrong
        with scheduled(region, "BANKPSB", "LOOK") as program:
            for number, count in done.items():
                if Account.of(program.pcbs[0].gu(by_account(number))).last - 1 < count:
                    found.append(f"MOVEMENTS OF {number} ARE LOST")
    except ImsError as error:
        found.append(str(error))
    for name in databases():
        found += [str(one) for one in pointer_check.check(region.databases.get(name), 500).errors]
    return found


def forced_at(bank, point, seed):
    """Run the bank until it is forced; return its disks as they are then, and what was acknowledged."""
    system = bank.copy(point)
    region = system.start(COLD)
    point.armed = True
    done = busy(region, seed)
    region.fail("FORCED", report=False)
    region.join()
    return system, done


def restarted(system, choose):
    """Restart, one time in four after a restart that is forced too."""
    if choose.random() < 0.25:
        second = system.copy(Point("ANY", choose.randint(1, 40)))
        with suppress(Forced, ImsError):
            again = second.start("/ERE OVERRIDE")
            again.fail("FORCED", report=False)
            again.join()
        system = second
    return system.copy(Point()).start("/ERE OVERRIDE")


@pytest.mark.parametrize("batch", BATCHES)
def test_a_stop_at_any_of_twenty_points_leaves_the_bank_whole(bank, report_of, batch):
    choose = random.Random(batch)
    whole = Point(armed=False)
    forced_at(bank, whole, batch)
    reached = Counter()
    while reached != PLAN:
        kind = next(kind for kind, points in PLAN.items() if reached[kind] < points)
        seed = choose.randrange(1000)
        point = Point(kind, choose.randint(1, max(whole.count[kind] * 3 // 4, 1)), armed=False)
        system, done = forced_at(bank, point, seed)
        reached[kind] += point.reached
        region = restarted(system, choose)
        assert failings(region, report_of, done) == [], f"{kind} {point.number} seed {seed}"
        if point.number % 4 == 0:
            done += busy(region, seed, 3, 1)
            assert failings(region, report_of, done) == [], f"{kind} {point.number} seed {seed}, after more work"
        region.freeze()


def in_flight(bank):
    """Return the disks of a bank with one acknowledged transfer on the WADS alone and one unit of work in flight."""
    system = bank.copy(Point())
    region = system.start(COLD)
    with ExitStack() as held:
        program = held.enter_context(scheduled(region, "BANKTRN", "IN FLIGHT"))
        account = Account.of(program.pcbs[0].ghu(by_account(account_number(1))))
        account.balance += 1
        assert program.pcbs[0].repl(bytes(account))
        region.log.flush()
        region.engine.pool.flush()
        done = Counter()
        work(region, 4, 1, done)
        return system.copy(Point()), done


def test_the_proof_fails_if_nothing_is_backed_out(bank, report_of, monkeypatch):
    system, done = in_flight(bank)
    assert failings(system.copy(Point()).start("/ERE OVERRIDE"), report_of, done) == []
    monkeypatch.setattr(DatabaseRestart, "back_out", lambda _: None)
    assert failings(system.start("/ERE OVERRIDE"), report_of, done) != []


def test_the_proof_fails_if_the_wads_are_ignored(bank, report_of, monkeypatch):
    system, done = in_flight(bank)
    monkeypatch.setattr(restart_log.wads, "recover", lambda *_: b"")
    assert failings(system.start("/ERE OVERRIDE"), report_of, done) != []
