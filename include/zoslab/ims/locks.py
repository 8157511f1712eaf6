"""Locks of units of recovery on databases, roots and blocks. Source: IMS program isolation: locks are kept until the
sync point, a unit that would close a circle of waiters is the victim and abends U0777.

Units of several IMSs may share one lock manager (``zoslab.ims.sharing``). What a member that failed holds for update
is retained until it is restarted: whoever asks for it is rejected (DFS3304I, U3303).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from zoslab.ims.errors import RegionDown, UserAbend
from zoslab.ims.waiting import wait_for

SHARED, EXCLUSIVE, UPDATE = "S", "X", "U"
"""UPDATE is the lock on a block in block-level sharing: units of one member hold it together, others are kept out."""

DATABASE = "DATABASE"
"""First word of the lock on a database as a whole."""
Owner = tuple[str, int]
"""The member of a data sharing group, empty for an IMS alone, and the number of its unit of recovery."""
REJECTED = 3303


@dataclass
class _Resource:
    holders: dict[Owner, str] = field(default_factory=dict)
    queue: list[tuple[Owner, str]] = field(default_factory=list)


def _conflict(owner: Owner, mode: str, holder: Owner, held: str) -> bool:
    """Tell whether a request has to wait for a holder, or for an earlier request."""
    if holder == owner or mode == held == SHARED:
        return False
    return not (mode == held == UPDATE and holder[0] == owner[0])


class LockTable:
    """Who holds what."""

    def __init__(self, timeout: float = 60.0) -> None:
        self._timeout = timeout
        self._change = threading.Condition()
        self._resources: dict[Hashable, _Resource] = {}
        self._held: dict[Owner, set[Hashable]] = defaultdict(set)
        self._waiting: dict[Owner, Hashable] = {}
        self._down: dict[str, str] = {}
        self._left: set[Owner] = set()
        self._lost: defaultdict[str, set[str]] = defaultdict(set)

    def acquire(
        self, owner: Owner, name: Hashable, mode: str = EXCLUSIVE, cancelled: threading.Event | None = None
    ) -> None:
        """Take a lock, waiting for it.

        :raises UserAbend: U0777 deadlock, U3310 lock timeout, U3303 the lock is retained for a member that failed.
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

    def _wait(self, owner: Owner, name: Hashable, entry: tuple[Owner, str], cancelled: threading.Event | None) -> None:
        if self._closes_circle(owner):
            raise UserAbend(777, f"DEADLOCK ON {name}")

        def over() -> bool:
            return owner[0] in self._down or bool(self._keeper(name, entry)) or self._turn(name, entry)

        ended = wait_for(self._change, over, cancelled, self._timeout)
        if owner[0] in self._down:
            raise RegionDown(self._down[owner[0]])
        keeper = self._keeper(name, entry)
        if keeper:
            raise UserAbend(REJECTED, f"DFS3304I IRLM LOCK REQUEST REJECTED ON {name}. SUBSYSTEM={keeper}")
        if not ended:
            raise UserAbend(3310, f"LOCK TIMEOUT ON {name}")
        self._resources[name].queue.remove(entry)
        self._hold(owner, name, entry[1])

    def _keeper(self, name: Hashable, entry: tuple[Owner, str]) -> str:
        """Return the member that failed and for which a lock in the way of a request is retained."""
        holders = self._resources[name].holders.items() if self._left else ()
        found = (one[0] for one, held in holders if one in self._left and _conflict(*entry, one, held))
        return next(found, "")

    def _turn(self, name: Hashable, entry: tuple[Owner, str]) -> bool:
        resource = self._resources[name]
        return self._compatible(resource, *entry) and (entry[0] in resource.holders or resource.queue[0] == entry)

    def try_acquire(self, owner: Owner, name: Hashable, mode: str = EXCLUSIVE) -> bool:
        """Take a lock if that needs no waiting."""
        with self._change:
            return self._grant(owner, name, mode, first=False)

    def _grant(self, owner: Owner, name: Hashable, mode: str, *, first: bool) -> bool:
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
    def _compatible(resource: _Resource, owner: Owner, mode: str) -> bool:
        return not any(_conflict(owner, mode, holder, held) for holder, held in resource.holders.items())

    def _hold(self, owner: Owner, name: Hashable, mode: str) -> None:
        self._resources[name].holders[owner] = mode
        self._held[owner].add(name)

    def _closes_circle(self, owner: Owner) -> bool:
        seen: set[Owner] = set()
        pending = list(self._blockers(owner))
        while pending:
            other = pending.pop()
            if other == owner:
                return True
            if other not in seen:
                seen.add(other)
                pending += self._blockers(other)
        return False

    def _blockers(self, owner: Owner) -> list[Owner]:
        """Return the owners whose locks or earlier requests ``owner`` waits for."""
        resource = self._resources.get(self._waiting.get(owner))
        if resource is None:
            return []
        place = next(n for n, entry in enumerate(resource.queue) if entry[0] == owner)
        mode = resource.queue[place][1]
        found = [h for h, held in resource.holders.items() if _conflict(owner, mode, h, held)]
        if owner not in resource.holders:
            found += [earlier for earlier, _ in resource.queue[:place] if earlier != owner]
        return found

    def release(self, owner: Owner, name: Hashable) -> None:
        """Give one lock back."""
        with self._change:
            self._drop(owner, name)
            self._held[owner].discard(name)
            self._change.notify_all()

    def release_all(self, owner: Owner) -> None:
        """Give every lock of an owner back; what a failed member left in a lost database stays locked."""
        with self._change:
            self._give_back(owner)
            self._change.notify_all()

    def _give_back(self, owner: Owner) -> None:
        lost = self._lost[owner[0]] if owner in self._left else set[str]()
        kept = set[Hashable]()
        for name in self._held.pop(owner, set()):
            if isinstance(name, tuple) and name[1] in lost:
                kept.add(name)
            else:
                self._drop(owner, name)
        self._left.discard(owner)
        if kept:
            self._held[owner] = kept
            self._left.add(owner)

    def _drop(self, owner: Owner, name: Hashable) -> None:
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

    def stop(self, member: str, reason: str) -> None:
        """Wake a member's waiters: it is gone."""
        with self._change:
            self._down[member] = reason
            self._change.notify_all()

    # Members that fail -------------------------------------------------------------------------------------------

    def join(self, member: str) -> None:
        """Serve a member again that was stopped."""
        with self._change:
            self._down.pop(member, None)

    def retain(self, member: str) -> None:
        """Keep what a member that failed holds for update; what it only read is free."""
        with self._change:
            for owner in self._owners(member):
                for name in [one for one in self._held[owner] if self._resources[one].holders.get(owner) == SHARED]:
                    self._drop(owner, name)
                    self._held[owner].discard(name)
                self._left.add(owner)
            self._change.notify_all()

    def lose(self, member: str, databases: Iterable[str]) -> None:
        """Keep what was retained in databases that the member's restart could not put right."""
        with self._change:
            self._lost[member].update(databases)

    def put_right(self, member: str, databases: Iterable[str]) -> None:
        """Give back what was kept in databases that are in order again."""
        with self._change:
            self._lost[member].difference_update(databases)
            for owner in self._owners(member) & self._left:
                self._give_back(owner)
            self._change.notify_all()

    def purge(self, member: str) -> None:
        """Give everything back that was retained for a member, but for what is in databases that it lost."""
        with self._change:
            for owner in self._owners(member):
                self._give_back(owner)
            self._change.notify_all()

    def _owners(self, member: str) -> set[Owner]:
        return {one for one in self._held if one[0] == member}

    def retained(self, member: str) -> int:
        """Return how many locks are retained for a member that failed."""
        with self._change:
            return sum(len(self._held[owner]) for owner in self._owners(member) & self._left)


class LockManager:
    """The locks of one IMS; owners are numbers of its units of recovery. ``table`` may be that of a sharing group.

    Whether programs may use a database as a whole is each IMS's own affair: other members do not see these locks.
    """

    def __init__(self, timeout: float = 60.0, table: LockTable | None = None, member: str = "") -> None:
        self._table = table or LockTable(timeout)
        self._member = member
        self._stopped = ""

    def _seen(self, name: Hashable) -> Hashable:
        """Return the name of a lock as the group knows it."""
        is_own = self._member and isinstance(name, tuple) and name[0] == DATABASE
        return (DATABASE, self._member, name) if is_own else name

    def acquire(
        self, owner: int, name: Hashable, mode: str = EXCLUSIVE, cancelled: threading.Event | None = None
    ) -> None:
        """Take a lock, waiting for it.

        :raises UserAbend: U0777 deadlock, U3310 lock timeout, U3303 the lock is retained for a member that failed.
        :raises RegionDown: the region ended. :raises RegionCancelled: the owner's region was ``cancelled``.
        """
        if self._stopped:
            raise RegionDown(self._stopped)
        self._table.acquire((self._member, owner), self._seen(name), mode, cancelled)

    def try_acquire(self, owner: int, name: Hashable, mode: str = EXCLUSIVE) -> bool:
        """Take a lock if that needs no waiting."""
        return not self._stopped and self._table.try_acquire((self._member, owner), self._seen(name), mode)

    def release(self, owner: int, name: Hashable) -> None:
        """Give one lock back."""
        self._table.release((self._member, owner), self._seen(name))

    def release_all(self, owner: int) -> None:
        """Give every lock of an owner back."""
        self._table.release_all((self._member, owner))

    def waiting(self) -> int:
        """Return how many requests wait."""
        return self._table.waiting()

    def stop(self, reason: str) -> None:
        """Wake every waiter: the region is gone."""
        self._stopped = reason
        self._table.stop(self._member, reason)
