"""Instruments for breaking things: a z/OSMF proxy that knows who asks, a detector of held production, a Postgres.

The proxy stands between Airflow and the lab. Faults strike at a chosen request, so a kill hits the same moment of a
task in every run, however slow the machine is.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

HOST = "127.0.0.1"
FORWARD_SECONDS = 120
SAMPLE_SECONDS = 0.02
IDLE_TRANSACTION_MILLISECONDS = 5000
STEADY_BEATS, STEADY_SECONDS = 5, 2.0
SOURCE_IMAGES = [f"{number:04X}.ckd" for number in range(0x0A80, 0x0A86)]


class Cut(Exception):
    """Raised by a fault: the connection ends without a reply."""


class Refused(Exception):
    """Raised by a fault: z/OSMF does not carry the request out, and says so. Nobody tries that again."""

    document = json.dumps({"category": 6, "rc": 4, "reason": 99, "message": "refused by a test"}).encode()


@dataclass
class Call:
    """A request on its way. ``replied`` says whether z/OSMF has carried it out already."""

    method: str
    path: str
    body: bytes
    port: int
    proxy_port: int
    replied: bool = False

    @cached_property
    def task(self) -> tuple[int, str]:
        """The task process at the other end of the connection, and its task instance; (0, "") if it is no task."""
        socket = f"socket:[{_inode(self.port, self.proxy_port)}]"
        for process, instance in task_processes():
            try:
                if any(os.readlink(one) == socket for one in Path(f"/proc/{process}/fd").iterdir()):
                    return process, instance
            except OSError:
                continue
        return 0, ""

    @property
    def submits(self) -> bool:
        """Whether the request submits a job."""
        return self.method == "PUT" and self.path.endswith("/restjobs/jobs")

    @property
    def commands(self) -> bool:
        """Whether the request is an operator command that changes something."""
        return "/restconsoles/consoles/" in self.path and not json.loads(self.body)["cmd"].startswith("D ")


def task_processes() -> Iterator[tuple[int, str]]:
    """Yield the processes that run Airflow tasks, with the task instances that stand in their titles."""
    for title in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found = re.search(r"^airflow worker -- ([0-9a-f-]{36})", title.read_bytes().decode())
        except OSError:
            continue
        if found:
            yield int(title.parent.name), found[1]


def _inode(port: int, remote_port: int) -> str:
    wanted = f":{port:04X}", f":{remote_port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(wanted[0]) and fields[2].endswith(wanted[1]):
            return fields[9]
    raise Cut("the connection is gone")


@dataclass
class Fault:
    """Strikes once, at the first request that is ``wanted``.

    :param strike: what happens then, in the thread that carries the request, which waits; may raise ``Cut``.
    :param after: strike when z/OSMF has carried the request out, before the reply is passed on.
    """

    name: str
    wanted: Callable[[Call], bool]
    strike: Callable[[Call], None]
    after: bool = False
    struck: threading.Event = field(default_factory=threading.Event)
    at: float = 0.0


class Proxy:
    """A TLS server with the lab's own certificate that passes requests on to the lab."""

    def __init__(self, folder: Path, port: int) -> None:
        self.upstream = port
        self.trusted = ssl.create_default_context(cafile=folder / "zosmf" / "ca.pem")
        self.faults: list[Fault] = []
        self.latch = threading.Lock()
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(folder / "zosmf" / f"server-{HOST}.pem", folder / "zosmf" / "server.key")
        self.server = ThreadingHTTPServer((HOST, 0), type("Bound", (_Handler,), {"proxy": self}))
        self.server.daemon_threads = True
        self.server.socket = served.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, name="proxy", daemon=True).start()

    def inject(self, *faults: Fault) -> None:
        """Wait for these faults' requests."""
        with self.latch:
            self.faults += faults

    def clear(self) -> list[str]:
        """Forget the faults that did not strike, and return their names."""
        with self.latch:
            left = [fault.name for fault in self.faults]
            self.faults.clear()
        return left

    def meet(self, call: Call) -> None:
        """Let a fault strike if this is its request."""
        for fault in list(self.faults):
            if fault.after == call.replied and fault.wanted(call):
                with self.latch:
                    if fault not in self.faults:
                        continue
                    self.faults.remove(fault)
                fault.at = time.time()
                try:
                    fault.strike(call)
                finally:
                    fault.struck.set()

    def forward(self, call: Call, headers: dict[str, str]) -> http.client.HTTPResponse:
        link = http.client.HTTPSConnection(HOST, self.upstream, timeout=FORWARD_SECONDS, context=self.trusted)
        link.request(call.method, call.path, call.body, headers)
        return link.getresponse()


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = Call(self.command, self.path, body, self.client_address[1], self.proxy.port)
        try:
            self.proxy.meet(call)
            reply = self.proxy.forward(call, dict(self.headers.items()))
            content = reply.read()
            call.replied = True
            self.proxy.meet(call)
        except Refused as refused:
            self._answer(400, [("Content-Type", "application/json")], refused.document)
        except (Cut, OSError, http.client.HTTPException):
            self.close_connection = True
        else:
            self._answer(reply.status, reply.getheaders(), content)

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    do_GET = do_PUT = do_POST = do_DELETE = _carry  # noqa: N815  (names that http.server prescribes)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


class Heart:
    """Watches from outside whether production writes: a change of any source volume's image is a beat.

    A suspended IMS writes neither log nor database, and nobody but IMS may write there at all.
    """

    def __init__(self, folder: Path) -> None:
        self.images = [folder / "dasd" / "volumes" / name for name in SOURCE_IMAGES]
        self.beats: list[float] = []
        self.ended = threading.Event()
        threading.Thread(target=self._watch, name="heart", daemon=True).start()

    def _watch(self) -> None:
        while not self.ended.wait(SAMPLE_SECONDS):
            last = max(os.stat(image).st_mtime_ns for image in self.images) / 1e9
            if not self.beats or last > self.beats[-1]:
                self.beats.append(last)

    def longest_pause(self, since: float, until: float | None = None) -> float:
        """Return the longest time without a beat that reaches into the interval, in seconds."""
        until = until or time.time()
        moments = [*self.beats, time.time()]
        pauses = [
            later - max(earlier, since) for earlier, later in pairwise(moments) if later > since < until > earlier
        ]
        return max(pauses, default=0.0)

    def steady_at(self, since: float) -> float | None:
        """Return when it beat steadily again: the first of several beats close together, None if it does not."""
        after = [beat for beat in self.beats if beat > since]
        for first, last in zip(after, after[STEADY_BEATS - 1 :], strict=False):
            if last - first < STEADY_SECONDS:
                return first
        return None

    def stop(self) -> None:
        self.ended.set()


@pytest.fixture(scope="session")
def instruments() -> Any:
    """The classes of this module: conftest files cannot be imported."""
    kinds = {"Proxy": Proxy, "Fault": Fault, "Cut": Cut, "Refused": Refused, "Heart": Heart}
    return kinds | {"task_processes": task_processes}


def binary(name: str) -> str:
    found = shutil.which(name) or next(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None)
    if found is None:
        pytest.skip("no Postgres on this machine")
    return found


@pytest.fixture(scope="session")
def postgres(free_port: Callable[[], int]) -> Iterator[str]:
    """Start a Postgres with databases airflow and ledger; return its address. As root, it runs as user postgres.

    Workers that outlive a killed scheduler hold its connection, and with it the lock on the run it was scheduling:
    only the time limit for idle transactions lets another scheduler go on.
    """
    control, port, folder = binary("pg_ctl"), free_port(), Path(tempfile.mkdtemp(prefix="e2e-pg-"))
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")
    data, quiet = folder / "data", {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run([*user, binary("initdb"), "-D", data, "-U", "e2e", "-A", "trust"], **quiet)
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    options += f" -c idle_in_transaction_session_timeout={IDLE_TRANSACTION_MILLISECONDS}"
    subprocess.run([*user, control, "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], **quiet)
    for database in ("airflow", "ledger"):
        subprocess.run([binary("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "e2e", database], **quiet)
    yield f"e2e@127.0.0.1:{port}"
    subprocess.run([*user, control, "-D", data, "-m", "immediate", "stop"], **quiet)
    shutil.rmtree(folder)
