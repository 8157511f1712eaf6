"""Whether anything grows faster than the system: what reads or changes many data sets or volumes, at two sizes.

Printed is the exponent: 1.0 takes twice as long for twice as many, 2.0 would be quadratic.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import generated, lab, report
from imsclone.jcl import render
from imsclone.names import DataSetName, Volser
from imsclone.zosmf import Correlator
from zoslab.catalog.bcs import BcsRecord
from zoslab.zos import Zos

CASES = (
    ("Growth with the number of data sets, 1,000 a volume", 1_000, (10_000, 40_000)),
    ("Growth with the number of volumes, 20 data sets on each", 20, (2_000, 8_000)),
)
JOB_SECONDS = 600.0
WARMED = 3_000_000


@dataclass(frozen=True)
class Scaled:
    """Seconds of each operation on a system of one size."""

    data_sets: int
    seconds: dict[str, float]


def measure(data_sets: int, per_volume: int) -> Scaled:
    """Do everything once on a generated system."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = {"build": _seconds(lambda: generated.build(Path(folder), data_sets, per_volume, copied=False))}
        _warm(Path(folder))
        start = time.perf_counter()
        system = Zos.ipl(folder)
        seconds["IPL, volumes mounted"] = time.perf_counter() - start
        try:
            for name, work in _operations(system, data_sets, per_volume).items():
                seconds[name] = _seconds(work)
        finally:
            system.shutdown()
    return Scaled(data_sets, seconds)


def _warm(folder: Path) -> None:
    """Read what the volumes have at their beginning: the work is to be measured, not the state of the page cache."""
    for image in folder.glob("dasd/volumes/*"):
        with image.open("rb") as file:
            file.read(WARMED)


def _operations(system: Zos, data_sets: int, per_volume: int) -> dict[str, Callable[[], object]]:
    pairs = generated.pairs_for(data_sets, per_volume)
    names = [(generated.dsname(*divmod(n, per_volume)), pairs[n // per_volume][0]) for n in range(data_sets)]
    system.catalogs.import_connect(generated.CATALOG, pairs[0][0])
    system.catalogs.define_alias("IMSP", generated.CATALOG)
    volsers = [Volser(source) for source, _ in pairs]
    devnos = [system.dasd.device_of(volser).devno for volser in volsers]
    collect = {
        "volsers": volsers,
        "storage_groups": (),
        "dsname": DataSetName("CLONE.DCOLLECT"),
        "work_volume": Volser(generated.MASTER_VOLSER),
    }
    return {
        "VTOCs read for the first time": lambda: [system.dasd.volume(volser).vtoc.names() for volser in volsers],
        "VTOC: find each data set": lambda: [system.dasd.volume(volser).vtoc.find(name) for name, volser in names],
        "catalog: locate each data set": lambda: _locate(system, (name for name, _ in names)),
        "DCOLLECT job": lambda: _job(system, "dcollect.jcl", "DCOLL", collect),
        "LISTCAT ALL job": lambda: _job(system, "list_catalogs.jcl", "LIST", {"names": [DataSetName("UCAT.IMSP")]}),
        "catalog: rewrite": lambda: system.catalogs.connected(generated.CATALOG).rewrite(_same),
        "vary each volume off and on": lambda: _vary(system, devnos),
    }


def _locate(system: Zos, names: Iterable[str]) -> None:
    for name in names:
        assert system.catalogs.locate(name) is not None, name


def _vary(system: Zos, devnos: Iterable[int]) -> None:
    for devno in devnos:
        system.dasd.vary_offline(devno)
        system.dasd.vary_online(devno)


def _same(record: BcsRecord) -> BcsRecord:
    return record


def _job(system: Zos, template: str, letters: str, values: Mapping[str, Any]) -> None:
    jcl = render(template, job=lab.header(letters, Correlator(letters)), **values)
    job = system.jes.wait(system.jes.submit(jcl, "IBMUSER"), JOB_SECONDS)
    assert job.retcode == "CC 0000", system.jes.output(job.jobid, "SYSPRINT")[-20:]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure data sets, then volumes, and print a table for each."""
    for title, per_volume, sizes in CASES:
        compare(title, per_volume, sizes)


def compare(title: str, per_volume: int, sizes: tuple[int, int]) -> None:
    """Measure two sizes, each in a process of its own, and print the table."""
    children = [report.child("bench.scale", str(size), str(per_volume)) for size in sizes]
    small, large = (Scaled(**child.result) for child in children)
    rows = []
    for name, first in small.seconds.items():
        second = large.seconds[name]
        exponent = math.log(second / first) / math.log(sizes[1] / sizes[0])
        each = (f"{first / sizes[0] * 1e6:.1f}", f"{second / sizes[1] * 1e6:.1f}")
        rows.append([name, f"{first:.3f}", f"{second:.3f}", *each, f"{exponent:.2f}"])
    headings = ("operation", *(f"{size:,} s" for size in sizes), *("us a data set",) * 2, "exponent")
    memory = [child.megabytes for child in children]
    growth = math.log(memory[1] / memory[0]) / math.log(sizes[1] / sizes[0])
    rows.append(["peak MB", *map(str, memory), "", "", f"{growth:.2f}"])
    report.table(title, headings, rows)


if __name__ == "__main__":
    report.answer(measure(int(sys.argv[1]), int(sys.argv[2])))
