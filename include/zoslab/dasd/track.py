"""One track: home address, record zero, count-key-data records, end-of-track mark.

Source: the CKD format of the device manuals as Hercules keeps it in its image files: the counts, keys and data
without gaps, and eight bytes of X'FF' behind the last record.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from zoslab.dasd.errors import BadTrack, TrackOverflow
from zoslab.dasd.geometry import Geometry

END_OF_TRACK = b"\xff" * 8
HEADER_LENGTH = 5 + 8 + 8
COUNT_LENGTH = 8
_HOME_ADDRESS = struct.Struct(">BHH")
_COUNT = struct.Struct(">HHBBH")


class Record(NamedTuple):
    """A record behind record zero. Without key and data it is an end-of-file mark."""

    number: int
    key: bytes
    data: bytes

    @property
    def is_end_of_file(self) -> bool:
        return not self.key and not self.data


def header(cc: int, hh: int) -> bytes:
    """Return home address and record zero of a track."""
    return _HOME_ADDRESS.pack(0, cc, hh) + _COUNT.pack(cc, hh, 0, 0, 8) + bytes(8)


def empty(cc: int, hh: int) -> bytes:
    """Return the used part of a track without records."""
    return header(cc, hh) + END_OF_TRACK


def check_position(image: bytes, cc: int, hh: int) -> None:
    """Refuse a track whose home address is not that of the place it was read from.

    :raises BadTrack: home address or record zero is wrong.
    """
    if image[:5] != _HOME_ADDRESS.pack(0, cc, hh):
        raise BadTrack(
            f"track at cylinder {cc} head {hh} has home address {image[:5].hex().upper()}:"
            " the image is damaged or its geometry is not what its header says"
        )


def parse(image: bytes) -> list[Record]:
    """Return the records of a track in the order they stand on it, without record zero.

    :raises BadTrack: a count field leads behind the end of the track or the end-of-track mark is missing.
    """
    if image[9:13] != b"\0\0\0\x08":
        raise BadTrack(f"track with home address {image[:5].hex().upper()} has no record zero of 8 bytes")
    records: list[Record] = []
    at, size = HEADER_LENGTH, len(image)
    unpack = _COUNT.unpack_from
    while image[at : at + 8] != END_OF_TRACK:
        if at + COUNT_LENGTH > size:
            raise BadTrack(f"track with home address {image[:5].hex().upper()} has no end-of-track mark")
        _, _, number, key_length, data_length = unpack(image, at)
        key_at = at + COUNT_LENGTH
        data_at = key_at + key_length
        at = data_at + data_length
        if number == 0 or at > size:
            raise BadTrack(
                f"track with home address {image[:5].hex().upper()}: count field at offset {key_at - 8}"
                f" (record {number}, key {key_length}, data {data_length}) does not fit"
            )
        records.append(Record(number, bytes(image[key_at:data_at]), bytes(image[data_at:at])))
    return records


def moved(image: bytes, cc: int, hh: int) -> bytes:
    """Return a track as it is at another place: home address and counts name it.

    :raises BadTrack: as `parse`.
    """
    if image[:HEADER_LENGTH] == header(cc, hh):
        return image
    parts, used = [header(cc, hh)], HEADER_LENGTH
    for number, key, data in parse(image):
        parts += (_COUNT.pack(cc, hh, number, len(key), len(data)), key, data)
        used += COUNT_LENGTH + len(key) + len(data)
    return b"".join([*parts, image[used:]])


def build(cc: int, hh: int, records: Iterable[Record], geometry: Geometry) -> bytes:
    """Return the whole track image holding ``records``.

    :raises TrackOverflow: the real device would not take them on one track.
    """
    parts = [header(cc, hh)]
    used, pack, cost = 0, _COUNT.pack, geometry.cost
    for record in records:
        number, key, data = record
        used += cost(len(key), len(data))
        if not 1 <= number <= 255 or len(key) > 255:
            raise TrackOverflow(f"cylinder {cc} head {hh}: record {number} with a key of {len(key)} cannot be written")
        parts += (pack(cc, hh, number, len(key), len(data)), key, data)
    if used > geometry.track_length:
        raise TrackOverflow(
            f"cylinder {cc} head {hh}: {(len(parts) - 1) // 3} records need {used} of the {geometry.track_length}"
            f" bytes a {geometry.device} track has"
        )
    parts.append(END_OF_TRACK)
    return b"".join(parts).ljust(geometry.track_size, b"\0")


def balance(records: Iterable[Record], geometry: Geometry) -> int:
    """Return what is left of the track behind ``records`` (DS1TRBAL)."""
    used = sum(geometry.cost(len(record.key), len(record.data)) for record in records)
    return max(0, geometry.track_length - used)
