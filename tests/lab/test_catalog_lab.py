"""Catalogs, VVDSs and VTOCs on real volumes."""

from dataclasses import replace

import pytest

from zoslab.catalog import bcs
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import Catalog, open_catalog
from zoslab.catalog.definition import true_name
from zoslab.catalog.diagnose import diagnose_catalog, diagnose_volume
from zoslab.catalog.errors import (
    BrokenCatalog,
    CatalogError,
    DuplicateEntry,
    EntryNotFound,
    GenerationNotFound,
    NotEmptyGroup,
    WrongEntryType,
)
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.errors import NoSpace
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem, VolumeNotMounted
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.component import ClusterAttributes, require_vvds
from zoslab.datasets import DataManagement

RECON = ClusterAttributes("KSDS", 0, 8, 1000)
SERIALS = {0x0A00: "LABRES", 0x0A80: "IMSP01", 0x0A81: "IMSP02", 0x0A82: "IMSP03"}
CARDS = DataSetAttributes("PS", "FB", 80, 800)


class Lab:
    def __init__(self, folder):
        self.dasd = DiskSubsystem(folder, background_copy=False)

    def build(self):
        for devno, volser in SERIALS.items():
            device = self.dasd.define(devno, Geometry("3390", 12))
            Volume.init(device, volser, vtoc_tracks=4, index_tracks=4, sms=volser == "IMSP03")
            self.dasd.vary_online(devno)
        self.catalogs = CatalogSystem.create(self.dasd, "CATALOG.MASTER", "LABRES")
        self.catalogs.define_user_catalog("UCAT.IMSP", "IMSP01")
        self.catalogs.define_alias("IMSP", "UCAT.IMSP")
        return self.manage()

    def manage(self):
        self.catalogs = CatalogSystem(self.dasd, "CATALOG.MASTER", "LABRES")
        self.datasets = DataManagement(self.dasd, self.catalogs, {"SGDB": ["IMSP03"]})
        return self

    def populate(self):
        self.datasets.create("IMSP.SEQ", CARDS, Space("TRK", 1, 1), ["IMSP02"])
        self.datasets.create("IMSP.SMS", CARDS, Space("TRK", 1, 1), storage_group="SGDB")
        self.datasets.create("IMSP.MULTI", CARDS, Space("TRK", 1, 1), ["IMSP01", "IMSP02"])
        ksds = self.datasets.create_cluster("IMSP.RECON1", RECON, Space("CYL", 1, 1), ["IMSP01"]).ksds()
        ksds.load(b"%08d" % n + bytes(100) for n in range(500))
        ksds.close()
        self.catalogs.define_gdg("IMSP.SLDS", 3, scratch=True)
        for _ in range(2):
            self.datasets.create("IMSP.SLDS(+1)", CARDS, Space("TRK", 1), ["IMSP02"])
        self.catalogs.define_alias("IMSP.OTHER.NAME", "IMSP.SEQ")
        return self

    def findings(self):
        volumes = {volume.volser: volume for volume in self.dasd.volumes()}
        catalogs = {name: self.catalogs.connected(name) for name in self.catalogs.catalogs()}
        return [
            *(finding for catalog in catalogs.values() for finding in diagnose_catalog(catalog, volumes)),
            *(finding for volume in volumes.values() for finding in diagnose_volume(volume, catalogs)),
        ]

    @property
    def ucat(self) -> Catalog:
        return self.catalogs.connected("UCAT.IMSP")

    def vvds(self, volser):
        return require_vvds(self.dasd.volume(volser))


@pytest.fixture
def lab(tmp_path):
    made = Lab(tmp_path / "dasd").build()
    yield made
    made.dasd.close()


@pytest.fixture
def full(lab):
    return lab.populate()


def test_a_system_with_every_type_of_entry_has_nothing_wrong(full):
    assert full.findings() == []


def test_names_are_found_in_the_catalog_their_alias_leads_to(full):
    assert full.catalogs.locate("IMSP.SEQ").volsers == ("IMSP02",)
    assert full.catalogs.locate("IMSP.SEQ").catalog == "UCAT.IMSP"
    assert full.catalogs.locate("IMSP.MULTI").volsers == ("IMSP01", "IMSP02")
    assert full.catalogs.locate("IMSP").kind == "ALIAS"
    assert full.catalogs.locate("UCAT.IMSP").kind == "UCAT"
    assert full.catalogs.locate("IMSP.NOT.THERE") is None
    assert full.catalogs.locate("OTHER.NOT.THERE") is None
    cluster = full.catalogs.locate("IMSP.RECON1")
    assert (cluster.kind, cluster.associated("DATA"), cluster.associated("INDEX")) == (
        "CLUSTER",
        "IMSP.RECON1.DATA",
        "IMSP.RECON1.INDEX",
    )
    assert full.catalogs.locate("IMSP.RECON1.INDEX").kind == "INDEX"
    assert full.catalogs.locate("IMSP.RECON1.DATA").associated("CLUSTER") == "IMSP.RECON1"


def test_entries_are_listed_by_filter_in_name_order(full):
    def names(text):
        return [entry.name for entry in full.catalogs.entries(text) if entry.kind != "ALIAS"]

    assert names("IMSP.RECON*.*") == ["IMSP.RECON1.DATA", "IMSP.RECON1.INDEX"]
    assert names("IMSP.S%S") == ["IMSP.SMS"]
    assert names("IMSP.S*") == ["IMSP.SEQ", "IMSP.SLDS", "IMSP.SMS"]
    assert names("IMSP.SLDS.**") == ["IMSP.SLDS", "IMSP.SLDS.G0001V00", "IMSP.SLDS.G0002V00"]
    assert names("SYS1.**") == ["SYS1.VVDS.VLABRES"]
    assert len(names("**")) > 12


def test_everything_is_there_again_after_a_restart(full, tmp_path):
    full.dasd.close()
    again = Lab(tmp_path / "dasd").manage()
    assert again.findings() == []
    assert again.datasets.find("IMSP.RECON1").ksds().get(b"00000042") == b"00000042" + bytes(100)
    again.dasd.close()


def test_a_defined_cluster_is_in_catalog_vvds_and_vtoc(full):
    volume = full.dasd.volume("IMSP01")
    f1 = volume.vtoc.find("IMSP.RECON1.DATA").dscb
    assert (f1.dsorg, f1.ds1optcd) == ("VS", 0x80)
    vvr = full.vvds("IMSP01").find("IMSP.RECON1.DATA")
    assert (vvr.cluster, vvr.catalog) == ("IMSP.RECON1", "UCAT.IMSP")
    assert vvr.volume().hurba == full.datasets.find("IMSP.RECON1").ksds().holder.now.hurba > 0
    assert vvr.amdsb().records == 500
    assert full.vvds("IMSP01").catalogs() == ["UCAT.IMSP"]


def test_an_sms_data_set_has_an_nvr_on_its_first_volume(full):
    assert full.vvds("IMSP03").find("IMSP.SMS").kind == "N"
    full.catalogs.delete("IMSP.SMS")
    assert full.vvds("IMSP03").find("IMSP.SMS") is None
    assert full.dasd.volume("IMSP03").vtoc.find("IMSP.SMS") is None
    assert full.findings() == []


def test_two_openers_share_one_data_set(full):
    one, other = full.datasets.find("IMSP.RECON1").ksds(), full.datasets.find("IMSP.RECON1").ksds()
    for n in range(3000, 6000):
        one.insert(b"%08d" % n + bytes(100))
    assert one is other
    assert sum(1 for _ in other.browse()) == 3500
    assert check_ksds(other) == []
    one.close()
    assert full.findings() == []


def test_a_generation_group_rolls_off_and_scratches_the_oldest(full):
    for number in (3, 4):
        created = full.datasets.create("IMSP.SLDS(+1)", CARDS, Space("TRK", 1), ["IMSP02"])
        assert created.dsname == f"IMSP.SLDS.G000{number}V00"
    assert full.catalogs.generation("IMSP.SLDS", 0) == "IMSP.SLDS.G0004V00"
    assert full.catalogs.generation("IMSP.SLDS", -2) == "IMSP.SLDS.G0002V00"
    assert full.catalogs.locate("IMSP.SLDS.G0001V00") is None
    assert full.dasd.volume("IMSP02").vtoc.find("IMSP.SLDS.G0001V00") is None
    with pytest.raises(GenerationNotFound, match="has 3 generations"):
        full.catalogs.generation("IMSP.SLDS", -3)
    with pytest.raises(WrongEntryType):
        full.catalogs.generation("IMSP.SEQ", 0)
    assert full.findings() == []


def test_a_group_that_empties_lets_all_generations_go_at_its_limit(lab):
    lab.catalogs.define_gdg("IMSP.LOG", 2, empty=True)
    for _ in range(3):
        lab.datasets.create("IMSP.LOG(+1)", CARDS, Space("TRK", 1), ["IMSP02"])
    assert lab.catalogs.locate("IMSP.LOG").associations == (("GDS", "IMSP.LOG.G0003V00"),)
    assert lab.dasd.volume("IMSP02").vtoc.find("IMSP.LOG.G0001V00") is not None


def test_a_group_with_generations_is_deleted_only_by_force(full):
    with pytest.raises(NotEmptyGroup, match="2 generations"):
        full.catalogs.delete("IMSP.SLDS")
    full.catalogs.delete("IMSP.SLDS.G0001V00")
    assert full.catalogs.locate("IMSP.SLDS").associations == (("GDS", "IMSP.SLDS.G0002V00"),)
    full.catalogs.delete("IMSP.SLDS", force=True)
    assert [entry.name for entry in full.catalogs.entries("IMSP.SLDS.**")] == []
    assert full.findings() == []


def test_deleting_leaves_nothing_and_noscratch_leaves_the_volume(full):
    full.catalogs.delete("IMSP.RECON1", noscratch=True)
    assert full.catalogs.locate("IMSP.RECON1.DATA") is None
    assert full.dasd.volume("IMSP01").vtoc.find("IMSP.RECON1.DATA") is not None
    full.catalogs.define_recatalog("IMSP.RECON1", ["IMSP01"])
    assert full.findings() == []
    assert full.datasets.find("IMSP.RECON1").ksds().get(b"00000001")
    full.catalogs.delete("IMSP.RECON1")
    assert full.dasd.volume("IMSP01").vtoc.find("IMSP.RECON1.DATA") is None
    full.catalogs.delete("IMSP.MULTI")
    full.catalogs.delete("IMSP.SEQ")
    assert full.catalogs.locate("IMSP.OTHER.NAME") is None
    assert full.findings() == []


def test_renaming_reaches_catalog_vvds_and_vtoc(full):
    full.catalogs.rename("IMSP.RECON1", "IMSP.NEW.RECON")
    full.catalogs.rename("IMSP.SEQ", "IMSP.NEW.SEQ")
    full.catalogs.rename("IMSP.SMS", "IMSP.NEW.SMS")
    full.catalogs.rename("IMSP.NEW.RECON.DATA", "IMSP.NEW.NAME")
    assert full.datasets.find("IMSP.NEW.RECON").ksds().get(b"00000007")
    assert full.datasets.find("IMSP.OTHER.NAME").volsers == ["IMSP02"]
    assert full.vvds("IMSP01").find("IMSP.NEW.NAME").cluster == "IMSP.NEW.RECON"
    assert full.catalogs.locate("IMSP.RECON1") is None
    assert full.findings() == []


def test_a_catalog_can_be_disconnected_and_connected_again(full):
    full.catalogs.export_disconnect("UCAT.IMSP")
    assert full.catalogs.locate("IMSP.SEQ") is None
    assert full.catalogs.locate("IMSP") is None
    full.catalogs.import_connect("UCAT.IMSP", "IMSP01")
    full.catalogs.define_alias("IMSP", "UCAT.IMSP")
    assert full.catalogs.locate("IMSP.SEQ").volsers == ("IMSP02",)
    assert full.findings() == []


def test_a_catalog_on_a_copied_volume_opens_without_being_connected(full):
    full.dasd.define(0x0A90, Geometry("3390", 12))
    full.dasd.flash.establish(0x0A80, 0x0A90, background=False)
    full.dasd.vary_offline(0x0A80)
    full.dasd.vary_online(0x0A90)
    copied = open_catalog(full.dasd, "UCAT.IMSP", "IMSP01")
    count = copied.rewrite(lambda record: record.renamed(lambda name: name.replace("IMSP", "IMST", 1)))
    assert count == sum(1 for _ in copied.records())
    assert copied.get("IMST.RECON1").components[0].name == "IMST.RECON1.DATA"
    assert check_ksds(copied.ksds) == []
    full.dasd.vary_offline(0x0A90)
    full.dasd.vary_online(0x0A80)
    assert full.findings() == []


def test_a_volume_overwritten_by_a_copy_is_read_anew(full):
    before = full.datasets.find("IMSP.RECON1").ksds()
    full.dasd.define(0x0A90, Geometry("3390", 12))
    full.dasd.flash.establish(0x0A80, 0x0A90, background=True)
    full.dasd.flash.copy_step(12 * 15)
    for n in range(5000, 7000):
        before.insert(b"%08d" % n + bytes(100))
    before.close()
    full.dasd.flash.establish(0x0A90, 0x0A80, background=False)
    after = full.datasets.find("IMSP.RECON1").ksds()
    assert sum(1 for _ in after.browse()) == 500
    assert full.findings() == []


def test_a_failure_in_the_middle_of_a_definition_leaves_nothing(full):
    before = [entry.name for entry in full.catalogs.entries("**")]
    with pytest.raises(NoSpace):
        full.datasets.create_cluster("IMSP.BIG", RECON, Space("CYL", 500), ["IMSP01"])
    with pytest.raises(NoSpace):
        full.datasets.create("IMSP.BIG2", CARDS, Space("CYL", 500), ["IMSP02", "IMSP01"])

    def define_one_twice():
        with full.catalogs.changing():
            for n in [*range(300), 0]:
                full.catalogs.define_nonvsam(f"IMSP.LOST.N{n}", ["IMSP02"])

    with pytest.raises(DuplicateEntry):
        define_one_twice()
    assert [entry.name for entry in full.catalogs.entries("**")] == before
    assert full.findings() == []


def test_what_catalog_management_refuses_is_said_by_name(full):
    catalogs = full.catalogs
    with pytest.raises(DuplicateEntry, match=r"IMSP\.SEQ is in catalog UCAT\.IMSP"):
        catalogs.define_nonvsam("IMSP.SEQ", ["IMSP02"])
    with pytest.raises(DuplicateEntry, match=r"IMSP\.RECON1\.DATA"):
        catalogs.define_cluster("IMSP.X", RECON, Space("CYL", 1), ["IMSP01"], data_name="IMSP.RECON1.DATA")
    with pytest.raises(EntryNotFound, match=r"IMSP\.NONE"):
        catalogs.delete("IMSP.NONE")
    with pytest.raises(EntryNotFound):
        catalogs.export_disconnect("UCAT.NONE")
    with pytest.raises(EntryNotFound, match=r"UCAT\.NONE is not connected"):
        catalogs.define_alias("IMSX", "UCAT.NONE")
    with pytest.raises(WrongEntryType, match="UCAT entry"):
        catalogs.delete("UCAT.IMSP")
    with pytest.raises(CatalogError, match=r"belongs in catalog CATALOG\.MASTER"):
        catalogs.rename("IMSP.SEQ", "OTHER.SEQ")
    with pytest.raises(DuplicateEntry):
        catalogs.rename("IMSP.SEQ", "IMSP.SMS")
    with pytest.raises(CatalogError, match="limit of 1 to 255"):
        catalogs.define_gdg("IMSP.G", 256)
    with pytest.raises(CatalogError, match="RRDS clusters are not supported"):
        catalogs.define_cluster("IMSP.R", ClusterAttributes("RRDS"), Space("CYL", 1), ["IMSP01"])
    with pytest.raises(BrokenCatalog, match="0 data and 0 index"):
        open_catalog(full.dasd, "UCAT.NONE", "IMSP01")
    with pytest.raises(EntryNotFound, match="no record of cluster"):
        catalogs.define_recatalog("IMSP.NONE", ["IMSP01"])
    with pytest.raises(DuplicateEntry, match=r"would have the name IMSP\.ONE"):
        full.ucat.rewrite(lambda record: record if record.kind == "C" else replace(record, name="IMSP.ONE"))
    assert full.findings() == []


def test_an_offline_catalog_volume_is_named(full):
    full.dasd.vary_offline(0x0A80)
    with pytest.raises(VolumeNotMounted, match="IMSP01"):
        full.catalogs.locate("IMSP.SEQ")
    full.dasd.vary_online(0x0A80)
    assert full.catalogs.locate("IMSP.SEQ")


def lose_the_self_record(lab):
    lab.ucat.remove(bcs.SELF)


def lose_a_true_name(lab):
    lab.ucat.remove("IMSP.RECON1.INDEX")


def lose_a_sphere(lab):
    lab.ucat.remove("IMSP.RECON1")


def add_a_true_name_of_nothing(lab):
    lab.ucat.add(true_name("IMSP.X.DATA", "IMSP.RECON1"))


def lose_a_nonvsam_f1(lab):
    lab.dasd.volume("IMSP02").scratch("IMSP.SEQ")


def lose_a_component_f1(lab):
    lab.dasd.volume("IMSP01").scratch("IMSP.RECON1.DATA")


def lose_a_vvr(lab):
    lab.vvds("IMSP01").remove("IMSP.RECON1.DATA")


def lose_an_nvr(lab):
    lab.vvds("IMSP03").remove("IMSP.SMS")


def change_the_catalog_of_a_vvr(lab):
    vvds = lab.vvds("IMSP01")
    vvds.replace(replace(vvds.find("IMSP.RECON1.DATA"), catalog="UCAT.IMST"))


def change_the_cluster_of_a_vvr(lab):
    vvds = lab.vvds("IMSP01")
    vvds.replace(replace(vvds.find("IMSP.RECON1.DATA"), cluster="IMST.RECON1"))


def uncatalog_an_sms_data_set(lab):
    lab.ucat.remove("IMSP.SMS")


def lose_a_generation(lab):
    lab.ucat.remove("IMSP.SLDS.G0001V00")


def lose_a_group(lab):
    lab.ucat.remove("IMSP.SLDS")


def lose_an_alias_target(lab):
    lab.ucat.remove("IMSP.SEQ")


def take_a_volume_offline(lab):
    lab.dasd.vary_offline(0x0A81)


def change_the_serial_in_an_f1(lab):
    lab.dasd.volume("IMSP02").update_dscb("IMSP.SEQ", ds1dssn="IMST02")


def change_the_label(lab):
    lab.dasd.volume("IMSP03").relabel("IMST03")
    lab.dasd.vary_online(0x0A82)


def raise_the_high_used_rba(lab):
    vvds = lab.vvds("IMSP01")
    record = vvds.find("IMSP.RECON1.DATA")
    cell = record.volume()
    cell.hurba = 1 << 30
    vvds.replace(record.with_cells(cell))


def overwrite_the_vvds(lab):
    lab.vvds("IMSP01").write_raw(0, [b"none"])


def forget_a_catalog_in_the_vvcr(lab):
    lab.vvds("IMSP01").set_catalogs([])


def describe_the_vvds_as_another(lab):
    lab.vvds("IMSP01").rewrite(lambda record: record, volser="IMST01")


def make_an_entry_of_an_unknown_type(lab):
    lab.ucat.add(BcsRecord("W", "IMSP.UNKNOWN"))


def make_a_cluster_of_nothing(lab):
    lab.ucat.add(BcsRecord("C", "IMSP.EMPTY"))


def overwrite_an_index_record_of_the_catalog(lab):
    intervals = lab.ucat.ksds.tree.intervals
    intervals.write_ci(0, bytes([255]) * intervals.ci_size)


@pytest.mark.parametrize(
    ("damage", "structure", "says"),
    [
        (lose_the_self_record, "BCS", "no record about itself"),
        (lose_a_true_name, "BCS", "no true-name record"),
        (lose_a_sphere, "BCS", "is a component of IMSP.RECON1, which does not have it"),
        (lose_a_sphere, "VVDS", "cluster IMSP.RECON1 is not in catalog UCAT.IMSP"),
        (add_a_true_name_of_nothing, "BCS", "which does not have it"),
        (lose_a_nonvsam_f1, "BCS", "is not in the VTOC of volume IMSP02"),
        (lose_a_component_f1, "BCS", "component IMSP.RECON1.DATA is not in the VTOC"),
        (lose_a_component_f1, "VVDS", "is not in the VTOC"),
        (lose_a_vvr, "BCS", "has no VVR"),
        (lose_a_vvr, "VTOC", "is VSAM and has no VVR"),
        (lose_an_nvr, "BCS", "has no NVR of catalog UCAT.IMSP"),
        (lose_an_nvr, "VTOC", "is SMS managed and has no NVR"),
        (change_the_catalog_of_a_vvr, "BCS", "catalog UCAT.IMST"),
        (change_the_catalog_of_a_vvr, "VVDS", "which the VVCR does not name"),
        (change_the_cluster_of_a_vvr, "BCS", "cluster IMST.RECON1"),
        (uncatalog_an_sms_data_set, "VVDS", "does not have it on this volume"),
        (lose_a_generation, "BCS", "lists generation IMSP.SLDS.G0001V00"),
        (lose_a_group, "BCS", "is a generation of IMSP.SLDS, which does not list it"),
        (lose_an_alias_target, "BCS", "is an alias of IMSP.SEQ"),
        (take_a_volume_offline, "BCS", "volume IMSP02, which is not online"),
        (change_the_serial_in_an_f1, "VTOC", "F1 says volume IMST02"),
        (change_the_label, "VTOC", "is not the VVDS of volume IMST03"),
        (raise_the_high_used_rba, "VVDS", "above the high-allocated"),
        (raise_the_high_used_rba, "VVDS", "behind the"),
        (overwrite_the_vvds, "VVDS", "no VVCR"),
        (forget_a_catalog_in_the_vvcr, "VVDS", "the VVCR does not name"),
        (describe_the_vvds_as_another, "VVDS", "describes itself as SYS1.VVDS.VIMST01"),
        (make_an_entry_of_an_unknown_type, "BCS", "unknown type 'W'"),
        (make_a_cluster_of_nothing, "BCS", "without components"),
        (overwrite_an_index_record_of_the_catalog, "BCS", "index control interval 0"),
    ],
)
def test_diagnose_finds_each_kind_of_damage(full, damage, structure, says):
    catalogs = {name: full.catalogs.connected(name) for name in full.catalogs.catalogs()}
    damage(full)
    volumes = {volume.volser: volume for volume in full.dasd.volumes()}
    findings = [
        *(finding for catalog in catalogs.values() for finding in diagnose_catalog(catalog, volumes)),
        *(finding for volume in volumes.values() for finding in diagnose_volume(volume, catalogs)),
    ]
    assert any(f.structure == structure and says in f.text for f in findings), findings
