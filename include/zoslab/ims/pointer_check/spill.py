"""Work data sets of the pointer checker: records sorted into ranges, in storage up to a limit, then in files."""

from __future__ import annotations

import marshal
import tempfile
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Range = tuple[str, int, int]
"""What the records of a range are about: their kind, a data set, a number of the range in it."""
Item = tuple[Any, ...]


class Spill:
    """Records by range; a range is read back whole."""

    def __init__(self, limit: int) -> None:
        self._limit, self._held = limit, 0
        self._lists: defaultdict[Range, list[Item]] = defaultdict(list)
        self._folder = tempfile.TemporaryDirectory(prefix="ptrcheck")
        self._files: dict[Range, Path] = {}
        self._names = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._folder.cleanup()

    def put(self, where: Range, item: Item) -> None:
        """Keep a record."""
        self._lists[where].append(item)
        self._held += 1
        if self._held >= self._limit:
            self._write()

    def _write(self) -> None:
        for where, items in self._lists.items():
            if where not in self._files:
                self._names += 1
                self._files[where] = Path(self._folder.name) / str(self._names)
            with self._files[where].open("ab") as file:
                marshal.dump(items, file)
        self._lists.clear()
        self._held = 0

    def ranges(self, kind: str) -> list[Range]:
        """Return the ranges that hold records of a kind, in order."""
        return sorted(where for where in {*self._lists, *self._files} if where[0] == kind)

    def take(self, where: Range) -> list[Item]:
        """Return the records of a range, which holds none from then on."""
        found: list[Item] = []
        path = self._files.pop(where, None)
        if path is not None:
            with path.open("rb") as file:
                end = path.stat().st_size
                while file.tell() < end:
                    found += marshal.load(file)
            path.unlink()
        held = self._lists.pop(where, [])
        self._held -= len(held)
        return found + held
