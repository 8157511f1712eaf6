"""HALDBs whose partitions were split, merged, added and reorganised, copied by the engine: all opens, all resolves.

``HALDB_HISTORIES`` says how many random histories are tried.
"""

import importlib.util
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imsclone.plan.errors import PlanRejected
from zoslab.ims.dbrc.haldb_records import HaldbMaster, Partition
from zoslab.ims.ilds import Found

_spec = importlib.util.spec_from_file_location("haldb_copies", Path(__file__).with_name("haldb_copies.py"))
copies = importlib.util.module_from_spec(_spec)
sys.modules["haldb_copies"] = copies
_spec.loader.exec_module(copies)
SOURCE, TARGET, world = copies.SOURCE, copies.TARGET, copies.world

pytestmark = [pytest.mark.xdist_group("haldb_copies"), pytest.mark.timeout(1800)]
OWNER = ("master", "dbname")
HISTORIES = int(os.environ.get("HALDB_HISTORIES", "1"))
STEP = st.tuples(
    st.sampled_from(["reorganise", "split", "retire", "merge", "add", "gap", "heal"]),
    st.integers(0, 5),
    st.lists(st.integers(0, 99), max_size=3),
)


def identities(world, ims):
    return [(one.name, one.id) for name in copies.NAMES for one in world.partitions(ims, name)]


def last_ids(world, ims):
    return [world.dbrc(ims).haldb(name).last_partition_id for name in copies.NAMES]


def reorganisations(world, ims):
    """Return the reorganization numbers that the data sets hold; opening compares IDs, and numbers that are known."""
    return {one.definition.name: one.reorg for one in world.opened(ims)[1].partitions.values()}


def refused(world):
    with pytest.raises(PlanRejected) as found:
        world.plan()
    return [problem.id for problem in found.value.problems]


def copied(world):
    """Copy; where the plan offers to define HALDBs anew, do that."""
    try:
        plan = world.plan()
    except PlanRejected as refusal:
        told = refusal.problems
        assert {problem.id for problem in told} == {"CLN384E"}
        assert all("redefine" in str(problem) for problem in told)
    else:
        assert world.copy(plan) == Counter()
        return
    plan = world.plan(redefine="true")
    assert world.copy(plan) == Counter()


def require_same(world):
    """Everything is on the target as it is on the source, and every extended pointer leads there, healed or not."""
    assert identities(world, TARGET) == identities(world, SOURCE)
    assert last_ids(world, TARGET) == last_ids(world, SOURCE)
    assert reorganisations(world, TARGET) == reorganisations(world, SOURCE)
    orders, _ = world.orders(SOURCE)
    assert world.orders(TARGET)[0] == orders
    by_day, unhealed = world.orders(TARGET, "ORDERX")
    assert (sorted(by_day), unhealed) == (orders, 0)
    assert world.errors(TARGET) == []
    again, _ = world.orders(TARGET, "ORDERX", "A")
    assert again == by_day
    assert world.orders(TARGET, "ORDERX", "A") == (by_day, 0)
    assert world.errors(TARGET) == []
    for name, number in reorganisations(world, TARGET).items():
        world.dbrc(TARGET).partition_updated(name, number)


@settings(
    max_examples=HISTORIES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(before=st.lists(STEP, min_size=1, max_size=3), after=st.lists(STEP, max_size=2), past=st.booleans())
@example(before=[("add", 0, []), ("retire", 2, [])], after=[], past=True)
def test_whatever_became_of_the_partitions_the_copy_opens_and_every_pointer_resolves(world, before, after, past):
    history = copies.History(world)
    for step in before:
        history.step(*step)
    copied(world)
    require_same(world)
    if past:
        gap = f" INIT.PART DBD(ORDERS) PART(OWN) KEYSTRNG('99999999') -\n  DSNPREFX({TARGET}.OWN)"
        world.tell(TARGET, f"{gap}\n DELETE.PART DBD(ORDERS) PART(OWN)")
    for step in after:
        history.step(*step)
    copied(world)
    require_same(world)


@pytest.fixture(scope="module")
def split(world):
    """Four partitions, copied; then the third is split into two new ones, as in the paper: 1, 2, 4, 5, 6."""
    history = copies.History(world)
    for _ in range(2):
        history.step("add", 0, [1, 40])
    history.insert(range(205, 400, 11))
    world.copy(world.plan())
    history.step("retire", 2, [7])
    history.step("reorganise", 1, [5])
    return history


def test_a_partition_that_was_split_is_retired_on_the_target_and_its_halves_get_their_own_ids(world, split):
    assert [one.id for one in sorted(world.partitions(TARGET), key=lambda one: one.id)] == [1, 2, 3, 4]
    plan = world.plan()
    told = "\n".join(plan.warnings)
    assert "CLN387W" in told
    assert "DELETE.PART DBD(ORDERS) PART(P3)" in told
    assert world.copy(plan) == Counter()
    assert [one.id for one in sorted(world.partitions(TARGET), key=lambda one: one.id)] == [1, 2, 4, 5, 6]
    require_same(world)


def test_a_copy_that_is_made_again_changes_nothing_in_the_recon(world, split):
    (target,) = world.plan().targets
    listed = world.listed(target)
    assert [made for one in target.haldbs for made in copies.numbering.commands(one, listed)] == []


def test_a_source_that_was_reorganised_since_is_told_before_anything_is_stopped(world, split):
    split.step("reorganise", 0, [])
    assert refused(world) == ["CLN384E"]
    assert world.copy(world.plan(redefine="true")) == Counter()
    require_same(world)


def block(change):
    """Change the first block of the target's first partition."""

    def apply(world):
        dataset = world.system.datasets.find(world.partitions(TARGET)[0].dsname("A"))
        first, *rest = before = dataset.space.read(0)
        dataset.space.write(0, [first._replace(data=change(first.data)), *rest])
        return lambda: dataset.space.write(0, before)

    return apply


def recorded(kind, **changed):
    """Change a record of the target's RECON."""

    def apply(world):
        dbrc = world.dbrc(TARGET)
        with dbrc.recon.unit() as unit:
            before = next(one for one in unit.all(kind) if "ORDERS" in (getattr(one, name, "") for name in OWNER))
            unit.put(replace(before, **changed))

        def undo():
            with world.dbrc(TARGET).recon.unit() as unit:
                unit.put(before)

        return undo

    return apply


def reorganised(world):
    """Return an open partition of the target with entries in its ILDS."""
    return next(one for one in world.opened(TARGET)[1].partitions.values() if one.reorg > 1)


def ilds(world):
    """Change the reorganization number of an ILDS entry."""
    partition = reorganised(world)
    element = next(iter(partition.ilds.elements()))
    places = [Found(element.partition, element.reorg + more, element.rba) for more in (1, 0)]
    partition.ilds.put(element.ilk, element.code, places[0])
    return lambda: partition.ilds.put(element.ilk, element.code, places[1])


def ilk(world):
    """Change the partition ID in a segment's ILK."""
    engine, database = world.opened(TARGET)
    partition = database.partitions[1]
    key = next(iter(partition.roots.scan(engine.recovery.begin("READ", 0), "G"))).ilk
    space = world.system.datasets.find(partition.definition.dsname("A")).space
    for track in range(3):
        records = space.read(track)
        for place, record in enumerate(records):
            at = record.data.find(key)
            if at > 0:
                wrong = record.data[: at + 4] + (9).to_bytes(2, "big") + record.data[at + 6 :]
                space.write(track, [*records[:place], record._replace(data=wrong), *records[place + 1 :]])
                return lambda: space.write(track, records)
    raise AssertionError("no segment has this ILK")


WRONG = {
    "partition id in the block": (block(lambda data: b"\0\x09" + data[2:]), "numbers"),
    "reorg number in the block": (block(lambda data: data[:2] + b"\0\x09" + data[4:]), "numbers"),
    "partition id in the RECON": (recorded(Partition, partition_id=9), "RECON"),
    "reorg number in the RECON": (recorded(Partition, reorg_number=9), "RECON"),
    "last partition id in the RECON": (recorded(HaldbMaster, last_partition_id=9), "RECON"),
    "reorg number in the ILDS": (ilds, "pointers"),
    "partition id in an ILK": (ilk, "pointers"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_number_anywhere_is_found_by_verify(world, split, what):
    wrong, layer = WRONG[what]
    plan = world.plan()
    undo = wrong(world)
    try:
        assert world.verify(plan)[layer] > 0
    finally:
        undo()
    assert world.verify(plan) == Counter()
