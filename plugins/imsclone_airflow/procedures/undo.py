"""The tasks that take a database refresh back, in the order of the work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import chain

from imsclone_airflow.operators import ApproveOperator, PublishOperator
from imsclone_airflow.refresh import (
    DbrcDeleteOperator,
    DbrcInitOperator,
    PlanUndoOperator,
    RestoreOperator,
    StartDatabasesOperator,
    StopDatabasesOperator,
    VerifyRefreshOperator,
)

TARGET = "{{ task.group['imsid'] }}"


def undo(**how: Any) -> None:
    """Lay the tasks into the Dag that is open: those of a refresh from what is kept, so that nothing is held.

    :param how: what the plan task is given: ``environment``, ``show_only``.
    """
    plan = PlanUndoOperator(task_id="plan", **how)
    the = {"plan": plan.plan}
    each = {"map_index_template": TARGET, **the}
    targets = plan.output

    approve = ApproveOperator(task_id="approve", **the)
    stop_target = StopDatabasesOperator.partial(task_id="stop_target", **each).expand(group=targets)
    restore = RestoreOperator(task_id="restore", **the)
    dbrc_delete = DbrcDeleteOperator.partial(task_id="dbrc_delete", **each).expand(group=targets)
    dbrc_init = DbrcInitOperator.partial(task_id="dbrc_init", **each).expand(group=targets)
    verify = VerifyRefreshOperator.partial(task_id="verify", **each).expand(group=targets)
    start_target = StartDatabasesOperator.partial(task_id="start_target", **each).expand(group=targets)
    publish = PublishOperator(task_id="publish", **the)

    chain(plan, approve, stop_target, restore, dbrc_delete, dbrc_init, verify, start_target, publish)
