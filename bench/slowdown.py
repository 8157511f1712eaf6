"""What a clone costs the source: transactions a second while the Dag runs, divided by those before it.

The bank's workload runs as hard as it can (it finds the most the embedded z/OS has left) and at a rate the source has
no trouble with. The Dag is run by ``dag.test`` on the same machine, so Airflow takes its share of the processors too.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import lab, report
from bench.orchestration import airflow, dag_test
from imsclone.zosmf import Client
from imsclone_airflow.local.home import Home
from zoslab.sample.create import create

HARD, EASY = 100_000, 40
SECONDS = 15.0
END_SECONDS = 30.0
COUNTED = re.compile(r"BANK002I IMSP (\d+) TRANSACTIONS")


@dataclass(frozen=True)
class Slowdown:
    """Transactions a second before, while and after the Dag ran, which took ``seconds``."""

    offered: int
    before: float
    during: float
    after: float
    seconds: float


def measure(offered: int) -> Slowdown:
    """Run the workload alone, with the Dag, and alone again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create(folder / "lab", lambda _: None)
        home = Home(report.PROJECT, folder / "airflow", folder / "lab")
        with lab.running(home.lab) as client:
            environment = airflow(home)
            client.command("P BANKWL")
            _counts(home.lab, 1)

            def throughput(done: int, work: Callable[[], object]) -> tuple[float, float]:
                client.command(f"S BANKWL,RATE={offered}")
                start = time.perf_counter()
                work()
                seconds = time.perf_counter() - start
                return _stopped(client, home.lab, done) / seconds, seconds

            before, _ = throughput(2, lambda: time.sleep(SECONDS))
            during, seconds = throughput(3, lambda: dag_test(environment))
            after, _ = throughput(4, lambda: time.sleep(SECONDS))
    return Slowdown(offered, before, during, after, seconds)


def _stopped(client: Client, folder: Path, done: int) -> int:
    """Stop the workload; return its transactions, as it says on the console when it has ended for the n-th time."""
    client.command("P BANKWL")
    return _counts(folder, done)[-1]


def _counts(folder: Path, done: int) -> list[int]:
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        lines = map(json.loads, (folder / "hardcopy.jsonl").read_text().splitlines())
        found = [int(match[1]) for line in lines if (match := COUNTED.search(line["text"]))]
        if len(found) >= done:
            return found
        time.sleep(0.1)
    raise RuntimeError("the workload did not end")


HEADINGS = ("offered a second", "before", "during the Dag", "ratio", "after", "Dag s")


def row(one: Slowdown) -> list[str]:
    """Return a line of the table."""
    offered = "as many as it can" if one.offered == HARD else str(one.offered)
    rates = [f"{rate:.0f}" for rate in (one.before, one.during, one.after)]
    return [offered, rates[0], rates[1], f"{one.during / one.before:.2f}", rates[2], f"{one.seconds:.0f}"]


def main(rates: tuple[int, ...] = (HARD, EASY)) -> None:
    """Measure each rate in a process of its own and print the table."""
    found = [Slowdown(**report.child("bench.slowdown", str(rate)).result) for rate in rates]
    report.table("Transactions a second of the source while a full system clone runs", HEADINGS, map(row, found))


if __name__ == "__main__":
    report.answer(measure(int(sys.argv[1])))
