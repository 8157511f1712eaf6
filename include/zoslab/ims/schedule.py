"""Programs in regions: scheduling with a PSB, sync points, abends. Source: IMS Application Programming, sync points."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from zoslab.ims.active import BMP, MPP, ActiveProgram
from zoslab.ims.bank.transactions import PROGRAMS
from zoslab.ims.database import database_lock
from zoslab.ims.dli import Pcb
from zoslab.ims.errors import DatabaseUnavailable, ImsError, RegionDown, UserAbend
from zoslab.ims.locks import EXCLUSIVE, SHARED
from zoslab.ims.log_records import Change, IndexChange, LogRecord, Type
from zoslab.ims.psb import Psb
from zoslab.ims.region import ControlRegion
from zoslab.ims.stamps import stck
from zoslab.ims.uor import UnitOfRecovery
from zoslab.ims.waiting import check
from zoslab.jes.errors import JesError

DEADLOCK = 777
RETRIES = 20
_numbers = itertools.count(1)


class Program:
    """A scheduled program: its PCBs and its unit of recovery."""

    def __init__(
        self,
        region: ControlRegion,
        psb: Psb,
        name: str,
        kind: str = MPP,
        cancelled: threading.Event | None = None,
    ) -> None:
        self.region, self.psb, self.name, self.kind, self._cancelled = region, psb, name, kind, cancelled
        self.number = next(_numbers) % 65536
        self.unit = self._begin()
        try:
            self._take_databases()
            databases = [region.databases.get(pcb.dbd, updates=pcb.updates) for pcb in psb.pcbs]
        except BaseException:
            region.engine.recovery.forget(self.unit)
            raise
        self.pcbs = [Pcb(pcb, database, self.unit) for pcb, database in zip(psb.pcbs, databases, strict=True)]

    def _begin(self) -> UnitOfRecovery:
        unit = self.region.engine.recovery.begin(self.psb.name, self.number)
        unit.cancelled = self._cancelled
        return unit

    def _take_databases(self) -> None:
        """Wait for databases that are being quiesced, and for those that others have for themselves."""
        databases = [self.region.databases.quiescable(pcb.dbd) for pcb in self.psb.pcbs if pcb.updates]
        self.region.engine.recovery.updates.begin(
            self.unit.number, databases, counts=self.kind == MPP, cancelled=self._cancelled
        )
        for pcb in self.psb.pcbs:
            mode = EXCLUSIVE if pcb.exclusive else SHARED
            self.region.engine.recovery.lock(self.unit, database_lock(pcb.dbd), mode)

    def sync(self) -> None:
        """Commit and go on with a new unit of recovery; positions are lost."""
        check(self._cancelled)
        self.region.engine.recovery.commit(self.unit)
        self._renew()

    def roll_back(self) -> None:
        """Take back what was done since the last sync point and go on."""
        self._back_out()
        self._renew()

    def _renew(self) -> None:
        self.unit = self._begin()
        self._take_databases()
        for pcb in self.pcbs:
            self.region.databases.get(pcb.definition.dbd, updates=pcb.definition.updates)
            pcb.attach(self.unit)

    def finish(self) -> None:
        """Commit at the program's end."""
        check(self._cancelled)
        self.region.engine.recovery.commit(self.unit)

    def abandon(self) -> None:
        """Back out at the program's abend."""
        self._back_out()

    def _back_out(self) -> None:
        databases = self.region.databases

        def undo(unit: UnitOfRecovery, change: Change | IndexChange) -> None:
            databases.for_restart(change.dbd).undo(unit, change)

        self.region.engine.recovery.back_out(self.unit, undo)


@contextmanager
def scheduled(
    region: ControlRegion,
    psb_name: str,
    name: str,
    kind: str = MPP,
    cancelled: threading.Event | None = None,
) -> Iterator[Program]:
    """Schedule a program for the block; commit at its end, back out if it raises.

    An abend of the program, its cancellation too, is that of its own region: the control region goes on. A DL/I call
    is not broken off, so there is no U0113; a call that waits is.

    :raises UserAbend: U3303 a database is not available; what the program raises.
    :raises RegionCancelled: the event ``cancelled`` was set.
    :raises RegionDown: IMS is not running, or ended meanwhile.
    """
    region.require_running()
    with region.as_itself():
        yield from _scheduled(region, psb_name, name, kind, cancelled)


def _scheduled(
    region: ControlRegion, psb_name: str, name: str, kind: str, cancelled: threading.Event | None
) -> Iterator[Program]:
    try:
        program = Program(region, region.configuration.psb(psb_name), name, kind, cancelled)
    except DatabaseUnavailable as error:
        raise UserAbend(3303, str(error)) from None
    region.programs[program.number] = ActiveProgram(name, program.psb, kind)
    try:
        yield program
        program.finish()
    except (RegionDown, GeneratorExit):
        raise
    except (ImsError, JesError):
        program.abandon()
        raise
    except BaseException as error:
        region.fail(f"{type(error).__name__} {error}")
        raise
    finally:
        region.programs.pop(program.number, None)


def batch_message_program(
    region: ControlRegion,
    psb_name: str,
    name: str,
    work: Callable[[Program], int],
    cancelled: threading.Event | None = None,
) -> int:
    """Run a BMP: log its start and end around its work. ``cancelled`` is set when its job is cancelled.

    :raises RegionCancelled: the job was cancelled; the work since the last checkpoint is backed out.
    """
    region.log.append(LogRecord(Type.PROGRAM_START, psb=psb_name))
    with scheduled(region, psb_name, name, BMP, cancelled) as program:
        code = work(program)
    region.log.append(LogRecord(Type.PROGRAM_END, psb=psb_name))
    return code


def run_transaction(region: ControlRegion, name: str, arguments: Sequence[str], psb_name: str = "") -> str:
    """Process one message; a deadlock victim is scheduled again.

    :raises UserAbend: the program abends, or no database.
    """
    resource = region.configuration.resources.named("TRAN").get(name)
    if resource is None:
        raise UserAbend(3303, f"DFS064 DESTINATION {name} IS NOT DEFINED")
    for attempt in itertools.count(1):
        try:
            with scheduled(region, psb_name or resource.psb, name) as program:
                return PROGRAMS[name](program.pcbs, arguments, stck(region.clock.now()))
        except UserAbend as abend:
            if abend.code != DEADLOCK or attempt == RETRIES:
                raise
    raise AssertionError("unreachable")
