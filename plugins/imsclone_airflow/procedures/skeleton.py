"""The tasks of a skeleton clone, in the order of the work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import chain

from imsclone_airflow.operators import (
    PlanOperator,
    PublishOperator,
    ScratchDatabasesOperator,
    StartOperator,
    VerifyOperator,
)
from imsclone_airflow.procedures.volume_clone import copy_and_rename, edit


def skeleton(**how: Any) -> None:
    """Lay the tasks into the Dag that is open.

    :param how: what the plan task is given: ``environment``, ``show_only``, ``overrides``.
    """
    plan = PlanOperator(task_id="plan", clone_type="skeleton", **how)
    the = {"plan": plan.plan}

    replicate, recatalog = copy_and_rename(plan)
    scratch_databases = ScratchDatabasesOperator(task_id="scratch_databases", **the)
    edited = edit(plan)

    verify = VerifyOperator(task_id="verify", **the)
    start = StartOperator(task_id="start", **the)
    publish = PublishOperator(task_id="publish", **the)

    chain(recatalog, scratch_databases, edited, verify)
    replicate >> verify
    chain(verify, start, publish)
