"""What a program sees of the step it runs in: PARM, DD statements, operator, cancellation."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from zoslab import ebcdic
from zoslab.dasd.pds import MemberNotFound
from zoslab.jes.allocation import Allocation
from zoslab.jes.errors import Abend, DdMissing
from zoslab.jes.spool import SysoutWriter

if TYPE_CHECKING:
    from zoslab.datasets import DataSet
    from zoslab.jes.job import Job
    from zoslab.zos import Zos

CARD = 80


@dataclass(frozen=True)
class OperatorCommand:
    """A MODIFY or STOP command for a running job. ``text`` is empty for STOP."""

    verb: str
    text: str
    console: str


class StepServices(Protocol):
    """What the running job does for a step: dynamic allocation, module search, protection, messages."""

    def allocate(self, dsname: str, disp: str) -> Allocation: ...
    def free(self, dsname: str) -> None: ...
    def find_module(self, name: str) -> DataSet | None: ...
    def authorise(self, dsname: str, access: str) -> None: ...
    def log(self, text: str) -> None: ...
    def message(self, text: str) -> None: ...


class Dd:
    """One DD name of a step, with all parts of its concatenation.

    Reading goes over the parts in order; writing goes to the only part.
    """

    def __init__(self, name: str, parts: tuple[Allocation, ...], step: Step) -> None:
        self.name = name
        self.parts = parts
        self._step = step

    @property
    def dummy(self) -> bool:
        """DUMMY, DSN=NULLFILE, or DDNAME= of a DD that is not there."""
        return self.parts[0].definition.dummy

    @property
    def sysout(self) -> SysoutWriter | None:
        """The spool data set, or None."""
        return self.parts[0].sysout

    @property
    def member(self) -> str:
        """The member coded on the DD, or an empty string."""
        return self.parts[0].member

    @property
    def dataset(self) -> DataSet | None:
        """The (first) data set, opened for what DISP allows: update unless SHR."""
        part = self.parts[0]
        if part.dataset is not None:
            self._step.authorise(part.dsname, "READ" if part.status == "SHR" else "UPDATE")
        return part.dataset

    @property
    def volsers(self) -> list[str]:
        """The serials of the volumes that the DD has allocated, with or without a data set."""
        return [volser for part in self.parts for volser in part.volsers]

    @property
    def datasets(self) -> list[DataSet]:
        """All data sets of the concatenation, for input."""
        found = []
        for part in self.parts:
            if part.dataset is not None:
                self._step.authorise(part.dsname, "READ")
                found.append(part.dataset)
        return found

    def records(self) -> Iterator[str]:
        """Yield the records as text without trailing blanks."""
        return map(ebcdic.decode, self.raw_records())

    def raw_records(self) -> Iterator[bytes]:
        """Yield the records as they are stored; in-stream records as 80-byte cards.

        :raises Abend: S222 once the job is cancelled.
        """
        for part in self.parts:
            for record in self._part(part):
                self._step.check()
                yield record

    def _part(self, part: Allocation) -> Iterable[bytes]:
        if part.definition.data is not None:
            return (ebcdic.encode(card.ljust(CARD)) for card in part.definition.data)
        if part.dataset is None:
            return ()
        self._step.authorise(part.dsname, "READ")
        if not part.member:
            return part.dataset.records()
        try:
            return part.dataset.pds().read(part.member)
        except MemberNotFound as error:
            raise Abend("S013", f"IEC141I 013-18,{self.name}: {error}", reason=0x18) from error

    def write(self, records: Iterable[bytes | str]) -> None:
        """Write the records: over what is there, or behind it for DISP=MOD. Text is encoded and padded as RECFM asks.

        :raises Abend: S013 if the DD is for input only, S913 without authority, Sx37 without space.
        """
        part = self.parts[0]
        self._step.check()
        if part.sysout is not None:
            part.sysout.lines(record if isinstance(record, str) else ebcdic.decode(record) for record in records)
        elif part.dataset is not None:
            self._step.authorise(part.dsname, "UPDATE")
            part.write(_stored(record, part.dataset) for record in records)
        elif not part.definition.dummy or part.definition.data is not None:
            raise Abend("S013", f"DD {self.name} cannot be written")


def _stored(record: bytes | str, dataset: DataSet) -> bytes:
    if isinstance(record, bytes):
        return record
    fixed = dataset.recfm.startswith("F")
    return ebcdic.encode(record, dataset.lrecl if fixed else None)


class Step:
    """A running step.

    :ivar job: jobname, jobid and owner among others.
    :ivar cancelled: set when the operator or z/OSMF cancels the job; a program that waits must wait on it.
    """

    def __init__(
        self,
        job: Job,
        name: str,
        procstep: str,
        parm: str,
        system: Zos,
        services: StepServices,
        cancelled: threading.Event,
    ) -> None:
        self.job = job
        self.name = name
        self.procstep = procstep
        self.parm = parm
        self.system = system
        self.cancelled = cancelled
        self.dds: dict[str, Dd] = {}
        self.takes_commands = False
        self._services = services
        self._listings: dict[str, Listing] = {}
        self._commands: queue.Queue[OperatorCommand] = queue.Queue()

    @property
    def modify_commands(self) -> queue.Queue[OperatorCommand]:
        """F and P commands for this job. Looking at it says that the program takes them; before, they are refused."""
        self.takes_commands = True
        return self._commands

    def deliver(self, command: OperatorCommand) -> bool:
        """Hand a command to the program; False if it takes none."""
        if self.takes_commands:
            self._commands.put(command)
        return self.takes_commands

    def has(self, ddname: str) -> bool:
        return ddname in self.dds

    def dd(self, ddname: str) -> Dd:
        """Return a DD.

        :raises DdMissing: the step has none of that name.
        """
        if ddname not in self.dds:
            self.log(str(DdMissing(ddname)))
            raise DdMissing(ddname)
        return self.dds[ddname]

    def print(self, ddname: str) -> Listing:
        """Return a writer of print lines to a DD, wherever it leads.

        :raises DdMissing: the step has none of that name.
        """
        if ddname not in self._listings:
            self._listings[ddname] = Listing(self.dd(ddname), self)
        return self._listings[ddname]

    def close_listings(self, final: bool = False) -> None:
        """Write out listings that go to data sets; ``final`` even though the job is cancelled."""
        if not final:
            self.check()
        for listing in self._listings.values():
            listing.close()

    def check(self) -> None:
        """Raise S222 if the job has been cancelled."""
        if self.cancelled.is_set():
            raise Abend("S222", "cancelled")

    def wto(self, text: str) -> None:
        """Write to the operator, the job log and the hardcopy log; also after a cancel."""
        self._services.message(text)

    def wtor(self, text: str) -> str:
        """Ask the operator and wait for the reply.

        :raises Abend: S222 if the job is cancelled or ends while waiting.
        """
        self.check()
        return self.system.console.wtor(text, self.job, self.cancelled)

    def log(self, text: str) -> None:
        """Write a line to JESYSMSG."""
        self._services.log(text)

    def allocate(self, dsname: str, disp: str = "SHR") -> DataSet:
        """Allocate an existing data set until the end of the step, serialised as DISP says.

        :raises DataSetNotFound: neither the catalog nor the volume has it.
        :raises DataSetInUse: another job holds it in a way that excludes this.
        """
        self.check()
        allocation = self._services.allocate(dsname, disp)
        assert allocation.dataset is not None
        self.authorise(dsname, "READ" if disp == "SHR" else "UPDATE")
        return allocation.dataset

    def free(self, dsname: str) -> None:
        """Give a data set back that was allocated by `allocate`."""
        self._services.free(dsname)

    def find_module(self, name: str) -> DataSet | None:
        """Return the library program fetch takes a module from: STEPLIB or JOBLIB, then SYS1.LINKLIB."""
        return self._services.find_module(name)

    def authorise(self, dsname: str, access: str) -> None:
        """Check READ or UPDATE authority of the job's owner.

        :raises Abend: S913.
        """
        self._services.authorise(dsname, access)


class Listing:
    """Print lines: straight to the spool, or collected for a data set and written when closed."""

    def __init__(self, dd: Dd, step: Step) -> None:
        self._dd = dd
        self._step = step
        self._lines: list[str] = []

    def line(self, text: str = "") -> None:
        """Write one line."""
        self._step.check()
        if self._dd.sysout is not None:
            self._dd.sysout.line(text)
        else:
            self._lines.append(text)

    def close(self) -> None:
        """Write what was collected. The step's end does it for listings left open."""
        if self._lines:
            self._dd.write(self._lines)
            self._lines = []
