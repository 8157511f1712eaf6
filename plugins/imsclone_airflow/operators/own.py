"""Let somebody else make the copy: say what to copy, hold the source, wait, release it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imsclone_airflow import settings
from imsclone_airflow.errors import OwnCopyFailed
from imsclone_airflow.operators.job import ZosJobOperator
from imsclone_airflow.triggers.copied import CopiedTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.pairs import Asked
    from imsclone.plan import Plan

FOLDER = "pairs"
MARGIN_SECONDS = 600


class CopyStep(ZosJobOperator):
    """A copy step that may have to wait for somebody else's copy: then it leaves its worker, and comes back."""

    signal: Mapping[str, Any] | None = None
    """What was said of the copy."""
    waits = False

    def copied(self, context: Context, event: Mapping[str, Any]) -> Any:
        """Go on when somebody has said that the copy is made. Airflow calls this."""
        self.signal = event
        return self.execute(context)

    def note(self, context: Context, outcome: str) -> None:
        """Write the evidence, unless the task only leaves the worker for a while."""
        if not self.waits:
            super().note(context, outcome)

    def preview(self) -> None:
        """Show the job of the first try; for an own copy nobody knows it."""
        if self.the_plan.mover != "own":
            super().preview()


class OwnCopy(ABC):
    """The copy step of a plan whose mover is ``own``; the step is the operator it works for.

    The source is held by one job and released by another, right after the copy is said to be made. Between them
    nothing of ours runs but the watchdog, which has the same outage budget as ever: a copy that is said to be made
    later is not used. The token in the file of pairs is new for each try, so that no signal is taken for another.
    """

    what = ""
    """What is copied, for the evidence."""

    def __init__(self, step: CopyStep, context: Context) -> None:
        self.step = step
        self.number = int(context["ti"].try_number)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.step.the_plan

    @property
    def token(self) -> str:
        """What tells this try's copy apart."""
        return str(self.step.task_key.correlator("own", self.number))[-12:]

    @property
    @abstractmethod
    def holds(self) -> bool:
        """Whether the source is held for the copy."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How much is copied."""

    @abstractmethod
    def pairs(self, asked: Asked) -> tuple[str, ...]:
        """Return the lines of the file of pairs."""

    @abstractmethod
    def hold(self) -> None:
        """Arm the watchdog and hold the source; what an earlier try held is released before."""

    @abstractmethod
    def release(self) -> None:
        """Release the source if it is held, note how long it was, and refuse a copy that outlived the budget."""

    @property
    def seconds(self) -> float:
        """How long the copy may take."""
        return self.plan.outage_budget_seconds if self.holds else self.plan.own_copy_hours * 3600

    def work(self) -> int:
        """Ask for the copy, or go on when it is made."""
        return self.ask() if self.step.signal is None else self.go_on(self.step.signal)

    def ask(self) -> int:
        """Hold the source, say what to copy, and leave the worker until it is copied."""
        step = self.step
        if self.holds:
            self.hold()
        self.write_pairs()
        for lease in step.fence.targets:
            step.ledger.renew(lease, timedelta(seconds=self.seconds + MARGIN_SECONDS))
        step.waits = True
        trigger = CopiedTrigger(step.task_key.run_key, self.token, time.time() + self.seconds)
        step.defer(trigger=trigger, method_name="copied", timeout=timedelta(seconds=self.seconds + MARGIN_SECONDS))

    def write_pairs(self) -> Path:
        """Write the file of pairs to z/OS and to the folder of reports."""
        from imsclone.pairs import LONGEST, Asked, pairs_data_set
        from imsclone.zosmf.datasets import Allocation

        step, plan = self.step, self.plan
        lines = self.pairs(Asked(step.task_key.run_key, self.token, self.seconds, self.holds))
        dsname = pairs_data_set(plan)
        if not any(one.dsname == dsname for one in step.client.data_sets(dsname)):
            tracks = 1 + len(lines) // 100
            space = Allocation(lrecl=LONGEST, primary=tracks, secondary=tracks, volser=plan.work.volumes[0])
            step.client.create(dsname, space)
        step.client.write_text(dsname, lines, lrecl=LONGEST)
        path = settings.reports() / FOLDER / f"{plan.environment}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        step.log.info("Waiting for a copy of what %s says, token %s", dsname, self.token)
        return path

    def go_on(self, signal: Mapping[str, Any]) -> int:
        """Release the source, and take the copy only if it was made in time."""
        step = self.step
        step.evidence.messages.append(str(signal["said"]))
        self.release()
        if signal["outcome"] != "done" or signal["token"] != self.token:
            raise OwnCopyFailed(said=signal["said"])
        step.evidence.counts[f"{self.what} copied"] = self.count
        return self.count


def hold_label(number: int) -> str:
    """Return what tells the jobs apart by which the tries hold the source."""
    return f"hold{number}"


def release_label(number: int) -> str:
    """Return the same for those that release it."""
    return f"release{number}"
