"""The jobs services: submit, status, spool, cancel, purge. Source: z/OSMF Programming Guide, jobs REST services."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zoslab import ebcdic
from zoslab.datasets import DataSetNotFound
from zoslab.jes.errors import JclRejected
from zoslab.jes.jes import Jes
from zoslab.jes.job import Job, SpoolFile
from zoslab.zos import Zos
from zoslab.zosmf.errors import JOBS_SERVICE, ZosmfError, unknown_job

BASE = "/zosmf/restjobs/jobs"
RECORD_LIMIT = 80
MOST_JOBS = 1000
CORRELATOR = re.compile(r"[A-Z@#$][A-Z0-9@#$]{0,31}")
PHASES = {"INPUT": (9, "Job is queued for execution"), "ACTIVE": (14, "Job is actively executing")}
ENDED_PHASE = (20, "Job is on the hard copy queue")


class JobServices:
    """The jobs services over the job entry subsystem of one system."""

    def __init__(self, system: Zos) -> None:
        self._system = system

    @property
    def _jes(self) -> Jes:
        return self._system.jes

    def routes(self) -> list[Route]:
        """Return the routes; a job is named by name and id or by its correlator."""
        found = []
        for job in ("{name}/{id}", "{correlator}"):
            found += [
                Route(f"{BASE}/{job}/files/{{file}}/records", self.spool_records, methods=["GET"]),
                Route(f"{BASE}/{job}/files", self.spool_files, methods=["GET"]),
            ]
        for job in ("{name}/{id}", "{correlator}"):
            found += [
                Route(f"{BASE}/{job}", self.status, methods=["GET"]),
                Route(f"{BASE}/{job}", self.modify, methods=["PUT"]),
                Route(f"{BASE}/{job}", self.purge, methods=["DELETE"]),
            ]
        at_base = [
            Route(path, handler, methods=[method])
            for path in (BASE, BASE + "/")
            for method, handler in (("PUT", self.submit), ("GET", self.list))
        ]
        return at_base + found

    async def submit(self, request: Request) -> Response:
        """PUT jobs: submit JCL from the body or from a data set; 201 with the job document."""
        raw = await request.body()
        jcl = await run_in_threadpool(self._jcl, request, raw)
        user_part = request.headers.get("X-IBM-User-Correlator")
        if user_part is not None and not CORRELATOR.fullmatch(user_part):
            raise ZosmfError(400, JOBS_SERVICE, 4, 2, f"The user correlator '{user_part}' is not valid")
        symbols = _symbols(request)
        jobid = await run_in_threadpool(self._enter, jcl, request.user.display_name, user_part, symbols)
        return JSONResponse(self._document(request, self._jes.job(jobid)), 201)

    def _enter(self, jcl: str, owner: str, correlator: str | None, symbols: dict[str, str]) -> str:
        try:
            return self._jes.submit(jcl, owner, correlator, symbols)
        except JclRejected as error:
            raise ZosmfError(
                400, JOBS_SERVICE, 4, 13, f"Submit input data does not start with a job: {error}"
            ) from error

    def _jcl(self, request: Request, raw: bytes) -> str:
        if "json" in request.headers.get("Content-Type", ""):
            text = self._from_data_set(json.loads(raw or b"{}"))
        else:
            text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
        if not text.strip():
            raise ZosmfError(400, JOBS_SERVICE, 4, 3, "The request has no content")
        longest = max(len(line) for line in text.splitlines())
        if longest > RECORD_LIMIT:
            raise ZosmfError(400, JOBS_SERVICE, 4, 9, f"Record length {longest} exceeds the limit of {RECORD_LIMIT}")
        return text

    def _from_data_set(self, body: dict[str, Any]) -> str:
        file = str(body.get("file", ""))
        named = re.fullmatch(r"//'([^'()]+)(?:\(([^()']+)\))?'", file)
        if named is None:
            raise ZosmfError(
                400, JOBS_SERVICE, 4, 17, f"'{file}' does not name a data set as //'DSN' or //'DSN(MEMBER)'"
            )
        dsname, member = named.groups()
        try:
            data_set = self._system.datasets.find(dsname.upper())
            lines = data_set.pds().read(member.upper()) if member else list(data_set.records())
        except (DataSetNotFound, KeyError) as error:
            raise ZosmfError(400, JOBS_SERVICE, 4, 16, f"Data set not found: {file}") from error
        return "\n".join(ebcdic.decode(line) for line in lines)

    def list(self, request: Request) -> Response:
        """GET jobs: filter by owner, prefix, jobid, user correlator, status."""
        query = request.query_params
        owner = query.get("owner", request.user.display_name).upper()
        if len(owner) > 8 or len(query.get("prefix", "*")) > 8:
            raise ZosmfError(400, JOBS_SERVICE, 4, 4, "Value of query parameter owner or prefix is not valid")
        wanted = _wildcard(owner), _wildcard(query.get("prefix", "*").upper())
        jobs = [job for job in self._jes.jobs() if wanted[0].fullmatch(job.owner) and wanted[1].fullmatch(job.jobname)]
        if "jobid" in query:
            jobs = [job for job in jobs if job.jobid == query["jobid"].upper()]
        if "user-correlator" in query:
            jobs = [job for job in jobs if job.user_correlator == query["user-correlator"].upper()]
        if query.get("status", "").lower() == "active":
            jobs = [job for job in jobs if job.status == "ACTIVE"]
        limit = int(query["max-jobs"]) if query.get("max-jobs", "").isdecimal() else MOST_JOBS
        shown = jobs[: limit if 0 < limit <= MOST_JOBS else MOST_JOBS]
        return JSONResponse([self._document(request, job) for job in shown])

    def status(self, request: Request) -> Response:
        """GET a job: its document, with steps or execution times on request."""
        return JSONResponse(self._document(request, self._job(request)))

    def spool_files(self, request: Request) -> Response:
        """GET files: the job's spool files."""
        job = self._job(request)
        return JSONResponse([_spool_document(request, job, file) for file in self._jes.spool(job.jobid)])

    def spool_records(self, request: Request) -> Response:
        """GET files/{id}/records: the text of one spool file, or a range of its records."""
        job, wanted = self._job(request), request.path_params["file"]
        if wanted == "JCL":
            lines: Sequence[str] = self._jes.jcl(job.jobid).splitlines()
        elif wanted.isdecimal() and any(file.id == int(wanted) for file in self._jes.spool(job.jobid)):
            lines = self._jes.spool_records(job.jobid, int(wanted))
        else:
            raise ZosmfError(400, JOBS_SERVICE, 4, 12, f"Job '{job.jobname}' does not contain spool file id {wanted}")
        first, count = _record_range(request.headers.get("X-IBM-Record-Range"), len(lines))
        return PlainTextResponse("".join(line + "\n" for line in lines[first : first + count]))

    async def modify(self, request: Request) -> Response:
        """PUT a job: cancel, hold or release it. Version 2.0 answers with feedback, 1.0 with 202 and nothing."""
        job = self._job(request)
        body = await request.json()
        actions = {"cancel": self._jes.cancel, "hold": self._jes.hold, "release": self._jes.release}
        action = actions.get(str(body.get("request")))
        if action is None:
            raise ZosmfError(
                400, JOBS_SERVICE, 4, 5, f"Request '{body.get('request')}' is not supported by this system"
            )
        await run_in_threadpool(action, job.jobid)
        return self._feedback(job, str(body.get("version", "1.0")))

    def purge(self, request: Request) -> Response:
        """DELETE a job: cancel it where it runs, and remove its output."""
        job = self._job(request)
        self._jes.purge(job.jobid)
        return self._feedback(job, request.headers.get("X-IBM-Job-Modify-Version", "1.0"))

    def _feedback(self, job: Job, version: str) -> Response:
        if version != "2.0":
            return Response(status_code=202)
        return JSONResponse(
            {
                "jobid": job.jobid,
                "jobname": job.jobname,
                "original-jobid": job.jobid,
                "owner": job.owner,
                "member": "JES2",
                "sysname": "LAB1",
                "job-correlator": job.correlator,
                "status": "0",
                "internal-code": None,
                "message": "Request was successful.",
            }
        )

    def _job(self, request: Request) -> Job:
        named = request.path_params
        if "correlator" in named:
            job = self._jes.find(named["correlator"].upper())
            if job is None:
                raise unknown_job(named["correlator"])
            return job
        name, jobid = named["name"].upper(), named["id"].upper()
        if not re.fullmatch(r"(JOB|STC|TSU|J|S|T)\d{5,8}", jobid):
            raise ZosmfError(500, 8, 0, 8, f"Job id {jobid} is not valid")
        job = self._jes.find(jobid)
        if job is None or job.jobname != name:
            raise unknown_job(f"{name}({jobid})")
        return job

    def _document(self, request: Request, job: Job) -> dict[str, Any]:
        url = _job_url(request, job)
        phase, phase_name = PHASES.get(job.status, ENDED_PHASE)
        kind = {"J": "JOB", "S": "STC", "T": "TSU"}[job.jobid[0]]
        document: dict[str, Any] = {
            "jobid": job.jobid,
            "jobname": job.jobname,
            "subsystem": "JES2",
            "owner": job.owner,
            "status": job.status,
            "type": kind,
            "class": job.jobclass if kind == "JOB" else kind,
            "retcode": job.retcode if job.status == "OUTPUT" else None,
            "url": url,
            "files-url": url + "/files",
            "job-correlator": job.correlator,
            "phase": phase,
            "phase-name": phase_name,
        }
        if request.query_params.get("exec-data") == "Y":
            document |= _times(job)
        if request.query_params.get("step-data") == "Y":
            document["step-data"] = [_step(job, number) for number in range(len(job.steps))]
        return document


def _times(job: Job) -> dict[str, Any]:
    def iso(moment: Any) -> str | None:
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z" if moment else None

    return {
        "exec-system": "LAB1",
        "exec-member": "LAB1",
        "exec-submitted": iso(job.submitted),
        "exec-started": iso(job.started),
        "exec-ended": iso(job.ended),
    }


def _step(job: Job, number: int) -> dict[str, Any]:
    step = job.steps[number]
    return {
        "smfid": "LAB1",
        "active": step.completion is None,
        "step-number": number + 1,
        "step-name": step.name.ljust(8),
        "proc-step-name": step.procstep.ljust(8),
        "program-name": step.program.ljust(8),
        "owner": job.owner.ljust(8),
        "path-name": "",
        "completion": step.completion,
    }


def _spool_document(request: Request, job: Job, file: SpoolFile) -> dict[str, Any]:
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
        "records-url": f"{_job_url(request, job)}/files/{file.id}/records",
    }


def _job_url(request: Request, job: Job) -> str:
    return f"https://{request.headers.get('Host', '')}{BASE}/{quote(job.correlator, safe='$@#')}"


def _symbols(request: Request) -> dict[str, str]:
    prefix = "x-ibm-jcl-symbol-"
    return {name[len(prefix) :].upper(): value for name, value in request.headers.items() if name.startswith(prefix)}


def _wildcard(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace("%", "."))


def _record_range(header: str | None, total: int) -> tuple[int, int]:
    """Return first record and count for ``a-b`` (inclusive) or ``a,n``; everything without a header."""
    if header is None:
        return 0, total
    wanted = re.fullmatch(r"(\d+)([-,])(\d+)", header.strip())
    if wanted is None:
        raise ZosmfError(400, JOBS_SERVICE, 4, 11, f"Record range '{header}' is not valid")
    first, second = int(wanted[1]), int(wanted[3])
    return first, (second - first + 1 if wanted[2] == "-" else second)
