"""Carry requests to z/OSMF and replies back, sync and async, on httpx.

Credentials go with every request: z/OSMF's cookie is Secure and does not come back over plain http. What an
exception or a log line may hold is decided here: never a header.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from imsclone.zosmf import answers
from imsclone.zosmf.connection import Connection
from imsclone.zosmf.errors import LinkError, ZosmfError
from imsclone.zosmf.exchange import Conversation, Pause, Reply, Request

T = TypeVar("T")

CSRF_HEADER = "X-CSRF-ZOSMF-HEADER"
CONNECT_RETRIES = 2


def settings(connection: Connection) -> dict[str, Any]:
    """Return what both kinds of httpx client are made with."""
    headers = {
        CSRF_HEADER: "imsclone",
        "Accept-Encoding": "gzip",
        "X-IBM-Response-Timeout": str(connection.response_timeout),
    }
    auth: httpx.Auth | None = None
    if connection.token is not None:
        token = connection.token.get_secret_value()
        if connection.token_kind == "jwt":
            headers["Authorization"] = f"Bearer {token}"
        else:
            headers["Cookie"] = f"LtpaToken2={token}"
    elif connection.user is not None and connection.password is not None:
        auth = httpx.BasicAuth(connection.user, connection.password.get_secret_value())
    return {
        "base_url": connection.base_url,
        "headers": headers,
        "auth": auth,
        "timeout": httpx.Timeout(connection.read_timeout, connect=connection.connect_timeout, pool=None),
        "follow_redirects": False,
        "trust_env": False,
    }


def _limits(connection: Connection) -> httpx.Limits:
    return httpx.Limits(max_connections=connection.parallel)


def _build(http: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
    timeout: Any = httpx.USE_CLIENT_DEFAULT
    if request.seconds is not None:
        timeout = httpx.Timeout(request.seconds, connect=http.timeout.connect, pool=None)
    return http.build_request(
        request.method,
        request.path,
        params=list(request.params) or None,
        headers=dict(request.headers),
        content=request.content,
        timeout=timeout,
    )


def _reply(request: Request, response: httpx.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return answers.check(Reply(request, response.status_code, headers, response.content))


def _link_error(server: httpx.URL, request: Request, error: httpx.HTTPError) -> LinkError:
    unsent = isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol
    )
    where = f"{request.method} {str(server).rstrip('/')}{request.path}"
    return LinkError(where=where, said=f"{type(error).__name__} {error}", sent=not unsent)


class Transport:
    """The synchronous carrier. May be shared by threads.

    :param http: transport of httpx to use instead of the network.
    :param sleep: how to pass a pause.
    """

    def __init__(
        self,
        connection: Connection,
        http: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        carrier = http or httpx.HTTPTransport(
            verify=connection.tls(), retries=CONNECT_RETRIES, limits=_limits(connection), trust_env=False
        )
        self._http = httpx.Client(transport=carrier, **settings(connection))
        self._sleep = sleep

    def exchange(self, request: Request) -> Reply:
        """Send one request and return its good reply."""
        try:
            response = self._http.send(_build(self._http, request))
        except httpx.HTTPError as error:
            raise _link_error(self._http.base_url, request, error) from None
        return _reply(request, response)

    @contextmanager
    def received(self, request: Request) -> Iterator[Iterator[bytes]]:
        """Send one request and give the body of its good reply as it comes, so that it is nowhere as a whole."""
        try:
            response = self._http.send(_build(self._http, request), stream=True)
        except httpx.HTTPError as error:
            raise _link_error(self._http.base_url, request, error) from None
        try:
            if not response.is_success:
                response.read()
            head = Reply(request, response.status_code, dict(response.headers), b"")
            answers.check(head if response.is_success else _reply(request, response))
            yield response.iter_bytes()
        except httpx.HTTPError as error:
            raise _link_error(self._http.base_url, request, error) from None
        finally:
            response.close()

    def run(self, conversation: Conversation[T]) -> T:
        """Carry a conversation to its end and return what it found."""
        try:
            step = next(conversation)
            while True:
                if isinstance(step, Pause):
                    self._sleep(step.seconds)
                    step = conversation.send(None)
                    continue
                try:
                    reply = self.exchange(step)
                except ZosmfError as error:
                    step = conversation.throw(error)
                else:
                    step = conversation.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncTransport:
    """The asynchronous carrier, for use in one event loop."""

    def __init__(
        self,
        connection: Connection,
        http: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        carrier = http or httpx.AsyncHTTPTransport(
            verify=connection.tls(), retries=CONNECT_RETRIES, limits=_limits(connection), trust_env=False
        )
        self._http = httpx.AsyncClient(transport=carrier, **settings(connection))
        self._sleep = sleep

    async def exchange(self, request: Request) -> Reply:
        """Send one request and return its good reply."""
        try:
            response = await self._http.send(_build(self._http, request))
        except httpx.HTTPError as error:
            raise _link_error(self._http.base_url, request, error) from None
        return _reply(request, response)

    async def run(self, conversation: Conversation[T]) -> T:
        """Carry a conversation to its end and return what it found."""
        try:
            step = next(conversation)
            while True:
                if isinstance(step, Pause):
                    await self._sleep(step.seconds)
                    step = conversation.send(None)
                    continue
                try:
                    reply = await self.exchange(step)
                except ZosmfError as error:
                    step = conversation.throw(error)
                else:
                    step = conversation.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
