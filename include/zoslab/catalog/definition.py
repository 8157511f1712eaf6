"""DEFINE: what is written to catalog, VVDS and VTOC for each type of entry."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zoslab.catalog import bcs, cells, generations, removal
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import Catalog, vvds_record
from zoslab.catalog.errors import CatalogError, DuplicateEntry, EntryNotFound
from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.dscb import date_code
from zoslab.dasd.volume import Space, Volume
from zoslab.dasd.vsam.component import (
    ClusterAttributes,
    allocate_component,
    changing_vvds,
    data_vvr,
    index_vvr,
    is_sms,
    nvr,
    open_vvds,
    vvds_for,
)
from zoslab.dasd.vvds_record import VvdsRecord

if TYPE_CHECKING:
    from zoslab.catalog.system import CatalogSystem

NAME_LENGTH = 44


def component_default(cluster: str, suffix: str) -> str:
    """Return the default name of a component: the cluster's, shortened if need be, with one more qualifier."""
    return cluster[: NAME_LENGTH - 1 - len(suffix)].rstrip(".") + "." + suffix


def nonvsam(system: CatalogSystem, dsname: str, volsers: Sequence[str], catalog: str | None) -> None:
    """Catalog a non-VSAM data set, see ``CatalogSystem.define_nonvsam``."""
    if not volsers:
        raise CatalogError(f"{dsname}: at least one volume is needed")
    found = system.catalog_for(check_dsname(dsname), catalog)
    base = generations.base_of(found, dsname)
    kind = bcs.GENERATION if base is not None else bcs.NONVSAM
    found.add(BcsRecord(kind, dsname, (_created(), *bcs.volumes(volsers))))
    _managed(system, found, dsname, volsers[0])
    if base is not None:
        for off in generations.join(found, base, dsname):
            removal.roll_off(system, found, off, erase=base.group.scratch)


def _managed(system: CatalogSystem, catalog: Catalog, dsname: str, volser: str) -> None:
    """Give an SMS-managed data set its NVR."""
    if volser not in mounted(system):
        return
    volume = system.subsystem.volume(volser)
    if is_sms(volume, dsname):
        with changing_vvds(volume.device):
            vvds = vvds_for(volume, catalog.name)
            if vvds.find(dsname) is None:
                vvds.add(nvr(dsname, catalog.name))
        know_volume(catalog, volser)


def mounted(system: CatalogSystem) -> set[str]:
    """Return the serials that are online."""
    return {device.volser for device in system.subsystem.devices() if device.volser is not None}


def know_volume(catalog: Catalog, volser: str) -> None:
    """Enter the VVDS of a volume in the catalog."""
    record = vvds_record(volser)
    if catalog.get(record.name) is None:
        catalog.add(record)


def cluster(
    system: CatalogSystem,
    name: str,
    attributes: ClusterAttributes,
    space: Space,
    volsers: Sequence[str],
    names: tuple[str, str | None],
    catalog: str | None,
) -> None:
    """Define a cluster, see ``CatalogSystem.define_cluster``."""
    keyed = attributes.organisation == "KSDS"
    if attributes.organisation not in ("KSDS", "ESDS", "LDS"):
        raise CatalogError(f"{name}: {attributes.organisation} clusters are not supported: KSDS, ESDS and LDS are")
    if not volsers:
        raise CatalogError(f"{name}: at least one volume is needed")
    found = system.catalog_for(check_dsname(name), catalog)
    data = check_dsname(names[0])
    index = check_dsname(names[1] or component_default(name, "INDEX")) if keyed else None
    for wanted in (name, data, index):
        if wanted is not None and found.get(wanted) is not None:
            raise DuplicateEntry(f"{wanted} is in catalog {found.name} already")
    volumes = [system.subsystem.volume(volser) for volser in volsers]
    with changing_vvds(volumes[0].device):
        _on_volumes(found, name, attributes, space, volumes, (data, index))
    sphere(found, name, (data, tuple(volsers)), (index, (volsers[0],)) if index else None)
    for volser in volsers:
        know_volume(found, volser)


def _on_volumes(
    catalog: Catalog,
    name: str,
    attributes: ClusterAttributes,
    space: Space,
    volumes: Sequence[Volume],
    names: tuple[str, str | None],
) -> None:
    """Allocate the components and record them in the VVDS: a secondary VVR on every volume but the first."""
    data, index = names
    heads = volumes[0].geometry.heads
    per_ca = heads if space.unit == "CYL" else min(space.primary, space.secondary or space.primary, heads)
    allocate_component(volumes, data, space, attributes.ci_size, sms=attributes.sms)
    records: list[VvdsRecord] = [data_vvr(data, name, catalog.name, attributes, per_ca)]
    if index is not None:
        chosen = attributes.ksds(per_ca, volumes[0].geometry.records_per_track(0, attributes.ci_size))
        areas = -(-_tracks(space, volumes[0]) // per_ca)
        index_per_track = volumes[0].geometry.records_per_track(0, chosen.index_ci_size)
        wanted = Space("TRK", -(-(areas + 1) // index_per_track), 1)
        allocate_component(volumes[:1], index, wanted, chosen.index_ci_size, sms=attributes.sms)
        records.append(index_vvr(index, name, catalog.name, chosen))
    first = vvds_for(volumes[0], catalog.name)
    for record in records:
        first.add(record)
    for volume in volumes[1:]:
        vvds_for(volume, catalog.name).add(data_vvr(data, name, catalog.name, attributes, per_ca).as_secondary())


def _tracks(space: Space, volume: Volume) -> int:
    return space.primary * (volume.geometry.heads if space.unit == "CYL" else 1)


def sphere(
    catalog: Catalog, name: str, data: tuple[str, Sequence[str]], index: tuple[str, Sequence[str]] | None
) -> None:
    """Add the sphere record of a cluster and the true-name records of its components."""
    parts = bcs.component(cells.DATA_NAME, *data)
    if index is not None:
        parts = (*parts, *bcs.component(cells.INDEX_NAME, *index))
    catalog.add(BcsRecord(bcs.CLUSTER, name, (_created(), *parts)))
    for part in (data, index):
        if part is not None:
            catalog.add(true_name(part[0], name))


def true_name(component: str, cluster_name: str) -> BcsRecord:
    """Return the record that leads from a component to its cluster."""
    return BcsRecord(bcs.TRUE_NAME, component, (cells.association([cluster_name]),))


def alias(system: CatalogSystem, name: str, related: str) -> None:
    """Define an alias, see ``CatalogSystem.define_alias``."""
    connector = system.master.get(related)
    if "." not in name:
        if related != system.master_dsname and (connector is None or connector.kind != bcs.USER_CATALOG):
            raise EntryNotFound(f"user catalog {related} is not connected to {system.master_dsname}")
        system.master.add(BcsRecord(bcs.ALIAS, check_dsname(name), (cells.association([related]),)))
        return
    entry = system.require(related)
    if entry.kind != "NONVSAM" or system.catalog_for(name).name != entry.catalog:
        raise CatalogError(f"alias {name}: {related} must be a non-VSAM data set in the same catalog")
    system.catalog_for(name).add(BcsRecord(bcs.ALIAS, check_dsname(name), (cells.association([related]),)))


def recatalog(system: CatalogSystem, name: str, volsers: Sequence[str], kind: str, catalog: str | None) -> None:
    """Rebuild catalog records from VVDS and VTOC, see ``CatalogSystem.define_recatalog``."""
    volumes = [system.subsystem.volume(volser) for volser in volsers]
    if kind == "NONVSAM":
        for volume in volumes:
            volume.vtoc.require(name)
        nonvsam(system, name, volsers, catalog)
        return
    if kind != "CLUSTER":
        raise CatalogError(f"{name}: RECATALOG applies to CLUSTER and NONVSAM, not to {kind}")
    found = system.catalog_for(name, catalog)
    parts: dict[bool, tuple[str, list[str]]] = {}
    for volume in volumes:
        vvds = open_vvds(volume)
        for record in vvds.entries() if vvds else ():
            if record.cluster == name:
                volume.vtoc.require(record.name)
                parts.setdefault(record.is_index, (record.name, []))[1].append(volume.volser)
    if False not in parts:
        raise EntryNotFound(f"the VVDSs of {', '.join(volsers)} have no record of cluster {name}")
    sphere(found, name, parts[False], parts.get(True))
    with changing_vvds(volumes[0].device):
        for volume in volumes:
            vvds_for(volume, found.name)
    for volser in volsers:
        know_volume(found, volser)


def _created() -> bytes:
    return bcs.information(date_code(datetime.date.today()))
