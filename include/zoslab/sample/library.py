"""Members of the sample system's libraries."""

from __future__ import annotations

from collections.abc import Sequence

from zoslab import ebcdic
from zoslab.datasets import DataManagement

CARD = 80


def module_text(name: str) -> bytes:
    """Return the text of a module whose work is done by the embedded z/OS: a branch and an eye-catcher."""
    return b"\x47\xf0\xf0\x14" + ebcdic.encode(name, 8) + ebcdic.encode("ZOSLAB", 8) + bytes(12)


def write_member(datasets: DataManagement, dsname: str, member: str, lines: Sequence[str]) -> None:
    """Write a text member of a library of card images."""
    datasets.find(dsname).pds().write(member, [ebcdic.encode(line, CARD) for line in lines])
