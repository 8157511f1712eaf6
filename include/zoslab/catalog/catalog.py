"""One catalog: a key-sequenced data set of BCS records, and how one is made or opened on a volume."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Protocol

from zoslab import ebcdic
from zoslab.catalog import bcs, cells
from zoslab.catalog.bcs import KEY_LENGTH, KEY_OFFSET, BcsRecord, record_key
from zoslab.catalog.errors import BrokenCatalog, DuplicateEntry, EntryNotFound
from zoslab.catalog.rewriting import rewrite
from zoslab.dasd.dscb import date_code
from zoslab.dasd.errors import DataSetNotOnVolume
from zoslab.dasd.volume import Space, Volume
from zoslab.dasd.vsam.component import (
    ICF_CATALOG,
    ClusterAttributes,
    VvdsMissing,
    allocate_component,
    changing_vvds,
    component_space,
    data_vvr,
    index_vvr,
    require_vvds,
    vvds_for,
)
from zoslab.dasd.vsam.errors import DuplicateKey, RecordNotFound
from zoslab.dasd.vsam.ksds import Ksds
from zoslab.dasd.vsam.opened import open_ksds
from zoslab.dasd.vvds import vvds_name

ATTRIBUTES = ClusterAttributes("KSDS", KEY_OFFSET, KEY_LENGTH, ci_size=8192, index_ci_size=4096)
CATALOG_SPACE = Space("TRK", 15, 15)


class Volumes(Protocol):
    """Where volumes are found by serial: the disk subsystem."""

    def volume(self, volser: str, /) -> Volume: ...


class Catalog:
    """An open catalog."""

    def __init__(self, name: str, volser: str, ksds: Ksds, components: tuple[str, str]) -> None:
        self.name, self.volser, self.ksds, self.components = name, volser, ksds, components

    def reopened(self, volume: Volume) -> Catalog:
        """Return the catalog as it is on the volume now, which may have been overwritten.

        :raises BrokenCatalog: it is not there any more.
        """
        try:
            spaces = [component_space([volume], name) for name in self.components]
            return Catalog(self.name, self.volser, open_ksds(*spaces), self.components)
        except (DataSetNotOnVolume, VvdsMissing):
            return catalog_on(volume, self.name)

    def get(self, name: str) -> BcsRecord | None:
        """Return the record of a name, None if there is none. The catalog's own record has the name ""."""
        raw = self.ksds.get(record_key(name))
        return None if raw is None else bcs.decode(raw)

    def require(self, name: str) -> BcsRecord:
        """Return the record of a name.

        :raises EntryNotFound: there is none.
        """
        record = self.get(name)
        if record is None:
            raise EntryNotFound(f"{name} is not in catalog {self.name}")
        return record

    def add(self, record: BcsRecord) -> None:
        """Add a record.

        :raises DuplicateEntry: the name is taken.
        """
        try:
            self.ksds.insert(bcs.encode(record))
        except DuplicateKey as error:
            raise DuplicateEntry(f"{record.name} is in catalog {self.name} already") from error

    def put(self, record: BcsRecord) -> None:
        """Add the record or replace the one of its name."""
        self.ksds.put(bcs.encode(record))

    def remove(self, name: str) -> None:
        """Remove the record of a name.

        :raises EntryNotFound: there is none.
        """
        try:
            self.ksds.delete(record_key(name))
        except RecordNotFound as error:
            raise EntryNotFound(f"{name} is not in catalog {self.name}") from error

    def records(self, prefix: str = "") -> Iterator[BcsRecord]:
        """Yield the records whose names begin with ``prefix``, in key order; all of them for ""."""
        start = ebcdic.encode(prefix)
        for raw in self.ksds.browse(start):
            if not raw[KEY_OFFSET:].startswith(start):
                return
            yield bcs.decode(raw)

    def rewrite(self, transform: Callable[[BcsRecord], BcsRecord | None]) -> int:
        """Put every record through ``transform`` (None removes it) and load the catalog anew; return how many it has.

        :raises DuplicateEntry: two records would have the same name; nothing is changed.
        """
        return rewrite(self.ksds, transform)


def create_catalog(volume: Volume, name: str, space: Space = CATALOG_SPACE) -> Catalog:
    """Make an empty catalog on a volume: data component of the catalog's own name, index component name.CATINDEX.

    :raises NoSpace: the volume has no room for it.
    """
    volser = volume.volser
    index_name = _index_name(name)
    with changing_vvds(volume.device):
        data = allocate_component([volume], name, space, ATTRIBUTES.ci_size, option_codes=ICF_CATALOG, sms=volume.sms)
        index = allocate_component([volume], index_name, Space("TRK", 1, 1), ATTRIBUTES.index_ci_size, sms=volume.sms)
        per_ca = _tracks_per_ca(space, volume)
        attributes = ATTRIBUTES.ksds(per_ca, volume.geometry.records_per_track(0, ATTRIBUTES.ci_size))
        vvds = vvds_for(volume, name)
        vvds.add(data_vvr(name, name, name, ATTRIBUTES, per_ca))
        vvds.add(index_vvr(index_name, name, name, attributes))
        catalog = Catalog(name, volser, open_ksds(data, index), (name, index_name))
        parts = (
            *bcs.component(cells.DATA_NAME, name, [volser]),
            *bcs.component(cells.INDEX_NAME, index_name, [volser]),
        )
        created = bcs.information(date_code(datetime.date.today()))
        catalog.add(BcsRecord(bcs.CLUSTER, bcs.SELF, (created, *parts)))
        catalog.add(vvds_record(volser))
        return catalog


def open_catalog(subsystem: Volumes, dsname: str, volser: str) -> Catalog:
    """Open a catalog that is on a volume, connected to the master catalog or not.

    :raises BrokenCatalog: the VVDS of the volume does not describe a catalog of that name.
    """
    return catalog_on(subsystem.volume(volser), dsname)


def catalog_on(volume: Volume, dsname: str) -> Catalog:
    """Open the catalog ``dsname`` on a volume, see ``open_catalog``."""
    parts = [record for record in require_vvds(volume).entries() if record.cluster == dsname]
    data = [record for record in parts if not record.is_index]
    index = [record for record in parts if record.is_index]
    volser = volume.volser
    if len(data) != 1 or len(index) != 1:
        raise BrokenCatalog(
            f"the VVDS of volume {volser} has {len(data)} data and {len(index)} index components of catalog {dsname}, "
            f"one of each is needed"
        )
    names = data[0].name, index[0].name
    spaces = [component_space([volume], name) for name in names]
    return Catalog(dsname, volser, open_ksds(*spaces), names)


def vvds_record(volser: str) -> BcsRecord:
    """Return the record a catalog has about the VVDS of each volume it has data sets on."""
    name = vvds_name(volser)
    parts = bcs.component(cells.DATA_NAME, name, [volser])
    return BcsRecord(bcs.CLUSTER, name, (bcs.information(), *parts))


def _tracks_per_ca(space: Space, volume: Volume) -> int:
    heads = volume.geometry.heads
    return heads if space.unit == "CYL" else min(space.primary, space.secondary or space.primary, heads)


def _index_name(name: str) -> str:
    """Return the name of a catalog's index component: the catalog's with CATINDEX behind it, as DEFINE makes it."""
    return f"{name[:35].rstrip('.')}.CATINDEX"
