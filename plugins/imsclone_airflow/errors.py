"""What operators refuse. Ids CLN7nn."""

from __future__ import annotations

from imsclone.errors import CloneError, Rejected


class LedgerNotSet(CloneError):
    """No ledger database is named."""

    id = "CLN701E"
    text = "The variable {variable} does not name a ledger database."
    remedy = "Set it for every Airflow process, such as postgresql+psycopg://imsclone@db/imsclone."


class VolumeNotOnline(CloneError):
    """A target volume is not online under its own serial."""

    id = "CLN702E"
    text = "Device {unit} must be online as {wanted}, it is {found}. {said}"
    remedy = "Look at the label of the device and at D U,,,{unit},1; another volume may have this serial."


class PairNotCopied(CloneError):
    """A volume was not copied by a point-in-time copy."""

    id = "CLN703E"
    text = "Volume {source} was not copied to {target}: {said}"
    remedy = "Read the listing of step COPY. Both volumes must be in one storage system that can copy them at once."


class WindowBroken(CloneError):
    """The source was released before the copy was complete, so the copy is worthless."""

    id = "CLN704E"
    text = "The copy is not consistent: {said}"
    remedy = "Raise outage_budget_seconds, or copy fewer volumes at once; then run again. The source runs."


class SourceNotReleased(CloneError):
    """The source is not known to be released."""

    id = "CLN705E"
    text = "{imsid} is not known to be released: {said}"
    remedy = "Look at {imsid} at once, and release it by hand where it is still held."


class WatchdogNotActive(CloneError):
    """The job that releases the source whatever happens does not run, so the source is not touched."""

    id = "CLN706E"
    text = "The watchdog job {job} is {status} after {seconds:.0f} s. {said}"
    remedy = "Give the job card a class with a free initiator; the watchdog holds one for the outage budget."


class StillActive(CloneError):
    """A previous clone could not be stopped."""

    id = "CLN707E"
    text = "{name} is still active {seconds:.0f} s after {command}."
    remedy = "Stop it by hand; its volumes will be overlaid."


class RestartNotDone(CloneError):
    """The clone did not come up."""

    id = "CLN708E"
    text = "{imsid} did not say {wanted} in {seconds:.0f} s. {said}"
    remedy = "Read the job log of procedure {procedure} and the system log."


class OffloadUnproven(CloneError):
    """The clone's data does not add up."""

    id = "CLN709E"
    text = "The offload program on {imsid} did not prove its data: {said}"
    remedy = "The copy is not consistent. Do not use this clone; read the listing of step READ."


class PointersBroken(CloneError):
    """The pointer checker found errors in the clone's databases."""

    id = "CLN735E"
    text = "The pointer check of {imsid} found {count} errors, such as: {shown}"
    remedy = "Check the source as well: either the copy is not consistent, or it is a faithful copy of damage."


class ReportNotWritten(CloneError):
    """The report of a run cannot be written. The clone is made, but not handed over. It is tried again."""

    id = "CLN736E"
    text = "The report cannot be written to {path}: {said}."
    remedy = "Make room there, or correct IMSCLONE_REPORTS or the folder's owner; then clear this task alone."


class NotRestarted(Rejected):
    """Nothing but systems that failed stands against a plan. It is tried again: with their z/OS they restart."""

    id = "CLN737E"
    text = "No plan can be made for environment {environment} while systems that failed are not restarted: {count}."
    remedy = "Nothing was changed. It is tried again for a while by itself; then clear this task:"


class MessagesFound(CloneError):
    """A utility said that something failed."""

    id = "CLN710E"
    text = "{what}: {said}"
    remedy = "Read the listing in the job's output."


class NamesSource(CloneError):
    """A part of the clone still names the source."""

    id = "CLN711E"
    text = "{layer}: {where} still names the source: {shown}"
    remedy = "Clear the task that edits this layer, and what comes after it."


class LayersDiffer(CloneError):
    """A part of the clone is not as the plan has it."""

    id = "CLN712E"
    text = "{layer}: {where} {said}"
    remedy = "Clear the task that edits this layer, and what comes after it."


class CloneNotProven(Rejected):
    """Verification found what is wrong with a clone, all of it."""

    id = "CLN713E"
    text = "The clone {imsid} is not started: {count} things are wrong."
    remedy = "Each is listed with its layer."


class SourceNotStopped(CloneError):
    """An offline copy is wanted of a system that runs."""

    id = "CLN714E"
    text = "{imsid} is active, and the environment says that it is copied offline."
    remedy = "Stop {imsid} first, or set consistency to suspend or freeze."


class JobLost(CloneError):
    """A job was cancelled, or the system failed while it ran. It may be run again."""

    id = "CLN715E"
    text = "Job {job} did not finish: {said}."
    remedy = "It runs again when the task is tried again. If an operator cancelled it, ask why."


class ReconNotConverted(Rejected):
    """The RECON is not what the commands should have made of it."""

    id = "CLN716E"
    text = "The clone's RECON is not as it must be: {count} records."
    remedy = "Each is listed below."


class LedgerAway(CloneError):
    """The ledger database does not answer. It is tried again."""

    id = "CLN717E"
    text = "{said}"
    remedy = "The task is tried again by itself."


class ApprovalRefused(CloneError):
    """Somebody refused the plan of a run."""

    id = "CLN718E"
    text = "The plan {fingerprint} for environment {environment} was refused by {by}."
    remedy = "Nothing was touched. Start a new run when what speaks against it is settled; it makes a new plan."


class NobodyApproved(CloneError):
    """Nobody decided on the plan of a run in time."""

    id = "CLN734E"
    text = "Nobody decided on the plan for environment {environment} within {hours} hours."
    remedy = "Nothing was touched. Start a new run, or raise approval.wait_hours."


class OtherCloneType(CloneError):
    """An environment is for another Dag."""

    id = "CLN730E"
    text = "Environment {environment} is of clone type {found}, and this Dag makes {dag_type} clones."
    remedy = "Run the Dag for that clone type, or choose another environment."


class EnvironmentMended(CloneError):
    """A run began while the environment's file had errors, and the file has been corrected since."""

    id = "CLN733E"
    text = "The file of environment {environment} has no errors any more; this run began when it had."
    remedy = "Start a new run; the Dag has its tasks as soon as Airflow has parsed it again."


class VolumeLeftOut(CloneError):
    """A member of the clone's libraries names a volume of the source that is not copied."""

    id = "CLN731E"
    text = "Library {library}, member {member} line {line} names volume {volser}, which is not copied: {shown}"
    remedy = "Say under replacements which volume takes its place on the clone."


class LibrariesRejected(Rejected):
    """Members of the clone's libraries lead to the source in a way that no rule corrects; none was written."""

    id = "CLN732E"
    text = "The libraries are not edited, problems found: {count}."
    remedy = "Nothing was written; correct these:"


class MaskingKeyUnusable(CloneError):
    """There is no masking key in Airflow where the environment says, or it is too short."""

    id = "CLN761E"
    text = "The masking key in {source} {reason}."
    remedy = "Put one of at least {shortest} bytes there (or into the secrets backend of Airflow)."


class RunFailed(CloneError):
    """A run failed for good. It is what notifications say."""

    id = "CLN780E"
    text = "Environment {environment} was not made: run {run} failed in {step}. Source {imsid} {source}. {said}"
    remedy = "The run's page in IMS clones shows its steps and listings."


class EnvironmentTooOld(CloneError):
    """The data of an environment is older than its limit."""

    id = "CLN781E"
    text = "Environment {environment} holds data of {since}, {hours} hours old; its limit is {limit} hours."
    remedy = "Look at its last runs, and start one by hand; or raise freshness_hours."


class NeverMade(CloneError):
    """An environment that has a limit was never made."""

    id = "CLN782E"
    text = "Environment {environment} was never made; its limit is {limit} hours."
    remedy = "Start its Dag by hand, with a dry run first; or take freshness_hours out of its file."


class WouldFail(Rejected):
    """A run would fail if it were started now; nothing was touched."""

    id = "CLN783E"
    text = "A run of environment {environment} would fail now, problems found: {count}."
    remedy = "Correct these before the next run:"


class AlertNotSent(CloneError):
    """Somebody who should have been told was not."""

    id = "CLN784E"
    text = "Nobody was told through connection {connection}: {said}"
    remedy = "Correct the connection, or `alert` in the environment's file. The message is in this log."


class NotLookedAt(CloneError):
    """A watch did not look at an environment, because a run held its target for too long."""

    id = "CLN785E"
    text = "Environment {environment} was not looked at: {target} is still being made by {holder}."
    remedy = "Look at that run: it may wait for an approval. Start watch_drift again when it is done."


class OwnCopyFailed(CloneError):
    """A copy that somebody else was to make is said to have failed."""

    id = "CLN762E"
    text = "The copy was not made: {said}"
    remedy = "The source is released. Run again, or clear replicate and what follows, for another copy."


class VolumesNotCopied(CloneError):
    """A copy is said to be made, and target volumes still carry their own labels."""

    id = "CLN767E"
    text = "The copy is said to be made, and {count} of {total} target volumes carry their own serials: {volsers}."
    remedy = "Copy them with their labels, so that they have the source's serials, offline; then clear replicate."
