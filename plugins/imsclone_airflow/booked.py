"""What a run does when somebody else holds its target: wait, skip or fail, as the environment says."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from imsclone.ledger import Lease, LeaseHeld, Ledger, target_lease
from imsclone_airflow.fence import hold_target
from imsclone_airflow.triggers.target_free import TargetFreeTrigger

if TYPE_CHECKING:
    from imsclone.spec.model import WhenHeld

log = logging.getLogger(__name__)

RESUMED = "resume"
"""The method of the task that goes on when the target has become free."""


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
