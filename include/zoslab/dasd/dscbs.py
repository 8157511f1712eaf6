"""The records of a VTOC by number: 0 is the format-4 DSCB, one is as good as the next for all others.

A copy in memory of the used part of the VTOC's tracks; changes go to the device track by track, each once.
"""

from __future__ import annotations

from zoslab.dasd import dscb, track
from zoslab.dasd.dscb import DSCB_SIZE, FORMAT4, FREE, Format4
from zoslab.dasd.errors import BrokenVtoc
from zoslab.dasd.extent import Extent, read_descriptor
from zoslab.dasd.geometry import DSCB_DATA, DSCB_KEY, Geometry
from zoslab.dasd.image import Device
from zoslab.dasd.label import read_label

RECORD_SIZE = track.COUNT_LENGTH + DSCB_SIZE
_FRAME = bytes([DSCB_KEY]) + DSCB_DATA.to_bytes(2, "big")


class DscbTable:
    """The DSCBs of one VTOC: ``extent`` its tracks, ``per_track`` the records on each."""

    def __init__(self, extent: Extent, heads: int, per_track: int, images: list[bytearray]) -> None:
        self.extent, self.per_track = extent, per_track
        self._heads, self._images = heads, images
        self._dirty: set[int] = set()

    @classmethod
    def load(cls, device: Device) -> DscbTable:
        """Read the VTOC the volume label points to.

        :raises NotLabelled: the volume has no label.
        :raises BrokenVtoc: there is no VTOC, or its tracks are not laid out as VTOC tracks are.
        """
        extent = vtoc_extent(device)
        heads = device.geometry.heads
        images = []
        for number in range(extent.low, extent.high + 1):
            images.append(_used_part(device.read_track(number), *divmod(number, heads)))
        per_track = (len(images[0]) - track.HEADER_LENGTH - len(track.END_OF_TRACK)) // RECORD_SIZE
        for number, image in enumerate(images, extent.low):
            if len(image) != len(images[0]):
                raise BrokenVtoc(f"VTOC track {number} does not hold {per_track} DSCBs as its first track does")
        return cls(extent, heads, per_track, images)

    def copy(self) -> DscbTable:
        return DscbTable(self.extent, self._heads, self.per_track, [bytearray(image) for image in self._images])

    def is_on(self, device: Device) -> bool:
        """Return whether the label of the device points here and its VTOC is still exactly this."""
        if read_label(device).volvtoc != self.cchhr(0):
            return False
        size = len(self._images[0])
        return all(
            device.read_track(number)[:size] == image for number, image in enumerate(self._images, self.extent.low)
        )

    def __len__(self) -> int:
        return len(self._images) * self.per_track

    def raw(self, slot: int) -> memoryview:
        """Return a view on the 140 bytes of a DSCB. Whoever writes through it calls ``touch``."""
        index, record = divmod(slot, self.per_track)
        at = track.HEADER_LENGTH + record * RECORD_SIZE + track.COUNT_LENGTH
        return memoryview(self._images[index])[at : at + DSCB_SIZE]

    def kind(self, slot: int) -> int:
        """Return the format identifier: X'F1' and so on, 0 for an unused record."""
        index, record = divmod(slot, self.per_track)
        at = track.HEADER_LENGTH + record * RECORD_SIZE + track.COUNT_LENGTH
        return self._images[index][at + dscb.FORMAT_ID]

    def put(self, slot: int, content: bytes | memoryview) -> None:
        self.raw(slot)[:] = content
        self.touch(slot)

    def clear(self, slot: int) -> None:
        """Make a DSCB an unused one."""
        self.put(slot, bytes(DSCB_SIZE))

    def touch(self, slot: int) -> None:
        self._dirty.add(slot // self.per_track)

    def cchhr(self, slot: int) -> bytes:
        """Return the address of a DSCB as pointers have it."""
        index, record = divmod(slot, self.per_track)
        cc, hh = divmod(self.extent.low + index, self._heads)
        return cc.to_bytes(2, "big") + hh.to_bytes(2, "big") + bytes([record + 1])

    def slot(self, cchhr: bytes) -> int | None:
        """Return the number of the DSCB a pointer leads to, None if that is not in the VTOC."""
        number = int.from_bytes(cchhr[:2], "big") * self._heads + int.from_bytes(cchhr[2:4], "big")
        if int.from_bytes(cchhr[2:4], "big") >= self._heads or not 1 <= cchhr[4] <= self.per_track:
            return None
        if not self.extent.low <= number <= self.extent.high:
            return None
        return (number - self.extent.low) * self.per_track + cchhr[4] - 1

    @property
    def format4(self) -> Format4:
        """The format-4 DSCB in place."""
        return Format4(self.raw(0))

    def is_unused(self, slot: int) -> bool:
        return self.kind(slot) == FREE and not any(self.raw(slot))

    def write(self, device: Device) -> None:
        """Write the tracks that were changed."""
        size = device.geometry.track_size
        for index in sorted(self._dirty):
            device.write_track(self.extent.low + index, bytes(self._images[index]).ljust(size, b"\0"))
        self._dirty.clear()


def vtoc_extent(device: Device) -> Extent:
    """Return the tracks of the VTOC, from the label and the format-4 DSCB it points to.

    :raises BrokenVtoc: no format-4 DSCB is there, or it does not describe a VTOC that starts with it.
    """
    pointer = read_label(device).volvtoc
    cc, hh, record = int.from_bytes(pointer[:2], "big"), int.from_bytes(pointer[2:4], "big"), pointer[4]
    geometry = device.geometry
    if hh >= geometry.heads or cc >= geometry.cylinders:
        raise BrokenVtoc(f"the label points to a VTOC at {pointer.hex().upper()}, which is not on the volume")
    number = geometry.track(cc, hh)
    image = device.read_track(number)
    track.check_position(image, cc, hh)
    found = next((each for each in track.parse(image) if each.number == record), None)
    content = found.key + found.data if found else b""
    if len(content) != DSCB_SIZE or content[dscb.FORMAT_ID] != FORMAT4:
        raise BrokenVtoc(f"the label points to a VTOC at {pointer.hex().upper()}, but no format-4 DSCB is there")
    extent = _described(content, geometry)
    if extent is None or extent.low != number or record != 1:
        raise BrokenVtoc(f"the format-4 DSCB at {pointer.hex().upper()} does not describe a VTOC that starts with it")
    return extent


def extent_on(image: bytes, geometry: Geometry) -> Extent | None:
    """Return the VTOC's tracks as the format-4 DSCB says that an image of its first track starts with, else None."""
    content = image[track.HEADER_LENGTH + track.COUNT_LENGTH :][:DSCB_SIZE]
    return _described(content, geometry) if content[dscb.FORMAT_ID] == FORMAT4 else None


def _described(format4: bytes, geometry: Geometry) -> Extent | None:
    described = read_descriptor(Format4.of(format4).ds4vtoce, geometry)
    return None if described is None else described.extent


def _used_part(image: bytes, cc: int, hh: int) -> bytearray:
    """Return a VTOC track up to its end mark, after checking that it holds DSCBs and nothing else."""
    track.check_position(image, cc, hh)
    at, number = track.HEADER_LENGTH, 0
    while image[at : at + 8] != track.END_OF_TRACK:
        number += 1
        if image[at + 4] != number or image[at + 5 : at + 8] != _FRAME:
            raise BrokenVtoc(
                f"VTOC track at cylinder {cc} head {hh}: record {number} is not a DSCB with a key of {DSCB_KEY}"
                f" and data of {DSCB_DATA} bytes"
            )
        at += RECORD_SIZE
    return bytearray(image[: at + len(track.END_OF_TRACK)])
