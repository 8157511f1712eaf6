"""Wait until somebody has said that a copy is made."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0


class CopiedTrigger(BaseTrigger):
    """Ask the ledger again and again. The triggerer needs the variable IMSCLONE_LEDGER like every Airflow process.

    :param run: what the ledger knows the run by.
    :param token: of the copy that is waited for; what is said of another is not meant.
    :param until: when waiting is given up, in seconds since 1970.
    :param poll_seconds: between two questions.
    """

    def __init__(self, run: str, token: str, until: float, poll_seconds: float = POLL_SECONDS) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.run_key = run
        self.token = token
        self.until = until
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        arguments = {
            "run": self.run_key,
            "token": self.token,
            "until": self.until,
            "poll_seconds": self.poll_seconds,
        }
        return f"{type(self).__module__}.{type(self).__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        while (said := await asyncio.to_thread(self.said)) is None:
            await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent(said)  # type: ignore[no-untyped-call]

    def said(self) -> dict[str, Any] | None:
        """Ask once; a ledger that does not answer is asked again later."""
        from imsclone.ledger.errors import LedgerUnreachable
        from imsclone.pairs import COPIED
        from imsclone_airflow import settings

        ledger = settings.ledger()
        try:
            found = ledger.evidence(self.run_key)
        except LedgerUnreachable as error:
            log.warning("%s", error)
            return None
        finally:
            ledger.close()
        for one in found:
            if one.step == COPIED and one.after.get("token") == self.token:
                return {"token": self.token, "outcome": one.outcome, "said": "; ".join(one.messages)}
        if time.time() >= self.until:
            return {"token": self.token, "outcome": "failed", "said": "nobody said in time that it is made"}
        return None
