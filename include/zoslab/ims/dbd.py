"""A database definition: what DBDGEN makes of DBD source. Source: IMS System Utilities, Database Description."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """A field of a segment; ``start`` counts from 1 as in FIELD START=."""

    name: str
    start: int
    length: int
    type: str = "C"
    sequence: bool = False
    unique: bool = True

    def of(self, data: bytes) -> bytes:
        """Return the field's bytes in a segment's data."""
        return data[self.start - 1 : self.start - 1 + self.length]


@dataclass(frozen=True)
class Segment:
    """A segment type; ``parent`` is empty for the root, ``last_child`` says the parent keeps a PCL pointer too."""

    name: str
    parent: str
    length: int
    fields: tuple[Field, ...] = ()
    twin_forward: bool = True
    twin_backward: bool = False
    last_child: bool = False
    insert_rule: str = "LAST"

    @property
    def key(self) -> Field | None:
        return next((field for field in self.fields if field.sequence), None)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True)
class Randomizer:
    """RMNAME=(module,anchors,blocks,bytes): ``blocks`` is the size of the root addressable area."""

    module: str
    anchors: int
    blocks: int
    max_bytes: int = 0


@dataclass(frozen=True)
class DataSetGroup:
    """A DATASET statement: the ddname and the block size in bytes."""

    ddname: str
    block_size: int = 4096


@dataclass(frozen=True)
class LogicalChild:
    """LCHILD NAME=(segment,database): here only the tie between a HIDAM root and its primary index."""

    segment: str
    database: str
    index_field: str = ""


@dataclass(frozen=True)
class Dbd:
    """A database: ``access`` is HDAM, HIDAM or INDEX, ``method`` OSAM or VSAM."""

    name: str
    access: str
    method: str
    data_sets: tuple[DataSetGroup, ...]
    segments: tuple[Segment, ...]
    randomizer: Randomizer | None = None
    links: tuple[LogicalChild, ...] = field(default=())

    @property
    def root(self) -> Segment:
        return self.segments[0]

    def segment(self, name: str) -> Segment | None:
        return next((segment for segment in self.segments if segment.name == name), None)

    @property
    def index(self) -> str:
        """The DBD name of a HIDAM database's primary index, empty for other databases."""
        return next((link.database for link in self.links), "") if self.access == "HIDAM" else ""
