"""One measurement is one process, so that its peak memory is its own; tables are what is printed."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Child:
    """What a measuring process answered, and its peak resident set in megabytes (its own children's too)."""

    result: dict[str, Any]
    megabytes: int


def child(module: str, *arguments: str) -> Child:
    """Run a module of the benchmark in a process of its own; its errors come through."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    answered = json.loads(done.stdout.splitlines()[-1])
    return Child(answered["result"], answered["megabytes"])


def answer(result: DataclassInstance) -> None:
    """Tell the process that asked; what a child of the process took counts if it was more."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(kind).ru_maxrss for kind in kinds) // 1024
    print(json.dumps({"result": asdict(result), "megabytes": peak}))


def table(title: str, headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table."""
    shown = Table(title=title, title_justify="left", title_style="bold")
    for heading in headings:
        shown.add_column(heading, justify="right")
    for row in rows:
        shown.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 120).print(shown)
