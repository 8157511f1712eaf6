"""Reconditioning an image file that no system has open: label, VTOC, VVDS and catalogs in one step, or not at all.

Own layout: while the image is written a folder ``<image>.journal`` beside it holds what is written; after a kill the
next command on the image completes it.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from zoslab.dasd.errors import DasdError
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage, atomic
from zoslab.dasd.journal import Journal, Lock, Writes
from zoslab.dasd.label import check_volser
from zoslab.dasd.subsystem import DEVICES
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import ICF_CATALOG
from zoslab.recondition.masks import RenameMask, RenameMasks
from zoslab.recondition.request import NotRenamed, Pair, Request
from zoslab.recondition.volume import VolumePlan, VolumeSurvey, recondition

_DEVNO = 0


class ImageOfSystem(DasdError):
    """The image is a device of an embedded z/OS."""


class JournaledImage:
    """An image file whose changes inside ``atomic`` happen whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.image = CkdImage.open(path)
        self._folder = path.with_name(path.name + ".journal")
        self._journal = Journal(self._folder, self._commit)
        for writes in self._journal.pending():
            self._make(writes)

    @property
    def geometry(self) -> Geometry:
        return self.image.geometry

    @property
    def version(self) -> Hashable:
        return self.image.version, self._journal.version()

    def atomic(self) -> AbstractContextManager[None]:
        return self._journal.atomic()

    def enqueued(self, lock: Lock) -> AbstractContextManager[None]:
        return self._journal.enqueued(lock)

    def read_track(self, number: int, /) -> bytes:
        held = self._journal.held(_DEVNO, number)
        return self.image.read_track(number) if held is None else held

    def write_track(self, number: int, image: bytes, /) -> None:
        whole = image.ljust(self.geometry.track_size, b"\0")
        if not self._journal.hold(_DEVNO, number, whole):
            self._commit({(_DEVNO, number): whole})

    def close(self) -> None:
        self.image.close()
        if not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _commit(self, writes: Writes) -> None:
        self._journal.require_usable()
        with self._journal.logged(writes):
            self._make(writes)

    def _make(self, writes: Writes) -> None:
        for (_, number), image in writes.items():
            self.image.write_track(number, image)


@contextmanager
def opened(path: str | os.PathLike[str], *, change: bool = False) -> Iterator[JournaledImage | CkdImage]:
    """Open an image, to be changed or only read; what an interrupted change left is completed first.

    :raises BadImage: the file cannot be used.
    :raises ImageOfSystem: the image belongs to a system, whose copies and transactions are kept outside of it.
    """
    place = Path(path).absolute()
    if place.parent.name == "volumes" and (place.parent.parent / DEVICES).exists():
        raise ImageOfSystem(
            f"{place} is a device of the system in {place.parents[2]}, and not all of its content need be in the file."
            " Write it out first (zoslab volume export), or work on it with a job (VOLRCOND)."
        )
    pending = place.with_name(place.name + ".journal").exists()
    device = JournaledImage(place) if change or pending else CkdImage.open(place, read_only=True)
    try:
        yield device
    finally:
        device.close()


def recondition_image(
    path: str | os.PathLike[str],
    volser: str,
    rename: Sequence[Pair],
    notrenamed: NotRenamed = "KEEP",
    *,
    simulate: bool = False,
) -> VolumePlan:
    """Give the volume in an image a serial and its data sets new names; return what was done or stands against it.

    Catalogs on the volume are reconditioned too: their entries of other volumes stay as they are. The image is
    changed only if the plan has no errors.

    :param volser: the new serial, or an empty text to keep the one it has.
    :raises InvalidRequest: a mask is wrong.
    :raises DasdError: the file is no image that can be used, or a structure has no room for longer names.
    """
    with opened(path, change=not simulate) as device:
        volume = Volume.open(device)
        source, target = volume.volser, check_volser(volser) if volser else volume.volser
        request = Request.of([(source, target)], rename, catalogs=_catalogs(volume, rename), notrenamed=notrenamed)
        plan = VolumeSurvey(volume, source, target, request).run()
        if not simulate and not any(problem.is_error for problem in plan.problems):
            with atomic(device):
                volume.relabel(target)
                recondition(volume, plan, request)
        return plan


def _catalogs(volume: Volume, rename: Sequence[Pair]) -> list[Pair]:
    """Return the catalogs on the volume with their new names."""
    content = volume.vtoc.content()
    if content.fault is not None:
        return []
    masks = RenameMasks([RenameMask(old, new) for old, new in rename])
    found = []
    for name, slot in content.names.items():
        format1 = content.format1(slot)
        if format1.dsorg == "VS" and format1.ds1optcd & ICF_CATALOG:
            found.append((name, masks.apply(name) or name))
    return found
