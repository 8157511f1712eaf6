"""The catalogs of a system: the master catalog, user catalogs connected to it, aliases that lead to them.

Source: DFSMS Managing Catalogs, "Catalog search order": the catalog that an alias equal to the high-level qualifier
names, else the master catalog. Multilevel aliases are not supported.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zoslab.catalog import bcs, definition, generations, removal
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import CATALOG_SPACE, Catalog, catalog_on, create_catalog
from zoslab.catalog.entry import GENERATION, KINDS, Entry, literal_prefix, pattern
from zoslab.catalog.errors import BrokenCatalog, EntryNotFound, WrongEntryType
from zoslab.dasd.image import version_of
from zoslab.dasd.volume import Space
from zoslab.dasd.vsam.component import ClusterAttributes, changing_vvds, exclusive

if TYPE_CHECKING:
    from zoslab.dasd.subsystem import DiskSubsystem


class CatalogSystem:
    """Catalog management. Requests may come from any thread; changes are made one at a time, all or nothing."""

    def __init__(self, subsystem: DiskSubsystem, master_dsname: str, master_volser: str) -> None:
        self.subsystem = subsystem
        self.master_dsname, self.master_volser = master_dsname, master_volser
        self._lock = threading.RLock()
        self._open: dict[tuple[str, str], tuple[Hashable, Catalog]] = {}
        self._depth = 0
        self._in_change: set[tuple[str, str]] = set()

    @classmethod
    def create(
        cls, subsystem: DiskSubsystem, master_dsname: str, master_volser: str, space: Space = CATALOG_SPACE
    ) -> CatalogSystem:
        """Make a master catalog on a volume."""
        create_catalog(subsystem.volume(master_volser), master_dsname, space)
        return cls(subsystem, master_dsname, master_volser)

    @property
    def master(self) -> Catalog:
        return self.opened(self.master_dsname, self.master_volser)

    def opened(self, name: str, volser: str) -> Catalog:
        """Return an open catalog; looked at again when anything on its volume has changed, but once in a change."""
        volume = self.subsystem.volume(volser)
        with self._lock:
            known = self._open.get((name, volser))
            if known is not None and (name, volser) in self._in_change:
                return known[1]
            state = (volume.device, version_of(volume.device))
            if known is None or known[0] != state:
                catalog = known[1].reopened(volume) if known is not None else catalog_on(volume, name)
                known = self._open[name, volser] = state, catalog
            if self._depth:
                self._in_change.add((name, volser))
            return known[1]

    def connected(self, name: str) -> Catalog:
        """Return the master catalog or a user catalog connected to it.

        :raises EntryNotFound: it is not connected.
        """
        if name == self.master_dsname:
            return self.master
        record = self.master.get(name)
        if record is None or record.kind != bcs.USER_CATALOG:
            raise EntryNotFound(f"catalog {name} is not connected to the master catalog {self.master_dsname}")
        return self.opened(name, record.volsers[0])

    def catalogs(self) -> list[str]:
        """Return the names of the master catalog and of all that are connected to it."""
        user = [record.name for record in self.master.records() if record.kind == bcs.USER_CATALOG]
        return [self.master_dsname, *user]

    def catalog_for(self, name: str, catalog: str | None = None) -> Catalog:
        """Return the catalog that ``name`` is searched for and defined in, unless ``catalog`` names one."""
        if catalog is not None:
            return self.connected(catalog)
        if "." in name:
            alias = self.master.get(name.split(".", 1)[0])
            if alias is not None and alias.kind == bcs.ALIAS:
                return self.connected(alias.associations[0])
        return self.master

    def locate(self, dsname: str, catalog: str | None = None) -> Entry | None:
        """Return the entry of a name in the catalog its search leads to, None if it has none.

        :raises VolumeNotMounted: the catalog's volume is offline.
        """
        found = self.catalog_for(dsname, catalog)
        record = found.get(dsname) if dsname else None
        if record is None and catalog is None and found.name != self.master_dsname:
            found, record = self.master, self.master.get(dsname)
            if record is not None and record.kind != bcs.USER_CATALOG:
                return None
        return None if record is None else self._entry(found, record)

    def require(self, dsname: str, catalog: str | None = None) -> Entry:
        """Return the entry of a name.

        :raises EntryNotFound: there is none.
        """
        entry = self.locate(dsname, catalog)
        if entry is None:
            raise EntryNotFound(f"{dsname} is not in catalog {self.catalog_for(dsname, catalog).name}")
        return entry

    def entries(self, filter_text: str = "**", catalog: str | None = None) -> Iterator[Entry]:
        """Yield the entries whose names match a filter (``%``, ``*``, ``**``), of the catalogs they can be in."""
        prefix, wanted = literal_prefix(filter_text), pattern(filter_text)
        for name in self._searched(prefix, filter_text, catalog):
            found = self.connected(name)
            for record in found.records(prefix):
                if record.name != bcs.SELF and wanted.fullmatch(record.name):
                    yield self._entry(found, record)

    def aliases(self, target: str) -> list[str]:
        """Return the aliases in the master catalog that lead to ``target``."""
        return [r.name for r in self.master.records() if r.kind == bcs.ALIAS and target in r.associations]

    def generation(self, base: str, number: int) -> str:
        """Return the name of a relative generation: 0 the latest, -1 the one before, +1 the next new one.

        :raises GenerationNotFound: the group has no such generation.
        :raises WrongEntryType: ``base`` is no generation data group.
        """
        return generations.relative(self, base, number)

    def define_nonvsam(self, dsname: str, volsers: Sequence[str], catalog: str | None = None) -> Entry:
        """Catalog a data set that is not VSAM; a generation joins its group, from which the oldest may roll off."""
        with self.changing():
            definition.nonvsam(self, dsname, volsers, catalog)
            return self.require(dsname, catalog)

    def define_cluster(
        self,
        name: str,
        attributes: ClusterAttributes,
        space: Space,
        volsers: Sequence[str],
        *,
        data_name: str | None = None,
        index_name: str | None = None,
        catalog: str | None = None,
    ) -> Entry:
        """Define a VSAM data set: space, VVRs, catalog records. Components default to name.DATA and name.INDEX.

        :raises DuplicateEntry: a name is cataloged already. :raises NoSpace: a volume has no room.
        """
        with self.changing():
            names = data_name or definition.component_default(name, "DATA"), index_name
            definition.cluster(self, name, attributes, space, volsers, names, catalog)
            return self.require(name, catalog)

    def define_gdg(
        self, base: str, limit: int, *, scratch: bool = False, empty: bool = False, catalog: str | None = None
    ) -> Entry:
        """Define a generation data group base with a limit of 1 to 255 generations."""
        with self.changing():
            generations.define(self, base, limit, scratch, empty, catalog)
            return self.require(base, catalog)

    def define_alias(self, alias: str, related: str) -> None:
        """Define an alias: a high-level qualifier for a user catalog, or another name for a non-VSAM data set.

        :raises EntryNotFound: ``related`` is not cataloged.
        """
        with self.changing():
            definition.alias(self, alias, related)

    def define_user_catalog(self, name: str, volser: str, space: Space = CATALOG_SPACE) -> Catalog:
        """Make a user catalog on a volume and connect it."""
        with self.changing():
            create_catalog(self.subsystem.volume(volser), name, space)
            self.import_connect(name, volser)
            return self.connected(name)

    def import_connect(self, ucat: str, volser: str) -> None:
        """Connect a user catalog that is on a volume; its aliases are defined on their own.

        :raises DuplicateEntry: the name is in the master catalog.
        """
        with self.changing():
            self.master.add(BcsRecord(bcs.USER_CATALOG, ucat, (bcs.information(), *bcs.volumes([volser]))))

    def export_disconnect(self, ucat: str) -> None:
        """Remove the connector of a user catalog and its aliases; the catalog itself is not touched.

        :raises EntryNotFound: it is not connected.
        """
        with self.changing():
            if self.master.require(ucat).kind != bcs.USER_CATALOG:
                raise WrongEntryType(f"{ucat} is no user catalog")
            for alias in self.aliases(ucat):
                self.master.remove(alias)
            self.master.remove(ucat)

    def define_recatalog(
        self, name: str, volsers: Sequence[str], *, kind: str = "CLUSTER", catalog: str | None = None
    ) -> Entry:
        """Make the catalog records of a data set that is on its volumes: VVRs and F1s must be there already.

        :param kind: CLUSTER or NONVSAM.
        """
        with self.changing():
            definition.recatalog(self, name, volsers, kind, catalog)
            return self.require(name, catalog)

    def delete(self, name: str, noscratch: bool = False, *, force: bool = False, catalog: str | None = None) -> None:
        """Delete an entry, and what it describes from the volumes unless ``noscratch``.

        :param force: a generation data group is deleted with its generations.
        :raises EntryNotFound: there is none. :raises NotEmptyGroup: a group has generations.
        """
        with self.changing():
            removal.delete(self, self.require(name, catalog), noscratch, force)

    def rename(self, old: str, new: str, *, components: bool = True) -> None:
        """Rename an entry in catalog, VVDS and VTOC (ALTER NEWNAME).

        :param components: a cluster's components whose names begin with the old name are renamed with it.
        """
        with self.changing():
            removal.rename(self, self.require(old), new, components)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Make several changes one: no other thread changes a catalog meanwhile, a failure leaves nothing behind.

        SYSZVVDS is taken at once, since allocation takes VTOCs and a catalog that splits then needs its VVDS.
        """
        device = self.subsystem.device_of(self.master_volser)
        try:
            with exclusive(device, self._lock), changing_vvds(device):
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                    if not self._depth:
                        self._in_change.clear()
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        """Take back what open catalogs have in memory of a change that failed."""
        with self._lock:
            for _, catalog in self._open.values():
                catalog.ksds.holder.reload()
            self._open.clear()

    def _searched(self, prefix: str, filter_text: str, catalog: str | None) -> list[str]:
        if catalog is not None:
            return [catalog]
        if "." in prefix or filter_text.startswith(prefix + "."):
            return list(dict.fromkeys([self.catalog_for(prefix.split(".")[0] + ".").name, self.master_dsname]))
        return self.catalogs()

    def _entry(self, catalog: Catalog, record: BcsRecord) -> Entry:
        if record.kind == bcs.TRUE_NAME:
            return self._component(catalog, record)
        kind = KINDS.get(record.kind)
        if kind is None:
            raise BrokenCatalog(f"catalog {catalog.name}: {record.name} is of the unknown type {record.kind!r}")
        parts = tuple(("INDEX" if part.is_index else "DATA", part.name) for part in record.components)
        volsers = record.components[0].volsers if record.components else record.volsers
        if kind == "GDG":
            group = record.group
            members = tuple(("GDS", generations.name_of(record.name, *pair)) for pair in group.generations)
            described = {"limit": group.limit, "scratch": group.scratch, "empty": group.empty}
            return Entry(record.name, kind, (), catalog.name, members, described)
        if kind == "ALIAS":
            target = record.associations[0]
            related = "UCAT" if catalog.name == self.master_dsname and "." not in record.name else "NONVSAM"
            return Entry(record.name, kind, (), catalog.name, ((related, target),))
        if kind == "GDS" and (found := GENERATION.fullmatch(record.name)):
            parts = (("GDG", found[1]),)
        return Entry(record.name, kind, volsers, catalog.name, parts)

    def _component(self, catalog: Catalog, record: BcsRecord) -> Entry:
        cluster = record.associations[0] if record.associations else ""
        sphere = catalog.get(cluster) if cluster else None
        for part in sphere.components if sphere else ():
            if part.name == record.name:
                kind = "INDEX" if part.is_index else "DATA"
                return Entry(record.name, kind, part.volsers, catalog.name, (("CLUSTER", cluster),))
        raise BrokenCatalog(f"catalog {catalog.name}: the true name {record.name} leads to {cluster!r}, which lacks it")
