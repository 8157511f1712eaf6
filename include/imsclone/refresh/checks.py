"""The checks of a refresh: each a function from the draft to problems. All are run, all problems are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from imsclone.haldb.checks import HALDB_CHECKS
from imsclone.haldb.draft import partitions
from imsclone.movers import able, refusal
from imsclone.plan.errors import MoverCannot, PairsWithoutPlace, PlanProblem
from imsclone.refresh import compatibility, errors, log_errors
from imsclone.refresh.define import can_be_defined, is_lacking
from imsclone.refresh.draft import HALDB, DataSet, RefreshDraft, is_recoverable
from imsclone.refresh.facts import SideFacts
from imsclone.refresh.generation import can_be_kept
from imsclone.refresh.log_apply import WITH_LOGS, left_behind, may_apply_logs, rebuilt_indexes
from imsclone.refresh.log_checks import LOG_CHECKS, apply_time_is_to_come
from imsclone.refresh.masking import masking_is_possible
from imsclone.spec.model import SystemSpec
from imsclone.spec.refresh import RefreshSpec

Check = Callable[[RefreshDraft], Iterator[PlanProblem]]
SHOWN = 12


def commands_have_a_way(spec: RefreshSpec) -> Iterator[PlanProblem]:
    """Both systems name their IMSplex. Needs no facts."""
    for role, system in (("source", spec.source), ("target", spec.target)):
        if system.imsplex is None:
            yield errors.ImsplexMissing(spec.place(role, "imsplex"), imsid=system.imsid)


def mover_can(spec: RefreshSpec) -> Iterator[PlanProblem]:
    """The mover gives what is asked for. Needs no facts."""
    kind, wanted = "data sets", WITH_LOGS if may_apply_logs(spec) else spec.consistency
    given = refusal(spec.mover, wanted, "data_sets")
    if given:
        others, place = able(wanted, "data_sets"), spec.place("mover")
        yield MoverCannot(place, mover=spec.mover, what=kind, consistency=wanted, given=given, others=others)


def own_copy_has_a_place(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Whoever makes the copy is told in a data set what to copy."""
    if draft.spec.mover == "own" and not draft.spec.work.volumes:
        yield PairsWithoutPlace(draft.spec.place("work"))


def fuzzy_is_told(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """A fuzzy copy is what somebody wants, and the report says what it is."""
    if draft.spec.consistency == "fuzzy" and draft.spec.as_of is None:
        yield errors.CopyIsFuzzy(draft.spec.place("consistency"))


def targets_are_apart(drafts: Sequence[RefreshDraft]) -> Iterator[PlanProblem]:
    """No two targets are the same IMS, or get a data set of the same name; all are reached through one z/OSMF."""
    first: dict[str, str] = {}
    for number, draft in enumerate(drafts):
        place, target = draft.spec.place("target"), draft.spec.target
        if target.zosmf != drafts[0].spec.target.zosmf:
            yield errors.TargetElsewhere(
                place, imsid=target.imsid, zosmf=target.zosmf, other=drafts[0].spec.target.zosmf
            )
        for name in [f"IMS {target.imsid}", *dict.fromkeys(one.target for one in draft.data_sets)]:
            holder = first.setdefault(name, f"target {number + 1}")
            if holder != f"target {number + 1}":
                yield errors.DefinedTwice(place, first=holder, second=f"target {number + 1}", target=name)


def choices_match(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Each name and mask means a database."""
    known = ", ".join(sorted(draft.known)[:SHOWN]) or "none"
    for position, choice in enumerate(draft.spec.databases):
        if draft.matches(choice):
            continue
        place, imsid = draft.spec.place("databases", position), draft.spec.source.imsid
        left = choice.partition(" -> ")[0]
        if "*" in left or "%" in left:
            yield errors.MaskWithoutMatch(place, imsid=imsid, mask=left, known=known)
        else:
            yield errors.DatabaseUnknown(place, imsid=imsid, name=left, known=known)


def related_come_along(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """What belongs to a chosen database is chosen, too, or comes along, and is registered."""
    for one in draft.chosen:
        place = draft.spec.place("databases", one.place)
        if one.brought_by and draft.spec.related == "stop":
            yield errors.RelatedMissing(place, related=one.name, chosen=one.brought_by)
        for name in draft.related(one.name):
            if name not in draft.known:
                yield errors.RelatedUnknown(place, related=name, chosen=one.name, imsid=draft.spec.source.imsid)


def definitions_fit(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """The target's definitions take the source's data; where there is no source of them, the reader is told."""
    rows = list(compatibility.incompatible(draft))
    if rows:
        count = len({row.database for row in rows})
        yield errors.DefinitionsDiffer(
            draft.spec.place("databases"), count=count, rows=len(rows), table=f"\n{compatibility.table(rows)}\n"
        )
    for system, side, names in (
        (draft.spec.source, draft.facts.source, [one.name for one in draft.chosen]),
        (draft.spec.target, draft.facts.target, [str(one.target) for one in draft.chosen]),
    ):
        missing = [name for name in names if name not in side.dbds]
        if missing:
            yield errors.DefinitionUnknown(imsid=system.imsid, names=", ".join(missing))


def target_knows_them(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Each database is known to the target, under one name only, and is not copied onto itself."""
    spec, taken = draft.spec, dict[str, str]()
    for one in draft.chosen:
        place = spec.place("databases", one.place)
        if one.target in taken:
            yield errors.DefinedTwice(place, first=taken[one.target], second=one.name, target=one.target)
        taken.setdefault(one.target, one.name)
        if spec.source.imsid == spec.target.imsid and one.target == one.name:
            yield errors.SameDatabase(place, name=one.name, imsid=spec.source.imsid)
        if one.target != one.name and one.database.kind in ("FP", "HALDB"):
            yield errors.NameCannotChange(place, name=one.name, target=one.target, kind=one.database.kind)
        if one.target in draft.on_target:
            continue
        side = draft.facts.target
        defined = one.database.kind == HALDB and draft.renumbers and one.target in side.dbds
        if one.target in side.states or one.target in side.allocated or defined:
            yield errors.TargetNotRegistered(place, imsid=spec.target.imsid, name=one.target)
        elif not is_lacking(draft, one):
            yield errors.TargetDatabaseUnknown(place, imsid=spec.target.imsid, name=one.target, source=one.name)


def target_is_free(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Nobody but the target's own members, which are told to, holds a target database."""
    members = [str(member.imsid) for member in draft.spec.target.members]
    wanted = {one.target for one in draft.chosen}
    parts = {one.name for one in draft.facts.target.recon.partitions if one.master in wanted}
    for database in draft.facts.target.recon.databases:
        for ssid in database.authorized if database.dbd in wanted | parts else ():
            if ssid not in members:
                yield errors.AuthorizedElsewhere(
                    draft.spec.place("target"),
                    name=database.dbd,
                    imsid=draft.spec.target.imsid,
                    ssid=ssid,
                    members=", ".join(members),
                )


def source_is_whole(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """No source database, and no partition that is copied, needs recovery or backout."""
    records = {one.dbd: one for one in draft.facts.source.recon.databases}
    for one in draft.chosen:
        place = draft.spec.place("databases", one.place)
        names = (one.name, *(part.name for part in partitions(draft, one)))
        for found in (records[name] for name in names if name in records):
            for what, needed in (("recovery", found.recovery_needed), ("backout", found.backout_needed)):
                if needed:
                    yield errors.SourceDamaged(place, name=found.dbd, imsid=draft.spec.source.imsid, what=what)


def nobody_failed(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """No member that is away is still signed on to its DBRC: as soon as it restarts it backs out, and uses databases.

    One that shares databases with others that run has updates in them that nobody committed, and keeps their locks.
    """
    spec, facts = draft.spec, draft.facts
    for role, system, side in (("source", spec.source, facts.source), ("target", spec.target, facts.target)):
        for imsid in side.failed(member.imsid for member in system.members):
            yield errors.SystemFailed(spec.place(role), imsid=imsid)


def recoverable(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """A database that is not recoverable stops the refresh, unless the file says otherwise."""
    for one in left_behind(draft) if draft.spec.not_recoverable == "continue" else ():
        place, code = draft.spec.place("not_recoverable"), draft.spec.not_recoverable_code
        yield log_errors.NotBroughtUpToDate(place, name=one.name, imsid=draft.spec.source.imsid, code=code)
    rebuilt = rebuilt_indexes(draft)
    for one in draft.chosen if draft.spec.not_recoverable == "abort" else ():
        if not is_recoverable(one.database) and one.name not in rebuilt:
            place = draft.spec.place("databases", one.place)
            yield errors.NotRecoverable(place, name=one.name, imsid=draft.spec.source.imsid)


def names_agree(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """RECON and dynamic allocation member of a database name the same data sets, on both sides."""
    source = [(one.owner, one.dsname) for one in draft.data_sets]
    target = [
        (draft.target_owner(one), draft.recorded.get((draft.target_owner(one), one.target_ddname), ""))
        for one in draft.data_sets
    ]
    yield from _disagreeing(draft.spec.source, draft.facts.source, source)
    yield from _disagreeing(draft.spec.target, draft.facts.target, target)


def _disagreeing(system: SystemSpec, side: SideFacts, names: list[tuple[str, str]]) -> Iterator[PlanProblem]:
    for name, dsname in names:
        allocated = side.allocated.get(name)
        if allocated and dsname and dsname not in allocated:
            shown = ", ".join(allocated)
            yield errors.NamesDisagree(name=name, imsid=system.imsid, recon=dsname, mda=shown)


def data_sets_have_places(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Each data set is there, gets a name of its own, the one that the target's RECON has, and a volume."""
    for one in draft.data_sets:
        yield from _name_problems(draft, one)
        if not draft.facts.volsers(one.dsname):
            yield errors.SourceDataSetMissing(
                draft.spec.place("databases", one.chosen.place),
                dsname=one.dsname,
                name=one.owner,
                imsid=draft.spec.source.imsid,
            )
        elif not draft.facts.volsers(one.target) and not draft.spec.volumes:
            yield errors.NoVolumeForCopy(draft.spec.place("volumes"), dsname=one.target)


def _name_problems(draft: RefreshDraft, one: DataSet) -> Iterator[PlanProblem]:
    place = draft.spec.place("rename")
    if one.target == one.dsname:
        yield errors.CopyNotRenamed(place, dsname=one.dsname)
        return
    same = (
        [other.dsname for other in draft.data_sets if other.target == one.target]
        if draft.targets[one.target] > 1
        else []
    )
    if same and same[0] == one.dsname:
        yield errors.DefinedTwice(place, first=same[0], second=same[1], target=one.target)
    owner = draft.target_owner(one)
    recorded = draft.recorded.get((owner, one.target_ddname), "")
    redefined = one.chosen.database.kind == HALDB and draft.renumbers
    if recorded and recorded != one.target and not redefined:
        yield errors.TargetDataSetDiffers(
            place,
            name=owner,
            ddname=one.target_ddname,
            derived=one.target,
            source=one.dsname,
            imsid=draft.spec.target.imsid,
            recorded=recorded,
        )


def target_runs(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """A target that does not run is refreshed all the same, and the reader is told."""
    if not draft.facts.target.active:
        yield errors.TargetNotActive(draft.spec.place("target"), imsid=draft.spec.target.imsid)


CHECKS: tuple[Check, ...] = (
    choices_match,
    related_come_along,
    target_knows_them,
    can_be_defined,
    definitions_fit,
    target_is_free,
    source_is_whole,
    nobody_failed,
    recoverable,
    names_agree,
    data_sets_have_places,
    target_runs,
    fuzzy_is_told,
    *HALDB_CHECKS,
    can_be_kept,
    masking_is_possible,
    own_copy_has_a_place,
    *LOG_CHECKS,
)
WITHOUT_FACTS = (commands_have_a_way, mover_can, apply_time_is_to_come)
