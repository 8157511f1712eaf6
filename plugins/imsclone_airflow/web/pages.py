"""What the page shows, from the ledger and the environments' files: plain values, no HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from imsclone.ledger import Lease, Ledger, Run, target_lease
from imsclone.spec import EnvironmentSpec, RefreshSpec, SpecRejected, load_any
from imsclone_airflow import settings

RUNS_SHOWN = 20


@dataclass(frozen=True)
class Point:
    """One run in a chart. ``height`` is in percent of the highest."""

    run: Run
    value: float
    height: float


@dataclass(frozen=True)
class Trend:
    """A figure of the last runs, oldest first."""

    name: str
    unit: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Kept:
    """One environment as its row shows it. ``spec`` is None, and ``problem`` says why, if its file has errors."""

    name: str
    spec: EnvironmentSpec | RefreshSpec | None
    problem: str
    runs: tuple[Run, ...]
    next_run: datetime | None
    holder: Lease | None
    now: datetime

    @property
    def last(self) -> Run | None:
        """The last run, whatever became of it."""
        return self.runs[0] if self.runs else None

    @property
    def age(self) -> timedelta | None:
        """How old the data of the target is: since the source was copied for the last good run."""
        good = next((run for run in self.runs if run.state == "success"), None)
        return self.now - good.data_of if good and good.data_of else None

    @property
    def state(self) -> str:
        """One word for the environment: what a reader looks for first."""
        if self.spec is None:
            return "broken"
        if self.last is None:
            return "never made"
        if self.last.state != "success":
            return self.last.state
        limit = self.spec.freshness_hours
        return "too old" if limit and self.age and self.age > timedelta(hours=limit) else "fresh"

    @property
    def trends(self) -> tuple[Trend, ...]:
        """How long the source was held and how long runs took, over the last good runs."""
        good = [run for run in reversed(self.runs) if run.state == "success"]
        windows = [(run, run.window.milliseconds) for run in good if run.window]
        elapsed = [(run, run.elapsed_seconds) for run in good if run.elapsed_seconds is not None]
        return (trend("Source time lost", "ms", windows), trend("Elapsed", "s", elapsed))


def trend(name: str, unit: str, values: Sequence[tuple[Run, float]]) -> Trend:
    """Scale values to the highest of them."""
    highest = max((value for _, value in values), default=0.0) or 1.0
    return Trend(name, unit, tuple(Point(run, value, round(100 * value / highest, 1)) for run, value in values))


def environments(ledger: Ledger, names: Sequence[str], next_runs: Mapping[str, datetime]) -> list[Kept]:
    """Return the environments of these names, as the overview lists them."""
    holders = {lease.target: lease for lease in ledger.leases() if lease.expires_at > ledger.clock()}
    return [_kept(ledger, name, next_runs.get(name), holders) for name in names]


def _kept(ledger: Ledger, name: str, next_run: datetime | None, holders: Mapping[str, Lease]) -> Kept:
    spec, problem = None, ""
    try:
        spec = load_any(settings.environment_file(name))
    except SpecRejected as error:
        problem = str(error)
    runs = tuple(ledger.runs(spec.name if spec else name, RUNS_SHOWN))
    holder = holders.get(target_lease(spec.target.imsid)) if spec else None
    return Kept(name, spec, problem, runs, next_run, holder, ledger.clock())
