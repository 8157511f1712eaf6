"""Checks of a skeleton: all of the system is there, and no database by accident. Nothing for other clones."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.plan.draft import Draft
from imsclone.plan.errors import PlanProblem
from imsclone.plan.errors.skeleton import (
    ColocatedDatabase,
    ColocatedDeleted,
    ColocatedKept,
    OnlineLogLeftOut,
    RefreshedOverlaid,
    RefreshedUncataloged,
    SkeletonItemMissing,
    SystemMaskEmpty,
)
from imsclone.plan.system_data_sets import ITEMS, declared, masks


def every_item_is_named(draft: Draft) -> Iterator[PlanProblem]:
    """The system file names each item that an IMS needs to come up."""
    for item, key in ITEMS.items():
        if draft.is_skeleton and not declared(draft.spec.source, key):
            yield SkeletonItemMissing(draft.spec.place("source", *key.split(".")), item=item, key=key)


def every_system_mask_matches(draft: Draft) -> Iterator[PlanProblem]:
    """Each mask for system data sets covers one at least."""
    names = {name for found in draft.facts.data_sets for name in (found.dsname, found.is_component_of)}
    for kind, position, mask in masks(draft.spec.source) if draft.is_skeleton else ():
        if not any(mask.matches(name) for name in names):
            place = draft.spec.place("source", "system_data_sets", kind, position)
            yield SystemMaskEmpty(place, kind=kind, mask=mask)


def every_online_log_is_cloned(draft: Draft) -> Iterator[PlanProblem]:
    """The online logs that the RECON has a record of are among the system data sets: restart reads them."""
    for one in draft.facts.recon.references if draft.is_skeleton else ():
        if one.kind == "PRIOLD" and one.dsname not in draft.source_names:
            yield OnlineLogLeftOut(draft.spec.place("source", "system_data_sets", "olds"), dsname=one.dsname)


def no_database_shares_a_volume(draft: Draft) -> Iterator[PlanProblem]:
    """Under the policy stop, no database data set is on a volume that is cloned; else they are told."""
    place = draft.spec.place("policies", "colocated")
    problem = {"stop": ColocatedDatabase, "delete": ColocatedDeleted, "keep": ColocatedKept}
    for dsname, volsers in draft.colocated.items():
        yield problem[draft.spec.policies.colocated](
            place,
            dsname=dsname,
            volsers=", ".join(volsers),
            target=draft.new_name(dsname),
            targets=", ".join(draft.target_of.get(volser, "no target") for volser in volsers),
        )


def refreshed_databases_are_told(draft: Draft) -> Iterator[PlanProblem]:
    """Tell of databases that were filled in the skeleton since: what is overlaid, and what is left without entry."""
    if not draft.is_skeleton:
        return
    targets = {draft.new_name(dsname) for dsname in draft.databases}
    overlaid = {_cluster_or(one.dsname, one.is_component_of, targets): one.volsers for one in draft.on_targets}
    left = {
        _cluster_or(one.name, one.owner, targets): one.volsers
        for one in draft.target_entries.values()
        if not draft.target_serials.intersection(one.volsers)
    }
    for dsname in sorted(targets & overlaid.keys()):
        yield RefreshedOverlaid(dsname=dsname, volsers=", ".join(overlaid[dsname]))
    for dsname in sorted(targets & left.keys()):
        yield RefreshedUncataloged(dsname=dsname, volsers=", ".join(left[dsname]))


def _cluster_or(name: str, cluster: str, known: set[str]) -> str:
    return cluster if cluster in known else name


CHECKS = (
    every_item_is_named,
    every_system_mask_matches,
    every_online_log_is_cloned,
    no_database_shares_a_volume,
    refreshed_databases_are_told,
)
