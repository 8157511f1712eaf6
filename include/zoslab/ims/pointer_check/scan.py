"""First part of a pointer check: every block is read once, in order; what is wrong inside it is reported."""

from __future__ import annotations

from zoslab.ims import block as blocks
from zoslab.ims.database import Database
from zoslab.ims.group import DataSetStore
from zoslab.ims.haldb import HaldbDatabase, Partition
from zoslab.ims.pointer_check import records
from zoslab.ims.pointer_check.report import PointerError, PointerReport
from zoslab.ims.pointer_check.spill import Spill
from zoslab.ims.segment import GROUP_SHIFT, SEPARATED, SegmentType, Stored
from zoslab.ims.store import BrokenPointer


class Scan:
    """Reads the data sets of a database and passes on segments and pointers."""

    def __init__(self, database: Database, report: PointerReport, spill: Spill) -> None:
        self._database, self._report, self._spill = database, report, spill
        self._partitions: dict[int, Partition] = database.partitions if isinstance(database, HaldbDatabase) else {}
        self._sources = [(n, one) for n, one in enumerate(database.secondary.values())]

    def run(self) -> None:
        """Scan every data set."""
        for space, store in self._database.store.data_sets.items():
            self._space, self._store = space, store
            self._report.blocks[store.data_set.ddname] = store.data_set.end
            if space >> 8:
                self._identity(self._partitions[space >> 8])
            for number in range(store.first, store.data_set.end):
                if store.is_bitmap(number):
                    self._bitmap(number)
                else:
                    self._block(number)

    def _error(self, pointer: str, source: int, target: int, text: str, at: int | None = None) -> None:
        block, offset = divmod(source if at is None else at, self._store.step)
        one = self._store.data_set
        self._report.errors.append(PointerError(one.dbd, one.ddname, pointer, source, target, text, block, offset))

    def _identity(self, partition: Partition) -> None:
        found, definition = self._store.stored_identity(), partition.definition
        at = self._store.first * self._store.step
        if found[0] != definition.id:
            self._error("PARTID", at, 0, f"PARTITION ID IS {found[0]}, RECON SAYS {definition.id}")
        if definition.reorg and found[1] != definition.reorg:
            self._error("REORG#", at, 0, f"REORG NUMBER IS {found[1]}, RECON SAYS {definition.reorg}")
        others = {one.data_set.ddname: one.stored_identity()[1] for one in partition.stores}
        if len(set(others.values())) > 1 or not found[1]:
            said = ", ".join(f"{ddname} {number}" for ddname, number in others.items())
            self._error("REORG#", at, 0, f"REORG NUMBER IS {found[1]}, DATA SETS DIFFER: {said}")
        self._reorg = found[1]

    def _bitmap(self, number: int) -> None:
        """The bits of blocks that are not there must be off, the bit of the bitmap itself too."""
        image = self._store.image(number)
        known = min(self._store.data_set.end - number, self._store.bits)
        for place in [0, *range(known, self._store.bits)]:
            byte = image[blocks.FSEAP_SIZE + place // 8]
            if byte and byte & (0x80 >> place % 8):
                self._error(
                    "BITMAP", number * self._store.step, 0, f"BIT OF BLOCK {number + place} IS 1, BLOCK IS NOT IN USE"
                )

    def _block(self, number: int) -> None:
        store = self._store
        image, rba = store.image(number), number * store.step
        if not blocks.is_unused(image):
            if image[2:4] != b"\0\0":
                self._error("FSEAP", rba, 0, "SECOND HALF OF THE FREE SPACE ANCHOR IS NOT ZERO")
            try:
                tiles = list(blocks.tiles(image, store.raps_in(number), store.shape, store.group))
            except blocks.BrokenBlock as broken:
                self._error("BLOCK", rba + min(broken.offset, store.size - 1), 0, broken.text)
                return
            for tile in tiles:
                self._tile(image, rba, tile)
            for anchor in range(store.raps_in(number)):
                self._anchor(image, rba, anchor)
        if store.bit(number) != store.has_room(number):
            self._error("BITMAP", rba, 0, f"BIT OF BLOCK {number} IS {int(store.bit(number))}")

    def _anchor(self, image: bytes, rba: int, anchor: int) -> None:
        target = blocks.rap(image, anchor)
        source = rba + blocks.FSEAP_SIZE + blocks.RAP_SIZE * anchor
        if target:
            self._point(self._database.shape.root, target, "RAP", source)

    def _tile(self, image: bytes, rba: int, tile: blocks.Tile) -> None:
        at = rba + tile.offset
        if tile.kind is None:
            self._report.pointers["FSE"] += tile.free
        elif tile.data_only:
            where = records.place(self._space, rba // self._store.step)
            self._spill.put(where, (records.DATA, at, tile.kind.code))
        else:
            self._report.segments[tile.kind.name] += 1
            self._segment(image, at, tile.kind, tile.offset)

    def _segment(self, image: bytes, at: int, kind: SegmentType, offset: int) -> None:
        raw = image[offset : offset + kind.prefix]
        if raw[1] & ~(SEPARATED if kind.segment.variable else 0):
            self._error("DELETE", at, 0, f"DELETE BYTE IS X'{raw[1]:02X}'")
        try:
            stored = self._database.store.read(self._space << GROUP_SHIFT | at)
        except BrokenPointer:
            target = int.from_bytes(image[offset + kind.prefix : offset + kind.prefix + 4], "big")
            self._error("DATA", at, target, "SEPARATED DATA ARE NOT THERE")
            stored = Stored(self._space << GROUP_SHIFT | at, kind, raw, bytes(kind.segment.length))
        ptf, ptb, pp = (stored.pointer(one) for one in (kind.ptf, kind.ptb, kind.pp))
        where = records.place(self._space, at // self._store.step)
        records.put_segment(self._spill, where, at, kind.code, (ptf, ptb), pp, stored.key, stored.ilk)
        self._pointers(stored, at)
        if kind.ilk:
            self._ilk(stored, at)
        self._expect_entries(stored, at)

    def _pointers(self, stored: Stored, at: int) -> None:
        kind, pp = stored.kind, stored.pointer(stored.kind.pp)
        if stored.pointer(kind.ptf):
            self._point(kind, stored.pointer(kind.ptf), "PTF", at, pp, stored.key)
        if stored.pointer(kind.ptb):
            self._point(kind, stored.pointer(kind.ptb), "PTB", at, pp, stored.key)
        if stored.separated:
            self._point(kind, stored.separated, "DATA", at)
        if kind.parent is not None:
            self._point(kind.parent, pp, "PP", at)
        for child in kind.children:
            first, last = (
                stored.pointer(kind.first_child[child.code]),
                stored.pointer(kind.last_child.get(child.code, 0)),
            )
            if first:
                self._point(child, first, "PCF", at, at)
            if last:
                self._point(child, last, "PCL", at, at)
            if child.code in kind.last_child and bool(first) != bool(last):
                self._error("PCL", at, last, f"PCF IS {first:08X}, PCL IS {last:08X}")

    def _point(
        self, kind: SegmentType, target: int, pointer: str, source: int, parent: int = 0, key: bytes = b""
    ) -> None:
        self._report.pointers[pointer] += 1
        space = self._space >> 8 << 8 | kind.group
        store: DataSetStore = self._database.store.data_sets[space]
        where = records.place(space, target // store.step)
        records.put_pointer(self._spill, where, target, pointer, (self._space, source), kind.code, parent, key)

    # HALDB and indexes -------------------------------------------------------------------------------------------

    def _ilk(self, stored: Stored, at: int) -> None:
        rba, partition, reorg = (int.from_bytes(stored.ilk[a:b], "big") for a, b in ((0, 4), (4, 6), (6, 8)))
        identity = self._space >> 8
        if partition == identity and reorg > self._reorg:
            self._error("ILK", at, 0, f"ILK {stored.ilk.hex().upper()} IS OF A REORGANIZATION NOT YET MADE")
        elif partition == identity and reorg == self._reorg and rba != at:
            self._error("ILK", at, rba, f"ILK {stored.ilk.hex().upper()} IS NOT OF THIS PLACE")
        elif not partition or not reorg:
            self._error("ILK", at, 0, f"ILK {stored.ilk.hex().upper()} HAS NO PARTITION ID OR REORG NUMBER")
        self._spill.put(records.by_ilk(identity, stored.ilk), (stored.ilk, stored.kind.code, self._space, at))
        if stored.kind.parent is None:
            self._right_partition(stored, at)

    def _right_partition(self, root: Stored, at: int) -> None:
        assert isinstance(self._database, HaldbDatabase)
        expected = self._database.partition_of(root.key).definition
        if expected.id != self._space >> 8:
            self._error("KEY", at, 0, f"ROOT BELONGS TO PARTITION {expected.name}")

    def _expect_entries(self, stored: Stored, at: int) -> None:
        for number, index in self._sources:
            if index.keys.source.code != stored.kind.code:
                continue
            key = index.keys.key(stored)
            if key is None:
                continue
            try:
                record = index.record(self._database.store, stored, key)
            except BrokenPointer:
                self._error("XDFLD", at, 0, "TARGET OF THE INDEX IS NOT REACHED FROM ITS SOURCE")
                continue
            where = records.by_key(index.name(), number, key)
            self._spill.put(where, ("SOURCE", key, record, self._space, at))
