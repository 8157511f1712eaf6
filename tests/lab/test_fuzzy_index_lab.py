"""Why indexes are built anew behind a fuzzy copy: entries that nothing changed are lost when an interval splits."""

import importlib.util
import sys
from pathlib import Path

import pytest

from zoslab.dasd.volume import Space
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.programs.adrdssu.fast_replication import FastReplication

_spec = importlib.util.spec_from_file_location("haldb_system", Path(__file__).with_name("haldb_system.py"))
haldb = importlib.util.module_from_spec(_spec)
sys.modules["haldb_system"] = haldb
_spec.loader.exec_module(haldb)

KEYS = [b"%06d" % number for number in range(0, 60, 2)]
BETWEEN = [b"%06d" % number for number in range(1, 60, 2)]
COPY = """  COPY DATASET(INCLUDE(IMSP.DB.NAMEX)) OUTDYNAM((IMSP03)) -
    TOLERATE(ENQFAILURE) CATALOG FASTREPLICATION(REQUIRED) -
    RENAMEUNCONDITIONAL((IMSP.DB.NAMEX,IMSP.COPY.NAMEX), -
    (IMSP.DB.NAMEX.DATA,IMSP.COPY.NAMEX.DATA), -
    (IMSP.DB.NAMEX.INDEX,IMSP.COPY.NAMEX.INDEX))"""


@pytest.fixture
def system(tmp_path):
    running = haldb.start(tmp_path / "system")
    yield running
    running.shutdown()


def record(key):
    return key + bytes(50)


@pytest.mark.parametrize(("while_copying", "lost"), [(False, False), (True, True)])
def test_an_interval_that_splits_between_two_components_loses_entries_of_the_copy(
    system, monkeypatch, while_copying, lost
):
    attributes = ClusterAttributes("KSDS", 0, 6, 56, 2048)
    system.datasets.create_cluster("IMSP.DB.NAMEX", attributes, Space("TRK", 3, 3), ["IMSP03"])
    index = system.datasets.find("IMSP.DB.NAMEX").ksds()
    index.load(map(record, KEYS))
    splits, copy = index.holder.now.ci_splits, FastReplication.copy

    def and_insert(self, source, target, tracks):
        done = copy(self, source, target, tracks)
        if while_copying and source.dsname.endswith(".DATA"):
            for key in BETWEEN:
                index.insert(record(key))
        return done

    monkeypatch.setattr(FastReplication, "copy", and_insert)
    assert "COPIED USING A FAST REPLICATION" in haldb.must(system, "ADRDSSU", cards=COPY)
    assert (index.holder.now.ci_splits > splits) == while_copying
    found = {one[:6] for one in system.datasets.find("IMSP.COPY.NAMEX").ksds().browse()}
    assert bool(set(KEYS) - found) == lost
