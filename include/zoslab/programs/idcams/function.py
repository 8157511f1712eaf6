"""One command while it runs: its listing and condition code, and how failures of the system become IDC messages.

Source: z/OS MVS System Messages, Vol 6, IDC. Own: the module letters in IDC3009I but for CLEG and CLEH, and the line
that follows IDC3009I with the reason in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zoslab.catalog.errors import (
    BrokenCatalog,
    CatalogError,
    DuplicateEntry,
    EntryNotFound,
    NotEmptyGroup,
    WrongEntryType,
)
from zoslab.dasd.errors import DasdError, DuplicateDataSet, NoSpace
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.vsam.errors import VsamError
from zoslab.datasets import DataSetNotFound, WrongOrganisation
from zoslab.enq import DataSetInUse
from zoslab.jes.errors import Abend, DdMissing
from zoslab.programs.statements import Statement

if TYPE_CHECKING:
    from zoslab.jes.step import Dd, Listing, Step
    from zoslab.zos import Zos

WARNING, ERROR, SEVERE, TERMINATING = 4, 8, 12, 16
REASONS: tuple[tuple[type[Exception], str, int, str], ...] = (
    (EntryNotFound, "IDC3012I ENTRY {name} NOT FOUND", 8, "IGG0CLEG-42"),
    (DataSetNotFound, "IDC3012I ENTRY {name} NOT FOUND", 8, "IGG0CLEG-42"),
    (DuplicateEntry, "IDC3013I DUPLICATE DATA SET NAME", 8, "IGG0CLEH-38"),
    (DuplicateDataSet, "IDC3013I DUPLICATE DATA SET NAME", 8, "IGG0CLEH-38"),
    (NotEmptyGroup, "IDC3014I CATALOG ERROR", 186, "IGG0CLFK-12"),
    (WrongEntryType, "IDC3014I CATALOG ERROR", 72, "IGG0CLFF-2"),
    (BrokenCatalog, "IDC3014I CATALOG ERROR", 32, "IGG0CLF2-8"),
    (NoSpace, "IDC3014I CATALOG ERROR", 68, "IGG0CLFT-20"),
    (VolumeNotMounted, "IDC3014I CATALOG ERROR", 184, "IGG0CLFR-2"),
    (DataSetInUse, "IDC3014I CATALOG ERROR", 184, "IGG0CLFR-6"),
    (CatalogError, "IDC3014I CATALOG ERROR", 60, "IGG0CLFF-2"),
)
SYSTEM_FAILURES = (
    CatalogError,
    DasdError,
    VsamError,
    DataSetNotFound,
    WrongOrganisation,
    VolumeNotMounted,
    DataSetInUse,
)


class Failed(Exception):
    """A command that cannot go on: its messages and its condition code."""

    def __init__(self, *lines: str, code: int = SEVERE) -> None:
        super().__init__(" ".join(lines))
        self.lines, self.code = lines, code


class Function:
    """One command: what it prints and the highest condition code so far."""

    def __init__(self, step: Step, listing: Listing) -> None:
        self.step, self.listing = step, listing
        self.code = 0
        self._owner = f"{step.job.jobname} {step.job.jobid}"

    @property
    def system(self) -> Zos:
        return self.step.system

    def say(self, first: str, *more: str, code: int = 0) -> None:
        """Print a message with its further lines, and note its condition code."""
        self.listing.line(f"0{first}")
        for line in more:
            self.listing.line(f" {line}")
        self.code = max(self.code, code)

    def line(self, text: str = "") -> None:
        """Print a line of a report."""
        self.listing.line(f" {text}".rstrip())

    def dd(self, ddname: str) -> Dd:
        """Return a DD.

        :raises Failed: the step has none of that name.
        """
        try:
            return self.step.dd(ddname)
        except DdMissing as error:
            raise Failed(f"IDC3300I ERROR OPENING {ddname}", "IDC3302I DD STATEMENT MISSING") from error

    @contextmanager
    def holding(self, name: str, access: str = "UPDATE") -> Iterator[None]:
        """Hold a name, exclusively to change it, with the authority of the job's owner.

        :raises Failed: another job holds it, or the owner has no authority.
        """
        self.authorise(name, access)
        with failing(name), self.system.enq.hold(name, access == "READ", self._owner):
            yield

    def authorise(self, name: str, access: str) -> None:
        """:raises Failed: the job's owner has no such authority."""
        try:
            self.step.authorise(name, access)
        except Abend as error:
            raise Failed("IDC3018I SECURITY VERIFICATION FAILED", _returned(56, "IGG0CLFT-6"), code=SEVERE) from error


Run = Callable[[Function, Statement], None]


@contextmanager
def failing(name: str, code: int = SEVERE) -> Iterator[None]:
    """Turn what the system refuses in the block into the messages of a failed command.

    :raises Failed: it refused something.
    """
    try:
        yield
    except SYSTEM_FAILURES as error:
        raise Failed(*messages(error, name), code=code) from error


def messages(error: Exception, name: str) -> tuple[str, ...]:
    """Return the messages for what the system said about ``name``."""
    for kind, text, returned, reason in REASONS:
        if isinstance(error, kind):
            known = text.startswith(("IDC3012I", "IDC3013I"))
            return text.format(name=name), _returned(returned, reason), *(() if known else (f"  {error}",))
    return "IDC3351I ** VSAM I/O RETURN CODE IS 8", f"  {error}"


def _returned(code: int, reason: str) -> str:
    return f"IDC3009I ** VSAM CATALOG RETURN CODE IS {code} - REASON CODE IS {reason}"
