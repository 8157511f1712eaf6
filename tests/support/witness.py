"""A witness who asks two IMS for their databases, again and again, while faults strike: what was stopped, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Statuses = Mapping[str, frozenset[str]]
"""What an IMS says of each database."""
STOPPED = frozenset({"STOACC", "STOUPDS", "STOSCHD"})
SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Sample:
    """What an IMS said between two moments of this machine's clock."""

    since: float
    until: float
    statuses: Statuses

    def stopped(self, name: str) -> bool:
        return bool(self.statuses[name] & STOPPED)


@dataclass
class Witness:
    """Asks until it is told to stop.

    :param ask: returns what an IMS says now; raises when nobody answers, then there is no sample.
    """

    ask: Callable[[str], Statuses]
    imsids: tuple[str, ...] = ("IMSP", "IMST")
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Witness:
        self.samples = {imsid: [] for imsid in self.imsids}
        self._thread = threading.Thread(target=self._watch, name="witness", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self.ended.wait(SAMPLE_SECONDS):
            for imsid in self.imsids:
                since = time.time()
                try:
                    said = self.ask(imsid)
                except Exception:  # whatever a z/OS that was killed breaks
                    continue
                if said:
                    self.samples[imsid].append(Sample(since, time.time(), said))

    def longest_stop(self, imsid: str, name: str) -> float:
        """Return for how long a database was seen stopped at a stretch, in seconds."""
        longest, first = 0.0, None
        for one in self.samples[imsid]:
            first = (first or one.until) if one.stopped(name) else None
            longest = max(longest, one.since - first if first else 0.0)
        return longest

    def not_stopped(self, imsid: str, name: str, since: float, until: float) -> list[float]:
        """Return when, between two moments, a database was seen that programs could use."""
        within = [one for one in self.samples[imsid] if since < one.since and one.until < until]
        return [one.since for one in within if not one.stopped(name)]
