"""GET /zosmf/restconsoles/v1/log: messages of the hardcopy log. Source: z/OSMF Programming Guide, console services.

Own rule: items come oldest first in both directions, the 10000 nearest to the moment asked for.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zoslab.console.hardcopy import Message
from zoslab.zos import Zos
from zoslab.zosmf.errors import ConsoleError

MOST_ITEMS = 10_000
BAD_PARAMETER, IN_FUTURE, BAD_SYSTEM = 22, 23, 24
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
FUTURE_ALLOWED = timedelta(seconds=5)
MESSAGE_ID = re.compile(r"\*?(?:\d\d )?([A-Z$][A-Z0-9$]{2,7}\d{2,5}[A-Z]?)\b")


class HardcopyLog:
    """The log of one system."""

    def __init__(self, system: Zos) -> None:
        self._system = system

    def routes(self) -> list[Route]:
        """Return the route of the log service."""
        return [Route("/zosmf/restconsoles/v1/log", self.log, methods=["GET"])]

    def log(self, request: Request) -> Response:
        """GET log: the messages of a range of time before or after a moment."""
        query = {name.lower(): value for name, value in request.query_params.items()}
        source = _choice(query, "hardcopy", ("operlog", "syslog")).upper()
        forward = _choice(query, "direction", ("backward", "forward")) == "forward"
        self._check_system(query.get("sysname", ""))
        moment = self._moment(query)
        first, last = sorted((moment, moment + _range(query) * (1 if forward else -1)))
        found = [one for one in self._system.console.hardcopy(first - timedelta(microseconds=1)) if one.time <= last]
        items = found[:MOST_ITEMS] if forward else found[-MOST_ITEMS:]
        following = _following(items, last, len(found)) if forward else first
        return JSONResponse(
            {
                "timezone": 0,
                "source": source,
                "totalitems": len(items),
                "nextTimestamp": _milliseconds(following),
                "items": [self._item(message) for message in items],
            }
        )

    def _check_system(self, name: str) -> None:
        if len(name) > 8:
            raise ConsoleError(400, 1, BAD_SYSTEM, f"sysName {name} is longer than 8 characters.")
        if name and name.upper() != self._system.sysname:
            raise ConsoleError(400, 1, 5, f"The system {name} is not in this sysplex; {self._system.sysname} is.")

    def _moment(self, query: dict[str, str]) -> datetime:
        now = self._system.clock.now()
        try:
            if "timestamp" in query:
                moment = datetime.fromtimestamp(int(query["timestamp"]) / 1000, UTC)
            elif "time" in query:
                moment = datetime.fromisoformat(query["time"])
                moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            else:
                return now
        except (ValueError, OverflowError, OSError) as error:
            raise ConsoleError(400, 1, BAD_PARAMETER, f"time or timestamp is not valid: {error}.") from error
        if moment > now + FUTURE_ALLOWED:
            raise ConsoleError(400, 1, IN_FUTURE, f"{moment.isoformat()} is in the future.")
        return moment

    def _item(self, message: Message) -> dict[str, Any]:
        named = MESSAGE_ID.match(message.text)
        return {
            "cart": "0",
            "color": "white" if message.kind == "reply" else "green",
            "jobName": message.jobname or message.console,
            "message": message.text.replace("\n", "\r"),
            "messageId": named[1] if named else "",
            "replyId": message.reply_id or "0",
            "subType": None,
            "system": self._system.sysname,
            "time": f"{message.time.astimezone(UTC):%a %b %d %H:%M:%S GMT %Y}",
            "timestamp": _milliseconds(message.time),
            "type": "HARDCOPY",
        }


def _choice(query: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = query.get(name, choices[0]).lower()
    if value not in choices:
        raise ConsoleError(400, 1, BAD_PARAMETER, f"{name} is {value}, but can be {' or '.join(choices)}.")
    return value


def _range(query: dict[str, str]) -> timedelta:
    text = query.get("timerange", "10m")
    found = re.fullmatch(r"([1-9]\d{0,2})([smh])", text.lower())
    if found is None:
        raise ConsoleError(400, 1, BAD_PARAMETER, f"timeRange is {text}, but must be 1 to 999 and s, m or h.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _following(items: list[Message], last: datetime, found: int) -> datetime:
    """Return where the next page begins: at the last item when the range held more than a page."""
    return items[-1].time if found > len(items) else last


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
