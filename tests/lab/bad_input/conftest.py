"""The sample system with IMSP running, in this process; a server between it and the engine that can answer wrongly."""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from imsclone.cli import main
from zoslab.sample.create import create
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server
from zoslab.zosmf.tls import certificates

HOST = "127.0.0.1"
INCLUDE = Path(__file__).parents[3] / "include"
READING = {"CLNDCOL", "CLNCONN", "CLNLCAT", "CLNLREC"}
OWN_WORK = {"CLNDCOL", "IBMUSER"}
"""Who writes and removes the work data set of a reading; only ever on these volumes."""
WORK_VOLUMES = {"LABRES", "LABWK1"}


@dataclass
class Lab:
    """A running system and how to reach it."""

    system: Zos
    port: int
    password: str
    authority: Path

    def connection(self, **other: Any) -> str:
        """Return the connection as Airflow's variable has it."""
        known = {"host": HOST, "port": self.port, "login": "IBMUSER", "password": self.password}
        return json.dumps(known | {"extra": {"ca_file": str(self.authority)}} | other)

    def state(self) -> dict[str, Any]:
        """Return what must not change: who but IMSP wrote where, what is on the volumes and in the catalogs."""
        audit, catalogs = self.system.dasd.audit, self.system.catalogs
        volumes = self.system.dasd.volumes()
        writers = {volume.volser: audit.writers(volume.volser) for volume in volumes}
        return {
            "writers": {
                volser: {
                    who: tracks
                    for who, tracks in found.items()
                    if who != "IMSP" and not (volser in WORK_VOLUMES and who in OWN_WORK)
                }
                for volser, found in writers.items()
            },
            "data sets": {volume.volser: volume.vtoc.names() for volume in volumes},
            "catalogs": {name: [repr(one) for one in catalogs.entries("**", name)] for name in catalogs.catalogs()},
            "devices": [(device.devno, device.volser) for device in self.system.dasd.devices()],
        }

    def jobs(self) -> list[Any]:
        return self.system.jes.jobs(lambda job: job.jobname.startswith("CLN"))


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, until_group_ends: ExitStack) -> Lab:
    folder = tmp_path_factory.mktemp("bad_input") / "lab"
    create(folder, lambda _: None)
    system = Zos.ipl(folder)
    until_group_ends.callback(system.shutdown, timeout=5)
    system.console.command("S IMSP")
    users = Users(folder / "users.json")
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    server = Server(create_application(system, users, HOST, port), folder / "zosmf", HOST, port)
    server.start()
    until_group_ends.callback(server.stop)
    deadline = time.monotonic() + 60
    while not any("DFS996I" in one.text for one in system.console.outstanding()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return Lab(system, port, users.create("IBMUSER"), server.authority)


@dataclass
class Files:
    """A copy of the shipped system and environment files."""

    folder: Path

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    for name in ("systems", "environments"):
        shutil.copytree(INCLUDE / name, tmp_path / "files" / name)
    return Files(tmp_path / "files")


@dataclass
class Refused:
    """What the command said, and how often it had asked the host for something."""

    output: str
    jobs: list[Any]

    @property
    def ids(self) -> set[str]:
        return set(re.findall(r"CLN\d{3}[EW]", self.output))

    def about(self, message_id: str) -> str:
        """Return the first message with this id, which must be one line."""
        lines = [line for line in self.output.splitlines() if line.startswith(message_id)]
        assert lines, self.output
        return lines[0]


@pytest.fixture
def refused(lab: Lab, files: Files) -> Callable[..., Refused]:
    """Ask for a plan, see it refused with return code 8, and see that nothing has changed by it."""

    def ask(connection: str = "") -> Refused:
        before, jobs = lab.state(), {job.jobid for job in lab.jobs()}
        variables = {"AIRFLOW_CONN_ZOSMF_LAB": connection or lab.connection()}
        result = CliRunner().invoke(main, ["plan", "imst", "--folder", str(files.folder)], env=variables)
        assert result.exit_code == 8, (result.output, result.exception)
        assert isinstance(result.exception, SystemExit)
        assert lab.state() == before
        submitted = [job for job in lab.jobs() if job.jobid not in jobs]
        assert {job.jobname for job in submitted} <= READING
        return Refused(result.output, submitted)

    return ask


@dataclass
class Between:
    """A real HTTPS server between the engine and z/OSMF.

    :ivar before: may answer in place of z/OSMF, or do something first.
    :ivar answer: may change what z/OSMF answers; bytes are sent as they are.
    :ivar asked: the requests that came, as ``METHOD path``.
    """

    lab: Lab
    port: int = 0
    authority: Path = Path()
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], httpx.Response | None] = lambda what: None
    answer: Callable[[str, httpx.Response], httpx.Response | bytes] = lambda what, response: response

    @property
    def connection(self) -> str:
        return self.lab.connection(port=self.port, extra={"ca_file": str(self.authority)})


@pytest.fixture
def between(lab: Lab, tmp_path: Path) -> Iterator[Between]:
    made = Between(lab)
    pem = certificates(tmp_path / "tls", HOST)
    upstream = httpx.Client(
        base_url=f"https://{HOST}:{lab.port}", verify=ssl.create_default_context(cafile=lab.authority), timeout=60
    )

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            super().handle_one_request()
            self.close_connection = True

        def pass_on(self) -> None:
            what = f"{self.command} {self.path}"
            made.asked.append(what)
            instead = made.before(what)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")
            }
            answer = instead or made.answer(what, self.forwarded(body, headers))
            if isinstance(answer, bytes):
                self.wfile.write(answer)
                return
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in ("content-length", "content-encoding", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def forwarded(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
            return upstream.request(self.command, self.path, content=body, headers=headers)

        do_GET = do_PUT = do_POST = do_DELETE = pass_on  # noqa: N815  (http.server wants these names)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem.certificate, pem.key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    made.port, made.authority = server.server_address[1], pem.authority
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    upstream.close()
