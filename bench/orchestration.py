"""What Airflow adds: elapsed of the Dag, divided by that of the same jobs submitted straight one after another.

A lab is built and copied twice. The Dag runs against the first by ``dag.test``, as ``make demo`` does, and against the
second with scheduler and executor, as after ``make up`` (SQLite, one machine). The jobs that the first run left on the
spool, and the commands it gave (VARY, START, replies), then go to the third lab in the same order through the engine's
client, each as soon as the one before has ended. The same JCL meets a system that is as it was, except for what the
bank has done meanwhile: DBRC commands that name log records by their time find others, so the job with them ends
otherwise and the clone may refuse its restart. The table says how many jobs ended alike.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from bench import lab, report
from imsclone.zosmf import Client, Job
from imsclone_airflow import console
from imsclone_airflow.local.home import Home
from imsclone_airflow.local.services import start_airflow, stop_airflow
from zoslab.sample.create import create

DAG_ID, ENVIRONMENT, CLONE = "full_system_clone", "imst", "IMST"
WATCHDOG = "CLNWATCH"
JOB_SECONDS, START_SECONDS, RUN_SECONDS = 120.0, 60.0, 600.0
RUN_ID = "bench"


@dataclass(frozen=True)
class Event:
    """A job's JCL or a command, as the Dag submitted it. ``ended`` is the job's completion there."""

    when: str
    jobname: str = ""
    jcl: str = ""
    ended: str = ""
    command: str = ""


@dataclass(frozen=True)
class Orchestrated:
    """Seconds of the Dag and of its jobs alone; ``alike`` of ``jobs`` ended as in the Dag."""

    dag: float
    scheduled: float
    tasks: int
    straight: float
    jobs: int
    alike: int


def measure() -> Orchestrated:
    """Run the Dag, then its jobs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create(folder / "lab", lambda _: None)
        for copy in ("scheduled", "again"):
            subprocess.run(["cp", "-a", "--sparse=always", folder / "lab", folder / copy], check=True)
        dag, tasks = _tested(folder)
        scheduled = _scheduled(folder)
        events = sorted([*_jobs(folder / "lab"), *_commands(folder / "lab")], key=lambda event: event.when)
        with lab.running(folder / "again") as client:
            start = time.perf_counter()
            alike = sum(_again(client, event) for event in events)
            straight = time.perf_counter() - start
            _cancel_watchdogs(client)
        return Orchestrated(dag, scheduled, tasks, straight, sum(bool(event.jcl) for event in events), alike)


def _tested(folder: Path) -> tuple[float, int]:
    """Run the Dag by ``dag.test``; return seconds and the number of task instances."""
    home = Home(report.PROJECT, folder / "airflow", folder / "lab")
    with lab.running(home.lab):
        return dag_test(airflow(home))


def dag_test(environment: dict[str, str]) -> tuple[float, int]:
    """Run the Dag by ``dag.test`` in a process of its own; return seconds and the number of task instances."""
    command = [sys.executable, "-m", "bench.orchestration", "dag"]
    done = subprocess.run(command, env=environment, cwd=report.PROJECT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    seconds, tasks = json.loads(done.stdout.splitlines()[-1])
    return seconds, tasks


def _scheduled(folder: Path) -> float:
    """Run the Dag with a scheduler; return seconds from the start of the run to its end, as Airflow has them."""
    home = Home(report.PROJECT, folder / "airflow-scheduled", folder / "scheduled", lab.free_port())
    with lab.running(home.lab):
        environment = airflow(home)
        with redirect_stdout(sys.stderr), patch.dict(os.environ, environment):
            start_airflow(home)
        try:
            for command in (
                ["unpause", DAG_ID],
                ["trigger", DAG_ID, "--run-id", RUN_ID, "--conf", json.dumps({"environment": ENVIRONMENT})],
            ):
                subprocess.run(["airflow", "dags", *command], env=environment, check=True, capture_output=True)
            return _elapsed(home.airflow / "airflow.db")
        finally:
            stop_airflow(home)


def airflow(home: Home) -> dict[str, str]:
    """Make Airflow's home and database; return the environment for its processes."""
    home.configure()
    environment = {**home.environment(), "IMSCLONE_REPORTS": str(home.airflow / "reports")}
    subprocess.run(["airflow", "db", "migrate"], env=environment, check=True, capture_output=True)
    return environment


def _elapsed(database: Path) -> float:
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as airflow:
            found = airflow.execute("select state, start_date, end_date from dag_run where run_id = ?", [RUN_ID])
            state, *times = found.fetchone() or ("", None, None)
        if state == "failed":
            raise RuntimeError("the scheduled Dag failed")
        if state == "success":
            began, ended = map(datetime.fromisoformat, times)
            return (ended - began).total_seconds()
        time.sleep(1)
    raise RuntimeError(f"the scheduled Dag did not end within {RUN_SECONDS:.0f} s")


def run_dag() -> None:
    """Run the Dag in this process; print seconds and the number of task instances."""
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag(report.PROJECT / "dags").dags[DAG_ID]
    start = time.perf_counter()
    run = dag.test(run_conf={"environment": ENVIRONMENT, "dry_run": False})
    seconds = time.perf_counter() - start
    if str(run.state) != "success":
        raise SystemExit(f"the Dag ended {run.state}")
    print(json.dumps([seconds, len(run.get_task_instances())]))


def _jobs(folder: Path) -> Iterator[Event]:
    for place in folder.glob("spool/JOB*"):
        job = json.loads((place / "job.json").read_text())
        yield Event(job["submitted"], job["jobname"], (place / "jcl.txt").read_text(), job["retcode"] or "")


def _commands(folder: Path) -> Iterator[Event]:
    """Yield what changes something; displays are left out."""
    for line in (folder / "hardcopy.jsonl").read_text().splitlines():
        message = json.loads(line)
        given = message["kind"] == "command" and message["console"] != "INTERNAL"
        if given and not message["text"].startswith("D "):
            yield Event(message["time"], command=message["text"])


def _again(client: Client, event: Event) -> bool:
    """Do one thing over; say of a job whether it ended as before."""
    if event.command.startswith("R "):
        _reply(client, event.command.partition(",")[2])
    elif event.command:
        client.command(event.command)
    else:
        job = client.submit_once(event.jcl, f"AGAIN{time.monotonic_ns()}")
        if event.jobname == WATCHDOG:
            return True
        return _ended(client.wait(job, JOB_SECONDS)) == event.ended
    return False


def _ended(job: Job) -> str:
    return job.completion.text if job.completion is not None else ""


def _reply(client: Client, text: str) -> None:
    """Answer the clone's request for a restart command once it is there; wait until it runs, asks again or ends."""

    def asking() -> set[int]:
        return {one.number for one in console.replies(client, CLONE) if one.awaits_restart}

    assert console.wait_until(lambda: bool(asking()), START_SECONDS)
    answered = asking()
    for one in console.replies(client, CLONE):
        console.reply(client, one, text)
    console.wait_until(
        lambda: (
            bool({one.number for one in console.replies(client, CLONE)} - answered)
            or not console.is_active(client, CLONE)
        ),
        START_SECONDS,
    )


def _cancel_watchdogs(client: Client) -> None:
    for job in client.jobs(prefix=WATCHDOG):
        if not job.ended:
            client.cancel(job)


HEADINGS = ("tasks", "jobs", "jobs alone s", "dag.test s", "ratio", "scheduler s", "ratio", "ended alike")


def main() -> None:
    """Measure and print the table."""
    found = Orchestrated(**report.child("bench.orchestration").result)
    row = [
        str(found.tasks),
        str(found.jobs),
        f"{found.straight:.1f}",
        f"{found.dag:.1f}",
        f"{found.dag / found.straight:.2f}",
        f"{found.scheduled:.1f}",
        f"{found.scheduled / found.straight:.2f}",
        f"{found.alike}/{found.jobs}",
    ]
    report.table("Orchestration: the Dag beside its jobs alone", HEADINGS, [row])


if __name__ == "__main__":
    if sys.argv[1:] == ["dag"]:
        os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "WARNING"
        run_dag()
    else:
        report.answer(measure())
