"""Which tracks of a FlashCopy target are its own: a bit each, in a mapped file, so that a bit once set stays set.

Own layout: bit 0 of byte 0 stands for track 0.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoslab.dasd.devices import Device


class OwnedTracks:
    """The bitmap of one target; tracks behind those of the source are the target's own from the start."""

    def __init__(self, path: Path, tracks: int) -> None:
        """:raises OSError: there is no such bitmap."""
        self.path = path
        self.tracks = tracks
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), _size(tracks))
        self.count = int.from_bytes(self._map[:], "big").bit_count()
        self._full_bytes = 0

    @classmethod
    def none(cls, path: Path, tracks: int) -> OwnedTracks:
        """Make a bitmap of no tracks; what is at ``path`` from a killed process is replaced."""
        path.unlink(missing_ok=True)
        with open(path, "xb") as file:
            file.write(bytes(_size(tracks)))  # a full disk must show here, not as SIGBUS in the mapping
        return cls(path, tracks)

    def __contains__(self, track: int) -> bool:
        return track >= self.tracks or bool(self._map[track >> 3] & (0x80 >> (track & 7)))

    def add(self, track: int) -> None:
        if track not in self:
            self._map[track >> 3] |= 0x80 >> (track & 7)
            self.count += 1

    @property
    def complete(self) -> bool:
        return self.count == self.tracks

    def first_missing(self) -> int:
        """Return the lowest track that is not owned; not to be asked when complete."""
        while self._map[self._full_bytes] == 0xFF:
            self._full_bytes += 1
        return self._full_bytes * 8 + 8 - (~self._map[self._full_bytes] & 0xFF).bit_length()


@dataclass
class Copy:
    """A relationship as its target holds it. ``source`` is None after the withdrawal of an incomplete copy."""

    source: Device | None
    owned: OwnedTracks
    background: bool
    established: datetime


def _size(tracks: int) -> int:
    return (tracks + 7) // 8
