"""The log at a restart: put together from OLDS, archive copies and WADS, closed where it was torn, and begun anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from zoslab.ims import log_block, wads
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.dbrc import PriOlds as RecordedOlds
from zoslab.ims.errors import RestartRefused
from zoslab.ims.log_read import LogDataSet, LogImage, close_from_wads, survey, survey_olds
from zoslab.ims.log_records import LogRecord, Type
from zoslab.ims.olds import AVAILABLE, KEPT, TO_ARCHIVE, Olds, read_blocks
from zoslab.ims.osam import BlockFile
from zoslab.ims.region import ControlRegion

FROM_WADS = "WADS"


def ask_dbrc(request: Callable[[], object]) -> None:
    """Make a request of DBRC that restart depends on.

    :raises RestartRefused: DBRC refuses.
    """
    try:
        request()
    except DbrcError as refused:
        raise RestartRefused(f"DFS0618A DBRC REFUSED THE REQUEST. {refused.message}") from None


class RestartLog:
    """The log data sets of a region that is being restarted; ``recorded`` is what DBRC says of the OLDSs."""

    def __init__(self, region: ControlRegion) -> None:
        self.region = region
        self.imsid = region.imsid
        self.recorded: dict[str, RecordedOlds] = {one.ddname: one for one in region.dbrc.olds(region.imsid)}

    def image(self, start: int = 0) -> LogImage:
        """Return the log, with what only the WADS hold as its last part.

        Archive copies are looked at if ``start`` is given and the OLDSs do not reach back to it.
        """
        written = self._written(start)
        raw = close_from_wads(written, self.region.wads, self.region.log.block_size, self.imsid)
        tail = log_block.parse(raw)
        if tail is None or not tail.payload:
            return written
        found = survey(FROM_WADS, lambda: [tail])
        return LogImage([*written.data_sets, *([found] if found is not None else [])])

    def _written(self, start: int = 0) -> LogImage:
        found = [one for olds in self.region.ring.ring if (one := survey_olds(olds)) is not None]
        oldest = min((one.first_lsn for one in found), default=0)
        return LogImage([*found, *(self._archived(start, oldest) if start and start < oldest else [])])

    def _archived(self, start: int, oldest: int) -> list[LogDataSet]:
        """Return the archive copies that hold log from ``start`` up to the oldest OLDS."""
        found: list[LogDataSet] = []
        for log in self.region.dbrc.prisld(self.imsid):
            for recorded in log.datasets:
                if start <= recorded.last_lsn < oldest:
                    found += self._archive_copy(recorded.dsn)
        return found

    def _archive_copy(self, dsname: str) -> list[LogDataSet]:
        data_set = self.region.host.allocate(dsname)
        if data_set is None:
            return []
        file = BlockFile(data_set.space, data_set.blksize, dsname)
        held = survey(dsname, lambda: read_blocks(file))
        return [held] if held is not None else []

    def begin(self, image: LogImage, needed: int = 0) -> None:
        """Open the next OLDS; those that hold log which is not archived, or which pass 2 reads, are not taken."""
        region = self.region
        recorded = {one.ddname: one for one in region.dbrc.olds(self.imsid)}
        held = {one.name: one for one in image.data_sets}
        left = {name for name, one in held.items() if self._is_left_over(one, image, recorded.get(name))}
        kept = [
            olds
            for olds in region.ring.ring
            if olds.ddname not in left and needed and self._is_needed(held.get(olds.ddname), needed)
        ]
        for name in left:
            ask_dbrc(partial(region.dbrc.olds_unused, self.imsid, name, region.clock.now()))
        for olds in region.ring.ring:
            self._adopt_olds(olds, None if olds.ddname in left else recorded.get(olds.ddname), held.get(olds.ddname))
        if all(olds.status != AVAILABLE or olds in kept for olds in region.ring.ring):
            region.archiver.drain()
        for olds in kept:
            if olds.status == AVAILABLE:
                olds.status = KEPT
        if not any(olds.status == AVAILABLE for olds in region.ring.ring):
            raise RestartRefused("DFS3260I ONLINE LOG DATA SET SHORTAGE - NEED ANOTHER DATA SET")
        last = next((olds for olds in region.ring.ring if image.last and image.last.name == olds.ddname), None)
        region.ahead.resume_after(wads.last_write(region.wads))
        region.log.start(image.next_lsn, image.next_sequence)
        ask_dbrc(lambda: region.ring.open_next(last))
        region.log.append(LogRecord(Type.IMS_START))

    @staticmethod
    def _is_left_over(held: LogDataSet, image: LogImage, recorded: RecordedOlds | None) -> bool:
        """Whether an OLDS holds what was archived long ago: IMS failed when it had opened it and not written to it.

        It is as free as it was before.
        """
        is_open = recorded is not None and recorded.stop is None
        return is_open and any(one.last_lsn > held.last_lsn for one in image.data_sets)

    @staticmethod
    def _is_needed(held: LogDataSet | None, needed: int) -> bool:
        return held is not None and held.last_lsn >= needed

    def _adopt_olds(self, olds: Olds, recorded: RecordedOlds | None, held: LogDataSet | None) -> None:
        olds.status = AVAILABLE
        if recorded is None or recorded.status == "ARC COMPLT":
            return
        olds.status, olds.next_block = TO_ARCHIVE, 0
        if held is not None:
            olds.next_block = held.last_sequence - held.first_sequence + 1
            olds.first_lsn, olds.last_lsn = held.first_lsn, held.last_lsn
        if recorded.stop is None:
            ask_dbrc(
                lambda: self.region.dbrc.olds_closed(
                    self.imsid, olds.ddname, self.region.clock.now(), olds.first_lsn, olds.last_lsn
                )
            )

    def close_torn(self, image: LogImage, start: int) -> LogImage:
        """Write what only the WADS hold to the OLDS that was open, behind what is there."""
        if image.last is None or image.last.name != FROM_WADS:
            return self.image(start)
        before = image.data_sets[-2] if len(image.data_sets) > 1 else None
        olds, number = self._place_for(before, image.last.first_lsn)
        olds.file.write(
            number, close_from_wads(self._written(), self.region.wads, self.region.log.block_size, self.imsid)
        )
        self.region.message(f"DFS3261I {olds.ddname} CLOSED FROM WRITE AHEAD DATA SET")
        return self.image(start)

    def _place_for(self, before: LogDataSet | None, first_lsn: int) -> tuple[Olds, int]:
        """Return the OLDS that was being written and the number of its next block."""
        ring = self.region.ring.ring
        opened = [one for one in self.recorded.values() if one.stop is None and one.start is not None]
        newest = max(opened, key=lambda one: one.start.timestamp() if one.start else 0.0, default=None)
        name = newest.ddname if newest else before.name if before else ring[0].ddname
        olds = next((one for one in ring if one.ddname == name), None)
        if olds is None:
            raise RestartRefused(f"DFS3271I THE LAST LOG DATA SET {name} IS NOT AN ONLINE LOG DATA SET")
        number = sum(1 for _ in read_blocks(olds.file)) if before is not None and before.name == name else 0
        if number < olds.file.capacity:
            return olds, number
        following = ring[(ring.index(olds) + 1) % len(ring)]
        ask_dbrc(
            lambda: self.region.dbrc.olds_opened(
                self.imsid, following.ddname, following.dsname, self.region.clock.now(), first_lsn
            )
        )
        return following, 0

    def release(self) -> None:
        """Let OLDSs be reused that were kept for reading: the restart is complete."""
        for olds in self.region.ring.ring:
            if olds.status == KEPT:
                self.region.ring.archived(olds)
