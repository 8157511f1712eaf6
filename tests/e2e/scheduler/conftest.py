"""One Postgres, one Airflow with scheduler and LocalExecutor, one lab, for the whole session."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

PROJECT = Path(__file__).parents[3]
DAG = "full_system_clone"
POLL_SECONDS = 0.2
RUN_SECONDS = 240.0
ENDED = ("success", "failed")


def binary(name: str) -> str:
    found = shutil.which(name) or next(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None)
    if found is None:
        pytest.skip("no Postgres on this machine")
    return found


@pytest.fixture(scope="session")
def postgres(free_port: Callable[[], int]) -> Iterator[str]:
    """Start a Postgres with databases airflow and ledger; return its address. As root, it runs as user postgres."""
    control, port, folder = binary("pg_ctl"), free_port(), Path(tempfile.mkdtemp(prefix="e2e-pg-"))
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")
    data, quiet = folder / "data", {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run([*user, binary("initdb"), "-D", data, "-U", "e2e", "-A", "trust"], **quiet)
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([*user, control, "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], **quiet)
    for database in ("airflow", "ledger"):
        subprocess.run([binary("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "e2e", database], **quiet)
    yield f"e2e@127.0.0.1:{port}"
    subprocess.run([*user, control, "-D", data, "-m", "immediate", "stop"], **quiet)
    shutil.rmtree(folder)


class Airflow:
    """Airflow by its REST API, and by its processes."""

    def __init__(self, home: Any) -> None:
        self.home = home
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{home.port}", timeout=60)
        passwords = json.loads((home.airflow / "passwords.json").read_text())
        answer = self.http.post("/auth/token", json={"username": "admin", "password": passwords["admin"]})
        self.http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        self.group = int((home.airflow / "standalone.pid").read_text())
        self._tasks: dict[str, tuple[str, int]] = {}

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.http.request(method, f"/api/v2{path}", **arguments)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def trigger(self, **conf: Any) -> str:
        """Start a run and return its id."""
        body = {"logical_date": None, "conf": {"environment": "imst", **conf}}
        return str(self.call("POST", f"/dags/{DAG}/dagRuns", json=body)["dag_run_id"])

    def state(self, run: str) -> str:
        return str(self.call("GET", f"/dags/{DAG}/dagRuns/{run}")["state"])

    def tasks(self, run: str) -> list[dict[str, Any]]:
        return list(self.call("GET", f"/dags/{DAG}/dagRuns/{run}/taskInstances", params={"limit": 200})["task_instances"])

    def task_of(self, run: str, instance: str) -> tuple[str, int]:
        """Return task and map index of a task instance's id, which its process carries in its title."""
        if instance not in self._tasks:
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

    def shown(self, run: str) -> str:
        return ", ".join(f"{one['task_id']}[{one['map_index']}] {one['state']} try {one['try_number']}" for one in self.tasks(run))

    def message(self, run: str, task: str) -> str:
        """Return the log of a task's last try."""
        last = next(one for one in self.tasks(run) if one["task_id"] == task)
        path = f"/dags/{DAG}/dagRuns/{run}/taskInstances/{task}/logs/{last['try_number']}"
        return json.dumps(self.call("GET", path, params={"map_index": last["map_index"]}))

    def scheduler(self) -> int:
        """Return the process id of the scheduler."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().decode().replace("\0", " ").split()
                if os.getpgid(int(process.name)) == self.group and words[-2:] == ["airflow", "scheduler"]:
                    return int(process.name)
                if os.getpgid(int(process.name)) == self.group and words[-1:] == ["scheduler"]:
                    return int(process.name)
            except (OSError, ProcessLookupError):
                continue
        raise AssertionError("no scheduler runs")

    def restart_scheduler(self) -> None:
        """Start a scheduler in the process group of the others, which end together."""
        with (self.home.airflow / "scheduler.log").open("ab") as log:
            subprocess.Popen(
                [str(Path(sys.executable).with_name("airflow")), "scheduler"],
                env=self.home.environment(),
                stdout=log,
                stderr=log,
                process_group=self.group,
            )


@dataclass
class Plant:
    """Everything that runs, and what was measured when parts of it were killed."""

    lab: Any
    proxy: Any
    heart: Any
    airflow: Airflow
    kinds: Any
    rows: list[str] = field(default_factory=list)


MEASURED: list[str] = []


@pytest.fixture(scope="session")
def plant(
    new_lab: Callable[[], Any],
    postgres: str,
    instruments: Any,
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Plant]:
    """Start the lab behind the proxy, and Airflow."""
    from imsclone_airflow.local.home import Home
    from imsclone_airflow.local.services import start_airflow, stop_airflow

    lab, folder = new_lab(), tmp_path_factory.mktemp("airflow")
    proxy = instruments["Proxy"](lab.folder, lab.port)
    known = json.loads((lab.folder / "connection.json").read_text())
    (folder / "proxied").mkdir()
    (folder / "proxied" / "connection.json").write_text(json.dumps(known | {"port": proxy.port}))
    home = Home(PROJECT, folder / "home", folder / "proxied", free_port(), f"postgresql+psycopg2://{postgres}/airflow")
    shutil.copytree(PROJECT / "include" / "systems", folder / "site" / "systems")
    shutil.copytree(PROJECT / "include" / "environments", folder / "site" / "environments")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMSCLONE_LEDGER", f"postgresql+psycopg://{postgres}/ledger")
        patch.setenv("IMSCLONE_FOLDER", str(folder / "site"))
        patch.setenv("AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT", str(free_port()))
        patch.setenv("AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT", str(free_port()))
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        home.configure()
        start_airflow(home)
        heart = instruments["Heart"](lab.folder)
        yield Plant(lab, proxy, heart, Airflow(home), instruments)
        heart.stop()
        import os as o, signal as s2; o.kill(int((home.airflow / "standalone.pid").read_text()),2); t=time.time(); print(o.waitpid(int((home.airflow / "standalone.pid").read_text()),0), time.time()-t); stop_airflow(home)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what every kill cost the source."""
    if MEASURED:
        terminalreporter.section("what each kill cost")
        for row in MEASURED:
            terminalreporter.line(row)


@pytest.fixture(scope="session")
def measured() -> list[str]:
    """Lines for the summary."""
    return MEASURED
