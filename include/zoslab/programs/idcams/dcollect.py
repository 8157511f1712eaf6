"""DCOLLECT OUTFILE: what is on volumes, as D, A and V records. AMS Commands, "DCOLLECT".

A D record with DCDNOFM1 stands for a VVDS record whose data set is not in the VTOC. The parameters about DFSMShsm and
SMS constructs are not supported and refused as unknown.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from zoslab.dasd.dscb import Format1, date_of
from zoslab.dasd.errors import DasdError
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vtoc import VtocEntry
from zoslab.dasd.vvds_record import AMDSB, KEYED, NONVSAM, VOLUME, VvdsRecord
from zoslab.programs.idcams import dcollect_records as layout
from zoslab.programs.idcams.dcollect_records import AssociationRecord, DataSetRecord, VolumeRecord, headed, packed_date
from zoslab.programs.idcams.function import ERROR, SEVERE, WARNING, Failed, Function, failing
from zoslab.programs.idcams.record_io import data_set_operand, file_operand, opened
from zoslab.programs.statements import Command, Statement, flag, values

COMMAND = Command(
    "DCOLLECT",
    file_operand("OUTFILE", "OFILE"),
    data_set_operand("OUTDATASET", "ODS"),
    values("VOLUMES", "VOLUME", "VOL", pattern=r"[A-Z0-9@#$*%-]{1,6}"),
    values("STORAGEGROUP", "STOGROUP", "STG", longest=8),
    values("EXCLUDEVOLUMES", "EXVOLUMES", "EXV", pattern=r"[A-Z0-9@#$*%-]{1,6}"),
    flag("NODATAINFO", "NOD"),
    flag("NOVOLUMEINFO", "NOV"),
    abbreviations=("DCOL",),
    one_of=[("OUTFILE", "OUTDATASET")],
)
KILOBYTE = 1024
GENERATION = re.compile(r".*\.G\d{4}V\d{2}")


@dataclass(frozen=True)
class Collector:
    """What the records of one run have in common."""

    function: Function
    now: datetime.datetime
    groups: dict[str, str]

    def volume(self, volume: Volume, *, data: bool, info: bool) -> Iterator[bytes]:
        """Yield the records of a volume: its data sets, then itself."""
        if data:
            yield from self._data_sets(volume)
        if info:
            yield self._headed(self._volume(volume), "V")

    def _headed(self, record: layout.Header, kind: str) -> bytes:
        return headed(record, kind, self.function.system.sysname, self.now)

    def _data_sets(self, volume: Volume) -> Iterator[bytes]:
        vvds = open_vvds(volume)
        records = {record.name: record for record in vvds.entries()} if vvds else {}
        for entry in volume.vtoc.entries():
            record = records.pop(entry.dsname, None)
            yield self._headed(self._data_set(volume, entry, record), "D")
            if record is not None and record.kind != NONVSAM and record.cell(VOLUME):
                yield self._headed(_association(record), "A")
        for name in sorted(records):
            lost = DataSetRecord(dcddsnam=name, dcderror=layout.NO_FORMAT1, dcdvolsr=volume.volser)
            yield self._headed(lost, "D")

    def _data_set(self, volume: Volume, entry: VtocEntry, record: VvdsRecord | None) -> DataSetRecord:
        dscb, track = entry.dscb, _track_bytes(volume)
        used, blocks = _used_tracks(dscb, record)
        made = DataSetRecord(
            dcddsnam=entry.dsname,
            dcdflag1=(layout.SMS_MANAGED if dscb.ds1smsfg & 0x80 else 0)
            | (layout.GENERATION if dscb.ds1smsfg & 0x80 and GENERATION.fullmatch(entry.dsname) else 0),
            dcdflag2=layout.ALLOCATED | layout.USED | layout.SECONDARY
            | (layout.INTERNAL_CATALOG if record else layout.NO_VVR if dscb.dsorg.startswith("VS") else 0),
            dcddsorg=dscb.ds1dsorg,
            dcdrecrd=dscb.ds1recfm,
            dcdnmext=len(entry.extents),
            dcdvolsr=volume.volser,
            dcdbklng=dscb.ds1blkl,
            dcdlrecl=dscb.ds1lrecl,
            dcdallsp=entry.tracks * track // KILOBYTE,
            dcdusesp=(blocks if blocks is not None else min(used, entry.tracks) * track) // KILOBYTE,
            dcdscall=_secondary_tracks(dscb, volume) * track // KILOBYTE,
            dcdcredt=packed_date(date_of(dscb.ds1credt)),
            dcdexpdt=packed_date(date_of(dscb.ds1expdt)),
            dcdlstrf=packed_date(date_of(dscb.ds1refd)),
            dcddsser=dscb.ds1dssn,
            dcdvolsq=dscb.ds1volsq,
        )  # fmt: skip
        group = self.groups.get(volume.volser, "") if dscb.ds1smsfg & 0x80 else ""
        made.dcdsglng, made.dcdstgrp = len(group), group
        return made

    def _volume(self, volume: Volume) -> VolumeRecord:
        geometry, track = volume.geometry, _track_bytes(volume)
        free = [extent.tracks for extent in volume.vtoc.free_space]
        group = self.groups.get(volume.volser, "")
        public = self.function.system.datasets.public
        usage = layout.PUBLIC if public is not None and volume.volser in public else layout.PRIVATE
        return VolumeRecord(
            dcvvolsr=volume.volser,
            dcvflag1=(layout.INDEX_EXISTS | layout.INDEX_ENABLED if volume.indexed else 0)
            | (layout.MANAGED if volume.sms else 0) | usage,
            dcvperct=100 * sum(free) // geometry.tracks,
            dcvfresp=sum(free) * track // KILOBYTE,
            dcvalloc=(geometry.tracks - sum(free)) * track // KILOBYTE,
            dcvvlcap=geometry.tracks * track // KILOBYTE,
            dcvlgext=max(free, default=0) * track // KILOBYTE,
            dcvfrext=len(free),
            dcvfdscb=volume.vtoc.unused_dscbs,
            dcvdvtyp=geometry.device,
            dcvdvnum=self.function.system.dasd.device_of(volume.volser).devno,
            dcvsglng=len(group),
            dcvsgtcl=group,
            dcvdptyp=geometry.device,
        )  # fmt: skip


def run(function: Function, statement: Statement) -> None:
    """Write the records of the volumes and storage groups."""
    groups = function.system.datasets.storage_groups
    serials = _serials(function, statement)
    membership = {volser: group for group, volsers in groups.items() for volser in volsers}
    collector = Collector(function, function.system.clock.now(), membership)
    data, info = not statement.has("NODATAINFO"), not statement.has("NOVOLUMEINFO")

    def records() -> Iterator[bytes]:
        for volser in serials:
            try:
                yield from collector.volume(function.system.dasd.volume(volser), data=data, info=info)
            except VolumeNotMounted as error:
                function.say(f"IDC11813I VOLUME {volser} IS NOT ONLINE", f"  {error}", code=WARNING)
            except DasdError as error:
                function.say(f"IDC21814I VTOC OR VVDS OF VOLUME {volser} IN ERROR", f"  {error}", code=ERROR)

    with failing(statement.text("OUTFILE") or statement.text("OUTDATASET")):
        if statement.has("OUTFILE"):
            function.dd(statement.text("OUTFILE")).write(records())
        else:
            opened(function, statement.text("OUTDATASET"), "UPDATE").write(records())


def _serials(function: Function, statement: Statement) -> list[str]:
    """Return the serials asked for; a generic one stands for online volumes.

    :raises Failed: none are asked for, or a storage group is not defined.
    """
    online = sorted(volume.volser for volume in function.system.dasd.volumes())
    found: list[str] = []
    for mask in statement.texts("VOLUMES"):
        found += [volser for volser in online if _matches(volser, mask)] if "*" in mask or "%" in mask else [mask]
    for group in statement.texts("STORAGEGROUP"):
        if group not in function.system.datasets.storage_groups:
            raise Failed(f"IDC31812I STORAGE GROUP {group} IS NOT DEFINED", code=SEVERE)
        found += function.system.datasets.storage_groups[group]
    if not statement.has("VOLUMES") and not statement.has("STORAGEGROUP"):
        raise Failed("IDC3212I REQUIRED KEYWORD 'VOLUMES' IS MISSING: OR STORAGEGROUP", code=SEVERE)
    excluded = statement.texts("EXCLUDEVOLUMES")
    return [each for each in dict.fromkeys(found) if not any(_matches(each, mask) for mask in excluded)]


def _matches(volser: str, mask: str) -> bool:
    return re.fullmatch(re.escape(mask).replace(r"\*", ".*").replace("%", "."), volser) is not None


def _track_bytes(volume: Volume) -> int:
    return volume.geometry.type.largest_block


def _used_tracks(dscb: Format1, record: VvdsRecord | None) -> tuple[int, int | None]:
    """Return the tracks in use, and for a VSAM component the bytes."""
    if record is not None and record.cell(VOLUME) is not None:
        return 0, record.volume().hurba
    if dscb.dsorg.startswith("VS") or dscb.ds1lstar == bytes(3):
        return 0, None
    return (dscb.ds1ttthi << 16) + int.from_bytes(dscb.ds1lstar[:2], "big") + 1, None


def _secondary_tracks(dscb: Format1, volume: Volume) -> int:
    return dscb.ds1scal3 * (volume.geometry.heads if dscb.ds1scal1 & 0xC0 == 0xC0 else 1)


def _association(record: VvdsRecord) -> AssociationRecord:
    volume = record.volume()
    made = AssociationRecord(
        dcadsnam=record.name,
        dcaassoc=record.cluster,
        dcahurba=volume.hurba & 0xFFFFFFFF,
        dcaharba=volume.harba & 0xFFFFFFFF,
        dcahurbc=volume.hurba,
        dcaharbc=volume.harba,
        dcacisz=volume.ci_size,
        dcacaci=volume.cis_per_track * volume.tracks_per_ca,
    )
    if record.cell(AMDSB) is not None:
        amdsb = record.amdsb()
        kind = layout.KSDS if amdsb.flags & KEYED else layout.LDS if volume.flags & 0x04 else layout.ESDS
        made.dcaflag1 = kind | (layout.INDEX if record.is_index else layout.DATA)
        made.dcanlr, made.dcadlr = amdsb.records & 0xFFFFFFFF, amdsb.deleted & 0xFFFFFFFF
        made.dcainr, made.dcaupr = amdsb.inserted & 0xFFFFFFFF, amdsb.updated & 0xFFFFFFFF
        made.dcacis, made.dcacas = amdsb.ci_splits, amdsb.ca_splits
        made.dcarkp, made.dcakln = amdsb.key_offset, amdsb.key_length
    return made
