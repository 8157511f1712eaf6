"""CSLUSPOC listings: the answers of the Operations Manager to IMS commands.

Source: IMS System Programming APIs, batch SPOC utility. Each answer is a block: the command, return and reason code,
then messages or a table whose columns are aligned under their headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from imsclone.listings.errors import ListingIncomplete

_COMMAND = re.compile(r"[ 01]?\s*(?:COMMAND|CMD)\s*[:=]\s*(?P<command>\S.*)", re.IGNORECASE)
_CODES = re.compile(
    r"\bRC\s*[=:]\s*X?'?(?P<rc>[0-9A-F]{1,8})'?.*?(?:RSN|REASON)\s*[=:]\s*X?'?(?P<reason>[0-9A-F]{1,8})"
)
_MESSAGE = re.compile(
    r"\s*(?P<source>[A-Z@#$][A-Z0-9@#$]{0,7})?\s*(?P<id>(?:DFS|CSL|DSP|BPE)\d{3,5}[A-Z])\s+(?P<text>.*)"
)


@dataclass(frozen=True, slots=True)
class ImsMessage:
    """One message of one IMS."""

    source: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one command. ``rc`` and ``reason`` are the Operations Manager's."""

    command: str
    rc: int
    reason: int
    messages: tuple[ImsMessage, ...]
    lines: tuple[str, ...]


def responses(listing: str) -> tuple[Response, ...]:
    """Read the answers in the order of the commands.

    :raises ListingIncomplete: there is none.
    """
    blocks: list[list[str]] = []
    for line in listing.splitlines():
        match = _COMMAND.match(line)
        if match:
            blocks.append([match["command"].strip()])
        elif blocks:
            blocks[-1].append(line.rstrip())
    if not blocks:
        raise ListingIncomplete(utility="CSLUSPOC", message="answer", said="no command was answered")
    return tuple(_response(command, lines) for command, *lines in blocks)


def _response(command: str, lines: list[str]) -> Response:
    rc = reason = -1
    found = []
    for line in lines:
        codes = _CODES.search(line)
        if codes and rc < 0:
            rc, reason = int(codes["rc"], 16), int(codes["reason"], 16)
        message = _MESSAGE.match(line)
        if message:
            found.append(ImsMessage(message["source"] or "", message["id"], message["text"].strip()))
    return Response(command, rc, reason, tuple(found), tuple(line for line in lines if line.strip()))
