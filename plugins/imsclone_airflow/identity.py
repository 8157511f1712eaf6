"""What a task and its run are to the ledger and to JES: the same for every process, and for no other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imsclone.zosmf import Correlator

BACKFILL = "backfill"


def is_backfill(context: Mapping[str, Any]) -> bool:
    """Whether a run belongs to a backfill. Airflow starts several of them at once, whatever the Dag says.

    The type is compared as it is: as text, Airflow's own is "DagRunType.BACKFILL".
    """
    return bool(getattr(context.get("dag_run"), "run_type", "") == BACKFILL)


def run_key(dag: str, run: str) -> str:
    """Return what the ledger knows a run by."""
    return f"{dag}/{run}"


@dataclass(frozen=True)
class TaskKey:
    """One task of one run.

    ``generation`` is the number of tries before the task was last cleared. Airflow's own retries keep it, so they
    find the job of the try before; a task that somebody clears gets new jobs.
    """

    dag: str
    run: str
    task: str
    map_index: int = -1
    generation: int = 0

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> TaskKey:
        """Return the key of the running task."""
        ti = context["ti"]
        cleared = max(int(ti.max_tries) - int(context["task"].retries or 0), 0)
        return cls(ti.dag_id, ti.run_id, ti.task_id, -1 if ti.map_index is None else ti.map_index, cleared)

    @property
    def run_key(self) -> str:
        """What the ledger knows the run by."""
        return run_key(self.dag, self.run)

    @property
    def lease(self) -> str:
        """The name of the task's own lease: a newer process of the task makes an older one worthless."""
        from imsclone.ledger.leases import TASK

        whole = "\0".join([self.dag, self.run, self.task, str(self.map_index)])
        return f"{TASK}{hashlib.sha256(whole.encode()).hexdigest()[:32]}"

    def of_task(self, task: str) -> TaskKey:
        """Return the key of another, unmapped task of this run."""
        return replace(self, task=task, map_index=-1, generation=0)

    def correlator(self, label: str = "", attempt: int = 1) -> Correlator:
        """Return the correlator of one job of the task.

        :param label: tells jobs of one task apart; none for the task's main job.
        """
        from imsclone.zosmf import correlator

        run = self.run if not self.generation else f"{self.run} cleared after {self.generation}"
        task = f"{self.task}.{label}" if label else self.task
        return correlator(self.dag, run, task, self.map_index, attempt)
