"""The control region's talk with the operator: DFS810A until a restart succeeds, DFS996I for commands after that."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from zoslab.ims import subsystems
from zoslab.ims.automatic import restart_command
from zoslab.ims.commands import command
from zoslab.ims.configuration import Configuration
from zoslab.ims.dbrc import DbrcError
from zoslab.ims.errors import ImsError, RestartRefused
from zoslab.ims.host import Host
from zoslab.ims.region import FAILED, ControlRegion
from zoslab.ims.restart import Restarter
from zoslab.ims.stamps import checkpoint_id

if TYPE_CHECKING:
    from zoslab.jes.step import Step

LOOK_SECONDS = 0.1


class Cancelled(Exception):
    """The operator cancelled the control region."""


class OperatorSession:
    """Runs a control region for a started task."""

    def __init__(self, step: Step, host: Host, parm: str) -> None:
        self._step, self._host, self._parm = step, host, parm

    def run(self) -> int:
        """Start, work, end; return the step's return code.

        :raises ImsError: the region cannot initialise. :raises Cancelled: the operator cancelled it.
        """
        region = self._restart()
        try:
            self._step.system.arm.register(region.imsid, f"S {self._step.job.jobname}")
            self._work(region)
        finally:
            if not region.ended.is_set():
                region.fail("CANCELLED")
            subsystems.withdraw(self._step.system, region)
        if region.state == FAILED:
            return 12
        self._step.system.arm.deregister(region.imsid)
        return 0

    def _initialise(self) -> ControlRegion:
        return ControlRegion(Configuration.read(self._host, self._parm))

    def _restart(self) -> ControlRegion:
        region = self._initialise()
        subsystems.identify(self._step.system, region)
        entered = restart_command(region)
        while True:
            if not entered:
                entered = self._ask(f"DFS810A IMS READY {checkpoint_id(region.clock.now())} {region.imsid}", region)
            try:
                Restarter(region).command(entered)
                return region
            except (RestartRefused, DbrcError) as refused:
                self._host.message(str(refused) if isinstance(refused, ImsError) else refused.message)
            subsystems.withdraw(self._step.system, region)
            region.fail("RESTART REFUSED", report=False)
            region = self._initialise()
            subsystems.identify(self._step.system, region)
            entered = ""

    def _work(self, region: ControlRegion) -> None:
        asking = threading.Thread(target=self._take_commands, args=(region,), name=f"{region.imsid}-wtor", daemon=True)
        asking.start()
        while not region.ended.wait(LOOK_SECONDS):
            if self._step.cancelled.is_set():
                raise Cancelled

    def _take_commands(self, region: ControlRegion) -> None:
        try:
            while not region.ended.is_set():
                for line in command(region, self._ask(f"DFS996I *IMS READY* {region.imsid}", region)):
                    self._host.message(line)
        except Cancelled:
            return

    def _ask(self, text: str, region: ControlRegion) -> str:
        """Issue a WTOR and wait for the reply, the region's end or cancellation."""
        console = self._step.system.console
        request = console.ask(text, self._step.job.jobid, self._step.job.jobname)
        while not request.answered.wait(LOOK_SECONDS):
            if self._step.cancelled.is_set() or region.ended.is_set():
                console.forget(self._step.job.jobid)
                raise Cancelled
        if request.reply is None:
            raise Cancelled
        return request.reply
