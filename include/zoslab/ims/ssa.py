"""Segment search arguments. Source: IMS Application Programming, SSA: name (8), then blank or (field(8) op(2) value).

Supported: one qualification a segment, relational operators in letters or symbols; command codes are refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.ims.dbd import Field
from zoslab.ims.errors import CallRefused
from zoslab.ims.secondary import IndexKey
from zoslab.ims.segment import SegmentType, Shape, Stored

_OPERATORS: dict[str, Callable[[bytes, bytes], bool]] = {
    "EQ": operator.eq,
    "= ": operator.eq,
    " =": operator.eq,
    "GT": operator.gt,
    "> ": operator.gt,
    " >": operator.gt,
    "LT": operator.lt,
    "< ": operator.lt,
    " <": operator.lt,
    "GE": operator.ge,
    ">=": operator.ge,
    "=>": operator.ge,
    "LE": operator.le,
    "<=": operator.le,
    "=<": operator.le,
    "NE": operator.ne,
}


class InvalidSsa(CallRefused):
    """An SSA that breaks the rules."""


@dataclass(frozen=True)
class Ssa:
    """A segment type and what its field must be; ``indexed`` compares the index key (XDFLD) instead."""

    kind: SegmentType
    field: Field | None = None
    compare: Callable[[bytes, bytes], bool] = operator.eq
    value: bytes = b""
    indexed: bool = False

    @property
    def is_key_equal(self) -> bool:
        """Tell whether the SSA names one segment by its key."""
        return self.field is not None and self.field.sequence and self.field.unique and self.compare is operator.eq

    @property
    def low(self) -> bytes:
        """The index key from which segments can satisfy the SSA."""
        return self.value if self.indexed and self.compare in (operator.eq, operator.ge, operator.gt) else b""

    def matches(self, stored: Stored) -> bool:
        if self.field is None:
            return True
        data = (stored.via or b"") if self.indexed else stored.data
        return self.compare(self.field.of(data), self.value)

    def is_past(self, stored: Stored) -> bool:
        """Tell whether no segment behind this one in index order can satisfy the SSA."""
        return self.indexed and self.compare is operator.eq and (stored.via or b"")[: len(self.value)] > self.value


def parse(text: str | bytes, shape: Shape, index: IndexKey | None = None) -> Ssa:
    """Return the SSA written as a program writes it, EBCDIC or text (text is for character fields).

    ``index`` is the secondary index the program goes by; its XDFLD may be named for the target.

    :raises InvalidSsa: AC segment not in the hierarchy, AJ malformed, AK field unknown.
    """
    raw = ebcdic.encode(text) if isinstance(text, str) else text
    name = ebcdic.decode(raw[:8])
    kind = shape.named(name)
    if kind is None:
        raise InvalidSsa("AC")
    rest = raw[8:]
    if not rest.strip(b"\x40"):
        return Ssa(kind)
    if rest[:1] != ebcdic.encode("(") or rest[-1:] != ebcdic.encode(")") or len(rest) < 12:
        raise InvalidSsa("AJ")
    field_name = ebcdic.decode(rest[1:9])
    field = kind.segment.field(field_name)
    indexed = index is not None and index.target.code == kind.code and index.definition.name == field_name
    if index is not None and indexed:
        field = Field(field_name, 1, index.search_length)
    if field is None:
        raise InvalidSsa("AK")
    compare = _OPERATORS.get(rest[9:11].decode(ebcdic.CODE_PAGE))
    value = rest[11:-1]
    if index is not None and indexed:
        value = index.search_value(value)
    if compare is None or len(value) != field.length:
        raise InvalidSsa("AJ")
    return Ssa(kind, field, compare, value, indexed)


def by_key(kind: SegmentType, key: bytes) -> Ssa:
    """Return the SSA that asks for a segment by its key."""
    return Ssa(kind, kind.segment.key, operator.eq, key)
