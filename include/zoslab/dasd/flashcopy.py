"""FlashCopy: a point-in-time copy that is there at once, because it is a relationship between two devices.

A bitmap of the target says which of its tracks are its own. A track that is not is read from the source; it becomes the
target's own when the target writes it, before the source writes it (copy-on-write), or when background copy gets there.
Each time the content is on the target's image first and the bit set after, so a kill between leaves the source's track
to be read, which is still unchanged. A relationship exists from the write that put its record into the log.

Source of the behaviour: IBM DS8000 Copy Services (FlashCopy full-volume relationship, COPY and NOCOPY, withdraw) and
DFSMSdss FASTREPLICATION. Chosen where the box lets one choose: a target whose copy is not complete cannot be a source,
a source cannot become a target (no cascading), and a complete relationship ends by itself.
After the withdrawal of an incomplete copy the tracks that were never copied are unpredictable on the box; here they
read as binary zeros, that is, as tracks without records.

Own layout: ``relationships.log`` is a `StateLog` by target, ``<target>.<n>.bits`` the bitmap, bit 0 of byte 0 for
track 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoslab.dasd.errors import FlashCopyRefused
from zoslab.dasd.flashcopy_extents import ExtentRelationships
from zoslab.dasd.freeze import DEFAULT_TIMER, Freeze, ThawResult
from zoslab.dasd.owned_tracks import Copy, OwnedTracks
from zoslab.dasd.state_log import StateLog

if TYPE_CHECKING:
    from zoslab.dasd.device_table import DeviceTable
from zoslab.dasd.devices import Device


@dataclass(frozen=True)
class Relationship:
    """One copy as it stands: device numbers, tracks that are the target's own, tracks of the source."""

    source: int
    target: int
    background: bool
    copied: int
    total: int
    established: datetime


class FlashCopy:
    """The relationships between the devices of a disk subsystem."""

    def __init__(self, folder: Path, devices: DeviceTable, freezes: Freeze) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._records = StateLog(folder / "relationships.log")
        self._devices = devices
        self._freezes = freezes
        self.extents = ExtentRelationships(folder / "extents", devices)
        self._load()

    def establish(
        self,
        source_devno: int,
        target_devno: int,
        *,
        background: bool = False,
        freeze: bool = False,
        freeze_timeout_s: float = DEFAULT_TIMER,
    ) -> Relationship:
        """Make the target a copy of what the source holds at this instant; the time does not depend on the size.

        An earlier relationship of the target ends. With ``freeze`` the source takes no writes from the same instant
        until the thaw or ``freeze_timeout_s`` seconds have passed.

        :raises FlashCopyRefused: see the module's text; nothing has changed.
        """
        source, target = self._devices[source_devno], self._devices[target_devno]
        with self._devices.exclusive(source, target):
            self._require_possible(source, target)
            copy = Copy(source, self._new_bitmap(target, source.geometry.tracks), background, datetime.now(UTC))
            old = target.copy
            self._put(target, copy)
            if old is not None:
                old.owned.path.unlink()
            target.end_extents()
            if freeze:
                self._freezes.freeze(source_devno, freeze_timeout_s)
        if background:
            self._devices.background_wanted.set()
        return _describe(target, source, copy)

    def withdraw(self, target_devno: int) -> None:
        """End the relationship. A target that had not all tracks copied is unpredictable afterwards."""
        target, copy, source = self._existing(target_devno)
        with self._devices.exclusive(source, target):
            if target.copy is copy:
                self._put(target, Copy(None, copy.owned, False, copy.established))

    def start_background(self, target_devno: int) -> None:
        """Copy a NOCOPY relationship after all (DFSMSdss FCNOCOPYTOCOPY)."""
        target, copy, source = self._existing(target_devno)
        with self._devices.exclusive(source, target):
            if target.copy is copy:
                self._put(target, Copy(source, copy.owned, True, copy.established))
        self._devices.background_wanted.set()

    def copy_step(self, max_tracks: int) -> int:
        """Copy up to ``max_tracks`` tracks for each relationship with background copy; return how many were."""
        volumes = sum(
            self._copy_missing(device, max_tracks)
            for device in self._devices
            if device.copy is not None and device.copy.background
        )
        return volumes + self.extents.copy_step(max_tracks)

    def relationships(self) -> list[Relationship]:
        """Return the relationships that still lack tracks, in order of target device number."""
        found = []
        for device in self._devices:
            copy = device.copy
            if copy is not None and copy.source is not None:
                found.append(_describe(device, copy.source, copy))
        return found

    def relationship(self, target_devno: int) -> Relationship | None:
        """Return the relationship this device is the target of, None when there is none or it is complete."""
        return next((r for r in self.relationships() if r.target == target_devno), None)

    def freeze(self, devno: int, timeout_s: float = DEFAULT_TIMER) -> None:
        """Hold writes to the device from now until the thaw or the timer; writes under way are finished first."""
        with self._devices.exclusive(self._devices[devno]):
            self._freezes.freeze(devno, timeout_s)

    def thaw(self, devnos: Iterable[int] | None = None) -> ThawResult:
        """End the freeze of these devices or of all (CGCREATED), and say whose timer had run out before."""
        return self._freezes.thaw(devnos)

    def forget_complete(self, target: Device) -> None:
        """End a relationship whose last track has been copied. The caller holds the target."""
        assert target.copy is not None
        owned = target.copy.owned
        self._records.put(_key(target), None)
        target.become_target(None)
        owned.path.unlink()

    def close(self) -> None:
        self._records.close()
        self.extents.close()

    def _copy_missing(self, target: Device, max_tracks: int) -> int:
        done = 0
        while done < max_tracks:
            with target.lock:
                copy = target.copy
                if copy is None or not copy.background:
                    break
                target.copy_from_source(copy.owned.first_missing())
            done += 1
        return done

    def _require_possible(self, source: Device, target: Device) -> None:
        problem = _mismatch(source, target)
        if target.targets:
            others = ", ".join(f"{device.devno:04X}" for device in target.targets)
            problem = f"the target is itself the source of a copy to {others}: let that complete, or withdraw it"
        elif source.copy is not None and source.copy.source is not None:
            first = source.copy.source.devno
            problem = f"the source is the target of a copy from {first:04X} that is not complete: let it complete first"
        elif source.extent_copies:
            problem = "the source is the target of a data set copy that is not complete: let it complete first"
        elif any(device is not target for device in target.extent_targets):
            problem = "the target is itself the source of a data set copy: let that complete first"
        elif self._freezes.holds([target.devno]):
            problem = "the target is frozen: thaw it first"
        if problem:
            raise FlashCopyRefused(f"FlashCopy {source.devno:04X} to {target.devno:04X} refused: {problem}.")

    def _existing(self, target_devno: int) -> tuple[Device, Copy, Device]:
        target = self._devices[target_devno]
        copy = target.copy
        if copy is None or copy.source is None:
            raise FlashCopyRefused(f"Device {target_devno:04X} is not the target of a FlashCopy relationship.")
        return target, copy, copy.source

    def _new_bitmap(self, target: Device, tracks: int) -> OwnedTracks:
        current = target.copy.owned.path if target.copy else None
        number = int(current.name.split(".")[1]) + 1 if current else 0
        return OwnedTracks.none(self._folder / f"{target.devno:04X}.{number}.bits", tracks)

    def _put(self, target: Device, copy: Copy) -> None:
        """Commit the record, then let reads and writes know. The caller holds both devices."""
        record = {
            "source": None if copy.source is None else f"{copy.source.devno:04X}",
            "bitmap": copy.owned.path.name,
            "tracks": copy.owned.tracks,
            "background": copy.background,
            "established": copy.established.isoformat(),
        }
        self._records.put(_key(target), record)
        target.become_target(copy)

    def _load(self) -> None:
        """Take up the committed relationships, end complete ones, remove bitmaps that no record names."""
        for devno, record in sorted(self._records.values.items()):
            target = self._devices[int(devno, 16)]
            target.become_target(self._copy_of(record))
            if target.copy is not None and target.copy.owned.complete:
                self.forget_complete(target)
        named = {device.copy.owned.path for device in self._devices if device.copy is not None}
        for bitmap in self._folder.glob("*.bits"):
            if bitmap not in named:
                bitmap.unlink()
        self.extents.load()

    def _copy_of(self, record: dict[str, Any]) -> Copy:
        source = record["source"]
        return Copy(
            source=None if source is None else self._devices[int(source, 16)],
            owned=OwnedTracks(self._folder / record["bitmap"], record["tracks"]),
            background=record["background"],
            established=datetime.fromisoformat(record["established"]),
        )


def _key(target: Device) -> str:
    return f"{target.devno:04X}"


def _mismatch(source: Device, target: Device) -> str:
    one, other = source.geometry, target.geometry
    if source is target:
        return "source and target are the same device"
    if (one.device, one.heads, one.track_size) != (other.device, other.heads, other.track_size):
        return f"a {one.device} cannot be copied to a {other.device}"
    if other.cylinders < one.cylinders:
        return f"the source has {one.cylinders} cylinders, the target only {other.cylinders}"
    return ""


def _describe(target: Device, source: Device, copy: Copy) -> Relationship:
    return Relationship(
        source.devno, target.devno, copy.background, copy.owned.count, copy.owned.tracks, copy.established
    )
