"""One step: allocation, program fetch, the program itself, and how it ended."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from zoslab.clock import seconds
from zoslab.dasd.errors import NoSpace
from zoslab.dasd.pds import NotPartitioned
from zoslab.dasd.pds_directory import DirectoryFull
from zoslab.dasd.record_format import BadRecordFormat
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.datasets import DataSet, DataSetNotFound, WrongOrganisation
from zoslab.jes import internal_reader, protection, references
from zoslab.jes.allocation import Allocation
from zoslab.jes.allocator import Allocator
from zoslab.jes.disposition import Dispositions
from zoslab.jes.errors import Abend, DdMissing
from zoslab.jes.job import StepResult
from zoslab.jes.model import DdDefinition, Disposition
from zoslab.jes.serialisation import Serialisation
from zoslab.jes.step import Dd, Step
from zoslab.programs import registry

if TYPE_CHECKING:
    from zoslab.jes.execution import Execution

LINKLIB = "SYS1.LINKLIB"


class RunningStep:
    """Runs step ``at`` of a job and serves its `Step`."""

    def __init__(
        self, execution: Execution, at: int, allocator: Allocator, dispositions: Dispositions, serial: Serialisation
    ) -> None:
        self._execution, self._allocator, self._dispositions, self._serial = execution, allocator, dispositions, serial
        self._at = at
        self._definition = execution.definition.steps[at]
        self._log = execution.log
        self._dynamic: list[Allocation] = []
        self._dynamic_holds: list[str] = []
        self._allocations: dict[str, tuple[Allocation, ...]] = {}
        job, system = execution.job, execution.system
        definition = self._definition
        self.step = Step(job, definition.name, definition.procstep, definition.parm, system, self, execution.cancelled)

    def volumes(self) -> set[str]:
        """Return the serials of the volumes that the step has data sets on."""
        allocated = [part for parts in list(self._allocations.values()) for part in parts] + self._dynamic
        return {volser for part in allocated for volser in part.volsers}

    def run(self, result: StepResult) -> None:
        """Run the step and fill in ``result``.

        :raises JclError: it could not be allocated; the job ends.
        """
        self._allocations = self._allocator.allocate(self._at, self._execution.definition.msgclass)
        self.step.dds = {name: Dd(name, parts, self.step) for name, parts in self._allocations.items()}
        try:
            try:
                result.code = self._program(result)
                result.completion = f"CC {result.code:04d}"
            except Abend as error:
                result.abend, result.completion = error.code, error.completion
                self._say_abend(error)
        finally:
            self._end(result)

    def _program(self, result: StepResult) -> int:
        """Run the program and turn whatever happens in it into a return code or an abend."""
        try:
            result.program = self._program_name()
            program = self._fetch(result.program)
            self.step.check()
            code = program(self.step)
            self.step.close_listings()
        except NoSpace as error:
            raise Abend(_space_code(error), str(error)) from error
        except DirectoryFull as error:
            raise Abend("SE37", str(error), reason=4) from error
        except DdMissing as error:
            raise Abend("S013", str(error)) from error
        except (WrongOrganisation, NotPartitioned, BadRecordFormat) as error:
            raise Abend("S013", str(error), reason=0x30) from error
        except (DataSetNotFound, VolumeNotMounted) as error:
            raise Abend("S213", str(error), reason=4) from error
        except Abend:
            self._leave_listings()
            raise
        except Exception as error:
            self._leave_listings()
            self._log.system(*"".join(traceback.format_exception(error)).splitlines())
            raise Abend("S0C4", f"{type(error).__name__}: {error}") from error
        if self._execution.cancelled.is_set():
            raise Abend("S222", "cancelled")
        if not 0 <= code <= 4095:
            raise Abend("S0C4", f"return code {code} is not between 0 and 4095")
        return code

    def _leave_listings(self) -> None:
        """Write what listings on data sets had collected when the program abended, as far as that goes."""
        try:
            self.step.close_listings(final=True)
        except Exception as error:
            self._log.system(f"IEC999I LISTING LOST: {error}")

    def _program_name(self) -> str:
        if not self._definition.program_refers:
            return self._definition.program
        origin = references.find(self._definition.program_refers, self._execution.definition.steps, self._at)
        return origin.member if origin is not None else ""

    def _fetch(self, name: str) -> registry.Program:
        """Find a module's library and the function behind it.

        :raises Abend: S806 without a member of that name, S0C1 for a module that holds nothing to execute.
        """
        library = self.find_module(name)
        if library is None:
            self._log.both(f"CSV003I REQUESTED MODULE {name:<8} NOT FOUND")
            raise Abend("S806", f"module {name} is in no library of the step", reason=4)
        program = registry.lookup(name)
        if program is None:
            raise Abend("S0C1", f"module {name} of {library.dsname} holds no program that this system can execute")
        return program

    def find_module(self, name: str) -> DataSet | None:
        """Search STEPLIB, or JOBLIB if the step has none, then SYS1.LINKLIB."""
        steplib = self._allocations.get("STEPLIB")
        if steplib is not None:
            libraries = [part.dataset for part in steplib if part.dataset is not None]
        else:
            libraries = self._job_libraries()
        for library in [*libraries, *self._link_list()]:
            if name in library.pds():
                return library
        return None

    def _job_libraries(self) -> list[DataSet]:
        return [self._allocator.find(dd.dsname, dd.volumes) for dd in self._execution.definition.joblib]

    def _link_list(self) -> list[DataSet]:
        try:
            return [self._execution.system.datasets.find(LINKLIB)]
        except DataSetNotFound:
            return []

    def allocate(self, dsname: str, disp: str) -> Allocation:
        """Allocate dynamically: the hold and the data set go back at the end of the step."""
        if not self._serial.holds(dsname):
            self._serial.hold(dsname, disp == "SHR")
            self._dynamic_holds.append(dsname)
        definition = DdDefinition("SYS00001", 0, dsname=dsname, disposition=Disposition(disp, "KEEP", "KEEP"))
        try:
            found = self._allocator.find(dsname)
        except (DataSetNotFound, VolumeNotMounted):
            self.free(dsname)
            raise
        allocation = Allocation(definition, dsname, "", found, disp)
        self._dynamic.append(allocation)
        return allocation

    def free(self, dsname: str) -> None:
        """Give back what was allocated dynamically; what a DD statement names stays until the end of the step."""
        self._dynamic = [one for one in self._dynamic if one.dsname != dsname]
        if dsname in self._dynamic_holds:
            self._dynamic_holds.remove(dsname)
            self._serial.release(dsname)

    def authorise(self, dsname: str, access: str) -> None:
        """Check the owner's authority. The system's own profiles are read anew at every IPL."""
        user = self._execution.job.owner
        profile = protection.denied_by(self._execution.system.profiles, dsname, user, access)
        if profile is not None:
            self._log.both(
                f"ICH408I USER({user}) GROUP(SYS1) NAME({user})\n"
                f"  {dsname} CL(DATASET)\n  INSUFFICIENT ACCESS AUTHORITY\n"
                f"  FROM {profile.mask} (G)\n  ACCESS INTENT({access})  ACCESS ALLOWED(NONE)"
            )
            raise Abend("S913", f"{user} may not {access.lower()} {dsname}", reason=0x38)

    def log(self, text: str) -> None:
        self._log.system(text)

    def message(self, text: str) -> None:
        self._log.message(text)

    def _say_abend(self, error: Abend) -> None:
        job, label = self._execution.job, self._definition.label
        system, user = (error.code, "U0000") if error.code[0] == "S" else ("S000", error.code)
        moment = seconds(self._execution.system.clock.now())
        if error.text:
            self._log.system(f"IEA995I {error.code}: {error.text}")
        self._log.message(
            f"IEF450I {job.jobname} {label} - ABEND={system} {user} REASON={error.reason:08X} TIME={moment}"
        )
        self._log.system(
            f"IEF472I {job.jobname} {label} - COMPLETION CODE - SYSTEM={system[1:]} USER={user[1:]}"
            f" REASON={error.reason:08X}"
        )

    def _end(self, result: StepResult) -> None:
        """Delete outstanding replies, carry out dispositions and say how the step ended."""
        execution = self._execution
        execution.system.console.forget(execution.job.jobid)
        if result.code is not None:
            where = f"{execution.job.jobname} {self._definition.label}"
            self._log.system(f"IEF142I {where} - STEP WAS EXECUTED - COND CODE {result.code:04d}")
        allocations = [part for parts in self._allocations.values() for part in parts]
        self._dispositions.end_of_step([*allocations, *self._dynamic], result.abend is not None)
        for dsname in self._dynamic_holds:
            self._serial.release(dsname)
        self._submit_internal_reader(allocations)
        started, ended = result.started, execution.system.clock.now()
        self._log.system(f"IEF373I STEP/{result.procstep or result.name:<8}/START {started:%Y%j.%H%M}")
        self._log.system(f"IEF032I STEP/{result.procstep or result.name:<8}/STOP  {ended:%Y%j.%H%M}")

    def _submit_internal_reader(self, allocations: list[Allocation]) -> None:
        """Submit what the step wrote to SYSOUT=(x,INTRDR)."""
        for allocation in allocations:
            if allocation.sysout is not None and allocation.definition.sysout.endswith(",INTRDR"):
                internal_reader.submit_output(
                    self._execution.jes, self._execution.job, allocation.sysout.file.id, self._log
                )


def _space_code(error: NoSpace) -> str:
    return f"S{error.code}" if error.code in ("B37", "D37", "E37") else "SB37"
