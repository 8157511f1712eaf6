"""The fields of a LISTCAT entry: groups HISTORY, ASSOCIATIONS, ATTRIBUTES, STATISTICS, ALLOCATION, VOLUMES."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zoslab.catalog import bcs, cells
from zoslab.catalog.entry import Entry
from zoslab.dasd.dscb import date_of
from zoslab.dasd.errors import DasdError
from zoslab.dasd.subsystem import VolumeNotMounted
from zoslab.dasd.volume import Volume
from zoslab.dasd.vsam.component import open_vvds
from zoslab.dasd.vvds_record import AMDSB, KEYED, VOLUME, VvdsRecord

if TYPE_CHECKING:
    from zoslab.zos import Zos

WIDTH, GAP = 24, "     "
DEVICE_TYPE = "X'3010200F'"
ASSOCIATED = {"GDS": "NONVSAM", "UCAT": "USERCAT"}
UNITS = {0xC0: "CYLINDER", 0x80: "TRACK", 0x40: "BLOCK"}


def lines(system: Zos, entry: Entry, detail: str, components: Components) -> Iterator[str]:
    """Yield the lines of an entry below its title.

    :param detail: NAME, HISTORY, VOLUME, ALLOCATION or ALL; each says more than the one before.
    """
    if detail == "NAME":
        return
    yield from _history(system, entry)
    component = components.find(entry) if entry.kind in ("DATA", "INDEX") else None
    if detail == "ALL":
        yield from _associations(system, entry)
        if entry.kind == "GDG":
            yield from _group(entry)
        if component is not None:
            yield from _attributes(component[1])
    if detail in ("ALL", "ALLOCATION") and component is not None:
        yield from _allocation(*component)
    if detail in ("ALL", "ALLOCATION", "VOLUME"):
        yield from _volumes(entry, component)


def _field(label: str, value: object) -> str:
    """Return ``LABEL------value`` as wide as LISTCAT's columns."""
    return f"{label}{'-' * max(1, WIDTH - len(label) - len(str(value)))}{value}"


def _row(*pairs: tuple[str, object]) -> str:
    return "       " + GAP.join(_field(*pair) for pair in pairs)


def _history(system: Zos, entry: Entry) -> Iterator[str]:
    if entry.kind in ("ALIAS", "UCAT"):
        return
    record = system.catalogs.connected(entry.catalog).get(entry.name)
    if record is not None and record.kind == bcs.TRUE_NAME and record.associations:
        record = system.catalogs.connected(entry.catalog).get(record.associations[0])
    found = [cells.InformationCell.of(cell) for cell in record.cells if cell[2] == cells.INFORMATION] if record else []
    created, expires = (date_of(found[0].created), date_of(found[0].expires)) if found else (None, None)
    yield "     HISTORY"
    yield _row(("DATASET-OWNER", "(NULL)"), ("CREATION", f"{created:%Y.%j}" if created else "0000.000"))
    yield _row(("RELEASE", 2), ("EXPIRATION", f"{expires:%Y.%j}" if expires else "0000.000"))


def _associations(system: Zos, entry: Entry) -> Iterator[str]:
    found = list(entry.associations)
    if entry.kind == "UCAT":
        found += [("ALIAS", alias) for alias in system.catalogs.aliases(entry.name)]
    if not found:
        yield "     ASSOCIATIONS--------(NULL)"
        return
    yield "     ASSOCIATIONS"
    for kind, name in found:
        yield f"       {ASSOCIATED.get(kind, kind):-<9}{name}"


def _group(entry: Entry) -> Iterator[str]:
    scratch = "SCRATCH" if entry.attributes["scratch"] else "NOSCRATCH"
    empty = "EMPTY" if entry.attributes["empty"] else "NOEMPTY"
    yield "     ATTRIBUTES"
    yield f"       {_field('LIMIT', entry.attributes['limit'])}{GAP}{scratch}{GAP}{empty}"


class Components:
    """What volumes and VVDSs say of components; each VVDS is read once."""

    def __init__(self, system: Zos) -> None:
        self._system = system
        self._known: dict[str, tuple[Volume, dict[str, VvdsRecord]] | None] = {}

    def find(self, entry: Entry) -> tuple[Volume, VvdsRecord] | None:
        """Return volume and VVR of a component, None if they cannot be read or there is no such record."""
        found = self._on(entry.volsers[0]) if entry.volsers else None
        record = found[1].get(entry.name) if found else None
        return (found[0], record) if found and record else None

    def _on(self, volser: str) -> tuple[Volume, dict[str, VvdsRecord]] | None:
        if volser not in self._known:
            self._known[volser] = self._read(volser)
        return self._known[volser]

    def _read(self, volser: str) -> tuple[Volume, dict[str, VvdsRecord]] | None:
        try:
            volume = self._system.dasd.volume(volser)
            vvds = open_vvds(volume)
            records = vvds.entries() if vvds else ()
            return volume, {each.name: each for each in records if each.cell(AMDSB) and each.cell(VOLUME)}
        except (VolumeNotMounted, DasdError):
            return None


def _attributes(record: VvdsRecord) -> Iterator[str]:
    amdsb, volume = record.amdsb(), record.volume()
    yield "     ATTRIBUTES"
    longest = amdsb.max_record or volume.ci_size - 7
    yield _row(
        ("KEYLEN", amdsb.key_length),
        ("AVGLRECL", longest),
        ("BUFSPACE", 2 * volume.ci_size),
        ("CISIZE", volume.ci_size),
    )
    per_area = volume.cis_per_track * volume.tracks_per_ca
    yield _row(("RKP", amdsb.key_offset), ("MAXLRECL", longest), ("EXCPEXIT", "(NULL)"), ("CI/CA", per_area))
    yield "       " + ("INDEXED" if amdsb.flags & KEYED else "NONINDEXED")
    yield "     STATISTICS"
    yield _row(("REC-TOTAL", amdsb.records), ("SPLITS-CI", amdsb.ci_splits), ("EXCPS", 0))
    yield _row(("REC-DELETED", amdsb.deleted), ("SPLITS-CA", amdsb.ca_splits), ("EXTENTS", 1))
    yield _row(("REC-INSERTED", amdsb.inserted), ("FREESPACE-%CI", amdsb.free_ci), ("SYSTEM-TIMESTAMP", "X'00'"))
    yield _row(("REC-UPDATED", amdsb.updated), ("FREESPACE-%CA", amdsb.free_ca), ("LEVELS", amdsb.levels))


def _allocation(volume: Volume, record: VvdsRecord) -> Iterator[str]:
    found = volume.vtoc.find(record.name)
    if found is None:
        return
    unit = UNITS.get(found.dscb.ds1scal1 & 0xC0, "TRACK")
    size = volume.geometry.heads if unit == "CYLINDER" else 1
    cell = record.volume()
    yield "     ALLOCATION"
    yield _row(("SPACE-TYPE", unit), ("HI-A-RBA", cell.harba))
    yield _row(("SPACE-PRI", found.tracks // size), ("HI-U-RBA", cell.hurba))
    yield _row(("SPACE-SEC", found.dscb.ds1scal3))


def _volumes(entry: Entry, component: tuple[Volume, VvdsRecord] | None) -> Iterator[str]:
    if entry.kind not in ("DATA", "INDEX", "NONVSAM", "GDS", "UCAT"):
        return
    yield "     VOLUMES" if component is None else "     VOLUME"
    for sequence, volser in enumerate(entry.volsers, 1):
        if component is None:
            yield _row(("VOLSER", volser), ("DEVTYPE", DEVICE_TYPE), ("FSEQN", 0))
            continue
        volume, record = component
        cell = record.volume()
        here = volume.vtoc.find(entry.name) if sequence == 1 else None
        yield _row(("VOLSER", volser), ("PHYREC-SIZE", cell.ci_size), ("HI-A-RBA", cell.harba),
                   ("EXTENT-NUMBER", len(here.extents) if here else 0))  # fmt: skip
        yield _row(("DEVTYPE", DEVICE_TYPE), ("PHYRECS/TRK", cell.cis_per_track), ("HI-U-RBA", cell.hurba),
                   ("EXTENT-TYPE", "X'00'"))  # fmt: skip
