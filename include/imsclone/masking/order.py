"""Segments brought back to hierarchic order after their keys changed, in bounded memory: runs on disk, then merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import BinaryIO

from imsclone.dbd import Database
from imsclone.unload import Segment

BUDGET = 64 * 1024 * 1024
"""Bytes held in memory before a run is written."""
OVERHEAD = 250
"""Bytes that Python takes for a key and a record beside their content, measured."""
MOST_RUNS = 64
"""Runs that are merged at once."""
WORD = 4
CODE, ORDINAL = 2, 8

Keyed = tuple[bytes, bytes]


class HierarchicKeys:
    """The sort key of each segment: for each level from the root the segment type, its key, and its place before.

    A parent's key begins its children's, and all segments of a type have keys of one length, so that comparing bytes
    is comparing hierarchic places. Twins without keys, or with equal ones, stay in their order.
    """

    def __init__(self, database: Database) -> None:
        self.codes = {one.name: code.to_bytes(CODE, "big") for code, one in enumerate(database.segments)}
        self.keys = {
            one.name: slice(one.sequence.start - 1, one.sequence.start - 1 + one.sequence.length)
            for one in database.segments
            if one.sequence is not None
        }
        self.levels: list[bytes] = [b""]
        self.ordinal = count()

    def of(self, segment: Segment) -> bytes:
        """Return the sort key of the next segment."""
        place = self.keys.get(segment.name)
        own = segment.data[place] if place else b""
        del self.levels[segment.level :]
        key = self.levels[-1] + self.codes[segment.name] + own + next(self.ordinal).to_bytes(ORDINAL, "big")
        self.levels.append(key)
        return key


class Sorter:
    """Sorts any number of records; runs are files in ``folder`` that vanish with it."""

    def __init__(self, folder: Path, budget: int = BUDGET) -> None:
        self.folder, self.budget = folder, budget
        self.held: list[Keyed] = []
        self.size = 0
        self.runs: list[BinaryIO] = []

    def add(self, key: bytes, record: bytes) -> None:
        """Take one record."""
        self.held.append((key, record))
        self.size += len(key) + len(record) + OVERHEAD
        if self.size >= self.budget:
            self._spill()

    def _spill(self) -> None:
        self.held.sort()
        self.runs.append(self._written(self.held))
        self.held, self.size = [], 0
        if len(self.runs) == MOST_RUNS:
            merged = self._written(heapq.merge(*map(_read, self.runs)))
            for run in self.runs:
                run.close()
            self.runs = [merged]

    def _written(self, records: Iterable[Keyed]) -> BinaryIO:
        run: BinaryIO = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115
        for key, record in records:
            run.write(len(key).to_bytes(WORD, "big") + len(record).to_bytes(WORD, "big") + key + record)
        return run

    def drain(self) -> Iterator[bytes]:
        """Give all records in order, and be empty again."""
        self.held.sort()
        with ExitStack() as stack:
            runs = [stack.enter_context(run) for run in self.runs]
            held, self.held, self.size, self.runs = self.held, [], 0, []
            for _, record in heapq.merge(held, *map(_read, runs)) if runs else held:
                yield record

    def close(self) -> None:
        """Drop what was not drained."""
        for run in self.runs:
            run.close()
        self.held, self.size, self.runs = [], 0, []


def _read(run: BinaryIO) -> Iterator[Keyed]:
    run.seek(0)
    while head := run.read(2 * WORD):
        length = int.from_bytes(head[:WORD], "big")
        body = run.read(length + int.from_bytes(head[WORD:], "big"))
        yield body[:length], body[length:]
