"""The asynchronous client of one z/OSMF: what triggers use to wait. It reads and waits, it writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import httpx

from imsclone.zosmf import console, jobs
from imsclone.zosmf.connection import Connection
from imsclone.zosmf.console import CommandAnswer
from imsclone.zosmf.info import Info, info
from imsclone.zosmf.job_documents import Job, SpoolFile
from imsclone.zosmf.transport import AsyncTransport


class AsyncClient:
    """Jobs and console of one z/OS, for one event loop.

    :param http: transport of httpx to use instead of the network.
    :param sleep: how to pass a pause.
    """

    def __init__(
        self,
        connection: Connection,
        http: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.connection = connection
        self._transport = AsyncTransport(connection, http, sleep)

    async def info(self) -> Info:
        """Read what z/OSMF says of itself."""
        return await self._transport.run(info())

    async def submit_once(self, jcl: str, correlator: str) -> Job:
        """Submit a job unless one with this correlator is there."""
        return await self._transport.run(jobs.submit_once(jcl, correlator))

    async def find(self, correlator: str) -> Job | None:
        """Look a job up by its correlator."""
        return await self._transport.run(jobs.find(correlator))

    async def status(self, job: Job) -> Job:
        """Read a job with steps and times."""
        return await self._transport.run(jobs.status(job))

    async def wait(self, job: Job, seconds: float) -> Job:
        """Wait until a job has ended."""
        return await self._transport.run(jobs.wait(job, seconds))

    async def spool_files(self, job: Job) -> tuple[SpoolFile, ...]:
        """List a job's spool files."""
        return await self._transport.run(jobs.spool_files(job))

    async def listing(self, job: Job, step: str, ddname: str = "SYSPRINT") -> str:
        """Read the listing a step printed."""
        return await self._transport.run(jobs.listing(job, step, ddname))

    async def cancel(self, job: Job) -> None:
        """Cancel a job."""
        await self._transport.run(jobs.cancel(job))

    async def command(self, text: str, *, wanted: str = "") -> CommandAnswer:
        """Issue an operator command on this connection's console."""
        return await self._transport.run(console.command(self.connection.console_name, text, wanted=wanted))

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
