"""The databases of a control region: opening, stopping, starting, closing.

A data set is opened only if the DFSMDA member and the RECON name the same one, and DBRC authorizes the database.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from zoslab.ims.assemble import Allocated, Assembly, letters
from zoslab.ims.configuration import Configuration
from zoslab.ims.database import Database
from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import Dbrc, DbrcError
from zoslab.ims.dbrc.errors import AuthorizationConflict
from zoslab.ims.dedb.areas import Areas
from zoslab.ims.engine import Engine
from zoslab.ims.errors import DatabaseDisputed, DatabaseUnavailable, ImsError
from zoslab.ims.host import ImsDataSet
from zoslab.ims.log_records import LogRecord, Type
from zoslab.ims.partitions import PartitionDefinition, definitions_of

STOPPED_ACCESS, STOPPED_SCHEDULING, STOPPED_UPDATES = "STOACC", "STOSCHD", "STOUPDS"
BACKOUT_FAILED = "BACKOUT"


@dataclass
class DatabaseEntry:
    """A database that is defined to this IMS; ``database`` is None while it is not open."""

    name: str
    database: Database | None = None
    stops: set[str] = field(default_factory=set)
    data_sets: list[Allocated] = field(default_factory=list)


class OpenDatabases:
    """All databases of one IMS."""

    def __init__(self, configuration: Configuration, engine: Engine, dbrc: Dbrc, access: str = "UPDATE") -> None:
        self._configuration, self._engine, self._dbrc = configuration, engine, dbrc
        self._access = access
        self.areas = Areas(configuration, engine, dbrc, access)
        self._latch = threading.RLock()
        self.entries = {name: DatabaseEntry(name) for name in sorted(configuration.resources.named("DB"))}
        self._owner: dict[str, str] = {}
        self._parts: dict[str, list[str]] = {}

    def parts(self, name: str) -> list[str]:
        """Return the databases that are open together: a database, its primary index and its secondary indexes."""
        if name not in self._parts:
            part = self._dbrc.partition(name)
            name, asked = (part.master, name) if part is not None else (name, name)
            dbd = self._configuration.dbd(name)
            if dbd.access in ("INDEX", "PSINDEX"):
                dbd = self._configuration.dbd(dbd.links[0].database)
            indexes = [dbd.index, *(one.database for one in dbd.secondary)]
            self._parts[asked] = self._parts[name] = [dbd.name, *(one for one in indexes if one)]
            return self._parts[asked]
        return self._parts[name]

    def status(self, name: str) -> list[str]:
        """Return a database's local status as QUERY DB shows it."""
        opened = self.entry(self.parts(name)[0]).database is not None
        return sorted(self.entry(name).stops) + (["ALLOCS", "OPEN"] if opened else ["NOTOPEN"])

    def entry(self, name: str) -> DatabaseEntry:
        """Return a database's entry.

        :raises DatabaseUnavailable: it is not defined to this IMS.
        """
        if name not in self.entries:
            raise DatabaseUnavailable(f"DFS132 DATABASE {name} IS NOT DEFINED TO {self._configuration.imsid}")
        return self.entries[name]

    def get(self, name: str, *, updates: bool = True) -> Database:
        """Return a database for a program, opening it if need be.

        :raises DatabaseUnavailable: it is stopped, or cannot be opened.
        """
        entry = self.entry(name)
        with self._latch:
            for part in self.parts(name):
                stops = self.entries[part].stops if part in self.entries else set()
                if stops & {STOPPED_ACCESS, STOPPED_SCHEDULING}:
                    raise DatabaseUnavailable(f"DFS3303I DATABASE {part} IS STOPPED")
                if updates and STOPPED_UPDATES in stops:
                    raise DatabaseUnavailable(f"DFS3303I DATABASE {part} IS STOPPED FOR UPDATE")
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
        if not definitions[entry.name].areas:
            for owner in owners:
                self._authorize(owner)
        entry.database = Assembly(definitions, allocated, self._engine, partitions).database(entry.name)
        self.areas.opened(entry.database)
        entry.data_sets = allocated
        for owner, ddname in dict.fromkeys((one.database, one.ddname) for one in allocated):
            self._owner[owner] = entry.name
            if self._access == "UPDATE":
                with self._engine.gate.passing():
                    self._dbrc.alloc(owner, ddname, ssid)
        for owner in owners:
            self._engine.log.append(LogRecord(Type.DATABASE_OPEN, dbd=owner))
        return entry.database

    def _partitions(self, name: str) -> list[PartitionDefinition]:
        return definitions_of(self._dbrc.partitions(name), verify=self._dbrc.header.reorgv)

    def _allocate(self, dbd: Dbd, partitions: list[PartitionDefinition]) -> list[Allocated]:
        """Return the data sets of a database; those of a HALDB are named in the RECON alone."""
        if dbd.access == "DEDB":
            return self.areas.allocate(dbd)
        if not dbd.partitioned:
            return [Allocated(dbd.name, one.ddname, self._data_set(dbd, one.ddname)) for one in dbd.data_sets]
        found = []
        for partition in partitions:
            for letter in () if partition.disabled else letters(dbd):
                dsname = partition.dsname(letter)
                data_set = self._configuration.host.allocate(dsname)
                if data_set is None:
                    raise DatabaseUnavailable(
                        f"DFS2503W DYNAMIC ALLOCATION FAILED FOR PARTITION {partition.name}: {dsname} NOT FOUND"
                    )
                found.append(Allocated(partition.name, partition.ddname(letter), data_set))
        return found

    def _data_set(self, dbd: Dbd, ddname: str) -> ImsDataSet:
        """Return a data set of a database, which DFSMDA member and RECON must agree on."""
        member = self._configuration.mda_member(dbd.name)
        named = next((one.dsname for one in member.allocations if one.ddname == ddname), "") if member else ""
        if not named:
            raise DatabaseUnavailable(
                f"DFS2503W DYNAMIC ALLOCATION FAILED FOR DATABASE {dbd.name} DD {ddname}: NO DFSMDA MEMBER"
            )
        recorded = next((one.dsn for one in self._dbrc.dbds(dbd.name) if one.ddname == ddname), "")
        if recorded != named:
            raise DatabaseDisputed(
                f"DFS2503W DYNAMIC ALLOCATION FAILED FOR DATABASE {dbd.name} DD {ddname}: "
                f"DFSMDA MEMBER SAYS {named}, RECON SAYS {recorded or 'NOTHING'}"
            )
        found = self._configuration.host.allocate(named)
        if found is None:
            raise DatabaseUnavailable(f"DFS2503W DYNAMIC ALLOCATION FAILED FOR DATABASE {dbd.name}: {named} NOT FOUND")
        return found

    def _authorize(self, name: str) -> None:
        try:
            with self._engine.gate.passing():
                granted = self._dbrc.authorize(self._configuration.imsid, name, self._access)
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

    def abandon(self, name: str) -> None:
        """Stop a database that restart cannot put right: it is not written, and its authorizations are given back."""
        parts = self.parts(name)
        with self._latch:
            entry = self.entry(parts[0])
            entry.stops |= {STOPPED_ACCESS, BACKOUT_FAILED}
            database, entry.database = entry.database, None
            for data_set in database.data_sets if database is not None else ():
                self._engine.pool.forget(data_set)
            for part in parts:
                for owner in [part, *(one.name for one in self._dbrc.partitions(part))]:
                    with self._engine.gate.passing():
                        for one in self._dbrc.dbds(owner):
                            self._dbrc.dealloc(owner, one.ddname, self._configuration.imsid)
                        self._dbrc.unauthorize(self._configuration.imsid, owner)

    def _give_back(self, names: list[str]) -> None:
        """Give back the authorizations that this IMS has for databases, or partitions of them, that are not open."""
        with self._engine.gate.passing():
            for name in names:
                for owner in [name, *(one.name for one in self._dbrc.partitions(name))]:
                    self._dbrc.unauthorize(self._configuration.imsid, owner)

    def close_all(self) -> None:
        """Close every database."""
        for name in self.entries:
            self.close(name)

    def stop(self, name: str, *kinds: str) -> None:
        """Mark a database stopped in some way."""
        with self._latch:
            self.entry(name).stops.update(kinds)

    def start(self, name: str) -> None:
        """Lift every stop and open the database.

        :raises ImsError: it cannot be opened.
        """
        with self._latch:
            self.entry(name).stops.clear()
            entry = self.entry(self.parts(name)[0])
            if entry.database is None and not any(self.entry(part).stops for part in self.parts(name)):
                self._open(entry)


__all__ = ["STOPPED_ACCESS", "STOPPED_SCHEDULING", "STOPPED_UPDATES", "DatabaseEntry", "ImsError", "OpenDatabases"]
