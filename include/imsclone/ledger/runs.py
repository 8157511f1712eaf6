"""What the ledger tells about runs: plain values, free of any session."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from imsclone.ledger.models import EvidenceRecord, RunRecord, WindowRecord

TOTAL, ROWS = "total", "rows"
"""The keys of an evidence record's changes."""

KEPT_CHANGES = 300


@dataclass(frozen=True)
class Window:
    """How long the source was held, by the clock of z/OS.

    ``resolution_ms`` is that of the time stamps. Where it is not zero, the two moments are the outermost there can
    have been, and all that is known is an upper bound.
    """

    suspended_at: datetime
    resumed_at: datetime
    budget_seconds: float
    resolution_ms: float = 0.0

    @property
    def is_exact(self) -> bool:
        """Whether the source time lost was measured, and is no upper bound."""
        return self.resolution_ms == 0

    @property
    def milliseconds(self) -> float:
        """Source time lost; at most, if it is not exact."""
        return (self.resumed_at - self.suspended_at) / timedelta(milliseconds=1)

    @property
    def within_budget(self) -> bool:
        """Whether the source was certainly released in time."""
        return self.milliseconds <= self.budget_seconds * 1000

    def shown(self, decimals: int = 0) -> str:
        """Source time lost as text; an upper bound is shown as one, without decimals."""
        if self.is_exact:
            return f"{self.milliseconds:,.{decimals}f} ms"
        return f"at most {math.ceil(self.milliseconds):,} ms"


@dataclass(frozen=True)
class Run:
    """One run. ``state`` is running, success or failed; ``fingerprint`` is empty if it was refused a plan."""

    id: str
    environment: str
    clone_type: str
    source: str
    target: str
    owner: str
    fingerprint: str
    summary: Mapping[str, Any]
    state: str
    error: str
    started_at: datetime
    finished_at: datetime | None
    window: Window | None

    @property
    def data_of(self) -> datetime | None:
        """The moment whose data the target holds: when the source was released after the copy; None for none.

        A run that took back another one left the data of before that.
        """
        if self.state != "success" or self.finished_at is None:
            return None
        if "undoes" in self.summary:
            known = self.summary["data_of"]
            return datetime.fromisoformat(known) if known else None
        return self.window.resumed_at if self.window else self.finished_at

    @property
    def elapsed_seconds(self) -> float | None:
        """From start to end; None while it runs."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


@dataclass(frozen=True)
class Evidence:
    """What one task noted. ``map_index`` is -1 for a task that is not mapped.

    ``changes`` are the first of ``changes_total``: record, field, before, after.
    """

    step: str
    map_index: int
    attempt: int
    outcome: str
    job: str
    started_at: datetime
    ended_at: datetime
    counts: Mapping[str, int]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    changes: tuple[tuple[str, ...], ...]
    changes_total: int
    messages: tuple[str, ...]
    listing: str

    @property
    def seconds(self) -> float:
        """How long the task took."""
        return (self.ended_at - self.started_at).total_seconds()


class Noted(TypedDict, total=False):
    """What a task may note of itself; a task that is not mapped, and was done at its first try, need not say so.

    ``outcome`` is done, skipped or failed; ``job`` names and ids of jobs. ``counts`` are figures for the report, such
    as data sets renamed; ``before`` values that the report shows beside those of ``after``, such as RECON records by
    kind. ``changes`` are record, field, before, after: the first of many are kept, and counted all.
    """

    map_index: int
    attempt: int
    outcome: str
    job: str
    started_at: datetime
    ended_at: datetime
    counts: Mapping[str, int]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    changes: Sequence[Sequence[str]]
    messages: Sequence[str]
    listing: str


def run_of(record: RunRecord) -> Run:
    """Take the values out of a record."""
    held = record.window
    return Run(
        id=record.id,
        environment=record.environment,
        clone_type=record.clone_type,
        source=record.source,
        target=record.target,
        owner=record.owner,
        fingerprint=record.fingerprint,
        summary=record.summary,
        state=record.state,
        error=record.error,
        started_at=record.started_at,
        finished_at=record.finished_at,
        window=window_of(held) if held else None,
    )


def window_of(record: WindowRecord) -> Window:
    """Take the values out of a record."""
    return Window(record.suspended_at, record.resumed_at, record.budget_seconds, record.resolution_ms)


def evidence_record(run: str, step: str, noted: Noted, now: datetime) -> EvidenceRecord:
    """Make the record of what a task of a run notes."""
    ended_at, changes = noted.get("ended_at", now), noted.get("changes", ())
    return EvidenceRecord(
        run_id=run,
        step=step,
        map_index=noted.get("map_index", -1),
        attempt=noted.get("attempt", 1),
        outcome=noted.get("outcome", "done"),
        job=noted.get("job", ""),
        started_at=noted.get("started_at", ended_at),
        ended_at=ended_at,
        counts=dict(noted.get("counts", {})),
        before=dict(noted.get("before", {})),
        after=dict(noted.get("after", {})),
        changes={TOTAL: len(changes), ROWS: [list(row) for row in changes[:KEPT_CHANGES]]} if changes else {},
        messages=list(noted.get("messages", ())),
        listing=noted.get("listing", ""),
    )


def evidence_of(record: EvidenceRecord) -> Evidence:
    """Take the values out of a record."""
    return Evidence(
        step=record.step,
        map_index=record.map_index,
        attempt=record.attempt,
        outcome=record.outcome,
        job=record.job,
        started_at=record.started_at,
        ended_at=record.ended_at,
        counts=record.counts,
        before=record.before,
        after=record.after,
        changes=tuple(tuple(row) for row in record.changes.get(ROWS, ())),
        changes_total=record.changes.get(TOTAL, 0),
        messages=tuple(record.messages),
        listing=record.listing,
    )
