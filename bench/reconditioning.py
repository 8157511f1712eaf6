"""How long renaming in place takes: 1,000 data sets a volume, one in ten VSAM, all in one catalog on the first volume.

``python bench/reconditioning.py [sizes]`` prints a row for each size (default 1000 10000; 100000 takes a minute more to
build), with the time for one data set as a ratio to that of the first size: 1.0 is linear.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zoslab.catalog import bcs, cells
from zoslab.catalog.bcs import BcsRecord
from zoslab.catalog.catalog import create_catalog, vvds_record
from zoslab.catalog.definition import true_name
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import ClusterAttributes, data_vvr, vvds_for
from zoslab.dasd.vvds_record import encode
from zoslab.recondition.engine import carry_out, survey
from zoslab.recondition.errors import Problem
from zoslab.recondition.request import Request

PER_VOLUME, VSAM_EVERY = 1000, 10
CATALOG, CATALOG_COPY = "UCAT.IMSP", "UCAT.IMST"
GEOMETRY = Geometry("3390", 200)
DIRECT, VSAM = DataSetAttributes("DA", "F", 4096, 4096), DataSetAttributes("VS", blksize=4096, option_codes=0x80)
RECORDS_PER_CI = 10


@dataclass(frozen=True)
class Row:
    """One size: times in seconds, memory as the process's peak until then."""

    data_sets: int
    volumes: int
    built: float
    seconds: float
    microseconds_each: float
    ratio: float
    megabytes: int


def run(sizes: Sequence[int] = (1000, 10_000)) -> list[Row]:
    """Measure each size, smallest first."""
    rows: list[Row] = []
    for size in sorted(sizes):
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_measure(size, Path(folder), rows[0] if rows else None))
    return rows


def _measure(size: int, folder: Path, first: Row | None) -> Row:
    count = -(-size // PER_VOLUME)
    pairs = [(f"P{n:05}", f"T{n:05}") for n in range(count)]
    start = time.perf_counter()
    with DiskSubsystem(folder, background_copy=False) as dasd:
        _build(dasd, size, pairs)
        built = time.perf_counter() - start
        devices = {device.volser: device for device in dasd.devices()}
        request = Request.of(
            pairs, [(CATALOG, CATALOG_COPY), ("IMSP.**", "IMST.**")], catalogs=[(CATALOG, CATALOG_COPY)]
        )
        start = time.perf_counter()
        plan = survey(request, lambda source, _: Volume(devices[source]))
        assert not plan.problems, plan.problems[:3]
        renamed = 0
        for outcome in carry_out(plan):
            assert not isinstance(outcome, Problem), outcome
            renamed += sum(new.startswith("IMST.") for new in outcome.renames.values())
        seconds = time.perf_counter() - start
        assert renamed == size
    each = seconds / size * 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Row(size, count, built, seconds, each, each / first.microseconds_each if first else 1.0, peak)


def _build(dasd: DiskSubsystem, size: int, pairs: Sequence[tuple[str, str]]) -> None:
    """Make the volumes as they are when they have been copied and relabelled."""
    entries: list[BcsRecord] = []
    for number, (source, _) in enumerate(pairs):
        Volume.init(dasd.define(0x1000 + number, GEOMETRY), source, 30, 15)
        volume = Volume(dasd.vary_online(0x1000 + number))
        names = [f"IMSP.V{number:05}.D{n:05}" for n in range(min(PER_VOLUME, size - number * PER_VOLUME))]
        with dasd.atomic(), volume.batch():
            for n, name in enumerate(names):
                volume.allocate(name, DIRECT if n % VSAM_EVERY else VSAM, Space("TRK", 1))
        clusters = names[::VSAM_EVERY]
        with dasd.atomic():
            attributes = ClusterAttributes("ESDS")
            records = [encode(data_vvr(name, f"{name}.C", CATALOG, attributes, 1)) for name in clusters]
            vvds = vvds_for(volume, CATALOG)
            vvds.append([records[at : at + RECORDS_PER_CI] for at in range(0, len(records), RECORDS_PER_CI)])
        entries += _entries(names, source)
    catalog = create_catalog(dasd.volume(pairs[0][0]), CATALOG, Space("CYL", 80, 10))
    for source, _ in pairs[1:]:
        entries.append(vvds_record(source))
    known = list(catalog.records())
    catalog.ksds.create()
    catalog.ksds.load(bcs.encode(record) for record in sorted([*known, *entries], key=lambda record: record.key))
    catalog.ksds.close()
    for (_, target), device in zip(pairs, dasd.devices(), strict=True):
        Volume(device).relabel(target)


def _entries(names: Sequence[str], volser: str) -> Iterator[BcsRecord]:
    for n, name in enumerate(names):
        if n % VSAM_EVERY:
            yield BcsRecord(bcs.NONVSAM, name, (bcs.information(), *bcs.volumes([volser])))
        else:
            parts = bcs.component(cells.DATA_NAME, name, [volser])
            yield BcsRecord(bcs.CLUSTER, f"{name}.C", (bcs.information(), *parts))
            yield true_name(name, f"{name}.C")


def main() -> None:
    """Print the rows."""
    sizes = [int(text) for text in sys.argv[1:]] or [1000, 10_000]
    print("data sets  volumes  built s  renamed s  us each  ratio  peak MB")
    for row in run(sizes):
        print(
            f"{row.data_sets:>9} {row.volumes:>8} {row.built:>8.1f} {row.seconds:>10.2f} {row.microseconds_each:>8.0f}"
            f" {row.ratio:>6.2f} {row.megabytes:>8}"
        )


if __name__ == "__main__":
    main()
