"""What must be true of the target's HALDBs after a copy, from listings. Pure.

Numbers are compared in the RECON and in the first blocks; what the segments, indexes and ILDSs say is a pointer
checker's to read. The checker of the embedded z/OS is PTRCHECK; a site puts its own into the template, and its report
must end with a line of this form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from imsclone.haldb.numbering import Way, commands, standing
from imsclone.haldb.numbers import wrong
from imsclone.haldb.wanted import WantedHaldb
from imsclone.listings.recon_types import Recon
from imsclone.refresh.verify import RefreshDiffers

CHECKED = re.compile(r"(?m)^.*PCK099I (\d+) DATABASES CHECKED, (\d+) POINTER ERRORS")
_ROW = re.compile(r"(?m)^ {2}\S+ +\S+ +\S+ +[0-9A-F]{8} .*$")
SHOWN = 5


def recon_problems(wanted: Sequence[WantedHaldb], recon: Recon) -> Iterator[RefreshDiffers]:
    """Yield what the target's RECON says otherwise than the plan."""
    for one in wanted:
        now = standing(one, recon)
        reasons = now.reasons or (() if now.way is Way.NONE else (str(now.way),))
        if not reasons and any(True for _ in commands(one, recon)):
            reasons = tuple(made.text for made in commands(one, recon))
        for reason in reasons:
            yield RefreshDiffers(layer="RECON", where=one.name, said=f"is not as the source's is: {reason}")


def block_problems(wanted: Sequence[WantedHaldb], found: Mapping[str, bytes]) -> Iterator[RefreshDiffers]:
    """Yield data sets that do not hold the source's partition ID and reorganization number."""
    parts = [part for one in wanted for part in one.partitions]
    expected = [(str(held.dsname), part.id, part.reorg) for part in parts for held in part.numbered]
    for dsname, said in wrong(expected, found, "the source"):
        yield RefreshDiffers(layer="HALDB", where=dsname, said=said)


def pointer_problems(listing: str) -> Iterator[RefreshDiffers]:
    """Yield what a pointer check found, or that it did not end."""
    ended = CHECKED.search(listing)
    if ended is None:
        last = " ".join(listing.split())[-300:]
        yield RefreshDiffers(layer="pointers", where="the check", said=f"did not end: {last}")
    elif int(ended[2]):
        shown = "; ".join(" ".join(row.split()) for row in _ROW.findall(listing)[:SHOWN])
        yield RefreshDiffers(layer="pointers", where=f"{ended[2]} pointers", said=f"lead nowhere: {shown}")
