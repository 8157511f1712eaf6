"""How long it takes to decide a clone: facts of so many data sets into a plan, and the plan into the ledger's form."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import report
from imsclone.facts import CatalogEntry, CatalogFacts, DataSetFacts, ReconDataSet, ReconFacts, SystemFacts, VolumeFacts
from imsclone.plan import make_plan
from imsclone.spec import EnvironmentSpec, load_environment

SIZES = (10_000, 50_000, 200_000)
PER_VOLUME = 200
INCLUDE = report.PROJECT / "include"
NEEDED = (
    *("SDFSRESL", "PROCLIB", "JOBS", "USER1.JCL", "USER2.JCL", "MDALIB", "ACBLIB", "DBDLIB", "RDDS1", "RDDS2"),
    *("RECON1", "RECON2", "RECON3"),
)
CHANGES = {
    "environments/imst.yaml": (("IMSP## -> IMST##", "P##### -> T#####"), ("IMST01: 0A90", "T99999: 0A90")),
    "systems/imsp.yaml": (("IMSP%%", "P%%%%%"),),
    "systems/imst.yaml": (("IMST%%", "T%%%%%"),),
}


@dataclass(frozen=True)
class Planned:
    """One size; seconds."""

    data_sets: int
    volumes: int
    plan: float
    document: float
    document_megabytes: float


def measure(data_sets: int) -> Planned:
    """Plan the clone of a system of generated names."""
    with tempfile.TemporaryDirectory() as folder:
        spec = environment(Path(folder))
        known = facts(data_sets)
        start = time.perf_counter()
        plan = make_plan(spec, known)
        planned = time.perf_counter()
        document = plan.model_dump_json()
        ended = time.perf_counter()
    assert len(plan.data_sets) >= data_sets
    volumes = len(plan.volume_pairs)
    return Planned(data_sets, volumes, planned - start, ended - planned, len(document) / 1e6)


def environment(folder: Path) -> EnvironmentSpec:
    """Return the shipped environment with volumes of generated serials."""
    for name, changes in CHANGES.items():
        text = (INCLUDE / name).read_text()
        for old, new in changes:
            text = text.replace(old, new)
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text("\n".join(line for line in text.splitlines() if not line.startswith("  units:")))
    return load_environment(folder / "environments" / "imst.yaml")


def facts(data_sets: int) -> SystemFacts:
    """Return what a system of so many data sets looks like."""
    volumes = -(-data_sets // PER_VOLUME)
    found = [DataSetFacts(f"IMSP.{name}", ("P00000",)) for name in NEEDED]
    found += [
        DataSetFacts(f"IMSP.V{n // PER_VOLUME:05}.D{n:06}", (f"P{n // PER_VOLUME:05}",)) for n in range(data_sets)
    ]
    entries = [CatalogEntry(one.dsname, "NONVSAM", one.volsers) for one in found]
    return SystemFacts(
        volumes=tuple(
            VolumeFacts(f"{letter}{n:05}", f"{base + n:04X}", cylinders=100)
            for letter, base in (("P", 0x1000), ("T", 0x4000))
            for n in range(volumes)
        ),
        data_sets=(*found, DataSetFacts("UCAT.IMSP", ("P00000",), "VS")),
        catalogs=(CatalogFacts("UCAT.IMSP", "P00000", tuple(entries), ("IMSP",)),),
        recon=ReconFacts(
            tuple(ReconDataSet(f"RECON{n}", f"COPY{n}", f"IMSP.RECON{n}") for n in (1, 2, 3)), ("IMSP",), ("ACCT",)
        ),
        ims_active=("IMSP",),
    )


HEADINGS = ("data sets", "volumes", "plan s", "s per 1,000", "ratio", "as JSON s", "JSON MB", "peak MB")


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure each size in a process of its own and print the table; ratio 1 is linear."""
    rows: list[list[str]] = []
    first = 0.0
    for size in sizes:
        child = report.child("bench.planning", str(size))
        found = Planned(**child.result)
        each = found.plan / size * 1000
        first = first or each
        rows.append(
            [
                f"{size:,}",
                f"{found.volumes:,}",
                f"{found.plan:.2f}",
                f"{each:.4f}",
                f"{each / first:.2f}",
                f"{found.document:.2f}",
                f"{found.document_megabytes:.1f}",
                str(child.megabytes),
            ]
        )
    report.table("Making the plan", HEADINGS, rows)


if __name__ == "__main__":
    report.answer(measure(int(sys.argv[1])))
