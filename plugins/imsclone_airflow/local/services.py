"""Start and stop the embedded z/OS and Airflow here: ``python -m imsclone_airflow.local.services up|down``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

from imsclone_airflow.local.home import Home

START_SECONDS = 120.0
STOP_SECONDS = 20.0


def start_lab(home: Home, say: Callable[[str], None] = print) -> None:
    """Create the sample z/OS where there is none, and start it where it does not run; IMSCLONE_LAB_PORT is its port."""
    if not (home.lab / "load.json").exists():
        say("Creating the embedded z/OS with a production IMS called IMSP")
        _zoslab(home, "create")
    port = os.environ.get("IMSCLONE_LAB_PORT")
    _zoslab(home, "start", "--detach", *(["--port", port] if port else []))
    say("The embedded z/OS is up; IMSP is running its workload")


def stop_lab(home: Home) -> None:
    """Stop the embedded z/OS where it runs."""
    if (home.lab / "load.json").exists():
        _zoslab(home, "stop")


def start_airflow(home: Home, say: Callable[[str], None] = print) -> None:
    """Start scheduler, API server, DAG processor and triggerer in a process group of their own, and wait for health."""
    pid_file = home.airflow / "standalone.pid"
    if _group_alive(pid_file):
        say(f"Airflow already runs at http://127.0.0.1:{home.port}")
        return
    log = (home.airflow / "standalone.log").open("ab")
    process = subprocess.Popen(
        ["airflow", "standalone"], env=home.environment(), stdout=log, stderr=log, start_new_session=True
    )
    pid_file.write_text(str(process.pid))
    _wait_for_health(home, process)
    say(f"Airflow is up at http://127.0.0.1:{home.port}, user admin, password {_password(home)}")


def stop_airflow(home: Home) -> None:
    """End the process group that ``start_airflow`` made: INT first, which is clean, then the group."""
    pid_file = home.airflow / "standalone.pid"
    for step in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if not _group_alive(pid_file):
            break
        group = int(pid_file.read_text())
        if step is signal.SIGINT:
            os.kill(group, step)
        else:
            os.killpg(group, step)
        _wait_until_gone(pid_file)
    pid_file.unlink(missing_ok=True)


def _zoslab(home: Home, command: str, *options: str) -> None:
    subprocess.run(
        [str(Path(sys.executable).with_name("zoslab")), "--folder", str(home.lab), command, *options], check=True
    )


def _group_alive(pid_file: Path) -> bool:
    if not pid_file.exists():
        return False
    try:
        os.killpg(int(pid_file.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def _wait_until_gone(pid_file: Path) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while _group_alive(pid_file) and time.monotonic() < deadline:
        time.sleep(0.2)


def _wait_for_health(home: Home, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"Airflow ended while it started; see {home.airflow}/standalone.log")
        if _healthy(home.port):
            return
        time.sleep(0.5)
    raise SystemExit(f"Airflow did not become healthy in {START_SECONDS:.0f} s; see {home.airflow}/standalone.log")


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5) as answer:
            parts: Iterable[dict[str, str]] = json.load(answer).values()
    except (urllib.error.URLError, OSError, ValueError):
        return False
    return all(part["status"] == "healthy" for part in parts)


def _password(home: Home) -> str:
    path = home.airflow / "passwords.json"
    return str(json.loads(path.read_text())["admin"]) if path.exists() else "see standalone.log"


def main(argv: list[str]) -> None:
    """Run ``up`` or ``down`` for the checkout in the current folder."""
    home = Home.of(Path.cwd())
    if argv == ["up"]:
        start_lab(home)
        home.configure()
        start_airflow(home)
    elif argv == ["down"]:
        stop_airflow(home)
        stop_lab(home)
    else:
        raise SystemExit("usage: python -m imsclone_airflow.local.services up|down")


if __name__ == "__main__":
    main(sys.argv[1:])
