"""Logs: online log data sets being filled and archived, and the runs of a subsystem they add up to.

Source: IMS System Administration, "Log data set records": PRILOG and PRISLD are created when a subsystem opens its
first OLDS after signing on, and are updated by each archive; one LOGALL serves both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from zoslab.ims.dbrc.database_records import Alloc
from zoslab.ims.dbrc.errors import NotAllowed, NotRegistered
from zoslab.ims.dbrc.log_records import (
    LogAll,
    LogAllocation,
    LogDataSet,
    PriLog,
    PriOld,
    PriOlds,
    PriSld,
    SecLog,
    SecSld,
    Subsystem,
)
from zoslab.ims.dbrc.stamps import text
from zoslab.ims.dbrc.unit import Unit

L = TypeVar("L", bound=PriLog)

ACTIVE, NEEDED, ARCHIVED = "ACTIVE", "ARC NEEDED", "ARC COMPLT"


def current_log(unit: Unit, ssid: str) -> datetime | None:
    """Return the start of the log a subsystem writes now, or of its latest open log if it is not signed on."""
    subsystem = unit.find(Subsystem(ssid))
    if subsystem is not None:
        return subsystem.log_start
    opened = [log.start for log in unit.logs(PriLog) if log.ssid == ssid and log.stop is None and log.start]
    return max(opened, default=None)


def log_at(unit: Unit, ssid: str, time: datetime) -> datetime | None:
    """Return the start of the subsystem's log that was written at ``time``."""
    found = [log.start for log in unit.logs(PriLog) if log.ssid == ssid and log.start and log.start <= time]
    return max(found, default=None)


def start_log(unit: Unit, ssid: str, start: datetime, first_record: int) -> None:
    """Create the records of a new log."""
    unit.put(PriLog(ssid, start, first_record=first_record))
    unit.put(PriSld(ssid, start, first_record=first_record))
    unit.put(log_all(unit, ssid, start))
    subsystem = unit.find(Subsystem(ssid))
    if subsystem is not None:
        unit.put(replace(subsystem, log_start=start))


def log_all(unit: Unit, ssid: str, start: datetime) -> LogAll:
    """Return the LOGALL of a log with what the ALLOC records say about it."""
    counts = Counter((alloc.dbname, alloc.ddname) for alloc in unit.all(Alloc) if alloc.start == start)
    return LogAll(ssid, start, tuple(LogAllocation(*names, count) for names, count in sorted(counts.items())))


def open_olds(unit: Unit, ssid: str, ddname: str, dsn: str, start: datetime, first_lsn: int) -> PriOlds:
    """Record that a subsystem starts to write an OLDS.

    :raises NotAllowed: what it holds was not archived.
    """
    record = unit.find(PriOld(ssid)) or PriOld(ssid)
    there = next((held for held in record.olds if held.ddname == ddname), None)
    if there is not None and there.status != ARCHIVED:
        raise NotAllowed(f"OLDS {ddname} OF {ssid} IS {there.status}, IT CANNOT BE REUSED BEFORE IT IS ARCHIVED")
    log = current_log(unit, ssid)
    if log is None:
        start_log(unit, ssid, start, first_lsn)
        log = start
    opened = PriOlds(ddname, dsn, start, None, first_lsn, prilog_time=log)
    put_olds(unit, record, opened)
    return opened


def close_olds(unit: Unit, ssid: str, ddname: str, stop: datetime, first_lsn: int, last_lsn: int) -> PriOlds:
    """Record that an OLDS is full or was closed; it has to be archived now."""
    record, olds = find_olds(unit, ssid, ddname)
    closed = replace(olds, stop=stop, first_lsn=first_lsn, last_lsn=last_lsn, status=NEEDED)
    put_olds(unit, record, closed)
    return closed


def mark_archived(unit: Unit, ssid: str, ddname: str) -> PriOlds:
    """Record that an OLDS may be reused, and close its log if that was the last.

    :raises NotAllowed: it is still being written.
    """
    record, olds = find_olds(unit, ssid, ddname)
    if olds.stop is None:
        raise NotAllowed(f"OLDS {ddname} OF {ssid} IS OPEN")
    archived = replace(olds, status=ARCHIVED)
    put_olds(unit, record, archived)
    if olds.prilog_time is not None:
        close_if_archived(unit, ssid, olds.prilog_time)
    return archived


def find_olds(unit: Unit, ssid: str, ddname: str, kind: type[PriOld] = PriOld) -> tuple[PriOld, PriOlds]:
    """Return the PRIOLD (or SECOLD) record and the entry of an OLDS.

    :raises NotRegistered: there is none.
    """
    record = unit.find(kind(ssid)) or kind(ssid)
    found = next((held for held in record.olds if held.ddname == ddname), None)
    if found is None:
        raise NotRegistered(f"OLDS {ddname} OF SUBSYSTEM {ssid} IS NOT IN THE RECON")
    return record, found


def put_olds(unit: Unit, record: PriOld, changed: PriOlds) -> None:
    """Store an OLDS in its subsystem's record, in order of ddnames."""
    others = (held for held in record.olds if held.ddname != changed.ddname)
    unit.put(replace(record, olds=tuple(sorted((*others, changed), key=lambda held: held.ddname))))


def add_data_set(unit: Unit, record: L, dataset: LogDataSet) -> L:
    """Add a log data set to a log; it starts where the one before stopped, the first where the log starts."""
    start = record.datasets[-1].stop if record.datasets else record.start
    extended = replace(record, datasets=(*record.datasets, replace(dataset, start=start)))
    unit.put(extended)
    return extended


def close_if_archived(unit: Unit, ssid: str, start: datetime) -> None:
    """Close a log whose OLDSs are all archived, unless its subsystem still writes it."""
    subsystem = unit.find(Subsystem(ssid))
    if subsystem is not None and subsystem.log_start == start:
        return
    record = unit.find(PriOld(ssid)) or PriOld(ssid)
    if any(held.prilog_time == start and held.status != ARCHIVED for held in record.olds):
        return
    for empty in (PriLog(ssid, start), PriSld(ssid, start), SecLog(ssid, start), SecSld(ssid, start)):
        log = unit.find(empty)
        if log is not None and log.stop is None and log.datasets and log.datasets[-1].stop is not None:
            unit.put(replace(log, stop=log.datasets[-1].stop))


def end_unused(unit: Unit, ssid: str, start: datetime, stop: datetime) -> None:
    """End a log to which nothing was written: no archive will. What was allocated under it is no update any more."""
    for empty in (PriLog(ssid, start), PriSld(ssid, start)):
        log = unit.find(empty)
        if log is not None and log.stop is None and not log.datasets:
            unit.put(replace(log, stop=stop))


def delete_log(unit: Unit, ssid: str, start: datetime) -> None:
    """Delete a log with all that belongs to it.

    :raises NotAllowed: its subsystem is signed on and writes it.
    """
    subsystem = unit.find(Subsystem(ssid))
    if subsystem is not None and subsystem.log_start == start:
        raise NotAllowed(f"THE LOG STARTED {start:%Y.%j %H:%M:%S.%f} IS IN USE BY {ssid}")
    for kind in (PriLog, PriSld, SecLog, SecSld, LogAll):
        found = unit.find(kind(ssid, start))
        if found is not None:
            unit.delete(found)


def delete_olds(unit: Unit, ssid: str, ddname: str, *, last_closed: bool, kind: type[PriOld] = PriOld) -> None:
    """Delete an OLDS from PRIOLD (or SECOLD); the record goes with its last OLDS.

    :raises NotAllowed: it is the one used last and ``last_closed`` does not say so, or is being written.
    """
    record, olds = find_olds(unit, ssid, ddname, kind)
    latest = max(record.olds, key=lambda held: text(held.start))
    if olds.stop is None and unit.find(Subsystem(ssid)) is not None:
        raise NotAllowed(f"OLDS {ddname} IS IN USE BY {ssid}")
    if olds == latest and not last_closed and kind is PriOld:
        raise NotAllowed(f"OLDS {ddname} IS THE ONE {ssid} USED LAST, LASTCLOS IS REQUIRED")
    kept = replace(record, olds=tuple(held for held in record.olds if held.ddname != ddname))
    if kept.olds:
        unit.put(kept)
    else:
        unit.delete(kept)
