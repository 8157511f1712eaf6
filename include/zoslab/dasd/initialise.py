"""A new volume as ICKDSF INIT leaves it, and its VTOC with or without an index as ICKDSF BUILDIX does."""

from __future__ import annotations

import datetime

from zoslab.dasd import dscb, vtocix
from zoslab.dasd.allocation import Request, choose
from zoslab.dasd.dscb import DOS_BIT, INDEXED, Format1, Format4, Format5, date_code
from zoslab.dasd.errors import BrokenVtoc, DasdError, NoSpace
from zoslab.dasd.extent import DATA, Descriptor, Extent, write_descriptor
from zoslab.dasd.free_space import LARGEST_TRACK, format5_chain
from zoslab.dasd.geometry import DSCB_KEY, Geometry
from zoslab.dasd.image import Device, atomic
from zoslab.dasd.label import check_volser, label_track, new_label
from zoslab.dasd.track import Record, build
from zoslab.dasd.vtoc import Vtoc
from zoslab.dasd.vtoc_content import VtocContent

VTOC_START = 1
_SMS_VOLUME = 0xC0
_FREE = bytes(dscb.DSCB_SIZE)


def initialise(device: Device, volser: str, vtoc_tracks: int, index_tracks: int, sms: bool, owner: str) -> None:
    """Write a label, an empty VTOC from track 1 on and, behind it, an index. Other tracks are left as they are."""
    geometry = device.geometry
    check_volser(volser)
    extent = Extent(VTOC_START, VTOC_START + vtoc_tracks - 1)
    if vtoc_tracks < 1 or index_tracks < 0 or extent.high + index_tracks >= geometry.tracks:
        raise DasdError(
            f"{vtoc_tracks} tracks of VTOC and {index_tracks} of index do not fit a volume of {geometry.tracks} tracks"
        )
    if not index_tracks and geometry.tracks > LARGEST_TRACK + 1:
        raise DasdError(f"a volume of {geometry.cylinders} cylinders needs a VTOC index")
    with atomic(device):
        device.write_track(0, label_track(new_label(volser, _cchhr(extent.low, geometry), owner), geometry))
        for number, image in _vtoc_tracks(geometry, extent, sms).items():
            device.write_track(number, image)
        with Vtoc(device).batch() as content:
            content.write_free_space()
            if index_tracks:
                _add_index(content, volser, Extent(extent.high + 1, extent.high + index_tracks))


def build_index(vtoc: Vtoc, volser: str, tracks: int) -> None:
    """Give a VTOC an index of so many tracks (BUILDIX IXVTOC); if it has the data set already, that is used."""
    with vtoc.batch() as content:
        if any(name.startswith(vtocix.NAME_PREFIX) for name in content.names):
            _mark_indexed(content)
            return
        found = choose(content.free.runs, Request(tracks, False, contiguous=True), content.geometry)
        if not found:
            raise NoSpace("IEF257I", f"no {tracks} consecutive free tracks for the VTOC index")
        _add_index(content, volser, found[0])


def drop_index(vtoc: Vtoc) -> None:
    """Turn an indexed VTOC into one with format-5 DSCBs (BUILDIX OSVTOC); the index data set stays."""
    with vtoc.batch() as content:
        if content.geometry.tracks > LARGEST_TRACK + 1:
            raise BrokenVtoc(f"a volume of {content.geometry.cylinders} cylinders needs its VTOC index")
        content.table.format4.ds4vtoci &= ~INDEXED & 0xFF
        content.slots_changed = True
        content.write_free_space()


def rebuild_index(vtoc: Vtoc) -> None:
    """Write the index anew from the VTOC (REFORMAT REFVTOC)."""
    with vtoc.batch() as content:
        vtocix.index_extent(content)
        content.names_changed = True


def _cchhr(track: int, geometry: Geometry) -> bytes:
    cc, hh = geometry.cchh(track)
    return cc.to_bytes(2, "big") + hh.to_bytes(2, "big") + b"\x01"


def _vtoc_tracks(geometry: Geometry, extent: Extent, sms: bool) -> dict[int, bytes]:
    """Return the tracks of an empty VTOC by number."""
    per_track = geometry.dscbs_per_track
    described = Descriptor(DATA, 0, extent)
    format4 = Format4(
        ds4keyid=b"\x04" * 44,
        ds4idfmt=dscb.FORMAT4,
        ds4dsrec=min(extent.tracks * per_track - 2, 0xFFFF),
        ds4noext=1,
        ds4smsfg=_SMS_VOLUME if sms else 0,
        ds4dscyl=geometry.cylinders,
        ds4dstrk=geometry.heads,
        ds4devtk=geometry.track_length,
        ds4devov=geometry.type.overhead,
        ds4devdt=per_track,
        ds4devdb=geometry.directory_blocks_per_track,
        ds4vtoce=write_descriptor(described, geometry),
    )
    format5 = Format5(ds5keyid=b"\x05" * 4, ds5fmtid=dscb.FORMAT5)
    images = {}
    for number in range(extent.low, extent.high + 1):
        contents = [_FREE] * per_track
        if number == extent.low:
            contents[:2] = bytes(format4), bytes(format5)
        records = [Record(n, each[:DSCB_KEY], each[DSCB_KEY:]) for n, each in enumerate(contents, 1)]
        images[number] = build(*geometry.cchh(number), records, geometry)
    return images


def _add_index(content: VtocContent, volser: str, extent: Extent) -> None:
    per_track = content.geometry.records_per_track(0, vtocix.RECORD)
    format1 = Format1(
        ds1dsnam=vtocix.index_name(volser),
        ds1dssn=volser,
        ds1volsq=1,
        ds1credt=date_code(datetime.date.today()),
        ds1syscd="IBMDSFSUPVR",
        ds1smsfg=dscb.UNCATALOGED if content.table.format4.ds4smsfg else 0,
        ds1dsorg=dscb.dsorg_code("PS"),
        ds1recfm=dscb.recfm_code("F"),
        ds1blkl=vtocix.RECORD,
        ds1lrecl=vtocix.RECORD,
        ds1scal1=0x88,
        ds1lstar=(extent.tracks - 1).to_bytes(2, "big") + bytes([per_track]),
    )
    content.add(format1, (Descriptor(DATA, 0, extent),))
    _mark_indexed(content)


def _mark_indexed(content: VtocContent) -> None:
    """Free space moves from the format-5 DSCBs to the index; one empty format-5 DSCB stays."""
    table = content.table
    for slot in format5_chain(table)[1:]:
        content.release(slot)
    table.put(1, bytes(Format5(ds5keyid=b"\x05" * 4, ds5fmtid=dscb.FORMAT5)))
    format4 = table.format4
    format4.ds4vtoci = DOS_BIT | INDEXED
    format4.ds4hpchr = table.cchhr(len(table) - 1)
    format4.ds4dsrec = min(len(content.unused), 0xFFFF)
    table.touch(0)
    content.names_changed = True
