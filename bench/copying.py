"""How fast the bytes of a volume are copied, beside ``cp`` of the same file: by background copy, and by an export."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import report
from zoslab.dasd import track
from zoslab.dasd.export import export_volume
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.dasd.track import Record
from zoslab.dasd.volume import Volume

SOURCE, TARGET = 0x0A80, 0x0A90
CYLINDERS = (50, 200)
RECORD = 27_000
"""Two of them fill a track."""
POLL_SECONDS = 0.001


@dataclass(frozen=True)
class Copied:
    """One size; seconds of each way to copy. ``establish`` is the time until the copy can be used."""

    cylinders: int
    megabytes: float
    cp: float
    establish: float
    background: float
    export: float


def measure(cylinders: int) -> Copied:
    """Fill a volume to its last track and copy it in every way."""
    geometry = Geometry("3390", cylinders)
    with tempfile.TemporaryDirectory() as folder, DiskSubsystem(Path(folder) / "dasd") as dasd:
        source = dasd.define(SOURCE, geometry)
        Volume.init(source, "IMSP01", 14, 15)
        records = [Record(number, b"", os.urandom(RECORD)) for number in (1, 2)]
        for number in range(30, geometry.tracks):
            source.write_track(number, track.build(*geometry.cchh(number), records, geometry))
        dasd.define(TARGET, geometry)
        image, copy = source.image.path, Path(folder) / "copy"
        before = _cp(image, copy)
        establish = _seconds(lambda: dasd.flash.establish(SOURCE, TARGET, background=True))
        background = _seconds(lambda: _wait_for_copy(dasd))
        assert all(dasd.device(TARGET).read_track(n) == source.read_track(n) for n in range(0, geometry.tracks, 101))
        export = _seconds(lambda: export_volume(source, copy))
        copy.unlink()
        cp = min(before, _cp(image, copy))
        return Copied(cylinders, image.stat().st_size / 1e6, cp, establish, background, export)


def _cp(image: Path, copy: Path) -> float:
    """Copy with cp and remove the copy; the caller takes the better of two, since disks have moods."""
    seconds = _seconds(lambda: subprocess.run(["cp", "--sparse=never", "--reflink=never", image, copy], check=True))
    copy.unlink()
    return seconds


def _wait_for_copy(dasd: DiskSubsystem) -> None:
    while dasd.flash.relationships():
        time.sleep(POLL_SECONDS)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


HEADINGS = ("cylinders", "MB", "cp s", "background s", "ratio to cp", "export s", "ratio to cp", "usable after ms")


def main(sizes: tuple[int, ...] = CYLINDERS) -> None:
    """Measure each size in a process of its own and print the table."""
    found = [Copied(**report.child("bench.copying", str(size)).result) for size in sizes]
    rows = [
        [
            str(one.cylinders),
            f"{one.megabytes:.0f}",
            f"{one.cp:.2f}",
            f"{one.background:.2f}",
            f"{one.background / one.cp:.2f}",
            f"{one.export:.2f}",
            f"{one.export / one.cp:.2f}",
            f"{one.establish * 1000:.1f}",
        ]
        for one in found
    ]
    report.table("Copying a full volume, beside cp of the same bytes", HEADINGS, rows)


if __name__ == "__main__":
    report.answer(measure(int(sys.argv[1])))
