"""Waiting of a dependent region on something inside the control region, which its own cancellation ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from zoslab.ims.errors import RegionCancelled

LOOK_SECONDS = 0.1


def check(cancelled: threading.Event | None) -> None:
    """Raise RegionCancelled if the dependent region has been cancelled."""
    if cancelled is not None and cancelled.is_set():
        raise RegionCancelled


def wait_for(
    change: threading.Condition,
    ready: Callable[[], bool],
    cancelled: threading.Event | None = None,
    timeout: float | None = None,
) -> bool:
    """Wait as ``Condition.wait_for`` does; tell whether it is ready.

    :raises RegionCancelled: the dependent region that waits has been cancelled.
    """
    if cancelled is None:
        return change.wait_for(ready, timeout)
    end = time.monotonic() + timeout if timeout is not None else float("inf")
    while not change.wait_for(ready, max(min(LOOK_SECONDS, end - time.monotonic()), 0)):
        check(cancelled)
        if time.monotonic() >= end:
            return False
    return True
