"""DBDGEN: DBD macro source to a database definition. Source: IMS System Utilities, Database Description Generation.

What is coded is checked against what the organisation takes; everything that is not supported (logical
relationships, hierarchic pointers, compression) is an error with its line number and what was expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zoslab.ims.dbd import HALDB, INDEXED, Dbd, LogicalChild, Segment
from zoslab.ims.dbd_index import Lchild, read_lchild, read_xdfld
from zoslab.ims.dbd_segments import read_field, read_segment
from zoslab.ims.dbd_statements import Draft, read_area, read_data_set, read_dbd
from zoslab.ims.macros import SourceError, Statement, read

_METHODS = {"PHDAM": "OSAM", "PHIDAM": "OSAM", "PSINDEX": "VSAM"}


def generate(lines: Iterable[str]) -> Dbd:
    """Return the database that the source defines.

    :raises SourceError: with the line number and what was expected.
    """
    draft = Draft()
    for statement in read(lines):
        handler = _HANDLERS.get(statement.operation)
        if handler is None:
            raise SourceError(
                statement.line, f"{statement.operation} is not a supported DBD statement; expected {', '.join(_KNOWN)}"
            )
        if draft.dbd is None and statement.operation not in _IGNORED:
            if statement.operation != "DBD":
                raise SourceError(statement.line, f"expected DBD before {statement.operation}")
        elif draft.finished and statement.operation not in ("FINISH", "END", *_IGNORED):
            raise SourceError(statement.line, f"expected FINISH or END after DBDGEN, found {statement.operation}")
        draft.line = statement.line
        handler(statement, draft)
    return _complete(draft)


def _complete(draft: Draft) -> Dbd:
    if draft.dbd is None or not draft.finished:
        raise SourceError(draft.line, "expected DBD ... DBDGEN")
    access = draft.dbd.access
    if access == "DEDB" and not draft.areas:
        raise SourceError(draft.line, f"DEDB {draft.dbd.name} needs an AREA statement")
    if access not in HALDB and access not in ("DEDB", "LOGICAL", "MSDB") and not draft.data_sets:
        raise SourceError(draft.line, "expected a DATASET statement")
    if access != "GSAM" and not draft.segments:
        raise SourceError(draft.line, "expected a SEGM statement")
    links = tuple(LogicalChild(one.segment, one.database, one.index_field) for one in draft.links)
    dbd = replace(
        draft.dbd,
        data_sets=tuple(draft.data_sets),
        segments=tuple(draft.segments),
        links=links,
        secondary=tuple(draft.secondary),
        areas=tuple(draft.areas),
    )
    if access in ("HDAM", "PHDAM", *INDEXED, "INDEX", "PSINDEX"):
        _check_full_function(dbd, draft)
    return dbd


def _check_full_function(dbd: Dbd, draft: Draft) -> None:
    root, line = dbd.root, draft.lines[dbd.root.name]
    if root.key is None:
        raise SourceError(line, f"root segment {root.name} needs a sequence field FIELD NAME=(x,SEQ,U)")
    if not root.key.unique and dbd.access not in ("INDEX", "PSINDEX"):
        raise SourceError(line, f"root segment {root.name}: only a unique sequence field (SEQ,U) is supported")
    if dbd.access == "HIDAM" and not dbd.index:
        raise SourceError(line, f"HIDAM database {dbd.name} needs LCHILD NAME=(segment,index),PTR=INDX under its root")
    for one in dbd.secondary:
        _check_source(dbd, one.source, one.target, draft.xdfld_lines[one.name])
    if dbd.partitioned and len({one.group for one in dbd.segments}) != dbd.groups:
        raise SourceError(line, "DSGROUP letters must be used from A on without a gap")


def _check_source(dbd: Dbd, source: str, target: str, line: int) -> None:
    found: Segment | None = dbd.segment(source)
    if found is None:
        raise SourceError(line, f"XDFLD SEGMENT={source} is not a segment of {dbd.name}")
    while found is not None and found.name != target:
        found = dbd.segment(found.parent)
    if found is None:
        raise SourceError(line, f"XDFLD SEGMENT={source} is not {target} or a dependent of it")


def _dbd(statement: Statement, draft: Draft) -> None:
    if draft.dbd is not None:
        raise SourceError(statement.line, "a second DBD statement")
    draft.dbd = read_dbd(statement)


def _lchild(statement: Statement, draft: Draft) -> None:
    draft.close_index()
    found = read_lchild(statement, draft)
    if found.opens_index:
        draft.pending = found
    else:
        draft.links.append(found)


def _xdfld(statement: Statement, draft: Draft) -> None:
    if not isinstance(draft.pending, Lchild):
        raise SourceError(statement.line, "expected LCHILD NAME=(segment,database),PTR=INDX before XDFLD")
    index = read_xdfld(statement, draft, draft.pending)
    draft.xdfld_lines[index.name] = statement.line
    draft.secondary.append(index)
    draft.pending = None


def _dbdgen(statement: Statement, draft: Draft) -> None:
    draft.close_index()
    draft.finished = True


def _segm(statement: Statement, draft: Draft) -> None:
    draft.close_index()
    read_segment(statement, draft)


def _nothing(statement: Statement, draft: Draft) -> None:
    """Listing control, catalog metadata and the end of the source define nothing that is stored."""


_IGNORED = ("PRINT", "TITLE", "EJECT", "SPACE", "PUNCH", "DFSMARSH", "DFSMAP", "DFSCASE")
_HANDLERS = {
    "DBD": _dbd,
    "DATASET": read_data_set,
    "AREA": read_area,
    "SEGM": _segm,
    "FIELD": read_field,
    "LCHILD": _lchild,
    "XDFLD": _xdfld,
    "DBDGEN": _dbdgen,
    "FINISH": _nothing,
    "END": _nothing,
    **dict.fromkeys(_IGNORED, _nothing),
}
_KNOWN = ("DBD", "DATASET", "AREA", "SEGM", "FIELD", "LCHILD", "XDFLD", "DBDGEN", "FINISH", "END")
