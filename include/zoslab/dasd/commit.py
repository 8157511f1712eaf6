"""Small files that are replaced in one step: after a kill a reader finds the old content or the new, never a part."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TEMPORARY = ".tmp"


def write(path: Path, *content: bytes) -> None:
    """Make ``content`` the content of ``path`` by one rename.

    The page cache outlives a killed process, so nothing is forced to the disk: what is promised holds for the death of
    the process, not of the machine.
    """
    temporary = prepare(path, content)
    os.replace(temporary, path)


def prepare(path: Path, content: Sequence[bytes]) -> Path:
    """Write ``content`` beside ``path`` and return where; renaming it to ``path`` commits it."""
    temporary = path.with_name(path.name + TEMPORARY)
    with open(temporary, "wb") as file:
        file.writelines(content)
    return temporary


def write_json(path: Path, value: Any) -> None:
    """Make the JSON of ``value`` the content of ``path`` by one rename."""
    write(path, json.dumps(value, indent=1).encode())


def read_json(path: Path) -> Any:
    """Return what `write_json` wrote."""
    return json.loads(path.read_bytes())


def sweep(folder: Path) -> None:
    """Remove what a killed process had prepared and never committed."""
    for leftover in folder.glob("*" + TEMPORARY):
        leftover.unlink()
