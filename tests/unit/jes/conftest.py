"""A system on two small volumes, with programs of the tests' own in SYS1.LINKLIB."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from zoslab import ebcdic
from zoslab.catalog.system import CatalogSystem
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.datasets import DataSetNotFound
from zoslab.jes.errors import Abend
from zoslab.jes.job import Job
from zoslab.jes.step import Step
from zoslab.programs.registry import program
from zoslab.zos import Zos

WAIT = 20.0
LIBRARY = DataSetAttributes("PO", "FB", 80, 8000)
MODULES = DataSetAttributes("PO", "U", 0, 6144)
PROGRAMS = (
    "IEFBR14",
    "COPY",
    "COUNT",
    "FAIL",
    "BUG",
    "WAIT",
    "LISTEN",
    "ASK",
    "HOLD",
    "NOFUNC",
    "SPAWN",
    "BADRC",
    "HOLDFREE",
)


@program("COPY")
def copy(step: Step) -> int:
    """Copy SYSUT1 to SYSUT2."""
    step.dd("SYSUT2").write(step.dd("SYSUT1").records())
    return 0


@program("COUNT")
def count(step: Step) -> int:
    """Print SYSUT1 and return the number of its records, or the number in PARM."""
    listing = step.print("SYSPRINT")
    lines = list(step.dd("SYSUT1").records()) if step.has("SYSUT1") else []
    for line in lines:
        listing.line(line)
    return int(step.parm or len(lines))


@program("FAIL")
def fail(step: Step) -> int:
    """Abend with the code in PARM."""
    raise Abend(step.parm)


@program("BUG")
def bug(step: Step) -> int:
    """Fall over."""
    raise IndexError("table exhausted")


@program("BADRC")
def bad_code(step: Step) -> int:
    """Return a code no step can have."""
    return 5000


@program("WAIT")
def wait(step: Step) -> int:
    """Say so and wait to be cancelled."""
    step.wto(f"WAITING {step.parm}")
    step.cancelled.wait(WAIT)
    step.check()
    return 0


@program("LISTEN")
def listen(step: Step) -> int:
    """Take operator commands until STOP; register for restart if PARM says so."""
    commands = step.modify_commands
    if step.parm:
        step.system.arm.register("SYSLAB", step.parm)
    step.wto("LISTENING")
    while True:
        try:
            command = commands.get(timeout=0.05)
        except queue.Empty:
            step.check()
            continue
        step.wto(f"HEARD {command.verb} {command.text}")
        if command.verb == "STOP":
            return 0


@program("ASK")
def ask(step: Step) -> int:
    """Ask the operator and say what the reply was."""
    step.wto(f"REPLY WAS {step.wtor('DFS810A IMS READY')}")
    return 0


@program("HOLD")
def hold(step: Step) -> int:
    """Allocate the data set in PARM dynamically and wait."""
    step.allocate(step.parm, "OLD")
    return wait(step)


@program("HOLDFREE")
def hold_and_free(step: Step) -> int:
    """Allocate the data set in PARM dynamically, one that is not there too, give both back and wait."""
    step.allocate(step.parm, "OLD")
    step.free(step.parm)
    with suppress(DataSetNotFound):
        step.allocate("NOT.THERE", "OLD")
    return wait(step)


@program("SPAWN")
def spawn(step: Step) -> int:
    """Write a job to the internal reader."""
    step.dd("READER").write(["//CHILD JOB", "//S EXEC PGM=IEFBR14"])
    return 0


def folded(jcl: str) -> str:
    """Continue statements at a comma before column 71."""
    cards = []
    for card in jcl.splitlines():
        while card.startswith("//") and len(card) > 71:
            cut = card.rindex(",", 0, 71) + 1
            cards.append(card[:cut])
            card = "// " + card[cut:]
        cards.append(card)
    return "\n".join(cards)


class Lab:
    """The system and short ways to look at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.system = Zos(folder)

    def start(self, initiators: int = 2) -> Lab:
        self.system.jes.start(initiators)
        return self

    def submit(self, jcl: str, name: str = "TESTJOB", owner: str = "IBMUSER") -> str:
        return self.system.jes.submit(f"//{name} JOB (ACCT)\n{folded(jcl)}", owner)

    def ended(self, jobid: str) -> Job:
        return self.system.jes.wait(jobid, WAIT)

    def run(self, jcl: str, name: str = "TESTJOB", owner: str = "IBMUSER") -> Job:
        return self.ended(self.submit(jcl, name, owner))

    def lines(self, job: Job, ddname: str) -> str:
        return "\n".join(self.system.jes.output(job.jobid, ddname))

    def completions(self, job: Job) -> list[str | None]:
        return [step.completion for step in job.steps]

    def exists(self, dsname: str) -> bool:
        return self.system.catalogs.locate(dsname) is not None

    def records(self, dsname: str) -> list[str]:
        return [ebcdic.decode(record) for record in self.system.datasets.find(dsname).records()]

    def create(self, dsname: str, records: list[str] | None = None) -> None:
        created = self.system.datasets.create(dsname, DataSetAttributes("PS", "FB", 80, 8000), Space("TRK", 1, 1))
        created.write(ebcdic.encode(record, 80) for record in records or [])

    def library(self, dsname: str, **members: str) -> None:
        pds = self.system.datasets.create(dsname, LIBRARY, Space("TRK", 2, 1, 2)).pds()
        for name, text in members.items():
            pds.write(name, [ebcdic.encode(line, 80) for line in text.splitlines()])

    def said(self, text: str, since: int | None = None) -> None:
        assert self.system.console.wait_for(text, since, WAIT) is not None, f"no message has {text}"


def make_system(folder: Path) -> Lab:
    """Format the volumes, the master catalog and the system libraries."""
    with DiskSubsystem(folder / "dasd") as dasd:
        for devno, volser in ((0x0A00, "LABRES"), (0x0A01, "LABWK1")):
            Volume.init(dasd.define(devno, Geometry("3390", 10)), volser)
            dasd.vary_online(devno)
        CatalogSystem.create(dasd, "CATALOG.MASTER", "LABRES")
    lab = Lab(folder)
    modules = lab.system.datasets.create("SYS1.LINKLIB", MODULES, Space("TRK", 2, 1, 2)).pds()
    for name in PROGRAMS:
        modules.write(name, [b"module"])
    lab.library(
        "SYS1.PROCLIB",
        LISTENER="//LISTENER PROC HOW=\n//GO EXEC PGM=LISTEN,PARM='&HOW'\n",
        ASKER="//GO EXEC PGM=ASK\n",
        COUNTER="//COUNTER PROC N=3\n//GO EXEC PGM=COUNT,PARM='&N'\n//SYSPRINT DD SYSOUT=*\n",
    )
    return lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = make_system(tmp_path).start()
    yield made
    made.system.shutdown(timeout=5)


@pytest.fixture
def new_lab(tmp_path: Path) -> Callable[[], Lab]:
    """A system not yet started; the test starts it and brings it down."""
    made: list[Lab] = []

    def make() -> Lab:
        made.append(make_system(tmp_path) if not made else Lab(tmp_path))
        return made[-1]

    return make
