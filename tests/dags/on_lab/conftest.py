"""The Dag run twice, in this process, against a lab in its own; and the lab as it was before the first verify."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
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

    lab, folder = new_lab(), tmp_path_factory.mktemp("cloned")
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
