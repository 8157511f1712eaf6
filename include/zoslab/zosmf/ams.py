"""PUT /zosmf/restfiles/ams: run access method services statements and return what IDCAMS printed.

Source: z/OSMF Programming Guide, "Access method services interface". Own rule: IDCAMS runs in a job of the user,
purged afterwards; a line that is too wide for a card is continued at a blank with a hyphen.
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zoslab.jes.job import Job
from zoslab.zos import Zos
from zoslab.zosmf.errors import FILES_SERVICE, ZosmfError, bad_request

LINE_LIMIT, TOTAL_LIMIT = 255, 8192
CARD_TEXT = 71
SECONDS, LEAST_SECONDS, MOST_SECONDS = 30, 5, 600
GOOD = 4
DELIMITER = "$%"
JSON_VERSION = 1


class AccessMethodServices:
    """Runs IDCAMS on one system."""

    def __init__(self, system: Zos) -> None:
        self._system = system

    def routes(self) -> list[Route]:
        """Return the route of the service."""
        return [Route(path, self.run, methods=["PUT"]) for path in ("/zosmf/restfiles/ams", "/zosmf/restfiles/ams/")]

    async def run(self, request: Request) -> Response:
        """PUT ams: 200 with the listing up to return code 4, 500 with the listing above."""
        lines = _lines(await request.body())
        seconds = _seconds(request)
        return await run_in_threadpool(self._run, request.user.display_name, lines, seconds)

    def _run(self, user: str, lines: list[str], seconds: int) -> Response:
        cards = [card for line in lines for card in folded(line)]
        jobid = self._system.jes.submit("\n".join(_jcl(user, cards)), user)
        try:
            job = self._system.jes.wait(jobid, seconds)
            output = self._output(job)
        except TimeoutError as error:
            text = f"IDCAMS did not end in {seconds} s and was cancelled; X-IBM-Response-Timeout can be up to 600"
            raise ZosmfError(500, FILES_SERVICE, 8, 1, text) from error
        finally:
            self._system.jes.purge(jobid)
        ended = re.fullmatch(r"CC (\d{4})", job.retcode or "")
        if ended is None:
            raise ZosmfError(500, FILES_SERVICE, 8, 1, f"IDCAMS ended with {job.retcode}", output)
        code = int(ended[1])
        body = {"rc": code, "output": output, "JSONversion": JSON_VERSION}
        return JSONResponse(body, 200 if code <= GOOD else 500)

    def _output(self, job: Job) -> list[str]:
        for ddname in ("SYSPRINT", "JESYSMSG"):
            try:
                return self._system.jes.output(job.jobid, ddname)
            except KeyError:
                continue
        return []


def _lines(raw: bytes) -> list[str]:
    try:
        body: Any = json.loads(raw)
    except ValueError as error:
        raise bad_request(f"The request body is not valid JSON: {error}") from error
    lines = body.get("input") if isinstance(body, dict) else None
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) for line in lines):
        raise bad_request('"input" is not a list of lines')
    if body.get("JSONversion", JSON_VERSION) != JSON_VERSION:
        raise bad_request(f"JSONversion {body['JSONversion']!r} is not {JSON_VERSION}")
    if wrong := next((line for line in lines if len(line) > LINE_LIMIT or not line.isprintable()), None):
        raise bad_request(f"{wrong!r:.60} is not one line of at most {LINE_LIMIT} characters")
    if sum(len(line) for line in lines) + len(lines) > TOTAL_LIMIT:
        raise bad_request(f"The lines have more than {TOTAL_LIMIT} bytes")
    return lines


def _seconds(request: Request) -> int:
    text = request.headers.get("X-IBM-Response-Timeout", str(SECONDS))
    if not text.isdecimal() or not LEAST_SECONDS <= int(text) <= MOST_SECONDS:
        raise bad_request(f"X-IBM-Response-Timeout '{text}' is not {LEAST_SECONDS} to {MOST_SECONDS}")
    return int(text)


def _jcl(user: str, cards: list[str]) -> list[str]:
    return [
        f"//{user} JOB MSGLEVEL=1",
        "//IDCAMS   EXEC PGM=IDCAMS",
        "//SYSPRINT DD SYSOUT=*",
        f"//SYSIN    DD DATA,DLM='{DELIMITER}'",
        *cards,
        DELIMITER,
    ]


def folded(line: str) -> list[str]:
    """Return a line as cards: text from column 2 to 72, continued with a hyphen.

    :raises ZosmfError: 400, a line has no blank to be cut at.
    """
    cards: list[str] = []
    rest = line.rstrip()
    while len(rest) > CARD_TEXT:
        cut = _last_blank(rest[: CARD_TEXT - 1])
        if not cut:
            raise bad_request(f"'{rest[:40]}...' has no blank in {CARD_TEXT} columns where it can be continued")
        cards.append(f" {rest[:cut]} -")
        rest = rest[cut:].strip()
    return [*cards, f" {rest}"]


def _last_blank(text: str) -> int:
    """Return the place of the last blank that is neither at the start nor between quotes; 0 if there is none."""
    found, quoted = 0, False
    for at, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif character == " " and not quoted and text[:at].strip():
            found = at
    return found
