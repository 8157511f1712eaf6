"""How a HALDB is partitioned, as looks at a RECON tell. Pure.

Source: IMS Database Administration, "HALDB partition names and numbers": a partition ID is the last one given plus one
and is never given twice; DBRC raises a partition's change version number (CHANGE#) with every change of its definition,
and a reorganization raises its reorganization number. Names of data sets follow from prefix, letter and ID.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from imsclone.haldb.definitions import last_id
from imsclone.haldb.numbers import in_use
from imsclone.listings.recon_types import Database, Partition
from imsclone.listings.stamps import stamp
from imsclone.plan.parts import Part

if TYPE_CHECKING:
    from imsclone.refresh.facts import SideFacts

HALDB = "HALDB"
FIRST = "AM"
DEFINED = (
    *("RANDOMIZER", "ANCHOR", "HIGH BLOCK#", "BYTES", "BLOCKSZE"),
    *("FREE BLOCK FREQ FACTOR", "FREE SPACE PERCENTAGE"),
)
"""Fields of a partition's record that INIT.PART sets, beside name, prefix and high key."""


class PartitionLayout(Part):
    """One partition as it is defined. ``version`` is its change version number; ``high_key`` is in hexadecimal."""

    name: str
    id: int
    version: str
    prefix: str
    high_key: str
    disabled: bool
    defined: tuple[str, ...]


class HaldbLayout(Part):
    """The partitions of a HALDB. ``last_id`` is the highest partition ID that was ever given.

    Two looks with the same one have the same definitions at every time between them: whatever adds a partition raises
    ``last_id``, whatever changes one raises its ``version``, and one that was deleted cannot come back under its ID.
    """

    name: str
    last_id: int
    routine: str
    version: str
    partitions: tuple[PartitionLayout, ...]

    @property
    def digest(self) -> str:
        """What tells layouts apart."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class State(NamedTuple):
    """What becomes of a partition without a new definition: its reorganization number, the letters of the data sets in
    use, whether it must be initialised."""

    reorg: int
    active: str
    init_needed: bool


@dataclass(frozen=True)
class Observation:
    """The RECON had this layout at ``first`` and at ``last``, and at all times between.

    For a single look ``first`` is when it had ended and ``last`` when it began, so that nothing lies between.
    ``oldest`` is the oldest image copy of its partitions in the RECON then.
    """

    layout: HaldbLayout
    states: Mapping[str, State]
    first: datetime
    last: datetime
    oldest: datetime | None = None


def observed(side: SideFacts) -> Iterator[Observation]:
    """Yield what a look at a RECON tells of those HALDBs whose data sets were asked for their numbers."""
    if side.listed is None:
        return
    held = [one for one in in_use(side.recon) if one.ddname[-1] in FIRST]
    unread = {one.part.master for one in held if one.dsname not in side.numbers}
    numbers = {one.part.name: side.numbers[one.dsname][1] for one in held if one.dsname in side.numbers}
    began, ended = side.listed
    for master in side.recon.databases:
        parts = sorted(partitions(side, master.dbd), key=lambda one: one.partition_id)
        if master.kind != HALDB or not parts or master.dbd in unread:
            continue
        names = {one.name for one in parts}
        images = [stamp(one.time) for one in side.recon.images if one.dbd in names and not one.available]
        yield Observation(
            layout=layout(master, parts),
            states={one.name: State(numbers.get(one.name, one.reorg_number), *_use(one)) for one in parts},
            first=ended,
            last=began,
            oldest=min(images, default=None),
        )


def partitions(side: SideFacts, master: str) -> list[Partition]:
    """Return the partitions of a HALDB."""
    return [one for one in side.recon.partitions if one.master == master]


def layout(master: Database, parts: list[Partition]) -> HaldbLayout:
    """Return how a HALDB is defined."""
    return HaldbLayout(
        name=master.dbd,
        last_id=last_id(master),
        routine=master.record.get("PSNAME"),
        version=master.record.get("CHANGE#"),
        partitions=tuple(map(partition_layout, parts)),
    )


def partition_layout(one: Partition) -> PartitionLayout:
    """Return how a partition is defined."""
    return PartitionLayout(
        name=one.name,
        id=one.partition_id,
        version=one.record.get("CHANGE#"),
        prefix=one.dsn_prefix,
        high_key=one.high_key,
        disabled=one.disabled,
        defined=tuple(one.record.get(name) for name in DEFINED),
    )


def _use(one: Partition) -> tuple[str, bool]:
    return "-".join(one.active), one.init_needed
