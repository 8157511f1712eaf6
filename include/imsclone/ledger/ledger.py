"""The ledger: runs, the plans and maps they followed, evidence, windows, leases. SQLite or Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Unpack

import sqlalchemy as sa
from sqlalchemy.orm import Session

from imsclone.clone_types import AnyPlan
from imsclone.ledger import alerts, layouts, leases, plans, refused
from imsclone.ledger.database import Database
from imsclone.ledger.errors import RunConflict, RunUnknown, WindowUnbelievable
from imsclone.ledger.leases import Lease
from imsclone.ledger.models import EvidenceRecord, RunRecord, WindowRecord
from imsclone.ledger.plans import DataSetRow, Difference, Maps, VolumeMapping
from imsclone.ledger.pruning import Pruned, prune
from imsclone.ledger.refused import NO_PLAN, Wanted
from imsclone.ledger.runs import Evidence, Noted, Run, Window, evidence_of, evidence_record, run_of, window_of

if TYPE_CHECKING:
    from imsclone.refresh.facts import RefreshFacts

RUNNING, SUCCESS, FAILED = "running", "success", "failed"


class Ledger(Database):
    """One ledger database. Cheap to make; each call is a transaction of its own, and may be repeated.

    :param url: SQLAlchemy URL, such as ``sqlite:////var/lib/imsclone/ledger.db`` or ``postgresql+psycopg://...``.
    :param clock: gives the time; for tests.
    """

    def start_run(self, run: str, plan: AnyPlan) -> Run:
        """Note that a run begins with a plan; noted twice, it is one run. Raises RunConflict for another plan."""
        with self._transaction(alone=True) as session:
            plans.keep(session, plan, self.clock())
            record = refused.record(session, run, Wanted(plan.environment, plan.clone_type), self.clock())
            if record.fingerprint == NO_PLAN:
                refused.follows(record, plan)
            elif record.fingerprint != plan.fingerprint:
                raise RunConflict(run=run, first=record.fingerprint[:16], second=plan.fingerprint[:16])
            record.state, record.finished_at, record.error = RUNNING, None, ""
            return run_of(record)

    def refuse_run(self, run: str, wanted: Wanted, error: str) -> Run:
        """Note why a run has no plan; a run that has one keeps it. It may be tried again: `finish_run` ends it."""
        with self._transaction(alone=True) as session:
            record = refused.record(session, run, wanted, self.clock())
            record.state, record.error, record.finished_at = RUNNING, error, None
            return run_of(record)

    def finish_run(self, run: str, *, success: bool, error: str = "") -> Run:
        """Note how a run ended."""
        with self._transaction() as session:
            record = _find(session, run)
            record.state = SUCCESS if success else FAILED
            record.error, record.finished_at = error, self.clock()
            return run_of(record)

    def record_evidence(self, run: str, step: str, **noted: Unpack[Noted]) -> None:
        """Note what a task did; a try that is noted again replaces what it noted."""
        with self._transaction() as session:
            _find(session, run)
            session.merge(evidence_record(run, step, noted, self.clock()))

    def record_window(
        self, run: str, suspended_at: datetime, resumed_at: datetime, resolution: timedelta = timedelta()
    ) -> Window:
        """Note for how long the source was held, by time stamps of z/OS.

        :param resolution: of time stamps that were cut off; then the two moments are the outermost possible ones.
        """
        if resumed_at < suspended_at:
            raise WindowUnbelievable(suspended=suspended_at.isoformat(), resumed=resumed_at.isoformat())
        with self._transaction() as session:
            budget = float(_find(session, run).summary["outage_budget_seconds"])
            record = session.merge(
                WindowRecord(
                    run_id=run,
                    suspended_at=suspended_at,
                    resumed_at=resumed_at,
                    budget_seconds=budget,
                    resolution_ms=resolution / timedelta(milliseconds=1),
                )
            )
            return window_of(record)

    def run(self, run: str) -> Run:
        """Give one run. Raises RunUnknown."""
        with self._transaction() as session:
            return run_of(_find(session, run))

    def runs(self, environment: str | None = None, limit: int = 50) -> list[Run]:
        """Give the newest runs, newest first."""
        query = sa.select(RunRecord).order_by(RunRecord.started_at.desc(), RunRecord.id).limit(limit)
        if environment is not None:
            query = query.where(RunRecord.environment == environment)
        with self._transaction() as session:
            return [run_of(record) for record in session.scalars(query)]

    def last_good(self, environment: str) -> Run | None:
        """Give the run that made an environment last."""
        good = sa.and_(RunRecord.environment == environment, RunRecord.state == SUCCESS)
        query = sa.select(RunRecord).where(good).order_by(RunRecord.finished_at.desc()).limit(1)
        with self._transaction() as session:
            record = session.scalars(query).unique().one_or_none()
            return run_of(record) if record else None

    def alert_is_due(self, what: str, every: timedelta) -> bool:
        """Say whether it is time to tell somebody; of several that ask at once, one is told so."""
        with self._transaction(alone=True) as session:
            return alerts.due(session, what, self.clock() - every, self.clock())

    def alert_is_over(self, what: str) -> None:
        """Note that there is nothing to tell any more."""
        with self._transaction() as session:
            alerts.over(session, what)

    def evidence(self, run: str) -> list[Evidence]:
        """Give what the tasks of a run noted, in order of time."""
        query = sa.select(EvidenceRecord).where(EvidenceRecord.run_id == run)
        query = query.order_by(EvidenceRecord.started_at, EvidenceRecord.step, EvidenceRecord.map_index)
        with self._transaction() as session:
            _find(session, run)
            return [evidence_of(record) for record in session.scalars(query)]

    def maps(self, run: str) -> Maps:
        """Give the volume map and the data-set map of a run."""
        with self._transaction() as session:
            return plans.maps(session, _find(session, run).fingerprint)

    def volume_map(self, fingerprint: str) -> tuple[VolumeMapping, ...]:
        """Give the volume map of a plan."""
        with self._transaction() as session:
            return plans.volumes(session, fingerprint)

    def data_set_page(self, fingerprint: str, text: str, after: int, limit: int) -> list[DataSetRow]:
        """Give the rows of a plan's data-set map behind position ``after`` that hold a text; all for an empty one."""
        with self._transaction() as session:
            return plans.page(session, fingerprint, text, after, limit)

    def difference(self, old: str, new: str, limit: int = 100) -> Difference:
        """Give what the maps of one plan have and those of another have not, up to ``limit`` of each kind."""
        with self._transaction() as session:
            return plans.difference(session, old, new, limit)

    def run_before(self, run: str) -> Run | None:
        """Give the run of the same environment with a plan that was started last before it. Raises RunUnknown."""
        with self._transaction() as session:
            this = _find(session, run)
            planned = sa.and_(RunRecord.environment == this.environment, RunRecord.fingerprint != NO_PLAN)
            earlier = sa.and_(planned, RunRecord.started_at < this.started_at)
            query = sa.select(RunRecord).where(earlier).order_by(RunRecord.started_at.desc()).limit(1)
            record = session.scalars(query).unique().one_or_none()
            return run_of(record) if record else None

    def plan(self, fingerprint: str) -> AnyPlan:
        """Give a plan back, proven by its fingerprint. Raises PlanUnknown, PlanAltered."""
        with self._transaction() as session:
            return plans.find(session, fingerprint)

    def keep_plan(self, plan: AnyPlan) -> None:
        """Keep a plan that may be run later."""
        with self._transaction(alone=True) as session:
            plans.keep(session, plan, self.clock())

    def look(self, imsid: str, facts: RefreshFacts) -> RefreshFacts:
        """Keep how the HALDBs of a source are partitioned now; give the facts with what earlier looks told."""
        with self._transaction(alone=True) as session:
            return replace(facts, looks=layouts.look(session, imsid, facts))

    def lease(self, target: str, holder: str, ttl: timedelta) -> Lease:
        """Become the holder of a target; the same holder again gets a higher token. Raises LeaseHeld."""
        with self._transaction() as session:
            return leases.acquire(session, target, holder, ttl, self.clock())

    def book(self, targets: Sequence[str], team: str, until: datetime, note: str = "") -> list[Lease]:
        """Keep targets for a team, all or none; the same team again changes it. Raises LeaseHeld, BookingEnded."""
        with self._transaction() as session:
            now = self.clock()
            return [leases.book(session, target, team, until, note, now) for target in sorted(targets)]

    def unbook(self, target: str) -> Lease:
        """End the booking of a target, and give what it was. Raises NotBooked."""
        with self._transaction() as session:
            return leases.unbook(session, target, self.clock())

    def holder(self, target: str) -> Lease | None:
        """Give the lease of a target that somebody holds now."""
        with self._transaction() as session:
            found = leases.find(session, target)
            return found if found is not None and found.expires_at > self.clock() else None

    def renew(self, lease: Lease, ttl: timedelta) -> Lease:
        """Hold a target longer. Raises LeaseLost."""
        with self._transaction() as session:
            return leases.renew(session, lease, ttl, self.clock())

    def release(self, lease: Lease) -> None:
        """Give a target free."""
        with self._transaction() as session:
            leases.release(session, lease)

    def require(self, lease: Lease) -> None:
        """Make sure before an effect on the host that the lease is still good. Raises LeaseLost."""
        with self._transaction() as session:
            leases.require(session, lease, self.clock())

    def leases(self, *, tasks: bool = False) -> list[Lease]:
        """Give the leases of all targets, and on request those of tasks."""
        with self._transaction() as session:
            return leases.known(session, tasks=tasks)

    def prune(self, keep: timedelta) -> Pruned:
        """Remove the evidence of runs that ended longer ago than ``keep``, and task leases that ran out then."""
        with self._transaction() as session:
            return prune(session, self.clock() - keep)


def _find(session: Session, run: str) -> RunRecord:
    record = session.get(RunRecord, run)
    if record is None:
        raise RunUnknown(run=run)
    return record
