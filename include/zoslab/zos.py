"""The running system: disks, catalogs, data sets, JES, console, clock, in one process with its state in one folder."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zoslab import ebcdic, parmlib
from zoslab.catalog.system import CatalogSystem
from zoslab.clock import Clock
from zoslab.console.console import Console
from zoslab.console.hardcopy import Hardcopy
from zoslab.dasd import commit
from zoslab.dasd.subsystem import DiskSubsystem
from zoslab.datasets import DataManagement, DataSetNotFound
from zoslab.enq import Enq
from zoslab.jes import protection
from zoslab.jes.arm import AutomaticRestart
from zoslab.jes.jes import Jes
from zoslab.jes.procedures import Procedures
from zoslab.smf import Smf

if TYPE_CHECKING:
    from zoslab.datasets import DataSet

PARMLIB = "SYS1.PARMLIB"
LOAD_FILE = "load.json"


@dataclass(frozen=True)
class LoadParameters:
    """What an IPL must know before it can read a catalog; stands for a LOADxx member. Own layout: ``load.json``."""

    master_catalog: str = "CATALOG.MASTER"
    master_volser: str = "LABRES"
    sysname: str = "LAB1"
    initiators: int = 4

    @classmethod
    def read(cls, folder: Path) -> LoadParameters:
        """Read the folder's load parameters, or take the defaults."""
        path = folder / LOAD_FILE
        return cls(**commit.read_json(path)) if path.exists() else cls()

    def write(self, folder: Path) -> None:
        """Make these the folder's load parameters."""
        commit.write_json(folder / LOAD_FILE, asdict(self))


class Zos:
    """One system. ``Zos(folder)`` opens its parts; ``Zos.ipl(folder)`` also starts initiators and restarts tasks."""

    def __init__(self, folder: str | os.PathLike[str], clock: Clock | None = None) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        load = LoadParameters.read(self.folder)
        self.sysname, self.initiators = load.sysname, load.initiators
        self.clock = clock or Clock()
        self.smf = Smf(self.folder)
        self._hardcopy = Hardcopy(self.folder)
        self.console = Console(self, self._hardcopy)
        self.dasd = DiskSubsystem(self.folder / "dasd")
        self.catalogs = CatalogSystem(self.dasd, load.master_catalog, load.master_volser)
        self.datasets = DataManagement(self.dasd, self.catalogs)
        self.enq = Enq()
        self.arm = AutomaticRestart(self.folder)
        self.procedures = Procedures(self.datasets, self.parmlib)
        self.profiles: tuple[protection.Profile, ...] = ()
        self.storage_classes: dict[str, str] = {}
        self._pending_offline: set[int] = set()
        self.jes = Jes(self, self.folder / "spool")

    @classmethod
    def ipl(cls, folder: str | os.PathLike[str], clock: Clock | None = None) -> Zos:
        """Start the system: queues as they were, failed jobs ended, registered started tasks restarted.

        :raises SubsystemInUse: the system is up in another process.
        """
        system = cls(folder, clock)
        system.console.message(f"IEA101I SYSTEM {system.sysname} IS UP")
        system.read_parmlib()
        system.jes.warm_start()
        system.jes.start(system.initiators)
        for element in system.arm.elements():
            system.console.message(f"IXC812I RESTART OF ELEMENT {element.name} WITH COMMAND {element.restart_command}")
            system.console.command(element.restart_command, "INTERNAL")
        return system

    def shutdown(self, timeout: float = 10.0) -> None:
        """Stop: what runs is cancelled, waiting jobs stay queued, registered tasks come back at the next IPL."""
        self.jes.stop(timeout)
        self.dasd.close()
        self._hardcopy.close()

    def read_parmlib(self) -> None:
        """Take protection, public volumes and storage groups from SYS1.PARMLIB; what is not there stays as it was.

        :raises BadProfile: a line of RACFLAB. :raises BadParameter: a line of VATLST00 or IGDSMS00.
        """
        if (lines := self.parmlib("RACFLAB")) is not None:
            self.profiles = protection.parse(lines)
        if (lines := self.parmlib("VATLST00")) is not None:
            self.datasets.public = parmlib.public_volumes(lines)
        if (lines := self.parmlib("IGDSMS00")) is not None:
            definitions = parmlib.storage_definitions(lines)
            self.datasets.storage_groups = dict(definitions.groups)
            self.storage_classes = definitions.classes

    def parmlib(self, member: str) -> list[str] | None:
        """Return the lines of a member of SYS1.PARMLIB, or None if there is none."""
        try:
            library = self.datasets.find(PARMLIB)
        except DataSetNotFound:
            return None
        return member_lines(library, member)

    def vary_offline_later(self, devno: int) -> None:
        """Take a device offline as soon as no job has a data set on it any more."""
        self._pending_offline.add(devno)

    def deallocated(self) -> None:
        """Take devices offline that were pending and are no longer allocated."""
        for devno in list(self._pending_offline):
            if not self.jes.allocated(devno):
                self._pending_offline.discard(devno)
                self.dasd.vary_offline(devno)
                self.console.message(f"IEF880I {devno:04X} NOW OFFLINE BY VARY COMMAND")


def member_lines(library: DataSet, member: str) -> list[str] | None:
    """Return a member as text lines, or None if the library has none of that name."""
    pds = library.pds()
    if member not in pds:
        return None
    return [ebcdic.decode(record) for record in pds.read(member)]
