"""The Dag run twice, in this process, against a lab of its own, and the lab as it was before the first verify; a lab
with a clone that databases are refreshed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from zoslab.dasd.subsystem import DiskSubsystem

PROJECT = Path(__file__).parents[3]


@dataclass
class Cloned:
    """What two runs of the Dag, one after the other, left.

    ``before_verify`` is a copy of the lab's folder from the moment the first run came to verify, ``plan`` its plan;
    ``ledger`` is where both runs left their evidence.
    """

    folder: Path
    port: int
    before_verify: Path
    ledger: str
    plan: Any = None
    runs: list[Any] = field(default_factory=list)
    drift: Any = None


@pytest.fixture(scope="session")
def cloned(
    new_lab: Callable[[], Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloned]:
    """Run the Dag twice; the lab is stopped after that."""
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow.operators import DriftOperator
    from imsclone_airflow.operators.verify import VerifyOperator

    lab, folder = new_lab("--rate", "5"), tmp_path_factory.mktemp("cloned")
    found = Cloned(lab.folder, lab.port, folder / "before_verify", f"sqlite:///{folder}/ledger.db")
    verify = VerifyOperator.work

    def copy_and_verify(step: VerifyOperator, context: Any) -> int:
        if found.plan is None:
            found.plan = step.the_plan
            lab.copy(found.before_verify)
        return verify(step, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ZOSMF_LAB", lab.connection())
        patch.setenv("IMSCLONE_LEDGER", found.ledger)
        patch.setenv("IMSCLONE_REPORTS", str(folder / "reports"))
        patch.setattr(VerifyOperator, "work", copy_and_verify)
        dag = DagBag(PROJECT / "dags").dags["full_system_clone"]
        for _ in range(2):
            found.runs.append(dag.test(run_conf={"environment": "imst"}))
        found.drift = DriftOperator(task_id="drift", environment="imst").execute({})
    lab.stop()
    yield found
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def dasd(cloned: Cloned) -> Iterator[DiskSubsystem]:
    """The volumes after both runs."""
    with DiskSubsystem(cloned.folder / "dasd", background_copy=False) as subsystem:
        yield subsystem


@dataclass
class Refreshes:
    """A lab with a clone that runs, and how to refresh it."""

    lab: Any
    client: Any
    ledger: Any
    environment: Path
    runs: dict[str, Any] = field(default_factory=dict)

    def make(self, name: str, **lines: str) -> Any:
        """Run the Dag with lines of the environment file changed."""
        from airflow.dag_processing.dagbag import DagBag

        text = (PROJECT / "include" / "environments" / "bank.yaml").read_text()
        for key, value in lines.items():
            text, found = re.subn(rf"(?m)^{key}:.*(?:\n  .*)*$", lambda _, line=f"{key}: {value}": line, text)
            text += "" if found else f"{key}: {value}\n"
        self.environment.write_text(text)
        self.runs[name] = DagBag(PROJECT / "dags").dags["database_refresh"].test(run_conf={"environment": "bank"})
        return self.runs[name]

    def key(self, name: str) -> str:
        return f"{self.runs[name].dag_id}/{self.runs[name].run_id}"

    def evidence(self, name: str, step: str) -> Any:
        return next(one for one in reversed(self.ledger.evidence(self.key(name))) if one.step == step)

    def states(self, name: str) -> dict[str, str]:
        return {ti.task_id: str(ti.state) for ti in self.runs[name].get_task_instances()}

    def statuses(self, imsid: str) -> dict[str, frozenset[str]]:
        """Ask an IMS for its databases."""
        from imsclone.listings import type2
        from imsclone.refresh.statements import query
        from imsclone.spec.model import Imsplex

        plex = Imsplex("PLEX1")
        listing = self.job(imsid, "refresh_command.jcl", "SPOC", imsplex=plex, wait=30, command=query())
        return {row.name: row.status for row in type2.answers(listing)[0].rows}

    def job(self, system: str, template: str, step: str, **values: Any) -> str:
        from imsclone.names import DataSetName, ImsId
        from imsclone.steps.batch import Batch

        batch = Batch(self.client, self.client.connection.job_card, "test")
        steplib = [DataSetName(f"{system}.SDFSRESL"), DataSetName(f"{system}.MDALIB")]
        given = {"steplib": steplib, "route": [ImsId(system)], **values}
        job = batch.run(template, "TEST", {step: {0, 4, 8}}, **given)
        return str(self.client.listing(job, step))

    def bank(self, imsid: str) -> str:
        """Run the program that adds the money up."""
        from imsclone.names import MemberName

        program, psb, readers = MemberName("BANKREAD"), MemberName("BANKPSB"), [(MemberName("READ"), None)]
        return self.job(imsid, "offload_report.jcl", "READ", program=program, psb=psb, readers=readers)

    def recon(self, imsid: str) -> Any:
        from imsclone.listings import recon
        from imsclone.names import DataSetName

        names = [DataSetName(f"{imsid}.RECON{n}") for n in (1, 2, 3)]
        listing = self.job(imsid, "list_recon.jcl", "LIST", recon=names, dbdlib=[DataSetName(f"{imsid}.DBDLIB")])
        return recon.read(listing)


@pytest.fixture(scope="session")
def refresh_lab(
    new_lab: Callable[[], Any], airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Refreshes, dict[str, str]]:
    """A lab with a clone, and the environment in which runs against it are made."""
    from airflow.dag_processing.dagbag import DagBag

    from imsclone_airflow import settings
    from imsclone_airflow.hooks.zosmf import ZosmfHook

    lab, folder = new_lab("--rate", "5"), tmp_path_factory.mktemp("refreshes")
    for name in ("environments", "systems"):
        shutil.copytree(PROJECT / "include" / name, folder / name)
    variables = {
        "AIRFLOW_CONN_ZOSMF_LAB": lab.connection(),
        settings.FOLDER: str(folder),
        settings.LEDGER: f"sqlite:///{folder}/ledger.db",
        settings.REPORTS: str(folder / "reports"),
    }
    with _variables(variables):
        cloned = DagBag(PROJECT / "dags").dags["full_system_clone"].test(run_conf={"environment": "imst"})
        assert str(cloned.state) == "success"
        client = ZosmfHook("zosmf_lab").get_conn()
        made = Refreshes(lab, client, settings.ledger(), folder / "environments" / "bank.yaml")
    return made, variables


@contextmanager
def _variables(variables: dict[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def refreshes(refresh_lab: tuple[Refreshes, dict[str, str]]) -> Iterator[Refreshes]:
    """Refreshes in the lab, for the tests of one file; what is set in this process is theirs only."""
    made, variables = refresh_lab
    with _variables(variables):
        yield made
