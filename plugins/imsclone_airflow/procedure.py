"""What the Dags of this provider have in common: the form, and how every task is retried and bounded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param

from imsclone_airflow import settings
from imsclone_airflow.retry import RETRIES, RETRY_DELAY, clone_retries


def clone_params(clone_type: str = "full_system") -> dict[str, Param]:
    """Return the form: which environment of this clone type, and whether only to look."""
    known = settings.environments(clone_type)
    environment: dict[str, Any] = {"enum": known} if known else {"minLength": 1}
    return {
        "environment": Param(
            known[0] if known else "none",
            type="string",
            title="Environment",
            description="The environment to clone: a file in environments/.",
            **environment,
        ),
        "dry_run": Param(
            False,
            type="boolean",
            title="Dry run",
            description="Only show the plan and its JCL in the log of the plan task; nothing is changed.",
        ),
    }


def clone_defaults(owner: str = "ims-dba", longest: timedelta = timedelta(hours=2)) -> dict[str, Any]:
    """Return the arguments of every task.

    :param longest: after which a task is ended, and its job cancelled.
    """
    return {
        "owner": owner,
        "retries": RETRIES,
        "retry_delay": RETRY_DELAY,
        "retry_policy": clone_retries(),
        "execution_timeout": longest,
    }
