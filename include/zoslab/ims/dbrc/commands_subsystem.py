"""NOTIFY, CHANGE and DELETE of SUBSYS and BKOUT."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zoslab.ims.dbrc import subsystems
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotRegistered, WrongOperand
from zoslab.ims.dbrc.log_records import Backout, Subsystem, UnitOfRecovery
from zoslab.ims.dbrc.operands import required, required_stamp, stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

MOST_DATABASES = 8


def notify_subsys(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record a subsystem as if it had signed on."""
    ssid = statement.text("SSID")
    if unit.find(Subsystem(ssid)) is not None:
        raise AlreadyRegistered(f"SUBSYSTEM {ssid} HAS AN SSYS RECORD")
    unit.put(
        Subsystem(
            ssid,
            stamp(statement, "STARTIME"),
            "BATCH" if statement.has("BATCH") else "ONLINE",
            abnormal=statement.has("ABNORMAL") or statement.has("STARTRCV"),
            recovery_started=statement.has("STARTRCV"),
            irlmid=statement.text("IRLMID"),
        )
    )


def change_subsys(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Say how a subsystem ended, or that recovery for it started or ended."""
    ssid = statement.text("SSID")
    record = subsystems.required(unit, ssid)
    if statement.has("STARTRCV"):
        subsystems.start_recovery(unit, ssid)
    elif statement.has("ENDRECOV"):
        subsystems.end_recovery(unit, ssid)
    elif statement.has("ABNORMAL"):
        subsystems.failed(unit, ssid)
    elif statement.has("NORMAL"):
        unit.put(replace(record, abnormal=False, recovery_started=False))
    else:
        unit.put(replace(record, irlmid=statement.text("IRLMID")))


def delete_subsys(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete an SSYS record that holds no database."""
    subsystems.delete(unit, statement.text("SSID"))


def _unit_of_recovery(statement: Statement) -> UnitOfRecovery:
    required(statement, "UOR", "UORTIME", "PSB")
    dbnames, done = statement.texts("DBD"), statement.texts("BKO")
    if not dbnames and not done:
        raise WrongOperand("DBD OR BKO IS REQUIRED")
    if len(dbnames) > MOST_DATABASES or len(done) > MOST_DATABASES:
        raise WrongOperand(f"DBD AND BKO TAKE UP TO {MOST_DATABASES} NAMES")
    return UnitOfRecovery(
        bytes.fromhex(statement.text("UOR")),
        required_stamp(statement, "UORTIME"),
        statement.text("PSB"),
        inflight=not statement.has("INDOUBT"),
        indoubt=statement.has("INDOUBT"),
        bmp=statement.has("BMP"),
        coldend=statement.has("COLDEND"),
        dbnames=dbnames,
        backed_out=done,
    )


def notify_bkout(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Create a BACKOUT record with one unit of recovery; CHANGE.BKOUT adds more."""
    ssid = statement.text("SSID")
    if unit.find(Backout(ssid)) is not None:
        raise AlreadyRegistered(f"SUBSYSTEM {ssid} HAS A BACKOUT RECORD, USE CHANGE.BKOUT")
    subsystems.add_backout(unit, ssid, _unit_of_recovery(statement))


def _backout(statement: Statement, unit: Unit) -> Backout:
    found = unit.find(Backout(statement.text("SSID")))
    if found is None:
        raise NotRegistered(f"SUBSYSTEM {statement.text('SSID')} HAS NO BACKOUT RECORD")
    return found


def change_bkout(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Add or replace a unit of recovery; with DELETE forget it."""
    record = _backout(statement, unit)
    if not statement.has("DELETE"):
        subsystems.add_backout(unit, record.ssid, _unit_of_recovery(statement))
        return
    required(statement, "UOR")
    token = bytes.fromhex(statement.text("UOR"))
    time = stamp(statement, "UORTIME")
    found = [held for held in record.units if held.token == token and time in (None, held.time)]
    if not found:
        raise NotRegistered(f"SUBSYSTEM {record.ssid} HAS NO SUCH UNIT OF RECOVERY")
    subsystems.remove_backout(unit, record, found[0])


def delete_bkout(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a BACKOUT record; its databases need no backout any more."""
    record = _backout(statement, unit)
    for done in record.units:
        subsystems.remove_backout(unit, unit.find(record) or record, done)
