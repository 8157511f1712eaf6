"""A whole Airflow that tests drive: by its REST API, and by its processes, which they kill."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

DAG = "full_system_clone"
POLL_SECONDS = 0.5
RUN_SECONDS, STOP_SECONDS = 500.0, 8.0
ENDED = ("success", "failed")
MEASURED: list[str] = []
"""What each kill cost, for the end of the test report."""


class RunningAirflow:
    """Airflow by its REST API, and by its processes."""

    def __init__(self, home: Any, kinds: Any) -> None:
        self.home, self.kinds, self.dag = home, kinds, DAG
        self.started: list[subprocess.Popen[bytes]] = []
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{home.port}", timeout=60)
        passwords = json.loads((home.airflow / "passwords.json").read_text())
        answer = self.http.post("/auth/token", json={"username": "admin", "password": passwords["admin"]})
        self.http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        self.group = int((home.airflow / "standalone.pid").read_text())
        self._tasks: dict[str, tuple[str, int]] = {}

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.http.request(method, f"/api/v2{path}", **arguments)
        if method == "GET" and answer.status_code == 500:
            # Airflow 3.3.2 may fail to show a run that changes at this moment (ResponseValidationError).
            time.sleep(POLL_SECONDS)
            answer = self.http.request(method, f"/api/v2{path}", **arguments)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def trigger(self, **conf: Any) -> str:
        """Start a run and return its id."""
        chosen = {"environment": "imst"} if self.dag == DAG else {}
        body = {"logical_date": None, "conf": chosen | conf}
        return str(self.call("POST", f"/dags/{self.dag}/dagRuns", json=body)["dag_run_id"])

    def state(self, run: str) -> str:
        return str(self.call("GET", f"/dags/{self.dag}/dagRuns/{run}")["state"])

    def tasks(self, run: str) -> list[dict[str, Any]]:
        return list(
            self.call("GET", f"/dags/{self.dag}/dagRuns/{run}/taskInstances", params={"limit": 200})["task_instances"]
        )

    def task_of(self, run: str, instance: str) -> tuple[str, int]:
        """Return task and map index of a task instance's id. The first of a mapped task may still be told as -1: its id
        stays the same when the task is expanded."""
        if instance not in self._tasks:
            self._tasks |= {one["id"]: (one["task_id"], one["map_index"]) for one in self.tasks(run)}
        return self._tasks.get(instance, ("", -1))

    def wait(self, run: str, true: Callable[[], bool], seconds: float = RUN_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"{run}: {self.shown(run)}"
            time.sleep(POLL_SECONDS)

    def ended(self, run: str, seconds: float = RUN_SECONDS) -> str:
        """Wait for the end of a run and return its state."""
        self.wait(run, lambda: self.state(run) in ENDED, seconds)
        return self.state(run)

    def completed(self, run: str) -> str:
        """Wait for the end of a run; if it failed, clear what failed, as a user would, and wait again."""
        if self.ended(run) == "failed":
            failed = [one["task_id"] for one in self.tasks(run) if one["state"] == "failed"]
            MEASURED.append(f"cleared once: {', '.join(failed)}: {self.message(run, failed[0])}")
            body = {"dag_run_id": run, "only_failed": True, "reset_dag_runs": True, "dry_run": False}
            self.call("POST", f"/dags/{self.dag}/clearTaskInstances", json=body)
            return self.ended(run)
        return "success"

    def clear(self, run: str, task: str) -> None:
        """Clear a task that failed, and what did not run because of it, as a user does."""
        body = {"dag_run_id": run, "task_ids": [task], "include_downstream": True, "only_failed": True}
        self.call(
            "POST", f"/dags/{self.dag}/clearTaskInstances", json={**body, "reset_dag_runs": True, "dry_run": False}
        )

    def reached(self, run: str, true: Callable[[], bool]) -> None:
        """Wait for a moment within a run."""
        self.wait(run, lambda: true() or self.state(run) in ENDED)
        assert true(), f"{run} {self.state(run)}: {self.shown(run)}"

    def shown(self, run: str) -> str:
        found = self.tasks(run)
        failed = [f"{one['task_id']}: {self.message(run, one['task_id'])}" for one in found if one["state"] == "failed"]
        states = [f"{one['task_id']}[{one['map_index']}] {one['state']} try {one['try_number']}" for one in found]
        return ", ".join([*failed, *states])

    def message(self, run: str, task: str) -> str:
        """Return the message with an id that a task's last try ended with."""
        last = next(one for one in self.tasks(run) if one["task_id"] == task)
        path = f"/dags/{self.dag}/dagRuns/{run}/taskInstances/{task}/logs/{last['try_number']}"
        found = re.findall(
            r"CLN\d{3}E [^\"]*", json.dumps(self.call("GET", path, params={"map_index": last["map_index"]}))
        )
        return found[-1] if found else ""

    def processes(self, run: str, task: str) -> list[int]:
        """Return the processes that run a task now."""
        ids = {one["id"] for one in self.tasks(run) if one["task_id"] == task}
        return [process for process, instance in self.kinds["task_processes"]() if instance in ids]

    def scheduler(self) -> int:
        """Return the process id of the scheduler."""
        if self.started:
            return self.started[-1].pid
        for words in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if words.read_bytes().rstrip(b"\0").endswith(b"airflow\0scheduler"):
                    process = int(words.parent.name)
                    if os.getpgid(process) == self.group:
                        return process
            except OSError:
                continue
        raise AssertionError("no scheduler runs")

    def start_scheduler(self) -> None:
        """Start another scheduler, in a process group of its own."""
        command = [str(Path(sys.executable).with_name("airflow")), "scheduler"]
        with (self.home.airflow / "scheduler.log").open("ab") as log:
            known: dict[str, Any] = {"env": self.home.environment(), "stdout": log, "stderr": log}
            self.started.append(subprocess.Popen(command, start_new_session=True, **known))

    def stop(self) -> None:
        """End everything: INT first, which is clean; a scheduler that was killed leaves workers, which are killed."""
        for process in self.started:
            process.send_signal(signal.SIGINT)
        os.kill(self.group, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while os.waitpid(self.group, os.WNOHANG) == (0, 0) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        for group in (self.group, *(process.pid for process in self.started)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
