"""Who waits for a target by its URI is told of the clone, with its consistency point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("airflow")

FOLLOWER = """
from airflow.sdk import DAG, Asset
from airflow.providers.standard.operators.empty import EmptyOperator

with DAG("report_of_imst", schedule=[Asset("ims://IMST")]):
    EmptyOperator(task_id="report")
"""


DAGS = """
from airflow.sdk import DAG, Asset
from airflow.providers.standard.operators.empty import EmptyOperator

from imsclone_airflow.operators import PlanOperator, PublishOperator

with DAG("publishing", schedule=None):
    made = PlanOperator(task_id="plan", environment="imst")
    PublishOperator(task_id="publish", plan=made.plan)

with DAG("report_of_imst", schedule=[Asset("ims://IMST")]):
    EmptyOperator(task_id="report")
"""


@pytest.fixture
def publishing(tmp_path: Path, airflow_home: Path) -> Any:
    """A Dag that publishes, and one that is scheduled on the asset of the target, as the scheduler knows it."""
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session

    (tmp_path / "followed.py").write_text(DAGS)
    bag = DagBag(tmp_path / "followed.py", bundle_path=tmp_path, bundle_name="dags-folder")
    with create_session() as session:
        session.merge(DagBundleModel(name="dags-folder"))
    sync_bag_to_db(bag, "dags-folder", None)
    with create_session() as session:
        session.get(DagModel, "report_of_imst").is_paused = False
    return bag.dags["publishing"]


def test_a_follower_of_the_target_is_queued_with_the_consistency_point(
    publishing: Any, ledger: Any, zosmf: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.models.asset import AssetDagRunQueue, AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    monkeypatch.setattr("imsclone_airflow.operators.plan.planned", lambda spec: plan)
    done = publishing.test()
    assert str(done.state) == "success"
    with create_session() as session:
        queued = session.scalars(select(AssetDagRunQueue.target_dag_id)).all()
        event = session.scalars(select(AssetEvent).where(AssetEvent.source_dag_id == "publishing")).one()
        assert event.asset.name == "ims://IMST"
    assert list(queued) == ["report_of_imst"]
    run = ledger.run(f"publishing/{done.run_id}")
    extra = event.extra
    assert (extra["environment"], extra["fingerprint"], extra["run"]) == ("imst", plan.fingerprint, run.id)
    assert extra["consistency_point"] == run.started_at.isoformat()


def test_the_consistency_point_is_when_the_source_began_to_be_held(ledger: Any, plan: Any) -> None:
    from datetime import UTC, datetime, timedelta

    from imsclone_airflow.published import asset_extra

    held = datetime(2026, 11, 20, 23, 59, 59, 100_000, tzinfo=UTC)
    ledger.start_run("r", plan)
    ledger.record_evidence("r", "replicate", started_at=held - timedelta(seconds=9))
    before = asset_extra(ledger.run("r"), ledger.evidence("r"))
    assert before["consistency_point"] == "2026-11-20T23:59:50.100000+00:00"
    ledger.record_window("r", held, held + timedelta(milliseconds=250))
    extra = asset_extra(ledger.run("r"), ledger.evidence("r"))
    assert extra["consistency_point"] == "2026-11-20T23:59:59.100000+00:00"
    assert extra["source_milliseconds_lost"] == 250.0
