"""The parts of an IMS that work on databases together: log, gate, buffer pool, locks, units of recovery."""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.ims.buffers import BufferPool
from zoslab.ims.gate import Gate
from zoslab.ims.locks import LockManager
from zoslab.ims.log import AnyLog, NoLog
from zoslab.ims.sharing import SharingMember
from zoslab.ims.uor import Recovery


@dataclass(frozen=True)
class Engine:
    """One set of them."""

    log: AnyLog
    gate: Gate
    pool: BufferPool
    locks: LockManager
    recovery: Recovery
    sharing: SharingMember | None = None

    @classmethod
    def over(cls, log: AnyLog, gate: Gate, buffers: int, sharing: SharingMember | None = None) -> Engine:
        """Build the parts over a log; those of a member of a data sharing group take their locks from the group."""
        pool, locks = BufferPool(log, gate, buffers), sharing.locks if sharing is not None else LockManager()
        return cls(log, gate, pool, locks, Recovery(log, pool, locks, shares=sharing is not None), sharing)

    @classmethod
    def unlogged(cls, buffers: int = 500) -> Engine:
        """Build the parts for a batch step that logs nothing."""
        return cls.over(NoLog(), Gate(), buffers)
