"""Ask a person for the plan, where the environment wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import TaskAwaitingInput
from airflow.sdk.execution_time.hitl import HITLUser, upsert_hitl_detail

from imsclone_airflow.errors import ApprovalRefused, NobodyApproved
from imsclone_airflow.operators.base import CloneOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.plan import Plan

APPROVE, REFUSE = "Approve", "Refuse"


class ApproveOperator(CloneOperator):
    """Show the plan in Airflow under *Required actions*, and go on when somebody approves it.

    Nothing has been touched before, and the source is not held while somebody thinks: this stands in front of every
    other step. The target stays with this run meanwhile. Who approved which fingerprint is kept as evidence; the
    other steps take no plan with another fingerprint.
    """

    decision: Mapping[str, Any] | None = None

    def work(self, context: Context) -> str:
        approval = self.the_plan.approval
        if not approval.required:
            return self.noting("The environment asks for no approval")
        if self.decision is None:
            waiting = timedelta(hours=approval.wait_hours)
            for lease in self.fence.targets:
                self.ledger.renew(lease, waiting)
            self.ask(context["ti"].id, approval.approvers)
            raise TaskAwaitingInput(method_name="decided", timeout=waiting)
        return self.judge(self.decision)

    def decided(self, context: Context, event: Mapping[str, Any]) -> Any:
        """Go on with what somebody decided, or with the end of the time for it. Airflow calls this."""
        self.decision = event
        return self.execute(context)

    def ask(self, ti_id: Any, approvers: Sequence[str]) -> None:
        """Put the plan among Airflow's required actions."""
        upsert_hitl_detail(
            ti_id=ti_id,
            options=[APPROVE, REFUSE],
            subject=f"Overlay {self.the_plan.target.imsid} for environment {self.the_plan.environment}?",
            body=described(self.the_plan),
            params={},  # None, its default, is refused by the API server
            assigned_users=[HITLUser(id=user, name=user) for user in approvers],
        )

    def judge(self, decision: Mapping[str, Any]) -> str:
        """Go on, or fail with who was against it."""
        plan = self.the_plan
        if "error" in decision:
            raise NobodyApproved(environment=plan.environment, hours=plan.approval.wait_hours)
        by = (decision.get("responded_by_user") or {}).get("name") or "somebody"
        if decision["chosen_options"] != [APPROVE]:
            raise ApprovalRefused(environment=plan.environment, by=by, fingerprint=plan.fingerprint)
        return self.noting(f"Plan {plan.fingerprint} was approved by {by}")

    def noting(self, text: str) -> str:
        self.evidence.messages.append(text)
        return text

    def note(self, context: Context, outcome: str) -> None:
        """Write the evidence once there is a decision."""
        if self.evidence.messages:
            super().note(context, outcome)


def described(plan: Plan) -> str:
    """Return the plan for who must decide: Markdown."""
    rows = [f"| {name.replace('_', ' ')} | {value} |" for name, value in plan.summary().items()]
    warnings = [f"- {warning}" for warning in plan.warnings]
    return "\n".join(["| | |", "|---|---|", *rows, "", *warnings])
