"""Watching the console for a message that no command asked for."""

from __future__ import annotations

import re
import time

from zoslab.console.console import Console
from zoslab.console.hardcopy import Message

LOOK_SECONDS = 0.1
UNSOLICITED = ("message", "reply")


class Detection:
    """Looks for an expression in the messages that come after it was made, for a number of seconds."""

    def __init__(self, console: Console, wanted: re.Pattern[str], seconds: float) -> None:
        self._console, self._wanted = console, wanted
        log = console.hardcopy()
        self._seen = log[-1].number if log else 0
        self._until = time.monotonic() + seconds
        self._found = ""

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self._until

    def look(self) -> str:
        """Return the first message that fits, "" if none has come yet."""
        if not self._found:
            for message in self._console.hardcopy(self._seen):
                self._seen = message.number
                if self._fits(message):
                    self._found = message.text
                    break
        return self._found

    def wait(self) -> str:
        """Return the first message that fits as soon as it comes, "" when the time is over."""
        while not (found := self.look()) and not self.expired:
            time.sleep(LOOK_SECONDS)
        return found

    def _fits(self, message: Message) -> bool:
        return message.kind in UNSOLICITED and self._wanted.search(message.text) is not None
