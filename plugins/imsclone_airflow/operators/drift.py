"""Foretell which refreshes would fail, and say what has changed since the last."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from imsclone_airflow import settings
from imsclone_airflow.errors import NotLookedAt, WouldFail
from imsclone_airflow.hooks.zosmf import ZosmfHook
from imsclone_airflow.operators.watch import WatchOperator
from imsclone_airflow.triggers.target_free import TargetFreeTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.clone_types import AnyPlan, AnySpec
    from imsclone.ledger import Lease

SHOWN = 200
PATIENCE = 7200.0
"""Seconds that the watch waits for a run to give its target back."""


class DriftOperator(WatchOperator):
    """Make the plan of an environment as a run would, and touch nothing.

    It reads definitions, RECON, catalogs and volumes of source and target, which is all that a plan needs. A plan that
    would be refused fails the task with every problem, and people are told; else the differences from the plan of
    the last run are returned. A target that a run holds is half made: the watch waits, without a worker, until that run
    is done, and people are told if that takes too long.
    """

    def execute(self, context: Context) -> dict[str, Any]:
        held = self.made_by()
        if held is None:
            return self.looked()
        self.log.warning("%s is being made by %s: looked at when that is done.", held.target, held.holder)
        self.defer(trigger=TargetFreeTrigger(held.target, "", limit_seconds=PATIENCE), method_name="resume")

    def resume(self, context: Context, event: Any) -> dict[str, Any]:
        """Look now, or say that it cannot be done today. Airflow calls this."""
        held = self.made_by()
        if held is None:
            return self.looked()
        if "held" not in event:
            return self.execute(context)
        wrong = NotLookedAt(environment=self.spec.name, target=held.target, holder=held.holder)
        self.tell(wrong)
        raise wrong

    def made_by(self) -> Lease | None:
        """Return the lease of a run that makes one of the targets now."""
        from imsclone.booking import targets

        holders = map(self.ledger.holder, targets(self.spec))
        return next((held for held in holders if held is not None and not held.booked), None)

    def looked(self) -> dict[str, Any]:
        """Make the plan, and tell people if there is none."""
        from imsclone.plan import PlanRejected

        try:
            plan = planned(self.spec)
        except PlanRejected as rejected:
            wrong = WouldFail(environment=self.spec.name, problems=rejected.problems)
            self.tell(wrong)
            raise wrong from rejected
        self.all_is_well()
        for warning in plan.warnings:
            self.log.warning(warning)
        return self.compared(plan)

    def compared(self, plan: AnyPlan) -> dict[str, Any]:
        """Say what a run would do otherwise than the last one."""
        from imsclone.changes import changes

        last = next((one for one in self.ledger.runs(self.spec.name) if one.fingerprint), None)
        if last is None:
            return {"last_run": None, "fingerprint": plan.fingerprint, "changes": []}
        found = changes(self.ledger.plan(last.fingerprint), plan)
        shown = [str(change) for change in islice(found, SHOWN)]
        left = sum(1 for _ in found)
        for line in shown:
            self.log.info("Changed since %s: %s", last.id, line)
        if left:
            self.log.info("and %s more", left)
        return {"last_run": last.id, "fingerprint": plan.fingerprint, "changes": shown, "more": left}


def planned(spec: AnySpec) -> AnyPlan:
    """Read both systems and make the plan of any clone type. Raises PlanRejected with all problems."""
    from imsclone import clone_types

    clone_types.check(spec)
    facts = clone_types.read(spec, lambda name: ZosmfHook(name).connection, settings.templates())
    return clone_types.make(spec, clone_types.looked(spec, facts, settings.ledger()))
