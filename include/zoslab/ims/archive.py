"""Archiving of full online log data sets to system log data sets, and what DBRC is told.

Own simplification: IMS submits a job that runs DFSUARC0; here the control region copies the blocks itself, to a new
generation of the group that the skeleton JCL member ARCHJCL names.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from zoslab.ims import log_block
from zoslab.ims.dbrc import ArchivedLog
from zoslab.ims.errors import ImsError
from zoslab.ims.log_records import CheckpointBody, Type
from zoslab.ims.olds import TO_ARCHIVE, Olds

if TYPE_CHECKING:
    from zoslab.ims.region import ControlRegion


class Archiver:
    """Archives OLDSs one after another; ``latch`` is held while it does.

    It waits for no checkpoint: a program, and through it a checkpoint, may wait for an OLDS.
    """

    def __init__(self, region: ControlRegion) -> None:
        self._region = region
        self._wake = threading.Event()
        self.latch = threading.RLock()

    def wake(self) -> None:
        """Look whether there is work."""
        self._wake.set()

    def run(self) -> None:
        """Archive whatever is full, until the region ends."""
        while not self._region.ended.is_set() and self._region.state in ("RUNNING", "STOPPING"):
            self.drain()
            self._wake.wait()
            self._wake.clear()

    def drain(self) -> None:
        """Archive every OLDS that is full or was closed."""
        if not self._region.configuration.region.archive:
            return
        for olds in self._region.ring.ring:
            if olds.status == TO_ARCHIVE:
                with self.latch:
                    if olds.status == TO_ARCHIVE:
                        self._archive(olds)

    def _archive(self, olds: Olds) -> None:
        region = self._region
        blocks = [olds.file.read(number) for number in range(olds.next_block)]
        base, volser = region.configuration.archive_target()
        with region.engine.gate.passing():
            try:
                written = region.host.archive(base, volser, blocks, region.olds_data_set(olds.ddname))
            except ImsError as error:
                region.message(f"DFS3263I ARCHIVE OF {olds.ddname} FAILED: {error}")
                return
            log = ArchivedLog(written.dsname, next(iter(written.volsers), ""), checkpoints=_checkpoints(blocks))
            region.dbrc.olds_archived(region.imsid, olds.ddname, log)
        region.ring.archived(olds)
        region.message(f"DFS3263I {olds.ddname} ARCHIVED TO {written.dsname}")


def _checkpoints(blocks: list[bytes]) -> int:
    found = 0
    for raw in blocks:
        block = log_block.parse(raw)
        if block is not None:
            found += sum(
                record.type == Type.CHECKPOINT_END and len(record.body) >= CheckpointBody.size
                for record in block.records()
            )
    return found
