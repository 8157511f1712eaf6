"""A HALDB of before a split and of behind it, made on a target by the engine, record by record and with the numbers of
then; then the way back to what the source is now."""

import importlib.util
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imsclone.plan.errors import PlanRejected
from zoslab.ims.dli import Pcb
from zoslab.ims.psb import DbPcb

_spec = importlib.util.spec_from_file_location("haldb_copies_of_then", Path(__file__).with_name("haldb_copies.py"))
copies = importlib.util.module_from_spec(_spec)
sys.modules["haldb_copies_of_then"] = copies
_spec.loader.exec_module(copies)
SOURCE, TARGET, world = copies.SOURCE, copies.TARGET, copies.world

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(1800)]


@dataclass(frozen=True)
class Then:
    """What the source held at a moment."""

    moment: datetime
    records: list[tuple[str, bytes]]
    partitions: list[tuple[str, int, bytes, int]]


def records(world, ims):
    """Read everything in hierarchic order."""
    engine, database = world.opened(ims)
    pcb, found = Pcb(DbPcb("ORDERS", "G", 255), database, engine.recovery.begin("READ", 0)), []
    while (data := pcb.gn()) is not None:
        found.append((pcb.segment, data))
    return found


def partitions(world, ims):
    """Return name, ID, high key and the reorganization number in the data set, in the order of keys."""
    held = {one.definition.name: one.reorg for one in world.opened(ims)[1].partitions.values()}
    return [(one.name, one.id, one.high_key, held[one.name]) for one in world.partitions(ims)]


class Recorder:
    """Image copies of the source, and what it held when they were made."""

    def __init__(self, world):
        self.world, self.sets = world, 0

    def copied(self):
        """Copy each data set; note what there is, and look at the RECON on both sides of that moment."""
        self.sets += 1
        cards, dds = [], []
        parts = [*self.world.partitions(SOURCE), *self.world.partitions(SOURCE, "ORDERX")]
        wanted = [(one.name, f"{one.name}{letter}") for one in parts for letter in ("A" if one.name == "X2" else "AB")]
        for number, (name, ddname) in enumerate(wanted, 1):
            cards.append(f"D1 {name:8} {ddname:8} DATAOUT{number}")
            dds.append(copies.haldb.NEW_DD.format(dd=f"DATAOUT{number}", dsn=f"IMSP.IC{self.sets}.{ddname}"))
        kept = [f" CHANGE.DBDS DBD({name}) DDN({ddname}) GENMAX(9)" for name, ddname in wanted]
        self.world.tell(SOURCE, "\n".join(kept))
        copies.haldb.must(self.world.system, "DFSUDMP0", cards="\n".join(cards), dds="\n".join(dds))
        self.world.plan(redefine="true")
        time.sleep(0.05)
        then = Then(datetime.now(UTC), records(self.world, SOURCE), partitions(self.world, SOURCE))
        time.sleep(0.05)
        self.world.plan(redefine="true")
        return then


@pytest.fixture(scope="module")
def past(world):
    """Two partitions; the second is split, and then one is added: three moments."""
    history, recorder, found = copies.History(world), Recorder(world), []
    world.copy(world.plan())
    found.append(recorder.copied())
    history.step("split", 1, [120, 121, 170])
    found.append(recorder.copied())
    history.step("add", 0, [3, 140])
    history.insert([215, 230])
    found.append(recorder.copied())
    history.insert([4, 5, 250])
    return found


def made(world, moment, clone_type="haldb_copy"):
    plan = world.plan(redefine="true", as_of=moment.isoformat(), clone_type=clone_type)
    assert world.copy(plan) == Counter()
    return plan


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0), (1, 0, 1)])
def test_each_moment_is_made_as_it_was_in_any_order(world, past, order):
    assert [len(one.partitions) for one in past] == [2, 3, 4]
    for place in order:
        then = past[place]
        made(world, then.moment)
        assert partitions(world, TARGET) == then.partitions
        assert records(world, TARGET) == then.records
        numbers = sorted({int(data[:8].decode("cp037")) for name, data in then.records if name.strip() == "ORDER"})
        by_day, unhealed = world.orders(TARGET, "ORDERX")
        assert (sorted(by_day), unhealed) == (numbers, 0)
        assert world.errors(TARGET) == []


def test_a_refresh_makes_the_partitions_of_then_as_a_copy_of_haldbs_does(world, past):
    for then in (past[0], past[2]):
        made(world, then.moment, "database_refresh")
        assert partitions(world, TARGET) == then.partitions
        assert records(world, TARGET) == then.records


def test_behind_a_past_time_the_target_comes_back_to_what_the_source_is_now(world, past):
    made(world, past[0].moment)
    assert world.copy(world.plan(redefine="true")) == Counter()
    assert partitions(world, TARGET) == partitions(world, SOURCE)
    assert records(world, TARGET) == records(world, SOURCE) != past[2].records


def test_without_leave_to_define_the_target_anew_it_is_refused_before_anything_is_stopped(world, past):
    world.copy(world.plan(redefine="true"))
    with pytest.raises(PlanRejected) as found:
        world.plan(as_of=past[0].moment.isoformat())
    assert {problem.id for problem in found.value.problems} == {"CLN384E"}


def test_between_two_looks_that_differ_the_layout_is_not_known(world, past):
    between = past[0].moment + (past[1].moment - past[0].moment) / 2
    with pytest.raises(PlanRejected) as found:
        world.plan(redefine="true", as_of=between.isoformat())
    (problem,) = found.value.problems
    assert problem.id == "CLN258E"
    assert "P3 was defined" in str(problem)


def test_a_partition_that_is_retired_takes_its_image_copies_along(world, past):
    history = copies.History.__new__(copies.History)
    history.__dict__.update(world=world, unloads=7, made=7, prefix=f"O{world.histories:04}")
    history.step("retire", 0, [])
    with pytest.raises(PlanRejected) as found:
        world.plan(redefine="true", as_of=past[0].moment.isoformat())
    assert [problem.id for problem in found.value.problems] == ["CLN273E"]
    assert "P1 (ID 1)" in str(found.value)
