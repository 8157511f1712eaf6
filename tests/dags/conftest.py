"""An Airflow of this process's own (SQLite), a plan, and a z/OSMF that is simulated below the HTTP client."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

PROJECT = Path(__file__).parents[2]


def _airflow_home() -> Path:
    """Make AIRFLOW_HOME before Airflow is imported: it reads its configuration when it is."""
    from imsclone_airflow.local.home import Home

    home = Home(PROJECT, Path(tempfile.mkdtemp(prefix="imsclone-airflow-")), Path("/nonexistent"))
    atexit.register(shutil.rmtree, home.airflow, ignore_errors=True)
    home.configure()
    os.environ |= {name: value for name, value in home.environment().items() if name != "AIRFLOW_CONN_ZOSMF_LAB"}
    os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "WARNING"
    return home.airflow


HOME = _airflow_home()


@pytest.fixture(scope="session")
def airflow_home() -> Path:
    """AIRFLOW_HOME with a migrated database."""
    from airflow.utils import db

    db.initdb()
    return HOME


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from imsclone_airflow import settings

    monkeypatch.setenv(settings.LEDGER, f"sqlite:///{tmp_path}/ledger.db")
    monkeypatch.setenv(settings.REPORTS, str(tmp_path / "reports"))
    made = settings.ledger()
    made.upgrade()
    return made


@dataclass
class SimulatedJob:
    name: str
    id: str
    correlator: str
    jcl: str
    status: str = "OUTPUT"
    retcode: str = "CC 0000"
    steps: Mapping[str, str] = field(default_factory=dict)
    listings: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        ended = self.status == "OUTPUT"
        steps = [
            {"step-number": n, "step-name": name, "program-name": "PGM", "completion": code if ended else None}
            for n, (name, code) in enumerate(self.steps.items(), 1)
        ]
        return {
            "jobname": self.name,
            "jobid": self.id,
            "owner": "IBMUSER",
            "status": self.status,
            "retcode": self.retcode if ended else None,
            "job-correlator": f"J{self.id}SYS:{self.correlator}",
            "step-data": steps,
        }


@pytest.fixture
def ended_task() -> Callable[[str, str], SimulatedJob]:
    """Return what makes a started task of the clone that has ended."""
    return lambda id_, retcode: SimulatedJob("IMST", id_, "", "", retcode=retcode)


class SimulatedZosmf:
    """Jobs, console and members as z/OSMF serves them. ``outcome`` fills in a job that was submitted."""

    def __init__(self) -> None:
        self.jobs: list[SimulatedJob] = []
        self.outcome: Callable[[SimulatedJob], None] = lambda job: None
        self.answers: dict[str, Callable[[str], str] | str] = {}
        self.commands: list[str] = []
        self.cancelled: list[str] = []
        self.members: dict[str, dict[str, str]] = {}
        self.ams: Callable[[str], tuple[int, list[str]]] = lambda text: (0, [])
        self.broken: list[str] = []

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.path).removeprefix("/zosmf")
        what = f"{request.method} {path}"
        if self.broken and re.search(self.broken[0], what):
            self.broken.pop(0)
            raise httpx.ReadError("connection reset", request=request)
        for pattern, answer in self._routes().items():
            if match := re.fullmatch(pattern, what):
                return answer(request, *match.groups())
        return httpx.Response(404, json={"category": 1, "rc": 4, "reason": 0, "message": f"no {what}"})

    def _routes(self) -> dict[str, Callable[..., httpx.Response]]:
        return {
            r"GET /restjobs/jobs": self._list,
            r"PUT /restjobs/jobs": self._submit,
            r"GET /restjobs/jobs/([^/]+)/([^/]+)": lambda _, name, id_: httpx.Response(200, json=self._job(id_)),
            r"PUT /restjobs/jobs/([^/]+)/([^/]+)": self._cancel,
            r"GET /restjobs/jobs/([^/]+)/([^/]+)/files": self._files,
            r"GET /restjobs/jobs/([^/]+)/([^/]+)/files/(\d+)/records": self._records,
            r"PUT /restconsoles/consoles/(\w+)": self._command,
            r"GET /restfiles/ds/([^/(]+)/member": self._member_list,
            r"GET /restfiles/ds/([^/(]+)\((\w+)\)": self._member,
            r"DELETE /restfiles/ds/([^/(]+)\((\w+)\)": self._delete_member,
            r"GET /restconsoles/v1/log": lambda _: httpx.Response(200, json={"items": []}),
            r"PUT /restfiles/ams": self._ams,
        }

    def _list(self, request: httpx.Request) -> httpx.Response:
        wanted = request.url.params.get("user-correlator")
        found = [job.document() for job in self.jobs if wanted in (None, job.correlator)]
        return httpx.Response(200, json=found)

    def _submit(self, request: httpx.Request) -> httpx.Response:
        jcl = request.content.decode()
        number = len(self.jobs) + 1
        job = SimulatedJob(jcl[2:].split()[0], f"JOB{number:05}", request.headers["X-IBM-User-Correlator"], jcl)
        job.steps = dict.fromkeys(re.findall(r"^//(\w+) +EXEC ", jcl, re.MULTILINE), "CC 0000")
        self.outcome(job)
        self.jobs.append(job)
        return httpx.Response(201, json=job.document())

    def find(self, id_: str) -> SimulatedJob:
        return next(job for job in self.jobs if job.id == id_)

    def _job(self, id_: str) -> dict[str, Any]:
        return self.find(id_).document()

    def _cancel(self, request: httpx.Request, name: str, id_: str) -> httpx.Response:
        job = self.find(id_)
        self.cancelled.append(id_)
        job.status, job.retcode = "OUTPUT", "CANCELED"
        return httpx.Response(200, json={"status": "0"})

    def _files(self, request: httpx.Request, name: str, id_: str) -> httpx.Response:
        files = [
            {"id": n, "ddname": dd, "stepname": step, "record-count": len(text.splitlines())}
            for n, ((step, dd), text) in enumerate(self.find(id_).listings.items(), 1)
        ]
        return httpx.Response(200, json=files)

    def _records(self, request: httpx.Request, name: str, id_: str, number: str) -> httpx.Response:
        return httpx.Response(200, text=list(self.find(id_).listings.values())[int(number) - 1])

    def _command(self, request: httpx.Request, console: str) -> httpx.Response:
        text = json.loads(request.content)["cmd"]
        self.commands.append(text)
        said = next((answer for pattern, answer in self.answers.items() if re.match(pattern, text)), "IEE000I DONE")
        return httpx.Response(
            200, json={"cmd-response-key": "C1", "cmd-response": said(text) if callable(said) else said}
        )

    def _member_list(self, request: httpx.Request, dsname: str) -> httpx.Response:
        return httpx.Response(200, json={"items": [{"member": name} for name in self.members.get(dsname, {})]})

    def _member(self, request: httpx.Request, dsname: str, member: str) -> httpx.Response:
        return httpx.Response(200, text=self.members[dsname][member])

    def _delete_member(self, request: httpx.Request, dsname: str, member: str) -> httpx.Response:
        del self.members[dsname][member]
        return httpx.Response(204)

    def _ams(self, request: httpx.Request) -> httpx.Response:
        rc, lines = self.ams("\n".join(json.loads(request.content)["input"]))
        return httpx.Response(200, json={"rc": rc, "output": lines, "JSONversion": 1})


@pytest.fixture
def zosmf(monkeypatch: pytest.MonkeyPatch) -> SimulatedZosmf:
    """A simulated z/OSMF behind the connection of the shipped environment; pauses take no time."""
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    simulated = SimulatedZosmf()
    connection = {"conn_type": "zosmf", "host": "zosmf.test", "login": "IBMUSER", "password": "secret-phrase"}
    monkeypatch.setenv("AIRFLOW_CONN_ZOSMF_LAB", json.dumps(connection))
    monkeypatch.setattr(ZosmfHook, "carrier", staticmethod(simulated.transport))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr("imsclone.zosmf.jobs.LOOKUPS_AFTER_DROP", (0.0,))
    return simulated


def _facts() -> Any:
    from imsclone.facts import CatalogEntry, CatalogFacts, DataSetFacts, ReconFacts, SystemFacts, VolumeFacts

    spread = {1: ["SDFSRESL", "PROCLIB", "JOBS", "USER1.JCL", "USER2.JCL", "MDALIB"], 2: ["ACBLIB", "RDDS1", "RDDS2"]}
    spread |= {3: ["DBDLIB"], 4: ["DB.ACCT"], 5: ["DB.CUST"], 6: ["RECON1", "RECON2", "RECON3"]}
    names = [(f"IMSP.{name}", f"IMSP{n:02}") for n, several in spread.items() for name in several]
    return SystemFacts(
        volumes=tuple(
            VolumeFacts(f"{ims}{n:02}", f"0A{base + n:02X}", cylinders=100)
            for ims, base in (("IMSP", 0x7F), ("IMST", 0x8F))
            for n in spread
        ),
        data_sets=tuple(
            [DataSetFacts(name, (volser,)) for name, volser in names] + [DataSetFacts("UCAT.IMSP", ("IMSP01",), "VS")]
        ),
        catalogs=(
            CatalogFacts(
                "UCAT.IMSP",
                "IMSP01",
                tuple(CatalogEntry(name, "NONVSAM", (volser,)) for name, volser in names),
                ("IMSP",),
            ),
        ),
        recon=ReconFacts((), ("IMSP",), ()),
        ims_active=("IMSP",),
    )


@pytest.fixture
def plan() -> Any:
    from imsclone.plan import make_plan
    from imsclone.spec import load_environment

    return make_plan(load_environment(PROJECT / "include" / "environments" / "imst.yaml"), _facts())


@dataclass
class Bench:
    """Runs single operators the way the task runner does: render, then execute, with a context."""

    ledger: Any
    plan: Any
    run: str = "manual__1"
    dag: str = "clone"

    def __post_init__(self) -> None:
        from imsclone_airflow.fence import document, hold_target
        from imsclone_airflow.identity import run_key
        from imsclone_airflow.operators.base import plan_document

        self.run_key = run_key(self.dag, self.run)
        self.lease = hold_target(self.ledger, self.plan.target.imsid, self.run_key)
        self.document = plan_document(self.plan, document(self.lease))
        self.ledger.start_run(self.run_key, self.plan)
        self.stores: dict[str, dict[str, Any]] = {}

    def context(self, operator: Any, try_number: int = 1, max_tries: int | None = None) -> dict[str, Any]:
        store = self.stores.setdefault(operator.task_id, {})
        ti = SimpleNamespace(
            dag_id=self.dag,
            run_id=self.run,
            task_id=operator.task_id,
            map_index=-1,
            try_number=try_number,
            max_tries=operator.retries if max_tries is None else max_tries,
            stats_tags={},
        )
        state = SimpleNamespace(get=store.get, set=store.__setitem__)
        return {"ti": ti, "task": operator, "task_state_store": state}

    def render(self, operator: Any, **times: Any) -> dict[str, Any]:
        from imsclone_airflow.identity import TaskKey

        context = self.context(operator, **times)
        operator.take(self.document, TaskKey.of(context))
        if hasattr(operator, "preview") and not operator.derived:
            operator.preview()
        return context

    def execute(self, operator: Any, **times: Any) -> Any:
        return operator.execute(self.render(operator, **times))

    def evidence(self, step: str) -> Any:
        return [one for one in self.ledger.evidence(self.run_key) if one.step == step][-1]


@pytest.fixture(scope="session")
def new_bench() -> type[Bench]:
    """What makes a bench for a ledger, a plan and a run."""
    return Bench


@pytest.fixture
def bench(ledger: Any, plan: Any) -> Iterator[Bench]:
    made = Bench(ledger, plan)
    yield made
    ledger.close()
