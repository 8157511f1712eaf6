"""INIT, CHANGE and DELETE of DB and DBDS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab.ims.dbd import Dbd
from zoslab.ims.dbrc import allocations, authorization, commands_haldb, databases
from zoslab.ims.dbrc.database_records import Db, Dbds, Image
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, WrongOperand
from zoslab.ims.dbrc.grammar_databases import AREA_OPTIONS
from zoslab.ims.dbrc.haldb_records import HaldbMaster
from zoslab.ims.dbrc.operands import dbds_values, ddname, required
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

ORGANISATIONS = ("PHDAM", "PHIDAM", "PSINDEX")
DB_FLAGS: dict[str, tuple[str, bool]] = {
    "AUTH": ("prohibited", False),
    "NOAUTH": ("prohibited", True),
    "READON": ("read_only", True),
    "READOFF": ("read_only", False),
    "ICREQ": ("icreq", True),
    "NOICREQ": ("icreq", False),
    "OLRCAP": ("olr_capable", True),
    "OLRNOCAP": ("olr_capable", False),
    "OLRRESET": ("olr_active", False),
    "OLRDEL": ("olr_active", False),
    "DATXEXIT": ("data_exit", True),
    "NODATXEX": ("data_exit", False),
    "OSAM8G": ("osam8g", True),
    "NOOSAM8G": ("osam8g", False),
    "FULLSEG": ("full_segment", True),
    "NOFULLSG": ("full_segment", False),
    "ALTER": ("alter", True),
    "NOALTER": ("alter", False),
    "DBQUI": ("quiesce_in_progress", True),
    "NODBQUI": ("quiesce_in_progress", False),
    "DBQUIH": ("quiesce_held", True),
    "NODBQUIH": ("quiesce_held", False),
}
RECOVERY: dict[str, tuple[bool, bool]] = {
    "RECOVABL": (True, False),
    "NONRECOV": (False, False),
    "USERRCOV": (True, True),
}
HALDB_ONLY = (
    "PARTSEL",
    "OLRCAP",
    "OLRNOCAP",
    "OLRRESET",
    "OLRDEL",
    "OSAM8G",
    "NOOSAM8G",
    "ALTER",
    "NOALTER",
    "DSNPREFX",
)
IN_USE = ("SHARELVL", "NONRECOV", "RECOVABL", "USERRCOV", "GSGNAME", "TYPEIMS", "TYPEFP", "DSNPREFX", "PARTSEL")


def init_db(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Register a database, or the master of a HALDB."""
    dbname = statement.text("DBD")
    if unit.find(Db(dbname)) is not None:
        raise AlreadyRegistered(f"DATABASE {dbname} IS ALREADY REGISTERED")
    header, is_haldb = unit.header, statement.has("TYPHALDB")
    if not is_haldb:
        _refuse(statement, (*HALDB_ONLY, "DBORG", "DSORG", "DSGCNT"), "IS FOR TYPHALDB ONLY")
    unit.put(replace(header, last_dmb=header.last_dmb + 1))
    kind = "HALDB" if is_haldb else "FP" if statement.has("TYPEFP") else "IMS"
    new = Db(dbname, header.last_dmb + 1, kind, statement.number("SHARELVL"), dbrcvgrp=statement.text("DBRCVGRP"))
    unit.put(replace(new, **_db_values(statement)))
    if is_haldb:
        unit.put(_master(statement, dbname, unit.definition(dbname)))


def _master(statement: Statement, dbname: str, dbd: Dbd | None) -> HaldbMaster:
    """Return a HALDB's master record: how it is organised stands in DBDLIB; own operands stand for a DBD."""
    organised = statement.text("DBORG", dbd.access if dbd else "PHDAM")
    if organised not in ORGANISATIONS:
        raise WrongOperand(f"DBORG({organised}) MUST BE ONE OF {', '.join(ORGANISATIONS)}")
    method = "VSAM" if organised == "PSINDEX" or (dbd and dbd.method == "VSAM") else "OSAM"
    groups = statement.number("DSGCNT", dbd.groups if dbd and organised != "PSINDEX" else 1)
    access = statement.text("DSORG", method)
    return HaldbMaster(dbname, _selection(statement), organised, access, data_set_groups=groups)


def _refuse(statement: Statement, names: Sequence[str], why: str) -> None:
    given = [name for name in names if statement.has(name)]
    if given:
        raise WrongOperand(f"{given[0]} {why}")


def _selection(statement: Statement) -> str:
    name = statement.text("PARTSEL")
    return "" if name == "**NULL**" else name


def _db_values(statement: Statement) -> dict[str, Any]:
    values: dict[str, Any] = {field: content for name, (field, content) in DB_FLAGS.items() if statement.has(name)}
    for name, (recoverable, by_user) in RECOVERY.items():
        if statement.has(name):
            values.update({"recoverable": recoverable, "user_recovery": by_user})
    if statement.has("SHARELVL"):
        values["share_level"] = statement.number("SHARELVL")
    if statement.has("GSGNAME"):
        values["gsgname"] = statement.text("GSGNAME")
    for name in ("RCVTRACK", "DBTRACK"):
        if statement.has(name):
            values["tracking"] = name
    for name, kind in (("TYPEIMS", "IMS"), ("TYPEFP", "FP")):
        if statement.has(name):
            values["db_type"] = kind
    return values


def change_db(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change a database's flags and level, or take a subsystem's authorization away; a HALDB with its partitions."""
    if len(statement.keywords) == 1:
        raise WrongOperand("CHANGE.DB NEEDS SOMETHING TO CHANGE")
    if statement.has("AREA"):
        _change_area(statement, unit)
        return
    chosen = unit.all(Db) if statement.has("ALL") else [databases.database(unit, statement.text("DBD"))]
    for db in chosen:
        if db.db_type == "HALDB" and not statement.has("ALL"):
            _change_haldb(statement, unit, db)
        _change_one(statement, unit, db)


def _change_one(statement: Statement, unit: Unit, db: Db) -> None:
    if db.db_type not in ("HALDB", "PART"):
        _refuse(statement, HALDB_ONLY, f"IS FOR A HALDB, AND {db.dbname} IS NONE")
    if any(statement.has(name) for name in IN_USE):
        databases.not_in_use(db)
    if db.db_type in ("HALDB", "PART"):
        _refuse(statement, ("TYPEIMS", "TYPEFP"), f"CANNOT BE USED, {db.dbname} IS A HALDB")
    elif (statement.has("TYPEIMS") or statement.has("TYPEFP")) and unit.all(Dbds, db.dbname):
        raise NotAllowed(f"DATABASE {db.dbname} HAS DATA SETS, ITS TYPE CANNOT BE CHANGED")
    values = _db_values(statement)
    if statement.has("BACKOUT"):
        values["backout_count"] = statement.number("BACKOUT")
    if statement.has("NOBACK"):
        values["backout_count"] = 0
    unit.put(replace(db, **values))
    if statement.has("UNAUTH"):
        required(statement, "SSID")
        authorization.release(unit, statement.text("SSID"), db.dbname)


def _change_haldb(statement: Statement, unit: Unit, db: Db) -> None:
    """Change the partitions as their master is changed."""
    for one in commands_haldb.partitions(unit, db.dbname):
        _change_one(statement, unit, databases.database(unit, one.name))
        if statement.has("DSNPREFX"):
            renamed = replace(one, dsn_prefix=statement.text("DSNPREFX"))
            unit.put(renamed)
            for dataset in unit.all(Dbds, one.name):
                unit.put(replace(dataset, dsn=renamed.dsname(dataset.ddname[-1])))
    if statement.has("PARTSEL"):
        unit.put(replace(commands_haldb.master(unit, db.dbname), psname=_selection(statement)))


def _change_area(statement: Statement, unit: Unit) -> None:
    """Change the flags of an area by CHANGE.DB."""
    allowed = {"DBD", "AREA", "AUTH", "NOAUTH", "READON", "READOFF"}
    _refuse(statement, [name for name in statement.keywords if name not in allowed], "CANNOT BE USED WITH AREA")
    required(statement, "DBD")
    area = allocations.data_set(unit, statement.text("DBD"), statement.text("AREA"))
    if area.db_type != "FP" or len(statement.keywords) == 2:
        raise WrongOperand(f"{area.ddname} IS NO AREA, OR THERE IS NOTHING TO CHANGE")
    unit.put(replace(area, **dbds_values(statement)))


def delete_db(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a database with all that is recorded about it; a HALDB's partition numbers are lost for good."""
    db = databases.database(unit, statement.text("DBD"))
    if db.db_type == "PART":
        raise NotAllowed(f"{db.dbname} IS A PARTITION OF {db.master}, USE DELETE.PART")
    databases.not_in_use(db)
    for one in commands_haldb.partitions(unit, db.dbname):
        databases.not_in_use(databases.database(unit, one.name))
        commands_haldb.delete(unit, one)
    head = unit.find(HaldbMaster(db.dbname))
    if head is not None:
        unit.delete(head)
    for dataset in unit.all(Dbds, db.dbname):
        databases.delete_data_set(unit, dataset)
    unit.delete(db)


def init_dbds(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Register a database data set, or an area of a DEDB, whose data sets INIT.ADS registers.

    What the statement does not say of its organisation comes from its definition in DBDLIB.
    """
    dbname, name = statement.text("DBD"), ddname(statement)
    db = databases.database(unit, dbname)
    if db.db_type in ("HALDB", "PART"):
        raise NotAllowed(f"{dbname} IS A HALDB, ITS DATA SETS ARE DEFINED BY INIT.PART")
    if unit.find(Dbds(dbname, name)) is not None:
        raise AlreadyRegistered(f"DBDS DBD={dbname} DDN={name} IS ALREADY REGISTERED")
    _check_form(statement, db.db_type)
    if db.db_type != "FP":
        required(statement, "DSN")
    dsid = statement.number("DSID", 1 + max((held.dsid for held in unit.all(Dbds, dbname)), default=0))
    new = Dbds(dbname, name, db_type=db.db_type, dsid=dsid)
    if db.db_type == "FP":
        new = replace(new, dborg="DEDB", dsorg="VSAM")
    else:
        new = _as_defined(new, unit.definition(dbname), numbered=statement.has("DSID"))
    unit.put(replace(new, **dbds_values(statement)))


def _as_defined(new: Dbds, dbd: Dbd | None, *, numbered: bool) -> Dbds:
    """Return a data set's record with its organisation, and its number in the database.

    :raises WrongOperand: the database has no such data set.
    """
    if dbd is None:
        return new
    ddnames = [one.ddname for one in dbd.data_sets]
    if new.ddname not in ddnames:
        raise WrongOperand(f"DDN({new.ddname}) IS NOT IN THE DBD OF {new.dbname}, WHICH HAS {', '.join(ddnames)}")
    dsid = new.dsid if numbered else 1 + ddnames.index(new.ddname)
    return replace(new, dborg=dbd.access, dsorg=dbd.method, dsid=dsid)


def _check_form(statement: Statement, db_type: str) -> None:
    """Refuse AREA and its options for other databases than DEDBs, and DDN and DSN for a DEDB."""
    if db_type == "FP":
        _refuse(
            statement, ("DDN", "DSN", "DBORG", "DSORG"), "CANNOT BE USED FOR A DEDB: USE AREA, AND ADSN OF INIT.ADS"
        )
    else:
        options = [name for pair in AREA_OPTIONS for name in pair]
        _refuse(statement, ("AREA", "CFSTR1", "CFSTR2", *options), "IS FOR A DEDB ONLY")


def change_dbds(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change a database data set's name and attributes; its database must not be in use."""
    dataset = allocations.data_set(unit, statement.text("DBD"), ddname(statement))
    _check_form(statement, dataset.db_type)
    databases.not_in_use(databases.database(unit, dataset.dbname))
    if dataset.db_type == "PART":
        _refuse(statement, ("DSN",), "OF A PARTITION COMES FROM DSNPREFX, USE CHANGE.PART")
    values = dbds_values(statement)
    for keyword in ("ADDEQE", "DELEQE"):
        if statement.has(keyword):
            given = tuple(one.zfill(8) for one in statement.texts(keyword))
            held = tuple(one for one in values.get("eeqes", dataset.eeqes) if one not in given)
            values["eeqes"] = tuple(sorted({*held, *given})) if keyword == "ADDEQE" else held
            values["eeqe_count"] = len(values["eeqes"])
    if not values:
        raise WrongOperand("CHANGE.DBDS NEEDS SOMETHING TO CHANGE")
    used = sum(not image.available for image in unit.all(Image, dataset.dbname, dataset.ddname))
    if values.get("genmax", used) < used:
        raise NotAllowed(f"GENMAX({values['genmax']}) IS LESS THAN THE {used} IMAGE COPIES OF {dataset.ddname}")
    unit.put(replace(dataset, **values))


def delete_dbds(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a database data set with all that is recorded about it."""
    dataset = allocations.data_set(unit, statement.text("DBD"), ddname(statement))
    databases.not_in_use(databases.database(unit, dataset.dbname))
    if dataset.db_type == "PART":
        raise NotAllowed(f"{dataset.ddname} BELONGS TO A PARTITION, USE DELETE.PART")
    databases.delete_data_set(unit, dataset)
