"""The console services: issue a command, collect its response, watch for a message.

Source: z/OSMF Programming Guide, console services. Commands run one at a time to their end here, so the response is
whole when the PUT returns; a response is handed out once, what the PUT returned is not returned again by solmsgs.
"""

from __future__ import annotations

import itertools
import re
import threading
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zoslab.zos import Zos
from zoslab.zosmf.detection import Detection
from zoslab.zosmf.errors import ConsoleError

T = TypeVar("T")

COMMAND_LIMIT = 126
KEYS_KEPT = 500
DETECT_SECONDS, DETECT_SYNC_SECONDS = 30.0, 20.0
CONSOLE_NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$]{1,7}")
BASE = "/zosmf/restconsoles/consoles/{console}"


class ConsoleServices:
    """The console services of one system."""

    def __init__(self, system: Zos) -> None:
        self._system = system
        self._numbers = itertools.count(1)
        self._busy = threading.Lock()
        self._pending: dict[str, str] = {}
        self._detections: dict[str, Detection] = {}

    def routes(self) -> list[Route]:
        """Return the routes of the console services."""
        return [
            Route(BASE, self.command, methods=["PUT"]),
            Route(BASE + "/solmsgs/{key}", self.messages, methods=["GET"]),
            Route(BASE + "/detections/{key}", self.detections, methods=["GET"]),
        ]

    async def command(self, request: Request) -> Response:
        """PUT consoles/{console}: issue ``cmd`` and return what it answered."""
        body = await _body(request)
        console = _console(request)
        _check(body, self._system.sysname)
        return JSONResponse(await run_in_threadpool(self._issue, request, console, body))

    def messages(self, request: Request) -> Response:
        """GET solmsgs/{key}: what has come since the last look."""
        _console(request)
        return JSONResponse({"cmd-response": self._pending.pop(request.path_params["key"], "")})

    def detections(self, request: Request) -> Response:
        """GET detections/{key}: whether the unsolicited message has come."""
        _console(request)
        detection = self._detections.get(request.path_params["key"])
        if detection is None:
            raise ConsoleError(500, 5, 9, f"The detection key {request.path_params['key']} is not known.")
        message = detection.look()
        status = "detected" if message else "expired" if detection.expired else "waiting"
        return JSONResponse({"status": status, "msg": message})

    def _issue(self, request: Request, console: str, body: dict[str, Any]) -> dict[str, Any]:
        asynchronous = body.get("async") == "Y"
        watch = self._watch(body)
        lines = self._system.console.command(str(body["cmd"]), console)
        text = "".join(line + "\r" for line in lines)
        key = f"C{next(self._numbers):07d}"
        self._keep(self._pending, key, text if asynchronous else "")
        answer = self._answer(request, "cmd-response", "solmsgs", key)
        if not asynchronous:
            answer["cmd-response"] = text
            if "sol-key" in body:
                answer["sol-key-detected"] = expression(body, "sol-key", "solKeyReg").search(text) is not None
        if watch is not None:
            answer |= self._watched(request, watch, body)
        return answer

    def _watch(self, body: dict[str, Any]) -> Detection | None:
        if "unsol-key" not in body:
            return None
        synchronous = body.get("unsol-detect-sync") == "Y"
        limit = DETECT_SYNC_SECONDS if synchronous else DETECT_SECONDS
        seconds = _seconds(body, "unsol-detect-timeout" if synchronous else "detect-time", limit)
        return Detection(self._system.console, expression(body, "unsol-key", "unsolKeyReg"), seconds)

    def _watched(self, request: Request, watch: Detection, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("unsol-detect-sync") == "Y":
            message = watch.wait()
            return {"status": "detected" if message else "timeout", "msg": message}
        key = f"D{next(self._numbers):07d}"
        self._keep(self._detections, key, watch)
        return self._answer(request, "detection", "detections", key)

    @staticmethod
    def _answer(request: Request, name: str, service: str, key: str) -> dict[str, Any]:
        uri = f"/zosmf/restconsoles/consoles/{request.path_params['console']}/{service}/{key}"
        where = f"https://{request.headers.get('Host', '')}{uri}"
        return {f"{name}-key": key, f"{name}-url": where, f"{name}-uri": uri}

    def _keep(self, table: dict[str, T], key: str, value: T) -> None:
        with self._busy:
            table[key] = value
            for old in list(table)[:-KEYS_KEPT]:
                table.pop(old, None)


def _check(body: dict[str, Any], sysname: str) -> None:
    command = body.get("cmd")
    if not isinstance(command, str) or not command.strip() or not command.isprintable():
        raise ConsoleError(400, 1, 13, 'The "cmd" field is missing or is not one line of text.')
    if len(command) > COMMAND_LIMIT:
        raise ConsoleError(400, 1, 17, f"The command is {len(command)} characters long, the limit is {COMMAND_LIMIT}.")
    system = str(body.get("system") or sysname).upper()
    if system != sysname:
        raise ConsoleError(400, 1, 5, f"The system {system} is not in this sysplex; {sysname} is.")


def expression(body: dict[str, Any], field: str, is_regular: str) -> re.Pattern[str]:
    """Return what to look for: the text of ``field``, or the expression if ``is_regular`` says Y."""
    text = str(body[field])
    try:
        return re.compile(text if str(body.get(is_regular, "N")).upper() == "Y" else re.escape(text))
    except re.error as error:
        raise ConsoleError(400, 1, 25, f"{field} is not a regular expression: {error}.") from error


def _seconds(body: dict[str, Any], field: str, default: float) -> float:
    try:
        return min(max(float(body.get(field) or default), 0.0), 600.0)
    except (TypeError, ValueError):
        raise ConsoleError(400, 1, 12, f"{field} is not a number of seconds: {body[field]!r}.") from None


async def _body(request: Request) -> dict[str, Any]:
    if "json" not in request.headers.get("Content-Type", ""):
        raise ConsoleError(400, 1, 6, "The content type must be application/json.")
    try:
        body = await request.json()
    except ValueError as error:
        raise ConsoleError(400, 1, 12, f"The request body is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise ConsoleError(400, 1, 12, "The request body is not a JSON object.")
    return body


def _console(request: Request) -> str:
    name = str(request.path_params["console"]).upper()
    if name == "DEFCN":
        return f"{request.user.display_name[:6]}CN"
    if not CONSOLE_NAME.fullmatch(name):
        raise ConsoleError(400, 1, 14, f"The console name {name} is not valid.")
    return name
