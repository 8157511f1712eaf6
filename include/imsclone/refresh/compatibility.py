"""What keeps the data of one database from being used under the definition of another, in one table. Pure.

Definitions come from DBD source; what only RECON knows of a HALDB (partitions, high keys, selection routine) from
the two listings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imsclone.dbd import differences
from imsclone.listings.recon_types import Partition, Recon
from imsclone.refresh.draft import Chosen, RefreshDraft

PARTITION_FIELDS = {
    "RANDOMIZER": "randomizer",
    "ANCHOR": "randomizer anchors",
    "HIGH BLOCK#": "randomizer highest block",
    "BYTES": "randomizer bytes",
    "BLOCKSZE": "block size",
}
MASTER_FIELDS = {"PSNAME": "partition selection", "DBORG": "database type", "DSORG": "access method"}
HEADING = ("DATABASE", "WHAT", "WHERE", "SOURCE", "TARGET")


class Row(NamedTuple):
    """One difference."""

    database: str
    what: str
    where: str
    source: str
    target: str


def incompatible(draft: RefreshDraft) -> Iterator[Row]:
    """Yield every difference of every chosen database that is on the target."""
    for one in draft.chosen:
        source, target = draft.facts.source.dbds.get(one.name), draft.facts.target.dbds.get(one.target)
        if source is not None and target is not None:
            for found in differences(source, target):
                yield Row(one.name, found.aspect.value, found.where, found.source, found.target)
        if one.target in draft.on_target:
            yield from _recorded(draft, one)


def _recorded(draft: RefreshDraft, one: Chosen) -> Iterator[Row]:
    first, second = one.database, draft.on_target[one.target]
    if first.kind != second.kind:
        yield Row(one.name, "database type", "RECON", first.kind, second.kind)
    for name, what in MASTER_FIELDS.items():
        yield from _row(one, what, "RECON", first.record.get(name), second.record.get(name))
    if not draft.renumbers:
        yield from _partitions(one, draft.facts.source.recon, draft.facts.target.recon)


def _partitions(one: Chosen, source: Recon, target: Recon) -> Iterator[Row]:
    ours = {part.name: part for part in source.partitions if part.master == one.name}
    theirs = {part.name: part for part in target.partitions if part.master == one.target}
    yield from _row(one, "partitions", "number", str(len(ours)), str(len(theirs)))
    for name in sorted(ours.keys() | theirs.keys()):
        first, second = ours.get(name), theirs.get(name)
        if first is None or second is None:
            yield Row(one.name, "partitions", name, "-" if first is None else name, "-" if second is None else name)
        else:
            yield from _partition(one, first, second)


def _partition(one: Chosen, first: Partition, second: Partition) -> Iterator[Row]:
    yield from _row(one, "KEYSTRNG", first.name, first.high_key, second.high_key)
    yield from _row(one, "partition id", first.name, str(first.partition_id), str(second.partition_id))
    yield from _row(one, "reorganization number", first.name, str(first.reorg_number), str(second.reorg_number))
    for name, what in PARTITION_FIELDS.items():
        yield from _row(one, what, first.name, first.record.get(name), second.record.get(name))


def _row(one: Chosen, what: str, where: str, source: str, target: str) -> Iterator[Row]:
    if source != target:
        yield Row(one.name, what, where, source or "-", target or "-")


def table(rows: Sequence[Row]) -> str:
    """Lay the differences out."""
    lines = [HEADING, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADING))]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
