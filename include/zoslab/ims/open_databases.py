"""The databases of a control region: opening, stopping, starting, closing.

A data set is opened only if the DFSMDA member and the RECON name the same one, and DBRC authorizes the database.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import replace

from zoslab.ims.assemble import Allocated, Assembly
from zoslab.ims.configuration import Configuration
from zoslab.ims.database import Database
from zoslab.ims.database_entry import (
    BACKOUT_FAILED,
    NOT_INITIALISED,
    STOPPED_ACCESS,
    STOPPED_SCHEDULING,
    STOPPED_UPDATES,
    UPDATE_ACCESS,
    DatabaseEntry,
)
from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import Dbrc, DbrcError
from zoslab.ims.dbrc.errors import AuthorizationConflict
from zoslab.ims.dedb.areas import Areas
from zoslab.ims.dynamic_allocation import allocate
from zoslab.ims.engine import Engine
from zoslab.ims.errors import DatabaseDisputed, DatabaseUnavailable, ImsError
from zoslab.ims.haldb import HaldbDatabase
from zoslab.ims.known_databases import KnownDatabases
from zoslab.ims.log_records import LogRecord, Type
from zoslab.ims.partitions import PartitionDefinition, definitions_of
from zoslab.ims.shared_databases import SharedDatabases
from zoslab.ims.stopped import Stops


class OpenDatabases(KnownDatabases):
    """All databases of one IMS."""

    def __init__(self, configuration: Configuration, engine: Engine, dbrc: Dbrc, access: str = "UPDATE") -> None:
        super().__init__(configuration, dbrc)
        self._engine, self._access = engine, access
        self.group = SharedDatabases(engine.sharing, dbrc, configuration.imsid)
        self.areas = Areas(configuration, engine, dbrc, access, self.group)
        self._latch = threading.RLock()
        self._owner: dict[str, str] = {}
        self.stops = Stops(self, engine, self._latch)

    def status(self, name: str) -> list[str]:
        """Return a database's local status as QUERY DB shows it."""
        entry = self.entry(name)
        if not entry.initialised:
            return [*sorted(entry.stops), NOT_INITIALISED, "NOTOPEN"]
        opened = self.entry(self.parts(name)[0]).database is not None
        if entry.master:
            opened = opened and not entry.refuses
        quiesced = self._engine.recovery.updates.state(self.quiescable(name))
        states = [*sorted(entry.stops), *([quiesced] if quiesced else [])]
        return states + (["ALLOCS", "OPEN"] if opened else ["NOTOPEN"])

    def get(self, name: str, *, updates: bool = True) -> Database:
        """Return a database for a program, opening it if need be.

        :raises DatabaseUnavailable: it is stopped, or cannot be opened.
        """
        entry = self.entry(name)
        if not entry.initialised:
            raise DatabaseUnavailable(f"DFS3303I DATABASE {name} IS NOT INITIALIZED: IT HAS NO MEMBER IN ACBLIB")
        with self._latch:
            for part in (self.entries[one] for one in self.parts(name) if one in self.entries):
                if part.refuses:
                    raise DatabaseUnavailable(f"DFS3303I DATABASE {part.name} IS STOPPED")
                if updates and STOPPED_UPDATES in part.stops:
                    raise DatabaseUnavailable(f"DFS3303I DATABASE {part.name} IS STOPPED FOR UPDATE")
                if updates and part.access not in UPDATE_ACCESS:
                    raise DatabaseUnavailable(f"DFS3303I DATABASE {part.name} IS STARTED WITH ACCESS={part.access}")
            return entry.database or self._open(entry)

    def for_restart(self, name: str) -> Database:
        """Return the database whose data sets include those of ``name`` (an index belongs to its database)."""
        owner = self._owner.get(name, "")
        opened = self.entries[owner].database if owner else None
        if opened is not None:
            return opened
        entry = self.entry(self.parts(name)[0])
        with self._latch:
            return entry.database or self._open(entry)

    def _open(self, entry: DatabaseEntry) -> Database:
        configuration, ssid = self._configuration, self._configuration.imsid
        names = self.parts(entry.name)
        definitions = {name: configuration.dbd(name) for name in names}
        partitions = {name: self._partitions(name) for name, dbd in definitions.items() if dbd.partitioned}
        allocated = [one for name, dbd in definitions.items() for one in self._allocate(dbd, partitions.get(name, []))]
        owners = list(dict.fromkeys(one.database for one in allocated))
        access = self._intent(names)
        for owner in owners if not definitions[entry.name].areas else ():
            self._authorize(owner, access)
        if access in ("UPDATE", *UPDATE_ACCESS) and not self.group.restarting:
            self.group.put_right([*names, *owners])
        member = self.group.member_for(owners or names)
        try:
            assembly = Assembly(definitions, allocated, self._engine, partitions, member)
            entry.database = assembly.database(entry.name)
        except BaseException:
            self.group.left(one.name for one in allocated)
            raise
        self.areas.opened(entry.database)
        entry.data_sets = allocated
        self._quiescable.clear()
        if access in ("UPDATE", *UPDATE_ACCESS):
            self._record_numbers(entry.database)
        for owner, ddname in dict.fromkeys((one.database, one.ddname) for one in allocated):
            self._owner[owner] = entry.name
            if access in ("UPDATE", *UPDATE_ACCESS) and not self._engine.recovery.updates.closed(
                {owner, f"{owner}/{ddname}"}
            ):
                with self._engine.gate.passing():
                    self._dbrc.alloc(owner, ddname, ssid)
        for owner in owners:
            self._engine.log.append(LogRecord(Type.DATABASE_OPEN, dbd=owner))
        return entry.database

    def close_unverified(self) -> None:
        """End restart: close what a member whose locks nobody knows may have left in flight; it is not opened again
        before that member was restarted."""
        self.group.restarting = False
        for name, entry in self.entries.items():
            held = {one.database for one in entry.data_sets} if entry.database else set()
            if any(self.group.unverified(one) for one in held):
                self.close(name)

    def _record_numbers(self, database: Database) -> None:
        """Have the RECON learn the reorganization numbers of partitions that it knows none of."""
        for one in database.partitions.values() if isinstance(database, HaldbDatabase) else ():
            if not one.definition.reorg:
                with self._engine.gate.passing():
                    self._dbrc.partition_updated(one.definition.name, one.reorg)

    def _intent(self, names: list[str]) -> str:
        """Return the access databases that are opened together are authorized with: the least of theirs."""
        if self._access != "UPDATE":
            return self._access
        return min((self.entries[one].intent for one in names if one in self.entries), key=("RO RD UP EX").index)

    def _partitions(self, name: str) -> list[PartitionDefinition]:
        found = definitions_of(self._dbrc.partitions(name), verify=self._dbrc.header.reorgv)
        stopped = {one.name for one in self._partition_entries.values() if one.refuses}
        return [replace(one, stopped=one.name in stopped) for one in found]

    def _allocate(self, dbd: Dbd, partitions: list[PartitionDefinition]) -> list[Allocated]:
        if dbd.access == "DEDB":
            return self.areas.allocate(dbd)
        return allocate(self._configuration, self._dbrc, dbd, partitions)

    def _authorize(self, name: str, access: str) -> None:
        try:
            with self._engine.gate.passing():
                granted = self._dbrc.authorize(self._configuration.imsid, name, access, verify=self.group.verify)
        except DbrcError as refused:
            kind = DatabaseDisputed if isinstance(refused, AuthorizationConflict) else DatabaseUnavailable
            raise kind(f"DFS047A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE {name}. {refused}") from None
        if granted is None:
            raise DatabaseUnavailable(f"DFS047A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE {name}. NOT REGISTERED")

    def close(self, name: str) -> None:
        """Write and close a database and give its authorization back.

        One that is not open may still be authorized: an emergency restart takes over what the failed IMS held.
        """
        names = self.parts(name)
        entry = self.entry(names[0])
        with self._latch:
            database, entry.database = entry.database, None
            if database is None:
                self._give_back(names)
                return
            self.areas.closed(entry.name)
            for data_set in database.data_sets:
                self._engine.pool.drop(data_set)
            with self._engine.gate.passing():
                for owner, ddname in dict.fromkeys((one.database, one.ddname) for one in entry.data_sets):
                    self._dbrc.dealloc(owner, ddname, self._configuration.imsid)
                for one in entry.data_sets:
                    self._configuration.host.free(one.data_set.dsname)
                for owner in dict.fromkeys(one.database for one in entry.data_sets):
                    self._engine.log.append(LogRecord(Type.DATABASE_CLOSE, dbd=owner))
                    self._dbrc.unauthorize(self._configuration.imsid, owner)
            self.group.left(one.name for one in entry.data_sets)

    def abandon(self, name: str) -> None:
        """Stop a database that restart cannot put right: it is not written, and its authorizations are given back."""
        parts = self.parts(name)
        with self._latch:
            entry = self.entry(parts[0])
            entry.stops |= {STOPPED_ACCESS, BACKOUT_FAILED}
            database, entry.database = entry.database, None
            for data_set in database.data_sets if database is not None else ():
                self._engine.pool.forget(data_set)
            self.group.left(one.name for one in entry.data_sets)
            for owner in self.with_partitions(parts):
                with self._engine.gate.passing():
                    for one in self._dbrc.dbds(owner):
                        self._dbrc.dealloc(owner, one.ddname, self._configuration.imsid)
                    self._dbrc.unauthorize(self._configuration.imsid, owner)
            for held in entry.data_sets if database is not None else ():
                self._configuration.host.free(held.data_set.dsname)

    def _give_back(self, names: list[str]) -> None:
        """Give back the authorizations that this IMS has for databases, or partitions of them, that are not open."""
        with self._engine.gate.passing():
            for owner in self.with_partitions(names):
                self._dbrc.unauthorize(self._configuration.imsid, owner)

    def close_all(self) -> None:
        """Close every database."""
        for name, entry in self.entries.items():
            if entry.initialised:
                self.close(name)

    def stop(self, name: str, *kinds: str) -> None:
        """Mark a database stopped in some way."""
        self.stops.set(name, self.entry(name).stops | set(kinds))

    def start(self, name: str) -> None:
        """Lift every stop and open the database.

        :raises ImsError: it cannot be opened.
        """
        with self._latch:
            entry = self.entry(name)
            lifted = {STOPPED_ACCESS, STOPPED_SCHEDULING, STOPPED_UPDATES, BACKOUT_FAILED}
            self.stops.set(name, entry.stops - lifted)
            self._engine.recovery.updates.allow(name)
            owner = self.entry(self.parts(name)[0])
            if owner.database is None and not any(self.entry(part).refuses for part in self.parts(name)):
                self._open(owner)

    # Recovery points ---------------------------------------------------------------------------------------------

    def deallocate(self, names: Collection[str]) -> None:
        """Record that the quiesced databases are not changed any more; data sets of others are left alone."""
        with self._latch, self._engine.gate.passing():
            for owner, ddname in self._allocated(names):
                self._dbrc.dealloc(owner, ddname, self._configuration.imsid, quiesce=True)

    def allocate(self, names: Collection[str]) -> None:
        """Record that they are changed again."""
        with self._latch, self._engine.gate.passing():
            for owner, ddname in self._allocated(names):
                self._dbrc.alloc(owner, ddname, self._configuration.imsid)

    def _allocated(self, names: Collection[str]) -> list[tuple[str, str]]:
        found = [one for entry in self.entries.values() if entry.database is not None for one in entry.data_sets]
        pairs = dict.fromkeys((one.database, one.ddname) for one in found)
        return [(owner, ddname) for owner, ddname in pairs if owner in names or f"{owner}/{ddname}" in names]


__all__ = [
    "BACKOUT_FAILED",
    "STOPPED_ACCESS",
    "STOPPED_SCHEDULING",
    "STOPPED_UPDATES",
    "DatabaseEntry",
    "ImsError",
    "OpenDatabases",
]
