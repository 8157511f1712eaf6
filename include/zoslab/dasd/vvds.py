"""SYS1.VVDS.Vvolser: the VSAM volume data set, an entry-sequenced data set of 4096-byte control intervals.

Observed, not documented: control interval 0 holds the VVCR with the names of the catalogs that have data sets on the
volume, control interval 1 the record that describes the VVDS itself, the others VVRs and NVRs. Own layout: the space
map in the VVCR, one byte for each control interval, its free bytes divided by 16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.dasd.errors import NoSpace
from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.intervals import ControlIntervals, TrackSpace
from zoslab.dasd.vvds_record import (
    PRIMARY,
    VOLUME,
    BrokenVvds,
    VolumeCell,
    VvdsRecord,
    decode,
    encode,
)

CI_SIZE = 4096
FIRST_CI = 2
UNIT = 16
VVCR = ebcdic.encode("VVCR")
CATALOGS, CATALOG_ENTRY, CATALOG_NAME, CATALOG_SLOTS = 24, 56, 44, 36
MAP = CATALOGS + CATALOG_ENTRY * CATALOG_SLOTS
VVCR_LENGTH = control_interval.capacity(CI_SIZE)
MAX_CIS = VVCR_LENGTH - MAP

Transform = Callable[[VvdsRecord], VvdsRecord | None]
"""A record's new form; None removes it."""


class VvdsFull(NoSpace):
    """No room for a record or a catalog name is left."""


def vvds_name(volser: str) -> str:
    """Return the data set name of a volume's VVDS."""
    return f"SYS1.VVDS.V{volser}"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a rewrite did, in records."""

    kept: int
    changed: int
    removed: int


class Vvds:
    """The VVDS on the tracks of its data set."""

    def __init__(self, space: TrackSpace) -> None:
        self.intervals = ControlIntervals(space, CI_SIZE)

    @classmethod
    def create(cls, space: TrackSpace, volser: str, catalog: str = "") -> Vvds:
        """Write an empty VVDS for the volume ``volser`` into ``space``."""
        vvds = cls(space)
        for number in range(FIRST_CI):
            vvds.intervals.open_new(number)
        vvcr = bytearray(VVCR_LENGTH)
        vvcr[:8] = VVCR_LENGTH.to_bytes(2, "big") + b"\0\0" + VVCR
        vvcr[CATALOGS:MAP] = b"\x40" * (MAP - CATALOGS)
        vvds.write_raw(0, [bytes(vvcr)])
        cell = VolumeCell(length=VolumeCell.size, kind=VOLUME, ci_size=CI_SIZE, hurba=FIRST_CI * CI_SIZE)
        cell.cis_per_track, cell.harba = vvds.intervals.per_track, vvds.intervals.count * CI_SIZE
        name = vvds_name(volser)
        vvds.write_raw(1, [encode(VvdsRecord(PRIMARY, name, name, catalog, (bytes(cell),)))])
        if catalog:
            vvds.add_catalog(catalog)
        return vvds

    @property
    def self_record(self) -> VvdsRecord:
        """The record that describes the VVDS itself.

        :raises BrokenVvds: control interval 1 does not hold it.
        """
        records = self.raw(1)
        if len(records) != 1:
            raise BrokenVvds(f"control interval 1 holds {len(records)} records instead of the VVDS's own one")
        return decode(records[0])

    @property
    def end(self) -> int:
        """The number of control intervals in use."""
        return self.self_record.volume().hurba // CI_SIZE

    def catalogs(self) -> list[str]:
        """Return the names of the catalogs that have data sets on the volume.

        :raises BrokenVvds: control interval 0 holds no VVCR.
        """
        vvcr = self.vvcr()
        names = [
            ebcdic.decode(vvcr[at : at + CATALOG_NAME])
            for at in range(CATALOGS, min(MAP, len(vvcr) - CATALOG_NAME), CATALOG_ENTRY)
        ]
        return names[: names.index("")] if "" in names else names

    def add_catalog(self, name: str) -> None:
        """Enter a catalog in the VVCR unless it is there.

        :raises VvdsFull: 36 catalogs are there.
        """
        names = self.catalogs()
        if name not in names:
            self.set_catalogs([*names, name])

    def entries(self) -> Iterator[VvdsRecord]:
        """Yield the VVRs and NVRs in the order they stand, without the VVDS's own record."""
        for number in range(FIRST_CI, self.end):
            for raw in self.raw(number):
                yield decode(raw)

    def find(self, name: str) -> VvdsRecord | None:
        """Return the record of a component or data set, None if the VVDS has none."""
        found = self._find(name)
        return decode(found[1][found[2]]) if found else None

    def add(self, record: VvdsRecord) -> None:
        """Add a record, in the first control interval with room.

        :raises VvdsFull: the data set cannot grow any more.
        :raises BrokenVvds: there is a record of that name.
        """
        if self._find(record.name):
            raise BrokenVvds(f"the VVDS already has a record of {record.name}")
        self._add(encode(record))

    def replace(self, record: VvdsRecord) -> None:
        """Replace the record of the same name.

        :raises BrokenVvds: there is none.
        """
        number, records, at = self._required(record.name)
        raw = encode(record)
        if fits([*records[:at], raw, *records[at + 1 :]]):
            self._put(number, [*records[:at], raw, *records[at + 1 :]])
        else:
            self._add(raw)
            self._put(number, [*records[:at], *records[at + 1 :]])

    def remove(self, name: str) -> None:
        """Remove a record.

        :raises BrokenVvds: there is none of that name.
        """
        number, records, at = self._required(name)
        self._put(number, [*records[:at], *records[at + 1 :]])

    def rewrite(
        self, transform: Transform, *, volser: str | None = None, catalog: Callable[[str], str] = lambda name: name
    ) -> Rewritten:
        """Put every record through ``transform``, see ``vvds_rewrite``."""
        from zoslab.dasd.vvds_rewrite import rewrite

        return rewrite(self, transform, volser, catalog)

    def _find(self, name: str) -> tuple[int, list[bytes], int] | None:
        wanted = ebcdic.encode(name)
        start = bytes([len(wanted) + 1]) + wanted + b"\0"
        for number, image in self.images():
            if start in image:
                records = control_interval.parse(image)
                for at, raw in enumerate(records):
                    if raw[10 : 10 + len(start)] == start:
                        return number, records, at
        return None

    def images(self) -> Iterator[tuple[int, bytes]]:
        """Yield the control intervals that hold records, reading each track once."""
        end, per_track = self.end, self.intervals.per_track
        for track in range(-(-end // per_track)):
            for number, record in enumerate(self.intervals.space.read(track), track * per_track):
                if FIRST_CI <= number < end:
                    yield number, record.data

    def _required(self, name: str) -> tuple[int, list[bytes], int]:
        found = self._find(name)
        if found is None:
            raise BrokenVvds(f"the VVDS has no record of {name}")
        return found

    def _add(self, raw: bytes) -> None:
        wanted = -(-(len(raw) + 2 * control_interval.RDF) // UNIT)
        space_map = self.vvcr()[MAP:]
        end = self.end
        for number in range(FIRST_CI, end):
            if space_map[number] >= wanted:
                records = [*self.raw(number), raw]
                if fits(records):
                    self._put(number, records)
                    return
        self.append([[raw]])

    def append(self, intervals: Sequence[list[bytes]]) -> None:
        """Store records in new control intervals, and then make them known in the VVDS's own record.

        :raises VvdsFull: there is no room in the space map.
        """
        first = self.end
        if first + len(intervals) > MAX_CIS:
            raise VvdsFull("VVDS", f"the space map of the VVDS describes {MAX_CIS} control intervals")
        for number, records in enumerate(intervals, first):
            self.intervals.open_new(number)
            self.write_raw(number, records)
        me = self.self_record
        cell = me.volume()
        cell.hurba, cell.harba = (first + len(intervals)) * CI_SIZE, self.intervals.count * CI_SIZE
        self.write_raw(1, [encode(me.with_cells(cell))])
        self.remap({number: room(records) for number, records in enumerate(intervals, first)})

    def _put(self, number: int, records: list[bytes]) -> None:
        self.write_raw(number, records)
        self.remap({number: room(records)})

    def remap(self, rooms: Mapping[int, int]) -> None:
        """Enter the room of control intervals in the space map."""
        vvcr = bytearray(self.vvcr())
        before = bytes(vvcr)
        for number, units in rooms.items():
            vvcr[MAP + number] = units
        if vvcr != before:
            self.write_raw(0, [bytes(vvcr)])

    def set_catalogs(self, names: Sequence[str]) -> None:
        """Replace the catalog names of the VVCR.

        :raises VvdsFull: there are more than 35.
        """
        if len(names) >= CATALOG_SLOTS:
            raise VvdsFull("VVDS", f"the VVCR has room for {CATALOG_SLOTS - 1} catalogs")
        vvcr = bytearray(self.vvcr())
        for slot, name in enumerate([*names, *[""] * (CATALOG_SLOTS - len(names))]):
            at = CATALOGS + slot * CATALOG_ENTRY
            vvcr[at : at + CATALOG_NAME] = ebcdic.encode(name, CATALOG_NAME)
        self.write_raw(0, [bytes(vvcr)])

    def vvcr(self) -> bytes:
        """Return the VVCR.

        :raises BrokenVvds: control interval 0 holds none.
        """
        records = self.raw(0)
        if not records or records[0][4:8] != VVCR:
            raise BrokenVvds("control interval 0 holds no VVCR")
        return records[0]

    def raw(self, number: int) -> list[bytes]:
        """Return the records of a control interval as they stand."""
        return control_interval.parse(self.intervals.read_ci(number))

    def write_raw(self, number: int, records: list[bytes]) -> None:
        """Write a control interval."""
        self.intervals.write_ci(number, control_interval.build(records, CI_SIZE))


def fits(records: list[bytes]) -> bool:
    """Tell whether records fit one control interval."""
    return control_interval.space_needed([len(record) for record in records]) <= CI_SIZE


def room(records: list[bytes]) -> int:
    """Return the free bytes of a control interval in the units of the space map."""
    return (CI_SIZE - control_interval.space_needed([len(record) for record in records])) // UNIT
