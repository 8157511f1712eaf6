"""The HTML report of a run: one file with everything in it, to be read by people and kept with the change record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from imsclone.clone_types import AnyPlan
from imsclone.ledger import Evidence, Ledger, Maps, Run
from imsclone.ledger.errors import RunHasNoPlan

SHOWN_DATA_SETS = 2_000
SHOWN_LISTING = 20_000


@dataclass(frozen=True)
class Bar:
    """One task on the time line: where it begins and how long it is, in percent of the whole run."""

    evidence: Evidence
    left: float
    width: float
    offset_seconds: float


@dataclass(frozen=True)
class Comparison:
    """One value before and after a step."""

    name: str
    before: Any
    after: Any

    @property
    def changed(self) -> bool:
        """Whether the step changed it."""
        return bool(self.before != self.after)


def write_report(ledger: Ledger, run: str, path: Path) -> Path:
    """Write the report of a run to a file. Raises RunUnknown, RunHasNoPlan."""
    known = ledger.run(run)
    if not known.fingerprint:
        raise RunHasNoPlan(run=run, error=known.error)
    html = render(known, ledger.plan(known.fingerprint), ledger.evidence(run), ledger.maps(run))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path


def render(run: Run, plan: AnyPlan, evidence: Sequence[Evidence], maps: Maps) -> str:
    """Make the report. Pure: the same run gives the same page."""
    template = _templates().get_template("report.html.j2")
    return template.render(
        run=run,
        plan=plan,
        spent=spent(evidence, run.started_at, run.finished_at),
        bars=time_line(evidence, run.started_at, run.finished_at),
        evidence=evidence,
        comparisons=[(done, compared(done)) for done in evidence if done.before or done.after],
        figures=figures(evidence),
        volumes=maps.volumes,
        data_sets=maps.data_sets[:SHOWN_DATA_SETS],
        data_sets_total=len(maps.data_sets),
        listing_limit=SHOWN_LISTING,
    )


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "-"
    environment.filters["precise"] = lambda moment: moment.strftime("%H:%M:%S.%f")
    environment.filters["seconds"] = lambda value: f"{value:,.1f} s" if value is not None else "-"
    return environment


@dataclass(frozen=True)
class Spent:
    """Seconds of a run in which a task of it worked, its jobs on z/OS included, and in which it waited to go on.

    It waits for the scheduler, for processes to start, for approvals, for copies that others make.
    """

    work: float
    waiting: float


def spent(evidence: Sequence[Evidence], started: datetime, finished: datetime | None) -> Spent:
    """Split the time of a run; seconds in which several tasks worked at once count once."""
    begin = min([started, *(done.started_at for done in evidence)])
    end = max([finished or started, *(done.ended_at for done in evidence)])
    work, reached = 0.0, begin
    for done in sorted(evidence, key=lambda done: done.started_at):
        work += max((done.ended_at - max(done.started_at, reached)).total_seconds(), 0.0)
        reached = max(reached, done.ended_at)
    return Spent(work, (end - begin).total_seconds() - work)


def time_line(evidence: Sequence[Evidence], started: datetime, finished: datetime | None) -> list[Bar]:
    """Place each task between the start and the end of the run."""
    end = max([done.ended_at for done in evidence] + [finished or started])
    whole = (end - started).total_seconds() or 1.0
    bars = []
    for done in evidence:
        offset = max((done.started_at - started).total_seconds(), 0.0)
        left = min(100 * offset / whole, 99.5)
        width = min(max(100 * done.seconds / whole, 0.5), 100 - left)
        bars.append(Bar(done, round(left, 2), round(width, 2), offset))
    return bars


def compared(done: Evidence) -> list[Comparison]:
    """Set the values before and after a step side by side."""
    names = [*done.before, *(name for name in done.after if name not in done.before)]
    return [Comparison(name, done.before.get(name, "-"), done.after.get(name, "-")) for name in names]


def figures(evidence: Sequence[Evidence]) -> dict[str, int]:
    """Add up the counts of all tasks; of a task that ran several times, its last attempt."""
    last = {(done.step, done.map_index): done for done in sorted(evidence, key=lambda done: done.attempt)}
    total: dict[str, int] = {}
    for done in last.values():
        for name, count in done.counts.items():
            total[name] = total.get(name, 0) + count
    return total
