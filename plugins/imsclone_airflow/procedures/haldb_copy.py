"""The tasks of a HALDB copy: those of a database refresh, by a plan that numbers partitions."""

from __future__ import annotations

from typing import Any

from imsclone_airflow.procedures.database_refresh import database_refresh


def haldb_copy(**how: Any) -> None:
    """Lay the tasks into the Dag that is open.

    :param how: what the plan task is given: ``environment``, ``show_only``, ``overrides``.
    """
    database_refresh(clone_type="haldb_copy", **how)
