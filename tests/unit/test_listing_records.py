"""DCOLLECT records, console displays, IMS answers, VTOC listings."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.facts import DataSetFacts, VolumeFacts
from imsclone.listings import csluspoc, dcollect, devices, iehlist, ims
from imsclone.listings.code_page import encode
from imsclone.listings.errors import ListingIncomplete, RecordShort


def record(kind, body):
    """Put the 24-byte header of the manual before a record's own fields."""
    header = struct.pack(">HH2sH4s8s4s", 24 + len(body), 0, encode(kind, 2), 2, encode("SYS1"), b"\0" * 8, b"\0" * 4)
    return header + body


def volume(volser, capacity_tracks=1500, free_tracks=150, unit=0x0A80, flags=0, group=""):
    kilobytes = [tracks * 56664 // 1024 for tracks in (free_tracks, capacity_tracks - free_tracks, capacity_tracks)]
    return record(
        "V",
        encode(volser, 6)
        + bytes([flags, 0, 0, 0, 0, 10])
        + struct.pack(">III", *kilobytes)
        + b"\0" * 20
        + encode("3390", 8)
        + struct.pack(">HHH", unit, 0, len(group))
        + encode(group, 30)
        + encode("3390-3", 8),
    )


def data_set(name, volser, tracks=15, dsorg=0x4000, recfm=0x90, first="", sequence=1, flags=0, error=0):
    return record(
        "D",
        encode(name, 44)
        + bytes([error, flags, 0x08, 0, 0, 0])
        + struct.pack(">HBB", dsorg, recfm, 1)
        + encode(volser, 6)
        + struct.pack(">HHIIII", 27920, 80, tracks * 56664 // 1024, 0, 0, 0)
        + b"\0" * 12
        + encode(first or volser, 6)
        + struct.pack(">H", sequence),
    )


def association(component, cluster):
    return record("A", encode(component, 44) + encode(cluster, 44) + bytes([0x02]))


def test_volumes_have_their_size_free_space_and_storage_group():
    found = dcollect.collected([volume("IMSP01"), volume("IMSP02", 150150, 7, 0x1A81, 0x02, "SGIMS")])
    assert found.volumes == (
        VolumeFacts("IMSP01", "0A80", "3390", 100, 150),
        VolumeFacts("IMSP02", "1A81", "3390", 10010, 7, True, "SGIMS"),
    )


@given(st.integers(0, 4_000_000))
def test_the_number_of_tracks_survives_the_rounding_to_kilobytes(tracks):
    assert dcollect.tracks(tracks * 56664 // 1024, "3390") == tracks


def test_data_sets_have_their_attributes():
    found = dcollect.collected(
        [
            data_set("IMSP.PROCLIB", "IMSP01", dsorg=0x0200, flags=0x40),
            data_set("IMSP.PDSE", "IMSP01", dsorg=0x0200, flags=0x50),
            data_set("IMSP.SDFSRESL", "IMSP01", dsorg=0x0200, recfm=0xC0),
            data_set("IMSP.RECON1.DATA", "IMSP01", dsorg=0x0008, recfm=0),
            association("IMSP.RECON1.DATA", "IMSP.RECON1"),
            data_set("IMSP.OLP00", "IMSP01", recfm=0x50, tracks=150),
        ]
    ).data_sets
    by_name = {one.dsname: one for one in found}
    assert by_name["IMSP.PROCLIB"] == DataSetFacts("IMSP.PROCLIB", ("IMSP01",), "PO", 15, "FB", 80, 27920, sms=True)
    assert by_name["IMSP.PDSE"].organization == "PO-E"
    assert by_name["IMSP.SDFSRESL"].recfm == "U"
    assert by_name["IMSP.RECON1.DATA"].is_component_of == "IMSP.RECON1"
    assert by_name["IMSP.OLP00"].recfm == "VB"


def test_a_data_set_on_several_volumes_is_one_and_two_of_one_name_are_two():
    parts = [
        data_set("IMSP.BIG", "IMSP02", 30, first="IMSP01", sequence=2),
        data_set("IMSP.BIG", "IMSP01", 15, first="IMSP01", sequence=1),
        data_set("IMSP.TWICE", "IMSP01"),
        data_set("IMSP.TWICE", "IMSP02"),
        data_set("IMSP.REST", "IMSP02", first="OTHER1", sequence=3),
    ]
    found = {(one.dsname, one.volsers): one for one in dcollect.collected(parts).data_sets}
    assert found["IMSP.BIG", ("IMSP01", "IMSP02")].tracks == 45
    assert ("IMSP.TWICE", ("IMSP01",)) in found
    assert ("IMSP.TWICE", ("IMSP02",)) in found
    assert found["IMSP.REST", ("IMSP02",)].volume_sequence == 3


def test_errors_in_records_are_told_and_other_kinds_passed_over():
    found = dcollect.collected([data_set("IMSP.BAD", "IMSP01", error=0x08), record("DC", b"\0" * 100)])
    assert found.errors == ("IMSP.BAD on IMSP01: DCDERROR X'08'",)


@pytest.mark.parametrize("cut", [25, 40, 100])
def test_a_record_that_is_cut_off_is_an_error(cut):
    with pytest.raises(RecordShort):
        dcollect.collected([volume("IMSP01")[:cut] if cut < 90 else data_set("A", "B")[:cut]])


UNITS = """\
IEE457I 23.59.59 UNIT STATUS
UNIT TYPE STATUS        VOLSER     VOLSTATE      SS
0A80 3390 O             IMSP01     PRIV/RSDNT    0
0A81 3390 A             IMSP02     PRIV/RSDNT    0
0A90 3390 OFFLINE                  /RSDNT        0
A91  3390 A-SYS         IMST02     STRG/RSDNT    0
0A92 3390 F-NRD                    /RSDNT        0
"""


def test_devices_are_read_with_their_volumes_and_whether_they_are_online():
    found = devices.devices(UNITS.splitlines())
    assert [(one.unit, one.volser, one.online) for one in found] == [
        ("0A80", "IMSP01", True),
        ("0A81", "IMSP02", True),
        ("0A90", "", False),
        ("0A91", "IMST02", True),
        ("0A92", "", False),
    ]
    assert devices.devices(["IEE455I UNIT STATUS NO DEVICES WITH REQUESTED ATTRIBUTES"]) == ()


WTORS = """\
IEE112I 23.59.59 PENDING REQUESTS
RM=2    IM=0     CEM=0     EM=0     RU=0    IR=0    NOAMRF
ID:R/K     T SYSNAME  JOB ID   MESSAGE TEXT
      01 R LAB1     STC00012 *01 DFS810A IMS READY 26324/235959 IMST
      12 R LAB1     STC00007 *12 DFS996I *IMS READY* IMSP
      13 R LAB1     JOB00007 *13 IEC999A SOMETHING ELSE
"""


def test_replies_are_found_in_the_display_and_in_the_log():
    found = ims.outstanding(WTORS.splitlines())
    assert [(one.number, one.id, one.imsid, one.awaits_restart) for one in found] == [
        (1, "DFS810A", "IMST", True),
        (12, "DFS996I", "IMSP", False),
    ]
    assert ims.outstanding(WTORS.splitlines(), "IMSP")[0].number == 12
    assert ims.outstanding(["*07 DFS810A IMS READY 26324/235959 IMST"])[0].number == 7
    assert ims.outstanding(["NOTHING HERE", ""]) == ()


def test_restarts_checkpoints_and_abends_are_recognised():
    log = [
        "DFS994I EMERGENCY START COMPLETED IMST",
        "DFS994I *CHKPT 26324/235959**SIMPLE* IMSP",
        "DFS629I IMS RCT TCB ABEND - IMS 0778",
    ]
    assert ims.completed_restart(log, "IMST")
    assert not ims.completed_restart(log, "IMSQ")
    assert ims.checkpoints(log) == ((datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC), "SIMPLE"),)
    assert len(ims.abended(log)) == 1


def test_the_end_of_a_database_command_is_told_for_each_database():
    log = ["DFS0488I DBR COMMAND COMPLETED. DBN= ACCT     RC= 00", "DFS0488I DBR COMMAND COMPLETED. DBN=CUST RC=20"]
    assert ims.database_commands(log) == (
        ims.DatabaseCommand("DBR", "ACCT", 0),
        ims.DatabaseCommand("DBR", "CUST", 20),
    )


ANSWERS = """\
COMMAND : QUERY DB NAME(ACCT) SHOW(ALL)
IMSPLEX : PLEX1   MEMBERS : IMSP,IMSQ
RC=X'00000000' RSN=X'00000000'
DBName   MbrName  CC   LclStat
ACCT     IMSP        0 ALLOCS,OPEN

COMMAND : /DIS ACTIVE
IMSPLEX : PLEX1   MEMBERS : IMSP
RC=X'0200000C' RSN=X'00003004'
 IMSP     DFS058I 23:59:59 DISPLAY COMMAND COMPLETED IMSP
"""


def test_answers_of_the_operations_manager_are_told_apart():
    first, second = csluspoc.responses(ANSWERS)
    assert (first.command, first.rc) == ("QUERY DB NAME(ACCT) SHOW(ALL)", 0)
    assert first.lines[-1] == "ACCT     IMSP        0 ALLOCS,OPEN"
    assert (second.rc, second.reason) == (0x0200000C, 0x3004)
    assert second.messages == (csluspoc.ImsMessage("IMSP", "DFS058I", "23:59:59 DISPLAY COMMAND COMPLETED IMSP"),)
    with pytest.raises(ListingIncomplete):
        csluspoc.responses("CSLM400E INVALID PARM")


VTOC = """\
                                                  CONTENTS OF VTOC ON VOL IMST01
  DATA SET NAME--------------------------------  SERIAL SEQNO  CREDT.    EXPDT.  REFDT. NO EXT DSORG RECFM OPTCD BLKSIZE
  IMST.PROCLIB                                   IMST01     1 2026.324   00000     00000     1    PO    FB    00   27920
  SYS1.VVDS.VIMST01                              IMST01     1 2026.324   00000     00000     1    VS     U    00    4096
                                                  CONTENTS OF VTOC ON VOL IMST02
  IMST.BIG                                       IMST01     2 2026.324   00000     00000     1    PS    FB    00   27920
"""


INDEXED = """\
                                                  CONTENTS OF VTOC ON VOL IMST01
  IMST.PROCLIB                                   IMST01     1 2026.324   00000     00000     1    PO    FB    00   27920
              THERE ARE   540 BLANK DSCBS IN THE VTOC ON THIS VOLUME
                                  CONTENTS OF VTOC INDEX SYS1.VTOCIX.IMST01 ON VOL IMST01
 FORMAT 4 DSCB                                 0-1-1
 IMST.PROCLIB                                  0-1-3
              THERE ARE   101 UNALLOCATED VIRS IN THE INDEX
1DATE: 2026.325                     SYSTEMS SUPPORT UTILITIES---IEHLIST
 LISTVTOC FORMAT,VOL=3390=IMST02,INDEXDSN=SYS1.VTOCIX.IMST02
                                                  CONTENTS OF VTOC ON VOL IMST02
  IMST.BIG                                       IMST01     2 2026.324   00000     00000     1    PS    FB    00   27920
              THERE ARE   540 BLANK DSCBS IN THE VTOC ON THIS VOLUME
"""


def test_a_vtoc_listing_gives_the_names_in_each_index_that_it_shows():
    assert iehlist.index_names(INDEXED) == {"IMST01": frozenset({"IMST.PROCLIB"}), "IMST02": frozenset()}
    assert [entry.name for entry in iehlist.entries(INDEXED)] == ["IMST.PROCLIB", "IMST.BIG"]


def test_a_vtoc_listing_gives_names_and_serials_by_volume():
    assert iehlist.entries(VTOC) == (
        iehlist.VtocEntry("IMST01", "IMST.PROCLIB", "IMST01"),
        iehlist.VtocEntry("IMST01", "SYS1.VVDS.VIMST01", "IMST01"),
        iehlist.VtocEntry("IMST02", "IMST.BIG", "IMST01"),
    )
