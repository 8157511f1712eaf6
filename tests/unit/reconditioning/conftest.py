"""A system with two source volumes full of data sets, two empty targets, and the programs that copy and rename."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import ClusterAttributes
from zoslab.jes.job import Job
from zoslab.zos import Zos

WAIT = 30.0
FB, PO = DataSetAttributes("PS", "FB", 80, 8000), DataSetAttributes("PO", "FB", 80, 8000)
SMS = DataSetAttributes("PS", "FB", 80, 8000, sms=True)
MODULES = DataSetAttributes("PO", "U", 0, 6144)
KEYED = ClusterAttributes("KSDS", key_length=8, max_record=100)
TRACKS = Space("TRK", 2, 1)
DEVICES = {
    "LABRES": 0x0A00,
    "LABWK1": 0x0A01,
    "IMSP01": 0x0A80,
    "IMSP02": 0x0A81,
    "IMST01": 0x0A90,
    "IMST02": 0x0A91,
}


def cards(text: str) -> str:
    """Continue control statements that are too long for a card behind a comma or blank."""
    found = []
    for line in text.splitlines():
        while len(line) > 71:
            cut = max(line.rfind(mark, 0, 70) for mark in ", ") + 1
            found.append(line[:cut] + "-")
            line = " " + line[cut:]
        found.append(line)
    return "\n".join(found)


class Lab:
    """The system and short ways to use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.system = Zos(folder)
        self.system.jes.start(2)

    @property
    def dasd(self) -> DiskSubsystem:
        return self.system.dasd

    def run(self, program: str, sysin: str, *dds: str) -> Job:
        jcl = f"//TESTJOB JOB (ACCT)\n//S EXEC PGM={program}\n//SYSPRINT DD SYSOUT=*\n//RENAMES DD SYSOUT=*\n"
        jcl += "".join(f"{dd}\n" for dd in dds) + f"//SYSIN DD *\n{cards(sysin)}\n/*\n"
        return self.system.jes.wait(self.system.jes.submit(jcl, "IBMUSER"), WAIT)

    def listing(self, job: Job, ddname: str = "SYSPRINT") -> str:
        return "\n".join(self.system.jes.output(job.jobid, ddname))

    def ok(self, program: str, sysin: str, code: int = 0) -> str:
        job = self.run(program, sysin)
        listing = self.listing(job)
        assert job.steps[-1].completion == f"CC {code:04d}", f"{listing}\n{self.listing(job, 'JESYSMSG')}"
        return listing

    def copy(self, *pairs: tuple[str, str], options: str = "COPYVOLID FASTREPLICATION(REQUIRED) FCNOCOPY PURGE") -> str:
        statements = [f" COPY FULL INDYNAM(({one})) OUTDYNAM(({other})) -\n   {options}" for one, other in pairs]
        return self.ok("ADRDSSU", "\n".join(statements))

    def relabel(self, *pairs: tuple[str, str]) -> str:
        statements = [
            f" REFORMAT UNIT({DEVICES[target]:04X}) VERIFY({source}) VOLID({target}) NOCHECK PURGE"
            for source, target in pairs
        ]
        return self.ok("ICKDSF", "\n".join(statements))

    def copied(self) -> None:
        """Copy and relabel both volumes; the targets stay offline."""
        pairs = [("IMSP01", "IMST01"), ("IMSP02", "IMST02")]
        self.copy(*pairs)
        self.relabel(*pairs)

    def volume(self, volser: str) -> Volume:
        """The volume on the device that was made with this serial."""
        return Volume(self.dasd.device(DEVICES[volser]))

    def names(self, volser: str) -> list[str]:
        return self.volume(volser).vtoc.names()

    def tracks(self, volser: str) -> list[bytes]:
        device = self.dasd.device(DEVICES[volser])
        return [device.read_track(number) for number in range(device.geometry.tracks)]

    def close(self) -> None:
        self.system.shutdown(timeout=5)


def make_system(folder: Path, cylinders: int = 12) -> Lab:
    with DiskSubsystem(folder / "dasd") as dasd:
        for volser, devno in DEVICES.items():
            Volume.init(dasd.define(devno, Geometry("3390", cylinders)), volser, 5, 2, sms=volser == "IMSP02")
            dasd.vary_online(devno)
        CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
    lab = Lab(folder)
    modules = lab.system.datasets.create("SYS1.LINKLIB", MODULES, Space("TRK", 2, 1, 4), ["LABRES"]).pds()
    for name in ("ADRDSSU", "ICKDSF", "VOLRCOND"):
        modules.write(name, [b"module"])
    fill(lab.system)
    return lab


def fill(system: Zos) -> None:
    """Make data sets of every kind on the source volumes."""
    catalogs, datasets = system.catalogs, system.datasets
    catalogs.define_user_catalog("UCAT.IMSP", "IMSP01")
    catalogs.define_alias("IMSP", "UCAT.IMSP")
    for n in range(5):
        created = datasets.create(f"IMSP.LIB{n}", PO, Space("TRK", 2, 1, 2), ["IMSP01"])
        created.pds().write("MEMBER", [ebcdic.encode(f"LIBRARY {n}", 80)])
    datasets.create("IMSP.SEQ", FB, TRACKS, ["IMSP01"]).write([ebcdic.encode("SEQUENTIAL", 80)])
    datasets.create("IMSP.SMS.SEQ", SMS, TRACKS, ["IMSP02"]).write([ebcdic.encode("MANAGED", 80)])
    datasets.create("IMSP.BOTH", FB, TRACKS, ["IMSP01", "IMSP02"])
    recon = datasets.create_cluster("IMSP.RECON1", KEYED, Space("TRK", 5, 5), ["IMSP01"]).ksds()
    recon.load(b"%08d" % n + b"record" for n in range(200))
    recon.close()
    datasets.create_cluster("IMSP.WIDE", ClusterAttributes("ESDS"), TRACKS, ["IMSP01", "IMSP02"])
    catalogs.define_gdg("IMSP.SLDS", 5)
    for n in (1, 2):
        datasets.create(f"IMSP.SLDS.G{n:04d}V00", FB, TRACKS, ["IMSP02"])
    datasets.create("OTHER.DATA", FB, TRACKS, ["IMSP02"])


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = make_system(tmp_path)
    yield made
    made.close()
