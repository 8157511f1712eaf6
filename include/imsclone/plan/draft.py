"""What the checks look at: the facts, set in order by the spec, before anything is decided about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from imsclone.errors import Place
from imsclone.facts import CatalogEntry, CatalogFacts, DataSetFacts
from imsclone.masks import RenameMask, RenameMasks
from imsclone.plan.pairing import VolumeDraft
from imsclone.spec.model import EnvironmentSpec

VOLUME_OWN = re.compile(r"SYS1\.(VTOCIX|VVDS)\..*")
CATALOG_INDEX = "CATINDEX"
WITH_SPACE = frozenset({"NONVSAM", "DATA", "INDEX", "GDS"})
COMPONENTS = frozenset({"DATA", "INDEX"})
DATABASE_RECORDS = frozenset({"DBDS", "AREA"})


def rename_masks(spec: EnvironmentSpec) -> RenameMasks:
    """All masks in order: the catalogs' own names first, because they are the most specific."""
    catalogs = []
    for source, target in (pair.sides for pair in spec.catalogs):
        catalogs.append(RenameMask(f"{source} -> {target}"))
        catalogs.append(RenameMask(f"{source}.{CATALOG_INDEX} -> {target}.{CATALOG_INDEX}"))
    return RenameMasks([*catalogs, *spec.rename])


@dataclass(frozen=True, slots=True)
class Renaming:
    """A data set on the source volumes; ``target`` None if no mask matches, ``mask`` None if none was needed."""

    facts: DataSetFacts
    target: str | None
    mask: int | None


class NewName(NamedTuple):
    """A name, what it becomes, and by which mask."""

    source: str
    target: str
    mask: int


@dataclass(frozen=True)
class Draft(VolumeDraft):
    """The same for names: data sets, catalog entries, databases."""

    @cached_property
    def masks(self) -> RenameMasks:
        """All rename masks; the environment's own begin at :attr:`first_own_mask`."""
        return rename_masks(self.spec)

    @property
    def first_own_mask(self) -> int:
        """How many masks stand for catalogs."""
        return len(self.masks.masks) - len(self.spec.rename)

    def place_of_mask(self, mask: int) -> Place | None:
        """Say where a mask was written, or the catalog pair that it stands for."""
        own = mask - self.first_own_mask
        return self.spec.place("rename", own) if own >= 0 else self.spec.place("catalogs", mask // 2)

    @cached_property
    def on_sources(self) -> tuple[DataSetFacts, ...]:
        """The data sets on source volumes."""
        return tuple(found for found in self.facts.data_sets if any(volser in self.sources for volser in found.volsers))

    @cached_property
    def on_targets(self) -> tuple[DataSetFacts, ...]:
        """The data sets on target volumes."""
        targets = self.target_serials - self.sources.keys()
        return tuple(found for found in self.facts.data_sets if any(volser in targets for volser in found.volsers))

    @cached_property
    def source_names(self) -> Mapping[str, DataSetFacts]:
        """The data sets on source volumes by name."""
        return {found.dsname: found for found in self.on_sources}

    @cached_property
    def renamings(self) -> tuple[Renaming, ...]:
        """Each data set on the source volumes with its new name."""
        return tuple(self._renaming(found) for found in self.on_sources)

    def _renaming(self, found: DataSetFacts) -> Renaming:
        if VOLUME_OWN.fullmatch(found.dsname):
            return Renaming(found, self._volume_own(found), None)
        renamed = self.masks.apply(found.dsname)
        return Renaming(found, renamed.name, renamed.mask) if renamed else Renaming(found, None, None)

    def _volume_own(self, found: DataSetFacts) -> str:
        """Name a VTOC index or VVDS for its new volume: the serial at the end of its name changes."""
        volser = found.volsers[0]
        target = self.target_of.get(volser)
        fits = target is not None and found.dsname.endswith(volser)
        return found.dsname.removesuffix(volser) + str(target) if fits else found.dsname

    def new_name(self, dsname: str) -> str:
        """Give a data set's name on the clone; one that no mask matches keeps its own."""
        renamed = self.masks.apply(dsname)
        return renamed.name if renamed else dsname

    @cached_property
    def catalogs(self) -> Mapping[str, CatalogFacts]:
        """The catalogs that were read, by name."""
        return {catalog.name: catalog for catalog in self.facts.catalogs}

    @cached_property
    def source_catalogs(self) -> tuple[CatalogFacts, ...]:
        """The catalogs to be cloned that were found."""
        names = [pair.sides[0] for pair in self.spec.catalogs]
        return tuple(self.catalogs[name] for name in names if name in self.catalogs)

    @cached_property
    def entries(self) -> Mapping[str, CatalogEntry]:
        """The entries of the source catalogs that stand for space on volumes, by name."""
        return _with_space(self.source_catalogs)

    @cached_property
    def target_entries(self) -> Mapping[str, CatalogEntry]:
        """The same of the catalogs that an earlier clone left."""
        names = [pair.sides[1] for pair in self.spec.catalogs]
        return _with_space(self.catalogs[name] for name in names if name in self.catalogs)

    @cached_property
    def new_names(self) -> tuple[NewName, ...]:
        """Every name that a mask changes: of data sets, and of entries that only a catalog has, such as clusters."""
        of_data_sets = [
            NewName(renaming.facts.dsname, renaming.target, renaming.mask)
            for renaming in self.renamings
            if renaming.target is not None and renaming.mask is not None
        ]
        return (*of_data_sets, *self._catalog_names())

    def _catalog_names(self) -> Iterator[NewName]:
        for catalog in self.source_catalogs:
            for entry in catalog.entries:
                if entry.name not in self.source_names and entry.kind != "UCAT" and entry.name not in self.dropped:
                    renamed = self.masks.apply(entry.name)
                    if renamed is not None:
                        yield NewName(entry.name, renamed.name, renamed.mask)

    @cached_property
    def dropped(self) -> frozenset[str]:
        """The entries that a skeleton's catalogs lose, because their data sets are not copied; clusters, too."""
        if not self.is_skeleton:
            return frozenset()
        gone = [one for one in self.entries.values() if not any(volser in self.sources for volser in one.volsers)]
        return frozenset({one.name for one in gone} | {one.owner for one in gone if one.kind in COMPONENTS})

    @cached_property
    def databases(self) -> Mapping[str, tuple[str, ...]]:
        """The database data sets that RECON's records name, and the volumes of the source each is on."""
        places: dict[str, set[str]] = {
            one.dsname: set() for one in self.facts.recon.references if one.kind in DATABASE_RECORDS
        }
        for found in self.facts.data_sets:
            name = found.is_component_of if found.is_component_of in places else found.dsname
            if name in places:
                places[name].update(volser for volser in found.volsers if volser in self.candidates)
        return {name: tuple(sorted(volsers)) for name, volsers in sorted(places.items())}

    @cached_property
    def colocated(self) -> Mapping[str, tuple[str, ...]]:
        """The database data sets that are on a cloned volume of a skeleton, and which volumes these are."""
        found = {name: tuple(one for one in volsers if one in self.sources) for name, volsers in self.databases.items()}
        return {name: volsers for name, volsers in found.items() if volsers and self.is_skeleton}


def _with_space(catalogs: Iterable[CatalogFacts]) -> dict[str, CatalogEntry]:
    return {
        entry.name: entry
        for catalog in catalogs
        for entry in catalog.entries
        if entry.volsers and entry.kind in WITH_SPACE
    }
