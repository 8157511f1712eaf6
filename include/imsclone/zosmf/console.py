"""Operator commands through z/OSMF: issue, collect the response, watch for messages, read the hardcopy log.

Source: z/OSMF Programming Guide, z/OS console services. HTTP 200 says only that a command was issued. A command
is never sent twice: what it did is confirmed by a display or the log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imsclone.zosmf.errors import CommandInvalid, CommandRefused
from imsclone.zosmf.exchange import Conversation, Request, ask, part, pause

CONSOLES = "/restconsoles/consoles"
LOG = "/restconsoles/v1/log"
COMMAND = re.compile(r"[!-~]([ -~]{0,125})")
REJECTED = re.compile(r"\b(IEE618I|IEE345I|IEE305I|IEE307I|IEE308I|IEE309I|IEE707I)\b.*")
RESPONSE_PAUSES = (0.5, 1.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """The response to a command. ``lines`` may be empty: not every command answers."""

    lines: tuple[str, ...]
    key: str
    solicited: bool | None = None
    detection: str = ""

    @property
    def text(self) -> str:
        """Return the response as one text."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class LogMessage:
    """One message of the hardcopy log; ``time`` is UTC."""

    time: datetime | None
    id: str
    text: str
    job: str
    system: str
    reply_id: str


def command(
    console: str, text: str, *, wanted: str = "", unsolicited: str = "", respond: bool = True, system: str = ""
) -> Conversation[CommandAnswer]:
    """Issue one command and collect its response.

    :param wanted: text the response must hold; polled for, as long as the response may still grow.
    :param unsolicited: text of a message to watch for afterwards with :func:`detected`.
    :param respond: False for a command that has no response, so that none is waited for.
    :raises CommandRefused: the system rejected the command.
    """
    reply = yield from ask(command_request(console, text, wanted, unsolicited, system))
    document = reply.document()
    key = str(document.get("cmd-response-key", ""))
    lines = _lines(document)
    if respond:
        for seconds in RESPONSE_PAUSES:
            if lines and (not wanted or wanted in "\n".join(lines)):
                break
            yield from pause(seconds)
            more = yield from ask(Request("GET", f"{CONSOLES}/{part(console)}/solmsgs/{part(key)}"))
            lines += _lines(more.document())
    rejected = REJECTED.search("\n".join(lines))
    if rejected:
        raise CommandRefused(command=text, said=rejected.group())
    found = wanted in "\n".join(lines) if wanted else document.get("sol-key-detected")
    return CommandAnswer(tuple(lines), key, found, str(document.get("detection-key", "")))


def command_request(console: str, text: str, wanted: str = "", unsolicited: str = "", system: str = "") -> Request:
    """Build the request that issues a command.

    :raises CommandInvalid: the text is no single printable line of at most 126 characters.
    """
    if not COMMAND.fullmatch(text):
        raise CommandInvalid(command=text)
    body = {"cmd": text}
    if wanted:
        body["sol-key"] = wanted
    if unsolicited:
        body |= {"unsol-key": unsolicited, "unsol-detect-sync": "N"}
    if system:
        body["system"] = system
    headers = {"Content-Type": "application/json"}
    return Request("PUT", f"{CONSOLES}/{part(console)}", headers=headers, content=json.dumps(body).encode())


def detected(console: str, answer: CommandAnswer, seconds: float, every: float = 1.0) -> Conversation[str | None]:
    """Poll for the unsolicited message of a command; None when it did not come."""
    waited = 0.0
    while True:
        reply = yield from ask(Request("GET", f"{CONSOLES}/{part(console)}/detections/{part(answer.detection)}"))
        document = reply.document()
        if document.get("status") == "detected":
            return str(document.get("msg", ""))
        if document.get("status") == "expired" or waited >= seconds:
            return None
        yield from pause(every)
        waited += every


def hardcopy(since: datetime, minutes: int = 10) -> Conversation[tuple[LogMessage, ...]]:
    """Read the hardcopy log forward from a point in time."""
    params = (
        ("time", since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"),
        ("timeRange", f"{minutes}m"),
        ("direction", "forward"),
    )
    reply = yield from ask(Request("GET", LOG, params=params))
    items = reply.document().get("items") or []
    return tuple(_message(item) for item in items if isinstance(item, dict))


def _message(item: Mapping[str, Any]) -> LogMessage:
    stamp = str(item.get("timestamp") or "")
    time = datetime.fromtimestamp(int(stamp) / 1000, UTC) if stamp.isdigit() else None
    return LogMessage(
        time=time,
        id=str(item.get("messageId") or ""),
        text=str(item.get("message") or "").replace("\r", "\n").strip(),
        job=str(item.get("jobName") or "").strip(),
        system=str(item.get("system") or "").strip(),
        reply_id=str(item.get("replyId") or "").strip(),
    )


def _lines(document: Mapping[str, Any]) -> list[str]:
    text = str(document.get("cmd-response") or "").replace("\r\n", "\n").replace("\r", "\n")
    return [line.rstrip() for line in text.split("\n") if line.strip()]
