"""Sorting more than fits into storage: sorted runs in files, merged. What DFSORT does for the utilities."""

from __future__ import annotations

import heapq
import marshal
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

Keyed = tuple[bytes, bytes]
IN_STORAGE = 50_000
"""Records kept in storage."""


class SortWork:
    """Records with their keys; they come out in the order of the keys."""

    def __init__(self, in_storage: int = IN_STORAGE) -> None:
        self._limit = in_storage
        self._held: list[Keyed] = []
        self._runs: list[IO[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for run in self._runs:
            run.close()

    def add(self, key: bytes, record: bytes) -> None:
        """Take a record in."""
        self._held.append((key, record))
        if len(self._held) >= self._limit:
            self._write()

    def _write(self) -> None:
        self._held.sort()
        run = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sort
        for item in self._held:
            marshal.dump(item, run)
        self._runs.append(run)
        self._held = []

    def __iter__(self) -> Iterator[Keyed]:
        """Yield keys and records in order."""
        self._held.sort()
        yield from heapq.merge(*map(_read, self._runs), self._held)


def _read(run: IO[bytes]) -> Iterator[Keyed]:
    run.seek(0)
    while True:
        try:
            found: Keyed = marshal.load(run)
        except EOFError:
            return
        yield found
