"""From a spec and facts to a plan, or to everything that stands against it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from imsclone.facts import SystemFacts
from imsclone.names import CardText, DataSetName, UnitAddress, Volser
from imsclone.plan.checks import identity, problems
from imsclone.plan.data_set_map import DELETED, DataSetMap, DataSetPair
from imsclone.plan.draft import Draft, Renaming
from imsclone.plan.errors import PlanProblem, PlanRejected
from imsclone.plan.model import Plan
from imsclone.plan.parts import (
    CatalogPair,
    Databases,
    LibraryPair,
    MemberPair,
    NamePair,
    Nucleus,
    PlanSystem,
    Recataloging,
    ReconPart,
    VolumeLeft,
    VolumePair,
)
from imsclone.plan.recataloging import recataloging
from imsclone.spec.model import EnvironmentSpec, Policies, Replacement, SystemSpec

RESTART = CardText("/ERE OVERRIDE COLDCOMM.")
RESTART_WITHOUT_DATABASES = CardText("/ERE OVERRIDE COLDSYS.")
"""COLDSYS is COLDCOMM and COLDBASE: nothing is redone or backed out in databases that are not there."""
GENERATION = re.compile(r".+\.G\d{4}V\d{2}")


def make_plan(spec: EnvironmentSpec, facts: SystemFacts) -> Plan:
    """Decide everything about one clone.

    The same spec and facts give the same plan and fingerprint, whatever the order of the facts.

    :raises PlanRejected: with all problems, if there is any; warnings go into the plan.
    """
    draft = Draft(spec, facts)
    found = problems(draft)
    errors = [problem for problem in found if not problem.is_warning]
    if errors:
        raise PlanRejected(environment=spec.name, problems=errors)
    return _plan(draft, [problem for problem in found if problem.is_warning])


def check_spec(spec: EnvironmentSpec) -> None:
    """Check what needs no facts. Raises PlanRejected."""
    draft = Draft(spec, SystemFacts())
    errors = [problem for check in identity.CHECKS for problem in check(draft)]
    if errors:
        raise PlanRejected(environment=spec.name, problems=errors)


def _plan(draft: Draft, warnings: Iterable[PlanProblem]) -> Plan:
    spec = draft.spec
    libraries = spec.source.libraries
    data_sets = DataSetMap.of(_data_set_pair(draft, renaming) for renaming in draft.renamings)
    return Plan(
        environment=spec.name,
        clone_type=spec.clone_type,
        owner=spec.owner,
        source=_system(draft, spec.source, cloned=False),
        target=_system(draft, spec.target, cloned=True),
        volume_pairs=tuple(_volume_pairs(draft)),
        left_out=tuple(_left_out(draft)),
        masks=tuple(draft.masks.masks),
        data_sets=data_sets,
        catalogs=tuple(_catalog_pairs(draft)),
        libraries=tuple(_library_pairs(draft)),
        mda_libraries=_name_pairs(draft, libraries.mda),
        recon=ReconPart(data_sets=_name_pairs(draft, spec.source.recon), optional=spec.recon),
        databases=_databases(draft),
        rdds=_name_pairs(draft, spec.source.rdds),
        nucleus=Nucleus(library=_name_pair(draft, libraries.reslib), modules=spec.source.nucleus),
        members=tuple(_member_pairs(spec)),
        restart=RESTART_WITHOUT_DATABASES if draft.is_skeleton else RESTART,
        replacements=tuple(_replacements(draft)),
        consistency=spec.consistency,
        outage_budget_seconds=spec.outage_budget_seconds,
        copy_mode=spec.copy_mode,
        mover=spec.mover,
        own_copy_hours=spec.own_copy_hours,
        reconditioning=spec.reconditioning,
        recataloging=recataloging(draft, data_sets) if draft.is_staged else Recataloging(),
        policies=_settled(draft),
        work=spec.work,
        group_size=spec.group_size,
        approval=spec.approval,
        offload=spec.offload,
        warnings=tuple(str(warning) for warning in warnings),
    )


def _settled(draft: Draft) -> Policies:
    """Say what the rename does with entries for volumes that are not copied: they stay, but in a skeleton they go."""
    policies = draft.spec.policies
    if draft.is_skeleton:
        return policies.model_copy(update={"orphans": "delete"})
    return policies.model_copy(update={"orphans": "keep"}) if policies.orphans == "fail" else policies


def _system(draft: Draft, system: SystemSpec, *, cloned: bool) -> PlanSystem:
    """Describe one side; the clone's library names are what the masks make of the source's."""
    source = draft.spec.source

    def name(dsname: DataSetName) -> DataSetName:
        return DataSetName(draft.new_name(dsname)) if cloned else dsname

    return PlanSystem(
        imsid=system.imsid,
        zosmf=system.zosmf,
        hlq=system.hlq,
        imsplex=system.imsplex,
        reslib=name(source.libraries.reslib),
        steplib=tuple(name(dsname) for dsname in source.steplib or (source.libraries.reslib,)),
        dbdlib=tuple(name(dsname) for dsname in source.libraries.dbdlib),
        acblib=tuple(name(dsname) for dsname in source.libraries.acblib),
        job_card=system.job_card,
    )


def _volume_pairs(draft: Draft) -> Iterator[VolumePair]:
    counts = Counter(volser for found in draft.on_sources for volser in found.volsers)
    names = {found.dsname for found in draft.on_sources}
    for pair in draft.pairs:
        if pair.target is not None:
            yield VolumePair(
                source=Volser(pair.source.volser),
                source_unit=UnitAddress(pair.source.unit),
                target=pair.target_volser,
                target_unit=UnitAddress(pair.target.unit),
                device_type=pair.source.device_type,
                cylinders=pair.source.cylinders,
                data_sets=counts[pair.source.volser],
                sms=pair.source.sms,
                staging=pair.staging_volser,
                staging_unit=UnitAddress(pair.staging.unit) if pair.staging else None,
                vvds=f"SYS1.VVDS.V{pair.source.volser}" in names,
            )


def _left_out(draft: Draft) -> Iterator[VolumeLeft]:
    counts = Counter(volser for found in draft.facts.data_sets for volser in found.volsers)
    for volser, volume in draft.candidates.items():
        if volser not in draft.sources:
            yield VolumeLeft(
                source=Volser(volser),
                device_type=volume.device_type,
                cylinders=volume.cylinders,
                data_sets=counts[volser],
            )


def _databases(draft: Draft) -> Databases:
    """Say which database data sets a skeleton defines without having them."""
    kept = draft.spec.policies.colocated == "keep"
    absent = [name for name in draft.databases if draft.is_skeleton and not (kept and name in draft.colocated)]
    copied = [name for name in absent if name in draft.colocated]
    return Databases(
        absent=_name_pairs(draft, map(DataSetName, absent)), copied=_name_pairs(draft, map(DataSetName, copied))
    )


def _data_set_pair(draft: Draft, renaming: Renaming) -> DataSetPair:
    found, policies = renaming.facts, draft.spec.policies
    target = renaming.target if renaming.target is not None else found.dsname
    unwanted = renaming.target is None and policies.unmatched == "delete"
    gone = draft.spec.policies.colocated != "keep" and not draft.colocated.keys().isdisjoint(
        (found.dsname, found.is_component_of)
    )
    if unwanted or gone or (policies.gdg == "delete" and GENERATION.fullmatch(found.dsname)):
        target = DELETED
    volsers = tuple(draft.target_of[volser] for volser in found.volsers)
    return DataSetPair(found.dsname, target, found.organization, volsers)


def _catalog_pairs(draft: Draft) -> Iterator[CatalogPair]:
    for source, target in (pair.sides for pair in draft.spec.catalogs):
        facts = draft.catalogs[source]
        aliases = sorted(facts.aliases)
        yield CatalogPair(
            source=DataSetName(source),
            target=DataSetName(target),
            source_volser=Volser(facts.volser),
            target_volser=draft.target_of[facts.volser],
            source_aliases=tuple(DataSetName(alias) for alias in aliases),
            target_aliases=tuple(DataSetName(draft.new_name(alias)) for alias in aliases),
        )


def _library_pairs(draft: Draft) -> Iterator[LibraryPair]:
    for kind in draft.spec.libraries:
        for source in getattr(draft.spec.source.libraries, kind):
            yield LibraryPair(kind=kind, source=source, target=DataSetName(draft.new_name(source)))


def _name_pairs(draft: Draft, names: Iterable[DataSetName]) -> tuple[NamePair, ...]:
    return tuple(_name_pair(draft, name) for name in names)


def _name_pair(draft: Draft, name: DataSetName) -> NamePair:
    return NamePair(source=name, target=DataSetName(draft.new_name(name)))


def _member_pairs(spec: EnvironmentSpec) -> Iterator[MemberPair]:
    for source, target in zip(spec.source.members, spec.target.members, strict=True):
        yield MemberPair(
            source=source.imsid,
            target=target.imsid,
            source_procedure=source.procedure,
            target_procedure=target.procedure,
        )


def _replacements(draft: Draft) -> Iterator[Replacement]:
    """Give the site's own texts first, then serials, procedures and IMS ids; of two for one text the first counts."""
    spec = draft.spec
    members = list(zip(spec.source.members, spec.target.members, strict=True))
    derived: list[tuple[str, str]] = [
        *((replacement.find, replacement.replace) for replacement in spec.replacements),
        *((pair.source.volser, pair.target_volser) for pair in draft.pairs),
        *((source.procedure, target.procedure) for source, target in members),
        *((source.imsid, target.imsid) for source, target in members),
        (spec.source.imsid, spec.target.imsid),
    ]
    first: dict[str, str] = {}
    for find, replace in derived:
        first.setdefault(find, replace)
    for find, replace in first.items():
        if find != replace:
            yield Replacement(find=CardText(find), replace=CardText(replace))
