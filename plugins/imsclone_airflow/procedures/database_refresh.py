"""The tasks of a database refresh, in the order of the work."""

from __future__ import annotations

from typing import Any

from airflow.sdk import chain

from imsclone_airflow.operators import ApproveOperator, PublishOperator
from imsclone_airflow.refresh import (
    ApplyLogOperator,
    ArchiveLogOperator,
    DbrcDeleteOperator,
    DbrcInitOperator,
    DefineDatabasesOperator,
    HoldOperator,
    KeepGenerationOperator,
    MaskOperator,
    PlanRefreshOperator,
    RebuildIndexesOperator,
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
    define_missing = DefineDatabasesOperator.partial(task_id="define_missing", **each).expand(group=targets)
    keep_generation = KeepGenerationOperator(task_id="keep_generation", **the)

    arm_quiesce = HoldOperator(task_id="arm_quiesce", **the).as_setup()
    replicate = ReplicateDataSetsOperator(task_id="replicate", **the)
    resume = ReleaseOperator(task_id="resume", **the).as_teardown(setups=arm_quiesce, on_failure_fail_dagrun=True)

    archive_log = ArchiveLogOperator(task_id="archive_log", copied=replicate.output, **the)
    applied = {"logs": archive_log.output, **each}

    dbrc_delete = DbrcDeleteOperator.partial(task_id="dbrc_delete", **each).expand(group=targets)
    dbrc_init = DbrcInitOperator.partial(task_id="dbrc_init", **each).expand(group=targets)
    apply_log = ApplyLogOperator.partial(task_id="apply_log", **applied).expand(group=targets)
    rebuild_indexes = RebuildIndexesOperator.partial(task_id="rebuild_indexes", **applied).expand(group=targets)
    mask = MaskOperator.partial(task_id="mask", **each).expand(group=targets)
    verify = VerifyRefreshOperator.partial(task_id="verify", **each).expand(group=targets)
    start_target = StartDatabasesOperator.partial(task_id="start_target", **each).expand(group=targets)
    publish = PublishOperator(task_id="publish", **the)

    chain(plan, approve, stop_target, define_missing, keep_generation, arm_quiesce, replicate, resume)
    [replicate, resume] >> archive_log
    chain(archive_log, dbrc_delete, dbrc_init, apply_log, rebuild_indexes, mask, verify)
    replicate >> verify
    chain(verify, start_target, publish)
