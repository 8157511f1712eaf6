"""Make sure that the source's databases are released."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import SourceNotReleased
from imsclone_airflow.operators import watchdog
from imsclone_airflow.operators.resume import ResumeOperator
from imsclone_airflow.refresh.replicate import FUZZY, falls_back, most_tries, record_window, try_label
from imsclone_airflow.refresh.step import AWAY_TRIES, COMMAND, SPOC_CODES, RefreshStep, answer, said, spoc_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone_airflow.identity import TaskKey
    from imsclone_airflow.jobs import JobOutput


TRIED_GENERATIONS = 5
"""How often a task that waits for programs may have been cleared."""

NOTHING_HELD = (0, 0x8, 0xC)
"""COMMAND COMPLETE, or complete for none or for some of the names: the others were not quiesced. APAR PM76444."""


class ReleaseOperator(RefreshStep, ResumeOperator):
    """Start the source's databases, whatever became of the copy. May run at any time, any number of times.

    An old process of the copy step is fenced off and a copy job that still runs is cancelled, so that nothing holds
    them again behind us; then a job releases them, and the watchdog is cancelled.
    """

    jcl_template = COMMAND

    @property
    def steps(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The listing is judged, not the code."""
        return {"SPOC": SPOC_CODES}

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh.statements import release

        return spoc_values(self.refresh.source, release(self.refresh))

    def preview(self) -> None:
        if self.refresh.holds_source:
            super().preview()

    def work(self, context: Context) -> Any:
        self.copy_jobs = self.end_copies()
        if not self.refresh.holds_source:
            return "nothing was held"
        return self.finish(self.judge(self.release(int(context["ti"].try_number))))

    def correlators_of(self, key: TaskKey) -> Mapping[str, int]:
        """Also those of the tries to hold databases that programs kept; the copy made without that holds nothing."""
        from imsclone_airflow.jobs import correlators

        known = dict(super().correlators_of(key))
        for number in range(1, max(most_tries(self.refresh), AWAY_TRIES) + 1):
            later = correlators(key, try_label(number), generations=TRIED_GENERATIONS)
            known |= {name: place + number * len(later) for name, place in later.items()}
        if falls_back(self.refresh):
            fuzzy = correlators(key, FUZZY, generations=TRIED_GENERATIONS)
            known |= {name: place - len(fuzzy) for name, place in fuzzy.items()}
        return known

    def check(self, found: JobOutput) -> None:
        problem = said(answer(found, "SPOC"), NOTHING_HELD)
        if problem:
            raise SourceNotReleased(imsid=self.refresh.source.imsid, said=problem)

    def finish(self, found: JobOutput) -> Any:
        watchdog.disarm(self)
        if self.copy_jobs:
            record_window(self.ledger, self.task_key.run_key, self.client.status(self.copy_jobs[-1]))
        return "released"
