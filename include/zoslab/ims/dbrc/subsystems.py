"""Subsystems signing on and off, and what is left when one fails. IMS System Administration, "Subsystem records"."""

from __future__ import annotations

from dataclasses import replace

from zoslab.ims.dbrc.authorization import release_all
from zoslab.ims.dbrc.database_records import Db
from zoslab.ims.dbrc.errors import NotAllowed, NotRegistered, SubsystemActive
from zoslab.ims.dbrc.log_records import Backout, Subsystem, UnitOfRecovery
from zoslab.ims.dbrc.logs import close_if_archived
from zoslab.ims.dbrc.unit import Unit


def required(unit: Unit, ssid: str) -> Subsystem:
    """Return a subsystem's record.

    :raises NotRegistered: there is none.
    """
    found = unit.find(Subsystem(ssid))
    if found is None:
        raise NotRegistered(f"NO SSYS RECORD FOR SUBSYSTEM {ssid}")
    return found


def sign_on(unit: Unit, ssid: str, *, restart: bool, override: bool, irlm: str = "") -> Subsystem:
    """Record that a subsystem starts: cold or warm (``restart`` False) or by emergency restart.

    :raises SubsystemActive: it is signed on and its failure was not reported; OVERRIDE asserts it.
    :raises NotAllowed: it failed, and this is no emergency restart.
    """
    found = unit.find(Subsystem(ssid))
    if found is None:
        found = Subsystem(ssid)
    elif restart and not found.abnormal and not override:
        raise SubsystemActive(f"SUBSYSTEM {ssid} IS SIGNED ON AND NOT KNOWN TO HAVE FAILED, OVERRIDE IS REQUIRED")
    elif not restart and found.abnormal:
        raise NotAllowed(f"SUBSYSTEM {ssid} FAILED, EMERGENCY RESTART IS REQUIRED")
    elif not restart:
        raise SubsystemActive(f"SUBSYSTEM {ssid} IS ALREADY SIGNED ON")
    signed_on = replace(found, log_start=None, abnormal=False, recovery_started=False, irlmid=irlm)
    unit.put(signed_on)
    return signed_on


def sign_off(unit: Unit, ssid: str) -> None:
    """Record a subsystem's normal end: its authorizations and its record go, its archived log is closed."""
    subsystem = required(unit, ssid)
    release_all(unit, ssid)
    unit.delete(subsystem)
    if subsystem.log_start is not None:
        close_if_archived(unit, ssid, subsystem.log_start)


def failed(unit: Unit, ssid: str) -> None:
    """Record that a subsystem ended abnormally."""
    unit.put(replace(required(unit, ssid), abnormal=True))


def start_recovery(unit: Unit, ssid: str) -> None:
    """CHANGE.SUBSYS STARTRCV."""
    unit.put(replace(required(unit, ssid), abnormal=True, recovery_started=True))


def end_recovery(unit: Unit, ssid: str) -> None:
    """CHANGE.SUBSYS ENDRECOV: the subsystem's database authorizations are dropped.

    :raises NotAllowed: STARTRCV was not issued.
    """
    if not required(unit, ssid).recovery_started:
        raise NotAllowed(f"RECOVERY WAS NOT STARTED FOR SUBSYSTEM {ssid}")
    release_all(unit, ssid)
    unit.put(replace(required(unit, ssid), abnormal=False, recovery_started=False))


def delete(unit: Unit, ssid: str) -> None:
    """DELETE.SUBSYS.

    :raises NotAllowed: it holds authorizations.
    """
    subsystem = required(unit, ssid)
    if subsystem.authorized or any(held.name == ssid for db in unit.all(Db) for held in db.authorized):
        raise NotAllowed(f"SUBSYSTEM {ssid} HOLDS DATABASES, ISSUE CHANGE.SUBSYS STARTRCV AND ENDRECOV FIRST")
    unit.delete(subsystem)


def add_backout(unit: Unit, ssid: str, left: UnitOfRecovery) -> None:
    """Record a unit of recovery that could not be backed out; its databases are marked BACKOUT NEEDED."""
    record = unit.find(Backout(ssid)) or Backout(ssid)
    kept = tuple(u for u in record.units if (u.token, u.time) != (left.token, left.time))
    for known in record.units:
        if known not in kept:
            _count(unit, known, -1)
    _count(unit, left, 1)
    unit.put(replace(record, units=(*kept, left)))


def remove_backout(unit: Unit, record: Backout, done: UnitOfRecovery) -> None:
    """Forget one unit of recovery; the record goes with its last one."""
    _count(unit, done, -1)
    left = replace(record, units=tuple(u for u in record.units if u != done))
    if left.units:
        unit.put(left)
    else:
        unit.delete(left)


def _count(unit: Unit, of: UnitOfRecovery, step: int) -> None:
    for dbname in of.dbnames:
        db = unit.find(Db(dbname))
        if db is not None:
            unit.put(replace(db, backout_count=max(0, db.backout_count + step)))
