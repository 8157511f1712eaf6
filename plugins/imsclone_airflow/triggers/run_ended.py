"""Wait until another run has ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

POLL_SECONDS = 2.0
LOOK_SECONDS = 60.0


class RunEndedTrigger(BaseTrigger):
    """Ask the ledger whether a run has ended; after a minute let the task ask Airflow, which knows of every end.

    :param run: what the ledger knows the run by.
    """

    def __init__(self, run: str, poll_seconds: float = POLL_SECONDS, look_seconds: float = LOOK_SECONDS) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.run_key, self.poll_seconds, self.look_seconds = run, poll_seconds, look_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        arguments = {"run": self.run_key, "poll_seconds": self.poll_seconds, "look_seconds": self.look_seconds}
        return f"{type(self).__module__}.{type(self).__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        until = time.monotonic() + self.look_seconds
        while not await asyncio.to_thread(has_ended, self.run_key) and time.monotonic() < until:
            await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent({"ended": self.run_key})  # type: ignore[no-untyped-call]


def has_ended(run: str) -> bool:
    """Ask the ledger once; a run that it does not know, or does not tell of, has not ended."""
    from imsclone.ledger import LedgerError
    from imsclone_airflow import settings

    ledger = settings.ledger()
    try:
        return ledger.run(run).state != "running"
    except LedgerError:
        return False
    finally:
        ledger.close()
