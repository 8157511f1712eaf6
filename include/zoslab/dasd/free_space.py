"""Free space of a volume: runs of tracks nothing holds, and the format-5 DSCBs that record them without an index."""

from __future__ import annotations

from bisect import bisect_right, insort

from zoslab.dasd.dscb import FORMAT5, FORMAT5_TRIPLES, Format5
from zoslab.dasd.dscbs import DscbTable
from zoslab.dasd.errors import BrokenVtoc
from zoslab.dasd.extent import Extent

FORMAT5_SLOT = 1
LARGEST_TRACK = 0xFFFF
_BEHIND_ALL = 1 << 32


class FreeSpace:
    """Free runs, ascending, never adjoining.

    :ivar runs: the runs.
    :ivar changed: whether anything was taken or given since it was made.
    """

    def __init__(self, runs: list[Extent]) -> None:
        self.runs = runs
        self.changed = False

    def copy(self) -> FreeSpace:
        return FreeSpace(list(self.runs))

    def take(self, extent: Extent) -> None:
        """Make tracks used.

        :raises BrokenVtoc: they are not all free.
        """
        index = bisect_right(self.runs, (extent.low, _BEHIND_ALL)) - 1
        run = self.runs[index] if index >= 0 else Extent(0, -1)
        if not run.low <= extent.low <= extent.high <= run.high:
            raise BrokenVtoc(f"tracks {extent.low} to {extent.high} are not free")
        rest = (Extent(run.low, extent.low - 1), Extent(extent.high + 1, run.high))
        self.runs[index : index + 1] = [each for each in rest if each.tracks]
        self.changed = True

    def give(self, extent: Extent) -> None:
        """Make tracks free again and join them to their free neighbours."""
        insort(self.runs, extent)
        at = self.runs.index(extent)
        if at + 1 < len(self.runs) and self.runs[at + 1].low == extent.high + 1:
            self.runs[at : at + 2] = [Extent(extent.low, self.runs[at + 1].high)]
        if at and self.runs[at - 1].high + 1 == extent.low:
            self.runs[at - 1 : at + 1] = [Extent(self.runs[at - 1].low, self.runs[at].high)]
        self.changed = True


def format5_chain(table: DscbTable) -> list[int]:
    """Return the slots of the format-5 DSCBs, from the second record of the VTOC on.

    :raises BrokenVtoc: the chain leads elsewhere.
    """
    chain: list[int] = []
    slot: int | None = FORMAT5_SLOT
    while True:
        if slot is None or slot in chain or table.kind(slot) != FORMAT5:
            raise BrokenVtoc(f"record {len(chain) + 1} of the format-5 chain is not a format-5 DSCB")
        chain.append(slot)
        pointer = Format5(table.raw(slot)).ds5ptrds
        if not any(pointer):
            return chain
        slot = table.slot(pointer)


def read_format5(table: DscbTable, heads: int) -> list[Extent]:
    """Return the free runs the format-5 DSCBs record, in their order."""
    runs = []
    for slot in format5_chain(table):
        raw = table.raw(slot)
        for at in FORMAT5_TRIPLES:
            low = int.from_bytes(raw[at : at + 2], "big")
            length = int.from_bytes(raw[at + 2 : at + 4], "big") * heads + raw[at + 4]
            if length:
                runs.append(Extent(low, low + length - 1))
    return runs


def format5_count(runs: list[Extent]) -> int:
    """Return how many format-5 DSCBs record ``runs``; there is always one."""
    return max(1, -(-len(runs) // len(FORMAT5_TRIPLES)))


def write_format5(table: DscbTable, chain: list[int], runs: list[Extent], heads: int) -> None:
    """Record ``runs`` in the DSCBs of ``chain``.

    :raises BrokenVtoc: a run starts behind track 65535, where two bytes do not reach.
    """
    if runs and runs[-1].low > LARGEST_TRACK:
        raise BrokenVtoc("a VTOC without index does not reach behind track 65535; build its index (ICKDSF BUILDIX)")
    for number, slot in enumerate(chain):
        dscb = Format5(ds5keyid=b"\x05" * 4, ds5fmtid=FORMAT5)
        if number + 1 < len(chain):
            dscb.ds5ptrds = table.cchhr(chain[number + 1])
        first = number * len(FORMAT5_TRIPLES)
        for at, run in zip(FORMAT5_TRIPLES, runs[first : first + len(FORMAT5_TRIPLES)], strict=False):
            cylinders, more = divmod(run.tracks, heads)
            dscb.raw[at : at + 5] = run.low.to_bytes(2, "big") + cylinders.to_bytes(2, "big") + bytes([more])
        table.put(slot, bytes(dscb))
