"""The bitmap of a data set in which recovery has taken work in flight back: the bits of those blocks are set anew."""

from __future__ import annotations

from collections.abc import Collection

from zoslab.ims.database import open_group, root_anchors
from zoslab.ims.dbd import Dbd
from zoslab.ims.engine import Engine
from zoslab.ims.group import Anchors
from zoslab.ims.haldb import randomizer_of
from zoslab.ims.osam import Blocks
from zoslab.ims.partitions import GROUP_LETTERS, PartitionDefinition
from zoslab.ims.segment import Shape
from zoslab.ims.store import SegmentStore


def settle(
    file: Blocks, dbd: Dbd, partition: PartitionDefinition | None, ddname: str, unsettled: Collection[int]
) -> None:
    """Set the bits of some blocks from the room that they have."""
    if not unsettled:
        return
    engine = Engine.unlogged()
    group = _group(dbd, partition, ddname)
    store = SegmentStore(engine.recovery, Shape(dbd))
    anchors = _anchors(dbd, partition) if group == 0 else Anchors()
    name = partition.name if partition is not None else dbd.name
    one = open_group(store, name, ddname, file, anchors, group)
    unit = engine.recovery.begin("RECOVERY", 0)
    for number in sorted(unsettled):
        if not one.is_bitmap(number):
            one.refresh_bit(unit, number)
    engine.pool.flush()


def _group(dbd: Dbd, partition: PartitionDefinition | None, ddname: str) -> int:
    if partition is not None:
        return GROUP_LETTERS.index(ddname[-1])
    return next(place for place, one in enumerate(dbd.data_sets) if one.ddname == ddname)


def _anchors(dbd: Dbd, partition: PartitionDefinition | None) -> Anchors:
    if dbd.access not in ("HDAM", "PHDAM"):
        return root_anchors(dbd)
    randomizer = randomizer_of(dbd, partition) if partition is not None else dbd.randomizer
    return Anchors(randomizer.anchors, randomizer.blocks) if randomizer is not None else Anchors()
