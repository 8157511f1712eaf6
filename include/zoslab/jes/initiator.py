"""Initiators: threads that select jobs by class, first in first out, one job of a name at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from zoslab.jes.job import ACTIVE, INPUT, Job


class Initiators:
    """A fixed number of initiators, all for the same classes.

    :param jobs: returns the jobs on the spool in the order of their submission.
    :param execute: runs one job to its end in the calling thread.
    """

    def __init__(
        self, jobs: Callable[[], list[Job]], execute: Callable[[Job, str], None], changed: threading.Condition
    ) -> None:
        self._jobs, self._execute, self._changed = jobs, execute, changed
        self._stopping = False
        self._threads: list[threading.Thread] = []

    def start(self, count: int, classes: str) -> None:
        """Start ``count`` initiators; ``classes`` such as ``ABC``, or ``*`` for every class."""
        for number in range(1, count + 1):
            thread = threading.Thread(target=self._run, args=(str(number), classes), name=f"INIT {number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, timeout: float) -> None:
        """Let no initiator select another job, and wait for those that run."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout)

    def _run(self, name: str, classes: str) -> None:
        while True:
            with self._changed:
                while not self._stopping and (job := self._select(classes)) is None:
                    self._changed.wait()
                if self._stopping:
                    return
                assert job is not None
                job.status = ACTIVE
            self._execute(job, name)

    def _select(self, classes: str) -> Job | None:
        jobs = self._jobs()
        running = {job.jobname for job in jobs if job.status == ACTIVE and not job.started_task}
        for job in jobs:
            waiting = job.status == INPUT and not job.held and not job.started_task and job.jobname not in running
            if waiting and (classes == "*" or job.jobclass in classes):
                return job
        return None
