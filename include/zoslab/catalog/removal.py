"""DELETE and ALTER NEWNAME: what is changed in catalog, VVDS and VTOC for each type of entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from zoslab.catalog import bcs, definition, generations
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import Catalog
from zoslab.catalog.entry import Entry
from zoslab.catalog.errors import CatalogError, DuplicateEntry, NotEmptyGroup, WrongEntryType
from zoslab.dasd.allocation import check_dsname
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import changing_vvds, open_vvds
from zoslab.dasd.vvds_record import VvdsRecord

if TYPE_CHECKING:
    from zoslab.catalog.system import CatalogSystem


def delete(system: CatalogSystem, entry: Entry, noscratch: bool, force: bool) -> None:
    """Delete an entry, see ``CatalogSystem.delete``."""
    catalog = system.connected(entry.catalog)
    if entry.kind in ("NONVSAM", "GDS"):
        base = generations.base_of(catalog, entry.name) if entry.kind == "GDS" else None
        if base is not None:
            generations.leave(catalog, base, entry.name)
        for alias in _aliases_of(catalog, entry.name):
            catalog.remove(alias)
        catalog.remove(entry.name)
        if not noscratch:
            scratch(system, entry.name, entry.volsers)
    elif entry.kind == "CLUSTER":
        _delete_cluster(system, catalog, catalog.require(entry.name), noscratch)
    elif entry.kind == "GDG":
        _delete_group(system, catalog, entry, noscratch, force)
    elif entry.kind == "ALIAS":
        catalog.remove(entry.name)
    else:
        raise WrongEntryType(f"{entry.name} is a {entry.kind} entry and is not deleted on its own")


def scratch(system: CatalogSystem, dsname: str, volsers: Sequence[str]) -> None:
    """Take a data set off its volumes: F1 and VVDS records.

    :raises DataSetNotOnVolume: it is not on one of them. :raises VolumeNotMounted: a volume is offline.
    """
    for volser in volsers:
        volume = system.subsystem.volume(volser)
        with changing_vvds(volume.device):
            volume.scratch(dsname)
            vvds = open_vvds(volume)
            if vvds is not None and vvds.find(dsname) is not None:
                vvds.remove(dsname)


def roll_off(system: CatalogSystem, catalog: Catalog, dsname: str, *, erase: bool) -> None:
    """Uncatalog a generation that left its group; ``erase``: take it off its volumes too."""
    record = catalog.get(dsname)
    if record is None:
        return
    catalog.remove(dsname)
    for volser in record.volsers if erase else ():
        if volser in definition.mounted(system) and system.subsystem.volume(volser).vtoc.find(dsname):
            scratch(system, dsname, [volser])


def rename(system: CatalogSystem, entry: Entry, new: str, components: bool) -> None:
    """Rename an entry, see ``CatalogSystem.rename``."""
    catalog = system.connected(entry.catalog)
    target = system.catalog_for(check_dsname(new))
    if target.name != catalog.name:
        raise CatalogError(f"{new} belongs in catalog {target.name}, {entry.name} is in {catalog.name}")
    if catalog.get(new) is not None:
        raise DuplicateEntry(f"{new} is in catalog {catalog.name} already")
    if entry.kind == "NONVSAM":
        _move(catalog, entry.name, replace(catalog.require(entry.name), name=new))
        for alias in _aliases_of(catalog, new, entry.name):
            catalog.put(catalog.require(alias).renamed(lambda name: new if name == entry.name else name))
        _on_volumes(system, entry.volsers, {entry.name: new})
    elif entry.kind == "CLUSTER":
        prefix = entry.name + "."
        parts = {name: new + name[len(entry.name) :] for _, name in entry.associations if name.startswith(prefix)}
        _rename_sphere(system, catalog, entry.name, {entry.name: new, **(parts if components else {})})
    elif entry.kind in ("DATA", "INDEX"):
        _rename_sphere(system, catalog, entry.associated("CLUSTER") or "", {entry.name: new})
    else:
        raise WrongEntryType(f"{entry.name} is a {entry.kind} entry and cannot be renamed")


def _delete_cluster(system: CatalogSystem, catalog: Catalog, record: BcsRecord, noscratch: bool) -> None:
    for part in record.components:
        if catalog.get(part.name) is not None and part.name != record.name:
            catalog.remove(part.name)
        if not noscratch:
            scratch(system, part.name, part.volsers)
    catalog.remove(record.name)


def _delete_group(system: CatalogSystem, catalog: Catalog, entry: Entry, noscratch: bool, force: bool) -> None:
    if entry.associations and not force:
        raise NotEmptyGroup(f"GDG {entry.name} has {len(entry.associations)} generations: delete them first, or FORCE")
    for _, name in entry.associations:
        record = catalog.get(name)
        if record is not None:
            catalog.remove(name)
            if not noscratch:
                scratch(system, name, record.volsers)
    catalog.remove(entry.name)


def _rename_sphere(system: CatalogSystem, catalog: Catalog, cluster: str, names: dict[str, str]) -> None:
    """Rename a cluster or its components everywhere."""
    record = catalog.require(cluster)
    changed = record.renamed(lambda name: names.get(name, name))
    for part, new in zip(record.components, changed.components, strict=True):
        if catalog.get(part.name) is not None:
            _move(catalog, part.name, definition.true_name(new.name, changed.name))
    _move(catalog, cluster, changed)
    volsers = list(dict.fromkeys(volser for part in record.components for volser in part.volsers))
    own = {part.name: names[part.name] for part in record.components if part.name in names}
    for volser in volsers:
        here = {old: new for old, new in own.items() if system.subsystem.volume(volser).vtoc.find(old)}
        _on_volume(system.subsystem.volume(volser), here, _vvr_rename(cluster, changed.name, names))


def rename_on_volume(volume: Volume, old: str, new: str) -> None:
    """Rename a data set that is not cataloged: F1 and NVR."""
    _on_volume(volume, {old: check_dsname(new)}, _vvr_rename("", "", {old: new}))


def _on_volumes(system: CatalogSystem, volsers: Sequence[str], names: dict[str, str]) -> None:
    def change(record: VvdsRecord) -> VvdsRecord:
        return replace(record, name=names.get(record.name, record.name))

    for volser in volsers:
        _on_volume(system.subsystem.volume(volser), names, change)


def _on_volume(volume: Volume, names: dict[str, str], change: Callable[[VvdsRecord], VvdsRecord]) -> None:
    with changing_vvds(volume.device):
        volume.vtoc.rename_all(names)
        vvds = open_vvds(volume)
        if vvds is not None:
            vvds.rewrite(change)


def _vvr_rename(cluster: str, new: str, names: dict[str, str]) -> Callable[[VvdsRecord], VvdsRecord]:
    def change(record: VvdsRecord) -> VvdsRecord:
        if record.cluster != cluster:
            return record
        return replace(record, name=names.get(record.name, record.name), cluster=new)

    return change


def _move(catalog: Catalog, old: str, record: BcsRecord) -> None:
    if old != record.name:
        catalog.add(record)
        catalog.remove(old)
    else:
        catalog.put(record)


def _aliases_of(catalog: Catalog, *names: str) -> list[str]:
    prefix = names[0].split(".", 1)[0] + "."
    return [
        record.name
        for record in catalog.records(prefix)
        if record.kind == bcs.ALIAS and set(record.associations) & set(names)
    ]
