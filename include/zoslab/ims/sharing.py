"""Data sharing: the IMSs that work on one set of databases and RECONs, their locks and the blocks they have in storage.

Source: IMS System Administration, "Data sharing in IMS environments": block-level sharing (SHARELVL 2 and 3) with
IRLM. A block that a member changes is locked for it to the end of the unit of recovery, is on disk before the lock
goes, and then the other members' buffers of it are invalid. What a member that fails holds for update is retained
until its emergency restart has backed out.

Own simplifications: IRLM is no started task, it is there as soon as a member names it (IRLM=Y,IRLMNM=), and it lives
as long as its z/OS; all IRLMs of a z/OS share what concerns the same RECONs. There is no coupling facility: the pools
of the members invalidate each other directly.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import TypeVar, cast

from zoslab.ims.buffers import BufferPool, DatabaseDataSet
from zoslab.ims.locks import LockManager, LockTable
from zoslab.ims.osam import Blocks

F = TypeVar("F", bound=Blocks)
ACTIVE, FAILED = "ACTIVE", "FAILED"
DataSetName = tuple[str, str]
"""Database or partition, and ddname."""


class SharedBlocks:
    """A database data set that members have open: one way to its blocks, and the pools that hold some of them."""

    def __init__(self, file: Blocks) -> None:
        self.file = file
        self.latch = threading.RLock()
        self.users: dict[str, tuple[DatabaseDataSet, BufferPool] | None] = {}

    def written(self, by: DatabaseDataSet, block: int) -> None:
        """Make the buffers of the other members invalid."""
        for user in list(self.users.values()):
            if user is not None and user[0] is not by:
                user[1].invalidate(user[0], block)


class SharingGroup:
    """The members on one set of RECONs in a z/OS, and the data sets they have open."""

    def __init__(self, lock_seconds: float = 60.0) -> None:
        self.locks = LockTable(lock_seconds)
        self.states: dict[str, str] = {}
        self.data_sets: dict[DataSetName, SharedBlocks] = {}
        self.latch = threading.RLock()

    def verify(self, ssid: str) -> bool:
        """Tell whether a member's locks are known: it is active, or it failed and they are retained."""
        return ssid in self.states

    def forget(self, member: str, name: DataSetName | None = None) -> None:
        """Note that a member closed a data set, or all; one that nobody has open is found anew at its next open."""
        with self.latch:
            for one in [name] if name is not None else list(self.data_sets):
                held = self.data_sets.get(one)
                if held is not None and held.users.pop(member, held) is not held and not held.users:
                    del self.data_sets[one]


class SharingMember:
    """One IMS's part in its data sharing group. ``irlm`` is the name of its IRLM."""

    def __init__(self, group: SharingGroup, imsid: str, irlm: str) -> None:
        self.group, self.imsid, self.irlm = group, imsid, irlm
        self.locks = LockManager(table=group.locks, member=imsid)
        group.locks.join(imsid)

    def opened(self, name: DataSetName, make: Callable[[], F]) -> F:
        """Return the blocks of a data set: those another member works on, or made by ``make``."""
        with self.group.latch:
            held = self.group.data_sets.get(name)
            if held is None:
                held = self.group.data_sets[name] = SharedBlocks(make())
            held.users.setdefault(self.imsid, None)
            return cast(F, held.file)

    def attach(self, data_set: DatabaseDataSet, pool: BufferPool) -> None:
        """Let a data set that is open take part; blocks that were read before are read again."""
        with self.group.latch:
            held = self.group.data_sets.get((data_set.dbd, data_set.ddname))
            if held is None or self.imsid not in held.users:
                return
            held.users[self.imsid] = data_set, pool
            data_set.shared = held
        pool.drop(data_set)

    def closed(self, name: DataSetName) -> None:
        """Note that a data set is closed."""
        self.group.forget(self.imsid, name)

    def restarted(self) -> None:
        """Begin to work: what was retained is free, everything was backed out."""
        with self.group.latch:
            self.group.locks.purge(self.imsid)
            self.group.states[self.imsid] = ACTIVE

    def failed(self) -> None:
        """Note the member's abnormal end."""
        with self.group.latch:
            if self.group.states.get(self.imsid) == ACTIVE:
                self.group.states[self.imsid] = FAILED
                self.group.locks.retain(self.imsid)
            elif self.imsid not in self.group.states:
                self.group.locks.purge(self.imsid)
            self.group.forget(self.imsid)

    def ended(self) -> None:
        """Note the member's normal end."""
        with self.group.latch:
            self.group.states.pop(self.imsid, None)
            self.group.locks.purge(self.imsid)
            self.group.forget(self.imsid)


_latch = threading.Lock()
_systems: weakref.WeakKeyDictionary[object, dict[str, SharingGroup]] = weakref.WeakKeyDictionary()


def group_of(system: object, recon: str) -> SharingGroup:
    """Return the data sharing group of a z/OS whose RECON1 is the data set ``recon``."""
    with _latch:
        return _systems.setdefault(system, {}).setdefault(recon, SharingGroup())
