"""The statements LCHILD and XDFLD: primary and secondary indexes.

Source: IMS System Utilities, "LCHILD statement", "XDFLD statement". Logical relationships are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoslab.ims.dbd import SecondaryIndex
from zoslab.ims.macros import SourceError, Statement

if TYPE_CHECKING:
    from zoslab.ims.dbd_statements import Draft


@dataclass(frozen=True)
class Lchild:
    """An LCHILD statement; ``opens_index`` says that an XDFLD may follow."""

    segment: str
    database: str
    index_field: str
    line: int
    target: str = ""
    opens_index: bool = False
    root_key_length: int = 0


def read_lchild(statement: Statement, draft: Draft) -> Lchild:
    """Return the tie that an LCHILD statement makes."""
    statement.allow("NAME", "PTR", "POINTER", "INDEX", "RULES", "RKSIZE", "PAIR")
    names = [str(word) for word in statement.words("NAME")]
    if len(names) != 2 or not draft.segments:
        raise SourceError(statement.line, "expected LCHILD NAME=(segment,database) after SEGM")
    if "PAIR" in statement.keywords:
        raise SourceError(statement.line, "LCHILD PAIR=: logical relationships are not supported")
    kind = statement.text("PTR", statement.text("POINTER", "SNGL"))
    index_field = statement.text("INDEX", "")
    if draft.access in ("INDEX", "PSINDEX"):
        if kind not in ("SNGL", "INDX"):
            raise SourceError(statement.line, f"LCHILD PTR={kind}: expected SNGL; symbolic pointers are not supported")
        if not index_field:
            raise SourceError(statement.line, "expected INDEX= naming the sequence field or XDFLD of the target")
        return Lchild(names[0], names[1], index_field, statement.line, root_key_length=statement.number("RKSIZE", 0))
    if kind != "INDX":
        raise SourceError(statement.line, f"LCHILD PTR={kind}: expected INDX; logical relationships are not supported")
    return Lchild(names[0], names[1], index_field, statement.line, draft.segments[-1].name, True)


def read_xdfld(statement: Statement, draft: Draft, index: Lchild) -> SecondaryIndex:
    """Return the secondary index that LCHILD and XDFLD define together."""
    statement.allow("NAME", "SEGMENT", "SRCH", "SUBSEQ", "DDATA", "NULLVAL", "EXTRTN", "CONST", "EXTERNALNAME")
    if "EXTRTN" in statement.keywords:
        raise SourceError(statement.line, "XDFLD EXTRTN=: index maintenance exit routines are not supported")
    name = statement.text("NAME")
    source = statement.text("SEGMENT", index.target)
    fields = {key: tuple(str(word) for word in statement.words(key) if word) for key in ("SRCH", "SUBSEQ", "DDATA")}
    if not fields["SRCH"]:
        raise SourceError(statement.line, "XDFLD needs SRCH=")
    known = next((one for one in draft.segments if one.name == source), None)
    for word in [word for words in fields.values() for word in words]:
        if known is not None and known.field(word) is None:
            raise SourceError(statement.line, f"XDFLD: {word} is not a field of {source}")
    if any(word.startswith("/") for word in fields["SRCH"]):
        raise SourceError(statement.line, "XDFLD SRCH=: a system-related field belongs to SUBSEQ= or DDATA=")
    if any(word.startswith("/CK") for word in fields["SUBSEQ"] + fields["DDATA"]):
        raise SourceError(statement.line, "XDFLD: /CK fields are not supported; use /SX")
    return SecondaryIndex(
        name,
        index.target,
        source,
        index.database,
        index.segment,
        fields["SRCH"],
        fields["SUBSEQ"],
        fields["DDATA"],
        _byte(statement, "NULLVAL"),
        _byte(statement, "CONST"),
    )


def _byte(statement: Statement, keyword: str) -> int | None:
    text = statement.text(keyword, "")
    if not text:
        return None
    named = {"BLANK": 0x40, "ZERO": 0xF0}
    if text in named:
        return named[text]
    kind, quote, rest = text.partition("'")
    value = rest.rstrip("'")
    try:
        if quote and kind.upper() == "X":
            return int(value, 16) & 0xFF
        if quote and kind.upper() == "C" and len(value) == 1:
            return value.encode("cp1047")[0]
    except ValueError:
        pass
    raise SourceError(statement.line, f"XDFLD {keyword}={text}: expected BLANK, ZERO, X'hh' or C'c'")
