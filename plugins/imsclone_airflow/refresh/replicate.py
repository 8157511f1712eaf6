"""Copy the source's database data sets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from imsclone_airflow.operators import replicate, watchdog
from imsclone_airflow.operators.own import CopyStep
from imsclone_airflow.operators.window import JES_RESOLUTION
from imsclone_airflow.refresh.errors import BudgetSpent, DataSetNotCopied, SourceAway, SourceNotHeld
from imsclone_airflow.refresh.hold import TEMPLATE, watchdog_values
from imsclone_airflow.refresh.step import SPOC_CODES, RefreshStep, answer, said, spoc_values

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.ledger import Ledger
    from imsclone.listings.adrdssu import DataSetCopied
    from imsclone.refresh.plan import RefreshPlan
    from imsclone.zosmf import Correlator, Job
    from imsclone_airflow.jobs import JobOutput

AGAIN_SECONDS = 30.0
"""Between two tries to hold databases that programs keep."""

MOST_TRIES = 400
FUZZY = "fuzzy"
"""Label of the job that copies what could not be held."""
HOLD, COPY, RELEASE = "HOLD", "COPY", "RELEASE"


class ReplicateDataSetsOperator(RefreshStep, CopyStep):
    """Hold the source's databases, copy all data sets, release them: three steps of one job, the last always runs.

    The watchdog is armed anew right before. The copy counts only if IMS held every database, every data set was
    copied by a point-in-time copy, and the job was done before the watchdog could release the source.
    """

    jcl_template = "refresh_copy.jcl"
    letters = "COPY"
    side = "source"
    copy_job: Job | None = None

    given_up = False
    """Whether programs kept the databases, so that they are copied while these go on."""

    @property
    def holds(self) -> bool:
        """Whether the job holds the source's databases."""
        return self.refresh.holds_source and not self.given_up

    @property
    def steps(self) -> Mapping[str, Any]:  # type: ignore[override]
        """What the listings of HOLD and RELEASE say is judged, not their codes."""
        return {HOLD: SPOC_CODES, COPY: (0,), RELEASE: SPOC_CODES} if self.holds else {COPY: (0,)}

    def get_openlineage_facets_on_complete(self, ti: Any) -> Any:
        """Tell OpenLineage which data set comes from which. Its provider calls this after the task."""
        from imsclone_airflow import lineage

        return lineage.copied(self.the_plan)

    def values(self) -> Mapping[str, Any]:
        from imsclone.refresh import statements

        plan = self.refresh
        held = self.holds
        return spoc_values(plan.source) | {
            "mover": plan.mover,
            "held": held,
            "hold": statements.hold(plan) if held else None,
            "release": statements.release(plan) if held else None,
            "copies": statements.copies(plan),
        }

    def prepare(self) -> None:
        if self.holds:
            watchdog.arm(self, TEMPLATE, watchdog_values(self.refresh))

    def work(self, context: Context) -> Any:
        """Run the job; where the environment says so, again and again while programs keep the databases, or once more
        without holding them."""
        if self.refresh.mover == "own":
            from imsclone_airflow.refresh.own import OwnDataSets

            return OwnDataSets(self, context).work()
        try:
            return self.as_told(context)
        except SourceAway as error:
            return self.when_back(error)

    def when_back(self, away: SourceAway) -> Any:
        """Hold and copy when the source is there again: one that failed with its z/OS restarts."""
        for number in self.tries_again():
            try:
                return self.tried(number)
            except SourceAway as error:
                away = error
        raise away

    def as_told(self, context: Context) -> Any:
        """Run the job as the environment says about programs that keep the databases."""
        if falls_back(self.refresh):
            return self.held_or_fuzzy(context)
        if not most_tries(self.refresh):
            return super().work(context)
        for number in range(1, most_tries(self.refresh)):
            try:
                return self.tried(number)
            except SourceAway:
                raise
            except SourceNotHeld as error:
                self.evidence.messages.append(str(error))
                self.fence.check()
                time.sleep(AGAIN_SECONDS)
        return self.tried(most_tries(self.refresh))

    def held_or_fuzzy(self, context: Context) -> Any:
        """Run the job; while programs keep the databases, copy them as they are: logs make them consistent later."""
        try:
            return super().work(context)
        except SourceAway:
            raise
        except SourceNotHeld as error:
            self.evidence.messages.append(str(error))
            self.log.warning("The databases are copied while programs use them, and logs are applied: %s", error)
        self.given_up = True
        return self.finish(self.judge(self.desk.run(FUZZY, self.maker(self.jcl_template, self.letters, self.values()))))

    def tried(self, number: int) -> Any:
        """Run the job of one try to hold the databases, or take up the one that an earlier process of the task left."""

        def make(correlator: Correlator) -> str:
            self.prepare()
            self.jcl = self.job_jcl(correlator)
            return self.jcl

        return self.finish(self.judge(self.desk.run(try_label(number), make)))

    def judge(self, output: JobOutput) -> Any:
        """Measure the window first: it counts whatever became of the copies. A hold that failed is told as such."""
        from imsclone_airflow.jobs import is_lost

        self.copy_job = output.job
        if not self.refresh.holds_source and output.job.started is not None:
            self.ledger.record_window(self.task_key.run_key, output.job.started, output.job.started)
        elif self.holds and not is_lost(output.job):
            seconds = record_window(self.ledger, self.task_key.run_key, output.job)
            self.evidence.counts["source milliseconds lost at most"] = round(seconds * 1000)
            self.require_held(output)
            if seconds >= self.refresh.outage_budget_seconds:
                self.keep(output)
                raise BudgetSpent(seconds=seconds, budget=self.refresh.outage_budget_seconds)
        return super().judge(output)

    def require_held(self, output: JobOutput) -> None:
        """Raise SourceNotHeld unless every database was held."""
        found = answer(output, HOLD)
        problem = said(found)
        if problem:
            self.keep(output)
            plan = self.refresh
            raise (SourceAway if found.nobody else SourceNotHeld)(
                imsid=plan.source.imsid, consistency=plan.consistency, said=problem
            )

    def read(self, output: JobOutput) -> tuple[DataSetCopied, ...]:
        from imsclone.listings import adrdssu

        if self.refresh.mover != "dss":
            return ()
        return adrdssu.data_sets(output.sysprint(COPY), list(dict.fromkeys(one.source for one in self.refresh.copies)))

    def check(self, found: tuple[DataSetCopied, ...]) -> None:
        for one in found:
            if not one.copied:
                targets = ", ".join(copy.target for copy in self.refresh.copies if copy.source == one.source)
                problem = "; ".join(map(str, one.problems)) or "no message says so"
                raise DataSetNotCopied(source=one.source, target=targets, said=problem)

    def finish(self, found: tuple[DataSetCopied, ...]) -> dict[str, Any]:
        """Return how many data sets were copied, whether while programs used them, and when."""
        self.evidence.counts["data sets copied"] = len(self.refresh.copies)
        job = self.copy_job
        since, until = (job.started, job.finished and job.finished + JES_RESOLUTION) if job else (None, None)
        times = {key: time.isoformat() if time else "" for key, time in (("since", since), ("until", until))}
        return {"data_sets": len(found), "fuzzy": not self.holds, **times}


def try_label(number: int) -> str:
    """Return what tells the jobs of tries apart."""
    return f"try{number}"


def falls_back(plan: RefreshPlan) -> bool:
    """Return whether databases that cannot be held are copied all the same."""
    return plan.holds_source and plan.long_running.policy == "fuzzy"


def most_tries(plan: RefreshPlan) -> int:
    """Return how often databases that programs keep are tried to be held, 0 where the first failure counts."""
    if not plan.holds_source or plan.long_running.policy != "wait":
        return 0
    return min(1 + math.ceil(plan.long_running.wait_seconds / AGAIN_SECONDS), MOST_TRIES)


def record_window(ledger: Ledger, run: str, job: Job) -> float:
    """Note the time the job executed, by JES, as the longest that the source can have been held; return seconds."""
    if job.started is None or job.finished is None:
        return 0.0
    ledger.record_window(run, job.started, job.finished + JES_RESOLUTION, JES_RESOLUTION)
    return (job.finished + JES_RESOLUTION - job.started) / timedelta(seconds=1)


TASK = replicate.TASK
