"""What logs are applied to on a target, and what is built anew behind that because no log record tells of it. Pure.

Source: IMS Database Utilities, DFSURDB0, DFSPREC0; Index Builder. Primary index and ILDS of a partition are not logged.
Other indexes are, entry by entry; but a copy of a key-sequenced data set that splits meanwhile may lack entries that
nothing changed, so every index is built anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from imsclone.listings.recon_types import DatabaseDataSet
from imsclone.names import DataSetName, DdName
from imsclone.refresh.as_of import bases
from imsclone.refresh.definitions import DATA_LETTERS
from imsclone.refresh.draft import HALDB, Chosen, RefreshDraft, is_recoverable
from imsclone.refresh.logs import Owner
from imsclone.refresh.plan import Rebuild, Recovery
from imsclone.spec.refresh import DatabaseName, RefreshSpec

WITH_LOGS = "fuzzy_with_log_apply"
PHIDAM = "PHIDAM"


def may_apply_logs(spec: RefreshSpec) -> bool:
    """Whether a refresh applies logs, or does where programs keep the databases."""
    holds = not spec.consistency.startswith("fuzzy")
    return spec.consistency == WITH_LOGS or spec.as_of is not None or (holds and spec.long_running.policy == "fuzzy")


def recoveries(draft: RefreshDraft) -> tuple[Recovery, ...]:
    """Return the data sets of a target that logs are applied to."""
    return tuple(_recoveries(draft)) if may_apply_logs(draft.spec) else ()


def _recoveries(draft: RefreshDraft) -> Iterator[Recovery]:
    partitions = {one.name: one.master for one in draft.facts.source.recon.partitions}
    chosen, indexes = {one.owner: one.chosen for one in draft.data_sets}, rebuilt_indexes(draft)
    for found in draft.facts.source.recon.data_sets:
        one = chosen.get(found.dbd)
        if one is None or not is_recoverable(one.database) or (found.of_partition and _is_unlogged(found)):
            continue
        if one.name in indexes:
            continue
        for dsname in _dsnames(found):
            yield Recovery(
                database=DatabaseName(found.dbd),
                ddname=DdName(found.ddname),
                dsname=DataSetName(draft.rules.name(dsname, found.record.kind)),
                partition=found.dbd in partitions,
                **_base(draft, (found.dbd, found.ddname)),
            )


def _base(draft: RefreshDraft, owner: Owner) -> dict[str, Any]:
    """Return what a data set is rebuilt from for a past time."""
    if draft.spec.as_of is None:
        return {}
    found = bases(draft.facts.source.recon, {owner}, draft.spec.as_of, draft.facts.entries).found.get(owner)
    if found is None:
        return {}
    accumulation = DataSetName(found.accumulation) if found.accumulation else None
    return {"image": DataSetName(found.image), "accumulation": accumulation, "since": found.since, "clean": found.clean}


def _is_unlogged(found: DatabaseDataSet) -> bool:
    return found.ddname[-1] not in DATA_LETTERS


def _dsnames(found: DatabaseDataSet) -> list[str]:
    """Return the data set of a DBDS, or those of an area that can be used."""
    if found.area_data_sets:
        return [one.dsname for one in found.area_data_sets if one.status == "AVAIL"]
    return [found.dsname] if found.dsname else []


def rebuilds(draft: RefreshDraft) -> tuple[Rebuild, ...]:
    """Return what is built anew on a target."""
    if not may_apply_logs(draft.spec):
        return ()
    return tuple(made for one in draft.chosen for made in (*_partitions(draft, one), *_indexes(draft, one)))


def _partitions(draft: RefreshDraft, one: Chosen) -> Iterator[Rebuild]:
    """Yield what rebuilds primary indexes and ILDSs of a HALDB; a PSINDEX has neither."""
    recon, copied = draft.facts.source.recon, {data_set.owner for data_set in draft.data_sets}
    parts = [part for part in recon.partitions if part.master == one.name and not part.disabled]
    mine = [part.name for part in parts if part.name in copied]
    letters = {found.ddname[-1] for found in recon.data_sets if found.dbd in mine}
    if one.database.kind == HALDB and letters & {"L", "X"}:
        names = tuple(map(DatabaseName, mine))
        yield Rebuild(database=one.target, partitions=names, kind="BOTH" if "X" in letters else "ILE")


def _indexes(draft: RefreshDraft, one: Chosen) -> Iterator[Rebuild]:
    """Yield what builds the indexes of a database anew; the primary index of a HALDB goes with its partitions."""
    definition = draft.facts.source.dbds.get(one.name)
    targets = {str(other.name): other.target for other in draft.chosen}
    if definition is None:
        return
    primary = targets.get(definition.primary_index)
    built = [targets[name] for name in definition.index_databases if name in targets]
    if built:
        secondary = tuple(name for name in built if name != primary)
        yield Rebuild(database=one.target, indexes=secondary, primary=primary)


def rebuilt_indexes(draft: RefreshDraft) -> frozenset[str]:
    """Name the index databases of the source that are built anew: that they are not recoverable does no harm."""
    chosen = draft.chosen if may_apply_logs(draft.spec) else ()
    known = [definition for one in chosen if (definition := draft.facts.source.dbds.get(one.name))]
    return frozenset(name for definition in known for name in definition.index_databases)


def left_behind(draft: RefreshDraft) -> list[Chosen]:
    """Return the databases that logs do not make consistent."""
    if not may_apply_logs(draft.spec):
        return []
    rebuilt = rebuilt_indexes(draft)
    return [one for one in draft.chosen if not is_recoverable(one.database) and one.name not in rebuilt]


def return_code(draft: RefreshDraft) -> int:
    """Return the code that the file gives for databases that are copied though they are not recoverable."""
    return draft.spec.not_recoverable_code if left_behind(draft) else 0
