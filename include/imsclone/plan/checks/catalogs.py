"""Checks of catalogs against volumes."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.facts import CatalogEntry, CatalogFacts
from imsclone.plan.draft import CATALOG_INDEX, VOLUME_OWN, WITH_SPACE, Draft
from imsclone.plan.errors import PlanProblem
from imsclone.plan.errors.catalogs import (
    CatalogMissing,
    CatalogOverlap,
    DataSetUncataloged,
    EntriesElsewhere,
    EntryWithoutDataSet,
    OrphansTolerated,
    UncatalogedTolerated,
)


def every_catalog_is_cloned(draft: Draft) -> Iterator[PlanProblem]:
    """Each catalog to be cloned exists, on a cloned volume."""
    for position, pair in enumerate(draft.spec.catalogs):
        catalog = draft.catalogs.get(pair.sides[0])
        place = draft.spec.place("catalogs", position)
        if catalog is None:
            yield CatalogMissing(place, catalog=pair.sides[0], what="does not exist or could not be read")
        elif catalog.volser not in draft.sources:
            yield CatalogMissing(place, catalog=catalog.name, what=f"is on {catalog.volser}, which is not cloned")


def catalogs_and_aliases_are_apart(draft: Draft) -> Iterator[PlanProblem]:
    """Each copied catalog has a name and aliases of its own."""
    sources = {pair.sides[0] for pair in draft.spec.catalogs}
    for position, pair in enumerate(draft.spec.catalogs):
        place = draft.spec.place("catalogs", position)
        source, target = pair.sides
        if target in sources:
            yield CatalogOverlap(place, source=source, what=f"its copy would be {target}, which is a source catalog")
        present = draft.catalogs.get(target)
        if present is not None and target not in sources and present.volser not in draft.target_serials:
            what = f"its copy would be {target}, which already exists on {present.volser}"
            yield CatalogOverlap(place, source=source, what=what)
        facts = draft.catalogs.get(source)
        for alias in facts.aliases if facts else ():
            if draft.new_name(alias) == alias:
                yield CatalogOverlap(place, source=source, what=f"no mask gives its alias {alias} a new name")


def every_entry_has_its_data_set(draft: Draft) -> Iterator[PlanProblem]:
    """Each entry for a cloned volume has its format-1 DSCB there."""
    for catalog in draft.source_catalogs:
        orphans = [entry for entry in catalog.entries if _is_orphan(draft, entry)]
        if orphans and draft.spec.policies.orphans != "fail":
            yield OrphansTolerated(
                catalog=catalog.name,
                count=len(orphans),
                dsname=orphans[0].name,
                policy=draft.spec.policies.orphans,
            )
            continue
        for entry in orphans:
            volser = next(volser for volser in entry.volsers if volser in draft.sources)
            yield EntryWithoutDataSet(catalog=catalog.name, dsname=entry.name, volser=volser)


def _is_orphan(draft: Draft, entry: CatalogEntry) -> bool:
    cloned = any(volser in draft.sources for volser in entry.volsers)
    return cloned and entry.kind in WITH_SPACE and entry.name not in draft.source_names


def entries_for_other_volumes_are_told(draft: Draft) -> Iterator[PlanProblem]:
    """Tell of entries whose data sets are not cloned; those of a skeleton go."""
    for catalog in () if draft.is_skeleton else draft.source_catalogs:
        elsewhere = _elsewhere(draft, catalog)
        if elsewhere:
            first = elsewhere[0]
            yield EntriesElsewhere(
                catalog=catalog.name, count=len(elsewhere), dsname=first.name, volser=", ".join(first.volsers)
            )


def _elsewhere(draft: Draft, catalog: CatalogFacts) -> list[CatalogEntry]:
    return [
        entry
        for entry in catalog.entries
        if entry.volsers and entry.kind in WITH_SPACE and not any(volser in draft.sources for volser in entry.volsers)
    ]


def every_data_set_is_cataloged(draft: Draft) -> Iterator[PlanProblem]:
    """Each data set is in a catalog that is cloned; not asked while one of them could not be read."""
    if len(draft.source_catalogs) < len(draft.spec.catalogs):
        return
    own = {name for pair in draft.spec.catalogs for name in (pair.sides[0], f"{pair.sides[0]}.{CATALOG_INDEX}")}
    missing = [
        found
        for found in draft.on_sources
        if found.dsname not in draft.entries and found.dsname not in own and not VOLUME_OWN.fullmatch(found.dsname)
    ]
    if missing and draft.spec.policies.uncataloged == "keep":
        yield UncatalogedTolerated(count=len(missing), dsname=missing[0].dsname)
        return
    catalogs = ", ".join(pair.sides[0] for pair in draft.spec.catalogs)
    for found in missing:
        yield DataSetUncataloged(dsname=found.dsname, volser=found.volsers[0], catalogs=catalogs)


CHECKS = (
    every_catalog_is_cloned,
    catalogs_and_aliases_are_apart,
    every_entry_has_its_data_set,
    entries_for_other_volumes_are_told,
    every_data_set_is_cataloged,
)
