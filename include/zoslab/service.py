"""The running process: IPL, z/OSMF, automatic commands; found again by its process id and its connection file."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from zoslab.dasd import commit
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import CSRF, Users
from zoslab.zosmf.server import Server, ServerNotStarted

USER = "IBMUSER"
CONNECTION, PROCESS, LOG = "connection.json", "process.json", "zoslab.log"
START_SECONDS, STOP_SECONDS = 60.0, 30.0
AUTOMATIC = re.compile(r"COM='([^']+)'")


class ServiceError(Exception):
    """The system could not be started or reached; the text says why."""


def run(folder: Path, host: str, port: int) -> None:
    """Run the system in this process until it is told to end (INT or TERM)."""
    require_system(folder)
    if running(folder) is not None:
        raise ServiceError(f"the system in {folder} runs already")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    system = Zos.ipl(folder)
    try:
        _serve(system, folder, host, port, ended)
    finally:
        system.shutdown()
        (folder / PROCESS).unlink(missing_ok=True)


def _serve(system: Zos, folder: Path, host: str, port: int, ended: threading.Event) -> None:
    """Serve z/OSMF until the end, and leave word of where it is."""
    users = Users(folder / "zosmf" / "users.json")
    password = users.create(USER)
    server = Server(create_application(system, users, host, port), folder / "zosmf", host, port)
    try:
        server.start()
    except ServerNotStarted as error:
        raise ServiceError(str(error)) from error
    try:
        known = {"host": host, "port": port, "user": USER, "password": password, "ca_file": str(server.authority)}
        (folder / CONNECTION).touch(mode=0o600)
        commit.write_json(folder / CONNECTION, known)
        commit.write_json(folder / PROCESS, {"pid": os.getpid(), "started": _started(os.getpid())})
        _automatic_commands(system)
        ended.wait()
    finally:
        server.stop()


def start_detached(folder: Path, host: str, port: int) -> None:
    """Start the system in a process of its own and wait until its z/OSMF answers; nothing to do where it runs."""
    if running(folder) is not None:
        return
    require_system(folder)
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "zoslab", "--folder", str(folder), "start", "--host", host, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while running(folder) is None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServiceError(f"the system does not come up: {_last_line(folder / LOG)} See {folder / LOG}")
        time.sleep(0.1)


def require_system(folder: Path) -> None:
    """Refuse a folder without a system.

    :raises ServiceError: there is none.
    """
    if not (folder / "load.json").exists():
        raise ServiceError(f"there is no system in {folder}; 'zoslab create' builds one")


def stop(folder: Path) -> bool:
    """End the running system and wait for its end; say whether there was one."""
    pid = running(folder)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _started(pid) is not None:
        if time.monotonic() > deadline:
            raise ServiceError(f"process {pid} does not end; see {folder / LOG}")
        time.sleep(0.1)
    return True


def running(folder: Path) -> int | None:
    """Return the process id of the running system, or None."""
    path = folder / PROCESS
    if not path.exists():
        return None
    known = commit.read_json(path)
    pid = int(known["pid"])
    return pid if _started(pid) == known["started"] else None


def connection(folder: Path) -> dict[str, Any]:
    """Return where z/OSMF is and who may use it."""
    return dict(json.loads((folder / CONNECTION).read_text()))


def command(folder: Path, text: str) -> list[str]:
    """Issue an operator command through z/OSMF and return the lines of its response."""
    if running(folder) is None:
        raise ServiceError(f"the system in {folder} is not running; 'zoslab start' starts it")
    known = connection(folder)
    answer = httpx.put(
        f"https://{known['host']}:{known['port']}/zosmf/restconsoles/consoles/ZOSLAB",
        json={"cmd": text},
        headers={CSRF: ""},
        auth=(known["user"], known["password"]),
        verify=ssl.create_default_context(cafile=known["ca_file"]),
        timeout=60,
    )
    answer.raise_for_status()
    return str(answer.json()["cmd-response"]).replace("\r", "\n").splitlines()


def _automatic_commands(system: Zos) -> None:
    """Issue the commands of COMMND00, but none that automatic restart has issued already."""
    restarted = {element.restart_command for element in system.arm.elements()}
    for line in system.parmlib("COMMND00") or ():
        found = AUTOMATIC.fullmatch(line.strip())
        if found and found[1] not in restarted:
            system.console.command(found[1], "INTERNAL")


def _last_line(log: Path) -> str:
    """Return the last thing a log says; empty if it says nothing."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ") if lines else "it said nothing"


def _started(pid: int) -> str | None:
    """Return when a process was started, which tells it from a later one of the same number; None if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]
