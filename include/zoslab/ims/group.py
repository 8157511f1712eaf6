"""The segments of one data set: root anchor points, space, and the bitmap that says where there is room.

Source: ims.md section 5. A bitmap block stands first, another follows every so many blocks as it has bits; bit i is 1
when block i has room for the longest segment. In HALDB the first 4 bytes of the first bitmap block are the partition
ID (2) and the reorganization number (2), in place of the FSEAP: seed and IBM differ, see the field on bitmaps there.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from zoslab.ims import block as blocks
from zoslab.ims.buffers import BufferPool, DatabaseDataSet
from zoslab.ims.errors import ImsError
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.log_records import Change
from zoslab.ims.segment import SegmentType, Shape
from zoslab.ims.uor import Recovery, UnitOfRecovery

LIMIT = 1 << 32
NO_IDENTITY = (0, 0)


@dataclass(frozen=True)
class Anchors:
    """Root anchor points: ``per_block`` in each of ``blocks`` blocks of the root addressable area."""

    per_block: int = 0
    blocks: int = 0


def _bits_on(area: bytes, start: int, places: range, order: range) -> Iterator[int]:
    """Return the blocks whose bits are on, byte by byte in the order given."""
    for place in places:
        if area[place]:
            yield from (start + place * 8 + bit for bit in order if area[place] & (0x80 >> bit))


class DataSetStore:
    """One data set of a database. ``group`` is its data set group, ``identity`` a partition's ID and reorg number."""

    def __init__(
        self,
        recovery: Recovery,
        data_set: DatabaseDataSet,
        shape: Shape,
        anchors: Anchors | None = None,
        group: int = 0,
        identity: tuple[int, int] = NO_IDENTITY,
    ) -> None:
        self.recovery, self.data_set, self.shape = recovery, data_set, shape
        self.anchors, self.group, self.identity = anchors or Anchors(), group, identity
        self.size = data_set.block_size
        self.step = data_set.step
        self.first = data_set.file.first
        self.bits = (self.size - blocks.FSEAP_SIZE) * 8
        self.longest = shape.longest(group)
        self.last_anchored = self.anchor_block(self.anchors.blocks - 1) if self.anchors.blocks else self.first
        self.end_least = self.last_anchored + 1
        data_set.end = max(data_set.end, self.end_least)

    @property
    def pool(self) -> BufferPool:
        return self.recovery.pool

    def image(self, block: int) -> bytes:
        """Return a block as it is now."""
        return self.pool.read(self.data_set, block)

    def images(self, first: int, stop: int) -> Iterator[bytes]:
        """Yield blocks in order as they are now; they are read past the buffer pool, whole tracks at a time."""
        for number, data in enumerate(self.data_set.file.scan(first, stop), first):
            yield self.pool.held(self.data_set, number) or data

    # Anchors and bitmaps -----------------------------------------------------------------------------------------

    def anchor_block(self, place: int) -> int:
        """Return the number of a block of the root addressable area, counting from 0: bitmaps are left out."""
        run, rest = divmod(place, self.bits - 1)
        return self.first + run * self.bits + 1 + rest

    def raps_in(self, block: int) -> int:
        """Return the number of root anchor points of a block."""
        return self.anchors.per_block if self.first < block <= self.last_anchored and not self.is_bitmap(block) else 0

    def is_bitmap(self, block: int) -> bool:
        return (block - self.first) % self.bits == 0

    def anchor(self, block: int, number: int) -> int:
        """Return a root anchor point, an RBA."""
        return blocks.rap(self.image(block), number)

    def set_anchor(self, unit: UnitOfRecovery, block: int, number: int, rba: int) -> None:
        self._format(unit, block)
        self.write(unit, block, blocks.FSEAP_SIZE + blocks.RAP_SIZE * number, rba.to_bytes(4, "big"))

    def write(self, unit: UnitOfRecovery, block: int, at: int, data: bytes) -> None:
        """Change bytes of a block."""

        def mutate(image: bytearray) -> None:
            image[at : at + len(data)] = data

        self.recovery.change(unit, self.data_set, block, mutate)

    def initialise(self, unit: UnitOfRecovery) -> None:
        """Write a partition's identity and the bitmap bits of the empty root addressable area."""
        if self.identity != NO_IDENTITY:
            stamp = b"".join(number.to_bytes(2, "big") for number in self.identity)

            def mutate(image: bytearray) -> None:
                image[0:4] = stamp

            self.recovery.hint(unit, self.data_set, self.first, mutate)
        for number in range(self.first + 1, self.last_anchored + 1):
            if not self.is_bitmap(number):
                self.refresh_bit(unit, number)

    def stored_identity(self) -> tuple[int, int]:
        """Return the partition ID and reorganization number that the data set holds."""
        head = self.image(self.first)
        return int.from_bytes(head[0:2], "big"), int.from_bytes(head[2:4], "big")

    def bit(self, block: int) -> bool:
        """Return the bitmap bit of a block."""
        place = (block - self.first) % self.bits
        return bool(self.image(block - place)[blocks.FSEAP_SIZE + place // 8] & (0x80 >> place % 8))

    def room(self, block: int) -> int:
        """Return the longest free piece of a block; one never formatted is free as a whole."""
        image = self.image(block)
        if blocks.is_unused(image):
            return self.size - blocks.FSEAP_SIZE - blocks.RAP_SIZE * self.raps_in(block)
        return blocks.largest_free(image)

    def has_room(self, block: int) -> bool:
        """Tell what the bitmap bit of a block must be."""
        return self.room(block) >= self.longest

    def refresh_bit(self, unit: UnitOfRecovery, block: int) -> None:
        """Set the bitmap bit of a block from the room it has."""
        wanted = self.has_room(block)
        if self.bit(block) == wanted:
            return
        place = (block - self.first) % self.bits

        def mutate(image: bytearray) -> None:
            at, mask = blocks.FSEAP_SIZE + place // 8, 0x80 >> place % 8
            image[at] = image[at] | mask if wanted else image[at] & ~mask

        self.recovery.set_bit(unit, self.data_set, block - place, mutate)

    # Space -------------------------------------------------------------------------------------------------------

    def place(self, unit: UnitOfRecovery, kind: SegmentType, raw: bytes, near: int, ilk_at: int = 0) -> int:
        """Put a segment's bytes into a block with room, at or near ``near``; return its RBA.

        ``ilk_at`` is the offset at which an ILK is made from the RBA and the partition's identity.
        """
        for number in self._candidates(near):
            free = self.recovery.claim(unit, self.data_set, number, wait=False)
            if free and self.recovery.locks.try_acquire(unit.number, self._space_lock(number), EXCLUSIVE):
                rba = self._put(unit, number, raw, ilk_at)
                if rba:
                    return rba
        while True:
            number = self._new_block()
            self.recovery.lock(unit, self._space_lock(number))
            rba = self._put(unit, number, raw, ilk_at)
            if rba:
                return rba

    def _candidates(self, near: int) -> Iterator[int]:
        """Return blocks to try: the wanted one, then those with a bit on, nearest first."""
        if self.first < near < self.data_set.end and not self.is_bitmap(near):
            yield near
        yield from (number for number in self._roomy(near) if number != near)

    def _roomy(self, near: int) -> Iterator[int]:
        """Return the blocks with a bit on, nearest first, of the nearest bitmap that has one."""
        end = self.data_set.end
        starts = sorted(range(self.first, end, self.bits), key=lambda start: abs(near - start - self.bits // 2))
        for start in starts:
            bitmap = self.image(start)
            area = bitmap[blocks.FSEAP_SIZE : blocks.FSEAP_SIZE + (min(end - start, self.bits) + 7) // 8]
            if any(area):
                middle = min(max(near - start, 0), len(area) * 8 - 1) // 8
                up = _bits_on(area, start, range(middle, len(area)), range(8))
                down = _bits_on(area, start, range(middle - 1, -1, -1), range(7, -1, -1))
                yield from heapq.merge(up, down, key=lambda number: abs(number - near))
                return

    def _new_block(self) -> int:
        with self.pool.latch:
            number = max(self.data_set.end, self.end_least)
            while self.is_bitmap(number):
                number += 1
            self.data_set.end = number + 1
        if (number + 1) * self.step > LIMIT:
            raise ImsError(f"DFS0730I DATABASE {self.data_set.dbd} IS FULL: 4 GB LIMIT")
        return number

    def _put(self, unit: UnitOfRecovery, number: int, raw: bytes, ilk_at: int) -> int:
        """Place a segment in a block whose space the unit has locked; return the RBA, 0 if there is no room."""
        taken = 0
        if self.room(number) < len(raw):
            return taken

        self._format(unit, number)

        def mutate(image: bytearray) -> None:
            nonlocal taken
            taken = blocks.allocate(image, len(raw)) or 0
            if not taken:
                return
            image[taken : taken + len(raw)] = raw
            if ilk_at:
                image[taken + ilk_at : taken + ilk_at + 8] = self.new_ilk(number * self.step + taken)

        self.recovery.change(unit, self.data_set, number, mutate)
        self.refresh_bit(unit, number)
        return number * self.step + taken if taken else 0

    def _format(self, unit: UnitOfRecovery, block: int) -> None:
        """Format a block at its first use. A backout leaves it formatted: its anchors are others' too."""

        def mutate(image: bytearray) -> None:
            if blocks.is_unused(image):
                blocks.format_block(image, self.raps_in(block))

        if blocks.is_unused(self.image(block)):
            self.recovery.hint(unit, self.data_set, block, mutate)

    def new_ilk(self, rba: int) -> bytes:
        """Return the indirect list key of a segment that is inserted at an RBA."""
        return rba.to_bytes(4, "big") + self.identity[0].to_bytes(2, "big") + self.identity[1].to_bytes(2, "big")

    def refit(self, unit: UnitOfRecovery, rba: int, keep: int, head: bytes = b"") -> None:
        """Keep ``keep`` bytes of a segment's slot, give the others back, and write ``head`` over its first bytes."""
        number, offset = divmod(rba, self.step)
        self.recovery.lock(unit, self._space_lock(number))

        def mutate(image: bytearray) -> None:
            blocks.refit(image, offset, keep, self.raps_in(number), self.shape, unit.number, self.group)
            image[offset : offset + len(head)] = head

        self.recovery.change(unit, self.data_set, number, mutate)
        self.refresh_bit(unit, number)

    def _space_lock(self, block: int) -> tuple[str, str, str, int]:
        return ("BLOCK", self.data_set.dbd, self.data_set.ddname, block)

    def redo(self, change: Change, lsn: int) -> None:
        """Do a change again that is on the log; bits of a bitmap that is shared were written at once."""
        if self.data_set.shared is None or not self.is_bitmap(change.block):
            self.pool.redo(self.data_set, change, lsn)

    def undo(self, unit: UnitOfRecovery, change: Change) -> None:
        """Put the before-images of a change back; the bitmap follows when the whole unit is backed out."""
        if not self.is_bitmap(change.block):
            self.recovery.hint(unit, self.data_set, change.block, change.apply)
            unit.unsettled[self.data_set, change.block] = lambda: self.refresh_bit(unit, change.block)
