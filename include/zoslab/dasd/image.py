"""Uncompressed CKD image files as Hercules keeps them: 512 bytes of header, then the tracks, cylinder by cylinder.

Source: Hercules 3.13 dasdblks.h and its utilities' output. New images are sparse: a track of binary zeros in the
file reads as a formatted track without records.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Hashable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from zoslab.dasd import track as tracks
from zoslab.dasd.errors import BadImage, TrackOverflow
from zoslab.dasd.geometry import DEVICE_TYPES, Geometry

HEADER_SIZE = 512
FLAT = b"CKD_P370"
COMPRESSED = {b"CKD_C370", b"CKD_S370", b"CKD_C064", b"CKD_S064"}


class Device(Protocol):
    """Anything with tracks: an image file, or a device of the disk subsystem.

    Three more members are used where a device has them. ``version`` (any value that compares) must change with every
    change of any track; without it the VTOC is read again for each request. ``atomic()`` is a context manager that
    makes the tracks written inside all-or-nothing. ``enqueued(lock)`` holds a lock until what was written under it is
    there for other threads to read. Devices must be hashable.
    """

    @property
    def geometry(self) -> Geometry: ...

    def read_track(self, number: int, /) -> bytes: ...

    def write_track(self, number: int, image: bytes, /) -> None: ...


def version_of(device: Device) -> Hashable:
    """Return the device's change counter, or a new object if it keeps none."""
    version: Hashable = getattr(device, "version", None)
    return object() if version is None else version


def atomic(device: Device) -> AbstractContextManager[object]:
    """Return the device's all-or-nothing bracket, or one that does nothing."""
    bracket = getattr(device, "atomic", None)
    return contextlib.nullcontext() if bracket is None else bracket()


def enqueued(device: Device, lock: AbstractContextManager[object]) -> AbstractContextManager[object]:
    """Return the device's bracket that holds ``lock`` long enough, or the lock."""
    bracket = getattr(device, "enqueued", None)
    return lock if bracket is None else bracket(lock)


class _ChangeCount:
    """Counts the writes to one file, whichever image object made them."""

    def __init__(self) -> None:
        self.value = 0


_COUNTS: WeakValueDictionary[tuple[int, int], _ChangeCount] = WeakValueDictionary()


class CkdImage:
    """One open image file. Reading and writing are one system call each, so threads may share it."""

    def __init__(self, path: Path, descriptor: int, geometry: Geometry) -> None:
        self.path, self.geometry = path, geometry
        self._descriptor = descriptor
        status = os.fstat(descriptor)
        self._count = _COUNTS.setdefault((status.st_dev, status.st_ino), _ChangeCount())
        self._zeros = bytes(geometry.track_size)

    @classmethod
    def create(cls, path: str | os.PathLike[str], geometry: Geometry, serial: str = "") -> CkdImage:
        """Make a new image of unwritten tracks, in constant time, and open it.

        :param serial: the device's serial number for the header, up to 12 characters.
        :raises FileExistsError: there is such a file.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
        os.pwrite(descriptor, header(geometry, serial), 0)
        os.ftruncate(descriptor, HEADER_SIZE + geometry.tracks * geometry.track_size)
        return cls(Path(path), descriptor, geometry)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, read_only: bool = False) -> CkdImage:
        """Open an image of any supported device type, whoever wrote it.

        :raises BadImage: not a CKD image, compressed, one of several files, or cut off.
        """
        descriptor = os.open(path, os.O_RDONLY if read_only else os.O_RDWR)
        try:
            geometry = read_header(Path(path), os.pread(descriptor, HEADER_SIZE, 0), os.fstat(descriptor).st_size)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(Path(path), descriptor, geometry)

    @property
    def version(self) -> Hashable:
        """Change token: writes of this process are counted, those of others show in the file's time stamp."""
        return self._count.value, os.fstat(self._descriptor).st_mtime_ns

    def read_track(self, number: int, /) -> bytes:
        """Return the whole image of a track."""
        cc, hh = self.geometry.cchh(number)
        size = self.geometry.track_size
        image = os.pread(self._descriptor, size, HEADER_SIZE + number * size)
        if not any(image[: tracks.HEADER_LENGTH]) and image == self._zeros:
            return tracks.empty(cc, hh).ljust(size, b"\0")
        return image

    def write_track(self, number: int, image: bytes, /) -> None:
        """Replace a track, in one write. A shorter image is padded with zeros."""
        self.geometry.cchh(number)
        size = self.geometry.track_size
        if len(image) > size:
            raise TrackOverflow(f"{self.path} track {number}: an image of {len(image)} bytes, a track has {size}")
        os.pwrite(self._descriptor, image.ljust(size, b"\0"), HEADER_SIZE + number * size)
        self._count.value += 1

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> CkdImage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def header(geometry: Geometry, serial: str = "") -> bytes:
    """Return the 512 bytes before the first track. Numbers are little-endian here and only here."""
    heads, size = geometry.heads.to_bytes(4, "little"), geometry.track_size.to_bytes(4, "little")
    number = serial.encode("ascii")[:12].ljust(12, b"\0")
    return (FLAT + heads + size + bytes([geometry.type.code, 0, 0, 0]) + number).ljust(HEADER_SIZE, b"\0")


def read_header(path: Path, head: bytes, file_size: int) -> Geometry:
    """Return the geometry an image's header and length give.

    :raises BadImage: it cannot be used as it is.
    """
    _check_container(path, head)
    heads, size = int.from_bytes(head[8:12], "little"), int.from_bytes(head[12:16], "little")
    kind = next((kind for kind in DEVICE_TYPES.values() if kind.code == head[16]), None)
    if kind is None or (kind.heads, kind.track_size) != (heads, size):
        raise BadImage(
            f"{path}: device type {head[16]:02X} with {heads} tracks of {size} bytes per cylinder is not supported;"
            f" {', '.join(DEVICE_TYPES)} are"
        )
    cylinders, rest = divmod(file_size - HEADER_SIZE, heads * size)
    if rest or not cylinders:
        raise BadImage(f"{path}: {file_size} bytes are no whole number of {kind.name} cylinders; the file is cut off")
    return Geometry(kind.name, cylinders)


def _check_container(path: Path, head: bytes) -> None:
    if len(head) < HEADER_SIZE or head[:4] != b"CKD_":
        raise BadImage(f"{path}: not a CKD disk image (no CKD_P370 at the start)")
    if head[:8] in COMPRESSED:
        raise BadImage(
            f"{path}: a compressed image ({head[:8].decode('ascii')}). Convert it first:"
            f" dasdcopy -lfs -o CKD {path.name} {path.stem}.ckd"
        )
    if head[:8] != FLAT:
        raise BadImage(f"{path}: image type {head[:8].decode('ascii', 'replace')} is not supported, CKD_P370 is")
    if head[17] or any(head[18:20]):
        raise BadImage(
            f"{path}: file {head[17]} of an image in several files. Join them first:"
            f" dasdcopy -lfs -o CKD {path.name} joined.ckd"
        )
