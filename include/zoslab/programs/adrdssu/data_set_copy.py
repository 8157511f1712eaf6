"""One data set, or the part of it on one volume, onto another volume under a new name: DSCB, VVDS record, tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from zoslab.dasd import allocation
from zoslab.dasd.dscb import LARGE_FORMAT, SMS_DATA_SET, Format1
from zoslab.dasd.errors import NoSpace
from zoslab.dasd.space import DataSetSpace
from zoslab.dasd.volume import EXTENT_LIMIT, Volume
from zoslab.dasd.vsam.component import changing_vvds, component_space, open_vvds, vvds_for
from zoslab.dasd.vtoc import VtocEntry
from zoslab.dasd.vvds import Vvds
from zoslab.dasd.vvds_record import SECONDARY, VvdsRecord
from zoslab.programs.adrdssu.messages import Refused
from zoslab.recondition.names import VVDS_PREFIX

CYLINDERS = 0xC0
Progress = Callable[[], None]


def vvds_of(volume: Volume) -> Vvds | None:
    """Return the VVDS of a volume, also of a copy whose VVDS has the name that fits its source."""
    found = open_vvds(volume)
    if found is not None:
        return found
    names = [name for name in volume.vtoc.names() if name.startswith(VVDS_PREFIX)]
    return Vvds(component_space([volume], names[0])) if len(names) == 1 else None


def require_like(source: Volume, target: Volume) -> None:
    """Refuse volumes of different device types, between which tracks cannot be moved as they are."""
    if source.geometry.device != target.geometry.device:
        types = f"{source.geometry.device} and {target.geometry.device}"
        raise Refused("ADR308E", f"source and target device types do not match: {types}")


def allocate(
    target: Volume, new: str, source: Format1, tracks: int, first: tuple[str, int], record: VvdsRecord | None
) -> VtocEntry:
    """Allocate the space of a copy with the attributes of its source, and give it its VVDS record.

    :param first: serial of the data set's first volume, and which of its volumes this is.
    :raises NoSpace: the volume has not enough free tracks.
    """
    dscb = Format1.of(bytes(source.raw))
    dscb.raw[105:140] = bytes(35)
    dscb.ds1dsnam, dscb.ds1noepv = new, 0
    dscb.ds1dssn, dscb.ds1volsq = first
    if not target.sms:
        dscb.ds1smsfg &= ~SMS_DATA_SET & 0xFF
    heads = target.geometry.heads
    whole = dscb.ds1scal1 & CYLINDERS == CYLINDERS and tracks % heads == 0
    with changing_vvds(target.device), target.vtoc.batch() as content:
        request = allocation.Request(tracks, whole)
        extents = allocation.choose(content.free.runs, request, target.geometry, EXTENT_LIMIT) if tracks else []
        if tracks and not extents:
            raise NoSpace("IEF257I", f"{new}: {tracks} tracks are not free on volume {target.volser}")
        entry = target.vtoc.add(dscb, tuple(extents), cylinders=whole)
        if record is not None:
            vvds_for(target, record.catalog).add(record)
    return entry


def scratch(target: Volume, dsname: str) -> None:
    """Take a data set off a volume: DSCB and VVDS record."""
    with changing_vvds(target.device):
        target.scratch(dsname)
        vvds = open_vvds(target)
        if vvds is not None and vvds.find(dsname) is not None:
            vvds.remove(dsname)


def used_tracks(entry: VtocEntry, everything: bool) -> int:
    """Return how many tracks are to be copied: of a sequential data set or PDS without ALLDATA those in use."""
    dscb = entry.dscb
    if everything or dscb.dsorg[:2] not in ("PS", "PO"):
        return entry.tracks
    last = int.from_bytes(dscb.ds1lstar[:2], "big")
    last += dscb.ds1ttthi << 16 if dscb.ds1flag1 & LARGE_FORMAT else 0
    return min(entry.tracks, last + 2)


def copy_tracks(source: DataSetSpace, target: DataSetSpace, tracks: int, progress: Progress) -> None:
    """Copy the first tracks with their records."""
    for number in range(tracks):
        if number % 15 == 0:
            progress()
        records = source.read(number)
        if records or target.read(number):
            target.write(number, records)


def renamed_record(
    record: VvdsRecord, rename: Callable[[str], str], catalog: Callable[[str], str], *, secondary: bool
) -> VvdsRecord:
    """Return the VVDS record of a copy."""
    cluster = rename(record.cluster) if record.cluster else ""
    new = rename(record.name)
    kind = SECONDARY if secondary else record.kind
    return replace(record, kind=kind, name=new, cluster=cluster, catalog=catalog(cluster or new))
