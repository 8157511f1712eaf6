"""Checks of the data-set map. Each goes over the data sets once."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.names import DATA_SET_NAME_LENGTH, DataSetName, Qualifier
from imsclone.plan.draft import Draft
from imsclone.plan.errors import PlanProblem
from imsclone.plan.errors.data_sets import (
    DataSetPartial,
    MaskMatchesNothing,
    NameNotFinal,
    NamesOverlap,
    NameUnmatched,
    NewNameInvalid,
    NewNamesCollide,
    NewNameTooLong,
    SourceNameOdd,
)


def source_names_are_valid(draft: Draft) -> Iterator[PlanProblem]:
    """Each name on the source volumes is a data set name."""
    for found in draft.on_sources:
        if DataSetName.broken_rule(found.dsname):
            yield SourceNameOdd(volser=found.volsers[0], dsname=found.dsname)


def new_names_are_short_enough(draft: Draft) -> Iterator[PlanProblem]:
    """44 characters."""
    for source, target, mask in draft.new_names:
        if len(target) > DATA_SET_NAME_LENGTH:
            yield NewNameTooLong(
                draft.place_of_mask(mask),
                source=source,
                target=target,
                length=len(target),
                mask=draft.masks.masks[mask],
                excess=len(target) - DATA_SET_NAME_LENGTH,
            )


def new_names_are_valid(draft: Draft) -> Iterator[PlanProblem]:
    """Qualifiers of 1 to 8 valid characters."""
    for source, target, mask in draft.new_names:
        if not DataSetName.broken_rule(target):
            continue
        part = next((part for part in target.split(".") if Qualifier.broken_rule(part)), None)
        if part is not None and not DataSetName.broken_rule(source):
            yield NewNameInvalid(
                draft.place_of_mask(mask),
                source=source,
                target=target,
                mask=draft.masks.masks[mask],
                part=part,
            )


def no_two_data_sets_get_one_name(draft: Draft) -> Iterator[PlanProblem]:
    """The masks give different names."""
    taken: dict[str, tuple[str, int]] = {}
    for source, target, mask in draft.new_names:
        first, first_mask = taken.setdefault(target, (source, mask))
        if first != source:
            masks = " and ".join(f"mask {draft.masks.masks[number]}" for number in sorted({first_mask, mask}))
            yield NewNamesCollide(
                draft.place_of_mask(mask),
                first=first,
                second=source,
                target=target,
                masks=masks,
            )


def every_mask_matches_something(draft: Draft) -> Iterator[PlanProblem]:
    """Each mask decides about at least one data set."""
    used = {new.mask for new in draft.new_names}
    for position, mask in enumerate(draft.spec.rename):
        if position + draft.first_own_mask not in used:
            yield MaskMatchesNothing(draft.spec.place("rename", position), mask=mask)


def every_name_is_matched(draft: Draft) -> Iterator[PlanProblem]:
    """Under the policy fail, each data set has a mask."""
    if draft.spec.policies.unmatched != "fail":
        return
    for renaming in draft.renamings:
        if renaming.target is None:
            yield NameUnmatched(
                draft.spec.place("rename"), dsname=renaming.facts.dsname, volser=renaming.facts.volsers[0]
            )


def new_names_are_final(draft: Draft) -> Iterator[PlanProblem]:
    """Renaming twice gives what renaming once gave."""
    for source, target, mask in draft.new_names:
        again = draft.masks.apply(target)
        if again is not None and again.name != target:
            yield NameNotFinal(
                draft.place_of_mask(mask),
                source=source,
                target=target,
                mask=draft.masks.masks[again.mask],
                again=again.name,
            )


def new_names_are_free(draft: Draft) -> Iterator[PlanProblem]:
    """A new name may be where an earlier clone left it, and nowhere else."""
    for source, target, mask in draft.new_names:
        volser = _taken_on(draft, source, target)
        if volser:
            yield NamesOverlap(draft.place_of_mask(mask), source=source, target=target, volser=volser)


def _taken_on(draft: Draft, source: str, target: str) -> str:
    found = draft.source_names.get(target)
    if found is not None:
        return found.volsers[0]
    entry = draft.entries.get(target) or draft.target_entries.get(target)
    if entry is None or draft.target_serials.issuperset(entry.volsers):
        return ""
    copied = draft.entries.get(source)
    left = [draft.target_of.get(volser, volser) for volser in copied.volsers] if copied else []
    return "" if left == list(entry.volsers) else entry.volsers[0]


def no_data_set_is_partial(draft: Draft) -> Iterator[PlanProblem]:
    """All volumes of a data set are cloned."""
    for found in draft.on_sources:
        entry = draft.entries.get(found.dsname)
        volsers = {*found.volsers, *(entry.volsers if entry else ())} - {"*"}
        others = sorted(volser for volser in volsers if volser not in draft.sources)
        if not others and found.volume_sequence > 1 and (entry is None or not entry.volsers):
            others = [f"{found.volume_sequence - 1} volumes before {found.volsers[0]}"]
        if others:
            yield DataSetPartial(dsname=found.dsname, others=", ".join(others))


CHECKS = (
    source_names_are_valid,
    new_names_are_short_enough,
    new_names_are_valid,
    no_two_data_sets_get_one_name,
    every_mask_matches_something,
    every_name_is_matched,
    new_names_are_final,
    new_names_are_free,
    no_data_set_is_partial,
)
