"""A database definition: what DBDGEN makes of DBD source. Source: IMS System Utilities, Database Description."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

HALDB = frozenset({"PHDAM", "PHIDAM", "PSINDEX"})
DIRECT = frozenset({"HDAM", "PHDAM"})
INDEXED = frozenset({"HIDAM", "PHIDAM"})


@dataclass(frozen=True)
class Field:
    """A field of a segment; ``start`` counts from 1 as in FIELD START=; 0 for a system-related field (/SX, /CK)."""

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
    """A segment type; ``parent`` is empty for the root, ``last_child`` says the parent keeps a PCL pointer too.

    ``length`` is the longest, ``min_length`` the shortest a variable-length segment may be (0: fixed length);
    ``group`` counts the data set groups from 0; ``kind`` is SEQ for a sequential dependent of a DEDB; ``counter`` says
    that the prefix begins with a counter of logical children (PTR=CTR).
    """

    name: str
    parent: str
    length: int
    fields: tuple[Field, ...] = ()
    twin_forward: bool = True
    twin_backward: bool = False
    last_child: bool = False
    insert_rule: str = "LAST"
    min_length: int = 0
    group: int = 0
    kind: str = "DIR"
    counter: bool = False

    @cached_property
    def key(self) -> Field | None:
        return next((field for field in self.fields if field.sequence), None)

    @property
    def variable(self) -> bool:
        return self.min_length > 0

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
    """A DATASET statement: the ddname and the block or control interval size in bytes."""

    ddname: str
    block_size: int = 4096
    overflow: str = ""


@dataclass(frozen=True)
class Area:
    """An AREA statement of a DEDB: ``uow`` is (control intervals, of them overflow), ``root`` the same in UOWs."""

    ddname: str
    size: int
    uow: tuple[int, int]
    root: tuple[int, int]


@dataclass(frozen=True)
class LogicalChild:
    """LCHILD NAME=(segment,database): the tie between an index and what it leads to."""

    segment: str
    database: str
    index_field: str = ""


@dataclass(frozen=True)
class SecondaryIndex:
    """LCHILD and XDFLD under a target segment: ``source`` is the segment whose fields make the index key."""

    name: str
    target: str
    source: str
    database: str
    index_segment: str
    search: tuple[str, ...]
    subsequence: tuple[str, ...] = ()
    duplicate_data: tuple[str, ...] = ()
    null_value: int | None = None
    constant: int | None = None
    root_key_length: int = 0


@dataclass(frozen=True)
class Dbd:
    """A database: ``access`` is the organisation, ``method`` OSAM, VSAM or what else it lies on."""

    name: str
    access: str
    method: str
    data_sets: tuple[DataSetGroup, ...]
    segments: tuple[Segment, ...]
    randomizer: Randomizer | None = None
    links: tuple[LogicalChild, ...] = field(default=())
    secondary: tuple[SecondaryIndex, ...] = ()
    areas: tuple[Area, ...] = ()
    selection: str = ""

    @property
    def root(self) -> Segment:
        return self.segments[0]

    def segment(self, name: str) -> Segment | None:
        return next((segment for segment in self.segments if segment.name == name), None)

    @property
    def index(self) -> str:
        """The DBD name of a HIDAM database's primary index, empty for other databases."""
        return next((link.database for link in self.links), "") if self.access == "HIDAM" else ""

    @property
    def partitioned(self) -> bool:
        return self.access in HALDB

    @property
    def groups(self) -> int:
        """The number of data set groups."""
        return max((segment.group for segment in self.segments), default=0) + 1
