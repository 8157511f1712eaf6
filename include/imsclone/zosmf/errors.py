"""What can go wrong between the engine and z/OSMF, by what the caller can do about it.

Ids CLN301 to CLN349. No text ever holds a header, a password or a token. ``retry`` says whether doing the same
thing again may help: links break, refusals do not heal.
"""

from __future__ import annotations

from typing import Any, ClassVar

from imsclone.errors import CloneError, Place


class ZosmfError(CloneError):
    """Anything z/OSMF or the way to it refused."""

    retry: ClassVar[bool] = False

    def __init__(self, place: Place | None = None, **values: Any) -> None:
        if "said" in values:
            values["said"] = _short(values["said"])
        super().__init__(place, **values)


class LinkError(ZosmfError):
    """The connection could not be made, broke or timed out; ``sent`` is True when the effect is unknown."""

    id = "CLN301E"
    text = "{where}: {said}. Request sent: {sent}."
    remedy = (
        "Check host, port and certificate authority (ca_file) of the connection, that z/OSMF is up, and the network "
        "path to it; a request that was sent may have worked."
    )
    retry = True

    @property
    def sent(self) -> bool:
        """True when the request may have reached z/OSMF."""
        return bool(self.values["sent"])


class LoginRefused(ZosmfError):
    """z/OSMF refused the identity: 401, or 403 that is no CSRF refusal."""

    id = "CLN302E"
    text = "{where}: z/OSMF refused the user id, password or token (HTTP {status}). {said}"
    remedy = "Correct the connection. It is not tried again, so that the user id is not locked."


class CsrfRefused(ZosmfError):
    """403 with errorID and errorMsg (IZUG846W): the request came without the header z/OSMF wants."""

    id = "CLN303E"
    text = "{where}: {error_id} {said}"
    remedy = "A gateway or proxy between here and z/OSMF drops the header X-CSRF-ZOSMF-HEADER; let it through."


class ServiceError(ZosmfError):
    """An error report of the jobs or files service: category, rc, reason, message, details."""

    id = "CLN304E"
    text = "{where}: HTTP {status}, category {category} rc {rc} reason {reason} {transaction}: {said}"
    remedy = "Look up category and reason in the z/OSMF Programming Guide, error reports of the service."

    @property
    def report(self) -> tuple[int, int, int]:
        """Category, rc and reason."""
        return self.values["category"], self.values["rc"], self.values["reason"]

    @property
    def no_address_space(self) -> bool:
        """True when z/OSMF ran out of TSO address spaces, which passes."""
        return self.values["status"] == 500 and self.report == (3, 12, 4)


class ConsoleError(ZosmfError):
    """An error report of the console services: return-code, reason-code, reason."""

    id = "CLN305E"
    text = "{where}: HTTP {status}, return code {return_code} reason {reason_code}: {said}"
    remedy = "Give this connection a console name of its own and run one command at a time on it."

    @property
    def report(self) -> tuple[int, int]:
        """Return code and reason code."""
        return self.values["return_code"], self.values["reason_code"]

    @property
    def name_in_use(self) -> bool:
        """True when another user has the console name active (names are sysplex-wide)."""
        return self.report == (5, 7)

    @property
    def issued(self) -> bool:
        """True when the command may have been issued though no response came."""
        return self.report in {(8, 14), (8, 15), (2, 7)}


class PlainAnswer(ZosmfError):
    """An answer that is not z/OSMF's: a gateway's page, Liberty's text, or JSON cut off."""

    id = "CLN306E"
    text = "{where}: HTTP {status} with a body that is not z/OSMF's: {said}"
    remedy = "Check host, port and base path; this may be a gateway or another server."


class ServerBusy(ZosmfError):
    """429 or 503: z/OSMF is overloaded."""

    id = "CLN307E"
    text = "{where}: HTTP {status}, z/OSMF is overloaded."
    remedy = "Lower the connection's number of parallel requests."
    retry = True


class EtagMismatch(ZosmfError):
    """412: someone else changed the member between our read and our write."""

    id = "CLN308E"
    text = "{where}: changed by someone else since it was read."
    remedy = "Read it again, then write."


class JobNotFound(ZosmfError):
    """JES knows no such job."""

    id = "CLN311E"
    text = "Job {job} is not known to JES."
    remedy = "It never ran on this system, or its output was purged."


class JobVanished(ZosmfError):
    """A job that was there is gone. Its outcome is unknown, which is never success."""

    id = "CLN312E"
    text = "Job {job} was submitted and is gone: its outcome is unknown."
    remedy = "Look for it in the system log. Give jobs a MSGCLASS that is kept until it is read."


class JclRefused(ZosmfError):
    """z/OSMF would not take the JCL at all."""

    id = "CLN313E"
    text = "z/OSMF refused the JCL of {correlator}: {said}"
    remedy = "Correct the template or the job card."


class SubmitUnconfirmed(ZosmfError):
    """The connection broke during submit and the job is not (yet) found by its correlator."""

    id = "CLN314E"
    text = "The connection broke while a job was submitted; no job with correlator {correlator} is found."
    remedy = "Submit again with the same correlator: the job is looked up first."
    retry = True


class DuplicateCorrelator(ZosmfError):
    """More than one job carries a correlator that must be unique."""

    id = "CLN315E"
    text = "Correlator {correlator} belongs to several jobs: {jobs}."
    remedy = "Look at the jobs; purge those that are not of this run, then retry."


class JobTimeout(ZosmfError):
    """The job did not end in the time given to it."""

    id = "CLN316E"
    text = "Job {job} is still {status} after {seconds:.0f} s. {said}"
    remedy = "It still runs. Cancel it or give it more time."


class StepsFailed(ZosmfError):
    """Steps ended in a way that is not allowed for them; ``problems`` names each."""

    id = "CLN317E"
    text = "Job {job}: {problems}."
    remedy = "Read the listings of these steps in the job's output."


class UnknownCompletion(ZosmfError):
    """A completion text this client does not know; it is not guessed at."""

    id = "CLN318E"
    text = "Completion {completion!r} is none that z/OSMF documents."
    remedy = "The outcome is unknown: look at the job's output."


class SpoolCut(ZosmfError):
    """Less spool came than JES says there is."""

    id = "CLN319E"
    text = "Job {job} {ddname}: {got} of {wanted} records came, the listing is cut off."
    remedy = "Read it again; if it stays short, JES lost spool."
    retry = True


class SpoolMissing(ZosmfError):
    """A listing that a step must print is not there."""

    id = "CLN320E"
    text = "Job {job} has no spool file {ddname} of step {step}. It has: {there}."
    remedy = "The step did not run or the template sends the listing elsewhere."


class JobModifyRefused(ZosmfError):
    """JES did not do what cancel, hold, release or purge asked."""

    id = "CLN321E"
    text = "Job {job}: {request} refused: {said}"
    remedy = "Check the job's state and the user's authority to it."


class CorrelatorInvalid(ZosmfError):
    """A correlator that JES would not take."""

    id = "CLN322E"
    text = "Correlator {correlator!r} is not valid."
    remedy = "Use 1 to 32 of A-Z 0-9 $ # @, not starting with a digit."


class CertificatesUnusable(ZosmfError):
    """The files with certificates that a connection names cannot be used."""

    id = "CLN324E"
    text = "The certificates for {host} cannot be used: {said} ({files})."
    remedy = "Correct ca_file (or client_cert and client_key) of the connection: PEM files that this user can read."


class CommandRefused(ZosmfError):
    """The console took the command and the system rejected it."""

    id = "CLN331E"
    text = "Command {command!r} was rejected: {said}"
    remedy = "Check the command's syntax and the console's authority."


class CommandInvalid(ZosmfError):
    """A command that a console would not take."""

    id = "CLN332E"
    text = "{command!r} is no operator command."
    remedy = "A command is one line of 1 to 126 printable characters."


class NotFound(ZosmfError):
    """404: no such data set or member."""

    id = "CLN341E"
    text = "{where}: not found. {said}"
    remedy = "Check the name; an uncataloged data set needs its volume."


class RecordTooLong(ZosmfError):
    """A line that does not fit the data set. z/OSMF would truncate it and lose the old content."""

    id = "CLN342E"
    text = "{dsname}: line {line} has {length} characters, the record holds {limit}. Nothing was written."
    remedy = "Shorten the line."


class RecordsCut(ZosmfError):
    """Binary records whose length prefixes do not add up to the bytes that came."""

    id = "CLN343E"
    text = "{dsname}: the records end at byte {offset} in the middle of one."
    remedy = "Read it again; the transfer was cut off."
    retry = True


class SourceWriteRefused(ZosmfError):
    """A write whose data set, volume or IMS is the source's. The source is read-only."""

    id = "CLN349E"
    text = "Refused to write {what}: {rule} is the source's."
    remedy = "Only targets named by the plan are written. Correct the masks or the volume pairs."


def _short(said: object) -> str:
    return " ".join(str(said).split())[:300]
