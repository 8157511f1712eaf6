"""The plan task when somebody else holds the target, or the plan is refused: the ledger keeps why."""

from __future__ import annotations

import asyncio
import importlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from imsclone.errors import CloneError
from imsclone.ledger import LeaseHeld

RUN = "full_system_clone/manual__2"


@pytest.fixture
def plan_task(airflow_home: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The plan task of the Dag with its context, and a z/OSMF that nobody may ask."""
    from imsclone_airflow.operators import PlanOperator

    monkeypatch.setenv("AIRFLOW_CONN_ZOSMF_LAB", '{"conn_type": "zosmf", "host": "127.0.0.1", "port": 9}')
    task = PlanOperator(task_id="plan", environment="imst")
    ti = SimpleNamespace(
        dag_id="full_system_clone", run_id="manual__2", task_id="plan", map_index=-1, max_tries=0, try_number=1
    )

    def execute() -> Any:
        return task.execute({"ti": ti, "task": SimpleNamespace(retries=0), "dag": None})

    execute.task = task  # type: ignore[attr-defined]
    return execute


def test_a_target_in_use_by_another_run_is_refused_with_its_holder(plan_task: Any, ledger: Any) -> None:
    held = ledger.lease("IMS IMST", "full_system_clone/manual__1", timedelta(minutes=10))
    with pytest.raises(LeaseHeld, match="CLN503E  IMS IMST is held by full_system_clone/manual__1 until"):
        plan_task()
    ledger.renew(held, timedelta(minutes=10))
    noted = ledger.run(RUN)
    assert (noted.state, noted.environment, noted.target, noted.fingerprint) == ("running", "imst", "IMST", "")
    assert noted.error.startswith("CLN503E  IMS IMST is held by full_system_clone/manual__1")


def test_a_plan_that_is_refused_gives_the_target_free(plan_task: Any, ledger: Any) -> None:
    with pytest.raises(CloneError):
        plan_task()
    ledger.lease("IMS IMST", "full_system_clone/manual__1", timedelta(minutes=10))
    (failed,) = ledger.evidence(RUN)
    assert (failed.step, failed.outcome, failed.messages) == ("plan", "failed", (ledger.run(RUN).error,))


def test_a_run_that_failed_in_its_plan_is_closed_with_the_reason(plan_task: Any, ledger: Any) -> None:
    from imsclone_airflow.callbacks import give_up

    with pytest.raises(CloneError) as refused:
        plan_task()
    run = SimpleNamespace(dag_id="full_system_clone", run_id="manual__2", conf={}, end_date=ledger.clock())
    give_up({"dag_run": run})
    assert ledger.run(RUN).error == str(refused.value)


def test_a_file_with_errors_is_noted_under_its_name(plan_task: Any, ledger: Any, policy: Any) -> None:
    policy("perhaps")
    with pytest.raises(CloneError):
        plan_task()
    noted = ledger.run(RUN)
    assert (noted.environment, noted.source, noted.state) == ("imst", "", "running")
    assert "booked" in noted.error


def test_a_dry_run_holds_nothing_is_not_noted_and_says_who_makes_the_target(
    plan_task: Any, ledger: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_task.task.show_only = True
    held = ledger.lease("IMS IMST", "full_system_clone/manual__1", timedelta(minutes=10))
    with pytest.raises(CloneError, match="CLN604E"):
        plan_task()
    assert "IMS IMST is being made, and looks half made here, by full_system_clone/manual__1" in capsys.readouterr().out
    ledger.require(held)
    assert ledger.runs() == []


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Change what the shipped environment says that a run does whose target is taken."""
    from imsclone_airflow import settings

    def change(booked: str) -> None:
        for name in ("systems", "environments", "calendars"):
            shutil.copytree(settings.folder() / name, tmp_path / name)
        path = tmp_path / "environments" / "imst.yaml"
        path.write_text(f"{path.read_text()}booked: {booked}\n")
        monkeypatch.setenv(settings.FOLDER, str(tmp_path))

    return change


def booked(ledger: Any) -> None:
    ledger.book(["IMS IMST"], "team payments", ledger.clock() + timedelta(hours=3), "regression week")


def test_a_booked_target_is_skipped_with_who_booked_it(plan_task: Any, ledger: Any, policy: Any) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    booked(ledger)
    policy("skip")
    with pytest.raises(AirflowSkipException, match=r"CLN508E  IMS IMST is booked by team payments until .* regression"):
        plan_task()


@pytest.mark.parametrize("holder", ["a team", "another run"])
def test_a_run_waits_without_a_worker_until_its_target_is_free(
    plan_task: Any, ledger: Any, policy: Any, holder: str
) -> None:
    from airflow.sdk.exceptions import TaskDeferred

    held = None if holder == "a team" else ledger.lease("IMS IMST", "imst/manual__1", timedelta(minutes=10))
    if held is None:
        booked(ledger)
    policy("wait")
    with pytest.raises(TaskDeferred) as deferred:
        plan_task()
    trigger = deferred.value.trigger
    assert deferred.value.method_name == "resume"
    assert not trigger.is_free()
    ledger.unbook("IMS IMST") if held is None else ledger.release(held)
    assert trigger.is_free()


def test_a_trigger_is_made_again_from_what_the_database_keeps_of_it_and_fires_when_the_target_is_free(
    ledger: Any, airflow_home: Any
) -> None:
    from imsclone_airflow.triggers.target_free import TargetFreeTrigger

    path, arguments = TargetFreeTrigger("IMS IMST", RUN, poll_seconds=0.01).serialize()
    module, _, name = path.rpartition(".")
    trigger = getattr(importlib.import_module(module), name)(**arguments)
    asked: list[bool] = []
    ask = trigger.is_free

    def is_free() -> bool:
        asked.append(ask())
        if len(asked) == 2:
            ledger.unbook("IMS IMST")
        return asked[-1]

    trigger.is_free = is_free
    booked(ledger)
    fired = asyncio.run(anext(trigger.run()))
    assert fired.payload == {"free": "IMS IMST"}
    assert asked == [False, False, True]


def test_a_run_does_not_wait_for_itself_and_a_ledger_that_is_away_is_not_free(
    ledger: Any, airflow_home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone_airflow import settings
    from imsclone_airflow.triggers.target_free import TargetFreeTrigger

    ledger.lease("IMS IMST", RUN, timedelta(minutes=10))
    assert TargetFreeTrigger("IMS IMST", RUN).is_free()
    monkeypatch.setenv(settings.LEDGER, "sqlite:////nonexistent/ledger.db")
    assert not TargetFreeTrigger("IMS IMST", RUN).is_free()


@pytest.mark.parametrize(
    ("state", "known", "waits"),
    [("running", False, True), ("running", True, False), ("queued", False, False), ("failed", False, False)],
)
def test_a_date_of_a_backfill_waits_for_the_one_before_it_while_that_runs(
    ledger: Any, airflow_home: Any, state: str, known: bool, waits: bool
) -> None:
    from airflow.sdk.api.datamodels._generated import DagRunState, DagRunType
    from airflow.sdk.exceptions import TaskDeferred

    from imsclone.ledger import Wanted
    from imsclone_airflow.booked import await_turn
    from imsclone_airflow.operators import PlanOperator

    before = SimpleNamespace(dag_id="imst", run_id="backfill__1", state=DagRunState(state))
    if known:
        ledger.refuse_run("imst/backfill__1", Wanted("imst", "full_system"), "CLN201E  no")
        ledger.finish_run("imst/backfill__1", success=False, error="CLN201E  no")
    ti = SimpleNamespace(get_previous_dagrun=lambda: before)
    task = PlanOperator(task_id="plan", environment="imst")
    await_turn(task, {"dag_run": SimpleNamespace(run_type=DagRunType.MANUAL), "ti": ti})
    context = {"dag_run": SimpleNamespace(run_type=DagRunType.BACKFILL), "ti": ti}
    if not waits:
        await_turn(task, context)
        return
    with pytest.raises(TaskDeferred) as deferred:
        await_turn(task, context)
    path, arguments = deferred.value.trigger.serialize()
    assert (path.rpartition(".")[2], arguments["run"]) == ("RunEndedTrigger", "imst/backfill__1")
    ledger.refuse_run("imst/backfill__1", Wanted("imst", "full_system"), "CLN201E  no, and the plan is tried again")
    with pytest.raises(TaskDeferred):
        await_turn(task, context)
    ledger.finish_run("imst/backfill__1", success=False, error="CLN201E  no")
    assert asyncio.run(anext(deferred.value.trigger.run())).payload == {"ended": "imst/backfill__1"}
