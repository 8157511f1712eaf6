"""The numbers that a partition's data sets hold, read by IDCAMS PRINT. Pure.

Source: ims.md, section 5: partition ID (2 bytes) and reorganization number (2) begin the first bitmap block, which is
the first block of an OSAM data set and the second control interval of an ESDS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from imsclone.listings.recon_types import Partition, Recon

BEFORE = {"OSAM": 0, "VSAM": 1}
"""Records before the one that holds the numbers: IMS keeps the first control interval of an ESDS to itself."""
PRINT_CODES = {0, 4, 8, 12}
DATA = "ABCDEFGHIJMNOPQRSTUV"
"""Last letters of ddnames of data sets that hold segments; X and Y are primary indexes, L the ILDS."""


class Held(NamedTuple):
    """A data set of a partition and its partition."""

    dsname: str
    before: int
    part: Partition
    ddname: str


def in_use(listed: Recon) -> Iterator[Held]:
    """Yield the data sets that hold the segments of initialised partitions; a PSINDEX holds no numbers."""
    indexes = {one.dbd for one in listed.databases if one.record.get("DBORG") == "PSINDEX"}
    parts = {
        part.name: part
        for part in listed.partitions
        if not part.init_needed and not part.disabled and part.master not in indexes
    }
    for one in listed.data_sets:
        part = parts.get(one.dbd)
        if part is None:
            continue
        first, last = part.active
        if first <= one.ddname[-1] <= last and one.ddname[-1] in DATA:
            yield Held(one.dsname, BEFORE.get(one.organization, 0), part, one.ddname)


def numbers(block: bytes) -> tuple[int, int] | None:
    """Return partition ID and reorganization number of a block, None if it could not be read."""
    return (int.from_bytes(block[:2], "big"), int.from_bytes(block[2:4], "big")) if len(block) >= 4 else None


def wrong(
    expected: Iterable[tuple[str, int, int]], found: Mapping[str, bytes], whose: str
) -> Iterator[tuple[str, str]]:
    """Yield name and what is wrong for each data set that does not hold its numbers.

    :param expected: data set name, partition ID, and reorganization number, 0 where it is not known.
    :param whose: who says what is expected.
    """
    for dsname, partition_id, reorg in expected:
        held = numbers(found.get(dsname, b""))
        if held is None:
            yield dsname, "cannot be read"
            continue
        if held[0] != partition_id:
            yield dsname, f"holds partition ID {held[0]}, {whose} says {partition_id}"
        if reorg and held[1] != reorg:
            yield dsname, f"holds reorganization number {held[1]}, {whose} says {reorg}"
