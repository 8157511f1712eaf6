"""Extended pointers and the indirect list data set that heals them.

Source: seed paper on HALDB; ims.md section 5: an EPS has 28 bytes, an ILE 50 with a key of 9 (ILK, segment code).
Own layout: the order inside both, of which only the lengths and the kinds of content are public.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zoslab.ims.keyed import KeyedDataSet
from zoslab.layout import Layout, Number, Raw

EPS_SIZE, ILE_SIZE, ILE_KEY = 28, 50, 9


class ExtendedPointer(Layout):
    """Own layout: an extended pointer set (EPS): the target's ILK, and where it was when last looked for."""

    ilk = Raw(0, 8)
    rba = Number(8, 4)
    partition = Number(12, 2)
    reorg = Number(14, 2)
    code = Number(16, 1)
    flags = Number(17, 1)
    reserved = Raw(18, 10)


class IndirectElement(Layout):
    """Own layout: an indirect list entry (ILE): ILK and segment code are the key; where the segment is now."""

    ilk = Raw(0, 8)
    code = Number(8, 1)
    flags = Number(9, 1)
    partition = Number(10, 2)
    reorg = Number(12, 2)
    rba = Number(14, 4)
    other_partition = Number(18, 2)
    other_reorg = Number(20, 2)
    other_rba = Number(22, 4)
    reserved = Raw(26, 24)


@dataclass(frozen=True)
class Found:
    """Where an ILE says a segment is."""

    partition: int
    reorg: int
    rba: int


class IndirectList:
    """The ILDS of one partition, whose name is ``dbd``. It is not logged: a reorganization makes it anew."""

    def __init__(self, dbd: str, ddname: str, ksds: KeyedDataSet) -> None:
        self.dbd, self.ddname = dbd, ddname
        self._ksds = ksds

    def find(self, ilk: bytes, code: int) -> Found | None:
        """Return where a segment is."""
        record = self._ksds.get(ilk + bytes([code]))
        if record is None:
            return None
        element = IndirectElement.of(record)
        return Found(element.partition, element.reorg, element.rba)

    @staticmethod
    def element(ilk: bytes, code: int, found: Found) -> bytes:
        """Return the entry that says where a segment is."""
        return bytes(
            IndirectElement(ilk=ilk, code=code, partition=found.partition, reorg=found.reorg, rba=found.rba, flags=0)
        )

    def put(self, ilk: bytes, code: int, found: Found) -> None:
        """Enter where a segment is now."""
        element = self.element(ilk, code, found)
        if self._ksds.get(element[:ILE_KEY]) is None:
            self._ksds.insert(element)
        else:
            self._ksds.update(element)

    def erase(self) -> None:
        """Take every entry out."""
        self._ksds.create()

    def rebuild(self, elements: Iterable[bytes]) -> int:
        """Put entries in key order in place of what is there; return how many."""
        self._ksds.create()
        return self._ksds.load(elements)

    def elements(self) -> Iterator[IndirectElement]:
        """Return every entry in key order."""
        return map(IndirectElement.of, self._ksds.browse())

    def interval_of(self, key: bytes) -> int:
        """Return the number of the control interval that holds the entry of a key, or would hold it."""
        return self._ksds.interval_of(key)
