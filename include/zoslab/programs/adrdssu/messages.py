"""SYSPRINT of DFSMSdss: message form, task numbers, closing message. z/OS MVS System Messages, Volume 1, ADR messages.

As documented: ADR005T 006I 012I 013I 014I 017E 101I 109I 201E 241I 320I 344I 806I 918I 938E. The other ids, and all
texts behind a colon, are this project's own wording of what DFSMSdss says in that case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoslab.clock import Clock
    from zoslab.jes.step import Listing

LINE = 118
_INDENT = " " * 26


class Refused(Exception):
    """A task ends with a message; ``code`` is its return code."""

    def __init__(self, message: str, text: str, code: int = 8) -> None:
        super().__init__(f"{message} {text}")
        self.message, self.text, self.code = message, text.upper(), code


class Messages:
    """Writes the listing."""

    def __init__(self, listing: Listing, clock: Clock) -> None:
        self._listing, self._clock = listing, clock

    def now(self) -> str:
        """Return the time as the messages have it."""
        return f"{self._clock.now():%Y.%j %H:%M:%S}"

    def heading(self) -> None:
        """Write the page heading."""
        title = "5695-DF175  DFSMSDSS V2R05.0 DATA SET SERVICES"
        self._listing.line(f"1PAGE 0001     {title}     {self._clock.now():%Y.%j %H:%M}")

    def statement(self, lines: Iterable[str]) -> None:
        """Write a control statement as it was read."""
        for number, line in enumerate(lines):
            self._listing.line(("-" if number == 0 else " ") + f"  {line.strip()}")

    def say(self, message: str, origin: str, text: str) -> None:
        """Write a message, over several lines if it is long."""
        words = f" {message} {origin}, {text}".split(" ")
        line = words[0]
        for word in words[1:]:
            if len(line) + 1 + len(word) > LINE and line.strip():
                self._listing.line(line)
                line = _INDENT + word
            else:
                line += f" {word}"
        self._listing.line(line)

    def close(self, codes: Mapping[int, int], least: int) -> int:
        """Write the closing message; return the highest code."""
        highest = max(least, *codes.values(), 0)
        text = f"{self.now()} DFSMSDSS PROCESSING COMPLETE. HIGHEST RETURN CODE IS {highest:04d}"
        from_tasks = [number for number, code in codes.items() if code and code == highest]
        self.say("ADR012I", "(SCH)-DSSU (01)", text + (" FROM:" if from_tasks else ""))
        for number in from_tasks:
            self._listing.line(f"{_INDENT}TASK    {number:03d}")
        return highest


class Task:
    """One task: its number, its highest return code so far."""

    def __init__(self, messages: Messages, number: int) -> None:
        self._messages, self.number, self.code = messages, number, 0

    def say(self, message: str, module: str, text: str, code: int = 0) -> None:
        """Write a message of the task; ``code`` is the return code it stands for."""
        self.code = max(self.code, code)
        self._messages.say(message, f"({self.number:03d})-{module}", text)

    def begins(self) -> None:
        """Write that execution begins."""
        self.say("ADR006I", "STEND(01)", f"{self._messages.now()} EXECUTION BEGINS")

    def ends(self) -> None:
        """Write that execution ends, and the task's return code."""
        self.say("ADR006I", "STEND(02)", f"{self._messages.now()} EXECUTION ENDS")
        self.say("ADR013I", "CLTSK(01)", f"{self._messages.now()} TASK COMPLETED WITH RETURN CODE {self.code:04d}")
