"""HALDB partitions and ESDS databases on real volumes: loaded, reorganised, healed, checked."""

import pytest

from zoslab import ebcdic
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.datasets import DataManagement
from zoslab.ims import dbdgen, pointer_check
from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine
from zoslab.ims.haldb_reorg import reorganise
from zoslab.ims.partitions import PartitionDefinition
from zoslab.ims.psb import DbPcb

ORDERS = """\
         DBD   NAME=ORDERS,ACCESS=(PHIDAM,{method})
         SEGM  NAME=ORDER,PARENT=0,BYTES=30
         FIELD NAME=(ORDNO,SEQ,U),START=1,BYTES=8
         FIELD NAME=DAY,START=9,BYTES=6
         LCHILD NAME=(DAYSEG,ORDERX),PTR=INDX
         XDFLD NAME=XDAY,SRCH=DAY,SUBSEQ=ORDNO
         SEGM  NAME=ITEM,PARENT=((ORDER,DBLE)),BYTES=(200,20),DSGROUP=B
         DBDGEN
"""
BY_DAY = """\
         DBD   NAME=ORDERX,ACCESS=PSINDEX
         SEGM  NAME=DAYSEG,PARENT=0,BYTES=14
         FIELD NAME=(K,SEQ,U),START=1,BYTES=14
         LCHILD NAME=(ORDER,ORDERS),INDEX=XDAY,RKSIZE=8
         DBDGEN
"""
PARTS = {
    "ORDERS": [
        PartitionDefinition(1, "ORDA", "IMSP.ORDERS", ebcdic.encode("00000049"), block_sizes=(2048, 4096)),
        PartitionDefinition(3, "ORDB", "IMSP.ORDERS", b"\xff" * 8, block_sizes=(4096, 2048)),
    ],
    "ORDERX": [PartitionDefinition(1, "ORDX", "IMSP.ORDERX", b"\xff" * 14)],
}


@pytest.fixture
def datasets(tmp_path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as dasd:
        for devno, volser in enumerate(["LABRES", "IMSP01"], 0xA00):
            device = dasd.define(devno, Geometry("3390", 30))
            Volume.init(device, volser, vtoc_tracks=5, index_tracks=5)
            dasd.vary_online(devno)
        yield DataManagement(dasd, CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES"))


def define(datasets, method):
    """Allocate the data sets of all partitions; return the definitions and what was allocated."""
    definitions = {
        "ORDERS": dbdgen.generate(ORDERS.format(method=method).splitlines()),
        "ORDERX": dbdgen.generate(BY_DAY.splitlines()),
    }
    clusters = {"X": (6, 8, 14), "L": (0, 9, 50)}
    allocated = []
    for name, dbd in definitions.items():
        for part in PARTS[name]:
            for letter in letters(dbd):
                dsname = part.dsname(letter)
                if name == "ORDERX" or letter in clusters:
                    offset, length, record = clusters.get(letter, (30, 14, 52))
                    attributes = ClusterAttributes("KSDS", offset, length, record, 2048)
                    datasets.create_cluster(dsname, attributes, Space("TRK", 3, 3), ["IMSP01"])
                elif method == "VSAM":
                    attributes = ClusterAttributes("ESDS", ci_size=part.block_size("AB".index(letter)))
                    datasets.create_cluster(dsname, attributes, Space("TRK", 3, 3), ["IMSP01"])
                else:
                    size = part.block_size("AB".index(letter))
                    datasets.create(dsname, DataSetAttributes("PS", "F", size, size), Space("TRK", 3, 3), ["IMSP01"])
                allocated.append((part, letter, dsname))
    return definitions, allocated


def opened(datasets, definitions, allocated):
    found = [Allocated(part.name, part.ddname(letter), datasets.find(dsname)) for part, letter, dsname in allocated]
    engine = Engine.unlogged(30)
    return engine, Assembly(definitions, found, engine, PARTS)


@pytest.mark.parametrize("method", ["OSAM", "VSAM"])
def test_a_haldb_on_volumes_heals_after_its_reorganization(datasets, method):
    where = define(datasets, method)
    engine, assembly = opened(datasets, *where)
    database = assembly.haldb(where[0]["ORDERS"])
    unit = engine.recovery.begin("LOAD", 0)
    database.initialise(unit)
    pcb = Pcb(DbPcb("ORDERS", "A", 8), database, unit)
    for number in range(100):
        order = ebcdic.encode(f"{number:08}{number % 7:06}", 30)
        assert pcb.isrt(order, "ORDER   ")
        for item in range(4):
            length = 20 + item * 30
            assert pcb.isrt(length.to_bytes(2, "big").ljust(length, b"\x0f"), "ITEM    ")
    engine.recovery.commit(unit)
    for partition in database.partitions.values():
        assert reorganise(database, partition) == 2
    engine, assembly = opened(datasets, *where)
    again = assembly.database("ORDERS")
    assert [partition.reorg for partition in again.partitions.values()] == [2, 2]
    assert pointer_check.check(again).errors == []
    unit = engine.recovery.begin("READ", 0)
    pcb = Pcb(DbPcb("ORDERS", "A", 14, (), "ORDERX"), again, unit)
    days = [pcb.gu("ORDER   ")[8:14]]
    while (order := pcb.gn("ORDER   ")) is not None:
        days.append(order[8:14])
    assert days == sorted(days)
    assert len(days) == again.secondary["ORDERX"].healed == 100
    engine.recovery.commit(unit)
    assert pointer_check.check(again).pointers["EPS"] == 100
