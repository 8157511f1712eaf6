"""What the ledger knows of the generations of a target: which run kept one, and which changed the data sets last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from imsclone.clone_types import AnyPlan
    from imsclone.ledger import Evidence, Ledger, Run

KEEP, CHANGE = "keep_generation", ("replicate", "relabel", "restore")
START, PUBLISH = "start_target", "publish"
SUCCESS, DONE = "success", "done"
KEPT, LEFT = "data sets kept", "data sets left as they were kept before"
MOST_RUNS = 500
"""How far back the ledger is read."""


@dataclass(frozen=True)
class Change:
    """A run that kept or changed data sets. ``kept`` says that it copied them first; ``left`` that an older copy stays.

    ``changed`` is False for a run that kept them and then failed before it changed anything; ``whole`` says that the
    target was made, though the run may have failed behind that.
    """

    run: Run
    plan: Any
    changed: bool
    kept: bool
    left: bool
    whole: bool = False

    @property
    def undoes(self) -> str:
        """The run that it took back, if it is an undo."""
        return str(self.run.summary.get("undoes", ""))

    @property
    def is_half_made(self) -> bool:
        """Whether the target holds the state of no run: what it had before must not be overlaid by it."""
        return self.changed and not self.whole and (self.kept or self.left or bool(self.undoes))

    @property
    def data_of(self) -> datetime | None:
        """The moment whose data the target has had since, if that is known."""
        return replace(self.run, state=SUCCESS).data_of if self.whole else None


def changes(ledger: Ledger, plan: AnyPlan, but: str) -> Iterator[Change]:
    """Yield what runs did to the target data sets of a plan, newest first.

    :param but: the run that asks.
    """
    for run in ledger.runs(limit=MOST_RUNS):
        if run.id == but or not run.fingerprint:
            continue
        theirs = ledger.plan(run.fingerprint)
        if not _meet(plan, theirs):
            continue
        evidence = ledger.evidence(run.id)
        counts = [one for one in evidence if one.step in (KEEP, *CHANGE)]
        found = Change(
            run,
            theirs,
            changed=any(one.step in CHANGE for one in counts),
            kept=any(KEPT in one.counts for one in counts),
            left=any(LEFT in one.counts for one in counts),
            whole=run.state == SUCCESS or _started(theirs, evidence),
        )
        if found.changed or found.kept:
            yield found


def _started(plan: AnyPlan, evidence: Sequence[Evidence]) -> bool:
    """Whether a run that failed gave each target to its programs when all else was done: only ``publish`` was left.

    A task that was cleared later works on the target again, and what was proven before counts no more.
    """
    last = {one.map_index: one for one in evidence if one.step == START}
    worked = max((one.ended_at for one in evidence if one.step not in (START, PUBLISH)), default=None)
    done = [one for one in last.values() if one.outcome == DONE and (worked is None or one.started_at >= worked)]
    return len(done) == len(last) == len(plan.target_ids)


def _meet(ours: Any, theirs: Any) -> bool:
    """Whether two plans write the same data sets; a clone of a whole system writes all of its target's."""
    if theirs.clone_type != ours.clone_type:
        return bool(set(ours.target_ids) & set(theirs.target_ids))
    return bool({one.target for one in ours.copies} & {one.target for one in theirs.copies})
