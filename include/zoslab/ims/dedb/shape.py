"""The segment types of a DEDB.

Source: ims.md section 5: root prefix SC 1, PD 1, PTF 4, SPCF 8 (cycle and RBA, if there is a sequential dependent), a
child pointer or two for each type. Own choices: every dependent carries PP; the pointer of a sequential dependent to
the one before it is 8 bytes too; a segment takes the room of the longest of its type, so it is replaced in place.
"""

from __future__ import annotations

from dataclasses import replace

from zoslab.ims.dbd import Dbd
from zoslab.ims.segment import CODE_AND_DELETE, POINTER, SegmentType, Shape

CYCLE = 4


def is_sequential(kind: SegmentType) -> bool:
    """Tell whether a segment type is a sequential dependent."""
    return kind.segment.kind == "SEQ"


class DedbShape(Shape):
    """The segment types of a DEDB, with their prefixes."""

    def __init__(self, dbd: Dbd) -> None:
        segments = tuple(
            replace(one, insert_rule="FIRST", last_child=False) if one.kind == "SEQ" else one for one in dbd.segments
        )
        super().__init__(replace(dbd, segments=segments))
        for kind in self.types:
            _lay_out(kind)


def _lay_out(kind: SegmentType) -> None:
    at = CODE_AND_DELETE + (CYCLE if is_sequential(kind) else 0)
    kind.ptf, kind.ptb, at = at, 0, at + POINTER
    if kind.parent is not None:
        kind.pp, at = at, at + POINTER
    for child in kind.children:
        at += CYCLE if is_sequential(child) else 0
        kind.first_child[child.code], at = at, at + POINTER
        if child.segment.last_child:
            kind.last_child[child.code], at = at, at + POINTER
    kind.prefix = at
