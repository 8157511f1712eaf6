"""The volume table of contents: which data sets are on a volume, and where.

Readers work on a copy in memory that is checked against the device's change counter, so a change made through another
object, or by a FlashCopy onto the device, is seen. Changes are made in batches: on a second copy, which is written
track by track when the batch ends, together with the index built once; a batch that fails leaves nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from zoslab.dasd import vtocix
from zoslab.dasd.dscb import Format1, Format4
from zoslab.dasd.dscbs import DscbTable
from zoslab.dasd.errors import BrokenVtoc, DataSetNotOnVolume, DuplicateDataSet
from zoslab.dasd.extent import CYLINDER_BOUNDARY, DATA, Descriptor, Extent
from zoslab.dasd.image import Device, atomic, enqueued, version_of
from zoslab.dasd.vtoc_content import VtocContent


@dataclass(frozen=True, slots=True)
class VtocEntry:
    """A data set on one volume: a copy of its format-1 DSCB, its data extents, the address (CCHHR) of the DSCB."""

    dsname: str
    dscb: Format1
    extents: tuple[Extent, ...]
    cchhr: bytes

    @property
    def tracks(self) -> int:
        """Tracks allocated."""
        return sum(extent.tracks for extent in self.extents)


class _Shared:
    """What all Vtoc objects of a device share: the enqueue on the VTOC and the copies in memory."""

    def __init__(self) -> None:
        self.enqueue = threading.RLock()
        self.read: tuple[Hashable, VtocContent] | None = None
        self.batch: tuple[int, VtocContent] | None = None


_SHARED: WeakKeyDictionary[Device, _Shared] = WeakKeyDictionary()
_SHARED_GUARD = threading.Lock()


class Vtoc:
    """The VTOC of the volume on a device, with its index if it has one."""

    def __init__(self, device: Device) -> None:
        self._device = device
        with _SHARED_GUARD:
            self._shared = _SHARED.setdefault(device, _Shared())

    def find(self, dsname: str) -> VtocEntry | None:
        """Return the entry of a data set, None if the volume does not have it.

        :raises BrokenVtoc: its extents cannot be made out.
        """
        content = self.content()
        slot = content.names.get(dsname)
        return None if slot is None else _entry(content, slot, dsname)

    def require(self, dsname: str) -> VtocEntry:
        """Return the entry of a data set that has to be there.

        :raises DataSetNotOnVolume: it is not.
        """
        entry = self.find(dsname)
        if entry is None:
            raise DataSetNotOnVolume(f"data set {dsname} is not in the VTOC of the volume")
        return entry

    def names(self) -> list[str]:
        """Return the names of all data sets, ascending."""
        return sorted(self.content().names)

    def entries(self) -> Iterator[VtocEntry]:
        """Yield the data sets in the order of their DSCBs.

        :raises BrokenVtoc: on reaching one whose extents cannot be made out.
        """
        content = self.content()
        for dsname, slot in sorted(content.names.items(), key=lambda pair: pair[1]):
            yield _entry(content, slot, dsname)

    @property
    def format4(self) -> Format4:
        """A copy of the VTOC's own DSCB."""
        return Format4.of(bytes(self.content().table.raw(0)))

    @property
    def extent(self) -> Extent:
        """The tracks of the VTOC."""
        return self.content().table.extent

    @property
    def free_space(self) -> tuple[Extent, ...]:
        """Runs of free tracks, ascending."""
        return tuple(self.content().free.runs)

    @property
    def unused_dscbs(self) -> int:
        return len(self.content().unused)

    @property
    def indexed(self) -> bool:
        return self.content().indexed

    @property
    def fault(self) -> str | None:
        """Why the VTOC cannot be changed, None if it can."""
        return self.content().fault

    def add(self, dscb: Format1, extents: tuple[Extent, ...], *, cylinders: bool = False) -> VtocEntry:
        """Enter a data set; its extents must be free.

        :param cylinders: the extents start and end with cylinders because they were asked for so.
        :raises DuplicateDataSet: the name is taken.
        :raises VtocFull: no DSCB is left.
        """
        with self.batch() as content:
            self.require_new(dscb.ds1dsnam)
            slot = content.add(dscb, _describe(extents, 0, cylinders))
            return _entry(content, slot, dscb.ds1dsnam)

    def require_new(self, dsname: str) -> None:
        """Refuse a name that is taken.

        :raises DuplicateDataSet: it is.
        """
        if dsname in self.content().names:
            raise DuplicateDataSet(f"data set {dsname} is already on the volume")

    def extend(self, dsname: str, extents: tuple[Extent, ...], *, cylinders: bool = False) -> VtocEntry:
        """Give a data set further extents; they must be free."""
        with self.batch() as content:
            slot = _slot(content, dsname)
            content.extend(slot, _describe(extents, len(content.descriptors[slot]), cylinders))
            return _entry(content, slot, dsname)

    def shrink(self, dsname: str, tracks: int) -> VtocEntry:
        """Free what a data set has behind its first ``tracks`` tracks."""
        with self.batch() as content:
            slot = _slot(content, dsname)
            content.shrink(slot, tuple(_first(content.descriptors[slot], tracks)))
            return _entry(content, slot, dsname)

    def replace(self, dsname: str, dscb: Format1) -> VtocEntry:
        """Replace what the DSCB says of a data set, except its name, extents and chain."""
        with self.batch() as content:
            slot = _slot(content, dsname)
            raw = content.table.raw(slot)
            if (raw[45:59], raw[60:105]) != (dscb.raw[45:59], dscb.raw[60:105]):
                raw[45:59], raw[60:105] = dscb.raw[45:59], dscb.raw[60:105]
                content.table.touch(slot)
            return _entry(content, slot, dsname)

    def update(self, dsname: str, **fields: Any) -> VtocEntry:
        """Set fields of the format-1 DSCB by their names in ``Format1``."""
        with self.batch():
            dscb = self.require(dsname).dscb
            for name, value in fields.items():
                setattr(dscb, name, value)
            return self.replace(dsname, dscb)

    def remove(self, dsname: str) -> None:
        """Take a data set off the volume and free its space."""
        with self.batch() as content:
            content.remove(_slot(content, dsname))

    def rename(self, old: str, new: str) -> None:
        """Rename a data set."""
        self.rename_all({old: new})

    def rename_all(self, pairs: Mapping[str, str]) -> None:
        """Rename data sets all at once, so that names may change places.

        :raises DataSetNotOnVolume: an old name is not on the volume.
        :raises DuplicateDataSet: afterwards two would have the same name.
        """
        with self.batch() as content:
            for old in pairs:
                _slot(content, old)
            wanted = {old: new for old, new in pairs.items() if old != new}
            taken: set[str] = set()
            for new in wanted.values():
                if new in taken or (new in content.names and new not in wanted):
                    raise DuplicateDataSet(f"data set {new} is already on the volume")
                taken.add(new)
            if content.indexed and any(_is_index(old) != _is_index(new) for old, new in wanted.items()):
                raise DuplicateDataSet("only the VTOC index can have a name that starts with SYS1.VTOCIX, and must")
            if wanted:
                content.rename(wanted)

    @contextmanager
    def batch(self) -> Iterator[VtocContent]:
        """Collect changes: when the outermost batch ends each changed track is written once and the index built once.

        Other threads wait. Inside, this object and others of the same device show the changes to this thread. An
        exception that leaves the outermost batch drops all of them.

        :raises BrokenVtoc: the VTOC is damaged and must not be changed.
        """
        mine = self._mine()
        if mine is not None:
            yield mine
            return
        with atomic(self._device), enqueued(self._device, self._shared.enqueue):
            content = self.content().copy()
            if content.fault is not None:
                raise BrokenVtoc(f"the VTOC is damaged and is not changed: {content.fault}")
            self._shared.batch = threading.get_ident(), content
            try:
                yield content
                self._write(content)
            finally:
                self._shared.batch = None

    def content(self) -> VtocContent:
        """Return the VTOC as it is now; not to be changed by the caller."""
        mine = self._mine()
        if mine is not None:
            return mine
        version = version_of(self._device)
        known = self._shared.read
        if known is not None and known[0] == version:
            return known[1]
        if known is not None and known[1].table.is_on(self._device):
            content = known[1]
        else:
            content = VtocContent.read(DscbTable.load(self._device), self._device.geometry)
        self._shared.read = version, content
        return content

    def _mine(self) -> VtocContent | None:
        """Return the content this thread is changing."""
        batch = self._shared.batch
        return batch[1] if batch is not None and batch[0] == threading.get_ident() else None

    def _write(self, content: VtocContent) -> None:
        content.settle()
        index = vtocix.rebuild(content) if content.indexed and content.changed else {}
        for number, image in index.items():
            if self._device.read_track(number) != image:
                self._device.write_track(number, image)
        content.table.write(self._device)
        self._shared.read = object(), content


def _slot(content: VtocContent, dsname: str) -> int:
    try:
        return content.names[dsname]
    except KeyError:
        raise DataSetNotOnVolume(f"data set {dsname} is not in the VTOC of the volume") from None


def _is_index(dsname: str) -> bool:
    return dsname.startswith(vtocix.NAME_PREFIX)


def _entry(content: VtocContent, slot: int, dsname: str) -> VtocEntry:
    if slot in content.broken:
        raise content.broken[slot]
    extents = tuple(each.extent for each in content.descriptors[slot] if each.is_data)
    return VtocEntry(dsname, Format1.of(bytes(content.table.raw(slot))), extents, content.table.cchhr(slot))


def _describe(extents: tuple[Extent, ...], first: int, cylinders: bool) -> tuple[Descriptor, ...]:
    kind = CYLINDER_BOUNDARY if cylinders else DATA
    return tuple(Descriptor(kind, number, extent) for number, extent in enumerate(extents, first))


def _first(descriptors: tuple[Descriptor, ...], tracks: int) -> Iterator[Descriptor]:
    """Yield the descriptors that hold the first ``tracks`` data tracks."""
    for each in descriptors:
        if each.is_data and tracks <= 0:
            continue
        low, high = each.extent
        if each.is_data:
            high = min(high, low + tracks - 1)
            tracks -= high - low + 1
        yield Descriptor(each.kind, each.sequence, Extent(low, high))
