"""Data sets that somebody else copies: the source's databases are held by one job and released by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imsclone_airflow.errors import SourceNotReleased
from imsclone_airflow.operators import watchdog
from imsclone_airflow.operators.own import OwnCopy, hold_label, release_label
from imsclone_airflow.operators.window import JES_RESOLUTION
from imsclone_airflow.refresh.errors import BudgetSpent, SourceNotHeld
from imsclone_airflow.refresh.hold import TEMPLATE, watchdog_values
from imsclone_airflow.refresh.release import NOTHING_HELD
from imsclone_airflow.refresh.step import COMMAND, SPOC_CODES, answer, said, spoc_values

if TYPE_CHECKING:
    from imsclone.jcl.card import Card
    from imsclone.pairs import Asked
    from imsclone.refresh.plan import RefreshPlan
    from imsclone_airflow.jobs import JobOutput
    from imsclone_airflow.refresh.replicate import ReplicateDataSetsOperator


class OwnDataSets(OwnCopy):
    """The copy of a refresh. A fuzzy one holds nothing; its moment is when it is said to be made."""

    what = "data sets"
    step: ReplicateDataSetsOperator

    @property
    def refresh(self) -> RefreshPlan:
        """The plan."""
        return self.step.refresh

    @property
    def holds(self) -> bool:
        return self.refresh.holds_source

    @property
    def count(self) -> int:
        return len(self.refresh.copies)

    def pairs(self, asked: Asked) -> tuple[str, ...]:
        from imsclone.refresh.pairs import data_set_pairs

        return data_set_pairs(self.refresh, asked)

    def hold(self) -> None:
        from imsclone.refresh import statements

        plan = self.refresh
        if self.number > 1:
            self.command(f"before{self.number}", statements.release(plan))
        watchdog.arm(self.step, TEMPLATE, watchdog_values(plan))
        output = self.command(hold_label(self.number), statements.hold(plan))
        problem = said(answer(output, "SPOC"))
        if problem:
            raise SourceNotHeld(imsid=plan.source.imsid, consistency=plan.consistency, said=problem)

    def command(self, label: str, card: Card) -> JobOutput:
        """Give the source a command."""
        from imsclone.zosmf import gate

        step = self.step
        values = spoc_values(self.refresh.source, card)
        output = step.desk.run(label, step.maker(COMMAND, "COPY", values))
        step.keep(output)
        gate(output.job, {"SPOC": SPOC_CODES})
        return output

    def release(self) -> None:
        """Release the databases, and note how long they were held: from one job to the other, by JES.

        For a fuzzy copy, which holds nothing, its moment is noted.
        """
        from imsclone.refresh import statements

        step, plan = self.step, self.refresh
        if not self.holds:
            moment = step.ledger.clock()
            step.ledger.record_window(step.task_key.run_key, moment, moment)
            return
        released = self.command(release_label(self.number), statements.release(plan))
        held = step.desk.find(hold_label(self.number))
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
