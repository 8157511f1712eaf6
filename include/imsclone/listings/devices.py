"""DISPLAY UNIT: which device holds which volume, online or not.

Source: z/OS MVS System Messages IEE457I, ``UNIT TYPE STATUS VOLSER VOLSTATE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ROW = re.compile(
    r"\s*(?P<unit>[0-9A-F]{3,5})\s+(?P<type>\d{4}[A-Z]?|33\w{2})\s+(?P<status>[A-Z][A-Z0-9/-]*)"
    r"(?:(?:\s+(?P<volser>[A-Z0-9@#$-]{1,6}))?\s+(?P<state>[A-Z]*/[A-Z]+))?(?:\s+\d)?\s*"
)
_OFFLINE = {"F", "OFFLINE", "BOX"}


@dataclass(frozen=True, slots=True)
class Device:
    """One disk device. ``volser`` is empty while it is offline."""

    unit: str
    device_type: str
    status: str
    volser: str

    @property
    def online(self) -> bool:
        """Whether the system can use it."""
        return not any(mark in self.status.split("-")[0] for mark in _OFFLINE)


def devices(lines: Iterable[str]) -> tuple[Device, ...]:
    """Return the devices of a response; other lines are passed over."""
    found = []
    for line in lines:
        match = _ROW.fullmatch(line)
        if match and not line.strip().startswith("UNIT"):
            volser = match["volser"] or ""
            found.append(Device(match["unit"].rjust(4, "0"), match["type"], match["status"], volser))
    return tuple(found)
