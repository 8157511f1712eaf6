"""A z/OS to measure on: the sample system, with as many more volumes as wanted and of any size, run as a user runs it.

Volumes are sparse, so 100 of 3339 cylinders take little room.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from imsclone.jcl import JobHeader, job_name, render
from imsclone.names import CardText, UnitAddress, Volser
from imsclone.zosmf import Client, Connection, Correlator, Job
from imsclone.zosmf.connection import JobCard
from zoslab import service
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.sample.create import create
from zoslab.sample.volumes import DEVICE_TYPE, SOURCE_VOLUMES, TARGET_VOLUMES

HOST = "127.0.0.1"
FIRST_SOURCE, FIRST_TARGET = 0x2000, 0x4000
VTOC_TRACKS, INDEX_TRACKS = 14, 15
DATA_SETS_PER_VOLUME = 10


@dataclass(frozen=True)
class Pair:
    """A source volume, and the one that is to be its copy."""

    source: Volser
    target: Volser
    target_unit: UnitAddress


def build(folder: Path, volumes: int, cylinders: int) -> list[Pair]:
    """Make a system of ``volumes`` source volumes and as many targets, with IMSP on the first six; return the pairs."""
    create(folder, lambda _: None, cylinders)
    with DiskSubsystem(folder / "dasd", background_copy=False) as dasd:
        more = [_more(dasd, number, cylinders) for number in range(len(SOURCE_VOLUMES), volumes)]
    sample = [
        Pair(Volser(one.volser), Volser(other.volser), UnitAddress(f"{other.devno:04X}"))
        for one, other in zip(SOURCE_VOLUMES, TARGET_VOLUMES, strict=True)
    ]
    return [*sample, *more]


def _more(dasd: DiskSubsystem, number: int, cylinders: int) -> Pair:
    """Add a source volume with a few data sets, and its empty target."""
    source, target = f"IMP{number:03}", f"IMT{number:03}"
    for devno, volser in ((FIRST_SOURCE + number, source), (FIRST_TARGET + number, target)):
        Volume.init(dasd.define(devno, Geometry(DEVICE_TYPE, cylinders)), volser, VTOC_TRACKS, INDEX_TRACKS)
        dasd.vary_online(devno)
    volume = dasd.volume(source)
    with dasd.atomic(), volume.batch():
        for data_set in range(DATA_SETS_PER_VOLUME):
            volume.allocate(f"IMSP.V{number:05}.D{data_set}", DataSetAttributes("PS", "FB", 80), Space("TRK", 1))
    return Pair(Volser(source), Volser(target), UnitAddress(f"{FIRST_TARGET + number:04X}"))


@contextmanager
def running(folder: Path) -> Iterator[Client]:
    """Start the system in a process of its own, with IMSP and its workload, and stop it at the end."""
    service.start_detached(folder, HOST, free_port())
    try:
        with Client(connection(folder)) as client:
            yield client
    finally:
        service.stop(folder)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


def connection(folder: Path) -> Connection:
    """Return how the engine reaches the system."""
    known = service.connection(folder)
    return Connection(
        host=known["host"],
        port=known["port"],
        user=known["user"],
        password=SecretStr(known["password"]),
        ca_path=Path(known["ca_file"]),
    )


def header(letters: str, correlator: Correlator) -> JobHeader:
    """Return the top of a job of the benchmark."""
    card = JobCard()
    return JobHeader(job_name(card.prefix, letters), correlator, card, CardText(letters), CardText("BENCH"))


def run(client: Client, template: str, correlator: Correlator, letters: str, **values: Any) -> Job:
    """Submit one of the product's jobs and wait for its end."""
    jcl = render(template, job=header(letters, correlator), **values)
    job = client.submit_once(jcl, correlator)
    return client.wait(job, 120)
