"""The system as a step shows it to IMS: DD statements, STEPLIB, dynamic allocation, operator messages."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

from zoslab import ebcdic
from zoslab.dasd import loadmodule
from zoslab.dasd.allocation import DataSetAttributes, Space
from zoslab.dasd.block_writer import BlockWriter
from zoslab.dasd.errors import DasdError
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.datasets import DataSetNotFound
from zoslab.enq import DataSetInUse
from zoslab.ims import sharing
from zoslab.ims.errors import ImsError
from zoslab.ims.host import ImsDataSet
from zoslab.ims.sharing import SharingGroup
from zoslab.ims.stamps import Clock

if TYPE_CHECKING:
    from zoslab.datasets import DataSet
    from zoslab.jes.step import Step

CONTROL_BLOCK_DDS = ("IMSACB", "IMSACBA")


class StepHost:
    """Implements ``zoslab.ims.host.Host`` over a step."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._latch = threading.RLock()
        self._allocated: dict[str, DataSet] = {}

    @property
    def clock(self) -> Clock:
        return self._step.system.clock

    def message(self, text: str) -> None:
        """Write to the operator; also after the step was cancelled."""
        if self._step.cancelled.is_set():
            self._step.system.console.message(text, self._step.job.jobid, self._step.job.jobname)
        else:
            self._step.wto(text)

    def sharing_group(self, recon: str) -> SharingGroup:
        """Return the data sharing group of the IMSs in this system whose RECON1 is this data set."""
        return sharing.group_of(self._step.system, recon)

    def allocated(self, ddname: str) -> ImsDataSet | None:
        """Return the data set of a DD statement."""
        if not self._step.has(ddname):
            return None
        return cast("ImsDataSet | None", self._step.dd(ddname).dataset)

    def allocate(self, dsname: str) -> ImsDataSet | None:
        """Allocate a data set by its cataloged name, for update and shared."""
        with self._latch:
            if dsname not in self._allocated:
                try:
                    self._allocated[dsname] = self._step.allocate(dsname)
                except (DataSetNotFound, VolumeNotMounted, DataSetInUse) as error:
                    self._step.log(str(error))
                    return None
                self._step.authorise(dsname, "UPDATE")
            return cast(ImsDataSet, self._allocated[dsname])

    def free(self, dsname: str) -> None:
        """Give a data set back; where it is may be another place when it is allocated again."""
        with self._latch:
            if self._allocated.pop(dsname, None) is not None:
                self._step.free(dsname)

    def member(self, ddname: str, name: str) -> list[str] | None:
        """Return a text member from the first library of the concatenation that has it."""
        if not self._step.has(ddname):
            return None
        for library in self._step.dd(ddname).datasets:
            pds = library.pds()
            if name in pds:
                return [ebcdic.decode(record) for record in pds.read(name)]
        return None

    def module(self, name: str) -> bytes | None:
        """Return the text of a load module's first CSECT."""
        library = self._step.find_module(name)
        return None if library is None else loadmodule.parse(library.pds().blocks(name)).text("")

    def control_block(self, name: str) -> bytes | None:
        """Return a member of ACBLIB."""
        for ddname in CONTROL_BLOCK_DDS:
            for library in self._step.dd(ddname).datasets if self._step.has(ddname) else ():
                pds = library.pds()
                if name in pds:
                    return b"".join(pds.blocks(name))
        return None

    def archive(self, base: str, volser: str, blocks: list[bytes], like: ImsDataSet) -> ImsDataSet:
        """Write blocks to a new generation, on ``volser`` or on the volume of ``like``.

        :raises ImsError: there is no room, or no such group.
        """
        size = like.blksize
        attributes = DataSetAttributes("PS", "VB", size - 4, size)
        space = Space("BLK", max(len(blocks), 1), block_length=size)
        try:
            made = self._step.system.datasets.create(
                f"{base}(+1)", attributes, space, [volser] if volser else [next(iter(like.volsers))]
            )
            writer = BlockWriter(made.space)
            for block in blocks:
                writer.write(block)
            last = writer.last
            writer.write_end_of_file()
            writer.flush()
            made.space.last = last
        except (DasdError, DataSetNotFound, ValueError) as error:
            raise ImsError(str(error)) from error
        return cast(ImsDataSet, made)
