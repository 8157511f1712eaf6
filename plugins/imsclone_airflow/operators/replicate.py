"""Copy the source's volumes at one point in time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow.errors import WindowBroken
from imsclone_airflow.operators import volumes, watchdog, window
from imsclone_airflow.operators.own import CopyStep
from imsclone_airflow.operators.relabel import require_relabelled

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.listings.adrdssu import PairCopy
    from imsclone_airflow.jobs import JobOutput

TASK = "replicate"


class ReplicateOperator(CopyStep):
    """Hold the source, copy all its volumes, release it: three steps of one job, the last of which always runs.

    Targets that an earlier try left offline under their source's serial are given their own back first, and the
    watchdog is armed anew. The copy counts only if every pair was copied by a point-in-time copy and the source was
    held until the last of them; the time it was held goes into the ledger.
    """

    letters = "COPY"
    side = "source"

    def template(self) -> str:
        return self.jcl_template or f"replicate_{self.the_plan.consistency}.jcl"

    def values(self) -> Mapping[str, Any]:
        plan = self.the_plan
        return watchdog.release_values(plan) | {
            "timeout": math.ceil(plan.outage_budget_seconds),
            "copy_mode": plan.copy_mode,
        }

    def work(self, context: Context) -> Any:
        if self.the_plan.mover == "own":
            from imsclone_airflow.operators.own_volumes import OwnVolumes

            return OwnVolumes(self, context).work()
        return super().work(context)

    def bring_targets_online(self) -> None:
        """Vary the target volumes online under their own serials."""
        pairs = self.the_plan.copies
        stale = volumes.bring_online(self.client, pairs)
        if stale:
            self.give_serials_back(stale)
        volumes.require_online(self.client, pairs)

    def prepare(self) -> None:
        self.bring_targets_online()
        if self.the_plan.consistency != "offline":
            watchdog.arm(self)

    def get_openlineage_facets_on_complete(self, ti: Any) -> Any:
        """Tell OpenLineage which data set comes from which. Its provider calls this after the task."""
        from imsclone_airflow import lineage

        return lineage.copied(self.the_plan)

    def give_serials_back(self, stale: Any) -> None:
        """Relabel targets that carry their source's serial."""
        from imsclone.listings import ickdsf

        output = self.auxiliary(f"labels{self.desk.attempt()}", "relabel.jcl", {"pairs": stale})
        require_relabelled(ickdsf.relabelled(output.sysprint("RELABEL")))

    def judge(self, output: JobOutput) -> Any:
        """Measure the window first: it counts whatever became of the copies."""
        from imsclone_airflow.jobs import is_lost

        if not is_lost(output.job):
            self.record_window(output)
        return super().judge(output)

    def record_window(self, output: JobOutput) -> None:
        """Note the window of the copy job."""
        try:
            self.note_window(window.measure(self.the_plan, output))
        except WindowBroken:
            self.keep(output)
            raise

    def note_window(self, held: window.Held) -> None:
        """Note the window where both ends are known, and refuse a copy that outlived it."""
        if held.since is not None and held.until is not None:
            noted = self.ledger.record_window(self.task_key.run_key, held.since, held.until, held.resolution)
            what = "source milliseconds lost" if noted.is_exact else "source milliseconds lost at most"
            self.evidence.counts[what] = round(noted.milliseconds)
        if held.broken:
            raise WindowBroken(said=held.broken)

    def read(self, output: JobOutput) -> tuple[PairCopy, ...]:
        return window.copies(self.the_plan, output)

    def check(self, found: tuple[PairCopy, ...]) -> None:
        window.require_copied(found)

    def finish(self, found: tuple[PairCopy, ...]) -> int:
        self.evidence.counts["volumes copied"] = len(found)
        return len(found)
