"""From a spec and facts to the plan of a refresh, or to everything that stands against it. Pure."""

from __future__ import annotations

from imsclone.haldb.draft import wanted
from imsclone.haldb.past import as_it_was
from imsclone.names import DataSetName, DdName, Volser
from imsclone.plan.data_set_map import DataSetMap, DataSetPair
from imsclone.plan.errors import PlanRejected
from imsclone.plan.parts import NamePair
from imsclone.refresh.checks import CHECKS, WITHOUT_FACTS, targets_are_apart
from imsclone.refresh.define import defined
from imsclone.refresh.definitions import definitions
from imsclone.refresh.draft import HALDB, Chosen, DataSet, RefreshDraft
from imsclone.refresh.facts import RefreshFacts, SideFacts
from imsclone.refresh.generation import generation
from imsclone.refresh.log_apply import may_apply_logs, rebuilds, recoveries, return_code
from imsclone.refresh.logs import restarts
from imsclone.refresh.masking import masking_plan
from imsclone.refresh.plan import DatabasePair, DataSetCopy, DbrcCommand, RefreshPlan, RefreshSide, TargetPlan
from imsclone.spec.model import SystemSpec
from imsclone.spec.refresh import DatabaseName, RefreshSpec


def check_refresh(spec: RefreshSpec) -> None:
    """Check what needs no facts. Raises PlanRejected."""
    problems = [problem for check in WITHOUT_FACTS for problem in check(spec)]
    if problems:
        raise PlanRejected(environment=spec.name, problems=problems)


def make_refresh(spec: RefreshSpec, facts: RefreshFacts) -> RefreshPlan:
    """Decide everything about one refresh.

    :raises PlanRejected: with all problems, if there is any; warnings go into the plan.
    """
    facts = as_it_was(facts, spec.as_of)
    drafts = [RefreshDraft(spec.for_target(n), facts.for_target(n)) for n in range(1 + len(spec.also))]
    checked = [problem for draft in drafts for check in CHECKS for problem in check(draft)]
    checked += targets_are_apart(drafts)
    found = list({str(problem): problem for problem in checked}.values())
    problems = [problem for problem in found if not problem.is_warning]
    if problems:
        raise PlanRejected(environment=spec.name, problems=problems)
    targets = tuple(map(_target, drafts))
    return RefreshPlan(
        environment=spec.name,
        clone_type=spec.clone_type,
        owner=spec.owner,
        source=_side(spec.source, facts.source),
        targets=targets,
        data_sets=DataSetMap.of(
            DataSetPair(one.source, one.target, "VS" if one.organization == "VSAM" else "PS", one.volsers)
            for target in targets
            for one in target.copies
        ),
        consistency=spec.consistency,
        mover=spec.mover,
        own_copy_hours=spec.own_copy_hours,
        outage_budget_seconds=spec.outage_budget_seconds,
        apply_to=spec.apply_to,
        as_of=spec.as_of,
        restarts=restarts(facts.source.recon) if may_apply_logs(spec) else {},
        return_code=return_code(drafts[0]),
        long_running=spec.long_running,
        image_copy=spec.image_copy,
        pointer_check=spec.pointer_check and not spec.partitions,
        masking=masking_plan(drafts[0]),
        work=spec.work,
        approval=spec.approval,
        warnings=tuple(str(problem) for problem in found),
    )


def _target(draft: RefreshDraft) -> TargetPlan:
    copies = tuple(_copy(draft, one) for one in draft.data_sets)
    return TargetPlan(
        side=_side(draft.spec.target, draft.facts.target),
        databases=tuple(_pair(draft, one) for one in draft.chosen),
        copies=copies,
        masks=draft.spec.rename,
        definitions=tuple(DbrcCommand.of(one) for one in definitions(draft)),
        haldbs=tuple(wanted(draft)),
        kept=generation(draft, copies) if draft.spec.keep_generations else None,
        recoveries=recoveries(draft),
        rebuilds=rebuilds(draft),
        defined=defined(draft),
    )


def _side(system: SystemSpec, side: SideFacts) -> RefreshSide:
    return RefreshSide(
        imsid=system.imsid,
        zosmf=system.zosmf,
        hlq=system.hlq,
        imsplex=system.imsplex,
        reslib=system.libraries.reslib,
        steplib=tuple(dict.fromkeys([*system.steplib, system.libraries.reslib])),
        dbdlib=system.libraries.dbdlib,
        job_card=system.job_card,
        recon=system.recon,
        acblib=system.libraries.acblib,
        members=tuple(member.imsid for member in system.members),
        active=side.active,
        dbdsrc=system.libraries.dbdsrc,
    )


def _pair(draft: RefreshDraft, one: Chosen) -> DatabasePair:
    return DatabasePair(
        source=DatabaseName(one.name),
        target=one.target,
        kind=one.database.kind,
        stopped=draft.is_stopped(one.name),
        partitions=draft.spec.partitions if one.database.kind == HALDB else (),
    )


def _copy(draft: RefreshDraft, one: DataSet) -> DataSetCopy:
    there = draft.facts.volsers(one.target)
    return DataSetCopy(
        owner=DatabaseName(draft.target_owner(one)),
        database=one.chosen.target,
        ddname=DdName(one.target_ddname),
        source=DataSetName(one.dsname),
        target=DataSetName(one.target),
        organization="VSAM" if one.organization == "VSAM" else "OSAM",
        components=tuple(
            NamePair(source=DataSetName(part.name), target=DataSetName(draft.rules.name(part.name, "DBDS")))
            for part in draft.facts.components(one.dsname)
        ),
        volsers=tuple(map(Volser, there)) or draft.spec.volumes,
        replaced=bool(there),
    )
