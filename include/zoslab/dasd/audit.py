"""Who wrote to which volume: tracks written per device, volume serial and writer.

Own layout: ``audit.log`` is text, lines of ``devno volser tracks writer``, added to at every flush; a reader adds them
up. A writer's first write to a volume is in the file before the write returns, later counts at most a second after.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path

from zoslab.dasd import commit

FLASHCOPY = "FLASHCOPY"
FLUSH_SECONDS = 1.0
NO_VOLSER = "-"

writer: ContextVar[str] = ContextVar("writer", default="SYSTEM")
"""The job or started task on whose behalf this context writes."""

Key = tuple[int, str, str]


class Audit:
    """Counters that outlive the process. All methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._unwritten: Counter[Key] = Counter()
        self._load()
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115  (stays open for the life of the subsystem)
        self._flushed = time.monotonic()

    def record(self, devno: int, volser: str | None, who: str, tracks: int = 1) -> None:
        """Count ``tracks`` written by ``who``; a device without a label counts under ``-``."""
        key = (devno, volser or NO_VOLSER, who)
        with self._lock:
            first = key not in self._counts
            self._counts[key] += tracks
            self._unwritten[key] += tracks
            if first or time.monotonic() - self._flushed >= FLUSH_SECONDS:
                self._flush()

    def writers(self, volser: str) -> dict[str, int]:
        """Return tracks written to volumes of this serial, whatever device they were on, by writer."""
        return self._sum(lambda key: key[1] == volser)

    def writers_to(self, devno: int) -> dict[str, int]:
        """Return tracks written to this device, whatever volume it was, by writer."""
        return self._sum(lambda key: key[0] == devno)

    def flush(self) -> None:
        with self._lock:
            self._flush()

    def close(self) -> None:
        with self._lock:
            self._flush()
            self._file.close()

    def _sum(self, wanted: Callable[[Key], bool]) -> dict[str, int]:
        with self._lock:
            result: Counter[str] = Counter()
            for key, tracks in self._counts.items():
                if wanted(key):
                    result[key[2]] += tracks
        return dict(result)

    def _flush(self) -> None:
        self._flushed = time.monotonic()
        if self._unwritten:
            self._file.write(_lines(self._unwritten))
            self._unwritten.clear()

    def _load(self) -> None:
        """Add up the file and write it anew, one line a counter; a last line cut short by a kill is dropped."""
        if not self._path.exists():
            return
        for line in self._path.read_bytes().split(b"\n")[:-1]:
            devno, volser, tracks, who = line.decode().split(" ", 3)
            self._counts[int(devno, 16), volser, who] += int(tracks)
        commit.write(self._path, _lines(self._counts))


def _lines(counts: Counter[Key]) -> bytes:
    return "".join(f"{devno:04X} {volser} {n} {who}\n" for (devno, volser, who), n in counts.items()).encode()
