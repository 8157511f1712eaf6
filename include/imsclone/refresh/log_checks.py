"""What a refresh that applies logs needs: times that can be, logs that are there, indexes that can be built anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import cast

from imsclone.haldb.layout_errors import LayoutNotKnown
from imsclone.plan.errors import PlanProblem
from imsclone.refresh import log_errors
from imsclone.refresh.as_of import bases, logs_to
from imsclone.refresh.draft import RefreshDraft
from imsclone.refresh.log_apply import may_apply_logs, rebuilt_indexes, recoveries
from imsclone.refresh.logs import needed_logs, restarts
from imsclone.spec.refresh import RefreshSpec

KEYED = frozenset({"INDEX", "PSINDEX", "HISAM", "SHISAM"})
"""DBORG of databases whose segments stand in key-sequenced data sets; those of HSAM and SHSAM are sequential."""


def apply_time_is_to_come(spec: RefreshSpec) -> Iterator[PlanProblem]:
    """Logs are applied up to a time that the copy is not behind of. Needs no facts."""
    if spec.apply_to is not None and spec.apply_to <= datetime.now(UTC):
        yield log_errors.ApplyTimePast(spec.place("apply_to"), until=f"{spec.apply_to:%Y-%m-%d %H:%M:%S %z}")
    if spec.as_of is not None and spec.as_of > datetime.now(UTC):
        yield log_errors.AsOfToCome(spec.place("as_of"), moment=f"{spec.as_of:%Y-%m-%d %H:%M:%S %z}")


def logs_are_there(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """Every log record that will be needed is in a log data set of the source, or still in an online log; for a past
    time, image copies are there, too. A HALDB whose partitions are not known is told as such, and not looked for.

    One that breaks later is found when logs are applied: the source is not touched by that.
    """
    unknown = {
        name for name, told in draft.facts.untold.items() if any(isinstance(one, LayoutNotKnown) for one in told)
    }
    parts = {one.name for one in draft.facts.source.recon.partitions if one.master in unknown}
    owners = {(str(one.database), str(one.ddname)) for one in recoveries(draft) if one.database not in parts}
    if draft.spec.as_of is not None:
        recon, there = draft.facts.source.recon, draft.facts.entries
        found = bases(recon, owners, draft.spec.as_of, there)
        for problem in (*found.problems, *logs_to(recon, found.found, draft.spec.as_of, there).problems):
            yield cast("PlanProblem", problem)
    elif owners:
        recon, now = draft.facts.source.recon, datetime.now(UTC)
        for problem in needed_logs(recon, owners, now, there=draft.facts.entries, restarts=restarts(recon)).problems:
            yield cast("PlanProblem", problem)


def keyed_data_is_built_anew(draft: RefreshDraft) -> Iterator[PlanProblem]:
    """A key-sequenced data set that is copied while it is updated is built anew.

    When a control interval splits, records move, and no log record of IMS tells of it: a copy of the data component may
    lack records that the copy of the index component, made a moment before, leads to.
    """
    if not may_apply_logs(draft.spec) or draft.spec.as_of is not None:
        return
    chosen, rebuilt = {one.owner: one.chosen for one in draft.data_sets}, rebuilt_indexes(draft)
    for found in draft.facts.source.recon.data_sets:
        one, kind = chosen.get(found.dbd), found.record.get("DBORG")
        if one is not None and kind in KEYED and one.name not in rebuilt:
            place, imsid = draft.spec.place("databases", one.place), draft.spec.source.imsid
            yield log_errors.KeyedDataMoves(place, name=found.dbd, imsid=imsid, ddname=found.ddname, kind=kind)


LOG_CHECKS: tuple[Callable[[RefreshDraft], Iterator[PlanProblem]], ...] = (logs_are_there, keyed_data_is_built_anew)
