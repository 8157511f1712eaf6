"""Partition IDs of one RECON brought to those of another by the engine's commands, which the lab's DBRC carries out."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imsclone.haldb import numbering
from imsclone.haldb.definitions import last_id, master_operands, partition_operands
from imsclone.haldb.numbering import Way, standing
from imsclone.haldb.wanted import WantedHaldb, WantedPartition
from imsclone.listings import recon
from imsclone.spec.refresh import DatabaseName
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dbrc.processor import run

NAMES = [f"P{number}" for number in range(6)]
CHANGE = st.tuples(st.sampled_from(["INIT", "INIT", "DELETE"]), st.sampled_from(NAMES))


class System:
    """A RECON, and what was told to its DBRC."""

    def __init__(self, new_data_set, clock, master=True):
        data_sets = [ReconDataSet(f"IMSX.RECON{number}", new_data_set()) for number in (1, 2, 3)]
        self.dbrc = Dbrc.open(data_sets, clock)
        self.tell(" INIT.RECON SSID(IMSX) CATDS REORGV")
        if master:
            self.tell(" INIT.DB DBD(HIST) TYPHALDB SHARELVL(2) NOICREQ OLRNOCAP")

    def tell(self, *cards):
        lines = []
        assert run(self.dbrc, [line for card in cards for line in card.split("\n")], lines.append) == 0, lines

    def listed(self):
        lines = []
        run(self.dbrc, [" LIST.RECON"], lines.append)
        return recon.read("\n".join(lines))

    def change(self, verb, name, prefix="A.HIST"):
        """Define or delete a partition, whatever is possible; a name always has the same key."""
        there = {one.name for one in self.dbrc.partitions("HIST")}
        if verb == "INIT" and name not in there:
            self.tell(
                f" INIT.PART DBD(HIST) PART({name}) KEYSTRNG(X'{NAMES.index(name):02X}FF40') -\n"
                f"  DSNPREFX({prefix}) BLOCKSZE(4096) GENMAX(5)",
                f" CHANGE.PART DBD(HIST) PART({name}) NOPINIT",
            )
        elif verb == "DELETE" and name in there:
            self.tell(f" DELETE.PART DBD(HIST) PART({name})")


def wanted(listed, redefine=False):
    """Return what the target must have, as the plan has it."""
    (master,) = (one for one in listed.databases if one.dbd == "HIST")
    parts = sorted(listed.partitions, key=lambda one: one.partition_id)
    return WantedHaldb(
        name=DatabaseName("HIST"),
        kind="PHDAM",
        last_id=last_id(master),
        operands=master_operands(master),
        partitions=tuple(
            WantedPartition(
                name=DatabaseName(one.name), id=one.partition_id, reorg=0, high_key=one.high_key, numbered=(),
                init_needed=one.init_needed, disabled=one.disabled,
                operands=partition_operands(listed, one, one.dsn_prefix),
            )
            for one in parts
        ),
        redefine=redefine,
    )  # fmt: skip


def facts(system):
    """Return everything that listings say of HIST but when it was said."""
    listed = system.listed()
    kept = [one.record.lines for one in (*listed.databases, *listed.data_sets)]
    return sorted(
        re.sub(r"CHANGE#=\d+|USID=\d+|DMB#=\d+|IC (NEEDED|RECOMM\w+) *=\w+", "", "\n".join(one)) for one in kept
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shared=st.lists(CHANGE, max_size=6), ours=st.lists(CHANGE, max_size=6), theirs=st.lists(CHANGE, max_size=2),
       absent=st.booleans())  # fmt: skip
@example(shared=[("INIT", "P0")], ours=[("DELETE", "P0"), ("INIT", "P0")], theirs=[], absent=False)
def test_any_numbering_is_brought_to_any_other(new_recon_data_set, millisecond_clock, shared, ours, theirs, absent):
    source = System(new_recon_data_set, millisecond_clock)
    target = System(new_recon_data_set, millisecond_clock, master=not absent)
    for change in shared:
        source.change(*change)
        if not absent:
            target.change(*change)
    for change in ours:
        source.change(*change)
    for change in () if absent else theirs:
        target.change(*change)
    goal = wanted(source.listed(), redefine=True)
    if not goal.partitions:
        return
    if numbering.must_go(goal, target.listed()):
        assert theirs
        target.tell(" DELETE.DB DBD(HIST)")
    assert (standing(goal, target.listed()).way is Way.DEFINE) or not theirs or not absent
    for made in list(numbering.commands(goal, target.listed())):
        target.tell(str(made.card))
    assert standing(goal, target.listed()).way is Way.NONE
    assert list(numbering.commands(goal, target.listed())) == []
    assert facts(target) == facts(source)


@pytest.mark.parametrize("stop", range(1, 9))
def test_what_was_cut_short_is_taken_up_where_it_stopped(new_recon_data_set, millisecond_clock, stop):
    source = System(new_recon_data_set, millisecond_clock)
    for change in [("INIT", "P1"), ("INIT", "P3"), ("DELETE", "P1"), ("INIT", "P0"), ("INIT", "P4"), ("DELETE", "P0")]:
        source.change(*change)
    target = System(new_recon_data_set, millisecond_clock, master=False)
    goal = wanted(source.listed())
    for made in list(numbering.commands(goal, target.listed()))[:stop]:
        target.tell(str(made.card))
    for name in [one.name for one in target.dbrc.partitions("HIST") if one.name.startswith("GAP")]:
        assert numbering.standing(goal, target.listed()).way is Way.CATCH_UP, name
    for made in list(numbering.commands(goal, target.listed())):
        target.tell(str(made.card))
    assert facts(target) == facts(source)
    assert [one.partition_id for one in target.dbrc.partitions("HIST")] == [2, 4]
