"""Make ready for the source's databases to be held: arm the watchdog."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.operators import watchdog
from imsclone_airflow.refresh.step import RefreshStep, spoc_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.refresh.plan import RefreshPlan

TEMPLATE = "refresh_watchdog.jcl"


def watchdog_values(plan: RefreshPlan) -> Mapping[str, Any]:
    """Return the values of the watchdog's template."""
    from imsclone.refresh.statements import release

    seconds = math.ceil(plan.outage_budget_seconds)
    return spoc_values(plan.source) | {"seconds": seconds, "release": release(plan)}


class HoldOperator(RefreshStep):
    """Prove that the source's databases will be released, before they are held.

    Submits the watchdog job, which sleeps for the outage budget and then starts the databases (or ends their
    quiesce) whatever happens, and goes on only when that job is active. They are held, copied and released by one
    job of the next step. For a fuzzy copy there is nothing to release.
    """

    jcl_template = TEMPLATE
    letters = watchdog.LETTERS
    side = "source"

    def values(self) -> Mapping[str, Any]:
        return watchdog_values(self.refresh)

    def preview(self) -> None:
        if self.refresh.holds_source:
            super().preview()

    def work(self, context: Context) -> str:
        if not self.refresh.holds_source:
            return "nothing is held"
        job = watchdog.arm(self, self.jcl_template, self.values())
        self.desk.done.append(job)
        self.evidence.messages.append(f"Watchdog {job} is active")
        return str(job)
