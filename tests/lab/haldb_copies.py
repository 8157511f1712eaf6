"""A HALDB with a PSINDEX whose partitions are split, merged, added and reorganised, and its copies into another IMS."""

import importlib.util
import shutil
import socket
import sys
from collections import Counter
from pathlib import Path

import pytest
from pydantic import SecretStr

from imsclone import clone_types
from imsclone.haldb import numbering, numbers
from imsclone.haldb import verify as haldb_verify
from imsclone.ledger import Ledger
from imsclone.listings import adrdssu, idcams, recon
from imsclone.refresh import statements
from imsclone.refresh import verify as refresh_verify
from imsclone.refresh.definitions import deletions, undo_record
from imsclone.spec import load_any
from imsclone.steps.batch import Batch
from imsclone.zosmf import Client, Connection
from zoslab import ebcdic
from zoslab.dasd.volume import Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.ims import acb, pointer_check
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.partitions import definitions_of
from zoslab.ims.psb import DbPcb
from zoslab.sample.library import write_member
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server

_spec = importlib.util.spec_from_file_location("haldb_system_copied", Path(__file__).with_name("haldb_system.py"))
haldb = importlib.util.module_from_spec(_spec)
sys.modules["haldb_system_copied"] = haldb
_spec.loader.exec_module(haldb)

HOST, INCLUDE = "127.0.0.1", Path(__file__).parents[2] / "include"
NAMES = ("ORDERS", "ORDERX")
SOURCE, TARGET = "IMSP", "IMSH"
TARGET_SYSTEM = """\
imsid: IMSH
zosmf: zosmf_lab
hlq: IMSH
imsplex: PLEX1
libraries: {reslib: IMSP.SDFSRESL, acblib: [IMSP.ACBLIB], dbdlib: [IMSP.DBDLIB], dbdsrc: [IMSP.DBDSRC]}
recon: [IMSH.RECON1, IMSH.RECON2, IMSH.RECON3]
members: [{imsid: IMSH, procedure: IMSH}]
"""
ENVIRONMENT = """\
name: orders
clone_type: haldb_copy
owner: dba
source: imsp
target: imsh
databases: [ORDERS]
rename: ['IMSP.** -> IMSH.**']
volumes: [IMST05, IMST06]
"""
RECON_DDS = "\n".join(f"//RECON{n} DD DISP=SHR,DSN={{ims}}.RECON{n}" for n in (1, 2, 3)) + (
    "\n//IMS DD DISP=SHR,DSN=IMSP.DBDLIB"
)


class World:
    """Both systems on one z/OS, and the engine's way to it."""

    def __init__(self, folder):
        self.folder = folder
        self.system = haldb.start(folder / "zos")
        for name in NAMES:
            write_member(self.system.datasets, "IMSP.DBDSRC", name, haldb.SOURCES[name].splitlines())
            members = self.system.datasets.find("IMSP.DBDLIB").pds()
            members.write_blocks(name, [acb.build_dmb(haldb.DEFINITIONS[name])])
        for number in (1, 2, 3):
            attributes = ClusterAttributes("KSDS", 0, 32, 4086, 4096)
            self.system.datasets.create_cluster(f"IMSH.RECON{number}", attributes, Space("TRK", 15, 15), ["IMST04"])
        self.tell(TARGET, f" INIT.RECON SSID({TARGET}) CATDS REORGV")
        users = Users(folder / "users.json")
        with socket.create_server((HOST, 0)) as free:
            port = free.getsockname()[1]
        self.server = Server(create_application(self.system, users, HOST, port), folder / "tls", HOST, port)
        self.server.start()
        password = SecretStr(users.create("IBMUSER"))
        self.connection = Connection(
            host=HOST, port=port, user="IBMUSER", password=password, ca_path=self.server.authority
        )
        self.client = Client(self.connection)
        self.batch = Batch(self.client, self.connection.job_card, "orders")
        shutil.copytree(INCLUDE / "systems", folder / "systems")
        (folder / "systems" / "imsh.yaml").write_text(TARGET_SYSTEM)
        (folder / "environments").mkdir()
        self.ledger = Ledger(f"sqlite:///{folder}/ledger.db")
        self.ledger.upgrade()
        self.histories = 0

    def close(self):
        self.client.close()
        self.ledger.close()
        self.server.stop()
        self.system.shutdown()

    def tell(self, ims, cards):
        """Give commands to the DBRC of a system."""
        return haldb.must(self.system, "DSPURX00", cards=cards, dds=RECON_DDS.format(ims=ims))

    def dbrc(self, ims):
        names = [f"{ims}.RECON{number}" for number in (1, 2, 3)]
        return Dbrc.open([ReconDataSet(one, self.system.datasets.find(one).ksds()) for one in names], self.system.clock)

    def partitions(self, ims, name="ORDERS"):
        return definitions_of(self.dbrc(ims).partitions(name), verify=True)

    def opened(self, ims):
        """Open ORDERS of a system, every partition with the numbers that its RECON has."""
        parts = {name: self.partitions(ims, name) for name in NAMES}
        allocated = [
            Allocated(part.name, part.ddname(letter), self.system.datasets.find(part.dsname(letter)))
            for owner, found in parts.items()
            for part in found
            for letter in letters(haldb.DEFINITIONS[owner])
        ]
        engine = Engine.unlogged(60)
        return engine, Assembly(haldb.DEFINITIONS, allocated, engine, parts).database("ORDERS")

    def orders(self, ims, index="", options="G"):
        """Return the numbers of all orders, and how many pointers healed on the way."""
        engine, database = self.opened(ims)
        unit = engine.recovery.begin("READ", 0)
        pcb, found = Pcb(DbPcb("ORDERS", options, 14, (), index), database, unit), []
        order = pcb.gu("ORDER   ")
        while order is not None:
            found.append(int(ebcdic.decode(order[:8])))
            order = pcb.gn("ORDER   ")
        engine.recovery.commit(unit)
        engine.pool.flush()
        return found, database.secondary["ORDERX"].healed

    def errors(self, ims):
        return [str(one) for one in pointer_check.check(self.opened(ims)[1]).errors]

    def scratch(self, prefix):
        """Delete the data sets of a history that is over."""
        found = [one for mask in (f"*.{prefix}.**", f"*.U{prefix}.**") for one in self.system.catalogs.entries(mask)]
        cards = [f" DELETE {one.name}" for one in found if one.kind in ("CLUSTER", "NONVSAM")]
        if cards:
            haldb.must(self.system, "IDCAMS", cards="\n".join(cards))

    # The copy ----------------------------------------------------------------------------------------------------

    def plan(self, **lines):
        path = self.folder / "environments" / "orders.yaml"
        kept = [line for line in ENVIRONMENT.splitlines() if line.partition(":")[0] not in lines]
        path.write_text("\n".join([*kept, *(f"{key}: {value}" for key, value in lines.items()), ""]))
        spec = load_any(path)
        clone_types.check(spec)
        facts = clone_types.read(spec, lambda _: self.connection)
        return clone_types.make(spec, clone_types.looked(spec, facts, self.ledger))

    def copy(self, plan):
        """Do what the Dag's tasks do between stopping and starting databases; return what verify finds."""
        side, (target,) = plan.source, plan.targets
        held = {"held": False, "hold": None, "release": None, "imsplex": side.imsplex, "route": side.members, "wait": 9}
        made = {"mover": plan.mover, "copies": statements.copies(plan)}
        job = self.batch.run("refresh_copy.jcl", "COPY", steplib=side.steplib, **made, **held)
        done = adrdssu.data_sets(self.client.listing(job, "COPY"), [one.source for one in plan.copies])
        assert all(one.copied for one in done)
        listed = self.listed(target)
        there = [name for name in target.refreshed if name in {one.dbd for one in listed.databases}]
        self.dbrc_job(target, [*undo_record(there), *deletions(listed, there, target.haldbs)])
        listed = self.listed(target)
        self.dbrc_job(target, [made for one in target.haldbs for made in numbering.commands(one, listed)])
        if plan.as_of is not None:
            self.recover(plan, target)
        return self.verify(plan)

    def recover(self, plan, target):
        """Bring the copies to a past time from image copies; nothing was logged."""
        values = {**self.dbrc_values(target), "acblib": target.side.acblib}
        made = statements.recoveries(target.recoveries, plan.as_of)
        logs = {"logs": [], "source_acblib": plan.source.acblib}
        self.batch.run("apply_log.jcl", "APPLY", recoveries=made, **logs, **values)
        self.batch.run("rebuild_indexes.jcl", "INDEX", rebuilds=statements.rebuilds(target), commands=[], **values)

    def dbrc_values(self, target):
        side = target.side
        return {"steplib": side.steplib, "recon": side.recon, "dbdlib": side.dbdlib}

    def dbrc_job(self, target, commands):
        self.batch.run("update_recon.jcl", "DBRC", commands=commands, **self.dbrc_values(target))

    def listed(self, target):
        job = self.batch.run("list_recon.jcl", "LIST", **self.dbrc_values(target))
        return recon.read(self.client.listing(job, "LIST"))

    def verify(self, plan):
        """Return what the verify task finds, layer by layer."""
        (target,), found = plan.targets, Counter()
        listed = self.listed(target)
        found["RECON"] += len(list(refresh_verify.recon_problems(target, listed)))
        found["RECON"] += len(list(haldb_verify.recon_problems(target.haldbs, listed)))
        held = [
            (one.dsname, one.before) for haldb in target.haldbs for part in haldb.partitions for one in part.numbered
        ]
        job = self.batch.run("verify_haldb.jcl", "NUMB", {"HALDB": numbers.PRINT_CODES}, data_sets=held)
        printed = idcams.printed(self.client.listing(job, "HALDB"))
        found["numbers"] += len(list(haldb_verify.block_problems(target.haldbs, printed)))
        side, checked = target.side, [one.name for one in target.haldbs if one.kind != "PSINDEX"]
        values = {"steplib": side.steplib, "recon": side.recon, "acblib": side.acblib, "checked": checked}
        job = self.batch.run("verify_pointers.jcl", "PTRS", {"CHECK": {0, 4, 8, 12}}, **values)
        found["pointers"] += len(list(haldb_verify.pointer_problems(self.client.listing(job, "CHECK"))))
        return +found


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("haldb_copies")
    made = World(folder)
    yield made
    made.close()
    shutil.rmtree(folder)


class History:
    """What a DBA does to ORDERS of the source: each step with DBRC commands and utilities."""

    def __init__(self, world):
        world.histories += 1
        self.world, self.unloads, self.made, self.prefix = world, 0, 0, f"O{world.histories:04}"
        for ims in (SOURCE, TARGET):
            for name in NAMES:
                if world.dbrc(ims).haldb(name) is not None:
                    world.tell(ims, f" DELETE.DB DBD({name})")
        world.scratch(f"O{world.histories - 1:04}")
        parts = [self.partition(name, key) for name, key in (("P1", 99), ("P2", 199))]
        self.tell(
            " INIT.DB DBD(ORDERS) TYPHALDB SHARELVL(1) NOICREQ",
            *parts,
            " INIT.DB DBD(ORDERX) TYPHALDB SHARELVL(1) NOICREQ",
            f" INIT.PART DBD(ORDERX) PART(X1) KEYSTRNG('A') -\n  DSNPREFX({SOURCE}.{self.prefix}.ORDERX)",
            " DELETE.PART DBD(ORDERX) PART(X1)",
            f" INIT.PART DBD(ORDERX) PART(X2) KEYSTRNG('999999') -\n  DSNPREFX({SOURCE}.{self.prefix}.ORDERX)",
        )
        self.made, self.names, self.highest = 2, ["P1", "P2"], 199
        for part in (*world.partitions(SOURCE), *world.partitions(SOURCE, "ORDERX")):
            haldb.allocate(world.system, part)
        haldb.must(world.system, "DFSUPNT0", cards="ORDERS\nORDERX")
        self.insert(range(0, 200, 9))

    def partition(self, name, key):
        return (
            f" INIT.PART DBD(ORDERS) PART({name}) KEYSTRNG('{key:08}') -\n"
            f"  DSNPREFX({SOURCE}.{self.prefix}.ORDERS) BLOCKSZE(2048,4096)"
        )

    def tell(self, *commands):
        self.world.tell(SOURCE, "\n".join(commands))

    def new_name(self):
        self.made += 1
        return f"P{self.made}"

    def insert(self, keys):
        engine, database = self.world.opened(SOURCE)
        unit = engine.recovery.begin("LOAD", 0)
        pcb = Pcb(DbPcb("ORDERS", "A", 8), database, unit)
        for number in keys:
            if pcb.isrt(ebcdic.encode(f"{number:08}{number % 7:06}", 30), "ORDER   "):
                pcb.isrt((40).to_bytes(2, "big").ljust(40, b"\x0f"), "ITEM    ")
        engine.recovery.commit(unit)
        engine.pool.flush()

    def bounds(self, place):
        """Return the lowest and highest key of a partition."""
        keys = sorted(int(ebcdic.decode(one.high_key)) for one in self.world.partitions(SOURCE))
        return (keys[place - 1] + 1 if place else 0), keys[place]

    def in_key_order(self):
        return sorted(self.world.partitions(SOURCE), key=lambda one: one.high_key)

    def _reload(self, first, count, *between):
        """Unload partitions, change definitions, and load them again."""
        self.unloads += 1
        dsn = f"IMSP.U{self.prefix}.N{self.unloads}"
        dds = haldb.NEW_DD.format(dd="DFSURGU1", dsn=dsn)
        haldb.must(self.world.system, "DFSURGU0", "ORDERS", f"PARTITION={first},NUMBER={count}", dds)
        known = {one.name for one in self.world.partitions(SOURCE)}
        if between:
            self.tell(*between)
        for one in self.world.partitions(SOURCE):
            if one.name not in known:
                haldb.allocate(self.world.system, one)
        haldb.must(self.world.system, "DFSURGL0", "ORDERS", dds=f"//DFSUINPT DD DISP=SHR,DSN={dsn}")
        self._settle()

    def _settle(self):
        """Initialise what is empty and new; neighbours that only the definitions touched hold their data still."""
        for one in self.world.dbrc(SOURCE).partitions("ORDERS"):
            if one.init_needed and one.reorg_number:
                self.tell(f" CHANGE.PART DBD(ORDERS) PART({one.name}) NOPINIT")
        haldb.must(self.world.system, "DFSUPNT0", cards="ORDERS")

    def step(self, what, place, new_keys):
        """Do one step to the partition at a place in key order."""
        parts = self.in_key_order()
        place %= len(parts)
        low, high = self.bounds(place)
        getattr(self, what)(parts, place, low, high)
        self.insert(low + key % (high - low + 1) for key in new_keys)

    def reorganise(self, parts, place, low, high):
        self._reload(parts[place].name, 1)

    def split(self, parts, place, low, high):
        if high - low > 2:
            self._reload(parts[place].name, 1, self.partition(self.new_name(), (low + high) // 2))

    def retire(self, parts, place, low, high):
        """Split a partition into two new ones; it is retired, with its ID."""
        name = parts[place].name
        if high - low > 2:
            halves = [self.partition(self.new_name(), key) for key in ((low + high) // 2, high)]
            self._reload(name, 1, f" DELETE.PART DBD(ORDERS) PART({name})", *halves)

    def merge(self, parts, place, low, high):
        """Delete a partition; its records go to the next one."""
        name = parts[place].name
        if place + 1 < len(parts):
            self._reload(name, 2, f" DELETE.PART DBD(ORDERS) PART({name})")

    def add(self, parts, place, low, high):
        """Add a partition above all others."""
        self.highest += 100
        self.tell(self.partition(self.new_name(), self.highest))
        haldb.allocate(self.world.system, self.in_key_order()[-1])
        haldb.must(self.world.system, "DFSUPNT0", cards="ORDERS")

    def gap(self, parts, place, low, high):
        """Give an ID away."""
        self.tell(self.partition("GONE", self.highest + 1), " DELETE.PART DBD(ORDERS) PART(GONE)")

    def heal(self, parts, place, low, high):
        self.world.orders(SOURCE, "ORDERX", "A")
