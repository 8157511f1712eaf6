"""Plans in the ledger: the document once for each fingerprint, its maps as rows that can be asked about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from imsclone.ledger.errors import PlanUnknown
from imsclone.ledger.models import DataSetMapRow, PlanRecord, VolumeMapRow
from imsclone.plan import DataSetMap, DataSetPair, Plan

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


def keep(session: Session, plan: Plan, now: datetime) -> None:
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
    session.execute(
        sa.insert(VolumeMapRow),
        [
            {
                "fingerprint": plan.fingerprint,
                "source": pair.source,
                "target": pair.target,
                "source_unit": pair.source_unit,
                "target_unit": pair.target_unit,
            }
            for pair in plan.volume_pairs
        ],
    )
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


def find(session: Session, fingerprint: str) -> Plan:
    """Put a plan together again; its fingerprint proves that nothing was changed or lost."""
    record = session.get(PlanRecord, fingerprint)
    if record is None:
        raise PlanUnknown(fingerprint=fingerprint)
    document = json.loads(record.document)
    return Plan.model_validate({**document, "data_sets": _data_sets(session, fingerprint)})


def maps(session: Session, fingerprint: str) -> Maps:
    """Read the maps of a plan."""
    query = sa.select(VolumeMapRow).where(VolumeMapRow.fingerprint == fingerprint).order_by(VolumeMapRow.source)
    volumes = tuple(
        VolumeMapping(row.source, row.source_unit, row.target, row.target_unit) for row in session.scalars(query)
    )
    return Maps(volumes, _data_sets(session, fingerprint))


def _data_sets(session: Session, fingerprint: str) -> DataSetMap:
    columns = (DataSetMapRow.source, DataSetMapRow.target, DataSetMapRow.organization, DataSetMapRow.volsers)
    query = sa.select(*columns).where(DataSetMapRow.fingerprint == fingerprint).order_by(DataSetMapRow.position)
    return DataSetMap(" ".join(row) for row in session.execute(query))
