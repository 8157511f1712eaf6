"""An embedded z/OS in a process of its own, for tests that need one that runs, or that can be killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import Record, build, parse
from zoslab.dasd.vsam.attributes import KsdsAttributes
from zoslab.dasd.vsam.ksds import Ksds

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
HOST = "127.0.0.1"
COMMAND_SECONDS = 120


def unused_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


@dataclass
class Lab:
    """The sample system in ``folder``, its z/OSMF at ``port``."""

    folder: Path
    port: int

    def zoslab(self, *words: str) -> str:
        command = [sys.executable, "-m", "zoslab", "--folder", str(self.folder), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS)
        assert done.returncode == 0, f"zoslab {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        self.zoslab("start", "--detach", "--port", str(self.port))

    def stop(self) -> None:
        self.zoslab("stop")

    @property
    def process(self) -> int:
        """Its process id."""
        return int(json.loads((self.folder / "process.json").read_text())["pid"])

    def kill(self) -> None:
        """End it the way a power failure does."""
        os.kill(self.process, signal.SIGKILL)

    def connection(self, port: int = 0) -> str:
        """Return the Airflow connection to its z/OSMF.

        :param port: of something that stands before it.
        """
        known = json.loads((self.folder / "connection.json").read_text())
        return json.dumps(
            {
                "conn_type": "zosmf",
                "host": HOST,
                "port": port or self.port,
                "login": known["user"],
                "password": known["password"],
                "extra": {"ca_file": known["ca_file"]},
            }
        )

    def copy(self, folder: Path) -> None:
        """Copy the folder as a kill at this moment would leave it."""
        os.kill(self.process, signal.SIGSTOP)
        try:
            subprocess.run(["cp", "-a", "--sparse=always", str(self.folder), str(folder)], check=True)
        finally:
            os.kill(self.process, signal.SIGCONT)


ENDINGS = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ENDINGS] = ExitStack()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the tests of a group together, as pytest-xdist does."""
    places: dict[str, int] = {}
    items.sort(key=lambda item: places.setdefault(group_of(item), len(places)))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None or group_of(nextitem) != group_of(item):
        item.config.stash[ENDINGS].close()


def group_of(item: pytest.Item) -> str:
    """Return the group of a test, or else its file."""
    group = item.get_closest_marker("xdist_group")
    return str(group.args[0] if group else item.path)


@pytest.fixture(scope="session")
def until_group_ends(pytestconfig: pytest.Config) -> ExitStack:
    """Hold what the tests of a group share: running on, it would take a core from all later tests."""
    return pytestconfig.stash[ENDINGS]


@pytest.fixture(scope="session")
def new_lab(tmp_path_factory: pytest.TempPathFactory, until_group_ends: ExitStack) -> Callable[..., Lab]:
    """Make a lab, created with options of the command and started; it is stopped and removed when its group ends."""

    def make(*options: str) -> Lab:
        lab = Lab(tmp_path_factory.mktemp("lab") / "zos", unused_port())
        lab.zoslab("create", *options)
        until_group_ends.callback(shutil.rmtree, lab.folder)
        until_group_ends.callback(lab.stop)
        lab.start()
        return lab

    return make


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Return a port that nobody listens at, each time another."""
    return unused_port


class MemoryTracks:
    """The tracks of one component of a cluster, in storage."""

    def __init__(self) -> None:
        self.tracks, self.geometry, self.images = 30, Geometry("3390", 500), dict[int, bytes]()

    def locate(self, rel_track: int) -> tuple[MemoryTracks, int]:
        return self, rel_track

    def read(self, rel_track: int) -> list[Record]:
        return parse(self.images[rel_track]) if rel_track in self.images else []

    def write(self, rel_track: int, records: list[Record]) -> None:
        self.images[rel_track] = build(0, rel_track, records, self.geometry)

    def extend(self) -> None:
        self.tracks += 15


@pytest.fixture
def new_recon_data_set() -> Callable[[], Ksds]:
    """Make an empty key-sequenced data set with the attributes of a RECON."""

    def make() -> Ksds:
        attributes = KsdsAttributes(0, 32, ci_size=4096, index_ci_size=2048, max_record=4086, tracks_per_ca=3)
        ksds = Ksds(MemoryTracks(), MemoryTracks(), attributes)
        ksds.create()
        return ksds

    return make


class MillisecondClock:
    """A clock that moves on by a millisecond at every look, from noon of 20 November 2026."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


@pytest.fixture
def millisecond_clock() -> MillisecondClock:
    return MillisecondClock()
