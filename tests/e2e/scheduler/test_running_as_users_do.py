"""What users do in Airflow, by its REST API: schedule, fill in forms, retry, clear, approve, book, backfill, watch.

One Airflow with a real scheduler on Postgres. Each run refreshes one database of a clone that is there.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import console_site
import haldb_past
import pytest
from haldb_past import Past
from users import PATIENCE, Users

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(900)]
if "THOROUGH" in os.environ:
    # The whole session in one: the source's past takes its minutes while users do all the rest.
    pytestmark += [pytest.mark.thorough, pytest.mark.usefixtures("past")]

THREE, FOUR = ["HISTA", "HISTB", "HISTC"], ["HISTA", "HISTD", "HISTB", "HISTC"]
ACROSS = "redefine: true\nschedule: {{cron: '{cron}'}}"
LEAVE_THE_GROUP = """\
//GROUP    JOB CLASS=A
//RECON    EXEC PGM=DSPURX00
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//RECON1   DD DISP=SHR,DSN=IMST.RECON1
//RECON2   DD DISP=SHR,DSN=IMST.RECON2
//RECON3   DD DISP=SHR,DSN=IMST.RECON3
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
  CHANGE.CAGRP GRPNAME(BANKGRP) DELMEM((ACCT,ACCT))
/*
"""


@pytest.fixture(scope="module")
def users(plant: Any) -> Users:
    """A clone IMST that runs: that of the tests before, or one made now."""
    plant.require_clone()
    return Users(plant)


@pytest.fixture(scope="module")
def past(users: Users) -> Iterator[Past]:
    """Five dates of the bank's HALDB at the source, with looks at its RECON as dry runs take them."""
    users.plant.make_dag("across", console_site.environment("across", ACROSS.format(cron="30 4 * * 0"), "HIST"))
    users.pause("across")
    lived = Past(users.plant, lambda: users.ended("hist", users.trigger("hist", dry_run=True)))
    lived.start()
    yield lived
    lived.stop()


@pytest.fixture(scope="module")
def told(plant: Any) -> Iterator[list[dict[str, str]]]:
    """What arrives at the webhook of the connection ``ops``."""
    heard: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", plant.alerts), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield heard
    server.shutdown()
    server.server_close()


def heard(told: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(one["environment"], one["id"]) for one in told]


@pytest.fixture(scope="module")
def scheduled(users: Users) -> str:
    """An environment on a schedule that falls within half a minute, and is booked by a team until later."""
    at = datetime.now(UTC) + timedelta(seconds=25)
    users.plant.ledger.book(["IMS IMST"], "team payments", datetime.now(UTC) + timedelta(hours=1), "regression")
    more = f"schedule: {{cron: '{at.minute} {at.hour} * * * {at.second}'}}\nbooked: wait"
    users.plant.make_dag("timed", console_site.environment("timed", more))
    return "timed"


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        ({"outage_budget_seconds": 4000}, "4000 is greater than the maximum of 3600"),
        ({"consistency": "perhaps"}, "'perhaps' is not one of"),
        ({"dry_run": "maybe"}, "'maybe' is not of type 'boolean'"),
    ],
)
def test_the_api_enforces_the_limits_of_the_form(users: Users, scheduled: str, conf: Any, said: str) -> None:
    answer = users.http.post("/api/v2/dags/acct/dagRuns", json={"logical_date": None, "conf": conf})
    assert (answer.status_code, said in answer.text) == (400, True), answer.text
    assert users.runs("acct") == []


def test_a_target_that_was_never_made_is_told(users: Users, scheduled: str, told: list[dict[str, str]]) -> None:
    run = users.trigger("watch_freshness")
    assert users.ended("watch_freshness", run) == "failed"
    assert ("never", "CLN782E") in heard(told)


def test_a_dry_run_of_a_booked_target_shows_the_plan_and_touches_nothing(users: Users, scheduled: str) -> None:
    copies = users.copies()
    run = users.trigger("acct", dry_run=True)
    assert users.ended("acct", run) == "success"
    states = {task: one["state"] for task, one in users.tasks("acct", run).items()}
    assert set(states.values()) == {"success", "skipped"}
    assert [task for task, state in states.items() if state == "success"] == ["plan"]
    assert users.copies() == copies


def test_a_scheduled_run_waits_for_a_booked_target_without_a_worker_and_goes_on(users: Users, scheduled: str) -> None:
    (fired,) = users.until(lambda: users.runs(scheduled), "the schedule fires")
    run = fired["dag_run_id"]
    users.task_is(scheduled, run, "plan", "deferred")
    assert fired["run_type"] == "scheduled"
    users.plant.ledger.unbook("IMS IMST")
    assert users.ended(scheduled, run) == "success"
    assert users.plant.ledger.run(f"{scheduled}/{run}").state == "success"


@pytest.fixture(scope="module")
def tried_twice(users: Users, scheduled: str) -> str:
    """A run by hand whose copy task is killed when its job has been submitted."""
    plant = users.plant
    with plant.running("acct"):
        plant.start(plant.fault("replicate", plant.kill_task, effect=True), outage_budget_seconds=40)
        assert users.ended("acct", plant.run) == "success", plant.airflow.shown(plant.run)
    assert plant.proxy.clear() == []
    return str(plant.run)


def test_a_killed_copy_is_tried_again_and_takes_up_its_job(users: Users, tried_twice: str) -> None:
    assert users.tasks("acct", tried_twice)["replicate"]["try_number"] == 2
    known = users.plant.ledger.run(f"acct/{tried_twice}")
    assert (known.state, known.summary["outage_budget_seconds"]) == ("success", 40.0)
    assert len({one.job for one in users.plant.ledger.evidence(known.id) if one.step == "replicate"}) == 1


def test_a_run_that_is_cleared_from_a_later_task_goes_on_from_there_and_copies_nothing(
    users: Users, tried_twice: str
) -> None:
    copies = users.copies()
    body = {"dag_run_id": tried_twice, "task_ids": ["dbrc_init"], "include_downstream": True, "only_failed": False}
    users.call("POST", "/dags/acct/clearTaskInstances", json={**body, "reset_dag_runs": True, "dry_run": False})
    assert users.ended("acct", tried_twice) == "success"
    tries = {task: one["try_number"] for task, one in users.tasks("acct", tried_twice).items()}
    assert (tries["dbrc_delete"], tries["dbrc_init"], tries["publish"]) == (1, 2, 2)
    assert users.copies() == copies


@pytest.mark.parametrize(("option", "state", "copied"), [("Refuse", "failed", 0), ("Approve", "success", 1)])
def test_a_plan_is_applied_only_if_somebody_approves_it(
    users: Users, told: list[dict[str, str]], option: str, state: str, copied: int
) -> None:
    copies = users.copies()
    users.plant.wait_for_target()
    run = users.trigger("asked")
    users.task_is("asked", run, "approve", "awaiting_input")
    place = f"/dags/asked/dagRuns/{run}/taskInstances/approve/-1/hitlDetails"
    planned = users.plant.ledger.run(f"asked/{run}").fingerprint
    assert planned in users.call("GET", place)["body"]

    looks: list[str] = []

    def decided() -> bool:
        """Answer as people do, some time after the question: an answer that Airflow 3.3.2 gets before its scheduler has
        seen the end of the process that asked costs a try, and Airflow asks again."""
        looks.append(users.tasks("asked", run)["approve"]["state"])
        if looks[-3:] == ["awaiting_input"] * 3:
            users.http.patch(f"/api/v2{place}", json={"chosen_options": [option], "params_input": {}})
        return users.state("asked", run) in ("success", "failed")

    users.until(decided, "the run ends", 2 * PATIENCE)
    assert users.state("asked", run) == state
    assert users.copies() == copies + copied
    (last, *_) = (one for one in users.plant.ledger.evidence(f"asked/{run}") if one.step == "approve")
    assert planned[:16] in last.messages[-1]
    wanted = [("asked", "CLN780E")] if state == "failed" else []
    users.until(lambda: [one for one in heard(told) if one[0] == "asked"][: len(wanted)] == wanted, "it is told")


def require_one_after_the_other(users: Users, dag: str) -> list[Any]:
    """Require that the runs of a backfill were made in order, one at a time; return what the ledger knows of them."""
    runs = users.runs(dag)
    assert {one["run_type"] for one in runs} == {"backfill"}
    dates = [one["logical_date"] for one in runs]
    assert dates == sorted(dates)
    noted = list(reversed(users.plant.ledger.runs(dag)))
    assert [one.id for one in noted] == [f"{dag}/{one['dag_run_id']}" for one in runs]
    for earlier, later in zip(runs, noted[1:], strict=False):
        assert datetime.fromisoformat(earlier["end_date"]) <= later.started_at
    return noted


def test_a_backfill_takes_its_dates_in_order_one_at_a_time_and_each_says_what_is_missing(users: Users) -> None:
    """There are no image copies of October: each of five dates is refused in its plan."""
    users.plant.wait_for_target()
    users.backfill("dates", "2026-10-04T00:00:00Z", "2026-11-01T23:59:59Z")
    done = ["failed"] * 5
    users.until(lambda: [one["state"] for one in users.runs("dates")] == done, "five dates are refused", 3 * PATIENCE)
    days = [one["logical_date"][:10] for one in users.runs("dates")]
    assert days == ["2026-10-04", "2026-10-11", "2026-10-18", "2026-10-25", "2026-11-01"]
    noted = require_one_after_the_other(users, "dates")
    assert all(one.error.startswith("CLN201E") and "ACCT" in one.error for one in noted)


def test_a_refresh_follows_the_batch_and_a_report_follows_the_refresh(users: Users) -> None:
    users.unpause("report")
    (batch,) = users.call("GET", "/assets", params={"uri_pattern": console_site.BATCH})["assets"]
    before = len(users.runs("report"))
    users.call("POST", "/assets/events", json={"asset_id": batch["id"], "extra": {"day": "2026-11-20"}})
    (refresh,) = users.until(lambda: users.runs("followed"), "the refresh follows the batch")
    assert refresh["run_type"] == "asset_triggered"
    assert users.ended("followed", refresh["dag_run_id"]) == "success"
    report = users.until(lambda: users.runs("report")[before:], "the report follows the refresh")[-1]
    assert users.ended("report", report["dag_run_id"]) == "success"
    place = f"/dags/report/dagRuns/{report['dag_run_id']}/taskInstances/read/xcomEntries/return_value"
    assert "followed" in str(users.call("GET", place)["value"])


def test_the_watch_finds_what_changed_and_foretells_what_would_fail(users: Users, told: list[dict[str, str]]) -> None:
    listing = users.plant.listing(LEAVE_THE_GROUP)
    assert "COMMAND COMPLETED WITH CONDITION CODE 00" in listing, listing
    users.plant.make_dag("gone", console_site.environment("gone", "", databases="GONE"))
    users.unpause("watch_drift")
    run = users.trigger("watch_drift")
    assert users.ended("watch_drift", run) == "failed"
    found = users.call("GET", f"/dags/watch_drift/dagRuns/{run}/taskInstances", params={"limit": 100})
    by_name = {one["rendered_map_index"]: one for one in found["task_instances"]}
    assert by_name["gone"]["state"] == "failed"
    assert ("gone", "CLN783E") in heard(told)
    index = by_name["acct"]["map_index"]
    place = f"/dags/watch_drift/dagRuns/{run}/taskInstances/drift/xcomEntries/return_value"
    drift = users.call("GET", place, params={"map_index": index})["value"]
    assert "CHANGE.CAGRP to -" in str(drift), drift


@pytest.mark.thorough
def test_a_backfill_of_five_dates_across_a_split_makes_what_the_source_held_at_each(users: Users, past: Past) -> None:
    held, schedule = past.dates()
    assert [haldb_past.partitions(one) for one in held.values()] == [THREE, THREE, THREE, FOUR, FOUR]
    assert len(set(map(tuple, held.values()))) == len(held), "the source did not work between its dates"
    users.plant.make_dag("across", console_site.environment("across", ACROSS.format(cron=schedule), "HIST"))
    users.until(lambda: users.call("GET", "/dags/across")["timetable_summary"] == schedule, "the schedule is known")
    users.plant.wait_for_target()
    with haldb_past.published(users.plant):
        users.backfill("across", min(held).isoformat(), max(held).isoformat())
        users.unpause("across")
        users.until(
            lambda: {one["state"] for one in users.runs("across")} <= {"success", "failed"},
            "all dates are made",
            3 * PATIENCE,
        )
    noted = require_one_after_the_other(users, "across")
    assert [(one.state, one.error) for one in noted] == [("success", "")] * len(held)
    for number, (date, records) in enumerate(held.items(), 1):
        assert haldb_past.made(users.plant, number) == records, date
    assert haldb_past.layout(users.plant, "IMST") == haldb_past.layout(users.plant, "IMSP")
