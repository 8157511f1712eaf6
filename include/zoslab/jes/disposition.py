"""What becomes of a step's data sets at its end, and of what was passed at the job's end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.errors import DasdError
from zoslab.datasets import DataSetNotFound
from zoslab.jes.allocation import Allocation
from zoslab.jes.allocator import Allocator

if TYPE_CHECKING:
    from zoslab.jes.joblog import JobLog
    from zoslab.zos import Zos

DONE = {"KEEP": "KEPT", "DELETE": "DELETED", "CATLG": "CATALOGED", "UNCATLG": "UNCATALOGED", "PASS": "PASSED"}


class Dispositions:
    """Carries out dispositions for one job and keeps what it passed from step to step."""

    def __init__(self, system: Zos, allocator: Allocator, log: JobLog) -> None:
        self._system, self._allocator, self._log = system, allocator, log
        self._passed: dict[str, Allocation] = {}

    def end_of_step(self, allocations: Iterable[Allocation], abended: bool) -> None:
        """Carry out the normal or, after an abend, the abnormal dispositions in the order of the DD statements."""
        for allocation in allocations:
            if allocation.sysout is not None:
                allocation.sysout.close()
            elif allocation.dataset is not None:
                self._passed.pop(allocation.dsname, None)
                self._carry_out(allocation, wanted(allocation, abended))

    def end_of_job(self) -> None:
        """Delete what was made and passed and never received; keep the rest."""
        for allocation in list(self._passed.values()):
            self._carry_out(allocation, "DELETE" if allocation.temporary or not allocation.cataloged else "KEEP")
        self._passed.clear()

    def _by_catalog(self, allocation: Allocation) -> bool:
        """Whether the data set is found by its catalog entry, and not only on the volumes that the JCL names."""
        entry = self._system.catalogs.locate(allocation.dsname)
        assert allocation.dataset is not None
        return entry is not None and (entry.kind == "CLUSTER" or list(entry.volsers) == allocation.dataset.volsers)

    def _carry_out(self, allocation: Allocation, action: str) -> None:
        """Carry one disposition out; what fails is said in JESYSMSG and leaves the step's code alone."""
        dataset = allocation.dataset
        assert dataset is not None
        volsers = list(dataset.volsers)
        dsname = allocation.dsname
        outcome = DONE[action]
        try:
            if action == "DELETE":
                self._system.datasets.scratch(dsname, None if self._by_catalog(allocation) else volsers)
                self._allocator.placed.pop(dsname, None)
            elif action == "CATLG" and not allocation.cataloged:
                if self._system.catalogs.locate(dsname) is None:
                    self._system.catalogs.define_nonvsam(dsname, volsers)
                allocation.cataloged = True
            elif action == "UNCATLG":
                self._system.catalogs.delete(dsname, noscratch=True)
            elif action == "PASS":
                self._passed[dsname] = allocation
        except (DasdError, CatalogError, DataSetNotFound) as error:
            outcome = f"NOT {DONE[action]}"
            self._log.system(f"IEF283I {error}")
        self._log.system(f"IEF285I   {dsname:<44} {outcome}", f"IEF285I   VOL SER NOS= {','.join(volsers)}.")


def wanted(allocation: Allocation, abended: bool) -> str:
    """Return the disposition that applies, defaults filled in: new data sets are deleted, others kept."""
    disposition = allocation.definition.disposition
    default = "DELETE" if allocation.status == "NEW" else "KEEP"
    normal = disposition.normal or default
    if not abended:
        return normal
    return disposition.abnormal or (default if normal == "PASS" else normal)
