"""The services of docker/compose.yaml, started natively: commands, settings and health checks, on a real Postgres.

Only places differ: paths of the image, names of hosts, ports.
"""

from __future__ import annotations

import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.xdist_group("image"), pytest.mark.timeout(600)]

PROJECT = Path(__file__).parents[2]
SERVICES = ("scheduler", "api-server", "dag-processor", "triggerer")
START_SECONDS, STOP_SECONDS, POLL_SECONDS = 300.0, 30.0, 0.5
BIN = Path(sys.executable).parent


@dataclass
class Image:
    """What a container would see, moved to this machine."""

    services: dict[str, Any]
    places: dict[str, str]
    environment: dict[str, str] = field(default_factory=dict)

    def local(self, text: str) -> str:
        """Put this machine's paths, hosts and ports into a text of the compose file."""
        for there, here in self.places.items():
            text = text.replace(there, here)
        return text

    def words(self, command: list[str]) -> list[str]:
        return [self.local(word) for word in command]


@pytest.fixture(scope="module")
def image(postgres: str, free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The settings of the image, with secrets made now; the databases are made as the image of Postgres does it."""
    folder = tmp_path_factory.mktemp("image")
    host, _, address = postgres.partition("@")[2].partition(":")
    api, health = str(free_port()), str(free_port())
    places = {
        "/opt/imsclone/files": str(PROJECT / "include"),
        "/opt/imsclone": str(PROJECT),
        "/var/lib/airflow": str(folder),
        "@postgres/airflow": f"@{host}:{address}/image",
        "@postgres/imsclone": f"@{host}:{address}/imsclone",
        "http://api-server:8080": f"http://127.0.0.1:{api}",
        "localhost:8080": f"127.0.0.1:{api}",
        "localhost:8974": f"127.0.0.1:{health}",
    }
    compose = yaml.safe_load((PROJECT / "docker" / "compose.yaml").read_text())
    made = Image(compose["services"], places)
    secret = {name: secrets.token_hex(16) for name in ("POSTGRES_PASSWORD", "LEDGER_PASSWORD", "JWT_SECRET")}
    secret |= {"API_SECRET": secrets.token_hex(16), "FERNET_KEY": fernet_key(), "BASE_URL": f"http://127.0.0.1:{api}"}
    settings = {
        name: re.sub(r"\$\{(\w+):\?\}", lambda found: secret[found[1]], made.local(value))
        for name, value in made.services["scheduler"]["environment"].items()
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "IMSCLONE"))}
    made.environment = {
        **clean,
        **settings,
        **{f"AIRFLOW__LOGGING__{one}_LOG_SERVER_PORT": str(free_port()) for one in ("WORKER", "TRIGGER")},
        "AIRFLOW__API__PORT": api,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": health,
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW_CONFIG": str(configuration(made, folder)),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    make_databases(host, address, secret["LEDGER_PASSWORD"])
    return made


def fernet_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def configuration(image: Image, folder: Path) -> Path:
    """Make airflow.cfg by the image's own step."""
    text = (PROJECT / "docker" / "Dockerfile").read_text()
    (command,) = re.findall(r"^RUN (sed .*)$", text, re.MULTILINE)
    made = folder / "airflow.cfg"
    command = image.local(command.replace("/etc/imsclone/airflow.cfg", str(made)))
    subprocess.run(["sh", "-c", command], check=True, cwd=PROJECT)
    return made


def make_databases(host: str, port: str, password: str) -> None:
    known = {**os.environ, "PGHOST": host, "PGPORT": port, "POSTGRES_USER": "e2e", "POSTGRES_DB": "postgres"}
    for statement in ("CREATE ROLE airflow LOGIN", "CREATE DATABASE image OWNER airflow"):
        subprocess.run(["psql", "-U", "e2e", "-d", "postgres", "-c", statement], check=True, env=known)
    script = ["sh", str(PROJECT / "docker" / "ledger.sh")]
    subprocess.run(script, check=True, env=known | {"LEDGER_PASSWORD": password})


@pytest.fixture(scope="module")
def running(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """All services, started by their commands after the migration."""
    log = (tmp_path_factory.mktemp("log") / "services.log").open("ab")
    how: dict[str, Any] = {"env": image.environment, "stdout": log, "stderr": log}
    subprocess.run(image.words(image.services["migrate"]["command"]), check=True, **how)
    started = {
        name: subprocess.Popen(image.words(image.services[name]["command"]), start_new_session=True, **how)
        for name in SERVICES
    }
    try:
        yield started
    finally:
        for process in started.values():
            process.send_signal(signal.SIGINT)
        for process in started.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def test_every_service_comes_up_by_its_command_and_settings(image: Image, running: Any) -> None:
    url, states = f"{image.environment['AIRFLOW__API__BASE_URL']}/api/v2/monitor/health", {}
    deadline = time.monotonic() + START_SECONDS
    while set(states.values()) != {"healthy"}:
        assert time.monotonic() < deadline, states
        assert {name: one.poll() for name, one in running.items()} == dict.fromkeys(SERVICES)
        time.sleep(POLL_SECONDS)
        try:
            states = {name: part["status"] for name, part in httpx.get(url, timeout=10).json().items()}
        except (httpx.TransportError, ValueError):
            continue
    assert set(states) == {"metadatabase", "scheduler", "triggerer", "dag_processor"}


@pytest.mark.parametrize("name", SERVICES)
def test_its_health_check_finds_it_healthy(image: Image, running: Any, name: str) -> None:
    kind, *command = image.services[name]["healthcheck"]["test"]
    assert kind == "CMD"
    done = subprocess.run(image.words(command), env=image.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


def test_the_ledger_that_the_script_made_is_the_one_of_the_settings(image: Image, running: Any) -> None:
    done = subprocess.run(["imsclone", "leases"], env=image.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
