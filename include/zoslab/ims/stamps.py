"""Time as IMS writes it. Source: Principles of Operation (STCK), IMS message formats in ims.md sections 1.3 and 3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """The system's clock."""

    def now(self) -> datetime: ...


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def stck(moment: datetime) -> int:
    """Return the 8-byte time-of-day clock value: bit 51 is one microsecond since 1900."""
    return ((_utc(moment) - _EPOCH) // timedelta(microseconds=1)) << 12


def from_stck(value: int) -> datetime:
    """Return the moment of a time-of-day clock value."""
    return _EPOCH + timedelta(microseconds=value >> 12)


def long_stamp(moment: datetime) -> str:
    """Return ``yyyy.ddd hh:mm:ss.tttttt``."""
    return moment.strftime("%Y.%j %H:%M:%S.%f")


def checkpoint_id(moment: datetime) -> str:
    """Return a checkpoint's name, ``yyddd/hhmmss``."""
    return moment.strftime("%y%j/%H%M%S")
