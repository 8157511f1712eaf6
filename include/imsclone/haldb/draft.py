"""The HALDBs of a draft, as the target is to have them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.haldb.definitions import last_id, master_operands, partition_operands
from imsclone.haldb.numbering import group_members
from imsclone.haldb.numbers import Held, in_use
from imsclone.haldb.wanted import NumberedDataSet, WantedHaldb, WantedPartition
from imsclone.listings.recon_types import Partition
from imsclone.names import DataSetName
from imsclone.refresh.draft import HALDB, Chosen, DataSet, RefreshDraft
from imsclone.spec.refresh import DatabaseName

FIRST = "AM"
"""The letters of a partition's first data set, the only one that IMS documents to hold the numbers."""


def wanted(draft: RefreshDraft) -> Iterator[WantedHaldb]:
    """Yield every chosen HALDB as the target is to have it."""
    for one in draft.chosen:
        if one.database.kind == HALDB:
            yield _wanted(draft, one)


def partitions(draft: RefreshDraft, one: Chosen) -> list[Partition]:
    """Return the partitions of a HALDB that are copied."""
    found = [part for part in draft.facts.source.recon.partitions if part.master == one.name]
    return [part for part in found if not draft.spec.partitions or part.name in draft.spec.partitions]


def prefix(draft: RefreshDraft, part: Partition) -> str:
    """Return the prefix of a partition's data set names on the target."""
    made = draft.rules.name(f"{part.dsn_prefix}.A{part.partition_id:05}", "DBDS")
    return made.rpartition(".")[0]


def keeps_its_place(one: DataSet, part: Partition) -> bool:
    """Whether masks leave the last qualifier alone: letter and partition ID, which IMS makes itself."""
    return one.target.rpartition(".")[2] == one.dsname.rpartition(".")[2] == f"{one.ddname[-1]}{part.partition_id:05}"


def _wanted(draft: RefreshDraft, one: Chosen) -> WantedHaldb:
    chosen = partitions(draft, one)
    held = [found for found in in_use(draft.facts.source.recon) if found.ddname[-1] in FIRST]
    names = {part.name for part in chosen}
    return WantedHaldb(
        name=one.target,
        kind=one.database.record.get("DBORG"),
        last_id=last_id(one.database),
        operands=master_operands(one.database),
        partitions=tuple(_partition(draft, part, held) for part in sorted(chosen, key=lambda part: part.partition_id)),
        members=tuple(found for found in group_members(draft.facts.target.recon) if found.owner in names),
        redefine=draft.spec.redefine,
        some=bool(draft.spec.partitions),
    )


def _partition(draft: RefreshDraft, part: Partition, held: list[Held]) -> WantedPartition:
    mine = [found for found in held if found.part.name == part.name]
    known = [draft.facts.source.numbers[found.dsname] for found in mine if found.dsname in draft.facts.source.numbers]
    return WantedPartition(
        name=DatabaseName(part.name),
        id=part.partition_id,
        reorg=known[0][1] if known else part.reorg_number if mine else 0,
        high_key=part.high_key,
        init_needed=part.init_needed,
        disabled=part.disabled,
        operands=partition_operands(draft.facts.source.recon, part, prefix(draft, part)),
        numbered=tuple(_numbered(draft, found) for found in mine),
    )


def _numbered(draft: RefreshDraft, found: Held) -> NumberedDataSet:
    return NumberedDataSet(dsname=DataSetName(draft.rules.name(found.dsname, "DBDS")), before=found.before)
