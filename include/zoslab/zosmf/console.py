"""The console services: issue a command, collect its response. Source: z/OSMF Programming Guide, console services."""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zoslab.zosmf.errors import ConsoleError

COMMAND_LIMIT = 126
KEYS_KEPT = 500
CONSOLE_NAME = re.compile(r"[A-Z@#$][A-Z0-9@#$]{1,7}")

Issue = Callable[[str, str], list[str]]


class ConsoleServices:
    """Commands go to ``issue(command, console)``, which returns the response lines.

    A response is handed out once: what the PUT returned is not returned again by solmsgs.
    """

    def __init__(self, issue: Issue) -> None:
        self._issue = issue
        self._keys = itertools.count(1)
        self._pending: dict[str, str] = {}
        self._busy = threading.Lock()

    def routes(self) -> list[Route]:
        """Return the routes of the console services."""
        base = "/zosmf/restconsoles/consoles/{console}"
        return [
            Route(base, self.command, methods=["PUT"]),
            Route(base + "/solmsgs/{key}", self.messages, methods=["GET"]),
        ]

    async def command(self, request: Request) -> Response:
        """PUT consoles/{console}: issue ``cmd`` and return what it answered."""
        body = await self._body(request)
        console = self._console(request)
        command = body.get("cmd")
        if not isinstance(command, str) or not command.strip():
            raise ConsoleError(400, 1, 13, 'The "cmd" field is missing or is not a string.')
        if len(command) > COMMAND_LIMIT:
            raise ConsoleError(400, 1, 17, f"The command is {len(command)} characters long, the limit is 126.")

        lines = await run_in_threadpool(self._issue, command, console)
        text = "".join(line + "\r" for line in lines)
        key = f"C{next(self._keys):07d}"
        self._remember(key, text if body.get("async") == "Y" else "")
        uri = f"/zosmf/restconsoles/consoles/{request.path_params['console']}/solmsgs/{key}"
        answer: dict[str, Any] = {
            "cmd-response-key": key,
            "cmd-response-url": f"https://{request.headers.get('Host', '')}{uri}",
            "cmd-response-uri": uri,
        }
        if body.get("async") != "Y":
            answer["cmd-response"] = text
            if "sol-key" in body:
                answer["sol-key-detected"] = self._detected(str(body["sol-key"]), text, body.get("solKeyReg") == "Y")
        return JSONResponse(answer)

    def messages(self, request: Request) -> Response:
        """GET solmsgs/{key}: what has come since the last look."""
        self._console(request)
        return JSONResponse({"cmd-response": self._pending.pop(request.path_params["key"], "")})

    def _remember(self, key: str, text: str) -> None:
        with self._busy:
            self._pending[key] = text
            for old in list(self._pending)[:-KEYS_KEPT]:
                del self._pending[old]

    @staticmethod
    def _detected(wanted: str, text: str, is_expression: bool) -> bool:
        return bool(re.search(wanted, text)) if is_expression else wanted in text

    @staticmethod
    async def _body(request: Request) -> dict[str, Any]:
        if "json" not in request.headers.get("Content-Type", ""):
            raise ConsoleError(400, 1, 6, "The content type must be application/json.")
        try:
            body = await request.json()
        except json.JSONDecodeError as error:
            raise ConsoleError(400, 1, 12, f"The request body is not valid JSON: {error}") from error
        if not isinstance(body, dict):
            raise ConsoleError(400, 1, 12, "The request body is not a JSON object.")
        return body

    @staticmethod
    def _console(request: Request) -> str:
        name = str(request.path_params["console"]).upper()
        if name == "DEFCN":
            return f"{request.user.display_name[:6]}CN"
        if not CONSOLE_NAME.fullmatch(name):
            raise ConsoleError(400, 1, 14, f"The console name {name} is not valid.")
        return name
