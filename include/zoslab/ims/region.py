"""The control region: one running IMS. Source: IMS Operations and Automation, start, restart and termination."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from zoslab.dasd import audit
from zoslab.ims import checkpoint, quiesce
from zoslab.ims.active import ActiveProgram
from zoslab.ims.archive import Archiver
from zoslab.ims.configuration import Configuration
from zoslab.ims.dbrc import Dbrc, DbrcError, ReconDataSet
from zoslab.ims.engine import Engine
from zoslab.ims.errors import ImsError, RegionDown, StartupFailed
from zoslab.ims.gate import Gate
from zoslab.ims.host import ImsDataSet
from zoslab.ims.log import Log
from zoslab.ims.log_records import LogRecord, Type
from zoslab.ims.olds import Olds, OldsRing
from zoslab.ims.open_databases import OpenDatabases
from zoslab.ims.osam import BlockFile
from zoslab.ims.rds import BLOCK_SIZE, RestartDataSet, RestartPoint
from zoslab.ims.runtime_definitions import RuntimeDefinitions
from zoslab.ims.sharing import SharingMember
from zoslab.ims.stamps import long_stamp
from zoslab.ims.suspend import Suspension
from zoslab.ims.wads import BLOCK_SIZE as WADS_BLOCK
from zoslab.ims.wads import WriteAhead

INITIALISED, RUNNING, STOPPING, ENDED, FAILED = "INITIALISED", "RUNNING", "STOPPING", "ENDED", "FAILED"
WRITER_INTERVAL = 1.0


class ControlRegion:
    """An IMS control region, from initialisation to its end."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.imsid = configuration.imsid
        self.host = configuration.host
        self.clock = configuration.host.clock
        self.state = INITIALISED
        self._writer = audit.writer.get()
        self.ended = threading.Event()
        self.housekeeping = threading.RLock()
        self._latch = threading.RLock()
        self._work = threading.Event()
        self._threads: list[threading.Thread] = []
        self._due = False
        self.dbrc = self._open_dbrc()
        self._open_logs()
        self.databases = OpenDatabases(configuration, self.engine, self.dbrc)
        self.definitions = RuntimeDefinitions(configuration, self.engine, self.databases)
        self.suspension = Suspension(self)
        self.programs: dict[int, ActiveProgram] = {}
        self.database_commands: dict[str, str] = {}
        self.last_checkpoint: RestartPoint | None = None
        self._restarts: list[tuple[datetime, int]] = []
        """Checkpoints since the one that restart needs: when each began, and the log sequence number then."""

    # Initialisation ----------------------------------------------------------------------------------------------

    def _open_dbrc(self) -> Dbrc:
        data_sets = [self.configuration.data_set(f"RECON{number}") for number in (1, 2, 3)]
        try:
            return Dbrc.open([ReconDataSet(one.dsname, one.ksds()) for one in data_sets], self.clock, self.host.message)
        except DbrcError as error:
            raise StartupFailed(f"DFS0044I DBRC INITIALIZATION FAILED. {error.message}") from None

    def _open_logs(self) -> None:
        storage = self.configuration.storage
        self._olds_data_sets: dict[str, ImsDataSet] = {}
        ring = []
        for suffix in storage.olds:
            ddname = f"DFSOLP{suffix}"
            data_set = self.configuration.data_set(ddname)
            self._olds_data_sets[ddname] = data_set
            ring.append(Olds(ddname, data_set.dsname, BlockFile(data_set.space, data_set.blksize, data_set.dsname)))
        sizes = {one.file.block_size for one in ring}
        if len(sizes) != 1:
            raise StartupFailed("DFS3256I OPEN FAILED: ONLINE LOG DATA SETS HAVE DIFFERENT BLOCK SIZES")
        self.wads = [self._block_file(f"DFSWADS{suffix}", WADS_BLOCK) for suffix in storage.wads]
        self.rds = RestartDataSet(self._block_file("IMSRDS", BLOCK_SIZE))
        gate = Gate()
        self.ring = OldsRing(ring, self._olds_opened, self._olds_closed)
        self.ahead = WriteAhead(self.wads, self.imsid)
        self.log = Log(self.imsid, self.ring, self.ahead, gate, self.clock, sizes.pop())
        self.sharing = self._join_group()
        self.engine = Engine.over(self.log, gate, storage.buffers, self.sharing)
        self.archiver = Archiver(self)

    def _join_group(self) -> SharingMember | None:
        """Identify to IRLM, if the region has one."""
        irlm = self.configuration.region.irlm
        recon = self.dbrc.recon.datasets["RECON1"].dsname
        return SharingMember(self.host.sharing_group(recon), self.imsid, irlm) if irlm else None

    def _block_file(self, ddname: str, block_size: int) -> BlockFile:
        data_set = self.configuration.data_set(ddname)
        return BlockFile(data_set.space, block_size, data_set.dsname)

    def olds_data_set(self, ddname: str) -> ImsDataSet:
        return self._olds_data_sets[ddname]

    def message(self, text: str) -> None:
        """Write to the operator; messages of IMS end with its id."""
        self.host.message(f"{text} {self.imsid}")

    # The log -----------------------------------------------------------------------------------------------------

    def _olds_opened(self, olds: Olds) -> None:
        with self.engine.gate.passing():
            self.dbrc.olds_opened(self.imsid, olds.ddname, olds.dsname, self.clock.now(), self.log.next_lsn)
        if self.state == INITIALISED:
            self.message(f"DFS3257I ONLINE LOG NOW OPENED ON {olds.ddname}")

    def _olds_closed(self, old: Olds, new: Olds | None) -> None:
        with self.engine.gate.passing():
            self.dbrc.olds_closed(self.imsid, old.ddname, self.clock.now(), old.first_lsn, old.last_lsn)
        self.ring.to_archive(old)
        if new is None:
            self.message(f"DFS3257I ONLINE LOG CLOSED ON {old.ddname}")
            return
        self.message(f"DFS3257I ONLINE LOG NOW SWITCHED FROM {old.ddname} TO {new.ddname}")
        self._due = True
        self._work.set()
        self.archiver.wake()

    # Running -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Begin to work after a restart: the periodic writer and the archiver start."""
        quiesce.restore(self)
        self.state = RUNNING
        self.spawn("writer", self._write_periodically)
        self.spawn("archive", self.archiver.run)

    def spawn(self, name: str, target: Callable[[], None]) -> threading.Thread:
        """Run a task of the region on a thread of its own; if it fails the region fails."""
        context = contextvars.copy_context()

        def guarded() -> None:
            try:
                context.run(target)
            except RegionDown:
                return
            except Exception as error:
                self.fail(f"{type(error).__name__} {error}")

        thread = threading.Thread(target=guarded, name=f"{self.imsid}-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _write_periodically(self) -> None:
        while self.state in (RUNNING, STOPPING):
            self._work.wait(WRITER_INTERVAL)
            self._work.clear()
            if self.state != RUNNING:
                return
            with self.housekeeping:
                if self._due:
                    self._due = False
                    self.checkpoint()
                else:
                    self.engine.pool.flush()

    def checkpoint(self, kind: str = checkpoint.SIMPLE) -> RestartPoint:
        """Take a checkpoint."""
        with self.housekeeping:
            began = self.clock.now()
            point = checkpoint.take(self.engine, self.rds, self.imsid, self.clock, kind, self._log_status)
            self.last_checkpoint = point
            self._note_restart(began, point)
        self.host.message(f"DFS994I *CHKPT {point.checkpoint}**{kind}* {self.imsid}")
        return point

    def _log_status(self) -> None:
        """Write what a restart must know beside the log itself, and the definitions."""
        self.databases.stops.log()
        self.definitions.checkpoint()

    def _note_restart(self, began: datetime, point: RestartPoint) -> None:
        """Tell DBRC from when on a restart needs the log: the newest checkpoint that no unit in flight precedes."""
        self._restarts.append((began, point.redo))
        usable = [one for one in self._restarts if one[1] <= point.start]
        if usable:
            self._restarts = self._restarts[len(usable) - 1 :]
            with self.engine.gate.passing():
                self.dbrc.restart_from(self.imsid, usable[-1][0])

    @contextmanager
    def as_itself(self) -> Iterator[None]:
        """What the block writes is written by the control region, whoever asked for it."""
        token = audit.writer.set(self._writer)
        try:
            yield
        finally:
            audit.writer.reset(token)

    def require_running(self) -> None:
        """Refuse work of an IMS that does not run.

        :raises RegionDown: it does not.
        """
        if self.state != RUNNING:
            raise RegionDown(f"DFS3649A IMS {self.imsid} IS {self.state}")

    # Ending ------------------------------------------------------------------------------------------------------

    def freeze(self, timeout: float = 60.0, kind: str = "") -> None:
        """/CHE FREEZE, PURGE or DUMPQ: let programs end, close everything, end in order.

        :raises ImsError: programs are still running after ``timeout`` seconds.
        """
        with self._latch:
            self.require_running()
            self.state = STOPPING
        if not self._wait_for_programs(timeout):
            self.state = RUNNING
            raise ImsError(
                f"DFS3483I SHUTDOWN WAITS FOR {', '.join(sorted(one.name for one in self.programs.values()))}"
            )
        with self.housekeeping:
            self.databases.close_all()
            self.checkpoint(kind or checkpoint.FREEZE)
            self.log.append(LogRecord(Type.IMS_STOP))
            self.log.close()
            self.archiver.drain()
            self.dbrc.sign_off(self.imsid)
            if self.sharing is not None:
                self.sharing.ended()
        self.state = ENDED
        self._stop_waiters("IMS ENDED")
        self.host.message(f"DFS994I IMS SHUTDOWN COMPLETED {self.imsid}")
        self.ended.set()

    def _wait_for_programs(self, timeout: float) -> bool:
        waited = 0.0
        while self.programs and waited < timeout:
            self.ended.wait(0.02)
            waited += 0.02
        return not self.programs

    def fail(self, reason: str, *, report: bool = True) -> None:
        """End abnormally, at once: nothing more is written. DBRC is told if it can be."""
        with self._latch:
            if self.state in (ENDED, FAILED):
                return
            running, self.state = self.state != INITIALISED, FAILED
        self._stop_waiters(f"DFS629I IMS {self.imsid} ENDED ABNORMALLY: {reason}")
        if self.sharing is not None:
            self.sharing.failed()
        if running and report:
            self._report_failure()
        self.ended.set()

    def _report_failure(self) -> None:
        try:
            self.dbrc.failed(self.imsid)
            self.host.message(
                f"DFS629I IMS CTL TCB ABEND, SUBSYSTEM MARKED FAILED AT {long_stamp(self.clock.now())} {self.imsid}"
            )
        except Exception:
            return

    def _stop_waiters(self, reason: str) -> None:
        self.engine.gate.shatter(reason)
        self.engine.locks.stop(reason)
        self.engine.recovery.updates.stop(reason)
        self.ring.stop(reason)
        self._work.set()
        self.archiver.wake()

    def join(self, timeout: float = 10.0) -> None:
        """Wait for the region's own threads to end."""
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout)
