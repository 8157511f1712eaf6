"""The areas of the DEDBs of one IMS: each is authorized, allocated, stopped and started by itself.

Source: IMS Commands, /START, /STOP, /DBR and UPDATE AREA; IMS System Definition, DFSMDA: the data sets of a registered
area are those that DBRC names. Own choice: a DFSMDA member of an area data set is not needed, but if there is one it
must name the same data set. A DEDB is open with the areas that can be had; calls on another area give status FH.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.ims.assemble import Allocated, open_area
from zoslab.ims.configuration import Configuration
from zoslab.ims.database import Database, database_lock
from zoslab.ims.dbd import Area, Dbd
from zoslab.ims.dbrc import Dbrc, DbrcError
from zoslab.ims.dbrc.database_records import AreaDataSet
from zoslab.ims.dedb.area import AreaCluster
from zoslab.ims.dedb.database import area_named
from zoslab.ims.dedb.store import AreaStore, area_lock
from zoslab.ims.engine import Engine
from zoslab.ims.errors import DatabaseUnavailable, ImsError, UserAbend
from zoslab.ims.host import ImsDataSet
from zoslab.ims.locks import SHARED
from zoslab.ims.log_records import LogRecord, Type
from zoslab.ims.shared_databases import SharedDatabases

STOPPED_ACCESS, STOPPED_SCHEDULING = "STOACC", "STOSCHD"


@dataclass(frozen=True)
class AreaStatus:
    """What /DISPLAY AREA and QUERY AREA show: conditions, and each data set with its state."""

    name: str
    database: str
    conditions: tuple[str, ...]
    data_sets: tuple[tuple[str, str], ...]


class Areas:
    """All areas that are defined to this IMS."""

    def __init__(
        self, configuration: Configuration, engine: Engine, dbrc: Dbrc, access: str, group: SharedDatabases
    ) -> None:
        self._configuration, self._engine, self._dbrc, self._access = configuration, engine, dbrc, access
        self._group = group
        self._stops: defaultdict[str, set[str]] = defaultdict(set)
        self._open: dict[str, Database] = {}
        self._defined: dict[str, str] = {}

    # Finding -----------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Return the names of all areas, in order."""
        if not self._defined:
            for name in self._configuration.resources.named("DB"):
                try:
                    dbd = self._configuration.dbd(name)
                except DatabaseUnavailable:
                    continue
                self._defined.update({area.ddname: name for area in dbd.areas})
        return sorted(self._defined)

    def taken(self, name: str) -> str:
        """Return an area of a database, new to this IMS, that another database has; empty if there is none."""
        try:
            dbd = self._configuration.dbd(name)
        except DatabaseUnavailable:
            return ""
        return next((one.ddname for one in dbd.areas if self._owner_of(one.ddname) not in ("", name)), "")

    def _owner_of(self, area: str) -> str:
        return self._defined[area] if area in self.names() else ""

    def define(self, name: str) -> None:
        """Let this IMS know the areas of a database that is new to it, if it has any."""
        self.names()
        try:
            self._defined.update({area.ddname: name for area in self._configuration.dbd(name).areas})
        except DatabaseUnavailable:
            return

    def database_of(self, name: str) -> str:
        """Return the DEDB that an area belongs to.

        :raises ImsError: no database of this IMS has the area.
        """
        if name not in self.names():
            raise ImsError(f"DFS0132I AREA {name} IS NOT DEFINED TO {self._configuration.imsid}")
        return self._defined[name]

    def status(self, name: str) -> AreaStatus:
        """Return an area's status."""
        owner = self.database_of(name)
        store = self._store(name)
        opened = store is not None and bool(store.file.clusters)
        conditions = (*sorted(self._stops[name]), "OPEN" if opened else "NOTOPEN")
        data_sets = tuple((ads.ddname, ads.status) for ads in self._recorded(owner, name))
        return AreaStatus(name, owner, conditions, data_sets)

    def _store(self, name: str) -> AreaStore | None:
        database = self._open.get(self._defined.get(name, ""))
        return area_named(database, name) if database is not None else None

    # Opening -----------------------------------------------------------------------------------------------------

    def allocate(self, dbd: Dbd) -> list[Allocated]:
        """Authorize and allocate the areas of a DEDB; one that cannot be had is left out, after a message."""
        found = []
        for area in dbd.areas:
            if self._stops[area.ddname]:
                continue
            try:
                found += self._allocate(dbd.name, area)
            except DatabaseUnavailable as failure:
                self._configuration.host.message(f"{failure} {self._configuration.imsid}")
        return found

    def opened(self, database: Database) -> None:
        """Take note that a DEDB is open."""
        self._open[database.dbd.name] = database
        for area in database.dbd.areas:
            self._watch(database.dbd.name, area.ddname)

    def _watch(self, dbname: str, name: str) -> None:
        """Tell DBRC and the operator when a data set of an open area cannot be written."""
        self.names()
        store = self._store(name)
        if store is None or not store.file.clusters:
            return
        names = [ads.ddname for ads in self._recorded(dbname, name) if ads.status == "AVAIL"]
        ddnames = {id(cluster): ddname for cluster, ddname in zip(store.file.clusters, names, strict=True)}

        def lost(cluster: AreaCluster, rba: int, error: Exception) -> None:
            ddname = ddnames[id(cluster)]
            text = f"DFS3713A AREA={name} DD={ddname} WRITE ERROR, CI-RBA={rba:08X}: {error}"
            self._configuration.host.message(f"{text} {self._configuration.imsid}")
            with self._engine.gate.passing():
                self._dbrc.ads_unavailable(dbname, name, ddname)

        store.file.lost = lost

    def closed(self, name: str) -> None:
        """Take note that a DEDB was closed."""
        self._open.pop(name, None)

    def _allocate(self, dbname: str, area: Area) -> list[Allocated]:
        """Return an area's data sets that DBRC says are available, under the name of the area."""
        self._authorize(dbname, area.ddname)
        try:
            available = [ads for ads in self._recorded(dbname, area.ddname) if ads.status == "AVAIL"]
            return [Allocated(dbname, area.ddname, self._data_set(area.ddname, ads)) for ads in available]
        except DatabaseUnavailable:
            self._dbrc.unauthorize(self._configuration.imsid, dbname, area.ddname)
            raise

    def _authorize(self, dbname: str, name: str) -> None:
        text = f"DFS3709A UNABLE TO OBTAIN AUTHORIZATION FOR DATA BASE {dbname} AREA {name}."
        try:
            with self._engine.gate.passing():
                granted = self._dbrc.authorize(
                    self._configuration.imsid, dbname, self._access, name, self._group.verify
                )
        except DbrcError as refused:
            raise DatabaseUnavailable(f"{text} {refused}") from None
        if granted is None:
            raise DatabaseUnavailable(f"{text} NOT REGISTERED")

    def _recorded(self, dbname: str, name: str) -> tuple[AreaDataSet, ...]:
        return next((one.ads for one in self._dbrc.dbds(dbname) if one.ddname == name), ())

    def _data_set(self, name: str, ads: AreaDataSet) -> ImsDataSet:
        text = f"DFS2503W DYNAMIC ALLOCATION FAILED FOR AREA {name} DD {ads.ddname}:"
        member = self._configuration.mda_member(ads.ddname)
        named = next((one.dsname for one in member.allocations if one.ddname == ads.ddname), "") if member else ads.dsn
        if named != ads.dsn:
            raise DatabaseUnavailable(f"{text} DFSMDA MEMBER SAYS {named or 'NOTHING'}, RECON SAYS {ads.dsn}")
        found = self._configuration.host.allocate(ads.dsn)
        if found is None:
            raise DatabaseUnavailable(f"{text} {ads.dsn} NOT FOUND")
        return found

    # Commands ----------------------------------------------------------------------------------------------------

    def stop(self, name: str) -> None:
        """/STOP AREA, UPDATE AREA STOP(SCHD): refuse calls on an area, which stays open and authorized.

        :raises ImsError: there is no such area, or a program kept it too long.
        """
        with self._taken(name, STOPPED_SCHEDULING) as store:
            if store is not None:
                store.stopped = True
                store.pool.flush(store.data_set)

    def close(self, name: str) -> None:
        """/DBR AREA, UPDATE AREA STOP(ACCESS): write and close an area and give its authorization back.

        :raises ImsError: there is no such area, or a program kept it too long.
        """
        with self._taken(name, STOPPED_ACCESS) as store:
            if store is not None and store.file.clusters:
                store.close()
                self._group.left([(self.database_of(name), name)])
                self._release(self.database_of(name), name)

    def _release(self, dbname: str, name: str) -> None:
        ssid = self._configuration.imsid
        with self._engine.gate.passing():
            self._dbrc.dealloc(dbname, name, ssid)
            self._engine.log.append(LogRecord(Type.DATABASE_CLOSE, body=ebcdic.encode(name, 8), dbd=dbname))
            self._dbrc.unauthorize(ssid, dbname, name)

    def start(self, name: str) -> None:
        """/START AREA, UPDATE AREA START(ACCESS): lift the stops; an area of an open DEDB is opened.

        :raises ImsError: there is no such area, or it cannot be opened.
        """
        owner = self.database_of(name)
        self._stops.pop(name, None)
        store = self._store(name)
        if store is not None and not store.file.clusters:
            self._open_area(store, owner, name)
            self._watch(owner, name)
            if self._access == "UPDATE":
                with self._engine.gate.passing():
                    self._dbrc.alloc(owner, name, self._configuration.imsid)
            self._engine.log.append(LogRecord(Type.DATABASE_OPEN, dbd=owner))
        elif store is not None:
            store.stopped = False

    def _open_area(self, store: AreaStore, owner: str, name: str) -> None:
        member, allocated = self._group.member_for([owner]), self._allocate(owner, store.parts.area)
        store.open(open_area(owner, store.parts.area, [one.data_set for one in allocated], member))
        if member is not None:
            member.attach(store.data_set, self._engine.pool)

    @contextmanager
    def _taken(self, name: str, stop: str) -> Iterator[AreaStore | None]:
        """Stop an area and keep programs away meanwhile: those that have used it end or synchronize first."""
        owner, before = self.database_of(name), set(self._stops[name])
        unit = self._engine.recovery.begin("DBR", 0)
        self._stops[name].add(stop)
        try:
            self._engine.recovery.lock(unit, database_lock(owner), SHARED)
            self._engine.recovery.lock(unit, area_lock(owner, name))
            yield self._store(name)
        except UserAbend as busy:
            self._stops[name] = before
            text = f"DFS0489I AREA {name} IS IN USE, {busy.reason} {self._configuration.imsid}"
            raise ImsError(text) from None
        finally:
            self._engine.locks.release_all(unit.number)


__all__ = ["AreaStatus", "Areas"]
