"""A new user with the README alone: every command of its blocks, in order, in a copy of the checkout."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("new_user"), pytest.mark.timeout(900)]

PROJECT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(sh|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_CLONED = (".git", ".venv", ".lab", ".airflow", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache")
FILE = "include/environments/nightly.yaml"
PATIENCE = 300.0
POLL_SECONDS = 0.5
LOGS = ("WORKER", "TRIGGER")


@dataclass
class Reader:
    """Who follows the README in a fresh folder."""

    folder: Path
    environment: dict[str, str]
    said: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> str:
        """Run a command line of the README."""
        done = subprocess.run(
            shlex.split(command), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        self.said[command] = done.stdout + done.stderr
        assert done.returncode == 0, f"{command}: {self.said[command]}"
        return self.said[command]


def blocks() -> list[tuple[str, str]]:
    """Return the commands and the file of the README in order: ``("sh", line)`` and ``("yaml", text)``."""
    found: list[tuple[str, str]] = []
    for kind, text in BLOCK.findall((PROJECT / "README.md").read_text()):
        found += [("sh", line) for line in text.splitlines()] if kind == "sh" else [(kind, text)]
    return found


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Reader]:
    """A copy of the checkout in which the dependencies are installed. Only ports differ from what the README says."""
    folder = tmp_path_factory.mktemp("new") / "imsclone"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(*NOT_CLONED))
    (folder / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    for name in ("requirements.lock", "pyproject.toml"):
        os.utime(folder / name, (0, 0))
    names = ("IMSCLONE_PORT", "IMSCLONE_LAB_PORT", *(f"AIRFLOW__LOGGING__{one}_LOG_SERVER_PORT" for one in LOGS))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "IMSCLONE"))}
    paths = os.pathsep.join(str(folder / name) for name in ("include", "plugins"))
    found = Reader(folder, clean | {name: str(free_port()) for name in names} | {"PYTHONPATH": paths})
    yield found
    subprocess.run(["make", "down"], cwd=folder, env=found.environment, check=False, capture_output=True)
    shutil.rmtree(folder)


class Browser:
    """What the reader clicks in Airflow."""

    def __init__(self, reader: Reader) -> None:
        port = reader.environment["IMSCLONE_PORT"]
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        passwords = json.loads((reader.folder / ".airflow" / "passwords.json").read_text())
        login = {"username": "admin", "password": passwords["admin"]}
        token = self.http.post("/auth/token", json=login).raise_for_status().json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Any:
        answer = self.http.get(f"/api/v2{path}")
        return answer.json() if answer.status_code == 200 else {}

    def until(self, true: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := true()):
            assert time.monotonic() < deadline, f"not in {PATIENCE:.0f} s: {what}"
            time.sleep(POLL_SECONDS)
        return found

    def made(self, dag: str, **conf: Any) -> str:
        """Trigger a Dag and return the state that its run ends in."""
        self.until(lambda: self.get(f"/dags/{dag}"), f"there is a Dag {dag}")
        body = {"logical_date": None, "conf": conf}
        run = self.http.post(f"/api/v2/dags/{dag}/dagRuns", json=body).raise_for_status().json()["dag_run_id"]
        ended = ("success", "failed")
        path = f"/dags/{dag}/dagRuns/{run}"
        self.until(lambda: self.get(path).get("state") in ended, f"{dag} ends")
        return str(self.get(path)["state"])


def test_the_readme_leads_from_a_clone_to_an_own_scheduled_environment(reader: Reader) -> None:
    steps = iter(blocks())
    for kind, text in steps:
        if kind == "yaml":
            break
        reader.run(text)
    assert "IMST is a clone of IMSP and serves." in reader.said["make demo"]
    browser = Browser(reader)
    assert browser.made("skeleton_clone") == "success"
    assert f"`{FILE}`" in (reader.folder / "README.md").read_text()
    (reader.folder / FILE).write_text(text)
    for _, command in steps:
        if command == "make down":
            assert browser.made("nightly") == "success"
            kept = browser.get("/dags/nightly")
            assert kept["owners"] == ["qa-team"]
            assert kept["next_dagrun_run_after"], "it is scheduled"
        reader.run(command)
    assert f"{FILE}: good" in reader.said[".venv/bin/imsclone validate"]
    assert "IMSK" in reader.said[".venv/bin/zoslab console D U,DASD,ONLINE"]
