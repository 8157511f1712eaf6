"""First part of a pointer check: every block is read once, in order; what is wrong inside it is reported."""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.haldb import HaldbDatabase, Partition
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.report import PointerReport
from zoslab.ims.pointer_check.rows import Rows
from zoslab.ims.pointer_check.spill import Range
from zoslab.ims.pointer_check.window import Prefix, Window
from zoslab.ims.segment import GROUP_SHIFT
from zoslab.ims.store import BrokenPointer


class Scan:
    """Reads the data sets of a database, window by window."""

    def __init__(self, database: Database, report: PointerReport, rows: Rows, known: list[Prefix]) -> None:
        self._database, self._report, self._rows, self._known = database, report, rows, known
        self._partitions: dict[int, Partition] = database.partitions if isinstance(database, HaldbDatabase) else {}

    def windows(self) -> Iterator[Window]:
        """Yield every window of every data set; bitmaps and identities are checked on the way."""
        for space, store in self._database.store.data_sets.items():
            self._space, self._store, self._bits = space, store, b""
            self._report.blocks[store.data_set.ddname] = store.data_set.end
            if space >> 8:
                self._identity(self._partitions[space >> 8])
            per_window = records.window_bytes(store.step) // store.step
            for start in range(0, store.data_set.end, per_window):
                window = Window((records.BY_PLACE, space, start // per_window), store)
                first, stop = max(start, store.first), min(start + per_window, store.data_set.end)
                for number, image in enumerate(store.images(first, stop), first):
                    self._block(window, number, image)
                for rba, target in self._separated(window):
                    self._rows.add(space, "DATA", rba, target, "SEPARATED DATA ARE NOT THERE")
                yield window

    def again(self, where: Range, rbas: set[int]) -> Window:
        """Return the segments of the blocks that hold some RBAs; what is wrong in them was reported."""
        store = self._database.store.data_sets[where[1]]
        window = Window(where, store)
        for number in sorted({rba // store.step for rba in rbas}):
            if store.is_bitmap(number) or not store.first <= number < store.data_set.end:
                continue
            image = store.image(number)
            try:
                tiles = list(blocks.tiles(image, store.raps_in(number), store.shape, store.group))
            except blocks.BrokenBlock:
                continue
            window.take(number * store.step, image, tiles, self._known)
        self._separated(window)
        return window

    def _separated(self, window: Window) -> list[tuple[int, int]]:
        """Find the keys of segments whose data stand elsewhere; return those that have none, with where they lead."""
        lost = []
        for rba, target in window.pieces.items():
            try:
                stored = self._database.store.read(window.space << GROUP_SHIFT | rba)
            except BrokenPointer:
                lost.append((rba, target))
                continue
            if self._known[window.segments[rba][0]].keyed:
                window.keys[rba] = stored.key
        return lost

    def _error(self, pointer: str, source: int, text: str) -> None:
        self._rows.add(self._space, pointer, source, 0, text)

    def _identity(self, partition: Partition) -> None:
        found, definition = self._store.stored_identity(), partition.definition
        at = self._store.first * self._store.step
        if found[0] != definition.id:
            self._error("PARTID", at, f"PARTITION ID IS {found[0]}, RECON SAYS {definition.id}")
        if definition.reorg and found[1] != definition.reorg:
            self._error("REORG#", at, f"REORG NUMBER IS {found[1]}, RECON SAYS {definition.reorg}")
        others = {one.data_set.ddname: one.stored_identity()[1] for one in partition.stores}
        if len(set(others.values())) > 1 or not found[1]:
            said = ", ".join(f"{ddname} {number}" for ddname, number in others.items())
            self._error("REORG#", at, f"REORG NUMBER IS {found[1]}, DATA SETS DIFFER: {said}")

    def _block(self, window: Window, number: int, image: bytes) -> None:
        store = self._store
        if store.is_bitmap(number):
            self._bits = image
            self._bitmap(number, image)
            return
        room = largest = 0
        rba, raps = number * store.step, store.raps_in(number)
        if blocks.is_unused(image):
            room = store.size - blocks.FSEAP_SIZE - blocks.RAP_SIZE * raps
        else:
            if image[2:4] != b"\0\0":
                self._error("FSEAP", rba, "SECOND HALF OF THE FREE SPACE ANCHOR IS NOT ZERO")
            try:
                tiles = list(blocks.tiles(image, raps, store.shape, store.group))
            except blocks.BrokenBlock as broken:
                self._error("BLOCK", rba + min(broken.offset, store.size - 1), broken.text)
                return
            largest = max((tile.length for tile in tiles if tile.free), default=0)
            self._report.pointers["FSE"] += sum(tile.free for tile in tiles)
            window.take(rba, image, tiles, self._known)
            window.anchors += [
                (rba + blocks.FSEAP_SIZE + blocks.RAP_SIZE * anchor, target)
                for anchor in range(raps)
                if (target := blocks.rap(image, anchor))
            ]
        place = (number - store.first) % store.bits
        bit = bool(self._bits[blocks.FSEAP_SIZE + place // 8] & (0x80 >> place % 8))
        if bit != (max(room, largest) >= store.longest):
            self._error("BITMAP", rba, f"BIT OF BLOCK {number} IS {int(bit)}")

    def _bitmap(self, number: int, image: bytes) -> None:
        """The bits of blocks that are not there must be off, the bit of the bitmap itself too."""
        known = min(self._store.data_set.end - number, self._store.bits)
        for place in [0, *self._bits_on(image, known)]:
            if image[blocks.FSEAP_SIZE + place // 8] & (0x80 >> place % 8):
                text = f"BIT OF BLOCK {number + place} IS 1, BLOCK IS NOT IN USE"
                self._error("BITMAP", number * self._store.step, text)

    def _bits_on(self, image: bytes, known: int) -> Iterator[int]:
        """Yield the places from ``known`` on whose byte is not zero."""
        first = blocks.FSEAP_SIZE + known // 8
        if any(image[first:]):
            yield from (place for place in range(known, self._store.bits) if image[blocks.FSEAP_SIZE + place // 8])
