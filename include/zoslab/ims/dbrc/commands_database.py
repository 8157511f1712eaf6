"""INIT, CHANGE and DELETE of DB and DBDS, NOTIFY and DELETE of ALLOC."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab.ims.dbrc import allocations, authorization
from zoslab.ims.dbrc.database_records import Alloc, CaGroup, Db, Dbds, Image
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.operands import ddname, required, required_stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

DB_FLAGS: dict[str, tuple[str, bool]] = {
    "AUTH": ("prohibited", False),
    "NOAUTH": ("prohibited", True),
    "READON": ("read_only", True),
    "READOFF": ("read_only", False),
    "ICREQ": ("icreq", True),
    "NOICREQ": ("icreq", False),
    "RECOVABL": ("recoverable", True),
    "NONRECOV": ("recoverable", False),
    "DBQUI": ("quiesce_in_progress", True),
    "NODBQUI": ("quiesce_in_progress", False),
    "DBQUIH": ("quiesce_held", True),
    "NODBQUIH": ("quiesce_held", False),
}
DBDS_TEXTS = {
    "DSN": "dsn",
    "DBORG": "dborg",
    "DSORG": "dsorg",
    "DEFLTJCL": "defltjcl",
    "ICJCL": "icjcl",
    "OICJCL": "oicjcl",
    "RECOVJCL": "recovjcl",
    "RECVJCL": "recvjcl",
}
DBDS_FLAGS: dict[str, tuple[str, bool]] = {
    "REUSE": ("reuse", True),
    "NOREUSE": ("reuse", False),
    "ICON": ("ic_needed", True),
    "ICOFF": ("ic_needed", False),
    "RECOV": ("recov_needed", True),
    "NORECOV": ("recov_needed", False),
}
IN_USE = ("SHARELVL", "NONRECOV", "RECOVABL", "GSGNAME")


def database(unit: Unit, dbname: str) -> Db:
    """Return a DB record.

    :raises NotRegistered: there is none.
    """
    found = unit.find(Db(dbname))
    if found is None:
        raise NotRegistered(f"DATABASE {dbname} IS NOT REGISTERED")
    return found


def _not_in_use(db: Db) -> None:
    if db.authorized:
        raise NotAllowed(f"DATABASE {db.dbname} IS IN USE BY {', '.join(held.name for held in db.authorized)}")


def init_db(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Register a database."""
    dbname = statement.text("DBD")
    if unit.find(Db(dbname)) is not None:
        raise AlreadyRegistered(f"DATABASE {dbname} IS ALREADY REGISTERED")
    header = unit.header
    unit.put(replace(header, last_dmb=header.last_dmb + 1))
    kind = "FP" if statement.has("TYPEFP") else "IMS"
    new = Db(dbname, header.last_dmb + 1, kind, statement.number("SHARELVL"), dbrcvgrp=statement.text("DBRCVGRP"))
    unit.put(replace(new, **_db_values(statement)))


def _db_values(statement: Statement) -> dict[str, Any]:
    values: dict[str, Any] = {field: content for name, (field, content) in DB_FLAGS.items() if statement.has(name)}
    if statement.has("SHARELVL"):
        values["share_level"] = statement.number("SHARELVL")
    if statement.has("GSGNAME"):
        values["gsgname"] = statement.text("GSGNAME")
    return values


def change_db(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change a database's flags and level, or take a subsystem's authorization away."""
    if len(statement.keywords) == 1:
        raise WrongOperand("CHANGE.DB NEEDS SOMETHING TO CHANGE")
    chosen = unit.all(Db) if statement.has("ALL") else [database(unit, statement.text("DBD"))]
    for db in chosen:
        if any(statement.has(name) for name in IN_USE):
            _not_in_use(db)
        values = _db_values(statement)
        if statement.has("BACKOUT"):
            values["backout_count"] = statement.number("BACKOUT")
        if statement.has("NOBACK"):
            values["backout_count"] = 0
        unit.put(replace(db, **values))
        if statement.has("UNAUTH"):
            required(statement, "SSID")
            authorization.release(unit, statement.text("SSID"), db.dbname)


def delete_db(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a database with all that is recorded about it."""
    db = database(unit, statement.text("DBD"))
    _not_in_use(db)
    for dataset in unit.all(Dbds, db.dbname):
        _delete_data_set(unit, dataset)
    unit.delete(db)


def init_dbds(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Register a database data set."""
    dbname, name = statement.text("DBD"), ddname(statement)
    db = database(unit, dbname)
    if unit.find(Dbds(dbname, name)) is not None:
        raise AlreadyRegistered(f"DBDS DBD={dbname} DDN={name} IS ALREADY REGISTERED")
    dsid = statement.number("DSID", 1 + max((held.dsid for held in unit.all(Dbds, dbname)), default=0))
    new = Dbds(dbname, name, db_type=db.db_type, dsid=dsid)
    unit.put(replace(new, **_dbds_values(statement)))


def _dbds_values(statement: Statement) -> dict[str, Any]:
    values: dict[str, Any] = {field: statement.text(name) for name, field in DBDS_TEXTS.items() if statement.has(name)}
    values.update({field: content for name, (field, content) in DBDS_FLAGS.items() if statement.has(name)})
    values.update({name.lower(): statement.number(name) for name in ("GENMAX", "RECOVPD") if statement.has(name)})
    if not 0 < values.get("genmax", 1) < 256:
        raise WrongOperand("GENMAX MUST BE 1 TO 255")
    return values


def change_dbds(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change a database data set's name and attributes; its database must not be in use."""
    dataset = allocations.data_set(unit, statement.text("DBD"), ddname(statement))
    _not_in_use(database(unit, dataset.dbname))
    values = _dbds_values(statement)
    if not values:
        raise WrongOperand("CHANGE.DBDS NEEDS SOMETHING TO CHANGE")
    used = sum(not image.available for image in unit.all(Image, dataset.dbname, dataset.ddname))
    if values.get("genmax", used) < used:
        raise NotAllowed(f"GENMAX({values['genmax']}) IS LESS THAN THE {used} IMAGE COPIES OF {dataset.ddname}")
    unit.put(replace(dataset, **values))


def delete_dbds(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a database data set with all that is recorded about it."""
    dataset = allocations.data_set(unit, statement.text("DBD"), ddname(statement))
    _not_in_use(database(unit, dataset.dbname))
    _delete_data_set(unit, dataset)


def _delete_data_set(unit: Unit, dataset: Dbds) -> None:
    for alloc in unit.all(Alloc, dataset.dbname, dataset.ddname):
        allocations.delete(unit, alloc)
    for image in unit.all(Image, dataset.dbname, dataset.ddname):
        unit.delete(image)
    for group in unit.all(CaGroup):
        left = tuple(m for m in group.members if (m.dbname, m.ddname) != (dataset.dbname, dataset.ddname))
        if left != group.members:
            unit.put(replace(group, members=left))
    unit.delete(dataset)


def notify_alloc(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record an allocation (STARTIME: its log's) or a deallocation (DEALTIME)."""
    dataset = allocations.data_set(unit, statement.text("DBD"), ddname(statement))
    db = database(unit, dataset.dbname)
    _not_in_use(db)
    if not db.recoverable:
        raise NotAllowed(f"DATABASE {db.dbname} IS NOT RECOVERABLE")
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
