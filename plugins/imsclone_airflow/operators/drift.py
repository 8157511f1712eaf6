"""Foretell which refreshes would fail, and say what has changed since the last."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from imsclone_airflow import settings
from imsclone_airflow.errors import WouldFail
from imsclone_airflow.hooks.zosmf import ZosmfHook
from imsclone_airflow.operators.watch import WatchOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.clone_types import AnyPlan, AnySpec

SHOWN = 200


class DriftOperator(WatchOperator):
    """Make the plan of an environment as a run would, and touch nothing.

    It reads definitions, RECON, catalogs and volumes of source and target, which is all that a plan needs. A plan that
    would be refused fails the task with every problem, and people are told; else the differences from the plan of
    the last run are returned. A target that a run holds is not looked at: it is half made.
    """

    def execute(self, context: Context) -> dict[str, Any]:
        from imsclone.booking import targets
        from imsclone.plan import PlanRejected

        for held in map(self.ledger.holder, targets(self.spec)):
            if held is not None and not held.booked:
                raise AirflowSkipException(f"{held.target} is being made by {held.holder}.")
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

        last = next(iter(self.ledger.runs(self.spec.name, limit=1)), None)
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
    return clone_types.make(spec, facts)
