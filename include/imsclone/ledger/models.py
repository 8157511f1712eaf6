"""The tables of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Float, ForeignKey, Index, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: always with a time zone in Python, always UTC in the database, SQLite included."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the ledger."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012


class PlanRecord(Base):
    """A plan by its fingerprint; runs of the same plan share it. ``document`` is the plan without its data sets."""

    __tablename__ = "plans"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    environment: Mapped[str] = mapped_column(String(60), index=True)
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class VolumeMapRow(Base):
    """One volume pair of a plan."""

    __tablename__ = "volume_maps"

    fingerprint: Mapped[str] = mapped_column(ForeignKey("plans.fingerprint"), primary_key=True)
    source: Mapped[str] = mapped_column(String(6), primary_key=True)
    target: Mapped[str] = mapped_column(String(6), index=True)
    source_unit: Mapped[str] = mapped_column(String(5))
    target_unit: Mapped[str] = mapped_column(String(5))


class DataSetMapRow(Base):
    """One data set of a plan: its names before and after. ``position`` keeps the plan's order."""

    __tablename__ = "data_set_maps"
    __table_args__ = (Index("ix_data_set_maps_source", "source"), Index("ix_data_set_maps_target", "target"))

    fingerprint: Mapped[str] = mapped_column(ForeignKey("plans.fingerprint"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(44))
    target: Mapped[str] = mapped_column(String(44))
    organization: Mapped[str] = mapped_column(String(8))
    volsers: Mapped[str] = mapped_column(Text)


class RunRecord(Base):
    """One run of an environment's clone."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(500), primary_key=True)
    environment: Mapped[str] = mapped_column(String(60), index=True)
    clone_type: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(4))
    target: Mapped[str] = mapped_column(String(4))
    owner: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[str] = mapped_column(ForeignKey("plans.fingerprint"))
    summary: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10))
    error: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    window: Mapped[WindowRecord | None] = relationship(lazy="joined")


class EvidenceRecord(Base):
    """What one task left as proof. A task that runs again replaces its own."""

    __tablename__ = "evidence"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(100), primary_key=True)
    map_index: Mapped[int] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    job: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]]
    messages: Mapped[list[str]]
    listing: Mapped[str] = mapped_column(Text, default="")


class WindowRecord(Base):
    """How long the source was held, by the clock of z/OS; at most, where ``resolution_ms`` is not zero."""

    __tablename__ = "windows"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    suspended_at: Mapped[datetime]
    resumed_at: Mapped[datetime]
    budget_seconds: Mapped[float] = mapped_column(Float)
    resolution_ms: Mapped[float] = mapped_column(Float, default=0.0)


class AlertRecord(Base):
    """When somebody was told last of something that lasts."""

    __tablename__ = "alerts"

    what: Mapped[str] = mapped_column(String(200), primary_key=True)
    told_at: Mapped[datetime]


class LeaseRecord(Base):
    """Who may touch a target now. The row stays when the lease is given back, so that ``token`` only grows.

    A booking is a lease with ``booked`` set: its holder is a team, not a run.
    """

    __tablename__ = "leases"

    target: Mapped[str] = mapped_column(String(100), primary_key=True)
    holder: Mapped[str] = mapped_column(Text)
    token: Mapped[int]
    expires_at: Mapped[datetime]
    booked: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")


class LayoutRecord(Base):
    """A partition layout of a HALDB, by its digest."""

    __tablename__ = "layouts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[str] = mapped_column(Text)


class LayoutLook(Base):
    """A source's RECON had a layout at ``first_at`` and at ``last_at``, and at all times between.

    ``states`` are, by partition, reorganization number, data sets in use, and whether it must be initialised.
    """

    __tablename__ = "layout_looks"

    imsid: Mapped[str] = mapped_column(String(4), primary_key=True)
    haldb: Mapped[str] = mapped_column(String(8), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(ForeignKey("layouts.digest"))
    states: Mapped[dict[str, Any]]
