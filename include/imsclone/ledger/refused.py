"""Runs whose plan was refused: noted with what is known of them, so that people see that there was one, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from imsclone.clone_types import AnyPlan
from imsclone.ledger.models import RunRecord

NO_PLAN = ""
"""The fingerprint of the plan that stands for none."""


@dataclass(frozen=True)
class Wanted:
    """What is known of a run without a plan: of a file with errors only the name of the environment."""

    environment: str
    clone_type: str
    source: str = ""
    target: str = ""
    owner: str = ""


def record(session: Session, run: str, wanted: Wanted, now: datetime) -> RunRecord:
    """Find or make the record of a run that has no plan yet; one that has a plan keeps it."""
    known = session.get(RunRecord, run)
    if known is None:
        known = RunRecord(
            id=run,
            fingerprint=NO_PLAN,
            summary={},
            error="",
            started_at=now,
            finished_at=None,
            window=None,
            environment=wanted.environment,
            clone_type=wanted.clone_type,
            source=wanted.source,
            target=wanted.target,
            owner=wanted.owner,
        )
        session.add(known)
    return known


def follows(record: RunRecord, plan: AnyPlan) -> None:
    """Let a run begin with a plan."""
    record.environment, record.clone_type, record.owner = plan.environment, plan.clone_type, plan.owner
    record.source, record.target = plan.source.imsid, plan.target.imsid
    record.fingerprint, record.summary = plan.fingerprint, plan.summary()
