"""The checks of HALDBs: each a function from the draft to problems, as in `imsclone.refresh.checks`."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.haldb import errors
from imsclone.haldb.draft import keeps_its_place, partitions, wanted
from imsclone.haldb.numbering import Standing, Way, commands, standing
from imsclone.haldb.numbers import in_use, wrong
from imsclone.haldb.wanted import WantedHaldb
from imsclone.jcl.errors import WordTooLong
from imsclone.plan.errors import PlanProblem
from imsclone.recon.errors import ReconValueRefused
from imsclone.refresh.draft import HALDB, Chosen, RefreshDraft


def partitions_are_of_then(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """How a HALDB was partitioned at a past time is known, and its partitions are still there."""
    for one in _haldbs(draft):
        yield from draft.facts.untold.get(one.name, ())


def only_haldbs(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """A HALDB copy copies nothing else."""
    for one in draft.chosen if draft.spec.clone_type == "haldb_copy" else ():
        if one.database.kind != HALDB:
            yield errors.NoHaldb(
                draft.spec.place("databases", one.place),
                name=one.name,
                imsid=draft.spec.source.imsid,
                kind=one.database.kind,
            )


def partitions_stand_alone(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Partitions are copied alone only where keys choose them and nothing leads in from outside."""
    known = {part.name for one in draft.chosen for part in partitions(draft, one)}
    for position, name in enumerate(draft.spec.partitions):
        if name not in known:
            every = [part.name for part in draft.facts.source.recon.partitions]
            place, shown = draft.spec.place("partitions", position), ", ".join(every[:12]) or "none"
            yield errors.PartitionUnknown(place, name=name, imsid=draft.spec.source.imsid, known=shown)
    for one in draft.chosen if draft.spec.partitions else ():
        place, routine = draft.spec.place("partitions"), one.database.record.get("PSNAME")
        if routine:
            yield errors.SelectedByRoutine(place, name=one.name, routine=routine)
        if draft.related(one.name):
            yield errors.PartitionsNotAlone(place, name=one.name, related=", ".join(draft.related(one.name)))


def numbers_can_be_given(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """The target's RECON can come to the source's partition IDs and reorganization numbers."""
    if not draft.renumbers:
        return
    for one in (found for found in wanted(draft) if found.partitions):
        now = standing(one, draft.facts.target.recon)
        yield from _standing(draft, one, now)
        if now.way is not Way.NONE:
            yield from _definable(draft, one)


def _standing(draft: RefreshDraft, one: WantedHaldb, now: Standing) -> Iterator[PlanProblem]:
    place, imsid = draft.spec.place("redefine") or draft.spec.place("databases"), draft.spec.target.imsid
    reasons = "; ".join(now.reasons)
    if one.some and now.way is not Way.NONE:
        yield errors.PartitionsDiffer(place, name=one.name, imsid=imsid, reasons=reasons or now.way)
    elif now.way is Way.REDEFINE:
        kind = errors.NumberingAnew if one.redefine else errors.NumberingPast
        yield kind(place, name=one.name, imsid=imsid, reasons=reasons)
    elif now.way is Way.CATCH_UP and not _too_long(one):
        given = [made for made in commands(one, draft.facts.target.recon) if made.verb.endswith(".PART")]
        changes = [made.text.partition(" KEYSTRNG")[0] for made in given if not made.verb.startswith("CHANGE")]
        yield errors.PartitionsChange(place, name=one.name, imsid=imsid, changes="; ".join(changes))


def _definable(draft: RefreshDraft, one: WantedHaldb) -> Iterator[PlanProblem]:
    for name in _too_long(one):
        part = next(part for part in one.partitions if part.name == name)
        yield errors.HighKeyTooLong(name=name, length=len(part.high_key) // 2)
    names = {part.name for part in one.partitions}
    for found in draft.facts.source.recon.partitions:
        if found.name in names and found.active[0] == "M":
            yield errors.OtherDataSetsActive(name=found.name, imsid=draft.spec.source.imsid)


def _too_long(one: WantedHaldb) -> list[str]:
    found = []
    for part in one.partitions:
        try:
            str(one.partition(part).card)
        except (WordTooLong, ReconValueRefused):
            found.append(str(part.name))
    return found


def source_numbers_agree(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """What the source's data sets hold is what its RECON says."""
    chosen = {part.name for one in _haldbs(draft) for part in partitions(draft, one)}
    numbers = draft.facts.source.numbers
    blocks = {name: b"".join(one.to_bytes(2, "big") for one in held) for name, held in numbers.items()}
    expected = [
        (held.dsname, held.part.partition_id, held.part.reorg_number)
        for held in in_use(draft.facts.source.recon)
        if held.part.name in chosen and held.dsname in blocks
    ]
    for dsname, said in wrong(expected, blocks, "its RECON"):
        yield errors.NumbersDisagree(dsname=dsname, imsid=draft.spec.source.imsid, said=said)


def names_are_kept(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Masks leave letter and partition ID of a data set name alone."""
    parts = {part.name: part for one in _haldbs(draft) for part in partitions(draft, one)}
    for one in draft.data_sets:
        part = parts.get(one.owner)
        if part is not None and not keeps_its_place(one, part):
            last = f"{one.ddname[-1]}{part.partition_id:05}"
            yield errors.NameNotKept(draft.spec.place("rename"), target=one.target, dsname=one.dsname, last=last)


def _haldbs(draft: RefreshDraft) -> list[Chosen]:
    return [one for one in draft.chosen if one.database.kind == HALDB]


HALDB_CHECKS = (
    partitions_are_of_then,
    only_haldbs,
    partitions_stand_alone,
    numbers_can_be_given,
    source_numbers_agree,
    names_are_kept,
)
