"""JESMSGLG and JESYSMSG: what the system says of a job. Message texts: z/OS MVS System Messages, JES2 Messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from zoslab.clock import Clock, seconds
from zoslab.jes import spool
from zoslab.jes.job import Job

if TYPE_CHECKING:
    from zoslab.console.console import Console


class JobLog:
    """The system's three spool data sets of one job."""

    def __init__(self, job: Job, store: spool.Spool, console: Console, clock: Clock) -> None:
        self._job, self._store, self._console, self._clock = job, store, console, clock
        self._log = self._open("JESMSGLG", spool.JESMSGLG)
        self._jcl = self._open("JESJCL", spool.JESJCL)
        self._system = self._open("JESYSMSG", spool.JESYSMSG)

    def _open(self, ddname: str, file_id: int) -> spool.SysoutWriter:
        return self._store.open(self._job, ddname, "JES2", "", "H", file_id)

    def header(self, system: str) -> None:
        """Write the title lines of the job log."""
        moment = self._clock.now()
        name = f"{' '.join(system)}"
        self._log.lines(
            (
                f"{'':19}J E S 2  J O B  L O G  --  S Y S T E M  {name}  --  N O D E  {name}",
                "",
                f" {seconds(moment)} {self._job.jobid:<8} ---- {f'{moment:%A}'.upper() + ',':<11}"
                f" {f'{moment:%d %b %Y}'.upper()} ----",
            )
        )

    def jcl(self, lines: Iterable[str]) -> None:
        """Write JESJCL."""
        self._jcl.lines(lines)

    def system(self, *lines: str) -> None:
        """Write to JESYSMSG."""
        self._system.lines(f" {line}" if line else "" for line in lines)

    def message(self, text: str) -> None:
        """Write a message to the job log and to the operator."""
        first, *more = text.split("\n")
        moment = seconds(self._clock.now())
        self._log.line(f" {moment} {self._job.jobid:<8}  {first}")
        self._log.lines(f" {'':8} {'':8}  {line}" for line in more)
        self._console.message(text, self._job.jobid, self._job.jobname)

    def both(self, text: str) -> None:
        """Write to the operator, the job log and JESYSMSG."""
        self.message(text)
        self.system(text)

    def close(self) -> None:
        for writer in (self._log, self._jcl, self._system):
            writer.close()
