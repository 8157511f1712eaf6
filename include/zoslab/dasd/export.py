"""Writing a device out as a flat image file that Hercules reads, every track formatted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from zoslab.dasd.image import HEADER_SIZE, Device, header


def export_volume(
    device: Device,
    path: str | os.PathLike[str],
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write all tracks of ``device`` into a new image file and return its path.

    Only the used part of each track is written, so the file is sparse. An interrupted export leaves no file.

    :param progress: called with tracks done and tracks in all after each cylinder.
    :raises FileExistsError: there is such a file.
    """
    geometry, target = device.geometry, Path(path)
    size = geometry.track_size
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        os.pwrite(descriptor, header(geometry), 0)
        os.ftruncate(descriptor, HEADER_SIZE + geometry.tracks * size)
        for number in range(geometry.tracks):
            used = device.read_track(number).rstrip(b"\0")
            os.pwrite(descriptor, used, HEADER_SIZE + number * size)
            if progress is not None and (number + 1) % geometry.heads == 0:
                progress(number + 1, geometry.tracks)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    return target
