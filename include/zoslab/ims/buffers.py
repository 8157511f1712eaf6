"""The database buffer pool: blocks are changed in storage and written later, never before their log records.

Source: IMS System Administration, buffer handler and write-ahead protocol. A buffer is written when it is stolen (with
the oldest others, if all are changed), at a checkpoint, and by the periodic writer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from zoslab.ims.gate import Gate
from zoslab.ims.log import AnyLog
from zoslab.ims.log_records import Change, LogRecord, differences
from zoslab.ims.osam import Blocks


class Coherency(Protocol):
    """A data set that the members of a data sharing group have open (``zoslab.ims.sharing``)."""

    @property
    def latch(self) -> AbstractContextManager[bool]: ...

    def written(self, by: DatabaseDataSet, block: int) -> None:
        """Make the buffers of the other members invalid: a block was written."""


@dataclass(eq=False)
class DatabaseDataSet:
    """An open database data set: ``end`` is the first block never used. ``shared`` is set in block-level sharing."""

    dbd: str
    ddname: str
    file: Blocks
    end: int = 0
    shared: Coherency | None = None

    @property
    def block_size(self) -> int:
        return self.file.block_size

    @property
    def step(self) -> int:
        """Bytes of RBA that a block takes: its size, or that of its control interval."""
        return self.file.step


@dataclass(eq=False)
class Buffer:
    """A block in storage. ``data`` is replaced, never changed in place, so readers and writers need no latch."""

    data: bytes
    lsn: int = 0
    dirty: bool = False
    writing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pending(self) -> bool:
        """Tell whether the block on disk may be older than this one."""
        return self.writing.locked() or self.dirty


Key = tuple[DatabaseDataSet, int]


class BufferPool:
    """Buffers of all database data sets, least recently used first."""

    def __init__(self, log: AnyLog, gate: Gate, buffers: int) -> None:
        self._log, self.gate = log, gate
        self._limit = max(buffers, 4)
        self._stolen = max(buffers // 16, 1)
        self.latch = threading.RLock()
        self._buffers: OrderedDict[Key, Buffer] = OrderedDict()

    def read(self, data_set: DatabaseDataSet, block: int) -> bytes:
        """Return a block as it is now."""
        buffer = self._buffers.get((data_set, block))
        if buffer is not None:
            return buffer.data
        with self.latch:
            data = self._get((data_set, block)).data
        self._make_room()
        return data

    def held(self, data_set: DatabaseDataSet, block: int) -> bytes | None:
        """Return a block if a buffer holds it."""
        buffer = self._buffers.get((data_set, block))
        return buffer.data if buffer is not None else None

    def _get(self, key: Key) -> Buffer:
        buffer = self._buffers.get(key)
        if buffer is None:
            data_set, block = key
            beyond = block >= data_set.file.blocks
            buffer = Buffer(bytes(data_set.block_size) if beyond else data_set.file.read(block))
            self._buffers[key] = buffer
        else:
            self._buffers.move_to_end(key)
        return buffer

    def change(
        self,
        data_set: DatabaseDataSet,
        block: int,
        mutate: Callable[[bytearray], None],
        complete: Callable[[Change], LogRecord],
    ) -> Change | None:
        """Change a block: log first, then the buffer. ``complete`` makes the log record. None if nothing changed."""
        with self.gate.passing(), self.latch:
            buffer = self._get((data_set, block))
            after = bytearray(buffer.data)
            mutate(after)
            ranges = differences(buffer.data, bytes(after))
            if not ranges:
                return None
            change = Change(data_set.dbd, data_set.ddname, block, ranges)
            buffer.lsn = self._log.append(complete(change))
            buffer.data, buffer.dirty = bytes(after), True
            data_set.end = max(data_set.end, block + 1)
        self._make_room()
        return change

    def redo(self, data_set: DatabaseDataSet, change: Change, lsn: int) -> None:
        """Apply a change that is on the log already."""
        with self.latch:
            buffer = self._get((data_set, change.block))
            after = bytearray(buffer.data)
            change.apply(after)
            buffer.data, buffer.lsn, buffer.dirty = bytes(after), lsn, True
            data_set.end = max(data_set.end, change.block + 1)
        self._make_room()

    def _make_room(self) -> None:
        while len(self._buffers) > self._limit:
            with self.latch:
                key = next((k for k, b in self._buffers.items() if not b.pending), None)
                if key is not None:
                    del self._buffers[key]
                    continue
                oldest = list(islice(self._buffers, self._stolen))
            self.write(oldest)

    def _write(self, key: Key) -> None:
        buffer = self._buffers.get(key)
        if buffer is None:
            return
        with self.gate.passing(), buffer.writing:
            with self.latch:
                if not buffer.dirty:
                    return
                data, lsn, buffer.dirty = buffer.data, buffer.lsn, False
            try:
                self._log.force(lsn)
                key[0].file.write(key[1], data)
                if key[0].shared is not None:
                    key[0].shared.written(key[0], key[1])
            except BaseException:
                buffer.dirty = True
                raise

    def invalidate(self, data_set: DatabaseDataSet, block: int) -> None:
        """Forget a block: another member of the data sharing group has written it."""
        with self.latch:
            buffer = self._buffers.get((data_set, block))
            if buffer is not None and not buffer.dirty:
                del self._buffers[data_set, block]
            data_set.end = max(data_set.end, block + 1)

    def snapshot(self) -> tuple[int, list[Key]]:
        """Return, of one instant, the next log sequence number and the buffers not yet written."""
        with self.latch:
            return self._log.next_lsn, [key for key, buffer in self._buffers.items() if buffer.pending]

    def write(self, keys: list[Key]) -> int:
        """Write these buffers; return how many there were."""
        for key in sorted(keys, key=lambda key: (key[0].dbd, key[0].ddname, key[1])):
            self._write(key)
        return len(keys)

    def flush(self, data_set: DatabaseDataSet | None = None) -> int:
        """Write every changed buffer, or those of one data set."""
        return self.write([key for key in self.snapshot()[1] if data_set is None or key[0] is data_set])

    def drop(self, data_set: DatabaseDataSet) -> None:
        """Write and forget the buffers of a data set that is closed."""
        self.flush(data_set)
        self.forget(data_set)

    def forget(self, data_set: DatabaseDataSet) -> None:
        """Drop the buffers of a data set that cannot be used any more, written or not."""
        with self.latch:
            for key in [key for key in self._buffers if key[0] is data_set]:
                del self._buffers[key]

    def census(self) -> tuple[int, int]:
        """Return the number of buffers in use and of those changed."""
        with self.latch:
            return len(self._buffers), sum(buffer.dirty for buffer in self._buffers.values())
