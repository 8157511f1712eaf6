"""Reading the log back: the blocks of all log data sets in order, and the WADS for what the OLDS lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from zoslab.ims import log_block, wads
from zoslab.ims.errors import LogDamaged
from zoslab.ims.log_block import LogBlock
from zoslab.ims.log_records import LogRecord, split
from zoslab.ims.olds import Olds, read_blocks
from zoslab.ims.osam import BlockFile


@dataclass(frozen=True)
class LogDataSet:
    """A log data set and what it holds; ``blocks`` reads it again each time."""

    name: str
    first_sequence: int
    last_sequence: int
    first_lsn: int
    last_lsn: int
    blocks: Callable[[], Iterable[LogBlock]]


def survey(name: str, blocks: Callable[[], Iterable[LogBlock]]) -> LogDataSet | None:
    """Return what a log data set holds, None if it is empty."""
    first = last = None
    first_lsn = last_lsn = 0
    for block in blocks():
        first, last = first or block, block
        first_lsn, last_lsn = first_lsn or block.first_lsn, block.last_lsn or last_lsn
    if first is None or last is None:
        return None
    return LogDataSet(name, first.sequence, last.sequence, first_lsn, last_lsn, blocks)


def survey_olds(olds: Olds) -> LogDataSet | None:
    """Return what an OLDS holds."""
    return survey(olds.ddname, lambda: read_blocks(olds.file))


class LogImage:
    """All of the log that can be read, oldest first; an archive copy stands in for an OLDS that was reused."""

    def __init__(self, found: Sequence[LogDataSet]) -> None:
        ordered = sorted(found, key=lambda one: (one.first_sequence, -one.last_sequence))
        self.data_sets: list[LogDataSet] = []
        for one in ordered:
            if not self.data_sets or one.last_sequence > self.data_sets[-1].last_sequence:
                self.data_sets.append(one)

    @property
    def last(self) -> LogDataSet | None:
        """The data set that was written last."""
        return self.data_sets[-1] if self.data_sets else None

    @property
    def next_lsn(self) -> int:
        return self.last.last_lsn + 1 if self.last else 1

    @property
    def next_sequence(self) -> int:
        return self.last.last_sequence + 1 if self.last else 1

    def records(self, start: int) -> Iterator[LogRecord]:
        """Return the records from log sequence number ``start`` on.

        :raises LogDamaged: a record is missing.
        """
        expected = 0
        for one in self.data_sets:
            if one.last_lsn < start:
                continue
            for record in self._data_set_records(one):
                if record.lsn < max(start, expected):
                    continue
                if (expected and record.lsn != expected) or (not expected and record.lsn > start):
                    missing = expected or start
                    raise LogDamaged(
                        f"DFS3271I LOG RECORD {missing:016X} IS MISSING BEFORE {record.lsn:016X} IN {one.name}"
                    )
                expected = record.lsn + 1
                yield record

    @staticmethod
    def _data_set_records(one: LogDataSet) -> Iterator[LogRecord]:
        for block in one.blocks():
            yield from block.records()


def close_from_wads(image: LogImage, ahead: Sequence[BlockFile], block_size: int, imsid: str) -> bytes:
    """Return the log block that follows the log, as far as the WADS hold it: it may hold no record."""
    whole = b""
    expected = image.next_lsn
    for raw in split(wads.recover(ahead, image.next_sequence)):
        if int.from_bytes(raw[-8:], "big") != expected:
            break
        whole += raw
        expected += 1
    return log_block.build(whole, block_size, imsid, image.next_sequence)
