"""One Postgres, one Airflow with scheduler and LocalExecutor, one lab, for all tests of the group."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import console_site
import httpx
import pytest
from running_airflow import DAG, MEASURED, POLL_SECONDS, RunningAirflow

from imsclone_airflow.local.home import Home

PROJECT = Path(__file__).parents[3]
COPY_JOB = b"//CLNCOPY "
BUDGET_SECONDS, GRACE_SECONDS = 5.0, 2.0
CLOSED_SECONDS, PARSED_SECONDS = 60.0, 240.0
QUERY = """\
//ASK{ims}  JOB CLASS=A
//SPOC     EXEC PGM=CSLUSPOC,
//         PARM='IMSPLEX=PLEX1,ROUTE=({ims}),WAIT=5,F=WRAP'
//STEPLIB  DD DISP=SHR,DSN={ims}.SDFSRESL
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 QUERY DB NAME(*) SHOW(ALL)
/*
"""


@dataclass
class Plant:
    """Everything that runs, and the run that faults are injected into."""

    lab: Any
    proxy: Any
    heart: Any
    airflow: RunningAirflow
    site: Path
    ledger: Any
    kinds: Any
    alerts: int
    run: str = ""
    earlier: set[str] = field(default_factory=set)

    def fault(self, task: str, strike: Callable[[Any], None], *, effect: bool = False, submits: bool = False) -> Any:
        """Return a fault in a task: before its first request or job, or when its first effect on the host has happened.

        The first effect is a job that was submitted, for replicate the copy job, or a command that changes something.
        """

        def wanted(call: Any) -> bool:
            if (effect or submits) and not (call.submits or call.commands):
                return False
            if (effect or submits) and task == "replicate" and COPY_JOB not in call.body:
                return False
            name, index = self.airflow.task_of(self.run, call.task[1])
            return name == task and index <= 0

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

    def statuses(self, imsid: str) -> dict[str, frozenset[str]]:
        """Ask an IMS for its databases; empty if it does not run."""
        from imsclone.listings import type2

        return {row.name: row.status for row in type2.answers(self.listing(QUERY.format(ims=imsid)))[0].rows}

    def listing(self, jcl: str, step: str = "") -> str:
        """Run a job and return its first SYSPRINT, or that of a step."""
        _, printed = self._ran(jcl)
        return next(text for name, text in printed if step in name)

    def done(self, jcl: str) -> None:
        """Run a job all of whose steps have to end with 0."""
        code, printed = self._ran(jcl)
        assert code == "CC 0000", f"{code}: {printed}"

    def _ran(self, jcl: str) -> tuple[str, list[tuple[str, str]]]:
        """Run a job; return how it ended, and the SYSPRINT of each step."""
        with self.zosmf() as client:
            job = client.put("restjobs/jobs", content=jcl, headers={"Content-Type": "text/plain"}).json()
            place = f"restjobs/jobs/{job['jobname']}/{job['jobid']}"
            while (now := client.get(place).json())["status"] != "OUTPUT":
                time.sleep(POLL_SECONDS)
            files = [one for one in client.get(f"{place}/files").json() if one["ddname"] == "SYSPRINT"]
            read = [(one["stepname"], client.get(f"{place}/files/{one['id']}/records").text) for one in files]
            return str(now["retcode"]), read

    def command(self, text: str) -> str:
        """Give an operator command and return the answer."""
        with self.zosmf() as client:
            answer = client.put("restconsoles/consoles/DBACN", json={"cmd": text})
            return str(answer.raise_for_status().json().get("cmd-response") or "")

    def content(self, dsname: str) -> bytes:
        """Return the records of a data set, each behind its length of four bytes."""
        with self.zosmf() as client:
            answer = client.get(f"restfiles/ds/{dsname}", headers={"X-IBM-Data-Type": "record"})
            return answer.raise_for_status().content

    def spool(self) -> Iterator[tuple[str, str]]:
        """Give every spool file of the jobs of this run."""
        with self.zosmf() as client:
            for job in self.jobs():
                place = f"restjobs/jobs/{job['jobname']}/{job['jobid']}/files"
                for file in client.get(place).json() if job["jobid"] not in self.earlier else ():
                    yield f"{job['jobname']} {file['ddname']}", client.get(f"{place}/{file['id']}/records").text

    def wait_for_target(self) -> None:
        """Wait until the run before is closed: Airflow calls back for a failed run a moment after its end."""
        deadline = time.monotonic() + CLOSED_SECONDS
        while any(run.state == "running" for run in self.ledger.runs(limit=1)):
            assert time.monotonic() < deadline, "the run before does not give the target free"
            time.sleep(POLL_SECONDS)

    def require_clone(self) -> None:
        """Make the clone IMST, if no test before has made it, and have it free."""
        if self.ledger.last_good("imst") is None:
            assert self.airflow.ended(self.start()) == "success", self.airflow.shown(self.run)
        self.wait_for_target()

    @contextlib.contextmanager
    def running(self, dag: str) -> Iterator[None]:
        """Have runs and faults be those of another Dag."""
        self.airflow.dag = dag
        try:
            yield
        finally:
            self.airflow.dag = DAG

    def make_dag(self, name: str, text: str) -> None:
        """Write an environment's file, and have it parsed now."""
        (self.site / "environments" / f"{name}.yaml").write_text(text)
        token = self.airflow.call("GET", "/dags/acct/details")["file_token"]
        assert self.airflow.http.put(f"/api/v2/parseDagFile/{token}").status_code == 201
        deadline = time.monotonic() + PARSED_SECONDS
        while self.airflow.http.get(f"/api/v2/dags/{name}").status_code != 200:
            assert time.monotonic() < deadline, f"{name} does not become a Dag"
            time.sleep(POLL_SECONDS)

    def start(self, *faults: Any, **conf: Any) -> str:
        """Start a run that meets these faults."""
        self.earlier = {job["jobid"] for job in self.jobs()}
        self.wait_for_target()
        self.proxy.inject(*faults)
        self.run = self.airflow.trigger(**conf)
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

    def refuse(self, call: Any) -> None:
        """Have z/OSMF refuse the request, so that the task fails for good."""
        raise self.kinds["Refused"]

    def kill_publish(self) -> None:
        """Kill the one task that asks z/OSMF nothing, as soon as it runs."""
        found: list[int] = []
        self.airflow.reached(self.run, lambda: bool(found.extend(self.airflow.processes(self.run, "publish")) or found))
        for process in found:
            os.kill(process, signal.SIGKILL)

    @property
    def report(self) -> Path:
        """Where the report of the run goes."""
        name = re.sub(r"[^A-Za-z0-9_.-]", "-", f"{self.airflow.dag}/{self.run}")
        return self.airflow.home.airflow / "reports" / f"{name}.html"

    def require_source(self, what: str, at: float, budget: float = BUDGET_SECONDS) -> None:
        """Require that production wrote again within the outage budget and two seconds, and note the cost."""
        limit = budget + GRACE_SECONDS
        self.airflow.wait(self.run, lambda: time.time() > at + limit or self.heart.steady_at(at) is not None)
        lost = self.heart.longest_pause(at, at + limit)
        MEASURED.append(f"{what:<55} {lost:6.2f} s without a write to the source")
        back = self.heart.steady_at(at)
        assert back is not None, f"{what}: the source does not write any more"
        assert lost < limit, f"{what}: the source was held for {lost:.2f} s"


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
        "AIRFLOW_VAR_BANK_MASK_KEY": "the masking key of the tests",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
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
    airflow = RunningAirflow(home, instruments)
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
