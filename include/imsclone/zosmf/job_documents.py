"""The job, step and spool documents of z/OSMF as values. Source: z/OSMF Programming Guide, JSON documents for jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imsclone.zosmf.completion import Completion, Ending, parse
from imsclone.zosmf.errors import PlainAnswer, StepsFailed

NOT_RUN = -1
"""In a gate, the code of a step that was allowed not to run."""

SUCCESS = frozenset({0})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job. ``completion`` is None while it has not ended."""

    number: int
    name: str
    program: str
    completion: Completion | None
    proc_step: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A job as JES has it. Times are UTC; ``steps`` are empty when they were not asked for."""

    name: str
    id: str
    owner: str = ""
    status: str = ""
    jobclass: str = ""
    completion: Completion | None = None
    correlator: str | None = None
    reason_not_running: str = ""
    submitted: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    steps: tuple[Step, ...] = ()

    @property
    def ended(self) -> bool:
        """True when nothing of the job will run any more."""
        return self.status == "OUTPUT"

    def step(self, name: str) -> Step | None:
        """Return a step by name."""
        return next((step for step in self.steps if name in (step.name, step.proc_step)), None)

    def __str__(self) -> str:
        return f"{self.name}({self.id})"


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """One file of a job's spool."""

    id: int
    ddname: str
    step: str
    proc_step: str
    sysout_class: str
    recfm: str
    lrecl: int
    records: int
    bytes: int


def gate(job: Job, steps: Mapping[str, Collection[int]] | None = None) -> None:
    """Let a job pass only if every step ended in a way that is allowed.

    :param steps: allowed condition codes by step name, 0 alone for steps not named; ``NOT_RUN`` allows a step to be
        bypassed. A step that is named must be there.
    :raises StepsFailed: names every step that did not.
    """
    allowed = steps or {}
    problems = [f"step {name} is missing" for name in allowed if job.step(name) is None]
    if not job.steps:
        problems.append(f"no step ran, the job ended with {job.completion or 'no code'}")
    for step in job.steps:
        codes = allowed.get(step.name, allowed.get(step.proc_step, SUCCESS))
        problem = _problem(step, codes)
        if problem:
            problems.append(problem)
    jcl = job.completion is not None and job.completion.ending in (
        Ending.JCL_ERROR,
        Ending.SECURITY,
        Ending.CONVERTER,
        Ending.SYSTEM_FAILURE,
        Ending.CANCELLED,
    )
    if jcl and not problems:
        problems.append(f"the job ended with {job.completion}")
    if problems:
        raise StepsFailed(job=str(job), problems="; ".join(problems))


def _problem(step: Step, codes: Collection[int]) -> str:
    where = f"step {step.name or step.number} ({step.program})"
    if step.completion is None:
        return f"{where} has no completion code"
    if step.completion.ending is Ending.NOT_RUN:
        return "" if NOT_RUN in codes else f"{where} did not run"
    if step.completion.ending is not Ending.CODE:
        return f"{where} ended with {step.completion}"
    if step.completion.code in codes:
        return ""
    wanted = ", ".join(str(code) for code in sorted(codes) if code != NOT_RUN)
    return f"{where} ended with {step.completion}, allowed is {wanted}"


def job_from(document: Mapping[str, Any]) -> Job:
    """Return the job of a job document.

    :raises UnknownCompletion: its code is none that is documented.
    """
    name, job_id = _text(document, "jobname"), _text(document, "jobid")
    if not name or not job_id:
        raise PlainAnswer(where="job document", status=200, said=str(dict(document)))
    return Job(
        name=name,
        id=job_id,
        owner=_text(document, "owner"),
        status=_text(document, "status"),
        jobclass=_text(document, "class"),
        completion=parse(document.get("retcode")),
        correlator=document.get("job-correlator"),
        reason_not_running=_text(document, "reason-not-running"),
        submitted=_time(document.get("exec-submitted")),
        started=_time(document.get("exec-started")),
        finished=_time(document.get("exec-ended")),
        steps=tuple(_step(step) for step in document.get("step-data") or ()),
    )


def spool_file_from(document: Mapping[str, Any]) -> SpoolFile:
    """Return the spool file of a spool document."""
    return SpoolFile(
        id=_number(document, "id"),
        ddname=_text(document, "ddname"),
        step=_text(document, "stepname"),
        proc_step=_text(document, "procstep"),
        sysout_class=_text(document, "class"),
        recfm=_text(document, "recfm"),
        lrecl=_number(document, "lrecl"),
        records=_number(document, "record-count"),
        bytes=_number(document, "byte-count"),
    )


def _step(document: Mapping[str, Any]) -> Step:
    return Step(
        number=_number(document, "step-number"),
        name=_text(document, "step-name"),
        program=_text(document, "program-name"),
        completion=parse(document.get("completion")),
        proc_step=_text(document, "proc-step-name"),
        active=document.get("active") is True,
    )


def _text(document: Mapping[str, Any], key: str) -> str:
    return str(document.get(key) or "").strip()


def _number(document: Mapping[str, Any], key: str) -> int:
    value = document.get(key) or 0
    return int(value) if str(value).lstrip("-").isdigit() else 0


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
