"""The DMB: a database definition as a member of ACBLIB.

Own layout: IBM does not publish the member. A header, then entries in the order data sets, segments, fields, links,
secondary indexes, areas.
"""

from __future__ import annotations

from zoslab.ims.dbd import Area, DataSetGroup, Dbd, Field, LogicalChild, Randomizer, SecondaryIndex, Segment
from zoslab.ims.errors import ImsError
from zoslab.layout import Layout, Number, Raw, Text

FORWARD, BACKWARD, LAST_CHILD, SEQUENTIAL, COUNTER = 0x01, 0x02, 0x04, 0x08, 0x10
SEQUENCE, UNIQUE = 0x01, 0x02
HAS_NULL, HAS_CONSTANT = 0x01, 0x02
WORDS = 5
"""Fields an XDFLD may name in one operand."""


class DmbHeader(Layout):
    """Own layout: head of a DMB member."""

    eye = Text(0, 4)
    name = Text(4, 8)
    access = Text(12, 8)
    method = Text(20, 8)
    randomizer = Text(28, 8)
    anchors = Number(36, 2)
    blocks = Number(38, 4)
    max_bytes = Number(42, 2)
    data_sets = Number(44, 2)
    segments = Number(46, 2)
    fields = Number(48, 2)
    links = Number(50, 2)
    indexes = Number(52, 2)
    areas = Number(54, 2)
    selection = Text(56, 8)


class DmbDataSet(Layout):
    """Own layout: one data set group."""

    ddname = Text(0, 8)
    block_size = Number(8, 4)
    overflow = Text(12, 8)


class DmbSegment(Layout):
    """Own layout: one segment type."""

    name = Text(0, 8)
    parent = Text(8, 8)
    length = Number(16, 2)
    flags = Number(18, 1)
    rule = Text(19, 5)
    shortest = Number(24, 2)
    group = Number(26, 1)


class DmbField(Layout):
    """Own layout: one field; ``segment`` counts from 0."""

    name = Text(0, 8)
    segment = Number(8, 2)
    start = Number(10, 2)
    length = Number(12, 2)
    flags = Number(14, 1)
    type = Text(15, 1)


class DmbLink(Layout):
    """Own layout: one logical child."""

    segment = Text(0, 8)
    database = Text(8, 8)
    field = Text(16, 8)


class DmbIndex(Layout):
    """Own layout: one secondary index; the three lists of field names follow, 40 bytes each."""

    name = Text(0, 8)
    target = Text(8, 8)
    source = Text(16, 8)
    database = Text(24, 8)
    segment = Text(32, 8)
    flags = Number(40, 1)
    null = Number(41, 1)
    constant = Number(42, 1)
    search = Raw(43, 8 * WORDS)
    subsequence = Raw(83, 8 * WORDS)
    duplicate = Raw(123, 8 * WORDS)


class DmbArea(Layout):
    """Own layout: one area of a DEDB."""

    ddname = Text(0, 8)
    area_size = Number(8, 4)
    uow = Number(12, 4)
    uow_overflow = Number(16, 4)
    root = Number(20, 4)
    root_overflow = Number(24, 4)


class Name(Layout):
    """Own layout: a name of 8 bytes."""

    name = Text(0, 8)


class Reader:
    """Takes one entry after another from a member."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def next(self, kind: type[Layout]) -> bytes:
        part = self._raw[self._at : self._at + kind.size]
        self._at += kind.size
        return part


def build_dmb(dbd: Dbd) -> bytes:
    """Return the ACBLIB member of a database."""
    fields = [(place, one) for place, segment in enumerate(dbd.segments) for one in segment.fields]
    randomizer = dbd.randomizer or Randomizer("", 0, 0)
    entries: list[Layout] = [
        DmbHeader(
            eye="DMB",
            name=dbd.name,
            access=dbd.access,
            method=dbd.method,
            randomizer=randomizer.module,
            anchors=randomizer.anchors,
            blocks=randomizer.blocks,
            max_bytes=randomizer.max_bytes,
            data_sets=len(dbd.data_sets),
            segments=len(dbd.segments),
            fields=len(fields),
            links=len(dbd.links),
            indexes=len(dbd.secondary),
            areas=len(dbd.areas),
            selection=dbd.selection,
        )
    ]
    entries += [
        DmbDataSet(ddname=one.ddname, block_size=one.block_size, overflow=one.overflow) for one in dbd.data_sets
    ]
    entries += [_segment_entry(segment) for segment in dbd.segments]
    entries += [_field_entry(place, one) for place, one in fields]
    entries += [DmbLink(segment=one.segment, database=one.database, field=one.index_field) for one in dbd.links]
    entries += [_index_entry(one) for one in dbd.secondary]
    entries += [_area_entry(one) for one in dbd.areas]
    return b"".join(bytes(entry) for entry in entries)


def _segment_entry(segment: Segment) -> DmbSegment:
    flags = FORWARD * segment.twin_forward | BACKWARD * segment.twin_backward | LAST_CHILD * segment.last_child
    return DmbSegment(
        name=segment.name,
        parent=segment.parent,
        length=segment.length,
        flags=flags | SEQUENTIAL * (segment.kind == "SEQ") | COUNTER * segment.counter,
        rule=segment.insert_rule,
        shortest=segment.min_length,
        group=segment.group,
    )


def _field_entry(segment: int, field: Field) -> DmbField:
    flags = SEQUENCE * field.sequence | UNIQUE * field.unique
    return DmbField(
        name=field.name, segment=segment, start=field.start, length=field.length, flags=flags, type=field.type
    )


def _index_entry(one: SecondaryIndex) -> DmbIndex:
    return DmbIndex(
        name=one.name,
        target=one.target,
        source=one.source,
        database=one.database,
        segment=one.index_segment,
        flags=HAS_NULL * (one.null_value is not None) | HAS_CONSTANT * (one.constant is not None),
        null=one.null_value or 0,
        constant=one.constant or 0,
        search=_pack(one.search),
        subsequence=_pack(one.subsequence),
        duplicate=_pack(one.duplicate_data),
    )


def _area_entry(area: Area) -> DmbArea:
    return DmbArea(
        ddname=area.ddname,
        area_size=area.size,
        uow=area.uow[0],
        uow_overflow=area.uow[1],
        root=area.root[0],
        root_overflow=area.root[1],
    )


def _pack(names: tuple[str, ...]) -> bytes:
    return b"".join(bytes(Name(name=name)) for name in names)


def _unpack(raw: bytes) -> tuple[str, ...]:
    parts = [raw[at : at + 8] for at in range(0, len(raw), 8)]
    return tuple(Name.of(part).name for part in parts if any(part))


def parse_dmb(raw: bytes) -> Dbd:
    """Return the database a member defines.

    :raises ImsError: the member is not a DMB.
    """
    reader = Reader(raw)
    head = DmbHeader.of(reader.next(DmbHeader)) if len(raw) >= DmbHeader.size else None
    if head is None or head.eye != "DMB":
        raise ImsError("DFS929I ACBLIB MEMBER IS NOT A DATABASE CONTROL BLOCK")
    data_sets = [DmbDataSet.of(reader.next(DmbDataSet)) for _ in range(head.data_sets)]
    segments = [DmbSegment.of(reader.next(DmbSegment)) for _ in range(head.segments)]
    fields = [DmbField.of(reader.next(DmbField)) for _ in range(head.fields)]
    links = [DmbLink.of(reader.next(DmbLink)) for _ in range(head.links)]
    indexes = [DmbIndex.of(reader.next(DmbIndex)) for _ in range(head.indexes)]
    areas = [DmbArea.of(reader.next(DmbArea)) for _ in range(head.areas)]
    return Dbd(
        head.name,
        head.access,
        head.method,
        tuple(DataSetGroup(one.ddname, one.block_size, one.overflow) for one in data_sets),
        tuple(_segment(one, [f for f in fields if f.segment == place]) for place, one in enumerate(segments)),
        Randomizer(head.randomizer, head.anchors, head.blocks, head.max_bytes) if head.randomizer else None,
        tuple(LogicalChild(one.segment, one.database, one.field) for one in links),
        tuple(_index(one) for one in indexes),
        tuple(
            Area(one.ddname, one.area_size, (one.uow, one.uow_overflow), (one.root, one.root_overflow)) for one in areas
        ),
        head.selection,
    )


def _segment(entry: DmbSegment, fields: list[DmbField]) -> Segment:
    flags = entry.flags
    return Segment(
        entry.name,
        entry.parent,
        entry.length,
        tuple(
            Field(f.name, f.start, f.length, f.type, bool(f.flags & SEQUENCE), bool(f.flags & UNIQUE)) for f in fields
        ),
        bool(flags & FORWARD),
        bool(flags & BACKWARD),
        bool(flags & LAST_CHILD),
        entry.rule,
        entry.shortest,
        entry.group,
        "SEQ" if flags & SEQUENTIAL else "DIR",
        bool(flags & COUNTER),
    )


def _index(entry: DmbIndex) -> SecondaryIndex:
    return SecondaryIndex(
        entry.name,
        entry.target,
        entry.source,
        entry.database,
        entry.segment,
        _unpack(entry.search),
        _unpack(entry.subsequence),
        _unpack(entry.duplicate),
        entry.null if entry.flags & HAS_NULL else None,
        entry.constant if entry.flags & HAS_CONSTANT else None,
    )
