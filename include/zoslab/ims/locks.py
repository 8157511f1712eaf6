"""Locks of units of recovery on databases, roots and blocks. Source: IMS program isolation: locks are kept until the
sync point, a unit that would close a circle of waiters is the victim and abends U0777."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

from zoslab.ims.errors import RegionDown, UserAbend
from zoslab.ims.waiting import wait_for

SHARED, EXCLUSIVE = "S", "X"


@dataclass
class _Resource:
    holders: dict[int, str] = field(default_factory=dict)
    queue: list[tuple[int, str]] = field(default_factory=list)


class LockManager:
    """Who holds what; owners are numbers of units of recovery."""

    def __init__(self, timeout: float = 60.0) -> None:
        self._timeout = timeout
        self._change = threading.Condition()
        self._resources: dict[Hashable, _Resource] = {}
        self._held: dict[int, set[Hashable]] = defaultdict(set)
        self._waiting: dict[int, Hashable] = {}
        self._down = ""

    def acquire(
        self, owner: int, name: Hashable, mode: str = EXCLUSIVE, cancelled: threading.Event | None = None
    ) -> None:
        """Take a lock, waiting for it.

        :raises UserAbend: U0777 deadlock, U3310 lock timeout.
        :raises RegionDown: the region ended. :raises RegionCancelled: the owner's region was ``cancelled``.
        """
        with self._change:
            if self._grant(owner, name, mode, first=True):
                return
            resource = self._resources[name]
            entry = (owner, mode)
            resource.queue.append(entry)
            self._waiting[owner] = name
            try:
                self._wait(owner, name, entry, cancelled)
            finally:
                del self._waiting[owner]
                if entry in resource.queue:
                    resource.queue.remove(entry)
                self._change.notify_all()

    def _wait(self, owner: int, name: Hashable, entry: tuple[int, str], cancelled: threading.Event | None) -> None:
        if self._closes_circle(owner):
            raise UserAbend(777, f"DEADLOCK ON {name}")
        granted = wait_for(self._change, lambda: bool(self._down) or self._turn(name, entry), cancelled, self._timeout)
        if self._down:
            raise RegionDown(self._down)
        if not granted:
            raise UserAbend(3310, f"LOCK TIMEOUT ON {name}")
        self._resources[name].queue.remove(entry)
        self._hold(owner, name, entry[1])

    def _turn(self, name: Hashable, entry: tuple[int, str]) -> bool:
        resource = self._resources[name]
        return self._compatible(resource, *entry) and (entry[0] in resource.holders or resource.queue[0] == entry)

    def try_acquire(self, owner: int, name: Hashable, mode: str = EXCLUSIVE) -> bool:
        """Take a lock if that needs no waiting."""
        with self._change:
            return self._grant(owner, name, mode, first=False)

    def _grant(self, owner: int, name: Hashable, mode: str, *, first: bool) -> bool:
        resource = self._resources.setdefault(name, _Resource())
        if resource.holders.get(owner) in (mode, EXCLUSIVE):
            return True
        waiting = bool(resource.queue) and owner not in resource.holders
        if not waiting and self._compatible(resource, owner, mode):
            self._hold(owner, name, mode)
            return True
        if not first and not resource.holders and not resource.queue:
            del self._resources[name]
        return False

    @staticmethod
    def _compatible(resource: _Resource, owner: int, mode: str) -> bool:
        others = [held for holder, held in resource.holders.items() if holder != owner]
        return not others or (mode == SHARED and all(held == SHARED for held in others))

    def _hold(self, owner: int, name: Hashable, mode: str) -> None:
        self._resources[name].holders[owner] = mode
        self._held[owner].add(name)

    def _closes_circle(self, owner: int) -> bool:
        seen: set[int] = set()
        pending = list(self._blockers(owner))
        while pending:
            other = pending.pop()
            if other == owner:
                return True
            if other not in seen:
                seen.add(other)
                pending += self._blockers(other)
        return False

    def _blockers(self, owner: int) -> list[int]:
        """Return the owners whose locks or earlier requests ``owner`` waits for."""
        resource = self._resources.get(self._waiting.get(owner))
        if resource is None:
            return []
        place = next(n for n, entry in enumerate(resource.queue) if entry[0] == owner)
        mode = resource.queue[place][1]
        found = [h for h, held in resource.holders.items() if h != owner and EXCLUSIVE in (mode, held)]
        if owner not in resource.holders:
            found += [earlier for earlier, _ in resource.queue[:place] if earlier != owner]
        return found

    def release(self, owner: int, name: Hashable) -> None:
        """Give one lock back."""
        with self._change:
            self._drop(owner, name)
            self._held[owner].discard(name)
            self._change.notify_all()

    def release_all(self, owner: int) -> None:
        """Give every lock of an owner back."""
        with self._change:
            for name in self._held.pop(owner, set()):
                self._drop(owner, name)
            self._change.notify_all()

    def _drop(self, owner: int, name: Hashable) -> None:
        resource = self._resources.get(name)
        if resource is None:
            return
        resource.holders.pop(owner, None)
        if not resource.holders and not resource.queue:
            del self._resources[name]

    def waiting(self) -> int:
        """Return how many requests wait."""
        with self._change:
            return sum(len(resource.queue) for resource in self._resources.values())

    def stop(self, reason: str) -> None:
        """Wake every waiter: the region is gone."""
        with self._change:
            self._down = reason
            self._change.notify_all()
