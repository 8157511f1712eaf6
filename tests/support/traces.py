"""Original values in texts that a run leaves: logs, reports, rows of its databases, the spool of its jobs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from imsclone.masking.originals import significant


def files(*folders: Path) -> Iterator[tuple[str, str]]:
    """Give every file of some folders, SQLite databases included, with what stands in it as text."""
    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            yield str(path), path.read_bytes().decode("latin-1")


def left(originals: Iterable[bytes], texts: Mapping[str, str]) -> list[str]:
    """Return where which EBCDIC values stand, as text or in a dump; those that say nothing are not looked for.

    A number is looked for as a word: account 0000000002 is not in the log sequence number 0000000000000002.
    """
    found = []
    for value in filter(significant, originals):
        text, dumped = value.decode("cp1047").strip(), value.hex()
        wanted = re.compile(rf"\b{text}\b|{dumped}|{dumped.upper()}" if text.isdigit() else
                            rf"{re.escape(text)}|{dumped}|{dumped.upper()}")  # fmt: skip
        found += [f"{text} in {place}" for place, there in texts.items() if wanted.search(there)]
    return found
