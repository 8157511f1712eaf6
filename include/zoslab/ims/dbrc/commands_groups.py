"""INIT, CHANGE and DELETE of data set groups (DBDSGRP), global service groups (GSG) and service groups (SG)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zoslab.ims.dbrc import databases
from zoslab.ims.dbrc.allocations import data_set
from zoslab.ims.dbrc.database_records import Db, GroupMember
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.event_records import DbdsGroup, Gsg, ServiceGroup
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement

FORMS = {"MEMBERS": "MEM", "DBGRP": "DB", "RECOVGRP": "RECOV"}


def _members(statement: Statement, unit: Unit, keyword: str, form: str, *, registered: bool) -> tuple[GroupMember, ...]:
    """Return the members a keyword names: pairs of database and data set, or databases."""
    found = []
    for names in statement.groups(keyword):
        if len(names) != (2 if form == "MEMBERS" else 1):
            raise WrongOperand(f"{keyword} TAKES " + ("PAIRS" if form == "MEMBERS" else "DATABASE NAMES"))
        if registered and form == "MEMBERS":
            data_set(unit, *names)
        elif registered:
            databases.database(unit, names[0])
        found.append(GroupMember(*names))
    return tuple(found)


def init_dbdsgrp(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Define a group; a database belongs to one recovery group at most."""
    name = statement.text("GRPNAME")
    if unit.find(DbdsGroup(name)) is not None:
        raise AlreadyRegistered(f"GROUP {name} IS ALREADY DEFINED")
    form = next(form for form in FORMS if statement.has(form))
    _put(unit, DbdsGroup(name, form), _members(statement, unit, form, form, registered=True))


def _put(unit: Unit, group: DbdsGroup, members: tuple[GroupMember, ...]) -> None:
    if not members:
        raise WrongOperand(f"GROUP {group.grpname} MUST HAVE A MEMBER")
    if len(set(members)) != len(members):
        raise AlreadyRegistered(f"A MEMBER OF GROUP {group.grpname} IS NAMED TWICE")
    if group.form == "RECOVGRP":
        _set_recovery_group(unit, group, members)
    unit.put(replace(group, members=members))


def _set_recovery_group(unit: Unit, group: DbdsGroup, members: tuple[GroupMember, ...]) -> None:
    for member in members:
        db = databases.database(unit, member.dbname)
        if db.dbrcvgrp not in ("", group.grpname):
            raise NotAllowed(f"DATABASE {db.dbname} BELONGS TO RECOVERY GROUP {db.dbrcvgrp}")
        unit.put(replace(db, dbrcvgrp=group.grpname))
    for db in unit.all(Db):
        if db.dbrcvgrp == group.grpname and db.dbname not in [member.dbname for member in members]:
            unit.put(replace(db, dbrcvgrp=""))


def _group(statement: Statement, unit: Unit) -> DbdsGroup:
    found = unit.find(DbdsGroup(statement.text("GRPNAME")))
    if found is None:
        raise NotRegistered(f"GROUP {statement.text('GRPNAME')} IS NOT DEFINED")
    return found


def change_dbdsgrp(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Add members or take some out."""
    group = _group(statement, unit)
    adds, takes = "ADD" + FORMS[group.form], "DEL" + FORMS[group.form]
    if len(statement.keywords) == 1:
        raise WrongOperand("CHANGE.DBDSGRP NEEDS SOMETHING TO CHANGE")
    wrong = [name for name in statement.keywords if name not in ("GRPNAME", adds, takes)]
    if wrong:
        raise WrongOperand(f"{wrong[0]} DOES NOT FIT GROUP {group.grpname}, WHICH IS {group.form}")
    gone = _members(statement, unit, takes, group.form, registered=False)
    if not set(gone) <= set(group.members):
        raise NotRegistered(f"{takes} NAMES WHAT IS NOT IN GROUP {group.grpname}")
    kept = tuple(member for member in group.members if member not in gone)
    _put(unit, group, (*kept, *_members(statement, unit, adds, group.form, registered=True)))


def delete_dbdsgrp(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a group."""
    group = _group(statement, unit)
    if group.form == "RECOVGRP":
        _set_recovery_group(unit, group, ())
    unit.delete(group)


def init_gsg(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Define a global service group."""
    name = statement.text("GSGNAME")
    if unit.find(Gsg(name)) is not None:
        raise AlreadyRegistered(f"GLOBAL SERVICE GROUP {name} IS ALREADY DEFINED")
    unit.put(Gsg(name))


def _gsg(statement: Statement, unit: Unit) -> Gsg:
    found = unit.find(Gsg(statement.text("GSGNAME")))
    if found is None:
        raise NotRegistered(f"GLOBAL SERVICE GROUP {statement.text('GSGNAME')} IS NOT DEFINED")
    return found


def delete_gsg(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a global service group that no database belongs to."""
    found = _gsg(statement, unit)
    members = [db.dbname for db in unit.all(Db) if db.gsgname == found.gsgname]
    if members:
        raise NotAllowed(f"DATABASE {members[0]} BELONGS TO GLOBAL SERVICE GROUP {found.gsgname}")
    unit.delete(found)


def init_sg(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Add a service group; one is local."""
    group = _gsg(statement, unit)
    name, local = statement.text("SGNAME"), not statement.has("REMOTE")
    if any(held.name == name for held in group.groups):
        raise AlreadyRegistered(f"{group.gsgname} HAS A SERVICE GROUP {name}")
    if local and any(held.local for held in group.groups):
        raise NotAllowed(f"{group.gsgname} HAS A LOCAL SERVICE GROUP ALREADY")
    new = ServiceGroup(name, local, statement.text("ROLE", "ACTIVE"))
    unit.put(replace(group, groups=(*group.groups, new)))


def delete_sg(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Take a service group out."""
    group, name = _gsg(statement, unit), statement.text("SGNAME")
    left = tuple(held for held in group.groups if held.name != name)
    if left == group.groups:
        raise NotRegistered(f"{group.gsgname} HAS NO SERVICE GROUP {name}")
    unit.put(replace(group, groups=left))
