"""What the Dags of this provider have in common: the form, and how every task is retried and bounded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param

from imsclone_airflow import settings
from imsclone_airflow.retry import RETRIES, RETRY_DELAY, clone_retries

AS_IN_THE_FILE = "Leave it empty to take what the environment's file says."

CONSISTENCIES = {
    "full_system": ["suspend", "freeze", "offline"],
    "skeleton": ["suspend", "freeze", "offline"],
    "database_refresh": ["dbr", "dbd", "quiesce", "fuzzy", "fuzzy_with_log_apply"],
    "haldb_copy": ["dbr", "dbd", "quiesce", "fuzzy", "fuzzy_with_log_apply"],
}
"""How the source can be held, by clone type."""

COPY_MODE = {
    "title": "Copy",
    "description": f"Whether the copy becomes independent of the source's volumes. {AS_IN_THE_FILE}",
    "type": ["null", "string"],
    "enum": [None, "nocopy", "copy"],
}

AS_OF = {
    "title": "As of",
    "description": "A past time with its zone: databases are rebuilt as they were then, from image copies and logs. "
    "Empty: as they are now; in a run of a backfill, as of its logical date.",
    "type": ["null", "string"],
    "format": "date-time",
}


def overrides(clone_type: str) -> dict[str, dict[str, Any]]:
    """Return what the form of a run may change in an environment, as JSON schemas; the limits are those of the file."""
    found: dict[str, dict[str, Any]] = {
        "consistency": {
            "title": "Consistency",
            "description": f"How the source is held while it is copied. {AS_IN_THE_FILE}",
            "type": ["null", "string"],
            "enum": [None, *CONSISTENCIES[clone_type]],
        },
        "outage_budget_seconds": {
            "title": "Outage budget in seconds",
            "description": f"After which a job on z/OS releases the source, whatever happened. {AS_IN_THE_FILE}",
            "type": ["null", "number"],
            "exclusiveMinimum": 0,
            "maximum": 3600,
        },
    }
    return found | ({"as_of": AS_OF} if clone_type in ("database_refresh", "haldb_copy") else {"copy_mode": COPY_MODE})


def run_params(clone_type: str = "full_system") -> dict[str, Param]:
    """Return the form of a run of one environment."""
    changes = {name: Param(None, **schema) for name, schema in overrides(clone_type).items()}
    return changes | {
        "dry_run": Param(
            False,
            type="boolean",
            title="Dry run",
            description="Only show the plan and its JCL in the log of the plan task; nothing is changed.",
        )
    }


def clone_params(clone_type: str = "full_system") -> dict[str, Param]:
    """Return the form with the choice of an environment of this clone type."""
    known = settings.environments(clone_type)
    environment: dict[str, Any] = {"enum": known} if known else {"minLength": 1}
    return {
        "environment": Param(
            known[0] if known else "none",
            type="string",
            title="Environment",
            description="The environment to keep: a file in environments/.",
            **environment,
        ),
        **run_params(clone_type),
    }


def undo_params() -> dict[str, Param]:
    """Return the form of the Dag that takes a refresh back: there is nothing to choose but the environment."""
    return {name: clone_params("database_refresh")[name] for name in ("environment", "dry_run")}


def from_form(environment: str = "{{ params.environment }}", clone_type: str = "full_system") -> dict[str, Any]:
    """Return what the plan task takes from the form.

    :param environment: the environment, where the form does not ask for it.
    """
    changed = {name: f"{{{{ params.{name} or '' }}}}" for name in overrides(clone_type)}
    return {"environment": environment, "show_only": "{{ params.dry_run }}", "overrides": changed}


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
