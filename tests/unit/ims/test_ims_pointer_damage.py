"""Every kind of damage to a database is found, and its block named."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.dli import Pcb
from zoslab.ims.ilds import ExtendedPointer, Found, IndirectElement
from zoslab.ims.pointer_check import records
from zoslab.ims.psb import DbPcb

_spec = importlib.util.spec_from_file_location("ims_histories", Path(__file__).with_name("test_dli_histories.py"))
histories = importlib.util.module_from_spec(_spec)
sys.modules["ims_histories"] = histories
_spec.loader.exec_module(histories)
lab = histories.lab


def filled(lab, name, reorganised=(1, 2)):
    """A database with every segment type, separated data and free space; partitions 1 and 2 reorganised."""
    choose = random.Random(11)
    done = histories.History(lab(name))
    for number in range(20):
        done.root(number, choose.choice(["ROMA", "OSLO", "BERN"]))
    for number in range(260):
        root, child = choose.randrange(20), choose.randrange(6)
        done.do(
            choose.choice(
                [
                    ("item", root, child, choose.randrange(8, 121), number % 256),
                    ("item", root, child, choose.randrange(8, 60), number % 256),
                    ("note", root, child, choose.randrange(6, 61), number % 256),
                    ("tail", root, number % 256),
                    ("resize", root, child, choose.randrange(60, 121), number % 256),
                ]
            )
        )
    for root in range(12, 20):
        done.drop_item(root, 1)
    for partition in reorganised:
        done.reorganise(partition)
    done.check()
    return done


def segments(done, name):
    """Every segment of a type, as stored."""
    pcb = Pcb(DbPcb("TEST", "G", 20), done.database, done.unit)
    found = []
    data = pcb.gu()
    while data is not None:
        if pcb.segment == name:
            found.append(done.database.store.read(pcb._path[-1].rba))
        data = pcb.gn()
    return found


class Damage:
    """Ways to spoil a database; each returns the database, the data set (ddname) and the block that is damaged."""

    def __init__(self, done):
        self.done, self.store, self.unit = done, done.database.store, done.unit

    def at(self, address):
        store, rba = self.store.at(address)
        return self.named(store, rba // store.step)

    @staticmethod
    def named(store, block):
        return store.data_set.dbd, store.data_set.ddname, block

    @staticmethod
    def entry(index, key):
        """An index data set and the control interval of a key."""
        return index.dbd, index.ddname, index.interval_of(key)

    def bytes(self, stored, offset, data):
        assert offset
        self.store.patch(self.unit, stored.rba, offset, data)
        return self.at(stored.rba)

    def pick(self, name, where=lambda one: True):
        return next(one for one in segments(self.done, name) if where(one))

    def item(self):
        return self.pick("ITEM", lambda one: one.pointer(one.kind.ptf))

    def block(self, stored, at, data):
        store, rba = self.store.at(stored.rba)
        store.write(self.unit, rba // store.step, at, data)
        return self.at(stored.rba)

    # Pointers

    def ptf_into_nothing(self):
        return self.bytes(item := self.item(), item.kind.ptf, b"\x7f\xff\xff\0")

    def ptf_into_a_segment(self):
        item = self.item()
        return self.bytes(item, item.kind.ptf, (item.pointer(item.kind.ptf) + 2).to_bytes(4, "big"))

    def ptf_lost(self):
        item = self.item()
        return self.bytes(item, item.kind.ptf, bytes(4))

    def ptf_to_the_first_twin(self):
        item = self.pick("ITEM", lambda one: not one.pointer(one.kind.ptf))
        parent = self.store.read(item.parent)
        return self.bytes(item, item.kind.ptf, (parent.child(item.kind) & 0xFFFFFFFF).to_bytes(4, "big"))

    def _ring(self, keep):
        """Let the last twins of an unkeyed chain lead only to each other; the first ``keep`` stay, and fit."""
        chain = [self.pick("TAIL", lambda one: one.pointer(one.kind.ptf) and not one.pointer(one.kind.ptb))]
        while chain[-1].twin:
            chain.append(self.store.read(chain[-1].twin))
        keep %= len(chain)
        before, ring, kind = chain[keep - 1], chain[keep:], chain[0].kind
        parent = self.store.read(before.parent)
        self.bytes(before, kind.ptf, bytes(4))
        self.bytes(parent, parent.kind.last_child[kind.code], (before.rba & 0xFFFFFFFF).to_bytes(4, "big"))
        self.bytes(ring[-1], kind.ptf, (ring[0].rba & 0xFFFFFFFF).to_bytes(4, "big"))
        return self.bytes(ring[0], kind.ptb, (ring[-1].rba & 0xFFFFFFFF).to_bytes(4, "big"))

    def ring_of_twins(self):
        return self._ring(1)

    def ring_of_one_twin(self):
        return self._ring(-1)

    def ptf_into_a_bitmap(self):
        return self.bytes(item := self.item(), item.kind.ptf, b"\0\0\0\x10")

    def ptf_to_another_family(self):
        item = self.item()
        other = self.pick("ITEM", lambda one: one.parent != item.parent and one.rba >> 32 == item.rba >> 32)
        return self.bytes(item, item.kind.ptf, (other.rba & 0xFFFFFFFF).to_bytes(4, "big"))

    def ptb_flipped(self):
        item = self.item()
        return self.bytes(item, item.kind.ptb, bytes(a ^ 8 for a in item.raw[item.kind.ptb : item.kind.ptb + 4]))

    def pp_of_another_root(self):
        item = self.item()
        other = self.pick("ROOT", lambda one: one.rba != item.parent and one.rba >> 40 == item.rba >> 40)
        return self.bytes(item, item.kind.pp, (other.rba & 0xFFFFFFFF).to_bytes(4, "big"))

    def pp_lost(self):
        return self.bytes(item := self.item(), item.kind.pp, bytes(4))

    def pcf_lost(self):
        root = self.store.read(self.item().parent)
        item = self.store.shape.named("ITEM")
        return self.bytes(root, root.kind.first_child[item.code], bytes(4))

    def pcf_to_a_root(self):
        root = self.store.read(self.item().parent)
        item = self.store.shape.named("ITEM")
        return self.bytes(root, root.kind.first_child[item.code], (root.rba & 0xFFFFFFFF).to_bytes(4, "big"))

    def pcl_lost(self):
        root = self.store.read(self.item().parent)
        return self.bytes(root, root.kind.last_child[self.store.shape.named("ITEM").code], bytes(4))

    def pcl_to_the_first(self):
        root = self.store.read(self.item().parent)
        kind = self.store.shape.named("ITEM")
        return self.bytes(root, root.kind.last_child[kind.code], (root.child(kind) & 0xFFFFFFFF).to_bytes(4, "big"))

    def anchor(self, change):
        store, block, number = next(
            (store, block, number)
            for store in self.store.data_sets.values()
            for block in range(store.first + 1, store.last_anchored + 1)
            for number in range(store.raps_in(block))
            if store.anchor(block, number)
        )
        store.set_anchor(self.unit, block, number, change(store.anchor(block, number)))
        return self.named(store, block)

    def anchor_lost(self):
        return self.anchor(lambda _: 0)

    def anchor_wrong(self):
        return self.anchor(lambda rba: rba ^ 4)

    def anchors_exchanged(self):
        store, spots = next(
            (store, spots)
            for store in self.store.data_sets.values()
            if len(
                spots := [
                    (block, number)
                    for block in range(store.first + 1, store.last_anchored + 1)
                    for number in range(store.raps_in(block))
                    if store.anchor(block, number)
                ]
            )
            > 1
        )
        first, second = (store.anchor(*spot) for spot in spots[:2])
        store.set_anchor(self.unit, *spots[0], second)
        store.set_anchor(self.unit, *spots[1], first)
        return self.named(store, spots[0][0])

    # Segments and blocks

    def segment_code(self):
        return self.block(item := self.item(), self._offset(item), b"\x77")

    def code_of_another_type(self):
        item = self.item()
        return self.block(item, self._offset(item), bytes([self.store.shape.named("ROOT").code]))

    def _offset(self, stored):
        store, rba = self.store.at(stored.rba)
        return rba % store.step

    def delete_byte(self):
        root = self.pick("ROOT")
        return self.block(root, self._offset(root) + 1, b"\x80")

    def length_of_a_segment(self):
        item = self.pick("ITEM", lambda one: not one.separated)
        return self.bytes(item, item.kind.prefix, b"\x03\xe7")

    def separated_data_lost(self):
        item = self.pick("ITEM", lambda one: one.separated)
        return self.bytes(item, item.kind.prefix, b"\0\0\0\x40")

    def key_of_a_twin(self):
        item = self.pick("ITEM", lambda one: one.pointer(one.kind.ptf) and not one.separated)
        self.bytes(item, item.kind.prefix + 2, b"\xff\xff")
        return self.at(item.rba)

    def key_of_a_root(self):
        root = self.pick("ROOT")
        return self.bytes(root, root.kind.prefix, b"\xf0\xf0\xf0\xf1")

    def free_space_over_data(self):
        item = self.item()
        return self.block(item, 0, (self._offset(item) + 2).to_bytes(2, "big"))

    def free_space_chain_into_nothing(self):
        return self.block(self.item(), 0, b"\x7f\xfe")

    def _free(self):
        """A block with room: its data set, number, and first free space element."""
        for store in self.store.data_sets.values():
            for block in range(store.first + 1, store.data_set.end):
                at = int.from_bytes(store.image(block)[0:2], "big")
                if at and int.from_bytes(store.image(block)[at + 2 : at + 4], "big") > 40:
                    return store, block, at
        raise AssertionError("no block has room")

    def free_space_lost(self):
        store, block, _ = self._free()
        store.write(self.unit, block, 0, b"\0\0")
        return self.named(store, block)

    def free_space_length(self):
        store, block, at = self._free()
        store.write(self.unit, block, at + 2, b"\0\x08")
        return self.named(store, block)

    def anchor_of_free_space_dirty(self):
        return self.block(self.item(), 2, b"\x12")

    def bitmap_bit(self):
        store = next(iter(self.store.data_sets.values()))
        self.done.engine.recovery.hint(
            self.unit, store.data_set, store.first, lambda image: image.__setitem__(4, image[4] ^ 0x20)
        )
        return self.named(store, store.first + 2)

    def bitmap_bit_beyond_the_end(self):
        store = next(iter(self.store.data_sets.values()))
        self.done.engine.recovery.hint(
            self.unit, store.data_set, store.first, lambda image: image.__setitem__(len(image) - 1, 1)
        )
        return self.named(store, store.first)

    def block_overwritten(self):
        return self.block(self.item(), 0, bytes([0xC1]) * 200)

    # Indexes

    def _index(self, place=0):
        (index,) = self.done.database.secondary.values()
        return index, index.after(b"", inclusive=True)[place]

    def _change(self, index, key, record):
        """Put a record into the data set of the index that its key belongs to."""
        index.change(self.done.engine.recovery, self.unit, key, record)
        return self.entry(index.data_set_of(key), key)

    def index_entry_lost(self):
        index, entry = self._index()
        self._change(index, entry.key, b"")
        root = self.pick("ROOT", lambda one: index.keys.key(one) == entry.key)
        return self.at(root.rba)

    def index_entry_without_source(self):
        index, entry = self._index()
        key = entry.key[:4] + b"\xf9\xf9\xf9\xf9"
        return self._change(index, key, entry.prefix + key + entry.rest)

    def index_pointer_wrong(self):
        index, entry = self._index(5)
        wrong = entry.prefix[:2] + (entry.pointer + 2).to_bytes(4, "big")
        return self._change(index, entry.key, wrong + entry.key + entry.rest)

    def index_duplicate_data(self):
        index, entry = self._index(6)
        return self._change(index, entry.key, entry.prefix + entry.key + bytes(len(entry.rest)))

    def index_delete_byte(self):
        index, entry = self._index(7)
        return self._change(index, entry.key, b"\1\x80" + entry.prefix[2:] + entry.key + entry.rest)

    def entry_in_another_partition(self):
        index, entry = self._index()
        here, there = (index._indexes[number] for number in (1, 2))
        here.put(entry.key, b"")
        there.put(entry.key, entry.prefix + entry.key + entry.rest)
        return self.entry(there, entry.key)

    def _primary(self):
        database = self.done.database
        index = database.index or next(iter(database.partitions.values())).index
        return index, index.after(b"", inclusive=True)[4]

    def root_without_index_entry(self):
        index, entry = self._primary()
        root = self.pick("ROOT", lambda one: one.key == entry.key)
        index.put(entry.key, b"")
        return self.at(root.rba)

    def index_entry_into_nothing(self):
        index, entry = self._primary()
        index.put(entry.key, index.record(entry.key, entry.pointer + 6))
        return self.entry(index, entry.key)

    def index_entry_twice(self):
        index, entry = self._primary()
        index.put(entry.key[:-1] + b"\0", index.record(entry.key[:-1] + b"\0", entry.pointer))
        return self.entry(index, entry.key[:-1] + b"\0")

    def prefix_of_an_index_entry(self):
        index, entry = self._primary()
        index.put(entry.key, b"\2\0" + entry.prefix[2:6] + entry.key)
        return self.entry(index, entry.key)

    def end_of_index_lost(self):
        partition = self.done.database.partitions[1]
        partition.index.put(partition.roots.high, b"")
        return self.entry(partition.index, partition.roots.high)

    def end_of_index_wrong(self):
        index, entry = self._primary()
        high = b"\xff" * len(entry.key)
        index.put(high, index.record(high, entry.pointer))
        return self.entry(index, high)

    def chain_of_roots_broken(self):
        root = self.pick("ROOT", lambda one: one.pointer(one.kind.ptf))
        after = self.store.read(root.twin)
        self.bytes(after, after.kind.ptb, bytes(4))
        return self.bytes(root, root.kind.ptf, bytes(4))

    # HALDB

    def _identity(self, data):
        store = self.done.database.partitions[1].stores[0]
        at, value = data
        self.done.engine.recovery.hint(
            self.unit, store.data_set, store.first, lambda image: image.__setitem__(slice(at, at + 2), value)
        )
        return self.named(store, store.first)

    def partition_id(self):
        return self._identity((0, b"\0\x07"))

    def reorg_number(self):
        return self._identity((2, b"\0\x09"))

    def ilk_of_another_place(self):
        item = self.pick("ITEM", lambda one: one.ilk[6:8] == b"\0\1" and one.rba >> 40 == 5)
        return self.bytes(item, item.kind.ilk, b"\0\0\x99\x98")

    def ilk_used_twice(self):
        first, second = [one for one in segments(self.done, "ITEM") if one.rba >> 40 == 2][:2]
        return self.bytes(second, second.kind.ilk, first.ilk)

    def ilk_of_no_partition(self):
        item = self.item()
        return self.bytes(item, item.kind.ilk + 4, bytes(2))

    def root_of_another_partition(self):
        root = self.pick("ROOT", lambda one: one.rba >> 40 == 1)
        return self.bytes(root, root.kind.prefix, b"\xf5")

    def ilk_of_the_future(self):
        item = self.item()
        return self.bytes(item, item.kind.ilk + 6, b"\x7f\xff")

    def ilds_entry_lost(self):
        root = self.pick("ROOT", lambda one: one.rba >> 40 == 2)
        partition = self.done.database.partitions[2]
        partition.ilds._ksds.delete(root.ilk + bytes([root.kind.code]))
        return self.at(root.rba)

    def _ile(self, found, code=0):
        root = self.pick("ROOT", lambda one: one.rba >> 40 == 2)
        ilds = self.done.database.partitions[2].ilds
        ilds.put(root.ilk, code or root.kind.code, found(root.rba & 0xFFFFFFFF))
        return self.entry(ilds, root.ilk + bytes([code or root.kind.code]))

    def ilds_entry_stale(self):
        return self._ile(lambda rba: Found(2, 1, rba))

    def ilds_entry_of_another_partition(self):
        return self._ile(lambda rba: Found(5, 2, rba))

    def ilds_entry_wrong(self):
        return self._ile(lambda _: Found(2, 2, 0x208))

    def ilds_entry_of_no_segment_type(self):
        return self._ile(lambda rba: Found(2, 2, rba), code=0x77)

    def extended_pointer_wrong(self):
        index, entry = self._index()
        eps = ExtendedPointer.of(entry.prefix[2:])
        eps.rba, eps.reorg, eps.partition = 0x333, self.done.database.partitions[1].reorg, 1
        return self._change(index, entry.key, b"\1\0" + bytes(eps) + entry.key + entry.rest)

    def extended_pointer_that_cannot_heal(self):
        index, entry = self._index(9)
        eps = ExtendedPointer.of(entry.prefix[2:])
        eps.ilk, eps.reorg = b"\0\0\0\1\0\1\0\1", 0x77
        return self._change(index, entry.key, b"\1\0" + bytes(eps) + entry.key + entry.rest)


POINTERS = """ptf_into_nothing ptf_into_a_segment ptf_lost ptf_to_the_first_twin ptf_into_a_bitmap ptf_to_another_family
    ptb_flipped pp_of_another_root pp_lost pcf_lost pcf_to_a_root pcl_lost pcl_to_the_first ring_of_twins
    ring_of_one_twin"""
SEGMENTS = """segment_code code_of_another_type delete_byte length_of_a_segment separated_data_lost key_of_a_twin
    key_of_a_root"""
SPACE = """free_space_over_data free_space_chain_into_nothing free_space_lost free_space_length
    anchor_of_free_space_dirty bitmap_bit bitmap_bit_beyond_the_end block_overwritten"""
INDEX = "index_entry_lost index_entry_without_source index_duplicate_data index_delete_byte"
EVERYWHERE = f"{POINTERS} {SEGMENTS} {SPACE} {INDEX}"
ANCHORS = "anchor_lost anchor_wrong anchors_exchanged"
PRIMARY = "root_without_index_entry index_entry_into_nothing index_entry_twice prefix_of_an_index_entry"
CHAINED = "chain_of_roots_broken end_of_index_wrong"
PARTITIONS = """partition_id reorg_number ilk_of_another_place ilk_used_twice ilk_of_the_future ilk_of_no_partition
    root_of_another_partition ilds_entry_lost ilds_entry_stale ilds_entry_of_another_partition ilds_entry_wrong
    ilds_entry_of_no_segment_type extended_pointer_wrong extended_pointer_that_cannot_heal entry_in_another_partition"""
TABLE = {
    "HDAM": f"{EVERYWHERE} {ANCHORS} index_pointer_wrong",
    "HIDAM chained": f"{EVERYWHERE} {PRIMARY} {CHAINED} index_pointer_wrong",
    "PHDAM": f"{EVERYWHERE} {ANCHORS} {PARTITIONS}",
    "PHIDAM": f"{PRIMARY} {PARTITIONS} end_of_index_lost",
}
CASES = [(name, damage) for name, kinds in TABLE.items() for damage in kinds.split()]
BLOCKS_NAMED = 16
"""A report that named every block would be of no use."""


@pytest.fixture
def small_windows(monkeypatch):
    """Four or fewer blocks to a window, and work data sets in use, as in a large database."""
    monkeypatch.setattr(records, "WINDOW_BYTES", 2048)
    monkeypatch.setattr(pointer_check, "IN_STORAGE", 30)


@pytest.mark.parametrize(("name", "damage"), CASES)
@pytest.mark.usefixtures("small_windows")
def test_damage_is_found_and_its_block_named(lab, name, damage):
    done = filled(lab, name)
    place = getattr(Damage(done), damage)()
    rows = pointer_check.check(done.database).errors
    named = {(one.database, one.ddname, one.block) for one in rows}
    assert place in named, [str(one) for one in rows]
    assert len(named) <= BLOCKS_NAMED or damage in ("partition_id", "reorg_number", "block_overwritten")


@pytest.mark.parametrize("window", [512, 1 << 21])
@pytest.mark.parametrize("name", histories.KINDS)
def test_without_damage_nothing_is_found(lab, name, window, monkeypatch):
    monkeypatch.setattr(records, "WINDOW_BYTES", window)
    assert pointer_check.check(filled(lab, name).database, 50).errors == []


@pytest.mark.parametrize("name", ["HDAM", "PHIDAM"])
def test_what_is_found_does_not_depend_on_the_windows(lab, name, monkeypatch):
    done = filled(lab, name)
    for damage in ("index_entry_lost", "key_of_a_root", "pp_of_another_root", "ptf_lost", "separated_data_lost"):
        getattr(Damage(done), damage)()
    large = pointer_check.check(done.database)
    monkeypatch.setattr(records, "WINDOW_BYTES", 512)
    small = pointer_check.check(done.database)
    assert (small.segments, small.pointers) == (large.segments, large.pointers)
    assert {str(one) for one in small.errors} == {str(one) for one in large.errors}


def test_there_are_many_kinds_of_damage():
    assert len({damage for _, damage in CASES}) >= 50


def test_the_report_counts_and_shows_rows(lab):
    done = filled(lab, "PHDAM")
    report = pointer_check.check(done.database)
    assert report.segments["ROOT"] == report.pointers["EPS"] == 20
    assert {"RAP", "PTF", "PTB", "PP", "PCF", "PCL", "FSE", "ILE", "DATA"} <= set(report.pointers)
    assert report.lines()[-1] == "  ERRORS 0"
    Damage(done).ptf_into_nothing()
    assert "OUTSIDE THE DATA SET" in "\n".join(pointer_check.check(done.database).lines())


def test_layouts_have_their_published_lengths():
    assert (ExtendedPointer.size, IndirectElement.size) == (28, 50)
