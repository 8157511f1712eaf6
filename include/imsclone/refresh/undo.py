"""The plan that takes a refresh back: it refreshes the target from what that refresh has kept of it.

Source is the kept copies, on the target's own volumes; nothing is held, and no data set of the source IMS is read. The
RECON gets the definitions it had. As after every refresh it gets no history: image copies of before the refresh are not
registered again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from imsclone.errors import CloneError
from imsclone.facts import CatalogEntry
from imsclone.plan.data_set_map import DataSetMap, DataSetPair
from imsclone.plan.errors import PlanRejected
from imsclone.plan.parts import NamePair
from imsclone.refresh.plan import DataSetCopy, RefreshPlan, TargetPlan, Undone
from imsclone.refresh.undo_errors import AddedByRefresh, KeptIsGone, NothingKept


def kept_names(done: RefreshPlan) -> list[str]:
    """Return the names of all that a refresh keeps, components of clusters among them."""
    kept = [copy for target in done.targets if target.kept for copy in target.kept.copies]
    return [str(name) for copy in kept for name in (copy.target, *(part.target for part in copy.components))]


def undo(
    done: RefreshPlan,
    run: str,
    data_of: datetime | None,
    entries: Mapping[str, CatalogEntry],
    active: Mapping[str, bool],
) -> RefreshPlan:
    """Make the plan.

    :param done: the plan of the refresh to take back, and ``run`` its run.
    :param data_of: the moment whose data the target had before it.
    :param entries: the catalog entries of ``kept_names``.
    :param active: which of the targets run now.
    :raises PlanRejected: with everything that is missing.
    """
    problems = list(_problems(done, run, entries))
    if problems:
        raise PlanRejected(environment=done.environment, problems=problems)
    targets = tuple(_back(target, active[target.side.imsid]) for target in done.targets)
    return RefreshPlan(
        environment=done.environment,
        owner=done.owner,
        source=done.source,
        targets=targets,
        data_sets=DataSetMap.of(
            DataSetPair(one.source, one.target, "VS" if one.organization == "VSAM" else "PS", one.volsers)
            for target in targets
            for one in target.copies
        ),
        consistency="fuzzy",
        outage_budget_seconds=done.outage_budget_seconds,
        long_running=done.long_running,
        image_copy=done.image_copy,
        work=done.work,
        approval=done.approval,
        undoes=Undone(run=run, data_of=data_of),
    )


def _problems(done: RefreshPlan, run: str, entries: Mapping[str, CatalogEntry]) -> Iterator[CloneError]:
    for target in done.targets:
        if target.kept is None or not target.kept.definitions:
            yield NothingKept(environment=done.environment, why=f"run {run} kept nothing of {target.side.imsid}.")
        else:
            for new in target.defined:
                why = f"run {run} defined {new.name} on {target.side.imsid}, which had not known it."
                yield NothingKept(environment=done.environment, why=why)
            for dsname in target.kept.added:
                yield AddedByRefresh(run=run, dsname=dsname)
    for name in kept_names(done):
        if name not in entries:
            yield KeptIsGone(name=name, run=run)


def _back(done: TargetPlan, active: bool) -> TargetPlan:
    kept = done.kept
    if kept is None:
        raise TypeError("a target without a generation was refused before")
    return TargetPlan(
        side=done.side.model_copy(update={"active": active}),
        databases=tuple(one.model_copy(update={"source": one.target, "stopped": True}) for one in done.databases),
        copies=tuple(map(_copied_back, kept.copies)),
        masks=done.masks,
        definitions=kept.definitions,
    )


def _copied_back(kept: DataSetCopy) -> DataSetCopy:
    parts = tuple(NamePair(source=one.target, target=one.source) for one in kept.components)
    pair = {"source": kept.target, "target": kept.source}
    return kept.model_copy(update={**pair, "components": parts, "replaced": True})
