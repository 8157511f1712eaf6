"""COPY DATASET, run as jobs."""

import pytest

from zoslab import ebcdic
from zoslab.dasd.check import check_volume
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.component import require_vvds
from zoslab.dasd.vvds_check import check_vvds

FB = DataSetAttributes("PS", "FB", 80, 8000)
RENAMEU = "RENAMEU((IMSP.**,IMST.**))"


def copy(selection="INCLUDE(IMSP.**)", options=RENAMEU, where="PHYSINDYNAM((IMSP01)) OUTDYNAM((IMST01))"):
    return f" COPY DATASET({selection}) {where} -\n {options}"


def records(lab, dsname, volser=None):
    return [ebcdic.decode(record) for record in lab.system.datasets.find(dsname, volser).records()]


@pytest.fixture
def cataloged(lab):
    lab.system.catalogs.define_user_catalog("UCAT.IMST", "LABWK1")
    lab.system.catalogs.define_alias("IMST", "UCAT.IMST")
    return lab


def test_a_physical_copy_brings_data_sets_to_another_volume_under_new_names(cataloged):
    listing = cataloged.ok("ADRDSSU", copy(options=f"{RENAMEU} CATALOG ALLDATA(*) ALLEXCP"), 4)
    assert records(cataloged, "IMST.SEQ") == ["SEQUENTIAL"]
    assert cataloged.system.datasets.find("IMST.SEQ").volsers == ["IMST01"]
    assert cataloged.system.datasets.find("IMST.LIB2").pds().read("MEMBER") == [ebcdic.encode("LIBRARY 2", 80)]
    assert "DATA SET IMSP.SEQ HAS BEEN ALLOCATED WITH NEWNAME IMST.SEQ" in listing
    assert "MULTIVOLUME DATA SET IMSP.BOTH IS NOT CATALOGED" in listing
    assert cataloged.system.catalogs.locate("IMST.BOTH") is None
    assert check_volume(cataloged.volume("IMST01").device) == []
    assert "SYS1.VTOCIX.IMSP01" not in cataloged.names("IMST01")


def test_a_cluster_copied_physically_opens_once_it_is_recataloged(cataloged):
    cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.RECON1.**)"))
    vvds = require_vvds(cataloged.volume("IMST01"))
    assert check_vvds(vvds) == []
    assert {(record.name, record.cluster) for record in vvds.entries()} == {
        ("IMST.RECON1.DATA", "IMST.RECON1"),
        ("IMST.RECON1.INDEX", "IMST.RECON1"),
    }
    cataloged.system.catalogs.define_recatalog("IMST.RECON1", ["IMST01"])
    copied = cataloged.system.datasets.find("IMST.RECON1").ksds()
    assert list(copied.browse()) == list(cataloged.system.datasets.find("IMSP.RECON1").ksds().browse())
    assert check_ksds(copied) == []


def test_the_parts_of_a_multivolume_data_set_name_its_new_first_volume(cataloged):
    for source, target in (("IMSP01", "IMST01"), ("IMSP02", "IMST02")):
        where = f"PHYSINDYNAM(({source})) OUTDYNAM(({target}))"
        cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.BOTH,IMSP.WIDE.**)", RENAMEU, where))
        for name in ("IMST.BOTH", "IMST.WIDE.DATA"):
            dscb = cataloged.volume(target).vtoc.require(name).dscb
            assert (dscb.ds1dssn, dscb.ds1volsq) == ("IMST01", 1 if target == "IMST01" else 2)
        assert check_volume(cataloged.volume(target).device) == []
    cataloged.system.catalogs.define_recatalog("IMST.WIDE", ["IMST01", "IMST02"])
    assert cataloged.system.datasets.find("IMST.WIDE").volsers == ["IMST01", "IMST02"]


def test_from_a_copied_volume_the_whole_clone_can_be_made_without_a_renaming_product(cataloged):
    cataloged.copy(("IMSP01", "IMST01"))
    cataloged.ok("ICKDSF", " REFORMAT UNIT(0A90) VERIFY(IMSP01) VOLID(COPY01)")
    cataloged.dasd.vary_online(0xA90)
    selection = "INCLUDE(**) EXCLUDE(SYS1.VVDS.**,SYS1.VTOCIX.**,UCAT.**,CATINDEX.**)"
    where = "PHYSINDYNAM((COPY01)) OUTDYNAM((IMST02))"
    cataloged.ok("ADRDSSU", copy(selection, f"{RENAMEU} REPLACEU CATALOG ALLDATA(*) ALLEXCP", where), 4)
    cataloged.system.catalogs.define_recatalog("IMST.RECON1", ["IMST02"])
    assert records(cataloged, "IMST.SEQ") == ["SEQUENTIAL"]
    assert sum(1 for _ in cataloged.system.datasets.find("IMST.RECON1").ksds().browse()) == 200


def test_a_logical_copy_takes_data_sets_and_clusters_from_the_catalog(cataloged):
    where = "OUTDYNAM((IMST01),(IMST02))"
    cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.**) EXCLUDE(IMSP.SLDS.**)", f"{RENAMEU} CATALOG", where))
    assert records(cataloged, "IMST.SEQ") == ["SEQUENTIAL"]
    assert cataloged.system.datasets.find("IMST.WIDE").volsers == ["IMST01", "IMST02"]
    assert cataloged.system.datasets.find("IMST.BOTH").volsers == ["IMST01", "IMST02"]
    copied = cataloged.system.datasets.find("IMST.RECON1").ksds()
    assert sum(1 for _ in copied.browse()) == 200
    assert check_ksds(copied) == []
    for volser in ("IMST01", "IMST02"):
        assert check_volume(cataloged.volume(volser).device) == []


def test_a_data_set_of_several_volumes_is_put_together_where_there_is_only_one(cataloged):
    space = cataloged.system.datasets.find("IMSP.WIDE").space
    cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.WIDE)", f"{RENAMEU} CATALOG", "OUTDYNAM((IMST02))"))
    found = cataloged.system.datasets.find("IMST.WIDE")
    assert found.volsers == ["IMST02"]
    assert found.space.tracks == space.tracks


def test_a_target_that_exists_is_replaced_only_when_asked(cataloged):
    statement = copy("INCLUDE(IMSP.SEQ)", f"{RENAMEU} CATALOG")
    cataloged.ok("ADRDSSU", statement)
    cataloged.system.datasets.find("IMSP.SEQ").write([ebcdic.encode("CHANGED", 80)])
    listing = cataloged.ok("ADRDSSU", statement, 8)
    assert "ADR709E" in listing
    assert "THE FOLLOWING DATA SETS WERE NOT SUCCESSFULLY PROCESSED: IMSP.SEQ" in listing
    assert records(cataloged, "IMST.SEQ") == ["SEQUENTIAL"]
    cataloged.ok("ADRDSSU", statement + " REPLACEU")
    assert records(cataloged, "IMST.SEQ") == ["CHANGED"]


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ("INCLUDE(IMSP.LIB%)", {"LIB0", "LIB1", "LIB2", "LIB3", "LIB4"}),
        ("INCLUDE(IMSP.*) EXCLUDE(IMSP.LIB*)", {"SEQ", "BOTH", "RECON1.DATA", "RECON1.INDEX", "WIDE.DATA"}),
        ("INCLUDE(IMSP.**) BY(DSORG,EQ,PDS)", {"LIB0", "LIB1", "LIB2", "LIB3", "LIB4"}),
        ("INCLUDE(IMSP.**) BY((DSORG,NE,(PDS,VSAM)),(MULTI,EQ,NO))", {"SEQ"}),
    ],
)
def test_filters_choose(cataloged, selection, names):
    cataloged.ok("ADRDSSU", copy(selection))
    found = {name.partition(".")[2] for name in cataloged.names("IMST01") if name.startswith("IMST.")}
    assert found == names


def test_a_prefix_replaces_the_high_level_qualifier(cataloged):
    cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.SEQ)", "RENAMEU(IMST) CATALOG"))
    assert records(cataloged, "IMST.SEQ") == ["SEQUENTIAL"]


def test_nothing_selected_is_a_warning(cataloged):
    assert "ADR470W" in cataloged.ok("ADRDSSU", copy("INCLUDE(NO.SUCH.NAME)"), 4)


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        (copy("BY(SIZE,EQ,5)"), 12, "DSORG, CATLG AND MULTI ARE SUPPORTED"),
        (copy(options="RENAMEU((A.**,B.*))"), 12, "DOES NOT HAVE THE SAME WILDCARDS"),
        (copy(where="PHYSINDYNAM((IMSP01))"), 12, "OUTDYNAM OR OUTDDNAME IS NEEDED"),
        (copy(options="COPYVOLID"), 12, "IS IMPROPER"),
        (copy(where="PHYSINDYNAM((NOVOL1)) OUTDYNAM((IMST01))"), 8, "ADR405E"),
        (copy("INCLUDE(IMSP.SEQ)", "", "OUTDYNAM((IMST01))"), 8, "WOULD KEEP ITS NAME"),
        (copy("INCLUDE(IMSP.SEQ)", "RENAMEU((IMSP.**,IMST.TOOLONGQUAL.**))"), 8, "IS NO DATA SET NAME"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(cataloged, statement, code, message):
    before = cataloged.tracks("IMST01")
    assert message in " ".join(cataloged.ok("ADRDSSU", statement, code).split())
    assert cataloged.tracks("IMST01") == before


def test_a_data_set_that_does_not_fit_is_refused_and_the_others_are_copied(cataloged):
    Volume.init(cataloged.dasd.define(0xB00, Geometry("3390", 1)), "TINY01", 1, 0)
    cataloged.dasd.vary_online(0xB00)
    cataloged.system.datasets.create("IMSP.BIG", FB, Space("TRK", 30), ["IMSP01"])
    where = "PHYSINDYNAM((IMSP01)) OUTDYNAM((TINY01))"
    listing = cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.BIG,IMSP.SEQ)", RENAMEU, where), 8)
    assert "NO OUTPUT VOLUME HAS 30 FREE TRACKS" in listing
    assert records(cataloged, "IMST.SEQ", "TINY01") == ["SEQUENTIAL"]
    Volume.init(cataloged.dasd.define(0xB01, Geometry("3380", 5)), "OTHER1", 1, 0)
    cataloged.dasd.vary_online(0xB01)
    listing = cataloged.ok("ADRDSSU", copy(where="PHYSINDYNAM((IMSP01)) OUTDYNAM((OTHER1))"), 8)
    assert "DEVICE TYPES DO NOT MATCH" in listing


def test_a_data_set_in_use_is_refused_or_tolerated(cataloged):
    with cataloged.system.enq.hold("IMSP.SEQ", False, "SOMEJOB"):
        assert "ADR412E" in cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.SEQ)"), 8)
        assert "ADR412W" in cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.SEQ)", f"{RENAMEU} TOL(ENQF)"), 4)


def test_only_what_is_used_of_a_sequential_data_set_is_copied_without_alldata(cataloged):
    source = cataloged.system.datasets.create("IMSP.GAP", FB, Space("TRK", 5), ["IMSP01"])
    source.write([ebcdic.encode("X", 80)] * 3)
    volume, number = source.space.locate(4)
    volume.write_records(number, volume.read_records(source.space.locate(0)[1]))
    cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.GAP)"))
    copied = cataloged.system.datasets.find("IMST.GAP", "IMST01").space
    assert (copied.tracks, copied.read(4)) == (5, [])
    cataloged.ok("ADRDSSU", copy("INCLUDE(IMSP.GAP)", f"{RENAMEU} REPLACEU ALLDATA(*)"))
    assert cataloged.system.datasets.find("IMST.GAP", "IMST01").space.read(4)
