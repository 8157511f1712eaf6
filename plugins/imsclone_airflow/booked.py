"""What a run does when somebody else holds its target: wait, skip or fail, as the environment says."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from imsclone.ledger import Lease, LeaseHeld, Ledger, target_lease
from imsclone_airflow.fence import hold_target
from imsclone_airflow.identity import is_backfill, run_key
from imsclone_airflow.triggers.run_ended import RunEndedTrigger, has_ended
from imsclone_airflow.triggers.target_free import TargetFreeTrigger

if TYPE_CHECKING:
    from imsclone.spec.model import WhenHeld

log = logging.getLogger(__name__)

RESUMED = "resume"
"""The method of the task that goes on when the target has become free."""


def await_turn(task: BaseOperator, context: Mapping[str, Any]) -> None:
    """Let the dates of a backfill be made one after the other. Raises TaskDeferred while the one before runs.

    One before that has not begun is not waited for: a backfill that goes back in time begins with the last date.
    """
    if not is_backfill(context):
        return
    before = context["ti"].get_previous_dagrun()
    if before is None or before.state != "running":
        return
    key = run_key(before.dag_id, before.run_id)
    if not has_ended(key):
        log.warning("This date waits for the one before: %s", before.run_id)
        task.defer(trigger=RunEndedTrigger(key), method_name=RESUMED)


def hold_or_wait(task: BaseOperator, ledger: Ledger, imsid: str, policy: WhenHeld, holder: str) -> Lease:
    """Take the target, or do what the policy says. Raises LeaseHeld, AirflowSkipException, TaskDeferred."""
    try:
        return hold_target(ledger, imsid, holder)
    except LeaseHeld as error:
        if policy == "fail":
            raise
        if policy == "skip":
            raise AirflowSkipException(str(error)) from error
        log.warning("This run waits. %s", error)
    trigger = TargetFreeTrigger(target_lease(imsid), holder)
    task.defer(trigger=trigger, method_name=RESUMED)
