"""Checks that need only the spec: who is who. ``imsclone validate`` runs them, too."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.movers import able, refusal
from imsclone.plan.draft import Draft
from imsclone.plan.errors import MoverCannot, PairsWithoutPlace, PlanProblem
from imsclone.plan.errors.system import (
    IdentityOverlap,
    MembersDiffer,
    OffloadWithoutData,
    OffloadWithoutImsplex,
    OffloadWithoutPlace,
    TargetNameDiffers,
)
from imsclone.plan.errors.volumes import WorkOnTarget


def mover_can(draft: Draft) -> Iterator[PlanProblem]:
    """The mover gives what is asked for."""
    mover, wanted = draft.spec.mover, draft.spec.consistency
    given = refusal(mover, wanted, "volumes")
    if given:
        others, place = able(wanted, "volumes"), draft.spec.place("mover")
        yield MoverCannot(place, mover=mover, what="volumes", consistency=wanted, given=given, others=others)


def own_copy_has_a_place(draft: Draft) -> Iterator[PlanProblem]:
    """Whoever makes the copy is told in a data set what to copy."""
    if draft.spec.mover == "own" and not draft.spec.work.volumes:
        yield PairsWithoutPlace(draft.spec.place("work"))


def ims_ids_are_apart(draft: Draft) -> Iterator[PlanProblem]:
    """Source and target share no IMS id."""
    source, target = draft.spec.source, draft.spec.target
    place = draft.spec.place("target", "imsid")
    ours = {source.imsid, *(member.imsid for member in source.members)}
    for imsid in sorted(ours & {target.imsid, *(member.imsid for member in target.members)}):
        yield IdentityOverlap(place, kind="IMS id", value=imsid)


def procedures_are_apart(draft: Draft) -> Iterator[PlanProblem]:
    """A START command finds a procedure by name alone, and would start production's."""
    source, target = draft.spec.source, draft.spec.target
    both = {member.procedure for member in source.members} & {member.procedure for member in target.members}
    for procedure in sorted(both):
        yield IdentityOverlap(draft.spec.place("target", "members"), kind="procedure", value=procedure)


def qualifiers_are_apart(draft: Draft) -> Iterator[PlanProblem]:
    """Source and target have different high-level qualifiers."""
    if draft.spec.source.hlq == draft.spec.target.hlq:
        place = draft.spec.place("target", "hlq")
        yield IdentityOverlap(place, kind="high-level qualifier", value=draft.spec.target.hlq)


def members_agree(draft: Draft) -> Iterator[PlanProblem]:
    """Each source member has a target member."""
    source, target = len(draft.spec.source.members), len(draft.spec.target.members)
    if source != target:
        yield MembersDiffer(draft.spec.place("target", "members"), source=source, target=target)


def declared_names_agree(draft: Draft) -> Iterator[PlanProblem]:
    """The target system's file and the masks agree."""
    for kind, source, target, place in _declared(draft):
        derived = tuple(draft.new_name(dsname) for dsname in source)
        if target and tuple(target) != derived:
            yield TargetNameDiffers(
                draft.spec.place("target", *place),
                declared=", ".join(target),
                kind=kind,
                derived=", ".join(derived) or "nothing",
                source=", ".join(source) or "empty list",
            )


def _declared(draft: Draft) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    source, target = draft.spec.source, draft.spec.target
    yield "libraries.reslib", (source.libraries.reslib,), (target.libraries.reslib,), ("libraries", "reslib")
    for kind in ("proclib", "jobs", "user_jcl", "mda", "acblib", "dbdlib"):
        place = ("libraries", kind)
        yield f"libraries.{kind}", getattr(source.libraries, kind), getattr(target.libraries, kind), place
    for kind in ("recon", "rdds", "steplib"):
        yield kind, getattr(source, kind), getattr(target, kind), (kind,)


def work_is_elsewhere_by_name(draft: Draft) -> Iterator[PlanProblem]:
    """No work volume is, by its serial, one that is cloned or overlaid: even reading writes a work data set."""
    for position, volser in enumerate(draft.spec.work.volumes):
        role = draft.role_by_name(volser)
        if role:
            yield WorkOnTarget(draft.spec.place("work", "volumes", position), what="Work", volser=volser, role=role)


def offload_work_can_be_done(draft: Draft) -> Iterator[PlanProblem]:
    """What the environment wants done on the clone has data to work on, a way to command IMS, and room."""
    offload, place = draft.spec.offload, draft.spec.place("offload")
    if draft.is_skeleton and offload.is_wanted:
        yield OffloadWithoutData(place)
        return
    if offload.stops_databases and draft.spec.target.imsplex is None:
        yield OffloadWithoutImsplex(place, imsid=draft.spec.target.imsid)
    if (offload.image_copy or offload.unload) and not draft.spec.work.volumes:
        yield OffloadWithoutPlace(place)


CHECKS = (
    mover_can,
    own_copy_has_a_place,
    offload_work_can_be_done,
    ims_ids_are_apart,
    procedures_are_apart,
    qualifiers_are_apart,
    members_agree,
    declared_names_agree,
    work_is_elsewhere_by_name,
)
