"""What people do in Airflow, by its REST API."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

POLL_SECONDS = 0.8
PATIENCE = 240.0
COPY_JOB = "CLNCOPY"


class Users:
    """What people do with Dags that are environments."""

    def __init__(self, plant: Any) -> None:
        self.plant, self.call, self.http = plant, plant.airflow.call, plant.airflow.http

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """Return the runs of a Dag, oldest first."""
        found = self.call("GET", f"/dags/{dag}/dagRuns", params={"order_by": "run_after", "limit": 50})
        return list(found["dag_runs"])

    def trigger(self, dag: str, **conf: Any) -> str:
        body = {"logical_date": None, "conf": conf}
        return str(self.call("POST", f"/dags/{dag}/dagRuns", json=body)["dag_run_id"])

    def state(self, dag: str, run: str) -> str:
        return str(self.call("GET", f"/dags/{dag}/dagRuns/{run}")["state"])

    def tasks(self, dag: str, run: str) -> dict[str, dict[str, Any]]:
        found = self.call("GET", f"/dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return {one["task_id"]: one for one in found}

    def until(self, true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """Wait until something is true, and return it."""
        deadline = time.monotonic() + seconds
        while not (found := true()):
            assert time.monotonic() < deadline, f"not in {seconds:.0f} s: {what}"
            time.sleep(POLL_SECONDS)
        return found

    def ended(self, dag: str, run: str) -> str:
        self.until(lambda: self.state(dag, run) in ("success", "failed"), f"{dag} {run} ends")
        return self.state(dag, run)

    def task_is(self, dag: str, run: str, task: str, state: str) -> None:
        self.until(
            lambda: self.tasks(dag, run).get(task, {}).get("state") == state, f"{task} of {dag} {run} is {state}"
        )

    def copies(self) -> int:
        """Return how many copy jobs z/OS knows."""
        return sum(job["jobname"] == COPY_JOB for job in self.plant.jobs())

    def unpause(self, dag: str) -> None:
        self.call("PATCH", f"/dags/{dag}", json={"is_paused": False})

    def pause(self, dag: str) -> None:
        self.call("PATCH", f"/dags/{dag}", json={"is_paused": True})

    def backfill(self, dag: str, first: str, last: str) -> None:
        """Ask for all dates of a Dag between two times, and for as many at a time as Airflow lets run."""
        dates = {"from_date": first, "to_date": last}
        self.call("POST", "/backfills", json={"dag_id": dag, **dates, "max_active_runs": 5, "dag_run_conf": {}})
