"""Some megabytes of a data set taken apart: its segments by RBA, their pointers unpacked, their keys.

A segment is a tuple: code, delete byte, the pointers in the order of its prefix, the ILK. ``Prefix`` says what stands
where in it; a place of 0 says that it is not there.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from typing import Any

from zoslab.ims.block import Tile
from zoslab.ims.group import DataSetStore
from zoslab.ims.pointer_check.spill import Range
from zoslab.ims.segment import CODE_AND_DELETE, ILK, POINTER, SEPARATED, SegmentType, Shape

Fields = tuple[Any, ...]


class Prefix:
    """How the prefix of a segment type is unpacked, and the places of its pointers."""

    def __init__(self, kind: SegmentType) -> None:
        self.kind, self.code, self.group = kind, kind.code, kind.group
        count = (kind.prefix - CODE_AND_DELETE - (ILK if kind.ilk else 0)) // POINTER
        self.unpack = struct.Struct(f">BB{count}I" + (f"{ILK}s" if kind.ilk else "")).unpack_from
        self.ptf, self.ptb, self.pp, self.ilk = (
            self._place(offset) for offset in (kind.ptf, kind.ptb, kind.pp, kind.ilk)
        )
        self.parent = kind.parent
        self.children = [
            (child, self._place(kind.first_child[child.code]), self._place(kind.last_child.get(child.code, 0)))
            for child in kind.children
        ]
        key = kind.segment.key
        self.keyed, self.unique = key is not None, key is not None and key.unique
        self.key_start = kind.prefix + key.start - 1 if key else 0
        self.key_end = self.key_start + key.length if key else 0

    @staticmethod
    def _place(offset: int) -> int:
        return CODE_AND_DELETE + (offset - CODE_AND_DELETE) // POINTER if offset else 0


def prefixes(shape: Shape) -> list[Prefix]:
    """Return the prefixes of a database's segment types by code; there is no code 0."""
    first = Prefix(shape.root)
    return [first, first, *(Prefix(kind) for kind in shape.types[1:])]


class Window:
    """The segments of consecutive blocks. ``reached`` has the source of the pointer that led to each, ``data`` the
    segment codes of separated data, ``elsewhere`` the keys of segments whose data stand elsewhere."""

    def __init__(self, where: Range, store: DataSetStore) -> None:
        self.where, self.space, self.store = where, where[1], store
        self.segments: dict[int, Fields] = {}
        self.keys: dict[int, bytes] = {}
        self.data: dict[int, int] = {}
        self.pieces: dict[int, int] = {}
        self.anchors: list[tuple[int, int]] = []
        self.reached: dict[int, tuple[int, int]] = {}
        self.data_reached: set[int] = set()
        self.indexed: Counter[int] = Counter()
        self.listed: set[int] = set()

    def take(self, rba: int, image: bytes, tiles: Iterable[Tile], known: list[Prefix]) -> None:
        """Take the segments of a block in."""
        segments, keys = self.segments, self.keys
        for offset, _, kind, _, data_only in tiles:
            if kind is None:
                continue
            at, prefix = rba + offset, known[kind.code]
            if data_only:
                self.data[at] = kind.code
                continue
            segments[at] = fields = prefix.unpack(image, offset)
            if fields[1] & SEPARATED and not kind.fixed_slot:
                behind = offset + kind.prefix
                self.pieces[at] = int.from_bytes(image[behind : behind + POINTER], "big")
            elif prefix.keyed:
                keys[at] = image[offset + prefix.key_start : offset + prefix.key_end]
