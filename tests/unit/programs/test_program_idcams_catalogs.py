"""Access Method Services on whole catalogs: DEFINE and DELETE USERCATALOG, EXPORT, IMPORT, DIAGNOSE."""

from dataclasses import replace

import pytest

from zoslab.catalog.errors import EntryNotFound
from zoslab.dasd.vsam.component import require_vvds
from zoslab.dasd.vvds_record import encode

KSDS = """\
 DEFINE CLUSTER (NAME(IMSP.KSDS) VOLUMES(IMSP01) TRACKS(3 1) -
   KEYS(8 0) RECORDSIZE(40 80) FREESPACE(10 10)) -
   DATA (NAME(IMSP.KSDS.D)) INDEX (NAME(IMSP.KSDS.I))
"""


def test_a_user_catalog_is_made_disconnected_connected_and_deleted(lab):
    code, out = lab.idcams(
        " DEFINE USERCATALOG(NAME(UCAT.TEST) VOLUME(IMSP02) TRACKS(3 1) ICFCATALOG)\n"
        " DEFINE ALIAS(NAME(TEST) RELATE(UCAT.TEST))"
    )
    assert code == 0, out
    code, out = lab.idcams(" EXPORT UCAT.TEST DISCONNECT")
    assert (code, lab.system.catalogs.master.get("TEST")) == (0, None)
    code, out = lab.idcams(" EXPORT UCAT.TEST DISCONNECT")
    assert (code, "IDC3012I ENTRY UCAT.TEST NOT FOUND" in out) == (8, True)
    connect = " IMPORT CONNECT OBJECTS((UCAT.TEST DEVICETYPE(3390) VOLUMES(IMSP02)))"
    code, out = lab.idcams(connect)
    assert (code, "IDC0603I CONNECT FOR USER CATALOG UCAT.TEST SUCCESSFUL" in out) == (0, True)
    assert lab.idcams(connect)[0] == 12
    assert lab.idcams(connect.replace("CONNECT", "CONNECT ALIAS"))[0] == 0
    assert lab.idcams(connect.replace("UCAT.TEST", "UCAT.NONE"))[0] == 12
    code, out = lab.idcams(" DELETE UCAT.TEST USERCATALOG")
    assert code == 0, out
    assert not lab.on_volume("UCAT.TEST", "IMSP02")
    with pytest.raises(EntryNotFound):
        lab.system.catalogs.connected("UCAT.TEST")


def test_a_catalog_with_entries_is_deleted_by_recovery_and_its_data_sets_stay(lab):
    lab.cards("IMSP.STAYS")
    code, out = lab.idcams(" DELETE UCAT.IMSP USERCATALOG")
    assert (code, "use FORCE or RECOVERY" in out) == (8, True)
    assert lab.idcams(" DELETE UCAT.IMSP USERCATALOG RECOVERY")[0] == 0
    assert lab.on_volume("IMSP.STAYS")
    assert not lab.on_volume("UCAT.IMSP")


def test_a_catalog_comes_back_from_its_export(lab):
    lab.cards("IMSP.BEFORE")
    out_dd = "//OUT DD DSN=WORK.BACKUP,DISP=(NEW,CATLG),SPACE=(TRK,(5,5))"
    code, out = lab.idcams(" EXPORT UCAT.IMSP OUTFILE(OUT) TEMPORARY", out_dd)
    assert code == 0, out
    assert "IDC0594I PORTABLE DATA SET CREATED SUCCESSFULLY" in out
    lab.cards("IMSP.AFTER")
    lab.system.catalogs.delete("IMSP.BEFORE", noscratch=True)
    code, out = lab.idcams(" IMPORT INFILE(IN)", "//IN DD DSN=WORK.BACKUP,DISP=SHR")
    assert code == 0, out
    assert (lab.exists("IMSP.BEFORE"), lab.exists("IMSP.AFTER")) == (True, False)
    lab.idcams(" DELETE UCAT.IMSP UCAT RECOVERY")
    code, out = lab.idcams(" IMPORT INFILE(IN)", "//IN DD DSN=WORK.BACKUP,DISP=SHR")
    assert code == 0, out
    assert lab.system.catalogs.locate("IMSP.BEFORE", "UCAT.IMSP") is not None


def test_importing_something_else_is_refused(lab):
    lab.cards("WORK.CARDS", "X", volser="LABRES")
    code, out = lab.idcams(" IMPORT INFILE(IN)", "//IN DD DSN=WORK.CARDS,DISP=SHR")
    assert (code, "IDC3307I" in out) == (12, True)


def test_diagnose_finds_what_catalog_and_vvds_disagree_about(lab):
    lab.idcams(KSDS)
    icf = " DIAGNOSE ICFCATALOG INDATASET(UCAT.IMSP) COMPAREDS(SYS1.VVDS.VIMSP01)"
    vvds = " DIAGNOSE VVDS INDATASET(SYS1.VVDS.VIMSP01) COMPAREDS(UCAT.IMSP)"
    for control in (icf, vvds):
        code, out = lab.idcams(control)
        assert code == 0, out
        assert "IDC21364I" not in out
    require_vvds(lab.system.dasd.volume("IMSP01")).remove("IMSP.KSDS.D")
    for control in (icf, vvds):
        code, out = lab.idcams(control)
        assert code == 8
        assert "IDC21364I ERROR DETECTED BY DIAGNOSE:" in out
        assert "IDC21363I THE FOLLOWING ENTRIES HAD ERRORS:" in out
        assert "IMSP.KSDS" in out.split("IDC21363I")[1]
    code, out = lab.idcams(icf + " ERRORLIMIT(0)")
    assert "IDC21364I" not in out


def test_diagnose_compares_the_serials_in_the_catalog_and_in_the_vvds_with_the_volume(lab):
    lab.idcams(KSDS)
    volume = lab.system.dasd.volume("IMSP01")
    catalog = lab.system.catalogs.connected("UCAT.IMSP")
    catalog.put(catalog.require("IMSP.KSDS").renamed(lambda name: name, lambda volser: "IMSP02"))
    control = " DIAGNOSE VVDS INDATASET(SYS1.VVDS.VIMSP01) COMPAREDS(UCAT.IMSP)"
    code, out = lab.idcams(control)
    assert (code, "cluster IMSP.KSDS in catalog UCAT.IMSP does not have it on this volume" in out) == (8, True)
    vvds = require_vvds(volume)
    me = vvds.self_record
    vvds.write_raw(1, [encode(replace(me, name="SYS1.VVDS.VIMSX01"))])
    code, out = lab.idcams(control)
    assert (code, "describes itself as SYS1.VVDS.VIMSX01" in out) == (8, True)


def test_diagnose_without_comparison_or_with_a_missing_vvds(lab):
    lab.idcams(KSDS.replace("VOLUMES(IMSP01)", "VOLUMES(IMSP01 IMSP02)"))
    assert lab.idcams(" DIAGNOSE ICFCATALOG INDATASET(UCAT.IMSP)")[0] == 0
    code, out = lab.idcams(" DIAGNOSE ICFCATALOG INDATASET(UCAT.IMSP) COMPAREDS(SYS1.VVDS.VIMSP01)")
    assert (code, "IDC11375I" in out, "SYS1.VVDS.VIMSP02" in out) == (4, True, True)
    code, out = lab.idcams(" DIAGNOSE ICFCATALOG INDATASET(UCAT.IMSP) COMPAREDS(SYS1.VVDS.VNONE)")
    assert (code, "IDC11373I" in out) == (4, True)
