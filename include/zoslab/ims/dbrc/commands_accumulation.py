"""Change accumulation: INIT, CHANGE and DELETE of CAGRP; INIT, NOTIFY, CHANGE and DELETE of CA."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab.ims.dbrc import stamps
from zoslab.ims.dbrc.allocations import data_set
from zoslab.ims.dbrc.database_records import Ca, CaChange, CaGroup, Dbds, GroupMember
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.operands import required, required_stamp, stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement


def init_cagrp(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Define a change accumulation group; a data set belongs to one at most."""
    grpname = statement.text("GRPNAME")
    if unit.find(CaGroup(grpname)) is not None:
        raise AlreadyRegistered(f"CHANGE ACCUMULATION GROUP {grpname} IS ALREADY DEFINED")
    members = [_join(unit, pair, grpname) for pair in _pairs(statement, "GRPMEM")]
    unit.put(
        CaGroup(
            grpname,
            statement.number("GRPMAX", 3),
            statement.has("REUSE"),
            statement.text("CAJCL", "CAJCL"),
            statement.text("DEFLTJCL"),
            statement.number("RECOVPD"),
            tuple(members),
        )
    )


def _group(statement: Statement, unit: Unit) -> CaGroup:
    found = unit.find(CaGroup(statement.text("GRPNAME")))
    if found is None:
        raise NotRegistered(f"CHANGE ACCUMULATION GROUP {statement.text('GRPNAME')} IS NOT DEFINED")
    return found


def change_cagrp(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change a group's attributes and members."""
    group = _group(statement, unit)
    if len(statement.keywords) == 1:
        raise WrongOperand("CHANGE.CAGRP NEEDS SOMETHING TO CHANGE")
    values: dict[str, Any] = {
        name.lower(): statement.number(name) for name in ("GRPMAX", "RECOVPD") if statement.has(name)
    }
    values.update({name.lower(): statement.text(name) for name in ("CAJCL", "DEFLTJCL") if statement.has(name)})
    if statement.has("REUSE") or statement.has("NOREUSE"):
        values["reuse"] = statement.has("REUSE")
    used = sum(ca.grpname == group.grpname for ca in unit.all(Ca))
    if values.get("grpmax", used) < used:
        raise NotAllowed(f"GRPMAX({values['grpmax']}) IS LESS THAN THE {used} RUNS OF GROUP {group.grpname}")
    members = list(group.members)
    for pair in _pairs(statement, "DELMEM"):
        if GroupMember(*pair) not in members:
            raise NotRegistered(f"{pair[0]} {pair[1]} IS NOT IN GROUP {group.grpname}")
        unit.put(replace(data_set(unit, *pair), cagrp=""))
        members.remove(GroupMember(*pair))
    for pair in _pairs(statement, "ADDMEM"):
        members.append(_join(unit, pair, group.grpname))
    unit.put(replace(group, **values, members=tuple(members)))


def _pairs(statement: Statement, keyword: str) -> list[tuple[str, ...]]:
    pairs = statement.groups(keyword)
    if any(len(pair) != 2 for pair in pairs):
        raise WrongOperand(f"{keyword} TAKES PAIRS: ((DBDNAME,DDNAME),...)")
    return pairs


def _join(unit: Unit, pair: tuple[str, ...], grpname: str) -> GroupMember:
    """Make a data set a member of a group; it belongs to one at most."""
    dataset = data_set(unit, *pair)
    if dataset.cagrp:
        raise NotAllowed(f"{pair[0]} {pair[1]} BELONGS TO GROUP {dataset.cagrp}")
    unit.put(replace(dataset, cagrp=grpname))
    return GroupMember(*pair)


def delete_cagrp(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a group and its runs."""
    group = _group(statement, unit)
    for run in unit.all(Ca):
        if run.grpname == group.grpname:
            unit.delete(run)
    for member in group.members:
        dataset = unit.find(Dbds(member.dbname, member.ddname))
        if dataset is not None:
            unit.put(replace(dataset, cagrp=""))
    unit.delete(group)


def _ca_values(statement: Statement) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for keyword, field in (("CADSN", "dsn"), ("UNIT", "unit")):
        if statement.has(keyword):
            values[field] = statement.text(keyword)
    for keyword, field in (("FILESEQ", "file_seq"), ("RECDCT", "record_count")):
        if statement.has(keyword):
            values[field] = statement.number(keyword)
    if statement.has("VOLLIST"):
        values["volsers"] = statement.texts("VOLLIST")
    if statement.has("STOPTIME"):
        values["stop"] = stamp(statement, "STOPTIME")
    if statement.has("INVALID") or statement.has("VALID"):
        values["invalid"] = statement.has("INVALID")
    return values


def init_ca(statement: Statement, unit: Unit, now: datetime) -> None:
    """Define a data set for a coming run of a REUSE group."""
    group = _group(statement, unit)
    if not group.reuse:
        raise NotAllowed(f"GROUP {group.grpname} IS NOREUSE, NO DATA SETS CAN BE DEFINED FOR IT")
    if sum(ca.grpname == group.grpname for ca in unit.all(Ca)) >= group.grpmax:
        raise NotAllowed(f"GROUP {group.grpname} HAS GRPMAX({group.grpmax}) DATA SETS ALREADY")
    new = Ca(group.grpname, now, unit=unit.header.tape_unit, available=True)
    unit.put(replace(new, **_ca_values(statement)))


def notify_ca(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record a run of change accumulation; beyond GRPMAX the oldest is forgotten."""
    group = _group(statement, unit)
    required(statement, "STOPTIME")
    run = required_stamp(statement, "RUNTIME")
    there = [ca for ca in unit.all(Ca) if ca.grpname == group.grpname]
    if any(ca.run == run for ca in there):
        raise AlreadyRegistered(f"GROUP {group.grpname} HAS A CHANGE ACCUMULATION RUN OF THAT TIME")
    new = Ca(group.grpname, run, unit=unit.header.tape_unit)
    if group.reuse and not statement.has("CADSN"):
        free = next((ca for ca in there if ca.available), None)
        if free is None:
            raise NotAllowed(f"GROUP {group.grpname} IS REUSE AND HAS NO AVAILABLE DATA SET")
        unit.delete(free)
        new = replace(free, run=run, available=False)
    else:
        required(statement, "CADSN")
        used = [ca for ca in there if not ca.available]
        for oldest in used[: max(0, len(used) + 1 - group.grpmax)]:
            unit.delete(oldest)
    new = replace(new, changes=_changes(statement, group))
    unit.put(replace(new, **_ca_values(statement)))


def _changes(statement: Statement, group: CaGroup) -> tuple[CaChange, ...]:
    """Return one entry for each pair in CALIST (default: all members), with the purge times in that order."""
    pairs = statement.groups("CALIST") or [(member.dbname, member.ddname) for member in group.members]
    times = statement.texts("PURGTIME") or (statement.text("STOPTIME"),) * len(pairs)
    if len(times) != len(pairs) or any(len(pair) != 2 for pair in pairs):
        raise WrongOperand("CALIST TAKES PAIRS, AND PURGTIME ONE TIME STAMP FOR EACH")
    if any(GroupMember(*pair) not in group.members for pair in pairs):
        raise NotRegistered(f"CALIST NAMES A DATA SET THAT IS NOT IN GROUP {group.grpname}")
    numbers: tuple[int, int, int] = (statement.number("LRID"), statement.number("DSSN"), statement.number("USID"))
    try:
        purges = [stamps.parse(time) for time in times]
    except stamps.BadStamp as error:
        raise WrongOperand(f"PURGTIME: {error}") from error
    return tuple(
        CaChange(dbname, name, purge, True, True, *numbers) for (dbname, name), purge in zip(pairs, purges, strict=True)
    )


def _ca(statement: Statement, unit: Unit) -> Ca:
    found = unit.find(Ca(_group(statement, unit).grpname, required_stamp(statement, "RECTIME")))
    if found is None:
        raise NotRegistered(f"GROUP {statement.text('GRPNAME')} HAS NO CHANGE ACCUMULATION RUN OF THAT TIME")
    return found


def change_ca(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change what is recorded about a run of change accumulation."""
    unit.put(replace(_ca(statement, unit), **_ca_values(statement)))


def delete_ca(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a CA record."""
    unit.delete(_ca(statement, unit))
