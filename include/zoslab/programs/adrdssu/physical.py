"""Physical data set copy: what a VTOC lists, volume by volume."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.errors import DasdError
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.volume import Volume
from zoslab.dasd.vtoc import VtocEntry
from zoslab.dasd.vvds_record import NONVSAM, VvdsRecord
from zoslab.programs.adrdssu import data_set_copy, volumes
from zoslab.programs.adrdssu.selection import Candidate
from zoslab.programs.adrdssu.source import Options, Selected
from zoslab.recondition.names import of_volume

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@dataclass
class VtocPart:
    """What one volume holds of a data set. ``several``: there are parts on other volumes."""

    dsname: str
    candidate: Candidate
    volume: Volume
    entry: VtocEntry
    record: VvdsRecord | None
    several: bool
    warnings: list[str] = field(default_factory=list)

    def copy(self, step: Step, options: Options, new: str) -> None:
        """Copy the part to an output volume and catalog it if it is the whole of a data set that is not VSAM."""
        entry, dscb = self.entry, self.entry.dscb
        if dscb.dsorg.startswith("IS"):
            raise DasdError("ISAM data sets are not copied")
        target = options.with_room([new], entry.tracks)
        data_set_copy.require_like(self.volume, target)
        catalog = _catalog(step, options, new) if self._cataloged(options) else None
        options.make_room(target, [new])
        first = target.volser if dscb.ds1volsq <= 1 else _first_volser(step, new, target.volser)
        record = self._record(options, dscb.ds1volsq > 1) if dscb.dsorg == "VS" or target.sms else None
        copied = data_set_copy.allocate(target, new, dscb, entry.tracks, (first, dscb.ds1volsq), record)
        try:
            tracks = data_set_copy.used_tracks(entry, options.everything)
            source = DataSetSpace([(self.volume, entry)])
            whole = DataSetSpace([(target, copied)])
            if not options.fast.copy(source, whole, tracks):
                data_set_copy.copy_tracks(source, whole, tracks, step.check)
            if catalog is not None:
                step.system.catalogs.define_nonvsam(new, [target.volser], catalog)
        except BaseException:
            data_set_copy.scratch(target, new)
            raise
        self._warn(options)

    def _cataloged(self, options: Options) -> bool:
        return options.catalog is not None and self.entry.dscb.dsorg != "VS" and not self.several

    def _record(self, options: Options, secondary: bool) -> VvdsRecord | None:
        if self.record is None:
            return None
        secondary = secondary and self.record.kind != NONVSAM
        return data_set_copy.renamed_record(self.record, options.rename, options.catalog_of, secondary=secondary)

    def _warn(self, options: Options) -> None:
        if options.catalog is not None and self.several and self.entry.dscb.dsorg != "VS":
            self.warnings.append(f"MULTIVOLUME DATA SET {self.dsname} IS NOT CATALOGED BY A PHYSICAL COPY")


def found(step: Step, serials: Sequence[str]) -> Iterator[Selected]:
    """Yield what the volumes hold, without VTOC index and VVDS."""
    for volser in serials:
        volume = Volume(volumes.device(step, volser))
        vvds = data_set_copy.vvds_of(volume)
        records = {record.name: record for record in vvds.entries()} if vvds is not None else {}
        others = [other for other in step.system.dasd.volumes() if other.device is not volume.device]
        for entry in list(volume.vtoc.entries()):
            if of_volume(entry.dsname):
                continue
            several = _several(entry, others)
            cataloged = step.system.catalogs.locate(entry.dsname) is not None
            record = records.get(entry.dsname)
            names = (entry.dsname, record.cluster) if record is not None and record.cluster else (entry.dsname,)
            candidate = Candidate(names, entry.dscb, cataloged, 2 if several else 1)
            yield VtocPart(entry.dsname, candidate, volume, entry, record, several)


def _several(entry: VtocEntry, others: Sequence[Volume]) -> bool:
    """Tell whether a data set goes on on, or comes from, another volume: its parts all name the same first one."""
    dscb = entry.dscb
    if dscb.ds1volsq > 1:
        return True
    for other in others:
        part = other.vtoc.find(entry.dsname)
        if part is not None and part.dscb.ds1volsq > 1 and part.dscb.ds1dssn == dscb.ds1dssn:
            return True
    return False


def _first_volser(step: Step, new: str, default: str) -> str:
    """Return where the first part of a data set was copied to, if it is there already."""
    for volume in step.system.dasd.volumes():
        part = volume.vtoc.find(new)
        if part is not None and part.dscb.ds1volsq == 1:
            return volume.volser
    return default


def _catalog(step: Step, options: Options, new: str) -> str:
    """Return the catalog for a copy, which must not know the name; with REPLACE its entry is removed first."""
    catalogs = step.system.catalogs
    catalog = options.catalog_of(new)
    if catalogs.connected(catalog).get(new) is not None:
        if not options.replace:
            raise CatalogError(f"{new} is in catalog {catalog} already")
        catalogs.delete(new, noscratch=True, catalog=catalog)
    return catalog
