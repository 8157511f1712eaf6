"""Airflow's API server with the page, a ledger with a large plan in it, and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

PROJECT = Path(__file__).parents[3]
START_SECONDS = 120
DATA_SETS = 100_000
PAGE = "/ims-clones"
BROKEN = "name: broken\nclone_type: full_system\n"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class Site:
    """A running API server behind the prefix ``/shop``, and whom it lets in."""

    url: str
    home: Path
    passwords: dict[str, str]

    def token(self, user: str) -> str:
        login = {"username": user, "password": self.passwords[user]}
        return str(httpx.post(f"{self.url}/auth/token", json=login).raise_for_status().json()["access_token"])

    def get(self, path: str, user: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(user)}"} if user else {}
        return httpx.get(f"{self.url}{PAGE}{path}", headers=headers, timeout=60)


@pytest.fixture(scope="module")
def site(free_port: Callable[[], int]) -> Iterator[Site]:
    """Make an Airflow home, fill the ledger, and start the API server."""
    from imsclone_airflow.local.home import Home

    folder = Path(tempfile.mkdtemp(prefix="imsclone-page-"))
    home = Home(PROJECT, folder / "airflow", Path("/nonexistent"), free_port())
    home.configure()
    site = folder / "site"
    for name in ("systems", "calendars", "environments"):
        shutil.copytree(PROJECT / "include" / name, site / name)
    (site / "environments" / "broken.yaml").write_text(BROKEN)
    fill(f"sqlite:///{home.airflow}/ledger.db", folder)
    url = f"http://127.0.0.1:{home.port}/shop"
    settings = {
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,guest:viewer",
        "AIRFLOW__CORE__AUTH_MANAGER": "guest_auth_manager.GuestAuthManager",
        "AIRFLOW__API__BASE_URL": url,
        "IMSCLONE_FOLDER": str(site),
        "IMSCLONE_LEDGER": f"sqlite:///{home.airflow}/ledger.db",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]),
    }
    environment = home.environment() | settings
    airflow = [str(Path(sys.executable).with_name("airflow"))]
    with (folder / "server.log").open("wb") as log:
        known: dict[str, Any] = {"env": environment, "stdout": log, "stderr": log}
        subprocess.run([*airflow, "db", "migrate"], check=True, **known)
        subprocess.run([*airflow, "dags", "reserialize"], check=True, **known)
        server = subprocess.Popen([*airflow, "api-server"], start_new_session=True, **known)
    try:
        wait_for(f"{url}/api/v2/version", server, folder / "server.log")
        yield Site(url, home.airflow, json.loads((home.airflow / "passwords.json").read_text()))
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        waits = server.poll() is None and time.monotonic() < deadline
        assert waits, log.read_text()[-4000:]
        try:
            if httpx.get(url, timeout=5).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.5)


def fill(url: str, folder: Path) -> None:
    """Note seven runs of the environment imst: one of a small plan, then of one with 100,000 data sets, one failed."""
    from bench import planning

    from imsclone.ledger import Ledger
    from imsclone.plan import make_plan

    (folder / "generated").mkdir()
    start = datetime.now(UTC) - timedelta(hours=40)
    now = [start]
    ledger = Ledger(url, clock=lambda: now[0])
    ledger.upgrade()
    spec = planning.environment(folder / "generated")
    small, large = (make_plan(spec, planning.facts(count)) for count in (2_000, DATA_SETS))
    for number, plan in enumerate([small, *[large] * 6]):
        run = f"imst/scheduled__{number}"
        now[0] = start + timedelta(hours=6 * number)
        ledger.start_run(run, plan)
        begun = now[0]
        for step in ("plan", "replicate", "verify"):
            ended = begun + timedelta(seconds=3 + number)
            note = {"counts": {"volumes copied": 6}, "before": {}, "after": {}, "messages": [f"{step} did it"]}
            changes = [("DB ACCT", "DSN", "IMSP.DB.ACCT", "IMST.DB.ACCT")] if step == "verify" else []
            times = {"started_at": begun, "ended_at": ended}
            what = {"map_index": -1, "attempt": 1, "outcome": "done", "job": "CLNCOPY(JOB00007)"}
            ledger.record_evidence(
                run, step, **what, **times, **note, changes=changes, listing="<script>alert(1)</script>"
            )
            begun = ended
        held = now[0] + timedelta(seconds=4)
        ledger.record_window(run, held, held + timedelta(milliseconds=10 + number))
        now[0] = begun
        ledger.finish_run(run, success=number != 5, error="" if number != 5 else "CLN715E The job is lost.")
    ledger.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        assert path, "install Debian's chromium"
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """Open a page as a signed-in user; errors on its console fail the test."""
    contexts, errors = [], []

    def opened(path: str, user: str = "admin", **how: Any) -> Any:
        context = browser.new_context(extra_http_headers={"Authorization": f"Bearer {site.token(user)}"}, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{site.url}{PAGE}{path}")
        page.wait_for_load_state("networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
