"""Messages to the operator, questions that wait for a reply, and the entry of commands."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from zoslab.console.hardcopy import Hardcopy, Message
from zoslab.jes.errors import Abend, JesError

if TYPE_CHECKING:
    from zoslab.jes.job import Job
    from zoslab.zos import Zos

LAST_REPLY = 99
CANCEL_LOOK_SECONDS = 0.1


class NoReplyId(JesError):
    """All 99 reply identifiers are outstanding."""


@dataclass
class Request:
    """A WTOR that waits for its reply."""

    reply_id: int
    text: str
    jobid: str
    jobname: str
    time: datetime
    answered: threading.Event = field(default_factory=threading.Event)
    reply: str | None = None


class Console:
    """The consoles of one system; every method may be called from any thread."""

    def __init__(self, system: Zos, hardcopy: Hardcopy) -> None:
        self._system = system
        self._hardcopy = hardcopy
        self._lock = threading.Lock()
        self._requests: dict[int, Request] = {}
        self._last_id = 0

    def message(self, text: str, jobid: str = "", jobname: str = "") -> Message:
        """Write to operator (WTO)."""
        return self._hardcopy.append(self._system.clock.now(), text, jobid=jobid, jobname=jobname)

    def wtor(self, text: str, job: Job, cancelled: threading.Event) -> str:
        """Write to operator with reply: wait and return the reply.

        :raises Abend: S222 if the job is cancelled, or its step ends, before there is a reply.
        """
        request = self.ask(text, job.jobid, job.jobname)
        while not request.answered.wait(CANCEL_LOOK_SECONDS):
            if cancelled.is_set():
                self._drop(request)
        if request.reply is None:
            raise Abend("S222", f"reply {request.reply_id:02d} was deleted")
        return request.reply

    def ask(self, text: str, jobid: str, jobname: str) -> Request:
        """Issue a WTOR without waiting.

        :raises NoReplyId: all identifiers are outstanding.
        """
        with self._lock:
            free = [number for number in _after(self._last_id) if number not in self._requests]
            if not free:
                raise NoReplyId("All 99 reply identifiers are outstanding: reply to some of them")
            self._last_id = free[0]
            request = Request(free[0], text, jobid, jobname, self._system.clock.now())
            self._requests[free[0]] = request
        shown = f"*{request.reply_id:02d} {text}"
        self._hardcopy.append(
            request.time, shown, kind="reply", jobid=jobid, jobname=jobname, reply_id=f"{request.reply_id:02d}"
        )
        return request

    def reply(self, reply_id: int, text: str) -> bool:
        """Answer a request; False if none of that identifier is outstanding."""
        with self._lock:
            request = self._requests.pop(reply_id, None)
        if request is None:
            return False
        request.reply = text
        request.answered.set()
        return True

    def outstanding(self) -> list[Request]:
        """Return the requests without reply, oldest first."""
        with self._lock:
            return sorted(self._requests.values(), key=lambda request: request.time)

    def forget(self, jobid: str) -> None:
        """Delete the requests of a job whose step has ended; who waits for them gets S222."""
        for request in self.outstanding():
            if request.jobid == jobid:
                self._drop(request)

    def _drop(self, request: Request) -> None:
        with self._lock:
            self._requests.pop(request.reply_id, None)
        request.answered.set()

    def command(self, text: str, console: str = "MASTER") -> list[str]:
        """Issue a command and return its response lines; both go to the hardcopy log."""
        from zoslab.console import commands

        self._hardcopy.append(self._system.clock.now(), text, kind="command", console=console)
        lines = commands.run(self._system, text.strip(), console)
        if lines:
            self._hardcopy.append(self._system.clock.now(), "\n".join(lines), kind="response", console=console)
        return lines

    def hardcopy(self, since: datetime | int | None = None) -> list[Message]:
        """Return messages, commands and responses after a time or a message number."""
        return self._hardcopy.since(since)

    def wait_for(self, text: str, since: datetime | int | None, timeout: float) -> Message | None:
        """Wait for a message that contains ``text``; None if none came in ``timeout`` seconds."""
        from time import monotonic

        end = monotonic() + timeout
        while True:
            found = self.hardcopy(since)
            for message in found:
                if text in message.text and message.kind in ("message", "reply"):
                    return message
            last = found[-1].number if found else since if isinstance(since, int) else 0
            if (left := end - monotonic()) <= 0:
                return None
            self._hardcopy.wait(last, min(left, 0.5))


def _after(last: int) -> list[int]:
    return [*range(last + 1, LAST_REPLY + 1), *range(1, last + 1)]
