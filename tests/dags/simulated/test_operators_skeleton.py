"""The steps that only skeletons have, and environments for another Dag."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

GONE = ["IDC3012I ENTRY IMST.DB.CUSTX NOT FOUND", "IDC0551I ** ENTRY IMST.DB.CUSTX NOT DELETED"]


def listing(rc: int, *lines: str) -> str:
    ends = f"IDC0001I FUNCTION COMPLETED, HIGHEST CONDITION CODE WAS {rc}"
    return "\n".join([*lines, ends, "", f"IDC0002I IDCAMS PROCESSING COMPLETE. MAXIMUM CONDITION CODE WAS {rc}"])


@pytest.fixture
def with_index(bench: Any) -> Any:
    """A plan in which a database's index came along."""
    from imsclone.names import DataSetName
    from imsclone.plan.parts import Databases, NamePair
    from imsclone_airflow.operators.base import plan_document

    pair = NamePair(source=DataSetName("IMSP.DB.CUSTX"), target=DataSetName("IMST.DB.CUSTX"))
    plan = bench.plan.model_copy(update={"databases": Databases(absent=(pair,), copied=(pair,))})
    plan.__dict__.pop("fingerprint", None)
    bench.document = plan_document(plan, bench.document["lease"])
    return bench


@pytest.fixture
def scratch(with_index: Any, zosmf: Any) -> Callable[[int, str], int]:
    from imsclone_airflow.operators import ScratchDatabasesOperator

    def run(rc: int, text: str) -> int:
        def outcome(job: Any) -> None:
            job.steps = {"SCRATCH": f"CC {rc:04d}"}
            job.listings = {("SCRATCH", "SYSPRINT"): text}

        zosmf.outcome = outcome
        return int(with_index.execute(ScratchDatabasesOperator(task_id="scratch_databases", plan=None)))

    return run


def test_what_came_along_is_deleted_by_name(scratch: Any, zosmf: Any) -> None:
    assert scratch(0, listing(0, "IDC0550I ENTRY (C) IMST.DB.CUSTX DELETED")) == 1
    assert " DELETE IMST.DB.CUSTX PURGE" in zosmf.jobs[0].jcl


def test_what_is_gone_already_is_not_missed(scratch: Any) -> None:
    assert scratch(8, listing(8, *GONE)) == 0


def test_what_cannot_be_deleted_fails(scratch: Any) -> None:
    from imsclone_airflow.errors import MessagesFound

    with pytest.raises(MessagesFound, match="IDC3014I"):
        scratch(8, listing(8, "IDC3014I CATALOG ERROR"))


def test_nothing_is_submitted_when_nothing_came_along(bench: Any, zosmf: Any) -> None:
    from imsclone_airflow.operators import ScratchDatabasesOperator

    assert bench.execute(ScratchDatabasesOperator(task_id="scratch_databases", plan=None)) == 0
    assert zosmf.jobs == []


def test_an_environment_for_another_dag_is_refused(ledger: Any, zosmf: Any) -> None:
    from imsclone_airflow.errors import OtherCloneType
    from imsclone_airflow.operators import PlanOperator

    plan = PlanOperator(task_id="plan", environment="skel")
    ti = SimpleNamespace(dag_id="clone", run_id="manual__1", task_id="plan", map_index=-1, try_number=1, max_tries=0)
    with pytest.raises(OtherCloneType, match="CLN730E"):
        plan.execute({"ti": ti, "task": plan})
    assert zosmf.jobs == []
