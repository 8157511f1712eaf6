"""Decide everything about a clone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal

from airflow.sdk import BaseOperator, XComArg
from airflow.sdk.exceptions import DownstreamTasksSkipped

from imsclone_airflow import settings
from imsclone_airflow.errors import OtherCloneType
from imsclone_airflow.hooks.zosmf import ZosmfHook
from imsclone_airflow.identity import TaskKey, is_backfill

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.errors import CloneError
    from imsclone.ledger import Lease, Ledger, Wanted
    from imsclone.plan import Plan
    from imsclone.spec import EnvironmentSpec

PLAN = "plan"


class PlanOperator(BaseOperator):
    """Read both systems, decide everything, report every problem at once, and hold the target for this run.

    If another run holds the target, or a team has booked it, it waits, skips or fails, as the environment says; the
    dates of a backfill wait for each other, in order.
    What it returns are the volume groups, to map tasks over; the plan itself is its other output, ``plan.plan``.
    A run that gets no plan is noted in the ledger with the reason. A dry run holds nothing and is not noted.

    :param environment: name of a file in environments/.
    :param clone_type: what this Dag makes; an environment of another clone type is refused.
    :param overrides: values that replace the environment's, by key; an empty one does not.
    :param show_only: only show the plan and the JCL it would submit; everything after is skipped.
    """

    template_fields = ("environment", "show_only", "overrides")
    ui_color = "#fdf3d8"

    def __init__(
        self,
        *,
        environment: str,
        clone_type: str = "full_system",
        show_only: bool | str = False,
        overrides: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.environment = environment
        self.clone_type = clone_type
        self.show_only = show_only
        self.overrides = dict(overrides or {})

    @property
    def plan(self) -> XComArg:
        """The plan, for every other task."""
        return XComArg(self, PLAN)

    def execute(self, context: Context) -> Any:
        from imsclone.spec import SpecRejected, load_any

        overrides = {key: value for key, value in self.overrides.items() if value}
        try:
            spec: Any = load_any(settings.environment_file(self.environment), overrides=overrides)
        except SpecRejected as error:
            self.refused(context, None, error)
            raise
        if spec.clone_type != self.clone_type:
            raise OtherCloneType(environment=spec.name, found=spec.clone_type, dag_type=self.clone_type)
        return self.shown(context, spec) if self.is_dry_run else self.held(context, spec)

    def held(self, context: Context, spec: Any) -> Any:
        """Hold the targets, then make the plan; they are given free again when there is none."""
        from imsclone.errors import CloneError
        from imsclone_airflow.booked import await_turn, hold_or_wait

        await_turn(self, context)
        policy: Literal["wait", "skip", "fail"] = "wait" if is_backfill(context) else spec.booked
        key = TaskKey.of(context)
        ledger = settings.ledger()
        ledger.upgrade()
        with ExitStack() as failing:
            leases = []
            try:
                for imsid in self.targets(spec):
                    leases.append(hold_or_wait(self, ledger, imsid, policy, key.run_key))
                    failing.callback(ledger.release, leases[-1])
                done = self.decide(context, spec, ledger, key, leases)
            except CloneError as error:
                self.refused(context, spec, error)
                raise
            failing.pop_all()
            return done

    def refused(self, context: Context, spec: Any, error: CloneError) -> None:
        """Note in the ledger that there is no plan, and why."""
        from imsclone.ledger.errors import LedgerUnreachable
        from imsclone_airflow.evidence import Evidence

        if self.is_dry_run:
            return
        key, attempt = TaskKey.of(context), int(context["ti"].try_number)
        try:
            ledger = settings.ledger()
            ledger.upgrade()
            ledger.refuse_run(key.run_key, wanted(self.environment, self.clone_type, spec), str(error))
            failed = Evidence(messages=[str(error)])
            failed.write(ledger, key.run_key, key.task, map_index=-1, attempt=attempt, outcome="failed", jobs=[])
        except LedgerUnreachable as away:
            self.log.warning("That there is no plan is not noted: %s", away)

    def resume(self, context: Context, event: Any) -> Any:
        """Try again when the target has become free. Airflow calls this."""
        return self.execute(context)

    def targets(self, spec: Any) -> list[str]:
        """Return the IMS systems that the run writes to."""
        return [spec.target.imsid]

    def shown(self, context: Context, spec: Any) -> None:
        """Show the plan and its JCL, and skip everything after. Who holds the target is not disturbed."""
        from imsclone.ledger import target_lease
        from imsclone_airflow.operators.base import plan_document

        ledger = settings.ledger()
        ledger.upgrade()
        for lease in filter(None, (ledger.holder(target_lease(imsid)) for imsid in self.targets(spec))):
            state = "is booked" if lease.booked else "is being made, and looks half made here,"
            self.log.warning("%s %s by %s until %s", lease.target, state, lease.holder, lease.expires_at)
        plan = self.planned(spec)
        self.show(plan)
        self.show_jcl(context, plan_document(plan, {}), TaskKey.of(context), self.groups(plan))
        raise DownstreamTasksSkipped(  # type: ignore[no-untyped-call]
            tasks=sorted(context["task"].get_flat_relative_ids(upstream=False))
        )

    def decide(self, context: Context, spec: Any, ledger: Ledger, key: TaskKey, leases: Sequence[Lease]) -> Any:
        """Make the plan and hand it on."""
        from imsclone_airflow.evidence import Evidence
        from imsclone_airflow.fence import document, token_name
        from imsclone_airflow.operators.base import plan_document

        evidence = Evidence()
        plan = self.planned(spec)
        self.show(plan)
        groups = self.groups(plan)
        handed_on = plan_document(plan, *map(document, leases))
        ledger.start_run(key.run_key, plan)
        evidence.counts |= self.counts(plan)
        evidence.messages += plan.warnings
        evidence.after |= {token_name(lease, first=lease is leases[0]): lease.token for lease in leases}
        attempt = int(context["ti"].try_number)
        evidence.write(ledger, key.run_key, key.task, map_index=-1, attempt=attempt, outcome="done", jobs=[])
        context["ti"].xcom_push(PLAN, handed_on)
        return groups

    def planned(self, spec: Any) -> Any:
        """Read both systems and make the plan."""
        return planned(spec)

    def groups(self, plan: Any) -> list[Any]:
        """Return what tasks are mapped over."""
        from imsclone_airflow.operators.group import group_documents

        return list(group_documents(plan))

    def counts(self, plan: Any) -> dict[str, int]:
        """Return the figures of the plan for the report."""
        counts = {"volumes planned": len(plan.volume_pairs), "data sets planned": len(plan.data_sets)}
        if plan.left_out:
            counts["volumes not copied"] = len(plan.left_out)
            counts["tracks not copied"] = plan.tracks_not_copied
            counts["bytes not copied"] = plan.bytes_not_copied
            counts["database data sets defined without data"] = len(plan.databases.absent)
        return counts

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing is to be done; rendered templates are text."""
        return str(self.show_only).lower() in ("true", "1", "yes")

    def show(self, plan: Any) -> None:
        """Write the plan to the task's log."""
        self.log.info("Plan for %s: %s to %s", plan.environment, plan.source.imsid, plan.target.imsid)
        self.log.info("Fingerprint %s", plan.fingerprint)
        for pair in plan.volume_pairs:
            self.log.info("Volume %s (%s) to %s (%s)", pair.source, pair.source_unit, pair.target, pair.target_unit)
            if pair.staging:
                self.log.info("  by way of %s (%s)", pair.staging, pair.staging_unit)
        for left in plan.left_out:
            self.log.info("Volume %s is not copied", left.source)
        for name, value in plan.summary().items():
            self.log.info("%s: %s", name, value)
        for warning in plan.warnings:
            self.log.warning(warning)

    def show_jcl(self, context: Context, handed_on: dict[str, Any], key: TaskKey, groups: list[Any]) -> None:
        """Write the JCL that the plan decides to the task's log; what a step derives from listings is not known yet."""
        from imsclone_airflow.operators.preview import previews

        for task_id, jcl in previews(context["dag"], handed_on, key, groups):
            self.log.info("JCL of %s\n%s", task_id, jcl)


def wanted(environment: str, clone_type: str, spec: Any) -> Wanted:
    """Return what is known of a run that has no plan."""
    from imsclone.ledger import Wanted

    if spec is None:
        return Wanted(environment, clone_type)
    return Wanted(str(spec.name), clone_type, str(spec.source.imsid), str(spec.target.imsid), str(spec.owner))


def planned(spec: EnvironmentSpec) -> Plan:
    """Read both systems and make the plan. Raises PlanRejected with all problems."""
    from imsclone.plan import check_spec, make_plan, read_facts
    from imsclone.steps.reader import open_reader

    check_spec(spec)
    connection = ZosmfHook(spec.source.zosmf).connection
    return make_plan(spec, read_facts(open_reader(connection, spec, settings.templates()), spec))
