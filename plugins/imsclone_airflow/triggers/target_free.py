"""Wait until nobody else holds a target."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0


class TargetFreeTrigger(BaseTrigger):
    """Ask the ledger again and again. The triggerer needs the variable IMSCLONE_LEDGER like every Airflow process.

    That the target was free is no right to it: the task that waits takes the lease, or waits again.

    :param target: name of the lease.
    :param holder: the run that waits, which does not wait for itself.
    :param poll_seconds: between two questions.
    :param limit_seconds: after which the event says ``held`` instead of ``free``; 0 for no limit.
    """

    def __init__(
        self, target: str, holder: str, poll_seconds: float = POLL_SECONDS, limit_seconds: float = 0.0
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.target = target
        self.holder = holder
        self.poll_seconds = poll_seconds
        self.limit_seconds = limit_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        arguments = ("target", "holder", "poll_seconds", "limit_seconds")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in arguments}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        until = time.monotonic() + self.limit_seconds if self.limit_seconds else math.inf
        while not await asyncio.to_thread(self.is_free):
            if time.monotonic() >= until:
                yield TriggerEvent({"held": self.target})  # type: ignore[no-untyped-call]
                return
            await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent({"free": self.target})  # type: ignore[no-untyped-call]

    def is_free(self) -> bool:
        """Ask once; a ledger that does not answer is asked again later."""
        from imsclone.ledger.errors import LedgerUnreachable
        from imsclone_airflow import settings

        ledger = settings.ledger()
        try:
            held = ledger.holder(self.target)
        except LedgerUnreachable as error:
            log.warning("%s", error)
            return False
        finally:
            ledger.close()
        return held is None or held.holder == self.holder
