"""Catalog, VVDS and VTOC against each other: what DIAGNOSE ICFCATALOG and DIAGNOSE VVDS compare, and the VTOC too.

Structures in findings: BCS, VVDS, VTOC. What a volume that is not online would say is not known and not reported, but
that it is not online is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zoslab.catalog import bcs
from zoslab.catalog.bcs import BcsRecord, Component
from zoslab.catalog.catalog import Catalog
from zoslab.catalog.entry import GENERATION, KINDS
from zoslab.catalog.errors import CatalogError
from zoslab.catalog.generations import name_of, pair_of
from zoslab.dasd.check import Finding
from zoslab.dasd.dscb import SMS_DATA_SET, UNCATALOGED
from zoslab.dasd.errors import DasdError
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.check import check_ksds
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vsam.errors import VsamError
from zoslab.dasd.vtoc import VtocEntry
from zoslab.dasd.vvds import CI_SIZE, vvds_name
from zoslab.dasd.vvds_check import check_vvds
from zoslab.dasd.vvds_record import NONVSAM as NVR
from zoslab.dasd.vvds_record import PRIMARY, VvdsRecord

VVDS_PREFIX = "SYS1.VVDS.V"
BROKEN = (DasdError, VsamError, CatalogError)


class Contents:
    """What a volume says: F1s by name, VVDS records by name, each read once."""

    def __init__(self, volume: Volume) -> None:
        self.volume, self.volser = volume, volume.volser
        self.vtoc: dict[str, VtocEntry] = {entry.dsname: entry for entry in volume.vtoc.entries()}
        self.vvds = open_vvds(volume)
        self.damage = check_vvds(self.vvds) if self.vvds else []
        self.catalogs = self.vvds.catalogs() if self.vvds and not self.damage else []
        records = self.vvds.entries() if self.vvds and not self.damage else ()
        self.records: dict[str, VvdsRecord] = {record.name: record for record in records}


def diagnose_catalog(catalog: Catalog, volumes: Mapping[str, Volume]) -> list[Finding]:
    """Check a catalog in itself, and against VVDS and VTOC of the volumes given by serial."""
    damage = [
        Finding("BCS", f"{catalog.name} {each.structure} {each.place}", each.text) for each in check_ksds(catalog.ksds)
    ]
    if damage:
        return damage
    return list(_CatalogCheck(catalog, volumes).run())


def diagnose_volume(volume: Volume, catalogs: Mapping[str, Catalog]) -> list[Finding]:
    """Check the VVDS of a volume in itself, and against its VTOC and those of the catalogs given that are sound."""
    try:
        contents = Contents(volume)
    except BROKEN as error:
        return [Finding("VTOC", volume.volser, str(error))]
    sound = {name: catalog for name, catalog in catalogs.items() if not check_ksds(catalog.ksds)}
    return [*_vtoc_side(contents), *_vvds_side(contents, sound)]


class _CatalogCheck:
    def __init__(self, catalog: Catalog, volumes: Mapping[str, Volume]) -> None:
        self.catalog, self.volumes = catalog, volumes
        self.contents: dict[str, Contents | None] = {}

    def run(self) -> Iterator[Finding]:
        if self.catalog.get(bcs.SELF) is None:
            yield self._finding(self.catalog.name, "the catalog has no record about itself")
        try:
            for record in self.catalog.records():
                yield from self._record(record)
        except CatalogError as error:
            yield self._finding("record", str(error))

    def _record(self, record: BcsRecord) -> Iterator[Finding]:
        checks = {
            bcs.CLUSTER: self._sphere,
            bcs.TRUE_NAME: self._true_name,
            bcs.NONVSAM: self._nonvsam,
            bcs.GENERATION: self._nonvsam,
            bcs.GROUP: self._group,
            bcs.ALIAS: self._alias,
        }
        if record.kind in checks:
            yield from checks[record.kind](record)
        elif record.kind not in KINDS:
            yield self._finding(record.name, f"is of the unknown type {record.kind!r}")

    def _group(self, record: BcsRecord) -> Iterator[Finding]:
        for pair in record.group.generations:
            name = name_of(record.name, *pair)
            if self.catalog.get(name) is None:
                yield self._finding(record.name, f"lists generation {name}, which is not cataloged")

    def _alias(self, record: BcsRecord) -> Iterator[Finding]:
        for target in record.associations:
            if self.catalog.get(target) is None:
                yield self._finding(record.name, f"is an alias of {target}, which is not cataloged")

    def _sphere(self, record: BcsRecord) -> Iterator[Finding]:
        own = record.name == bcs.SELF or record.name.startswith(VVDS_PREFIX)
        if not record.components:
            yield self._finding(record.name, "is a cluster without components")
        for part in record.components:
            true_name = self.catalog.get(part.name)
            if not own and (true_name is None or record.name not in true_name.associations):
                yield self._finding(record.name, f"component {part.name} has no true-name record that leads back")
            for volser in part.volsers:
                yield from self._component(record, part, volser)

    def _component(self, record: BcsRecord, part: Component, volser: str) -> Iterator[Finding]:
        contents = self._contents(volser)
        if contents is None:
            yield self._finding(record.name, f"component {part.name} is on volume {volser}, which is not online")
            return
        if part.name not in contents.vtoc:
            yield self._finding(record.name, f"component {part.name} is not in the VTOC of volume {volser}")
        if record.name.startswith(VVDS_PREFIX):
            return
        vvr = contents.records.get(part.name)
        cluster = record.name or self.catalog.name
        if vvr is None:
            yield self._finding(record.name, f"component {part.name} has no VVR on volume {volser}")
        elif (vvr.cluster, vvr.catalog, vvr.is_index) != (cluster, self.catalog.name, part.is_index):
            text = f"the VVR of {part.name} on volume {volser} says cluster {vvr.cluster}, catalog {vvr.catalog}"
            yield self._finding(record.name, text)

    def _true_name(self, record: BcsRecord) -> Iterator[Finding]:
        for cluster in record.associations:
            sphere = self.catalog.get(cluster)
            if sphere is None or record.name not in [part.name for part in sphere.components]:
                yield self._finding(record.name, f"is a component of {cluster}, which does not have it")

    def _nonvsam(self, record: BcsRecord) -> Iterator[Finding]:
        found = GENERATION.fullmatch(record.name)
        if record.kind == bcs.GENERATION and found:
            base = self.catalog.get(found[1])
            if base is None or base.kind != bcs.GROUP or pair_of(record.name) not in base.group.generations:
                yield self._finding(record.name, f"is a generation of {found[1]}, which does not list it")
        for sequence, volser in enumerate(record.volsers, 1):
            contents = self._contents(volser)
            if contents is None:
                yield self._finding(record.name, f"is on volume {volser}, which is not online")
                continue
            entry = contents.vtoc.get(record.name)
            if entry is None:
                yield self._finding(record.name, f"is not in the VTOC of volume {volser}")
            elif sequence == 1 and entry.dscb.ds1smsfg & SMS_DATA_SET:
                nvr = contents.records.get(record.name)
                if nvr is None or nvr.catalog != self.catalog.name:
                    text = f"has no NVR of catalog {self.catalog.name} on volume {volser}"
                    yield self._finding(record.name, text)

    def _contents(self, volser: str) -> Contents | None:
        if volser not in self.contents:
            volume = self.volumes.get(volser)
            self.contents[volser] = Contents(volume) if volume is not None else None
        return self.contents[volser]

    def _finding(self, place: str, text: str) -> Finding:
        return Finding("BCS", f"{self.catalog.name} {place}".rstrip(), text)


def _vtoc_side(contents: Contents) -> Iterator[Finding]:
    """Every F1 that needs a VVDS record must have one, and name the volume it is on."""
    for name, entry in contents.vtoc.items():
        dscb = entry.dscb
        first = dscb.ds1volsq <= 1
        if first and dscb.ds1dssn != contents.volser:
            text = f"F1 says volume {dscb.ds1dssn}, the label {contents.volser}"
            yield Finding("VTOC", f"{contents.volser} {name}", text)
        if name.startswith(VVDS_PREFIX):
            if name != vvds_name(contents.volser):
                yield Finding("VTOC", f"{contents.volser} {name}", f"is not the VVDS of volume {contents.volser}")
        elif contents.damage:
            continue
        elif dscb.dsorg.startswith("VS"):
            if name not in contents.records:
                yield Finding("VTOC", f"{contents.volser} {name}", "is VSAM and has no VVR")
        elif first and dscb.ds1smsfg & (SMS_DATA_SET | UNCATALOGED) == SMS_DATA_SET and name not in contents.records:
            yield Finding("VTOC", f"{contents.volser} {name}", "is SMS managed and has no NVR")


def _vvds_side(contents: Contents, catalogs: Mapping[str, Catalog]) -> Iterator[Finding]:
    if contents.vvds is None:
        return
    for text in contents.damage:
        yield Finding("VVDS", contents.volser, text)
    if contents.damage:
        return
    own = contents.vvds.self_record.name
    if own != vvds_name(contents.volser):
        yield Finding("VVDS", contents.volser, f"describes itself as {own}")
    for record in contents.records.values():
        yield from _vvds_record(contents, record)
        if record.catalog in catalogs:
            yield from _in_catalog(contents, record, catalogs[record.catalog])


def _vvds_record(contents: Contents, record: VvdsRecord) -> Iterator[Finding]:
    place = f"{contents.volser} {record.name}"
    entry = contents.vtoc.get(record.name)
    if record.catalog not in contents.catalogs:
        yield Finding("VVDS", place, f"is of catalog {record.catalog}, which the VVCR does not name")
    if entry is None:
        yield Finding("VVDS", place, "is not in the VTOC")
        return
    if record.kind == NVR:
        if not entry.dscb.ds1smsfg & SMS_DATA_SET:
            yield Finding("VVDS", place, "has an NVR and is not SMS managed")
        return
    cell = record.volume()
    if record.kind == PRIMARY and cell.hurba > cell.harba:
        yield Finding("VVDS", place, f"high-used RBA {cell.hurba} is above the high-allocated {cell.harba}")
    per_track = contents.volume.geometry.records_per_track(0, cell.ci_size or CI_SIZE)
    if entry.dscb.ds1volsq <= 1 and cell.hurba > entry.tracks * per_track * cell.ci_size and record.kind == PRIMARY:
        yield Finding("VVDS", place, f"high-used RBA {cell.hurba} is behind the {entry.tracks} tracks it has")


def _in_catalog(contents: Contents, record: VvdsRecord, catalog: Catalog) -> Iterator[Finding]:
    place = f"{contents.volser} {record.name}"
    if record.kind == NVR:
        entry = catalog.get(record.name)
        if entry is None or contents.volser not in entry.volsers:
            yield Finding("VVDS", place, f"catalog {catalog.name} does not have it on this volume")
        return
    sphere = catalog.get(bcs.SELF if record.cluster == catalog.name else record.cluster)
    parts = [part for part in (sphere.components if sphere else ()) if part.name == record.name]
    if sphere is None:
        yield Finding("VVDS", place, f"cluster {record.cluster} is not in catalog {catalog.name}")
    elif not parts or contents.volser not in parts[0].volsers:
        text = f"cluster {record.cluster} in catalog {catalog.name} does not have it on this volume"
        yield Finding("VVDS", place, text)
