"""The job entry subsystem: submission, queues, cancel, purge, started tasks, warm start. Behaves as JES2 does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from zoslab.jes import internal_reader
from zoslab.jes.conversion import NotConverted, converted
from zoslab.jes.converter import ConversionError
from zoslab.jes.errors import JclRejected, JobNotFound
from zoslab.jes.execution import Execution
from zoslab.jes.initiator import Initiators
from zoslab.jes.job import ACTIVE, INPUT, OUTPUT, Job, SpoolFile, correlator
from zoslab.jes.joblog import JobLog
from zoslab.jes.model import JobDefinition
from zoslab.jes.spool import Spool
from zoslab.jes.statements import restarts

if TYPE_CHECKING:
    from zoslab.jes.step import OperatorCommand
    from zoslab.zos import Zos

STARTED_TASK_OWNER = "STCUSER"


class Jes:
    """All jobs of one system. Every method may be called from any thread."""

    def __init__(self, system: Zos, folder: Path) -> None:
        self._system = system
        self.spool_store = Spool(folder)
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {job.jobid: job for job in self.spool_store.load()}
        self._definitions: dict[str, JobDefinition] = {}
        self._running: dict[str, Execution] = {}
        self._purge_at_end: set[str] = set()
        self._cancel_at_start: set[str] = set()
        self._stopping = False
        self._initiators = Initiators(self._queued, self._execute, self._changed)
        self._tasks: list[threading.Thread] = []

    def warm_start(self) -> None:
        """Queue again what was waiting, and jobs with RESTART=Y; end as failed what was executing otherwise."""
        for job in self.jobs():
            if job.status == ACTIVE and not job.started_task and restarts(self.spool_store.jcl(job.jobid)):
                job.status, job.started, job.steps = INPUT, None, []
            if job.status == ACTIVE or (job.status == INPUT and job.started_task):
                self._fail(job)
            elif job.status == INPUT:
                self._convert(job, self.spool_store.jcl(job.jobid))

    def start(self, initiators: int, classes: str = "*") -> None:
        """Start the initiators."""
        self._initiators.start(initiators, classes)

    def stop(self, timeout: float) -> None:
        """Cancel what runs and wait for it, each up to ``timeout`` seconds. Waiting jobs stay queued on the spool."""
        with self._changed:
            self._stopping = True
            for execution in self._running.values():
                execution.cancelled.set()
        self._initiators.stop(timeout)
        for thread in self._tasks:
            thread.join(timeout)

    def submit(
        self, jcl: str, owner: str, correlator: str | None = None, symbols: Mapping[str, str] | None = None
    ) -> str:
        """Take one job in through the internal reader and return its identifier.

        JCL errors do not stop the job from being taken in: it ends with the retcode JCL ERROR.

        :param correlator: the submitter's part of the job correlator, 1 to 32 characters.
        :param symbols: values for JCL symbols.
        :raises JclRejected: there is no JOB statement, more than one, or a record longer than 80 characters.
        """
        name = internal_reader.checked(jcl)
        if correlator and not re.fullmatch(r"[A-Z@#$][A-Z0-9@#$]{0,31}", correlator):
            raise JclRejected("correlator", f"User correlator {correlator!r} is not 1 to 32 of A-Z, 0-9, $, # and @")
        job = self._enter(name, jcl, owner, "JOB", correlator or "", symbols or {})
        self._system.console.message(f"$HASP100 {name:<8} ON INTRDR      FROM {owner}", job.jobid, name)
        self._convert(job, jcl)
        with self._changed:
            self._changed.notify_all()
        return job.jobid

    def start_task(self, jcl: str, name: str) -> Job:
        """Start a started task in its own thread.

        :raises ConversionError: its JCL is wrong; the task is on the spool as JCL ERROR.
        """
        job = self._enter(name, jcl, STARTED_TASK_OWNER, "STC", "", {})
        definition = self._convert(job, jcl)
        if definition is None:
            raise ConversionError((), tuple(self.spool_records(job.jobid, 3)))
        with self._changed:
            job.status = ACTIVE
        thread = threading.Thread(target=self._execute, args=(job, ""), name=f"STC {name}", daemon=True)
        self._tasks = [task for task in self._tasks if task.is_alive()] + [thread]
        thread.start()
        return job

    def jobs(self, wanted: Callable[[Job], bool] = lambda job: True) -> list[Job]:
        """Return the jobs on the spool for which ``wanted`` holds, oldest first."""
        return [job for job in list(self._jobs.values()) if wanted(job)]

    def job(self, jobid: str) -> Job:
        """Return a job.

        :raises JobNotFound: it is not on the spool.
        """
        try:
            return self._jobs[jobid]
        except KeyError:
            raise JobNotFound(f"Job {jobid} is not on the spool") from None

    def find(self, name: str) -> Job | None:
        """Return the job with this identifier, whole correlator, or user part of one (the newest), or None."""
        if name in self._jobs:
            return self._jobs[name]
        for job in reversed(self.jobs()):
            if name == job.correlator or (name and name == job.user_correlator):
                return job
        return None

    def jcl(self, jobid: str) -> str:
        """Return the JCL as submitted."""
        return self.spool_store.jcl(self.job(jobid).jobid)

    def spool(self, jobid: str) -> list[SpoolFile]:
        """Return a job's spool data sets with their present sizes."""
        return self.spool_store.files(self.job(jobid))

    def spool_records(self, jobid: str, file_id: int) -> list[str]:
        """Return the records of a spool data set."""
        return self.spool_store.records(self.job(jobid).jobid, file_id)

    def output(self, jobid: str, ddname: str, stepname: str = "") -> list[str]:
        """Return the records of the (first) spool data set of a ddname, of any step or of the one named.

        :raises KeyError: the job has none.
        """
        for file in self.job(jobid).files:
            if file.ddname == ddname and stepname in ("", file.stepname, file.procstep):
                return self.spool_records(jobid, file.id)
        raise KeyError(f"{jobid} has no spool data set {ddname}")

    def wait(self, jobid: str, timeout: float) -> Job:
        """Wait until a job has ended and return it.

        :raises TimeoutError: it has not.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self.job(jobid).status == OUTPUT, timeout):
                raise TimeoutError(f"Job {jobid} is still {self.job(jobid).status} after {timeout} s")
        return self.job(jobid)

    def cancel(self, jobid: str) -> None:
        """Cancel a job: waiting, it ends CANCELED; executing, its step ends with S222 as soon as it looks up.

        :raises JobNotFound: it is not on the spool.
        """
        job = self.job(jobid)
        with self._changed:
            if job.status == INPUT:
                self._end(job, "CANCELED")
            elif job.status == ACTIVE and jobid in self._running:
                self._running[jobid].cancelled.set()
            elif job.status == ACTIVE:
                self._cancel_at_start.add(jobid)

    def hold(self, jobid: str) -> None:
        """Keep a waiting job from being selected."""
        self._set_held(jobid, True)

    def release(self, jobid: str) -> None:
        """Let a held job be selected."""
        self._set_held(jobid, False)

    def purge(self, jobid: str) -> None:
        """Cancel a job if it has not ended, and remove it from the spool."""
        job = self.job(jobid)
        with self._changed:
            active = job.status == ACTIVE
            if active:
                self._purge_at_end.add(jobid)
                self.cancel(jobid)
            else:
                self._remove(jobid)

    def deliver(self, jobid: str, command: OperatorCommand) -> bool:
        """Hand an operator command to a running job; False if it takes none."""
        execution = self._running.get(jobid)
        return execution is not None and execution.deliver(command)

    def allocated(self, devno: int) -> bool:
        """Whether a running step has a data set on the device's volume."""
        volser = self._system.dasd.device(devno).volser
        return any(volser in execution.volumes() for execution in list(self._running.values()))

    def _queued(self) -> list[Job]:
        """Return what initiators look at: jobs that run, and jobs whose conversion is done."""
        return [job for job in list(self._jobs.values()) if job.status == ACTIVE or job.jobid in self._definitions]

    def _set_held(self, jobid: str, held: bool) -> None:
        job = self.job(jobid)
        with self._changed:
            job.held = held and job.status == INPUT
            self.spool_store.save(job)
            self._changed.notify_all()

    def _enter(self, name: str, jcl: str, owner: str, kind: str, user_part: str, symbols: Mapping[str, str]) -> Job:
        number = self.spool_store.next_number()
        moment = self._system.clock.now()
        jobid = f"{kind}{number:05d}" if number < 100_000 else f"{kind[0]}{number:07d}"
        identity = correlator(number, kind[0], self._system.sysname, moment, user_part)
        job = Job(jobid, name, owner, "A" if kind == "JOB" else kind, identity, moment, symbols=dict(symbols))
        self.spool_store.enter(job, jcl)
        with self._changed:
            self._jobs[jobid] = job
        return job

    def _convert(self, job: Job, jcl: str) -> JobDefinition | None:
        """Convert a job and queue it, or end it."""
        log = JobLog(job, self.spool_store, self._system.console, self._system.clock)
        try:
            definition = converted(self._system, job, jcl, log)
        except NotConverted as refused:
            self._end(job, refused.retcode)
            return None
        with self._changed:
            self._definitions[job.jobid] = definition
            if not job.started_task:
                job.jobclass = definition.jobclass
            if definition.typrun == "SCAN":
                self._end(job, "CC 0000")
            else:
                job.held = job.held or definition.typrun == "HOLD"
                self.spool_store.save(job)
        return definition

    def _execute(self, job: Job, initiator: str) -> None:
        """Run a job to its end in this thread."""
        job.started = self._system.clock.now()
        self.spool_store.save(job)
        execution = Execution(self._system, self, job, self._definitions.pop(job.jobid))
        where = f"INIT {initiator:<4} - CLASS {job.jobclass:<8} - " if initiator else ""
        execution.log.message(f"$HASP373 {job.jobname:<8} STARTED - {where}SYS {self._system.sysname}")
        with self._changed:
            self._running[job.jobid] = execution
            if self._stopping or job.jobid in self._cancel_at_start:
                execution.cancelled.set()
        retcode = execution.run()
        if not self._stopping:
            self._system.arm.ended(job.jobid)
        with self._changed:
            del self._running[job.jobid]
            self._cancel_at_start.discard(job.jobid)
            self._end(job, retcode)
            if job.jobid in self._purge_at_end:
                self._purge_at_end.discard(job.jobid)
                self._remove(job.jobid)

    def _end(self, job: Job, retcode: str) -> None:
        with self._changed:
            job.retcode, job.ended, job.held = retcode, self._system.clock.now(), False
            job.status = OUTPUT
            self._definitions.pop(job.jobid, None)
            self.spool_store.save(job)
            self._changed.notify_all()

    def _fail(self, job: Job) -> None:
        """End a job that the system took down with it."""
        for step in job.steps:
            step.completion = step.completion or "SYS FAIL"
        log = JobLog(job, self.spool_store, self._system.console, self._system.clock)
        log.message(f"$HASP310 {job.jobname:<8} TERMINATED AT END OF MEMORY: SYSTEM FAILURE, JOB CANNOT BE RESTARTED")
        log.close()
        self._end(job, "SYS FAIL")

    def _remove(self, jobid: str) -> None:
        self._jobs.pop(jobid, None)
        self._definitions.pop(jobid, None)
        self.spool_store.remove(jobid)
        self._changed.notify_all()
