"""The volume checker: label, VTOC, free space and index must agree, and account for every track exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from zoslab import ebcdic
from zoslab.dasd import dscb, track
from zoslab.dasd.dscb import DOS_BIT, FORMAT1, FORMAT2, FORMAT3, FORMAT5, INTERRUPTED, LARGE_FORMAT, Format1
from zoslab.dasd.dscbs import DscbTable
from zoslab.dasd.errors import BadTrack, BrokenVtoc, DasdError, NotLabelled
from zoslab.dasd.extent import Extent, gaps
from zoslab.dasd.free_space import format5_chain, read_format5
from zoslab.dasd.image import Device
from zoslab.dasd.label import read_label
from zoslab.dasd.vtoc_content import VtocContent
from zoslab.dasd.vtocix_check import index_findings


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: in which structure (VOL1, VTOC, F1, F3, F4, F5, VTOCIX, TRACK), where exactly, and what."""

    structure: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.structure} {self.place}: {self.text}"


def check_volume(device: Device, *, every_track: bool = False) -> list[Finding]:
    """Return everything that is wrong with a volume, nothing if it is sound. Never raises for what it finds.

    :param every_track: also read each track of the volume and check its framing.
    """
    return list(_findings(device, every_track))


def _findings(device: Device, every_track: bool) -> Iterator[Finding]:
    if every_track:
        yield from _check_tracks(device)
    try:
        volser = read_label(device).volserno
    except (NotLabelled, BadTrack) as error:
        yield Finding("VOL1", "0000 0000 03", str(error))
        return
    try:
        table = DscbTable.load(device)
    except DasdError as error:
        yield Finding("VTOC", f"of volume {volser}", str(error))
        return
    content = VtocContent.read(table, device.geometry)
    yield from _check_format4(content)
    yield from _check_records(content)
    for dsname, slot in content.names.items():
        yield from _check_format1(content, dsname, slot, volser)
    overlaps = list(_overlaps(content))
    yield from overlaps
    if content.broken or overlaps:
        return
    yield from _check_space(content)
    if content.indexed:
        for place, text in index_findings(device, content):
            yield Finding("VTOCIX", place, text)


def _check_tracks(device: Device) -> Iterator[Finding]:
    for number in range(device.geometry.tracks):
        cc, hh = device.geometry.cchh(number)
        try:
            image = device.read_track(number)
            track.check_position(image, cc, hh)
            track.parse(image)
        except BadTrack as error:
            yield Finding("TRACK", f"{cc:04X} {hh:04X}", str(error))


def _check_format4(content: VtocContent) -> Iterator[Finding]:
    format4, geometry, table = content.table.format4, content.geometry, content.table
    expected = {
        "ds4keyid": b"\x04" * 44,
        "ds4noext": 1,
        "ds4dstrk": geometry.heads,
        "ds4devtk": geometry.track_length,
        "ds4devdt": table.per_track,
    }
    if content.indexed:
        expected["ds4hpchr"] = table.cchhr(len(table) - 1)
    else:
        expected["ds4dsrec"] = min(len(content.unused), 0xFFFF)
        last = max(content.names.values(), default=0)
        expected["ds4hpchr"] = table.cchhr(last) if last else bytes(5)
    for name, value in expected.items():
        found = getattr(format4, name)
        if found != value:
            yield Finding("F4", name.upper(), f"is {_shown(found)}, should be {_shown(value)}")
    if format4.ds4dscyl > geometry.cylinders:
        yield Finding("F4", "DS4DEVSZ", f"is {format4.ds4dscyl} cylinders, the device has {geometry.cylinders}")
    if format4.ds4vtoci & INTERRUPTED:
        yield Finding("F4", "DS4VTOCI", "an update of the VTOC was interrupted")


def _shown(value: object) -> str:
    return value.hex().upper() if isinstance(value, bytes) else str(value)


def _check_records(content: VtocContent) -> Iterator[Finding]:
    """Check what each record of the VTOC is, and that every one in a chain belongs to one."""
    table = content.table
    linked = Counter(slot for chain in content.chains.values() for slot in chain)
    if table.kind(1) != FORMAT5:
        yield Finding("F5", table.cchhr(1).hex().upper(), "the second record of the VTOC is not a format-5 DSCB")
    for slot in range(1, len(table)):
        kind, place = table.kind(slot), table.cchhr(slot).hex().upper()
        if kind == dscb.FREE and not table.is_unused(slot):
            yield Finding("VTOC", place, "an unused DSCB is not binary zeros")
        elif kind in (FORMAT2, FORMAT3) and slot not in linked:
            yield Finding("F3" if kind == FORMAT3 else "F2", place, "belongs to no data set")
        elif kind == FORMAT3 and linked[slot] > 1:
            yield Finding("F3", place, "belongs to two data sets")
        elif kind == FORMAT3 and table.raw(slot)[:4] != b"\x03" * 4:
            yield Finding("F3", place, "does not start with X'03030303'")
        elif kind == FORMAT1 and slot in content.broken:
            structure = "F3" if "chain" in str(content.broken[slot]) else "F1"
            yield Finding(structure, place, str(content.broken[slot]))


def _check_format1(content: VtocContent, dsname: str, slot: int, volser: str) -> Iterator[Finding]:
    if slot in content.broken:
        return
    format1 = content.format1(slot)
    descriptors = [each for each in content.descriptors[slot] if each.is_data]
    sequence = [each.sequence for each in descriptors]
    if any(after != before + 1 for before, after in pairwise(sequence)):
        yield Finding("F1", dsname, f"its extents are numbered {sequence}")
    if format1.ds1volsq == 1 and format1.ds1dssn != volser:
        yield Finding("F1", dsname, f"DS1DSSN is {format1.ds1dssn}, the volume is {volser}")
    if not dsname or ebcdic.encode(dsname, 44) != bytes(format1.raw[:44]):
        yield Finding("F1", dsname, "the name is not padded with blanks")
    tracks = sum(each.extent.tracks for each in descriptors)
    if _last_track(format1) >= max(tracks, 1):
        yield Finding("F1", dsname, f"DS1LSTAR is on track {_last_track(format1)}, it has {tracks}")


def _last_track(format1: Format1) -> int:
    high = format1.ds1ttthi if format1.ds1flag1 & LARGE_FORMAT else 0
    return (high << 16) + int.from_bytes(format1.ds1lstar[:2], "big")


def _overlaps(content: VtocContent) -> Iterator[Finding]:
    owned = [(Extent(0, 0), "the volume label"), (content.table.extent, "the VTOC")]
    for dsname, slot in content.names.items():
        owned += [(each.extent, dsname) for each in content.descriptors[slot]]
    owned.sort(key=lambda pair: pair[0])
    before, owner = Extent(-1, -1), ""
    for extent, name in owned:
        if extent.low <= before.high:
            tracks = f"tracks {extent.low} to {min(extent.high, before.high)}"
            yield Finding("F1", name, f"{tracks} also belong to {owner}")
        if extent.high >= before.high:
            before, owner = extent, name
    if before.high >= content.tracks:
        yield Finding("F1", owner, f"an extent ends at track {before.high}, the volume has {content.tracks}")


def _check_space(content: VtocContent) -> Iterator[Finding]:
    """Check that the format-5 DSCBs record exactly the tracks nothing holds; on an indexed VTOC none."""
    place = content.table.cchhr(1).hex().upper()
    try:
        recorded = read_format5(content.table, content.geometry.heads)
        chain = format5_chain(content.table)
    except BrokenVtoc as error:
        yield Finding("F5", place, str(error))
        return
    strays = [s for s in range(len(content.table)) if content.table.kind(s) == FORMAT5 and s not in chain]
    for slot in strays:
        yield Finding("F5", content.table.cchhr(slot).hex().upper(), "belongs to no chain")
    if content.indexed:
        if recorded:
            yield Finding("F5", place, "records free space, which the index does")
        return
    if content.table.format4.ds4vtoci & DOS_BIT:
        return
    free = gaps(content.in_use(), content.tracks)
    if recorded != sorted(recorded):
        yield Finding("F5", place, "the free runs are not ascending")
    for run in sorted(set(free) - set(recorded)):
        yield Finding("F5", place, f"tracks {run.low} to {run.high} are free but not recorded so")
    for run in sorted(set(recorded) - set(free)):
        yield Finding("F5", place, f"tracks {run.low} to {run.high} are recorded as free but are not, or not exactly")
