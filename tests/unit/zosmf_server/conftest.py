"""A small system behind the z/OSMF application, and a client that talks to it without a network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from zoslab import ebcdic
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.jes.step import Step
from zoslab.programs.registry import program
from zoslab.zos import Zos
from zoslab.zosmf.application import create_application
from zoslab.zosmf.security import Users

LIBRARY = DataSetAttributes("PO", "FB", 80, 8000)
MODULES = DataSetAttributes("PO", "U", 0, 6144)
PROGRAMS = ("IEFBR14", "IEBGENER", "SLEEPER", "IDCAMS")
CSRF = {"X-CSRF-ZOSMF-HEADER": ""}
WAIT = 20.0


@program("SLEEPER")
def sleeper(step: Step) -> int:
    """Say so and wait to be cancelled."""
    step.wto("ASLEEP")
    step.cancelled.wait(WAIT)
    step.check()
    return 0


def make_system(folder: Path) -> Zos:
    """Format two volumes, the master catalog and the system libraries; nothing is started."""
    with DiskSubsystem(folder / "dasd") as dasd:
        for devno, volser in ((0x0A00, "LABRES"), (0x0A01, "LABWK1")):
            Volume.init(dasd.define(devno, Geometry("3390", 10)), volser)
            dasd.vary_online(devno)
        CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
    system = Zos(folder)
    modules = system.datasets.create("SYS1.LINKLIB", MODULES, Space("TRK", 2, 1, 2), ["LABRES"]).pds()
    for name in PROGRAMS:
        modules.write(name, [b"module"])
    proclib = system.datasets.create("SYS1.PROCLIB", LIBRARY, Space("TRK", 2, 1, 2), ["LABRES"]).pds()
    proclib.write("SLEEPY", [ebcdic.encode("//GO EXEC PGM=SLEEPER", 80)])
    return system


class Lab:
    """The system, the client, and short ways to prepare and to look."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.system = make_system(folder)
        self.system.jes.start(2)
        self.users = Users(folder / "users.json")
        self.password = self.users.create("IBMUSER")
        self.application = create_application(self.system, self.users, "127.0.0.1", 10443)
        self.http = self.client()

    def client(self, user: str = "IBMUSER") -> TestClient:
        auth = (user, self.users.create(user))
        client = TestClient(self.application, "https://zos.lab", headers=CSRF)
        client.auth = auth
        return client

    def library(self, dsname: str, **members: str) -> None:
        pds = self.system.datasets.create(dsname, LIBRARY, Space("TRK", 3, 1, 2)).pds()
        for name, text in members.items():
            pds.write(name, [ebcdic.encode(line, 80) for line in text.splitlines()])

    def sequential(self, dsname: str, *records: str, recfm: str = "FB", lrecl: int = 80, blksize: int = 8000) -> None:
        created = self.system.datasets.create(dsname, DataSetAttributes("PS", recfm, lrecl, blksize), Space("TRK", 2))
        created.write(ebcdic.encode(one, lrecl if recfm.startswith("F") else None) for one in records)

    def records(self, dsname: str, member: str = "") -> list[bytes]:
        found = self.system.datasets.find(dsname)
        return found.pds().read(member) if member else list(found.records())

    def text(self, dsname: str, member: str = "") -> list[str]:
        return [ebcdic.decode(record) for record in self.records(dsname, member)]

    def submit(self, *cards: str, name: str = "TESTJOB", headers: dict[str, str] | None = None) -> dict[str, object]:
        jcl = "\n".join((f"//{name} JOB (ACCT)", *cards)) + "\n"
        answer = self.http.put(
            "/zosmf/restjobs/jobs", content=jcl, headers={"Content-Type": "text/plain"} | (headers or {})
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def ended(self, job: dict[str, object]) -> dict[str, object]:
        self.system.jes.wait(str(job["jobid"]), WAIT)
        return self.http.get(f"/zosmf/restjobs/jobs/{job['jobname']}/{job['jobid']}?step-data=Y&exec-data=Y").json()

    def running(self, job: dict[str, object]) -> None:
        assert self.system.console.wait_for("ASLEEP", None, WAIT) is not None, job


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    made.system.shutdown(timeout=5)


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
