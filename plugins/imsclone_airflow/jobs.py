"""Jobs that run exactly once for a task, whatever dies: each is looked up by its correlator before it is submitted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from imsclone.zosmf import Client, Correlator, Job, SpoolFile
from imsclone.zosmf.completion import Ending
from imsclone.zosmf.errors import JobTimeout
from imsclone_airflow.errors import JobLost
from imsclone_airflow.identity import TaskKey

LOST = (Ending.CANCELLED, Ending.SYSTEM_FAILURE)
SLICE_SECONDS = 60.0
MOST_ATTEMPTS = 20

log = logging.getLogger(__name__)


@dataclass
class JobOutput:
    """A job that has ended, and its listings."""

    client: Client
    job: Job
    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    def sysprint(self, step: str) -> str:
        """Return what a step printed."""
        return self.listing(step, "SYSPRINT")

    def listing(self, step: str, ddname: str) -> str:
        """Return one listing of a step. Raises SpoolMissing."""
        known = (step, ddname)
        if known not in self._read:
            self._read[known] = self.client.listing(self.job, step, ddname)
        return self._read[known]

    def listings(self) -> Iterator[tuple[SpoolFile, str]]:
        """Yield every listing that steps of the job printed."""
        for file in self.client.spool_files(self.job):
            if file.ddname not in ("JESMSGLG", "JESJCL", "JESYSMSG"):
                yield file, self.listing(file.step, file.ddname)


def is_lost(job: Job) -> bool:
    """Whether a job ended without finishing its work, by a cancel or a failure of the system: it may run again."""
    if job.completion is not None and job.completion.ending in LOST:
        return True
    return any(step.completion is not None and step.completion.ending in LOST for step in job.steps)


@dataclass
class JobDesk:
    """Submits a task's jobs and waits for them.

    :param alive: called while waiting, so that leases do not run out.
    :param limit: seconds after which waiting for one job is given up.
    """

    client: Client
    key: TaskKey
    alive: Callable[[], None]
    limit: float
    waiting_for: Job | None = None
    done: list[Job] = field(default_factory=list)

    def submit(self, label: str, make: Callable[[Correlator], str]) -> Job:
        """Return the task's job, submitted now or by an earlier try.

        One that an earlier try left cancelled, or that a failure of the system ended, is submitted anew under the
        next attempt number; one that failed by itself stays the task's job.

        :param make: gives the JCL; called only when there is no job yet.
        """
        attempt, found = self._current(label)
        if found is not None:
            log.info("Found job %s of an earlier try: %s", found, found.completion or found.status)
            return found
        correlator = self.key.correlator(label, attempt)
        job = self.client.submit_once(make(correlator), correlator)
        log.info("Submitted job %s, correlator %s", job, correlator)
        return job

    def find(self, label: str) -> Job | None:
        """Return the task's job of a label, if an earlier try left one that need not run again."""
        return self._current(label)[1]

    def attempt(self, label: str = "") -> int:
        """Return the attempt number under which a job is there, or will be submitted."""
        return self._current(label)[0]

    def _current(self, label: str) -> tuple[int, Job | None]:
        for attempt in count(1):
            found = self.client.find(self.key.correlator(label, attempt))
            if found is None:
                return attempt, None
            found = self.client.status(found)
            if not found.ended or not is_lost(found):
                return attempt, found
            log.warning("Job %s of an earlier try ended with %s; it runs again", found, found.completion)
        raise AssertionError("unreachable: attempts are counted without end")

    def wait(self, job: Job) -> JobOutput:
        """Wait until a job has ended. Raises JobTimeout, JobVanished, and JobLost for one that may run again."""
        self.waiting_for = job
        waited = 0.0
        while True:
            try:
                ended = self.client.wait(job, SLICE_SECONDS)
            except JobTimeout:
                waited += SLICE_SECONDS
                if waited >= self.limit:
                    raise
                self.alive()
            else:
                self.waiting_for = None
                self.done.append(ended)
                log.info("Job %s ended: %s", ended, ended.completion)
                if is_lost(ended):
                    raise JobLost(job=str(ended), said=str(ended.completion))
                return JobOutput(self.client, ended)

    def run(self, label: str, make: Callable[[Correlator], str]) -> JobOutput:
        """Submit a job and wait for it."""
        return self.wait(self.submit(label, make))

    def cancel(self) -> None:
        """Cancel the job that is waited for, if there is one."""
        if self.waiting_for is not None:
            log.warning("Cancelling job %s", self.waiting_for)
            self.client.cancel(self.waiting_for)


def correlators(key: TaskKey, label: str = "", generations: int = 1) -> Mapping[str, int]:
    """Return every correlator that jobs of a task may carry, each with its place in time."""
    known: dict[str, int] = {}
    for generation in range(generations):
        for attempt in range(1, MOST_ATTEMPTS + 1):
            name = replace(key, generation=generation).correlator(label, attempt)
            known[name] = generation * MOST_ATTEMPTS + attempt
    return known
