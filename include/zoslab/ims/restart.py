"""Restart: cold (/NRE CHKPT 0), warm (/NRE) and emergency (/ERE). Source: ims.md sections 3 and 4, messages by id.

The clone of a running IMS starts by /ERE OVERRIDE COLDCOMM: its checkpoint and log carry its source's IMSID, and no
message queues were copied. COLDBASE backs nothing out, see `zoslab.ims.restart_databases`; COLDSYS is both.
"""

from __future__ import annotations

from collections.abc import Callable

from zoslab.ims import checkpoint, rds, runtime_definitions, stopped
from zoslab.ims.errors import DatabaseDisputed, LogDamaged, RestartRefused
from zoslab.ims.log_read import LogImage
from zoslab.ims.log_records import Type
from zoslab.ims.rdds import Resource
from zoslab.ims.rds import RestartPoint
from zoslab.ims.recovery_scan import Analysis
from zoslab.ims.region import INITIALISED, ControlRegion
from zoslab.ims.restart_databases import DatabaseRestart
from zoslab.ims.restart_log import RestartLog, ask_dbrc


class Restarter:
    """Performs one restart of a control region that is initialised."""

    def __init__(self, region: ControlRegion) -> None:
        self.region = region
        self.imsid = region.imsid
        self._log = RestartLog(region)

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
            handler, allowed = self._emergency, {"OVERRIDE", "COLDCOMM", "COLDBASE", "COLDSYS"}
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
        if any(one.status != "ARC COMPLT" for one in self._log.recorded.values()):
            raise RestartRefused("DFS3131A A COLD START IS NOT POSSIBLE, ONLINE LOG DATA SETS ARE NOT ARCHIVED")
        image = self._log.image()
        if options & {"ALL", "RS"}:
            self.region.rds.erase()
        if options & {"ALL", "WA"}:
            for file in self.region.wads:
                file.erase()
        self._sign_on(restart=False, override=False)
        self._log.begin(image)
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
        image = self._log.image()
        made: list[Resource] = []
        stops = stopped.said_by(runtime_definitions.seen(image.records(point.start), made))
        self.region.engine.recovery.number_from(point.uor)
        self._pass_message(1, "COMPLETE", image.next_lsn - 1)
        self._log.begin(image)
        self.region.definitions.take_over(made)
        self.region.databases.stops.take_over(stops)
        self._complete("WARM")

    # Emergency ---------------------------------------------------------------------------------------------------

    def _emergency(self, options: set[str]) -> None:
        override, cold_comm = "OVERRIDE" in options, bool(options & {"COLDCOMM", "COLDSYS"})
        self._in_progress("ERESTART")
        self._require_recorded()
        self._check_dsnames()
        image = self._log.image()
        point = self._restart_point(image)
        self._check_owner(point, override, cold_comm)
        subsystem = self.region.dbrc.subsystem(self.imsid)
        if subsystem is None and not override:
            raise RestartRefused(f"DFS0618A DBRC HAS NO SUBSYSTEM RECORD FOR {self.imsid}; SPECIFY OVERRIDE")
        self._sign_on(restart=True, override=override)
        self.region.host.message(f"DFS680I USING CHKPT {point.checkpoint} {self.imsid}")
        image = self._log.close_torn(image, point.start)
        stops: dict[str, frozenset[str]] = {}
        made: list[Resource] = []
        analysis = Analysis(stopped.seen(runtime_definitions.seen(image.records(point.start), made), stops))
        self.region.definitions.take_over(made)
        self._pass_message(1, "COMPLETE", analysis.last_lsn)
        self.region.engine.recovery.number_from(max(point.uor, analysis.highest_unit))
        self._log.begin(image, point.start)
        self._databases(image, point, analysis, cold=bool(options & {"COLDBASE", "COLDSYS"}))
        self.region.databases.stops.take_over(stops)
        self._complete("EMERGENCY")

    def _databases(self, image: LogImage, point: RestartPoint, analysis: Analysis, *, cold: bool) -> None:
        work = DatabaseRestart(self.region, analysis, point.start, cold=cold)
        try:
            work.redo(image.records(point.start))
            self._pass_message(2, "COMPLETE", analysis.last_lsn)
            work.back_out()
        except (LogDamaged, DatabaseDisputed) as error:
            raise RestartRefused(str(error)) from None

    def _require_recorded(self) -> None:
        if not self._log.recorded:
            raise RestartRefused(f"DFS3306A DBRC HAS NO ONLINE LOG RECORD (PRIOLD) FOR SUBSYSTEM {self.imsid}")

    def _check_dsnames(self) -> None:
        for olds in self.region.ring.ring:
            recorded = self._log.recorded.get(olds.ddname)
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

    # Common ------------------------------------------------------------------------------------------------------

    def _in_progress(self, verb: str) -> None:
        self.region.host.message(f"DFS058I {self.region.clock.now():%H:%M:%S} {verb} COMMAND IN PROGRESS {self.imsid}")

    def _pass_message(self, number: int, status: str, lsn: int) -> None:
        self.region.host.message(
            f"DFS5055I RESTART LOG RECORD READ PASS {number} {status}; "
            f"LSN={lsn >> 32:08X}_{lsn & 0xFFFFFFFF:08X} {self.imsid}"
        )

    def _sign_on(self, *, restart: bool, override: bool) -> None:
        irlm = self.region.configuration.region.irlm
        ask_dbrc(lambda: self.region.dbrc.sign_on(self.imsid, restart=restart, override=override, irlm=irlm))

    def _complete(self, kind: str) -> None:
        if self.region.sharing is not None:
            self.region.engine.pool.flush()
            self.region.log.force()
            self.region.databases.close_unverified()
            self.region.sharing.restarted()
        self.region.run()
        self.region.checkpoint()
        self._log.release()
        self.region.archiver.wake()
        self.region.host.message(f"DFS994I {kind} START COMPLETED {self.imsid}")
