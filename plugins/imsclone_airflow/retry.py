"""Which failures are tried again: links break and systems come back, refusals do not heal."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

LINK_ERRORS = [f"imsclone.zosmf.errors.{name}" for name in ("LinkError", "ServerBusy", "SubmitUnconfirmed", "SpoolCut")]
READING = ["imsclone.steps.batch.ReadingLost"]
AWAY = ("JobLost", "LedgerAway", "NotRestarted", "ReportNotWritten", "SourceNotReleased")
LOST = [f"imsclone_airflow.errors.{name}" for name in AWAY]

RETRIES = 4
RETRY_DELAY = timedelta(seconds=5)


def clone_retries() -> ExceptionRetryPolicy:
    """Return the policy: broken links, lost jobs, a folder or ledger that is away are tried again, refusals are not."""
    again = "The connection or the system failed; the same job is looked up and waited for"
    return ExceptionRetryPolicy(
        rules=[
            RetryRule([*LINK_ERRORS, *READING, *LOST], RetryAction.RETRY, retry_delay=RETRY_DELAY, reason=again),
            RetryRule("imsclone.errors.CloneError", RetryAction.FAIL, reason="Refused; the message says what to do"),
        ],
        default=RetryAction.DEFAULT,
    )
