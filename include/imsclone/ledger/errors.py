"""Messages CLN5nn: the ledger."""

from __future__ import annotations

from imsclone.errors import CloneError


class LedgerError(CloneError):
    """The ledger cannot do what it was asked."""


class RunUnknown(LedgerError):
    """The ledger has no run with an id."""

    id = "CLN501E"
    text = "The ledger has no run {run!r}."
    remedy = "`imsclone history` lists the runs there are."


class PlanUnknown(LedgerError):
    """The ledger has no plan with a fingerprint."""

    id = "CLN502E"
    text = "The ledger has no plan with the fingerprint {fingerprint}."
    remedy = "Check that the right ledger database is used."


class LeaseHeld(LedgerError):
    """Someone else holds the target."""

    id = "CLN503E"
    text = "{target} is held by {holder} until {until}."
    remedy = "Wait for that run to end, or stop it; a lease that is no longer renewed runs out by itself."


class TargetBooked(LeaseHeld):
    """A team has booked the target."""

    id = "CLN508E"
    text = "{target} is booked by {holder} until {until}. {note}"
    remedy = "Wait until then, or ask them to give it back: `imsclone release`."


class BookingEnded(LedgerError):
    """A booking would end before it begins."""

    id = "CLN509E"
    text = "{target} cannot be booked until {until}: it is {now}."
    remedy = "Give a moment that is to come; without an offset it is UTC."


class NotBooked(LedgerError):
    """A target that nobody has booked cannot be given back."""

    id = "CLN510E"
    text = "{target} is not booked."
    remedy = "`imsclone leases` shows who holds it. A run gives its target back by itself when it ends."


class LeaseLost(LedgerError):
    """The lease of a task was taken over, so the task must not touch the target any more."""

    id = "CLN504E"
    text = "{holder} no longer holds {target}: fencing token {token} is not the newest."
    remedy = "Nothing was changed by this task after that; look at the run that holds the target now."


class WindowUnbelievable(LedgerError):
    """The time stamps of a window are out of order."""

    id = "CLN505E"
    text = "The source is said to be resumed at {resumed}, before it was suspended at {suspended}."
    remedy = "Look at the listings of the replicate step; the copy of this run is not proven consistent."


class RunConflict(LedgerError):
    """A run that already is in the ledger was started again with another plan."""

    id = "CLN506E"
    text = "Run {run!r} was started with plan {first}..., now it comes with plan {second}..."
    remedy = "Start a new run; a run keeps the plan it began with."


class RunHasNoPlan(LedgerError):
    """A run was refused a plan, so there is nothing to report of it."""

    id = "CLN511E"
    text = "Run {run!r} has no plan: {error}"
    remedy = "Correct that, and start a new run."


class LedgerUnreachable(LedgerError):
    """The ledger database cannot be opened or has no tables yet."""

    id = "CLN507E"
    text = "The ledger {url} cannot be used: {reason}."
    remedy = "Check the URL (option --ledger or the variable IMSCLONE_LEDGER) and that the database runs."
