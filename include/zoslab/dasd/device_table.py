"""The devices by number: who may hold which of them when, and what is written to several of them at once."""

from __future__ import annotations

import bisect
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zoslab.dasd import audit
from zoslab.dasd.audit import Audit
from zoslab.dasd.devices import Device, DeviceNotDefined
from zoslab.dasd.freeze import Freeze
from zoslab.dasd.journal import Journal, Writes

if TYPE_CHECKING:
    from zoslab.dasd.extent_copy import ExtentCopy
    from zoslab.dasd.flashcopy import FlashCopy
    from zoslab.dasd.owned_tracks import Copy


class DeviceTable:
    """The devices by number, and who may do what to them when."""

    flash: FlashCopy

    def __init__(self, audit: Audit, freezes: Freeze) -> None:
        self.audit = audit
        self.journal: Journal
        self.background_wanted = threading.Event()
        self._freezes = freezes
        self._devices: dict[int, Device] = {}
        self._ordered: list[Device] = []
        self._linking = threading.Lock()

    def add(self, device: Device) -> None:
        self._devices[device.devno] = device
        bisect.insort(self._ordered, device, key=lambda known: known.devno)

    def __getitem__(self, devno: int) -> Device:
        try:
            return self._devices[devno]
        except KeyError:
            raise DeviceNotDefined(f"Device {devno:04X} is not defined. Define it first.") from None

    def __contains__(self, devno: int) -> bool:
        return devno in self._devices

    def __iter__(self) -> Iterator[Device]:
        return iter(list(self._ordered))

    def link(self, target: Device, copy: Copy | None) -> None:
        """Enter a relationship at both ends. The target is held; so is a source that gains it."""
        with self._linking:
            before = target.copy.source if target.copy is not None else None
            after = copy.source if copy is not None else None
            if before is not None:
                before.targets = tuple(device for device in before.targets if device is not target)
            target.copy = copy
            if after is not None:
                after.targets = (*after.targets, target)

    def link_extents(self, target: Device, copies: tuple[ExtentCopy, ...]) -> None:
        """Enter the relationships of extents of a target at both ends. The target is held."""
        with self._linking:
            before = {extents.source for extents in target.extent_copies}
            after = {extents.source for extents in copies}
            target.extent_copies = copies
            for source in before - after:
                source.extent_targets = tuple(device for device in source.extent_targets if device is not target)
            for source in after - before:
                source.extent_targets = (*source.extent_targets, target)

    @contextmanager
    def exclusive(self, *devices: Device) -> Iterator[None]:
        """Hold the devices, so that nothing is being read, written or copied on them."""
        held = sorted(set(devices), key=lambda device: device.devno)
        _take(held)
        try:
            yield
        finally:
            _release(held)

    @contextmanager
    def writing(self, *devices: Device) -> Iterator[None]:
        """Hold the devices and the targets of copies of them, none of the devices being frozen."""
        self.journal.require_usable()
        devnos = [device.devno for device in devices]
        while True:
            wanted = set(devices).union(*(_dependent(device) for device in devices))
            held = sorted(wanted, key=lambda device: device.devno)
            _take(held)
            new_target = any(target not in wanted for device in devices for target in _dependent(device))
            if not new_target and not self._freezes.holds(devnos):
                break
            _release(held)
            self._freezes.wait(devnos)
        try:
            yield
        finally:
            _release(held)

    def commit_writes(self, writes: Writes) -> None:
        """Carry out what a transaction wrote: all of it, or, if the process is killed first, none."""
        devices = [self[devno] for devno in sorted({devno for devno, _ in writes})]
        if len(writes) == 1:
            [((_, number), image)] = writes.items()
            devices[0].write_track(number, image)
            return
        who = audit.writer.get()
        with self.writing(*devices):
            volsers = {device.devno: device.label() for device in devices}
            with self.journal.logged(writes):
                self.make(writes)
        for device in devices:
            tracks = sum(1 for devno, _ in writes if devno == device.devno)
            self.audit.record(device.devno, volsers[device.devno], who, tracks)

    def make(self, writes: Writes) -> None:
        """Write the tracks of a committed transaction; doing so again changes nothing. The devices are held."""
        for (devno, number), image in writes.items():
            device = self[devno]
            device.preserve(number)
            device.overwrite(number, image)


def _dependent(device: Device) -> tuple[Device, ...]:
    """Return the devices that have copies of a device's tracks."""
    return device.targets + device.extent_targets


def _take(devices: list[Device]) -> None:
    for device in devices:
        device.lock.acquire()


def _release(devices: list[Device]) -> None:
    for device in reversed(devices):
        device.lock.release()
