"""The line about a run that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imsclone_airflow import settings
from imsclone_airflow.errors import RunFailed
from imsclone_airflow.identity import run_key
from imsclone_airflow.notifications.source import UNTOUCHED, source_state

if TYPE_CHECKING:
    from imsclone.ledger import Ledger
    from imsclone.spec import EnvironmentSpec, RefreshSpec


def failed_run(context: Any, spec: EnvironmentSpec | RefreshSpec, ledger: Ledger) -> RunFailed:
    """Say of a run what failed, where the source stands, and what to do.

    A run that is not in the ledger failed in its plan, before anything was touched.
    """
    from imsclone.ledger import RunUnknown

    dag_run = context["dag_run"]
    key = run_key(dag_run.dag_id, dag_run.run_id)
    step = str(getattr(context.get("ti"), "task_id", "plan"))
    said, source = f"Read the log of task {step}.", UNTOUCHED
    try:
        run, evidence = ledger.run(key), ledger.evidence(key)
    except RunUnknown:
        pass
    else:
        source = source_state(run, evidence, ledger.clock())
        failed = [one for one in evidence if one.outcome == "failed"]
        step = failed[-1].step if failed else step
        said = one_line(run.error) or said
    return RunFailed(environment=spec.name, run=key, step=step, imsid=spec.source.imsid, source=source, said=said)


def environment_of(context: Any) -> str:
    """Return the environment that a run is of: its Dag's name, or what its form said; empty for none."""
    dag_run = context["dag_run"]
    known = settings.environments()
    for name in (dag_run.dag_id, (dag_run.conf or {}).get("environment")):
        if name in known:
            return str(name)
    return ""


def one_line(text: str) -> str:
    """Return the first line of a message, with the number of those after it."""
    first, *more = text.split("\n")
    return f"{first} ({len(more)} more in the task's log)" if more else first
