"""Data set FlashCopy: a relationship of extents, there in constant time, however large they are.

The newest relationship counts: tracks that an earlier one, of extents or of the whole volume, had for the same target
tracks are the target's own there from then on. A source track must not itself be waiting to be copied (no cascading),
and a target track must not be one that others still wait for. A complete relationship ends by itself.

Own layout: ``relationships.log`` is a `StateLog` by target and number, ``<target>.<n>.bits`` the bitmap.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from zoslab.dasd.errors import FlashCopyRefused
from zoslab.dasd.extent_copy import ExtentCopy, Run
from zoslab.dasd.owned_tracks import OwnedTracks
from zoslab.dasd.state_log import StateLog

if TYPE_CHECKING:
    from zoslab.dasd.device_table import DeviceTable
from zoslab.dasd.devices import Device


class ExtentRelationships:
    """The relationships of extents between the devices of a disk subsystem."""

    def __init__(self, folder: Path, devices: DeviceTable) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._records = StateLog(folder / "relationships.log")
        self._devices = devices

    def load(self) -> None:
        """Take up the committed relationships, oldest first, and remove bitmaps that no record names."""
        for key, record in sorted(self._records.values.items(), key=lambda one: _number(one[0])):
            target = self._devices[int(key.split(".")[0], 16)]
            runs = tuple(Run(*run) for run in record["runs"])
            copy = ExtentCopy(
                key,
                self._devices[int(record["source"], 16)],
                runs,
                OwnedTracks(self._folder / f"{key}.bits", sum(run.tracks for run in runs)),
                record["background"],
                datetime.fromisoformat(record["established"]),
            )
            target.become_extent_target(copy)
            target.end_complete_extents()
        known = {f"{key}.bits" for key in self._records.values}
        for bitmap in self._folder.glob("*.bits"):
            if bitmap.name not in known:
                bitmap.unlink()

    def establish(self, source: Device, target: Device, runs: Sequence[Run], *, background: bool) -> None:
        """Make the target's tracks a copy of what the source's hold at this instant.

        :raises FlashCopyRefused: see the module's text; nothing has changed.
        """
        with self._devices.exclusive(source, target):
            problem = _problem(source, target, runs)
            if problem:
                raise FlashCopyRefused(
                    f"FlashCopy of extents {source.devno:04X} to {target.devno:04X} refused: {problem}."
                )
            number = 1 + max((_number(key) for key in self._records.values), default=0)
            key = f"{target.devno:04X}.{number}"
            owned = OwnedTracks.none(self._folder / f"{key}.bits", sum(run.tracks for run in runs))
            copy = ExtentCopy(key, source, tuple(runs), owned, background, datetime.now(UTC))
            record = {
                "source": f"{source.devno:04X}",
                "runs": [list(run) for run in runs],
                "background": background,
                "established": copy.established.isoformat(),
            }
            self._records.put(key, record)
            target.become_extent_target(copy)
            target.end_complete_extents()
        if background:
            self._devices.background_wanted.set()

    def copy_step(self, max_tracks: int) -> int:
        """Copy up to ``max_tracks`` tracks for each relationship with background copy; return how many were."""
        return sum(
            self._copy_missing(device, copy, max_tracks)
            for device in self._devices
            for copy in device.extent_copies
            if copy.background
        )

    def _copy_missing(self, target: Device, copy: ExtentCopy, max_tracks: int) -> int:
        for done in range(max_tracks):
            with target.lock:
                if copy not in target.extent_copies:
                    return done
                target.copy_extent_track(copy, copy.owned.first_missing())
        return max_tracks

    def forget(self, copy: ExtentCopy) -> None:
        """End a relationship. The caller holds the target, which does not know it any more."""
        self._records.put(copy.key, None)
        copy.owned.path.unlink()

    def waiting(self) -> list[ExtentCopy]:
        """Return the relationships that still lack tracks."""
        return [copy for device in self._devices for copy in device.extent_copies]

    def close(self) -> None:
        self._records.close()


def _number(key: str) -> int:
    return int(key.split(".")[1])


def _problem(source: Device, target: Device, runs: Sequence[Run]) -> str:
    one, other = source.geometry, target.geometry
    if (one.device, one.track_size) != (other.device, other.track_size):
        return f"a {one.device} cannot be copied to a {other.device}"
    tracks = [(run.source + n, run.target + n) for run in runs for n in range(run.tracks)]
    if any(source.is_waiting_for(track) for track, _ in tracks):
        return "the source is the target of a copy that is not complete: let it complete first"
    if any(target.is_waited_for(track) for _, track in tracks):
        return "the target is itself the source of a copy: let that complete, or withdraw it"
    if {track for track, _ in tracks} & {track for _, track in tracks} and source is target:
        return "source and target are the same tracks"
    return ""
