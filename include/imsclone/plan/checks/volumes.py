"""Checks of the volume map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from imsclone.facts import DataSetFacts
from imsclone.plan.draft import VOLUME_OWN, Draft
from imsclone.plan.errors import PlanProblem
from imsclone.plan.errors.volumes import (
    GeometryDiffers,
    PairMissing,
    PairUnused,
    SourcePairedTwice,
    SourceVolumeMissing,
    StorageGroupUnknown,
    TargetHoldsForeignData,
    TargetMissing,
    TargetPairedTwice,
    TargetSizeUnknown,
    TargetTooSmall,
    UnitDiffers,
    UnitOccupied,
    VolumeMaskEmpty,
    VolumesOverlap,
    WorkOnTarget,
)
from imsclone.plan.pairing import matches_volume


def every_source_volume_exists(draft: Draft) -> Iterator[PlanProblem]:
    """Volumes named by serial are online."""
    for position, volser in enumerate(draft.spec.source.volumes.volsers):
        if volser not in draft.online:
            yield SourceVolumeMissing(draft.spec.place("source", "volumes", "volsers", position), volser=volser)


def every_storage_group_has_volumes(draft: Draft) -> Iterator[PlanProblem]:
    """Storage groups have online volumes."""
    known = {volume.storage_group for volume in draft.online.values()}
    for position, group in enumerate(draft.spec.source.volumes.storage_groups):
        if group not in known:
            yield StorageGroupUnknown(draft.spec.place("source", "volumes", "storage_groups", position), group=group)


def every_volume_mask_matches(draft: Draft) -> Iterator[PlanProblem]:
    """Volume masks match online volumes."""
    for position, mask in enumerate(draft.spec.source.volumes.masks):
        if not any(matches_volume(mask, volser) for volser in draft.online):
            yield VolumeMaskEmpty(draft.spec.place("source", "volumes", "masks", position), mask=mask)


def every_source_has_a_target(draft: Draft) -> Iterator[PlanProblem]:
    """The rule or list gives each source volume a target."""
    rule = draft.spec.volumes.rule
    way = f"the rule {rule}" if rule else "the list of pairs"
    for volser in draft.sources:
        if volser not in draft.target_of:
            yield PairMissing(draft.spec.place("volumes", "rule" if rule else "pairs"), volser=volser, way=way)


def no_source_is_paired_twice(draft: Draft) -> Iterator[PlanProblem]:
    """The list gives no source volume two targets."""
    for volser, targets in draft.listed_targets.items():
        if len(targets) > 1:
            place = draft.spec.place("volumes", "pairs")
            yield SourcePairedTwice(place, volser=volser, targets=" and ".join(targets))


def no_target_is_paired_twice(draft: Draft) -> Iterator[PlanProblem]:
    """No two source volumes go to one target."""
    sources: dict[str, list[str]] = defaultdict(list)
    for pair in draft.pairs:
        sources[pair.target_volser].append(pair.source.volser)
    for volser, receivers in sources.items():
        if len(receivers) > 1:
            place = draft.spec.place("volumes", "pairs")
            yield TargetPairedTwice(place, volser=volser, sources=" and ".join(receivers))


def every_pair_is_used(draft: Draft) -> Iterator[PlanProblem]:
    """The list has no pair for a volume that is not cloned."""
    for position, pair in enumerate(draft.spec.volumes.pairs):
        if pair.sides[0] not in draft.sources:
            yield PairUnused(draft.spec.place("volumes", "pairs", position), pair=pair)


def every_target_exists(draft: Draft) -> Iterator[PlanProblem]:
    """Each target is online, or its device is known."""
    for pair in draft.pairs:
        if pair.target is None:
            unit = draft.spec.volumes.units.get(pair.target_volser)
            shown = f"unit {unit}" if unit else "its unit"
            place = draft.spec.place("volumes", "units", pair.target_volser)
            yield TargetMissing(place, volser=pair.target_volser, source=pair.source.volser, unit=shown)


def no_target_size_is_unknown(draft: Draft) -> Iterator[PlanProblem]:
    """Tell of targets that could not be looked at."""
    for pair in draft.pairs:
        if pair.target is not None and not pair.target.online:
            yield TargetSizeUnknown(volser=pair.target_volser, unit=pair.target.unit)


def targets_are_the_same_device_type(draft: Draft) -> Iterator[PlanProblem]:
    """COPY FULL needs like devices."""
    for pair in draft.pairs:
        if pair.target is not None and pair.target.device_type != pair.source.device_type:
            yield GeometryDiffers(
                target=pair.target_volser,
                unit=pair.target.unit,
                found=pair.target.device_type,
                source=pair.source.volser,
                needed=pair.source.device_type,
            )


def targets_are_large_enough(draft: Draft) -> Iterator[PlanProblem]:
    """A target may be larger, never smaller."""
    for pair in draft.pairs:
        if pair.target is not None and 0 < pair.target.cylinders < pair.source.cylinders:
            yield TargetTooSmall(
                target=pair.target_volser,
                unit=pair.target.unit,
                found=pair.target.cylinders,
                source=pair.source.volser,
                needed=pair.source.cylinders,
            )


def targets_are_on_the_units_given(draft: Draft) -> Iterator[PlanProblem]:
    """A device number given for a target is where it is."""
    for volser, unit in draft.spec.volumes.units.items():
        found = draft.online.get(volser)
        if found is not None and found.unit != unit:
            place = draft.spec.place("volumes", "units", volser)
            yield UnitDiffers(place, volser=volser, found=found.unit, declared=unit)


def units_given_hold_no_other_volume(draft: Draft) -> Iterator[PlanProblem]:
    """A device number stands for an offline target, not for another online volume."""
    for pair in draft.pairs:
        found = pair.target
        if found is not None and found.online and found.volser not in (pair.target_volser, *draft.sources):
            place = draft.spec.place("volumes", "units", pair.target_volser)
            yield UnitOccupied(place, target=pair.target_volser, unit=found.unit, found=found.volser)


def no_volume_is_source_and_target(draft: Draft) -> Iterator[PlanProblem]:
    """Neither by serial nor by device number."""
    place = draft.spec.place("volumes")
    for volser in sorted(draft.target_serials & draft.sources.keys()):
        yield VolumesOverlap(place, what=f"Volume {volser}")
    units = {source.unit for source in draft.sources.values()}
    for pair in draft.pairs:
        if pair.target is not None and pair.target_volser not in draft.sources and pair.target.unit in units:
            yield VolumesOverlap(place, what=f"Unit {pair.target.unit}")


def targets_hold_nothing_foreign(draft: Draft) -> Iterator[PlanProblem]:
    """Only what an earlier, perhaps interrupted, clone of this environment left may be overlaid."""
    prefix = f"{draft.spec.work.hlq}."
    cataloged_on_target = {
        name for name, entry in draft.entries.items() if any(volser in draft.target_serials for volser in entry.volsers)
    }
    for found in draft.on_targets:
        ours = (
            VOLUME_OWN.fullmatch(found.dsname)
            or draft.masks.could_have_made(found.dsname)
            or (found.dsname in draft.source_names and found.dsname not in cataloged_on_target)
            or found.dsname.startswith(prefix)
        )
        if not ours:
            yield TargetHoldsForeignData(volser=_target_holding(draft, found), dsname=found.dsname)


def _target_holding(draft: Draft, found: DataSetFacts) -> str:
    return next(volser for volser in found.volsers if volser in draft.target_serials)


def work_is_elsewhere(draft: Draft) -> Iterator[PlanProblem]:
    """Work data sets are on no cloned volume; those whose serial already says so are told by the identity checks."""
    for position, volser in enumerate(draft.spec.work.volumes):
        role = "source" if volser in draft.sources else "target" if volser in draft.target_serials else ""
        if role and not draft.role_by_name(volser):
            yield WorkOnTarget(draft.spec.place("work", "volumes", position), what="Work", volser=volser, role=role)
    prefix = f"{draft.spec.work.hlq}."
    for found in draft.on_targets:
        if found.dsname.startswith(prefix):
            place, what = draft.spec.place("work", "hlq"), f"Work data set {found.dsname}"
            yield WorkOnTarget(place, what=what, volser=_target_holding(draft, found), role="target")


CHECKS = (
    every_source_volume_exists,
    every_storage_group_has_volumes,
    every_volume_mask_matches,
    every_source_has_a_target,
    no_source_is_paired_twice,
    no_target_is_paired_twice,
    every_pair_is_used,
    every_target_exists,
    no_target_size_is_unknown,
    targets_are_the_same_device_type,
    targets_are_large_enough,
    targets_are_on_the_units_given,
    units_given_hold_no_other_volume,
    no_volume_is_source_and_target,
    targets_hold_nothing_foreign,
    work_is_elsewhere,
)
