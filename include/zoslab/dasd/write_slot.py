"""Where a device keeps the one track it is writing, so that a kill in the middle of the write can be mended.

Own layout: a page (mark 1, 3 reserved, track 4, length 4), then the track image.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

_MARKED = struct.Struct(">II")
_MARK_AT = 4


class WriteSlot:
    """The slot of one device: a mapped file, made with the first write."""

    PAGE = mmap.PAGESIZE

    def __init__(self, path: Path, track_size: int) -> None:
        self._path, self._size = path, self.PAGE + track_size
        self._map = self._mapped() if path.exists() else None

    def mark(self, track: int, image: bytes) -> None:
        if self._map is None:
            self._map = self._mapped()
        self._map[self.PAGE : self.PAGE + len(image)] = image
        _MARKED.pack_into(self._map, _MARK_AT, track, len(image))
        self._map[0] = 1

    def clear(self) -> None:
        if self._map is not None:
            self._map[0] = 0

    def pending(self) -> tuple[int, bytes] | None:
        """Return the track that was being written when the process died, if one was."""
        if self._map is None or not self._map[0]:
            return None
        track, length = _MARKED.unpack_from(self._map, _MARK_AT)
        return track, self._map[self.PAGE : self.PAGE + length]

    def close(self) -> None:
        if self._map is not None:
            self._map.close()

    def _mapped(self) -> mmap.mmap:
        with open(self._path, "a+b") as file:
            missing = self._size - os.fstat(file.fileno()).st_size
            if missing > 0:
                file.write(bytes(missing))  # a full disk must show here, not as SIGBUS in the mapping
                file.flush()
            return mmap.mmap(file.fileno(), self._size)
