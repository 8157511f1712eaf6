"""A run of a backfill is made as of its logical date; a run by schedule or by hand copies what is there now."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

MOMENT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("run_type", "asked", "as_of"),
    [
        ("backfill", "", MOMENT.isoformat()),
        ("backfill", "2026-11-01T00:00:00+00:00", "2026-11-01T00:00:00+00:00"),
        ("scheduled", "", ""),
        ("manual", "", ""),
        ("manual", "2026-11-01T00:00:00+00:00", "2026-11-01T00:00:00+00:00"),
    ],
)
def test_the_consistency_point_of_a_run_is_its_logical_date_in_a_backfill_only(
    monkeypatch: pytest.MonkeyPatch, run_type: str, asked: str, as_of: str
) -> None:
    from airflow.sdk.api.datamodels._generated import DagRunType

    from imsclone_airflow.operators.plan import PlanOperator
    from imsclone_airflow.refresh import PlanRefreshOperator

    seen: list[str] = []

    def execute(step: Any, context: Any) -> None:
        seen.append(step.overrides["as_of"])

    monkeypatch.setattr(PlanOperator, "execute", execute)
    step = PlanRefreshOperator(task_id="plan", environment="bank", overrides={"as_of": asked})
    step.execute({"dag_run": SimpleNamespace(run_type=DagRunType(run_type), logical_date=MOMENT)})
    assert seen == [as_of]
