"""The system's clock: real time, UTC, in the forms that messages and listings print."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """Time of day. One object, so that a test can set another clock."""

    def now(self) -> datetime:
        """Return the time with microseconds, in UTC."""
        return datetime.now(UTC)

    def stamp(self) -> str:
        """``yyyy.ddd hh:mm:ss.tttttt``: what listings measure the source time lost with."""
        return stamp(self.now())


def stamp(moment: datetime) -> str:
    """``yyyy.ddd hh:mm:ss.tttttt``."""
    return f"{moment:%Y.%j %H:%M:%S}.{moment.microsecond:06d}"


def seconds(moment: datetime) -> str:
    """``hh.mm.ss``, as consoles and job logs print."""
    return f"{moment:%H.%M.%S}"
