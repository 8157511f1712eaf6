"""How long production is held in mode ``suspend``: from the time stamps that IMSSUSPD prints on z/OS.

The job is the product's own, submitted as the product does, while the bank's workload runs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import lab, report
from bench.lab import Pair
from imsclone.listings import adrdssu, imssuspd
from imsclone.names import DataSetName, ImsId
from imsclone.zosmf import Client, Correlator, gate

CASES = ((6, 60), (6, 3339), (100, 60), (100, 3339))
"""Volumes, and cylinders of each."""
TRIES = 5
SETTLE_SECONDS = 3.0
BUDGET_SECONDS = 5
STEPLIB = (DataSetName("IMSP.SDFSRESL"),)
TARGETS_MS = {6: 250, 100: 500}


@dataclass(frozen=True)
class Window:
    """One case; milliseconds of source time lost."""

    volumes: int
    cylinders: int
    median_ms: float
    worst_ms: float


def measure(volumes: int, cylinders: int) -> Window:
    """Build a system, clone its volumes several times, and read the windows."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = lab.build(Path(folder) / "lab", volumes, cylinders)
        with lab.running(Path(folder) / "lab") as client:
            time.sleep(SETTLE_SECONDS)
            lost = [_once(client, pairs, number) for number in range(TRIES)]
    return Window(volumes, cylinders, median(lost), max(lost))


def _once(client: Client, pairs: list[Pair], number: int) -> float:
    """Copy all volumes inside one suspension, then give the targets their serials back; return milliseconds."""
    imsids = (ImsId("IMSP"),)
    job = lab.run(
        client,
        "replicate_suspend.jcl",
        Correlator(f"COPY{number}"),
        "COPY",
        pairs=pairs,
        imsids=imsids,
        timeout=BUDGET_SECONDS,
        copy_mode="nocopy",
        steplib=STEPLIB,
    )
    gate(job)
    copies = adrdssu.copies(client.listing(job, "COPY"), [(pair.source, pair.target) for pair in pairs])
    assert all(one.copied for one in copies), copies
    window = imssuspd.window([client.listing(job, "SUSPEND"), client.listing(job, "RESUME")])
    assert window.holds, window
    assert window.lost is not None
    gate(lab.run(client, "relabel.jcl", Correlator(f"LABEL{number}"), "LABEL", pairs=pairs))
    for pair in pairs:
        client.command(f"V {pair.target_unit},ONLINE")
    return window.lost.total_seconds() * 1000


def rows(found: list[Window]) -> list[list[str]]:
    """Return the table: each case beside the first."""
    first = found[0]
    return [
        [
            str(one.volumes),
            str(one.cylinders),
            f"{one.median_ms:.0f}",
            f"{one.worst_ms:.0f}",
            f"{one.worst_ms / TARGETS_MS[one.volumes]:.2f}" if one.volumes in TARGETS_MS else "",
            f"{one.median_ms / first.median_ms:.2f}",
            f"{one.median_ms / one.volumes:.2f}",
        ]
        for one in found
    ]


HEADINGS = ("volumes", "cylinders", "median ms", "worst ms", "worst/target", "ratio to first", "ms a volume")


def main(cases: tuple[tuple[int, int], ...] = CASES) -> None:
    """Measure each case in a process of its own and print the table."""
    found = [Window(**report.child("bench.window", str(volumes), str(size)).result) for volumes, size in cases]
    report.table("Source time lost, mode suspend (z/OS time stamps)", HEADINGS, rows(found))


if __name__ == "__main__":
    report.answer(measure(int(sys.argv[1]), int(sys.argv[2])))
