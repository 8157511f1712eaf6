"""Let go of the previous clone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imsclone_airflow import console
from imsclone_airflow.errors import StillActive
from imsclone_airflow.operators import catalogs
from imsclone_airflow.operators.job import ZosJobOperator
from imsclone_airflow.operators.reconditioning import RECONDITIONING

if TYPE_CHECKING:
    from imsclone.plan.parts import CatalogPair, MemberPair

FREEZE = "/CHE FREEZE."


class RetirePreviousOperator(ZosJobOperator):
    """Stop the clone that runs, and take its catalogs out of the master catalog.

    Stops by /CHE FREEZE in reply to the IMS ready message, else by cancel. Its volumes stay online under their own
    serials; the first time there is nothing to do. Where data sets are copied to the targets one by one, the volumes
    are emptied then.

    :param stop_seconds: how long each way of stopping may take.
    """

    jcl_template = "retire.jcl"
    letters = "RETIR"

    def __init__(self, *, stop_seconds: float = 60.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stop_seconds = stop_seconds
        self.connected: tuple[CatalogPair, ...] | None = None

    def values(self) -> Mapping[str, Any]:
        return {"catalogs": self.the_plan.catalogs if self.connected is None else self.connected}

    def is_needed(self) -> bool:
        for member in self.the_plan.members:
            if console.is_active(self.client, member.target_procedure):
                self.stop(member)
                self.evidence.counts["clones stopped"] += 1
        self.connected = catalogs.connected(self.client, self.the_plan.catalogs)
        return bool(self.connected)

    def stop(self, member: MemberPair) -> None:
        """Stop one IMS of the clone. Raises StillActive."""
        self.client.protected.start(member.target)
        name = member.target_procedure
        ready = [one for one in console.replies(self.client, member.target) if not one.awaits_restart]
        if ready:
            console.reply(self.client, ready[0], FREEZE)
            if self.is_gone(name):
                return
            self.log.warning("%s did not end after %s; it is cancelled", name, FREEZE)
        self.client.command(f"C {name}")
        if not self.is_gone(name):
            raise StillActive(name=name, seconds=self.stop_seconds, command=f"C {name}")

    def is_gone(self, name: str) -> bool:
        """Wait until an address space has ended."""
        return console.wait_until(lambda: not console.is_active(self.client, name), self.stop_seconds)

    def finish(self, found: Any) -> int:
        retired = len(self.connected or ())
        self.evidence.counts["catalogs disconnected"] = retired
        RECONDITIONING[self.the_plan.reconditioning].make_room(self)
        return retired
