"""The tasks of a full-system clone, in the order of the work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import TaskGroup, chain

from imsclone_airflow.operators import (
    ImageCopyOperator,
    OffloadReportOperator,
    PlanOperator,
    PointerCheckOperator,
    PublishOperator,
    StartOperator,
    UnloadOperator,
    VerifyOperator,
)
from imsclone_airflow.procedures.volume_clone import copy_and_rename, edit


def full_system(**how: Any) -> None:
    """Lay the tasks into the Dag that is open.

    :param how: what the plan task is given: ``environment``, ``show_only``, ``overrides``.
    """
    plan = PlanOperator(task_id="plan", clone_type="full_system", **how)
    the = {"plan": plan.plan}

    replicate, recatalog = copy_and_rename(plan)
    edited = edit(plan)

    verify = VerifyOperator(task_id="verify", **the)
    start = StartOperator(task_id="start", **the)
    with TaskGroup("offload"):
        report = OffloadReportOperator(task_id="report", **the)
        pointer_check = PointerCheckOperator(task_id="pointer_check", **the)
        image_copy = ImageCopyOperator(task_id="image_copy", **the)
        unload = UnloadOperator(task_id="unload", **the)
    publish = PublishOperator(task_id="publish", **the)

    chain(recatalog, edited, verify)
    replicate >> verify
    chain(verify, start, report, pointer_check, image_copy, unload, publish)
