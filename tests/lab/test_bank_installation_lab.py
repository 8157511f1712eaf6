"""The whole bank on real volumes: its data sets allocated, registered, loaded, read and checked."""

import pytest

from zoslab.catalog.system import CatalogSystem
from zoslab.clock import Clock
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.datasets import DataManagement
from zoslab.ims import pointer_check
from zoslab.ims.bank import definitions, installation
from zoslab.ims.bank.ledger import book
from zoslab.ims.bank.read import read_bank
from zoslab.ims.dbrc import Dbrc, ReconDataSet
from zoslab.ims.dbrc.processor import run
from zoslab.ims.dbrc.records import Header
from zoslab.ims.dli import Pcb
from zoslab.ims.engine import Engine

ACCOUNTS, CUSTOMERS = 1000, 100


@pytest.fixture
def datasets(tmp_path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as dasd:
        for devno, volser in enumerate(["LABRES", "IMSP01"], 0xA00):
            device = dasd.define(devno, Geometry("3390", 60))
            Volume.init(device, volser, vtoc_tracks=5, index_tracks=5)
            dasd.vary_online(devno)
        yield DataManagement(dasd, CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES"))


def allocate(datasets):
    recon = ClusterAttributes("KSDS", 0, 32, 4086, 8192, free_ci=20, free_ca=20)
    for number in (1, 2, 3):
        datasets.create_cluster(f"IMSP.RECON{number}", recon, Space("CYL", 1, 1), ["LABRES"])
    for one in installation.data_sets():
        name, space = f"IMSP.DB.{one.name}", Space("TRK", one.tracks, 15)
        if one.organisation == installation.OSAM:
            datasets.create(name, DataSetAttributes("PS", "F", one.size, one.size), space, ["IMSP01"])
        elif one.organisation == installation.KSDS:
            datasets.create_cluster(name, ClusterAttributes("KSDS", *one.key, one.record, one.size), space, ["IMSP01"])
        else:
            attributes = ClusterAttributes("ESDS", ci_size=one.size, max_record=one.size - 7)
            datasets.create_cluster(name, attributes, Space("TRK", one.tracks), ["IMSP01"])


def registered(datasets):
    found = [f"IMSP.RECON{number}" for number in (1, 2, 3)]
    dbrc = Dbrc.open([ReconDataSet(name, datasets.find(name).ksds()) for name in found], Clock())
    dbrc.recon.initialise(Header(ssid="IMSP", check="CHECK44", catds=True))
    said = []
    assert run(dbrc, installation.recon_commands("IMSP", ACCOUNTS), said.append) == 0, "\n".join(said)
    return dbrc


def pcbs(engine, databases, name):
    unit = engine.recovery.begin(name, 1)
    return [Pcb(pcb, databases[pcb.dbd], unit) for pcb in definitions.program(name).pcbs]


def test_the_whole_bank_is_loaded_on_volumes_and_every_pointer_is_right(datasets):
    allocate(datasets)
    bank = installation.Installation("IMSP", datasets.find, registered(datasets))
    assert bank.fill(ACCOUNTS, CUSTOMERS) == ACCOUNTS * definitions.OPENING_BALANCE
    engine = Engine.unlogged()
    databases = bank.databases(engine)
    program = pcbs(engine, databases, "BANKTRN")
    for place in range(1, 301):
        payer, payee = definitions.account_number(place * 3), definitions.account_number(1 + place * 7 % ACCOUNTS)
        book(program, payer, payee, 25, 0)
    engine.recovery.commit(program[0].unit)
    engine.pool.flush()
    engine = Engine.unlogged()
    databases = bank.databases(engine)
    report = read_bank(pcbs(engine, databases, "BANKPSB"))
    assert (report.wrong, report.accounts, report.customers) == ([], ACCOUNTS, CUSTOMERS)
    for name, database in databases.items():
        assert (name, pointer_check.check(database).errors) == (name, [])
    assert all(partition.reorg == 1 for partition in databases["HIST"].partitions.values())
    assert {ads.status for one in bank.dbrc.dbds("TELLER") for ads in one.ads} == {"AVAIL"}
