"""Bulk rewrite of a catalog: stream, transform, sort in bounded memory, load again."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice, pairwise
from typing import IO

from zoslab import ebcdic
from zoslab.catalog import bcs
from zoslab.catalog.bcs import KEY_LENGTH, KEY_OFFSET, BcsRecord
from zoslab.catalog.errors import DuplicateEntry
from zoslab.dasd.vsam.ksds import Ksds

RUN = 100_000
"""Records sorted in memory at a time."""


def rewrite(ksds: Ksds, transform: Callable[[BcsRecord], BcsRecord | None], run: int = RUN) -> int:
    """Replace the records of a catalog by what ``transform`` makes of them; return how many there are then.

    :raises DuplicateEntry: two would have the same name; nothing is changed.
    """
    with ExitStack() as files, ksds.holder.changing(ksds.atomic):
        transformed = (bcs.encode(new) for raw in ksds.browse() if (new := transform(bcs.decode(raw))) is not None)
        runs = _Runs(transformed, run, files)
        for one, other in pairwise(runs.merged()):
            if _key(one) == _key(other):
                name = ebcdic.decode(_key(one)[:-1])
                raise DuplicateEntry(f"two entries would have the name {name}: change the rename masks")
        ksds.create()
        return ksds.load(runs.merged())


def _key(raw: bytes) -> bytes:
    return raw[KEY_OFFSET : KEY_OFFSET + KEY_LENGTH]


class _Runs:
    """Records in sorted runs: one in memory if there is no more, otherwise each in a temporary file."""

    def __init__(self, records: Iterator[bytes], size: int, files: ExitStack) -> None:
        self._memory = sorted(islice(records, size), key=_key)
        self._files: list[IO[bytes]] = []
        following = list(islice(records, size))
        if following:
            self._spill(self._memory, files)
            self._memory = []
        while following:
            self._spill(sorted(following, key=_key), files)
            following = list(islice(records, size))

    def merged(self) -> Iterator[bytes]:
        """Yield all records in key order; may be called again."""
        return heapq.merge(self._memory, *map(_read, self._files), key=_key)

    def _spill(self, records: Iterable[bytes], files: ExitStack) -> None:
        file = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
        file.writelines(records)
        self._files.append(file)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    """Yield records, which begin with their lengths."""
    file.seek(0)
    while length := file.read(2):
        yield length + file.read(int.from_bytes(length, "big") - 2)
