"""Commands to an IMS that is not there, because it restarts: they are given again until somebody answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

AWAY = """\
COMMAND : UPDATE DB NAME(ACCT) STOP(ACCESS)
IMSPLEX : PLEX1   MEMBERS :
RC=X'02000010' RSN=X'00004200' NO CLIENTS TO ROUTE THE COMMAND TO
"""
DONE = """\
COMMAND : UPDATE DB NAME(ACCT) STOP(ACCESS)
IMSPLEX : PLEX1   MEMBERS : IMST
RC=X'00000000' RSN=X'00000000'
DBName MbrName CC CCText
------ ------- -- ------
ACCT   IMST    0
"""


def printed(text: str) -> Any:
    return SimpleNamespace(sysprint=lambda step: text, job="JOB00001", listings=lambda: iter(()))


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def command(*later: str) -> tuple[Any, list[str]]:
    """Return a step that gives a command, and the labels of the jobs by which it is given again."""
    from imsclone_airflow.refresh import StopDatabasesOperator

    labels, left = list[str](), list(later)

    def run(label: str, make: Any) -> Any:
        labels.append(label)
        return printed(left.pop(0))

    step = StopDatabasesOperator(task_id="stop_target", plan=None, group={"number": 0})
    step.__dict__ |= {"desk": SimpleNamespace(run=run), "fence": SimpleNamespace(check=lambda: None)}
    return step, labels


def test_a_target_that_restarts_is_asked_again_by_further_jobs(no_pause: None) -> None:
    step, labels = command(AWAY, DONE)
    found = step.read(printed(AWAY))
    step.check(found)
    assert [row.name for row in found.rows] == ["ACCT"]
    assert labels == ["again1", "again2"]


def test_a_target_that_stays_away_is_told(no_pause: None) -> None:
    from imsclone_airflow.refresh.errors import TargetNotStopped
    from imsclone_airflow.refresh.step import AWAY_TRIES

    step, labels = command(*[AWAY] * AWAY_TRIES)
    step.planned = SimpleNamespace(targets=[SimpleNamespace(side=SimpleNamespace(imsid="IMST"))])
    with pytest.raises(TargetNotStopped, match="NO CLIENTS"):
        step.check(step.read(printed(AWAY)))
    assert len(labels) == AWAY_TRIES


def test_a_source_that_restarts_is_held_and_copied_by_a_later_job(
    no_pause: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imsclone_airflow.refresh import ReplicateDataSetsOperator
    from imsclone_airflow.refresh.errors import SourceAway

    step = ReplicateDataSetsOperator(task_id="replicate", plan=None)
    step.__dict__ |= {"fence": SimpleNamespace(check=lambda: None)}
    step.planned = SimpleNamespace(mover="dss")
    tried: list[int] = []

    def once(context: Any) -> Any:
        raise SourceAway(imsid="IMSP", consistency="dbr", said="NO CLIENTS")

    def again(number: int) -> str:
        tried.append(number)
        return once(None) if number < 3 else "copied"

    monkeypatch.setattr(step, "as_told", once)
    monkeypatch.setattr(step, "tried", again)
    assert step.work({}) == "copied"
    assert tried == [1, 2, 3]


@pytest.mark.parametrize(("others", "refusal"), [(0, "CLN737E"), (1, "CLN201E")])
def test_a_plan_is_made_again_where_only_a_system_that_failed_stands_against_it(
    monkeypatch: pytest.MonkeyPatch, others: int, refusal: str
) -> None:
    from imsclone import clone_types
    from imsclone.errors import Rejected
    from imsclone.plan.errors import PlanRejected
    from imsclone.refresh.errors import DatabaseUnknown, SystemFailed
    from imsclone_airflow.refresh import PlanRefreshOperator

    found = [SystemFailed(imsid="IMSP"), *[DatabaseUnknown(imsid="IMSP", name="NONE", known="ACCT")] * others]

    def make(spec: Any, facts: Any) -> Any:
        raise PlanRejected(environment="bank", problems=found)

    for name, instead in {"check": lambda spec: None, "read": lambda *_: None, "looked": lambda *_: None}.items():
        monkeypatch.setattr(clone_types, name, instead)
    monkeypatch.setattr(clone_types, "make", make)
    monkeypatch.setattr("imsclone_airflow.settings.ledger", lambda: None)
    with pytest.raises(Rejected, match=rf"(?s){refusal}.*CLN294E  IMSP does not run"):
        PlanRefreshOperator(task_id="plan", environment="bank").planned(SimpleNamespace(name="bank"))


def test_a_target_that_failed_is_not_taken_back_before_it_is_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    from imsclone.errors import Rejected
    from imsclone.refresh.facts import SideFacts
    from imsclone_airflow.refresh import plan_undo

    target = SimpleNamespace(imsid="IMST", zosmf="lab", job_card="J", members=[SimpleNamespace(imsid="IMST")])
    spec = SimpleNamespace(name="bank", target=target, source=target, also=())
    signed_on: Any = SimpleNamespace(subsystems=[SimpleNamespace(ssid="IMST", abnormal=False)])
    monkeypatch.setattr(plan_undo, "ZosmfHook", lambda name: SimpleNamespace(connection=None))
    monkeypatch.setattr("imsclone.steps.batch.Batch", lambda *_: None)
    monkeypatch.setattr("imsclone.zosmf.Client", lambda _: None)
    monkeypatch.setattr("imsclone.refresh.read.state", lambda *_: SideFacts(signed_on, active=False))
    with pytest.raises(Rejected, match=r"(?s)CLN737E.*CLN294E  IMST does not run"):
        plan_undo.made(spec, SimpleNamespace(), None)
