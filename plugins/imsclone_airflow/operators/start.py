"""Start the clone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from imsclone_airflow import console
from imsclone_airflow.errors import JobLost, RestartNotDone
from imsclone_airflow.operators.base import CloneOperator

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk import Context

    from imsclone.listings.ims import OutstandingReply
    from imsclone.plan.parts import MemberPair

READY, RESTARTED, RUNNING = "DFS810A", "DFS994I", "DFS996I"
LAST = 4
"""So many messages of an IMS that did not come up are in the error."""


class StartOperator(CloneOperator):
    """Start each IMS of the clone: ``S procedure``, wait for DFS810A, reply the plan's restart, wait for DFS994I.

    The copy looks like a system that failed, so it is restarted like one: in-flight work is backed out from the
    copied logs, where the databases are copied. One that runs already is left alone.

    :param restart_seconds: how long each of the two waits may take.
    """

    def __init__(self, *, restart_seconds: float = 300.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.restart_seconds = restart_seconds

    def work(self, context: Context) -> list[str]:
        for member in self.the_plan.members:
            self.client.protected.start(member.target)
            self.start(member)
            self.evidence.counts["IMS systems started"] += 1
        return [member.target for member in self.the_plan.members]

    def start(self, member: MemberPair) -> None:
        """Start one IMS, or go on where an earlier try was."""
        since = console.host_time(self.client)
        if not console.is_active(self.client, member.target_procedure):
            self.evidence.messages.append(self.client.command(f"S {member.target_procedure}").text)
        if self.is_running(member):
            return
        self.wait(member, since, READY, lambda: self.awaits_restart(member) or self.is_running(member))
        asked = [one for one in console.replies(self.client, member.target) if one.awaits_restart]
        for one in asked[:1]:
            self.evidence.messages.append(console.reply(self.client, one, self.the_plan.restart))
        self.wait(member, since, RESTARTED, lambda: self.is_running(member), lambda: self.asks_again(member, asked))
        self.evidence.messages += self.log_since(since, member)

    def awaits_restart(self, member: MemberPair) -> bool:
        """Whether IMS asks for a restart command."""
        return any(one.awaits_restart for one in console.replies(self.client, member.target))

    def is_running(self, member: MemberPair) -> bool:
        """Whether IMS asks for commands, as it does once it has been restarted."""
        return any(one.id == RUNNING for one in console.replies(self.client, member.target))

    def asks_again(self, member: MemberPair, asked: Sequence[OutstandingReply]) -> bool:
        """Whether IMS refused the restart: it asks for another command."""
        known = {one.number for one in asked}
        return any(
            one.awaits_restart and one.number not in known for one in console.replies(self.client, member.target)
        )

    def wait(
        self,
        member: MemberPair,
        started: datetime,
        wanted: str,
        true: Callable[[], bool],
        refused: Callable[[], bool] = lambda: False,
    ) -> None:
        """Wait for a message of an IMS that was started then.

        Raises RestartNotDone when it does not come, IMS refuses or ends; JobLost when IMS went down with its z/OS.
        """
        name, since = member.target_procedure, time.monotonic()

        def ended() -> bool:
            return refused() or not console.is_active(self.client, name)

        if not console.wait_until(lambda: true() or ended(), self.restart_seconds) or not true():
            self.require_not_lost(name)
            said = "It refused or ended." if ended() else "It still runs."
            said = " ".join([said, "It said last:", *(self.log_since(started, member)[-LAST:] or ["nothing"])])
            seconds = time.monotonic() - since
            raise RestartNotDone(imsid=member.target, wanted=wanted, seconds=seconds, said=said, procedure=name)

    def require_not_lost(self, procedure: str) -> None:
        """Raise JobLost if the newest address space of a procedure ended because its z/OS went down."""
        from imsclone_airflow.jobs import is_lost

        started = [job for job in self.client.jobs(prefix=procedure) if job.name == procedure]
        newest = max(started, key=lambda job: job.id, default=None)
        if newest is not None and newest.ended and is_lost(newest):
            raise JobLost(job=str(newest), said=str(newest.completion))

    def log_since(self, since: datetime, member: MemberPair) -> list[str]:
        """Return what this IMS said in the hardcopy log."""
        found = self.client.hardcopy(since)
        return [one.text for one in found if one.job == member.target_procedure]
