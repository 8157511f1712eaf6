"""Records of the VVDS: a VVR for each VSAM component, an NVR for each SMS-managed non-VSAM data set.

Observed, not documented: the header and the fields of the cells that are named here were seen by public programs
that walk real volumes. Own layout: all other fields of the cells (classes, free space, counters), and the NVR, which
is given the header of a VVR.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from zoslab import ebcdic
from zoslab.dasd.errors import DasdError
from zoslab.layout import Layout, Number, Text

PRIMARY, SECONDARY, NONVSAM = "Z", "Q", "N"
INDEX_COMPONENT = 0x08
DATA_SET_INFO, AMDSB, VOLUME = 0x21, 0x60, 0x23
KEYED = 0x80


class BrokenVvds(DasdError):
    """A record or control interval of the VVDS contradicts itself."""


class RecordHeader(Layout):
    """What every VVDS record begins with; the names follow, each behind its length."""

    length = Number(0, 2)
    header_length = Number(2, 2)  # up to the first cell, less 2
    kind = Text(4, 1)  # Z primary VVR, Q secondary VVR, N NVR
    flags = Number(5, 1)  # 08 index component
    size = 10


class DataSetInfoCell(Layout):
    """Data set information, type 21."""

    length = Number(0, 2)
    kind = Number(2, 1)
    stclas = Text(4, 8)
    dataclas = Text(12, 8)
    mgmtclas = Text(20, 8)
    created = Number(28, 3)  # year - 1900, day
    size = 85


class AmdsbCell(Layout):
    """Access method statistics and attributes, type 60."""

    length = Number(0, 2)
    kind = Number(2, 1)
    flags = Number(3, 1)  # 80 keyed
    free_ci = Number(4, 1)  # percent
    free_ca = Number(5, 1)
    key_offset = Number(8, 2)
    key_length = Number(10, 2)
    max_record = Number(26, 4)
    index_root = Number(30, 4)  # RBA
    levels = Number(34, 2)
    records = Number(38, 8)
    inserted = Number(46, 8)
    updated = Number(54, 8)
    deleted = Number(62, 8)
    ci_splits = Number(70, 4)
    ca_splits = Number(74, 4)
    size = 98


class VolumeCell(Layout):
    """One volume of the component, type 23."""

    length = Number(0, 2)
    kind = Number(2, 1)
    flags = Number(3, 1)  # 04 addressed by control interval
    hurba = Number(9, 4)  # high-used RBA
    harba = Number(13, 4)  # high-allocated RBA
    ci_size = Number(17, 4)
    cis_per_track = Number(21, 2)
    tracks_per_ca = Number(23, 2)
    size = 42


@dataclass(frozen=True, slots=True)
class VvdsRecord:
    """One record. ``name`` is the component's (VVR) or the data set's (NVR); ``cells`` are kept byte for byte.

    ``flags`` and ``reserved`` carry what is not understood, so that a record of a real volume is written back whole.
    """

    kind: str
    name: str
    cluster: str
    catalog: str
    cells: tuple[bytes, ...] = ()
    flags: int = 0
    reserved: bytes = b"\0\0\0\0"

    @property
    def is_index(self) -> bool:
        return bool(self.flags & INDEX_COMPONENT)

    def cell(self, kind: int) -> bytes | None:
        """Return the first cell of a type."""
        return next((cell for cell in self.cells if cell[2] == kind), None)

    def volume(self) -> VolumeCell:
        """Return a copy of the volume cell.

        :raises BrokenVvds: the record has none.
        """
        return VolumeCell.of(self._required(VOLUME))

    def amdsb(self) -> AmdsbCell:
        """Return a copy of the AMDSB cell.

        :raises BrokenVvds: the record has none.
        """
        return AmdsbCell.of(self._required(AMDSB))

    def with_cells(self, *changed: AmdsbCell | VolumeCell | DataSetInfoCell) -> VvdsRecord:
        """Return the record with cells replaced by those of the same type."""
        new = {cell.kind: bytes(cell) for cell in changed}
        cells = tuple(new[cell[2]] + cell[len(new[cell[2]]) :] if cell[2] in new else cell for cell in self.cells)
        return replace(self, cells=cells)

    def as_secondary(self) -> VvdsRecord:
        """Return the record for a volume that is not the data set's first."""
        return replace(self, kind=SECONDARY)

    def _required(self, kind: int) -> bytes:
        cell = self.cell(kind)
        if cell is None:
            raise BrokenVvds(f"VVDS record {self.kind} {self.name} has no cell of type {kind:02X}")
        return cell


def encode(record: VvdsRecord) -> bytes:
    """Return the bytes of a record."""
    names = _terminated(record.name) + _terminated(record.cluster)
    catalog = ebcdic.encode(record.catalog)
    header = bytearray(10) + names + bytes([len(catalog)]) + catalog
    cells = b"".join(record.cells)
    fields = RecordHeader(header, kind=record.kind, flags=record.flags)
    fields.length, fields.header_length = len(header) + len(cells), len(header) - 2
    header[6:10] = record.reserved
    return bytes(header) + cells


def decode(raw: bytes) -> VvdsRecord:
    """Return the record held in ``raw``.

    :raises BrokenVvds: lengths contradict each other.
    """
    if len(raw) < 13 or int.from_bytes(raw[:2], "big") != len(raw):
        raise BrokenVvds(f"a VVDS record of {len(raw)} bytes says it has {int.from_bytes(raw[:2], 'big')}")
    end = int.from_bytes(raw[2:4], "big") + 2
    at, names = 10, []
    for _ in range(3):
        if at >= len(raw):
            break
        names.append(ebcdic.decode(raw[at + 1 : at + 1 + raw[at]]))
        at += 1 + raw[at]
    if len(names) < 3 or at > end or end > len(raw):
        raise BrokenVvds(f"a VVDS record's names end at {at}, its header at {end} of {len(raw)} bytes")
    name, cluster, catalog = names
    return VvdsRecord(ebcdic.decode(raw[4:5]), name, cluster, catalog, _cells(raw, end), raw[5], raw[6:10])


def _cells(raw: bytes, at: int) -> tuple[bytes, ...]:
    cells = []
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 2], "big")
        if length < 3 or at + length > len(raw):
            raise BrokenVvds(f"a cell of {length} bytes at offset {at} of a VVDS record of {len(raw)}")
        cells.append(raw[at : at + length])
        at += length
    return tuple(cells)


def _terminated(name: str) -> bytes:
    raw = ebcdic.encode(name)
    return bytes([len(raw) + 1]) + raw + b"\0"
