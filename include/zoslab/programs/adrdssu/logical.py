"""Logical data set copy: what the catalogs list, all volumes of a data set together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoslab.catalog.entry import Entry
from zoslab.catalog.errors import CatalogError
from zoslab.dasd.dscb import SMS_DATA_SET
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.volume import Volume
from zoslab.dasd.vvds_record import VvdsRecord
from zoslab.programs.adrdssu import data_set_copy
from zoslab.programs.adrdssu.messages import Refused
from zoslab.programs.adrdssu.selection import Candidate, Filter
from zoslab.programs.adrdssu.source import Options, Selected

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@dataclass
class CatalogedDataSet:
    """A data set with its components: itself, or those of a cluster."""

    dsname: str
    candidate: Candidate
    entry: Entry
    spaces: list[DataSetSpace]
    warnings: list[str] = field(default_factory=list)

    def copy(self, step: Step, options: Options, new: str) -> None:
        """Copy all components, then catalog them if it was asked for."""
        kind = "CLUSTER" if self.entry.kind == "CLUSTER" else "NONVSAM"
        self._require_renamed(options, new)
        if options.catalog is not None:
            _forget(step, options, new)
        made: list[tuple[Volume, str]] = []
        try:
            volsers = [self._component(step, options, space, made) for space in self.spaces]
            if options.catalog is not None:
                all_volsers = list(dict.fromkeys(volser for part in volsers for volser in part))
                step.system.catalogs.define_recatalog(new, all_volsers, kind=kind, catalog=options.catalog_of(new))
        except BaseException:
            for volume, name in made:
                data_set_copy.scratch(volume, name)
            raise

    def _require_renamed(self, options: Options, new: str) -> None:
        for space in self.spaces:
            if options.rename(space.dsname) == space.dsname:
                text = f"{space.dsname} would keep its name: RENAMEUNCONDITIONAL has to give it a new one"
                raise Refused("ADR708E", text)
        if new == self.dsname:
            raise Refused("ADR708E", "it would keep its name")

    def _component(
        self, step: Step, options: Options, space: DataSetSpace, made: list[tuple[Volume, str]]
    ) -> list[str]:
        """Copy one component, each part to a volume of its own if there are enough; return their serials."""
        new = options.rename(space.dsname)
        parts = space.parts if len(options.targets) >= len(space.parts) else space.parts[:1]
        targets: list[DataSetSpace] = []
        taken: list[str] = []
        for sequence, (source, entry) in enumerate(parts, 1):
            tracks = entry.tracks if len(parts) == len(space.parts) else space.tracks
            target = options.with_room([new], tracks, taken)
            data_set_copy.require_like(source, target)
            options.make_room(target, [new])
            record = _record(source, space.dsname, options, secondary=sequence > 1, managed=target.sms)
            taken.append(target.volser)
            copied = data_set_copy.allocate(target, new, entry.dscb, tracks, (taken[0], sequence), record)
            made.append((target, new))
            targets.append(DataSetSpace([(target, copied)]))
        whole = DataSetSpace([part for target in targets for part in target.parts])
        tracks = _tracks(space, options)
        if not options.fast.copy(space, whole, tracks):
            data_set_copy.copy_tracks(space, whole, tracks, step.check)
        if space.dscb.dsorg.startswith(("PS", "PO")):
            whole.last = space.last
        return taken


def found(step: Step, filters: Filter, inputs: set[str]) -> Iterator[Selected]:
    """Yield the cataloged data sets; with input volumes those that begin on one of them."""
    catalogs = step.system.catalogs
    named = [entry for name in filters.exact if (entry := catalogs.locate(name)) is not None]
    for entry in named if filters.exact else list(catalogs.entries("**")):
        if entry.kind not in ("NONVSAM", "GDS", "CLUSTER") or entry.name.startswith("SYS1.VVDS."):
            continue
        if not filters.names(entry.name) or (inputs and not inputs & set(entry.volsers[:1])):
            continue
        data_set = step.system.datasets.find(entry.name)
        spaces: list[DataSetSpace] = [data_set.space]
        if data_set.index_space is not None:
            spaces.append(data_set.index_space)
        candidate = Candidate((entry.name,), data_set.dscb, True, len(entry.volsers))
        yield CatalogedDataSet(entry.name, candidate, entry, spaces)


def _record(source: Volume, name: str, options: Options, *, secondary: bool, managed: bool) -> VvdsRecord | None:
    """Return the VVDS record of the copy; a non-VSAM data set has one only on an SMS-managed volume."""
    entry = source.vtoc.require(name)
    if entry.dscb.dsorg != "VS" and not (managed and entry.dscb.ds1smsfg & SMS_DATA_SET):
        return None
    vvds = data_set_copy.vvds_of(source)
    record = vvds.find(name) if vvds is not None else None
    if record is None:
        return None
    return data_set_copy.renamed_record(record, options.rename, options.catalog_of, secondary=secondary)


def _tracks(space: DataSetSpace, options: Options) -> int:
    if options.everything or space.dscb.dsorg[:2] not in ("PS", "PO"):
        return space.tracks
    return min(space.tracks, space.last[0] + 2)


def _forget(step: Step, options: Options, new: str) -> None:
    """Make way for a new catalog entry.

    :raises CatalogError: there is one, and it is not to be replaced.
    """
    catalogs = step.system.catalogs
    catalog = options.catalog_of(new)
    if catalogs.connected(catalog).get(new) is not None:
        if not options.replace:
            raise CatalogError(f"{new} is in catalog {catalog} already")
        catalogs.delete(new, catalog=catalog)
