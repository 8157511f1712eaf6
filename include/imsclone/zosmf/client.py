"""The synchronous client of one z/OSMF: what operators use."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from imsclone.zosmf import console, datasets, jobs, streams
from imsclone.zosmf.connection import Connection
from imsclone.zosmf.console import CommandAnswer, LogMessage
from imsclone.zosmf.datasets import Allocation, AmsAnswer, ListedDataSet, Text
from imsclone.zosmf.info import Info, info
from imsclone.zosmf.job_documents import Job, SpoolFile
from imsclone.zosmf.protected import Protected
from imsclone.zosmf.transport import Transport


class Client:
    """Jobs, console and data sets of one z/OS. May be shared by threads.

    :param protected: the source's names; a write to one of them is refused here, before anything is sent.
    :param http: transport of httpx to use instead of the network.
    :param sleep: how to pass a pause.
    """

    def __init__(
        self,
        connection: Connection,
        protected: Protected | None = None,
        http: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.connection = connection
        self.protected = protected or Protected()
        self._transport = Transport(connection, http, sleep)

    def info(self) -> Info:
        """Read what z/OSMF says of itself; a cheap check of the connection."""
        return self._transport.run(info())

    def submit_once(self, jcl: str, correlator: str) -> Job:
        """Submit a job unless one with this correlator is there."""
        return self._transport.run(jobs.submit_once(jcl, correlator))

    def find(self, correlator: str) -> Job | None:
        """Look a job up by its correlator."""
        return self._transport.run(jobs.find(correlator))

    def status(self, job: Job) -> Job:
        """Read a job with steps and times."""
        return self._transport.run(jobs.status(job))

    def jobs(self, owner: str = "*", prefix: str = "*", active: bool = False) -> tuple[Job, ...]:
        """List jobs."""
        return self._transport.run(jobs.listed(owner, prefix, active))

    def wait(self, job: Job, seconds: float) -> Job:
        """Wait until a job has ended."""
        return self._transport.run(jobs.wait(job, seconds))

    def spool_files(self, job: Job) -> tuple[SpoolFile, ...]:
        """List a job's spool files."""
        return self._transport.run(jobs.spool_files(job))

    def spool(self, job: Job, file: SpoolFile) -> str:
        """Read one spool file."""
        return self._transport.run(jobs.spool(job, file))

    def listing(self, job: Job, step: str, ddname: str = "SYSPRINT") -> str:
        """Read the listing a step printed."""
        return self._transport.run(jobs.listing(job, step, ddname))

    def cancel(self, job: Job) -> None:
        """Cancel a job."""
        self._transport.run(jobs.cancel(job))

    def purge(self, job: Job) -> None:
        """Remove a job and its output."""
        self._transport.run(jobs.purge(job))

    def command(self, text: str, *, wanted: str = "", unsolicited: str = "", respond: bool = True) -> CommandAnswer:
        """Issue an operator command on this connection's console."""
        return self._transport.run(
            console.command(self.connection.console_name, text, wanted=wanted, unsolicited=unsolicited, respond=respond)
        )

    def detected(self, answer: CommandAnswer, seconds: float) -> str | None:
        """Wait for the unsolicited message a command was issued with."""
        return self._transport.run(console.detected(self.connection.console_name, answer, seconds))

    def hardcopy(self, since: datetime, minutes: int = 10) -> tuple[LogMessage, ...]:
        """Read the hardcopy log."""
        return self._transport.run(console.hardcopy(since, minutes))

    def data_sets(self, level: str, volser: str = "") -> tuple[ListedDataSet, ...]:
        """List data sets of a level."""
        return self._transport.run(datasets.listed(level, volser))

    def members(self, dsname: str, pattern: str = "") -> tuple[str, ...]:
        """List members."""
        return self._transport.run(datasets.members(dsname, pattern))

    def read_text(self, dsname: str, member: str = "", volser: str = "") -> Text:
        """Read text lines."""
        return self._transport.run(datasets.read_text(dsname, member, volser))

    def read_records(self, dsname: str, member: str = "", volser: str = "") -> tuple[bytes, ...]:
        """Read records as bytes."""
        return self._transport.run(datasets.read_records(dsname, member, volser))

    def records_coming(self, dsname: str, *, lengths: bool = True) -> AbstractContextManager[streams.Incoming]:
        """Read a data set as it comes, for as long as the context lasts; records with their lengths, or without."""
        return streams.records_coming(self._transport, dsname, lengths=lengths)

    def send_records(self, dsname: str, file: Path) -> None:
        """Make a file in the record form the content of a target's data set, as it is read."""
        self.protected.write(dsname)
        streams.send_records(self._transport, dsname, file)

    def write_text(
        self, dsname: str, lines: Sequence[str], member: str = "", *, etag: str = "", lrecl: int = 80
    ) -> str:
        """Write text lines to a target; returns the new ETag."""
        self.protected.write(dsname)
        return self._transport.run(datasets.write_text(dsname, lines, member, etag=etag, lrecl=lrecl))

    def create(self, dsname: str, allocation: Allocation) -> None:
        """Create a data set of the target."""
        self.protected.write(dsname, allocation.volser or None)
        self._transport.run(datasets.create(dsname, allocation))

    def delete(self, dsname: str, member: str = "", volser: str = "") -> None:
        """Delete a data set or member of the target."""
        self.protected.write(dsname, volser or None)
        self._transport.run(datasets.delete(dsname, member, volser))

    def rename(self, old: str, new: str) -> None:
        """Rename a data set of the target."""
        self.protected.write(old)
        self.protected.write(new)
        self._transport.run(datasets.rename(old, new))

    def access_method_services(self, lines: Sequence[str]) -> AmsAnswer:
        """Run IDCAMS statements."""
        self.protected.access_method_services(lines)
        return self._transport.run(datasets.access_method_services(lines))

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
