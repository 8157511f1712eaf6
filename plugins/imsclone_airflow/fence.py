"""The right to touch a target: the run's lease, and the task's own against its orphans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from imsclone.ledger import Lease, LeaseLost, Ledger, target_lease
from imsclone_airflow.identity import TaskKey

TOKEN = "fencing token"
"""What the plan task notes its token under."""

TTL = timedelta(minutes=10)
"""How long a run that does nothing at all keeps its target. Each effect and each minute of waiting renews it."""


def token_name(lease: Lease, *, first: bool) -> str:
    """Return what the plan task notes the token of a lease under: those of further targets with their name."""
    return TOKEN if first else f"{TOKEN} {lease.target}"


def hold_target(ledger: Ledger, imsid: str, holder: str) -> Lease:
    """Take the target for a run. Raises LeaseHeld."""
    return ledger.lease(target_lease(imsid), holder, TTL)


def let_go(ledger: Ledger, imsid: str, holder: str, token: int) -> None:
    """Give the target free. The token stays, so a task of the run that is cleared later can take it back."""
    ledger.release(Lease(target_lease(imsid), holder, token, ledger.clock()))


def document(lease: Lease) -> dict[str, Any]:
    """Return a lease as it goes through XCom."""
    return asdict(lease) | {"expires_at": lease.expires_at.isoformat()}


def lease_of(known: dict[str, Any]) -> Lease:
    """Return the lease of an XCom document."""
    return Lease(**(known | {"expires_at": datetime.fromisoformat(known["expires_at"])}))


@dataclass
class Fence:
    """What is asked before every effect on the host."""

    ledger: Ledger
    run: Lease
    task: Lease
    also: tuple[Lease, ...] = ()
    """On further targets of the run."""

    @classmethod
    def claim(cls, ledger: Ledger, run: Lease, key: TaskKey, also: Iterable[Lease] = ()) -> Fence:
        """Become the one process that may act for a task. Raises LeaseLost if the run lost one of its targets."""
        further = tuple(ledger.renew(lease, TTL) for lease in also)
        return cls(ledger, ledger.renew(run, TTL), take_over(ledger, key), further)

    @property
    def targets(self) -> tuple[Lease, ...]:
        """The leases on all targets of the run."""
        return (self.run, *self.also)

    def check(self) -> None:
        """Renew both leases. Raises LeaseLost when another process acts for the task, or another run has the target."""
        self.task = self.ledger.renew(self.task, TTL)
        self.run = self.ledger.renew(self.run, TTL)
        self.also = tuple(self.ledger.renew(lease, TTL) for lease in self.also)

    def holds(self) -> bool:
        """Whether this process still may act."""
        try:
            self.check()
        except LeaseLost:
            return False
        return True


def take_over(ledger: Ledger, key: TaskKey) -> Lease:
    """Fence off every older process of a task."""
    return ledger.lease(key.lease, key.lease, TTL)
