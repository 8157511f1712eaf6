"""Emergency restart in MB of log a second, beside a plain read of the log blocks, after two lengths of work.

IMS is failed while the bank works as hard as it can, and started again; the time is that between the restart's messages
on the console. What a restart goes over begins at the last checkpoint, so it does not grow with the time IMS was up.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import report
from zoslab.ims import log_block, subsystems
from zoslab.ims.bank.workload import Workload
from zoslab.ims.log_block import LogBlock
from zoslab.ims.log_records import CheckpointBody, Type
from zoslab.ims.osam import Blocks
from zoslab.ims.region import ControlRegion
from zoslab.sample.create import create
from zoslab.zos import Zos

WORK_SECONDS = (5, 20)
RATE = 100_000
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Restarted:
    """Megabytes of log from the checkpoint on, units of recovery in them, seconds to read them and to restart."""

    megabytes: float
    units: int
    read: float
    restart: float


def measure(seconds: int) -> Restarted:
    """Work, fail, and start again."""
    with tempfile.TemporaryDirectory() as folder:
        create(Path(folder) / "lab", lambda _: None)
        system = Zos.ipl(Path(folder) / "lab")
        try:
            return _restarted(system, seconds)
        finally:
            system.shutdown()


def _restarted(system: Zos, seconds: int) -> Restarted:
    if not system.arm.elements():
        system.console.command("S IMSP")
    _wait(system, "DFS996I", 0)
    region = subsystems.find(system, "IMSP")
    assert region is not None
    workload = Workload(system, "IMSP", RATE)
    workload.start()
    time.sleep(seconds)
    region.fail("BENCH")
    workload.stop()
    start = time.perf_counter()
    size, units = _log(region)
    read = time.perf_counter() - start
    said = len(list(system.console.hardcopy()))
    if subsystems.find(system, "IMSP") is None:
        system.console.command("S IMSP")
    began, ended = (_wait(system, text, said) for text in ("IN PROGRESS", "DFS994I"))
    return Restarted(size / 1e6, units, read, ended - began)


def _log(region: ControlRegion) -> tuple[int, int]:
    """Read the online logs; return the bytes that a restart goes over, and the commits in them."""
    blocks = [block for olds in region.ring.ring for block in _blocks(olds.file, region.imsid)]
    ends = [one for block in blocks for one in block.records() if one.type == Type.CHECKPOINT_END]
    last = CheckpointBody.of(max(ends, key=lambda one: one.lsn).body[: CheckpointBody.size])
    needed = [block for block in blocks if block.last_lsn >= min(last.redo, last.undo or last.redo)]
    commits = sum(one.type == Type.COMMIT for block in needed for one in block.records())
    return sum(len(block.payload) for block in needed), commits


def _blocks(file: Blocks, imsid: str) -> Iterator[LogBlock]:
    for raw in file.scan(0, file.blocks):
        block = log_block.parse(raw)
        if block is None or block.imsid != imsid:
            return
        yield block


def _wait(system: Zos, text: str, since: int) -> float:
    """Return when a message came, in seconds; requests count too."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = [one for one in list(system.console.hardcopy())[since:] if text in one.text]
        if found:
            return found[0].time.timestamp()
        time.sleep(0.05)
    raise RuntimeError(f"no message {text}")


HEADINGS = ("MB of log", "units of recovery", "read s", "restart s", "restart/read", "MB/s")


def main(lengths: tuple[int, ...] = WORK_SECONDS) -> None:
    """Measure each length of work in a process of its own and print the table."""
    found = [Restarted(**report.child("bench.restart", str(length)).result) for length in lengths]
    rows = [
        [
            f"{one.megabytes:.1f}",
            str(one.units),
            f"{one.read:.2f}",
            f"{one.restart:.2f}",
            f"{one.restart / one.read:.1f}",
            f"{one.megabytes / one.restart:.1f}",
        ]
        for one in found
    ]
    report.table("Emergency restart", HEADINGS, rows)


if __name__ == "__main__":
    report.answer(measure(int(sys.argv[1])))
