"""Image copies: INIT, NOTIFY, CHANGE and DELETE of IC."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab.ims.dbrc.allocations import data_set
from zoslab.ims.dbrc.database_records import Db, Dbds, Image, ImageDataSet
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered
from zoslab.ims.dbrc.grammar_operands import IMAGE_TYPES
from zoslab.ims.dbrc.haldb_records import is_recoverable
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


def _copied(statement: Statement, unit: Unit) -> Dbds:
    dataset = data_set(unit, statement.text("DBD"), ddname(statement))
    if not is_recoverable(dataset.ddname, dataset.db_type):
        raise NotAllowed(f"{dataset.ddname} IS AN INDEX OR ILDS, IT IS REBUILT AND NOT RECOVERED FROM IMAGE COPIES")
    return dataset


def init_ic(statement: Statement, unit: Unit, now: datetime) -> None:
    """Define a data set for a coming image copy of a REUSE data set."""
    dataset = _copied(statement, unit)
    if not dataset.reuse:
        raise NotAllowed(f"{dataset.dbname} {dataset.ddname} IS NOREUSE, NO IMAGE COPY DATA SETS CAN BE DEFINED FOR IT")
    if len(unit.all(Image, dataset.dbname, dataset.ddname)) >= dataset.genmax:
        raise NotAllowed(f"{dataset.dbname} {dataset.ddname} HAS GENMAX({dataset.genmax}) IMAGE COPIES ALREADY")
    required(statement, "ICDSN")
    copies = _copies(statement, (), unit.header.tape_unit)
    unit.put(Image(dataset.dbname, dataset.ddname, now, available=True, copies=copies))


def notify_ic(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Record an image copy; beyond GENMAX the oldest is forgotten."""
    dataset = _copied(statement, unit)
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
