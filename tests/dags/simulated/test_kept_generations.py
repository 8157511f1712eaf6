"""What a refresh keeps of a target depends on what the run before it left there, by the evidence in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WHOLE = ("keep_generation", "replicate", "verify", "start_target 0", "start_target 1")


def plan(**more: Any) -> Any:
    """Return the plan of a refresh of two targets."""
    from imsclone.plan.data_set_map import DataSetMap
    from imsclone.refresh.plan import RefreshPlan

    def side(imsid: str) -> dict[str, Any]:
        return {
            "imsid": imsid,
            "zosmf": "lab",
            "hlq": imsid,
            "imsplex": "PLEX1",
            "reslib": f"{imsid}.SDFSRESL",
            "steplib": [f"{imsid}.SDFSRESL"],
            "dbdlib": [f"{imsid}.DBDLIB"],
            "job_card": None,
            "recon": [f"{imsid}.RECON1"],
            "members": [imsid],
            "active": True,
        }

    def copy(source: str, target: str) -> dict[str, Any]:
        names = {"owner": "ACCT", "database": "ACCT", "ddname": "ACCT", "source": source, "target": target}
        return {**names, "organization": "OSAM", "volsers": ["IMST05"], "replaced": True}

    def target(imsid: str) -> dict[str, Any]:
        dsname = f"{imsid}.DB.ACCT"
        kept = {"copies": [copy(dsname, f"{dsname}.PREV")], "definitions": [{"verb": "INIT.DB", "operands": []}]}
        databases = [{"source": "ACCT", "target": "ACCT", "kind": "IMS"}]
        copies = [copy("IMSP.DB.ACCT", dsname)]
        made = {"databases": databases, "copies": copies, "masks": [], "definitions": [], "kept": kept}
        return {"side": side(imsid), **made}

    return RefreshPlan.model_validate(
        {
            "environment": "bank",
            "owner": "dba",
            "source": side("IMSP"),
            "targets": [target("IMST"), target("IMSU")],
            "data_sets": DataSetMap.of([]),
            "consistency": "dbr",
            "outage_budget_seconds": 30,
            "long_running": {},
            "image_copy": "recommended",
            "work": {},
            "approval": {},
            **more,
        }
    )


def note(ledger: Any, run: str, step: str, at: datetime, outcome: str = "done", attempt: int = 1) -> None:
    """Note what a task of a run did."""
    name, _, number = step.partition(" ")
    ledger.record_evidence(
        run,
        name,
        map_index=int(number or -1),
        attempt=attempt,
        outcome=outcome,
        started_at=at,
        ended_at=at + MINUTE / 2,
        counts={"data sets kept": 2} if step == "keep_generation" else {},
    )


def made(ledger: Any, run: str, done: Any, *steps: str, success: bool = False, **more: Any) -> None:
    """Have a run that did some steps in their order, the failed ones marked with ``!``, and ended."""
    ledger.start_run(run, plan(**more))
    for place, step in enumerate(steps):
        note(ledger, run, step.strip("!"), done + place * MINUTE, "failed" if "!" in step else "done", place + 1)
    ledger.finish_run(run, success=success)


def why_not(ledger: Any) -> str:
    """Return why the next run keeps nothing."""
    from imsclone_airflow.identity import TaskKey
    from imsclone_airflow.refresh import KeepGenerationOperator

    ledger.start_run("bank/next", plan())
    step = KeepGenerationOperator(task_id="keep_generation", plan=None)
    step.planned = plan()
    step.task_key = TaskKey("bank", "next", "keep_generation")
    return str(step.why_not)


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ((*WHOLE, "publish!"), True),
        (WHOLE, True),
        ((*WHOLE[:-1], "start_target 1!", "start_target 1", "publish!"), True),
        ((*WHOLE[:-1], "start_target 1!"), False),
        (WHOLE[:-1], False),
        (WHOLE[:-2], False),
        ((*WHOLE, "start_target 0!"), False),
        ((*WHOLE, "publish!", "mask 0!"), False),
        ((*WHOLE, "publish!", "replicate", "verify!"), False),
    ],
    ids=[
        "only publish failed",
        "publish was never done",
        "a start went well at the second try",
        "one of two targets did not start",
        "one of two targets was never started",
        "no target was started",
        "a target was started again in vain",
        "a task that was cleared failed",
        "the copy was made again",
    ],
)
def test_a_target_that_was_started_when_all_else_was_done_is_kept_though_its_run_failed(
    ledger: Any, steps: tuple[str, ...], kept: bool
) -> None:
    made(ledger, "bank/failed", START, *steps)
    found = why_not(ledger)
    assert found == ("" if kept else "Run bank/failed left the target half made; what it had kept stays")


def test_the_run_that_failed_in_publish_is_taken_back_and_its_data_are_known(ledger: Any) -> None:
    from imsclone_airflow.refresh.plan_undo import data_before, to_undo

    made(ledger, "bank/first", START, *WHOLE, "publish!")
    made(ledger, "bank/second", START + 20 * MINUTE, *WHOLE, "publish", success=True)
    last = to_undo(ledger, "bank", "undo/now")
    assert last.run.id == "bank/second"
    assert data_before(ledger, last) == ledger.run("bank/first").finished_at


def test_an_undo_that_failed_in_publish_has_taken_the_refresh_back(ledger: Any) -> None:
    from imsclone.refresh.undo_errors import AlreadyUndone
    from imsclone_airflow.refresh.plan_undo import to_undo

    undoes = {"undoes": {"run": "bank/first"}}
    made(ledger, "bank/first", START, *WHOLE, "publish", success=True)
    made(ledger, "undo/half", START + 20 * MINUTE, "restore", "verify!", **undoes)
    assert to_undo(ledger, "bank", "undo/now").run.id == "bank/first"
    made(ledger, "undo/done", START + 30 * MINUTE, "restore", "verify", *WHOLE[-2:], "publish!", **undoes)
    with pytest.raises(AlreadyUndone, match=r"bank/first has been taken back already, by undo/done"):
        to_undo(ledger, "bank", "undo/now")
