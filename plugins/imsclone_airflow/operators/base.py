"""What all clone operators share: the plan, the fence, the client, the evidence."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from imsclone_airflow import settings
from imsclone_airflow.errors import LedgerAway
from imsclone_airflow.evidence import Evidence
from imsclone_airflow.hooks.zosmf import ZosmfHook
from imsclone_airflow.identity import TaskKey

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import Context

    from imsclone.ledger import Ledger
    from imsclone.plan import Plan
    from imsclone.plan.sealed import Sealed
    from imsclone.zosmf import Protected
    from imsclone_airflow.fence import Fence
    from imsclone_airflow.fenced import FencedClient
    from imsclone_airflow.jobs import JobDesk


class CloneOperator(BaseOperator):
    """One step of a clone that does what the plan says.

    A process of the task claims a fencing token before it does anything, and shows it before every effect on the
    host: an older process of the same task, or a run that lost its target to another, is refused.

    :param plan: what the plan task returned, ``plan.plan``; a changed plan is refused by its fingerprint.
    """

    template_fields: Sequence[str] = ("plan",)
    ui_color = "#e8f0f7"
    overwrite_rtif_after_execution = True

    side: ClassVar[Literal["source", "target"]] = "target"
    """The system whose z/OSMF the step talks to."""

    def __init__(self, *, plan: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.planned: Plan | None = None
        self.lease_document: dict[str, Any] = {}
        self.further_leases: list[dict[str, Any]] = []
        self.evidence = Evidence()
        self.refusal: Exception | None = None
        self.desk_in_use: JobDesk | None = None

    def _do_render_template_fields(
        self,
        parent: Any,
        template_fields: Iterable[str],
        context: Context,
        jinja_env: jinja2.Environment,
        seen_oids: set[int],
    ) -> None:
        """Render as Airflow does, then take the plan in. Mapped tasks are rendered through this method only."""
        super()._do_render_template_fields(parent, template_fields, context, jinja_env, seen_oids)
        if parent is self and isinstance(self.plan, Mapping):
            self.take(self.plan, TaskKey.of(context))

    def take(self, document: Mapping[str, Any], key: TaskKey) -> None:
        """Take the plan in. Its place among the rendered fields is taken by what tells plans apart."""
        from imsclone.clone_types import read_plan

        self.task_key = key
        self.lease_document = dict(document["lease"])
        self.further_leases = list(document.get("also", ()))
        plan: Any = read_plan(document["document"])
        self.planned = plan
        self.plan = f"{self.planned.environment}, fingerprint {self.planned.fingerprint}"

    @property
    def the_plan(self) -> Plan:
        """The plan this task follows."""
        if self.planned is None:
            raise TypeError(f"{self.task_id} got no plan; give it the output of a PlanOperator")
        return self.planned

    @cached_property
    def hook(self) -> ZosmfHook:
        """The z/OSMF of the side this step works on."""
        system = self.the_plan.source if self.side == "source" else self.the_plan.target
        return ZosmfHook(system.zosmf)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger."""
        return settings.ledger()

    @cached_property
    def fence(self) -> Fence:
        """The fence of this process; made by the first that asks, once for a process."""
        from imsclone_airflow.fence import Fence, lease_of

        also = map(lease_of, self.further_leases)
        return Fence.claim(self.ledger, lease_of(self.lease_document), self.task_key, also)

    @cached_property
    def client(self) -> FencedClient:
        """The client, fenced, and closed to writes to the source."""
        return self.hook.client(self.fence.check, self.protection())

    def protection(self) -> Protected:
        """Return the names that nothing may write to."""
        return protected(self.the_plan)

    @cached_property
    def desk(self) -> JobDesk:
        """Where this task's jobs are submitted and waited for."""
        from imsclone_airflow.jobs import JobDesk

        timeout = self.execution_timeout
        desk = JobDesk(self.client, self.task_key, self.fence.check, timeout.total_seconds() if timeout else 86_400.0)
        self.desk_in_use = desk
        return desk

    def execute(self, context: Context) -> Any:
        """Do the step, and note in the ledger what it did or why it did not."""
        from imsclone.ledger.errors import LedgerUnreachable

        try:
            return self.noted(context)
        except LedgerUnreachable as error:
            raise LedgerAway(said=str(error)) from error

    def noted(self, context: Context) -> Any:
        """Do the step and note it, whatever becomes of it."""
        outcome = "failed"
        self.evidence = Evidence()
        try:
            if self.refusal is not None:
                raise self.refusal
            self.fence.check()
            result = self.work(context)
            outcome = "done"
        except Exception as error:
            outcome = "skipped" if isinstance(error, AirflowSkipException) else "failed"
            self.evidence.messages.append(str(error) or type(error).__name__)
            raise
        finally:
            self.note(context, outcome)
        return result

    @abstractmethod
    def work(self, context: Context) -> Any:
        """Do the step."""

    def note(self, context: Context, outcome: str) -> None:
        """Write the evidence."""
        key = self.task_key
        done = list(self.desk_in_use.done) if self.desk_in_use else []
        attempt = int(context["ti"].try_number)
        self.evidence.write(
            self.ledger,
            key.run_key,
            key.task,
            map_index=key.map_index,
            attempt=attempt,
            outcome=outcome,
            jobs=done,
        )

    def on_kill(self) -> None:
        """Cancel the job that is waited for, unless another process has taken the task over."""
        if self.desk_in_use is not None and self.fence.holds():
            self.desk_in_use.cancel()


def protected(plan: Plan) -> Protected:
    """Return the names of the source, which nothing may write to."""
    from imsclone.zosmf import Protected

    masks = tuple(mask.sides[0] for mask in plan.masks if mask.sides[0] != mask.sides[1])
    return Protected(
        dsnames=(*masks, *(catalog.source for catalog in plan.catalogs)),
        volsers=frozenset([*(one.source for one in plan.volume_pairs), *(one.source for one in plan.left_out)]),
        imsids=frozenset(member.source for member in plan.members),
    )


def plan_document(plan: Sealed, lease: Mapping[str, Any], *also: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes through XCom to every other task.

    :param also: the leases on further targets.
    """
    leases = json.loads(json.dumps([lease, *also]))
    return {"document": plan.model_dump_json(), "lease": leases[0], "also": leases[1:]}
