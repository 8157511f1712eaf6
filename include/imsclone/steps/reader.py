"""Read facts from a z/OS through z/OSMF: DCOLLECT for volumes and data sets, LISTCAT, LIST.RECON, the console."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from imsclone.errors import CloneError
from imsclone.facts import (
    CatalogEntry,
    CatalogFacts,
    DataSetFacts,
    ReconDataSet,
    ReconFacts,
    ReconReference,
    SystemReader,
    VolumeFacts,
    VolumeSelection,
)
from imsclone.listings import dcollect, idcams, recon
from imsclone.listings.devices import Device, devices
from imsclone.listings.ims import outstanding
from imsclone.listings.recon_types import Recon
from imsclone.names import DataSetName, StorageGroup, UnitAddress, Volser
from imsclone.spec.model import EnvironmentSpec
from imsclone.steps.batch import Batch
from imsclone.zosmf import Client, Connection
from imsclone.zosmf.errors import NotFound, ZosmfError

DEVICES_AT_ONCE = 256
VOLUMES_AT_ONCE = 200
LISTCAT_CODES = {0, 4}

log = logging.getLogger(__name__)


def open_reader(connection: Connection, spec: EnvironmentSpec, templates: Sequence[Path] = ()) -> SystemReader:
    """Return the reader of the z/OS a connection leads to.

    :param templates: folders with a site's own JCL templates.
    """
    client = Client(connection)
    card = spec.source.job_card or connection.job_card
    return ZosmfReader(Batch(client, card, str(spec.name), templates), spec)


class ZosmfReader:
    """Reads facts by jobs and console commands; nothing but a work data set is written, and removed again."""

    def __init__(self, batch: Batch, spec: EnvironmentSpec) -> None:
        self._batch, self._client, self._spec = batch, batch.client, spec
        self._collected: dict[frozenset[str], tuple[DataSetFacts, ...]] = {}

    def volumes(self, selection: VolumeSelection) -> tuple[VolumeFacts, ...]:
        """Read the selected volumes that are online, and the devices named by unit."""
        online = list(self._online()) if selection.volsers or selection.masks else []
        masks = [_mask(mask) for mask in selection.masks]
        chosen = {
            one.volser
            for one in online
            if one.volser in selection.volsers or any(mask.fullmatch(one.volser) for mask in masks)
        }
        by_unit = [one for unit in selection.units for one in self._device(unit)]
        chosen |= {one.volser for one in by_unit if one.online and one.volser}
        found = self._collect(sorted(chosen), selection.storage_groups)
        offline = [VolumeFacts("", one.unit, one.device_type, online=False) for one in by_unit if not one.online]
        return (*found, *offline)

    def data_sets(self, volsers: Sequence[str]) -> tuple[DataSetFacts, ...]:
        """Read all data sets of online volumes."""
        if not volsers:
            return ()
        wanted = frozenset(volsers)
        if wanted not in self._collected:
            self._collect(sorted(wanted), ())
        return self._collected.get(wanted, ())

    def catalogs(self, names: Sequence[str]) -> tuple[CatalogFacts, ...]:
        """Read the user catalogs of these names that the master catalog knows."""
        if not names:
            return ()
        job = self._batch.run("list_connectors.jcl", "CONN", {"CONNECT": LISTCAT_CODES, "ALIAS": LISTCAT_CODES})
        connectors = {one.name: one for one in idcams.listcat(self._client.listing(job, "CONNECT"))}
        aliases = idcams.listcat(self._client.listing(job, "ALIAS"))
        known = [DataSetName(name) for name in dict.fromkeys(names) if name in connectors]
        if not known:
            return ()
        steps = {f"LIST{number}": LISTCAT_CODES for number in range(1, len(known) + 1)}
        job = self._batch.run("list_catalogs.jcl", "LCAT", steps, names=known)
        return tuple(
            CatalogFacts(
                name=name,
                volser=next(iter(connectors[name].volsers), ""),
                entries=_own(idcams.listcat(self._client.listing(job, f"LIST{number}"))),
                aliases=tuple(one.name for one in aliases if one.kind == "ALIAS" and one.owner == name),
            )
            for number, name in enumerate(known, 1)
        )

    def recon(self, dsnames: Sequence[str]) -> ReconFacts:
        """List the RECON that these data sets are."""
        source = self._spec.source
        steplib = list(dict.fromkeys([*source.steplib, source.libraries.reslib]))
        names = [DataSetName(name) for name in dsnames]
        job = self._batch.run("list_recon.jcl", "LREC", steplib=steplib, recon=names, dbdlib=source.libraries.dbdlib)
        return recon_facts(recon.read(self._client.listing(job, "LIST")))

    def members(self, libraries: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """List the members of the libraries that exist."""
        found: dict[str, tuple[str, ...]] = {}
        for library in dict.fromkeys(libraries):
            try:
                found[library] = self._client.members(library)
            except NotFound:
                log.info("Library %s does not exist", library)
        return found

    def ims_active(self, imsids: Sequence[str]) -> tuple[str, ...]:
        """Say which IMSs wait for a reply, as a running IMS always does, or are active as a task of their name."""
        waiting = {one.imsid for one in outstanding(self._client.command("D R,L").lines)}
        return tuple(imsid for imsid in imsids if imsid in waiting or self._is_task(imsid))

    def _is_task(self, name: str) -> bool:
        lines = self._client.command(f"D A,{name}").lines
        return any(line.split()[:1] == [name] and "NOT FOUND" not in line for line in lines)

    def _online(self) -> Iterator[Device]:
        """Yield all disk devices that are online, a page at a time."""
        start = "0000"
        while True:
            answer = self._client.command(f"D U,DASD,ONLINE,{start},{DEVICES_AT_ONCE}")
            page = devices(answer.lines)
            yield from (one for one in page if one.online)
            if len(page) < DEVICES_AT_ONCE:
                return
            start = f"{int(page[-1].unit, 16) + 1:04X}"

    def _device(self, unit: str) -> Iterator[Device]:
        wanted = UnitAddress(unit)
        found = devices(self._client.command(f"D U,,,{wanted},1").lines)
        return (one for one in found if one.unit == wanted)

    def _collect(self, volsers: Sequence[str], groups: Sequence[str]) -> tuple[VolumeFacts, ...]:
        """Run DCOLLECT and keep the data sets for when they are asked for."""
        if not volsers and not groups:
            return ()
        records: list[bytes] = []
        for at in range(0, max(len(volsers), 1), VOLUMES_AT_ONCE):
            records += self._dcollect(volsers[at : at + VOLUMES_AT_ONCE], groups if at == 0 else ())
        found = dcollect.collected(records)
        for error in found.errors:
            log.warning("DCOLLECT: %s", error)
        volumes = {one.volser: one for one in found.volumes}
        self._collected[frozenset(volumes)] = found.data_sets
        self._collected.setdefault(frozenset(volsers), found.data_sets)
        return tuple(volumes.values())

    def _dcollect(self, volsers: Sequence[str], groups: Sequence[str]) -> tuple[bytes, ...]:
        dsname = DataSetName(f"{self._spec.work.hlq}.R{self._batch.reading[:7].upper()}.DCOUT")
        try:
            self._run_dcollect(dsname, volsers, groups)
            records = self._client.read_records(dsname)
        except CloneError:
            with suppress(ZosmfError):
                self._client.delete(dsname)
            raise
        self._client.delete(dsname)
        return records

    def _run_dcollect(self, dsname: DataSetName, volsers: Sequence[str], groups: Sequence[str]) -> None:
        work = self._spec.work
        self._batch.run(
            "dcollect.jcl",
            "DCOL",
            {"CLEAR": {0}, "COLLECT": LISTCAT_CODES},
            volsers=[Volser(volser) for volser in volsers],
            storage_groups=[StorageGroup(group) for group in groups],
            dsname=dsname,
            work_volume=work.volumes[0] if work.volumes else None,
        )


def recon_facts(found: Recon) -> ReconFacts:
    """Return what a plan wants to know of a RECON."""
    status = found.header.data_sets if found.header else ()
    return ReconFacts(
        data_sets=tuple(ReconDataSet(one.ddname, one.status, one.dsname) for one in status),
        subsystems=tuple(one.ssid for one in found.subsystems if one.kind == "ONLINE"),
        databases=tuple(one.dbd for one in found.databases),
        record_counts=dict(Counter(one.kind for one in found.listing.records)),
        references=tuple(_references(found)),
    )


def _references(found: Recon) -> Iterator[ReconReference]:
    yield from (ReconReference(one.record.kind, name) for one in found.data_sets for name in one.dsnames)
    for image in found.images:
        yield from (ReconReference("IMAGE", one.dsname, one.volsers) for one in image.data_sets)
    for ca in found.change_accumulations:
        yield ReconReference("CA", ca.data_set.dsname, ca.data_set.volsers)
    for log_record in found.logs:
        yield from (ReconReference(log_record.kind, one.dsname, one.volsers) for one in log_record.data_sets)
    for online in found.online_logs:
        yield from (ReconReference(online.kind, one.dsname) for one in online.olds)


def _own(entries: Iterable[CatalogEntry]) -> tuple[CatalogEntry, ...]:
    """Return a catalog's entries without the one for itself."""
    return tuple(one for one in entries if one.kind != "UCAT")


def _mask(mask: str) -> re.Pattern[str]:
    return re.compile(re.escape(mask.upper()).replace(r"\*", ".*").replace("%", "."))
