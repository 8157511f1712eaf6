"""One job from its initiator's selection to its end: serialisation, steps in order, completion."""

from __future__ import annotations

import threading
import traceback
from typing import TYPE_CHECKING

from zoslab.catalog.errors import CatalogError
from zoslab.clock import seconds
from zoslab.dasd.audit import writer
from zoslab.enq import DataSetInUse
from zoslab.jes.allocator import Allocator
from zoslab.jes.arm import current_jobid
from zoslab.jes.conditions import any_true, bypassed
from zoslab.jes.disposition import Dispositions
from zoslab.jes.errors import Abend, Finding, JclError
from zoslab.jes.job import Job, StepResult
from zoslab.jes.joblog import JobLog
from zoslab.jes.model import JobDefinition
from zoslab.jes.names import Names
from zoslab.jes.running_step import RunningStep
from zoslab.jes.serialisation import Serialisation, last_uses, requests

if TYPE_CHECKING:
    from zoslab.jes.jes import Jes
    from zoslab.jes.step import OperatorCommand
    from zoslab.zos import Zos


class Execution:
    """A job that is executing. ``run`` is called in the initiator's thread, everything else from anywhere."""

    def __init__(self, system: Zos, jes: Jes, job: Job, definition: JobDefinition) -> None:
        self.system, self.jes, self.job, self.definition = system, jes, job, definition
        self.cancelled = threading.Event()
        self.log = JobLog(job, jes.spool_store, system.console, system.clock)
        self.step: RunningStep | None = None
        self._names = Names(job.jobname, system.clock.now(), definition.steps, system.catalogs)
        self._serial = Serialisation(system.enq, f"{job.jobname} {job.jobid}")
        self._allocator = Allocator(system, job, definition.steps, self._names, jes.spool_store, self.log)
        self._dispositions = Dispositions(system, self._allocator, self.log)

    def deliver(self, command: OperatorCommand) -> bool:
        """Hand an operator command to the step that is running; False if none takes it."""
        step = self.step
        return step is not None and step.step.deliver(command)

    def volumes(self) -> set[str]:
        """Return the serials of the volumes that the running step has data sets on."""
        step = self.step
        return step.volumes() if step is not None else set()

    def run(self) -> str:
        """Run the job and return its retcode. Never raises."""
        writer.set(self.job.jobname)
        current_jobid.set(self.job.jobid)
        self.log.message(f"IEF403I {self.job.jobname} - STARTED - TIME={seconds(self.system.clock.now())}")
        try:
            retcode = self._all_steps()
        except JclError as error:
            retcode = self._jcl_error(error)
        except Abend as error:
            retcode = error.completion
        except Exception as error:
            retcode = self._broken(error)
        finally:
            self._serial.release_all()
        self._say_end(retcode)
        self.log.close()
        return retcode

    def _broken(self, error: Exception) -> str:
        """End a job that failed in the system's own work on it, such as a broken catalog or VTOC."""
        self.log.system(*"".join(traceback.format_exception(error)).splitlines())
        self.log.message(f"IEF450I {self.job.jobname} - ABEND=S0F4 U0000 - {type(error).__name__}: {error}")
        return "ABEND S0F4"

    def _all_steps(self) -> str:
        last = self._take_names()
        results = self._results()
        started, cut = not self.definition.restart.strip("*"), False
        for at, definition in enumerate(self.definition.steps):
            restarts = (definition.name, f"{definition.name}.{definition.procstep}")
            started = started or self.definition.restart in restarts
            reached = results[:at]
            if any_true(self.definition.condition, reached):
                where = f"{self.job.jobname} {definition.label}"
                self.log.both(f"IEF201I {where} - JOB TERMINATED BECAUSE OF CONDITION CODES")
                self._flush(results[at:])
                break
            cut = cut or self.cancelled.is_set()
            runs = started and not cut
            reason = bypassed(definition, reached) if runs else "STEP WAS NOT EXECUTED"
            if reason:
                self._bypass(results[at], definition.label, reason)
            else:
                self._one_step(at, results)
            for dsname in [name for name, where in last.items() if where == at]:
                self._serial.release(dsname)
        self._dispositions.end_of_job()
        return "CANCELED" if cut and not any(result.abend for result in results) else retcode(results)

    def _take_names(self) -> dict[str, int]:
        """Fix generations and wait for every data set; return the last step that uses each."""
        bases = self._names.bases()
        self._serial.obtain(bases, self.cancelled, self.log, self._waiting)
        try:
            self._names.fix_generations()
        except CatalogError as error:
            text = f"IEF286I {self.job.jobname} - GENERATION CANNOT BE RESOLVED: {error}"
            raise JclError(Finding(0, text)) from error
        uses = self._names.all()
        self._serial.obtain({**bases, **requests(uses)}, self.cancelled, self.log, self._waiting)
        return last_uses(uses)

    def _results(self) -> list[StepResult]:
        """Return a result for every step; the job shows those that were reached."""
        return [StepResult(step.name, step.procstep, step.program) for step in self.definition.steps]

    def _one_step(self, at: int, results: list[StepResult]) -> None:
        result = results[at]
        result.executed, result.started = True, self.system.clock.now()
        self.job.steps = results[: at + 1]
        self.jes.spool_store.save(self.job)
        self.step = RunningStep(self, at, self._allocator, self._dispositions, self._serial)
        try:
            self.step.run(result)
        except JclError:
            result.executed, result.completion = False, "JCL ERROR"
            self._flush(results[at + 1 :])
            self._dispositions.end_of_job()
            raise
        except Exception:
            result.completion, result.abend = "ABEND S0F4", "S0F4"
            self._flush(results[at + 1 :])
            raise
        finally:
            self.step = None
            result.ended = self.system.clock.now()
            self.jes.spool_store.save(self.job)
            self.system.deallocated()
        self.system.smf.record(
            30,
            subtype=4,
            jobname=self.job.jobname,
            jobid=self.job.jobid,
            step=result.name,
            procstep=result.procstep,
            program=result.program,
            completion=result.completion,
            started=result.started,
            ended=result.ended,
        )

    def _bypass(self, result: StepResult, label: str, reason: str) -> None:
        number = "IEF206I" if "EXPRESSION" in reason else "IEF202I" if "CODES" in reason else "IEF272I"
        self.log.system(f"{number} {self.job.jobname} {label} - {reason}")
        self._flush([result])

    def _flush(self, results: list[StepResult]) -> None:
        for result in results:
            result.completion = "FLUSH"
        self.job.steps = [*self.job.steps, *results]
        self.jes.spool_store.save(self.job)

    def _jcl_error(self, error: JclError) -> str:
        for finding in error.findings:
            self.log.both(finding.text)
        self.log.both(f"IEF272I {self.job.jobname} - STEP WAS NOT EXECUTED.")
        return "JCL ERROR"

    def _say_end(self, retcode: str) -> None:
        moment = seconds(self.system.clock.now())
        if retcode == "JCL ERROR":
            self.log.message(f"IEF453I {self.job.jobname} - JOB FAILED - JCL ERROR - TIME={moment}")
        else:
            self.log.message(f"IEF404I {self.job.jobname} - ENDED - TIME={moment}")
        shown = (
            f"RC={retcode[3:]}"
            if retcode.startswith("CC ")
            else retcode.replace("ABEND ", "ABEND=").replace("ABENDU", "ABEND=U")
        )
        self.log.message(f"$HASP395 {self.job.jobname:<8} ENDED - {shown}")

    def _waiting(self, busy: DataSetInUse) -> list[str]:
        name, jobid = self.job.jobname, self.job.jobid
        return [
            f"IEF861I FOLLOWING RESERVED DATA SET NAMES UNAVAILABLE TO {name} {jobid}",
            f"IEF863I DSN = {busy.dsname} {name} {jobid} RC = 04",
            f"IEF099I JOB {name} {jobid} WAITING FOR DATA SETS HELD BY {busy.holder}",
        ]


def retcode(results: list[StepResult]) -> str:
    """Return the job's code: its first abend, else its highest step code."""
    for result in results:
        if result.abend is not None and result.completion is not None:
            return result.completion
    return f"CC {max((result.code or 0 for result in results), default=0):04d}"
