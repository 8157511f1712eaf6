"""System management records. Own layout: one JSON object a line, with the SMF record type it stands for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Smf:
    """Appends records to ``smf.jsonl`` in the system's folder, each as it happens."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "smf.jsonl"
        self._lock = threading.Lock()

    def record(self, kind: int, **values: Any) -> None:
        """Write one record, such as type 30 at the end of a step or job."""
        line = json.dumps({"type": kind, **values}, default=str) + "\n"
        with self._lock, open(self._path, "ab", buffering=0) as file:
            file.write(line.encode())

    def records(self, kind: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the records of one type, or all."""
        if not self._path.exists():
            return
        with open(self._path, encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    record: dict[str, Any] = json.loads(line)
                    if kind is None or record["type"] == kind:
                        yield record
