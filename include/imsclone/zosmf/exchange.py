"""Requests and replies as values, and conversations made of them.

A conversation is a generator: it yields a :class:`Request` and is sent the :class:`Reply`, or yields a
:class:`Pause`. The rules of a service are written once that way, without I/O; the sync and the async client
both only carry requests to and fro.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

from imsclone.zosmf.errors import LinkError, PlainAnswer, ServerBusy, ServiceError

T = TypeVar("T")

READ_TRIES = 3
BUSY_STATUS = (429, 503)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request below the connection's base path. Content that is a file is sent as it is read."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | BinaryIO | None = None
    seconds: float | None = None

    @property
    def where(self) -> str:
        """Return what a reader of a message is told about the place."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request; ``headers`` has lower-case names."""

    request: Request
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """Return the body as text; z/OSMF sends UTF-8 or ISO 8859-1."""
        charset = self.headers.get("content-type", "").lower().partition("charset=")[2].strip() or "utf-8"
        try:
            return self.content.decode(charset)
        except (UnicodeDecodeError, LookupError):
            return self.content.decode("iso8859-1")

    def document(self) -> dict[str, Any]:
        """Return the body as a JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            raise self._plain()
        return value

    def documents(self) -> list[dict[str, Any]]:
        """Return the body as a JSON array of objects."""
        value = self.json()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self._plain()
        return value

    def json(self) -> Any:
        """Return the body as JSON of any kind."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise self._plain() from error

    def _plain(self) -> PlainAnswer:
        return PlainAnswer(where=self.request.where, status=self.status, said=self.text)


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait this long before going on."""

    seconds: float


Conversation = Generator[Request | Pause, Reply | None, T]


def ask(request: Request, tries: int | None = None) -> Conversation[Reply]:
    """Send one request. Reads are tried again after a broken link or an overloaded server; writes are not.

    :raises LinkError: the link broke (on the last try).
    :raises ServerBusy: z/OSMF stayed overloaded.
    """
    tries = tries or (READ_TRIES if request.method == "GET" else 1)
    for attempt in range(1, tries + 1):
        try:
            reply = yield request
        except (LinkError, ServerBusy, ServiceError) as error:
            passes = error.no_address_space if isinstance(error, ServiceError) else True
            if attempt == tries or not passes:
                raise
        else:
            if reply is None:
                raise RuntimeError("a conversation was resumed without the reply to its request")
            return reply
        yield from pause(attempt)
    raise AssertionError("unreachable: the last try returns or raises")


def pause(seconds: float) -> Conversation[None]:
    """Wait without holding anything."""
    yield Pause(seconds)


def part(name: str) -> str:
    """Return a name as one part of a path: national characters are legal names and special in URLs."""
    return quote(name, safe="()")
