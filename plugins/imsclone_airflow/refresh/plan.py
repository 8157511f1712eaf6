"""Decide everything about a refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imsclone_airflow import settings
from imsclone_airflow.errors import NotRestarted
from imsclone_airflow.hooks.zosmf import ZosmfHook
from imsclone_airflow.identity import is_backfill
from imsclone_airflow.masking_key import masking_key
from imsclone_airflow.operators.plan import PlanOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class PlanRefreshOperator(PlanOperator):
    """Read both systems, decide everything, report every problem at once, and hold the target for this run."""

    def __init__(self, *, clone_type: str = "database_refresh", **kwargs: Any) -> None:
        super().__init__(clone_type=clone_type, **kwargs)

    def execute(self, context: Context) -> Any:
        """A run of a backfill makes the databases of its logical date, unless the form says otherwise."""
        if not self.overrides.get("as_of") and is_backfill(context):
            moment = context["dag_run"].logical_date
            self.overrides["as_of"] = moment.isoformat() if moment is not None else ""
        return super().execute(context)

    def planned(self, spec: Any) -> Any:
        from imsclone import clone_types
        from imsclone.plan.errors import PlanRejected
        from imsclone.refresh.errors import SystemFailed

        clone_types.check(spec)
        facts = clone_types.read(spec, lambda name: ZosmfHook(name).connection, settings.templates())
        try:
            plan: Any = clone_types.make(spec, clone_types.looked(spec, facts, settings.ledger()))
        except PlanRejected as error:
            if all(isinstance(problem, SystemFailed) for problem in error.problems):
                raise NotRestarted(environment=spec.name, problems=error.problems) from error
            raise
        if plan.masking is not None:
            masking_key(plan.masking.key)
        return plan

    def targets(self, spec: Any) -> list[str]:
        return [spec.target.imsid, *(one.target.imsid for one in spec.also)]

    def groups(self, plan: Any) -> list[Any]:
        return [{"number": number, "imsid": imsid} for number, imsid in enumerate(plan.target_ids)]

    def counts(self, plan: Any) -> dict[str, int]:
        return {"databases planned": len(plan.databases), "data sets planned": len(plan.copies)}

    def show(self, plan: Any) -> None:
        """Write the plan to the task's log."""
        self.log.info("Plan for %s: %s to %s", plan.environment, plan.source.imsid, ", ".join(plan.target_ids))
        self.log.info("Fingerprint %s", plan.fingerprint)
        for pair in plan.databases:
            self.log.info("Database %s, %s", pair.source, "stopped" if pair.stopped else "held")
        for target in plan.targets:
            for one in target.copies:
                self.log.info("Data set %s to %s on %s", one.source, one.target, " or ".join(one.volsers))
            for haldb in target.haldbs:
                for part in haldb.partitions:
                    told = (haldb.name, part.name, part.id, part.reorg)
                    self.log.info("%s: partition %s has ID %d, reorg number %d", *told)
            for definition in target.definitions:
                self.log.info("%s: %s", target.side.imsid, definition.command.text)
        for name, value in plan.summary().items():
            self.log.info("%s: %s", name, value)
        for warning in plan.warnings:
            self.log.warning(warning)
