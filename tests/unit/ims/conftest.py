"""Stand-ins for data set spaces, and an IMS engine with the bank on them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import simple_bank as simple

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import Record
from zoslab.dasd.vsam.esds import Esds
from zoslab.dasd.vsam.statistics import Holder, Statistics
from zoslab.ims import acb, mda, nucleus, rdds
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.bank import definitions, installation
from zoslab.ims.bank.load import load
from zoslab.ims.bank.read import BankReport, read_bank
from zoslab.ims.configuration import Configuration
from zoslab.ims.database import Database, open_hdam, open_hidam
from zoslab.ims.dbrc import Db, Dbds, Dbrc, ReconDataSet, processor
from zoslab.ims.dbrc.records import Header
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.gate import Gate
from zoslab.ims.hidam import PrimaryIndex
from zoslab.ims.log import Log
from zoslab.ims.olds import Olds, OldsRing
from zoslab.ims.osam import BlockFile
from zoslab.ims.partitions import definitions_of
from zoslab.ims.region import ControlRegion
from zoslab.ims.restart import Restarter
from zoslab.ims.schedule import scheduled
from zoslab.ims.sharing import SharingGroup
from zoslab.ims.wads import WriteAhead


class Crash(Exception):
    """The machine stops at a physical write."""


@dataclass
class Faults:
    """Counts physical writes; the n-th and every later one fails."""

    crash_at: int = 0
    writes: int = 0
    latch: threading.Lock = field(default_factory=threading.Lock)

    def write(self) -> None:
        with self.latch:
            self.writes += 1
            if self.crash_at and self.writes >= self.crash_at:
                raise Crash(f"write {self.writes}")


@dataclass(frozen=True)
class FakeVolume:
    geometry: Geometry


class MemorySpace:
    """The tracks of one data set in storage."""

    def __init__(self, tracks: int, faults: Faults, secondary: int = 15) -> None:
        self.geometry = Geometry("3390", 100)
        self.faults, self.secondary = faults, secondary
        self._tracks: list[list[Record]] = [[] for _ in range(tracks)]
        self.last = (0, 0)

    @property
    def tracks(self) -> int:
        return len(self._tracks)

    def read(self, track: int) -> list[Record]:
        return list(self._tracks[track])

    def write(self, track: int, records: list[Record]) -> None:
        self.faults.write()
        self._tracks[track] = list(records)

    def extend(self) -> None:
        self.faults.write()
        self._tracks += [[] for _ in range(self.secondary)]

    def locate(self, track: int) -> tuple[FakeVolume, int]:
        return FakeVolume(self.geometry), track

    def copy(self, faults: Faults) -> MemorySpace:
        twin = MemorySpace(0, faults, self.secondary)
        twin._tracks = [list(track) for track in self._tracks]
        twin.last = self.last
        return twin


class TickingClock:
    """A clock that moves on by a millisecond at every look."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
        self.latch = threading.Lock()

    def now(self) -> datetime:
        with self.latch:
            self.moment += timedelta(milliseconds=1)
            return self.moment


class MemoryKsds:
    """A key-sequenced data set in storage whose requests are all or nothing."""

    def __init__(self, key_offset: int, faults: Faults, key_length: int = 8) -> None:
        self.key, self.faults = slice(key_offset, key_offset + key_length), faults
        self.records: dict[bytes, bytes] = {}
        self.latch = threading.RLock()

    def copy(self, faults: Faults) -> MemoryKsds:
        twin = MemoryKsds(self.key.start, faults, self.key.stop - self.key.start)
        twin.records = dict(self.records)
        return twin

    def get(self, key: bytes) -> bytes | None:
        return self.records.get(key)

    def insert(self, record: bytes) -> None:
        self.faults.write()
        with self.latch:
            assert record[self.key] not in self.records
            self.records[record[self.key]] = record

    def update(self, record: bytes) -> None:
        self.faults.write()
        assert record[self.key] in self.records
        self.records[record[self.key]] = record

    def delete(self, key: bytes) -> None:
        self.faults.write()
        with self.latch:
            del self.records[key]

    def browse(self, from_key: bytes = b""):
        with self.latch:
            return iter([self.records[key] for key in sorted(self.records) if key >= from_key])

    def interval_of(self, key: bytes) -> int:
        return sorted([*self.records, key]).index(key) // 4

    def create(self) -> None:
        self.faults.write()
        self.records = {}

    def load(self, records) -> int:
        self.faults.write()
        self.records = {record[self.key]: record for record in records}
        return len(self.records)


class Bank:
    """The bank's data sets, and an IMS engine over them that logs to OLDS and WADS."""

    def __init__(self, faults: Faults, clock: TickingClock, blocks: int = 10) -> None:
        self.faults, self.clock = faults, clock
        self.spaces = {name: MemorySpace(30, faults) for name in ("ACCT", "CUST", "OLP00", "OLP01", "OLP02", "WADS")}
        self.index = MemoryKsds(6, faults)
        self.definitions = {"ACCT": simple.dbd("ACCT", blocks), "CUST": simple.dbd("CUST")}

    def load(self, accounts: int = 60, customers: int = 7) -> int:
        self.open(Engine.unlogged())
        return load(self.engine, self.databases, accounts, customers, simple.program("BANKLOAD"))

    def open(self, engine: Engine | None = None, buffers: int = 50) -> None:
        if engine is None:
            gate = Gate()
            files = [BlockFile(self.spaces[name], 8192, name) for name in ("OLP00", "OLP01", "OLP02")]
            olds = [Olds(f"DFSOLP0{n}", f"IMSP.{file.name}", file) for n, file in enumerate(files)]
            ring = OldsRing(olds, lambda _: None, lambda closed, _: ring.archived(closed))
            ahead = WriteAhead([BlockFile(self.spaces["WADS"], 4096, "WADS")], "IMSP")
            log = Log("IMSP", ring, ahead, gate, self.clock, 8192)
            ring.open_next()
            engine = Engine.over(log, gate, buffers)
        self.engine = engine
        acct = BlockFile(self.spaces["ACCT"], 4096, "ACCT")
        cust = BlockFile(self.spaces["CUST"], 4096, "CUST")
        index = PrimaryIndex("CUSTX", "CUSTX", self.index, engine.gate)
        self.databases = {
            "ACCT": open_hdam(self.definitions["ACCT"], engine.recovery, acct),
            "CUST": open_hidam(self.definitions["CUST"], engine.recovery, cust, index),
        }

    def pcbs(self, psb: str = "BANKTRN") -> list[Pcb]:
        unit = self.engine.recovery.begin(psb, 1)
        return [Pcb(pcb, self.databases[pcb.dbd], unit) for pcb in simple.program(psb).pcbs]

    def commit(self, pcbs: list[Pcb]) -> None:
        self.engine.recovery.commit(pcbs[0].unit)

    def back_out(self, pcbs: list[Pcb]) -> None:
        def undo(unit, change):
            self.databases["CUST" if change.dbd == "CUSTX" else change.dbd].undo(unit, change)

        self.engine.recovery.back_out(pcbs[0].unit, undo)

    def report(self) -> BankReport:
        return read_bank(self.pcbs("BANKPSB"))


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def make_space(faults):
    def make(tracks: int = 15, secondary: int = 15) -> MemorySpace:
        return MemorySpace(tracks, faults, secondary)

    return make


@pytest.fixture
def make_keyed(faults):
    def make(offset: int, length: int) -> MemoryKsds:
        return MemoryKsds(offset, faults, length)

    return make


@pytest.fixture
def crash() -> type[Exception]:
    return Crash


@pytest.fixture
def bank(faults, clock) -> Bank:
    return Bank(faults, clock)


@dataclass
class FakeDataSet:
    dsname: str
    space: MemorySpace | None = None
    blksize: int = 4096
    keyed: MemoryKsds | None = None
    held: list[bytes] = field(default_factory=list)
    volsers: tuple[str, ...] = ("IMSP01",)
    counts: Statistics = field(default_factory=Statistics)

    def esds(self) -> Esds:
        return Esds(self.space, self.blksize, Holder(lambda: self.counts, self._count))

    def _count(self, now: Statistics) -> None:
        self.space.faults.write()
        self.counts = now

    def ksds(self) -> MemoryKsds:
        assert self.keyed is not None
        return self.keyed

    def records(self):
        return iter(self.held)

    def write(self, records) -> int:
        self.held = list(records)
        return len(self.held)


@dataclass
class FakeHost:
    """A system with the libraries and data sets of one or more IMS systems."""

    clock: TickingClock
    data_sets: dict[str, FakeDataSet]
    proclib: dict[str, list[str]]
    modules: dict[str, bytes]
    acblib: dict[str, bytes]
    dds: dict[str, str]
    messages: list[str] = field(default_factory=list)
    make: object = None
    groups: dict[str, SharingGroup] = field(default_factory=dict)

    def sharing_group(self, recon: str) -> SharingGroup:
        return self.groups.setdefault(recon, SharingGroup(5.0))

    def message(self, text: str) -> None:
        self.messages.append(text)

    def allocated(self, ddname: str):
        return self.data_sets.get(self.dds.get(ddname, ""))

    def allocate(self, dsname: str):
        return self.data_sets.get(dsname)

    def free(self, dsname: str) -> None:
        assert dsname in self.data_sets

    def member(self, ddname: str, name: str):
        return self.proclib.get(name) if ddname == "PROCLIB" else None

    def module(self, name: str):
        return self.modules.get(name)

    def control_block(self, name: str):
        return self.acblib.get(name)

    def archive(self, base: str, volser: str, blocks: list[bytes], like: FakeDataSet) -> FakeDataSet:
        number = 1 + sum(name.startswith(f"{base}.G") for name in self.data_sets)
        made = FakeDataSet(f"{base}.G{number:04d}V00", self.make(20), like.blksize)
        file = BlockFile(made.space, like.blksize, made.dsname)
        for place, block in enumerate(blocks):
            file.write(place, block)
        self.data_sets[made.dsname] = made
        return made

    def said(self, text: str) -> bool:
        return any(text in message for message in self.messages)


class System:
    """The data sets of one production IMS; ``host`` shows them to a control region. ``copy`` is a clone of all."""

    def __init__(self, faults: Faults, clock: TickingClock, prefix: str = "IMSP", log_tracks: int = 15) -> None:
        self.faults, self.clock, self.prefix = faults, clock, prefix
        sizes = {"OLP00": 8192, "OLP01": 8192, "OLP02": 8192, "DB.ACCT": 4096, "DB.CUST": 4096}
        self.data_sets = {
            f"{prefix}.{name}": FakeDataSet(f"{prefix}.{name}", MemorySpace(log_tracks, faults), sizes.get(name, 4096))
            for name in ("OLP00", "OLP01", "OLP02", "WADS0", "WADS1", "RDS", "DB.ACCT", "DB.CUST")
        }
        for name in ("RECON1", "RECON2", "RECON3"):
            self.data_sets[f"{prefix}.{name}"] = FakeDataSet(f"{prefix}.{name}", keyed=MemoryKsds(0, faults, 32))
        self.data_sets[f"{prefix}.DB.CUSTX"] = FakeDataSet(f"{prefix}.DB.CUSTX", keyed=MemoryKsds(6, faults, 8))
        self.write_rdds(prefix)
        self.proclib = {
            "DFSPBP00": ["* CONTROL REGION", f"IMSID={prefix},SUF=0,VSPEC=00,DFSDF=000", "ARC=01"],
            "DFSVSM00": ["IOBF=(4096,40,Y,Y)", "OLDSDEF OLDS=(00,01,02),BUFNO=005,MODE=SINGLE", "WADSDEF WADS=(0,1)"],
            "DFSDF000": [
                "<SECTION=COMMON_SERVICE_LAYER>",
                "IMSPLEX=PLEXP",
                "<SECTION=DYNAMIC_RESOURCES>",
                f"AUTOIMPORT=AUTO,RDDSERR=ABORT,RDDSDSN=({prefix}.RDDS1)",
            ],
            "ARCHJCL": ["//ARCHIVE JOB", f"//DFSSLOGP DD DSN={prefix}.SLDS(+1),DISP=(NEW,CATLG)"],
        }
        self.write_modules(prefix)
        self.definitions = {"ACCT": simple.dbd("ACCT", 10), "CUST": simple.dbd("CUST")}
        self.acblib = {name: acb.build_dmb(dbd) for name, dbd in self.definitions.items()}
        self.acblib["CUSTX"] = acb.build_dmb(simple.dbd("CUSTX"))
        for name in simple.PSB_SOURCE:
            self.acblib[name] = acb.build_psb(simple.program(name))
        self.dds = {"IMSRDS": f"{prefix}.RDS"}
        self.groups = {}

    def write_rdds(self, imsid: str) -> None:
        resources = [rdds.Resource("DB", name) for name in ("ACCT", "CUST", "CUSTX")]
        resources += [rdds.Resource("TRAN", name, psb) for name, psb in definitions.TRANSACTIONS.items()]
        name = f"{self.prefix}.RDDS1"
        self.data_sets[name] = FakeDataSet(name, held=rdds.build(imsid, "2026.324 12:00:00.000000", resources))

    def write_modules(self, prefix: str) -> None:
        members = mda.system_members(prefix, ("00", "01", "02"), ("0", "1"))
        members += [
            mda.MdaMember(name, "DATABASE", (mda.Allocation(name, f"{prefix}.DB.{name}"),))
            for name in ("ACCT", "CUST", "CUSTX")
        ]
        self.modules = {member.name: mda.build(member) for member in members}
        self.modules["DFSVNUC0"] = nucleus.build("DFSVNUC0", prefix)

    def host(self) -> FakeHost:
        libraries = (self.proclib, self.modules, self.acblib, self.dds)
        return FakeHost(self.clock, self.data_sets, *libraries, make=self._make, groups=self.groups)

    def _make(self, tracks: int) -> MemorySpace:
        return MemorySpace(tracks, self.faults)

    def dbrc(self) -> Dbrc:
        names = [f"{self.prefix}.RECON{number}" for number in (1, 2, 3)]
        return Dbrc.open(
            [ReconDataSet(name, self.data_sets[name].keyed) for name in names], self.clock, names_may_differ=True
        )

    def create(self, accounts: int = 60, customers: int = 7) -> None:
        """Initialise the RECON, register and load the databases."""
        recon = self.dbrc().recon
        recon.initialise(Header(ssid=self.prefix, check="CHECK44", catds=True))
        self.register("ACCT", "HDAM", "OSAM")
        self.register("CUST", "HIDAM", "OSAM")
        self.register("CUSTX", "INDEX", "VSAM")
        engine = Engine.unlogged()
        acct, cust = self.data_sets[f"{self.prefix}.DB.ACCT"], self.data_sets[f"{self.prefix}.DB.CUST"]
        index = PrimaryIndex("CUSTX", "CUSTX", self.data_sets[f"{self.prefix}.DB.CUSTX"].ksds(), engine.gate)
        databases = {
            "ACCT": open_hdam(self.definitions["ACCT"], engine.recovery, BlockFile(acct.space, 4096, "ACCT")),
            "CUST": open_hidam(self.definitions["CUST"], engine.recovery, BlockFile(cust.space, 4096, "CUST"), index),
        }
        load(engine, databases, accounts, customers, simple.program("BANKLOAD"))

    def register(self, name: str, dborg: str, dsorg: str) -> None:
        with self.dbrc().recon.unit() as unit:
            unit.put(Db(name, share_level=1, icreq=False))
            unit.put(Dbds(name, name, f"{self.prefix}.DB.{name}", dborg=dborg, dsorg=dsorg))

    def region(self, host: FakeHost | None = None) -> ControlRegion:
        return ControlRegion(Configuration.read(host or self.host(), "CTL,P00"))

    def start(self, command: str) -> ControlRegion:
        region = self.region()
        Restarter(region).command(command)
        return region

    def copy(self, faults: Faults) -> System:
        """Return a copy of every data set as it is on disk now."""
        twin = System.__new__(System)
        twin.__dict__.update(self.__dict__)
        twin.faults, twin.groups = faults, {}
        twin.data_sets = {
            name: FakeDataSet(
                one.dsname,
                one.space.copy(faults) if one.space else None,
                one.blksize,
                one.keyed.copy(faults) if one.keyed else None,
                list(one.held),
                counts=one.counts,
            )
            for name, one in self.data_sets.items()
        }
        twin.proclib, twin.modules = dict(self.proclib), dict(self.modules)
        return twin


class ExtendedSystem(System):
    """The whole bank: histories in a PHDAM, customers by name, tellers in the areas of a DEDB."""

    def __init__(self, faults: Faults, clock: TickingClock) -> None:
        super().__init__(faults, clock)
        for one in installation.data_sets():
            name = f"IMSP.DB.{one.name}"
            keyed = MemoryKsds(one.key[0], faults, one.key[1]) if one.organisation == "KSDS" else None
            space = None if keyed else MemorySpace(5 if one.organisation == "ESDS" else 15, faults)
            self.data_sets[name] = FakeDataSet(name, space, one.size, keyed)
        self.definitions = {name: definitions.dbd(name, 10) for name in definitions.DBD_SOURCE}
        self.acblib = {name: acb.build_dmb(dbd) for name, dbd in self.definitions.items()}
        for name in definitions.PSB_SOURCE:
            self.acblib[name] = acb.build_psb(definitions.program(name))

    def write_modules(self, prefix: str) -> None:
        super().write_modules(prefix)
        self.modules |= {member.name: mda.build(member) for member in installation.mda_members(prefix)}

    def write_rdds(self, imsid: str) -> None:
        name = f"{self.prefix}.RDDS1"
        stamp = "2026.324 12:00:00.000000"
        self.data_sets[name] = FakeDataSet(name, held=rdds.build(imsid, stamp, definitions.resources()))

    def create(self, accounts: int = 60, customers: int = 7) -> None:
        self.dbrc().recon.initialise(Header(ssid=self.prefix, check="CHECK44", catds=True))
        run_commands(self, *installation.recon_commands(self.prefix, accounts))
        installation.Installation(self.prefix, self.data_sets.__getitem__, self.dbrc(), 10).fill(accounts, customers)


def run_commands(system: System, *commands: str) -> None:
    said: list[str] = []
    assert processor.run(system.dbrc(), commands, said.append) == 0, "\n".join(said)


def assemble_test(system: System, engine: Engine) -> Database:
    """Put the database TEST of a system together from what RECON and definitions say."""
    definitions_ = system.definitions
    partitions = {
        name: definitions_of(system.dbrc().partitions(name), verify=False)
        for name, one in definitions_.items()
        if one.partitioned
    }
    allocated = [
        Allocated(part.name, part.ddname(letter), system.data_sets[part.dsname(letter)])
        for name, parts in partitions.items()
        for part in parts
        for letter in letters(definitions_[name])
    ]
    allocated += [
        Allocated(name, one.ddname, system.data_sets[f"{system.prefix}.{one.ddname}"])
        for name, dbd in definitions_.items()
        for one in dbd.data_sets
    ]
    assembly = Assembly(definitions_, allocated, engine, partitions)
    dbd = definitions_["TEST"]
    return assembly.haldb(dbd) if dbd.partitioned else assembly.database("TEST")


class BareSystem(System):
    """A system whose RECON knows no databases yet."""

    def create(self, accounts: int = 0, customers: int = 0) -> None:
        self.dbrc().recon.initialise(Header(ssid=self.prefix, check="CHECK44", catds=True))


@pytest.fixture
def system_parts():
    return BareSystem, FakeDataSet, MemorySpace, MemoryKsds, run_commands, assemble_test


@pytest.fixture
def extended_system(faults, clock) -> ExtendedSystem:
    made = ExtendedSystem(faults, clock)
    made.create()
    return made


def bank_report(region: ControlRegion) -> BankReport:
    with scheduled(region, "BANKPSB", "BANKREAD") as program:
        return read_bank(program.pcbs)


@pytest.fixture
def system(faults, clock) -> System:
    made = System(faults, clock)
    made.create()
    return made


@pytest.fixture
def report_of():
    return bank_report


@pytest.fixture
def make_faults():
    return Faults
