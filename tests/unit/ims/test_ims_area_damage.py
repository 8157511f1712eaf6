"""Every kind of damage to an area is found, and its control interval named."""

import importlib.util
import sys
from pathlib import Path

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.dedb import interval
from zoslab.ims.dli import Pcb
from zoslab.ims.psb import DbPcb

_spec = importlib.util.spec_from_file_location("ims_dedb", Path(__file__).with_name("test_dedb.py"))
dedb = importlib.util.module_from_spec(_spec)
sys.modules["ims_dedb"] = dedb
_spec.loader.exec_module(dedb)


class Damage:
    """Ways to spoil an area; each returns the database, the area and the control interval that is damaged."""

    def __init__(self, tellers, area):
        self.tellers, self.store, self.number = tellers, tellers.database.store, area
        self.area = self.store.areas()[area]

    def segments(self, name):
        pcb = Pcb(DbPcb("TELL", "G", 20), self.tellers.database, self.tellers.engine.recovery.begin("LOOK", 1))
        found = []
        while pcb.gn() is not None:
            if pcb.segment == name and pcb._path[-1].rba >> 40 == self.number:
                found.append(self.store.read(pcb._path[-1].rba))
        return found

    def change(self, number, at, data):
        self.tellers.engine.pool.drop(self.area.data_set)
        image = bytearray(self.area.image(number))
        image[at % len(image) : at % len(image) + len(data)] = data
        self.tellers.engine.pool.drop(self.area.data_set)
        self.area.data_set.file.write(number, bytes(image))
        return "TELL", self.area.data_set.ddname, number

    def patch(self, stored, offset, data):
        assert offset >= 0
        number, at = divmod((stored.rba & 0xFFFFFFFF) + offset, self.area.size)
        return self.change(number, at, data)

    def anchor(self):
        return next(n for n in map(self.area.parts.anchor, range(self.area.parts.anchors)) if self.area.root_anchor(n))

    def drawer(self):
        """A drawer in the middle of its twins, whose parent lies in the same unit of work."""
        return next(one for one in self.segments("DRAWER") if one.pointer(one.kind.ptf))

    def anchor_wrong(self):
        return self.change(self.anchor(), 4, (9).to_bytes(4, "big"))

    def anchor_lost(self):
        number = self.anchor()
        root = self.store.read(self.number << 40 | self.area.root_anchor(number))
        self.change(number, 4, bytes(4))
        return "TELL", self.area.data_set.ddname, (root.rba & 0xFFFFFFFF) // self.area.size

    def anchor_of_another_root(self):
        numbers = [n for n in map(self.area.parts.anchor, range(self.area.parts.anchors)) if self.area.root_anchor(n)]
        return self.change(numbers[0], 4, self.area.root_anchor(numbers[1]).to_bytes(4, "big"))

    def twin_pointer_wrong(self):
        one = self.drawer()
        return self.patch(one, one.kind.ptf, (5).to_bytes(4, "big"))

    def twin_lost(self):
        one = self.drawer()
        after = self.store.read(one.twin)
        self.patch(one, one.kind.ptf, bytes(4))
        return "TELL", self.area.data_set.ddname, (after.rba & 0xFFFFFFFF) // self.area.size

    def twin_pointer_to_itself(self):
        one = self.drawer()
        return self.patch(one, one.kind.ptf, (one.rba & 0xFFFFFFFF).to_bytes(4, "big"))

    def child_pointer_wrong(self):
        root = self.segments("TELLER")[0]
        drawer = self.store.shape.named("DRAWER")
        return self.patch(root, root.kind.first_child[drawer.code], (7).to_bytes(4, "big"))

    def child_pointer_to_a_root(self):
        root = self.segments("TELLER")[0]
        drawer = self.store.shape.named("DRAWER")
        return self.patch(root, root.kind.first_child[drawer.code], (root.rba & 0xFFFFFFFF).to_bytes(4, "big"))

    def sequential_pointer_wrong(self):
        root = self.segments("TELLER")[0]
        journal = self.store.shape.named("JOURNAL")
        return self.patch(root, root.kind.first_child[journal.code], (3).to_bytes(4, "big"))

    def parent_pointer_wrong(self):
        one = self.drawer()
        return self.patch(one, one.kind.pp, b"\0\0\0\x08")

    def key_of_a_root(self):
        root = self.segments("TELLER")[3]
        return self.patch(root, root.kind.prefix, "T99".encode("cp1047"))

    def segment_code(self):
        return self.patch(self.drawer(), 0, b"\x77")

    def code_of_another_type(self):
        return self.patch(self.drawer(), 0, b"\1")

    def free_space_chain(self):
        return self.change(self.anchor(), 0, (2).to_bytes(2, "big"))

    def free_space_lost(self):
        return self.change(self.anchor(), 0, bytes(2))

    def free_space_over_data(self):
        root = self.segments("TELLER")[0]
        number, at = divmod(root.rba & 0xFFFFFFFF, self.area.size)
        self.change(number, at, (0).to_bytes(2, "big") + (16).to_bytes(2, "big"))
        return self.change(number, 0, at.to_bytes(2, "big"))

    def type_of_the_interval(self):
        return self.change(self.anchor(), 2, interval.SPACE_MAP.to_bytes(2, "big"))

    def rba_of_the_interval(self):
        return self.change(self.anchor(), self.area.size - 11, bytes(4))

    def record_definition(self):
        return self.change(self.anchor(), self.area.size - 4, bytes(4))

    def owner_in_the_space_map(self):
        number = next(n for n in range(self.area.data_set.end) if self.area.owner(n) >= 0
                      and self.area.parts.kind(n) == interval.INDEPENDENT_OVERFLOW)  # fmt: skip
        entry, at = self.area.parts.map_entry(number)
        self.change(entry, at, (500).to_bytes(4, "big"))
        return "TELL", self.area.data_set.ddname, number


KINDS = [name for name in vars(Damage) if not name.startswith("_")]
KINDS = [name for name in KINDS if name not in ("segments", "change", "patch", "anchor", "drawer")]
CASES = [(one, area) for one in KINDS for area in (0, 1) if (one, area) != ("owner_in_the_space_map", 0)]
"""Independent overflow is in use in the second area alone."""


@pytest.fixture
def tellers():
    made = dedb.Tellers()
    made.fill()
    made.engine.pool.flush()
    return made


@pytest.mark.parametrize(("damage", "area"), CASES)
def test_damage_of_an_area_is_found_and_its_interval_named(tellers, damage, area):
    place = getattr(Damage(tellers, area), damage)()
    rows = pointer_check.check(tellers.database).errors
    assert place in {(one.database, one.ddname, one.block) for one in rows}, [str(one) for one in rows]


def test_without_damage_nothing_is_found_in_an_area(tellers):
    assert pointer_check.check(tellers.database).errors == []
