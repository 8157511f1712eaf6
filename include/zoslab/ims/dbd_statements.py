"""The statements DBD, DATASET and AREA, and the draft that the statements of a DBD fill.

Source: IMS System Utilities, "DBD statement", "DATASET statement", "AREA statement"; ims.md section 7.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zoslab.ims.dbd import HALDB, Area, DataSetGroup, Dbd, Randomizer, SecondaryIndex, Segment
from zoslab.ims.dbd_index import Lchild
from zoslab.ims.macros import SourceError, Statement, Value

METHODS = {
    "HDAM": ("OSAM", "VSAM"),
    "HIDAM": ("OSAM", "VSAM"),
    "PHDAM": ("OSAM", "VSAM"),
    "PHIDAM": ("OSAM", "VSAM"),
    "PSINDEX": ("VSAM",),
    "INDEX": ("VSAM",),
    "DEDB": ("VSAM",),
    "HISAM": ("VSAM",),
    "SHISAM": ("VSAM",),
    "GSAM": ("BSAM", "VSAM"),
    "HSAM": ("BSAM",),
    "MSDB": ("",),
}
"""Organisations that are read, with their access methods, the default first."""

RANDOMIZED = frozenset({"HDAM", "PHDAM", "DEDB"})
DEFAULT_BLOCK = 4096
AREA_SIZES = (512, 1024, 2048, 4096, *range(8192, 28673, 4096))


@dataclass
class Draft:
    """What the statements have said so far; ``group`` is the data set group that SEGM statements join."""

    dbd: Dbd | None = None
    line: int = 1
    data_sets: list[DataSetGroup] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    group: int = 0
    segments: list[Segment] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    links: list[Lchild] = field(default_factory=list)
    pending: Lchild | None = None
    secondary: list[SecondaryIndex] = field(default_factory=list)
    xdfld_lines: dict[str, int] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    finished: bool = False

    @property
    def access(self) -> str:
        return self.dbd.access if self.dbd else ""

    def close_index(self) -> None:
        """An LCHILD PTR=INDX that no XDFLD followed is a HIDAM root's tie to its primary index."""
        if self.pending is None:
            return
        if self.access != "HIDAM" or len(self.segments) != 1 or self.links:
            raise SourceError(self.pending.line, "expected XDFLD after LCHILD PTR=INDX")
        self.links.append(self.pending)
        self.pending = None


def flat(words: tuple[Value, ...]) -> list[str]:
    """Return an operand's words; a word in parentheses of its own counts as the word."""
    found = []
    for word in words:
        while isinstance(word, tuple) and len(word) == 1:
            word = word[0]
        found.append(str(word) if not isinstance(word, tuple) else ",".join(map(str, word)))
    return found


def numbers(statement: Statement, keyword: str, count: int) -> tuple[int, ...]:
    """Return up to ``count`` numbers; those left out are 0."""
    words = flat(statement.words(keyword))
    if len(words) > count or not all(word.isdigit() or not word for word in words):
        raise SourceError(statement.line, f"{statement.operation} {keyword}=: expected up to {count} numbers")
    return tuple(int(word or 0) for word in words) + (0,) * (count - len(words))


def read_dbd(statement: Statement) -> Dbd:
    """Return the database a DBD statement begins."""
    statement.allow(
        *("NAME", "ACCESS", "RMNAME", "PASSWD", "VERSION", "ENCODING", "DATXEXIT", "PSNAME", "EXIT", "DBVER"),
        *("XCI", "REMARKS", "EXTERNALNAME", "FPINDEX"),
    )
    words = flat(statement.words("ACCESS"))
    kind = words[0] if words else ""
    if kind not in METHODS:
        raise SourceError(statement.line, f"expected ACCESS={'|'.join(METHODS)}, found {kind or 'nothing'}")
    allowed = METHODS[kind]
    method = words[1] if len(words) > 1 and words[1] else allowed[0]
    if method not in allowed:
        raise SourceError(statement.line, f"ACCESS=({kind},{method}): expected {' or '.join(allowed)}")
    unknown = set(words[2:]) - {"PROT", "NOPROT", "DOSCOMP", ""}
    if unknown:
        raise SourceError(statement.line, f"ACCESS: expected PROT or NOPROT, found {', '.join(sorted(unknown))}")
    randomizer = _randomizer(statement, kind) if kind in RANDOMIZED else None
    return Dbd(
        _name(statement, statement.text("NAME")),
        kind,
        method,
        (),
        (),
        randomizer,
        selection=statement.text("PSNAME", "") if kind in HALDB else "",
    )


def _name(statement: Statement, name: str) -> str:
    if len(name) > 8 or (not name[:1].isalpha() and name[:1] not in "$#@"):
        raise SourceError(statement.line, f"NAME={name}: expected 1 to 8 characters beginning with a letter")
    return name


def _randomizer(statement: Statement, kind: str) -> Randomizer:
    words = flat(statement.words("RMNAME"))
    if not words or not words[0] or len(words) > 4 or not all(word.isdigit() or not word for word in words[1:]):
        raise SourceError(statement.line, "expected RMNAME=(module,anchors,blocks[,bytes])")
    if kind == "DEDB":
        return Randomizer(words[0], 1, 0)
    anchors, blocks, size = (int(word or 0) for word in [*words[1:], "", "", ""][:3])
    if kind == "HDAM" and blocks < 1:
        raise SourceError(statement.line, "expected RMNAME=(module,anchors,blocks[,bytes]) with blocks at least 1")
    if anchors > 255:
        raise SourceError(statement.line, "RMNAME: anchors must be 1-255")
    return Randomizer(words[0], anchors or 1, blocks, size)


def read_data_set(statement: Statement, draft: Draft) -> None:
    """Begin a data set group, or go on with the one that has the label."""
    if draft.access in HALDB or draft.access == "DEDB":
        expected = "AREA" if draft.access == "DEDB" else "SEGM DSGROUP="
        raise SourceError(statement.line, f"DATASET is not coded for {draft.access}; expected {expected}")
    statement.allow(
        *("DD1", "DD2", "DEVICE", "MODEL", "BLOCK", "SIZE", "SCAN", "FRSPC", "OVFLW", "RECORD", "RECFM"),
        *("LOGICAL", "REL", "SEARCHA", "REMARKS"),
    )
    if statement.label and statement.label in draft.labels:
        draft.group = draft.labels[statement.label]
        return
    size = _block_size(statement, draft)
    if draft.access in ("INDEX", "GSAM", "HISAM") and draft.data_sets:
        raise SourceError(statement.line, f"a second DATASET: {draft.access} has one data set group")
    if len(draft.data_sets) == 10:
        raise SourceError(statement.line, "an eleventh DATASET: a database has up to 10 data set groups")
    draft.group = len(draft.data_sets)
    if statement.label:
        draft.labels[statement.label] = draft.group
    overflow = statement.text("OVFLW", statement.text("DD2", ""))
    draft.data_sets.append(DataSetGroup(statement.text("DD1"), size, overflow))


def _block_size(statement: Statement, draft: Draft) -> int:
    keyword = "SIZE" if "SIZE" in statement.keywords else "BLOCK"
    size = numbers(statement, keyword, 2)[0] or DEFAULT_BLOCK
    if draft.access in ("GSAM", "HISAM", "SHISAM", "HSAM"):
        return size
    vsam = draft.dbd is not None and draft.dbd.method == "VSAM"
    if vsam and keyword == "BLOCK" and "BLOCK" in statement.keywords and size % 512:
        size = -(-(size + 7) // 512) * 512
    if vsam and (size % 512 or not 512 <= size <= 30720):
        raise SourceError(statement.line, f"control interval size {size}: expected a multiple of 512 from 512 to 30720")
    if size % 2 or not 512 <= size <= 32760:
        raise SourceError(statement.line, f"block size {size}: expected an even number from 512 to 32760")
    return size


def read_area(statement: Statement, draft: Draft) -> None:
    """Add an area of a DEDB."""
    if draft.access != "DEDB":
        raise SourceError(statement.line, f"AREA is not coded for {draft.access}; expected DATASET")
    statement.allow("DD1", "DEVICE", "MODEL", "SIZE", "UOW", "ROOT", "REMARKS")
    size = statement.number("SIZE")
    if size not in AREA_SIZES:
        raise SourceError(statement.line, f"AREA SIZE={size}: expected 512, 1K, 2K, 4K or a multiple of 4K to 28K")
    uow, overflow = numbers(statement, "UOW", 2)
    root, independent = numbers(statement, "ROOT", 2)
    if not 2 <= uow <= 32767 or not 1 <= overflow < uow:
        raise SourceError(statement.line, "AREA: expected UOW=(control intervals,overflow), overflow at least 1")
    if root < 2 or not 1 <= independent < root:
        raise SourceError(statement.line, "AREA: expected ROOT=(UOWs,independent overflow), overflow at least 1")
    draft.areas.append(Area(statement.text("DD1"), size, (uow, overflow), (root, independent)))
