"""A database definition: what DBD source says, with defaults filled in. Source: IMS System Utilities, DBDGEN."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

HALDB = frozenset({"PHDAM", "PHIDAM", "PSINDEX"})
RANDOMIZED = frozenset({"HDAM", "PHDAM", "DEDB"})
KEY_ORDERED = frozenset({"HIDAM", "PHIDAM", "HISAM", "SHISAM", "HSAM", "SHSAM", "INDEX", "PSINDEX"})


@dataclass(frozen=True)
class Randomizer:
    """RMNAME=: module, root anchor points a block, highest block, bytes; of a DEDB the stage and XCI."""

    module: str
    anchors: int = 1
    highest_block: int = 0
    bytes: int = 0
    extended_call: bool = False


@dataclass(frozen=True)
class DataSetGroup:
    """A data set group; of a HALDB its letter and nothing else, for the rest is in RECON. ``block`` is 0 if not given.

    ``block`` is BLOCK= or SIZE= as it was coded: prime and overflow.
    """

    name: str
    ddname: str = ""
    second_ddname: str = ""
    block: tuple[int, ...] = ()
    record: tuple[int, ...] = ()
    free_space: tuple[int, ...] = ()


@dataclass(frozen=True)
class Area:
    """An area of a DEDB: control interval size, UOW=(n,o), ROOT=(n,o)."""

    ddname: str
    size: int
    uow: tuple[int, int]
    root: tuple[int, int]


@dataclass(frozen=True)
class Field:
    """A field; ``start`` counts from 1, and is 0 where the place is not fixed. ``type`` is C, P, X, F or H.

    ``sequence`` and ``unique`` are what NAME=(name,SEQ,U) says; ``external`` is EXTERNALNAME=.
    """

    name: str
    start: int
    length: int
    type: str = "C"
    sequence: bool = False
    unique: bool = False
    external: str = ""


@dataclass(frozen=True)
class LogicalChild:
    """LCHILD: a logical child, the index of this segment, or the segment that an index points to."""

    segment: str
    database: str
    pointer: str = ""
    index: str = ""
    pair: str = ""
    rule: str = "LAST"
    root_key_size: int = 0


@dataclass(frozen=True)
class SecondaryIndex:
    """XDFLD, with the segment and database of the LCHILD before it."""

    name: str
    database: str
    target: str
    source: str
    search: tuple[str, ...]
    subsequence: tuple[str, ...] = ()
    duplicate_data: tuple[str, ...] = ()
    null_value: str = ""
    exit: str = ""
    constant: str = ""


@dataclass(frozen=True)
class Segment:
    """A segment type. ``parent`` is empty for the root; ``shortest`` is 0 for a fixed length.

    ``pointers`` are in their long words; ``child_pointers`` is SNGL or DBLE, what the parent keeps for it.
    ``logical_parent`` is (segment, VIRTUAL or PHYSICAL, database); ``kind`` SEQ a sequential dependent of a DEDB.
    """

    name: str
    parent: str
    longest: int
    shortest: int = 0
    pointers: tuple[str, ...] = ()
    child_pointers: str = ""
    logical_parent: tuple[str, ...] = ()
    rules: str = ""
    insert_rule: str = "LAST"
    group: str = ""
    kind: str = "DIR"
    compression: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    subset_pointers: int = 0
    fields: tuple[Field, ...] = ()
    children: tuple[LogicalChild, ...] = ()

    @cached_property
    def sequence(self) -> Field | None:
        """The sequence field."""
        return next((one for one in self.fields if one.sequence), None)

    def field(self, name: str) -> Field | None:
        """Find a field by its name or its external name."""
        wanted = name.upper()
        return next((one for one in self.fields if wanted in (one.name, one.external.upper())), None)

    @property
    def in_logical_relationship(self) -> bool:
        """Whether this is a logical child, or has one."""
        return bool(self.logical_parent or self.source) or any(
            child.pointer != "INDX" and not child.index for child in self.children
        )


@dataclass(frozen=True)
class Database:
    """A database definition. ``access`` is the organisation, ``method`` OSAM, VSAM or BSAM."""

    name: str
    access: str
    method: str
    segments: tuple[Segment, ...] = ()
    groups: tuple[DataSetGroup, ...] = ()
    areas: tuple[Area, ...] = ()
    indexes: tuple[SecondaryIndex, ...] = ()
    randomizer: Randomizer | None = None
    selection_routine: str = ""
    exits: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    version: str = ""
    encoding: str = ""
    _by_name: dict[str, Segment] = field(default_factory=dict, init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        self._by_name.update((one.name, one) for one in self.segments)

    def segment(self, name: str) -> Segment | None:
        """Find a segment by its name."""
        return self._by_name.get(name)

    @property
    def root(self) -> Segment:
        """The root segment; a definition without segments (GSAM) has none."""
        return self.segments[0]

    @property
    def primary_index(self) -> str:
        """The database that is the primary index of a HIDAM; empty if there is none."""
        roots = self.segments[:1]
        secondary = {one.database for one in self.indexes}
        found = (one.database for root in roots for one in root.children if one.pointer == "INDX")
        return next((name for name in found if name not in secondary), "")

    @property
    def index_databases(self) -> tuple[str, ...]:
        """The databases that are indexes of this one: the primary index of a HIDAM, then the secondary ones."""
        names = (self.primary_index, *(one.database for one in self.indexes))
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def related(self) -> tuple[str, ...]:
        """Every other database that this one names: indexes, logical parents and children, the indexed one."""
        names = [child.database for one in self.segments for child in one.children]
        names += [one.logical_parent[-1] for one in self.segments if one.logical_parent]
        names += [one.source[-1] for one in self.segments if one.source]
        return tuple(dict.fromkeys(name for name in names if name and name != self.name))
