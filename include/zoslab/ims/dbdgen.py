"""DBDGEN: DBD macro source to a database definition. Source: IMS System Utilities, DBD, DATASET, SEGM, FIELD, LCHILD.

Supported: HDAM and HIDAM over OSAM with one data set group, and the primary INDEX over VSAM. Everything else is an
error with its line number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from zoslab.ims.dbd import DataSetGroup, Dbd, Field, LogicalChild, Randomizer, Segment
from zoslab.ims.macros import SourceError, Statement, Value, read

_DEFAULT_METHOD = {"HDAM": "OSAM", "HIDAM": "OSAM", "INDEX": "VSAM"}


@dataclass
class _Draft:
    dbd: Dbd | None = None
    line: int = 1
    data_sets: list[DataSetGroup] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    links: list[LogicalChild] = field(default_factory=list)
    finished: bool = False


def generate(lines: Iterable[str]) -> Dbd:
    """Return the database that the source defines.

    :raises SourceError: with the line number and what was expected.
    """
    draft = _Draft()
    for statement in read(lines):
        handler = _HANDLERS.get(statement.operation)
        if handler is None:
            raise SourceError(statement.line, f"{statement.operation} is not a supported DBD statement")
        if draft.dbd is None and statement.operation not in ("DBD", "PRINT", "TITLE"):
            raise SourceError(statement.line, f"expected DBD before {statement.operation}")
        draft.line = statement.line
        handler(statement, draft)
    return _complete(draft)


def _complete(draft: _Draft) -> Dbd:
    if draft.dbd is None or not draft.finished:
        raise SourceError(draft.line, "expected DBD ... DBDGEN")
    if not draft.data_sets:
        raise SourceError(draft.line, "expected a DATASET statement")
    if not draft.segments:
        raise SourceError(draft.line, "expected a SEGM statement")
    dbd = replace(draft.dbd, data_sets=tuple(draft.data_sets), segments=tuple(draft.segments), links=tuple(draft.links))
    _check_root(dbd, draft.line)
    return dbd


def _check_root(dbd: Dbd, line: int) -> None:
    if dbd.root.key is None:
        raise SourceError(line, f"root segment {dbd.root.name} needs a sequence field FIELD NAME=(x,SEQ,U)")
    if dbd.access == "HIDAM" and not dbd.index:
        raise SourceError(line, f"HIDAM database {dbd.name} needs LCHILD NAME=(segment,index),PTR=INDX under its root")
    if dbd.access == "HIDAM" and dbd.root.twin_forward:
        raise SourceError(line, f"HIDAM root {dbd.root.name}: only PTR=NOTWIN is supported")


def _dbd(statement: Statement, draft: _Draft) -> None:
    statement.allow("NAME", "ACCESS", "RMNAME", "PASSWD", "VERSION", "ENCODING", "DATXEXIT")
    if draft.dbd is not None:
        raise SourceError(statement.line, "a second DBD statement")
    access = [str(word) for word in statement.words("ACCESS")]
    kind = access[0] if access else ""
    if kind not in _DEFAULT_METHOD:
        raise SourceError(statement.line, f"expected ACCESS=HDAM, HIDAM or INDEX, found {kind or 'nothing'}")
    method = access[1] if len(access) > 1 and access[1] else _DEFAULT_METHOD[kind]
    if method != _DEFAULT_METHOD[kind]:
        raise SourceError(statement.line, f"ACCESS=({kind},{method}): only {_DEFAULT_METHOD[kind]} is supported")
    randomizer = _randomizer(statement) if kind == "HDAM" else None
    draft.dbd = Dbd(statement.text("NAME"), kind, method, (), (), randomizer)


def _randomizer(statement: Statement) -> Randomizer:
    words = [str(word) for word in statement.words("RMNAME")]
    numbers = words[1:]
    if not 3 <= len(words) <= 4 or not all(word.isdigit() for word in numbers):
        raise SourceError(statement.line, "expected RMNAME=(module,anchors,blocks[,bytes])")
    anchors, blocks = int(numbers[0]), int(numbers[1])
    if not 1 <= anchors <= 255 or blocks < 1:
        raise SourceError(statement.line, "RMNAME: anchors must be 1-255 and blocks at least 1")
    return Randomizer(words[0], anchors, blocks, int(numbers[2]) if len(numbers) > 2 else 0)


def _dataset(statement: Statement, draft: _Draft) -> None:
    statement.allow("DD1", "DEVICE", "BLOCK", "SIZE", "SCAN", "FRSPC", "OVFLW")
    if draft.data_sets:
        raise SourceError(statement.line, "a second DATASET: several data set groups are not supported")
    size = statement.number("SIZE" if "SIZE" in statement.keywords else "BLOCK", 4096)
    if size % 2 or not 512 <= size <= 32760:
        raise SourceError(statement.line, f"block size {size}: expected an even number from 512 to 32760")
    draft.data_sets.append(DataSetGroup(statement.text("DD1"), size))


def _segm(statement: Statement, draft: _Draft) -> None:
    statement.allow("NAME", "PARENT", "BYTES", "PTR", "POINTER", "RULES", "FREQ", "EXTERNALNAME")
    parent, double = _parent(statement)
    if bool(parent) != bool(draft.segments):
        expected = "PARENT= naming an earlier segment" if draft.segments else "PARENT=0 on the root"
        raise SourceError(statement.line, f"expected {expected}")
    if parent and parent not in [segment.name for segment in draft.segments]:
        raise SourceError(statement.line, f"PARENT={parent} is not defined before {statement.text('NAME')}")
    length = statement.number("BYTES")
    forward, backward = _twins(statement)
    rules = [str(word) for word in statement.words("RULES")]
    rule = rules[1] if len(rules) > 1 and rules[1] else "LAST"
    if rule not in ("FIRST", "LAST", "HERE"):
        raise SourceError(statement.line, f"RULES=(,{rule}): expected FIRST, LAST or HERE")
    draft.segments.append(
        Segment(statement.text("NAME"), parent, length, (), forward, backward, double, rule),
    )


def _parent(statement: Statement) -> tuple[str, bool]:
    words = statement.words("PARENT")
    physical = words[0] if words else "0"
    parts: tuple[Value, ...] = physical if isinstance(physical, tuple) else words
    if len([word for word in words if isinstance(word, tuple) and word]) > 1:
        raise SourceError(statement.line, "PARENT=: logical parents are not supported")
    name = str(parts[0]) if parts else "0"
    return "" if name == "0" else name, "DBLE" in parts


def _twins(statement: Statement) -> tuple[bool, bool]:
    keyword = "PTR" if "PTR" in statement.keywords else "POINTER"
    words = {str(word) for word in statement.words(keyword)}
    unknown = words - {"T", "TWIN", "TB", "TWINBWD", "NT", "NOTWIN", ""}
    if unknown:
        raise SourceError(statement.line, f"{keyword}={','.join(sorted(unknown))} is not supported")
    return not words & {"NT", "NOTWIN"}, bool(words & {"TB", "TWINBWD"})


def _field(statement: Statement, draft: _Draft) -> None:
    statement.allow("NAME", "START", "BYTES", "TYPE", "DATATYPE", "EXTERNALNAME")
    if not draft.segments:
        raise SourceError(statement.line, "expected SEGM before FIELD")
    segment = draft.segments[-1]
    names = [str(word) for word in statement.words("NAME")]
    start, length = statement.number("START"), statement.number("BYTES")
    if start < 1 or start - 1 + length > segment.length:
        raise SourceError(statement.line, f"field {names[0]} ends beyond the {segment.length} bytes of {segment.name}")
    sequence = "SEQ" in names[1:]
    if sequence and segment.key is not None:
        raise SourceError(statement.line, f"segment {segment.name} has a second sequence field")
    if sequence and "M" in names[1:]:
        raise SourceError(statement.line, f"field {names[0]}: only a unique sequence field (SEQ,U) is supported")
    added = Field(names[0], start, length, statement.text("TYPE", "C"), sequence, "M" not in names[1:])
    draft.segments[-1] = replace(segment, fields=(*segment.fields, added))


def _lchild(statement: Statement, draft: _Draft) -> None:
    statement.allow("NAME", "PTR", "POINTER", "INDEX", "RULES")
    names = [str(word) for word in statement.words("NAME")]
    if len(names) != 2:
        raise SourceError(statement.line, "expected LCHILD NAME=(segment,database)")
    kind = statement.text("PTR", statement.text("POINTER", "SNGL"))
    expected = ("INDX",) if draft.dbd is not None and draft.dbd.access == "HIDAM" else ("SNGL", "INDX")
    if kind not in expected or len(draft.segments) != 1:
        raise SourceError(statement.line, "LCHILD: only the primary index of a HIDAM root is supported")
    draft.links.append(LogicalChild(names[0], names[1], statement.text("INDEX", "") or ""))


def _dbdgen(statement: Statement, draft: _Draft) -> None:
    draft.finished = True


def _nothing(statement: Statement, draft: _Draft) -> None:
    """Listing control and the end of the source define nothing."""


_HANDLERS = {
    "DBD": _dbd,
    "DATASET": _dataset,
    "SEGM": _segm,
    "FIELD": _field,
    "LCHILD": _lchild,
    "DBDGEN": _dbdgen,
    "FINISH": _nothing,
    "END": _nothing,
    "PRINT": _nothing,
    "TITLE": _nothing,
}
