"""What is true of each of some things now, kept in a file that a change costs one short write, however many there are.

Own layout: lines of JSON, ``[key, value]``; the last for a key counts, null takes it away. A line that a kill cut short
has no end and does not count. Opening writes the file anew, a line for each key.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from zoslab.dasd import commit


class StateLog:
    """The values of one file by key. All methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self.values: dict[str, Any] = {}
        for line in path.read_bytes().split(b"\n")[:-1] if path.exists() else []:
            self._take(*json.loads(line))
        commit.write(path, *(_line(key, value) for key, value in self.values.items()))
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115  (stays open for the life of the subsystem)

    def put(self, key: str, value: Any) -> None:
        """Keep a value, or with None none; it is committed when this returns."""
        with self._lock:
            self._file.write(_line(key, value))
            self._take(key, value)

    def close(self) -> None:
        self._file.close()

    def _take(self, key: str, value: Any) -> None:
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value


def _line(key: str, value: Any) -> bytes:
    return json.dumps([key, value]).encode() + b"\n"
