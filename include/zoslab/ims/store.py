"""The segments of a database over all its data sets: reading, placing, changing, freeing by address.

Source: ims.md section 5. An address leads to partition and data set group (``zoslab.ims.segment``).
"""

from __future__ import annotations

from zoslab.ims.block import FSEAP_SIZE
from zoslab.ims.buffers import BufferPool
from zoslab.ims.errors import ImsError, UserAbend
from zoslab.ims.group import DataSetStore
from zoslab.ims.segment import (
    CODE_AND_DELETE,
    DATA_ONLY,
    GROUP_SHIFT,
    PARTITION_SHIFT,
    POINTER,
    RBA_MASK,
    SEPARATED,
    SegmentType,
    Shape,
    Stored,
    even,
)
from zoslab.ims.uor import Recovery, UnitOfRecovery


class BrokenPointer(ImsError):
    """A pointer leads to bytes that are not the expected segment (IMS abends U0852)."""


class SegmentStore:
    """All data sets of a database, by the upper part of their addresses."""

    def __init__(self, recovery: Recovery, shape: Shape) -> None:
        self.recovery, self.shape = recovery, shape
        self.data_sets: dict[int, DataSetStore] = {}
        self.stopped: dict[int, str] = {}

    @property
    def pool(self) -> BufferPool:
        return self.recovery.pool

    def add(self, partition: int, store: DataSetStore) -> None:
        """Take a data set in; ``partition`` is 0 for a database without partitions."""
        self.data_sets[partition << 8 | store.group] = store

    def group(self, partition: int, group: int) -> DataSetStore:
        return self.data_sets[partition << 8 | group]

    def at(self, address: int) -> tuple[DataSetStore, int]:
        """Return the data set of an address, and the RBA in it.

        :raises BrokenPointer: there is no such data set. :raises UserAbend: U3303, its partition is stopped.
        """
        store = self.data_sets.get(address >> GROUP_SHIFT)
        if store is None:
            if address >> PARTITION_SHIFT in self.stopped:
                name = self.stopped[address >> PARTITION_SHIFT]
                raise UserAbend(3303, f"DFS3303I PARTITION {name} IS STOPPED")
            raise BrokenPointer(f"DFS0852I ADDRESS {address:X} IS IN NO DATA SET OF THE DATABASE")
        return store, address & RBA_MASK

    def read(self, address: int) -> Stored:
        """Return the segment at an address.

        :raises BrokenPointer: there is no segment.
        """
        store, rba = self.at(address)
        number, offset = divmod(rba, store.step)
        block = store.image(number)
        kind = self.shape.of_code(block[offset]) if FSEAP_SIZE <= offset < len(block) - 1 else None
        if kind is None or kind.group != store.group or offset + kind.prefix > len(block):
            raise self._broken(store, rba)
        raw = block[offset : offset + kind.prefix]
        if kind.segment.variable and raw[1] & SEPARATED:
            if raw[1] == DATA_ONLY:
                raise self._broken(store, rba)
            piece = int.from_bytes(block[offset + kind.prefix : offset + kind.prefix + POINTER], "big")
            return Stored(address, kind, raw, self._piece(store, kind, piece), piece)
        slot = kind.slot_at(block, offset)
        if not slot or offset + slot > len(block):
            raise self._broken(store, rba)
        length = kind.segment.length
        if kind.segment.variable:
            length = int.from_bytes(block[offset + kind.prefix : offset + kind.prefix + 2], "big")
        return Stored(address, kind, raw, block[offset + kind.prefix : offset + kind.prefix + length])

    def _broken(self, store: DataSetStore, rba: int) -> BrokenPointer:
        return BrokenPointer(f"DFS0852I {store.data_set.dbd} {store.data_set.ddname} RBA {rba:08X} IS NOT A SEGMENT")

    def _piece(self, store: DataSetStore, kind: SegmentType, rba: int) -> bytes:
        number, offset = divmod(rba, store.step)
        block = store.image(number)
        if offset + 4 > len(block) or (block[offset], block[offset + 1]) != (kind.code, DATA_ONLY):
            raise self._broken(store, rba)
        length = int.from_bytes(block[offset + 2 : offset + 4], "big")
        return block[offset + CODE_AND_DELETE : offset + CODE_AND_DELETE + length]

    # Changes -----------------------------------------------------------------------------------------------------

    def patch(self, unit: UnitOfRecovery, address: int, offset: int, data: bytes) -> None:
        """Change bytes of a segment, ``offset`` counting from its code."""
        store, rba = self.at(address)
        number, start = divmod(rba, store.step)
        store.write(unit, number, start + offset, data)

    def point(self, unit: UnitOfRecovery, address: int, offset: int, target: int) -> None:
        """Set a pointer of a segment's prefix to an address; a pointer its type lacks is left out."""
        if offset:
            self.patch(unit, address, offset, (target & RBA_MASK).to_bytes(4, "big"))

    def place(
        self,
        unit: UnitOfRecovery,
        kind: SegmentType,
        pointers: dict[int, int],
        data: bytes,
        near: int,
        partition: int = 0,
        ilk: bytes = b"",
    ) -> int:
        """Put a segment into its data set, near a block or (for a data set of its own) at the end; return its address.

        ``pointers`` maps prefix offsets to addresses; an ``ilk`` is kept, without one it is made from the RBA.
        """
        prefix = bytearray(kind.prefix)
        prefix[0] = kind.code
        for offset, target in pointers.items():
            prefix[offset : offset + POINTER] = (target & RBA_MASK).to_bytes(4, "big")
        if ilk:
            prefix[kind.ilk : kind.ilk + len(ilk)] = ilk
        raw = (bytes(prefix) + data).ljust(kind.slot_for(data), b"\0")
        store = self.group(partition, kind.group)
        rba = store.place(unit, kind, raw, near, 0 if ilk else kind.ilk)
        return (partition << 8 | kind.group) << GROUP_SHIFT | rba

    def near(self, address: int, kind: SegmentType) -> int:
        """Return the block in which a dependent of the segment at an address should be placed."""
        store, rba = self.at(address)
        if store.group == kind.group:
            return rba // store.step
        return self.group(address >> GROUP_SHIFT >> 8, kind.group).data_set.end - 1

    def replace(self, unit: UnitOfRecovery, stored: Stored, data: bytes) -> None:
        """Replace a segment's data; data that have grown are separated from their prefix."""
        kind = stored.kind
        if len(data) == len(stored.data):
            if stored.separated:
                store, _ = self.at(stored.rba)
                number, start = divmod(stored.separated, store.step)
                store.write(unit, number, start + CODE_AND_DELETE, data)
            else:
                self.patch(unit, stored.rba, kind.prefix, data)
            return
        store, rba = self.at(stored.rba)
        slot = kind.slot_for(stored.data)
        if not stored.separated and kind.slot_for(data) <= slot:
            store.refit(unit, rba, kind.slot_for(data), stored.raw + data)
            return
        self._separate(unit, stored, data)

    def _separate(self, unit: UnitOfRecovery, stored: Stored, data: bytes) -> None:
        kind, (store, rba) = stored.kind, self.at(stored.rba)
        piece = bytes([kind.code, DATA_ONLY]) + data
        if stored.separated:
            store.refit(unit, stored.separated, 0)
        placed = store.place(unit, kind, piece.ljust(even(len(piece)), b"\0"), rba // store.step)
        head = stored.raw[:1] + bytes([stored.raw[1] | SEPARATED]) + stored.raw[CODE_AND_DELETE:]
        target = placed.to_bytes(POINTER, "big")
        if stored.separated:
            self.patch(unit, stored.rba, kind.prefix, target)
        else:
            store.refit(unit, rba, even(kind.prefix + POINTER), head + target)

    def free(self, unit: UnitOfRecovery, stored: Stored) -> None:
        """Give a segment's space back."""
        store, rba = self.at(stored.rba)
        if stored.separated:
            store.refit(unit, stored.separated, 0)
        store.refit(unit, rba, 0)
