"""IEHLIST LISTVTOC listings: the data set names on a volume as its VTOC has them.

Source: DFSMSdfp Utilities, IEHLIST, formatted VTOC listing: a heading with the volume, then a block for each data set
that begins with its name and the serial of its first volume.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_VOLUME = re.compile(r".*CONTENTS OF VTOC ON VOL\s+(?P<volser>[A-Z0-9@#$-]{1,6})\b.*")
_ENTRY = re.compile(
    r"[ 01]?\s{0,6}(?P<name>[A-Z@#$][A-Z0-9@#$-]{0,7}(?:\.[A-Z@#$0-9][A-Z0-9@#$-]{0,7})*)\s+"
    r"(?P<serial>[A-Z0-9@#$-]{1,6})\s+(?P<sequence>\d+)\s+.*"
)


@dataclass(frozen=True, slots=True)
class VtocEntry:
    """A name in a VTOC. ``serial`` is the first volume's as the entry has it."""

    volser: str
    name: str
    serial: str


def entries(listing: str) -> tuple[VtocEntry, ...]:
    """Return the entries of all VTOCs a listing shows."""
    volser = ""
    found = []
    for line in listing.splitlines():
        heading = _VOLUME.fullmatch(line)
        match = _ENTRY.fullmatch(line)
        if heading:
            volser = heading["volser"]
        elif match and volser:
            found.append(VtocEntry(volser, match["name"], match["serial"]))
    return tuple(found)
