"""What the steps of a refresh refuse. Ids CLN74n."""

from __future__ import annotations

from imsclone.errors import CloneError, Rejected


class TargetNotStopped(CloneError):
    """A target database could not be taken from programs."""

    id = "CLN740E"
    text = "{imsid} does not give its databases up: {said}"
    remedy = "End the programs on {imsid} that use them, then clear this task. The source was not touched."


class SourceNotHeld(CloneError):
    """A source database could not be held; nothing was copied."""

    id = "CLN741E"
    text = "{imsid} does not hold its databases ({consistency}): {said}"
    remedy = "End the programs that keep them, such as long-running BMPs, choose another consistency, or another time."


class DataSetNotCopied(CloneError):
    """A data set was not copied by a point-in-time copy."""

    id = "CLN742E"
    text = "Data set {source} was not copied to {target}: {said}"
    remedy = "Read the listing of step COPY. Both must be in one storage system that can copy data sets at once."


class TargetNotStarted(CloneError):
    """A target database could not be started."""

    id = "CLN743E"
    text = "{imsid} does not start its databases: {said}"
    remedy = "Read the job log of {imsid}, then clear this task."


class RefreshNotProven(Rejected):
    """Verification found what is wrong with refreshed databases, all of it."""

    id = "CLN744E"
    text = "The databases of {imsid} are not started: {count} things are wrong."
    remedy = "Each is listed with its layer."


class BudgetSpent(CloneError):
    """The copy was complete only after the watchdog had released the source."""

    id = "CLN745E"
    text = (
        "The source was held for {seconds:.1f} s, longer than its outage budget of {budget} s; the copy may be broken."
    )
    remedy = "Raise outage_budget_seconds, or copy fewer databases at once; then run again. The source runs."
