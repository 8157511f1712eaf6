"""Where the source stands after a run that failed, from what its tasks noted in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imsclone.ledger import Evidence, Run

HOLDING = ("arm_quiesce", "quiesce", "replicate")
"""The tasks in which a source may begin to be held."""
RELEASING = "resume"

WITHOUT_HOLDING = ("offline", "fuzzy", "fuzzy_with_log_apply")
"""The kinds of consistency for which no source is held."""

UNTOUCHED = "was not touched"
RUNS = "runs"
NOT_HELD = "is not held by this run"
UNKNOWN = "is not known to be released: look at it at once"


def source_state(run: Run, evidence: Sequence[Evidence], now: datetime) -> str:
    """Say in words where the source stands.

    After the last task that can hold it has ended, its watchdog releases it within the outage budget; that is a
    promise only until then, and after that a question.
    """
    holding = [one for one in evidence if one.step in HOLDING]
    if not holding:
        return UNTOUCHED
    if run.summary["consistency"] in WITHOUT_HOLDING:
        return NOT_HELD
    began = max(one.started_at for one in holding)
    if any(one.step == RELEASING and one.outcome == "done" and one.ended_at > began for one in evidence):
        return RUNS
    until = max(one.ended_at for one in holding) + timedelta(seconds=float(run.summary["outage_budget_seconds"]))
    if now <= until:
        return f"may be held until {until:%H:%M:%S} UTC, when its watchdog releases it"
    return UNKNOWN
