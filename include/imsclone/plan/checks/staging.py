"""Checks of reconditioning by physical data set copy: the staging volumes, and what it cannot carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from imsclone.plan.draft import VOLUME_OWN, Draft
from imsclone.plan.errors import PlanProblem
from imsclone.plan.errors.staging import (
    EntryNotCarried,
    StagingHoldsForeignData,
    StagingMissing,
    StagingOverlaps,
    StagingRuleMissing,
    StagingUnfit,
    UnmatchedNotCarried,
)

CARRIED = frozenset({"NONVSAM", "CLUSTER", "DATA", "INDEX", "GDG", "GDS", "UCAT"})


def every_source_has_a_staging_volume(draft: Draft) -> Iterator[PlanProblem]:
    """There is a rule, and it leads to a device for each source volume."""
    place = draft.spec.place("volumes", "staging") or draft.spec.place("volumes")
    if draft.is_staged and draft.spec.volumes.staging is None:
        yield StagingRuleMissing(place)
        return
    for pair in draft.pairs if draft.is_staged else ():
        if pair.staging is None:
            yield StagingMissing(place, source=pair.source.volser, volser=pair.staging_volser or "none")


def staging_volumes_are_apart(draft: Draft) -> Iterator[PlanProblem]:
    """A staging volume is neither source nor target, nor another's staging volume."""
    counts = Counter(pair.staging_volser for pair in draft.pairs if pair.staging_volser)
    taken = draft.candidates.keys() | draft.target_serials
    for volser, count in sorted(counts.items()):
        if count > 1 or volser in taken:
            yield StagingOverlaps(draft.spec.place("volumes", "staging"), volser=volser)


def staging_volumes_fit(draft: Draft) -> Iterator[PlanProblem]:
    """COPY FULL needs a like device of at least the size."""
    for pair in draft.pairs:
        found = pair.staging
        if found is None:
            continue
        like = found.device_type == pair.source.device_type
        if not like or 0 < found.cylinders < pair.source.cylinders:
            yield StagingUnfit(
                volser=pair.staging_volser,
                unit=found.unit,
                found=f"{found.device_type} of {found.cylinders} cylinders",
                source=pair.source.volser,
                needed=f"{pair.source.device_type} of {pair.source.cylinders}",
            )


def staging_volumes_hold_nothing_foreign(draft: Draft) -> Iterator[PlanProblem]:
    """Only copies of what the masks rename may be overlaid."""
    for found in draft.facts.data_sets:
        volser = next((one for one in found.volsers if one in draft.staging_serials), None)
        if volser and not VOLUME_OWN.fullmatch(found.dsname) and draft.masks.apply(found.dsname) is None:
            yield StagingHoldsForeignData(volser=volser, dsname=found.dsname)


def every_entry_is_carried(draft: Draft) -> Iterator[PlanProblem]:
    """The catalogs have only entries that can be made anew, and every name has a mask."""
    if not draft.is_staged:
        return
    if draft.spec.policies.unmatched != "fail":
        yield UnmatchedNotCarried(draft.spec.place("policies", "unmatched"), policy=draft.spec.policies.unmatched)
    for catalog in draft.source_catalogs:
        for entry in catalog.entries:
            if entry.kind not in CARRIED:
                yield EntryNotCarried(catalog=catalog.name, dsname=entry.name, kind=entry.kind)


CHECKS = (
    every_source_has_a_staging_volume,
    staging_volumes_are_apart,
    staging_volumes_fit,
    staging_volumes_hold_nothing_foreign,
    every_entry_is_carried,
)
