"""Which logs a fuzzy copy needs, what keeps them from being used, what is built anew behind them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from imsclone.jcl.card import Card
from imsclone.listings import recon as listing
from imsclone.listings.recovery import wrong
from imsclone.listings.stamps import stamp
from imsclone.refresh import statements
from imsclone.refresh.logs import needed_logs
from imsclone.refresh.plan import Rebuild, Recovery

DATA = Path(__file__).parents[1] / "data"
BANK = (DATA / "list_recon_bank.txt").read_text()
OWNERS = {("ACCT", "ACCT"), ("CUST", "CUST"), ("CUSTX", "CUSTX")}
COPIED = datetime(2026, 11, 21, 3, 46, tzinfo=UTC)
SECOND, THIRD, FOURTH = (f"IMSP.SLDS.G000{number}V00" for number in (5, 6, 7))


def without(text: str, dsname: str) -> str:
    """Take a data set out of PRILOG and PRISLD."""
    return re.sub(rf" DSN={dsname} .*\n(?: .*\n|\n(?=   V))+\n?", "", text)


def needed(text: str = BANK, until: datetime | None = None, **more: Any) -> Any:
    return needed_logs(listing.read(text), OWNERS, COPIED, until, **more)


def ids(found: Any) -> list[str]:
    return [problem.id for problem in found.problems]


def test_logs_are_needed_from_the_allocation_on_that_was_open_at_the_copy() -> None:
    found = needed()
    assert found.names == ("IMSP.SLDS.G0004V00", SECOND, THIRD, FOURTH)
    assert set(found.waiting) == {"IMSP.OLP00", "IMSP.OLP01", "IMSP.OLP02"}
    assert found.problems == ()


def test_what_is_behind_the_wanted_time_is_not_needed() -> None:
    until = datetime(2026, 11, 21, 3, 47, tzinfo=UTC)
    found = needed(until=until)
    assert found.names == ("IMSP.SLDS.G0004V00", SECOND, THIRD)
    assert (found.waiting, found.problems) == ((), ())


def test_online_logs_that_reach_into_the_wanted_time_are_waited_for() -> None:
    found = needed(until=datetime(2026, 11, 21, 3, 51, tzinfo=UTC))
    assert found.waiting == ("IMSP.OLP01",)
    assert found.problems == ()


def test_an_update_that_ended_before_the_copy_needs_no_log() -> None:
    closed = BANK.replace(
        "DSSN=0000000004 USID=0000000001 START = 2026.325 03:40:17.911674 +00:00",
        "DSSN=0000000004 "
        "USID=0000000001 START = 2026.325 03:40:17.911674 +00:00\n"
        " DEALLOC =2026.325 03:44:00.000000 +00:00    DEALLOC LRID =0000000000000000",
    )
    assert needed(closed).names == ()


def test_a_data_set_that_is_not_recorded_is_a_gap() -> None:
    found = needed(without(BANK, SECOND))
    assert ids(found) == ["CLN243E"]
    assert THIRD in str(found.problems[0])
    assert "03:42:57" in str(found.problems[0])


def test_a_log_that_begins_later_than_the_update_has_a_gap() -> None:
    assert ids(needed(without(BANK, "IMSP.SLDS.G0004V00"))) == ["CLN243E"]


def test_a_log_that_the_recon_does_not_have_is_missing() -> None:
    recon = listing.read(BANK)
    gone = replace(recon, logs=tuple(log for log in recon.logs if stamp(log.start).hour == 3 and log.stopped))
    found = needed_logs(gone, OWNERS, COPIED)
    assert ids(found) == ["CLN267E"]


def test_a_data_set_that_the_catalog_does_not_have_is_missing() -> None:
    found = needed(there={"IMSP.SLDS.G0004V00", SECOND, FOURTH})
    assert ids(found) == ["CLN267E"]
    assert THIRD in str(found.problems[0])


def changed(kind: str, of: str, **values: Any) -> Any:
    """Return the listing with a data set of one kind of log record changed."""
    recon = listing.read(BANK)
    logs = tuple(
        replace(log, data_sets=tuple(replace(d, **values) if d.dsname == of else d for d in log.data_sets))
        if log.kind == kind
        else log
        for log in recon.logs
    )
    return replace(recon, logs=logs)


def test_a_data_set_in_error_is_replaced_by_another_copy_of_the_same_time() -> None:
    broken = changed("PRILOG", SECOND, error=True)
    assert ids(needed_logs(broken, OWNERS, COPIED)) == ["CLN244E"]
    other = changed("PRILOG", SECOND, error=True, dsname="IMSP.RLDS.G0005V00")
    found = needed_logs(other, OWNERS, COPIED)
    assert found.names == ("IMSP.SLDS.G0004V00", SECOND, THIRD, FOURTH)
    assert found.problems == ()


def test_a_log_that_ended_is_reached_however_late_the_wanted_time_is() -> None:
    early = datetime(2026, 11, 21, 3, 35, tzinfo=UTC)
    found = needed_logs(listing.read(BANK), OWNERS, early, early + timedelta(minutes=1))
    assert found.names == ("IMSP.SLDS.G0001V00", "IMSP.SLDS.G0002V00")
    assert found.problems == ()


def test_an_end_that_no_log_reaches_is_told() -> None:
    recon = listing.read(BANK)
    quiet = replace(recon, online_logs=())
    found = needed_logs(quiet, OWNERS, COPIED, datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
    assert ids(found) == ["CLN245E"]


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (Rebuild(database="CUST", indexes=("CUSTNX",), primary="CUSTX"),
         " PROC BLD_PRIMARY,CUST\n PROC BLD_SECONDARY,CUST,SELECTED\n INDEX CUSTNX\n INPUT IBSCAN"),
        (Rebuild(database="CUST", primary="CUSTX"), " PROC BLD_PRIMARY,CUST\n INPUT IBSCAN"),
    ],
)  # fmt: skip
def test_indexes_are_built_by_name(made: Rebuild, text: str) -> None:
    assert statements.index_build(made) == text


def test_a_time_with_another_offset_is_told_in_utc() -> None:
    there = COPIED.astimezone(timezone(timedelta(hours=-5)))
    assert statements.recovery(Recovery(database="ACCT", ddname="ACCT", dsname="IMST.DB.ACCT"), there).endswith(
        "2026.325 03:46:00.000000 +00:00"
    )


def test_statements_of_the_utilities_stand_in_their_columns() -> None:
    one = Recovery(database="ACCT", ddname="ACCT", dsname="IMST.DB.ACCT")
    card = statements.recovery(one, COPIED)
    assert card == "S  ACCT     ACCT     2026.325 03:46:00.000000 +00:00"
    assert isinstance(card, Card)
    parts = Rebuild(database="HIST", partitions=("HISTA", "HISTB"), kind="ILE")
    assert statements.partition_rebuild(parts) == "PARTITION=HISTA,RECOVTYP=ILE\nPARTITION=HISTB,RECOVTYP=ILE"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("DFS339I FUNCTION RE HAS COMPLETED NORMALLY. ACCT ACCT 9 CHANGES", 0, ""),
        ("IIUB100I INDEX CUSTX OF CUST BUILT, 9 RECORDS", 4, ""),
        ("IIUB100I INDEX CUSTX OF CUST BUILT, 9 RECORDS", -1, "no message says that it was done"),
        ("IIUB100I INDEX CUSTX OF CUST BUILT, 9 RECORDS\nDFS301A CUSTNX IS UNIQUE", 12, "DFS301A CUSTNX IS UNIQUE"),
        ("DFS315A IMSP.SLDS.G0004V00 BLOCK 3 IS DAMAGED, IT IS NO LOG BLOCK\nDFSURDB0 ENDED, CONDITION CODE 12",
         12, "DFS315A IMSP.SLDS.G0004V00 BLOCK 3 IS DAMAGED, IT IS NO LOG BLOCK"),
        ("", 0, "no message says that it was done"),
    ],
)  # fmt: skip
def test_a_recovery_counts_only_when_it_says_so(text: str, code: int, said: str) -> None:
    assert wrong(text, code) == said
