"""What the system keeps about a VSAM data set outside its tracks: high-used RBAs, index root, counters.

On a volume they live in the VVR of the VVDS; ``Holder`` is given the functions that load and save them there.
All openers of a data set in the process share one holder, which also carries the data set's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

Atomic = Callable[[], AbstractContextManager[object]]
"""Opens a transaction in which track writes happen whole or not at all."""
Lock = AbstractContextManager[bool]


@dataclass(frozen=True, slots=True)
class Statistics:
    """RBAs in bytes from the start of the component; counters as LISTCAT shows them."""

    hurba: int = 0
    index_hurba: int = 0
    index_root: int = 0
    levels: int = 0
    records: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    ci_splits: int = 0
    ca_splits: int = 0


class Holder:
    """The current statistics of one data set, and its lock."""

    def __init__(
        self, load: Callable[[], Statistics] = Statistics, save: Callable[[Statistics], None] = lambda _: None
    ) -> None:
        self.lock = threading.RLock()
        self._load, self._save = load, save
        self.now = self._saved = load()

    @contextmanager
    def changing(self, atomic: Atomic) -> Iterator[None]:
        """Hold the data set; a change that fails inside a transaction also takes back the statistics."""
        with self.lock:
            before = self.now, self._saved
            try:
                with atomic():
                    yield
            except BaseException:
                if atomic is not nullcontext:
                    self.now, self._saved = before
                raise

    def put(self, **changes: Any) -> None:
        """Change fields and save: for what must not be lost (RBAs, root)."""
        self.now = replace(self.now, **changes)
        self.flush()

    def count(self, **steps: int) -> None:
        """Add to counters; they are saved with the next ``put`` or ``flush``."""
        self.now = replace(self.now, **{name: getattr(self.now, name) + step for name, step in steps.items()})

    def flush(self) -> None:
        """Save the counters, as CLOSE does."""
        self._save(self.now)
        self._saved = self.now

    def reopen(self) -> None:
        """Load the statistics again if they are not the ones saved last: the volume was overwritten."""
        found = self._load()
        if found != self._saved:
            self.now = self._saved = found

    def reload(self) -> None:
        """Load the statistics again: what was changed was taken back."""
        with self.lock:
            self.now = self._saved = self._load()
