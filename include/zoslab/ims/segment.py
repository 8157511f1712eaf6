"""Segments as they stand in a block: prefix and data.

Source: ims.md section 5: segment code 1, delete byte 1, then 4-byte pointers PTF, PTB, PP, and PCF or PCF and PCL
for each child type. Own choice: every dependent carries PP; IMS has it only under logical relationships and in HALDB.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zoslab.ims.dbd import Dbd, Segment

CODE_AND_DELETE = 2
POINTER = 4
NONE = 0


@dataclass
class SegmentType:
    """A segment type with the offsets of its prefix; an offset of 0 says the pointer is not there."""

    code: int
    segment: Segment
    parent: SegmentType | None
    children: list[SegmentType] = field(default_factory=list)
    ptf: int = NONE
    ptb: int = NONE
    pp: int = NONE
    first_child: dict[int, int] = field(default_factory=dict)
    last_child: dict[int, int] = field(default_factory=dict)
    prefix: int = CODE_AND_DELETE

    @property
    def name(self) -> str:
        return self.segment.name

    @property
    def level(self) -> int:
        return 1 if self.parent is None else self.parent.level + 1

    @property
    def length(self) -> int:
        """Prefix and data."""
        return self.prefix + self.segment.length

    @property
    def slot(self) -> int:
        """Bytes taken in a block: the length rounded up to a halfword."""
        return (self.length + 1) & ~1

    def key(self, data: bytes) -> bytes:
        """Return the sequence field, empty if the segment has none."""
        key = self.segment.key
        return key.of(data) if key else b""

    def descends_from(self, other: SegmentType) -> bool:
        """Tell whether this type is ``other`` or lies under it."""
        kind: SegmentType | None = self
        while kind is not None and kind is not other:
            kind = kind.parent
        return kind is other


class Shape:
    """The segment types of a database in hierarchic order; codes count from 1."""

    def __init__(self, dbd: Dbd) -> None:
        self.types: list[SegmentType] = []
        by_name: dict[str, SegmentType] = {}
        for code, segment in enumerate(dbd.segments, 1):
            parent = by_name.get(segment.parent)
            kind = SegmentType(code, segment, parent)
            by_name[segment.name] = kind
            self.types.append(kind)
            if parent is not None:
                parent.children.append(kind)
        for kind in self.types:
            _lay_out(kind)
        self._by_name = by_name
        self.longest = max(kind.slot for kind in self.types)

    @property
    def root(self) -> SegmentType:
        return self.types[0]

    def named(self, name: str) -> SegmentType | None:
        return self._by_name.get(name)

    def of_code(self, code: int) -> SegmentType | None:
        return self.types[code - 1] if 1 <= code <= len(self.types) else None


def _lay_out(kind: SegmentType) -> None:
    at = CODE_AND_DELETE
    if kind.segment.twin_forward:
        kind.ptf, at = at, at + POINTER
    if kind.segment.twin_backward:
        kind.ptb, at = at, at + POINTER
    if kind.parent is not None:
        kind.pp, at = at, at + POINTER
    for child in kind.children:
        kind.first_child[child.code], at = at, at + POINTER
        if child.segment.last_child:
            kind.last_child[child.code], at = at, at + POINTER
    kind.prefix = at


@dataclass(frozen=True)
class Stored:
    """A segment read from its block; ``raw`` is prefix and data."""

    rba: int
    kind: SegmentType
    raw: bytes

    @property
    def data(self) -> bytes:
        return self.raw[self.kind.prefix : self.kind.length]

    @property
    def key(self) -> bytes:
        return self.kind.key(self.data)

    def pointer(self, offset: int) -> int:
        """Return the pointer at an offset of the prefix; a pointer that is not there reads as zero."""
        return int.from_bytes(self.raw[offset : offset + POINTER], "big") if offset else 0

    @property
    def twin(self) -> int:
        return self.pointer(self.kind.ptf)

    def child(self, kind: SegmentType) -> int:
        """Return the RBA of the first child of a type."""
        return self.pointer(self.kind.first_child[kind.code])
