"""Make sure that the source is released."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import SourceNotReleased
from imsclone_airflow.operators import replicate, watchdog, window
from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.zosmf import Correlator, Job
    from imsclone_airflow.identity import TaskKey
    from imsclone_airflow.jobs import JobOutput

GENERATIONS, OWN_GENERATIONS = 50, 5
"""How often the copy task may have been cleared: one that copies, one that waits for somebody's copy."""


class ResumeOperator(ZosJobOperator):
    """Release the source, whatever became of the copy. May run at any time, any number of times.

    An old process of the copy step is fenced off and a copy job that still runs is cancelled, so that nothing holds
    the source again behind us; then a job resumes IMS and thaws its volumes, and the watchdog is cancelled.

    :param replicate_task_id: the task that copies.
    """

    jcl_template = "resume.jcl"
    letters = "RESUM"
    side = "source"

    def __init__(self, *, replicate_task_id: str = replicate.TASK, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.replicate_task_id = replicate_task_id
        self.copy_jobs: list[Job] = []

    @property
    def steps(self) -> Mapping[str, Any]:  # type: ignore[override]
        """A thaw of volumes that are not frozen is no failure."""
        return {"THAW": {0, 4, 8}} if self.the_plan.consistency == "freeze" else {"RESUME": {0, 4, 8}}

    def values(self) -> Mapping[str, Any]:
        return watchdog.release_values(self.the_plan)

    def work(self, context: Context) -> Any:
        if self.the_plan.consistency == "offline":
            return "offline"
        self.copy_jobs = self.end_copies()
        return self.finish(self.judge(self.release(int(context["ti"].try_number))))

    def release(self, try_number: int) -> JobOutput:
        """Run the job that releases the source, in each try anew: an IMS that just comes up must be asked again."""

        def make(correlator: Correlator) -> str:
            self.jcl = self.job_jcl(correlator)
            return self.jcl

        return self.desk.run(f"release{try_number}", make)

    def end_copies(self) -> list[Job]:
        """Fence off the copy step, cancel its job if that still runs, and return its jobs, the newest last."""
        from imsclone.zosmf.correlator import user_part
        from imsclone_airflow.fence import take_over

        key = self.task_key.of_task(self.replicate_task_id)
        take_over(self.ledger, key)
        known = self.correlators_of(key)
        prefix = (self.the_plan.source.job_card or self.hook.connection.job_card).prefix
        jobs = [job for job in self.client.jobs(prefix=f"{prefix[:5]}*") if user_part(job.correlator) in known]
        for job in jobs:
            if not job.ended:
                self.client.cancel(job)
                self.evidence.messages.append(f"Copy job {job} still ran and was cancelled")
        return sorted(jobs, key=lambda job: known[user_part(job.correlator)])

    def correlators_of(self, key: TaskKey) -> Mapping[str, int]:
        """Return every correlator that jobs of the copy step may carry, each with its place in time."""
        from imsclone_airflow.jobs import MOST_ATTEMPTS, correlators
        from imsclone_airflow.operators.own import hold_label

        known = dict(correlators(key, generations=GENERATIONS))
        for number in range(1, MOST_ATTEMPTS + 1) if self.the_plan.mover == "own" else ():
            known |= correlators(key, hold_label(number), generations=OWN_GENERATIONS)
        return known

    def read(self, output: JobOutput) -> JobOutput:
        return output

    def check(self, found: JobOutput) -> None:
        from imsclone.listings import imssuspd

        if self.the_plan.consistency != "suspend":
            return
        listing = found.sysprint("RESUME")
        held = imssuspd.not_released(listing, [str(member.source) for member in self.the_plan.members])
        if held:
            raise SourceNotReleased(imsid=", ".join(held), said="; ".join(listing.split("\n")[-3:]))

    def finish(self, found: JobOutput) -> Any:
        watchdog.disarm(self)
        self.record_window(found)
        return "released"

    def record_window(self, release: JobOutput) -> None:
        """Note the window of the last copy job, in case the copy step died before it could."""
        from imsclone.errors import CloneError
        from imsclone_airflow.jobs import JobOutput

        if not self.copy_jobs:
            return
        last = JobOutput(self.client, self.client.status(self.copy_jobs[-1]))
        try:
            held = window.measure(self.the_plan, last, release)
        except CloneError as error:
            self.evidence.messages.append(f"The window of {last.job} cannot be measured: {error}")
            return
        if held.since is not None and held.until is not None:
            self.ledger.record_window(self.task_key.run_key, held.since, held.until, held.resolution)
