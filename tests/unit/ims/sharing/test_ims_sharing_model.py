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
from zoslab.ims.schedule import scheduled

_spec = importlib.util.spec_from_file_location(
    "ims_histories_crash", Path(__file__).parents[1] / "test_ims_histories_crash.py"
)
crashes = importlib.util.module_from_spec(_spec)
sys.modules["ims_histories_crash"] = crashes
_spec.loader.exec_module(crashes)
make_system = crashes.make_system
KINDS = crashes.histories.KINDS


@pytest.mark.parametrize("name", KINDS)
def test_two_members_in_turn_give_what_the_model_gives(make_system, pair_type, system_parts, name):
    system = make_system(name)
    _, data_set, space, *_ = system_parts
    pair = pair_type(system, data_set, space)
    pair.create()
    regions = pair.start_both()
    client = crashes.Client(system.dbd, crashes.histories.hierarchy.Model(system.dbd))
    choose = random.Random(name)
    for turn in range(60):
        member = choose.randrange(2)
        stops = turn in (20, 35, 50)
        with suppress(RegionDown), scheduled(regions[member], "TESTPSB", "WORK") as program:
            client.attach(program)
            crashes.do(client, choose.random(), choose.randrange(1, 12))
            if stops:
                regions[member].engine.pool.flush()
                regions[member].fail("CRASH", report=False)
        if stops:
            client.model.roots = copy.deepcopy(client.committed)
            again = pair.start(regions[member].imsid, "/ERE OVERRIDE")
            regions = (again, regions[1]) if member == 0 else (regions[0], again)
    for region in regions:
        found = crashes.contents(region)
        assert found == crashes.shown(client.model, found)
        errors = pointer_check.check(region.databases.get("TEST"), 200).errors
        assert [str(one) for one in errors] == []
