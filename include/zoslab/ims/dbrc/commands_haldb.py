"""INIT, CHANGE and DELETE of HALDB partitions.

INIT.PART is the only way to define a HALDB's data sets: it writes the partition record, the partition's DB record and
the records of its data sets. Sources: ims.md sections 1.2 and 2.4; IMS Database Administration, "HALDB partition names
and numbers". Own reading: a changed key or a new neighbour makes partition initialisation needed where keys move.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zoslab import ebcdic
from zoslab.ims.dbrc import databases
from zoslab.ims.dbrc.database_records import Db, Dbds
from zoslab.ims.dbrc.errors import AlreadyRegistered, NotAllowed, NotRegistered, WrongOperand
from zoslab.ims.dbrc.haldb_records import DATA, HaldbMaster, Partition
from zoslab.ims.dbrc.operands import dbds_values
from zoslab.ims.dbrc.unit import Unit
from zoslab.programs.statements import Statement, Word

NUMBERS = {"ANCHOR": "anchors", "BYTES": "max_bytes", "FBFF": "fbff", "FSPF": "fspf", "HIBLOCK": "high_block"}
FLAGS: dict[str, tuple[str, bool]] = {
    "PINIT": ("init_needed", True),
    "NOPINIT": ("init_needed", False),
    "PARTDABL": ("disabled", True),
    "PARTENBL": ("disabled", False),
}


def master(unit: Unit, dbname: str) -> HaldbMaster:
    """Return a HALDB's master record.

    :raises NotRegistered: there is none.
    """
    found = unit.find(HaldbMaster(dbname))
    if found is None:
        raise NotRegistered(f"{dbname} IS NOT REGISTERED AS A HALDB")
    return found


def partitions(unit: Unit, dbname: str) -> list[Partition]:
    """Return a HALDB's partitions in order of their high keys; those without one, of a selection routine, by id."""
    found = [one for one in unit.all(Partition) if one.master == dbname]
    return sorted(found, key=lambda one: (one.high_key, one.partition_id))


def partition(unit: Unit, dbname: str, name: str) -> Partition:
    """Return a partition's record.

    :raises NotRegistered: there is none.
    """
    found = unit.find(Partition(dbname, name))
    if found is None:
        raise NotRegistered(f"PARTITION {name} OF {dbname} IS NOT REGISTERED")
    return found


def key_string(statement: Statement) -> bytes:
    """Return KEYSTRNG as bytes: X'..' is hexadecimal, apostrophes keep case and blanks.

    :raises WrongOperand: the hexadecimal digits are none.
    """
    word = statement.keywords["KEYSTRNG"][0]
    if not isinstance(word, Word):
        raise WrongOperand("KEYSTRNG TAKES ONE STRING")
    if word.quote != "X":
        return ebcdic.encode(word.text)
    try:
        return bytes.fromhex(word.text)
    except ValueError as error:
        raise WrongOperand(f"KEYSTRNG(X'{word.text}') IS NOT HEXADECIMAL") from error


def _values(statement: Statement) -> dict[str, Any]:
    values: dict[str, Any] = {field: statement.number(name) for name, field in NUMBERS.items() if statement.has(name)}
    values.update({field: held for name, (field, held) in FLAGS.items() if statement.has(name)})
    for keyword, field in (("DSNPREFX", "dsn_prefix"), ("RANDOMZR", "randomizer")):
        if statement.has(keyword):
            values[field] = statement.text(keyword)
    if statement.has("BLOCKSZE"):
        values["block_sizes"] = statement.texts("BLOCKSZE")
    if statement.has("KEYSTRNG"):
        values["high_key"] = key_string(statement)
    if not 0 <= values.get("fspf", 0) <= 99 or values.get("fbff", 0) > 100 or values.get("fbff", 0) == 1:
        raise WrongOperand("FBFF IS 0 OR 2 TO 100, FSPF 0 TO 99")
    return values


def init_part(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Define a partition; its ID is the one after the last that was ever given."""
    head, name = master(unit, statement.text("DBD")), statement.text("PART")
    if unit.find(Db(name)) is not None:
        raise AlreadyRegistered(f"DATABASE OR PARTITION {name} IS ALREADY REGISTERED")
    if not statement.has("DSNPREFX"):
        raise WrongOperand("DSNPREFX IS REQUIRED WITH INIT.PART")
    if statement.has("KEYSTRNG") == bool(head.psname):
        needs = "HAS A PARTITION SELECTION ROUTINE, KEYSTRNG IS NOT USED" if head.psname else "NEEDS KEYSTRNG"
        raise WrongOperand(f"HALDB {head.dbname} {needs}")
    number = head.last_partition_id + 1
    values = _values(statement)
    sizes = values.pop("block_sizes", ("4096",) if head.dsorg == "OSAM" else ())
    if sizes:
        sizes = (*sizes, *[sizes[-1]] * head.data_set_groups)[: head.data_set_groups]
    new = replace(Partition(head.dbname, name, number, block_sizes=sizes), **values)
    _require_new_key(unit, new)
    above = databases.database(unit, head.dbname)
    unit.put(replace(head, last_partition_id=number))
    unit.put(Db(name, 0, "PART", above.share_level, above.gsgname, recoverable=above.recoverable, icreq=above.icreq,
                master=head.dbname))  # fmt: skip
    unit.put(new)
    _needs_initialisation(unit, new)
    for place, letter in enumerate(head.letters, 1):
        dataset = Dbds(name, new.ddname(letter), new.dsname(letter), "PART", place)
        organised = {"dborg": head.dborg, "dsorg": head.dsorg if letter in DATA else "VSAM"}
        recommended = letter in DATA
        unit.put(replace(dataset, **{**dbds_values(statement), **organised}, ic_recommended=recommended))


def _require_new_key(unit: Unit, new: Partition) -> None:
    for one in partitions(unit, new.master):
        if one.high_key and one.high_key == new.high_key and one.name != new.name:
            raise NotAllowed(f"PARTITION {one.name} OF {new.master} HAS THIS HIGH KEY")


def _needs_initialisation(unit: Unit, changed: Partition) -> None:
    """Mark the partition above one that is new or has a new high key: keys move from it."""
    above = [one for one in partitions(unit, changed.master) if changed.high_key < one.high_key]
    if above and changed.high_key:
        unit.put(replace(above[0], init_needed=True))


def change_part(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Change a partition; a new name prefix renames its data sets."""
    found = partition(unit, statement.text("DBD"), statement.text("PART"))
    databases.not_in_use(databases.database(unit, found.name))
    values, data_set_values = _values(statement), dbds_values(statement)
    if not values and not data_set_values:
        raise WrongOperand("CHANGE.PART NEEDS SOMETHING TO CHANGE")
    if "high_key" in values and master(unit, found.master).psname:
        raise WrongOperand(f"HALDB {found.master} HAS A PARTITION SELECTION ROUTINE, KEYSTRNG IS NOT USED")
    moved = values.get("high_key", found.high_key) != found.high_key
    if moved:
        values["init_needed"] = True
    if len(values.get("block_sizes", ())) > master(unit, found.master).data_set_groups:
        raise WrongOperand("BLOCKSZE HAS MORE VALUES THAN THE HALDB HAS DATA SET GROUPS")
    changed = replace(found, **{"change_count": found.change_count + 1, **values})
    _require_new_key(unit, changed)
    unit.put(changed)
    if moved:
        _needs_initialisation(unit, found)
        _needs_initialisation(unit, changed)
    for dataset in unit.all(Dbds, found.name):
        dsn = changed.dsname(dataset.ddname[-1]) if "dsn_prefix" in values else dataset.dsn
        unit.put(replace(dataset, **{**data_set_values, "dsn": dsn}))


def delete_part(statement: Statement, unit: Unit, _now: datetime) -> None:
    """Delete a partition with all that is recorded about it; its ID is not given again."""
    found = partition(unit, statement.text("DBD"), statement.text("PART"))
    databases.not_in_use(databases.database(unit, found.name))
    delete(unit, found)


def delete(unit: Unit, found: Partition) -> None:
    """Delete a partition's records."""
    for dataset in unit.all(Dbds, found.name):
        databases.delete_data_set(unit, dataset)
    db = unit.find(Db(found.name))
    if db is not None:
        unit.delete(db)
    unit.delete(found)
    _needs_initialisation(unit, found)
