"""NOTIFY and DELETE of REORG and RECOV, and of image copies that DBRC did not see made (UIC).

Own reading: a reorganisation makes an image copy needed where the database requires one and recommended elsewhere; a
recovery to a time makes one recommended. Source of the flags: ims.md section 2.5.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zoslab.ims.dbrc import databases
from zoslab.ims.dbrc.allocations import data_set
from zoslab.ims.dbrc.database_records import Dbds, Image
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered
from zoslab.ims.dbrc.event_records import Recov, Reorg
from zoslab.ims.dbrc.haldb_records import is_recoverable
from zoslab.ims.dbrc.operands import ddname, required_stamp, stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

USER = "USER"


def _named(statement: Statement, unit: Unit) -> Dbds:
    return data_set(unit, statement.text("DBD"), ddname(statement))


def notify_reorg(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record that a data set was reorganised."""
    dataset, run = _named(statement, unit), required_stamp(statement, "RUNTIME")
    new = Reorg(dataset.dbname, dataset.ddname, run, stamp(statement, "STOPTIME"), online=statement.has("ONLINE"))
    if unit.find(new) is not None:
        raise AlreadyRegistered(f"{dataset.dbname} {dataset.ddname} HAS A REORGANISATION OF THAT TIME")
    db = databases.database(unit, dataset.dbname)
    unit.put(replace(new, usid=statement.number("USID", db.usid)))
    logged = db.recoverable and is_recoverable(dataset.ddname, dataset.db_type)
    unit.put(replace(dataset, ic_needed=logged and db.icreq, ic_recommended=logged))


def notify_recov(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record that a data set was recovered: it needs recovery no more."""
    dataset, run = _named(statement, unit), required_stamp(statement, "RUNTIME")
    to = stamp(statement, "RCVTIME")
    if to is not None and to > run:
        raise NotAllowed("RCVTIME IS LATER THAN RUNTIME")
    new = Recov(dataset.dbname, dataset.ddname, run, to)
    if unit.find(new) is not None:
        raise AlreadyRegistered(f"{dataset.dbname} {dataset.ddname} HAS A RECOVERY OF THAT TIME")
    db = databases.database(unit, dataset.dbname)
    unit.put(replace(new, usid=statement.number("RUNUSID", db.usid)))
    recommended = dataset.ic_recommended or to is not None
    unit.put(replace(dataset, recov_needed=False, ic_recommended=recommended, eeqes=(), eeqe_count=0))


def delete_reorg(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a REORG record."""
    dataset = _named(statement, unit)
    found = unit.find(Reorg(dataset.dbname, dataset.ddname, required_stamp(statement, "RECTIME")))
    if found is None:
        raise NotRegistered(f"{dataset.dbname} {dataset.ddname} HAS NO REORGANISATION OF THAT TIME")
    unit.delete(found)


def delete_recov(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a RECOV record."""
    dataset = _named(statement, unit)
    found = unit.find(Recov(dataset.dbname, dataset.ddname, required_stamp(statement, "RECTIME")))
    if found is None:
        raise NotRegistered(f"{dataset.dbname} {dataset.ddname} HAS NO RECOVERY OF THAT TIME")
    unit.delete(found)


def notify_uic(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record a copy that no IMS utility made; what it is and where stands in UDATA."""
    dataset, run = _named(statement, unit), required_stamp(statement, "RUNTIME")
    if dataset.reuse:
        raise NotAllowed(f"{dataset.dbname} {dataset.ddname} IS REUSE, NO USER IMAGE COPY CAN BE RECORDED")
    if unit.find(Image(dataset.dbname, dataset.ddname, run)) is not None:
        raise AlreadyRegistered(f"{dataset.dbname} {dataset.ddname} HAS AN IMAGE COPY OF THAT TIME")
    usid = databases.database(unit, dataset.dbname).usid
    unit.put(Image(dataset.dbname, dataset.ddname, run, ic_type=USER, usid=usid, udata=statement.text("UDATA")))
    unit.put(replace(dataset, ic_needed=False, ic_recommended=False))


def _user_copy(statement: Statement, unit: Unit) -> Image:
    dataset = _named(statement, unit)
    found = unit.find(Image(dataset.dbname, dataset.ddname, required_stamp(statement, "RECTIME")))
    if found is None or found.ic_type != USER:
        raise NotRegistered(f"{dataset.dbname} {dataset.ddname} HAS NO USER IMAGE COPY OF THAT TIME")
    return found


def change_uic(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change what is said of a user image copy."""
    unit.put(replace(_user_copy(statement, unit), udata=statement.text("UDATA")))


def delete_uic(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Forget a user image copy."""
    unit.delete(_user_copy(statement, unit))
