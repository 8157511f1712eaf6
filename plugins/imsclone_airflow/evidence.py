"""What a task did, gathered while it works and written to the ledger when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imsclone.ledger import Ledger
    from imsclone.zosmf import Job

KEPT_LISTING = 200_000


@dataclass
class Evidence:
    """The proof a task leaves. ``counts`` are shown in the report and added up over tasks."""

    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    counts: Counter[str] = field(default_factory=Counter)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    changes: Sequence[Sequence[str]] = ()
    messages: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)

    def listing(self, title: str, text: str) -> None:
        """Keep a listing."""
        self.listings.append(f"---- {title}\n{text}")

    def write(
        self, ledger: Ledger, run: str, step: str, *, map_index: int, attempt: int, outcome: str, jobs: list[Job]
    ) -> None:
        """Write to the ledger; a try that is written again replaces what it wrote."""
        ledger.record_evidence(
            run,
            step,
            map_index=map_index,
            attempt=attempt,
            outcome=outcome,
            job=" ".join(str(job) for job in jobs),
            started_at=self.started_at,
            ended_at=datetime.now(UTC),
            counts=dict(self.counts),
            before=self.before,
            after=self.after,
            changes=self.changes,
            messages=self.messages,
            listing="\n".join(self.listings)[:KEPT_LISTING],
        )
