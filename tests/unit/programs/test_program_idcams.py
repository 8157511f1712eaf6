"""Access Method Services: entries, their listing, modal commands, syntax errors."""

import pytest

from zoslab import ebcdic
from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.dasd.vsam.component import ClusterAttributes, require_vvds

CARDS = DataSetAttributes("PS", "FB", 80, 800)
KSDS = """\
 DEFINE CLUSTER (NAME(IMSP.KSDS) VOLUMES(IMSP01) TRACKS(3 1) -
   KEYS(8 0) RECORDSIZE(40 80) FREESPACE(10 10)) -
   DATA (NAME(IMSP.KSDS.D)) INDEX (NAME(IMSP.KSDS.I))
"""


def test_a_cluster_is_defined_loaded_copied_and_deleted(lab):
    lab.cards("IMSP.INPUT", *(f"{number:08d}LINE" for number in range(20)))
    code, out = lab.idcams(KSDS + " REPRO INDATASET(IMSP.INPUT) OUTDATASET(IMSP.KSDS)")
    assert code == 0, out
    assert "IDC0508I DATA ALLOCATION STATUS FOR VOLUME IMSP01 IS 0" in out
    assert "IDC0005I NUMBER OF RECORDS PROCESSED WAS 20" in out
    ksds = lab.system.datasets.find("IMSP.KSDS").ksds()
    assert ebcdic.decode(ksds.get(ebcdic.encode("00000007"))) == "00000007LINE"
    code, out = lab.idcams(" PRINT IDS(IMSP.KSDS) CHARACTER SKIP(2) COUNT(3)")
    printed = [line.strip() for line in out.splitlines() if line.endswith("LINE")]
    assert [line for line in printed if not line.startswith("0KEY")] == [f"0000000{n}LINE" for n in (2, 3, 4)]
    code, out = lab.idcams(" DELETE IMSP.KSDS CLUSTER")
    assert code == 0
    assert "0IDC0550I ENTRY (D) IMSP.KSDS.D DELETED" in out
    assert "0IDC0550I ENTRY (C) IMSP.KSDS DELETED" in out
    assert not lab.on_volume("IMSP.KSDS.D")


def test_a_ksds_refuses_duplicates_and_takes_replacements(lab):
    lab.idcams(KSDS)
    lab.cards("IMSP.INPUT", "00000001A", "00000002A")
    lab.idcams(" REPRO IDS(IMSP.INPUT) ODS(IMSP.KSDS)")
    code, out = lab.idcams(" REPRO IDS(IMSP.INPUT) ODS(IMSP.KSDS)")
    assert code == 8
    assert out.count("IDC3308I ** DUPLICATE RECORD") == 2
    assert lab.idcams(" REPRO IDS(IMSP.INPUT) ODS(IMSP.KSDS) REPLACE")[0] == 0


def test_print_shows_hexadecimal_and_text(lab):
    lab.cards("IMSP.INPUT", "ABC")
    _, out = lab.idcams(" PRINT INFILE(IN) COUNT(1)", "//IN DD DSN=IMSP.INPUT,DISP=SHR")
    assert "0000  C1C2C340 40404040" in out
    assert "*ABC " in out
    assert "C1C2C340" in lab.idcams(" PRINT IDS(IMSP.INPUT) HEX")[1]


def test_recatalog_rebuilds_what_noscratch_took_out(lab):
    lab.idcams(KSDS)
    code, _ = lab.idcams(" DELETE IMSP.KSDS NOSCRATCH")
    assert (code, lab.exists("IMSP.KSDS"), lab.on_volume("IMSP.KSDS.D")) == (0, False, True)
    define = (
        " DEFINE CLUSTER(NAME(IMSP.KSDS) VOLUMES(IMSP01) RECATALOG INDEXED) -\n"
        "  DATA(NAME(IMSP.KSDS.D) VOLUMES(IMSP01)) INDEX(NAME(IMSP.KSDS.I) VOLUMES(IMSP01)) CATALOG(UCAT.IMSP)"
    )
    assert lab.idcams(define)[0] == 0
    assert lab.system.catalogs.require("IMSP.KSDS").associated("INDEX") == "IMSP.KSDS.I"
    code, out = lab.idcams(define)
    assert code == 12
    assert "0IDC3013I DUPLICATE DATA SET NAME\n IDC3009I ** VSAM CATALOG RETURN CODE IS 8" in out
    assert "IDC3003I FUNCTION TERMINATED. CONDITION CODE IS 12" in out


def test_recatalog_with_component_names_the_vvds_does_not_have_changes_nothing(lab):
    lab.idcams(KSDS + " DELETE IMSP.KSDS NOSCRATCH")
    code, out = lab.idcams(
        " DEFINE CLUSTER(NAME(IMSP.KSDS) VOLUMES(IMSP01) RECATALOG INDEXED) DATA(NAME(IMSP.OTHER)) CATALOG(UCAT.IMSP)"
    )
    assert code == 12
    assert "IDC3012I ENTRY IMSP.OTHER NOT FOUND" in out
    assert not lab.exists("IMSP.KSDS")


def test_a_vvr_without_catalog_entry_is_deleted(lab):
    lab.idcams(KSDS + " DELETE IMSP.KSDS NOSCRATCH")
    control = " DELETE IMSP.KSDS.D VVR FILE(V) CATALOG(UCAT.IMSP)"
    code, out = lab.idcams(control, "//V DD UNIT=3390,VOL=SER=IMSP01,DISP=OLD")
    assert code == 0, out
    assert not lab.on_volume("IMSP.KSDS.D")
    assert require_vvds(lab.system.dasd.volume("IMSP01")).find("IMSP.KSDS.D") is None
    assert require_vvds(lab.system.dasd.volume("IMSP01")).find("IMSP.KSDS.I") is not None


def test_alter_renames_in_catalog_and_on_volume(lab):
    lab.cards("IMSP.A.X")
    lab.cards("IMSP.B.X")
    assert lab.idcams(" ALTER IMSP.A.X NEWNAME(IMSP.A.Y)")[0] == 0
    assert (lab.exists("IMSP.A.Y"), lab.on_volume("IMSP.A.Y"), lab.on_volume("IMSP.A.X")) == (True, True, False)
    code, out = lab.idcams(" ALTER IMSP.*.X NEWNAME(IMSP.*.Z)")
    assert "0IDC0531I ENTRY IMSP.B.X ALTERED" in out
    assert lab.on_volume("IMSP.B.Z")
    code, out = lab.idcams(" ALTER IMSP.NONE NEWNAME(IMSP.SOME)")
    assert (code, "IDC3012I ENTRY IMSP.NONE NOT FOUND" in out) == (12, True)


def test_a_generation_group_is_deleted_only_by_force(lab):
    code, out = lab.idcams(" DEFINE GDG (NAME(IMSP.GROUP) LIMIT(3) SCRATCH NOEMPTY)")
    assert code == 0, out
    lab.cards("IMSP.GROUP.G0001V00")
    code, out = lab.idcams(" LISTCAT ENTRIES(IMSP.GROUP) ALL")
    assert "0GDG BASE ------ IMSP.GROUP" in out
    assert "0   NONVSAM ------- IMSP.GROUP.G0001V00" in out
    code, out = lab.idcams(" DELETE IMSP.GROUP GDG")
    assert (code, "IDC0551I ** ENTRY IMSP.GROUP NOT DELETED" in out) == (8, True)
    code, out = lab.idcams(" DELETE IMSP.GROUP GDG FORCE")
    assert code == 0
    assert not lab.on_volume("IMSP.GROUP.G0001V00")


def test_generic_delete_takes_one_qualifier_and_needs_mask_for_more(lab):
    lab.cards("IMSP.RPT.A")
    lab.cards("IMSP.RPT.B")
    lab.cards("IMSP.RPT.A.DEEP")
    code, out = lab.idcams(" DELETE IMSP.RPT.* NONVSAM")
    assert code == 0, out
    assert [lab.exists(f"IMSP.RPT.{name}") for name in ("A", "B", "A.DEEP")] == [False, False, True]
    assert lab.idcams(" DELETE IMSP.**")[0] == 12
    assert lab.idcams(" DELETE IMSP.** MASK")[0] == 0
    assert not lab.exists("IMSP.RPT.A.DEEP")


def test_an_unexpired_data_set_needs_purge(lab):
    lab.cards("IMSP.KEPT")
    lab.system.dasd.volume("IMSP01").update_dscb("IMSP.KEPT", ds1expdt=bytes([199, 0, 1]))
    code, out = lab.idcams(" DELETE IMSP.KEPT")
    assert (code, "RETURN CODE IS 84" in out) == (8, True)
    assert lab.idcams(" DELETE IMSP.KEPT PURGE")[0] == 0


def test_nonvsam_entries_and_aliases(lab):
    lab.system.datasets.create("IMSP.LOOSE", CARDS, Space("TRK", 1), ["IMSP01"], catalog=False)
    assert lab.idcams(" DEFINE NONVSAM(NAME(IMSP.LOOSE) DEVICETYPES(3390) VOLUMES(IMSP01))")[0] == 0
    assert lab.idcams(" DEFINE ALIAS(NAME(IMSP.OTHER) RELATE(IMSP.LOOSE))")[0] == 0
    _, out = lab.idcams(" LISTCAT ENT(IMSP.OTHER) ALL")
    assert "0ALIAS --------- IMSP.OTHER" in out
    assert "       NONVSAM--IMSP.LOOSE" in out


def test_a_duplicate_alias_and_an_alias_of_nothing_are_told_apart(lab):
    code, out = lab.idcams(" DEFINE ALIAS(NAME(IMSP) RELATE(UCAT.IMSP))")
    assert code == 12
    assert (
        "0IDC3013I DUPLICATE DATA SET NAME\n IDC3009I ** VSAM CATALOG RETURN CODE IS 8 - REASON CODE IS IGG0CLEH-38"
        in out
    )
    code, out = lab.idcams(" DEFINE ALIAS(NAME(IMST) RELATE(UCAT.IMST))")
    assert (code, "IDC3012I ENTRY UCAT.IMST NOT FOUND" in out) == (12, True)


def test_listcat_shows_components_volumes_and_counts(lab):
    lab.idcams(KSDS)
    lab.cards("IMSP.SEQ")
    code, out = lab.idcams(" LISTCAT CATALOG(UCAT.IMSP) ALL")
    assert code == 0
    lines = out.splitlines()
    assert lines.index("0CLUSTER ------- IMSP.KSDS") < lines.index("0   DATA ------- IMSP.KSDS.D")
    assert "       CLUSTER--IMSP.KSDS" in out
    assert "VOLSER------------IMSP01     DEVTYPE------X'3010200F'     FSEQN------------------0" in out
    assert "KEYLEN-----------------8     AVGLRECL--------------80" in out
    assert "                   NONVSAM ---------------1" in out
    assert "                   TOTAL -----------------" in out
    names = lab.idcams(" LISTCAT LEVEL(IMSP) NONVSAM")[1]
    assert "0NONVSAM ------- IMSP.SEQ" in names
    assert "0CLUSTER -------" not in names
    assert "VOLSER" not in names


def test_listcat_writes_its_report_where_outfile_says(lab):
    lab.cards("IMSP.SEQ")
    job = lab.run(
        "//S EXEC PGM=IDCAMS\n//SYSPRINT DD SYSOUT=*\n//OUT DD SYSOUT=*\n"
        "//SYSIN DD *\n LISTCAT ENT(IMSP.SEQ) OUTFILE(OUT)\n/*"
    )
    assert "0NONVSAM ------- IMSP.SEQ" in lab.output(job, "OUT")
    assert "IDC0001I" not in lab.output(job, "OUT")
    assert "0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0" in lab.output(job)


def test_listcat_of_nothing_is_condition_code_4(lab):
    code, out = lab.idcams(" LISTCAT ENTRIES(IMSP.NONE) ALL")
    assert code == 4
    assert "0IDC3012I ENTRY IMSP.NONE NOT FOUND" in out
    assert "0IDC1566I ** IMSP.NONE NOT LISTED" in out


SYNTAX = [
    (" LISTCAT WRONG", "IDC3211I KEYWORD 'WRONG' IS IMPROPER"),
    (" NOTHING IMSP.A", "IDC3219I VERB NAME 'NOTHING' UNKNOWN"),
    (" DEFINE ALIAS(NAME(A))", "IDC3212I REQUIRED KEYWORD 'RELATE' IS MISSING"),
    (" DEFINE GDG(NAME(A.B) LIMIT(X))", "IDC3203I ITEM 'LIMIT' DOES NOT ADHERE TO RESTRICTIONS"),
    (" DELETE IMSP.A PURGE NOPURGE", "IDC3217I"),
    (" LISTCAT ENTRIES(IMSP.A", "IDC3205I DELIMITER '(' IS NOT PROPERLY PAIRED"),
    (" REPRO IDS(A.B) IDS(A.C) ODS(A.D)", "IDC3213I KEYWORD 'IDS' IS REPEATED"),
    (" DEFINE CLUSTER(NAME(A.B) NUMBERED TRACKS(1) VOLUMES(IMSP01))", "IDC3211I KEYWORD 'NUMBERED' IS IMPROPER"),
    (" DEFINE CLUSTER(NAME(A.B) TRACKS(1) VOLUMES(IMSP01))", "IDC3212I REQUIRED KEYWORD 'KEYS' IS MISSING"),
    (" DEFINE CLUSTER(NAME(A.B) LINEAR VOLUMES(IMSP01))", "IDC3212I REQUIRED KEYWORD 'CYLINDERS' IS MISSING"),
]


@pytest.mark.parametrize(("control", "message"), SYNTAX)
def test_what_is_not_understood_is_refused_with_12_and_the_next_command_runs(lab, control, message):
    code, out = lab.idcams(control + "\n DEFINE GDG(NAME(IMSP.NEXT) LIMIT(2))")
    assert code == 12
    assert message in out
    assert lab.exists("IMSP.NEXT")
    assert "0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 12" in out


def test_modal_commands_choose_by_condition_code(lab):
    code, out = lab.idcams(
        " DELETE IMSP.OLD\n"
        " IF LASTCC = 8 THEN SET MAXCC = 0\n"
        " IF LASTCC = 0 THEN DO\n"
        "   DEFINE GDG(NAME(IMSP.ONE) LIMIT(2))\n"
        " END\n"
        " ELSE DO\n"
        "   DEFINE GDG(NAME(IMSP.TWO) LIMIT(2))\n"
        " END\n"
        " IF MAXCC > 0 THEN -\n"
        "   DEFINE GDG(NAME(IMSP.THREE) LIMIT(2))\n"
        " ELSE -\n"
        "   DEFINE GDG(NAME(IMSP.FOUR) LIMIT(2))\n"
    )
    assert code == 0, out
    assert [lab.exists(f"IMSP.{name}") for name in ("ONE", "TWO", "THREE", "FOUR")] == [False, True, False, True]


@pytest.mark.parametrize("control", [" IF LASTCC THEN DELETE A.B", " ELSE DELETE A.B", " END", " SET MAXCC"])
def test_a_broken_modal_command_ends_everything_with_16(lab, control):
    code, out = lab.idcams(control + "\n DEFINE GDG(NAME(IMSP.NEXT) LIMIT(2))")
    assert (code, "IDC3216I" in out, lab.exists("IMSP.NEXT")) == (16, True, False)


def test_a_data_set_another_job_holds_is_not_deleted(lab):
    lab.cards("IMSP.BUSY")
    with lab.system.enq.hold("IMSP.BUSY", True, "OTHER JOB00001"):
        code, out = lab.idcams(" DELETE IMSP.BUSY")
    assert (code, "is in use by OTHER" in out) == (8, True)
    assert lab.exists("IMSP.BUSY")


def test_the_job_must_have_authority(lab):
    from zoslab.jes.protection import parse

    lab.cards("IMSP.SAFE")
    lab.system.profiles = parse(["IMSP.**  READ(*)  UPDATE(IMSP)"])
    code, out = lab.idcams(" DELETE IMSP.SAFE")
    assert (code, "IDC3018I SECURITY VERIFICATION FAILED" in out) == (8, True)
    assert lab.exists("IMSP.SAFE")


def test_a_missing_dd_is_a_message(lab):
    code, out = lab.idcams(" DCOLLECT OUTFILE(GONE) VOLUMES(IMSP01)")
    assert (code, "IDC3300I ERROR OPENING GONE" in out) == (12, True)


def test_esds_and_linear_clusters(lab):
    code, out = lab.idcams(
        " DEFINE CLUSTER(NAME(IMSP.ESDS) NONINDEXED RECORDS(100 10) RECORDSIZE(80 80) STORCLAS(SCIMSP))"
    )
    assert (code, "STORAGE CLASS SCIMSP IS NOT DEFINED" in out) == (12, True)
    lab.system.storage_classes = {"SCIMSP": "SGIMSP"}
    code, out = lab.idcams(
        " DEFINE CLUSTER(NAME(IMSP.ESDS) NONINDEXED RECORDS(100 10) RECORDSIZE(80 80) STORCLAS(SCIMSP))\n"
        " DEFINE CLUSTER(NAME(IMSP.LDS) LINEAR KILOBYTES(100) VOLUMES(IMSP01))\n"
        " REPRO IFILE(IN) OUTDATASET(IMSP.ESDS)",
        "//IN DD *\nONE\nTWO\n/*",
    )
    assert code == 0, out
    assert lab.on_volume("IMSP.ESDS.DATA", "IMSP02")
    assert [ebcdic.decode(record) for _, record in lab.system.datasets.find("IMSP.ESDS").esds().browse()] == [
        "ONE",
        "TWO",
    ]


def test_a_cluster_made_elsewhere_is_listed_with_its_attributes(lab):
    lab.system.datasets.create_cluster(
        "IMSP.RECON1", ClusterAttributes("KSDS", 0, 8, 100), Space("TRK", 3, 1), ["IMSP01"]
    )
    out = lab.idcams(" LISTCAT ENT(IMSP.RECON1) VOLUME")[1]
    assert "PHYREC-SIZE---------4096" in out
