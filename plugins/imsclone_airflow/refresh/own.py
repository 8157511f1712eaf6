"""Let somebody else make the copy: say what to copy, hold the source, wait, release it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imsclone_airflow import settings
from imsclone_airflow.errors import SourceNotReleased
from imsclone_airflow.operators import watchdog
from imsclone_airflow.operators.window import JES_RESOLUTION
from imsclone_airflow.refresh.errors import BudgetSpent, OwnCopyFailed, SourceNotHeld
from imsclone_airflow.refresh.hold import TEMPLATE, watchdog_values
from imsclone_airflow.refresh.release import NOTHING_HELD
from imsclone_airflow.refresh.step import COMMAND, SPOC_CODES, answer, said, spoc_values
from imsclone_airflow.triggers.copied import CopiedTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.jcl.card import Card
    from imsclone.refresh.plan import RefreshPlan
    from imsclone_airflow.jobs import JobOutput
    from imsclone_airflow.refresh.replicate import ReplicateDataSetsOperator

FOLDER = "pairs"
HOLD, RELEASE = "hold", "release"


class OwnCopy:
    """The copy step of a plan whose mover is ``own``; the step is the operator it works for.

    The source is held by one job and released by another, right after the copy is said to be made. Between them
    nothing of ours runs but the watchdog, which has the same outage budget as ever: a copy that is said to be made
    later is not used. The token in the file of pairs is new for each try, so that no signal is taken for another.
    """

    def __init__(self, step: ReplicateDataSetsOperator, context: Context) -> None:
        self.step = step
        self.number = int(context["ti"].try_number)

    @property
    def plan(self) -> RefreshPlan:
        """The plan."""
        return self.step.refresh

    @property
    def token(self) -> str:
        """What tells this try's copy apart."""
        return str(self.step.task_key.correlator("own", self.number))[-12:]

    @property
    def seconds(self) -> float:
        """How long the copy may take."""
        plan = self.plan
        return plan.outage_budget_seconds if plan.holds_source else plan.own_copy_hours * 3600

    def work(self, signal: Mapping[str, Any] | None) -> int:
        """Ask for the copy, or go on when it is made."""
        return self.ask() if signal is None else self.go_on(signal)

    def ask(self) -> int:
        """Hold the source, say what to copy, and leave the worker until it is copied."""
        plan, step = self.plan, self.step
        if plan.holds_source:
            if self.number > 1:
                self.command(f"before{self.number}", self.release_card())
            watchdog.arm(step, TEMPLATE, watchdog_values(plan))
            self.hold()
        self.write_pairs()
        for lease in step.fence.targets:
            step.ledger.renew(lease, timedelta(seconds=self.seconds + 600))
        step.waits = True
        trigger = CopiedTrigger(step.task_key.run_key, self.token, time.time() + self.seconds)
        step.defer(trigger=trigger, method_name="copied", timeout=timedelta(seconds=self.seconds + 600))

    def hold(self) -> None:
        """Hold the source's databases."""
        from imsclone.refresh import statements

        output = self.command(f"{HOLD}{self.number}", statements.hold(self.plan))
        problem = said(answer(output, "SPOC"))
        if problem:
            raise SourceNotHeld(imsid=self.plan.source.imsid, consistency=self.plan.consistency, said=problem)

    def release_card(self) -> Card:
        """Return the command that releases them."""
        from imsclone.refresh import statements

        return statements.release(self.plan)

    def command(self, label: str, card: Card) -> JobOutput:
        """Give the source a command."""
        from imsclone.zosmf import gate

        step = self.step
        values = spoc_values(self.plan.source, card)
        output = step.desk.run(label, step.maker(COMMAND, "COPY", values))
        step.keep(output)
        gate(output.job, {"SPOC": SPOC_CODES})
        return output

    def write_pairs(self) -> Path:
        """Write the file of pairs to z/OS and to the folder of reports."""
        from imsclone.refresh.pairs import LONGEST, pairs_data_set, pairs_file
        from imsclone.zosmf.datasets import Allocation

        step, plan = self.step, self.plan
        lines = pairs_file(plan, step.task_key.run_key, self.token, self.seconds)
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
        step, plan = self.step, self.plan
        step.evidence.messages.append(str(signal["said"]))
        if plan.holds_source:
            self.release()
        else:
            moment = step.ledger.clock()
            step.ledger.record_window(step.task_key.run_key, moment, moment)
        if signal["outcome"] != "done" or signal["token"] != self.token:
            raise OwnCopyFailed(said=signal["said"])
        step.evidence.counts["data sets copied"] = len(plan.copies)
        return len(plan.copies)

    def release(self) -> None:
        """Release the source's databases, and note how long they were held: from one job to the other, by JES."""
        step, plan = self.step, self.plan
        released = self.command(f"{RELEASE}{self.number}", self.release_card())
        held = step.desk.find(f"{HOLD}{self.number}")
        problem = said(answer(released, "SPOC"), NOTHING_HELD)
        if problem:
            raise SourceNotReleased(imsid=plan.source.imsid, said=problem)
        if held is None or held.started is None or released.job.finished is None:
            return
        end = released.job.finished + JES_RESOLUTION
        step.ledger.record_window(step.task_key.run_key, held.started, end, JES_RESOLUTION)
        seconds = (end - held.started).total_seconds()
        step.evidence.counts["source milliseconds lost at most"] = round(seconds * 1000)
        if seconds >= plan.outage_budget_seconds:
            raise BudgetSpent(seconds=seconds, budget=plan.outage_budget_seconds)
