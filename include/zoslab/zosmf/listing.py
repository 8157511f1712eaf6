"""GET /zosmf/restfiles/ds: data sets of a level, from the catalogs, or from the VTOC of a volume.

Source: z/OSMF Programming Guide, "List the z/OS data sets on a system": every value is a string. A level is taken as
ISPF does: ``A.B`` and ``A.B*`` also list what lies below. Bases of generation data groups are not listed. A list
needs no authority for the data sets in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from zoslab.catalog.entry import Entry, pattern
from zoslab.dasd.dscb import Format1, date_of
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.volume import Volume
from zoslab.dasd.vtoc import VtocEntry
from zoslab.zos import Zos
from zoslab.zosmf.access import translated
from zoslab.zosmf.errors import bad_request
from zoslab.zosmf.paging import Page

LEVEL = re.compile(r"[A-Z0-9@#$.*%-]{1,44}")
ATTRIBUTES = ("dsname", "vol", "base")
SPACE_UNITS = {0xC0: "CYLINDERS", 0x80: "TRACKS", 0x40: "BLOCKS"}
NO_DATE = "***None***"
VSAM, ALIAS = "*VSAM*", "*ALIAS"
PDSE = 0x08
UNKNOWN = "?"


@dataclass(frozen=True)
class Row:
    """A data set that was found: its catalog entry, or the volume it was found on without one."""

    dsname: str
    kind: str
    volsers: tuple[str, ...]
    catalog: str = ""


class Listing:
    """Lists the data sets of one system."""

    def __init__(self, system: Zos) -> None:
        self._system = system

    def answer(self, request: Request) -> Response:
        """Return the page of the list that the request asks for."""
        page = Page.of(request, ATTRIBUTES)
        level = request.query_params.get("dslevel", "").upper()
        if not LEVEL.fullmatch(level):
            raise bad_request(f"dslevel '{level}' is missing, or is not a filter of at most 44 characters")
        below = level if level.endswith("**") else f"{level}.**"
        volser = request.query_params.get("volser", "").upper()
        with translated():
            rows = self._on_volume(below, volser) if volser else self._cataloged(below)
            volumes = _Volumes(self._system)
            return JSONResponse(
                page.document(rows, lambda row: row.dsname, lambda row: _item(row, volumes, page.attributes))
            )

    def _cataloged(self, level: str) -> Iterator[Row]:
        for entry in self._system.catalogs.entries(level):
            if entry.kind != "GDG":
                yield Row(entry.name, entry.kind, entry.volsers, entry.catalog)

    def _on_volume(self, level: str, volser: str) -> Iterator[Row]:
        try:
            volume = self._system.dasd.volume(volser)
        except VolumeNotMounted:
            return
        wanted = pattern(level)
        for entry in volume.vtoc.entries():
            if wanted.fullmatch(entry.dsname):
                found = self._system.catalogs.locate(entry.dsname)
                yield Row(entry.dsname, "NONVSAM", _volsers(found, volser), found.catalog if found else "")


def _volsers(entry: Entry | None, volser: str) -> tuple[str, ...]:
    """Return the volumes of a data set found on one: all it is cataloged on, if that is one of them."""
    return entry.volsers if entry is not None and volser in entry.volsers else (volser,)


class _Volumes:
    """The volumes a list has looked at."""

    def __init__(self, system: Zos) -> None:
        self._system = system
        self._known: dict[str, Volume | None] = {}

    def entries(self, row: Row) -> list[tuple[Volume, VtocEntry]]:
        """Return the VTOC entries of a data set on those of its volumes that are mounted."""
        found = []
        for volser in row.volsers:
            volume = self._volume(volser)
            entry = volume.vtoc.find(row.dsname) if volume else None
            if volume is not None and entry is not None:
                found.append((volume, entry))
        return found

    def _volume(self, volser: str) -> Volume | None:
        if volser not in self._known:
            try:
                self._known[volser] = self._system.dasd.volume(volser)
            except VolumeNotMounted:
                self._known[volser] = None
        return self._known[volser]


def _item(row: Row, volumes: _Volumes, attributes: str) -> dict[str, Any]:
    item: dict[str, Any] = {"dsname": row.dsname}
    if attributes == "dsname":
        return item
    item["vol"] = {"ALIAS": ALIAS, "CLUSTER": VSAM}.get(row.kind) or next(iter(row.volsers), "")
    if attributes == "vol":
        return item
    item |= {"catnm": row.catalog, "migr": "NO", "mvol": "Y" if len(row.volsers) > 1 else "N"}
    if row.kind == "CLUSTER":
        item["dsorg"] = "VS"
    if row.volsers and row.kind != "CLUSTER":
        item["vols"] = " ".join(row.volsers)
    parts = volumes.entries(row) if row.kind not in ("ALIAS", "CLUSTER") else []
    return item | _described(parts) if parts else item


def _described(parts: list[tuple[Volume, VtocEntry]]) -> dict[str, str]:
    """Return what the DSCBs say; ``sizex`` is in tracks."""
    volume, entry = parts[0]
    dscb = entry.dscb
    vsam = dscb.dsorg == "VS"
    tracks = sum(part.tracks for _, part in parts)
    return {
        "blksz": UNKNOWN if vsam else str(dscb.ds1blkl),
        "cdate": _date(dscb.ds1credt),
        "dev": volume.geometry.device,
        "dsntp": _type(dscb),
        "dsorg": "PO-E" if dscb.ds1smsfg & PDSE else dscb.dsorg,
        "edate": _date(dscb.ds1expdt),
        "extx": str(sum(len(part.extents) for _, part in parts)),
        "lrecl": UNKNOWN if vsam else str(dscb.ds1lrecl),
        "ovf": "NO",
        "rdate": _date(dscb.ds1refd),
        "recfm": UNKNOWN if vsam else dscb.recfm or "U",
        "sizex": str(tracks),
        "spacu": SPACE_UNITS.get(dscb.ds1scal1 & 0xC0, "TRACKS"),
        "used": UNKNOWN if vsam else str(_used(parts, tracks)),
    }


def _used(parts: list[tuple[Volume, VtocEntry]], tracks: int) -> int:
    """Return the percentage of the tracks that is written."""
    written = 0
    before = 0
    for _, entry in parts:
        if any(entry.dscb.ds1lstar):
            written = before + int.from_bytes(entry.dscb.ds1lstar[:2], "big") + (entry.dscb.ds1ttthi << 16) + 1
        before += entry.tracks
    return min(100, 100 * written // tracks) if tracks else 0


def _type(dscb: Format1) -> str:
    if dscb.dsorg.startswith("PO"):
        return "LIBRARY" if dscb.ds1smsfg & PDSE else "PDS"
    return "BASIC" if dscb.dsorg.startswith("PS") else ""


def _date(code: bytes) -> str:
    found = date_of(code)
    return f"{found:%Y/%m/%d}" if found else NO_DATE
