"""ADRDSSU, ICKDSF, IDCAMS, VOLRCOND and IMSSUSPD listings: what happened to each volume, catalog and IMS."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.facts import CatalogEntry
from imsclone.listings import adrdssu, ickdsf, idcams, imssuspd, volrcond
from imsclone.listings.errors import ListingContradicts, ListingIncomplete, ListingUnreadable, StampUnreadable
from imsclone.listings.messages import messages
from imsclone.listings.stamps import checkpoint, stamp, stamp_or_none

COPIES = """\
1PAGE 0001     5695-DF175  DFSMSDSS V2R05.0 DATA SET SERVICES     2026.324 23:59
-  COPY FULL INDYNAM((IMSP01)) OUTDYNAM((IMST01)) COPYVOLID -
     FASTREPLICATION(REQUIRED) FCNOCOPY PURGE ALLDATA(*) ALLEXCP
 ADR101I (R/I)-RI01 (01), TASKID 001 HAS BEEN ASSIGNED TO COMMAND 'COPY '
-  COPY FULL INDYNAM((IMSP02)) OUTDYNAM((IMST02)) COPYVOLID
 ADR101I (R/I)-RI01 (01), TASKID 002 HAS BEEN ASSIGNED TO COMMAND 'COPY '
 ADR109I (R/I)-RI01 (01), 2026.324 23:59:59 INITIAL SCAN OF USER CONTROL STATEMENTS COMPLETED
 ADR006I (001)-STEND(01), 2026.324 23:59:59 EXECUTION BEGINS
 ADR241I (001)-DDTFP(01), TARGET VTOC BEGINNING AT 000000:0001 AND ENDING AT 000000:0014 IS OVERLAID
 ADR806I (001)-TOMI (03), VOLUME IMSP01 WAS COPIED USING A FAST REPLICATION FUNCTION
 ADR320I (001)-INITV(01), VOLUME SERIAL IMST01 ON UNIT 0A90 IS CHANGED TO IMSP01
 ADR344I (001)-INITV(01), VOLSER ON UCB 0A90 IS A DUPLICATE. VOLUME MADE UNAVAILABLE
 ADR006I (001)-STEND(02), 2026.325 00:00:00 EXECUTION ENDS
 ADR013I (001)-CLTSK(01), 2026.325 00:00:00 TASK COMPLETED WITH RETURN CODE 0000
 ADR006I (002)-STEND(01), 2026.325 00:00:00 EXECUTION BEGINS
 ADR938E (002)-TOMI (02), FAST REPLICATION COULD NOT BE USED FOR VOLUME IMSP02,
                          RETURN CODE 2
 ADR006I (002)-STEND(02), 2026.325 00:00:00 EXECUTION ENDS
 ADR013I (002)-CLTSK(01), 2026.325 00:00:00 TASK COMPLETED WITH RETURN CODE 0008
 ADR012I (SCH)-DSSU (01), 2026.325 00:00:00 DFSMSDSS PROCESSING COMPLETE. HIGHEST RETURN CODE IS 0008 FROM:
                          TASK    002
"""

THAWED = """\
 ADR101I (R/I)-RI01 (01), TASKID 001 HAS BEEN ASSIGNED TO COMMAND 'CGCREATE'
 ADR006I (001)-STEND(01), 2026.324 23:59:59 EXECUTION BEGINS
 ADR006I (001)-STEND(02), 2026.324 23:59:59 EXECUTION ENDS
 ADR013I (001)-CLTSK(01), 2026.324 23:59:59 TASK COMPLETED WITH RETURN CODE 0000
 ADR012I (SCH)-DSSU (01), 2026.324 23:59:59 DFSMSDSS PROCESSING COMPLETE. HIGHEST RETURN CODE IS 0000
"""


def test_each_pair_is_told_apart_with_times_device_and_reason():
    first, second = adrdssu.copies(COPIES, [("IMSP01", "IMST01"), ("IMSP02", "IMST02")])
    assert first.copied
    assert (first.unit, first.target_offline) == ("0A90", True)
    assert first.begun == datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    assert not second.copied
    assert second.rc == 8
    assert str(second.problems[0]).endswith("VOLUME IMSP02, RETURN CODE 2")
    assert adrdssu.run(COPIES).highest_rc == 8


def test_local_time_becomes_utc_by_the_offset_of_the_system():
    first = adrdssu.copies(COPIES, [("IMSP01", "IMST01"), ("IMSP02", "IMST02")], timedelta(hours=1))[0]
    assert first.begun == datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)


def test_a_copy_that_was_never_started_is_no_copy():
    third = adrdssu.copies(COPIES, [("IMSP01", "IMST01"), ("IMSP02", "IMST02"), ("IMSP03", "IMST03")])[2]
    assert (third.rc, third.copied) == (-1, False)


def test_a_listing_of_other_volumes_than_asked_for_is_refused():
    with pytest.raises(ListingContradicts, match="IMSP01"):
        adrdssu.copies(COPIES, [("IMSP09", "IMST09"), ("IMSP02", "IMST02")])
    with pytest.raises(ListingContradicts):
        adrdssu.copies(COPIES, [("IMSP01", "IMST01")])


@pytest.mark.parametrize("cut", range(1, COPIES.count("\n") - 1))
def test_a_listing_that_is_cut_off_anywhere_is_never_taken_for_whole(cut):
    with pytest.raises(ListingIncomplete):
        adrdssu.copies("\n".join(COPIES.splitlines()[:cut]), [("IMSP01", "IMST01"), ("IMSP02", "IMST02")])


def test_a_thaw_is_consistent_only_without_any_complaint():
    assert adrdssu.thaw(THAWED).consistent
    late = THAWED.replace(
        " ADR006I (001)-STEND(02)",
        " ADR815W (001)-CGCRE(01), CONSISTENCY GROUP VERIFICATION FAILED\n ADR006I (001)-STEND(02)",
    )
    assert not adrdssu.thaw(late).consistent
    with pytest.raises(ListingIncomplete):
        adrdssu.thaw(COPIES)


RELABELLED = """\
 ICKDSF - MVS/ESA    DEVICE SUPPORT FACILITIES 17.0                TIME: 23:59:59        11/20/26     PAGE   1
  REFORMAT UNIT(0A90) VERIFY(IMSP01) VOLID(IMST01) NOCHECK PURGE
 ICK00700I DEVICE INFORMATION FOR 0A90 IS CURRENTLY AS FOLLOWS:
           PHYSICAL DEVICE = 3390
           STORAGE CONTROLLER = 3990
 ICK01313I VOLUME CONTAINS AN INDEX VTOC
 ICK00001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0
           23:59:59    11/20/26
  REFORMAT UNIT(0A91) VERIFY(IMSP02) -
    VOLID(IMST02) NOCHECK PURGE
 ICK00700I DEVICE INFORMATION FOR 0A91 IS CURRENTLY AS FOLLOWS:
 ICK31000I VERIFICATION FAILED: VOLUME SERIAL FOUND = OTHER1, EXPECTED = IMSP02
 ICK30003I FUNCTION TERMINATED. CONDITION CODE IS 12
 ICK00002I ICKDSF PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 12
"""


def test_each_volume_is_relabelled_or_not_with_the_reason():
    first, second = ickdsf.relabelled(RELABELLED)
    assert (first.unit, first.source, first.target, first.done) == ("0A90", "IMSP01", "IMST01", True)
    assert (second.unit, second.source, second.target, second.rc) == ("0A91", "IMSP02", "IMST02", 12)
    assert "OTHER1" in str(second.problems[0])
    assert ickdsf.maximum_rc(RELABELLED) == 12
    with pytest.raises(ListingIncomplete):
        ickdsf.relabelled(RELABELLED.replace("ICK00002I", ""))


def test_a_relabelling_whose_end_is_not_printed_is_not_done():
    without = RELABELLED.replace(" ICK00001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0\n", "")
    assert ickdsf.relabelled(without)[0].rc == -1


IDCAMS = """\
IDCAMS  SYSTEM SERVICES                                           TIME: 23:59:59        11/20/26     PAGE      1
0
 DEFINE ALIAS(NAME(IMST) RELATE(UCAT.IMST))
0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0
0
 IMPORT CONNECT OBJECTS((UCAT.IMST DEVICETYPE(3390) VOLUMES(IMST01)))
0IDC3013I DUPLICATE DATA SET NAME
 IDC3009I ** VSAM CATALOG RETURN CODE IS 8 - REASON CODE IS IGG0CLEH-38
0IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 12
0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 12
"""


def test_each_idcams_statement_has_its_code_and_messages():
    run = idcams.run(IDCAMS)
    assert [function.rc for function in run.functions] == [0, 12]
    assert run.functions[1].has("IDC3013I")
    assert [problem.id for problem in run.problems] == ["IDC3013I", "IDC3009I"]
    with pytest.raises(ListingIncomplete):
        idcams.run(IDCAMS[: IDCAMS.index("0IDC0002I")])


LISTCAT = """\
 LISTCAT CATALOG(UCAT.IMST) ALL
0CLUSTER ------- IMST.RECON1
      IN-CAT --- UCAT.IMST
      HISTORY
        DATASET-OWNER-----(NULL)     CREATION--------2026.324
      ASSOCIATIONS
        DATA-----IMST.RECON1.DATA
        INDEX----IMST.RECON1.INDEX
0   DATA ------- IMST.RECON1.DATA
      IN-CAT --- UCAT.IMST
      ASSOCIATIONS
        CLUSTER--IMST.RECON1
      VOLUMES
        VOLSER------------IMST03     PHYREC-SIZE---------4096     HI-A-RBA----------737280     EXTENT-NUMBER----------1
        DEVTYPE------X'3010200F'     PHYRECS/TRK-----------12
0   INDEX ------ IMST.RECON1.INDEX
      ASSOCIATIONS
        CLUSTER--IMST.RECON1
      VOLUMES
        VOLSER------------IMST03     PHYREC-SIZE---------4096
0NONVSAM ------- IMST.BIG
      VOLUMES
        VOLSER------------IMST01     DEVTYPE------X'3010200F'     FSEQN------------------0
        VOLSER------------IMST02     DEVTYPE------X'3010200F'     FSEQN------------------0
      ASSOCIATIONS--------(NULL)
0GDG BASE ------ IMST.SLDS
      ASSOCIATIONS
        NONVSAM--IMST.SLDS.G0001V00
0   NONVSAM ---- IMST.SLDS.G0001V00
      VOLUMES
        VOLSER------------IMST04     DEVTYPE------X'3010200F'     FSEQN------------------0
      ASSOCIATIONS
        GDG------IMST.SLDS
0ALIAS --------- IMST.OLD
      ASSOCIATIONS
        NONVSAM--IMST.BIG
0USERCATALOG --- UCAT.IMST
      VOLUMES
        VOLSER------------IMST01     DEVTYPE------X'3010200F'
 IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0
0IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0
"""


def test_a_catalog_listing_gives_entries_with_volumes_and_what_they_belong_to():
    assert idcams.listcat(LISTCAT) == (
        CatalogEntry("IMST.RECON1", "CLUSTER"),
        CatalogEntry("IMST.RECON1.DATA", "DATA", ("IMST03",), "IMST.RECON1"),
        CatalogEntry("IMST.RECON1.INDEX", "INDEX", ("IMST03",), "IMST.RECON1"),
        CatalogEntry("IMST.BIG", "NONVSAM", ("IMST01", "IMST02")),
        CatalogEntry("IMST.SLDS", "GDG"),
        CatalogEntry("IMST.SLDS.G0001V00", "GDS", ("IMST04",), "IMST.SLDS"),
        CatalogEntry("IMST.OLD", "ALIAS", (), "IMST.BIG"),
        CatalogEntry("UCAT.IMST", "UCAT", ("IMST01",)),
    )


CLEAN = """\
 IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS 0
 IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS 0
"""

FINDING = """\
0IDC21364I ERROR DETECTED BY DIAGNOSE:
             ICFCAT ENTRY: IMSP.RECON1 (C)
             REASON: 13 - VVDS ENTRY NOT FOUND
"""


def test_a_diagnosis_is_clean_only_without_findings():
    assert idcams.diagnose(CLEAN).clean
    found = idcams.diagnose(FINDING + CLEAN.replace("WAS 0", "WAS 8"))
    assert not found.clean
    assert "IMSP.RECON1" in str(found.errors[0])
    assert not idcams.diagnose(FINDING + CLEAN).clean
    assert idcams.diagnose(CLEAN.replace("WAS 0", "WAS 4")).clean


def test_each_diagnosis_of_a_run_has_its_own_findings():
    ends, closing = CLEAN.splitlines()
    found = FINDING + ends.replace("WAS 0", "WAS 8")
    listing = "\n".join([ends, found, ends, closing.replace("WAS 0", "WAS 8")])
    assert [(one.rc, len(one.errors)) for one in idcams.diagnoses(listing)] == [(0, 0), (8, 1), (0, 0)]


RCD = """\
 RCD001I RECONDITION STARTED 2026.324 23:59:59.123456
 RCD010I VOLUME IMST01 WAS IMSP01: 25 RENAMED, 0 KEPT, 0 DELETED, VTOC INDEX REBUILT, VVDS 12 RECORDS
 RCD020I CATALOG UCAT.IMST: 61 RECORDS, 61 RENAMED, 0 ORPHANS
 RCD099I RECONDITION ENDED RC=0
"""


def test_reconditioning_is_counted_for_each_volume_and_catalog():
    run = volrcond.run(RCD)
    assert run.rc == 0
    assert run.started == datetime(2026, 11, 20, 23, 59, 59, 123456, UTC)
    assert run.volumes[0] == volrcond.VolumeResult("IMST01", "IMSP01", 25, 0, 0, "REBUILT", 12)
    assert run.catalogs[0] == volrcond.CatalogResult("UCAT.IMST", 61, 61, 0)
    assert run.renamed == 25


def test_reconditioning_that_did_not_end_or_failed_says_why():
    failed = RCD.replace("RC=0", "RC=8").replace(
        " RCD020I", " RCD031E IMSP.X ON IMST01: NO MASK MATCHES AND NOTRENAMED(FAIL) IS IN EFFECT\n RCD020I"
    )
    assert "NO MASK MATCHES" in str(volrcond.run(failed).problems[0])
    with pytest.raises(ListingIncomplete, match="RCD099I"):
        volrcond.run(RCD.replace("RCD099I", "RCD098I"))
    with pytest.raises(ListingUnreadable, match="RCD010I"):
        volrcond.run(RCD.replace("25 RENAMED", "SOME RENAMED"))


def test_the_rename_list_is_read_by_columns():
    row = f"{'IMSP.DB.ACCT':<44} {'IMST.DB.ACCT':<44} IMST01"
    assert volrcond.renames(row) == (volrcond.Rename("IMSP.DB.ACCT", "IMST.DB.ACCT", "IMST01"),)


SUSPENDED = " SUS001I IMSP SUSPENDED AT 2026.324 23:59:59.123456\n"
RESUMED = " SUS002I IMSP RESUMED AT 2026.324 23:59:59.223456 AFTER 0.100000 SECONDS\n"
EXPIRED = " SUS005W IMSP TIMER EXPIRED AT 2026.324 23:59:59.200000; RESUMED\n"
NOT_SUSPENDED = " SUS003I IMSP WAS NOT SUSPENDED\n"
NOT_ACTIVE = " SUS004E IMSP IS NOT ACTIVE\n"


@pytest.mark.parametrize(
    ("listing", "holds", "expired", "lost", "released"),
    [
        (SUSPENDED + RESUMED, True, False, 0.1, True),
        (SUSPENDED, False, False, None, True),
        (SUSPENDED + EXPIRED, False, True, 0.076544, True),
        (SUSPENDED + EXPIRED + RESUMED, False, True, 0.076544, True),
        (NOT_SUSPENDED, False, False, None, True),
        (NOT_ACTIVE, False, False, None, False),
        ("", False, False, None, False),
    ],
)
def test_the_window_holds_only_from_suspend_to_resume_without_expiry(listing, holds, expired, lost, released):
    window = imssuspd.window(listing)
    assert window.holds is holds
    assert window.expired is expired
    assert (window.lost.total_seconds() if window.lost else None) == lost
    assert imssuspd.not_released(listing, ["IMSP"]) == (() if released else ("IMSP",))


def test_the_window_of_a_sharing_group_is_the_longest_and_holds_only_for_all():
    other = (SUSPENDED + RESUMED).replace("IMSP ", "IMSQ ").replace("59.123456", "59.103456")
    both = imssuspd.window([SUSPENDED + other, RESUMED])
    assert both.holds
    assert both.lost == timedelta(microseconds=120000)
    assert not imssuspd.window(SUSPENDED + other).holds


def test_a_status_tells_which_ims_is_held_since_when():
    held = " SUS008I IMSP IS SUSPENDED SINCE 2026.324 23:59:59.123456\n SUS007I IMSQ IS NOT SUSPENDED\n"
    assert imssuspd.suspended(held) == {"IMSP": datetime(2026, 11, 20, 23, 59, 59, 123456, UTC)}


@given(st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1)), st.integers(-14 * 4, 14 * 4))
def test_a_stamp_is_the_instant_it_was_printed_for(moment, quarters):
    offset = timedelta(minutes=15 * quarters)
    sign = "-" if quarters < 0 else "+"
    hours, minutes = divmod(abs(quarters) * 15, 60)
    local = moment.replace(tzinfo=UTC) + offset
    text = f"{local:%Y.%j %H:%M:%S.%f}"
    assert stamp(f"{text} {sign}{hours:02}:{minutes:02}") == moment.replace(tzinfo=UTC)
    assert stamp(text, offset) == moment.replace(tzinfo=UTC)


@given(st.text(max_size=40))
def test_text_that_is_no_stamp_is_refused(text):
    try:
        moment = stamp_or_none(text)
    except StampUnreadable:
        return
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize("text", ["0000.000 00:00:00.000000 +00:00", "00.000 00:00:00.0"])
def test_zeros_are_a_time_that_has_not_come(text):
    assert stamp_or_none(text) is None
    with pytest.raises(StampUnreadable):
        stamp(text)


def test_two_digit_years_and_checkpoint_ids_are_read():
    assert stamp("26.324 23:59:59.1").year == 2026
    assert stamp("98.001 00:00:00").year == 1998
    assert checkpoint("26324/235959") == datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)


def test_messages_go_on_over_indented_lines():
    found = list(messages(" ADR001I FIRST\n   GOES ON\n OTHER\n ADR002E SECOND\n", "ADR"))
    assert [str(message) for message in found] == ["ADR001I FIRST GOES ON", "ADR002E SECOND"]
    assert found[1].is_error
