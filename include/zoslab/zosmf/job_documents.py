"""Job, step, spool and feedback documents. Source: z/OSMF Programming Guide, JSON documents for jobs REST services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from zoslab.jes.job import ACTIVE, INPUT, OUTPUT, Job, SpoolFile

BASE = "/zosmf/restjobs/jobs"
TYPES = {"J": "JOB", "S": "STC", "T": "TSU"}
PHASES = {INPUT: (9, "Job is awaiting execution"), ACTIVE: (14, "Job is actively executing")}
ENDED_PHASE = (20, "Job is on the hard copy queue")


def job_document(request: Request, job: Job, sysname: str) -> dict[str, Any]:
    """Return the document of a job, with steps and execution times if the request asks for them."""
    url = _url(request, job)
    phase, phase_name = PHASES.get(job.status, ENDED_PHASE)
    kind = TYPES[job.jobid[0]]
    document: dict[str, Any] = {
        "jobid": job.jobid,
        "jobname": job.jobname,
        "subsystem": "JES2",
        "owner": job.owner,
        "status": job.status,
        "type": kind,
        "class": job.jobclass if kind == "JOB" else kind,
        "retcode": job.retcode if job.status == OUTPUT else None,
        "url": url,
        "files-url": url + "/files",
        "job-correlator": job.correlator,
        "phase": phase,
        "phase-name": phase_name,
    }
    if job.status == INPUT and job.held:
        document["reason-not-running"] = "Job is held."
    if request.query_params.get("exec-data", "").upper() == "Y":
        document |= _times(job, sysname)
    if request.query_params.get("step-data", "").upper() == "Y":
        document["step-data"] = [_step(job, number, sysname) for number in range(len(job.steps))]
    return document


def spool_document(request: Request, job: Job, file: SpoolFile) -> dict[str, Any]:
    """Return the document of one spool file."""
    return {
        "jobid": job.jobid,
        "jobname": job.jobname,
        "job-correlator": job.correlator,
        "subsystem": "JES2",
        "id": file.id,
        "ddname": file.ddname,
        "stepname": file.stepname,
        "procstep": file.procstep or None,
        "class": file.sysout_class,
        "recfm": file.recfm,
        "lrecl": file.lrecl,
        "byte-count": file.byte_count,
        "record-count": file.record_count,
        "records-url": f"{_url(request, job)}/files/{file.id}/records",
    }


def feedback(job: Job, sysname: str) -> dict[str, Any]:
    """Return the document that says a request to modify a job was carried out."""
    return {
        "jobid": job.jobid,
        "jobname": job.jobname,
        "original-jobid": job.jobid,
        "owner": job.owner,
        "member": sysname,
        "sysname": sysname,
        "job-correlator": job.correlator,
        "status": "0",
        "internal-code": None,
        "message": "Request was successful.",
    }


def _times(job: Job, sysname: str) -> dict[str, Any]:
    return {
        "exec-system": sysname if job.started else None,
        "exec-member": sysname if job.started else None,
        "exec-submitted": _moment(job.submitted),
        "exec-started": _moment(job.started),
        "exec-ended": _moment(job.ended),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if moment else None


def _step(job: Job, number: int, sysname: str) -> dict[str, Any]:
    """Return the document of a step; the names are blank padded, as z/OSMF gives them."""
    step = job.steps[number]
    return {
        "smfid": sysname,
        "active": step.completion is None,
        "step-number": number + 1,
        "step-name": step.name.ljust(8),
        "proc-step-name": step.procstep.ljust(8),
        "program-name": step.program.ljust(8),
        "owner": job.owner.ljust(8),
        "path-name": "",
        "completion": step.completion,
    }


def _url(request: Request, job: Job) -> str:
    """Return the job's address, its colon written %3A."""
    return f"https://{request.headers.get('Host', '')}{BASE}/{quote(job.correlator, safe='$@')}"
