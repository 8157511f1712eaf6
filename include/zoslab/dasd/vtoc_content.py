"""What the DSCBs of a VTOC say, taken together: names, extents, free space; and the changes that keep them agreeing."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from zoslab import ebcdic
from zoslab.dasd.dscb import (
    DESCRIPTOR_SIZE,
    DOS_BIT,
    FORMAT1,
    FORMAT1_EXTENTS,
    FORMAT2,
    FORMAT3,
    FORMAT3_EXTENTS,
    FORMAT5,
    FORMAT7,
    FORMAT7_VALID,
    FREE,
    INDEX_DISABLED,
    INDEXED,
    INTERRUPTED,
    Format1,
    Format3,
)
from zoslab.dasd.dscbs import DscbTable
from zoslab.dasd.errors import BrokenVtoc, VtocFull
from zoslab.dasd.extent import SHARED_CYLINDER, Descriptor, Extent, gaps, read_descriptor, write_descriptor
from zoslab.dasd.free_space import FreeSpace, format5_chain, format5_count, write_format5
from zoslab.dasd.geometry import Geometry

_NO_POINTER = bytes(5)
_KNOWN = {FORMAT1, FORMAT2, FORMAT3, FORMAT5, FORMAT7}


class VtocContent:
    """A VTOC in memory.

    :ivar names: data set name to the slot of its format-1 DSCB.
    :ivar descriptors: that slot to the data set's extents, all format-3 DSCBs included.
    :ivar free: the tracks nothing holds.
    :ivar broken: why a data set cannot be used, by its slot.
    :ivar fault: why the VTOC must not be changed, None if it is sound.
    """

    def __init__(self, table: DscbTable, geometry: Geometry) -> None:
        self.table, self.geometry = table, geometry
        self.names: dict[str, int] = {}
        self.descriptors: dict[int, tuple[Descriptor, ...]] = {}
        self.chains: dict[int, tuple[int, ...]] = {}
        self.unused: list[int] = []
        self.free = FreeSpace([])
        self.broken: dict[int, BrokenVtoc] = {}
        self.fault: str | None = None
        self.slots_changed = self.names_changed = False

    @classmethod
    def read(cls, table: DscbTable, geometry: Geometry) -> VtocContent:
        """Work out what the table says. What is wrong with it is kept in ``broken`` and ``fault``, not raised."""
        content = cls(table, geometry)
        for slot in range(1, len(table)):
            kind = table.kind(slot)
            if kind == FORMAT1:
                content._take(slot)
            elif kind == FREE:
                content.unused.append(slot)
            elif kind not in _KNOWN:
                content.fault = f"the DSCB at {table.cchhr(slot).hex().upper()} has format {kind:02X}, not supported"
        content._judge()
        return content

    def copy(self) -> VtocContent:
        """Return a copy that can be changed without this one noticing."""
        other = VtocContent(self.table.copy(), self.geometry)
        other.names, other.descriptors = dict(self.names), dict(self.descriptors)
        other.chains, other.unused, other.free = dict(self.chains), list(self.unused), self.free.copy()
        other.broken, other.fault = self.broken, self.fault
        return other

    @property
    def tracks(self) -> int:
        """Tracks the VTOC accounts for (DS4DEVSZ): a copy on a larger device leaves the rest unused."""
        return min(self.table.format4.ds4dscyl * self.geometry.heads, self.geometry.tracks)

    @property
    def indexed(self) -> bool:
        return self.table.format4.ds4vtoci & (INDEXED | INDEX_DISABLED) == INDEXED

    @property
    def changed(self) -> bool:
        """Whether an index built before would no longer fit."""
        return self.free.changed or self.slots_changed or self.names_changed

    def format1(self, slot: int) -> Format1:
        """Return a format-1 DSCB in place."""
        return Format1(self.table.raw(slot))

    def in_use(self) -> Iterator[Extent]:
        """Yield every extent that is not free: track 0, the VTOC, the data sets."""
        yield Extent(0, 0)
        yield self.table.extent
        for descriptors in self.descriptors.values():
            for descriptor in descriptors:
                yield descriptor.extent

    def _take(self, slot: int) -> None:
        name = ebcdic.decode(self.table.raw(slot)[:44])
        self.descriptors[slot], self.chains[slot] = (), ()
        try:
            if name in self.names:
                raise BrokenVtoc(f"two format-1 DSCBs, records {self.names[name]} and {slot} of the VTOC")
            self.names[name] = slot
            self.descriptors[slot], self.chains[slot] = extents_of(self.table, slot, self.geometry)
        except BrokenVtoc as error:
            self.broken[slot] = BrokenVtoc(f"data set {name}: {error}")

    def _judge(self) -> None:
        try:
            for error in self.broken.values():
                raise error
            linked = [slot for chain in self.chains.values() for slot in chain]
            if len(linked) != len(set(linked)):
                raise BrokenVtoc("a format-3 DSCB belongs to two data sets")
            if any(each.kind == SHARED_CYLINDER for found in self.descriptors.values() for each in found):
                raise BrokenVtoc("data sets share cylinders (SPLIT allocation), which is not supported")
            self.free = FreeSpace(gaps(self.in_use(), self.tracks))
        except BrokenVtoc as error:
            self.fault = self.fault or str(error)

    def add(self, format1: Format1, descriptors: tuple[Descriptor, ...]) -> int:
        """Enter a data set; its extents must be free. Returns the slot."""
        slot, *chain = self._new_slots(1 + _links(len(descriptors)))
        for each in descriptors:
            self.free.take(each.extent)
        format1.ds1fmtid = FORMAT1
        self.table.put(slot, format1.raw)
        self.names[format1.ds1dsnam] = slot
        self.chains[slot] = tuple(chain)
        self._describe(slot, descriptors)
        self.names_changed = True
        return slot

    def extend(self, slot: int, more: tuple[Descriptor, ...]) -> None:
        """Give a data set more extents; they must be free."""
        self._require_format3_only(slot)
        descriptors = self.descriptors[slot] + more
        self.chains[slot] += tuple(self._new_slots(_links(len(descriptors)) - len(self.chains[slot])))
        for each in more:
            self.free.take(each.extent)
        self._describe(slot, descriptors)

    def shrink(self, slot: int, descriptors: tuple[Descriptor, ...]) -> None:
        """Leave a data set only ``descriptors``: its first ones, the last of them perhaps cut shorter."""
        self._require_format3_only(slot)
        before, needed = self.descriptors[slot], _links(len(descriptors))
        for link in self.chains[slot][needed:]:
            self.release(link)
        self.chains[slot] = self.chains[slot][:needed]
        self._describe(slot, descriptors)
        for number, each in enumerate(before):
            low = descriptors[number].extent.high + 1 if number < len(descriptors) else each.extent.low
            if low <= each.extent.high:
                self.free.give(Extent(low, each.extent.high))

    def remove(self, slot: int) -> None:
        """Take a data set off the VTOC and free its space."""
        del self.names[self.format1(slot).ds1dsnam]
        for link in (slot, *self.chains.pop(slot)):
            self.release(link)
        for each in self.descriptors.pop(slot):
            self.free.give(each.extent)
        self.names_changed = True

    def rename(self, pairs: dict[str, str]) -> None:
        """Give data sets new names, all at once."""
        moved = {new: self.names.pop(old) for old, new in pairs.items()}
        self.names.update(moved)
        for new, slot in moved.items():
            self.table.raw(slot)[:44] = ebcdic.encode(new, 44)
            self.table.touch(slot)
        self.names_changed = True

    def _require_format3_only(self, slot: int) -> None:
        if any(self.table.kind(link) != FORMAT3 for link in self.chains[slot]):
            raise BrokenVtoc(
                f"{self.format1(slot).ds1dsnam} is an ISAM data set (format-2 DSCB), whose extents are not changed"
            )

    def _describe(self, slot: int, descriptors: tuple[Descriptor, ...]) -> None:
        """Write the extents of a data set into its format-1 DSCB and the format-3 DSCBs chained to it."""
        self.descriptors[slot] = descriptors
        links = (slot, *self.chains[slot])
        places: list[memoryview] = []
        for number, link in enumerate(links):
            raw = self.table.raw(link)
            if number:
                raw[:] = Format3(ds3keyid=b"\x03" * 4, ds3fmtid=FORMAT3).raw
            raw[135:140] = self.table.cchhr(links[number + 1]) if number + 1 < len(links) else _NO_POINTER
            offsets = FORMAT3_EXTENTS if number else FORMAT1_EXTENTS
            places += [raw[at : at + DESCRIPTOR_SIZE] for at in offsets]
            self.table.touch(link)
        for number, place in enumerate(places):
            used = number < len(descriptors)
            place[:] = write_descriptor(descriptors[number], self.geometry) if used else bytes(DESCRIPTOR_SIZE)
        self.format1(slot).ds1noepv = sum(each.is_data for each in descriptors)

    def _new_slots(self, count: int) -> list[int]:
        if count <= 0:
            return []
        if len(self.unused) < count:
            raise VtocFull(
                "IEF257I VTOC",
                f"the VTOC is full: {len(self.unused)} of its {len(self.table)} DSCBs are unused, {count} are needed;"
                " enlarge it (ICKDSF REFORMAT EXTVTOC) or scratch data sets",
            )
        self.slots_changed = True
        return [heapq.heappop(self.unused) for _ in range(count)]

    def release(self, slot: int) -> None:
        """Make a DSCB unused."""
        self.table.clear(slot)
        heapq.heappush(self.unused, slot)
        self.slots_changed = True

    def settle(self) -> None:
        """Bring the format-4 and, without index, the format-5 DSCBs up to date with what was changed."""
        if self.indexed:
            return
        if self.free.changed:
            self.write_free_space()
        if self.slots_changed:
            format4 = self.table.format4
            last = max(self.names.values(), default=0)
            format4.ds4hpchr = self.table.cchhr(last) if last else _NO_POINTER
            format4.ds4dsrec = min(len(self.unused), 0xFFFF)
            self.table.touch(0)

    def write_free_space(self) -> None:
        """Record the free space in format-5 DSCBs, taking or releasing some as needed.

        :raises BrokenVtoc: the volume records it in format-7 DSCBs, or its format-5 chain is broken.
        """
        if self.table.format4.ds4vtoci & FORMAT7_VALID:
            raise BrokenVtoc("free space is in format-7 DSCBs, which are not supported; build a VTOC index")
        chain = format5_chain(self.table)
        needed = format5_count(self.free.runs)
        for slot in chain[needed:]:
            self.release(slot)
        chain = chain[:needed] + self._new_slots(needed - len(chain))
        write_format5(self.table, chain, self.free.runs, self.geometry.heads)
        self.table.format4.ds4vtoci &= ~(DOS_BIT | INTERRUPTED) & 0xFF
        self.table.touch(0)


def _links(extents: int) -> int:
    """Return how many format-3 DSCBs a data set of so many extents has."""
    return -(-max(0, extents - len(FORMAT1_EXTENTS)) // len(FORMAT3_EXTENTS))


def extents_of(table: DscbTable, slot: int, geometry: Geometry) -> tuple[tuple[Descriptor, ...], tuple[int, ...]]:
    """Return the extents of the data set in ``slot`` and the slots of its format-3 (and format-2) DSCBs.

    :raises BrokenVtoc: the chain is broken or an extent is not on the volume.
    """
    raw = table.raw(slot)
    found = [read_descriptor(raw[at : at + DESCRIPTOR_SIZE], geometry) for at in FORMAT1_EXTENTS]
    chain: list[int] = []
    pointer = bytes(raw[135:140])
    while pointer != _NO_POINTER:
        link = table.slot(pointer)
        if link is None or link in chain or table.kind(link) not in (FORMAT2, FORMAT3):
            raise BrokenVtoc(f"DSCB {len(chain) + 1} of its chain, at {pointer.hex().upper()}, is not a format-3 DSCB")
        raw = table.raw(link)
        if table.kind(link) == FORMAT3:
            found += [read_descriptor(raw[at : at + DESCRIPTOR_SIZE], geometry) for at in FORMAT3_EXTENTS]
        chain.append(link)
        pointer = bytes(raw[135:140])
    descriptors = tuple(each for each in found if each is not None)
    count, counted = sum(each.is_data for each in descriptors), Format1(table.raw(slot)).ds1noepv
    if count != counted:
        raise BrokenVtoc(f"DS1NOEPV says {counted} extents, {count} are described")
    return descriptors, tuple(chain)
