"""Make ready for the source to be held: arm the watchdog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow import console
from imsclone_airflow.errors import SourceNotStopped
from imsclone_airflow.operators import watchdog
from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class QuiesceOperator(ZosJobOperator):
    """Prove that the source will be released, before it is held.

    Submits the watchdog job, which sleeps for the outage budget and then resumes IMS and thaws its volumes whatever
    happens, and goes on only when that job is active. The source is held, copied and released by one job of the
    next step. For an offline copy there is nothing to release; the source must be down.
    """

    jcl_template = watchdog.TEMPLATE
    letters = watchdog.LETTERS
    side = "source"

    def values(self) -> Mapping[str, Any]:
        return watchdog.values(self.the_plan)

    def work(self, context: Context) -> str:
        if self.the_plan.consistency == "offline":
            return self.require_down()
        job = watchdog.arm(self)
        self.desk.done.append(job)
        self.evidence.messages.append(f"Watchdog {job} is active")
        return str(job)

    def require_down(self) -> str:
        """Make sure that no IMS of the source runs. Raises SourceNotStopped."""
        for member in self.the_plan.members:
            if console.is_active(self.client, member.source_procedure):
                raise SourceNotStopped(imsid=member.source)
        return "offline"
