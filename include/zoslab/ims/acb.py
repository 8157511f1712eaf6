"""ACBLIB members: database and program control blocks as ACBGEN leaves them in the library.

Own layout: IBM does not publish DMB and PSB members. A member is one string of bytes: a header, then its entries in
the order data sets, segments, fields, links (DMB) or PCBs, sensitive segments (PSB).
"""

from __future__ import annotations

from zoslab.ims.dbd import DataSetGroup, Dbd, Field, LogicalChild, Randomizer, Segment
from zoslab.ims.errors import ImsError
from zoslab.ims.psb import DbPcb, Psb
from zoslab.layout import Layout, Number, Text

FORWARD, BACKWARD, LAST_CHILD = 0x01, 0x02, 0x04
SEQUENCE, UNIQUE = 0x01, 0x02


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


class DmbDataSet(Layout):
    """Own layout: one data set group."""

    ddname = Text(0, 8)
    block_size = Number(8, 4)


class DmbSegment(Layout):
    """Own layout: one segment type."""

    name = Text(0, 8)
    parent = Text(8, 8)
    length = Number(16, 2)
    flags = Number(18, 1)
    rule = Text(19, 5)


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


class PsbHeader(Layout):
    """Own layout: head of a PSB member."""

    eye = Text(0, 4)
    name = Text(4, 8)
    pcbs = Number(12, 2)


class PsbPcb(Layout):
    """Own layout: one database PCB, followed by its sensitive segments of 8 bytes each."""

    dbd = Text(0, 8)
    options = Text(8, 4)
    key_length = Number(12, 2)
    segments = Number(14, 2)


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
        )
    ]
    entries += [DmbDataSet(ddname=one.ddname, block_size=one.block_size) for one in dbd.data_sets]
    entries += [_segment_entry(segment) for segment in dbd.segments]
    entries += [_field_entry(place, one) for place, one in fields]
    entries += [DmbLink(segment=one.segment, database=one.database, field=one.index_field) for one in dbd.links]
    return b"".join(bytes(entry) for entry in entries)


def _segment_entry(segment: Segment) -> DmbSegment:
    flags = FORWARD * segment.twin_forward | BACKWARD * segment.twin_backward | LAST_CHILD * segment.last_child
    return DmbSegment(
        name=segment.name, parent=segment.parent, length=segment.length, flags=flags, rule=segment.insert_rule
    )


def _field_entry(segment: int, field: Field) -> DmbField:
    flags = SEQUENCE * field.sequence | UNIQUE * field.unique
    return DmbField(
        name=field.name, segment=segment, start=field.start, length=field.length, flags=flags, type=field.type
    )


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def next(self, kind: type[Layout]) -> bytes:
        part = self._raw[self._at : self._at + kind.size]
        self._at += kind.size
        return part


def parse_dmb(raw: bytes) -> Dbd:
    """Return the database a member defines.

    :raises ImsError: the member is not a DMB.
    """
    reader = _Reader(raw)
    head = DmbHeader.of(reader.next(DmbHeader)) if len(raw) >= DmbHeader.size else None
    if head is None or head.eye != "DMB":
        raise ImsError("DFS929I ACBLIB MEMBER IS NOT A DATABASE CONTROL BLOCK")
    data_sets = [DmbDataSet.of(reader.next(DmbDataSet)) for _ in range(head.data_sets)]
    segments = [DmbSegment.of(reader.next(DmbSegment)) for _ in range(head.segments)]
    fields = [DmbField.of(reader.next(DmbField)) for _ in range(head.fields)]
    links = [DmbLink.of(reader.next(DmbLink)) for _ in range(head.links)]
    return Dbd(
        head.name,
        head.access,
        head.method,
        tuple(DataSetGroup(one.ddname, one.block_size) for one in data_sets),
        tuple(_segment(one, [f for f in fields if f.segment == place]) for place, one in enumerate(segments)),
        Randomizer(head.randomizer, head.anchors, head.blocks, head.max_bytes) if head.access == "HDAM" else None,
        tuple(LogicalChild(one.segment, one.database, one.field) for one in links),
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
    )


def build_psb(psb: Psb) -> bytes:
    """Return the ACBLIB member of a program."""
    parts = [bytes(PsbHeader(eye="PSB", name=psb.name, pcbs=len(psb.pcbs)))]
    for pcb in psb.pcbs:
        parts.append(
            bytes(PsbPcb(dbd=pcb.dbd, options=pcb.options, key_length=pcb.key_length, segments=len(pcb.segments)))
        )
        parts += [bytes(_Name(name=name)) for name in pcb.segments]
    return b"".join(parts)


class _Name(Layout):
    """Own layout: a name of 8 bytes."""

    name = Text(0, 8)


def parse_psb(raw: bytes) -> Psb:
    """Return the program specification block of a member.

    :raises ImsError: the member is not a PSB.
    """
    reader = _Reader(raw)
    head = PsbHeader.of(reader.next(PsbHeader)) if len(raw) >= PsbHeader.size else None
    if head is None or head.eye != "PSB":
        raise ImsError("DFS929I ACBLIB MEMBER IS NOT A PROGRAM CONTROL BLOCK")
    pcbs = []
    for _ in range(head.pcbs):
        pcb = PsbPcb.of(reader.next(PsbPcb))
        names = tuple(_Name.of(reader.next(_Name)).name for _ in range(pcb.segments))
        pcbs.append(DbPcb(pcb.dbd, pcb.options, pcb.key_length, names))
    return Psb(head.name, tuple(pcbs))
