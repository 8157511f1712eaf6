"""Random DL/I histories against a hierarchy in storage, for every organisation; the pointer checker after each."""

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoslab.dasd.vsam.esds import Esds
from zoslab.ims import dbdgen, pointer_check
from zoslab.ims.database import open_hdam, open_hidam
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.haldb import PartitionDataSets, open_haldb
from zoslab.ims.haldb_reorg import reorganise
from zoslab.ims.keyed import KeyedIndex
from zoslab.ims.osam import BlockFile
from zoslab.ims.partitions import PartitionDefinition, selector
from zoslab.ims.psb import DbPcb
from zoslab.ims.psindex import PREFIX, PartitionedIndex
from zoslab.ims.secondary import IndexKey
from zoslab.ims.segment import Shape
from zoslab.ims.sequence import OrderedIndex
from zoslab.ims.vsam_blocks import IntervalFile

_spec = importlib.util.spec_from_file_location("ims_hierarchy", Path(__file__).with_name("hierarchy.py"))
hierarchy = importlib.util.module_from_spec(_spec)
sys.modules["ims_hierarchy"] = hierarchy
_spec.loader.exec_module(hierarchy)

SEGMENTS = """\
         SEGM  NAME=ROOT,PARENT=0,BYTES=24{root}
         FIELD NAME=(RKEY,SEQ,U),START=1,BYTES=4,TYPE=C
         FIELD NAME=TOWN,START=5,BYTES=4,TYPE=C
{links}
         SEGM  NAME=ITEM,PARENT=((ROOT,{parent})),BYTES={item},PTR={twins}
         FIELD NAME=(IKEY,SEQ,U),START=3,BYTES=2,TYPE=X
{second}
         SEGM  NAME=NOTE,PARENT=((ITEM,SNGL)),BYTES=(60,6),RULES=(,{rule}),PTR=T
         SEGM  NAME=TAIL,PARENT=((ROOT,DBLE)),BYTES=30,RULES=(,FIRST),PTR=TB
         DBDGEN
"""
SECONDARY = """\
         LCHILD NAME=(TSEG,TOWNX),PTR=INDX
         XDFLD NAME=XTOWN,SRCH=(TOWN),SUBSEQ=(RKEY),NULLVAL=BLANK,DDATA=(RKEY)"""
INDEX = """\
         DBD   NAME={name},ACCESS={access}
{dataset}
         SEGM  NAME=TSEG,PARENT=0,BYTES={length}
         FIELD NAME=(K,SEQ,U),START=1,BYTES={length}
         LCHILD NAME=(ROOT,TEST),INDEX={field}
         DBDGEN
"""


def definition(access, root="", dsg=False, item="(120,8)", links=SECONDARY, **words):
    head = f"         DBD   NAME=TEST,ACCESS=({access})"
    if "HDAM" in access:
        head += ",RMNAME=(DFSHDC40,2,6)"
    partitioned = access.startswith("P")
    data_sets = "" if partitioned else "\n         DATASET DD1=TESTA,BLOCK=512"
    second = ""
    if "HIDAM" in access and not partitioned:
        links = "         LCHILD NAME=(ISEG,TESTX),PTR=INDX\n" + links
    body = {"parent": "DBLE", "twins": "TB", "rule": "LAST", **words}
    text = SEGMENTS.format(root=root, links=links, item=item, second=second, **body)
    if dsg and not partitioned:
        text = text.replace(
            "         SEGM  NAME=NOTE", "         DATASET DD1=TESTB,BLOCK=1024\n         SEGM  NAME=NOTE"
        )
    if dsg and partitioned:
        text = text.replace("PARENT=((ITEM,SNGL))", "PARENT=((ITEM,SNGL)),DSGROUP=B")
    lines = [line for line in f"{head}{data_sets}\n{text}".splitlines() if line.strip()]
    wide = []
    for line in lines:
        if len(line) > 71:
            at = line.rindex(",", 0, 71) + 1
            wide += [line[:at].ljust(71) + "X", " " * 15 + line[at:]]
        else:
            wide.append(line)
    return dbdgen.generate(wide)


KINDS = {
    "HDAM": {"access": "HDAM,OSAM"},
    "HDAM groups": {"access": "HDAM,OSAM", "dsg": True, "twins": "T", "parent": "SNGL"},
    "HDAM on VSAM": {"access": "HDAM,VSAM", "rule": "FIRST"},
    "HIDAM": {"access": "HIDAM,OSAM", "root": ",PTR=NOTWIN", "dsg": True},
    "HIDAM chained": {"access": "HIDAM,VSAM", "root": ",PTR=TB"},
    "HIDAM on one anchor": {"access": "HIDAM,OSAM", "root": ",PTR=T", "item": "20"},
    "PHDAM": {"access": "PHDAM,OSAM", "dsg": True},
    "PHIDAM": {"access": "PHIDAM,OSAM", "root": ",PTR=NOTWIN"},
    "PHIDAM chained": {"access": "PHIDAM,VSAM", "dsg": True},
}
PARTITIONS = (
    PartitionDefinition(1, "PARTA", "T.A", "3999".encode("cp1047"), block_sizes=(512, 1024)),
    PartitionDefinition(2, "PARTB", "T.B", b"\xff" * 4, block_sizes=(512,)),
    PartitionDefinition(5, "PARTC", "T.C", "6999".encode("cp1047"), block_sizes=(1024,)),
)


class Lab:
    """One database over data sets in storage; ``open`` opens it again over the same ones."""

    def __init__(self, name, make_space, make_keyed):
        self.dbd = definition(**KINDS[name])
        self.spaces, self.keyed, self.make_space, self.make_keyed = {}, {}, make_space, make_keyed
        self.esds = {}
        length = 8
        data_set = "         DATASET DD1=TOWNX"
        partitioned = self.dbd.partitioned
        text = INDEX.format(
            name="TOWNX",
            access="PSINDEX" if partitioned else "INDEX",
            dataset="" if partitioned else data_set,
            length=length,
            field="XTOWN",
        )
        self.index_dbd = dbdgen.generate([line for line in text.splitlines() if line.strip()])

    def file(self, name, size):
        space = self.spaces.setdefault(name, self.make_space(30))
        if self.dbd.method == "VSAM":
            if name not in self.esds:
                self.esds[name] = Esds(space, size)
                self.esds[name].create()
            return IntervalFile(self.esds[name], name)
        return BlockFile(space, size, name)

    def ksds(self, name, offset, length):
        return self.keyed.setdefault(name, self.make_keyed(offset, length))

    def open(self, engine):
        dbd, recovery = self.dbd, engine.recovery
        keys = IndexKey.of(dbd.secondary[0], Shape(dbd), self.index_dbd)
        if not dbd.partitioned:
            files = [self.file(one.ddname, one.block_size) for one in dbd.data_sets]
            index = KeyedIndex("TOWNX", "TOWNX", self.ksds("TOWNX", 6, 8), engine.gate, keys.length)
            secondary = [OrderedIndex(keys, index)]
            if dbd.access == "HDAM":
                return open_hdam(dbd, recovery, *files, secondary=secondary)
            primary = KeyedIndex("TESTX", "TESTX", self.ksds("TESTX", 6, 4), engine.gate)
            return open_hidam(dbd, recovery, files, primary, secondary)
        return self.open_haldb(engine, keys)

    def open_haldb(self, engine, keys):
        dbd = self.dbd
        halves = (
            PartitionDefinition(1, "TOWNA", "T.X", b"\xd6".ljust(8, b"\xff")),
            PartitionDefinition(2, "TOWNB", "T.X", b"\xff" * 8),
        )
        indexes = {
            one.id: KeyedIndex(one.name, one.name + "A", self.ksds(one.name, PREFIX, 8), engine.gate, 8, PREFIX)
            for one in halves
        }
        secondary = PartitionedIndex("TOWNX", keys, selector("TOWNX", "", halves), indexes)
        data_sets = {
            one.id: PartitionDataSets(
                [self.file(one.ddname("AB"[group]), one.block_size(group)) for group in range(dbd.groups)],
                self.ksds(one.ddname("L"), 0, 9),
                self.ksds(one.ddname("X"), 6, 4) if dbd.access == "PHIDAM" else None,
            )
            for one in PARTITIONS
        }
        database = open_haldb(dbd, engine.recovery, selector("TEST", "", PARTITIONS), data_sets, [secondary])
        secondary.database = database
        return database


@pytest.fixture
def lab(make_space, make_keyed):
    def make(name):
        return Lab(name, make_space, make_keyed)

    return make


def e(text):
    return text.encode("cp1047")


def item(number, length, fill):
    return (length.to_bytes(2, "big") + number.to_bytes(2, "big")).ljust(length, bytes([fill]))


def note(length, fill):
    return length.to_bytes(2, "big").ljust(length, bytes([fill]))


roots = st.integers(0, 25)
steps = st.one_of(
    st.tuples(st.just("root"), roots, st.sampled_from(["ROMA", "OSLO", "    "])),
    st.tuples(st.just("item"), roots, st.integers(0, 6), st.integers(8, 120), st.integers(0, 255)),
    st.tuples(st.just("note"), roots, st.integers(0, 6), st.integers(6, 60), st.integers(0, 255)),
    st.tuples(st.just("tail"), roots, st.integers(0, 255)),
    st.tuples(st.just("town"), roots, st.sampled_from(["ROMA", "OSLO", "BERN", "    "])),
    st.tuples(st.just("resize"), roots, st.integers(0, 6), st.integers(8, 120), st.integers(0, 255)),
    st.tuples(st.just("drop root"), roots),
    st.tuples(st.just("drop item"), roots, st.integers(0, 6)),
    st.tuples(st.just("commit")),
    st.tuples(st.just("back out")),
    st.tuples(st.just("reorganise"), st.sampled_from([1, 2, 5])),
)


class History:
    """Does every step to the database and to the model."""

    def __init__(self, lab):
        self.lab = lab
        self.engine = Engine.unlogged(12)
        self.database = lab.open(self.engine)
        unit = self.engine.recovery.begin("INIT", 0)
        self.database.initialise(unit)
        self.engine.recovery.commit(unit)
        self.model = hierarchy.Model(lab.dbd)
        self.fixed = not lab.dbd.segment("ITEM").variable
        self.saved = None
        self.begin()

    def begin(self):
        import copy

        self.unit = self.engine.recovery.begin("TEST", 1)
        self.pcb = Pcb(DbPcb("TEST", "A", 20), self.database, self.unit)
        self.saved = copy.deepcopy(self.model.roots)

    def key(self, number):
        return e(f"{number * 397 % 10000:04d}")

    def ssa(self, number):
        return b"".join([e("ROOT    (RKEY    = "), self.key(number), e(")")])

    def item_ssa(self, number):
        return b"".join([e("ITEM    (IKEY    = "), number.to_bytes(2, "big"), e(")")])

    def data(self, number, length, fill):
        return item(number, 20, fill) if self.fixed else item(number, length, fill)

    def do(self, step):
        getattr(self, step[0].replace(" ", "_"))(*step[1:])

    def root(self, number, town):
        data = (self.key(number) + e(town)).ljust(24, b"\x01")
        assert self.pcb.isrt(data, "ROOT    ") == self.model.insert(None, "ROOT", data), self.pcb.status

    def item(self, number, child, length, fill):
        data, root = self.data(child, length, fill), self.model.roots.get(self.key(number))
        done = root is not None and self.model.insert(root, "ITEM", data)
        assert self.pcb.isrt(data, self.ssa(number), "ITEM    ") == done, self.pcb.status

    def _item(self, number, child):
        root = self.model.roots.get(self.key(number))
        wanted = child.to_bytes(2, "big")
        twins = self.model.children(root, "ITEM") if root else []
        return root, next((one for one in twins if self.model.key(one) == wanted), None)

    def note(self, number, child, length, fill):
        _, above = self._item(number, child)
        data = note(length, fill)
        done = above is not None and self.model.insert(above, "NOTE", data)
        assert self.pcb.isrt(data, self.ssa(number), self.item_ssa(child), "NOTE    ") == done

    def tail(self, number, fill):
        root, data = self.model.roots.get(self.key(number)), bytes([fill]) * 30
        done = root is not None and self.model.insert(root, "TAIL", data)
        assert self.pcb.isrt(data, self.ssa(number), "TAIL    ") == done

    def town(self, number, town):
        found, root = self.pcb.ghu(self.ssa(number)), self.model.roots.get(self.key(number))
        assert found == (root.data if root else None)
        if root is not None:
            root.data = root.data[:4] + e(town) + root.data[8:]
            assert self.pcb.repl(root.data), self.pcb.status

    def resize(self, number, child, length, fill):
        _, above = self._item(number, child)
        found = self.pcb.ghu(self.ssa(number), self.item_ssa(child))
        assert found == (above.data if above else None)
        if above is not None:
            above.data = self.data(child, length, fill)
            assert self.pcb.repl(above.data), self.pcb.status

    def drop_root(self, number):
        found = self.pcb.ghu(self.ssa(number)) is not None
        assert found == (self.model.roots.pop(self.key(number), None) is not None)
        assert not found or self.pcb.dlet()

    def drop_item(self, number, child):
        root, above = self._item(number, child)
        found = self.pcb.ghu(self.ssa(number), self.item_ssa(child)) is not None
        assert found == (above is not None)
        if found:
            root.children = [one for one in root.children if one is not above]
            assert self.pcb.dlet()

    def commit(self):
        self.engine.recovery.commit(self.unit)
        self.begin()

    def back_out(self):
        self.engine.recovery.back_out(self.unit, self.database.undo)
        self.model.roots = self.saved
        self.begin()

    def reorganise(self, number):
        self.commit()
        if self.lab.dbd.partitioned:
            reorganise(self.database, self.database.partitions[number])
            self.begin()

    def check(self):
        self.commit()
        assert [str(one) for one in pointer_check.check(self.database, 300).errors] == []
        found, data = [], self.pcb.gu()
        while data is not None:
            found.append((self.pcb.segment, data))
            data = self.pcb.gn()
        order = [root for kind, root in found if kind == "ROOT"]
        by_key = [self.model.roots[data[:4]] for data in order]
        assert len(order) == len(self.model.roots)
        assert found == list(self.model.walk(by_key))
        if "HIDAM" in self.lab.dbd.access:
            highs = [one.high_key for one in sorted(PARTITIONS, key=lambda one: one.high_key)]
            assert [data[:4] for data in order] == sorted(self.model.roots)
            assert highs
        self.check_index()

    def check_index(self):
        """Going by the secondary index shows the roots by town."""
        pcb = Pcb(DbPcb("TEST", "A", 20, (), "TOWNX"), self.database, self.unit)
        found, data = [], pcb.gu("ROOT    ")
        while data is not None:
            found.append(data)
            data = pcb.gn("ROOT    ")
        towns = [one.data for one in self.model.roots.values() if one.data[4:8] != e("    ")]
        assert found == sorted(towns, key=lambda data: data[4:8] + data[:4])
        osl, data = [], pcb.gu("ROOT    (XTOWN   = OSLO)")
        while data is not None:
            osl.append(data)
            data = pcb.gn("ROOT    (XTOWN   = OSLO)")
        assert osl == [data for data in found if data[4:8] == e("OSLO")]


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=5, max_size=60))
def test_a_history_gives_what_the_model_gives(lab, name, history):
    done = History(lab(name))
    for step in history:
        done.do(step)
    done.check()


@pytest.mark.parametrize("name", KINDS)
def test_a_long_history_gives_what_the_model_gives(lab, name):
    import random

    choose = random.Random(7)
    done = History(lab(name))
    for number in range(26):
        done.root(number, choose.choice(["ROMA", "OSLO", "    "]))
    for number in range(900):
        child, length, fill = choose.randrange(7), choose.randrange(8, 121), choose.randrange(256)
        root = choose.randrange(26)
        step = choose.choice(
            [
                ("item", root, child, length, fill),
                ("item", root, child, length, fill),
                ("note", root, child, length % 55 + 6, fill),
                ("note", root, child, length % 55 + 6, fill),
                ("tail", root, fill),
                ("town", root, choose.choice(["ROMA", "BERN", "    "])),
                ("resize", root, child, length, fill),
                ("drop item", root, child),
                ("commit",),
                ("back out",) if choose.random() < 0.3 else ("commit",),
            ]
        )
        done.do(step)
        if number % 300 == 150:
            for partition in (1, 2, 5):
                done.reorganise(partition)
    done.check()
