"""Submit exactly once, wait, gate on steps, read spool whole."""

import itertools
import json
from datetime import UTC, datetime
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imsclone.zosmf import NOT_RUN, Client, Connection, correlator, gate
from imsclone.zosmf.completion import Ending, parse
from imsclone.zosmf.correlator import Correlator, user_part
from imsclone.zosmf.errors import (
    CorrelatorInvalid,
    DuplicateCorrelator,
    JclRefused,
    JobModifyRefused,
    JobNotFound,
    JobTimeout,
    JobVanished,
    SpoolCut,
    SpoolMissing,
    StepsFailed,
    SubmitUnconfirmed,
    UnknownCompletion,
)
from imsclone.zosmf.job_documents import job_from

JCL = "//CLNCOPY  JOB\n//S EXEC PGM=IEFBR14\n"
NAME = correlator("full_system_clone", "manual__2026", "replicate", 3, 1)


def step(name, completion, program="ADRDSSU", **more):
    return {
        "smfid": "SYS1",
        "active": False,
        "step-number": 1,
        "step-name": name.ljust(8),
        "proc-step-name": " " * 8,
        "program-name": program.ljust(8),
        "completion": completion,
    } | more


def document(status="OUTPUT", retcode="CC 0000", steps=None, **more):
    system = "J0000123SYS1....E1B2C3D4.......".ljust(31, ".")
    body = {
        "jobid": "JOB00123",
        "jobname": "CLNCOPY",
        "owner": "IBMUSER",
        "status": status,
        "type": "JOB",
        "class": "A",
        "retcode": retcode,
        "job-correlator": f"{system}:{NAME}",
        "phase": 20,
        "phase-name": "Job is on the hard copy queue",
        "exec-started": "2026-11-20T23:59:59.123Z",
    }
    if steps is not None:
        body["step-data"] = steps
    return body | more


class Jes:
    """A z/OSMF that keeps jobs by correlator and can drop the connection around a submit."""

    def __init__(self, drop="", late=0):
        self.jobs, self.submits, self.requests, self.drop, self.late = {}, 0, [], drop, late
        self.spool = {}

    def __call__(self, request):
        self.requests.append(request)
        path = unquote(request.url.path)
        if request.method == "PUT" and path.endswith("/restjobs/jobs"):
            return self.submit(request)
        if request.method == "GET" and path.endswith("/restjobs/jobs"):
            return self.lookup(request.url.params["user-correlator"])
        raise AssertionError(path)

    def submit(self, request):
        self.submits += 1
        name = request.headers["x-ibm-user-correlator"]
        drop, self.drop = self.drop, ""
        if drop == "before":
            raise httpx.RemoteProtocolError("cut before it arrived")
        self.jobs[name] = document("INPUT", None)
        if drop == "after":
            raise httpx.ReadTimeout("cut after it arrived")
        return httpx.Response(201, json=self.jobs[name])

    def lookup(self, name):
        if self.submits and self.late:
            self.late -= 1
            return httpx.Response(200, json=[])
        return httpx.Response(200, json=[self.jobs[name]] if name in self.jobs else [])


def client(handler):
    connection = Connection(host="zos.example", user="IBMUSER", password="x")
    return Client(connection, http=httpx.MockTransport(handler), sleep=lambda _: None)


def test_a_job_is_submitted_once_however_often_it_is_asked_for():
    jes = Jes()
    zosmf = client(jes)
    first = zosmf.submit_once(JCL, NAME)
    assert zosmf.submit_once(JCL, NAME) == first
    assert jes.submits == 1
    assert first.name == "CLNCOPY"
    assert jes.requests[1].content.decode() == JCL
    assert jes.requests[1].headers["x-ibm-intrdr-mode"] == "TEXT"


@pytest.mark.parametrize("late", [0, 1, 2])
def test_a_job_whose_answer_was_lost_is_found_and_not_submitted_again(late):
    jes = Jes(drop="after", late=late)
    assert client(jes).submit_once(JCL, NAME).id == "JOB00123"
    assert jes.submits == 1


def test_a_submit_that_never_arrived_is_reported_so_and_the_next_call_submits():
    jes = Jes(drop="before")
    zosmf = client(jes)
    with pytest.raises(SubmitUnconfirmed) as caught:
        zosmf.submit_once(JCL, NAME)
    assert caught.value.retry
    zosmf.submit_once(JCL, NAME)
    assert len(jes.jobs) == 1


def test_a_server_that_ignores_the_correlator_query_does_not_pass_off_another_job():
    other = document() | {"job-correlator": "J0000001SYS1:SOMEONEELSE"}

    def handler(request):
        return httpx.Response(
            200 if request.method == "GET" else 201,
            json=[other] if request.method == "GET" else document("INPUT", None),
        )

    assert client(handler).find(NAME) is None


def test_two_jobs_with_one_correlator_are_an_error():
    with pytest.raises(DuplicateCorrelator):
        client(lambda _: httpx.Response(200, json=[document(), document()])).find(NAME)


def test_jcl_that_z_osmf_will_not_take_is_no_link_error():
    def handler(request):
        if request.method == "GET":
            return httpx.Response(200, json=[])
        return httpx.Response(400, json={"category": 6, "rc": 4, "reason": 9, "message": "record length 81"})

    with pytest.raises(JclRefused, match="record length 81"):
        client(handler).submit_once(JCL, NAME)
    with pytest.raises(CorrelatorInvalid):
        client(handler).submit_once(JCL, "1BAD")


def test_waiting_grows_its_pauses_and_ends_with_the_steps():
    pauses = []
    bodies = [document("INPUT", None), document("ACTIVE", None), document(steps=[step("COPY", "CC 0000")])]
    connection = Connection(host="zos.example", user="IBMUSER", password="x")
    zosmf = Client(
        connection, http=httpx.MockTransport(lambda _: httpx.Response(200, json=bodies.pop(0))), sleep=pauses.append
    )
    job = zosmf.wait(job_from(document("INPUT", None)), 60)
    assert job.step("COPY").completion.code == 0
    assert job.started == datetime(2026, 11, 20, 23, 59, 59, 123000, UTC)
    assert pauses == sorted(pauses)
    assert len(pauses) == 2


def test_a_job_that_runs_too_long_is_reported_with_its_reason():
    running = document("INPUT", None) | {"reason-not-running": "JOB TYPE DRAINING"}
    with pytest.raises(JobTimeout, match="DRAINING"):
        client(lambda _: httpx.Response(200, json=running)).wait(job_from(running), 3)


def test_a_job_that_vanishes_is_an_unknown_outcome_and_never_success():
    gone = {"category": 6, "rc": 4, "reason": 10, "message": "No job found"}
    zosmf = client(lambda _: httpx.Response(400, json=gone))
    with pytest.raises(JobVanished):
        zosmf.wait(job_from(document()), 3)
    with pytest.raises(JobNotFound):
        zosmf.status(job_from(document()))


GATES = [
    ([step("A", "CC 0000")], None, ""),
    ([step("A", "CC 0004")], None, "step A"),
    ([step("A", "CC 0004")], {"A": {0, 4}}, ""),
    ([step("A", "CC 0008")], {"A": {0, 4}}, "allowed is 0, 4"),
    ([step("A", "ABEND S0C4")], {"A": {0, 4}}, "ABEND S0C4"),
    ([step("A", "ABENDU0778")], None, "ABENDU0778"),
    ([step("A", "CC 0000"), step("B", "FLUSH")], None, "step B (ADRDSSU) did not run"),
    ([step("A", "CC 0000"), step("B", "FLUSH")], {"B": {0, NOT_RUN}}, ""),
    ([step("A", None)], None, "no completion code"),
    ([], None, "no step ran"),
    ([step("A", "CC 0000")], {"RESUME": {0}}, "step RESUME is missing"),
    ([step("A", "CC 0012"), step("B", "CC 0016")], None, "step B"),
]


@pytest.mark.parametrize(("steps", "allowed", "problem"), GATES)
def test_the_gate_judges_steps_and_names_each_that_failed(steps, allowed, problem):
    job = job_from(document(steps=steps))
    if not problem:
        gate(job, allowed)
        return
    with pytest.raises(StepsFailed) as caught:
        gate(job, allowed)
    assert problem in str(caught.value)


def test_a_job_level_code_of_zero_does_not_hide_a_failed_step():
    with pytest.raises(StepsFailed):
        gate(job_from(document(retcode="CC 0000", steps=[step("A", "CC 0008"), step("B", "CC 0000")])))


def test_a_cancelled_job_does_not_pass_although_its_steps_did():
    with pytest.raises(StepsFailed, match="CANCELED"):
        gate(job_from(document(retcode="CANCELED", steps=[step("A", "CC 0000")])))


@pytest.mark.parametrize(
    ("text", "ending", "code"),
    [
        ("CC 0000", Ending.CODE, 0),
        ("CC 4095", Ending.CODE, 4095),
        ("ABEND S806", Ending.SYSTEM_ABEND, -1),
        ("ABENDU0778", Ending.USER_ABEND, -1),
        ("ABEND U0778", Ending.USER_ABEND, -1),
        ("ABEND S222", Ending.CANCELLED, -1),
        ("CANCELED", Ending.CANCELLED, -1),
        ("JCL ERROR", Ending.JCL_ERROR, -1),
        ("SEC ERROR", Ending.SECURITY, -1),
        ("SYS FAIL", Ending.SYSTEM_FAILURE, -1),
        ("CONV ABEND", Ending.CONVERTER, -1),
        ("CONV ERROR", Ending.CONVERTER, -1),
    ],
)
def test_every_documented_ending_is_understood(text, ending, code):
    assert (parse(text).ending, parse(text).code) == (ending, code)


@given(st.text())
def test_an_unknown_ending_is_never_taken_for_success(text):
    try:
        ending = parse(text)
    except UnknownCompletion:
        return
    assert ending is None or ending.ending is not Ending.CODE or " ".join(text.upper().split()).startswith("CC ")


def spool_file(**more):
    return {
        "jobid": "JOB00123",
        "jobname": "CLNCOPY",
        "id": 102,
        "ddname": "SYSPRINT",
        "stepname": "COPY",
        "procstep": None,
        "class": "H",
        "recfm": "VBA",
        "lrecl": 125,
        "byte-count": 0,
        "record-count": 2,
        "records-url": "",
    } | more


def spool_handler(lines, files):
    def handler(request):
        path = unquote(request.url.path)
        if path.endswith("/files"):
            return httpx.Response(200, json=files)
        wanted = lines
        if "x-ibm-record-range" in request.headers:
            low, high = map(int, request.headers["x-ibm-record-range"].split("-"))
            wanted = lines[low : high + 1]
        return httpx.Response(200, text="".join(line + "\n" for line in wanted))

    return handler


def test_a_listing_is_read_by_step_and_ddname():
    zosmf = client(spool_handler([" one", " two"], [spool_file(), spool_file(id=103, stepname="OTHER")]))
    assert zosmf.listing(job_from(document()), "COPY") == " one\n two"
    with pytest.raises(SpoolMissing, match=r"COPY\.SYSPRINT"):
        zosmf.listing(job_from(document()), "RELABEL")


def test_a_long_listing_comes_in_ranges_whole():
    lines = [f" line {n}" for n in range(45_001)]
    zosmf = client(spool_handler(lines, [spool_file(**{"record-count": len(lines)})]))
    assert zosmf.listing(job_from(document()), "COPY").split("\n") == lines


def test_spool_that_is_cut_off_is_an_error():
    zosmf = client(spool_handler([" one"], [spool_file(**{"record-count": 9})]))
    with pytest.raises(SpoolCut, match="1 of 9"):
        zosmf.listing(job_from(document()), "COPY")


def test_names_with_national_characters_reach_the_path_encoded():
    seen = []

    def handler(request):
        seen.append(request.url.raw_path.decode())
        return httpx.Response(200, json=document(jobname="CLN#1$A"))

    client(handler).status(job_from(document(jobname="CLN#1$A")))
    assert seen[0].startswith("/zosmf/restjobs/jobs/CLN%231%24A/JOB00123?")


@pytest.mark.parametrize(
    ("status", "body", "passes"),
    [(202, b"", True), (200, {"status": "0"}, True), (200, {"status": "156", "message": "no"}, False)],
)
def test_cancel_and_purge_look_at_the_feedback(status, body, passes):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    zosmf = client(lambda _: httpx.Response(status, content=content))
    for act in (zosmf.cancel, zosmf.purge):
        if passes:
            act(job_from(document()))
        else:
            with pytest.raises(JobModifyRefused, match="no"):
                act(job_from(document()))


@given(st.text(), st.text(), st.text(), st.integers(-1, 5000), st.integers(1, 9))
def test_a_correlator_is_always_valid_and_the_same_for_the_same_try(dag, run, task, index, attempt):
    made = correlator(dag, run, task, index, attempt)
    assert made == correlator(dag, run, task, index, attempt)
    assert Correlator(made) == made
    assert len(made) <= 32
    assert user_part("J0000123SYS1....:" + made) == made


def test_no_two_tries_share_a_correlator():
    tries = itertools.product(["a", "b"], ["r1", "r2"], ["copy", "load"], range(3), range(1, 3))
    made = [correlator(*one) for one in tries]
    assert len(set(made)) == len(made)
