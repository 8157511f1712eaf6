"""The devices of the disk subsystem: an image each, held one thread at a time, with copy-on-write beneath every write.

A thread that holds several devices takes them in order of device number. A write holds its device and the targets of
copies of it, so that what they still lack can be copied first. Frozen devices are waited for holding nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from zoslab.dasd import audit, dscbs, track
from zoslab.dasd.errors import DasdError, TrackOverflow
from zoslab.dasd.extent import Extent
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.journal import Lock
from zoslab.dasd.label import serial_on
from zoslab.dasd.write_slot import WriteSlot

if TYPE_CHECKING:
    from zoslab.dasd.device_table import DeviceTable
    from zoslab.dasd.extent_copy import ExtentCopy
    from zoslab.dasd.owned_tracks import Copy


class DeviceNotDefined(DasdError):
    """The subsystem has no device of that number."""


class Device:
    """One device. ``copy`` is the FlashCopy relationship it is the target of, ``targets`` the copies made of it.

    ``extent_copies`` are the relationships of extents that it is the target of, the newest first; ``extent_targets``
    are the devices that have some of its extents.
    """

    def __init__(self, devno: int, image: CkdImage, slot: WriteSlot, table: DeviceTable) -> None:
        self.devno = devno
        self.image = image
        self.lock = threading.Lock()
        self.copy: Copy | None = None
        self.targets: tuple[Device, ...] = ()
        self.extent_copies: tuple[ExtentCopy, ...] = ()
        self.extent_targets: tuple[Device, ...] = ()
        self.volser: str | None = None
        self._slot = slot
        self._table = table
        self._changes = 0
        self._label: str | None = None
        self._label_known = False
        self._vtoc: Extent | None = None

    @property
    def geometry(self) -> Geometry:
        return self.image.geometry

    @property
    def online(self) -> bool:
        """Whether a volume is mounted; its serial is then in ``volser``, as in the UCB."""
        return self.volser is not None

    @property
    def version(self) -> Hashable:
        """Changes with every change of any track, as this thread sees them."""
        return self._changes, self._table.journal.version()

    def atomic(self) -> AbstractContextManager[None]:
        return self._table.journal.atomic()

    def enqueued(self, lock: Lock) -> AbstractContextManager[None]:
        """Hold a lock until what is written under it is there for all to read; see `Journal.enqueued`."""
        return self._table.journal.enqueued(lock)

    def read_track(self, number: int, /) -> bytes:
        """Return the whole image of a track, with this thread's writes inside ``atomic``."""
        held = self._table.journal.held(self.devno, number)
        if held is not None:
            return held
        with self.lock:
            return self.content(number)

    def write_track(self, number: int, image: bytes, /) -> None:
        """Replace a track. Waits while the device is frozen.

        :raises TrackOverflow: there is no such track, or the image is longer than a track.
        """
        self.geometry.cchh(number)
        size = self.geometry.track_size
        if len(image) > size:
            raise TrackOverflow(f"{self} track {number}: an image of {len(image)} bytes, a track has {size}")
        whole = bytes(image).ljust(size, b"\0")
        if self._table.journal.hold(self.devno, number, whole):
            return
        with self._table.writing(self):
            volser = self.label()
            self.preserve(number)
            self.replace(number, whole)
        self._table.audit.record(self.devno, volser, audit.writer.get())

    def label(self) -> str | None:
        """Return the serial in the volume label as it is on the track, None without one. The device is held."""
        if not self._label_known:
            copy = self.copy
            shared = copy.source if copy is not None and 0 not in copy.owned else None
            self._label = shared.label() if shared is not None else serial_on(self.content(0))
            self._label_known = True
        return self._label

    def vtoc_extent(self) -> Extent:
        """Return where the VTOC is; as in the UCB, it is known from the mount on and needs no I/O.

        :raises NotLabelled: there is no label. :raises BrokenVtoc: it points to no VTOC.
        """
        with self.lock:
            if self._vtoc is None:
                self._vtoc = dscbs.vtoc_extent(_Held(self))
            return self._vtoc

    def content(self, number: int) -> bytes:
        """Return a track as a reader has to see it. This device or a target that lacks the track is held."""
        for extents in self.extent_copies:
            place = extents.lacks(number)
            if place is not None:
                image = extents.source.content(extents.source_track(place))
                return track.moved(image, *self.geometry.cchh(number))
        copy = self.copy
        if copy is None or number in copy.owned:
            return self.image.read_track(number)
        if copy.source is not None:
            return copy.source.content(number)
        return track.empty(*self.geometry.cchh(number)).ljust(self.geometry.track_size, b"\0")

    def preserve(self, number: int) -> None:
        """Copy a track that is about to change to the targets that lack it. This device and they are held."""
        for target in self.targets:
            target.copy_from_source(number)
        for target in self.extent_targets:
            for extents in target.extent_copies:
                place = extents.depends_on(number) if extents.source is self else None
                if place is not None:
                    target.copy_extent_track(extents, place)

    def replace(self, number: int, image: bytes) -> None:
        """Write a track so that a kill leaves the old content or the new. The device is held."""
        self._slot.mark(number, image)
        self.overwrite(number, image)
        self._slot.clear()

    def overwrite(self, number: int, image: bytes) -> None:
        """Write a track that is written again should the process be killed meanwhile. The device is held."""
        self.image.write_track(number, image)
        self._changed(number)
        if self._vtoc is not None and number == self._vtoc.low:
            self._vtoc = dscbs.extent_on(image, self.geometry)
        self._own(number)

    def copy_from_source(self, number: int) -> None:
        """Make a track the target's own as the source has it, if it is not. The device is held."""
        copy = self.copy
        if copy is None or copy.source is None or number in copy.owned:
            return
        image = copy.source.content(number)
        if image != self.image.read_track(number):
            self.image.write_track(number, image)
            self._table.audit.record(self.devno, self.label(), audit.FLASHCOPY)
        self._own(number)

    def copy_extent_track(self, extents: ExtentCopy, place: int) -> None:
        """Make a track of a copy of extents the target's own as the source has it. The device is held."""
        number = extents.target_track(place)
        self.image.write_track(number, self.content(number))
        self._table.audit.record(self.devno, self.label(), audit.FLASHCOPY)
        self._own(number)

    def become_extent_target(self, extents: ExtentCopy) -> None:
        """Take up a relationship of extents: what earlier ones lack of its tracks is not theirs any more."""
        numbers = [run.target + n for run in extents.runs for n in range(run.tracks)]
        for number in numbers:
            self._own(number)
        self._table.link_extents(self, (extents, *self.extent_copies))
        self._changed(0)

    def end_extents(self) -> None:
        """End all relationships of extents that this device is the target of. The device is held."""
        ended = self.extent_copies
        self._table.link_extents(self, ())
        for extents in ended:
            self._table.flash.extents.forget(extents)

    def end_complete_extents(self) -> None:
        """End those of them that lack nothing."""
        complete = [extents for extents in self.extent_copies if extents.owned.complete]
        if complete:
            self._table.link_extents(self, tuple(one for one in self.extent_copies if one not in complete))
            for extents in complete:
                self._table.flash.extents.forget(extents)

    def is_waiting_for(self, number: int) -> bool:
        """Whether a track is still to be read from another device. The device is held."""
        lacking = self.copy is not None and number not in self.copy.owned
        return lacking or any(extents.lacks(number) is not None for extents in self.extent_copies)

    def is_waited_for(self, number: int) -> bool:
        """Whether a copy still reads a track from this device. The device is held."""
        whole = any(target.copy is not None and number not in target.copy.owned for target in self.targets)
        return whole or any(
            extents.source is self and extents.depends_on(number) is not None
            for target in self.extent_targets
            for extents in target.extent_copies
        )

    def become_target(self, copy: Copy | None) -> None:
        """Take up, change or (None) end the relationship this device is the target of."""
        self._table.link(self, copy)
        self._changed(0)

    def finish_pending(self) -> None:
        """Write the track again that a killed process was writing."""
        pending = self._slot.pending()
        if pending is not None:
            self.image.write_track(*pending)
            self._slot.clear()

    def close(self) -> None:
        self.image.close()
        self._slot.close()

    def _changed(self, number: int) -> None:
        self._changes += 1
        if number == 0:
            self._label_known = False
            self._vtoc = None

    def _own(self, number: int) -> None:
        for extents in self.extent_copies:
            place = extents.covers(number)
            if place is not None:
                extents.owned.add(place)
                if extents.owned.complete:
                    self.end_complete_extents()
        if self.copy is not None:
            self.copy.owned.add(number)
            if self.copy.owned.complete:
                self._table.flash.forget_complete(self)

    def __str__(self) -> str:
        return f"device {self.devno:04X}"


class _Held:
    """A device that is held, to be read by what reads devices."""

    def __init__(self, device: Device) -> None:
        self.geometry = device.geometry
        self.read_track = device.content
        self.write_track = device.replace
