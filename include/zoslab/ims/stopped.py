"""What is stopped outlives an IMS: the log says so, and a warm or emergency restart takes it over.

Source: IMS Operations and Automation, "Emergency restart": IMS restores the status of the last system checkpoint;
/DBRECOVERY and /DBDUMP are logged and followed by one. CICS TS, "Warm start" of DBCTL: after it resources are in the
state they were in when the system was shut down. Own layout: X'4C04', the stops of one database or partition,
written at each change and, for those with any, in each checkpoint. Own rule: no checkpoint follows a command.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from zoslab import ebcdic
from zoslab.ims.database_entry import STOPPED_UPDATES, DatabaseEntry
from zoslab.ims.log_records import LogRecord, Type

if TYPE_CHECKING:
    from zoslab.ims.engine import Engine
    from zoslab.ims.open_databases import OpenDatabases


class Stops:
    """The stops of one IMS's databases. ``latch`` is the one that they are opened and closed under."""

    def __init__(self, databases: OpenDatabases, engine: Engine, latch: threading.RLock) -> None:
        self._databases, self._engine, self._latch = databases, engine, latch

    def set(self, name: str, kinds: Collection[str]) -> None:
        """Say in which ways a database is stopped."""
        with self._latch:
            entry = self._databases.entry(name)
            if entry.stops != set(kinds):
                entry.stops = set(kinds)
                with self._engine.gate.passing():
                    self._engine.log.append(record(entry))
                self._engine.log.force()

    def log(self) -> None:
        """Write to the log what is stopped, as a part of a checkpoint."""
        with self._latch:
            for entry in self._databases.known():
                if entry.stops:
                    self._engine.log.append(record(entry))

    def take_over(self, known: Mapping[str, frozenset[str]]) -> None:
        """Stop what was stopped when this IMS ended; what the restart had to open is closed."""
        for name, kinds in known.items():
            if kinds and self._databases.has(name):
                entry = self._databases.entry(name)
                entry.stops |= kinds
                self._databases.close(name)
                if entry.master and STOPPED_UPDATES in kinds:
                    self._engine.recovery.updates.forbid(name)


def record(entry: DatabaseEntry) -> LogRecord:
    """Return the record that says what is stopped of a database."""
    return LogRecord(Type.DATABASE_STOPS, dbd=entry.name, body=ebcdic.encode(" ".join(sorted(entry.stops))))


def seen(records: Iterable[LogRecord], stops: dict[str, frozenset[str]]) -> Iterator[LogRecord]:
    """Pass the records of a log on, and keep what the last one of each database says is stopped of it."""
    for one in records:
        if one.type == Type.DATABASE_STOPS:
            stops[one.dbd] = frozenset(ebcdic.decode(one.body).split())
        yield one


def said_by(records: Iterable[LogRecord]) -> dict[str, frozenset[str]]:
    """Return what a log says last of each database that it says something of."""
    stops: dict[str, frozenset[str]] = {}
    for _ in seen(records, stops):
        continue
    return stops
