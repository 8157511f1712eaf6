"""Checks of the IMS system itself: its libraries, its RECON, its state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from imsclone.facts import ReconReference
from imsclone.plan.draft import DATABASE_RECORDS, Draft
from imsclone.plan.errors import PlanProblem
from imsclone.plan.errors.system import (
    ConsistencyDoubtful,
    MemberNotListed,
    ReconDiffers,
    ReconNamesElsewhere,
    SystemDataSetMissing,
)
from imsclone.spec.places import Key


def every_named_data_set_is_cloned(draft: Draft) -> Iterator[PlanProblem]:
    """Libraries, RECON and RDDS are on the source volumes."""
    clusters = {found.is_component_of for found in draft.on_sources}
    for kind, dsname, place in _named(draft):
        if dsname not in draft.source_names and dsname not in clusters:
            yield SystemDataSetMissing(draft.spec.place("source", *place), kind=kind, dsname=dsname)


def _named(draft: Draft) -> Iterator[tuple[str, str, Key]]:
    source = draft.spec.source
    yield "reslib", source.libraries.reslib, ("libraries", "reslib")
    for kind in ("proclib", "jobs", "user_jcl", "mda", "acblib", "dbdlib"):
        for position, dsname in enumerate(getattr(source.libraries, kind)):
            yield kind, dsname, ("libraries", kind, position)
    for kind in ("recon", "rdds"):
        for position, dsname in enumerate(getattr(source, kind)):
            yield kind, dsname, (kind, position)


def the_recon_is_the_one_named(draft: Draft) -> Iterator[PlanProblem]:
    """The RECON data sets are those of the system file."""
    found = {recon.dsname for recon in draft.facts.recon.data_sets if recon.dsname}
    declared = set(draft.spec.source.recon)
    if found and found != declared:
        yield ReconDiffers(
            draft.spec.place("source", "recon"), found=", ".join(sorted(found)), declared=", ".join(sorted(declared))
        )


def recon_names_elsewhere_are_told(draft: Draft) -> Iterator[PlanProblem]:
    """Tell of RECON records whose data sets are not cloned."""
    names = draft.source_names.keys() | {found.is_component_of for found in draft.on_sources}
    elsewhere: dict[str, list[ReconReference]] = defaultdict(list)
    for reference in draft.facts.recon.references:
        defined = draft.is_skeleton and reference.kind in DATABASE_RECORDS
        if reference.dsname not in names and not defined:
            elsewhere[reference.kind].append(reference)
    for kind, references in sorted(elsewhere.items()):
        yield ReconNamesElsewhere(kind=kind, count=len(references), dsname=references[0].dsname)


def the_source_is_in_the_state_needed(draft: Draft) -> Iterator[PlanProblem]:
    """Tell of a source that is up or down when the way of consistency wants the other."""
    consistency, place = draft.spec.consistency, draft.spec.place("consistency")
    for imsid in (member.imsid for member in draft.spec.source.members):
        active = imsid in draft.facts.ims_active
        if consistency == "offline" and active:
            yield ConsistencyDoubtful(place, consistency=consistency, imsid=imsid, state="runs", needed="is down")
        if consistency == "suspend" and not active:
            yield ConsistencyDoubtful(place, consistency=consistency, imsid=imsid, state="does not run", needed="runs")


def every_sharing_member_is_cloned(draft: Draft) -> Iterator[PlanProblem]:
    """No other IMS has signed on to the RECON: what it changes would be cut off in the middle."""
    source = draft.spec.source
    members = {str(member.imsid) for member in source.members}
    for ssid in draft.facts.recon.subsystems:
        if ssid not in members:
            listed = ", ".join(sorted(members))
            yield MemberNotListed(draft.spec.place("source", "members"), ssid=ssid, imsid=source.imsid, listed=listed)


CHECKS = (
    every_named_data_set_is_cloned,
    the_recon_is_the_one_named,
    recon_names_elsewhere_are_told,
    the_source_is_in_the_state_needed,
    every_sharing_member_is_cloned,
)
