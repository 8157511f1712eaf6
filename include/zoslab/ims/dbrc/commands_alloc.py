"""NOTIFY and DELETE of ALLOC."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zoslab.ims.dbrc import allocations, databases
from zoslab.ims.dbrc.database_records import Alloc
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered
from zoslab.ims.dbrc.haldb_records import is_recoverable
from zoslab.ims.dbrc.operands import ddname, required_stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement


def notify_alloc(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record an allocation (STARTIME: its log's) or a deallocation (DEALTIME)."""
    dataset = allocations.data_set(unit, statement.text("DBD"), ddname(statement))
    db = databases.database(unit, dataset.dbname)
    databases.not_in_use(db)
    if not db.recoverable:
        raise NotAllowed(f"DATABASE {db.dbname} IS NOT RECOVERABLE")
    if not is_recoverable(dataset.ddname, dataset.db_type):
        raise NotAllowed(f"{dataset.ddname} IS AN INDEX OR ILDS, ITS CHANGES ARE NOT RECOVERED FROM LOGS")
    time = required_stamp(statement, "ALLTIME")
    found = unit.find(Alloc(dataset.dbname, dataset.ddname, time))
    if statement.has("STARTIME"):
        if found is not None:
            raise AlreadyRegistered(f"{dataset.dbname} {dataset.ddname} HAS AN ALLOC RECORD OF THAT TIME")
        dssn = statement.number("DSSN", dataset.dssn)
        usid = statement.number("USID", db.usid)
        start = required_stamp(statement, "STARTIME")
        quiesce = statement.has("QUIESCE")
        allocations.add(unit, Alloc(dataset.dbname, dataset.ddname, time, 0, dssn, usid, start, quiesce=quiesce))
        return
    if found is None:
        raise NotRegistered(f"{dataset.dbname} {dataset.ddname} HAS NO ALLOC RECORD OF THAT TIME")
    quiesce = found.quiesce or statement.has("QUIESCE")
    unit.put(replace(found, dealloc=required_stamp(statement, "DEALTIME"), quiesce=quiesce))


def delete_alloc(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete an ALLOC record."""
    found = unit.find(Alloc(statement.text("DBD"), ddname(statement), required_stamp(statement, "ALLTIME")))
    if found is None:
        raise NotRegistered(f"{statement.text('DBD')} {ddname(statement)} HAS NO ALLOC RECORD OF THAT TIME")
    allocations.delete(unit, found)
