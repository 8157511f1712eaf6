"""Allocation of a step's DD statements, and dynamic allocation. Messages: z/OS MVS System Messages, IEF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zoslab.catalog.errors import CatalogError
from zoslab.dasd.errors import DuplicateDataSet, NoSpace
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.volume import DataSetAttributes, Space
from zoslab.datasets import DataSet, DataSetNotFound
from zoslab.jes import references
from zoslab.jes.allocation import Allocation
from zoslab.jes.errors import Finding, JclError
from zoslab.jes.model import DdDefinition, SpaceRequest, StepDefinition
from zoslab.jes.names import Names, needs_data_set

if TYPE_CHECKING:
    from zoslab.jes.job import Job
    from zoslab.jes.joblog import JobLog
    from zoslab.jes.spool import Spool
    from zoslab.zos import Zos

HALF_TRACK = 27998
"""Block size limit for a block size left to the system: half a 3390 track."""


class Allocator:
    """Allocates for one job; it remembers where the job's own new data sets lie until they are cataloged."""

    def __init__(
        self, system: Zos, job: Job, steps: Sequence[StepDefinition], names: Names, store: Spool, log: JobLog
    ) -> None:
        self._system, self._job, self._steps, self._names = system, job, steps, names
        self._store, self._log = store, log
        self.placed: dict[str, tuple[str, ...]] = {}

    def allocate(self, at: int, msgclass: str) -> dict[str, tuple[Allocation, ...]]:
        """Allocate every DD of step ``at``.

        :raises JclError: a data set is missing, is there twice, or has no space; nothing stays allocated.
        """
        step = self._steps[at]
        self._log.system(f"IEF236I ALLOC. FOR {self._job.jobname} {step.label}")
        done: dict[str, tuple[Allocation, ...]] = {}
        try:
            for parts in step.dds:
                name = parts[0].name
                done[name] = ()
                for dd in parts:
                    done[name] = (*done[name], self._one(dd, at, msgclass))
        except JclError:
            self._undo(done)
            raise
        return done

    def find(self, dsname: str, volumes: Sequence[str] = ()) -> DataSet:
        """Find a data set as allocation does: on the volume given, or where this job has put it, or by the catalog.

        :raises DataSetNotFound: it is not there.
        """
        placed = list(volumes or self.placed.get(dsname, ()))
        return self._system.datasets.find(dsname, placed or None)

    def _one(self, dd: DdDefinition, at: int, msgclass: str) -> Allocation:
        if dd.sysout:
            return self._sysout(dd, at, msgclass)
        if dd.volume_only:
            return self._volume(dd, at)
        if not needs_data_set(dd):
            self._log.system(f"IEF237I {'JES2' if dd.data is not None else 'DMY'} ALLOCATED TO {dd.name}")
            return Allocation(dd)
        dsname, member = self._names.real(dd, at)
        where = self._where(dd, at)
        try:
            allocation = self._data_set(dd, at, dsname, member)
        except DataSetNotFound as error:
            raise self._failed(dd, f"IEF212I {where} - DATA SET NOT FOUND", error) from error
        except VolumeNotMounted as error:
            raise self._failed(dd, f"IEF244I {where} - UNABLE TO ALLOCATE 1 UNIT(S)", error) from error
        except DuplicateDataSet as error:
            raise self._failed(dd, f"IEF253I {where} - DUPLICATE NAME ON DIRECT ACCESS VOLUME", error) from error
        except NoSpace as error:
            raise self._failed(dd, f"IEF257I {where} - SPACE REQUESTED NOT AVAILABLE", error) from error
        except CatalogError as error:
            raise self._failed(dd, f"IEF344I {where} - ALLOCATION FAILED DUE TO CATALOG ERROR", error) from error
        self._report(allocation)
        return allocation

    def _where(self, dd: DdDefinition, at: int) -> str:
        return f"{self._job.jobname} {self._steps[at].label} {dd.name}"

    def _volume(self, dd: DdDefinition, at: int) -> Allocation:
        """Allocate volumes without a data set."""
        try:
            devices = [self._system.dasd.device_of(volser) for volser in dd.volumes]
        except VolumeNotMounted as error:
            raise self._failed(dd, f"IEF244I {self._where(dd, at)} - UNABLE TO ALLOCATE 1 UNIT(S)", error) from error
        self._log.system(*(f"IEF237I {device.devno:04X} ALLOCATED TO {dd.name}" for device in devices))
        return Allocation(dd, status=dd.disposition.status)

    def _failed(self, dd: DdDefinition, message: str, error: Exception) -> JclError:
        return JclError(Finding(dd.number, message), Finding(dd.number, str(error)))

    def _data_set(self, dd: DdDefinition, at: int, dsname: str, member: str) -> Allocation:
        volumes = self._volumes(dd, at)
        status = dd.disposition.status
        if status == "MOD":
            status = "MOD" if self._exists(dsname, volumes) else "NEW"
        if status != "NEW":
            return Allocation(dd, dsname, member, self.find(dsname, volumes), status)
        return self._create(dd, dsname, member, volumes)

    def _create(self, dd: DdDefinition, dsname: str, member: str, volumes: tuple[str, ...]) -> Allocation:
        attributes, space = self._attributes(dd)
        group = self._storage_group(dd)
        dataset = self._system.datasets.create(
            dsname, attributes, space, list(volumes) or None, group, catalog=group is not None
        )
        self.placed[dsname] = tuple(dataset.volsers)
        return Allocation(dd, dsname, member, dataset, "NEW", created=True, cataloged=group is not None)

    def _storage_group(self, dd: DdDefinition) -> str | None:
        """Return the storage group that STORCLAS leads to.

        :raises NoSpace: there is no such storage class.
        """
        if not dd.storclas:
            return None
        group = self._system.storage_classes.get(dd.storclas)
        if group is None:
            raise NoSpace("IGD01007I", f"storage class {dd.storclas} is not defined in SYS1.PARMLIB(IGDSMS00)")
        return group

    def _exists(self, dsname: str, volumes: tuple[str, ...]) -> bool:
        try:
            self.find(dsname, volumes)
        except DataSetNotFound:
            return False
        return True

    def _volumes(self, dd: DdDefinition, at: int) -> tuple[str, ...]:
        if dd.volume_refers.startswith("*."):
            origin = references.find(dd.volume_refers[2:], self._steps, at)
            assert origin is not None
            return tuple(self.find(self._names.real(origin, at)[0], origin.volumes).volsers)
        if dd.volume_refers:
            return tuple(self.find(dd.volume_refers).volsers)
        return dd.volumes

    def _attributes(self, dd: DdDefinition) -> tuple[DataSetAttributes, Space]:
        """Return what to create; LIKE fills what is not coded, then RECFM=FB, LRECL=80 (own default)."""
        model = self.find(dd.like) if dd.like else None
        request = dd.space or (SpaceRequest("TRK", max(1, model.space.tracks)) if model else None)
        if request is None:
            raise NoSpace("IEF257I", f"DD {dd.name} asks for a new data set; SPACE is not coded")
        dsorg = dd.dcb.dsorg or (model.dsorg if model else "PO" if request.directory else "PS")
        recfm = dd.dcb.recfm or (model.recfm if model else "FB")
        lrecl = _coded(dd.dcb.lrecl, model.lrecl if model else 0 if recfm.startswith("U") else 80)
        blksize = _coded(dd.dcb.blksize, model.blksize if model else 0) or _system_determined(recfm, lrecl)
        attributes = DataSetAttributes(dsorg, recfm, lrecl, blksize, key_length=dd.dcb.keylen or 0)
        unit = request.unit if request.unit in ("TRK", "CYL") else "BLK"
        return attributes, Space(unit, request.primary, request.secondary, request.directory)

    def _sysout(self, dd: DdDefinition, at: int, msgclass: str) -> Allocation:
        step = self._steps[at]
        output_class = msgclass if dd.sysout[0] == "*" else dd.sysout[0]
        writer = self._store.open(self._job, dd.name, step.name, step.procstep, output_class)
        self._log.system(f"IEF237I JES2 ALLOCATED TO {dd.name}")
        return Allocation(dd, sysout=writer)

    def _report(self, allocation: Allocation) -> None:
        assert allocation.dataset is not None
        for volser in allocation.dataset.volsers:
            device = self._system.dasd.device_of(volser)
            self._log.system(f"IEF237I {device.devno:04X} ALLOCATED TO {allocation.definition.name}")

    def _undo(self, done: dict[str, tuple[Allocation, ...]]) -> None:
        for parts in done.values():
            for allocation in parts:
                if allocation.sysout is not None:
                    allocation.sysout.close()
                if allocation.created:
                    self.placed.pop(allocation.dsname, None)
                    assert allocation.dataset is not None
                    self._system.datasets.scratch(allocation.dsname, allocation.dataset.volsers)


def _coded(value: int | None, default: int) -> int:
    return default if value is None else value


def _system_determined(recfm: str, lrecl: int) -> int:
    if recfm.startswith("FB") and 0 < lrecl <= HALF_TRACK:
        return HALF_TRACK // lrecl * lrecl
    if recfm.startswith("F"):
        return lrecl
    return HALF_TRACK
