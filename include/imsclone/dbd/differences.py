"""What keeps the data of one database from being used under the definition of another: a list, for one table.

Names are not compared where a copy may change them: databases, data sets, areas' DD names. What only RECON knows of
a HALDB (partitions, high keys, KEYSTRNG) is compared where RECON is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from imsclone.dbd.model import Area, Database, DataSetGroup, LogicalChild, Randomizer, SecondaryIndex, Segment


class Aspect(StrEnum):
    """What differs."""

    TYPE = "database type"
    METHOD = "access method"
    SEGMENTS = "segments"
    LENGTH = "segment length"
    POINTERS = "pointers"
    KEY = "sequence field"
    RULES = "rules"
    GROUPS = "data set groups"
    BLOCK = "block size"
    RECORD = "record length"
    FREE_SPACE = "free space"
    RANDOMIZER = "randomizer"
    SELECTION = "partition selection"
    AREA = "area"
    COMPRESSION = "compression exit"
    EXITS = "exits"
    LOGICAL = "logical relationships"
    INDEXES = "secondary indexes"


@dataclass(frozen=True)
class Difference:
    """One row: ``where`` names the part of the database; a value that one side does not have is '-'."""

    aspect: Aspect
    where: str
    source: str
    target: str


Rows = Iterator[Difference]
NONE = "-"


def differences(source: Database, target: Database) -> list[Difference]:
    """Compare two definitions; an empty list says that data sets of one can be used by the other."""
    compared = (_whole, _segments, _groups, _areas, _indexes)
    return [row for compare in compared for row in compare(source, target)]


def _row(aspect: Aspect, where: str, source: object, target: object) -> Rows:
    if source != target:
        yield Difference(aspect, where, _shown(source), _shown(target))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or NONE
    return str(value) if value not in ("", None) else NONE


def _whole(source: Database, target: Database) -> Rows:
    yield from _row(Aspect.TYPE, "database", source.access, target.access)
    yield from _row(Aspect.METHOD, "database", source.method, target.method)
    yield from _row(Aspect.TYPE, "ACCESS= options", source.options, target.options)
    yield from _randomizers(source.randomizer, target.randomizer)
    yield from _row(Aspect.SELECTION, "PSNAME", source.selection_routine, target.selection_routine)
    yield from _row(Aspect.EXITS, "database", source.exits, target.exits)


def _randomizers(source: Randomizer | None, target: Randomizer | None) -> Rows:
    if source is None or target is None:
        yield from _row(Aspect.RANDOMIZER, "RMNAME", source and source.module, target and target.module)
        return
    for name in ("module", "anchors", "highest_block", "bytes", "extended_call"):
        where = "RMNAME " + name.replace("_", " ")
        yield from _row(Aspect.RANDOMIZER, where, getattr(source, name), getattr(target, name))


def _segments(source: Database, target: Database) -> Rows:
    yield from _row(Aspect.SEGMENTS, "number", len(source.segments), len(target.segments))
    for place, (first, second) in enumerate(zip_longest(source.segments, target.segments), 1):
        if first is None or second is None or first.name != second.name:
            yield from _row(Aspect.SEGMENTS, f"segment {place}", first and first.name, second and second.name)
        else:
            yield from _segment(source, target, first, second)


SEGMENT: tuple[tuple[Aspect, str, Callable[[Segment], object]], ...] = (
    (Aspect.SEGMENTS, " parent", lambda one: one.parent),
    (Aspect.SEGMENTS, " TYPE", lambda one: one.kind),
    (Aspect.LENGTH, "", lambda one: (one.longest, one.shortest) if one.shortest else one.longest),
    (Aspect.POINTERS, "", lambda one: one.pointers),
    (Aspect.POINTERS, " from its parent", lambda one: one.child_pointers),
    (Aspect.POINTERS, " subset pointers", lambda one: one.subset_pointers),
    (Aspect.KEY, "", lambda one: _key(one)),
    (Aspect.RULES, "", lambda one: (one.rules or NONE, one.insert_rule)),
    (Aspect.COMPRESSION, "", lambda one: one.compression),
    (Aspect.EXITS, "", lambda one: one.exits),
    (Aspect.LOGICAL, " logical parent", lambda one: one.logical_parent[:2]),
    (Aspect.LOGICAL, " logical children", lambda one: _children(one.children)),
)


def _segment(source: Database, target: Database, first: Segment, second: Segment) -> Rows:
    for aspect, what, value in SEGMENT:
        yield from _row(aspect, f"segment {first.name}{what}", value(first), value(second))
    places = _place_of(source, first), _place_of(target, second)
    yield from _row(Aspect.GROUPS, f"segment {first.name}", *places)


def _key(segment: Segment) -> tuple[object, ...]:
    key = segment.sequence
    return (key.name, key.start, key.length, "U" if key.unique else "M") if key else ()


def _children(children: tuple[LogicalChild, ...]) -> tuple[str, ...]:
    return tuple(f"{one.segment} {one.pointer or one.index} {one.pair}".rstrip() for one in children)


def _place_of(database: Database, segment: Segment) -> int:
    names = [one.name for one in database.groups]
    return names.index(segment.group) + 1 if segment.group in names else 0


def _groups(source: Database, target: Database) -> Rows:
    yield from _row(Aspect.GROUPS, "number", len(source.groups), len(target.groups))
    for place, (first, second) in enumerate(zip(source.groups, target.groups, strict=False), 1):
        yield from _group(f"data set group {place}", first, second)


def _group(where: str, first: DataSetGroup, second: DataSetGroup) -> Rows:
    yield from _row(Aspect.BLOCK, where, first.block, second.block)
    yield from _row(Aspect.RECORD, where, first.record, second.record)
    yield from _row(Aspect.FREE_SPACE, where, first.free_space, second.free_space)
    yield from _row(Aspect.GROUPS, f"{where} overflow", bool(first.second_ddname), bool(second.second_ddname))


def _areas(source: Database, target: Database) -> Rows:
    yield from _row(Aspect.AREA, "number", len(source.areas), len(target.areas))
    for place, (first, second) in enumerate(zip(source.areas, target.areas, strict=False), 1):
        for what, value in AREA:
            yield from _row(Aspect.AREA, f"area {place} {first.ddname} {what}", value(first), value(second))


AREA: tuple[tuple[str, Callable[[Area], object]], ...] = (
    ("SIZE", lambda area: area.size),
    ("UOW", lambda area: area.uow),
    ("ROOT", lambda area: area.root),
)


def _indexes(source: Database, target: Database) -> Rows:
    named = [{one.name: one for one in database.indexes} for database in (source, target)]
    for name in dict.fromkeys((*named[0], *named[1])):
        first, second = (_index(names.get(name)) for names in named)
        yield from _row(Aspect.INDEXES, f"XDFLD {name}", first, second)


def _index(index: SecondaryIndex | None) -> str:
    if index is None:
        return ""
    parts = {
        "TARGET": index.target,
        "SEGMENT": index.source,
        "SRCH": _shown(index.search),
        "SUBSEQ": _shown(index.subsequence),
        "DDATA": _shown(index.duplicate_data),
        "NULLVAL": index.null_value,
        "EXTRTN": index.exit,
        "CONST": index.constant,
    }
    return " ".join(f"{keyword}={value}" for keyword, value in parts.items() if value not in ("", NONE))
