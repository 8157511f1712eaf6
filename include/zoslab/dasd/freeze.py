"""Consistency-group freeze: writes to a frozen device wait until the thaw, or until its timer runs out.

Source: DFSMSdss FCCGFREEZE and CGCREATED; on the control unit the volume is in extended long busy meanwhile.
A freeze that a killed process held leaves a mark in the folder and counts as run out afterwards.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DEFAULT_TIMER = 120.0
"""Seconds; the control unit's default for extended long busy."""


@dataclass(frozen=True)
class ThawResult:
    """What the thaw found: device numbers that were still held, and those whose timer had run out before.

    Copies of a group are consistent with each other only if nothing had expired.
    """

    frozen: tuple[int, ...]
    expired: tuple[int, ...]

    @property
    def consistent(self) -> bool:
        return not self.expired


class Freeze:
    """The frozen devices of a disk subsystem."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._changed = threading.Condition()
        self._deadlines: dict[int, float] = {int(mark.name, 16): 0.0 for mark in folder.iterdir()}

    def freeze(self, devno: int, timeout_s: float = DEFAULT_TIMER) -> None:
        """Hold writes to the device from now on. The caller holds the device, so that no write is under way."""
        with self._changed:
            (self._folder / f"{devno:04X}").touch()
            self._deadlines[devno] = time.monotonic() + timeout_s
            self._changed.notify_all()

    def thaw(self, devnos: Iterable[int] | None = None) -> ThawResult:
        """Let writes go on, to these devices or to all, and say whose timer had run out."""
        with self._changed:
            now = time.monotonic()
            wanted = sorted(self._deadlines if devnos is None else self._deadlines.keys() & set(devnos))
            ended = {devno: self._deadlines.pop(devno) <= now for devno in wanted}
            for devno in wanted:
                (self._folder / f"{devno:04X}").unlink()
            self._changed.notify_all()
        return ThawResult(
            frozen=tuple(devno for devno, expired in ended.items() if not expired),
            expired=tuple(devno for devno, expired in ended.items() if expired),
        )

    def holds(self, devnos: Iterable[int]) -> bool:
        """Say whether a write to one of the devices has to wait."""
        if not self._deadlines:
            return False
        with self._changed:
            return self._latest(devnos) > time.monotonic()

    def wait(self, devnos: Iterable[int]) -> None:
        """Return once none of the devices holds writes. The caller holds no device."""
        wanted = tuple(devnos)
        with self._changed:
            while (remaining := self._latest(wanted) - time.monotonic()) > 0:
                self._changed.wait(remaining)

    def _latest(self, devnos: Iterable[int]) -> float:
        return max((self._deadlines.get(devno, 0.0) for devno in devnos), default=0.0)
