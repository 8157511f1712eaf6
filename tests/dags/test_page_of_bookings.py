"""How the page shows who holds a target, and a run that was refused a plan."""

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


def test_a_run_without_a_plan_shows_why_and_an_environment_with_no_other_run_no_maps(ledger: Any) -> None:
    from starlette.requests import Request

    from imsclone.ledger import Wanted
    from imsclone_airflow.web import app, pages

    ledger.refuse_run("imst/1", Wanted("imst", "full_system", "IMSP", "IMST"), "CLN233E  no <OLDS>")
    run = ledger.finish_run("imst/1", success=False, error="CLN233E  no <OLDS>")
    place = {"type": "http", "method": "GET", "path": "/", "headers": [], "root_path": ""}
    request = Request({**place, "path_params": {"dag_id": "imst"}})
    values = {"bars": [], "evidence": [], "before": None, "difference": None}
    shown = app._page(request, "run", run=run, **values).body.decode()
    assert "CLN233E  no &lt;OLDS&gt;" in shown
    assert "was refused a plan: nothing was touched" in shown
    (kept,) = pages.environments(ledger, ["imst"], {})
    shown = app._page(request, "environment", kept=kept, volumes=(), last=None).body.decode()
    assert "CLN233E  no &lt;OLDS&gt;" in shown
    assert "Volume map" not in shown
    assert kept.state == "failed"
