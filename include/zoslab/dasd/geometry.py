"""Device types and track arithmetic: how many records the real device would take on a track.

Sources: the capacity formulas of the devices' reference manuals. Those of the 3390 reproduce every count met on
real volumes (50 DSCBs, 45 directory blocks, 49 blocks of 512); the others the DS4DEVDT and DS4DEVDB of each type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from zoslab.dasd.errors import DasdError, TrackOverflow

DSCB_KEY, DSCB_DATA = 44, 96
DIRECTORY_KEY, DIRECTORY_DATA = 8, 256
MAX_CYLINDERS = 65520


def _round_up(value: int, unit: int) -> int:
    return -(-value // unit) * unit


def _gap_formula(key_gap: int, record_gap: int) -> Callable[[int, int], int]:
    """3330, 3350: each record costs its bytes and fixed gaps."""
    return lambda key, data: key + data + record_gap + (key_gap if key else 0)


def _segment_formula(key_gap: int, record_gap: int) -> Callable[[int, int], int]:
    """3375, 3380: key and data areas are each rounded up to segments of 32 bytes."""
    return lambda key, data: _round_up(data + record_gap, 32) + (_round_up(key + key_gap, 32) if key else 0)


def _cell_formula(key: int, data: int) -> int:
    """3390: cells of 34 bytes, with 6 bytes of overhead for each 232 bytes of an area."""

    def area(length: int) -> int:
        return 9 * 34 + _round_up(length + 6 * -(-(length + 6) // 232) + 6, 34)

    return 10 * 34 + area(data) + (area(key) if key else 0)


@dataclass(frozen=True, slots=True)
class DeviceType:
    """What all devices of a type share. ``track_length`` is DS4DEVTK, ``track_size`` the bytes of a track image.

    ``overhead`` holds DS4DEVI, DS4DEVL, DS4DEVK, DS4DEVFG (one byte each) and DS4DEVTL (two).
    """

    name: str
    code: int
    heads: int
    track_size: int
    track_length: int
    largest_block: int
    overhead: bytes
    cost: Callable[[int, int], int]


DEVICE_TYPES: dict[str, DeviceType] = {
    kind.name: kind
    for kind in (
        DeviceType("3330", 0x30, 19, 13312, 13165, 13030, bytes.fromhex("bfbf38010200"), _gap_formula(56, 135)),
        DeviceType("3350", 0x50, 30, 19456, 19254, 19069, bytes.fromhex("0b0b52010200"), _gap_formula(82, 185)),
        DeviceType("3375", 0x75, 12, 35840, 36000, 35616, bytes.fromhex("000000300000"), _segment_formula(160, 384)),
        DeviceType("3380", 0x80, 15, 47616, 47968, 47476, bytes.fromhex("000000300000"), _segment_formula(236, 492)),
        DeviceType("3390", 0x90, 15, 56832, 58786, 56664, bytes.fromhex("000000300000"), _cell_formula),
    )
}


@lru_cache(maxsize=4096)
def _cost(device: str, key_length: int, data_length: int) -> int:
    return DEVICE_TYPES[device].cost(key_length, data_length)


@dataclass(frozen=True)
class Geometry:
    """One device: its type (a key of ``DEVICE_TYPES``) and its number of cylinders."""

    device: str
    cylinders: int

    def __post_init__(self) -> None:
        if self.device not in DEVICE_TYPES:
            raise DasdError(f"device type {self.device} is not supported; known are {', '.join(DEVICE_TYPES)}")
        if not 1 <= self.cylinders <= MAX_CYLINDERS:
            raise DasdError(
                f"a volume of {self.cylinders} cylinders is not supported: 1 to {MAX_CYLINDERS} are"
                " (extended address volumes are not)"
            )

    @property
    def type(self) -> DeviceType:
        return DEVICE_TYPES[self.device]

    @property
    def heads(self) -> int:
        """Tracks per cylinder."""
        return self.type.heads

    @property
    def track_size(self) -> int:
        """Bytes of one track image in the file."""
        return self.type.track_size

    @property
    def track_length(self) -> int:
        """Capacity of a track in the units of ``cost``; record zero is already paid for."""
        return self.type.track_length

    @property
    def tracks(self) -> int:
        return self.cylinders * self.heads

    @property
    def dscbs_per_track(self) -> int:
        return self.records_per_track(DSCB_KEY, DSCB_DATA)

    @property
    def directory_blocks_per_track(self) -> int:
        return self.records_per_track(DIRECTORY_KEY, DIRECTORY_DATA)

    def cchh(self, track: int) -> tuple[int, int]:
        """Return cylinder and head of a track counted from the start of the volume."""
        if not 0 <= track < self.tracks:
            raise TrackOverflow(f"track {track} is not on the volume: a {self.device} of {self.tracks} tracks")
        return divmod(track, self.heads)

    def track(self, cc: int, hh: int) -> int:
        """Return the track counted from the start of the volume."""
        if hh >= self.heads or cc >= self.cylinders:
            raise TrackOverflow(f"cylinder {cc} head {hh} is not on a {self.device} of {self.cylinders} cylinders")
        return cc * self.heads + hh

    def cost(self, key_length: int, data_length: int) -> int:
        """Return what a record takes of ``track_length``."""
        return _cost(self.device, key_length, data_length)

    def records_per_track(self, key_length: int, data_length: int) -> int:
        """Return how many equal records the real device takes on a track."""
        if data_length > self.type.largest_block:
            return 0
        return self.track_length // self.cost(key_length, data_length)
