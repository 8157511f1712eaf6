"""What databases of a past time are rebuilt from, and what is told when it is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from imsclone.listings import recon as listing
from imsclone.listings.stamps import stamp
from imsclone.refresh.as_of import bases, data_sets, logs_to

DATA = Path(__file__).parents[1] / "data"
BANK = listing.read((DATA / "list_recon_bank.txt").read_text())
OWNERS = {("ACCT", "ACCT"), ("CUST", "CUST")}
MOMENT = datetime(2026, 11, 21, 3, 46, tzinfo=UTC)


def ids(found: Any) -> list[str]:
    return [problem.id for problem in found.problems]


def test_the_newest_image_copy_before_the_time_is_taken_with_the_logs_behind_it() -> None:
    found = bases(BANK, OWNERS, MOMENT)
    assert found.problems == ()
    for owner, one in found.found.items():
        runs = [stamp(image.time) for image in BANK.images if (image.dbd, image.ddname) == owner]
        assert one.since == max(run for run in runs if run <= MOMENT)
        assert one.clean
    logs = logs_to(BANK, found.found, MOMENT)
    assert logs.names == tuple(f"IMSP.SLDS.G000{number}V00" for number in range(1, 7))
    assert (logs.problems, logs.waiting) == ((), ())


def test_a_time_that_is_not_archived_yet_waits_for_the_online_logs() -> None:
    later = datetime(2026, 11, 21, 3, 51, tzinfo=UTC)
    assert logs_to(BANK, bases(BANK, OWNERS, later).found, later).waiting == ("IMSP.OLP01",)


def test_a_time_of_before_every_image_copy_is_told_with_the_oldest_one() -> None:
    found = bases(BANK, OWNERS, datetime(2026, 11, 20, tzinfo=UTC))
    assert ids(found) == ["CLN248E", "CLN248E"]
    assert "the oldest one is of 2026.325 03:29:23" in str(found.problems[0])


def test_an_image_copy_that_the_catalog_does_not_have_is_not_used() -> None:
    there = set(data_sets(BANK))
    assert bases(BANK, OWNERS, MOMENT, there).problems == ()
    assert ids(bases(BANK, OWNERS, MOMENT, set())) == ["CLN248E", "CLN248E"]


def test_a_log_that_the_catalog_does_not_have_is_missing() -> None:
    found = bases(BANK, OWNERS, MOMENT).found
    logs = logs_to(BANK, found, MOMENT, {"IMSP.SLDS.G0001V00"})
    assert set(ids(logs)) == {"CLN267E"}
    assert len(logs.problems) == 5


@pytest.mark.parametrize(
    ("kind", "lines", "at", "outcome"),
    [
        ("REORG", (), datetime(2026, 11, 21, 3, 40, tzinfo=UTC), ["CLN249E"]),
        ("REORG", (), datetime(2026, 11, 21, 3, 50, tzinfo=UTC), []),
        ("RECOV", ("2026.325 03:30:00.000000 +00:00",), datetime(2026, 11, 21, 3, 40, tzinfo=UTC), ["CLN249E"]),
        ("RECOV", ("0000.000 00:00:00.000000 +00:00",), datetime(2026, 11, 21, 3, 40, tzinfo=UTC), []),
    ],
)
def test_a_reorganisation_or_a_recovery_to_a_time_cuts_the_history(
    kind: str, lines: tuple[str, ...], at: datetime, outcome: list[str]
) -> None:
    made = Event(kind, ("ACCT", "ACCT"), {"RUN": f"{at:%Y.%j %H:%M:%S.%f} +00:00", "RECOV TO": "".join(lines)})
    cut = replace(BANK, others=(*BANK.others, made))
    assert ids(bases(cut, OWNERS, MOMENT)) == outcome


class Event:
    """A record of a kind that has no type of its own."""

    def __init__(self, kind: str, dbds: tuple[str, str], fields: dict[str, str]) -> None:
        self.kind, self.dbds, self._fields = kind, dbds, fields

    def get(self, name: str) -> str:
        return self._fields.get(name, "")
