"""Jobs through z/OSMF: submit exactly once, wait, read steps and spool, cancel, purge.

Source: z/OSMF Programming Guide, z/OS jobs REST interface. JES2 job level codes can hide a failed step, so the
outcome of a job is always judged by its steps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from imsclone.zosmf.correlator import Correlator, user_part
from imsclone.zosmf.errors import (
    CorrelatorInvalid,
    DuplicateCorrelator,
    JclRefused,
    JobModifyRefused,
    JobNotFound,
    JobTimeout,
    JobVanished,
    LinkError,
    ServiceError,
    SpoolCut,
    SpoolMissing,
    SubmitUnconfirmed,
)
from imsclone.zosmf.exchange import Conversation, Reply, Request, ask, part, pause
from imsclone.zosmf.job_documents import Job, SpoolFile, job_from, spool_file_from

JOBS = "/restjobs/jobs"
SPOOL_RECORDS = 20_000
UNKNOWN_JOB = (6, 4, 10)
JCL_REASONS = {9, 13}
LOOKUPS_AFTER_DROP = (1.0, 2.0, 4.0)


def submit_request(jcl: str, correlator: str) -> Request:
    """Build the request that hands JCL to the internal reader."""
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "X-IBM-Intrdr-Class": "A",
        "X-IBM-Intrdr-Recfm": "F",
        "X-IBM-Intrdr-Lrecl": "80",
        "X-IBM-Intrdr-Mode": "TEXT",
        "X-IBM-User-Correlator": correlator,
    }
    return Request("PUT", JOBS, headers=headers, content=jcl.encode())


def find(correlator: str) -> Conversation[Job | None]:
    """Look a job up by the user part of its correlator.

    :raises DuplicateCorrelator: several jobs carry it.
    """
    params = (("owner", "*"), ("prefix", "*"), ("user-correlator", correlator))
    reply = yield from ask(Request("GET", JOBS, params=params))
    jobs = [job for job in map(job_from, reply.documents()) if user_part(job.correlator) == correlator]
    if len(jobs) > 1:
        raise DuplicateCorrelator(correlator=correlator, jobs=", ".join(str(job) for job in jobs))
    return jobs[0] if jobs else None


def submit_once(jcl: str, correlator: str) -> Conversation[Job]:
    """Submit a job unless it is there already.

    The correlator is looked up first. After a broken connection it is looked up again, for the job may have
    arrived although its answer did not.

    :raises SubmitUnconfirmed: the connection broke and the job is not found; call again with the same correlator.
    :raises JclRefused: z/OSMF would not take the JCL.
    """
    try:
        name = Correlator(correlator)
    except ValueError:
        raise CorrelatorInvalid(correlator=correlator) from None
    found = yield from find(name)
    if found is not None:
        return found
    try:
        reply = yield from ask(submit_request(jcl, name))
    except LinkError as drop:
        if not drop.sent:
            raise
        return (yield from _found_after_drop(name))
    except ServiceError as error:
        if error.report[0] == 6 and error.report[2] in JCL_REASONS:
            raise JclRefused(correlator=name, said=error.values["said"]) from error
        raise
    return job_from(reply.document())


def _found_after_drop(correlator: str) -> Conversation[Job]:
    for seconds in LOOKUPS_AFTER_DROP:
        yield from pause(seconds)
        found = yield from find(correlator)
        if found is not None:
            return found
    raise SubmitUnconfirmed(correlator=correlator)


def status(job: Job) -> Conversation[Job]:
    """Read a job's document with its steps and times.

    :raises JobNotFound: JES knows no such job.
    """
    params = (("step-data", "Y"), ("exec-data", "Y"))
    reply = yield from _job_request(job, Request("GET", _path(job), params=params))
    return job_from(reply.document())


def listed(owner: str = "*", prefix: str = "*", active: bool = False) -> Conversation[tuple[Job, ...]]:
    """List jobs by owner and name prefix."""
    params = [("owner", owner), ("prefix", prefix), ("exec-data", "Y"), ("max-jobs", "1000")]
    if active:
        params.append(("status", "active"))
    reply = yield from ask(Request("GET", JOBS, params=tuple(params)))
    return tuple(job_from(document) for document in reply.documents())


def wait(job: Job, seconds: float, first_pause: float = 0.05, longest_pause: float = 5.0) -> Conversation[Job]:
    """Poll until the job has ended; the pauses grow by half each time.

    :param seconds: how long to wait, counted in pauses.
    :raises JobTimeout: it still runs then.
    :raises JobVanished: it is gone; its outcome is unknown.
    """
    waited, next_pause = 0.0, first_pause
    while True:
        try:
            now = yield from status(job)
        except JobNotFound:
            raise JobVanished(job=str(job)) from None
        if now.ended:
            return now
        if waited >= seconds:
            raise JobTimeout(job=str(job), status=now.status, seconds=waited, said=now.reason_not_running)
        yield from pause(min(next_pause, max(seconds - waited, 0.01)))
        waited += next_pause
        next_pause = min(next_pause * 1.5, longest_pause)


def spool_files(job: Job) -> Conversation[tuple[SpoolFile, ...]]:
    """List the job's spool files."""
    reply = yield from _job_request(job, Request("GET", f"{_path(job)}/files"))
    return tuple(spool_file_from(document) for document in reply.documents())


def spool(job: Job, file: SpoolFile) -> Conversation[str]:
    """Read one spool file, in ranges of records, all of it.

    :raises SpoolCut: fewer records came than JES counts.
    """
    lines: list[str] = []
    path = f"{_path(job)}/files/{file.id}/records"
    if file.records <= SPOOL_RECORDS:
        reply = yield from _job_request(job, Request("GET", path))
        lines = _lines(reply)
    else:
        for header in _ranges(file.records):
            reply = yield from _job_request(job, Request("GET", path, headers={"X-IBM-Record-Range": header}))
            lines += _lines(reply)
    if len(lines) < file.records:
        raise SpoolCut(job=str(job), ddname=file.ddname, wanted=file.records, got=len(lines))
    return "\n".join(lines)


def listing(job: Job, step: str, ddname: str = "SYSPRINT") -> Conversation[str]:
    """Read the listing a step printed.

    :raises SpoolMissing: there is none.
    """
    files = yield from spool_files(job)
    wanted = [file for file in files if file.ddname == ddname and step in (file.step, "")]
    if not wanted:
        there = ", ".join(f"{file.step}.{file.ddname}" for file in files)
        raise SpoolMissing(job=str(job), ddname=ddname, step=step, there=there)
    texts = []
    for file in wanted:
        texts.append((yield from spool(job, file)))
    return "\n".join(texts)


def cancel(job: Job) -> Conversation[None]:
    """Cancel a job that waits or runs.

    :raises JobModifyRefused: JES did not.
    """
    body = json.dumps({"request": "cancel", "version": "2.0"}).encode()
    headers = {"Content-Type": "application/json"}
    reply = yield from _job_request(job, Request("PUT", _path(job), headers=headers, content=body))
    _check_feedback(job, "cancel", reply)


def purge(job: Job) -> Conversation[None]:
    """Remove a job and its output.

    :raises JobModifyRefused: JES did not.
    """
    headers = {"X-IBM-Job-Modify-Version": "2.0"}
    reply = yield from _job_request(job, Request("DELETE", _path(job), headers=headers))
    _check_feedback(job, "purge", reply)


def _check_feedback(job: Job, request: str, reply: Reply) -> None:
    if reply.status == 202 and not reply.content:
        return
    feedback: dict[str, Any] = reply.document()
    if str(feedback.get("status", "0")) != "0":
        raise JobModifyRefused(job=str(job), request=request, said=feedback.get("message") or feedback["status"])


def _job_request(job: Job, request: Request) -> Conversation[Reply]:
    try:
        reply = yield from ask(request)
    except ServiceError as error:
        if error.report == UNKNOWN_JOB:
            raise JobNotFound(job=str(job)) from error
        raise
    return reply


def _path(job: Job) -> str:
    return f"{JOBS}/{part(job.name)}/{part(job.id)}"


def _ranges(records: int) -> Iterator[str]:
    for first in range(0, records, SPOOL_RECORDS):
        yield f"{first}-{min(first + SPOOL_RECORDS, records) - 1}"


def _lines(reply: Reply) -> list[str]:
    text = reply.text.replace("\r\n", "\n")
    if not text:
        return []
    return text.removesuffix("\n").split("\n")
