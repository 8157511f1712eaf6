"""Pointer checker, image copy and recovery in MB/s, beside a plain read of them; peak memory at two sizes.

What is measured is what the utilities do with open data sets of `bench.databases`: no JCL, no DBRC. For other sizes:
``python -m bench.ims build FOLDER 2000`` makes 2000 MB of databases (which takes storage that is not to be counted),
``python -m bench.ims FOLDER`` measures them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bench import databases, report
from bench.databases import Lab
from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.dataset import DataSet
from zoslab.ims import log_block, pointer_check
from zoslab.ims.log_records import Change, LogRecord, Type
from zoslab.ims.osam import BlockFile
from zoslab.ims.utilities.changes import Forward, records_of
from zoslab.ims.utilities.target import open_target

SIZES = (40, 160)
"""Megabytes of the databases."""
BIG = 2_000
COPY, LOG = "IMSB.IC", "IMSB.LOG"
LOG_BLOCK = 22_528
CHANGED = 64
DATA_SETS = ("ACCT", "CUST")


@dataclass(frozen=True)
class Measured:
    """Megabytes a second of elapsed and of processor time; those of log apply are of the log."""

    megabytes: float
    plain: tuple[float, float]
    check: tuple[float, float]
    copy: tuple[float, float]
    restore: tuple[float, float]
    log_apply: tuple[float, float]


def measure(folder: Path) -> Measured:
    """Do everything once with the databases of a folder."""
    lab = databases.open_lab(folder)
    with lab.dasd:
        return _measured(lab)


def _measured(lab: Lab) -> Measured:
    found = {name: lab.datasets.find(databases.dsname(name)) for name in DATA_SETS}
    size = sum(one.space.tracks * 12 * databases.BLOCK for one in found.values()) / 1e6
    _plain(found)
    plain = _rate(size, lambda: _plain(found))
    check = _rate(size, lambda: [_check(lab, name) for name in DATA_SETS])
    lab.datasets.create(
        COPY, DataSetAttributes("PS", "VB", 8192, 27998), Space("TRK", found["ACCT"].space.tracks + 150, 150),
        [databases.VOLSER],
    )  # fmt: skip
    copy = _rate(size / 2, lambda: _copy(lab, found["ACCT"]))
    logged = _write_log(lab, found["ACCT"]) / 1e6
    restore = _rate(size / 2, lambda: _restore(lab, found["ACCT"]))
    apply = _rate(logged, lambda: _apply(lab, found["ACCT"]))
    _check(lab, "ACCT")
    return Measured(size, plain, check, copy, restore, apply)


def _rate(megabytes: float, work: Callable[[], object]) -> tuple[float, float]:
    """Return megabytes a second, and a second of the processor."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return megabytes / (time.perf_counter() - start), megabytes / (time.process_time() - used)


def _plain(found: dict[str, DataSet]) -> None:
    """Read every block and do nothing with it."""
    for one in found.values():
        file = BlockFile(one.space, databases.BLOCK, one.dsname)
        for _ in file.scan(0, file.blocks):
            pass


def _check(lab: Lab, name: str) -> None:
    errors = pointer_check.check(lab.opened(name)[1]).errors
    assert not errors, errors[:3]


def _copy(lab: Lab, dataset: DataSet) -> None:
    target = open_target(dataset, lab.definitions["ACCT"], "ACCT")
    lab.datasets.find(COPY).write(key + data for key, data in target.items())


def _restore(lab: Lab, dataset: DataSet) -> None:
    target = open_target(dataset, lab.definitions["ACCT"], "ACCT")
    target.erase()
    target.restore((record[:8], record[8:]) for record in lab.datasets.find(COPY).records())


def _changes(dataset: DataSet) -> Iterator[bytes]:
    """Yield log records that change the data of a segment in every fourth block, a unit of recovery for each."""
    file = BlockFile(dataset.space, databases.BLOCK, dataset.dsname)
    number = 0
    for block, image in enumerate(file.scan(0, file.blocks)):
        if block % 4 or block % databases.BITS == 0 or not any(image):
            continue
        places = range(20 + 28, 20 + 28 + 2 * CHANGED, CHANGED // 2)
        changes = [Change("ACCT", "ACCT", block, ((at, image[at : at + 4], image[at : at + 4]),)) for at in places]
        records = [one.record() for one in changes]
        for record in (LogRecord(Type.UOR_START), *records, LogRecord(Type.COMMIT), LogRecord(Type.UOR_END)):
            number += 1
            yield LogRecord(record.type, "IMSB", record.body, record.dbd, uor=block).encode("IMSB", number, number)


def _write_log(lab: Lab, dataset: DataSet) -> int:
    """Write the log of the changes; return its bytes."""
    attributes = DataSetAttributes("PS", "VB", LOG_BLOCK - 4, LOG_BLOCK)
    log = lab.datasets.create(LOG, attributes, Space("TRK", 150, 150), [databases.VOLSER])
    file, held, number = BlockFile(log.space, LOG_BLOCK, LOG), b"", 0
    for raw in chain(_changes(dataset), [b""]):
        if not raw or len(held) + len(raw) > log_block.room(LOG_BLOCK):
            file.write(number, log_block.build(held, LOG_BLOCK, "IMSB", number + 1))
            held, number = b"", number + 1
        held += raw
    return number * LOG_BLOCK


def _apply(lab: Lab, dataset: DataSet) -> None:
    target = open_target(dataset, lab.definitions["ACCT"], "ACCT")
    for change, _ in Forward(records_of(lab.datasets.find(LOG))):
        target.apply(change)
    target.close()


HEADINGS = ("operation", "MB/s", "plain read/it", "MB a CPU s", f"{BIG / 1000:.0f} GB takes", "at the smaller size")


def rows(small: Measured, large: Measured) -> list[list[str]]:
    """Return the table of the larger size, with the seconds that two gigabytes take at that rate."""
    operations = {
        "plain read": "plain",
        "pointer checker": "check",
        "image copy": "copy",
        "recovery: restore": "restore",
        "recovery: MB of log": "log_apply",
    }
    found = []
    for name, field in operations.items():
        (rate, used), other = getattr(large, field), getattr(small, field)[0]
        takes = "" if field == "log_apply" else f"{BIG / rate:.0f} s"
        ratio = f"{large.plain[0] / rate:.1f}"
        found.append([name, f"{rate:.1f}", ratio, f"{used:.1f}", takes, f"{other:.1f}"])
    return found


def main(sizes: tuple[int, int] = SIZES) -> None:
    """Measure two sizes, each in a process of its own, and print what they took."""
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / str(size) for size in sizes]
        for folder, size in zip(folders, sizes, strict=True):
            databases.create(folder, size)
        children = [report.child("bench.ims", str(folder)) for folder in folders]
    small, large = (Measured(**child.result) for child in children)
    report.table(f"IMS utilities, {large.megabytes:.0f} MB of databases", HEADINGS, rows(small, large))
    memory = [[f"{Measured(**one.result).megabytes:.0f}", str(one.megabytes)] for one in children]
    report.table("Peak memory of the process that did all of it", ("database MB", "peak MB"), memory)


if __name__ == "__main__":
    if sys.argv[1] == "build":
        databases.create(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        report.answer(measure(Path(sys.argv[1])))
