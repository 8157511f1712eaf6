"""The hardcopy log: every message and command with its time. Own layout: ``hardcopy.jsonl``, a JSON object a line."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

KEPT_IN_STORAGE = 20_000
"""Messages that ``since`` can go back to."""


@dataclass(frozen=True)
class Message:
    """One entry of the log.

    :param kind: ``message``, ``command``, ``response`` or ``reply`` (a WTOR waiting for one).
    :param reply_id: the two digits of a WTOR, else empty.
    """

    number: int
    time: datetime
    text: str
    kind: str = "message"
    jobid: str = ""
    jobname: str = ""
    console: str = ""
    reply_id: str = ""


class Hardcopy:
    """Appends to the log; what is appended survives the death of the process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "hardcopy.jsonl"
        self._recent: deque[Message] = deque(maxlen=KEPT_IN_STORAGE)
        self._changed = threading.Condition()
        self._load()
        self._file = open(self._path, "ab", buffering=0)  # noqa: SIM115  (open while the system is up)

    def append(self, time: datetime, text: str, **details: str) -> Message:
        """Write one entry and return it."""
        with self._changed:
            number = self._recent[-1].number + 1 if self._recent else 1
            message = Message(number, time, text, **details)
            self._recent.append(message)
            if not self._file.closed:
                self._file.write((json.dumps(asdict(message), default=str) + "\n").encode())
            self._changed.notify_all()
            return message

    def since(self, since: datetime | int | None = None) -> list[Message]:
        """Return the entries after a time or an entry's number, or all that are in storage."""
        with self._changed:
            if since is None:
                return list(self._recent)
            return [entry for entry in self._recent if _after(entry, since)]

    def wait(self, number: int, timeout: float) -> bool:
        """Wait until there is an entry after ``number``; False if none came in ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._recent) and self._recent[-1].number > number, timeout)

    def close(self) -> None:
        with self._changed:
            self._file.close()

    def _load(self) -> None:
        """Read the end of the log; a last line that was cut off is completed with a line end."""
        if not self._path.exists():
            return
        with open(self._path, "rb") as file:
            for line in deque(file, maxlen=KEPT_IN_STORAGE):
                if line.endswith(b"\n"):
                    entry = json.loads(line)
                    self._recent.append(Message(**{**entry, "time": datetime.fromisoformat(entry["time"])}))
        if self._path.stat().st_size and self._path.read_bytes()[-1:] != b"\n":
            with open(self._path, "r+b") as file:
                content = file.read()
                file.truncate(content.rfind(b"\n") + 1)


def _after(entry: Message, since: datetime | int) -> bool:
    return entry.number > since if isinstance(since, int) else entry.time > since
