"""The tasks of a database refresh, in the order of the work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import chain

from imsclone_airflow.operators import ApproveOperator, PublishOperator
from imsclone_airflow.refresh import (
    DbrcDeleteOperator,
    DbrcInitOperator,
    HoldOperator,
    KeepGenerationOperator,
    MaskOperator,
    PlanRefreshOperator,
    ReleaseOperator,
    ReplicateDataSetsOperator,
    StartDatabasesOperator,
    StopDatabasesOperator,
    VerifyRefreshOperator,
)

TARGET = "{{ task.group['imsid'] }}"


def database_refresh(**how: Any) -> None:
    """Lay the tasks into the Dag that is open.

    :param how: what the plan task is given: ``environment``, ``show_only``, ``overrides``.
    """
    plan = PlanRefreshOperator(task_id="plan", **how)
    the = {"plan": plan.plan}
    each = {"map_index_template": TARGET, **the}
    targets = plan.output

    approve = ApproveOperator(task_id="approve", **the)
    stop_target = StopDatabasesOperator.partial(task_id="stop_target", **each).expand(group=targets)
    keep_generation = KeepGenerationOperator(task_id="keep_generation", **the)

    arm_quiesce = HoldOperator(task_id="arm_quiesce", **the).as_setup()
    replicate = ReplicateDataSetsOperator(task_id="replicate", **the)
    resume = ReleaseOperator(task_id="resume", **the).as_teardown(setups=arm_quiesce, on_failure_fail_dagrun=True)

    dbrc_delete = DbrcDeleteOperator.partial(task_id="dbrc_delete", **each).expand(group=targets)
    dbrc_init = DbrcInitOperator.partial(task_id="dbrc_init", **each).expand(group=targets)
    mask = MaskOperator.partial(task_id="mask", **each).expand(group=targets)
    verify = VerifyRefreshOperator.partial(task_id="verify", **each).expand(group=targets)
    start_target = StartDatabasesOperator.partial(task_id="start_target", **each).expand(group=targets)
    publish = PublishOperator(task_id="publish", **the)

    chain(plan, approve, stop_target, keep_generation, arm_quiesce, replicate, resume)
    [replicate, resume] >> dbrc_delete
    chain(dbrc_delete, dbrc_init, mask, verify)
    replicate >> verify
    chain(verify, start_target, publish)
