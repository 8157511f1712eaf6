"""The report: one self-contained page with everything a reader asks for, and nothing a listing could inject."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from imsclone.ledger import Evidence, Ledger, Maps, RunUnknown
from imsclone.ledger.runs import KEPT_CHANGES
from imsclone.plan import DataSetMap, DataSetPair, Plan
from imsclone.report import render, write_report
from imsclone.report.report import SHOWN_DATA_SETS, figures, time_line

START = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
VOID = {"meta", "br", "link", "img"}


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Page(HTMLParser):
    """Checks that elements close in order, and gathers text and what a page would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.fetched: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attributes if name in ("src", "href")]
        assert tag != "script"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def ledger(tmp_path: Path, plan: Plan) -> Ledger:
    now = [START]
    made = Ledger(f"sqlite:///{tmp_path}/ledger.db", lambda: now[0])
    made.upgrade()
    made.start_run("scheduled__2026-11-20", plan)
    made.record_evidence(
        "scheduled__2026-11-20",
        "replicate",
        started_at=after(10),
        ended_at=after(20),
        job="CLNREPL(JOB00042)",
        counts={"volumes_copied": 6},
        messages=["ADR806I (001)-TOMI (03), VOLUME IMSP01 WAS COPIED USING A FAST REPLICATION FUNCTION"],
        listing="<script>alert('x')</script> & more",
    )
    made.record_evidence(
        "scheduled__2026-11-20",
        "update_recon",
        started_at=after(30),
        ended_at=after(40),
        before={"DBDS naming IMSP": 12, "PRIOLD": 3},
        after={"DBDS naming IMSP": 0, "PRIOLD": 3},
        counts={"recon_records_changed": 12},
    )
    made.record_window("scheduled__2026-11-20", after(12), after(12.0874))
    now[0] = after(100)
    made.finish_run("scheduled__2026-11-20", success=True)
    return made


def test_the_report_shows_window_time_line_maps_and_recon(ledger: Ledger, tmp_path: Path) -> None:
    path = write_report(ledger, "scheduled__2026-11-20", tmp_path / "reports" / "r.html")
    text = Page(path.read_text(encoding="utf-8")).text
    for shown in (
        "IMSP cloned as IMST",
        "87.400 ms",
        "within",
        "23:00:12.087400",
        "replicate",
        "CLNREPL(JOB00042)",
        "ADR806I",
        "update_recon: before and after",
        "DBDS naming IMSP",
        "IMST.DB.ACCT",
        "0A95",
        "IMSP.** -> IMST.**",
        "recon records changed",
        "100.0 s",
    ):
        assert shown in text


def test_the_page_fetches_nothing_and_knows_light_and_dark(ledger: Ledger, tmp_path: Path) -> None:
    html = write_report(ledger, "scheduled__2026-11-20", tmp_path / "r.html").read_text(encoding="utf-8")
    assert Page(html).fetched == []
    assert not re.search(r"@import|url\(|https?:", html)
    assert "prefers-color-scheme: dark" in html


def test_a_listing_cannot_become_part_of_the_page(ledger: Ledger, tmp_path: Path) -> None:
    html = write_report(ledger, "scheduled__2026-11-20", tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script>alert('x')</script> & more" in Page(html).text


def test_the_same_run_gives_the_same_page(ledger: Ledger, plan: Plan) -> None:
    run = ledger.run("scheduled__2026-11-20")
    pages = {render(run, plan, ledger.evidence(run.id), ledger.maps(run.id)) for _ in range(2)}
    assert len(pages) == 1


def test_a_run_without_evidence_or_window_has_a_report(tmp_path: Path, plan: Plan) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/other.db")
    ledger.upgrade()
    ledger.start_run("r1", plan)
    text = Page(write_report(ledger, "r1", tmp_path / "r.html").read_text(encoding="utf-8")).text
    assert "No window was recorded" in text
    assert "running" in text


def test_a_window_by_cut_off_stamps_is_shown_as_an_upper_bound(tmp_path: Path, plan: Plan) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/other.db")
    ledger.upgrade()
    ledger.start_run("r1", plan)
    began = datetime(2026, 11, 20, 23, 0, 12, tzinfo=UTC)
    ledger.record_window("r1", began, began + timedelta(seconds=2), timedelta(seconds=1))
    text = " ".join(Page(write_report(ledger, "r1", tmp_path / "r.html").read_text(encoding="utf-8")).text.split())
    assert "at most 2,000 ms of a budget of" in text
    assert "exact to 1,000 ms" in text


def test_changes_are_shown_field_by_field_the_first_of_many_with_a_note(tmp_path: Path, plan: Plan) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/other.db")
    ledger.upgrade()
    ledger.start_run("r1", plan)
    rows = [(f"DBDS DB{number:05}", "DSN", "IMSP.<DB>", "IMST.<DB>") for number in range(KEPT_CHANGES + 1)]
    ledger.record_evidence("r1", "update_recon", changes=rows)
    (done,) = ledger.evidence("r1")
    assert (done.changes, done.changes_total) == (tuple(rows[:KEPT_CHANGES]), KEPT_CHANGES + 1)
    text = Page(write_report(ledger, "r1", tmp_path / "r.html").read_text(encoding="utf-8")).text
    assert "update_recon: what was changed" in text
    assert f"The first {KEPT_CHANGES} of {KEPT_CHANGES + 1} fields" in text
    assert "IMST.<DB>" in text


def test_a_failed_run_shows_its_error(tmp_path: Path, plan: Plan) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/other.db")
    ledger.upgrade()
    ledger.start_run("r1", plan)
    ledger.finish_run("r1", success=False, error="CLN401E <the copy> failed")
    assert "CLN401E <the copy> failed" in Page(write_report(ledger, "r1", tmp_path / "r.html").read_text()).text


def test_an_enormous_map_is_shown_in_part_and_says_so(ledger: Ledger, plan: Plan) -> None:
    many = DataSetMap.of(DataSetPair(f"A.D{n:06}", f"B.D{n:06}", "PS", ("V1",)) for n in range(SHOWN_DATA_SETS + 500))
    html = render(ledger.run("scheduled__2026-11-20"), plan, [], Maps((), many))
    assert f"The first {SHOWN_DATA_SETS:,} of {SHOWN_DATA_SETS + 500:,}" in Page(html).text
    assert len(html) < 1_000_000


def test_a_report_of_an_unknown_run_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(RunUnknown):
        write_report(ledger, "none", tmp_path / "r.html")
    assert not (tmp_path / "r.html").exists()


def evidence(step: str, start: float, end: float, **more: object) -> Evidence:
    made = Evidence(step, -1, 1, "done", "", after(start), after(end), {}, {}, {}, (), 0, (), "")
    return replace(made, **more)  # type: ignore[arg-type]


def test_bars_lie_inside_the_time_line() -> None:
    done = [evidence("early", -5, 1), evidence("whole", 0, 100), evidence("point", 100, 100)]
    for bar in time_line(done, START, after(100)):
        assert 0 <= bar.left <= bar.left + bar.width <= 100
        assert bar.width > 0
    assert time_line([], START, None) == []


def test_figures_add_up_the_last_attempts() -> None:
    done = [
        evidence("rename", 0, 1, map_index=0, counts={"renamed": 5}),
        evidence("rename", 1, 2, map_index=0, attempt=2, counts={"renamed": 7}),
        evidence("rename", 1, 2, map_index=1, counts={"renamed": 3}),
    ]
    assert figures(done) == {"renamed": 10}
