"""The VTOC index, SYS1.VTOCIX.volser: built whole from the VTOC, as ICKDSF BUILDIX does, and read back.

Observed, not documented: IBM describes what the records are for (VIXM: map of the index's records, VPSM: maps of
cylinders and tracks, VMDS: map of DSCBs, VIER: names), not their fields. The layout comes from one index ICKDSF wrote,
on a 3390, with one VIER; building from that volume's VTOC gives its VPSMs, VMDS and VIER byte for byte. Not observed:
more than one VIER or VMDS, VIERs above level 1, devices other than the 3390, an idle VRF area.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from zoslab import ebcdic
from zoslab.dasd import track
from zoslab.dasd.errors import BrokenVtoc, VtocFull
from zoslab.dasd.extent import Extent
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import Record
from zoslab.dasd.vtoc_content import VtocContent
from zoslab.layout import Layout, Number, Raw, Text

RECORD = 2048
MAP = 0x2C
NAME_PREFIX = "SYS1.VTOCIX."
VRF_LENGTH = 0x264
SECTION_LENGTH, SECTIONS, FIRST_SECTION = 0xF6, 8, 0x4C
LEVEL_LIMIT = 3
HIGH_KEY = b"\xff" * 44
_UNUSED_IN_VPSM = 6


class Vir(Layout):
    """What all records of the index start with."""

    size = RECORD
    virid = Text(0, 4)  # VIXM, VPSM, VMDS, VIER
    virrba = Number(4, 4)  # where the record is in the index
    virnext = Number(8, 4)  # next record of the same map, or next VIER of the level
    virfirst = Number(12, 4)  # VPSM: first track mapped


class Vixm(Vir):
    """The index about itself."""

    size = RECORD
    vrfend = Number(0x10, 2)  # end of the recovery area
    vrfstart = Number(0x12, 2)  # start of the recovery area
    flags = Raw(0x14, 4)  # observed: X'40000000'
    levels = Number(0x18, 4)  # observed: 1
    pertrack = Number(0x1C, 2)  # records on a track
    mapstart = Number(0x1E, 2)  # start of the map of records in use
    records = Number(0x20, 4)  # records the index has room for
    maps = Number(0x24, 4)  # records up to the first VIER
    highest = Number(0x28, 4)  # RBA of the first VIER of the highest level


class Vpsm(Vir):
    """Space: a bit for each cylinder, then a bit for each track; 1 is in use."""

    size = RECORD
    cylmap = Number(0x14, 4)  # start of the map of cylinders
    cylinders = Number(0x18, 4)  # cylinders mapped
    heads = Number(0x1C, 2)  # tracks in a cylinder
    trkmap = Number(0x1E, 2)  # start of the map of tracks
    tracks = Number(0x20, 4)  # tracks mapped


class Vmds(Vir):
    """DSCBs: a bit for each; 1 is in use."""

    size = RECORD
    pertrack = Number(0x1C, 2)  # DSCBs on a track
    mapstart = Number(0x1E, 2)  # start of the map
    dscbs = Number(0x20, 4)  # DSCBs in the VTOC


class Vier(Vir):
    """Names, ascending, in sections; each entry is a length (2), a pointer (6) and the name."""

    size = RECORD
    level = Number(0x10, 1)
    flags = Number(0x11, 1)  # X'80' first of the highest level
    unknown = Number(0x14, 1)  # observed: 5
    sections = Number(0x15, 1)
    sectlen = Number(0x16, 2)
    firstsect = Number(0x18, 4)  # start of the first section in use
    lastsect = Number(0x1C, 4)  # start of the last section in use
    highkey = Raw(0x20, 44)  # highest name; X'FF' in the last VIER of a level


class IndexEntry(NamedTuple):
    """A name without trailing blanks, and the CCHHR of its DSCB behind a zero (above level 1: the RBA of a VIER)."""

    name: bytes
    pointer: bytes


def index_name(volser: str) -> str:
    """Return the name ICKDSF gives an index: no qualifier can start with a digit."""
    return NAME_PREFIX + (volser if not volser[0].isdigit() else "V" + volser[-5:])


def index_extent(content: VtocContent) -> Extent:
    """Return the tracks of the index.

    :raises BrokenVtoc: the VTOC says it has one, but there is none, several, or one in pieces.
    """
    names = [name for name in content.names if name.startswith(NAME_PREFIX)]
    if len(names) != 1:
        raise BrokenVtoc(
            f"the VTOC is marked as indexed, but {', '.join(names) or 'no SYS1.VTOCIX data set'} is on the volume;"
            " make it an OS format VTOC first (ICKDSF BUILDIX OSVTOC)"
        )
    slot = content.names[names[0]]
    extents = [each.extent for each in content.descriptors[slot]]
    if len(extents) != 1 or content.format1(slot).ds1blkl != RECORD:
        raise BrokenVtoc(f"{names[0]} is not one extent of records of {RECORD} bytes, which alone is supported")
    return extents[0]


def rebuild(content: VtocContent) -> dict[int, bytes]:
    """Return the tracks of the index as the VTOC is now, by track number.

    :raises VtocFull: the index is too small.
    """
    extent, geometry = index_extent(content), content.geometry
    per_track = geometry.records_per_track(0, RECORD)
    room = extent.tracks * per_track
    records = build(content, room, per_track)
    records += [bytes(RECORD)] * (room - len(records))
    images = {}
    for number in range(extent.low, extent.high + 1):
        first = (number - extent.low) * per_track
        on_track = [Record(n, b"", data) for n, data in enumerate(records[first : first + per_track], 1)]
        images[number] = track.build(*geometry.cchh(number), on_track, geometry)
    return images


def build(content: VtocContent, room: int, per_track: int) -> list[bytes]:
    """Return the records of the index, without those not in use.

    :param room: records the index data set has room for.
    """
    vpsms, vmds = space_maps(content), dscb_maps(content)
    maps = 1 + len(vpsms) + len(vmds)
    viers = _name_records(entries(content), maps * RECORD)
    used = maps + len(viers)
    if used > room:
        raise VtocFull(
            "IEC606I",
            f"the VTOC index has room for {room} records, {used} are needed; enlarge it (ICKDSF REFORMAT EXTINDEX)",
        )
    bitmap = -(-room // 8)
    in_use = _ones(used) << bitmap * 8 - used
    vixm = Vixm(
        virid="VIXM", flags=b"\x40", levels=viers[-1].level, pertrack=per_track, mapstart=MAP, records=room, maps=maps
    )
    vixm.highest = next(vier.virrba for vier in viers if vier.flags)
    vixm.raw[MAP : MAP + bitmap] = in_use.to_bytes(bitmap, "big")
    vixm.vrfstart, vixm.vrfend = MAP + bitmap, MAP + bitmap + VRF_LENGTH
    vixm.raw[vixm.vrfstart : vixm.vrfstart + 6] = ebcdic.encode("VRF ") + VRF_LENGTH.to_bytes(2, "big")
    for number, record in enumerate((vixm, *vpsms, *vmds)):
        record.virrba = number * RECORD
    for group in (vpsms, vmds):
        for record, following in pairwise(group):
            record.virnext = following.virrba
    return [bytes(record) for record in (vixm, *vpsms, *vmds, *viers)]


def _ones(count: int) -> int:
    return (1 << count) - 1


def _bits(value: int, count: int, size: int) -> bytes:
    """Return ``count`` bits, the first one highest, padded with ones to ``size`` bytes."""
    pad = size * 8 - count
    return (value << pad | _ones(pad)).to_bytes(size, "big")


def _in_use(free: list[Extent], count: int) -> int:
    """Return ``count`` bits, the first one highest: 0 inside the free runs, 1 elsewhere."""
    value = _ones(count)
    for low, high in free:
        value ^= _ones(high - low + 1) << (count - 1 - high)
    return value


def cylinders_per_vpsm(geometry: Geometry) -> int:
    """Return how many cylinders a VPSM maps: 999 on a 3390, where six bytes stay unused."""
    return (RECORD - MAP - _UNUSED_IN_VPSM) * 8 // (geometry.heads + 1)


def space_maps(content: VtocContent) -> list[Vpsm]:
    """Return the VPSMs: where no free run is, cylinders and tracks are in use."""
    heads, cylinders = content.geometry.heads, content.tracks // content.geometry.heads
    free = content.free.runs
    whole = [Extent(-(-low // heads), (high + 1) // heads - 1) for low, high in free]
    track_bits = _in_use(free, cylinders * heads)
    cylinder_bits = _in_use([run for run in whole if run.tracks > 0], cylinders)
    step = cylinders_per_vpsm(content.geometry)
    records = []
    for first in range(0, cylinders, step):
        count = min(step, cylinders - first)
        behind = cylinders - first - count
        vpsm = Vpsm(virid="VPSM", virfirst=first * heads, cylinders=count, heads=heads, tracks=count * heads)
        vpsm.cylmap, vpsm.trkmap = MAP, MAP + -(-count // 8)
        part = cylinder_bits >> behind & _ones(count)
        vpsm.raw[MAP : vpsm.trkmap] = _bits(part, count, vpsm.trkmap - MAP)
        part = track_bits >> behind * heads & _ones(count * heads)
        vpsm.raw[vpsm.trkmap :] = _bits(part, count * heads, RECORD - vpsm.trkmap)
        records.append(vpsm)
    return records


def dscb_maps(content: VtocContent) -> list[Vmds]:
    """Return the VMDSs."""
    total, step = len(content.table), (RECORD - MAP) * 8
    used = bytearray(b"1" * total)
    for slot in content.unused:
        used[slot] = ord("0")
    records = []
    for first in range(0, total, step):
        part = used[first : first + step]
        vmds = Vmds(virid="VMDS", pertrack=content.table.per_track, mapstart=MAP, dscbs=len(part))
        size = -(-len(part) // 8)
        vmds.raw[MAP : MAP + size] = int(part.ljust(size * 8, b"0"), 2).to_bytes(size, "big")
        records.append(vmds)
    return records


def entries(content: VtocContent) -> list[IndexEntry]:
    """Return what the index has to name, ascending: the format-4 DSCB and the data sets."""
    table = content.table
    slots = (0, *content.names.values())
    return [
        IndexEntry(name.rstrip(b"\x40"), b"\0" + table.cchhr(slot))
        for name, slot in sorted((bytes(table.raw(slot)[:44]), slot) for slot in slots)
    ]


def _name_records(entries: list[IndexEntry], rba: int) -> list[Vier]:
    """Return the VIERs of all levels, the first at ``rba``. A level of more than three gets one above it."""
    records: list[Vier] = []
    level = 1
    entries = [*entries, IndexEntry(HIGH_KEY, bytes(6))]
    while True:
        start = rba + len(records) * RECORD
        made = [_vier(sections, level, start + n * RECORD) for n, sections in enumerate(_pack(entries))]
        for vier, following in pairwise(made):
            vier.virnext = following.virrba
        made[-1].highkey = HIGH_KEY
        records += made
        if len(made) <= LEVEL_LIMIT:
            made[0].flags = 0x80
            return records
        level += 1
        entries = [IndexEntry(vier.highkey.rstrip(b"\x40"), vier.virrba.to_bytes(6, "big")) for vier in made]


def _pack(entries: list[IndexEntry]) -> list[list[list[IndexEntry]]]:
    """Divide entries into sections and those into records, each as full as it gets."""
    sections: list[list[IndexEntry]] = []
    left = 0
    for entry in entries:
        need = 8 + len(entry.name)
        if need > left:
            sections.append([])
            left = SECTION_LENGTH - 2
        sections[-1].append(entry)
        left -= need
    return [sections[at : at + SECTIONS] for at in range(0, len(sections), SECTIONS)]


def _vier(sections: list[list[IndexEntry]], level: int, rba: int) -> Vier:
    vier = Vier(virid="VIER", virrba=rba, level=level, unknown=5, sections=SECTIONS, sectlen=SECTION_LENGTH)
    vier.firstsect = FIRST_SECTION
    vier.lastsect = FIRST_SECTION + (len(sections) - 1) * SECTION_LENGTH
    for number, entries in enumerate(sections):
        start = FIRST_SECTION + number * SECTION_LENGTH
        parts = [len(entry.name).to_bytes(2, "big") + entry.pointer + entry.name for entry in entries]
        body = b"".join(parts)
        last = 2 + len(body) - len(parts[-1])
        vier.raw[start : start + 2 + len(body)] = last.to_bytes(2, "big") + body
    vier.highkey = sections[-1][-1].name.ljust(44, b"\x40")
    return vier
