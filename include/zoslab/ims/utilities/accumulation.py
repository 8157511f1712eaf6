"""DFSUCUM0, the Database Change Accumulation utility. Source: IMS Database Utilities, DFSUCUM0.

Control statements: DB0 in column 1, then databases, or *ALL. DFSULOG are the logs, DFSUCUMO the accumulation before,
DFSUCUMN the new one. Own layout: a header, then one log record (X'5950' or X'5052', bytes after only) for each
changed block or key, with the time of its newest change. Changes are held in storage while they are accumulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zoslab.ims import log_records
from zoslab.ims.dedb import changes as after_images
from zoslab.ims.log_records import IndexChange, LogRecord, Type
from zoslab.ims.stamps import from_stck, stck
from zoslab.ims.utilities import logs_needed
from zoslab.ims.utilities.changes import AnyChange, Forward, merged, records_of
from zoslab.ims.utilities.environment import Environment, stamp
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.layout import Layout, Number, Text

EYE = "DFSUCUM0"


class AccumulationHeader(Layout):
    """Own layout: first record of a change accumulation; times as time-of-day clock values."""

    eye = Text(0, 8)
    run = Number(8, 8)
    stop = Number(16, 8)


@dataclass(frozen=True)
class Accumulation:
    """A change accumulation data set."""

    stop: int
    records: tuple[LogRecord, ...]

    def changes(self) -> Iterator[tuple[AnyChange, int]]:
        """Yield the newest change of each block and key with its time."""
        for record in self.records:
            is_block = record.type == Type.AREA_CHANGE
            yield (after_images.change_of(record) if is_block else IndexChange.of(record)), record.stck


def read(records: Iterator[bytes]) -> Accumulation:
    """Return a change accumulation.

    :raises UtilityFailed: the data set is none.
    """
    first = next(records, b"")
    head = AccumulationHeader.of(first) if len(first) == AccumulationHeader.size else None
    if head is None or head.eye != EYE:
        raise UtilityFailed("DFS315A THE DATA SET IS NOT A CHANGE ACCUMULATION")
    return Accumulation(head.stop, tuple(map(log_records.decode, records)))


class _Newest:
    """The bytes after the changes, by block and by key."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[str, str, int], tuple[int, dict[int, bytes]]] = {}
        self._keys: dict[tuple[str, str, bytes], tuple[int, bytes]] = {}

    @property
    def data_sets(self) -> list[tuple[str, str]]:
        return sorted({(one[0], one[1]) for one in [*self._blocks, *self._keys]})

    def add(self, change: AnyChange, time: int) -> None:
        """Take a change in; it is newer than those before."""
        if isinstance(change, IndexChange):
            self._keys[change.dbd, change.ddname, change.key] = (time, change.after)
            return
        _, ranges = self._blocks.get((change.dbd, change.ddname, change.block), (0, {}))
        for offset, _, after in change.ranges:
            _overlay(ranges, offset, after)
        self._blocks[change.dbd, change.ddname, change.block] = (time, ranges)

    def records(self) -> Iterator[bytes]:
        """Yield what is accumulated as log records."""
        number = 0
        for (dbd, ddname, block), (time, ranges) in sorted(self._blocks.items()):
            for record in after_images.records(dbd, ddname, block, sorted(ranges.items())):
                number += 1
                yield record.encode("", time, number)
        for (dbd, ddname, key), (time, after) in sorted(self._keys.items()):
            number += 1
            yield IndexChange(dbd, ddname, key, b"", after).record().encode("", time, number)


def _overlay(ranges: dict[int, bytes], offset: int, after: bytes) -> None:
    """Put bytes over a set of ranges that do not overlap; those that touch become one."""
    end = offset + len(after)
    for start, held in list(ranges.items()):
        stop = start + len(held)
        if stop < offset or start > end:
            continue
        del ranges[start]
        before, behind = held[: max(0, offset - start)], held[len(held) - max(0, stop - end) :] if stop > end else b""
        after = before + after + behind
        offset, end = min(offset, start), max(end, stop)
    ranges[offset] = after


def accumulate(environment: Environment) -> int:
    """Accumulate the changes of the logs of DFSULOG over those of DFSUCUMO."""
    wanted = _databases(environment.step.dd("SYSIN").records())
    newest, since, stop = _Newest(), 0, 0
    if environment.step.has("DFSUCUMO") and environment.step.dd("DFSUCUMO").dataset is not None:
        old = read(environment.step.dd("DFSUCUMO").raw_records())
        since = stop = old.stop
        for change, time in old.changes():
            newest.add(change, time)
    logs = environment.step.dd("DFSULOG").datasets
    forward = Forward(merged(map(records_of, logs)))
    for change, time in forward:
        if time > since and (not wanted or change.dbd in wanted):
            newest.add(change, time)
    _require_logs(environment, wanted, max(since, forward.first - 1), forward.last, {one.dsname for one in logs})
    if forward.open:
        raise UtilityFailed(f"DFS391I {forward.open} UNITS OF RECOVERY ARE IN FLIGHT AT THE END OF THE LOGS", 8)
    stop = max(stop, forward.last)
    head = AccumulationHeader(eye=EYE, run=stck(environment.start), stop=stop)
    dataset = environment.dataset("DFSUCUMN")
    records = list(newest.records())
    environment.step.dd("DFSUCUMN").write([bytes(head), *records])
    _register(environment, newest.data_sets, dataset.dsname, dataset.volsers, stop, len(records))
    environment.say(f"DFS339I FUNCTION CA HAS COMPLETED NORMALLY. {len(records)} RECORDS")
    return 0


def _require_logs(environment: Environment, wanted: set[str], after: int, until: int, given: set[str]) -> None:
    """Refuse logs that leave out what another IMS has changed in the time they cover.

    :raises UtilityFailed: naming the first log that is missing.
    """
    dbrc = environment.dbrc
    if dbrc is None or not until:
        return
    updated = dict.fromkeys((one.dbname, one.ddname) for one in dbrc.allocs(""))
    for names in updated:
        if not wanted or names[0] in wanted:
            for text in logs_needed.missing(dbrc, *names, given, after, until):
                raise UtilityFailed(f"DFS315A {text}")


def _databases(cards: Iterable[str]) -> set[str]:
    """Return the databases that are wanted; none says all."""
    names: set[str] = set()
    for card in filter(str.strip, cards):
        words = card.split()
        if words[0] != "DB0" or len(words) < 2:
            raise UtilityFailed(f"DFS301A CONTROL STATEMENT ERROR: {card.rstrip()}", 16)
        names.update(words[1:])
    return set() if "*ALL" in names else names


def _register(
    environment: Environment, data_sets: list[tuple[str, str]], dsname: str, volsers: list[str], stop: int, count: int
) -> None:
    if environment.dbrc is None:
        return
    groups: dict[str, list[str]] = {}
    for dbname, ddname in data_sets:
        for one in environment.dbrc.dbds(dbname):
            if one.ddname == ddname and one.cagrp:
                groups.setdefault(one.cagrp, []).append(f"({dbname},{ddname})")
    if len(groups) > 1:
        raise UtilityFailed(f"DFS301A THE DATABASES BELONG TO SEVERAL GROUPS: {', '.join(sorted(groups))}", 8)
    for group, members in groups.items():
        environment.tell(
            f"NOTIFY.CA GRPNAME({group}) CADSN({dsname}) VOLLIST({','.join(volsers)}) UNIT(3390) "
            f"RUNTIME({stamp(environment.start)}) STOPTIME({stamp(from_stck(stop))}) RECDCT({count}) "
            f"CALIST({','.join(members)}) PURGTIME({','.join([stamp(from_stck(stop))] * len(members))})"
        )
