"""Random DL/I histories under a control region that is stopped at a write: what was committed is there, no more."""

import copy
import importlib.util
import random
import sys
import threading
from pathlib import Path
from typing import ClassVar

import pytest

from zoslab import ebcdic
from zoslab.ims import acb, mda, pointer_check, rdds
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.psb import DbPcb, Psb
from zoslab.ims.schedule import scheduled

_spec = importlib.util.spec_from_file_location("ims_histories", Path(__file__).with_name("test_dli_histories.py"))
histories = importlib.util.module_from_spec(_spec)
sys.modules["ims_histories"] = histories
_spec.loader.exec_module(histories)

KINDS = ("HDAM on VSAM", "HIDAM chained", "HIDAM on one anchor", "PHDAM", "PHIDAM chained")
COLD = "/NRE CHKPT 0 FORMAT ALL"
PARTITIONED = (
    " INIT.DB DBD(TEST) TYPHALDB DBORG({dborg}) SHARELVL(1) DSGCNT(2)",
    " INIT.PART DBD(TEST) PART(PARTA) KEYSTRNG('3999') DSNPREFX(I.T) BLOCKSZE(512,1024)",
    " INIT.PART DBD(TEST) PART(PARTB) KEYSTRNG(X'FFFFFFFF') DSNPREFX(I.T) BLOCKSZE(512,512)",
    " INIT.PART DBD(TEST) PART(PARTC) KEYSTRNG('6999') DSNPREFX(I.T) BLOCKSZE(1024,1024)",
    " INIT.DB DBD(TOWNX) TYPHALDB DBORG(PSINDEX) DSORG(VSAM) SHARELVL(1)",
    " INIT.PART DBD(TOWNX) PART(TOWNA) KEYSTRNG(X'D6FFFFFFFFFFFFFF') DSNPREFX(I.N)",
    " INIT.PART DBD(TOWNX) PART(TOWNB) KEYSTRNG(X'FFFFFFFFFFFFFFFF') DSNPREFX(I.N)",
)


class Client(histories.History):
    """A history through a scheduled program; ``committed`` is the hierarchy at the last sync point."""

    def __init__(self, dbd, model):
        self.model, self.fixed = model, not dbd.segment("ITEM").variable

    def attach(self, program):
        self.program, self.pcb = program, program.pcbs[0]
        self.committed = copy.deepcopy(self.model.roots)

    def commit(self):
        wanted = copy.deepcopy(self.model.roots)
        self.doubtful = wanted
        self.program.sync()
        self.committed, self.doubtful = wanted, None

    def back_out(self):
        self.program.roll_back()
        self.model.roots = copy.deepcopy(self.committed)

    committed: ClassVar[dict] = {}
    doubtful = None


def do(client, seed, count):
    choose = random.Random(seed)
    for number in range(count):
        root, child, fill = choose.randrange(20), choose.randrange(6), number % 256
        length = choose.randrange(8, 121)
        steps = [
            ("root", root, choose.choice(["ROMA", "OSLO", "    "])),
            ("item", root, child, length, fill),
            ("item", root, child, length, fill),
            ("note", root, child, length // 3 + 6, fill),
            ("tail", root, fill),
            ("town", root, choose.choice(["ROMA", "OSLO", "BERN"])),
            ("resize", root, child, length, fill),
            ("drop item", root, child),
            ("drop root", root) if number % 4 == 0 else ("tail", root, fill),
            ("commit",),
            ("back out",) if number % 3 == 0 else ("commit",),
        ]
        client.do(choose.choice(steps))


def contents(region):
    with scheduled(region, "TESTPSB", "LOOK") as program:
        pcb, found = program.pcbs[0], []
        data = pcb.gu()
        while data is not None:
            found.append((pcb.segment, data))
            data = pcb.gn()
    return found


def shown(model, found):
    """The hierarchy of a model, its roots in the order in which the database shows them."""
    order = [data[:4] for kind, data in found if kind == "ROOT"]
    if sorted(order) != sorted(model.roots):
        return None
    return list(model.walk([model.roots[key] for key in order]))


@pytest.mark.parametrize("at", [40, 150, 333, 520])
@pytest.mark.parametrize("name", KINDS)
def test_what_was_committed_is_there_after_a_stop(make_system, faults, crash, make_faults, name, at):
    system = make_system(name)
    region = system.start(COLD)
    client = Client(system.dbd, histories.hierarchy.Model(system.dbd))
    faults.writes, faults.crash_at = 0, at
    try:
        with scheduled(region, "TESTPSB", "WORK") as program:
            client.attach(program)
            do(client, at, 1500)
    except (crash, ImsError):
        pass
    assert faults.writes >= at
    region.fail("CRASH", report=False)
    region.join()
    twin = system.copy(make_faults())
    again = twin.start("/ERE OVERRIDE")
    found = contents(again)
    model = histories.hierarchy.Model(system.dbd)
    model.roots = client.committed
    doubtful = histories.hierarchy.Model(system.dbd)
    doubtful.roots = client.doubtful or client.committed
    assert found in (shown(model, found), shown(doubtful, found))
    assert [str(one) for one in pointer_check.check(again.databases.get("TEST"), 200).errors] == []
    again.freeze()


class Parts:
    """One database TEST with its secondary index TOWNX, of any organisation."""

    def __init__(self, faults, clock, name):
        super().__init__(faults, clock)
        lab = histories.Lab(name, None, None)
        self.dbd, index = lab.dbd, lab.index_dbd
        self.acblib["TEST"], self.acblib["TOWNX"] = acb.build_dmb(self.dbd), acb.build_dmb(index)
        psb = Psb("TESTPSB", (DbPcb("TEST", "A", 20),))
        self.acblib["TESTPSB"] = acb.build_psb(psb)
        self.proclib["DFSVSM00"][0] = "IOBF=(4096,6,Y,Y)"
        self.definitions = {"TEST": self.dbd, "TOWNX": index}
        if self.dbd.index:
            text = histories.INDEX.format(
                name="TESTX", access="INDEX", dataset="         DATASET DD1=TESTX", length=4, field="RKEY"
            )
            self.definitions["TESTX"] = histories.dbdgen.generate([one for one in text.splitlines() if one.strip()])
            self.acblib["TESTX"] = acb.build_dmb(self.definitions["TESTX"])
        resources = [rdds.Resource("DB", one) for one in self.definitions]
        self.data_sets["IMSP.RDDS1"] = self.data_set_type(
            "IMSP.RDDS1", held=rdds.build("IMSP", "2026.324 12:00:00.000000", resources)
        )
        self.create()

    def add(self, dsname, size=0, keyed=None):
        space = None if keyed else self.space_type(20, self.faults)
        self.data_sets[dsname] = self.data_set_type(
            dsname, space, size, self.keyed_type(keyed[0], self.faults, keyed[1]) if keyed else None
        )

    def create(self):
        super().create()
        if self.dbd.partitioned:
            self.create_partitions()
        else:
            self.create_plain()
        engine = histories.Engine.unlogged()
        database = self.assemble(engine)
        unit = engine.recovery.begin("INIT", 0)
        database.initialise(unit)
        engine.recovery.commit(unit)
        engine.pool.flush()

    def create_plain(self):
        for one in self.dbd.data_sets:
            self.add(f"IMSP.{one.ddname}", one.block_size)
        self.add("IMSP.TOWNX", keyed=(6, 8))
        self.add("IMSP.TESTX", keyed=(6, 4))
        for name, dbd in self.definitions.items():
            names = [one.ddname for one in dbd.data_sets]
            allocations = tuple(mda.Allocation(one, f"IMSP.{one}") for one in names)
            self.modules[name] = mda.build(mda.MdaMember(name, "DATABASE", allocations))
            self.run_commands(f" INIT.DB DBD({name}) SHARELVL(1) TYPEIMS")
            for one in names:
                self.run_commands(f" INIT.DBDS DBD({name}) DDN({one}) DSN(IMSP.{one}) GENMAX(3) ")

    def create_partitions(self):
        dborg, method = self.dbd.access, self.dbd.method
        commands = [one.format(dborg=dborg) for one in PARTITIONED]
        commands[0] += f" DSORG({method})"
        self.run_commands(*[part for one in commands for part in wrapped(one)])
        for one in self.dbrc().partitions("TEST"):
            for group in range(2):
                self.add(one.dsname("AB"[group]), int(one.block_sizes[group]))
            self.add(one.dsname("L"), keyed=(0, 9))
            self.add(one.dsname("X"), keyed=(6, 4))
            self.dbrc().partition_initialised(one.name)
        for one in self.dbrc().partitions("TOWNX"):
            self.add(one.dsname("A"), keyed=(30, 8))
            self.dbrc().partition_initialised(one.name)


@pytest.fixture
def make_system(faults, clock, system_parts):
    base, data_set_type, space_type, keyed_type, run_commands, assemble = system_parts
    kinds = {"data_set_type": data_set_type, "space_type": space_type, "keyed_type": keyed_type}
    kind = type("Made", (Parts, base), {**kinds, "run_commands": run_commands, "assemble": assemble})
    return lambda name: kind(faults, clock, name)


def wrapped(command):
    """A command on two lines."""
    at = command.index(")") + 1
    return [command[:at] + " -", "   " + command[at:].strip()]


def insert_and_delete(region, seed, count, problems):
    """Insert and delete neighbouring roots; every fifth program abends."""
    choose = random.Random(seed)
    for number in range(count):
        try:
            with scheduled(region, "TESTPSB", "WORK") as program:
                pcb = program.pcbs[0]
                for _ in range(3):
                    key = ebcdic.encode(f"{choose.randrange(24) * 400:04}")
                    if pcb.ghu(b"".join([ebcdic.encode("ROOT    (RKEY    = "), key, ebcdic.encode(")")])):
                        assert pcb.dlet()
                    else:
                        assert pcb.isrt((key + ebcdic.encode("ROMA")).ljust(24, b"\x01"), "ROOT    ")
                if number % 5 == 0:
                    raise UserAbend(1, "ON PURPOSE")
        except UserAbend as abend:
            if abend.code not in (1, 777):
                problems.append(str(abend))
        except ImsError as error:
            problems.append(str(error))


@pytest.mark.parametrize("name", KINDS)
def test_neighbouring_roots_come_and_go_in_several_regions_at_once(make_system, make_faults, name):
    system = make_system(name)
    region = system.start(COLD)
    problems = []
    workers = [threading.Thread(target=insert_and_delete, args=(region, n, 60, problems)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert problems == []
    twin = system.copy(make_faults())
    again = twin.start("/ERE OVERRIDE")
    for one in (region, again):
        assert [str(error) for error in pointer_check.check(one.databases.get("TEST"), 200).errors] == []
        one.freeze()
