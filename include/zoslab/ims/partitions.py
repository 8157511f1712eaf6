"""The partitions of a HALDB as DBRC keeps them, and how the partition of a key is chosen.

Source: seed paper on HALDB; ims.md section 2.4: partition IDs are assigned by DBRC, never reused, and say nothing of
key order; data sets are prefix.A00001, .X00001, .L00001, ddnames the partition's name and the letter.
Own layout: selection routines are built in (``ROUTINES``); a site's own modules are not run.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from zoslab.ims.dbd import Randomizer
from zoslab.ims.errors import CallRefused, DatabaseUnavailable

OUT_OF_RANGE = "FM"
GROUP_LETTERS = "ABCDEFGHIJ"
INDEX, ILDS = "X", "L"


@dataclass(frozen=True)
class PartitionDefinition:
    """One partition. ``reorg`` is the RECON's reorganization number, 0 if it is not verified (NOREORGV)."""

    id: int
    name: str
    prefix: str
    high_key: bytes = b""
    reorg: int = 0
    block_sizes: tuple[int, ...] = ()
    randomizer: Randomizer | None = None
    disabled: bool = False
    stopped: bool = False

    def dsname(self, letter: str) -> str:
        """Return the name of one of the partition's data sets."""
        return f"{self.prefix}.{letter}{self.id:05d}"

    def ddname(self, letter: str) -> str:
        return f"{self.name}{letter}"

    def block_size(self, group: int) -> int:
        """Return the block size of a data set group; one that is left out is as the one before."""
        sizes = self.block_sizes or (4096,)
        return sizes[min(group, len(sizes) - 1)]


class RecordedPartition(Protocol):
    """A partition record of the RECON."""

    @property
    def partition_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def dsn_prefix(self) -> str: ...
    @property
    def high_key(self) -> bytes: ...
    @property
    def reorg_number(self) -> int: ...
    @property
    def randomizer(self) -> str: ...
    @property
    def anchors(self) -> int: ...
    @property
    def high_block(self) -> int: ...
    @property
    def max_bytes(self) -> int: ...
    @property
    def block_sizes(self) -> tuple[str, ...]: ...
    @property
    def disabled(self) -> bool: ...


def definitions_of(records: Sequence[RecordedPartition], *, verify: bool) -> list[PartitionDefinition]:
    """Return the partitions as the RECON records them; ``verify`` says that it keeps reorganization numbers."""
    return [
        PartitionDefinition(
            one.partition_id,
            one.name,
            one.dsn_prefix,
            one.high_key,
            reorg=one.reorg_number if verify else 0,
            block_sizes=tuple(int(size) for size in one.block_sizes),
            randomizer=Randomizer(one.randomizer, one.anchors, one.high_block, one.max_bytes)
            if one.randomizer and one.high_block
            else None,
            disabled=one.disabled,
        )
        for one in records
    ]


class PartitionSelector(Protocol):
    """Chooses the partition of a root key; ``order`` is the order in which a database is read."""

    order: list[PartitionDefinition]

    def select(self, key: bytes) -> PartitionDefinition: ...


class HighKeys:
    """Selection by high key: the first partition whose high key is not below the root key."""

    def __init__(self, partitions: Sequence[PartitionDefinition]) -> None:
        self.order = sorted(partitions, key=lambda one: one.high_key)
        self._highs = [one.high_key for one in self.order]

    def select(self, key: bytes) -> PartitionDefinition:
        """Return the partition of a key.

        :raises CallRefused: FM, the key is above the highest high key.
        """
        place = bisect_left(self._highs, key)
        if place == len(self.order):
            raise CallRefused(OUT_OF_RANGE)
        return self.order[place]


class Routine:
    """Selection by a routine named in the RECON; partitions are read in the order of their IDs."""

    def __init__(self, partitions: Sequence[PartitionDefinition], choose: Callable[[bytes, int], int]) -> None:
        self.order = sorted(partitions, key=lambda one: one.id)
        self._choose = choose

    def select(self, key: bytes) -> PartitionDefinition:
        return self.order[self._choose(key, len(self.order)) % len(self.order)]


ROUTINES: dict[str, Callable[[bytes, int], int]] = {
    "DFSPSHSH": lambda key, count: zlib.crc32(key) % count,
    "DFSPSLST": lambda key, count: key[-1] % count,
}
"""Own selection routines: by a checksum of the key, and by its last byte."""


def selector(master: str, routine: str, partitions: Sequence[PartitionDefinition]) -> PartitionSelector:
    """Return how a HALDB's partitions are chosen.

    :raises DatabaseUnavailable: there is no partition, or the routine is not known.
    """
    enabled = [one for one in partitions if not one.disabled]
    if not enabled:
        raise DatabaseUnavailable(f"DFS0730I HALDB {master} HAS NO PARTITION DEFINED IN THE RECON")
    if not routine:
        return HighKeys(enabled)
    if routine not in ROUTINES:
        raise DatabaseUnavailable(
            f"DFS2291I PARTITION SELECTION ROUTINE {routine} FOR {master} CANNOT BE LOADED; "
            f"THERE ARE {', '.join(sorted(ROUTINES))}"
        )
    return Routine(enabled, ROUTINES[routine])
