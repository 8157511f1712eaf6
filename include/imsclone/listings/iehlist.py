"""IEHLIST LISTVTOC listings: the data set names on a volume as its VTOC has them.

Source: DFSMSdfp Utilities, IEHLIST, formatted VTOC listing: a heading with the volume, then a block for each data set
that begins with its name and the serial of its first volume, and a last line that counts blank DSCBs. Behind that
comes the index, if it was asked for with INDEXDSN; its layout is not published, so any data set name that stands
there by itself is taken for one the index holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_VOLUME = re.compile(r".*CONTENTS OF VTOC ON VOL\s+(?P<volser>[A-Z0-9@#$-]{1,6})\b.*")
_ENTRY = re.compile(
    r"[ 01]?\s{0,6}(?P<name>[A-Z@#$][A-Z0-9@#$-]{0,7}(?:\.[A-Z@#$0-9][A-Z0-9@#$-]{0,7})*)\s+"
    r"(?P<serial>[A-Z0-9@#$-]{1,6})\s+(?P<sequence>\d+)\s+.*"
)

_END_OF_VTOC = "BLANK DSCBS IN THE VTOC"
_INDEX_HEADING = "VTOC INDEX"
_NAME = re.compile(r"(?<!\S)[A-Z@#$][A-Z0-9@#$-]{0,7}(?:\.[A-Z@#$][A-Z0-9@#$-]{0,7})+(?!\S)")


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


def index_names(listing: str) -> dict[str, frozenset[str]]:
    """Return the names of more than one qualifier that each volume's VTOC index holds, by volser.

    A volume whose index the listing does not show has none.
    """
    found: dict[str, set[str]] = {}
    volser, behind = "", False
    for line in listing.splitlines():
        if heading := _VOLUME.fullmatch(line):
            volser, behind = heading["volser"], False
            found[volser] = set()
        elif _END_OF_VTOC in line:
            behind = bool(volser)
        elif behind and _INDEX_HEADING not in line:
            found[volser].update(_NAME.findall(line))
    return {volser: frozenset(names) for volser, names in found.items()}
