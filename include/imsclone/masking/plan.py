"""A policy brought together with definitions: which bytes of which segments change, and what order they end up in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from imsclone.dbd import Database, Field, Segment
from imsclone.dbd.model import KEY_ORDERED
from imsclone.errors import CloneError, Place
from imsclone.masking import errors
from imsclone.masking.fits import broken_key, outside, unfit
from imsclone.masking.lists import names_of
from imsclone.masking.policy import FieldRule, Policy
from imsclone.masking.rules import Change, change_of

UNLOADED = ("HDAM", "HIDAM", "HISAM", "SHISAM", "PHDAM", "PHIDAM")
Order = Literal["kept", "record", "database"]


@dataclass(frozen=True)
class FieldMask:
    """One field that changes: bytes ``start`` to ``end`` of the data, counted from 0."""

    segment: str
    name: str
    start: int
    end: int
    rule: str
    kind: str
    change: Change


@dataclass(frozen=True)
class DatabaseMask:
    """What changes in a database, by segment.

    ``order`` says what must be sorted again because sequence fields change: nothing, each database record, or the
    whole database by its root keys. ``indexes`` are the databases that must be built anew after the reload, and
    ``unmentioned`` the fields of the definition that the policy says nothing about.
    """

    database: Database
    masks: Mapping[str, tuple[FieldMask, ...]]
    order: Order
    indexes: tuple[str, ...]
    unmentioned: tuple[str, ...] = ()


def plan_masking(
    policy: Policy, databases: Iterable[Database], key: bytes, *, every: bool = False
) -> dict[str, DatabaseMask]:
    """Bring a policy together with definitions. Raises PolicyRejected with all that does not fit.

    :param every: whether each database that the policy names must be among ``databases``.
    """
    given = {one.name: one for one in databases}
    binder = _Binder(policy, given, key)
    for number, rule in enumerate(policy.fields):
        binder.take(number, rule, every=every)
    if binder.problems:
        raise errors.PolicyRejected(file=str(policy.file), problems=binder.problems)
    masks = {name: binder.masks[name] for name in given if name in binder.masks}
    return {name: _planned(given[name], segments, binder.mentioned) for name, segments in masks.items()}


class _Binder:
    """Takes rule after rule."""

    def __init__(self, policy: Policy, given: Mapping[str, Database], key: bytes) -> None:
        self.policy, self.given, self.key = policy, given, key
        self.problems: list[CloneError] = []
        self.masks: dict[str, dict[str, tuple[FieldMask, ...]]] = {}
        self.mentioned: list[tuple[str, str, Field]] = []

    def take(self, number: int, rule: FieldRule, *, every: bool) -> None:
        place = self.policy.place("fields", number)
        if rule.sensitive and rule.rule is None:
            self.problems.append(errors.SensitiveWithoutRule(place, **_named(rule)))
        database = self.given.get(rule.database)
        if database is None:
            if every:
                known = ", ".join(self.given) or "none"
                self.problems.append(errors.PolicyDatabaseUnknown(place, database=rule.database, known=known))
            return
        segment = database.segment(rule.segment)
        if segment is None:
            known = ", ".join(one.name for one in database.segments)
            self.problems.append(
                errors.PolicySegmentUnknown(place, database=rule.database, segment=rule.segment, known=known)
            )
            return
        field = self._field(rule, segment, place)
        if field is not None:
            self.mentioned.append((database.name, segment.name, field))
        if field is not None and rule.rule is not None:
            self._bind(rule, database, segment, field, place)

    def _field(self, rule: FieldRule, segment: Segment, place: Place | None) -> Field | None:
        """Find the field, or make one of start and length; a field of the DBD at the same bytes gives its type."""
        if rule.field is None:
            start, length = rule.start or 0, rule.length or 0
            alike = [one.type for one in segment.fields if (one.start, one.length) == (start, length)]
            found = Field(rule.name, start, length, rule.type or (*alike, "C")[0])
        else:
            named = segment.field(rule.field)
            if named is None:
                known = ", ".join(one.name for one in segment.fields) or "none"
                self.problems.append(errors.PolicyFieldUnknown(place, **_named(rule), known=known))
                return None
            found = Field(named.name or named.external, named.start, named.length, rule.type or named.type)
        said = outside(found, segment)
        if said:
            last = found.start + found.length - 1
            self.problems.append(errors.FieldOutside(place, **_named(rule), first=found.start, last=last, said=said))
            return None
        return found

    def _bind(self, rule: FieldRule, database: Database, segment: Segment, field: Field, place: Place | None) -> None:
        if database.access not in UNLOADED:
            self.problems.append(errors.NotUnloaded(place, database=database.name, access=database.access))
            return
        wrong = unfit(rule, field)
        if wrong:
            self.problems.append(errors.RuleForOtherType(place, **_named(rule), rule=rule.rule, said=wrong))
            return
        self._check_keys(rule, database, segment, field, place)
        start = field.start - 1
        earlier = self.masks.setdefault(database.name, {}).get(segment.name, ())
        for one in earlier:
            if start < one.end and one.start < start + field.length:
                words = {"database": database.name, "segment": segment.name, "field": rule.name, "other": one.name}
                self.problems.append(errors.FieldsOverlap(place, **words))
        change = change_of(rule, field.type, self.key, self.policy.code_page, self._names(rule, place))
        mask = FieldMask(segment.name, rule.name, start, start + field.length, str(rule.rule), field.type, change)
        self.masks[database.name][segment.name] = (*earlier, mask)

    def _check_keys(
        self, rule: FieldRule, database: Database, segment: Segment, field: Field, place: Place | None
    ) -> None:
        key, said = broken_key(rule, field, segment, database, self.given)
        if said:
            self.problems.append(errors.KeyNotUnique(place, **_named(rule), key=key, said=said))
        related = _related_below(database, segment) if overlaps(field, segment.sequence) else ""
        if segment.logical_parent or segment.source:
            related = segment.name
        if related:
            self.problems.append(errors.LogicallyRelated(place, **_named(rule), related=related))

    def _names(self, rule: FieldRule, place: Place | None) -> Sequence[str]:
        if rule.list is None:
            return ()
        own = {str(name): file for name, file in self.policy.lists.items()}
        try:
            return names_of(rule.list, own, self.policy.file.parent, self.policy.code_page, place)
        except errors.ListUnusable as error:
            self.problems.append(error)
            return ()


def _named(rule: FieldRule) -> dict[str, str]:
    return {"database": rule.database, "segment": rule.segment, "field": rule.name}


def overlaps(field: Field, other: Field | None) -> bool:
    """Whether two fields share bytes."""
    return other is not None and field.start < other.start + other.length and other.start < field.start + field.length


def _related_below(database: Database, segment: Segment) -> str:
    """Name a segment at or below this one in a logical relationship: it, or its copy elsewhere, holds the key."""
    below = {segment.name}
    for one in database.segments:
        if one.parent in below:
            below.add(one.name)
        if one.name in below and one.in_logical_relationship:
            return one.name
    return ""


def _planned(
    database: Database, masks: dict[str, tuple[FieldMask, ...]], mentioned: list[tuple[str, str, Field]]
) -> DatabaseMask:
    changed = [one for one in database.segments if _changes(one.sequence, masks.get(one.name, ()))]
    order: Order = "record" if [one for one in changed if one.parent] else "kept"
    if database.root in changed and database.access in KEY_ORDERED:
        order = "database"
    primary = [database.primary_index] if database.root in changed and database.primary_index else []
    secondary = [
        one.database
        for one in database.indexes
        if changed or any(_covers(masks.get(one.source, ()), database, one.source, one.search + one.subsequence))
    ]
    unmentioned = tuple(
        f"{segment.name} {field.name or field.external}"
        for segment in database.segments
        for field in segment.fields
        if field.start
        and not any(overlaps(field, one) for name, at, one in mentioned if (name, at) == (database.name, segment.name))
    )
    return DatabaseMask(database, masks, order, tuple(dict.fromkeys((*primary, *secondary))), unmentioned)


def _changes(field: Field | None, masks: Iterable[FieldMask]) -> bool:
    return field is not None and any(
        one.start < field.start - 1 + field.length and field.start - 1 < one.end for one in masks
    )


def _covers(masks: Sequence[FieldMask], database: Database, segment: str, names: Iterable[str]) -> Iterable[bool]:
    found = database.segment(segment)
    return (_changes(found.field(name), masks) for name in names if found is not None)
