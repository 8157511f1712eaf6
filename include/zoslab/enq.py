"""The enqueue on data set names (major name SYSDSN): shared by readers, exclusive to one owner. Never waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class DataSetInUse(Exception):
    """Another owner holds the data set.

    :ivar dsname: the data set. :ivar holder: who holds it; the first of several that share it.
    """

    def __init__(self, dsname: str, holder: str) -> None:
        super().__init__(f"Data set {dsname} is in use by {holder}. Wait until it is free, or end the holder.")
        self.dsname, self.holder = dsname, holder


class Enq:
    """All holds of one system. An owner may hold a name several times; its own holds never refuse it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, list[tuple[str, bool]]] = {}

    @contextmanager
    def hold(self, dsname: str, shared: bool, owner: str) -> Iterator[None]:
        """Hold ``dsname`` for the block.

        :raises DataSetInUse: another owner has it and one of the two wants it for itself.
        """
        request = (owner, shared)
        with self._lock:
            for holder, holds_shared in self._held.get(dsname, []):
                if holder != owner and not (shared and holds_shared):
                    raise DataSetInUse(dsname, holder)
            self._held.setdefault(dsname, []).append(request)
        try:
            yield
        finally:
            with self._lock:
                self._held[dsname].remove(request)
                if not self._held[dsname]:
                    del self._held[dsname]

    def holders(self, dsname: str) -> list[tuple[str, bool]]:
        """Return (owner, shared) of every hold on a name."""
        with self._lock:
            return list(self._held.get(dsname, []))

    def names(self) -> list[str]:
        """Return every name that is held."""
        with self._lock:
            return sorted(self._held)
