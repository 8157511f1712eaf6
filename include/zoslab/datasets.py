"""Data sets by name: found through catalog and VTOC, allocated, scratched, renamed, and opened by organisation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from zoslab.catalog import removal
from zoslab.catalog.entry import Entry
from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.dscb import LAST_VOLUME
from zoslab.dasd.errors import NoSpace
from zoslab.dasd.subsystem import VolumeNotMounted as VolumeNotMounted
from zoslab.dasd.vsam.component import ClusterAttributes, ComponentSpace, component_space, open_vvds
from zoslab.dataset import DataSet as DataSet
from zoslab.dataset import WrongOrganisation as WrongOrganisation

if TYPE_CHECKING:
    from zoslab.catalog.system import CatalogSystem
    from zoslab.dasd.subsystem import DiskSubsystem
    from zoslab.dasd.volume import Volume

RELATIVE = re.compile(r"([^()]+)\(([+-]?\d{1,4})\)")


class DataSetNotFound(Exception):
    """The data set is not cataloged, or not on the volume it should be on."""


class DataManagement:
    """Data management of a system.

    :param storage_groups: serials by storage group name. :param public: serials for requests without volume; by
        default every online volume that is not SMS managed.
    """

    def __init__(
        self,
        subsystem: DiskSubsystem,
        catalogs: CatalogSystem,
        storage_groups: Mapping[str, Sequence[str]] | None = None,
        public: Sequence[str] | None = None,
    ) -> None:
        self.subsystem, self.catalogs = subsystem, catalogs
        self.storage_groups = dict(storage_groups or {})
        self.public = public

    def find(self, dsname: str, volser: str | Sequence[str] | None = None) -> DataSet:
        """Return a data set: on the volumes given, else through the catalog. Relative generations may be named.

        :raises DataSetNotFound: it is not there. :raises VolumeNotMounted: a volume is offline.
        """
        name = self.resolve(dsname)
        if volser is not None:
            return self._on(name, [volser] if isinstance(volser, str) else list(volser))
        entry = self.catalogs.locate(name)
        if entry is not None and entry.kind == "ALIAS" and (related := entry.associated("NONVSAM")):
            entry = self.catalogs.locate(related)
        if entry is None:
            raise DataSetNotFound(f"{name} is not cataloged")
        return self._cataloged(name, entry)

    def exists(self, dsname: str, volser: str | None = None) -> bool:
        """Tell whether ``find`` would find the data set."""
        try:
            self.find(dsname, volser)
        except DataSetNotFound:
            return False
        return True

    def resolve(self, dsname: str) -> str:
        """Return the absolute name for ``base(+1)``, ``base(0)``, ``base(-1)``; other names as they are."""
        found = RELATIVE.fullmatch(dsname)
        return self.catalogs.generation(found[1], int(found[2])) if found else dsname

    def create(
        self,
        dsname: str,
        attributes: DataSetAttributes,
        space: Space,
        volsers: Sequence[str] | None = None,
        storage_group: str | None = None,
        catalog: bool = True,
    ) -> DataSet:
        """Allocate a data set that is not VSAM, its primary space on each of the volumes given.

        Without volumes the one with most free space is taken: of the storage group, of the SMS-managed volumes if the
        attributes say so, else of the public volumes.
        :raises NoSpace: a volume has no room. :raises DuplicateDataSet: a volume has the name.
        """
        name = self.resolve(dsname)
        attributes = replace(attributes, sms=attributes.sms or storage_group is not None)
        with self._changing(catalog):
            volumes = [
                self.subsystem.volume(volser) for volser in volsers or self._choose(storage_group, attributes.sms)
            ]
            for sequence, volume in enumerate(volumes, 1):
                described = replace(attributes, first_volser=volumes[0].volser, volume_sequence=sequence)
                with volume.batch():
                    volume.allocate(name, described, space)
                    if sequence == 1:
                        volume.update_dscb(name, ds1dsind=LAST_VOLUME)
            created = DataSet(name, component_space(volumes, name))
            if attributes.dsorg.startswith("PO") and space.directory:
                created.pds().create(space.directory)
            if catalog:
                self.catalogs.define_nonvsam(name, [volume.volser for volume in volumes])
        return created

    def create_cluster(
        self,
        name: str,
        attributes: ClusterAttributes,
        space: Space,
        volsers: Sequence[str] | None = None,
        storage_group: str | None = None,
        *,
        data_name: str | None = None,
        index_name: str | None = None,
        catalog: str | None = None,
    ) -> DataSet:
        """Define a VSAM cluster, see ``CatalogSystem.define_cluster``."""
        attributes = replace(attributes, sms=attributes.sms or storage_group is not None)
        with self.catalogs.changing():
            self.catalogs.define_cluster(
                name,
                attributes,
                space,
                list(volsers or self._choose(storage_group, attributes.sms)),
                data_name=data_name,
                index_name=index_name,
                catalog=catalog,
            )
        return self.find(name)

    def scratch(self, dsname: str, volser: str | Sequence[str] | None = None) -> None:
        """Delete a data set: through its catalog entry, or only from the volumes given.

        :raises DataSetNotFound: it is not there.
        """
        name = self.resolve(dsname)
        if volser is not None:
            found = self._on(name, [volser] if isinstance(volser, str) else list(volser))
            removal.scratch(self.catalogs, name, found.volsers)
            return
        self.find(name)
        self.catalogs.delete(name)

    def rename(self, old: str, new: str, volser: str | None = None) -> None:
        """Rename a data set in catalog, VVDS and VTOC; with ``volser`` one that is not cataloged.

        :raises DataSetNotFound: it is not there.
        """
        found = self.find(old, volser)
        if volser is not None:
            removal.rename_on_volume(self.subsystem.volume(volser), found.dsname, new)
        else:
            self.catalogs.rename(found.dsname, new)

    def _on(self, name: str, volsers: Sequence[str]) -> DataSet:
        volumes = [self.subsystem.volume(volser) for volser in volsers]
        if all(volume.vtoc.find(name) for volume in volumes):
            return DataSet(name, component_space(volumes, name))
        vvds = open_vvds(volumes[0])
        parts = {record.is_index: record.name for record in vvds.entries() if record.cluster == name} if vvds else {}
        if False not in parts:
            raise DataSetNotFound(f"{name} is not on volume {', '.join(volsers)}")
        index = component_space(volumes[:1], parts[True]) if True in parts else None
        return DataSet(name, component_space(volumes, parts[False]), index)

    def _cataloged(self, name: str, entry: Entry) -> DataSet:
        if entry.kind == "UCAT":
            return self._on(name, entry.volsers)
        if entry.kind == "CLUSTER":
            spaces = [self._component(part) for _, part in entry.associations]
            if not spaces:
                raise DataSetNotFound(f"cluster {name} has no components in catalog {entry.catalog}")
            return DataSet(name, *spaces)
        if entry.kind not in ("NONVSAM", "GDS", "DATA", "INDEX"):
            raise DataSetNotFound(f"{name} is a {entry.kind} entry of catalog {entry.catalog}, not a data set")
        return DataSet(name, self._space(entry.name, entry.volsers))

    def _component(self, name: str) -> ComponentSpace:
        entry = self.catalogs.locate(name)
        if entry is None:
            raise DataSetNotFound(f"component {name} has no true-name record in its catalog")
        return self._space(name, entry.volsers)

    def _space(self, name: str, volsers: Sequence[str]) -> ComponentSpace:
        volumes = [self.subsystem.volume(volser) for volser in volsers]
        for volume in volumes:
            if volume.vtoc.find(name) is None:
                raise DataSetNotFound(f"{name} is cataloged on volume {volume.volser}, but not in its VTOC")
        return component_space(volumes, name)

    def _choose(self, storage_group: str | None, sms: bool) -> list[str]:
        if storage_group is not None:
            if storage_group not in self.storage_groups:
                raise NoSpace("IGD17272I", f"storage group {storage_group} is not defined")
            candidates: Sequence[str] = self.storage_groups[storage_group]
        elif self.public is not None and not sms:
            candidates = self.public
        else:
            candidates = [volume.volser for volume in self.subsystem.volumes() if volume.sms == sms]
        online = {device.volser for device in self.subsystem.devices() if device.online}
        volumes = [self.subsystem.volume(volser) for volser in candidates if volser in online]
        if not volumes:
            raise NoSpace("IEF257I", f"no volume of {storage_group or 'the public volumes'} is online")
        return [max(volumes, key=_free_tracks).volser]

    @contextmanager
    def _changing(self, catalog: bool) -> Iterator[None]:
        """Make allocation and cataloging one change."""
        with self.catalogs.changing() if catalog else self.subsystem.atomic():
            yield


def _free_tracks(volume: Volume) -> int:
    return sum(extent.tracks for extent in volume.vtoc.free_space)
