"""A database data set as image copies and recovery see it: numbered blocks, or keyed records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    def restore(self, items: Iterable[Item]) -> None: ...
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
        """Yield the blocks that were ever written; each track is read once."""
        empty = bytes(self.file.block_size)
        for number, data in enumerate(self.file.scan(self.file.first, self.file.blocks), self.file.first):
            if data != empty:
                yield number.to_bytes(8, "big"), data

    def erase(self) -> None:
        """Make the data set empty; an area keeps its format, its control intervals are put over."""
        self._kept.clear()
        if not isinstance(self.file, AreaFile):
            self.file.erase()

    def restore(self, items: Iterable[Item]) -> None:
        """Write blocks as they were copied, consecutive ones together."""
        self._kept.clear()
        first, run = 0, list[bytes]()
        for key, data in items:
            number = int.from_bytes(key, "big")
            if run and (number != first + len(run) or len(run) >= self.KEPT):
                self.file.write_run(first, run)
                run.clear()
            if not run:
                first = number
            run.append(data)
        if run:
            self.file.write_run(first, run)

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
        changed, self._kept = sorted(self._kept.items()), {}
        self.restore((number.to_bytes(8, "big"), bytes(image)) for number, image in changed)


class KeyedTarget:
    """A key-sequenced data set."""

    kind = "K"

    def __init__(self, ksds: KeyedDataSet, key_of: slice) -> None:
        self.ksds, self._key = ksds, key_of

    def items(self) -> Iterator[Item]:
        """Yield the records by key."""
        return ((record[self._key], record) for record in self.ksds.browse())

    def erase(self) -> None:
        """Make the data set empty."""
        self.ksds.create()

    def restore(self, items: Iterable[Item]) -> None:
        """Load records that were copied, which come in key order, into the empty data set."""
        self.ksds.load(record for _, record in items)

    def _put(self, key: bytes, record: bytes) -> None:
        if self.ksds.get(key) is None:
            self.ksds.insert(record)
        else:
            self.ksds.update(record)

    def apply(self, change: Change | IndexChange) -> None:
        """Write the record after a change, or delete it."""
        if not isinstance(change, IndexChange):
            raise UtilityFailed(f"DFS302A {change.dbd} {change.ddname}: A CHANGE OF A BLOCK FOR A KEYED DATA SET")
        if change.after:
            self._put(change.key, change.after)
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
