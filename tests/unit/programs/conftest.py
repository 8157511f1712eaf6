"""A system on three small volumes with the utilities in SYS1.LINKLIB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.loadmodule import store
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.jes.job import Job
from zoslab.zos import Zos

PROGRAMS = (
    "AMASPZAP", "BPXBATCH", "IDCAMS", "IEBCOPY", "IEBGENER", "IEBUPDTE", "IEFBR14", "IEHLIST", "ISRSUPC",
)  # fmt: skip
SERIALS = {0x0A00: "LABRES", 0x0A80: "IMSP01", 0x0A81: "IMSP02"}
LIBRARY = DataSetAttributes("PO", "FB", 80, 800)
MODULES = DataSetAttributes("PO", "U", 0, 6144)
CARDS = DataSetAttributes("PS", "FB", 80, 800)


def folded(control: str) -> str:
    """Continue commands that are longer than a card."""
    cards = []
    for line in control.splitlines():
        while len(line) > 70:
            cut = line.rindex(" ", 0, 68)
            cards.append(f"{line[:cut]} -")
            line = "   " + line[cut + 1 :]
        cards.append(line)
    return "\n".join(cards)


class Lab:
    """The system and short ways to use it."""

    def __init__(self, folder: Path) -> None:
        with DiskSubsystem(folder / "dasd") as dasd:
            for devno, volser in SERIALS.items():
                device = dasd.define(devno, Geometry("3390", 15))
                Volume.init(device, volser, vtoc_tracks=4, index_tracks=4, sms=volser == "IMSP02")
                dasd.vary_online(devno)
            CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
        self.system = Zos(folder)
        self.system.datasets.public = ["LABRES"]
        self.system.datasets.storage_groups = {"SGIMSP": ["IMSP02"]}
        self.system.catalogs.define_user_catalog("UCAT.IMSP", "IMSP01", Space("TRK", 5, 5))
        self.system.catalogs.define_alias("IMSP", "UCAT.IMSP")
        modules = self.modules("SYS1.LINKLIB", "LABRES")
        for name in PROGRAMS:
            modules.write(name, [b"module"])
        self.system.jes.start(1)

    def run(self, jcl: str) -> Job:
        jobid = self.system.jes.submit(f"//TESTJOB JOB (ACCT)\n{jcl}", "IBMUSER")
        return self.system.jes.wait(jobid, 20)

    def output(self, job: Job, ddname: str = "SYSPRINT") -> str:
        return "\n".join(self.system.jes.output(job.jobid, ddname))

    def program(
        self, name: str, control: str, *dds: str, parm: str = "", sysprint: str = "SYSPRINT"
    ) -> tuple[int, str]:
        """Run one program with SYSIN; return its code and listing."""
        parm = f",PARM='{parm}'" if parm else ""
        cards = [f"//S EXEC PGM={name}{parm}", f"//{sysprint} DD SYSOUT=*", *dds, "//SYSIN DD DATA,DLM=@@"]
        job = self.run("\n".join([*cards, *control.splitlines(), "@@"]))
        assert job.steps, self.output(job, "JESYSMSG")
        code = job.steps[0].code
        assert code is not None, self.output(job, "JESYSMSG")
        return code, self.output(job, sysprint)

    def idcams(self, control: str, *dds: str) -> tuple[int, str]:
        return self.program("IDCAMS", folded(control), *dds)

    def library(self, dsname: str, volser: str = "IMSP01", **members: str):
        pds = self.system.datasets.create(dsname, LIBRARY, Space("TRK", 2, 1, 2), [volser]).pds()
        for name, text in members.items():
            pds.write(name, [ebcdic.encode(line, 80) for line in text.splitlines()])
        return pds

    def modules(self, dsname: str, volser: str = "IMSP01", **members: dict[str, bytes]):
        pds = self.system.datasets.create(dsname, MODULES, Space("TRK", 3, 1, 2), [volser]).pds()
        for name, csects in members.items():
            store(pds, name, csects)
        return pds

    def cards(self, dsname: str, *lines: str, volser: str = "IMSP01"):
        made = self.system.datasets.create(dsname, CARDS, Space("TRK", 1, 1), [volser])
        made.write(ebcdic.encode(line, 80) for line in lines)
        return made

    def exists(self, dsname: str) -> bool:
        return self.system.catalogs.locate(dsname) is not None

    def on_volume(self, dsname: str, volser: str = "IMSP01") -> bool:
        return self.system.dasd.volume(volser).vtoc.find(dsname) is not None

    def member(self, pds, name: str) -> list[str]:
        return [ebcdic.decode(record) for record in pds.read(name)]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    made.system.shutdown(timeout=5)
