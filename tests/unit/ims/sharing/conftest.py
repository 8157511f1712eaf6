"""Two IMSs on one set of databases and RECONs: IMSP, and IMSQ with log data sets of its own."""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from zoslab.dasd import audit
from zoslab.ims import pointer_check, rdds
from zoslab.ims.bank.definitions import account_number
from zoslab.ims.configuration import Configuration
from zoslab.ims.errors import ImsError
from zoslab.ims.region import RUNNING, ControlRegion
from zoslab.ims.restart import Restarter
from zoslab.ims.schedule import run_transaction

COLD = "/NRE CHKPT 0 FORMAT ALL"
IRLM = "IRLM=Y,IRLMNM=IRLM"
SIZES = {"OLP00": 8192, "OLP01": 8192, "OLP02": 8192}


@contextmanager
def written_by(name: str):
    token = audit.writer.set(name)
    try:
        yield
    finally:
        audit.writer.reset(token)


class Pair:
    """The sample system of the unit tests with a second member; ``victim`` is the member whose writes may fail."""

    def __init__(self, system, data_set, space) -> None:
        self.system, self._data_set, self._space = system, data_set, space
        self.hosts: dict[str, object] = {}
        self.regions: dict[str, ControlRegion] = {}
        system.proclib["DFSPBP00"].append(IRLM)

    def create(self, level: int = 3) -> None:
        system = self.system
        for name in ("OLP00", "OLP01", "OLP02", "WADS0", "WADS1", "RDS"):
            made = self._data_set(f"IMSQ.{name}", self._space(15, system.faults), SIZES.get(name, 4096))
            system.data_sets[made.dsname] = made
        resources = rdds.current([("", system.data_sets["IMSP.RDDS1"].held)], "IMSP").resources
        held = rdds.build("IMSQ", "2026.324 12:00:00.000000", resources)
        system.data_sets["IMSQ.RDDS1"] = self._data_set("IMSQ.RDDS1", held=held)
        self.set_level(level)

    def set_level(self, level: int) -> None:
        with self.system.dbrc().recon.unit() as unit:
            for db in self.system.dbrc().databases():
                unit.put(replace(db, share_level=level))

    def make_tight(self, buffers: int = 6, tracks: int = 6) -> None:
        self.system.proclib["DFSVSM00"][0] = f"IOBF=(4096,{buffers},Y,Y)"
        for member in ("IMSP", "IMSQ"):
            for name in ("OLP00", "OLP01", "OLP02"):
                self.system.data_sets[f"{member}.{name}"].space._tracks = [[] for _ in range(tracks)]

    def host(self, member: str):
        host = self.system.host()
        if member == "IMSQ":
            lines = {name: list(text) for name, text in self.system.proclib.items()}
            lines["DFSPBQ00"] = [line.replace("IMSID=IMSP", "IMSID=IMSQ") for line in lines["DFSPBP00"]]
            lines["DFSDF000"] = [line.replace("IMSP.RDDS1", "IMSQ.RDDS1") for line in lines["DFSDF000"]]
            lines["ARCHJCL"] = [line.replace("IMSP.SLDS", "IMSQ.SLDS") for line in lines["ARCHJCL"]]
            dds = {f"DFSOLP{n}": f"IMSQ.OLP{n}" for n in ("00", "01", "02")}
            dds |= {f"DFSWADS{n}": f"IMSQ.WADS{n}" for n in "01"} | {"IMSRDS": "IMSQ.RDS"}
            host = replace(host, proclib=lines, dds=dds)
        self.hosts[member] = host
        return host

    def region(self, member: str) -> ControlRegion:
        with written_by(member):
            return ControlRegion(Configuration.read(self.host(member), f"CTL,{member[-1]}00"))

    def start(self, member: str, command: str = COLD) -> ControlRegion:
        region = self.region(member)
        with written_by(member):
            Restarter(region).command(command)
        self.regions[member] = region
        return region

    def start_both(self, command: str = COLD) -> tuple[ControlRegion, ControlRegion]:
        return self.start("IMSP", command), self.start("IMSQ", command)

    def lose_z_os(self) -> None:
        """Everything in storage is gone, IRLM with it."""
        for region in self.regions.values():
            region.fail("Z/OS", report=False)
            region.join()
        self.system.groups.clear()

    def copy(self, make_faults) -> Pair:
        twin = Pair.__new__(Pair)
        twin.__dict__.update(self.__dict__)
        twin.system, twin.regions, twin.hosts = self.system.copy(make_faults()), {}, {}
        return twin


def transfers(region, seed, count, crash):
    choose = random.Random(seed)
    done = 0
    with suppress(crash):
        for number in range(count):
            if region.state != RUNNING:
                break
            payer, payee = (account_number(choose.randint(1, 60)) for _ in range(2))
            with suppress(ImsError):
                done += run_transaction(region, "TRANSFER", [payer, payee, str(choose.randint(1, 5000))]) == "DONE"
            if number % 3 == 0:
                with suppress(ImsError):
                    run_transaction(region, "CUSTOMER", [f"9000000{choose.randint(0, 9)}"])
            if number % 30 == 29:
                with suppress(ImsError):
                    region.checkpoint()
    region.done = getattr(region, "done", 0) + done


@pytest.fixture
def keep_busy(crash):
    def run(*regions, count=40, threads=2, seed=0):
        workers = [
            threading.Thread(target=transfers, args=(region, seed * 100 + n * 10 + k, count, crash))
            for n, region in enumerate(regions)
            for k in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(120)
            assert not worker.is_alive()

    return run


@pytest.fixture
def faults(make_faults):
    """Only the writes of one member fail."""

    class MemberFaults(make_faults):
        victim = ""

        def write(self) -> None:
            if audit.writer.get() == self.victim:
                super().write()

    return MemberFaults()


@pytest.fixture
def pair(extended_system, system_parts, make_faults) -> Pair:
    _, data_set, space, *_ = system_parts
    made = Pair(extended_system, data_set, space)
    for number in (1, 2, 3):
        extended_system.data_sets[f"IMSP.RECON{number}"].keyed.faults = make_faults()
    made.create()
    return made


@pytest.fixture
def pair_type() -> type[Pair]:
    return Pair


@pytest.fixture
def sound(report_of):
    def check(*regions):
        for region in regions:
            assert report_of(region).wrong == []
            for name in ("ACCT", "CUST", "HIST", "TELLER"):
                found = pointer_check.check(region.databases.get(name), 500)
                assert [str(one) for one in found.errors] == []

    return check
