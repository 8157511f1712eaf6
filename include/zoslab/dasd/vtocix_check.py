"""Whether a VTOC index agrees with its VTOC. The rules are those behind IBM's messages IEC606I and IEC610I."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from zoslab import ebcdic
from zoslab.dasd import track, vtocix
from zoslab.dasd.errors import BrokenVtoc
from zoslab.dasd.image import Device
from zoslab.dasd.vtoc_content import VtocContent
from zoslab.dasd.vtocix import FIRST_SECTION, HIGH_KEY, MAP, RECORD, IndexEntry, Vier, Vir, Vixm, Vmds, Vpsm

_FORMAT4_NAME = b"\x04" * 44


class IndexFinding(NamedTuple):
    """What is wrong and in which record (its type and RBA)."""

    place: str
    text: str


def index_findings(device: Device, content: VtocContent) -> Iterator[IndexFinding]:
    """Yield every disagreement between the index on ``device`` and the VTOC."""
    try:
        records = read_records(device, content)
        vixm = Vixm.of(records[0])
        yield from _check_vixm(vixm, records, content)
        yield from _check_maps(records, content)
        found = list(_names(records, vixm))
    except BrokenVtoc as error:
        yield IndexFinding("VTOCIX", str(error))
        return
    yield from _check_names(found, content)


def read_records(device: Device, content: VtocContent) -> list[bytes]:
    """Return all records of the index data set.

    :raises BrokenVtoc: there is no usable index data set, or a record has a wrong length.
    """
    extent = vtocix.index_extent(content)
    records: list[bytes] = []
    for number in range(extent.low, extent.high + 1):
        for record in track.parse(device.read_track(number)):
            if record.key or len(record.data) != RECORD:
                raise BrokenVtoc(f"record {record.number} on track {number} is not one of {RECORD} bytes without key")
            records.append(record.data)
    if not records or Vir.of(records[0]).virid != "VIXM":
        raise BrokenVtoc(f"no VIXM at the start of the index, track {extent.low}")
    return records


def name_entries(records: list[bytes]) -> Iterator[IndexEntry]:
    """Yield the names as the index has them, without the high key.

    :raises BrokenVtoc: the records do not lead to them.
    """
    for entry in _names(records, Vixm.of(records[0])):
        if entry.name != HIGH_KEY:
            yield entry


def _record(records: list[bytes], rba: int, kind: str) -> bytes:
    number, rest = divmod(rba, RECORD)
    if rest or number >= len(records) or Vir.of(records[number]).virid != kind:
        raise BrokenVtoc(f"RBA {rba:X} is not that of a {kind}")
    return records[number]


def _check_vixm(vixm: Vixm, records: list[bytes], content: VtocContent) -> Iterator[IndexFinding]:
    per_track = content.geometry.records_per_track(0, RECORD)
    if (vixm.records, vixm.pertrack) != (len(records), per_track):
        yield IndexFinding("VIXM", f"{vixm.records} records, {vixm.pertrack} a track; {len(records)}, {per_track} are")
    for number, data in enumerate(records):
        used = bool(vixm.raw[vixm.mapstart + number // 8] & 0x80 >> number % 8)
        if used != any(data):
            yield IndexFinding("VIXM", f"record at RBA {number * RECORD:X} is marked {'in use' if used else 'unused'}")
        if used and Vir.of(data).virrba != number * RECORD:
            yield IndexFinding(f"RBA {number * RECORD:X}", f"the record says RBA {Vir.of(data).virrba:X} (IEC606I-138)")


def _check_maps(records: list[bytes], content: VtocContent) -> Iterator[IndexFinding]:
    """Compare the maps with those the VTOC calls for."""
    rba = RECORD
    for expected in (*vtocix.space_maps(content), *vtocix.dscb_maps(content)):
        data = _record(records, rba, expected.virid)
        if data[MAP - 0x20 : MAP] != bytes(expected.raw[MAP - 0x20 : MAP]):
            yield IndexFinding(f"{expected.virid} RBA {rba:X}", "its header does not fit the volume")
        elif isinstance(expected, Vpsm):
            yield from _map_findings(data, expected, expected.trkmap, "track", expected.virfirst)
            yield from _map_findings(
                data[: expected.trkmap], expected, MAP, "cylinder", expected.virfirst // expected.heads
            )
        elif isinstance(expected, Vmds):
            yield from _map_findings(data, expected, MAP, "DSCB", 0)
        rba += RECORD


def _map_findings(data: bytes, expected: Vir, start: int, what: str, first: int) -> Iterator[IndexFinding]:
    wanted = bytes(expected.raw[start : len(data)])
    if data[start:] == wanted:
        return
    size = len(wanted) * 8
    have, want = (f"{int.from_bytes(each, 'big'):0{size}b}" for each in (data[start:], wanted))
    wrong = [number for number in range(size) if have[number] != want[number]]
    state = "in use" if have[wrong[0]] == "1" else "free"
    yield IndexFinding(
        f"{expected.virid} {what} {first + wrong[0]}", f"marked {state}, which the VTOC denies ({len(wrong)} such bits)"
    )


def _names(records: list[bytes], vixm: Vixm) -> Iterator[IndexEntry]:
    """Yield the entries of level 1 in the order a search meets them."""
    vier = Vier.of(_record(records, vixm.highest, "VIER"))
    while vier.level > 1:
        below = next(_entries_of(vier))
        vier = Vier.of(_record(records, int.from_bytes(below.pointer, "big"), "VIER"))
    seen = 0
    while True:
        yield from _entries_of(vier)
        seen += 1
        if not vier.virnext:
            return
        if seen > len(records):
            raise BrokenVtoc("the VIERs of level 1 are chained in a circle")
        vier = Vier.of(_record(records, vier.virnext, "VIER"))


def _entries_of(vier: Vier) -> Iterator[IndexEntry]:
    section = FIRST_SECTION
    if not FIRST_SECTION <= vier.lastsect <= RECORD - vier.sectlen or not vier.sectlen:
        raise BrokenVtoc(f"VIER at RBA {vier.virrba:X} says its last section is at {vier.lastsect:X}")
    while section <= vier.lastsect:
        last, at = int.from_bytes(vier.raw[section : section + 2], "big"), 2
        while 2 <= at <= last < vier.sectlen:
            entry = section + at
            length = int.from_bytes(vier.raw[entry : entry + 2], "big")
            name = bytes(vier.raw[entry + 8 : entry + 8 + length])
            yield IndexEntry(name, bytes(vier.raw[entry + 2 : entry + 8]))
            at += 8 + length
        section += vier.sectlen


def _check_names(found: list[IndexEntry], content: VtocContent) -> Iterator[IndexFinding]:
    padded = [entry.name.ljust(44, b"\x40") for entry in found]
    for before, after in pairwise(padded):
        if after <= before:
            yield IndexFinding("VIER", f"{_text(after)} comes after {_text(before)}")
    if not found or found[-1].name != HIGH_KEY:
        yield IndexFinding("VIER", "the last entry is not the high key")
    indexed = {entry.name: entry.pointer for entry in found if entry.name != HIGH_KEY}
    wanted = {entry.name: entry.pointer for entry in vtocix.entries(content)}
    for name, pointer in wanted.items():
        if name not in indexed:
            yield IndexFinding("VIER", f"{_text(name)} is in the VTOC but not in the index")
        elif indexed[name] != pointer:
            yield IndexFinding(
                "VIER",
                f"{_text(name)} leads to {indexed[name][1:].hex().upper()}, it is at {pointer[1:].hex().upper()}",
            )
    for name in indexed.keys() - wanted.keys():
        yield IndexFinding("VIER", f"{_text(name)} is in the index but not in the VTOC")


def _text(name: bytes) -> str:
    return "the VTOC" if name[:44] == _FORMAT4_NAME else ebcdic.decode(name)
