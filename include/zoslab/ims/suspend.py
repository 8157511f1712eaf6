"""Holding all log writes and database updates of an IMS for the moment a copy takes.

Stands for the suspend service of a site's IMS tooling: IMS has no public command for it. Suspend first writes what is
pending while work goes on, then closes the gate, writes the rest, and holds until resume or until the timer expires.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from zoslab.ims.errors import SuspendFailed

if TYPE_CHECKING:
    from zoslab.ims.region import ControlRegion

GRACE = 2.0
"""Seconds a write may take to end before suspend gives up."""


@dataclass(frozen=True)
class Resumed:
    """How a suspension ended."""

    since: datetime
    until: datetime
    expired: bool

    @property
    def seconds(self) -> float:
        return (self.until - self.since).total_seconds()


class Suspension:
    """The suspended state of one control region."""

    def __init__(self, region: ControlRegion) -> None:
        self._region = region
        self._latch = threading.RLock()
        self._since: datetime | None = None
        self._timer: threading.Timer | None = None
        self._expired: Resumed | None = None

    @property
    def since(self) -> datetime | None:
        """When updates were suspended; None while they go on."""
        return self._since

    def suspend(self, timeout: float) -> datetime:
        """Hold everything; return the moment from which updates waited.

        :raises SuspendFailed: it is suspended already, or a write did not end in time.
        """
        region = self._region
        region.require_running()
        with self._latch:
            if self._since is not None:
                raise SuspendFailed("UPDATES ARE SUSPENDED ALREADY")
            self._expired = None
            if not region.housekeeping.acquire(timeout=GRACE * 5):
                raise SuspendFailed("A CHECKPOINT DID NOT END IN TIME")
            try:
                with region.as_itself():
                    self._close(timeout)
            finally:
                region.housekeeping.release()
            assert self._since is not None
            return self._since

    def _close(self, timeout: float) -> None:
        engine, clock = self._region.engine, self._region.clock
        engine.pool.flush()
        if not self._region.archiver.latch.acquire(timeout=GRACE * 5):
            raise SuspendFailed("AN ARCHIVE DID NOT END IN TIME")
        try:
            since = clock.now()
            engine.gate.close(GRACE)
        finally:
            self._region.archiver.latch.release()
        try:
            with engine.gate.exempt():
                engine.pool.flush()
                self._region.log.flush()
        except BaseException:
            engine.gate.open()
            raise
        self._since = since
        self._timer = threading.Timer(max(timeout - (clock.now() - since).total_seconds(), 0), self._expire)
        self._timer.daemon = True
        self._timer.start()

    def _expire(self) -> None:
        with self._latch:
            if self._since is not None:
                self._expired = self._open(expired=True)
                self._region.message("SUS005W TIMER EXPIRED, UPDATES GO ON")

    def _open(self, *, expired: bool) -> Resumed:
        since = self._since
        assert since is not None
        self._since = None
        self._region.engine.gate.open()
        if self._timer is not None:
            self._timer.cancel()
        return Resumed(since, self._region.clock.now(), expired)

    def resume(self) -> Resumed | None:
        """Let updates go on; None if they were not suspended. Tells once of a suspension that its timer ended."""
        with self._latch:
            if self._since is not None:
                return self._open(expired=False)
            expired, self._expired = self._expired, None
            return expired
