"""The gate that database updates pass, so that a database can be quiesced.

Source: ims.md section 3, QUIESCE: units of recovery that have changed the database reach their sync point, then
further updates wait. Own rule: the unit of a message program counts from its beginning, if the program may update the
database, and waits there; that of a batch message program, which may take long, counts from its first change.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from zoslab.ims.errors import RegionDown, UserAbend
from zoslab.ims.waiting import wait_for

UNAVAILABLE = 3303


class UpdateGate:
    """What is quiescing or quiesced in one IMS, by the names that log records carry as the database."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._holders: defaultdict[int, set[str]] = defaultdict(set)
        self._closing: dict[str, int] = {}
        self._closed: set[str] = set()
        self._forbidden: set[str] = set()
        self._down = ""

    @property
    def idle(self) -> bool:
        """Whether nothing is quiescing or quiesced."""
        return not (self._closing or self._closed)

    def state(self, names: Collection[str]) -> str:
        """Return QUIESCED if all of the names are, QUIESCING if one is on its way, else nothing."""
        with self._change:
            if names and self._closed.issuperset(names):
                return "QUIESCED"
            return "QUIESCING" if any(name in self._closing for name in names) else ""

    def closed(self, names: Iterable[str]) -> set[str]:
        """Return those of the names that are quiesced."""
        with self._change:
            return self._closed.intersection(names)

    # Units of recovery -------------------------------------------------------------------------------------------

    def begin(
        self,
        unit: int,
        databases: Iterable[Collection[str]],
        *,
        counts: bool,
        cancelled: threading.Event | None = None,
    ) -> None:
        """Wait, before a unit begins, while one of its databases is on its way to being quiesced, or is, as a whole.

        :param counts: it is a user of what is not quiesced from now on.
        """
        wanted = [names for names in databases if names]
        with self._change:
            self._wait(lambda: not any(self._holds_back(names) for names in wanted), cancelled)
            if counts:
                self._holders[unit].update(name for names in wanted for name in names if name not in self._closed)

    def _holds_back(self, names: Collection[str]) -> bool:
        return self._closed.issuperset(names) or any(name in self._closing for name in names)

    def enter(self, unit: int, name: str, cancelled: threading.Event | None = None) -> None:
        """Let a unit change a database; it counts as its user until ``leave``.

        :raises UserAbend: U3303, updates are stopped there. :raises RegionDown: the region ended meanwhile.
        :raises RegionCancelled: the unit's dependent region was ``cancelled``.
        """
        with self._change:
            if name in self._forbidden:
                raise UserAbend(UNAVAILABLE, f"DFS3303I DATABASE {name} IS STOPPED FOR UPDATE")
            held = self._holders[unit]
            if name not in held:
                self._wait(lambda: name not in self._closed and unit < self._closing.get(name, unit + 1), cancelled)
                held.add(name)

    def leave(self, unit: int) -> None:
        """A unit is at its end."""
        with self._change:
            if self._holders.pop(unit, None):
                self._change.notify_all()

    def _wait(self, ready: Callable[[], bool], cancelled: threading.Event | None) -> None:
        wait_for(self._change, lambda: bool(self._down) or ready(), cancelled)
        if self._down:
            raise RegionDown(self._down)

    # Quiesce -----------------------------------------------------------------------------------------------------

    def mark(self, names: Iterable[str], first: int) -> None:
        """Begin to quiesce: units numbered from ``first`` on wait."""
        with self._change:
            self._closing.update(dict.fromkeys(names, first))

    def drain(self, names: Collection[str], timeout: float) -> bool:
        """Wait until no unit uses the names any more and quiesce them; False if some still did at the timeout."""
        with self._change:
            done = self._change.wait_for(lambda: bool(self._down) or not self._users(names), timeout)
            if self._down:
                raise RegionDown(self._down)
            if done:
                self._closed.update(names)
                for name in names:
                    self._closing.pop(name, None)
            return done

    def _users(self, names: Collection[str]) -> list[int]:
        return [unit for unit, held in self._holders.items() if not held.isdisjoint(names)]

    def users(self, names: Collection[str]) -> list[int]:
        """Return the units that have changed one of the names."""
        with self._change:
            return self._users(names)

    def close(self, names: Iterable[str]) -> None:
        """Quiesce at once, before any unit runs."""
        with self._change:
            self._closed.update(names)

    def open(self, names: Iterable[str]) -> None:
        """Let updates go on."""
        with self._change:
            for name in names:
                self._closing.pop(name, None)
                self._closed.discard(name)
            self._change.notify_all()

    # Stopped updates ---------------------------------------------------------------------------------------------

    def forbid(self, name: str) -> None:
        """Refuse changes of a partition."""
        with self._change:
            self._forbidden.add(name)

    def allow(self, name: str) -> None:
        """Allow them again."""
        with self._change:
            self._forbidden.discard(name)

    def stop(self, reason: str) -> None:
        """Wake every waiter: the region is gone."""
        with self._change:
            self._down = reason
            self._change.notify_all()
