"""How long renaming in place takes: a VOLRCOND job, from its submission to its end, with a line for every data set."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import generated, report
from zoslab.zos import Zos

SIZES = (1_000, 10_000, 100_000)
SECONDS_FOR_LAST, MEGABYTES_FOR_LAST = 90, 2048
JOB_SECONDS = 600.0
JOB = """\
//RECOND   JOB CLASS=A,MSGCLASS=H
//RENAME   EXEC PGM=VOLRCOND
//SYSPRINT DD SYSOUT=*
//RENAMES  DD SYSOUT=*
//SYSIN    DD *
"""


@dataclass(frozen=True)
class Reconditioned:
    """One size; seconds."""

    data_sets: int
    volumes: int
    built: float
    seconds: float


def measure(data_sets: int) -> Reconditioned:
    """Build the volumes, then rename everything on them by one job."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        generated.build(Path(folder), data_sets)
        built = time.perf_counter() - start
        system = Zos.ipl(folder)
        try:
            start = time.perf_counter()
            job = system.jes.wait(system.jes.submit(jcl(data_sets), "IBMUSER"), JOB_SECONDS)
            seconds = time.perf_counter() - start
            assert job.retcode == "CC 0000", system.jes.output(job.jobid, "SYSPRINT")[-20:]
            renamed = sum(" IMST." in line for line in system.jes.output(job.jobid, "RENAMES"))
            assert renamed == data_sets, renamed
        finally:
            system.shutdown()
    return Reconditioned(data_sets, len(generated.pairs_for(data_sets)), built, seconds)


def jcl(data_sets: int) -> str:
    """Return the job, its statement one pair a line."""
    pairs = [f"({source},{target})" for source, target in generated.pairs_for(data_sets)]
    listed = ",-\n ".join(pairs)
    catalogs = f"({generated.CATALOG},{generated.CATALOG_COPY})"
    statement = f" RECONDITION VOLUMES(-\n {listed}) -\n RENAME({catalogs},(IMSP.**,IMST.**)) -\n CATALOGS({catalogs})"
    return f"{JOB}{statement}\n/*\n"


HEADINGS = ("data sets", "volumes", "built s", "renamed s", "s per 1,000", "ratio", "peak MB", "of 90 s", "of 2 GB")


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure each size in a process of its own and print the table; ratio 1 is linear."""
    rows: list[list[str]] = []
    first = 0.0
    for size in sizes:
        child = report.child("bench.reconditioning", str(size))
        found = Reconditioned(**child.result)
        each = found.seconds / size * 1000
        first = first or each
        rows.append(
            [
                f"{found.data_sets:,}",
                str(found.volumes),
                f"{found.built:.1f}",
                f"{found.seconds:.2f}",
                f"{each:.3f}",
                f"{each / first:.2f}",
                str(child.megabytes),
                f"{found.seconds / SECONDS_FOR_LAST:.2f}",
                f"{child.megabytes / MEGABYTES_FOR_LAST:.2f}",
            ]
        )
    report.table("Renaming in place (VOLRCOND job)", HEADINGS, rows)


if __name__ == "__main__":
    report.answer(measure(int(sys.argv[1])))
