"""One data set on its volumes: its attributes, and the access methods by organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zoslab.dasd import sequential
from zoslab.dasd.dscb import SMS_DATA_SET, Format1
from zoslab.dasd.pds import Pds
from zoslab.dasd.vsam.component import ComponentSpace
from zoslab.dasd.vsam.esds import Esds
from zoslab.dasd.vsam.intervals import ControlIntervals
from zoslab.dasd.vsam.ksds import Ksds
from zoslab.dasd.vsam.opened import open_esds, open_intervals, open_ksds


class WrongOrganisation(Exception):
    """The data set is of another organisation than the access method asked for."""


class DataSet:
    """A data set that was found. For a cluster, ``space`` is its data component and ``index_space`` its index."""

    def __init__(self, dsname: str, space: ComponentSpace, index: ComponentSpace | None = None) -> None:
        self.dsname, self.space, self.index_space = dsname, space, index

    @property
    def volsers(self) -> list[str]:
        return [volume.volser for volume, _ in self.space.parts]

    @property
    def dscb(self) -> Format1:
        """A copy of the F1 on the first volume."""
        return self.space.dscb

    @property
    def dsorg(self) -> str:
        return self.dscb.dsorg

    @property
    def recfm(self) -> str:
        return self.dscb.recfm

    @property
    def lrecl(self) -> int:
        return self.dscb.ds1lrecl

    @property
    def blksize(self) -> int:
        return self.dscb.ds1blkl

    @property
    def sms(self) -> bool:
        """Whether the data set is SMS managed."""
        return bool(self.dscb.ds1smsfg & SMS_DATA_SET)

    def records(self) -> Iterator[bytes]:
        """Yield the records of a sequential data set."""
        self._require("PS")
        return sequential.read_records(self.space)

    def write(self, records: Iterable[bytes]) -> int:
        """Replace the content of a sequential data set; return the number of blocks."""
        self._require("PS")
        return sequential.write_records(self.space, records)

    def append(self, records: Iterable[bytes]) -> int:
        """Add records to a sequential data set (DISP=MOD); return the number of blocks."""
        self._require("PS")
        return sequential.append_records(self.space, records)

    def blocks(self) -> Iterator[bytes]:
        """Yield the blocks of a sequential data set."""
        self._require("PS")
        return sequential.read_blocks(self.space)

    def pds(self) -> Pds:
        """:raises NotPartitioned: the data set is no PDS."""
        return Pds(self.space)

    def ksds(self) -> Ksds:
        """Open a key-sequenced cluster; all openers share one object."""
        if self.index_space is None:
            raise WrongOrganisation(f"{self.dsname} is not a key-sequenced data set")
        return open_ksds(self.space, self.index_space)

    def esds(self) -> Esds:
        """Open an entry-sequenced cluster; all openers share one object."""
        self._require("VS")
        return open_esds(self.space)

    def intervals(self) -> ControlIntervals:
        """Open a linear data set, or any component, by control interval."""
        self._require("VS")
        return open_intervals(self.space)

    def _require(self, dsorg: str) -> None:
        if not self.dsorg.startswith(dsorg):
            raise WrongOrganisation(f"{self.dsname} has DSORG={self.dsorg or 'none'}, not {dsorg}")
