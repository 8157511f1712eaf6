"""Plans in the ledger: the document once for each fingerprint, its maps as rows that can be asked about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from imsclone.clone_types import AnyPlan, plan_model
from imsclone.ledger.errors import PlanUnknown
from imsclone.ledger.models import DataSetMapRow, PlanRecord, VolumeMapRow
from imsclone.plan import DataSetMap, DataSetPair

ROWS_PER_INSERT = 10_000


@dataclass(frozen=True)
class VolumeMapping:
    """One line of a volume map."""

    source: str
    source_unit: str
    target: str
    target_unit: str


@dataclass(frozen=True)
class Maps:
    """The maps that a run followed."""

    volumes: tuple[VolumeMapping, ...]
    data_sets: DataSetMap


def keep(session: Session, plan: AnyPlan, now: datetime) -> None:
    """Keep a plan; one that is there already is left alone."""
    if session.get(PlanRecord, plan.fingerprint) is not None:
        return
    document = plan.model_dump(mode="json")
    del document["data_sets"]
    session.add(
        PlanRecord(
            fingerprint=plan.fingerprint,
            environment=plan.environment,
            document=json.dumps(document),
            created_at=now,
        )
    )
    session.flush()
    volumes = [
        {
            "fingerprint": plan.fingerprint,
            "source": pair.source,
            "target": pair.target,
            "source_unit": pair.source_unit,
            "target_unit": pair.target_unit,
        }
        for pair in plan.volume_pairs
    ]
    if volumes:
        session.execute(sa.insert(VolumeMapRow), volumes)
    rows = _rows(plan.fingerprint, plan.data_sets)
    while chunk := list(islice(rows, ROWS_PER_INSERT)):
        session.execute(sa.insert(DataSetMapRow), chunk)


def _rows(fingerprint: str, data_sets: Iterable[DataSetPair]) -> Iterable[dict[str, object]]:
    return (
        {
            "fingerprint": fingerprint,
            "position": position,
            "source": pair.source,
            "target": pair.target,
            "organization": pair.organization,
            "volsers": ",".join(pair.volsers),
        }
        for position, pair in enumerate(data_sets)
    )


@dataclass(frozen=True)
class DataSetRow:
    """One line of a data-set map and its position in the plan."""

    position: int
    source: str
    target: str
    organization: str
    volsers: str


@dataclass(frozen=True)
class Difference:
    """What one plan has and another has not: pairs of volumes, and of data sets up to a limit."""

    volumes_gone: tuple[str, ...]
    volumes_new: tuple[str, ...]
    data_sets_gone: tuple[str, ...]
    data_sets_new: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether both plans have the same maps."""
        return not (self.volumes_gone or self.volumes_new or self.data_sets_gone or self.data_sets_new)


def page(session: Session, fingerprint: str, text: str, after: int, limit: int) -> list[DataSetRow]:
    """Read the rows of a data-set map behind a position that hold a text in one of their names or serials."""
    row = DataSetMapRow
    query = sa.select(row.position, row.source, row.target, row.organization, row.volsers)
    query = query.where(row.fingerprint == fingerprint, row.position > after)
    if text:
        held = [column.contains(text.upper(), autoescape=True) for column in (row.source, row.target, row.volsers)]
        query = query.where(sa.or_(*held))
    return [DataSetRow(*found) for found in session.execute(query.order_by(row.position).limit(limit))]


def volumes(session: Session, fingerprint: str) -> tuple[VolumeMapping, ...]:
    """Read the volume map of a plan."""
    query = sa.select(VolumeMapRow).where(VolumeMapRow.fingerprint == fingerprint).order_by(VolumeMapRow.source)
    return tuple(
        VolumeMapping(row.source, row.source_unit, row.target, row.target_unit) for row in session.scalars(query)
    )


def difference(session: Session, old: str, new: str, limit: int) -> Difference:
    """Compare the maps of two plans by their target names."""

    def only_in(table: type[DataSetMapRow] | type[VolumeMapRow], one: str, other: str) -> tuple[str, ...]:
        theirs = sa.select(table.target).where(table.fingerprint == other)
        query = sa.select(table.target).where(table.fingerprint == one, table.target.not_in(theirs))
        return tuple(session.scalars(query.order_by(table.target).limit(limit)))

    if old == new:
        return Difference((), (), (), ())
    return Difference(
        only_in(VolumeMapRow, old, new),
        only_in(VolumeMapRow, new, old),
        only_in(DataSetMapRow, old, new),
        only_in(DataSetMapRow, new, old),
    )


def find(session: Session, fingerprint: str) -> AnyPlan:
    """Put a plan together again; its fingerprint proves that nothing was changed or lost."""
    record = session.get(PlanRecord, fingerprint)
    if record is None or not fingerprint:
        raise PlanUnknown(fingerprint=fingerprint)
    document = json.loads(record.document)
    return plan_model(document["clone_type"]).model_validate(
        {**document, "data_sets": _data_sets(session, fingerprint)}
    )


def maps(session: Session, fingerprint: str) -> Maps:
    """Read the maps of a plan."""
    return Maps(volumes(session, fingerprint), _data_sets(session, fingerprint))


def _data_sets(session: Session, fingerprint: str) -> DataSetMap:
    columns = (DataSetMapRow.source, DataSetMapRow.target, DataSetMapRow.organization, DataSetMapRow.volsers)
    query = sa.select(*columns).where(DataSetMapRow.fingerprint == fingerprint).order_by(DataSetMapRow.position)
    return DataSetMap(" ".join(row) for row in session.execute(query))
