"""The cells of a catalog record.

Observed, not documented: the length and type that begin a cell, the name cells of components, the association cell.
Own layout: the fields of the volume, information and generation cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.catalog.errors import BrokenCatalog
from zoslab.layout import Layout, Number, Raw, Text

INFORMATION, ASSOCIATION, VOLUME, GENERATIONS = 0x01, 0x03, 0x04, 0x0B
DATA_NAME, INDEX_NAME = 0xC4, 0xC9
DEVICE_3390 = 0x3010200F
SCRATCH, EMPTY = 0x80, 0x40


class InformationCell(Layout):
    """Dates of an entry."""

    length = Number(0, 2)
    kind = Number(2, 1)
    created = Raw(4, 3)  # year - 1900, day
    expires = Raw(7, 3)
    size = 10


class VolumeCell(Layout):
    """A volume of a data set or component."""

    length = Number(0, 2)
    kind = Number(2, 1)
    device_type = Number(4, 4)
    volser = Text(8, 6)
    sequence = Number(14, 2)
    size = 16


@dataclass(frozen=True, slots=True)
class GenerationGroup:
    """A generation data group: its limit, what becomes of old generations, and (number, version) of each, oldest first.

    ``scratch``: a generation that rolls off is deleted; ``empty``: all roll off when the limit is reached.
    """

    limit: int
    scratch: bool = False
    empty: bool = False
    generations: tuple[tuple[int, int], ...] = ()


def volume(volser: str, sequence: int) -> bytes:
    """Return a volume cell."""
    cell = VolumeCell(length=VolumeCell.size, kind=VOLUME, device_type=DEVICE_3390, volser=volser, sequence=sequence)
    return bytes(cell)


def association(names: Sequence[str]) -> bytes:
    """Return the association cell that names other entries."""
    body = b"".join(_named(name) for name in names)
    return (5 + len(body)).to_bytes(2, "big") + bytes([ASSOCIATION]) + len(names).to_bytes(2, "big") + body


def associated(cell: bytes) -> list[str]:
    """Return the names in an association cell."""
    names, at = [], 5
    for _ in range(int.from_bytes(cell[3:5], "big")):
        length = int.from_bytes(cell[at : at + 2], "big")
        names.append(ebcdic.decode(cell[at + 2 : at + 2 + length]))
        at += 2 + length
    return names


def component_name(kind: int, name: str, group: int) -> bytes:
    """Return the name cell of a component whose cells behind it have ``group`` bytes."""
    body = _named(name)
    length = 5 + len(body)
    return length.to_bytes(2, "big") + bytes([kind]) + (length + group).to_bytes(2, "big") + body


def name_of_component(cell: bytes) -> str:
    """Return the name in a component's name cell."""
    return ebcdic.decode(cell[7 : 7 + int.from_bytes(cell[5:7], "big")])


def generations(group: GenerationGroup) -> bytes:
    """Return the cell of a generation data group."""
    flags = (SCRATCH if group.scratch else 0) | (EMPTY if group.empty else 0)
    body = b"".join(number.to_bytes(2, "big") + bytes([version, 0]) for number, version in group.generations)
    head = bytes([GENERATIONS, flags]) + group.limit.to_bytes(2, "big") + len(group.generations).to_bytes(2, "big")
    return (2 + len(head) + len(body)).to_bytes(2, "big") + head + body


def generation_group(cell: bytes) -> GenerationGroup:
    """Return what the cell of a generation data group says."""
    count = int.from_bytes(cell[6:8], "big")
    pairs = tuple((int.from_bytes(cell[at : at + 2], "big"), cell[at + 2]) for at in range(8, 8 + 4 * count, 4))
    return GenerationGroup(int.from_bytes(cell[4:6], "big"), bool(cell[3] & SCRATCH), bool(cell[3] & EMPTY), pairs)


def split(raw: bytes, at: int) -> tuple[bytes, ...]:
    """Return the cells that begin at offset ``at``.

    :raises BrokenCatalog: a length leads outside the record.
    """
    found: list[bytes] = []
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 2], "big")
        if length < 3 or at + length > len(raw):
            raise BrokenCatalog(f"a cell of {length} bytes at offset {at} of a catalog record of {len(raw)}")
        found.append(raw[at : at + length])
        at += length
    return tuple(found)


def _named(name: str) -> bytes:
    raw = ebcdic.encode(name) + b"\0"
    return len(raw).to_bytes(2, "big") + raw
