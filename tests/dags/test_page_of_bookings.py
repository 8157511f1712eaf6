"""How the page shows who holds a target."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

UNTIL = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.fixture
def held(airflow_home: Path) -> Any:
    from imsclone_airflow.web.app import TEMPLATES

    return lambda lease: str(TEMPLATES.env.get_template("parts.html.j2").module.held(lease)).strip()


def test_a_run_a_team_and_nobody(held: Any) -> None:
    from imsclone.ledger import Lease

    assert held(None) == "-"
    assert held(Lease("IMS IMST", "imst/scheduled__1", 1, UNTIL)) == "imst/scheduled__1"
    booked = Lease("IMS IMST", "team payments", 2, UNTIL, booked=True, note="regression week")
    assert held(booked) == "team payments, booked until 2026-11-23 18:00: regression week"


def test_what_a_team_writes_cannot_become_part_of_the_page(held: Any) -> None:
    from imsclone.ledger import Lease

    shown = held(Lease("IMS IMST", "<b>", 2, UNTIL, booked=True, note="<script>alert(1)</script>"))
    assert "<" not in shown
