"""A z/OSMF that cannot be reached, refuses, loses a job or cuts its answers off: a message, and nothing has changed."""

from __future__ import annotations

import re
import socket
import time

import httpx
import pytest

pytestmark = pytest.mark.xdist_group("bad_input")

STATUS = re.compile(r"GET /zosmf/restjobs/jobs/(CLN\w+)/(JOB\d+)\?")
RECORDS = re.compile(r"GET /zosmf/restjobs/jobs/CLN\w+/JOB\d+/files/\d+/records")
BINARY = re.compile(r"GET /zosmf/restfiles/ds/\S*DCOUT")


def at(pattern, change):
    """Change the answers to requests that match a pattern."""
    return lambda what, response: change(response) if re.match(pattern, what) else response


def halved(response):
    return httpx.Response(200, headers=response.headers, content=response.content[: len(response.content) // 2])


def halved_at_the_end(response):
    """Cut what is said of a job when it has ended; one that runs goes on, whatever is said of it."""
    return halved(response) if '"OUTPUT"' in response.text else response


def dropped(response):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(response.content)}\r\n\r\n"
    return head.encode() + response.content[: len(response.content) // 2]


def test_an_unreachable_z_osmf_is_told_with_its_address(lab, refused) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = refused(lab.connection(port=port))
    said = found.about("CLN301E")
    assert f"https://127.0.0.1:{port}/zosmf" in said
    assert "Request sent: False" in said
    assert not found.jobs


def test_a_certificate_of_another_authority_is_told(lab, between, refused) -> None:
    said = refused(lab.connection(port=between.port)).about("CLN301E")
    assert "CERTIFICATE_VERIFY_FAILED" in said
    assert "ca_file" in said
    assert between.asked == []


@pytest.mark.parametrize("files_with_certificates", ["/nowhere/ca.pem", __file__])
def test_a_file_that_is_no_certificate_is_told(lab, refused, files_with_certificates) -> None:
    found = refused(lab.connection(extra={"ca_file": files_with_certificates}))
    assert files_with_certificates in found.about("CLN324E")


def test_a_wrong_password_is_told_and_tried_once(lab, between, refused) -> None:
    extra = {"ca_file": str(between.authority)}
    found = refused(lab.connection(port=between.port, password="WRONG", extra=extra))
    assert "HTTP 401" in found.about("CLN302E")
    assert "WRONG" not in found.output
    assert len(between.asked) == 1


SERVICE = {"category": 1, "rc": 8, "reason": 3, "message": "IZUG000E abend 0C4", "details": ["at X"]}


CONSOLE, JOBS, DATA = r"PUT /zosmf/restconsoles/", r"PUT /zosmf/restjobs/jobs", r"GET /zosmf/restfiles/"
PAGE = "<html><body>Gateway</body></html>"


@pytest.mark.parametrize(
    ("path", "status", "body", "message", "shown"),
    [
        (CONSOLE, 401, {}, "CLN302E", "HTTP 401"),
        (CONSOLE, 403, {}, "CLN302E", "HTTP 403"),
        (CONSOLE, 403, {"errorID": "IZUG846W", "errorMsg": "CSRF"}, "CLN303E", "X-CSRF-ZOSMF-HEADER"),
        (CONSOLE, 500, SERVICE, "CLN304E", "category 1 rc 8 reason 3"),
        (CONSOLE, 500, PAGE, "CLN306E", "HTTP 500"),
        (CONSOLE, 503, "", "CLN307E", "HTTP 503"),
        (CONSOLE, 200, PAGE, "CLN306E", "Gateway"),
        (JOBS, 401, {}, "CLN302E", "HTTP 401"),
        (JOBS, 403, SERVICE, "CLN304E", "HTTP 403"),
        (JOBS, 500, SERVICE, "CLN304E", "category 1 rc 8 reason 3"),
        (JOBS, 500, PAGE, "CLN306E", "HTTP 500"),
        (DATA, 403, {}, "CLN302E", "HTTP 403"),
        (DATA, 500, SERVICE, "CLN304E", "category 1 rc 8 reason 3"),
    ],
)
def test_a_refusing_z_osmf_is_told_by_kind(between, refused, path, status, body, message, shown) -> None:
    content = {"json": body} if isinstance(body, dict) else {"text": body, "headers": {"Content-Type": "text/html"}}
    between.before = lambda what: httpx.Response(status, **content) if re.match(path, what) else None
    said = refused(between.connection).about(message)
    assert shown in said
    assert re.search(r"(PUT|GET) /rest", said)


def test_a_job_that_vanishes_while_it_is_waited_for_is_an_unknown_outcome(lab, between, refused) -> None:
    gone = []

    def purge(what):
        match = STATUS.match(what)
        if match and not gone:
            deadline = time.monotonic() + 30
            while lab.system.jes.job(match[2]).status != "OUTPUT" and time.monotonic() < deadline:
                time.sleep(0.02)
            lab.system.jes.purge(match[2])
            gone.append(f"{match[1]}({match[2]})")

    between.before = purge
    said = refused(between.connection).about("CLN312E")
    assert gone[0] in said
    assert "unknown" in said


@pytest.mark.parametrize(
    ("path", "change", "message", "shown"),
    [
        (RECORDS, halved, "CLN319E", "the listing is cut off"),
        (RECORDS, dropped, "CLN301E", "Request sent: True"),
        (STATUS, halved_at_the_end, "CLN306E", "not z/OSMF's"),
        (BINARY, halved, "CLN343E", "in the middle of one"),
        (BINARY, dropped, "CLN301E", "Request sent: True"),
    ],
)
def test_what_is_cut_off_is_never_taken_for_the_whole(between, refused, path, change, message, shown) -> None:
    between.answer = at(path, change)
    assert shown in refused(between.connection).about(message)


def test_a_listing_without_its_last_lines_is_refused_although_the_count_agrees(between, refused) -> None:
    def shorter(response):
        lines = response.text.split("\n")
        return httpx.Response(200, headers=response.headers, text="\n".join([*lines[:-2], "", ""]))

    between.answer = at(RECORDS, shorter)
    assert "has no" in refused(between.connection).about("CLN401E")
