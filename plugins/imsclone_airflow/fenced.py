"""A z/OSMF client that makes sure, before every effect on the host, that its task still is the one that may act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from imsclone.zosmf import Client, Connection, Job, Protected
from imsclone.zosmf.console import CommandAnswer
from imsclone.zosmf.datasets import Allocation, AmsAnswer


class FencedClient(Client):
    """The engine's client with a fence in front of everything that changes something.

    Airflow may run an old process of a task beside its new one (a killed supervisor, a task marked failed): the old
    one is refused here.

    :param check: raises when the task may not act any more.
    """

    def __init__(
        self,
        connection: Connection,
        check: Callable[[], None],
        protected: Protected | None = None,
        http: httpx.BaseTransport | None = None,
    ) -> None:
        super().__init__(connection, protected, http)
        self._check = check

    def submit_once(self, jcl: str, correlator: str) -> Job:
        self._check()
        return super().submit_once(jcl, correlator)

    def cancel(self, job: Job) -> None:
        self._check()
        super().cancel(job)

    def purge(self, job: Job) -> None:
        self._check()
        super().purge(job)

    def command(self, text: str, *, wanted: str = "", unsolicited: str = "", respond: bool = True) -> CommandAnswer:
        self._check()
        return super().command(text, wanted=wanted, unsolicited=unsolicited, respond=respond)

    def write_text(
        self, dsname: str, lines: Sequence[str], member: str = "", *, etag: str = "", lrecl: int = 80
    ) -> str:
        self._check()
        return super().write_text(dsname, lines, member, etag=etag, lrecl=lrecl)

    def send_records(self, dsname: str, file: Path) -> None:
        self._check()
        super().send_records(dsname, file)

    def create(self, dsname: str, allocation: Allocation) -> None:
        self._check()
        super().create(dsname, allocation)

    def delete(self, dsname: str, member: str = "", volser: str = "") -> None:
        self._check()
        super().delete(dsname, member, volser)

    def rename(self, old: str, new: str) -> None:
        self._check()
        super().rename(old, new)

    def access_method_services(self, lines: Sequence[str]) -> AmsAnswer:
        self._check()
        return super().access_method_services(lines)
