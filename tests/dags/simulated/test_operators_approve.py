"""Asking a person for the plan: what is shown, who may answer, and what follows from each answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from imsclone.plan import Plan
from imsclone.spec.model import Approval

pytestmark = pytest.mark.xdist_group("airflow")

APPROVED = {"chosen_options": ["Approve"], "params_input": {}, "responded_by_user": {"id": "dba", "name": "dba"}}
REFUSED = APPROVED | {"chosen_options": ["Refuse"]}


@pytest.fixture
def asked(bench: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A plan that must be approved; what Airflow is asked to show is collected."""
    from imsclone_airflow.operators import approve
    from imsclone_airflow.operators.base import plan_document

    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(approve, "upsert_hitl_detail", lambda **detail: shown.append(detail))
    approval = Approval(required=True, approvers=("dba",), wait_hours=3)
    known = {key: value for key, value in bench.plan.model_dump().items() if key != "fingerprint"}
    plan = Plan.model_validate(known | {"approval": approval})
    bench.document = plan_document(plan, bench.document["lease"])
    return shown


@pytest.fixture
def answered(operator: Callable[..., Any], bench: Any, asked: Any) -> Callable[[dict[str, Any]], Any]:
    def answer(event: dict[str, Any]) -> Any:
        step = operator("Approve")
        context = bench.render(step)
        return step.resume_execution("decided", {"event": event}, context)

    return answer


def ask(operator: Callable[..., Any], bench: Any) -> Any:
    from airflow.sdk.exceptions import TaskAwaitingInput

    step = operator("Approve")
    context = bench.render(step)
    context["ti"] = SimpleNamespace(**vars(context["ti"]), id="018f")
    with pytest.raises(TaskAwaitingInput) as waiting:
        step.execute(context)
    return waiting.value


def test_the_plan_is_shown_with_its_fingerprint_to_those_who_may_decide(
    operator: Callable[..., Any], bench: Any, asked: list[dict[str, Any]]
) -> None:
    assert ask(operator, bench).timeout == timedelta(hours=3)
    (detail,) = asked
    assert detail["assigned_users"] == [{"id": "dba", "name": "dba"}]
    assert detail["options"] == ["Approve", "Refuse"]
    assert "IMST" in detail["subject"]
    assert f"| fingerprint | {Plan.model_validate_json(bench.document['document']).fingerprint} |" in detail["body"]


def test_nobody_else_gets_the_target_while_somebody_thinks(
    operator: Callable[..., Any], bench: Any, asked: Any
) -> None:
    from imsclone.ledger import LeaseHeld

    ask(operator, bench)
    now = bench.ledger.clock()
    bench.ledger.clock = lambda: now + timedelta(hours=2, minutes=50)
    with pytest.raises(LeaseHeld, match=bench.run_key):
        bench.ledger.lease("IMS IMST", "another run", timedelta(minutes=10))


def test_an_approval_is_kept_with_who_gave_it(answered: Callable[..., Any], bench: Any) -> None:
    answered(APPROVED)
    noted = bench.evidence("approve")
    assert noted.outcome == "done"
    assert noted.messages[0].endswith("was approved by dba")


def test_a_refusal_fails_the_run_with_who_was_against_it(answered: Callable[..., Any], bench: Any) -> None:
    from imsclone_airflow.errors import ApprovalRefused

    with pytest.raises(ApprovalRefused, match="refused by dba"):
        answered(REFUSED)
    assert bench.evidence("approve").outcome == "failed"


def test_no_answer_in_time_is_no_approval(answered: Callable[..., Any]) -> None:
    from imsclone_airflow.errors import NobodyApproved

    with pytest.raises(NobodyApproved, match="within 3 hours"):
        answered({"error": "timed out", "error_type": "timeout"})


def test_an_approval_that_comes_when_another_run_has_the_target_is_worth_nothing(
    operator: Callable[..., Any], bench: Any, asked: Any, answered: Callable[..., Any]
) -> None:
    from imsclone.ledger import LeaseLost

    ask(operator, bench)
    now = bench.ledger.clock()
    bench.ledger.clock = lambda: now + timedelta(hours=4)
    bench.ledger.lease("IMS IMST", "another run", timedelta(minutes=10))
    with pytest.raises(LeaseLost):
        answered(APPROVED)


def test_an_environment_that_wants_no_approval_goes_on(operator: Callable[..., Any], bench: Any) -> None:
    bench.execute(operator("Approve"))
    assert bench.evidence("approve").outcome == "done"
