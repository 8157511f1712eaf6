"""What IMS needs of the system it runs on. The programs in zoslab.programs give it from their step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from zoslab.ims.keyed import KeyedDataSet
from zoslab.ims.osam import BlockSpace
from zoslab.ims.sharing import SharingGroup
from zoslab.ims.stamps import Clock
from zoslab.ims.vsam_blocks import EntrySequenced


class ImsDataSet(Protocol):
    """An allocated data set."""

    @property
    def dsname(self) -> str: ...
    @property
    def volsers(self) -> tuple[str, ...] | list[str]: ...
    @property
    def blksize(self) -> int: ...
    @property
    def space(self) -> BlockSpace: ...
    def ksds(self) -> KeyedDataSet: ...
    def esds(self) -> EntrySequenced: ...
    def records(self) -> Iterator[bytes]: ...
    def write(self, records: Iterable[bytes]) -> int: ...


class Host(Protocol):
    """The system: operator messages, data sets, libraries. Nothing here finds a data set by a name of its own."""

    @property
    def clock(self) -> Clock: ...
    def message(self, text: str) -> None:
        """Write to the operator."""

    def sharing_group(self, recon: str) -> SharingGroup:
        """Return the data sharing group of the IMSs in this system whose RECON1 is this data set."""

    def allocated(self, ddname: str) -> ImsDataSet | None:
        """Return the data set of a DD statement of the region's procedure, None if there is no such DD."""

    def allocate(self, dsname: str) -> ImsDataSet | None:
        """Allocate a data set by name through the catalog, None if it cannot be found."""

    def free(self, dsname: str) -> None:
        """Give a data set back that was allocated by name, for others to replace; the next use finds it anew."""

    def member(self, ddname: str, name: str) -> list[str] | None:
        """Return a text member of the libraries of a DD, None if it is not there."""

    def module(self, name: str) -> bytes | None:
        """Return the text of a load module of STEPLIB, None if it is not there."""

    def control_block(self, name: str) -> bytes | None:
        """Return a member of ACBLIB, None if it is not there."""

    def archive(self, base: str, volser: str, blocks: list[bytes], like: ImsDataSet) -> ImsDataSet:
        """Write blocks to a new generation of a group, with the attributes of ``like``, on ``volser`` if given."""
