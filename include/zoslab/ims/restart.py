"""Restart: cold (/NRE CHKPT 0), warm (/NRE) and emergency (/ERE). Source: ims.md sections 3 and 4, messages by id.

The clone of a running IMS starts by /ERE OVERRIDE COLDCOMM: its checkpoint and log carry its source's IMSID, and no
message queues were copied.
"""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims import checkpoint, log_block, rds, wads
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.dbrc import PriOlds as RecordedOlds
from zoslab.ims.errors import ImsError, LogDamaged, RestartRefused
from zoslab.ims.log_read import LogDataSet, LogImage, close_from_wads, survey, survey_olds
from zoslab.ims.log_records import Change, IndexChange, LogRecord, Type
from zoslab.ims.olds import AVAILABLE, KEPT, TO_ARCHIVE, Olds, read_blocks
from zoslab.ims.osam import BlockFile
from zoslab.ims.rds import RestartPoint
from zoslab.ims.recovery_scan import Analysis, redo
from zoslab.ims.region import INITIALISED, ControlRegion
from zoslab.ims.uor import UnitOfRecovery

FROM_WADS = "WADS"


class Restarter:
    """Performs one restart of a control region that is initialised."""

    def __init__(self, region: ControlRegion) -> None:
        self.region = region
        self.imsid = region.imsid
        self._recorded: dict[str, RecordedOlds] = {one.ddname: one for one in region.dbrc.olds(region.imsid)}

    def command(self, text: str) -> None:
        """Carry out /NRE or /ERE as entered.

        :raises RestartRefused: it cannot be done; IMS waits for another restart command.
        """
        words = text.upper().strip().rstrip(".").split()
        verb = words[0] if words else ""
        handler: Callable[[set[str]], None] | None = None
        if verb in ("/NRE", "/NRESTART") and words[1:3] in (["CHKPT", "0"], ["CHECKPOINT", "0"]):
            handler, words = self._cold, words[:1] + words[3:]
            allowed = {"FORMAT", "ALL", "RS", "WA"}
        elif verb in ("/NRE", "/NRESTART"):
            handler, allowed = self._warm, set()
        elif verb in ("/ERE", "/ERESTART"):
            handler, allowed = self._emergency, {"OVERRIDE", "COLDCOMM"}
        if handler is None:
            raise RestartRefused(f"DFS0110I INVALID RESTART COMMAND {text}")
        unknown = set(words[1:]) - allowed
        if unknown:
            raise RestartRefused(f"DFS0110I KEYWORD {sorted(unknown)[0]} IS NOT SUPPORTED WITH {verb}")
        if self.region.state != INITIALISED:
            raise RestartRefused(f"DFS0110I {verb} IS NOT VALID, IMS IS {self.region.state}")
        handler(set(words[1:]))

    # Cold and warm -----------------------------------------------------------------------------------------------

    def _cold(self, options: set[str]) -> None:
        self._in_progress("NRESTART")
        if any(one.status != "ARC COMPLT" for one in self._recorded.values()):
            raise RestartRefused("DFS3131A A COLD START IS NOT POSSIBLE, ONLINE LOG DATA SETS ARE NOT ARCHIVED")
        image = self._image()
        if options & {"ALL", "RS"}:
            self.region.rds.erase()
        if options & {"ALL", "WA"}:
            for file in self.region.wads:
                file.erase()
        self._sign_on(restart=False, override=False)
        self._begin_log(image)
        self._complete("COLD")

    def _warm(self, options: set[str]) -> None:
        self._in_progress("NRESTART")
        point = self.region.rds.read()
        if point is None or point.state != rds.ENDED:
            raise RestartRefused("DFS3131A A COLD START OR EMERGENCY RESTART REQUIRED")
        if point.imsid != self.imsid:
            raise RestartRefused(f"DFS0613I RESTART DATA SET BELONGS TO {point.imsid}")
        self._require_recorded()
        self._sign_on(restart=False, override=False)
        self.region.host.message(f"DFS680I USING CHKPT {point.checkpoint} {self.imsid}")
        image = self._image()
        self.region.engine.recovery.number_from(point.uor)
        self._pass_message(1, "COMPLETE", image.next_lsn - 1)
        self._begin_log(image)
        self._complete("WARM")

    # Emergency ---------------------------------------------------------------------------------------------------

    def _emergency(self, options: set[str]) -> None:
        override, cold_comm = "OVERRIDE" in options, "COLDCOMM" in options
        self._in_progress("ERESTART")
        self._require_recorded()
        self._check_dsnames()
        image = self._image()
        point = self._restart_point(image)
        self._check_owner(point, override, cold_comm)
        subsystem = self.region.dbrc.subsystem(self.imsid)
        if subsystem is None and not override:
            raise RestartRefused(f"DFS0618A DBRC HAS NO SUBSYSTEM RECORD FOR {self.imsid}; SPECIFY OVERRIDE")
        self._sign_on(restart=True, override=override)
        self.region.host.message(f"DFS680I USING CHKPT {point.checkpoint} {self.imsid}")
        image = self._close_torn_log(image)
        analysis = Analysis(image.records(point.start))
        self._pass_message(1, "COMPLETE", analysis.last_lsn)
        self.region.engine.recovery.number_from(max(point.uor, analysis.highest_unit))
        self._begin_log(image, point.start)
        self._redo(image, point, analysis)
        self._pass_message(2, "COMPLETE", analysis.last_lsn)
        self._back_out(analysis.units)
        self._complete("EMERGENCY")

    def _require_recorded(self) -> None:
        if not self._recorded:
            raise RestartRefused(f"DFS3306A DBRC HAS NO ONLINE LOG RECORD (PRIOLD) FOR SUBSYSTEM {self.imsid}")

    def _check_dsnames(self) -> None:
        for olds in self.region.ring.ring:
            recorded = self._recorded.get(olds.ddname)
            if recorded is not None and recorded.dsn != olds.dsname:
                raise RestartRefused(
                    f"DFS3256I ALLOCATION FAILED ON {olds.ddname}: {olds.dsname} ALLOCATED, RECON SAYS {recorded.dsn}"
                )

    def _restart_point(self, image: LogImage) -> RestartPoint:
        point = self.region.rds.read()
        if point is not None and any(one.last_lsn >= point.start for one in image.data_sets):
            return point
        newest = None
        for one in reversed(image.data_sets):
            for block in one.blocks():
                for record in block.records():
                    if record.type == Type.CHECKPOINT_END:
                        newest = checkpoint.from_record(record)
            if newest is not None:
                return newest
        raise RestartRefused("DFS0166I NO CHECKPOINT FOUND ON THE RESTART DATA SET OR ON THE LOG")

    def _check_owner(self, point: RestartPoint, override: bool, cold_comm: bool) -> None:
        if point.imsid != self.imsid and not override:
            raise RestartRefused(
                f"DFS0618A THE LOG WAS WRITTEN BY {point.imsid}; A RESTART OF ANOTHER SYSTEM MUST SPECIFY OVERRIDE"
            )
        if point.imsid != self.imsid and not cold_comm:
            raise RestartRefused(
                f"DFS0618A THE MESSAGE QUEUES OF {point.imsid} ARE NOT HERE; COLDCOMM MUST BE SPECIFIED"
            )
        subsystem = self.region.dbrc.subsystem(self.imsid)
        if not override and point.imsid == self.imsid and subsystem is not None and not subsystem.abnormal:
            raise RestartRefused(
                "DFS0618A A RESTART OF A NON-ABNORMALLY TERMINATED SYSTEM MUST SPECIFY EMERGENCY BACKUP OR OVERRIDE"
            )

    def _close_torn_log(self, image: LogImage) -> LogImage:
        """Write what only the WADS hold to the OLDS that was open, behind what is there."""
        if image.last is None or image.last.name != FROM_WADS:
            return image
        before = image.data_sets[-2] if len(image.data_sets) > 1 else None
        olds, number = self._place_for(before, image.last.first_lsn)
        olds.file.write(number, close_from_wads(self._written(), self.region.wads, self.region.log.block_size, self.imsid))
        self.region.message(f"DFS3261I {olds.ddname} CLOSED FROM WRITE AHEAD DATA SET")
        return self._image()

    def _place_for(self, before: LogDataSet | None, first_lsn: int) -> tuple[Olds, int]:
        """Return the OLDS that was being written and the number of its next block."""
        ring = self.region.ring.ring
        opened = [one for one in self._recorded.values() if one.stop is None and one.start is not None]
        newest = max(opened, key=lambda one: one.start.timestamp() if one.start else 0.0, default=None)
        name = newest.ddname if newest else before.name if before else ring[0].ddname
        olds = next((one for one in ring if one.ddname == name), None)
        if olds is None:
            raise RestartRefused(f"DFS3271I THE LAST LOG DATA SET {name} IS NOT AN ONLINE LOG DATA SET")
        number = sum(1 for _ in read_blocks(olds.file)) if before is not None and before.name == name else 0
        if number < olds.file.capacity:
            return olds, number
        following = ring[(ring.index(olds) + 1) % len(ring)]
        self._dbrc(
            lambda: self.region.dbrc.olds_opened(
                self.imsid, following.ddname, following.dsname, self.region.clock.now(), first_lsn
            )
        )
        return following, 0

    def _redo(self, image: LogImage, point: RestartPoint, analysis: Analysis) -> None:
        databases = self.region.databases

        def apply(change: Change | IndexChange, lsn: int) -> None:
            databases.for_restart(change.dbd).redo(change, lsn)

        try:
            redo(image.records(point.start), analysis, apply)
        except LogDamaged as damaged:
            raise RestartRefused(str(damaged)) from None
        except ImsError as error:
            raise RestartRefused(str(error)) from None

    def _back_out(self, units: list[UnitOfRecovery]) -> None:
        databases = self.region.databases
        for unit in units:
            self.region.engine.recovery.adopt(unit)
            self.region.engine.recovery.back_out(
                unit, lambda owner, change: databases.for_restart(change.dbd).undo(owner, change)
            )
            self.region.message(f"DFS0488I BACKOUT COMPLETE FOR PSB {unit.psb}")

    # Common ------------------------------------------------------------------------------------------------------

    def _in_progress(self, verb: str) -> None:
        self.region.host.message(
            f"DFS058I {self.region.clock.now():%H:%M:%S} {verb} COMMAND IN PROGRESS {self.imsid}"
        )

    def _pass_message(self, number: int, status: str, lsn: int) -> None:
        self.region.host.message(
            f"DFS5055I RESTART LOG RECORD READ PASS {number} {status}; "
            f"LSN={lsn >> 32:08X}_{lsn & 0xFFFFFFFF:08X} {self.imsid}"
        )

    def _sign_on(self, *, restart: bool, override: bool) -> None:
        self._dbrc(lambda: self.region.dbrc.sign_on(self.imsid, restart=restart, override=override))

    @staticmethod
    def _dbrc(request: Callable[[], object]) -> None:
        try:
            request()
        except DbrcError as refused:
            raise RestartRefused(f"DFS0618A DBRC REFUSED THE REQUEST. {refused.message}") from None

    def _image(self) -> LogImage:
        """Return the log, with what only the WADS hold as its last part."""
        written = self._written()
        raw = close_from_wads(written, self.region.wads, self.region.log.block_size, self.imsid)
        tail = log_block.parse(raw)
        if tail is None or not tail.payload:
            return written
        found = survey(FROM_WADS, lambda: [tail])
        return LogImage([*written.data_sets, *([found] if found is not None else [])])

    def _written(self) -> LogImage:
        found = [one for olds in self.region.ring.ring if (one := survey_olds(olds)) is not None]
        return LogImage([*found, *self._archived(found)])

    def _archived(self, online: list[LogDataSet]) -> list[LogDataSet]:
        """Return the archive copies of OLDSs that were reused since."""
        oldest = min((one.first_lsn for one in online), default=0)
        found: list[LogDataSet] = []
        for log in self.region.dbrc.prisld(self.imsid):
            for recorded in log.datasets:
                if recorded.last_lsn >= oldest:
                    continue
                data_set = self.region.host.allocate(recorded.dsn)
                if data_set is not None:
                    file = BlockFile(data_set.space, data_set.blksize, recorded.dsn)
                    one = survey(recorded.dsn, lambda file=file: read_blocks(file))  # type: ignore[misc]
                    found += [one] if one is not None else []
        return found

    def _begin_log(self, image: LogImage, needed: int = 0) -> None:
        """Open the next OLDS; those that hold log which is not archived, or which pass 2 reads, are not taken."""
        region = self.region
        recorded = {one.ddname: one for one in region.dbrc.olds(self.imsid)}
        held = {one.name: one for one in image.data_sets}
        kept = [olds for olds in region.ring.ring if needed and self._is_needed(held.get(olds.ddname), needed)]
        for olds in region.ring.ring:
            self._adopt_olds(olds, recorded.get(olds.ddname), held.get(olds.ddname))
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
        self._dbrc(lambda: region.ring.open_next(last))
        region.log.append(LogRecord(Type.IMS_START))

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
            self._dbrc(lambda: self.region.dbrc.olds_closed(
                self.imsid, olds.ddname, self.region.clock.now(), olds.first_lsn, olds.last_lsn
            ))

    def _complete(self, kind: str) -> None:
        self.region.run()
        self.region.checkpoint()
        for olds in self.region.ring.ring:
            if olds.status == KEPT:
                self.region.ring.archived(olds)
        self.region.archiver.wake()
        self.region.host.message(f"DFS994I {kind} START COMPLETED {self.imsid}")
