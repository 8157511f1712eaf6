"""The databases that an IMS knows by name: partitions, and what is opened, authorized and quiesced together."""

from __future__ import annotations

from collections.abc import Iterable

from zoslab.ims.configuration import Configuration
from zoslab.ims.database_entry import DatabaseEntry
from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import Dbrc
from zoslab.ims.errors import DatabaseUnavailable
from zoslab.ims.rdds import ACCESS, Resource


class KnownDatabases:
    """What the resource definitions, the DBD library and the RECON say of the databases of one IMS."""

    def __init__(self, configuration: Configuration, dbrc: Dbrc) -> None:
        self._configuration, self._dbrc = configuration, dbrc
        self.entries = {name: self._new(one) for name, one in sorted(configuration.resources.named("DB").items())}
        self._partition_entries: dict[str, DatabaseEntry] = {}
        self._parts: dict[str, list[str]] = {}
        self._quiescable: dict[str, tuple[str, ...]] = {}

    def _new(self, resource: Resource) -> DatabaseEntry:
        there = self._configuration.host.control_block(resource.name) is not None
        return DatabaseEntry(resource.name, access=ACCESS.get(resource.access, "UP"), initialised=there)

    def define(self, resource: Resource) -> DatabaseEntry:
        """Let this IMS know a database that it did not know, and return its entry."""
        made = self._new(resource)
        self.entries = dict(sorted({**self.entries, resource.name: made}.items()))
        return made

    def known(self) -> list[DatabaseEntry]:
        """Return the entries of databases, and those of partitions that were asked for."""
        return [*self.entries.values(), *self._partition_entries.values()]

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

    def has(self, name: str) -> bool:
        """Tell whether a database or partition is defined to this IMS."""
        try:
            return bool(self.entry(name))
        except DatabaseUnavailable:
            return False

    def dbd(self, name: str) -> Dbd:
        """Return the definition of a database or of a partition's HALDB."""
        return self._configuration.dbd(self.entry(name).master or name)

    def partition_names(self, name: str) -> list[str]:
        """Return the partitions of a HALDB, in key order; none for other databases."""
        known = self.entries.get(name)
        if known is not None and not known.initialised:
            return []
        return [one.name for one in self._dbrc.partitions(name)] if self._configuration.dbd(name).partitioned else []

    def quiescable(self, name: str) -> tuple[str, ...]:
        """Return the names under which a database and its indexes are quiesced: partitions, areas, databases."""
        if name not in self._quiescable:
            self._quiescable[name] = (name,) if self.entry(name).master else self._quiescable_of(name)
        return self._quiescable[name]

    def _quiescable_of(self, name: str) -> tuple[str, ...]:
        dbd, found = self._configuration.dbd(name), list[str]()
        for part in [name] if dbd.access in ("INDEX", "PSINDEX") else self.parts(name):
            found += self.partition_names(part) or [part]
        return tuple(f"{name}/{area.ddname}" for area in dbd.areas) if dbd.areas else tuple(found)

    def entry(self, name: str) -> DatabaseEntry:
        """Return the entry of a database or partition.

        :raises DatabaseUnavailable: it is not defined to this IMS.
        """
        found = self.entries.get(name) or self._partition_entries.get(name)
        if found is None:
            part = self._dbrc.partition(name)
            if part is None or part.master not in self.entries:
                raise DatabaseUnavailable(f"DFS132 DATABASE {name} IS NOT DEFINED TO {self._configuration.imsid}")
            found = self._partition_entries.setdefault(name, DatabaseEntry(name, master=part.master))
        return found

    def with_partitions(self, names: Iterable[str]) -> list[str]:
        """Return databases and their partitions, which data sets and locks are named for."""
        return [owner for name in names for owner in [name, *(one.name for one in self._dbrc.partitions(name))]]
