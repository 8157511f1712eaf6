"""Data management on real volumes."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from zoslab.catalog.errors import DuplicateEntry, GenerationNotFound
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.errors import DuplicateDataSet, NoSpace
from zoslab.dasd.export import export_volume
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.pds import NotPartitioned
from zoslab.dasd.subsystem import DiskSubsystem, VolumeNotMounted
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.datasets import DataManagement, DataSetNotFound, WrongOrganisation

CARDS = DataSetAttributes("PS", "FB", 80, 27920)
LIBRARY = DataSetAttributes("PO", "FB", 80, 27920)


@pytest.fixture
def dasd(tmp_path):
    with DiskSubsystem(tmp_path / "dasd", background_copy=False) as made:
        for devno, volser in enumerate(["LABRES", "IMSP01", "IMSP02", "SMS001", "SMS002"], 0xA00):
            device = made.define(devno, Geometry("3390", 10))
            Volume.init(device, volser, vtoc_tracks=3, index_tracks=3, sms=volser.startswith("SMS"))
            made.vary_online(devno)
        yield made


@pytest.fixture
def datasets(dasd):
    catalogs = CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
    return DataManagement(dasd, catalogs, {"SGDB": ["SMS001", "SMS002"]}, public=["IMSP02"])


def card(text):
    return text.ljust(80).encode("cp1047")


def test_a_sequential_data_set_is_written_and_read_through_the_catalog(datasets):
    datasets.create("IMSP.SEQ", CARDS, Space("TRK", 1, 1), ["IMSP01"])
    datasets.find("IMSP.SEQ").write(card(str(n)) for n in range(3000))
    found = datasets.find("IMSP.SEQ")
    found.append([card("last")])
    assert list(found.records())[-1] == card("last")
    assert (found.recfm, found.lrecl, found.blksize, found.dsorg, found.volsers) == ("FB", 80, 27920, "PS", ["IMSP01"])
    assert sum(len(block) for block in found.blocks()) == 3001 * 80


def test_hercules_reads_what_was_written(datasets, dasd, tmp_path):
    datasets.create("IMSP.SEQ", CARDS, Space("TRK", 2, 1), ["IMSP01"]).write([card("HELLO"), card("WORLD")])
    datasets.create_cluster("IMSP.RECON1", ClusterAttributes("KSDS", 0, 8), Space("CYL", 1), ["IMSP01"])
    export_volume(dasd.device_of("IMSP01"), tmp_path / "IMSP01.ckd")
    said = subprocess.run(["dasdls", tmp_path / "IMSP01.ckd"], capture_output=True, text=True, check=False).stdout
    assert "IMSP.RECON1.DATA" in said
    assert "SYS1.VVDS.VIMSP01" in said
    subprocess.run(["dasdseq", "-ascii", "IMSP01.ckd", "imsp.seq"], cwd=tmp_path, capture_output=True, check=False)
    assert (tmp_path / "imsp.seq").read_text().split() == ["HELLO", "WORLD"]


def test_a_library_is_created_with_its_directory(datasets):
    library = datasets.create("IMSP.PROCLIB", LIBRARY, Space("TRK", 5, 1, directory=10), ["IMSP01"]).pds()
    library.write("IMSP", [card("//IMSP PROC")])
    assert datasets.find("IMSP.PROCLIB").pds().read("IMSP") == [card("//IMSP PROC")]


def test_volumes_come_from_the_storage_group_or_are_public(datasets):
    assert datasets.create("IMSP.MANAGED", replace(CARDS, sms=True), Space("TRK", 1)).volsers[0].startswith("SMS")
    assert datasets.create("IMSP.PUBLIC", CARDS, Space("TRK", 1)).volsers == ["IMSP02"]
    first = datasets.create("IMSP.SMS1", CARDS, Space("CYL", 2), storage_group="SGDB")
    second = datasets.create("IMSP.SMS2", CARDS, Space("TRK", 1), storage_group="SGDB")
    assert {first.volsers[0], second.volsers[0]} == {"SMS001", "SMS002"}
    assert first.sms
    assert not datasets.find("IMSP.PUBLIC").sms
    with pytest.raises(NoSpace, match="storage group NONE is not defined"):
        datasets.create("IMSP.X", CARDS, Space("TRK", 1), storage_group="NONE")


def test_a_data_set_over_several_volumes_is_one(datasets, dasd):
    made = datasets.create("IMSP.MULTI", CARDS, Space("TRK", 2), ["IMSP01", "IMSP02", "LABRES"])
    records = [card(str(n)) for n in range(3000)]
    made.write(records)
    found = datasets.find("IMSP.MULTI")
    assert found.volsers == ["IMSP01", "IMSP02", "LABRES"]
    assert list(found.records()) == records
    dscbs = [dasd.volume(volser).vtoc.find("IMSP.MULTI").dscb for volser in found.volsers]
    assert [(dscb.ds1volsq, dscb.ds1dssn) for dscb in dscbs] == [(1, "IMSP01"), (2, "IMSP01"), (3, "IMSP01")]
    assert [bool(dscb.ds1dsind & 0x80) for dscb in dscbs] == [False, False, True]
    datasets.scratch("IMSP.MULTI")
    assert all(dasd.volume(volser).vtoc.find("IMSP.MULTI") is None for volser in ("IMSP01", "IMSP02", "LABRES"))


def test_uncataloged_data_sets_are_found_renamed_and_scratched_on_their_volume(datasets):
    datasets.create("IMSP.TEMP", CARDS, Space("TRK", 1), ["IMSP01"], catalog=False)
    with pytest.raises(DataSetNotFound, match=r"IMSP\.TEMP is not cataloged"):
        datasets.find("IMSP.TEMP")
    datasets.rename("IMSP.TEMP", "IMSP.TEMP2", "IMSP01")
    assert datasets.find("IMSP.TEMP2", "IMSP01").volsers == ["IMSP01"]
    datasets.scratch("IMSP.TEMP2", "IMSP01")
    assert not datasets.exists("IMSP.TEMP2", "IMSP01")


def test_clusters_are_opened_by_organisation(datasets):
    keyed = datasets.create_cluster("IMSP.K", ClusterAttributes("KSDS", 0, 8, 500), Space("TRK", 5, 5), ["IMSP01"])
    keyed.ksds().insert(b"12345678ABC")
    assert datasets.find("IMSP.K", "IMSP01").ksds().get(b"12345678") == b"12345678ABC"
    assert datasets.find("IMSP.K.INDEX").dsorg == "VS"
    entry = datasets.create_cluster("IMSP.E", ClusterAttributes("ESDS"), Space("TRK", 5, 5), ["IMSP01"])
    rba = entry.esds().add(b"one")
    assert datasets.find("IMSP.E").esds().read(rba) == b"one"
    linear = datasets.create_cluster("IMSP.L", ClusterAttributes("LDS"), Space("TRK", 5, 5), storage_group="SGDB")
    intervals = linear.intervals()
    intervals.open_new(0)
    intervals.write_ci(0, bytes(4096))
    assert linear.sms
    with pytest.raises(WrongOrganisation, match="not a key-sequenced"):
        entry.ksds()
    with pytest.raises(WrongOrganisation, match="DSORG=VS, not PS"):
        entry.records()
    with pytest.raises(NotPartitioned):
        entry.pds()


def test_a_ksds_over_two_volumes_fills_both(datasets, dasd):
    made = datasets.create_cluster("IMSP.BIG", ClusterAttributes("KSDS", 0, 8), Space("CYL", 2), ["IMSP01", "IMSP02"])
    ksds = made.ksds()
    ksds.load(b"%08d" % n + bytes(1000) for n in range(1500))
    assert check_ksds(ksds) == []
    assert sum(1 for _ in datasets.find("IMSP.BIG").ksds().browse()) == 1500
    assert dasd.volume("IMSP02").vtoc.find("IMSP.BIG.DATA")
    datasets.scratch("IMSP.BIG")
    assert dasd.volume("IMSP02").vtoc.find("IMSP.BIG.DATA") is None


def test_relative_generations_are_created_and_found(datasets):
    datasets.catalogs.define_gdg("IMSP.SLDS", 5)
    for text in ("one", "two"):
        datasets.create("IMSP.SLDS(+1)", CARDS, Space("TRK", 1), ["IMSP01"]).write([card(text)])
    assert list(datasets.find("IMSP.SLDS(0)").records()) == [card("two")]
    assert list(datasets.find("IMSP.SLDS(-1)").records()) == [card("one")]
    with pytest.raises(GenerationNotFound):
        datasets.find("IMSP.SLDS(-2)")
    with pytest.raises(DataSetNotFound, match="is a GDG entry"):
        datasets.find("IMSP.SLDS")


def test_what_is_missing_or_there_twice_is_said(datasets, dasd):
    datasets.create("IMSP.SEQ", CARDS, Space("TRK", 1), ["IMSP01"])
    with pytest.raises(DuplicateDataSet):
        datasets.create("IMSP.SEQ", CARDS, Space("TRK", 1), ["IMSP01"])
    with pytest.raises(DuplicateEntry):
        datasets.create("IMSP.SEQ", CARDS, Space("TRK", 1), ["IMSP02"])
    assert dasd.volume("IMSP02").vtoc.find("IMSP.SEQ") is None
    with pytest.raises(VolumeNotMounted):
        datasets.find("IMSP.SEQ", "NOPE01")
    dasd.volume("IMSP01").scratch("IMSP.SEQ")
    with pytest.raises(DataSetNotFound, match="is cataloged on volume IMSP01, but not in its VTOC"):
        datasets.find("IMSP.SEQ")


def test_jobs_on_the_same_volumes_do_not_harm_each_other(datasets, dasd):
    """Splits (VVDS), extensions (VTOC) and catalog changes at once, in threads that share volumes."""
    for n in range(3):
        datasets.create_cluster(f"IMSP.K{n}", ClusterAttributes("KSDS", 0, 8), Space("TRK", 2, 2), ["IMSP01"])

    def fill(n):
        ksds = datasets.find(f"IMSP.K{n}").ksds()
        for key in range(1200):
            ksds.insert(b"%08d" % (key * 7919 % 1200) + bytes(100))
        ksds.close()

    def define(n):
        for key in range(60):
            datasets.create(f"IMSP.T{n}.N{key}", CARDS, Space("TRK", 0), ["IMSP01"])
            if key % 2:
                datasets.scratch(f"IMSP.T{n}.N{key}")

    with ThreadPoolExecutor() as threads:
        done = [threads.submit(fill, n) for n in range(3)] + [threads.submit(define, n) for n in range(2)]
        for future in done:
            future.result()
    opened = [datasets.find(f"IMSP.K{n}").ksds() for n in range(3)]
    assert [check_ksds(ksds) for ksds in opened] == [[], [], []]
    assert [sum(1 for _ in ksds.browse()) for ksds in opened] == [1200, 1200, 1200]
    assert sum(1 for _ in datasets.catalogs.entries("IMSP.T*.*")) == 60
