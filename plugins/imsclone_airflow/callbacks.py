"""What happens when a run fails for good."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from imsclone.ledger import Run

log = logging.getLogger(__name__)


def give_up(context: Any) -> None:
    """Close the run in the ledger as failed, with its last message, and give the target free for the next run.

    A task of the run that is cleared later takes the target back, unless another run has it. Then those are told whom
    the environment's file names.

    Airflow calls a moment after the run failed, in a process of its own: a run whose last task was cleared at once may
    have succeeded by then, and stays as it is.
    """
    if _close(context):
        _tell(context)


def _close(context: Any) -> bool:
    """Close the run; return False if the ledger knows a success of it that is newer than the failure."""
    from imsclone.errors import CloneError
    from imsclone.ledger import target_lease
    from imsclone_airflow import settings
    from imsclone_airflow.fence import TOKEN, let_go
    from imsclone_airflow.identity import run_key

    dag_run = context["dag_run"]
    run = run_key(dag_run.dag_id, dag_run.run_id)
    try:
        ledger = settings.ledger()
        known = ledger.run(run)
        if _succeeded_since(known, dag_run.end_date):
            log.info("Run %s failed at %s and succeeded at %s.", run, dag_run.end_date, known.finished_at)
            return False
        evidence = ledger.evidence(run)
        said = [done.messages[-1] for done in evidence if done.outcome == "failed" and done.messages]
        ledger.finish_run(run, success=False, error=said[-1] if said else "A task failed; see its log.")
        tokens = {name: token for done in evidence for name, token in done.after.items() if name.startswith(TOKEN)}
        for name, token in tokens.items():
            imsid = name.removeprefix(TOKEN).removeprefix(f" {target_lease('')}") or known.target
            let_go(ledger, imsid, run, int(token))
    except CloneError as error:
        log.warning("Run %s is not closed in the ledger: %s", run, error)
    return True


def _succeeded_since(known: Run, failed_at: datetime | None) -> bool:
    finished = known.finished_at if known.state == "success" else None
    return finished is not None and failed_at is not None and finished >= failed_at


def _tell(context: Any) -> None:
    from imsclone.errors import CloneError
    from imsclone_airflow.notifications import CloneNotifier

    try:
        CloneNotifier()(context)
    except CloneError as error:
        log.warning("Not everybody was told: %s", error)
