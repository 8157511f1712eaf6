"""The inside of a database block: FSEAP, root anchor points, segments, free space elements.

Source: ims.md section 5 (IMS OSAM block format): FSEAP 4 bytes = offset of the first FSE (2) and zeros (2); RAPs of
4 bytes; FSE 8 bytes = offset of the next FSE (2), free bytes with the FSE (2), id of the task that freed it (4).
Own choice: free bytes too few for an FSE are binary zeros, and their block position tells them from a segment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from zoslab.ims.segment import DATA_ONLY, SegmentType, Shape
from zoslab.layout import Layout, Number

FSEAP_SIZE = 4
RAP_SIZE = 4
FSE_SIZE = 8


class Fseap(Layout):
    """Free space element anchor point, at the start of every block."""

    first = Number(0, 2)
    length = Number(2, 2)


class Fse(Layout):
    """Free space element."""

    next = Number(0, 2)
    length = Number(2, 2)
    task = Number(4, 4)


class BrokenBlock(Exception):
    """A block whose parts do not add up: what, and the offset."""

    def __init__(self, offset: int, text: str) -> None:
        super().__init__(f"OFFSET {offset}: {text}")
        self.offset = offset
        self.text = text


class Tile(NamedTuple):
    """A piece of a block: a segment, separated data, an FSE's free space, or scrap too small for an FSE."""

    offset: int
    length: int
    kind: SegmentType | None
    free: bool
    data_only: bool = False


def is_unused(block: bytes | bytearray) -> bool:
    """Tell whether a block was never formatted."""
    return not any(block[:FSEAP_SIZE]) and not any(block)


def format_block(block: bytearray, raps: int) -> None:
    """Make an empty block with one free space element."""
    start = FSEAP_SIZE + RAP_SIZE * raps
    block[:] = bytes(len(block))
    Fseap(block).first = start
    Fse(memoryview(block)[start:]).length = len(block) - start


def free_elements(block: bytes | bytearray) -> dict[int, int]:
    """Return the free space elements, offset to length.

    :raises BrokenBlock: the chain leaves the block or loops.
    """
    found: dict[int, int] = {}
    at = int.from_bytes(block[0:2], "big")
    last = 0
    while at:
        length = int.from_bytes(block[at + 2 : at + 4], "big")
        if at <= last or length < FSE_SIZE or at + length > len(block):
            raise BrokenBlock(at, "FREE SPACE ELEMENT IS OUT OF ORDER OR LEAVES THE BLOCK")
        found[at] = length
        last, at = at, int.from_bytes(block[at : at + 2], "big")
    return found


def tiles(block: bytes | bytearray, raps: int, shape: Shape, group: int = 0) -> Iterator[Tile]:
    """Walk a formatted block from its segment area to its end; ``group`` is the data set group it belongs to.

    :raises BrokenBlock: a byte belongs to nothing.
    """
    free = [*free_elements(block).items(), (len(block), 0)]
    at, place = FSEAP_SIZE + RAP_SIZE * raps, 0
    if free[0][0] < at:
        raise BrokenBlock(at, "FREE SPACE ELEMENT LIES IN THE ROOT ANCHOR POINTS")
    size, fixed = len(block), shape.fixed[group]
    while at < size:
        next_free, length = free[place]
        kind = fixed.get(block[at])
        if at == next_free:
            tile = Tile(at, length, None, True)
            place += 1
        elif kind is not None and at + kind.fixed_slot <= size:
            tile = Tile(at, kind.fixed_slot, kind, False)
        elif block[at] == 0:
            tile = _scrap(block, at, next_free)
        else:
            tile = _segment(block, at, shape, group)
        at += tile.length
        if at > free[place][0]:
            raise BrokenBlock(tile.offset, "FREE SPACE ELEMENT LIES IN A SEGMENT")
        yield tile


def _segment(block: bytes | bytearray, at: int, shape: Shape, group: int) -> Tile:
    kind = shape.of_code(block[at])
    if kind is None or kind.segment.group != group or at + kind.prefix > len(block):
        raise BrokenBlock(at, f"X'{block[at]:02X}' IS NOT A SEGMENT CODE OF THIS DATA SET")
    slot = kind.fixed_slot or kind.slot_at(block, at)
    if not slot or at + slot > len(block):
        raise BrokenBlock(at, f"LENGTH OF SEGMENT {kind.name} IS WRONG")
    return Tile(at, slot, kind, False, not kind.fixed_slot and block[at + 1] == DATA_ONLY)


def _scrap(block: bytes | bytearray, at: int, next_free: int) -> Tile:
    end = at
    while end < len(block) and end - at < FSE_SIZE and block[end] == 0 and end < next_free:
        end = min(end + 2, len(block))
    if end - at >= FSE_SIZE:
        raise BrokenBlock(at, "UNKNOWN BYTES BETWEEN SEGMENTS")
    return Tile(at, end - at, None, False)


def largest_free(block: bytes | bytearray) -> int:
    """Return the longest free piece."""
    return max(free_elements(block).values(), default=0)


def allocate(block: bytearray, length: int) -> int | None:
    """Take ``length`` bytes from the first free space element that is long enough; return the offset."""
    previous = 0
    for at, size in free_elements(block).items():
        if size >= length:
            _take(block, previous, at, size, length)
            return at
        previous = at
    return None


def _take(block: bytearray, previous: int, at: int, size: int, length: int) -> None:
    following = Fse(memoryview(block)[at:]).next
    rest = size - length
    successor = following
    if rest >= FSE_SIZE:
        successor = at + length
        element = Fse(memoryview(block)[successor:])
        element.next, element.length, element.task = following, rest, 0
    else:
        block[at + length : at + size] = bytes(rest)
    block[previous : previous + 2] = successor.to_bytes(2, "big")


def refit(block: bytearray, offset: int, keep: int, raps: int, shape: Shape, task: int, group: int = 0) -> None:
    """Keep the first ``keep`` bytes of a segment's slot and give the others back (0: the whole segment).

    Free neighbours and scraps are joined into one element.
    """
    gaps: list[list[int]] = []
    for tile in tiles(block, raps, shape, group):
        start, length = tile.offset, tile.length
        if tile.kind is not None:
            start, length = (start + keep, length - keep) if start == offset else (start, 0)
        if not length:
            continue
        if gaps and gaps[-1][0] + gaps[-1][1] == start:
            gaps[-1][1] += length
        else:
            gaps.append([start, length])
    elements = [gap for gap in gaps if gap[1] >= FSE_SIZE]
    for at, length in (gap for gap in gaps if gap[1] < FSE_SIZE):
        block[at : at + length] = bytes(length)
    Fseap(block).first = elements[0][0] if elements else 0
    for place, (at, length) in enumerate(elements):
        element = Fse(memoryview(block)[at:])
        element.next = elements[place + 1][0] if place + 1 < len(elements) else 0
        element.length = length
        if at <= offset + keep < at + length:
            element.task = task


def rap(block: bytes | bytearray, number: int) -> int:
    """Return root anchor point ``number``, counting from 0."""
    at = FSEAP_SIZE + RAP_SIZE * number
    return int.from_bytes(block[at : at + RAP_SIZE], "big")
