"""The jobs services: submit, status, spool, cancel, hold, release, purge.

Source: z/OSMF Programming Guide, z/OS jobs REST services.
"""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zoslab.jes.errors import JclRejected
from zoslab.jes.jes import Jes
from zoslab.jes.job import ACTIVE, Job, SpoolFile
from zoslab.zos import Zos
from zoslab.zosmf import job_input
from zoslab.zosmf.data_type import encode_records
from zoslab.zosmf.errors import ZosmfError, unknown_job
from zoslab.zosmf.job_documents import BASE, feedback, job_document, spool_document
from zoslab.zosmf.job_input import refused
from zoslab.zosmf.record_range import BadRange, selected

MOST_JOBS = 1000
JOBID = re.compile(r"(JOB|STC|TSU)\d{5}|[JST]\d{7}")


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
        for path in (BASE, BASE + "/", BASE + "/-{subsystem}"):
            found += [Route(path, self.submit, methods=["PUT"]), Route(path, self.listed, methods=["GET"])]
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
        return found

    async def submit(self, request: Request) -> Response:
        """PUT jobs: submit JCL from the body or from a data set; 201 with the job document."""
        self._check_subsystem(request)
        reader = job_input.Reader.of(request.headers)
        raw = await request.body()
        job = await run_in_threadpool(self._enter, request, reader, raw)
        return JSONResponse(job_document(request, job, self._system.sysname), 201)

    def _enter(self, request: Request, reader: job_input.Reader, raw: bytes) -> Job:
        user = request.user.display_name
        jcl = job_input.jcl(self._system, user, request.headers, reader, raw)
        try:
            jobid = self._jes.submit(jcl, user, reader.correlator, reader.symbols)
        except JclRejected as error:
            raise refused(13, f"Submit input data does not start with a job card: {error}") from error
        return self._jes.job(jobid)

    def listed(self, request: Request) -> Response:
        """GET jobs: filter by owner, prefix, jobid, user correlator, status."""
        self._check_subsystem(request)
        query = request.query_params
        owner = (query.get("owner") or request.user.display_name).upper()
        prefix = (query.get("prefix") or "*").upper()
        if len(owner) > 8 or len(prefix) > 8:
            raise refused(4, "Value of query parameter owner or prefix is not 1 to 8 characters")
        tests = [_wildcard(owner, "owner"), _wildcard(prefix, "jobname")]
        if "jobid" in query:
            tests.append(_wildcard(query["jobid"].upper(), "jobid"))
        if "user-correlator" in query:
            tests.append(_wildcard(query["user-correlator"].upper(), "user_correlator"))
        active = query.get("status", "").lower() == "active"
        jobs = self._jes.jobs(
            lambda job: (
                all(found.fullmatch(getattr(job, field)) for field, found in tests)
                and (not active or job.status == ACTIVE)
            )
        )
        limit = int(query["max-jobs"]) if query.get("max-jobs", "").isdecimal() else MOST_JOBS
        shown = jobs[: limit if 0 < limit <= MOST_JOBS else MOST_JOBS]
        return JSONResponse([job_document(request, job, self._system.sysname) for job in shown])

    def status(self, request: Request) -> Response:
        """GET a job: its document, with steps or execution times on request."""
        return JSONResponse(job_document(request, self._job(request), self._system.sysname))

    def spool_files(self, request: Request) -> Response:
        """GET files: the job's spool files."""
        job = self._job(request)
        return JSONResponse([spool_document(request, job, file) for file in self._spool(job)])

    def spool_records(self, request: Request) -> Response:
        """GET files/{id}/records: one spool file, or some of its records, as text, binary or records."""
        job, wanted = self._job(request), request.path_params["file"]
        try:
            lines = selected(request, self._lines(job, wanted), str)
        except BadRange as error:
            raise refused(11, str(error)) from error
        mode = request.query_params.get("mode", "text")
        if mode not in ("text", "binary", "record"):
            raise refused(1, f"mode '{mode}' is not text, binary or record")
        if mode == "text":
            return PlainTextResponse("".join(line + "\n" for line in lines))
        encoded = [line.encode("cp1047", "replace") for line in lines]
        return Response(encode_records(encoded, mode), media_type="application/octet-stream")

    async def modify(self, request: Request) -> Response:
        """PUT a job: cancel, hold or release it. Version 2.0 answers with feedback, 1.0 with 202 and nothing."""
        job = self._job(request)
        try:
            body = await request.json()
        except ValueError as error:
            raise refused(5, f"The request body is not valid JSON: {error}") from error
        wanted = body.get("request") if isinstance(body, dict) else None
        actions = {"cancel": self._jes.cancel, "hold": self._jes.hold, "release": self._jes.release}
        if not isinstance(wanted, str) or wanted not in actions:
            raise refused(5, f"Request {wanted!r} is not supported by this system: {', '.join(actions)} are")
        await run_in_threadpool(actions[wanted], job.jobid)
        return self._feedback(job, str(body.get("version", "1.0")))

    def purge(self, request: Request) -> Response:
        """DELETE a job: cancel it where it runs, and remove its output."""
        job = self._job(request)
        self._jes.purge(job.jobid)
        return self._feedback(job, request.headers.get("X-IBM-Job-Modify-Version", "1.0"))

    def _feedback(self, job: Job, version: str) -> Response:
        if version != "2.0":
            return Response(status_code=202)
        return JSONResponse(feedback(job, self._system.sysname))

    def _spool(self, job: Job) -> list[SpoolFile]:
        try:
            return self._jes.spool(job.jobid)
        except FileNotFoundError as error:
            raise unknown_job(f"{job.jobname}({job.jobid})") from error

    def _lines(self, job: Job, wanted: str) -> list[str]:
        try:
            if wanted == "JCL":
                return self._jes.jcl(job.jobid).splitlines()
            if wanted.isdecimal() and any(file.id == int(wanted) for file in job.files):
                return self._jes.spool_records(job.jobid, int(wanted))
        except FileNotFoundError as error:
            raise unknown_job(f"{job.jobname}({job.jobid})") from error
        raise refused(12, f"Job '{job.jobname}' ('{job.jobid}') does not contain spool file id {wanted}")

    def _check_subsystem(self, request: Request) -> None:
        subsystem = request.path_params.get("subsystem", "JES2").upper()
        if subsystem != "JES2":
            raise refused(2, f"Job entry subsystem {subsystem} is not on this system; JES2 is")

    def _job(self, request: Request) -> Job:
        named = request.path_params
        if "correlator" in named:
            wanted = named["correlator"].upper()
            job = self._jes.find(wanted) if ":" in wanted else None
            if job is None:
                raise unknown_job(named["correlator"])
            return job
        name, jobid = named["name"].upper(), named["id"].upper()
        if not JOBID.fullmatch(jobid):
            raise ZosmfError(500, 8, 0, 8, f"Job id {jobid} is not valid")
        job = self._jes.find(jobid)
        if job is None or job.jobname != name:
            raise unknown_job(f"{name}({jobid})")
        return job


def _wildcard(pattern: str, field: str) -> tuple[str, re.Pattern[str]]:
    return field, re.compile(re.escape(pattern).replace(r"\*", ".*").replace("%", ".").replace(r"\?", "."))
