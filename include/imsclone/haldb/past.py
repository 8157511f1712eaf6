"""The source's HALDBs with the partitions of a past time: its RECON as if it were of then. Pure.

What is not part of the layout stays as it is now: image copies, logs, how long they are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from imsclone.haldb.layout import DEFINED, HALDB, PartitionLayout, State, observed, partition_layout, partitions
from imsclone.haldb.layout_errors import LayoutNotKnown, PartitionGone, PartitionOtherwise
from imsclone.haldb.layout_rule import Proven, layout_at
from imsclone.haldb.numbering import verifies
from imsclone.haldb.numbers import in_use
from imsclone.listings.recon_records import Field, ReconRecord
from imsclone.listings.recon_types import Database, Partition, Recon
from imsclone.listings.stamps import shown
from imsclone.plan.errors import PlanProblem

if TYPE_CHECKING:
    from imsclone.refresh.facts import RefreshFacts, SideFacts


def as_it_was(facts: RefreshFacts, moment: datetime | None) -> RefreshFacts:
    """Give the facts with the source's partitions of a time; what keeps a HALDB from having them is told with them."""
    if moment is None:
        return facts
    side, untold = facts.source, dict[str, tuple[PlanProblem, ...]]()
    looks = [*facts.looks, *observed(side)]
    for master in [one.dbd for one in side.recon.databases if one.kind == HALDB]:
        found = layout_at(moment, [one for one in looks if one.layout.name == master], side.recon)
        if isinstance(found, str):
            untold[master] = (LayoutNotKnown(name=master, moment=shown(moment), said=found),)
            continue
        untold[master] = tuple(_problems(found, side, moment))
        side = _with_layout(side, found)
    return replace(facts, source=side, untold=untold)


def _problems(found: Proven, side: SideFacts, moment: datetime) -> Iterator[PlanProblem]:
    master = found.layout.name
    now = {one.name: one for one in partitions(side, master)}
    for part in found.layout.partitions:
        one = now.get(part.name)
        if one is None or one.partition_id != part.id:
            yield PartitionGone(name=master, partition=part.name, number=part.id, moment=shown(moment))
            continue
        for what, then, today in _forms(part, found.states[part.name], one):
            if then != today:
                yield PartitionOtherwise(
                    name=master, partition=part.name, moment=shown(moment), what=what, then=then, now=today
                )


def _forms(part: PartitionLayout, state: State, one: Partition) -> Iterator[tuple[str, str, str]]:
    """Yield what makes the data sets of a partition, then and now."""
    place = DEFINED.index("BLOCKSZE")
    yield "DSNPREFX", part.prefix, one.dsn_prefix
    yield "BLOCKSZE", part.defined[place], partition_layout(one).defined[place]
    yield "active data sets", state.active, "-".join(one.active)


def _with_layout(side: SideFacts, found: Proven) -> SideFacts:
    recon, master = side.recon, found.layout.name
    parts = {one.name: one for one in found.layout.partitions}
    there = {(one.name, one.id) for one in found.layout.partitions}
    later = {one.name for one in partitions(side, master) if (one.name, one.partition_id) not in there}
    keeps = verifies(recon)
    then = replace(
        recon,
        databases=tuple(_master(one, found) for one in recon.databases if one.dbd not in later),
        partitions=tuple(
            _partition(one, parts[one.name], found.states[one.name], keeps=keeps) if one.master == master else one
            for one in recon.partitions
            if one.name not in later
        ),
        data_sets=tuple(one for one in recon.data_sets if one.dbd not in later),
    )
    return replace(side, recon=then, numbers={**side.numbers, **_numbers(then, found)})


def _master(one: Database, found: Proven) -> Database:
    if one.dbd != found.layout.name:
        return one
    changed = {"CURRENT PARTITION ID": str(found.layout.last_id), "PSNAME": found.layout.routine}
    return replace(one, record=_changed(one.record, changed))


def _partition(one: Partition, then: PartitionLayout, state: State, *, keeps: bool) -> Partition:
    return replace(
        one,
        high_key=then.high_key,
        disabled=then.disabled,
        init_needed=state.init_needed,
        reorg_number=state.reorg if keeps else one.reorg_number,
        record=_changed(one.record, dict(zip(DEFINED, then.defined, strict=True))),
    )


def _changed(record: ReconRecord, values: Mapping[str, str]) -> ReconRecord:
    return replace(
        record, fields=tuple(Field(one.name, values.get(one.name, one.value), one.words) for one in record.fields)
    )


def _numbers(recon: Recon, found: Proven) -> dict[str, tuple[int, int]]:
    """Return what the partitions' data sets held."""
    return {
        one.dsname: (one.part.partition_id, found.states[one.part.name].reorg)
        for one in in_use(recon)
        if one.part.master == found.layout.name
    }
