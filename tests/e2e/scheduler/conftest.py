"""One Postgres, one Airflow with scheduler and LocalExecutor, one lab, for all tests of the group."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import console_site
import httpx
import pytest

from imsclone_airflow.local.home import Home

PROJECT = Path(__file__).parents[3]
DAG = "full_system_clone"
MAPPED, COPY_JOB = ("relabel", "rename"), b"//CLNCOPY "
POLL_SECONDS = 0.5
RUN_SECONDS, STOP_SECONDS = 500.0, 8.0
BUDGET_SECONDS = 5 + 2
CLOSED_SECONDS = 30.0
ENDED = ("success", "failed")
MEASURED: list[str] = []
"""What each kill cost, for the end of the test report."""


class Airflow:
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
        body = {"logical_date": None, "conf": {"environment": "imst", **conf}}
        return str(self.call("POST", f"/dags/{self.dag}/dagRuns", json=body)["dag_run_id"])

    def state(self, run: str) -> str:
        return str(self.call("GET", f"/dags/{self.dag}/dagRuns/{run}")["state"])

    def tasks(self, run: str) -> list[dict[str, Any]]:
        return list(
            self.call("GET", f"/dags/{self.dag}/dagRuns/{run}/taskInstances", params={"limit": 200})["task_instances"]
        )

    def task_of(self, run: str, instance: str) -> tuple[str, int]:
        """Return task and map index of a task instance's id, which stays the same when the task is expanded."""
        known = self._tasks.get(instance)
        if known is None or known[0] in MAPPED:
            self._tasks |= {one["id"]: (one["task_id"], one["map_index"]) for one in self.tasks(run)}
        return self._tasks.get(instance, ("", -1))

    def wait(self, run: str, true: Callable[[], bool], seconds: float = RUN_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"{run}: {self.shown(run)}"
            time.sleep(POLL_SECONDS)

    def ended(self, run: str) -> str:
        """Wait for the end of a run and return its state."""
        self.wait(run, lambda: self.state(run) in ENDED)
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

    def reached(self, run: str, true: Callable[[], bool]) -> None:
        """Wait for a moment within a run."""
        self.wait(run, lambda: true() or self.state(run) in ENDED)
        assert true(), f"{run} {self.state(run)}: {self.shown(run)}"

    def shown(self, run: str) -> str:
        return ", ".join(
            f"{one['task_id']}[{one['map_index']}] {one['state']} try {one['try_number']}" for one in self.tasks(run)
        )

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


@dataclass
class Plant:
    """Everything that runs, and the run that faults are injected into."""

    lab: Any
    proxy: Any
    heart: Any
    airflow: Airflow
    site: Path
    ledger: Any
    kinds: Any
    alerts: int
    run: str = ""
    earlier: set[str] = field(default_factory=set)

    def fault(self, task: str, strike: Callable[[Any], None], *, effect: bool = False) -> Any:
        """Return a fault in a task: before its first request, or when its first effect on the host has happened.

        The first effect is a job that was submitted, for replicate the copy job, or a command that changes something.
        """
        index = 0 if task in MAPPED else -1

        def wanted(call: Any) -> bool:
            if effect and not (call.submits or call.commands):
                return False
            if effect and task == "replicate" and COPY_JOB not in call.body:
                return False
            return self.airflow.task_of(self.run, call.task[1]) == (task, index)

        return self.kinds["Fault"](f"{task} {'in its work' if effect else 'before it'}", wanted, strike, effect)

    def zosmf(self) -> httpx.Client:
        """Return a client that goes to the lab directly."""
        known = json.loads((self.lab.folder / "connection.json").read_text())
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.lab.port}/zosmf/",
            auth=(known["user"], known["password"]),
            verify=ssl.create_default_context(cafile=known["ca_file"]),
            headers={"X-CSRF-ZOSMF-HEADER": ""},
            timeout=60,
        )

    def jobs(self) -> list[dict[str, Any]]:
        """Return the jobs of the clone that the lab knows."""
        parameters = {"owner": "*", "prefix": "CLN*", "exec-data": "Y"}
        with self.zosmf() as client:
            return list(client.get("restjobs/jobs", params=parameters).raise_for_status().json())

    def listing(self, jcl: str) -> str:
        """Run a job and return its first SYSPRINT."""
        with self.zosmf() as client:
            job = client.put("restjobs/jobs", content=jcl, headers={"Content-Type": "text/plain"}).json()
            place = f"restjobs/jobs/{job['jobname']}/{job['jobid']}"
            while client.get(place).json()["status"] != "OUTPUT":
                time.sleep(POLL_SECONDS)
            files = client.get(f"{place}/files").json()
            number = next(file["id"] for file in files if file["ddname"] == "SYSPRINT")
            return client.get(f"{place}/files/{number}/records").text

    def wait_for_target(self) -> None:
        """Wait until the run before is closed: Airflow calls back for a failed run a moment after its end."""
        deadline = time.monotonic() + CLOSED_SECONDS
        while any(run.state == "running" for run in self.ledger.runs(limit=1)):
            assert time.monotonic() < deadline, "the run before does not give the target free"
            time.sleep(POLL_SECONDS)

    def start(self, *faults: Any) -> str:
        """Start a run that meets these faults."""
        self.earlier = {job["jobid"] for job in self.jobs()}
        self.wait_for_target()
        self.proxy.inject(*faults)
        self.run = self.airflow.trigger()
        return self.run

    def kill_task(self, call: Any) -> None:
        """Kill the task process that waits for the reply, which is then lost."""
        os.kill(call.task[0], signal.SIGKILL)
        raise self.kinds["Cut"]

    def kill_lab(self, call: Any) -> None:
        """Kill the embedded z/OS and start it again."""
        self.lab.kill()
        self.lab.start()

    def kill_scheduler(self, call: Any) -> None:
        """Kill the scheduler and start another."""
        os.kill(self.airflow.scheduler(), signal.SIGKILL)
        self.airflow.start_scheduler()

    def kill_publish(self) -> None:
        """Kill the one task that asks z/OSMF nothing, as soon as it runs."""
        found: list[int] = []
        self.airflow.reached(self.run, lambda: bool(found.extend(self.airflow.processes(self.run, "publish")) or found))
        for process in found:
            os.kill(process, signal.SIGKILL)

    def require_source(self, what: str, at: float) -> None:
        """Require that production wrote again within the outage budget and two seconds, and note the cost."""
        self.airflow.wait(self.run, lambda: time.time() > at + BUDGET_SECONDS or self.heart.steady_at(at) is not None)
        lost = self.heart.longest_pause(at, at + BUDGET_SECONDS)
        MEASURED.append(f"{what:<55} {lost:6.2f} s without a write to the source")
        back = self.heart.steady_at(at)
        assert back is not None, f"{what}: the source does not write any more"
        assert lost < BUDGET_SECONDS, f"{what}: the source was held for {lost:.2f} s"


@dataclass(frozen=True)
class PlantHome(Home):
    """A home with more variables in its environment: set in the test process, they would reach every later test."""

    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return super().environment() | self.settings


@pytest.fixture(scope="session")
def plant(
    new_lab: Callable[[], Any],
    postgres: str,
    instruments: Any,
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
    until_group_ends: contextlib.ExitStack,
) -> Plant:
    """Start the lab behind the proxy, and Airflow."""
    from imsclone.ledger import Ledger
    from imsclone_airflow.local.services import start_airflow

    lab, folder = new_lab("--rate", "10"), tmp_path_factory.mktemp("airflow")
    proxy = instruments["Proxy"](lab.folder, lab.port)
    known = json.loads((lab.folder / "connection.json").read_text())
    (folder / "proxied").mkdir()
    (folder / "proxied" / "connection.json").write_text(json.dumps(known | {"port": proxy.port}))
    url = f"postgresql+psycopg://{postgres}/ledger"
    alerts = free_port()
    settings = {
        "IMSCLONE_LEDGER": url,
        "IMSCLONE_FOLDER": str(folder / "site"),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.4",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        "AIRFLOW_CONN_OPS": json.dumps({"conn_type": "http", "host": "http://127.0.0.1", "port": alerts}),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": console_site.bundles(PROJECT / "dags", folder / "dags"),
    }
    metadata = f"postgresql+psycopg2://{postgres}/airflow"
    home = PlantHome(PROJECT, folder / "home", folder / "proxied", free_port(), metadata, settings)
    for name in ("systems", "calendars", "environments"):
        shutil.copytree(PROJECT / "include" / name, folder / "site" / name)
    console_site.write(folder / "site" / "environments", folder / "dags")
    home.configure()
    start_airflow(home)
    airflow = Airflow(home, instruments)
    until_group_ends.callback(airflow.stop)
    heart = instruments["Heart"](lab.folder)
    until_group_ends.callback(heart.stop)
    ledger = Ledger(url)
    until_group_ends.callback(ledger.close)
    ledger.upgrade()
    return Plant(lab, proxy, heart, airflow, folder / "site", ledger, instruments, alerts)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what every kill cost the source."""
    for row in ["", *MEASURED] if MEASURED else []:
        terminalreporter.line(row)
