"""How a target's RECON comes to the source's partition IDs, gaps included, and what stands against it. Pure.

Sources: IMS Database Administration, "How IMS assigns partition ID numbers": an ID is the last one given plus one, no
operand sets it, and none is given twice, so a gap is a partition that is defined and deleted again; "HALDB partition
names and numbers": DELETE.DB of the master is the only way to begin anew. Message DFS3286W: with REORG NUMBER
VERIFICATION the RECON takes a partition's reorganization number from its data sets at the first update, so a partition
that is defined anew has 0 there until it is opened. Own reading: what INIT.PART and DELETE.PART make of neighbours'
PARTITION INIT NEEDED is taken back by CHANGE.PART, because the data sets that are copied are initialised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from imsclone.haldb.definitions import last_id, partition_operands, structure
from imsclone.haldb.wanted import GroupMember, WantedHaldb, WantedPartition
from imsclone.listings.recon_types import Database, Partition, Recon
from imsclone.names import DataSetName
from imsclone.recon.command import Command, command

_PAIR = re.compile(r"\s+([A-Z@#$][A-Z0-9@#$]{0,7})\s+([A-Z@#$][A-Z0-9@#$]{0,7})")


class Way(StrEnum):
    """How a HALDB of a RECON comes to what is wanted."""

    NONE = "it agrees"
    DEFINE = "it is not there"
    CATCH_UP = "partitions are defined or deleted"
    REDEFINE = "its numbering has gone another way"


@dataclass(frozen=True)
class Standing:
    """The way, and for REDEFINE the reasons."""

    way: Way
    reasons: tuple[str, ...] = ()


def standing(wanted: WantedHaldb, recon: Recon) -> Standing:
    """Compare what a RECON has with what is wanted."""
    master = _master(wanted, recon)
    if master is None:
        return Standing(Way.DEFINE)
    there = _partitions(wanted, recon)
    reasons = tuple(_reasons(wanted, recon, master, there))
    if reasons:
        return Standing(Way.REDEFINE, reasons)
    same = wanted.some or (last_id(master) == wanted.last_id and set(there) == {one.name for one in wanted.partitions})
    return Standing(Way.NONE if same else Way.CATCH_UP)


def _reasons(wanted: WantedHaldb, recon: Recon, master: Database, there: Mapping[str, Partition]) -> Iterator[str]:
    given = last_id(master)
    if given > wanted.last_id and not wanted.some:
        yield f"the last partition ID given is {given} there, {wanted.last_id} on the source"
    for one in wanted.partitions:
        found = there.get(one.name)
        if found is not None and (found.partition_id == one.id or wanted.some):
            yield from _different(recon, one, found)
        elif wanted.some:
            yield f"partition {one.name} is not there"
        elif one.id <= given:
            other = f", which is {found.partition_id} there" if found is not None else ""
            yield f"ID {one.id} can no longer be given to {one.name}{other}"


def _different(recon: Recon, one: WantedPartition, found: Partition) -> Iterator[str]:
    if found.partition_id != one.id:
        yield f"partition {one.name} has ID {found.partition_id} there, {one.id} on the source"
    ours = structure(one.operands)
    theirs = structure(partition_operands(recon, found, found.dsn_prefix))
    for name in [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]:
        here, on_source = (",".join(values.get(name, ())) or "nothing" for values in (theirs, ours))
        yield f"partition {one.name} has {name} {here} there, {on_source} for the source's data"
    if one.reorg and verifies(recon) and found.reorg_number not in (0, one.reorg):
        yield f"partition {one.name} has reorganization number {found.reorg_number} there, {one.reorg} on the source"


def verifies(recon: Recon) -> bool:
    """Whether a RECON keeps and verifies reorganization numbers."""
    return recon.header is not None and recon.header.record.get("REORG NUMBER VERIFICATION") == "YES"


def must_go(wanted: WantedHaldb, recon: Recon) -> bool:
    """Whether a HALDB is deleted to begin its numbering anew."""
    return wanted.redefine and standing(wanted, recon).way is Way.REDEFINE


def commands(wanted: WantedHaldb, recon: Recon) -> Iterator[Command]:
    """Yield what brings a RECON from where it is to what is wanted; nothing if it is there.

    A HALDB that must be deleted first is not touched.
    """
    way = standing(wanted, recon).way
    if way is Way.REDEFINE:
        return
    changes = [] if way is Way.NONE else list(_renumbered(wanted, recon))
    yield from changes
    yield from _flags(wanted, recon, everywhere=bool(changes))
    yield from _members(wanted, recon)


def _renumbered(wanted: WantedHaldb, recon: Recon) -> Iterator[Command]:
    master, there = _master(wanted, recon), _partitions(wanted, recon)
    if master is None:
        yield wanted.defined()
    kept = {one.name for one in wanted.partitions if one.name in there and there[one.name].partition_id == one.id}
    for name in sorted(there.keys() - kept):
        yield command("DELETE.PART", DBD=wanted.name, PART=name)
    by_id = {one.id: one for one in wanted.partitions}
    for number in range(last_id(master) + 1 if master else 1, wanted.last_id + 1):
        if number in by_id:
            yield wanted.partition(by_id[number])
        else:
            yield from _gap(wanted, recon)


def _gap(wanted: WantedHaldb, recon: Recon) -> Iterator[Command]:
    """Give an ID away: define a partition and delete it."""
    taken = {one.dbd for one in recon.databases} | {str(one.name) for one in wanted.partitions}
    name = next(name for name in (f"GAP{number:04}" for number in range(10_000)) if name not in taken)
    keys = {one.high_key for one in wanted.partitions} | {one.high_key for one in recon.partitions}
    key = next(digits for digits in (f"{number:02X}" for number in range(256)) if digits not in keys)
    like = structure(wanted.partitions[0].operands)
    has_keys = "KEYSTRNG" in like
    yield command(
        "INIT.PART",
        DBD=wanted.name,
        PART=name,
        KEYSTRNG=f"X'{key}'" if has_keys else "",
        DSNPREFX=DataSetName(like["DSNPREFX"][0]),
    )
    yield command("DELETE.PART", DBD=wanted.name, PART=name)


def _flags(wanted: WantedHaldb, recon: Recon, *, everywhere: bool) -> Iterator[Command]:
    there = _partitions(wanted, recon)
    for one in wanted.partitions:
        found = there.get(one.name)
        state = (found.init_needed, found.disabled) if found is not None and not everywhere else None
        if state != (one.init_needed, one.disabled):
            yield command(
                "CHANGE.PART",
                DBD=wanted.name,
                PART=one.name,
                **{"PINIT" if one.init_needed else "NOPINIT": True, "PARTDABL" if one.disabled else "PARTENBL": True},
            )


def _members(wanted: WantedHaldb, recon: Recon) -> Iterator[Command]:
    """Put data sets back into the groups that they were in before their partition was deleted."""
    there = set(group_members(recon))
    for one in wanted.members:
        if one not in there:
            yield command(f"CHANGE.{one.kind}", GRPNAME=one.group, ADDMEM=(f"({one.owner},{one.ddname})",))


def group_members(recon: Recon) -> Iterator[GroupMember]:
    """Yield the data sets that are in change accumulation and data set groups."""
    for record in recon.others:
        if record.kind not in ("CAGRP", "DBDSGRP"):
            continue
        for match in filter(None, map(_PAIR.fullmatch, record.lines)):
            member = {"kind": record.kind, "group": record.get("GRPNAME"), "owner": match[1], "ddname": match[2]}
            yield GroupMember.model_validate(member)


def _master(wanted: WantedHaldb, recon: Recon) -> Database | None:
    return next((one for one in recon.databases if one.dbd == wanted.name), None)


def _partitions(wanted: WantedHaldb, recon: Recon) -> dict[str, Partition]:
    return {one.name: one for one in recon.partitions if one.master == wanted.name}
