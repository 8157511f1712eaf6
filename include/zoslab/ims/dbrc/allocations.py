"""ALLOC records: when a subsystem began and ended to update a data set. IMS Commands, Volume 3, NOTIFY.ALLOC."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zoslab.ims.dbrc.database_records import Alloc, Db, Dbds
from zoslab.ims.dbrc.errors import NotAllowed, NotRegistered
from zoslab.ims.dbrc.haldb_records import is_recoverable
from zoslab.ims.dbrc.log_records import LogAll, PriLog
from zoslab.ims.dbrc.logs import current_log, log_all
from zoslab.ims.dbrc.unit import Unit


def data_set(unit: Unit, dbname: str, ddname: str) -> Dbds:
    """Return the record of a database data set.

    :raises NotRegistered: there is none.
    """
    found = unit.find(Dbds(dbname, ddname))
    if found is None:
        raise NotRegistered(f"DBDS DBD={dbname} DDN={ddname} IS NOT REGISTERED")
    return found


def allocate(unit: Unit, dbname: str, ddname: str, ssid: str, time: datetime, lrid: int = 0) -> Alloc | None:
    """Record that a subsystem begins to update a data set; None if its changes are not recovered.

    :raises NotAllowed: the subsystem writes no log.
    """
    dataset = data_set(unit, dbname, ddname)
    db = unit.find(Db(dbname))
    if db is None or not db.recoverable or not is_recoverable(ddname, dataset.db_type):
        return None
    log = current_log(unit, ssid)
    if log is None:
        raise NotAllowed(f"SUBSYSTEM {ssid} HAS NO OPEN LOG, {dbname} CANNOT BE ALLOCATED FOR UPDATE")
    changed = replace(dataset, dssn=dataset.dssn + 1, ic_recommended=True)
    alloc = Alloc(dbname, ddname, time, lrid, changed.dssn, db.usid, log)
    unit.put(changed)
    add(unit, alloc)
    return alloc


def add(unit: Unit, alloc: Alloc) -> None:
    """Store an ALLOC record and count it in the LOGALL of its log.

    :raises NotRegistered: no log started at its START time.
    """
    logs = [log for log in unit.logs(PriLog) if log.start == alloc.start]
    if not logs or alloc.start is None:
        raise NotRegistered(f"NO LOG STARTED AT THE TIME THE ALLOCATION OF {alloc.dbname} {alloc.ddname} NAMES")
    unit.put(alloc)
    for log in logs:
        unit.put(log_all(unit, log.ssid, alloc.start))


def deallocate(
    unit: Unit, dbname: str, ddname: str, ssid: str, time: datetime, lrid: int = 0, *, quiesce: bool = False
) -> Alloc | None:
    """Record that a subsystem stopped to update a data set; None if it had no open allocation."""
    log = current_log(unit, ssid)
    found = [alloc for alloc in unit.all(Alloc, dbname, ddname) if alloc.dealloc is None and alloc.start == log]
    if not found:
        return None
    closed = replace(found[-1], dealloc=time, dealloc_lrid=lrid, quiesce=quiesce)
    unit.put(closed)
    return closed


def delete(unit: Unit, alloc: Alloc) -> None:
    """Delete an ALLOC record and take it out of its LOGALL."""
    unit.delete(alloc)
    for held in unit.logs(LogAll):
        if held.start == alloc.start and held.start is not None:
            unit.put(log_all(unit, held.ssid, held.start))
