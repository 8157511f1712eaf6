"""The job on z/OS that releases the source when its outage budget is spent, whatever has become of us."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import JobLost, WatchdogNotActive

if TYPE_CHECKING:
    from imsclone.plan import Plan
    from imsclone.zosmf import Job
    from imsclone_airflow.operators.job import ZosJobOperator

TASK = "watchdog"
TEMPLATE = "watchdog.jcl"
LETTERS = "WATCH"
START_SECONDS = 20.0
POLL_SECONDS = 0.1

log = logging.getLogger(__name__)


def release_values(plan: Plan) -> dict[str, Any]:
    """Return what a job needs that releases the source."""
    return {
        "consistency": plan.consistency,
        "imsids": tuple(member.source for member in plan.members),
        "pairs": plan.copies,
        "steplib": plan.source.steplib,
    }


def values(plan: Plan) -> Mapping[str, Any]:
    """Return the values of the watchdog's template."""
    return release_values(plan) | {"seconds": math.ceil(plan.outage_budget_seconds)}


def arm(step: ZosJobOperator, template: str = TEMPLATE, given: Mapping[str, Any] | None = None) -> Job:
    """Submit a watchdog and make sure that it runs. Raises WatchdogNotActive, and JobLost if the system failed.

    Its budget counts from here: it is armed anew right before the source is held. Those of before are cancelled
    first, because JES runs one job of a name at a time.

    :param template: of the job, with the values it needs.
    """
    earlier = list(armed(step))
    for old in earlier:
        _disarm_one(step, old)
    key = step.task_key.of_task(TASK)
    correlator = key.correlator(attempt=len(earlier) + 1)
    jcl = step.rendered(template, LETTERS, correlator, values(step.the_plan) if given is None else given)
    job = step.client.submit_once(jcl, correlator)
    job = _active(step, job)
    log.info("Watchdog %s releases the source in %s s", job, step.the_plan.outage_budget_seconds)
    return job


def _active(step: ZosJobOperator, job: Job) -> Job:
    from imsclone_airflow.jobs import is_lost

    deadline = time.monotonic() + START_SECONDS
    while True:
        now = step.client.status(job)
        if now.status == "ACTIVE":
            return now
        if now.ended and is_lost(now):
            raise JobLost(job=str(job), said=str(now.completion))
        if now.ended or time.monotonic() >= deadline:
            said = now.reason_not_running or str(now.completion or "")
            if not now.ended:
                step.client.cancel(job)
            raise WatchdogNotActive(job=str(job), status=now.status, seconds=START_SECONDS, said=said)
        time.sleep(POLL_SECONDS)


def armed(step: ZosJobOperator) -> Iterator[Job]:
    """Yield the watchdogs of this run, the first first."""
    key = step.task_key.of_task(TASK)
    attempt = 1
    while (job := step.client.find(key.correlator(attempt=attempt))) is not None:
        yield job
        attempt += 1


def disarm(step: ZosJobOperator) -> int:
    """Cancel the watchdogs of this run that still wait, and return how many did."""
    return sum(_disarm_one(step, job) for job in armed(step))


def _disarm_one(step: ZosJobOperator, job: Job) -> bool:
    from imsclone.zosmf.errors import JobModifyRefused

    if job.ended:
        return False
    try:
        step.client.cancel(job)
    except JobModifyRefused:
        if not step.client.status(job).ended:
            raise
        return False
    return True
