"""Environments of one small refresh each, for the test of Airflow as users see it, and a Dag that follows them."""

from __future__ import annotations

import json
from pathlib import Path

BATCH, CLONE = "x-batch://finished", "ims://IMST"
TEXT = """\
name: {name}
clone_type: {kind}
owner: ims-dba
source: imsp
target: imst
databases: [{databases}]
rename: [IMSP.** -> IMST.**]
volumes: [IMST05, IMST06]
consistency: {consistency}
outage_budget_seconds: {budget}
alert: [{{connection: ops}}]
{more}
"""
ENVIRONMENTS = {
    "acct": "",
    "asked": "approval: {required: true, wait_hours: 1}",
    "dates": "schedule: {cron: 30 4 * * 0, first: 2026-01-01}",
    "followed": f"schedule: {{after: ['{BATCH}']}}",
    "never": "freshness_hours: 1",
}
REPORT = f"""\
from airflow.sdk import DAG, Asset, task

with DAG("report", schedule=[Asset("{CLONE}")], is_paused_upon_creation=True):

    @task
    def read(triggering_asset_events=None):
        return [event.extra["environment"] for event in triggering_asset_events[Asset("{CLONE}")]]

    read()
"""


def environment(
    name: str,
    more: str,
    databases: str = "ACCT",
    *,
    consistency: str = "dbr",
    budget: float = 30,
    kind: str = "database_refresh",
) -> str:
    """Return the text of an environment's file."""
    return TEXT.format(name=name, more=more, databases=databases, consistency=consistency, budget=budget, kind=kind)


def write(environments: Path, dags: Path) -> None:
    """Write all files. None of these Dags runs by itself while other tests use the same Airflow."""
    for name, more in ENVIRONMENTS.items():
        (environments / f"{name}.yaml").write_text(environment(name, more))
    dags.mkdir()
    (dags / "report.py").write_text(REPORT)


def bundles(ours: Path, theirs: Path) -> str:
    """Return Airflow's configuration of two folders of Dags."""
    kind = "airflow.dag_processing.bundles.local.LocalDagBundle"
    known = {"dags-folder": ours, "site": theirs}
    return json.dumps([{"name": name, "classpath": kind, "kwargs": {"path": str(at)}} for name, at in known.items()])
