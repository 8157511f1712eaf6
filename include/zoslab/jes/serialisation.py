"""A job's exclusive and shared hold on data set names, taken before its first step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from zoslab.enq import DataSetInUse, Enq
from zoslab.jes.errors import Abend
from zoslab.jes.model import DdDefinition

if TYPE_CHECKING:
    from zoslab.jes.joblog import JobLog

RETRY_SECONDS = 0.05

Use = tuple[int, DdDefinition, str]


def requests(uses: Iterable[Use]) -> dict[str, bool]:
    """Return for every data set name whether the whole job only shares it."""
    wanted: dict[str, bool] = {}
    for _, dd, dsname in uses:
        shared = dd.disposition.status == "SHR"
        wanted[dsname] = wanted.get(dsname, True) and shared
    return wanted


def last_uses(uses: Iterable[Use]) -> dict[str, int]:
    """Return for every data set name the last step that names it: its hold ends there."""
    return {dsname: at for at, _, dsname in uses}


class Serialisation:
    """All holds of one job. Names are taken all at once or not at all, so that jobs cannot lock each other up."""

    def __init__(self, enq: Enq, owner: str) -> None:
        self._enq, self._owner = enq, owner
        self._held: dict[str, ExitStack] = {}

    def obtain(
        self,
        wanted: dict[str, bool],
        cancelled: threading.Event,
        log: JobLog,
        said: Callable[[DataSetInUse], Sequence[str]],
    ) -> None:
        """Wait until every name is ours.

        :param said: the messages for the first wait.
        :raises Abend: S222 if the job is cancelled while it waits.
        """
        waited = False
        while (busy := self._try(wanted)) is not None:
            if not waited:
                for line in said(busy):
                    log.both(line)
                waited = True
            if cancelled.wait(RETRY_SECONDS):
                raise Abend("S222", "cancelled while waiting for data sets")

    def _try(self, wanted: dict[str, bool]) -> DataSetInUse | None:
        try:
            for dsname in sorted(wanted):
                self.hold(dsname, wanted[dsname])
        except DataSetInUse as error:
            self.release_all()
            return error
        return None

    def hold(self, dsname: str, shared: bool) -> None:
        """Take one name now.

        :raises DataSetInUse: another job excludes us.
        """
        if dsname not in self._held:
            stack = ExitStack()
            stack.enter_context(self._enq.hold(dsname, shared, self._owner))
            self._held[dsname] = stack

    def holds(self, dsname: str) -> bool:
        return dsname in self._held

    def release(self, dsname: str) -> None:
        if dsname in self._held:
            self._held.pop(dsname).close()

    def release_all(self) -> None:
        for dsname in list(self._held):
            self.release(dsname)
