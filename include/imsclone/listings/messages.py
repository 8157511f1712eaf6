"""Messages in listings: an id with its severity letter, a text that may go on over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MESSAGE = re.compile(r"[ 01+-]?\s*([A-Z]{3}\d{3,5}([IWEASTD]))\s+(\S.*)")
PAGE = re.compile(r"[01]?\s*(?:PAGE \d+\b.*|.*\bPAGE\s+\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a listing."""

    id: str
    text: str
    line: int = 0

    @property
    def severity(self) -> str:
        """The id's last letter: I, W, E, S, T."""
        return self.id[-1]

    @property
    def is_error(self) -> bool:
        """Whether the message tells of something that failed."""
        return self.severity in "EST"

    def __str__(self) -> str:
        return f"{self.id} {self.text}"


def messages(listing: str | Iterable[str], prefix: str = "") -> Iterator[Message]:
    """Yield the messages of a listing; a line that is indented behind a message belongs to it.

    :param prefix: first letters of the ids, such as ADR.
    """
    lines = listing.splitlines() if isinstance(listing, str) else listing
    current: Message | None = None
    for number, line in enumerate(lines, 1):
        match = MESSAGE.match(line)
        if match and match[1].startswith(prefix):
            if current:
                yield current
            current = Message(match[1], match[3].strip(), number)
        elif current and line.startswith("  ") and line.strip() and not PAGE.match(line):
            current = Message(current.id, f"{current.text} {line.strip()}", current.line)
        elif current:
            yield current
            current = None
    if current:
        yield current
