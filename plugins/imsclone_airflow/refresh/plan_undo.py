"""Decide how a target goes back to what it had before its last refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imsclone_airflow import settings
from imsclone_airflow.errors import NotRestarted
from imsclone_airflow.hooks.zosmf import ZosmfHook
from imsclone_airflow.identity import TaskKey
from imsclone_airflow.refresh.generations import Change, changes
from imsclone_airflow.refresh.plan import PlanRefreshOperator

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk import Context

    from imsclone.ledger import Ledger
    from imsclone.refresh.plan import RefreshPlan


class PlanUndoOperator(PlanRefreshOperator):
    """Find the run that is to be taken back, and plan to copy back what it kept.

    Refused when nothing is kept, when the target has been changed by another environment since, or when the last
    refresh has been taken back already. An undo that failed may be run again.
    """

    own = ""

    def execute(self, context: Context) -> Any:
        self.own = TaskKey.of(context).run_key
        return super().execute(context)

    def planned(self, spec: Any) -> RefreshPlan:
        ledger = settings.ledger()
        done = to_undo(ledger, str(spec.name), self.own)
        return made(spec, done, data_before(ledger, done))


def to_undo(ledger: Ledger, environment: str, own: str) -> Change:
    """Return the run to take back: of several that failed one after the other, the first, which kept what was there.

    Raises NothingKept, ChangedSince, AlreadyUndone.
    """
    from imsclone.refresh.undo_errors import AlreadyUndone, ChangedSince, NothingKept

    first = next((run for run in ledger.runs(environment) if run.fingerprint and run.id != own), None)
    if first is None:
        raise NothingKept(environment=environment, why="it was never made.")
    last = next(changes(ledger, ledger.plan(first.fingerprint), own), None)
    if last is None:
        raise NothingKept(environment=environment, why="no run has changed its target.")
    if last.run.environment != environment:
        raise ChangedSince(environment=environment, run=last.run.id, other=last.run.environment)
    if last.undoes and not last.is_half_made:
        raise AlreadyUndone(run=last.undoes, by=last.run.id)
    if last.undoes:
        return Change(ledger.run(last.undoes), ledger.plan(ledger.run(last.undoes).fingerprint), True, True, False)
    if not last.changed:
        why = f"run {last.run.id} kept what the target has, and then changed nothing."
        raise NothingKept(environment=environment, why=why)
    if last.left:
        last = next((one for one in changes(ledger, last.plan, own) if one.kept), last)
    if not last.kept:
        raise NothingKept(environment=environment, why=f"run {last.run.id} was made without keep_generations.")
    return last


def data_before(ledger: Ledger, done: Change) -> datetime | None:
    """Return the moment whose data the target had before a run, if the ledger knows it."""
    for earlier in changes(ledger, done.plan, done.run.id):
        if earlier.run.started_at < done.run.started_at and earlier.changed and earlier.whole:
            return earlier.data_of
    return None


def made(spec: Any, done: Change, data_of: datetime | None) -> RefreshPlan:
    """Look at what is there now, and make the plan. Raises NotRestarted for a target that failed."""
    from imsclone.refresh.errors import SystemFailed
    from imsclone.refresh.read import entries, state
    from imsclone.refresh.undo import kept_names, undo
    from imsclone.steps.batch import Batch
    from imsclone.zosmf import Client

    def batch(system: Any) -> Batch:
        connection = ZosmfHook(system.zosmf).connection
        return Batch(Client(connection), system.job_card or connection.job_card, str(spec.name), settings.templates())

    systems = [spec.target, *(one.target for one in spec.also)]
    found = {one.imsid: state(batch(one), one) for one in systems}
    failed = [imsid for one in systems for imsid in found[one.imsid].failed(member.imsid for member in one.members)]
    if failed:
        raise NotRestarted(environment=spec.name, problems=[SystemFailed(imsid=imsid) for imsid in failed])
    active = {imsid: side.active for imsid, side in found.items()}
    there = entries(batch(spec.source), kept_names(done.plan))
    return undo(done.plan, done.run.id, data_of, there, active)
