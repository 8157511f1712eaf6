"""Volumes and catalogs that are damaged or do not fit each other: refused with a message, and nothing has changed."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from zoslab.dasd import audit
from zoslab.dasd.dscb import Format1
from zoslab.dasd.dscbs import DscbTable
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.sample.volumes import CYLINDERS

pytestmark = pytest.mark.xdist_group("bad_input")

ENVIRONMENT, SOURCE = "environments/imst.yaml", "systems/imsp.yaml"
FLAT = DataSetAttributes("PS", "FB", 80, 800)
SPREAD = "IMSP.IC.SPREAD"
RULE = "rule: IMSP## -> IMST##"


@contextmanager
def held(device, tracks):
    """Put tracks of a device back afterwards."""
    before = {number: device.read_track(number) for number in tracks}
    token = audit.writer.set("DAMAGE")
    try:
        yield
    finally:
        for number, image in before.items():
            device.write_track(number, image)
        audit.writer.reset(token)


@contextmanager
def spread_data_set(system, volser):
    """Keep a cataloged data set of five extents on a volume: three in its format-1, two in a format-3 DSCB."""
    volume = system.dasd.volume(volser)
    system.catalogs.define_nonvsam(SPREAD, [volser])
    volume.allocate(SPREAD, FLAT, Space("TRK", 1, 1))
    fillers = [f"IMSP.IC.FILL{number}" for number in range(4)]
    for filler in fillers:
        volume.allocate(filler, FLAT, Space("TRK", 1))
        volume.extend(SPREAD)
    for filler in fillers:
        volume.scratch(filler)
    try:
        yield volume
    finally:
        system.catalogs.delete(SPREAD)


@pytest.mark.parametrize("damage", ["chain to nowhere", "chain to itself", "wrong identifier", "extent off the volume"])
def test_a_broken_format_3_chain_on_a_source_volume_is_told_with_volume_and_data_set(lab, refused, damage) -> None:
    with spread_data_set(lab.system, "IMSP04") as volume:
        device, extent = volume.device, volume.vtoc.extent
        entry = volume.vtoc.require(SPREAD)
        assert len(entry.extents) == 5
        with held(device, range(extent.low, extent.high + 1)):
            table = DscbTable.load(device)
            first = table.slot(entry.cchhr)
            third = table.slot(bytes(Format1.of(bytes(table.raw(first))).ds1ptrds))
            if damage == "chain to nowhere":
                table.raw(first)[135:140] = b"\x00\x3b\x00\x0e\x01"
            elif damage == "chain to itself":
                table.raw(third)[135:140] = table.cchhr(third)
            elif damage == "wrong identifier":
                table.raw(third)[44:45] = b"\xf6"
            else:
                table.raw(third)[6:10] = b"\x7f\xff\x00\x00"
            table.touch(first)
            table.touch(third)
            table.write(device)
            said = refused().about("CLN323E")
    assert "CLNDCOL" in said
    assert "IDC21814I" in said
    assert "IMSP04" in said


@pytest.fixture
def entry_without_format_1(lab):
    """A data set that its catalog knows and its volume does not."""
    lab.system.catalogs.define_nonvsam("IMSP.IC.GHOST", ["IMSP04"])
    yield "IMSP.IC.GHOST"
    lab.system.catalogs.delete("IMSP.IC.GHOST", noscratch=True)


def test_a_catalog_entry_without_its_format_1_dscb_is_told(files, refused, entry_without_format_1) -> None:
    files.edit(ENVIRONMENT, "orphans: keep", "orphans: fail")
    said = refused().about("CLN226E")
    for shown in ("UCAT.IMSP", entry_without_format_1, "IMSP04", "DELETE NOSCRATCH"):
        assert shown in said


def test_a_cluster_whose_component_has_lost_its_format_1_dscb_is_told_though_its_vvds_record_is_there(
    lab, files, refused
) -> None:
    files.edit(ENVIRONMENT, "orphans: keep", "orphans: fail")
    catalogs, volume = lab.system.catalogs, lab.system.dasd.volume("IMSP04")
    attributes = ClusterAttributes(key_length=8, max_record=80)
    catalogs.define_cluster("IMSP.IC.KSDS", attributes, Space("TRK", 1), ["IMSP04"])
    entry = volume.vtoc.require("IMSP.IC.KSDS.DATA")
    volume.vtoc.remove(entry.dsname)
    try:
        said = refused().about("CLN226E")
    finally:
        volume.vtoc.add(entry.dscb, entry.extents)
        catalogs.delete("IMSP.IC.KSDS")
    assert "IMSP.IC.KSDS.DATA on IMSP04" in said


def test_a_data_set_in_no_catalog_is_told(lab, refused) -> None:
    volume = lab.system.dasd.volume("IMSP04")
    volume.allocate("IMSP.IC.LOST", FLAT, Space("TRK", 1))
    try:
        said = refused().about("CLN228E")
    finally:
        volume.scratch("IMSP.IC.LOST")
    assert "IMSP.IC.LOST" in said
    assert "IMSP04" in said


@pytest.fixture(scope="module")
def odd_devices(lab):
    """A 3390 that is too small and a 3380, both initialised and online."""
    for devno, geometry, volser in ((0x0AA0, Geometry("3390", 59), "SMAL01"), (0x0AA1, Geometry("3380", 90), "OLD001")):
        Volume.init(lab.system.dasd.define(devno, geometry), volser, 14, 15)
        lab.system.dasd.vary_online(devno)


def paired(files, **targets):
    """Pair volumes by list: each source with its target, but those given with another."""
    pairs = {f"IMSP{n:02}": f"IMST{n:02}" for n in range(1, 7)} | targets
    lines = "\n".join(f"    - {source} -> {target}" for source, target in pairs.items())
    files.edit(ENVIRONMENT, RULE, f"pairs:\n{lines}")


def test_a_target_that_is_too_small_is_told_with_both_sizes(odd_devices, files, refused) -> None:
    paired(files, IMSP02="SMAL01")
    said = refused().about("CLN212E")
    for shown in ("SMAL01", "0AA0", "59 cylinders", "IMSP02", str(CYLINDERS)):
        assert shown in said


def test_a_target_of_another_geometry_is_told(odd_devices, files, refused) -> None:
    paired(files, IMSP02="OLD001")
    said = refused().about("CLN211E")
    for shown in ("OLD001", "3380", "3390", "IMSP02"):
        assert shown in said


def test_foreign_data_sets_on_a_target_are_told(lab, files, refused) -> None:
    volume = lab.system.dasd.volume("IMST03")
    volume.allocate("PAYROLL.MASTER", FLAT, Space("TRK", 1))
    try:
        said = refused().about("CLN213E")
    finally:
        volume.scratch("PAYROLL.MASTER")
    assert "PAYROLL.MASTER" in said
    assert "IMST03" in said


def test_a_system_volume_as_target_is_told_by_what_it_holds(files, refused) -> None:
    paired(files, IMSP02="LABRES")
    assert "LABRES holds CATALOG.MASTER" in refused().about("CLN213E")


def test_a_volume_that_is_source_and_target_is_told(files, refused) -> None:
    paired(files, IMSP01="IMSP02")
    assert "Volume IMSP02" in refused().about("CLN220E")


def test_a_device_of_a_source_given_for_a_target_is_told(files, refused) -> None:
    files.edit(ENVIRONMENT, "IMST02: 0A91", "IMST02: 0A81")
    said = refused().about("CLN238E")
    assert "0A81" in said
    assert "0A91" in said


def test_an_offline_target_whose_device_holds_a_source_is_told(lab, files, refused) -> None:
    files.edit(ENVIRONMENT, "IMST02: 0A91", "IMST02: 0A81")
    lab.system.dasd.vary_offline(0x0A91)
    try:
        found = refused()
    finally:
        lab.system.dasd.vary_online(0x0A91)
    assert "0A81" in found.about("CLN220E")


def test_a_target_that_is_nowhere_is_told(files, refused) -> None:
    paired(files, IMSP02="NONE99")
    assert "NONE99" in refused().about("CLN210E")


def test_two_sources_on_one_target_are_told(files, refused) -> None:
    paired(files, IMSP02="IMST01")
    assert "IMSP01 and IMSP02" in refused().about("CLN208E")


@pytest.mark.parametrize("volser", ["IMST01", "IMSP01"])
def test_a_work_volume_that_is_cloned_is_refused_before_a_work_data_set_is_written(files, refused, volser) -> None:
    files.edit(ENVIRONMENT, "volumes: [LABWK1]", f"volumes: [{volser}]")
    found = refused()
    assert volser in found.about("CLN224E")
    assert not found.jobs
