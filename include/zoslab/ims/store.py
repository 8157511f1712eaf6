"""Segments in the blocks of a data set: reading, placing, freeing, and the bitmap that says where there is room.

Source: ims.md section 5. A bitmap block stands first, another follows every so many blocks as it has bits; bit i is 1
when block i has room for the longest segment. Search for space begins at the block the segment should be near.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims import block as blocks
from zoslab.ims.buffers import BufferPool, DatabaseDataSet
from zoslab.ims.errors import ImsError
from zoslab.ims.locks import EXCLUSIVE
from zoslab.ims.log_records import Change
from zoslab.ims.segment import SegmentType, Shape, Stored
from zoslab.ims.uor import Recovery, UnitOfRecovery


class BrokenPointer(ImsError):
    """A pointer leads to bytes that are not the expected segment (IMS abends U0852)."""


class SegmentStore:
    """The segments of one data set group. ``raps`` is the number of anchors in blocks 1 to ``anchored``."""

    def __init__(
        self, recovery: Recovery, data_set: DatabaseDataSet, shape: Shape, raps: int = 0, anchored: int = 0
    ) -> None:
        self.recovery, self.data_set, self.shape = recovery, data_set, shape
        self.raps, self.anchored = raps, anchored
        self.size = data_set.block_size
        self.bits = (self.size - blocks.FSEAP_SIZE) * 8

    @property
    def pool(self) -> BufferPool:
        return self.recovery.pool

    def raps_in(self, block: int) -> int:
        """Return the number of root anchor points of a block."""
        return self.raps if 1 <= block <= self.anchored else 0

    def is_bitmap(self, block: int) -> bool:
        return block % self.bits == 0

    def initialise(self, unit: UnitOfRecovery) -> None:
        """Mark the empty blocks of the root addressable area as such, before the first root is loaded."""
        for number in range(1, self.anchored + 1):
            self.refresh_bit(unit, number)

    def read(self, rba: int) -> Stored:
        """Return the segment at an RBA.

        :raises BrokenPointer: there is no segment.
        """
        number, offset = divmod(rba, self.size)
        data = self.pool.read(self.data_set, number)
        kind = self.shape.of_code(data[offset])
        if kind is None or offset < blocks.FSEAP_SIZE or offset + kind.length > self.size:
            raise BrokenPointer(f"DFS0852I {self.data_set.dbd} {self.data_set.ddname} RBA {rba:08X} IS NOT A SEGMENT")
        return Stored(rba, kind, data[offset : offset + kind.length])

    def anchor(self, block: int, number: int) -> int:
        """Return a root anchor point."""
        return blocks.rap(self.pool.read(self.data_set, block), number)

    def set_anchor(self, unit: UnitOfRecovery, block: int, number: int, rba: int) -> None:
        self._patch(unit, block, blocks.FSEAP_SIZE + blocks.RAP_SIZE * number, rba.to_bytes(4, "big"))

    def patch(self, unit: UnitOfRecovery, rba: int, offset: int, data: bytes) -> None:
        """Change bytes of a segment, ``offset`` counting from its code."""
        number, start = divmod(rba, self.size)
        self._patch(unit, number, start + offset, data)

    def point(self, unit: UnitOfRecovery, rba: int, offset: int, target: int) -> None:
        """Set a pointer of a segment's prefix; a pointer its type lacks is left out."""
        if offset:
            self.patch(unit, rba, offset, target.to_bytes(4, "big"))

    def _patch(self, unit: UnitOfRecovery, block: int, at: int, data: bytes) -> None:
        def mutate(image: bytearray) -> None:
            image[at : at + len(data)] = data

        self.recovery.change(unit, self.data_set, block, mutate)

    def place(
        self, unit: UnitOfRecovery, kind: SegmentType, pointers: dict[int, int], data: bytes, near: int, last: int = 0
    ) -> int:
        """Put a segment into a block with room, at or near ``near``; return its RBA.

        ``pointers`` maps prefix offsets to RBAs. ``last`` limits the search to blocks up to it, if room is there.
        """
        prefix = bytearray(kind.prefix)
        prefix[0] = kind.code
        for offset, target in pointers.items():
            prefix[offset : offset + 4] = target.to_bytes(4, "big")
        raw = bytes(prefix) + data.ljust(kind.segment.length, b"\0")
        for number in self._candidates(near, last):
            if self.recovery.locks.try_acquire(unit.number, self._space_lock(number), EXCLUSIVE):
                offset = self._put(unit, number, kind, raw)
                if offset:
                    return number * self.size + offset
        while True:
            number = self._new_block()
            self.recovery.lock(unit, self._space_lock(number))
            offset = self._put(unit, number, kind, raw)
            if offset:
                return number * self.size + offset

    def _candidates(self, near: int, last: int) -> Iterator[int]:
        """Return blocks to try: the wanted one, then those with a bit on, nearest first."""
        if 0 < near < self.data_set.end and not self.is_bitmap(near):
            yield near
        found = [number for number in self._roomy() if number != near]
        yield from sorted(found, key=lambda number: (last != 0 and number > last, abs(number - near)))

    def _roomy(self) -> Iterator[int]:
        end = self.data_set.end
        for start in range(0, end, self.bits):
            bitmap = self.pool.read(self.data_set, start)
            area = bitmap[blocks.FSEAP_SIZE : blocks.FSEAP_SIZE + (min(end - start, self.bits) + 7) // 8]
            for place, byte in enumerate(area):
                if byte:
                    yield from (start + place * 8 + bit for bit in range(8) if byte & (0x80 >> bit))

    def _new_block(self) -> int:
        with self.pool.latch:
            number = max(self.data_set.end, self.anchored + 1)
            while self.is_bitmap(number):
                number += 1
            self.data_set.end = number + 1
        if (number + 1) * self.size > 1 << 32:
            raise ImsError(f"DFS0730I DATABASE {self.data_set.dbd} IS FULL: 4 GB LIMIT")
        return number

    def _put(self, unit: UnitOfRecovery, number: int, kind: SegmentType, raw: bytes) -> int:
        """Place a segment in a block whose space the unit has locked; return the offset, 0 if there is no room."""
        taken = 0
        if self.room(number) < kind.slot:
            return taken

        def mutate(image: bytearray) -> None:
            nonlocal taken
            if blocks.is_unused(image):
                blocks.format_block(image, self.raps_in(number))
            taken = blocks.allocate(image, kind.slot) or 0
            image[taken : taken + kind.slot] = raw.ljust(kind.slot, b"\0")

        self.recovery.change(unit, self.data_set, number, mutate)
        self.refresh_bit(unit, number)
        return taken

    def free(self, unit: UnitOfRecovery, stored: Stored) -> None:
        """Give a segment's space back."""
        number, offset = divmod(stored.rba, self.size)
        self.recovery.lock(unit, self._space_lock(number))

        def mutate(image: bytearray) -> None:
            blocks.release(image, offset, self.raps_in(number), self.shape, unit.number)

        self.recovery.change(unit, self.data_set, number, mutate)
        self.refresh_bit(unit, number)

    def _space_lock(self, block: int) -> tuple[str, str, str, int]:
        return ("BLOCK", self.data_set.dbd, self.data_set.ddname, block)

    def room(self, block: int) -> int:
        """Return the longest free piece of a block; one never formatted is free as a whole."""
        image = self.pool.read(self.data_set, block)
        if blocks.is_unused(image):
            return self.size - blocks.FSEAP_SIZE - blocks.RAP_SIZE * self.raps_in(block)
        return blocks.largest_free(image)

    def has_room(self, block: int) -> bool:
        """Tell what the bitmap bit of a block must be."""
        return self.room(block) >= self.shape.longest

    def bit(self, block: int) -> bool:
        """Return the bitmap bit of a block."""
        start, place = block - block % self.bits, block % self.bits
        return bool(self.pool.read(self.data_set, start)[blocks.FSEAP_SIZE + place // 8] & (0x80 >> place % 8))

    def refresh_bit(self, unit: UnitOfRecovery, block: int) -> None:
        """Set the bitmap bit of a block from the room it has."""
        wanted = self.has_room(block)
        if self.bit(block) == wanted:
            return
        start, place = block - block % self.bits, block % self.bits

        def mutate(image: bytearray) -> None:
            at, mask = blocks.FSEAP_SIZE + place // 8, 0x80 >> place % 8
            image[at] = image[at] | mask if wanted else image[at] & ~mask

        self.recovery.hint(unit, self.data_set, start, mutate)

    def undo(self, unit: UnitOfRecovery, change: Change) -> None:
        """Put the before-images of a change back."""
        self.recovery.hint(unit, self.data_set, change.block, change.apply)
        if not self.is_bitmap(change.block):
            self.refresh_bit(unit, change.block)
