"""The plan task when another run holds the target, or the plan is refused: z/OS is asked nothing, nothing is kept."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from imsclone.errors import CloneError
from imsclone.ledger import LeaseHeld, RunUnknown

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
    return lambda: task.execute({"ti": ti, "task": SimpleNamespace(retries=0), "dag": None})


def test_a_target_in_use_by_another_run_is_refused_with_its_holder(plan_task: Any, ledger: Any) -> None:
    held = ledger.lease("IMS IMST", "full_system_clone/manual__1", timedelta(minutes=10))
    with pytest.raises(LeaseHeld, match="CLN503E  IMS IMST is held by full_system_clone/manual__1 until"):
        plan_task()
    ledger.renew(held, timedelta(minutes=10))
    with pytest.raises(RunUnknown):
        ledger.run(RUN)


def test_a_plan_that_is_refused_gives_the_target_free(plan_task: Any, ledger: Any) -> None:
    with pytest.raises(CloneError):
        plan_task()
    ledger.lease("IMS IMST", "full_system_clone/manual__1", timedelta(minutes=10))
    with pytest.raises(RunUnknown):
        ledger.run(RUN)
