"""The statements SEGM and FIELD. Source: IMS System Utilities, SEGM statement, FIELD statement; ims.md section 7."""

from __future__ import annotations

from dataclasses import replace

from zoslab.ims.dbd import HALDB, Field, Segment
from zoslab.ims.dbd_statements import Draft, flat, numbers
from zoslab.ims.macros import SourceError, Statement

COUNTER = "CTR"
TWINS = {COUNTER, "T", "TWIN", "TB", "TWINBWD", "NT", "NOTWIN", ""}
TYPES = "CPXHFZED"
GROUPS = "ABCDEFGHIJ"
HEAVY = "supported are T, TB, NOTWIN and CTR"


def read_segment(statement: Statement, draft: Draft) -> None:
    """Add a segment type."""
    statement.allow(
        *("NAME", "PARENT", "BYTES", "PTR", "POINTER", "RULES", "FREQ", "EXTERNALNAME", "DSGROUP", "EXIT", "TYPE"),
        *("ENCODING", "REMARKS", "SSPTR", "TIMESTAMP"),
    )
    name = statement.text("NAME")
    if name in draft.lines:
        raise SourceError(statement.line, f"segment {name} is defined twice")
    parent, double = _parent(statement)
    if bool(parent) != bool(draft.segments):
        expected = "PARENT= naming an earlier segment" if draft.segments else "PARENT=0 on the root"
        raise SourceError(statement.line, f"expected {expected}")
    if parent and parent not in draft.lines:
        raise SourceError(statement.line, f"PARENT={parent} is not defined before {name}")
    length, shortest = _lengths(statement, draft)
    pointers = _pointers(statement)
    forward, backward = _twins(pointers, root=not parent, draft=draft)
    kind = statement.text("TYPE", "DIR")
    if kind not in ("DIR", "SEQ"):
        raise SourceError(statement.line, f"SEGM TYPE={kind}: expected DIR or SEQ")
    draft.lines[name] = statement.line
    draft.segments.append(
        Segment(
            name,
            parent,
            length,
            (),
            forward,
            backward,
            double,
            _rule(statement),
            shortest,
            _group(statement, draft),
            kind,
            COUNTER in pointers,
        )
    )


def _lengths(statement: Statement, draft: Draft) -> tuple[int, int]:
    words = [word for word in flat(statement.words("BYTES")) if word]
    if not words:
        raise SourceError(statement.line, "SEGM needs BYTES=")
    for word in words:
        if not word.isdigit():
            raise SourceError(statement.line, f"SEGM BYTES= takes a number, found {word}")
    longest, shortest = numbers(statement, "BYTES", 2)
    if shortest and not 4 <= shortest <= longest:
        raise SourceError(statement.line, f"BYTES=({longest},{shortest}): expected (longest,shortest), shortest from 4")
    block = draft.data_sets[draft.group].block_size if draft.group < len(draft.data_sets) else 32760
    if draft.access in ("HDAM", "HIDAM") and longest + 50 > block:
        raise SourceError(statement.line, f"BYTES={longest} does not fit a block of {block} bytes")
    return longest, shortest


def _parent(statement: Statement) -> tuple[str, bool]:
    words = statement.words("PARENT")
    physical = words[0] if words else "0"
    parts = flat(physical if isinstance(physical, tuple) else words)
    while isinstance(physical, tuple) and len(physical) == 1 and isinstance(physical[0], tuple):
        physical = physical[0]
        parts = flat(physical)
    if len([word for word in words if isinstance(word, tuple) and any(word)]) > 1:
        raise SourceError(statement.line, "PARENT=: logical parents are not supported")
    name = parts[0] if parts and parts[0] else "0"
    unknown = set(parts[1:]) - {"SNGL", "DBLE", ""}
    if unknown:
        raise SourceError(statement.line, f"PARENT=: expected SNGL or DBLE, found {', '.join(sorted(unknown))}")
    return "" if name == "0" else name, "DBLE" in parts


def _pointers(statement: Statement) -> set[str]:
    keyword = "PTR" if "PTR" in statement.keywords else "POINTER"
    words = set(flat(statement.words(keyword)))
    unknown = words - TWINS
    if unknown:
        raise SourceError(statement.line, f"{keyword}={','.join(sorted(unknown))} is not supported; {HEAVY}")
    return words


def _twins(words: set[str], *, root: bool, draft: Draft) -> tuple[bool, bool]:
    backward = bool(words & {"TB", "TWINBWD"})
    if words & {"NT", "NOTWIN"}:
        return False, False
    if root and draft.access == "PHIDAM" and not words & {"T", "TWIN", "TB", "TWINBWD"}:
        return True, True
    return True, backward


def _rule(statement: Statement) -> str:
    rules = flat(statement.words("RULES"))
    rule = rules[1] if len(rules) > 1 and rules[1] else "LAST"
    if rule not in ("FIRST", "LAST", "HERE"):
        raise SourceError(statement.line, f"RULES=(,{rule}): expected FIRST, LAST or HERE")
    return rule


def _group(statement: Statement, draft: Draft) -> int:
    letter = statement.text("DSGROUP", "")
    if draft.access not in HALDB:
        if letter:
            raise SourceError(statement.line, f"DSGROUP= is coded for {', '.join(sorted(HALDB))}; expected DATASET")
        return draft.group
    if letter and (len(letter) > 1 or letter not in GROUPS):
        raise SourceError(statement.line, f"DSGROUP={letter}: expected a letter from A to J")
    if letter > "A" and not draft.segments:
        raise SourceError(statement.line, f"DSGROUP={letter}: the root is in data set group A")
    return GROUPS.index(letter) if letter else 0


def read_field(statement: Statement, draft: Draft) -> None:
    """Add a field to the segment before it."""
    statement.allow(
        *("NAME", "START", "BYTES", "TYPE", "DATATYPE", "EXTERNALNAME", "REMARKS", "PARENT", "RELSTART", "STARTAFTER"),
        *("MINOCCURS", "MAXOCCURS", "DEPENDSON", "CASENAME", "MAXBYTES", "REDEFINES"),
    )
    if not draft.segments:
        raise SourceError(statement.line, "expected SEGM before FIELD")
    segment = draft.segments[-1]
    names = flat(statement.words("NAME"))
    if "NAME" not in statement.keywords and "EXTERNALNAME" in statement.keywords:
        return
    if not names or not names[0]:
        raise SourceError(statement.line, "FIELD needs NAME=")
    if segment.field(names[0]) is not None:
        raise SourceError(statement.line, f"field {names[0]} of segment {segment.name} is defined twice")
    added = _field(statement, segment, names)
    draft.segments[-1] = replace(segment, fields=(*segment.fields, added))


def _field(statement: Statement, segment: Segment, names: list[str]) -> Field:
    if names[0].startswith(("/SX", "/CK")):
        return Field(names[0], statement.number("START", 0), statement.number("BYTES", 4), "X")
    start, length = statement.number("START"), statement.number("BYTES")
    if start < 1 or start - 1 + length > segment.length:
        raise SourceError(statement.line, f"field {names[0]} ends beyond the {segment.length} bytes of {segment.name}")
    sequence = "SEQ" in names[1:]
    if set(names[1:]) - {"SEQ", "U", "M", ""}:
        raise SourceError(statement.line, f"FIELD NAME=({','.join(names)}): expected (name,SEQ,U) or (name,SEQ,M)")
    if sequence and segment.key is not None:
        raise SourceError(statement.line, f"segment {segment.name} has a second sequence field")
    if sequence and segment.variable and start < 3:
        raise SourceError(
            statement.line, f"sequence field {names[0]}: expected START=3 or more, LL is in bytes 1 and 2"
        )
    if sequence and segment.variable and start - 1 + length > segment.min_length:
        raise SourceError(statement.line, f"sequence field {names[0]} ends beyond the shortest {segment.name}")
    kind = statement.text("TYPE", "C")
    if kind not in TYPES:
        raise SourceError(statement.line, f"FIELD TYPE={kind}: expected one of {', '.join(TYPES)}")
    return Field(names[0], start, length, kind, sequence, "M" not in names[1:])
