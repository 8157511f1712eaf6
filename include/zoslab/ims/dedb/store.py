"""The segments of an area. A unit of recovery changes copies of control intervals that others do not see.

At the sync point the copies are logged as they are (redo only), and come into the buffer pool when the commit is
safe; a unit that is backed out forgets them. A unit holds the lock of each unit of work it uses, so one program at a
time has copies of its intervals; independent overflow and sequential dependents have a lock each. Source: ims.md
sections 4 and 5; IMS Database Administration, "Fast Path synchronization points".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from zoslab.ims.buffers import BufferPool, DatabaseDataSet
from zoslab.ims.dedb import changes, interval
from zoslab.ims.dedb.area import OWNER, AreaControl, AreaFile, AreaParts, control_of, require_same
from zoslab.ims.dedb.shape import is_sequential
from zoslab.ims.errors import CallRefused
from zoslab.ims.group import DataSetStore
from zoslab.ims.locks import DATABASE, SHARED
from zoslab.ims.log_records import Change, LogRecord, differences
from zoslab.ims.segment import SegmentType, Shape, Stored
from zoslab.ims.store import SegmentStore
from zoslab.ims.uor import Recovery, UnitOfRecovery

NO_SPACE, INACCESSIBLE, NOT_ALLOWED = "FS", "FH", "AM"


def area_lock(dbname: str, area: str) -> tuple[str, str, str]:
    """Return the name of the lock that keeps an area from being taken away while a unit uses it, on one IMS."""
    return (DATABASE, dbname, area)


class AreaStore(DataSetStore):
    """One area. Without data sets it is ``stopped``, which refuses every call on it."""

    def __init__(self, recovery: Recovery, dbd: str, parts: AreaParts, file: AreaFile, shape: Shape) -> None:
        super().__init__(recovery, DatabaseDataSet(dbd, parts.area.ddname, file), shape)
        self.parts = parts
        self.stopped = True
        if file.clusters:
            self.open(file)
        self._held: dict[int, bytearray] = {}
        self._of: dict[int, set[int]] = defaultdict(set)
        self._logged: dict[int, list[tuple[Change, int]]] = defaultdict(list)

    @property
    def file(self) -> AreaFile:
        """The data sets of the area."""
        file = self.data_set.file
        assert isinstance(file, AreaFile)
        return file

    @property
    def pool(self) -> BufferPool:
        return self.recovery.pool

    def open(self, file: AreaFile) -> None:
        """Use these data sets.

        :raises ImsError: they are not formatted, or formatted with other operands.
        """
        require_same(control_of(file.read(0)), self.parts.area)
        self.data_set.file, self.data_set.end = file, file.blocks
        self.stopped = False

    def close(self) -> None:
        """Write the buffers and have no data sets; no unit holds changes."""
        self.stopped = True
        self.pool.drop(self.data_set)
        self.data_set.shared = None
        self.data_set.file = AreaFile([], self.data_set.ddname, self.size)

    def image(self, block: int) -> bytes:
        """Return a control interval as it is now, with what the unit that holds its lock has changed."""
        if self.stopped:
            raise CallRefused(INACCESSIBLE)
        held = self._held.get(block)
        return bytes(held) if held is not None else self.pool.read(self.data_set, block)

    def initialise(self, unit: UnitOfRecovery) -> None:
        """DBFUMIN0 has formatted the area."""

    def redo(self, change: Change, lsn: int) -> None:
        """Do a change again that is on the log.

        :raises ImsError: the area is not available.
        """
        if not self.file.clusters:
            raise self.file.unreadable(change.block)
        self.pool.redo(self.data_set, change, lsn)

    # A unit's own copies -----------------------------------------------------------------------------------------

    def _copy(self, unit: UnitOfRecovery, number: int) -> bytearray:
        """Return the unit's copy of a control interval."""
        if number not in self._held:
            self.recovery.updates.enter(unit.number, f"{self.data_set.dbd}/{self.data_set.ddname}", unit.cancelled)
            copy = bytearray(self.image(number))
            interval.count_update(copy)
            self._held[number] = copy
            self._of[unit.number].add(number)
            if self not in unit.participants:
                unit.participants.append(self)
        return self._held[number]

    def log(self, unit: UnitOfRecovery, append: Callable[[LogRecord], int]) -> None:
        """Log the unit's copies."""
        for number in sorted(self._of[unit.number]):
            before, after = self.pool.read(self.data_set, number), bytes(self._held[number])
            ranges = [(offset, new) for offset, _, new in differences(before, after)]
            for record in changes.records(self.data_set.dbd, self.data_set.ddname, number, ranges):
                self._logged[unit.number].append((changes.change_of(record), append(record)))

    def harden(self, unit: UnitOfRecovery) -> None:
        """Put the unit's copies, which are committed, into the buffer pool."""
        for change, lsn in self._logged.pop(unit.number, []):
            self.pool.redo(self.data_set, change, lsn)
        self.discard(unit)

    def discard(self, unit: UnitOfRecovery) -> None:
        """Forget the unit's copies."""
        self._logged.pop(unit.number, None)
        for number in self._of.pop(unit.number, set()):
            del self._held[number]

    # Anchors and space -------------------------------------------------------------------------------------------

    def lock_unit(self, unit: UnitOfRecovery, number: int, mode: str) -> None:
        """Lock the unit of work of a root anchor point; the area cannot be taken away meanwhile."""
        if mode:
            self.recovery.lock(unit, area_lock(self.data_set.dbd, self.data_set.ddname), SHARED)
            work = self.parts.unit_of(number)
            self.recovery.lock(unit, ("UOW", self.data_set.dbd, self.data_set.ddname, work), mode)

    def root_anchor(self, number: int) -> int:
        """Return the root anchor point of an interval, an RBA."""
        return interval.rap(self.image(number))

    def set_root_anchor(self, unit: UnitOfRecovery, number: int, rba: int) -> None:
        self.write(unit, number, interval.Prefix.size, rba.to_bytes(4, "big"))

    def write(self, unit: UnitOfRecovery, block: int, at: int, data: bytes) -> None:
        """Change bytes of the unit's copy of a control interval."""
        self._copy(unit, block)[at : at + len(data)] = data

    def place(self, unit: UnitOfRecovery, kind: SegmentType, raw: bytes, near: int, ilk_at: int = 0) -> int:
        """Put a segment into the interval ``near``, or into overflow of its unit of work; return its RBA.

        :raises CallRefused: FS, there is no room.
        """
        if is_sequential(kind):
            return self._place_sequential(unit, raw)
        length = interval.slot(kind.length)
        for number in self._candidates_of(unit, near):
            if any(free >= length for _, free in interval.elements(self.image(number))):
                copy = self._copy(unit, number)
                at = interval.allocate(copy, length)
                copy[at : at + length] = raw.ljust(length, b"\0")[:length]
                return number * self.size + at
        raise CallRefused(NO_SPACE)

    def owner(self, number: int) -> int:
        """Return the unit of work that an interval belongs to, -1 if to none."""
        if self.parts.kind(number) != interval.INDEPENDENT_OVERFLOW:
            return self.parts.unit_of(number)
        entry, at = self.parts.map_entry(number)
        return int.from_bytes(self.image(entry)[at : at + OWNER], "big") - 1

    def _candidates_of(self, unit: UnitOfRecovery, near: int) -> Iterator[int]:
        """Yield the wanted interval, then overflow of its unit of work; at last an interval it does not have yet."""
        work = self.owner(near)
        yield near
        yield from (number for number in self.parts.dependent_overflow(work) if number != near)
        self.recovery.lock(unit, ("IOVF", self.data_set.dbd, self.data_set.ddname))
        free = 0
        for number in range(self.parts.overflow, self.parts.sequential):
            if self.parts.kind(number) == interval.INDEPENDENT_OVERFLOW:
                owner = self.owner(number)
                free = free or (number if owner < 0 else 0)
                if owner == work and number != near:
                    yield number
        if free:
            entry, at = self.parts.map_entry(free)
            self.write(unit, entry, at, (work + 1).to_bytes(OWNER, "big"))
            yield free

    def _place_sequential(self, unit: UnitOfRecovery, raw: bytes) -> int:
        """Put a sequential dependent behind the last one."""
        self.recovery.lock(unit, ("SDEP", self.data_set.dbd, self.data_set.ddname))
        control = control_of(self.image(0))
        length = interval.slot(len(raw))
        number, at = divmod(control.next_sequential, self.size)
        at = max(at, interval.start(interval.SEQUENTIAL))
        if at + length > interval.end(self.size, interval.SEQUENTIAL):
            number, at = number + 1, interval.start(interval.SEQUENTIAL)
        if number >= control.intervals:
            raise CallRefused(NO_SPACE)
        self.write(unit, number, at, raw.ljust(length, b"\0"))
        place = interval.Prefix.size + AreaControl.next_sequential.offset
        self.write(unit, 0, place, (number * self.size + at + length).to_bytes(4, "big"))
        return number * self.size + at

    def refit(self, unit: UnitOfRecovery, rba: int, keep: int, head: bytes = b"") -> None:
        """Give a segment's room back (``keep`` 0); sequential dependents keep theirs."""
        number, offset = divmod(rba, self.size)
        if self.parts.kind(number) == interval.SEQUENTIAL or keep:
            return
        kind = self.shape.of_code(self.image(number)[offset])
        if kind is not None:
            interval.release(self._copy(unit, number), offset, interval.slot(kind.length))


class DedbStore(SegmentStore):
    """All areas of a DEDB; an address holds the area's number in place of a partition."""

    def replace(self, unit: UnitOfRecovery, stored: Stored, data: bytes) -> None:
        """Replace a segment in place.

        :raises CallRefused: AM, a sequential dependent cannot be replaced.
        """
        if is_sequential(stored.kind):
            raise CallRefused(NOT_ALLOWED)
        self.patch(unit, stored.rba, stored.kind.prefix, data)

    def areas(self) -> list[AreaStore]:
        """Return the areas in order."""
        return [one for _, one in sorted(self.data_sets.items()) if isinstance(one, AreaStore)]
