"""Keep what the refresh is going to overlay, and put it back."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from imsclone_airflow.refresh.generations import KEEP, KEPT, LEFT, changes
from imsclone_airflow.refresh.within_target import CopyWithinTarget

if TYPE_CHECKING:
    from imsclone.listings.adrdssu import DataSetCopied
    from imsclone.refresh.plan import DataSetCopy


class KeepGenerationOperator(CopyWithinTarget):
    """Copy the target's data sets to the names under which they are kept, when the databases are stopped.

    Once in a run: what a cleared task would find later is not what was there before the refresh. A target that a
    failed run left half made is not kept either; then the copy that this run had kept stays. One that it had given to
    its programs before it failed is whole.
    """

    letters = "KEEP"

    @property
    def copies(self) -> tuple[DataSetCopy, ...]:
        """All that is kept."""
        return tuple(one for target in self.refresh.targets if target.kept for one in target.kept.copies)

    @cached_property
    def why_not(self) -> str:
        """Say why nothing is copied now; empty if something is."""
        if not self.copies:
            return "Nothing is kept"
        mine = self.ledger.evidence(self.task_key.run_key)
        if any(one.step == KEEP and (KEPT in one.counts or LEFT in one.counts) for one in mine):
            return "It was kept before this task was cleared"
        last = next(changes(self.ledger, self.refresh, self.task_key.run_key), None)
        if last is not None and last.is_half_made:
            self.evidence.counts[LEFT] = len(self.copies)
            return f"Run {last.run.id} left the target half made; what it had kept stays"
        return ""

    def is_needed(self) -> bool:
        if self.why_not:
            self.evidence.messages.append(self.why_not)
        return not self.why_not

    def finish(self, found: tuple[DataSetCopied, ...] | None) -> str:
        if found is None:
            return self.why_not
        self.evidence.counts[KEPT] = len(found)
        return f"{len(found)} data sets are kept"


class RestoreOperator(CopyWithinTarget):
    """Copy what was kept back to the names of the target. Run again, it does the same."""

    letters = "BACK"

    @property
    def copies(self) -> tuple[DataSetCopy, ...]:
        """All that goes back."""
        return self.refresh.copies

    def finish(self, found: tuple[DataSetCopied, ...]) -> int:
        self.evidence.counts["data sets put back"] = len(found)
        return len(found)
