"""Which log data sets hold the changes of a database data set: those of every IMS that updated it.

Source: IMS System Administration, "ALLOC records": an allocation says which log an IMS wrote while it updated a data
set, and from when to when. A log that was not archived is still on an OLDS.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoslab.ims.dbrc import Alloc, Dbrc, PriLog
from zoslab.ims.dbrc.logs import ARCHIVED
from zoslab.ims.dbrc.stamps import Stamp
from zoslab.ims.stamps import stck


def times(alloc: Alloc) -> tuple[int, int]:
    """Return begin and end of an allocation as time-of-day clock values, 0 where there is none."""
    return _stck(alloc.alloc), _stck(alloc.dealloc)


def missing(dbrc: Dbrc, dbname: str, ddname: str, given: set[str], after: int = 0, until: int = 0) -> Iterator[str]:
    """Name the log data sets that hold changes made ``after`` and not later than ``until`` and are not ``given``.

    Times are time-of-day clock values, 0 for no limit.
    """
    logs = _logs(dbrc)
    for alloc in dbrc.allocs(dbname, ddname):
        begin, end = times(alloc)
        if (end and end <= after) or (until and begin >= until):
            continue
        span = max(begin, after), min(end or until, until or end)
        for log in logs.get(alloc.start, []):
            yield from _missing_of(dbrc, log, span, given)


def _missing_of(dbrc: Dbrc, log: PriLog, span: tuple[int, int], given: set[str]) -> Iterator[str]:
    for one in log.datasets:
        if _overlaps(one.start, one.stop, *span) and one.dsn not in given:
            yield f"LOG DATA SET {one.dsn} OF {log.ssid} IS NEEDED AND NOT IN DFSULOG"
    for olds in dbrc.olds(log.ssid):
        held = olds.prilog_time == log.start and olds.status != ARCHIVED
        if held and _overlaps(olds.start, olds.stop, *span) and olds.dsn not in given:
            yield f"ONLINE LOG DATA SET {olds.ddname} OF {log.ssid} IS NEEDED AND NOT ARCHIVED"


def _logs(dbrc: Dbrc) -> dict[Stamp, list[PriLog]]:
    found: dict[Stamp, list[PriLog]] = {}
    with dbrc.recon.unit() as unit:
        for log in unit.logs(PriLog):
            found.setdefault(log.start, []).append(log)
    return found


def _overlaps(start: Stamp, stop: Stamp, begin: int, end: int) -> bool:
    return (stop is None or _stck(stop) > begin) and (not end or _stck(start) < end)


def _stck(moment: Stamp) -> int:
    return stck(moment) if moment is not None else 0
