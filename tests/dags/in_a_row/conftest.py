"""A lab in this process whose IMSP works under full load, and clones of it by the Dag's steps, one after the other.

The steps are run as the task runner runs them, but by nobody's schedule, and without those that a restart does not
need: the plan is made once, the catalogs are not exported, and no proof goes before the start.
"""

from __future__ import annotations

import json
import random
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from zoslab.ims import pointer_check, subsystems
from zoslab.ims.errors import ImsError
from zoslab.sample.create import create
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server

PROJECT = Path(__file__).parents[3]
SOURCE, TARGET = "IMSP", "IMST"
DATABASES = ("ACCT", "CUST", "HIST", "TELLER")
SECONDS = 60.0
LOAD = "S BANKWL,RATE=400"
FEES = """//BANKFEES JOB CLASS=A
//FEES     EXEC PGM=DFSRRC00,PARM='BMP,BANKFEES,BANKTRN,,,,,,,,,,,IMSP'
//STEPLIB  DD DISP=SHR,DSN=IMSP.SDFSRESL
//SYSPRINT DD SYSOUT=*
"""
BANK_READ = """//BANKRD   JOB CLASS=A
//READ     EXEC PGM=DFSRRC00,PARM='BMP,BANKREAD,BANKPSB'
//STEPLIB  DD DISP=SHR,DSN=IMST.SDFSRESL
//SYSPRINT DD SYSOUT=*
"""


MEASURED: list[str] = []
"""What refreshes cost the source, for the end of the test report."""


def wait_for(true: Callable[[], Any], seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@dataclass
class Row:
    """The lab, its ledger, and the plans that were made: one for each way to consistency."""

    system: Zos
    ledger: Any
    bench: Any
    environment: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    plans: dict[str, Any] = field(default_factory=dict)
    fees: str | None = None
    choose: random.Random = field(default_factory=lambda: random.Random(time.time_ns()))

    def plan(self, consistency: str) -> Any:
        from imsclone.spec import load_environment
        from imsclone_airflow.operators.plan import planned

        if consistency not in self.plans:
            overrides = {"consistency": consistency, "group_size": 6}
            self.plans[consistency] = planned(load_environment(self.environment, overrides=overrides))
        return self.plans[consistency]

    def start_source(self) -> None:
        """Start IMSP, which knows by itself how it must be restarted."""
        if subsystems.find(self.system, SOURCE) is None:
            self.system.console.command(f"S {SOURCE}")
        wait_for(lambda: any("DFS996I" in one.text for one in self.outstanding(SOURCE)))

    def stop_source(self) -> None:
        """Stop IMSP the normal way."""
        (asked,) = self.outstanding(SOURCE)
        self.system.console.command(f"R {asked.reply_id},/CHE FREEZE.")
        wait_for(lambda: subsystems.find(self.system, SOURCE) is None)

    def cancel_source(self) -> None:
        """End IMSP in the middle of its work."""
        self.system.console.command(f"C {SOURCE}")
        wait_for(lambda: subsystems.find(self.system, SOURCE) is None)

    def outstanding(self, imsid: str) -> list[Any]:
        return [one for one in self.system.console.outstanding() if imsid in one.text]

    @contextmanager
    def load(self) -> Iterator[None]:
        """Have the bank's terminals work as fast as they can, since a moment of random length."""
        self.system.console.command(LOAD)
        time.sleep(self.choose.uniform(0.2, 1.0))
        try:
            yield
        finally:
            self.system.console.command("P BANKWL")
            wait_for(lambda: "BANKWL" not in "".join(self.system.console.command("D A,L")))

    def collect_fees(self) -> None:
        """Have the bank's BMP, which commits at its checkpoints, work beside the terminals until it is done."""
        if self.fees is None or self.system.jes.job(self.fees).status == "OUTPUT":
            self.fees = self.system.jes.submit(FEES, "IBMUSER")

    @contextmanager
    def run(self, plan: Any) -> Iterator[Any]:
        """Yield a bench for one run, which holds the target until it is done."""
        from imsclone_airflow.fence import let_go

        bench = self.bench(self.ledger, plan, run=f"run {next(self.numbers)}")
        try:
            yield bench
        finally:
            let_go(self.ledger, TARGET, bench.run_key, bench.lease.token)

    def clone(self, consistency: str) -> None:
        """Copy IMSP under load in a way to consistency, and start the clone. For an offline copy IMSP must be down."""
        with self.run(self.plan(consistency)) as bench:
            self.steps(bench, "RetirePrevious", "Quiesce")
            with self.load() if consistency != "offline" else nullcontext():
                self.steps(bench, "Replicate")
            self.steps(bench, "Resume")
            self.finish(bench)

    def clone_without_hold(self) -> None:
        """Copy the volumes of IMSP under load one after the other, hold nothing, and start the clone."""
        with self.run(self.plan("offline")) as bench:
            self.steps(bench, "RetirePrevious")
            with self.load():
                for number, pair in enumerate(bench.plan.volume_pairs):
                    self.step(bench, "Replicate", bench.plan.model_copy(update={"volume_pairs": (pair,)}), number)
                    time.sleep(0.1)
            self.finish(bench)

    def finish(self, bench: Any) -> None:
        """Make an IMS of the copies, and start it."""
        self.steps(bench, "Relabel", "Rename", "Recatalog", "UpdateRecon", "UpdateLibraries", "UpdateMda")
        self.steps(bench, "UpdateResourceDefinitions", "UpdateNucleus", "Start")

    def steps(self, bench: Any, *names: str) -> None:
        for name in names:
            self.step(bench, name, bench.plan)

    def step(self, bench: Any, name: str, plan: Any, number: int = 0) -> None:
        from imsclone_airflow import operators

        arguments: dict[str, Any] = {"group": {"number": 1}} if name in ("Relabel", "Rename") else {}
        arguments |= {"restart_seconds": 30.0} if name == "Start" else {}
        operator = getattr(operators, f"{name}Operator")(
            task_id=f"{name.lower()}{number or ''}", plan=None, **arguments
        )
        context = bench.render(operator)
        operator.planned = plan
        operator.execute(context)

    def wrong(self) -> list[str]:
        """Return what is wrong with the clone that runs: pointers, databases it cannot use, what the bank says."""
        found = self.wrong_pointers()
        jobid = self.system.jes.submit(BANK_READ, "IBMUSER")
        wait_for(lambda: self.system.jes.job(jobid).status == "OUTPUT")
        job = self.system.jes.job(jobid)
        lines = [
            line
            for file in job.files
            if file.ddname == "SYSPRINT"
            for line in self.system.jes.spool_records(jobid, file.id)
        ]
        if "BANK INVARIANT HOLDS" not in lines:
            found += [job.retcode, *lines]
        return found

    def wrong_pointers(self) -> list[str]:
        """Return what is wrong with the pointers of the clone's databases; programs may go round in circles then."""
        region = subsystems.find(self.system, TARGET)
        return [error for name in DATABASES for error in self.pointers(region, name)]

    def pointers(self, region: Any, name: str) -> list[str]:
        """Return what is wrong with a database; one that the restart has stopped is wrong."""
        try:
            return [str(error) for error in pointer_check.check(region.databases.get(name)).errors]
        except ImsError as stopped:
            return [str(stopped)]

    def restarted(self) -> str:
        """Return how the clone said it was started, the last time."""
        said = [one.text for one in self.system.console.hardcopy() if "START COMPLETED" in one.text]
        return next(text for text in reversed(said) if TARGET in text)


@pytest.fixture(scope="module")
def row(airflow_home: Path, tmp_path_factory: pytest.TempPathFactory, new_bench: Any) -> Iterator[Row]:
    from imsclone.ledger import Ledger

    folder = tmp_path_factory.mktemp("row")
    create(folder / "zos", lambda _: None)
    system = Zos.ipl(folder / "zos")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    users = Users(folder / "zos" / "zosmf" / "users.json")
    server = Server(create_application(system, users, "127.0.0.1", port), folder / "zos" / "zosmf", "127.0.0.1", port)
    server.start()
    connection = {"conn_type": "zosmf", "host": "127.0.0.1", "port": port, "login": "IBMUSER"}
    connection |= {"password": users.create("IBMUSER"), "extra": {"ca_file": str(server.authority)}}
    ledger = Ledger(f"sqlite:///{folder}/ledger.db")
    ledger.upgrade()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", json.dumps(connection))
        patch.setenv("IMSCLONE_LEDGER", f"sqlite:///{folder}/ledger.db")
        patch.setattr("imsclone_airflow.console.POLL_SECONDS", 0.05)
        made = Row(system, ledger, new_bench, folder / "environments" / "imst.yaml")
        made.start_source()
        yield made
    server.stop()
    system.shutdown()
    ledger.close()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def record_measured() -> Callable[[str], None]:
    """Note a line for the end of the test report."""
    return MEASURED.append


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for row in ["", *MEASURED] if MEASURED else []:
        terminalreporter.line(row)
