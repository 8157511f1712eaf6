"""What reconditioning by physical data set copy does: which data sets, and every entry of the clone's catalogs anew.

A physical copy knows volumes, not catalogs. The structure of clusters and groups is taken from the source's catalogs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal

from imsclone.facts import CatalogEntry
from imsclone.names import DataSetName, Volser
from imsclone.plan.data_set_map import DataSetMap, DataSetPair
from imsclone.plan.draft import CATALOG_INDEX, VOLUME_OWN, Draft
from imsclone.plan.parts import Cluster, GenerationGroup, LaterPart, NonVsam, Recataloging

Organization = Literal["INDEXED", "NONINDEXED", "LINEAR", "NUMBERED"]


def recataloging(draft: Draft, data_sets: DataSetMap) -> Recataloging:
    """Decide it."""
    copied = {pair.source: pair for pair in data_sets if not pair.deleted}
    return Recataloging(
        excluded=tuple(_excluded(draft, data_sets)),
        later=tuple(_later(draft, copied)),
        groups=tuple(_groups(draft)),
        nonvsam=tuple(_nonvsam(draft, copied)),
        clusters=tuple(_clusters(draft, copied)),
    )


def _excluded(draft: Draft, data_sets: DataSetMap) -> Iterator[DataSetName]:
    """Yield the catalogs themselves, which are defined anew, and what the clone is not to have."""
    for pair in draft.spec.catalogs:
        yield DataSetName(pair.sides[0])
        yield DataSetName(f"{pair.sides[0]}.{CATALOG_INDEX}")
    yield from (DataSetName(pair.source) for pair in data_sets if pair.deleted)


def _later(draft: Draft, copied: Mapping[str, DataSetPair]) -> Iterator[LaterPart]:
    staging = {pair.target_volser: pair.staging_volser for pair in draft.pairs}
    for name, pair in copied.items():
        for volser in pair.volsers[1:]:
            held = staging[Volser(volser)]
            if held is not None:
                yield LaterPart(name=DataSetName(name), staging=held, target=Volser(volser))


def _targets(draft: Draft) -> Iterator[tuple[CatalogEntry, DataSetName]]:
    """Yield every entry with the catalog of the clone that gets it."""
    new = {pair.sides[0]: DataSetName(pair.sides[1]) for pair in draft.spec.catalogs}
    for catalog in draft.source_catalogs:
        for entry in sorted(catalog.entries, key=lambda entry: entry.name):
            yield entry, new[catalog.name]


def _groups(draft: Draft) -> Iterator[GenerationGroup]:
    for entry, catalog in _targets(draft):
        if entry.kind == "GDG" and draft.spec.policies.gdg != "delete":
            yield GenerationGroup(
                name=DataSetName(draft.new_name(entry.name)),
                limit=entry.limit or 255,
                scratch="SCRATCH" in entry.attributes,
                empty="EMPTY" in entry.attributes,
                catalog=catalog,
            )


def _nonvsam(draft: Draft, copied: Mapping[str, DataSetPair]) -> Iterator[NonVsam]:
    for entry, catalog in _targets(draft):
        pair = copied.get(entry.name)
        if entry.kind in ("NONVSAM", "GDS") and pair is not None:
            yield NonVsam(name=DataSetName(pair.target), volsers=_volsers(draft, entry), catalog=catalog)


def _clusters(draft: Draft, copied: Mapping[str, DataSetPair]) -> Iterator[Cluster]:
    parts: dict[str, dict[str, CatalogEntry]] = defaultdict(dict)
    catalogs: dict[str, DataSetName] = {}
    for entry, catalog in _targets(draft):
        if entry.kind in ("DATA", "INDEX") and entry.name in copied and not VOLUME_OWN.fullmatch(entry.name):
            parts[entry.owner][entry.kind] = entry
            catalogs[entry.owner] = catalog
    for name, components in parts.items():
        data, index = components.get("DATA"), components.get("INDEX")
        if data is not None and name not in {pair.sides[0] for pair in draft.spec.catalogs}:
            yield Cluster(
                name=DataSetName(draft.new_name(name)),
                data=DataSetName(copied[data.name].target),
                index=DataSetName(copied[index.name].target) if index else None,
                organization=_organization(data, index),
                volsers=_volsers(draft, data),
                catalog=catalogs[name],
            )


def _organization(data: CatalogEntry, index: CatalogEntry | None) -> Organization:
    if index is not None:
        return "INDEXED"
    if "LINEAR" in data.attributes:
        return "LINEAR"
    return "NUMBERED" if "NUMBERED" in data.attributes else "NONINDEXED"


def _volsers(draft: Draft, entry: CatalogEntry) -> tuple[Volser, ...]:
    return tuple(draft.target_of[volser] for volser in entry.volsers if volser in draft.target_of)
