"""Who may see what, asked of Airflow. Airflow's core API is internal; this is the only module that uses it."""

from __future__ import annotations

from datetime import datetime

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from airflow.models.dag import DagModel
from airflow.utils.session import create_session
from fastapi import Depends
from sqlalchemy import select

User = GetUserDep
"""A signed-in user; without one the answer is 401."""

SEES_THE_DAG = Depends(requires_access_dag(method="GET"))
"""Refuses, with 403, a user who may not see the Dag that ``dag_id`` in the path names."""


def seen_by(user: User) -> set[str]:
    """Return the Dags that a user may see."""
    return get_auth_manager().get_authorized_dag_ids(user=user)


def next_runs(dags: set[str]) -> dict[str, datetime]:
    """Return when the scheduler makes the next run of Dags that are not paused."""
    query = select(DagModel.dag_id, DagModel.next_dagrun_create_after)
    query = query.where(DagModel.dag_id.in_(dags), DagModel.is_paused.is_(False))
    with create_session() as session:
        return {dag: moment for dag, moment in session.execute(query) if moment is not None}
