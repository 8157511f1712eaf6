"""Image copies and change accumulation: INIT, NOTIFY, CHANGE and DELETE of IC, CAGRP and CA."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab.ims.dbrc import stamps
from zoslab.ims.dbrc.allocations import data_set
from zoslab.ims.dbrc.database_records import Ca, CaChange, CaGroup, Db, Dbds, GroupMember, Image, ImageDataSet
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.grammar import IMAGE_TYPES
from zoslab.ims.dbrc.operands import ddname, required, required_stamp, stamp
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement


def _copies(statement: Statement, old: tuple[ImageDataSet, ...], unit_type: str) -> tuple[ImageDataSet, ...]:
    """Return IC1 and IC2 as they are with the statement's operands; their names there end in nothing and in 2."""
    found = []
    for number, end in enumerate(("", "2")):
        copy = old[number] if number < len(old) else None
        values: dict[str, Any] = {}
        for keyword, field in (("ICDSN", "dsn"), ("UNIT", "unit")):
            if statement.has(keyword + end):
                values[field] = statement.text(keyword + end)
        if statement.has("FILESEQ" + end):
            values["file_seq"] = statement.number("FILESEQ" + end)
        if statement.has("VOLLIST" + end):
            values["volsers"] = statement.texts("VOLLIST" + end)
        if statement.has("INVALID" + end) or statement.has("VALID" + end):
            values["invalid"] = statement.has("INVALID" + end)
        if copy is None and values:
            required(statement, "ICDSN" + end)
            copy = ImageDataSet(unit=unit_type)
        if copy is not None:
            found.append(replace(copy, **values))
    return tuple(found)


def init_ic(statement: Statement, unit: Unit, now: datetime) -> None:
    """Define a data set for a coming image copy of a REUSE data set."""
    dataset = data_set(unit, statement.text("DBD"), ddname(statement))
    if not dataset.reuse:
        raise NotAllowed(f"{dataset.dbname} {dataset.ddname} IS NOREUSE, NO IMAGE COPY DATA SETS CAN BE DEFINED FOR IT")
    if len(unit.all(Image, dataset.dbname, dataset.ddname)) >= dataset.genmax:
        raise NotAllowed(f"{dataset.dbname} {dataset.ddname} HAS GENMAX({dataset.genmax}) IMAGE COPIES ALREADY")
    required(statement, "ICDSN")
    copies = _copies(statement, (), unit.header.tape_unit)
    unit.put(Image(dataset.dbname, dataset.ddname, now, available=True, copies=copies))


def notify_ic(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record an image copy; beyond GENMAX the oldest is forgotten."""
    dataset = data_set(unit, statement.text("DBD"), ddname(statement))
    run = required_stamp(statement, "RUNTIME")
    if unit.find(Image(dataset.dbname, dataset.ddname, run)) is not None:
        raise AlreadyRegistered(f"{dataset.dbname} {dataset.ddname} HAS AN IMAGE COPY OF THAT TIME")
    there = unit.all(Image, dataset.dbname, dataset.ddname)
    old: tuple[ImageDataSet, ...] = ()
    if dataset.reuse:
        free = next((image for image in there if image.available), None)
        if free is None:
            raise NotAllowed(f"{dataset.dbname} {dataset.ddname} IS REUSE AND HAS NO AVAILABLE IMAGE COPY DATA SET")
        old = free.copies
        unit.delete(free)
    else:
        required(statement, "ICDSN")
        _forget_oldest(unit, dataset, [image for image in there if not image.available])
    db = unit.find(Db(dataset.dbname))
    usid = statement.number("USID", db.usid if db else 0)
    new = Image(dataset.dbname, dataset.ddname, run, usid=usid)
    unit.put(replace(new, **_run_values(statement), copies=_copies(statement, old, unit.header.tape_unit)))
    unit.put(replace(dataset, ic_needed=False, ic_recommended=False))


def _forget_oldest(unit: Unit, dataset: Dbds, used: list[Image]) -> None:
    for image in used[: max(0, len(used) + 1 - dataset.genmax)]:
        unit.delete(image)


def _run_values(statement: Statement) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if statement.has("STOPTIME"):
        values["stop"] = stamp(statement, "STOPTIME")
    if statement.has("RECDCT"):
        values["record_count"] = statement.number("RECDCT")
    if statement.has("UDATA"):
        values["udata"] = statement.text("UDATA")
    kinds = [kind for kind in IMAGE_TYPES if statement.has(kind)]
    if kinds:
        values["ic_type"] = kinds[0]
    return values


def _image(statement: Statement, unit: Unit) -> Image:
    dataset = data_set(unit, statement.text("DBD"), ddname(statement))
    found = unit.find(Image(dataset.dbname, dataset.ddname, required_stamp(statement, "RECTIME")))
    if found is None:
        raise NotRegistered(f"{dataset.dbname} {dataset.ddname} HAS NO IMAGE COPY OF THAT TIME")
    return found


def change_ic(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change what is recorded about an image copy."""
    image = _image(statement, unit)
    copies = _copies(statement, image.copies, unit.header.tape_unit)
    unit.put(replace(image, **_run_values(statement), copies=copies))


def delete_ic(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete an IMAGE record."""
    unit.delete(_image(statement, unit))


def init_cagrp(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Define a change accumulation group; a data set belongs to one at most."""
    grpname = statement.text("GRPNAME")
    if unit.find(CaGroup(grpname)) is not None:
        raise AlreadyRegistered(f"CHANGE ACCUMULATION GROUP {grpname} IS ALREADY DEFINED")
    members = []
    for pair in statement.groups("GRPMEM"):
        if len(pair) != 2:
            raise WrongOperand("GRPMEM TAKES PAIRS: ((DBDNAME,DDNAME),...)")
        dataset = data_set(unit, *pair)
        if dataset.cagrp:
            raise NotAllowed(f"{pair[0]} {pair[1]} BELONGS TO GROUP {dataset.cagrp}")
        unit.put(replace(dataset, cagrp=grpname))
        members.append(GroupMember(*pair))
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


def notify_ca(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record a run of change accumulation; beyond GRPMAX the oldest is forgotten."""
    group = _group(statement, unit)
    required(statement, "CADSN", "STOPTIME")
    run = required_stamp(statement, "RUNTIME")
    there = [ca for ca in unit.all(Ca) if ca.grpname == group.grpname]
    if any(ca.run == run for ca in there):
        raise AlreadyRegistered(f"GROUP {group.grpname} HAS A CHANGE ACCUMULATION RUN OF THAT TIME")
    for oldest in there[: max(0, len(there) + 1 - group.grpmax)]:
        unit.delete(oldest)
    new = Ca(group.grpname, run, unit=unit.header.tape_unit, changes=_changes(statement, group))
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
