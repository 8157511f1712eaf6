"""The gate through which every log write and every database write passes, so that they can be held.

Stands for the suspend service of IMS tooling: IMS itself has no public command that holds log writes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from zoslab.ims.errors import RegionDown, SuspendFailed


class Gate:
    """Open, closed (writers wait) or broken (writers fail: the region is gone)."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._inside = 0
        self._closed = False
        self._broken = ""
        self._local = threading.local()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be inside for a write; waits while the gate is closed. A thread inside may enter again."""
        depth = getattr(self._local, "depth", 0)
        if depth == 0:
            self._enter()
        elif self._broken:
            raise RegionDown(self._broken)
        self._local.depth = depth + 1
        try:
            yield
        finally:
            self._local.depth = depth
            if depth == 0:
                with self._state:
                    self._inside -= 1
                    self._state.notify_all()

    def _enter(self) -> None:
        with self._state:
            while self._closed and not self._broken:
                self._state.wait()
            if self._broken:
                raise RegionDown(self._broken)
            self._inside += 1

    @contextmanager
    def exempt(self) -> Iterator[None]:
        """Let the calling thread through a closed gate: for what suspend itself writes."""
        depth = getattr(self._local, "depth", 0)
        self._local.depth = depth + 1
        try:
            yield
        finally:
            self._local.depth = depth

    def close(self, timeout: float) -> None:
        """Keep new writers out and wait until nobody is inside.

        :raises SuspendFailed: somebody is still inside after ``timeout`` seconds; the gate is open again.
        """
        with self._state:
            self._closed = True
            if not self._state.wait_for(lambda: self._inside == 0, timeout):
                self._closed = False
                self._state.notify_all()
                raise SuspendFailed(f"A WRITE DID NOT END WITHIN {timeout:g} SECONDS; UPDATES GO ON")

    def open(self) -> None:
        """Let writers through."""
        with self._state:
            self._closed = False
            self._state.notify_all()

    def shatter(self, reason: str) -> None:
        """Make every write fail from now on."""
        with self._state:
            self._broken = reason
            self._state.notify_all()

    @property
    def closed(self) -> bool:
        return self._closed
