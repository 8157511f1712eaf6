"""Segments as they stand in a block: prefix and data.

Source: ims.md section 5: segment code 1, delete byte 1, a counter 4 (PTR=CTR), then 4-byte pointers PTF, PTB, PP, and
PCF or PCF and PCL for each child type; HALDB adds the 8-byte ILK. Variable-length data starts with its length LL (2).
Own choices: every dependent carries PP (IMS has it only under logical relationships, secondary indexes and in HALDB);
the ILK ends the prefix; delete byte X'08' says that the data was separated and its RBA follows the prefix, the
separated data has a prefix of code and X'FF' of its own.
An address is partition ID (16 bits), data set group (8 bits) and RBA (32 bits); pointers in a prefix are RBAs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zoslab.ims.dbd import Dbd, Segment

CODE_AND_DELETE = 2
POINTER = COUNTER = 4
ILK = 8
NONE = 0
SEPARATED, DATA_ONLY = 0x08, 0xFF
RBA_MASK, GROUP_SHIFT, PARTITION_SHIFT = 0xFFFFFFFF, 32, 40


def even(length: int) -> int:
    """Return a length rounded up to a halfword."""
    return (length + 1) & ~1


@dataclass
class SegmentType:
    """A segment type with the offsets of its prefix; an offset of 0 says the pointer is not there.

    ``fixed_slot`` is what each takes in a block, 0 for those of variable length.
    """

    code: int
    segment: Segment
    parent: SegmentType | None
    children: list[SegmentType] = field(default_factory=list)
    ptf: int = NONE
    ptb: int = NONE
    pp: int = NONE
    ilk: int = NONE
    first_child: dict[int, int] = field(default_factory=dict)
    last_child: dict[int, int] = field(default_factory=dict)
    prefix: int = CODE_AND_DELETE
    fixed_slot: int = 0

    @property
    def name(self) -> str:
        return self.segment.name

    @property
    def group(self) -> int:
        return self.segment.group

    @property
    def level(self) -> int:
        return 1 if self.parent is None else self.parent.level + 1

    @property
    def length(self) -> int:
        """Prefix and the longest data."""
        return self.prefix + self.segment.length

    @property
    def slot(self) -> int:
        """The most bytes one takes in a block."""
        return even(self.length)

    def slot_for(self, data: bytes) -> int:
        """Return the bytes that a segment with these data takes: no less than the shortest that is allowed."""
        return even(self.prefix + max(len(data), self.segment.min_length))

    def slot_at(self, block: bytes | bytearray, at: int) -> int:
        """Return the bytes that the segment or separated data at an offset takes, 0 if its length is wrong."""
        if not self.segment.variable:
            return even(self.length)
        if block[at + 1] == DATA_ONLY:
            length = int.from_bytes(block[at + 2 : at + 4], "big")
            return even(CODE_AND_DELETE + length) if self._valid(length) else 0
        if block[at + 1] & SEPARATED:
            return even(self.prefix + POINTER)
        length = int.from_bytes(block[at + self.prefix : at + self.prefix + 2], "big")
        return even(self.prefix + max(length, self.segment.min_length)) if self._valid(length) else 0

    def _valid(self, length: int) -> bool:
        return self.segment.min_length <= length <= self.segment.length

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
    """The segment types of a database in hierarchic order; codes count from 1.

    ``fixed`` are those of fixed length by code, for each data set group.
    """

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
            _lay_out(kind, partitioned=dbd.partitioned)
        self._by_name = by_name
        self.groups = dbd.groups
        self.fixed = [
            {one.code: one for one in self.types if one.fixed_slot and one.group == group}
            for group in range(dbd.groups)
        ]

    @property
    def root(self) -> SegmentType:
        return self.types[0]

    def longest(self, group: int) -> int:
        """Return the longest slot of a data set group."""
        return max(kind.slot for kind in self.types if kind.group == group)

    def named(self, name: str) -> SegmentType | None:
        return self._by_name.get(name)

    def of_code(self, code: int) -> SegmentType | None:
        return self.types[code - 1] if 1 <= code <= len(self.types) else None


def _lay_out(kind: SegmentType, *, partitioned: bool) -> None:
    at = CODE_AND_DELETE + COUNTER * kind.segment.counter
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
    if partitioned:
        kind.ilk, at = at, at + ILK
    kind.prefix = at
    kind.fixed_slot = 0 if kind.segment.variable else kind.slot


@dataclass(frozen=True)
class Stored:
    """A segment read from its block: ``rba`` is its address, ``raw`` its prefix.

    ``separated`` is the address of data that do not stand behind the prefix, ``via`` the key of the secondary index
    through which the segment was found.
    """

    rba: int
    kind: SegmentType
    raw: bytes
    data: bytes
    separated: int = 0
    via: bytes | None = None

    @property
    def key(self) -> bytes:
        return self.kind.key(self.data) if self.via is None else self.via

    @property
    def ilk(self) -> bytes:
        return self.raw[self.kind.ilk : self.kind.ilk + ILK] if self.kind.ilk else b""

    def pointer(self, offset: int) -> int:
        """Return the RBA at an offset of the prefix; a pointer that is not there reads as zero."""
        return int.from_bytes(self.raw[offset : offset + POINTER], "big") if offset else 0

    def address(self, kind: SegmentType, rba: int) -> int:
        """Return the address of a segment of some type of the same partition; zero stays zero."""
        return (self.rba >> PARTITION_SHIFT << PARTITION_SHIFT) | kind.group << GROUP_SHIFT | rba if rba else 0

    @property
    def twin(self) -> int:
        return self.address(self.kind, self.pointer(self.kind.ptf))

    @property
    def twin_before(self) -> int:
        return self.address(self.kind, self.pointer(self.kind.ptb))

    @property
    def parent(self) -> int:
        return self.address(self.kind.parent, self.pointer(self.kind.pp)) if self.kind.parent else 0

    def child(self, kind: SegmentType) -> int:
        """Return the address of the first child of a type."""
        return self.address(kind, self.pointer(self.kind.first_child[kind.code]))

    def last_child(self, kind: SegmentType) -> int:
        """Return the address of the last child of a type, zero if the parent does not keep it."""
        return self.address(kind, self.pointer(self.kind.last_child.get(kind.code, NONE)))
