"""Watching environments: too old, would fail, changed. Nothing is touched, and people are told once a day."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

PROJECT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, airflow_home: Path) -> None:
    """Give the shipped environment a limit of 24 hours, and somebody to tell."""
    from imsclone_airflow import settings

    for name in ("systems", "environments", "calendars"):
        shutil.copytree(PROJECT / "include" / name, tmp_path / name)
    path = tmp_path / "environments" / "imst.yaml"
    path.write_text(f"{path.read_text()}freshness_hours: 24\nalert: [{{connection: ops}}]\n")
    monkeypatch.setenv(settings.FOLDER, str(tmp_path))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []

    def tell(targets: Any, environment: str, message: Any) -> list[Any]:
        said.extend(f"{target.connection} {environment} {message.id}" for target in targets)
        return []

    monkeypatch.setattr("imsclone_airflow.notifications.send.tell", tell)
    return said


@pytest.fixture
def look(ledger: Any) -> Callable[..., Any]:
    """Let a watch look at an environment at a moment."""
    import imsclone_airflow.operators as operators

    def at(kind: str, now: datetime = NOW, environment: str = "imst") -> Any:
        ledger.clock = lambda: now
        task = getattr(operators, f"{kind}Operator")(task_id=kind.lower(), environment=environment)
        task.ledger = ledger
        return task.execute({})

    return at


def made(ledger: Any, plan: Any, released: datetime) -> None:
    """Note a good run that ended two hours after it had released the source."""
    ledger.clock = lambda: released + 2 * HOUR
    ledger.start_run("imst/1", plan)
    ledger.record_window("imst/1", released - timedelta(seconds=1), released)
    ledger.finish_run("imst/1", success=True)


def test_an_environment_within_its_limit_is_fresh_by_when_its_source_was_copied(
    look: Any, limit: None, ledger: Any, plan: Any, told: list[str]
) -> None:
    made(ledger, plan, NOW - 24 * HOUR)
    assert look("Freshness") == "fresh"
    assert told == []


def test_an_environment_over_its_limit_fails_and_somebody_is_told_once_a_day(
    look: Any, limit: None, ledger: Any, plan: Any, told: list[str]
) -> None:
    from imsclone_airflow.errors import EnvironmentTooOld

    made(ledger, plan, NOW - 25 * HOUR)
    for later in range(25):
        with pytest.raises(EnvironmentTooOld, match=r"CLN781E .* data of 2026-11-19T11:00:00"):
            look("Freshness", NOW + later * HOUR)
    assert told == ["ops imst CLN781E"] * 2


def test_one_that_became_fresh_and_too_old_again_is_told_at_once(
    look: Any, limit: None, ledger: Any, plan: Any, told: list[str]
) -> None:
    from imsclone_airflow.errors import EnvironmentTooOld, NeverMade

    with pytest.raises(NeverMade, match="CLN782E"):
        look("Freshness", NOW)
    made(ledger, plan, NOW - 23 * HOUR)
    look("Freshness", NOW + HOUR)
    with pytest.raises(EnvironmentTooOld):
        look("Freshness", NOW + 2 * HOUR)
    assert told == ["ops imst CLN782E", "ops imst CLN781E"]


def test_an_alert_that_reached_nobody_is_sent_again_the_next_time(
    look: Any, limit: None, ledger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone_airflow.errors import AlertNotSent, NeverMade

    tries: list[str] = []

    def tell(targets: Any, environment: str, message: Any) -> list[Any]:
        tries.append(message.id)
        return [AlertNotSent(connection="ops", said="nobody listens.")] if len(tries) == 1 else []

    monkeypatch.setattr("imsclone_airflow.notifications.send.tell", tell)
    for later in range(3):
        with pytest.raises(NeverMade):
            look("Freshness", NOW + later * HOUR)
    assert tries == ["CLN782E", "CLN782E"]


def test_a_failed_run_makes_nothing_fresh(look: Any, limit: None, ledger: Any, plan: Any, told: list[str]) -> None:
    from imsclone_airflow.errors import NeverMade

    ledger.start_run("imst/2", plan)
    ledger.finish_run("imst/2", success=False)
    with pytest.raises(NeverMade):
        look("Freshness")


def test_an_environment_without_a_limit_is_skipped(look: Any, limit: None) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException, match="freshness_hours"):
        look("Freshness", environment="skel")


def test_drift_says_what_a_run_would_do_otherwise_than_the_last(
    look: Any, limit: None, ledger: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone.plan import DataSetMap, Plan

    monkeypatch.setattr("imsclone_airflow.operators.drift.planned", lambda spec: plan)
    assert look("Drift")["last_run"] is None
    ledger.start_run("imst/1", plan)
    assert look("Drift")["changes"] == []

    pairs = [pair.model_dump() for pair in plan.volume_pairs]
    pairs[0]["cylinders"] += 10
    lines = [line for line in plan.data_sets.lines if "ACBLIB" not in line] + ["IMSP.NEW IMST.NEW PO IMST02"]
    document = plan.model_dump(exclude={"fingerprint"}) | {
        "volume_pairs": pairs,
        "data_sets": DataSetMap(lines),
        "outage_budget_seconds": 9.0,
        "fingerprint": None,
    }
    monkeypatch.setattr("imsclone_airflow.operators.drift.planned", lambda spec: Plan.model_validate(document))
    found = look("Drift")
    assert found["last_run"] == "imst/1"
    assert [change.partition(":")[0] for change in found["changes"]] == [
        "volume IMSP01",
        "data set IMSP.ACBLIB",
        "data set IMSP.NEW",
        "outage_budget_seconds",
    ]
    assert found["changes"][-1].endswith(": 5.0 to 9.0")
    assert ledger.leases() == []


def test_drift_foretells_why_a_run_would_fail(
    look: Any, limit: None, ledger: Any, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone.plan import PlanRejected
    from imsclone.plan.errors.system import SystemDataSetMissing
    from imsclone_airflow.errors import WouldFail

    missing = [SystemDataSetMissing(kind="OLDS", dsname=name) for name in ("IMSP.OLDS00", "IMSP.OLDS01")]

    def refused(spec: Any) -> None:
        raise PlanRejected(environment=spec.name, problems=missing)

    monkeypatch.setattr("imsclone_airflow.operators.drift.planned", refused)
    with pytest.raises(WouldFail, match=r"CLN783E .* problems found: 2") as foretold:
        look("Drift")
    assert [line[:7] for line in str(foretold.value).splitlines()[1:]] == ["CLN233E", "CLN233E"]
    assert told == ["ops imst CLN783E"]


def test_a_target_that_is_being_made_is_looked_at_when_it_is_done_and_a_booked_one_at_once(
    look: Any, limit: None, ledger: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import TaskDeferred

    monkeypatch.setattr("imsclone_airflow.operators.drift.planned", lambda spec: plan)
    ledger.clock = lambda: NOW
    held = ledger.lease("IMS IMST", "imst/1", HOUR)
    with pytest.raises(TaskDeferred) as waits:
        look("Drift")
    assert (waits.value.trigger.target, waits.value.method_name) == ("IMS IMST", "resume")
    ledger.release(held)
    ledger.book(["IMS IMST"], "QA", NOW + HOUR)
    assert look("Drift")["fingerprint"] == plan.fingerprint


def test_a_target_that_is_being_made_for_hours_is_told_and_not_passed_over(
    ledger: Any, limit: None, told: list[str]
) -> None:
    from imsclone_airflow.errors import NotLookedAt
    from imsclone_airflow.operators import DriftOperator
    from imsclone_airflow.triggers.target_free import TargetFreeTrigger

    ledger.lease("IMS IMST", "imst/1", HOUR)
    trigger = TargetFreeTrigger("IMS IMST", "", poll_seconds=0.01, limit_seconds=0.02)
    event = asyncio.run(anext(trigger.run()))
    watch = DriftOperator(task_id="drift", environment="imst")
    with pytest.raises(NotLookedAt, match=r"CLN785E .*imst was not looked at: IMS IMST is still being made by imst/1"):
        watch.resume({}, event.payload)
    assert told == ["ops imst CLN785E"]


def test_the_watch_of_all_environments_fails_for_those_that_are_too_old(
    limit: None, ledger: Any, told: list[str]
) -> None:
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import settings

    bag = DagBag(PROJECT / "dags" / "watch.py")
    assert bag.import_errors == {}
    done = bag.dags["watch_freshness"].test()
    states = {one.rendered_map_index: str(one.state) for one in done.get_task_instances()}
    assert states == dict.fromkeys(settings.environments(), "skipped") | {"imst": "failed"}
    assert str(done.state) == "failed"
    assert told == ["ops imst CLN782E"]
    assert bag.dags["watch_drift"].is_paused_upon_creation, "it submits jobs, so somebody must want it"
