"""Removing from the ledger what only grows: evidence of runs that ended, leases of tasks that ran out.

A task's lease that ran out days ago can go although its token starts anew: no process of that task is left that could
hold the same number. The leases of targets stay, so that their tokens only grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from imsclone.ledger.leases import TASK
from imsclone.ledger.models import EvidenceRecord, LeaseRecord, RunRecord


@dataclass(frozen=True)
class Pruned:
    """How much was removed: evidence of ``evidence`` tasks in ``runs`` runs, and ``leases`` of tasks."""

    runs: int
    evidence: int
    leases: int


def prune(session: Session, before: datetime) -> Pruned:
    """Remove the evidence of runs that ended before a moment, and task leases that ran out before it."""
    ended = sa.select(RunRecord.id).where(RunRecord.finished_at < before)
    old = EvidenceRecord.run_id.in_(ended)
    runs = session.scalar(sa.select(sa.func.count(sa.distinct(EvidenceRecord.run_id))).where(old)) or 0
    evidence = session.execute(sa.delete(EvidenceRecord).where(old).returning(EvidenceRecord.run_id)).all()
    stale = sa.delete(LeaseRecord).where(LeaseRecord.target.like(f"{TASK}%"), LeaseRecord.expires_at < before)
    leases = session.execute(stale.returning(LeaseRecord.target)).all()
    return Pruned(runs, len(evidence), len(leases))
