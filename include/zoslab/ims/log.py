"""The log: records go into a buffer, full buffers to the OLDS, what must be safe before that to the WADS.

Source: ims.md section 4; commit is a write-ahead write, as in IMS. The log sequence number rises by one a record.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from zoslab.ims import log_block, wads
from zoslab.ims.errors import ImsError
from zoslab.ims.gate import Gate
from zoslab.ims.log_records import LogRecord
from zoslab.ims.olds import OldsRing
from zoslab.ims.stamps import Clock, stck
from zoslab.ims.wads import WriteAhead


class Log:
    """The log of one IMS. ``hardened`` is the last log sequence number that survives a failure."""

    def __init__(
        self, imsid: str, ring: OldsRing, ahead: WriteAhead, gate: Gate, clock: Clock, block_size: int
    ) -> None:
        self.imsid = imsid
        self.ring = ring
        self.block_size = block_size
        self._ahead, self._gate, self._clock = ahead, gate, clock
        self._room = log_block.room(block_size)
        self._latch = threading.RLock()
        self._ahead_latch = threading.Lock()
        self._buffer = bytearray()
        self._ahead_bytes = 0
        self.next_lsn = 1
        self._sequence = 1
        self.hardened = 0

    def start(self, next_lsn: int, sequence: int) -> None:
        """Begin after a restart: the first log sequence number and the first block sequence number to use."""
        self.next_lsn, self._sequence, self.hardened = next_lsn, sequence, next_lsn - 1

    def append(self, record: LogRecord) -> int:
        """Put a record into the buffer; return its log sequence number."""
        if record.size > self._room:
            raise ImsError(f"DFS3267I LOG RECORD OF {record.size} BYTES EXCEEDS THE OLDS BLOCK SIZE {self.block_size}")
        with self._gate.passing(), self._latch:
            if len(self._buffer) + record.size > self._room:
                self._write_buffer()
            lsn = self.next_lsn
            self._buffer += record.encode(self.imsid, stck(self._clock.now()), lsn)
            self.next_lsn = lsn + 1
            return lsn

    def held(self) -> AbstractContextManager[bool]:
        """Keep other writers of the log out, for a checkpoint's first moment."""
        return self._latch

    def force(self, lsn: int | None = None) -> None:
        """Return when every record up to ``lsn`` (default: all) survives a failure."""
        target = self.next_lsn - 1 if lsn is None else lsn
        if self.hardened >= target:
            return
        with self._gate.passing(), self._ahead_latch:
            if self.hardened >= target:
                return
            with self._latch:
                payload, sequence, last = bytes(self._buffer), self._sequence, self.next_lsn - 1
                if self.hardened >= last:
                    return
                already = self._ahead_bytes
                parts = -(-len(payload) // wads.PART_SIZE) - already // wads.PART_SIZE
                if not self._ahead.has_room(parts):
                    self._write_buffer()
                    return
                self._ahead_bytes = len(payload)
            self._ahead.harden(sequence, payload, already)
            self.hardened = max(self.hardened, last)

    def _write_buffer(self) -> None:
        if not self._buffer:
            return
        self.ring.write(log_block.build(bytes(self._buffer), self.block_size, self.imsid, self._sequence))
        self.hardened = self.next_lsn - 1
        self._sequence += 1
        self._buffer.clear()
        self._ahead_bytes = 0
        self._ahead.start_block()

    def flush(self) -> None:
        """Write the buffer to the OLDS, full or not."""
        with self._gate.passing(), self._latch:
            self._write_buffer()

    def switch(self) -> None:
        """Write the buffer and go on with the next OLDS."""
        with self._gate.passing(), self._latch:
            self._write_buffer()
            if not self.ring.is_fresh:
                self.ring.switch()

    def close(self) -> None:
        """Write the buffer and close the OLDS."""
        with self._gate.passing(), self._latch:
            self._write_buffer()
            self.ring.close()


class NoLog:
    """The log of a batch step that logs nothing (initial load, IEFRDER DUMMY): numbers records and forgets them."""

    def __init__(self) -> None:
        self.next_lsn = 1
        self._latch = threading.Lock()

    def append(self, record: LogRecord) -> int:
        """Return the record's number."""
        with self._latch:
            self.next_lsn += 1
            return self.next_lsn - 1

    def force(self, lsn: int | None = None) -> None:
        """Nothing is kept that could be lost."""


AnyLog = Log | NoLog
