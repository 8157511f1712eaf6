"""VSAM components on volumes: their space, and what the VVDS of the volume records of them.

Changes to any VVDS are serialised by one enqueue (SYSZVVDS); it is always taken before a VTOC is changed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from zoslab.dasd.dscb import SMS_DATA_SET
from zoslab.dasd.errors import DasdError
from zoslab.dasd.image import Device, atomic, enqueued
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.attributes import KsdsAttributes, index_ci_size
from zoslab.dasd.vsam.statistics import Lock, Statistics
from zoslab.dasd.vvds import Vvds, vvds_name
from zoslab.dasd.vvds_record import (
    AMDSB,
    DATA_SET_INFO,
    INDEX_COMPONENT,
    KEYED,
    NONVSAM,
    PRIMARY,
    VOLUME,
    AmdsbCell,
    DataSetInfoCell,
    VolumeCell,
    VvdsRecord,
)

_SYSZVVDS = threading.RLock()
ICF_DATA_SET, ICF_CATALOG = 0x80, 0x40
LINEAR = 0x04
VVDS_SPACE = Space("TRK", 10, 10)
DEFAULT_CI = 4096


class VvdsMissing(DasdError):
    """The volume has no VVDS, or its VVDS has no record of the component."""


@dataclass(frozen=True, slots=True)
class ClusterAttributes:
    """What DEFINE CLUSTER says of a data set. Lengths in bytes, free space in percent; 0: the system chooses."""

    organisation: str = "KSDS"
    key_offset: int = 0
    key_length: int = 0
    max_record: int = 0
    ci_size: int = DEFAULT_CI
    index_ci_size: int = 0
    free_ci: int = 0
    free_ca: int = 0
    sms: bool = False

    def ksds(self, tracks_per_ca: int, cis_per_track: int) -> KsdsAttributes:
        """Return the attributes of the key-sequenced data set, with sizes chosen.

        :raises UnsuitableAttributes: they do not go together.
        """
        chosen = self.index_ci_size or index_ci_size(self.key_length, cis_per_track * tracks_per_ca)
        return KsdsAttributes(
            self.key_offset,
            self.key_length,
            self.ci_size,
            chosen,
            self.max_record,
            tracks_per_ca,
            self.free_ci,
            self.free_ca,
        )


@contextmanager
def exclusive(device: Device, lock: Lock) -> Iterator[None]:
    """Hold ``lock`` until what is written inside is there for all to read, all of it or nothing."""
    with enqueued(device, lock), atomic(device):
        yield


def changing_vvds(device: Device) -> AbstractContextManager[None]:
    """Hold SYSZVVDS: the bracket for changes to VVDSs, and to VTOCs together with them."""
    return exclusive(device, _SYSZVVDS)


class ComponentSpace(DataSetSpace):
    """The tracks of a component. Extents that another opener added are seen; extending keeps the enqueues' order."""

    def locate(self, rel_track: int) -> tuple[Volume, int]:
        if rel_track >= self.tracks:
            self.refresh()
        return super().locate(rel_track)

    def extend(self) -> None:
        with changing_vvds(self.parts[0][0].device):
            before = self.tracks
            self.refresh()
            if self.tracks == before:
                super().extend()


def component_space(volumes: Sequence[Volume], name: str) -> ComponentSpace:
    """Return the tracks of a component or data set.

    :raises DataSetNotOnVolume: one of the volumes does not have it.
    """
    return ComponentSpace([(volume, volume.vtoc.require(name)) for volume in volumes])


def open_vvds(volume: Volume) -> Vvds | None:
    """Return the VVDS of a volume, None if it has none."""
    name = vvds_name(volume.volser)
    return Vvds(component_space([volume], name)) if volume.vtoc.find(name) else None


def require_vvds(volume: Volume) -> Vvds:
    """Return the VVDS of a volume.

    :raises VvdsMissing: it has none under the name its serial asks for.
    """
    vvds = open_vvds(volume)
    if vvds is None:
        raise VvdsMissing(f"volume {volume.volser} has no data set {vvds_name(volume.volser)}")
    return vvds


def vvds_for(volume: Volume, catalog: str) -> Vvds:
    """Return the VVDS of a volume, made if need be, with ``catalog`` entered in it."""
    vvds = open_vvds(volume)
    if vvds is not None:
        vvds.add_catalog(catalog)
        return vvds
    name = vvds_name(volume.volser)
    attributes = DataSetAttributes("VS", blksize=DEFAULT_CI, option_codes=ICF_DATA_SET, sms=volume.sms)
    volume.allocate(name, attributes, VVDS_SPACE)
    return Vvds.create(component_space([volume], name), volume.volser, catalog)


def allocate_component(
    volumes: Sequence[Volume], name: str, space: Space, ci_size: int, *, sms: bool = False, option_codes: int = 0
) -> ComponentSpace:
    """Allocate a component, its primary space on each volume.

    :raises NoSpace: a volume has not enough.
    """
    first = volumes[0].volser
    for sequence, volume in enumerate(volumes, 1):
        attributes = DataSetAttributes(
            "VS",
            blksize=ci_size,
            sms=sms,
            option_codes=ICF_DATA_SET | option_codes,
            first_volser=first,
            volume_sequence=sequence,
        )
        volume.allocate(name, attributes, space)
    return component_space(volumes, name)


def data_vvr(name: str, cluster: str, catalog: str, attributes: ClusterAttributes, tracks_per_ca: int) -> VvdsRecord:
    """Return the VVR of a data component that holds nothing yet."""
    amdsb = AmdsbCell(length=AmdsbCell.size, kind=AMDSB, flags=KEYED if attributes.organisation == "KSDS" else 0)
    amdsb.key_offset, amdsb.key_length = attributes.key_offset, attributes.key_length
    amdsb.max_record, amdsb.free_ci, amdsb.free_ca = attributes.max_record, attributes.free_ci, attributes.free_ca
    volume = VolumeCell(length=VolumeCell.size, kind=VOLUME, ci_size=attributes.ci_size, tracks_per_ca=tracks_per_ca)
    volume.flags = LINEAR if attributes.organisation == "LDS" else 0
    info = DataSetInfoCell(length=DataSetInfoCell.size, kind=DATA_SET_INFO)
    return VvdsRecord(PRIMARY, name, cluster, catalog, (bytes(info), bytes(amdsb), bytes(volume)))


def index_vvr(name: str, cluster: str, catalog: str, attributes: KsdsAttributes) -> VvdsRecord:
    """Return the VVR of an index component that holds nothing yet."""
    amdsb = AmdsbCell(length=AmdsbCell.size, kind=AMDSB, flags=KEYED, key_length=attributes.key_length)
    volume = VolumeCell(length=VolumeCell.size, kind=VOLUME, ci_size=attributes.index_ci_size, tracks_per_ca=1)
    return VvdsRecord(PRIMARY, name, cluster, catalog, (bytes(amdsb), bytes(volume)), flags=INDEX_COMPONENT)


def nvr(name: str, catalog: str, stclas: str = "") -> VvdsRecord:
    """Return the NVR of an SMS-managed data set."""
    info = DataSetInfoCell(length=DataSetInfoCell.size, kind=DATA_SET_INFO, stclas=stclas)
    return VvdsRecord(NONVSAM, name, "", catalog, (bytes(info),))


def ksds_attributes(data: VvdsRecord, index: VvdsRecord) -> KsdsAttributes:
    """Return the attributes that the VVRs of a key-sequenced data set give."""
    amdsb, volume = data.amdsb(), data.volume()
    return KsdsAttributes(
        amdsb.key_offset,
        amdsb.key_length,
        volume.ci_size,
        index.volume().ci_size,
        amdsb.max_record,
        volume.tracks_per_ca,
        amdsb.free_ci,
        amdsb.free_ca,
    )


def statistics(data: VvdsRecord, index: VvdsRecord | None) -> Statistics:
    """Return what the VVRs say of a data set's content."""
    counters, root = data.amdsb(), index.amdsb() if index else AmdsbCell()
    return Statistics(
        data.volume().hurba,
        index.volume().hurba if index else 0,
        root.index_root,
        root.levels,
        counters.records,
        counters.inserted,
        counters.updated,
        counters.deleted,
        counters.ci_splits,
        counters.ca_splits,
    )


def with_statistics(record: VvdsRecord, now: Statistics, harba: int) -> VvdsRecord:
    """Return a VVR that says so; ``harba`` is the high-allocated RBA."""
    amdsb, volume = record.amdsb(), record.volume()
    volume.hurba, volume.harba = (now.index_hurba if record.is_index else now.hurba), harba
    if record.is_index:
        amdsb.index_root, amdsb.levels = now.index_root, now.levels
    else:
        amdsb.records, amdsb.inserted, amdsb.updated = now.records, now.inserted, now.updated
        amdsb.deleted, amdsb.ci_splits, amdsb.ca_splits = now.deleted, now.ci_splits, now.ca_splits
    return record.with_cells(amdsb, volume)


def is_sms(volume: Volume, dsname: str) -> bool:
    """Tell whether a data set is SMS managed."""
    entry = volume.vtoc.find(dsname)
    return entry is not None and bool(entry.dscb.ds1smsfg & SMS_DATA_SET)
