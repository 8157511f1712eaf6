"""DBRC commands that forget a target's databases and define them as the source's are, under the target's names. Pure.

Source: figure 2 of the product papers, step 6; IMS Commands, Volume 3: LIST.DB, DELETE.DB, INIT.DB, INIT.DBDS,
INIT.ADS. What is not in a database's record (groups it belongs to) is taken from the target, which keeps it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from imsclone.haldb.numbering import must_go
from imsclone.haldb.wanted import WantedHaldb
from imsclone.listings.recon_records import ReconRecord
from imsclone.listings.recon_types import Database, DatabaseDataSet, Recon
from imsclone.recon.command import Command, command
from imsclone.refresh.define import lacking
from imsclone.refresh.draft import HALDB, Chosen, RefreshDraft

TYPES = {"IMS": "TYPEIMS", "FP": "TYPEFP"}
DATA_LETTERS = "ABCDEFGHIJMNOPQRSTUV"
"""The last letter of a partition's data sets that can be image copied; X is the primary index, L the ILDS."""
MEMBER = 2
"""Words of a line that names a member of a group: database and ddname."""
AREA_OPTIONS = ("PREOPEN", "PRELOAD", "VSO", "LKASID", "MAS")
JCL = ("DEFLTJCL", "ICJCL", "OICJCL", "RECOVJCL", "RECVJCL")


def undo_record(names: Iterable[str]) -> Iterator[Command]:
    """Yield the commands that list all that is known about databases, to be kept."""
    for name in names:
        yield command("LIST.DB", DBD=name, DBDS=True)


def deletions(recon: Recon, names: Iterable[str], haldbs: Sequence[WantedHaldb] = ()) -> Iterator[Command]:
    """Yield the commands that forget those of some databases that a RECON has, and the history of HALDBs.

    What was to be backed out of a HALDB is overlaid. A HALDB itself is kept, because DELETE.DB of its master loses the
    partition numbers for good; unless the plan has it begin its numbering anew.
    """
    kinds = {one.dbd: one.kind for one in recon.databases}
    parts = {one.name: one.master for one in recon.partitions}
    wanted = {str(one.name): one for one in haldbs}
    for name in names:
        if kinds.get(name) == HALDB and not (name in wanted and must_go(wanted[name], recon)):
            chosen = {part.name for part in wanted[name].partitions} if name in wanted else parts.keys()
            for part in recon.partitions:
                if part.master == name and part.name in chosen and part.record.get("BACKOUT NEEDED") == "ON":
                    yield command("CHANGE.DB", DBD=part.name, NOBACK=True)
            for image in recon.images:
                if parts.get(image.dbd) == name and image.dbd in chosen:
                    yield command("DELETE.IC", DBD=image.dbd, DDN=image.ddname, RECTIME=image.time)
            for one in recon.allocations:
                if parts.get(one.dbd) == name and one.dbd in chosen:
                    yield command("DELETE.ALLOC", DBD=one.dbd, DDN=one.ddname, ALLTIME=one.time)
        elif name in kinds:
            yield command("DELETE.DB", DBD=name)


def definitions(draft: RefreshDraft) -> Iterator[Command]:
    """Yield the commands that define all chosen databases on the target."""
    for one in draft.chosen:
        if one.database.kind != HALDB:
            yield _database(one.database, one.target)
            yield from _data_sets(draft, one)
        elif draft.spec.image_copy == "needed":
            yield from _partitions_need_copies(draft, one)
    yield from _groups(draft)


def _partitions_need_copies(draft: RefreshDraft, one: Chosen) -> Iterator[Command]:
    parts = {part.name for part in draft.facts.source.recon.partitions if part.master == one.name}
    for found in draft.facts.source.recon.data_sets:
        if found.dbd in parts and not draft.is_left_out(found.dbd, one) and found.ddname[-1] in DATA_LETTERS:
            yield command("CHANGE.DBDS", DBD=found.dbd, DDN=found.ddname, ICON=True)


def _database(database: Database, name: str) -> Command:
    record = database.record
    return command(
        "INIT.DB",
        DBD=name,
        SHARELVL=record.get("SHARE LEVEL"),
        **{TYPES.get(database.kind, "TYPEIMS"): True},
        NONRECOV=record.get("RECOVERABLE") == "NO",
        ICREQ="YES" in (record.get("IC REQUIRED"), record.get("IMAGE COPY REQUIRED")),
    )


def _data_sets(draft: RefreshDraft, one: Chosen) -> Iterator[Command]:
    for found in draft.facts.source.recon.data_sets:
        if found.dbd != one.name:
            continue
        is_area = found.record.kind == "AREA"
        yield from _area(draft, found, one.target) if is_area else [_data_set(draft, found, one)]
        if draft.spec.image_copy == "needed":
            keyword = "AREA" if is_area else "DDN"
            name = draft.target_ddname(one, found.ddname)
            yield command("CHANGE.DBDS", DBD=one.target, **{keyword: name}, ICON=True)


def _area(draft: RefreshDraft, found: DatabaseDataSet, name: str) -> Iterator[Command]:
    """Yield the commands for an area and for those of its data sets that are in use."""
    words = found.record.words()
    yield command(
        "INIT.DBDS",
        DBD=name,
        AREA=found.ddname,
        GENMAX=found.record.get("GENMAX").lstrip("0"),
        RECOVPD=found.record.get("RECOVPD").lstrip("0"),
        **{keyword: found.record.get(keyword) for keyword in JCL},
        **{option: option in words for option in AREA_OPTIONS},
    )
    for one in found.area_data_sets:
        new = draft.rules.name(one.dsname, "ADS")
        state = {"AVAIL" if one.status == "AVAIL" else "UNAVAIL": True}
        yield command("INIT.ADS", DBD=name, AREA=found.ddname, ADDN=one.ddname, ADSN=new, **state)


def _data_set(draft: RefreshDraft, found: DatabaseDataSet, one: Chosen) -> Command:
    record = found.record
    return command(
        "INIT.DBDS",
        DBD=one.target,
        DDN=draft.target_ddname(one, found.ddname),
        DSN=draft.rules.name(found.dsname, record.kind),
        GENMAX=record.get("GENMAX").lstrip("0"),
        REUSE=found.reuse,
        RECOVPD=record.get("RECOVPD").lstrip("0"),
        **{keyword: record.get(keyword) for keyword in JCL},
    )


def _groups(draft: RefreshDraft) -> Iterator[Command]:
    """Yield the commands that put data sets back into the change accumulation groups of the target.

    Those of a database that is defined go into the groups that the source has them in, as far as the target has them.
    """
    names = {str(one.target) for one in draft.chosen if one.database.kind != HALDB}
    kept = list(_members(draft.facts.target.recon, names))
    known = {record.get("GRPNAME") for record in _group_records(draft.facts.target.recon)}
    for member in _members(draft.facts.source.recon, {str(one.target) for one in lacking(draft)}):
        if member[0] in known and member not in kept:
            kept.append(member)
    for group, dbd, ddname in kept:
        yield command("CHANGE.CAGRP", GRPNAME=group, ADDMEM=(f"({dbd},{ddname})",))


def _group_records(recon: Recon) -> list[ReconRecord]:
    return [record for record in recon.others if record.kind == "CAGRP"]


def _members(recon: Recon, names: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield group, database and ddname of the members that some databases have in change accumulation groups."""
    for record in _group_records(recon):
        for words in map(str.split, record.lines):
            if len(words) == MEMBER and words[0] in names:
                yield record.get("GRPNAME"), words[0], words[1]
