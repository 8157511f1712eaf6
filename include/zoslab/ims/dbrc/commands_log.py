"""NOTIFY and CHANGE of PRILOG and SECLOG, and DELETE.LOG, for OLDS, RLDS and SLDS.

Own reading where the manual's pages are not public: DSN with RUNTIME adds a closed data set to a log that stays open;
RUNTIME without DSN closes the log; without either, an empty log is recorded. LSNs are hexadecimal as in listings.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab.ims.dbrc import logs
from zoslab.ims.dbrc.database_records import Alloc
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.log_records import (
    LogAll,
    LogDataSet,
    LogVolume,
    PriLog,
    PriOld,
    PriOlds,
    PriSld,
    SecLog,
    SecOld,
    SecSld,
)
from zoslab.ims.dbrc.operands import hexadecimal, required, required_stamp, stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement


def notify_prilog(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Add an OLDS, RLDS or SLDS, close one, or close a log."""
    required(statement, "SSID", "STARTIME")
    if statement.has("OLDS"):
        _notify_olds(statement, unit)
    else:
        _notify_log(statement, unit, _kind(statement))


def _kind(statement: Statement) -> type[PriLog]:
    """Return the record kind the statement is about: RLDS is assumed."""
    if statement.verb.endswith("SECLOG"):
        return SecSld if statement.has("SLDS") else SecLog
    return PriSld if statement.has("SLDS") else PriLog


def _olds_kind(statement: Statement) -> type[PriOld]:
    return SecOld if statement.verb.endswith("SECLOG") else PriOld


def _notify_olds(statement: Statement, unit: Unit) -> None:
    ssid, ddname, start = statement.text("SSID"), statement.text("OLDS"), required_stamp(statement, "STARTIME")
    if not statement.has("DSN") and not statement.has("RUNTIME"):
        raise WrongOperand("OLDS NEEDS DSN TO ADD IT OR RUNTIME TO CLOSE IT")
    if statement.has("DSN"):
        empty = _olds_kind(statement)(ssid)
        record = unit.find(empty) or empty
        if any(held.ddname == ddname and held.status != logs.ARCHIVED for held in record.olds):
            raise AlreadyRegistered(f"OLDS {ddname} OF {ssid} IS IN THE RECON AND NOT ARCHIVED")
        log = logs.log_at(unit, ssid, start)
        if log is None:
            logs.start_log(unit, ssid, start, hexadecimal(statement, "FIRSTREC"))
        first = hexadecimal(statement, "FIRSTREC")
        new = PriOlds(ddname, statement.text("DSN"), start, None, first, prilog_time=log or start)
        new = replace(new, lock_sequence=hexadecimal(statement, "LOCKSEQ"), version=statement.text("VERSION", "15.1"))
        logs.put_olds(unit, record, new)
    if statement.has("RUNTIME"):
        record, olds = logs.find_olds(unit, ssid, ddname, _olds_kind(statement))
        if olds.start != start:
            raise NotRegistered(f"OLDS {ddname} OF {ssid} DID NOT START AT THAT TIME")
        stop = required_stamp(statement, "RUNTIME")
        _not_before(stop, start)
        last = hexadecimal(statement, "LASTREC", olds.last_lsn)
        logs.put_olds(unit, record, replace(olds, stop=stop, last_lsn=last, status=logs.NEEDED))


def _not_before(stop: datetime, start: datetime | None) -> None:
    if start is not None and stop < start:
        raise WrongOperand("RUNTIME IS EARLIER THAN THE START TIME")


def _notify_log(statement: Statement, unit: Unit, kind: type[PriLog]) -> None:
    ssid, start = statement.text("SSID"), required_stamp(statement, "STARTIME")
    first, stop = hexadecimal(statement, "FIRSTREC"), stamp(statement, "RUNTIME")
    record = unit.find(kind(ssid, start))
    if record is None:
        record = kind(ssid, start, version=statement.text("VERSION", "15.1"), first_record=first)
        unit.put(record)
        if unit.find(LogAll(ssid, start)) is None:
            unit.put(logs.log_all(unit, ssid, start))
    elif record.stop is not None:
        raise NotAllowed(f"THE {record.NAME} OF {ssid} STARTED AT THAT TIME IS CLOSED")
    elif not statement.has("DSN") and stop is None:
        raise AlreadyRegistered(f"{ssid} HAS A {record.NAME} STARTED AT THAT TIME")
    if statement.has("DSN"):
        required(statement, "VOLSER")
        if record.datasets and record.datasets[-1].stop is None:
            raise NotAllowed(f"{record.datasets[-1].dsn} HAS NO STOP TIME, NO DATA SET CAN FOLLOW IT")
        if stop is not None:
            _not_before(stop, record.datasets[-1].stop if record.datasets else start)
        logs.add_data_set(unit, record, _data_set(statement, first, stop))
    elif stop is not None:
        unit.put(_closed(record, stop, hexadecimal(statement, "LASTREC")))


def _data_set(statement: Statement, first: int, stop: datetime | None) -> LogDataSet:
    volumes = tuple(
        LogVolume(
            volser, stop, statement.number("CKPTCT"), stamp(statement, "CHKPTID"), hexadecimal(statement, "LOCKSEQ")
        )
        for volser in statement.texts("VOLSER")
    )
    last = hexadecimal(statement, "LASTREC")
    sequence = statement.number("FILESEQ", 1)
    unit_type = statement.text("UNIT", "SYSDA")
    return LogDataSet(statement.text("DSN"), unit_type, None, stop, first, last, sequence, volumes=volumes)


def _closed(record: PriLog, stop: datetime, last: int) -> PriLog:
    _not_before(stop, record.start)
    datasets = record.datasets
    if datasets and datasets[-1].stop is None:
        volumes = tuple(replace(volume, stop=stop) for volume in datasets[-1].volumes)
        datasets = (*datasets[:-1], replace(datasets[-1], stop=stop, last_lsn=last, volumes=volumes))
    return replace(record, stop=stop, datasets=datasets)


def change_prilog(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change what is recorded about an OLDS, or about a data set of a log (RLDS is assumed)."""
    if statement.has("OLDS"):
        _change_olds(statement, unit)
        return
    record = _the_log(statement, unit, _kind(statement))
    chosen = _the_data_set(statement, record)
    changed = _changed(statement, chosen)
    datasets = tuple(changed if dataset is chosen else dataset for dataset in record.datasets)
    unit.put(replace(record, datasets=datasets))


def _change_olds(statement: Statement, unit: Unit) -> None:
    required(statement, "SSID")
    kind = _olds_kind(statement)
    record, olds = logs.find_olds(unit, statement.text("SSID"), statement.text("OLDS"), kind)
    values: dict[str, Any] = {}
    if statement.has("ARCHIVED") or statement.has("NOARCH"):
        if olds.stop is None:
            raise NotAllowed(f"OLDS {olds.ddname} OF {record.ssid} IS OPEN")
        values["status"] = logs.ARCHIVED if statement.has("ARCHIVED") else logs.NEEDED
    for keyword, field, content in (
        ("AVAIL", "available", True),
        ("UNAVAIL", "available", False),
        ("ERROR", "error", True),
        ("NOERROR", "error", False),
    ):
        if statement.has(keyword):
            values[field] = content
    if statement.has("DSN"):
        values["dsn"] = statement.text("DSN")
    if not values:
        raise WrongOperand(f"{statement.verb} NEEDS SOMETHING TO CHANGE")
    logs.put_olds(unit, record, replace(olds, **values))


def _the_log(statement: Statement, unit: Unit, kind: type[PriLog]) -> PriLog:
    start = required_stamp(statement, "STARTIME")
    ssid = statement.text("SSID")
    found = [log for log in unit.logs(kind) if log.start == start and ssid in ("", log.ssid)]
    if not found:
        raise NotRegistered(f"NO {kind.NAME} STARTED AT THAT TIME")
    if len(found) > 1:
        raise WrongOperand("SEVERAL SUBSYSTEMS HAVE A LOG STARTED AT THAT TIME, SSID IS REQUIRED")
    return found[0]


def _the_data_set(statement: Statement, record: PriLog) -> LogDataSet:
    start = stamp(statement, "DSSTART")
    found = [dataset for dataset in record.datasets if start is None or dataset.start == start]
    if not found:
        raise NotRegistered(f"THE {record.NAME} HAS NO DATA SET STARTED AT THAT TIME")
    if len(found) > 1:
        raise WrongOperand(f"THE {record.NAME} HAS SEVERAL DATA SETS, DSSTART IS REQUIRED")
    return found[0]


def _changed(statement: Statement, dataset: LogDataSet) -> LogDataSet:
    values: dict[str, Any] = {}
    for keyword, field in (("DSN", "dsn"), ("UNIT", "unit")):
        if statement.has(keyword):
            values[field] = statement.text(keyword)
    if statement.has("FILESEQ"):
        values["file_seq"] = statement.number("FILESEQ")
    if statement.has("ERROR") or statement.has("NOERROR"):
        values["error"] = statement.has("ERROR")
    volumes = dataset.volumes
    if statement.has("VOLSER"):
        serials = statement.texts("VOLSER")
        if len(serials) != len(volumes):
            raise WrongOperand(f"{dataset.dsn} IS ON {len(volumes)} VOLUME(S), VOLSER NAMES {len(serials)}")
        volumes = tuple(replace(volume, volser=serial) for volume, serial in zip(volumes, serials, strict=True))
    if statement.has("CKPTCT"):
        volumes = tuple(replace(volume, checkpoints=statement.number("CKPTCT")) for volume in volumes)
    if statement.has("CHKPTID"):
        volumes = tuple(replace(volume, checkpoint=stamp(statement, "CHKPTID")) for volume in volumes)
    if not values and volumes == dataset.volumes:
        raise WrongOperand(f"{statement.verb} NEEDS SOMETHING TO CHANGE")
    return replace(dataset, **values, volumes=volumes)


def delete_log(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete an OLDS, a log, or all closed logs that no allocation names."""
    if statement.has("OLDS"):
        ssid, name = _subsystem(statement, unit), statement.text("OLDS")
        last = statement.has("LASTCLOS")
        secondary = unit.find(SecOld(ssid))
        if secondary is not None and any(held.ddname == name for held in secondary.olds):
            logs.delete_olds(unit, ssid, name, last_closed=last, kind=SecOld)
            if not any(held.ddname == name for held in (unit.find(PriOld(ssid)) or PriOld(ssid)).olds):
                return
        logs.delete_olds(unit, ssid, name, last_closed=last)
    elif statement.has("STARTIME"):
        start, ssid = required_stamp(statement, "STARTIME"), statement.text("SSID")
        kinds = (PriLog, PriSld, SecLog, SecSld)
        found = {log.ssid for kind in kinds for log in unit.logs(kind) if log.start == start and ssid in ("", log.ssid)}
        if not found:
            raise NotRegistered("NO LOG STARTED AT THAT TIME")
        for one in sorted(found):
            logs.delete_log(unit, one, start)
    else:
        until, named = stamp(statement, "TOTIME"), {alloc.start for alloc in unit.all(Alloc)}
        for log in unit.logs(PriLog):
            if log.start and log.stop and (until is None or log.stop <= until) and log.start not in named:
                logs.delete_log(unit, log.ssid, log.start)


def _subsystem(statement: Statement, unit: Unit) -> str:
    records = unit.logs(PriOld)
    if not statement.has("SSID") and len(records) != 1:
        raise WrongOperand("SSID IS REQUIRED, THE RECON HAS OLDS OF SEVERAL SUBSYSTEMS OR OF NONE")
    return statement.text("SSID") or records[0].ssid
