"""The Dag as Airflow runs it, on a simulated z/OS: what runs after what, and what does not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

PROJECT = Path(__file__).parents[3]
LATER = [
    "relabel",
    "rename",
    "recatalog",
    "update_recon",
    "verify",
    "start",
    "offload.report",
    "offload.unload",
    "publish",
]


@pytest.fixture
def run(
    airflow_home: Path, ledger: Any, host: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, str]]:
    """Run the Dag with a plan that is made already; give each task's state, and the run's."""
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.setattr("imsclone_airflow.operators.plan.planned", lambda spec: plan)
    host.ams = lambda text: (4, ["IDC3012I ENTRY UCAT.IMST NOT FOUND"])
    dag = DagBag(PROJECT / "dags").dags["full_system_clone"]

    def test(**conf: Any) -> dict[str, str]:
        done = dag.test(run_conf={"environment": "imst", "dry_run": False, **conf})
        states = {one.task_id: str(one.state) for one in done.get_task_instances()}
        return {**states, "run": str(done.state), "run_id": f"{done.dag_id}/{done.run_id}"}

    return test


def test_a_failed_copy_is_followed_by_the_release_and_nothing_else(
    run: Callable[..., dict[str, str]], host: Any, ledger: Any
) -> None:
    host.without_fast = "IMSP02"
    states = run()
    assert (states["replicate"], states["resume"], states["run"]) == ("failed", "success", "failed")
    assert {states[task] for task in LATER} == {"upstream_failed"}
    assert [job.name for job in host.jobs][-2:] == ["CLNCOPY", "CLNRESUM"]
    known = ledger.run(states["run_id"])
    assert known.state == "failed"
    assert "CLN703E" in known.error


def test_a_failed_run_leaves_its_target_to_the_next(run: Callable[..., dict[str, str]], host: Any, ledger: Any) -> None:
    host.without_fast = "IMSP02"
    run()
    assert ledger.lease("IMS IMST", "the next run", timedelta(minutes=1)).holder == "the next run"


def test_a_source_that_is_not_released_fails_the_run(run: Callable[..., dict[str, str]], host: Any) -> None:
    good = host.outcome

    def outcome(job: Any) -> None:
        good(job)
        if job.name == "CLNRESUM":
            job.listings = {("RESUME", "SYSPRINT"): "SUS004E IMSP IS NOT ACTIVE"}

    host.outcome = outcome
    states = run()
    assert (states["replicate"], states["resume"], states["run"]) == ("success", "failed", "failed")
    assert {states[task] for task in LATER} == {"upstream_failed"}


def test_a_refusal_before_the_source_is_touched_releases_nothing_and_holds_nothing(
    run: Callable[..., dict[str, str]], host: Any
) -> None:
    good = host.outcome

    def outcome(job: Any) -> None:
        good(job)
        if job.name == "CLNBCKUP":
            job.steps = {"CLEAR": "CC 0000", "BACKUP": "CC 0012"}

    host.outcome = outcome
    states = run()
    assert (states["back_up_catalogs"], states["arm_quiesce"], states["run"]) == ("failed", "upstream_failed", "failed")
    assert [job.name for job in host.jobs] == ["CLNBCKUP"]


def test_a_target_that_another_run_holds_is_refused_by_name(
    run: Callable[..., dict[str, str]], host: Any, ledger: Any
) -> None:
    ledger.lease("IMS IMST", "haldb_copy/manual__7", timedelta(minutes=5))
    states = run()
    assert (states["plan"], states["run"]) == ("failed", "failed")
    assert host.jobs == []


def test_a_dry_run_shows_the_jcl_and_skips_everything(
    run: Callable[..., dict[str, str]], host: Any, ledger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: dict[str, str] = {}
    from imsclone_airflow.operators import plan as module

    def show(step: Any, context: Any, document: Any, key: Any, groups: Any) -> None:
        from imsclone_airflow.operators.preview import previews

        for task_id, jcl in previews(context["dag"], document, key, groups):
            shown[task_id] = shown.get(task_id, "") + jcl

    monkeypatch.setattr(module.PlanOperator, "show_jcl", show)
    states = run(dry_run=True)
    assert states["plan"] == "success"
    assert {state for task, state in states.items() if task not in ("plan", "run", "run_id")} == {"skipped"}
    assert (host.jobs, host.commands) == ([], [])
    assert shown["relabel"].count("REFORMAT") == 6
    assert "//SUSPEND  EXEC PGM=IMSSUSPD" in shown["replicate"]
    assert list(shown)[:3] == ["retire_previous", "back_up_catalogs", "arm_quiesce"]
    assert ledger.runs() == []
    assert ledger.lease("IMS IMST", "the next run", timedelta(minutes=1))


def test_a_form_value_that_is_no_environment_is_refused(run: Callable[..., dict[str, str]], host: Any) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        run(environment="../../etc/passwd")
    assert json.dumps(host.commands) == "[]"


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


def test_a_run_of_a_booked_environment_is_skipped_as_a_whole(
    run: Callable[..., dict[str, str]], host: Any, ledger: Any, policy: Callable[[str], None]
) -> None:
    policy("skip")
    ledger.book(["IMS IMST"], "team payments", ledger.clock() + timedelta(hours=1))
    states = run()
    assert {state for task, state in states.items() if task not in ("run", "run_id")} == {"skipped"}
    assert (states["run"], host.jobs) == ("success", [])


def test_a_run_that_waits_for_a_booking_goes_on_when_it_ends(
    run: Callable[..., dict[str, str]],
    host: Any,
    ledger: Any,
    policy: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The booking is given back while the run waits; then the run holds the target, until it fails by design."""
    from imsclone_airflow.triggers.target_free import TargetFreeTrigger

    policy("wait")
    ledger.book(["IMS IMST"], "team payments", ledger.clock() + timedelta(hours=1))
    waited: list[str] = []

    def is_free(trigger: Any) -> bool:
        waited.append(ledger.unbook(trigger.target).holder)
        return True

    monkeypatch.setattr(TargetFreeTrigger, "is_free", is_free)
    host.without_fast = "IMSP02"
    states = run()
    assert waited == ["team payments"]
    assert (states["plan"], states["replicate"], states["resume"]) == ("success", "failed", "success")
