"""The disk subsystem: devices with their volumes, FlashCopy between them, transactions, and who wrote what.

State is one folder. A second process is refused it; after a kill the next open completes what had been committed.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType

from zoslab.dasd import commit
from zoslab.dasd.audit import Audit
from zoslab.dasd.background_copy import BackgroundCopy
from zoslab.dasd.device_table import DeviceTable
from zoslab.dasd.devices import Device
from zoslab.dasd.errors import DasdError, NotLabelled
from zoslab.dasd.flashcopy import FlashCopy
from zoslab.dasd.freeze import Freeze
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.journal import Journal
from zoslab.dasd.state_log import StateLog
from zoslab.dasd.volume import Volume
from zoslab.dasd.write_slot import WriteSlot

DEVICES = "devices.log"


class SubsystemInUse(DasdError):
    """Another process has the folder open."""


class DeviceAlreadyDefined(DasdError):
    """There is a device of that number, or the image has another geometry than was said."""


class DuplicateVolser(DasdError):
    """A volume of the same serial is online on another device.

    :ivar devno: the device that was to go online. :ivar online_devno: the device that has the serial.
    """

    def __init__(self, volser: str, devno: int, online_devno: int) -> None:
        super().__init__(
            f"Volume {volser} on device {devno:04X} stays offline: {online_devno:04X} is online with that serial. "
            f"Vary {online_devno:04X} offline first, or relabel one of the two (ICKDSF REFORMAT)."
        )
        self.volser, self.devno, self.online_devno = volser, devno, online_devno


class VolumeNotMounted(DasdError):
    """No device is online with that serial."""


class DiskSubsystem:
    """The devices of one embedded z/OS. All methods may be called from any thread."""

    def __init__(self, folder: str | os.PathLike[str], *, background_copy: bool = True) -> None:
        """Open the subsystem in ``folder``, or start an empty one.

        :param background_copy: False leaves background copy to callers of ``flash.copy_step``.
        :raises SubsystemInUse: another process has it open.
        """
        self.folder = Path(folder).absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock_file = self._claim()
        try:
            self._open(background_copy)
        except BaseException:
            os.close(self._lock_file)
            raise

    def define(self, devno: int, geometry: Geometry, path: str | os.PathLike[str] | None = None) -> Device:
        """Add a device, offline. An image that exists at ``path`` is taken as it is, otherwise one is made.

        :raises DeviceAlreadyDefined: the number is taken, or the image's geometry differs.
        """
        with self._changing:
            if devno in self._table:
                raise DeviceAlreadyDefined(f"Device {devno:04X} is already defined.")
            place = Path(path).absolute() if path is not None else self.folder / "volumes" / f"{devno:04X}.ckd"
            if not place.exists():
                new = place.with_name(place.name + commit.TEMPORARY)
                new.unlink(missing_ok=True)
                CkdImage.create(new, geometry).close()
                new.rename(place)
            device = self._attach(devno, place)
            if device.geometry != geometry:
                device.close()
                raise DeviceAlreadyDefined(f"{place} holds {device.geometry}, not {geometry}.")
            self._table.add(device)
            self._save(device)
            return device

    def device(self, devno: int) -> Device:
        """:raises DeviceNotDefined: there is no such device."""
        return self._table[devno]

    def devices(self) -> list[Device]:
        """Return all devices in order of number."""
        return list(self._table)

    def vary_online(self, devno: int) -> Device:
        """Mount the volume on the device; on a device that is online, take notice of a changed label.

        :raises NotLabelled: the device has no volume label.
        :raises DuplicateVolser: its serial is online elsewhere. The device is offline then.
        """
        with self._changing:
            device = self._table[devno]
            try:
                self._mount(device)
            finally:
                self._save(device)
            return device

    def vary_offline(self, devno: int) -> None:
        with self._changing:
            device = self._table[devno]
            self._unmount(device)
            self._save(device)

    def device_of(self, volser: str) -> Device:
        """:raises VolumeNotMounted: no device is online with that serial."""
        found = self._mounted.get(volser)
        if found is None:
            raise VolumeNotMounted(f"Volume {volser} is not mounted: no device is online with that serial.")
        return found

    def volume(self, volser: str) -> Volume:
        """:raises VolumeNotMounted: no device is online with that serial."""
        return Volume(self.device_of(volser))

    def volumes(self) -> list[Volume]:
        """Return the volumes that are online, in order of device number."""
        return [Volume(device) for device in self._table if device.online]

    def atomic(self) -> AbstractContextManager[None]:
        """All track writes of this thread inside the block happen at its end, whole or (after a kill) not at all."""
        return self._table.journal.atomic()

    def close(self) -> None:
        """Stop background copy, write the counters, let the folder go. Closing again does nothing."""
        if self._lock_file < 0:
            return
        if self._background is not None:
            self._background.stop()
        self.audit.close()
        self._devices.close()
        self.flash.close()
        for device in self._table:
            device.close()
        os.close(self._lock_file)
        self._lock_file = -1

    def __enter__(self) -> DiskSubsystem:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, background_copy: bool) -> None:
        for name in ("volumes", "slots"):
            (self.folder / name).mkdir(exist_ok=True)
        commit.sweep(self.folder)
        self.audit = Audit(self.folder / "audit.log")
        freezes = Freeze(self.folder / "freeze")
        self._table = DeviceTable(self.audit, freezes)
        self._table.journal = Journal(self.folder / "journal", self._table.commit_writes)
        self._changing = threading.RLock()
        self._devices = StateLog(self.folder / DEVICES)
        self._mounted: dict[str, Device] = {}
        serials = self._load_devices()
        self.flash = self._table.flash = FlashCopy(self.folder / "flashcopy", self._table, freezes)
        self._finish_pending()
        self._mount_again(serials)
        self._background = BackgroundCopy(self.flash, self._table.background_wanted) if background_copy else None
        if self._background is not None:
            self._table.background_wanted.set()
            self._background.start()

    def _claim(self) -> int:
        file = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise SubsystemInUse(f"{self.folder} is in use by another process. Stop that one first.") from None
        return file

    def _attach(self, devno: int, path: Path) -> Device:
        image = CkdImage.open(path)
        slot = WriteSlot(self.folder / "slots" / f"{devno:04X}", image.geometry.track_size)
        return Device(devno, image, slot, self._table)

    def _unmount(self, device: Device) -> None:
        if device.volser is not None:
            del self._mounted[device.volser]
            device.volser = None

    def _mount(self, device: Device) -> None:
        self._unmount(device)
        with self._table.exclusive(device):
            serial = device.label()
        if serial is None:
            raise NotLabelled(f"{device} has no volume label. Initialise it first (ICKDSF INIT).")
        other = self._mounted.get(serial)
        if other is not None:
            raise DuplicateVolser(serial, device.devno, other.devno)
        device.volser = serial
        self._mounted[serial] = device
        with suppress(DasdError):
            device.vtoc_extent()

    def _load_devices(self) -> dict[Device, str]:
        """Attach the devices of the table and return the serials of those that were online."""
        serials: dict[Device, str] = {}
        for devno, entry in self._devices.values.items():
            device = self._attach(int(devno, 16), self.folder / entry["path"])
            self._table.add(device)
            if entry["volser"] is not None:
                serials[device] = entry["volser"]
        return serials

    def _save(self, device: Device) -> None:
        self._devices.put(f"{device.devno:04X}", {"path": self._relative(device.image.path), "volser": device.volser})

    def _relative(self, path: Path) -> str:
        """Return a path inside the folder relative to it, so that the folder can be moved."""
        return str(path.relative_to(self.folder)) if path.is_relative_to(self.folder) else str(path)

    def _finish_pending(self) -> None:
        for device in self._table:
            device.finish_pending()
        for writes in self._table.journal.pending():
            self._table.make(writes)

    def _mount_again(self, serials: dict[Device, str]) -> None:
        """Bring devices online as they were; where serials have become duplicates, those that changed stay offline."""
        for device in sorted(serials, key=lambda device: (device.label() != serials[device], device.devno)):
            try:
                self._mount(device)
            except (NotLabelled, DuplicateVolser):
                continue
