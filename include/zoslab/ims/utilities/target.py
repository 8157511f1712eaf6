"""A database data set as image copies and recovery see it: numbered blocks, or keyed records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from zoslab.ims.dbd import Dbd
from zoslab.ims.dedb.area import AreaFile
from zoslab.ims.keyed import KeyedDataSet
from zoslab.ims.log_records import Change, IndexChange
from zoslab.ims.osam import BlockFile, Blocks
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.ims.vsam_blocks import IntervalFile

if TYPE_CHECKING:
    from zoslab.dataset import DataSet

Item = tuple[bytes, bytes]


class Target(Protocol):
    """Content by block number or key."""

    kind: str

    def items(self) -> Iterator[Item]: ...
    def erase(self) -> None: ...
    def put(self, item: Item) -> None: ...
    def apply(self, change: Change | IndexChange) -> None: ...
    def close(self) -> None: ...


class BlockTarget:
    """A data set of blocks. Blocks that are changed are kept, a limited number of them, until they are written."""

    kind = "B"
    KEPT = 500

    def __init__(self, file: Blocks) -> None:
        self.file = file
        self._kept: dict[int, bytearray] = {}

    def items(self) -> Iterator[Item]:
        """Yield the blocks that were ever written."""
        for number in range(self.file.first, self.file.blocks):
            data = self.file.read(number)
            if any(data):
                yield number.to_bytes(8, "big"), data

    def erase(self) -> None:
        """Make the data set empty; an area keeps its format, its control intervals are put over."""
        self._kept.clear()
        if not isinstance(self.file, AreaFile):
            self.file.erase()

    def put(self, item: Item) -> None:
        """Write a block as it was copied."""
        number = int.from_bytes(item[0], "big")
        self._kept.pop(number, None)
        self.file.write(number, item[1])

    def apply(self, change: Change | IndexChange) -> None:
        """Put after-images into a block."""
        if not isinstance(change, Change):
            raise UtilityFailed(f"DFS302A {change.dbd} {change.ddname}: A KEYED CHANGE FOR A DATA SET OF BLOCKS")
        if change.block not in self._kept:
            if len(self._kept) >= self.KEPT:
                self.close()
            there = change.block < self.file.blocks
            image = self.file.read(change.block) if there else bytes(self.file.block_size)
            self._kept[change.block] = bytearray(image)
        change.apply(self._kept[change.block])

    def close(self) -> None:
        """Write what was changed."""
        for number, image in sorted(self._kept.items()):
            self.file.write(number, bytes(image))
        self._kept.clear()


class KeyedTarget:
    """A key-sequenced data set."""

    kind = "K"

    def __init__(self, ksds: KeyedDataSet, key_of: slice) -> None:
        self.ksds, self._key = ksds, key_of

    def items(self) -> Iterator[Item]:
        """Yield the records by key."""
        return ((record[self._key], record) for record in self.ksds.browse())

    def erase(self) -> None:
        """Delete every record."""
        for key in [record[self._key] for record in self.ksds.browse()]:
            self.ksds.delete(key)

    def put(self, item: Item) -> None:
        """Write a record, over one with its key."""
        if self.ksds.get(item[0]) is None:
            self.ksds.insert(item[1])
        else:
            self.ksds.update(item[1])

    def apply(self, change: Change | IndexChange) -> None:
        """Write the record after a change, or delete it."""
        if not isinstance(change, IndexChange):
            raise UtilityFailed(f"DFS302A {change.dbd} {change.ddname}: A CHANGE OF A BLOCK FOR A KEYED DATA SET")
        if change.after:
            self.put((change.key, change.after))
        elif self.ksds.get(change.key) is not None:
            self.ksds.delete(change.key)

    def close(self) -> None:
        """Everything is written."""


def open_target(dataset: DataSet, dbd: Dbd, ddname: str) -> Target:
    """Return a database data set.

    :raises UtilityFailed: its organisation is not one of a database data set.
    """
    if dbd.access == "DEDB":
        return BlockTarget(AreaFile([dataset.esds()], ddname))
    if dataset.index_space is not None:
        ksds = dataset.ksds()
        start, length = ksds.attributes.key_offset, ksds.attributes.key_length
        return KeyedTarget(ksds, slice(start, start + length))
    if dataset.dsorg.startswith("VS"):
        return BlockTarget(IntervalFile(dataset.esds(), dataset.dsname))
    if not dataset.blksize:
        raise UtilityFailed(f"DFS302A UNABLE TO OPEN DDNAME {ddname}: {dataset.dsname} HAS NO BLOCK SIZE")
    return BlockTarget(BlockFile(dataset.space, dataset.blksize, dataset.dsname))
