"""A refresh of 12 databases with 80 data sets through Airflow: seconds, and how much of them is work.

The databases are HDAMs with data set groups, added to the sample system before it is cloned; the clone is then
refreshed by ``dag.test``, twice: the first refresh of a process also pays for what Python imports.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import lab, report
from bench.orchestration import airflow, dag_test
from imsclone.report import spent
from imsclone_airflow.local.home import Home
from zoslab.catalog.system import CatalogSystem
from zoslab.clock import Clock
from zoslab.dasd import audit, loadmodule
from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.datasets import DataManagement
from zoslab.ims import acb, dbdgen, mda, rdds
from zoslab.ims.assemble import Allocated, Assembly
from zoslab.ims.bank import definitions
from zoslab.ims.dbd import Dbd
from zoslab.ims.engine import Engine
from zoslab.ims.hdam import HdamRoots
from zoslab.ims.hierarchy import Loader
from zoslab.sample import recon
from zoslab.sample.create import create
from zoslab.sample.library import write_member
from zoslab.zos import LoadParameters

GROUPS = (*(7,) * 8, *(6,) * 4)
"""Data set groups of each of the 12 databases: 80 data sets."""
BLOCK, TRACKS, ROOTS = 4096, 3, 20
LIMIT_SECONDS = 60.0
SEGMENT = """\
         DATASET DD1={dd},DEVICE=3390,BLOCK={block}
         SEGM  NAME={name},PARENT={parent},BYTES=40{pointers}
         FIELD NAME=(KEY,SEQ,U),START=1,BYTES=10,TYPE=C
"""
ENVIRONMENT = """\
name: wide
clone_type: database_refresh
owner: ims-dba
source: imsp
target: imst
databases: ["WIDE*"]
rename: [IMSP.** -> IMST.**]
volumes: [IMST05, IMST06]
consistency: dbr
"""


@dataclass(frozen=True)
class Refreshed:
    """Seconds of the run through ``dag.test``, and of it what the report says was work and waiting."""

    databases: int
    data_sets: int
    seconds: float
    again: float
    work: float
    waiting: float


def source(number: int, groups: int) -> list[str]:
    """Return DBD source: a root and a dependent in each further data set group."""
    text = f"         DBD   NAME=WIDE{number:02},ACCESS=(HDAM,OSAM),RMNAME=(DFSHDC40,2,4)\n"
    for group in range(1, groups + 1):
        text += SEGMENT.format(
            dd=f"W{number:02}D{group}",
            block=BLOCK,
            name="ROOT" if group == 1 else f"SEG{group}",
            parent="0" if group == 1 else "((ROOT,SNGL))",
            pointers=",PTR=TWIN",
        )
    return [*text.splitlines(), "         DBDGEN", "         FINISH", "         END"]


def build(folder: Path) -> None:
    """Make the sample system with the databases in it."""
    create(folder, lambda _: None)
    sources = {f"WIDE{number:02}": source(number, groups) for number, groups in enumerate(GROUPS, 1)}
    dbds = {name: dbdgen.generate(lines) for name, lines in sources.items()}
    writer = audit.writer.set("CREATE")
    with DiskSubsystem(folder / "dasd", background_copy=False) as dasd:
        parameters = LoadParameters()
        datasets = DataManagement(dasd, CatalogSystem(dasd, parameters.master_catalog, parameters.master_volser))
        for name, dbd in dbds.items():
            write_member(datasets, "IMSP.DBDSRC", name, sources[name])
            datasets.find("IMSP.ACBLIB").pds().write_blocks(name, [acb.build_dmb(dbd)])
            _add(datasets, dbd)
        _register(datasets, dbds)
    audit.writer.reset(writer)


def dsname(ddname: str) -> str:
    """Return the name of a data set."""
    return f"IMSP.DB.{ddname}"


def _add(datasets: DataManagement, dbd: Dbd) -> None:
    """Allocate a database's data sets and put segments into them."""
    for one in dbd.data_sets:
        volser = "IMSP05" if int(dbd.name[-2:]) % 2 else "IMSP06"
        attributes = DataSetAttributes("PS", "F", BLOCK, BLOCK, sms=datasets.subsystem.volume(volser).sms)
        datasets.create(dsname(one.ddname), attributes, Space("TRK", TRACKS), [volser])
    engine = Engine.unlogged()
    found = [Allocated(dbd.name, one.ddname, datasets.find(dsname(one.ddname))) for one in dbd.data_sets]
    database = Assembly({dbd.name: dbd}, found, engine).database(dbd.name)
    unit = engine.recovery.begin("LOAD", 1)
    database.initialise(unit)
    assert isinstance(database.roots, HdamRoots)
    loader = Loader(database.store, database.roots)
    for number in range(ROOTS):
        for segment in dbd.segments:
            kind = database.shape.named(segment.name)
            assert kind is not None
            loader.insert(unit, kind, f"{number:010}".encode("cp1047").ljust(40, b"\x40"))
    engine.recovery.commit(unit)
    engine.pool.flush()


def _register(datasets: DataManagement, dbds: dict[str, Dbd]) -> None:
    """Tell RECON, DFSMDA members and resource definitions of the databases."""
    dbrc, library = recon.open_recon(datasets), datasets.find("IMSP.MDALIB").pds()
    for name, dbd in dbds.items():
        allocations = tuple(mda.Allocation(one.ddname, dsname(one.ddname)) for one in dbd.data_sets)
        loadmodule.store(library, name, {name: mda.build(mda.MdaMember(name, "DATABASE", allocations))})
        recon.tell(dbrc, [f"INIT.DB DBD({name}) SHARELVL(1) TYPEIMS"])
        recon.tell(
            dbrc,
            [
                f"INIT.DBDS DBD({name}) DDN({one.ddname}) DSN({dsname(one.ddname)}) GENMAX(3) DBORG(HDAM) DSORG(OSAM)"
                for one in dbd.data_sets
            ],
        )
    resources = (*definitions.resources(), *(rdds.Resource("DB", name) for name in dbds))
    for number in (1, 2):
        datasets.find(f"IMSP.RDDS{number}").write(rdds.build("IMSP", Clock().stamp(), resources))


def measure() -> Refreshed:
    """Build, clone, refresh."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "lab")
        home = Home(report.PROJECT, folder / "airflow", folder / "lab")
        with lab.running(home.lab):
            environment = airflow(home)
            site = folder / "site"
            site.mkdir()
            for kind in ("environments", "systems"):
                (site / kind).mkdir()
                for file in (report.PROJECT / "include" / kind).glob("*.yaml"):
                    (site / kind / file.name).write_text(file.read_text())
            (site / "environments" / "wide.yaml").write_text(ENVIRONMENT)
            environment["IMSCLONE_FOLDER"] = str(site)
            dag_test(environment)
            return _refreshed(environment)


def _refreshed(environment: dict[str, str]) -> Refreshed:
    from imsclone.ledger import Ledger

    command = [sys.executable, "-m", "bench.refresh", "dag"]
    done = subprocess.run(command, env=environment, cwd=report.PROJECT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    first, again = json.loads(done.stdout.splitlines()[-1])
    ledger = Ledger(environment["IMSCLONE_LEDGER"])
    runs = ledger.runs("wide")
    split = spent(ledger.evidence(runs[-1].id), runs[-1].started_at, runs[-1].finished_at)
    summary = runs[0].summary
    return Refreshed(len(summary["databases"]), summary["data_sets"], first, again, split.work, split.waiting)


def run_dag() -> None:
    """Refresh twice in this process; print the seconds of both."""
    from airflow.dag_processing.dagbag import DagBag

    found = []
    for _ in range(2):
        start = time.perf_counter()
        run = DagBag(report.PROJECT / "dags").dags["database_refresh"].test(run_conf={"environment": "wide"})
        found.append(time.perf_counter() - start)
        if str(run.state) != "success":
            raise SystemExit(f"the Dag ended {run.state}")
    print(json.dumps(found))


HEADINGS = ("databases", "data sets", "dag.test s", "of 60 s", "again s", "work s", "waiting s", "waiting/work")


def main() -> None:
    """Measure and print the table."""
    found = Refreshed(**report.child("bench.refresh").result)
    row = [
        str(found.databases),
        str(found.data_sets),
        f"{found.seconds:.1f}",
        f"{found.seconds / LIMIT_SECONDS:.2f}",
        f"{found.again:.1f}",
        f"{found.work:.1f}",
        f"{found.waiting:.1f}",
        f"{found.waiting / found.work:.2f}",
    ]
    report.table("A refresh of 12 databases through Airflow", HEADINGS, [row])


if __name__ == "__main__":
    if sys.argv[1:] == ["dag"]:
        os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "WARNING"
        run_dag()
    else:
        report.answer(measure())
