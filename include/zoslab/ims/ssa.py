"""Segment search arguments. Source: IMS Application Programming, SSA: name (8), then blank or (field(8) op(2) value).

Supported: one qualification a segment, relational operators in letters or symbols; command codes are refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.ims.dbd import Field
from zoslab.ims.segment import SegmentType, Shape

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


class InvalidSsa(Exception):
    """An SSA that breaks the rules; ``status`` is the status code the program gets."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Ssa:
    """A segment type and what its field must be."""

    kind: SegmentType
    field: Field | None = None
    compare: Callable[[bytes, bytes], bool] = operator.eq
    value: bytes = b""

    @property
    def is_key_equal(self) -> bool:
        """Tell whether the SSA names one segment by its key."""
        return self.field is not None and self.field.sequence and self.compare is operator.eq

    def matches(self, data: bytes) -> bool:
        return self.field is None or self.compare(self.field.of(data), self.value)


def parse(text: str | bytes, shape: Shape) -> Ssa:
    """Return the SSA written as a program writes it, EBCDIC or text (text is for character fields).

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
    field = kind.segment.field(ebcdic.decode(rest[1:9]))
    if field is None:
        raise InvalidSsa("AK")
    compare = _OPERATORS.get(rest[9:11].decode(ebcdic.CODE_PAGE))
    value = rest[11:-1]
    if compare is None or len(value) != field.length:
        raise InvalidSsa("AJ")
    return Ssa(kind, field, compare, value)


def by_key(kind: SegmentType, key: bytes) -> Ssa:
    """Return the SSA that asks for a segment by its key."""
    return Ssa(kind, kind.segment.key, operator.eq, key)
