"""Random DL/I histories of two members in turn against a hierarchy in storage, for every organisation."""

import copy
import importlib.util
import random
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from zoslab.ims import pointer_check
from zoslab.ims.errors import RegionDown
from zoslab.ims.osam import BlockFile
from zoslab.ims.schedule import scheduled
from zoslab.ims.utilities.changes import Forward, merged, records_of
from zoslab.ims.utilities.target import BlockTarget, KeyedTarget
from zoslab.ims.vsam_blocks import IntervalFile

_spec = importlib.util.spec_from_file_location(
    "ims_histories_crash", Path(__file__).parents[1] / "test_ims_histories_crash.py"
)
crashes = importlib.util.module_from_spec(_spec)
sys.modules["ims_histories_crash"] = crashes
_spec.loader.exec_module(crashes)
make_system = crashes.make_system
KINDS = crashes.histories.KINDS


@pytest.fixture
def make_pair(make_system, pair_type, system_parts):
    def make(name):
        _, data_set, space, *_ = system_parts
        pair = pair_type(make_system(name), data_set, space)
        pair.create()
        return pair

    return make


def history(pair, client, seed, regions, turns=60, stops=(20, 35, 50)):
    """Units of recovery of the two members in turn; at some turns one fails in flight and is restarted."""
    choose, regions = random.Random(seed), list(regions)
    for turn in range(turns):
        member = choose.randrange(2)
        with suppress(RegionDown), scheduled(regions[member], "TESTPSB", "WORK") as program:
            client.attach(program)
            crashes.do(client, choose.random(), choose.randrange(1, 12))
            if turn in stops:
                regions[member].engine.pool.flush()
                regions[member].fail("CRASH", report=False)
        if turn in stops:
            client.model.roots = copy.deepcopy(client.committed)
            regions[member] = pair.start(regions[member].imsid, "/ERE OVERRIDE")
    return regions


def assert_as_model(client, region):
    found = crashes.contents(region)
    assert found == crashes.shown(client.model, found)
    errors = pointer_check.check(region.databases.get("TEST"), 200).errors
    assert [str(one) for one in errors] == []


@pytest.mark.parametrize("name", KINDS)
def test_two_members_in_turn_give_what_the_model_gives(make_pair, name):
    pair = make_pair(name)
    client = crashes.Client(pair.system.dbd, crashes.histories.hierarchy.Model(pair.system.dbd))
    for region in history(pair, client, name, pair.start_both()):
        assert_as_model(client, region)


# Recovery from the logs of both -----------------------------------------------------------------------------------


def database_data_sets(system):
    """The data sets of TEST by database and ddname; the ILDSs, which are not logged, are left out."""
    return {
        (one.dbname, one.ddname): system.data_sets[one.dsn]
        for db in system.dbrc().databases()
        for one in system.dbrc().dbds(db.dbname)
        if db.db_type != "PART" or not one.ddname.endswith("L")
    }


def target_of(data_set, dbd):
    if data_set.keyed is not None:
        return KeyedTarget(data_set.keyed, data_set.keyed.key)
    if dbd.method == "VSAM":
        return BlockTarget(IntervalFile(data_set.esds(), data_set.dsname))
    return BlockTarget(BlockFile(data_set.space, data_set.blksize, data_set.dsname))


def contents_of(system):
    return {one: dict(target_of(held, system.dbd).items()) for one, held in database_data_sets(system).items()}


def recovered(system, copies, logs):
    """What forward recovery makes of image copies and logs."""
    targets = {one: target_of(held, system.dbd) for one, held in database_data_sets(system).items()}
    for name, target in targets.items():
        target.erase()
        target.restore(copies[name].items())
    for change, _ in Forward(merged(map(records_of, logs))):
        targets[change.dbd, change.ddname].apply(change)
    for target in targets.values():
        target.close()
    return contents_of(system)


@pytest.mark.parametrize("name", KINDS)
def test_a_database_is_recovered_from_its_copy_and_the_logs_of_both(make_pair, name):
    pair = make_pair(name)
    system = pair.system
    copies = contents_of(system)
    client = crashes.Client(system.dbd, crashes.histories.hierarchy.Model(system.dbd))
    for region in history(pair, client, name, pair.start_both()):
        region.freeze()
    wanted = contents_of(system)
    logs = [held for dsname, held in system.data_sets.items() if ".SLDS." in dsname]
    alone = [one for one in logs if "IMSP." in one.dsname]
    assert 0 < len(alone) < len(logs)
    assert recovered(system, copies, logs) == wanted
    assert recovered(system, copies, alone) != wanted
    recovered(system, copies, logs)
    assert_as_model(client, pair.start("IMSQ", "/NRE"))
