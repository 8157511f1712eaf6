"""The engine's JCL templates run by the utilities of the embedded z/OS, and their listings read by the engine."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from imsclone.jcl import JobHeader, render, values_of
from imsclone.library.deck import deck
from imsclone.library.edit import EditedMember
from imsclone.listings import amaspzap, dcollect, idcams, iehlist, isrsupc
from imsclone.masks import RenameMask, RenameMasks
from imsclone.names import CardText, DataSetName, ImsId, JobName, MemberName, Volser
from imsclone.zap import for_blocks, for_data_set_names, for_subsystem_ids
from imsclone.zosmf import JobCard, correlator
from zoslab import ebcdic
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.loadmodule import store
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import ClusterAttributes, require_vvds
from zoslab.zos import Zos

PROGRAMS = ("AMASPZAP", "BPXBATCH", "IDCAMS", "IEBUPDTE", "IEFBR14", "IEHLIST", "ISRSUPC")
SERIALS = {0x0A00: "LABRES", 0x0A01: "LABWK1", 0x0A90: "IMST01", 0x0A91: "IMST02"}
CARDS = DataSetAttributes("PS", "FB", 80, 800)
LIBRARY = DataSetAttributes("PO", "FB", 80, 800)
MODULES = DataSetAttributes("PO", "U", 0, 6144)
CATALOG = SimpleNamespace(
    target=DataSetName("UCAT.IMST"), target_volser=Volser("IMST01"), target_aliases=(DataSetName("IMST"),)
)
MASKS = RenameMasks([RenameMask("IMSP.** -> IMST.**")])


class Lab:
    def __init__(self, folder):
        with DiskSubsystem(folder / "dasd") as dasd:
            for devno, volser in SERIALS.items():
                device = dasd.define(devno, Geometry("3390", 15))
                Volume.init(device, volser, vtoc_tracks=4, index_tracks=4, sms=volser == "IMST02")
                dasd.vary_online(devno)
            CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
        self.system = Zos(folder)
        self.system.datasets.public = ["LABWK1"]
        self.system.datasets.storage_groups = {"SGIMST": ["IMST02"]}
        self.system.catalogs.define_user_catalog("UCAT.IMST", "IMST01", Space("TRK", 5, 5))
        self.system.catalogs.define_alias("IMST", "UCAT.IMST")
        linklib = self.create("SYS1.LINKLIB", MODULES, Space("TRK", 2, 1, 3), "LABRES").pds()
        for name in PROGRAMS:
            linklib.write(name, [b"module"])
        self.system.jes.start(1)

    def create(self, dsname, attributes, space, volser="IMST01"):
        return self.system.datasets.create(dsname, attributes, space, [volser])

    def library(self, dsname, **members):
        pds = self.create(dsname, LIBRARY, Space("TRK", 2, 1, 3)).pds()
        for name, text in members.items():
            pds.write(name, [ebcdic.encode(line, 80) for line in text.splitlines()])
        return pds

    def populate(self):
        """One data set of each organisation."""
        self.create("IMST.SEQ", CARDS, Space("TRK", 3, 1)).write([ebcdic.encode("X", 80)] * 20)
        self.system.datasets.create("IMST.BIG", CARDS, Space("TRK", 2), ["IMST01", "IMST02"])
        self.system.datasets.create("IMST.SMS", CARDS, Space("CYL", 1), storage_group="SGIMST")
        self.library("IMST.PROCLIB", IMST="//IMST PROC")
        recon = ClusterAttributes("KSDS", 0, 8, 100)
        self.system.datasets.create_cluster("IMST.RECON1", recon, Space("TRK", 3, 1), ["IMST01"])
        self.system.catalogs.define_gdg("IMST.SLDS", 3)
        self.create("IMST.SLDS.G0001V00", CARDS, Space("TRK", 1))
        self.system.catalogs.define_alias("IMST.OTHER", "IMST.SEQ")

    def run(self, template, **values):
        header = JobHeader(
            JobName("CLNTEST"), correlator("d", "r", "task"), JobCard(), CardText("TASK"), CardText("qa1")
        )
        wanted = values_of(template)
        jcl = render(template, **{name: one for name, one in {"job": header, **values}.items() if name in wanted})
        return self.system.jes.wait(self.system.jes.submit(jcl, "IBMUSER"), 20)

    def codes(self, job):
        return {step.procstep or step.name: step.completion for step in job.steps}

    def listing(self, job, step, ddname="SYSPRINT"):
        (found,) = (file for file in job.files if file.ddname == ddname and file.stepname == step)
        return "\n".join(self.system.jes.spool_records(job.jobid, found.id))


@pytest.fixture
def lab(tmp_path):
    made = Lab(tmp_path)
    yield made
    made.system.shutdown(timeout=5)


def test_dcollect_tells_the_engine_what_is_on_the_volumes(lab):
    lab.populate()
    values = {
        "volsers": [Volser("IMST01")],
        "storage_groups": [MemberName("SGIMST")],
        "dsname": DataSetName("CLONE.QA1.DCOUT"),
        "work_volume": Volser("LABWK1"),
    }
    for _ in range(2):
        job = lab.run("dcollect.jcl", **values)
        assert lab.codes(job) == {"CLEAR": "CC 0000", "COLLECT": "CC 0000"}
        assert idcams.run(lab.listing(job, "COLLECT")).maximum_rc == 0
    output = lab.system.datasets.find("CLONE.QA1.DCOUT")
    found = dcollect.collected(output.records())
    assert found.errors == ()
    volumes = {volume.volser: volume for volume in found.volumes}
    assert {volser: (one.unit, one.cylinders, one.sms, one.storage_group) for volser, one in volumes.items()} == {
        "IMST01": ("0A90", 15, False, ""),
        "IMST02": ("0A91", 15, True, "SGIMST"),
    }
    for volser, volume in volumes.items():
        free = sum(extent.tracks for extent in lab.system.dasd.volume(volser).vtoc.free_space)
        assert volume.tracks_free == free
    sets = {one.dsname: one for one in found.data_sets}
    assert (sets["IMST.SEQ"].tracks, sets["IMST.SEQ"].recfm, sets["IMST.SEQ"].lrecl) == (3, "FB", 80)
    assert (sets["IMST.BIG"].volsers, sets["IMST.BIG"].tracks) == (("IMST01", "IMST02"), 4)
    assert (sets["IMST.SMS"].sms, sets["IMST.SMS"].tracks) == (True, 15)
    assert sets["IMST.PROCLIB"].organization == "PO"
    assert (sets["IMST.RECON1.DATA"].organization, sets["IMST.RECON1.DATA"].is_component_of) == ("VS", "IMST.RECON1")
    on_volumes = {name for volser in volumes for name in lab.system.dasd.volume(volser).vtoc.names()}
    assert set(sets) == on_volumes


def test_a_vvds_record_without_its_data_set_is_an_error_for_the_engine(lab):
    lab.populate()
    lab.system.dasd.volume("IMST01").vtoc.remove("IMST.RECON1.DATA")
    dsname = DataSetName("CLONE.QA1.DCOUT")
    job = lab.run("dcollect.jcl", volsers=[Volser("IMST01")], storage_groups=[], dsname=dsname, work_volume=None)
    assert lab.codes(job)["COLLECT"] == "CC 0000"
    found = dcollect.collected(lab.system.datasets.find(dsname).records())
    assert found.errors == ("IMST.RECON1.DATA on IMST01: DCDERROR X'08'",)


def test_catalogs_are_backed_up_as_often_as_asked(lab):
    lab.populate()
    backups = [SimpleNamespace(catalog=DataSetName("UCAT.IMST"), dsname=DataSetName("CLONE.QA1.CATALOG1"))]
    for _ in range(2):
        job = lab.run("back_up_catalogs.jcl", backups=backups, work_volume=Volser("LABWK1"))
        assert lab.codes(job) == {"CLEAR": "CC 0000", "BACKUP": "CC 0000"}
        assert idcams.run(lab.listing(job, "BACKUP")).functions[0].has("IDC0594I")


def test_the_clones_catalogs_are_retired_connected_and_agree(lab):
    lab.populate()
    retired = lab.run("retire.jcl", catalogs=[CATALOG])
    assert lab.codes(retired) == {"RETIRE": "CC 0000"}
    assert lab.system.catalogs.aliases("UCAT.IMST") == []
    values = {"catalogs": [CATALOG], "device_type": 3390, "volsers": [Volser("IMST01"), Volser("IMST02")]}
    job = lab.run("recatalog.jcl", **values)
    assert set(lab.codes(job).values()) == {"CC 0000"}
    assert idcams.diagnose(lab.listing(job, "DIAG1")).clean
    again = lab.run("recatalog.jcl", **values)
    assert lab.codes(again) == {"CONNECT": "CC 0012", "ALIAS": "CC 0012", "DIAG1": "CC 0000"}
    assert idcams.run(lab.listing(again, "ALIAS")).functions[0].has("IDC3013I")


def test_the_engine_reads_a_catalog_and_finds_what_disagrees_with_the_vvds(lab):
    lab.populate()
    values = {"catalogs": [CATALOG], "volsers": [Volser("IMST01"), Volser("IMST02")]}
    job = lab.run("verify_catalogs.jcl", **values)
    assert set(lab.codes(job).values()) == {"CC 0000"}
    entries = {entry.name: entry for entry in idcams.listcat(lab.listing(job, "LIST1"))}
    assert entries["IMST.BIG"].volsers == ("IMST01", "IMST02")
    assert (entries["IMST.RECON1.INDEX"].kind, entries["IMST.RECON1.INDEX"].owner) == ("INDEX", "IMST.RECON1")
    assert (entries["IMST.SLDS.G0001V00"].kind, entries["IMST.SLDS.G0001V00"].owner) == ("GDS", "IMST.SLDS")
    assert (entries["IMST.OTHER"].kind, entries["IMST.OTHER"].owner) == ("ALIAS", "IMST.SEQ")
    assert entries["IMST.SLDS"].kind == "GDG"
    known = {entry.name for entry in lab.system.catalogs.entries("IMST.**", "UCAT.IMST")}
    assert {name for name in entries if name.startswith("IMST.")} == known
    require_vvds(lab.system.dasd.volume("IMST01")).remove("IMST.RECON1.DATA")
    diagnosis = idcams.diagnose(lab.listing(lab.run("verify_catalogs.jcl", **values), "DIAG1"))
    assert not diagnosis.clean
    assert "IMST.RECON1" in str(diagnosis.errors[0])


def test_the_engine_reads_every_name_of_a_vtoc(lab):
    lab.populate()
    volsers = [Volser("IMST01"), Volser("IMST02")]
    indexes = {volser: DataSetName(f"SYS1.VTOCIX.{volser}") for volser in volsers[:1]}
    job = lab.run("verify_vtocs.jcl", volsers=volsers, device_type=3390, indexes=indexes)
    assert lab.codes(job) == {"VTOC": "CC 0000"}
    found = iehlist.entries(lab.listing(job, "VTOC"))
    for volser in ("IMST01", "IMST02"):
        assert {entry.name for entry in found if entry.volser == volser} == set(
            lab.system.dasd.volume(volser).vtoc.names()
        )
    names = set(lab.system.dasd.volume("IMST01").vtoc.names())
    assert iehlist.index_names(lab.listing(job, "VTOC")) == {"IMST01": names, "IMST02": frozenset()}
    assert next(e.serial for e in found if (e.volser, e.name) == ("IMST02", "IMST.BIG")) == "IMST01"


def test_names_in_modules_are_found_zapped_and_not_zapped_twice(lab):
    library = lab.create("IMST.MDALIB", MODULES, Space("TRK", 3, 1, 3)).pds()
    text = bytes(20) + ebcdic.encode("IMSP.RECON1", 44) + bytes(7000)
    store(library, "RECON1", {"RECON1": text, "MORE": ebcdic.encode("IMSP.DB.ACCT", 44)})
    members = {"library": DataSetName("IMST.MDALIB"), "members": [MemberName("RECON1")]}

    def dumps():
        job = lab.run("dump_members.jcl", **members)
        assert lab.codes(job) == {"DUMP": "CC 0000"}
        return amaspzap.dumps(lab.listing(job, "DUMP"))

    before = dumps()
    assert [(dump.csect, len(dump.data)) for dump in before] == [("RECON1", len(text)), ("MORE", 44)]
    assert before[0].data == text
    zaps = for_data_set_names(before, MASKS)
    job = lab.run("zap_members.jcl", library=DataSetName("IMST.MDALIB"), zaps=zaps)
    assert lab.codes(job) == {"ZAP": "CC 0000"}
    assert amaspzap.zapped(lab.listing(job, "ZAP")).done
    assert for_data_set_names(dumps(), MASKS) == ()
    assert dumps()[0].data == text.replace(ebcdic.encode("IMSP"), ebcdic.encode("IMST"))
    again = lab.run("zap_members.jcl", library=DataSetName("IMST.MDALIB"), zaps=zaps)
    assert lab.codes(again) == {"ZAP": "CC 0004"}
    assert len(amaspzap.zapped(lab.listing(again, "ZAP")).rejected) >= len(zaps)
    gone = [replace(zap, member=MemberName("GONE")) for zap in zaps]
    missing = lab.run("zap_members.jcl", library=DataSetName("IMST.MDALIB"), zaps=gone)
    assert not amaspzap.zapped(lab.listing(missing, "ZAP")).done


def test_the_nucleus_gets_the_clones_id(lab):
    library = lab.create("IMST.SDFSRESL", MODULES, Space("TRK", 3, 1, 3)).pds()
    store(library, "DFSVNUC0", {"DFSVNUC0": bytes(64) + ebcdic.encode("IMSP") + bytes(64)})
    members = {"library": DataSetName("IMST.SDFSRESL"), "members": [MemberName("DFSVNUC0")]}
    dumped = amaspzap.dumps(lab.listing(lab.run("dump_members.jcl", **members), "DUMP"))
    zaps = for_subsystem_ids(dumped, {"IMSP": "IMST"})
    job = lab.run("zap_members.jcl", library=DataSetName("IMST.SDFSRESL"), zaps=zaps)
    assert amaspzap.zapped(lab.listing(job, "ZAP")).done
    dumped = amaspzap.dumps(lab.listing(lab.run("dump_members.jcl", **members), "DUMP"))
    assert dumped[0].data[64:68] == ebcdic.encode("IMST")


def test_names_in_blocks_are_found_and_zapped(lab):
    made = lab.create("IMST.RDDS1", DataSetAttributes("PS", "VB", 200, 2000), Space("TRK", 2))
    made.write(ebcdic.encode(f"RECORD {number:04d} IMSP.DB.D{number:04d} IMSP") for number in range(200))
    dsname = DataSetName("IMST.RDDS1")
    dumped = amaspzap.dumps(lab.listing(lab.run("dump_blocks.jcl", dsname=dsname), "DUMP"))
    assert [dump.data for dump in dumped] == list(made.blocks())
    zaps = for_blocks(dumped, MASKS, {"IMSP": "IMST"})
    job = lab.run("zap_blocks.jcl", dsname=dsname, zaps=zaps)
    assert lab.codes(job) == {"ZAP": "CC 0000"}
    assert amaspzap.zapped(lab.listing(job, "ZAP")).done
    assert ebcdic.decode(list(made.records())[150]) == "RECORD 0150 IMST.DB.D0150 IMST"


def test_a_search_of_libraries_finds_the_members_with_names(lab):
    lab.library(
        "IMST.PROCLIB", IMST="//IMST PROC\n//X DD DSN=IMSP.RESLIB", CLEAN="//CLEAN PROC", VOL="//Y DD VOL=SER=IMSP01"
    )
    lab.library("IMST.JOBS", A="NOTHING")
    libraries = [DataSetName("IMST.PROCLIB"), DataSetName("IMST.JOBS")]
    job = lab.run("search_libraries.jcl", libraries=libraries, words=[ImsId("IMSP"), Volser("IMSP01")])
    assert lab.codes(job) == {"SRCH1": "CC 0001", "SRCH2": "CC 0000"}
    found = isrsupc.search(lab.listing(job, "SRCH1", "OUTDD"))
    assert found.members == ("IMST", "VOL")
    assert (found.hits[0].line, found.hits[0].text) == (2, "//X DD DSN=IMSP.RESLIB")
    assert (found.members_processed, found.lines_processed) == (3, 4)
    assert isrsupc.search(lab.listing(job, "SRCH2", "OUTDD")).hits == ()


def test_edited_members_are_replaced_and_renamed_ones_added(lab):
    library = lab.library("IMST.PROCLIB", IMSP="//IMSP PROC", KEPT="//KEPT PROC")
    lines = ("//IMST PROC", "/* NOT THE END", "", "X" * 80)
    edited = [EditedMember("IMSP", "IMST", lines, ()), EditedMember("KEPT", "KEPT", ("//NEW PROC",), ())]
    job = lab.run("update_library.jcl", library=DataSetName("IMST.PROCLIB"), deck=deck(edited))
    assert lab.codes(job) == {"UPDATE": "CC 0000"}
    assert tuple(ebcdic.decode(record) for record in library.read("IMST")) == lines
    assert [ebcdic.decode(record) for record in library.read("KEPT")] == ["//NEW PROC"]


def test_the_watchdog_sleeps_before_it_releases(lab):
    values = {"consistency": "suspend", "seconds": 1, "imsids": [ImsId("IMSP")], "pairs": [], "steplib": []}
    job = lab.run("watchdog.jcl", **values)
    assert lab.codes(job)["SLEEP"] == "CC 0000"
    assert (job.steps[0].ended - job.steps[0].started).total_seconds() >= 1
