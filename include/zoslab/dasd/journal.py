"""Track writes that happen whole or not at all, though the process be killed at any instruction.

A kill can end a ``pwrite`` between two pages, so even one track is first copied to where it can be found again:

* one track: into its device's `WriteSlot`, a mapped file, which is marked until the track is written;
* the tracks of a transaction: into one journal file, which a rename commits; the tracks are written, the file removed.

What is marked or committed at open is written again. A device has at most one of them pending at a time, because they
are made and cleared while the device is held.

Own layout: a journal file is entries of devno 2, track 4, length 4 and the image.
"""

from __future__ import annotations

import itertools
import struct
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from zoslab.dasd import commit
from zoslab.dasd.errors import DasdError

Place = tuple[int, int]
"""Device number and track."""
Writes = dict[Place, bytes]

ENQUEUE_SECONDS = 300.0
_ENTRY = struct.Struct(">HII")


class JournalPending(DasdError):
    """A committed transaction could not be written out; nothing more is written until it has been."""


class EnqueueTimeout(DasdError):
    """A lock that protects a structure of a volume could not be had."""


class Lock(Protocol):
    """What ``threading.Lock`` and ``threading.RLock`` make."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool: ...

    def release(self) -> None: ...


class _Transaction:
    """The writes of one thread inside ``atomic``; an inner block that fails takes only its own back."""

    _serials = itertools.count()

    def __init__(self) -> None:
        self._serial = next(self._serials)
        self._changes = 0
        self.writes: Writes = {}
        self.enqueued: list[Lock] = []
        self._undo: list[tuple[Place, bytes | None]] = []

    def put(self, place: Place, image: bytes) -> None:
        self._changes += 1
        self._undo.append((place, self.writes.get(place)))
        self.writes[place] = image

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        start = len(self._undo)
        try:
            yield
        except BaseException:
            self._changes += 1
            while len(self._undo) > start:
                place, before = self._undo.pop()
                if before is None:
                    del self.writes[place]
                else:
                    self.writes[place] = before
            raise

    @property
    def version(self) -> tuple[int, int]:
        return self._serial, self._changes

    def dequeue(self) -> None:
        while self.enqueued:
            self.enqueued.pop().release()


class Journal:
    """The transactions of a disk subsystem; ``commit_writes`` carries one out and is to do it inside ``logged``."""

    def __init__(self, folder: Path, commit_writes: Callable[[Writes], None]) -> None:
        folder.mkdir(exist_ok=True)
        commit.sweep(folder)
        self._folder = folder
        self._commit_writes = commit_writes
        self._threads = threading.local()
        self._numbers = itertools.count()
        self._failed: Path | None = None

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Hold this thread's writes back until the outermost block ends, then make all of them or, killed, none.

        Reads of this thread see them meanwhile, other threads do not. An exception drops what its block wrote.
        """
        outer: _Transaction | None = getattr(self._threads, "transaction", None)
        if outer is not None:
            with outer.savepoint():
                yield
            return
        transaction = self._threads.transaction = _Transaction()
        try:
            try:
                yield
            finally:
                self._threads.transaction = None
            if transaction.writes:
                self._commit_writes(transaction.writes)
        finally:
            transaction.dequeue()

    @contextmanager
    def enqueued(self, lock: Lock) -> Iterator[None]:
        """Hold ``lock`` for the block, and inside ``atomic`` on to its end, when others can see what was written.

        :raises EnqueueTimeout: another thread kept it; two transactions may be waiting for each other.
        """
        if not lock.acquire(timeout=ENQUEUE_SECONDS):
            raise EnqueueTimeout(f"A structure of a volume was held by another thread for {ENQUEUE_SECONDS:.0f} s.")
        transaction: _Transaction | None = getattr(self._threads, "transaction", None)
        if transaction is not None:
            transaction.enqueued.append(lock)
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def hold(self, devno: int, track: int, image: bytes) -> bool:
        """Take a write of a thread that is inside ``atomic``; False when it is not."""
        transaction: _Transaction | None = getattr(self._threads, "transaction", None)
        if transaction is None:
            return False
        transaction.put((devno, track), image)
        return True

    def held(self, devno: int, track: int) -> bytes | None:
        """Return what this thread has written to the track inside ``atomic``."""
        transaction: _Transaction | None = getattr(self._threads, "transaction", None)
        return None if transaction is None else transaction.writes.get((devno, track))

    def version(self) -> Hashable:
        """Return what tells the state of this thread's transaction from every other; None when it wrote nothing."""
        transaction: _Transaction | None = getattr(self._threads, "transaction", None)
        return transaction.version if transaction is not None and transaction.writes else None

    @contextmanager
    def logged(self, writes: Writes) -> Iterator[None]:
        """Keep ``writes`` in a committed journal file while the block makes them; the devices are held."""
        path = self._folder / f"{next(self._numbers)}.journal"
        commit.write(path, *_entries(writes))
        try:
            yield
        except BaseException:
            self._failed = path
            raise
        path.unlink()

    def require_usable(self) -> None:
        """:raises JournalPending: an earlier transaction stopped half way, for instance on a full disk."""
        if self._failed is not None:
            raise JournalPending(
                f"The transaction in {self._failed} was only partly written. Mend the cause (disk full?) "
                f"and start the subsystem again: it is completed then."
            )

    def pending(self) -> Iterator[Writes]:
        """Yield the transactions a killed process had committed; each is forgotten once the caller has made it."""
        for path in sorted(self._folder.glob("*.journal")):
            yield _parse(path.read_bytes())
            path.unlink()


def _entries(writes: Writes) -> Iterator[bytes]:
    for (devno, track), image in writes.items():
        yield _ENTRY.pack(devno, track, len(image))
        yield image


def _parse(raw: bytes) -> Writes:
    writes: Writes = {}
    position = 0
    while position < len(raw):
        devno, track, length = _ENTRY.unpack_from(raw, position)
        position += _ENTRY.size
        writes[devno, track] = raw[position : position + length]
        position += length
    return writes
