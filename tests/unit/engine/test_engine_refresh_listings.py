"""What a refresh reads from listings: data set copies, answers of IMS, dynamic allocation members."""

from __future__ import annotations

from imsclone.listings import adrdssu, type2
from imsclone.refresh.read import allocations


def test_data_sets_without_a_message_of_their_own_were_not_copied() -> None:
    listing = """ ADR101I (R/I)-RI01 (01), TASKID 001 HAS BEEN ASSIGNED TO COMMAND 'COPY '
 ADR006I (001)-STEND(01), 2026.325 03:38:33 EXECUTION BEGINS
 ADR806I (001)-T0MI (02), DATA SET IMSP.DB.ACCT COPIED USING A FAST REPLICATION FUNCTION
 ADR412E (001)-DTDSC(03), DATA SET IMSP.DB.CUST FAILED SERIALIZATION
 ADR455W (001)-DTDSC(01), THE FOLLOWING DATA SETS WERE NOT SUCCESSFULLY PROCESSED: IMSP.DB.CUST
 ADR013I (001)-CLTSK(01), 2026.325 03:38:33 TASK COMPLETED WITH RETURN CODE 0008
 ADR012I (SCH)-DSSU (01), 2026.325 03:38:33 DFSMSDSS PROCESSING COMPLETE. HIGHEST RETURN CODE IS 0008
"""
    found = adrdssu.data_sets(listing, ["IMSP.DB.ACCT", "IMSP.DB.CUST", "IMSP.DB.CUSTX"])
    assert [one.copied for one in found] == [True, False, False]
    assert found[1].problems[0].id == "ADR412E"


TABLE = """DBName MbrName CC CCText
------ ------- -- --------------------------
ACCT   IMSP    0
NONE   IMSP    10 DFS132 DATABASE NONE IS NO
                  T DEFINED
"""


def test_the_answers_of_ims_say_which_database_failed() -> None:
    listing = f"""COMMAND : UPDATE DB NAME(ACCT,NONE) STOP(ACCESS)
IMSPLEX : PLEX1   MEMBERS : IMSP
RC=X'0200000C' RSN=X'00003004'
{TABLE}
COMMAND : QUERY DB NAME(*) SHOW(ALL)
IMSPLEX : PLEX1   MEMBERS :
RC=X'02000010' RSN=X'00004200' NO CLIENTS TO ROUTE THE COMMAND TO
"""
    update, query = type2.answers(listing)
    assert [(row.name, row.code, row.text) for row in update.failed] == [
        ("NONE", 0x10, "DFS132 DATABASE NONE IS NOT DEFINED")
    ]
    assert len(update.rows) == 2
    assert query.nobody


def test_a_query_shows_the_status_of_databases() -> None:
    table = "\n".join(
        [
            "DBName MbrName CC TYPE LAcc LclStat",
            "------ ------- -- ---- ---- --------------",
            "ACCT   IMSP    0  DLI  UPD  STOACC,NOTOPEN",
        ]
    )
    (answer,) = type2.answers(f"COMMAND : QUERY DB NAME(*)\nRC=X'00000000' RSN=X'00000000'\n{table}")
    assert [(row.name, row.status) for row in answer.rows] == [("ACCT", {"STOACC", "NOTOPEN"})]


def test_a_dynamic_allocation_member_names_data_sets_wherever_they_stand() -> None:
    from imsclone.listings.amaspzap import Dump
    from imsclone.listings.code_page import CODE_PAGE

    text = "DFSMDA  DATABASEACCT    \0\1ACCT    IMSP.DB.ACCT".ljust(80) + "SHR "
    dump = Dump("0000000001", "ACCT", "ACCT", 0, text.encode(CODE_PAGE))
    assert allocations([dump]) == {"ACCT": ("IMSP.DB.ACCT",)}
