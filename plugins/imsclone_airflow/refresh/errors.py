"""What the tasks of a refresh refuse. Ids CLN7nn."""

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


class SourceAway(SourceNotHeld):
    """No IMS of the source was there to hold its databases: it does not run, or restarts just now."""

    id = "CLN766E"
    text = "{imsid} is not there to hold its databases ({consistency}): {said}"
    remedy = "Start {imsid}, then clear this task; or start a new run, which finds it stopped and holds nothing."


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


class NothingWasCopied(CloneError):
    """A step works on what was copied, and the run has copied nothing."""

    id = "CLN760E"
    text = "Run {run} has no evidence that data sets were copied."
    remedy = "Clear replicate and what follows."


class LogsNotThere(Rejected):
    """Logs that a copy needs to become consistent are not there. The source was not held, the target stays stopped."""

    id = "CLN746E"
    text = "The copy cannot be made consistent: {count} things are wrong with the logs of {imsid}."
    remedy = "Correct them and clear this task, or start a new run; the source was not held:"


class LogNotApplied(CloneError):
    """Database Recovery did not bring a copied data set up to date."""

    id = "CLN747E"
    text = "Logs were not applied on {imsid}, step {step}: {said}"
    remedy = (
        "Repair the log that is named, or have its second copy used; then clear this task. The source was not held."
    )


class DatabasesNotDefined(CloneError):
    """The running target did not take a database in that it lacks."""

    id = "CLN768E"
    text = "{imsid} does not know all databases that were to be defined: {said}"
    remedy = "Correct what the message says, then clear this task: what is defined is left. The source was not touched."


class MemberNotAsPlanned(CloneError):
    """A member of a definition is not on the target as the plan has it."""

    id = "CLN769E"
    text = "Member {member} of {library} is not what the plan says: {said}."
    remedy = "Read the listing of the copy; delete the member if it is another one, then start a new run."


class IndexNotRebuilt(CloneError):
    """An index, or the ILDS of a partition, was not built anew."""

    id = "CLN748E"
    text = "Indexes of {imsid} were not rebuilt, step {step}: {said}"
    remedy = "Correct what the message says, then clear this task. The target's databases are not started before."
