"""Records of a basic catalog structure (BCS).

Observed, not documented: record header, key at offset 9 of 45 bytes, type letters, cells. Own layout: what the letters
B, H, U and X head, and the fields in ``cells``. A catalog written here is consistent in itself; z/OS would not take it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from zoslab import ebcdic
from zoslab.catalog import cells
from zoslab.catalog.cells import GenerationGroup
from zoslab.catalog.errors import BrokenCatalog
from zoslab.layout import Layout, Number, Raw, Text

KEY_OFFSET, KEY_LENGTH, NAME_LENGTH = 9, 45, 44
CLUSTER, TRUE_NAME, NONVSAM, GENERATION, GROUP, USER_CATALOG, ALIAS = "C", "T", "A", "H", "B", "U", "X"
SELF = ""
"""Name of the record a catalog has about itself; its key is binary zeros."""

Rename = Callable[[str], str]


class RecordHeader(Layout):
    """What every catalog record begins with; cells follow."""

    length = Number(0, 2)
    header = Number(2, 2)  # 52: length of the rest of the header
    kind = Text(4, 1)
    reserved = Raw(5, 3)
    key_length = Number(8, 1)  # 45
    name = Raw(9, 44)
    extension = Number(53, 1)
    size = 54


@dataclass(frozen=True, slots=True)
class Component:
    """The data or index component of a cluster."""

    kind: int
    name: str
    volsers: tuple[str, ...]

    @property
    def is_index(self) -> bool:
        return self.kind == cells.INDEX_NAME


@dataclass(frozen=True, slots=True)
class BcsRecord:
    """One record; ``cells`` are kept byte for byte, so that what is not understood is written back."""

    kind: str
    name: str
    cells: tuple[bytes, ...] = ()
    extension: int = 0
    reserved: bytes = b"\0\0\0"

    @property
    def key(self) -> bytes:
        return record_key(self.name, self.extension)

    @property
    def volsers(self) -> tuple[str, ...]:
        """The volumes of the entry itself, those of components not included."""
        return _volsers(self._groups()[0][1])

    @property
    def components(self) -> tuple[Component, ...]:
        """Data and index component of a sphere record."""
        return tuple(
            Component(name[2], cells.name_of_component(name), _volsers(group))
            for name, group in self._groups()
            if name is not None
        )

    @property
    def associations(self) -> tuple[str, ...]:
        """The names in the association cells."""
        return tuple(name for cell in self.cells if cell[2] == cells.ASSOCIATION for name in cells.associated(cell))

    @property
    def group(self) -> GenerationGroup:
        """What a generation data group base says.

        :raises BrokenCatalog: the record has no such cell.
        """
        for cell in self.cells:
            if cell[2] == cells.GENERATIONS:
                return cells.generation_group(cell)
        raise BrokenCatalog(f"catalog record {self.kind} {self.name} has no generation cell")

    def with_group(self, group: GenerationGroup) -> BcsRecord:
        """Return the record of a base with another list of generations."""
        new = cells.generations(group)
        return replace(self, cells=tuple(new if cell[2] == cells.GENERATIONS else cell for cell in self.cells))

    def renamed(self, rename: Rename, volser: Rename = lambda volser: volser) -> BcsRecord:
        """Return the record with every data set name and volume serial in it put through a function."""
        new: list[bytes] = []
        for name, group in self._groups():
            changed = [_renamed_cell(cell, rename, volser) for cell in group]
            if name is not None:
                size = sum(map(len, changed))
                new.append(cells.component_name(name[2], rename(cells.name_of_component(name)), size))
            new += changed
        own = rename(self.name) if self.name != SELF else SELF
        return replace(self, name=own, cells=tuple(new))

    def _groups(self) -> list[tuple[bytes | None, list[bytes]]]:
        """Return the cells in groups: those of the entry (no name cell), then those of each component."""
        groups: list[tuple[bytes | None, list[bytes]]] = [(None, [])]
        for cell in self.cells:
            if cell[2] in (cells.DATA_NAME, cells.INDEX_NAME):
                groups.append((cell, []))
            else:
                groups[-1][1].append(cell)
        return groups


def record_key(name: str, extension: int = 0) -> bytes:
    """Return the key of a record."""
    return (ebcdic.encode(name, NAME_LENGTH) if name else bytes(NAME_LENGTH)) + bytes([extension])


def encode(record: BcsRecord) -> bytes:
    """Return the bytes of a record."""
    body = b"".join(record.cells)
    header = RecordHeader(length=RecordHeader.size + len(body), header=52, kind=record.kind, key_length=KEY_LENGTH)
    header.reserved, header.name, header.extension = record.reserved, record.key[:NAME_LENGTH], record.extension
    return bytes(header) + body


def decode(raw: bytes) -> BcsRecord:
    """Return the record held in ``raw``.

    :raises BrokenCatalog: lengths contradict each other.
    """
    if len(raw) < RecordHeader.size or int.from_bytes(raw[:2], "big") != len(raw) or raw[8] != KEY_LENGTH:
        raise BrokenCatalog(f"a catalog record of {len(raw)} bytes has no valid header: {raw[:9].hex().upper()}")
    name = ebcdic.decode(raw[9:53])
    return BcsRecord(ebcdic.decode(raw[4:5]), name, cells.split(raw, RecordHeader.size), raw[53], raw[5:8])


def information(created: bytes = bytes(3), expires: bytes = bytes(3)) -> bytes:
    """Return the information cell of an entry."""
    size = cells.InformationCell.size
    return bytes(cells.InformationCell(length=size, kind=cells.INFORMATION, created=created, expires=expires))


def volumes(volsers: Sequence[str]) -> tuple[bytes, ...]:
    """Return volume cells."""
    return tuple(cells.volume(volser, number) for number, volser in enumerate(volsers, 1))


def component(kind: int, name: str, volsers: Sequence[str]) -> tuple[bytes, ...]:
    """Return the cells of one component."""
    group = volumes(volsers)
    return cells.component_name(kind, name, sum(map(len, group))), *group


def _volsers(group: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(cells.VolumeCell.of(cell).volser for cell in group if cell[2] == cells.VOLUME)


def _renamed_cell(cell: bytes, rename: Rename, volser: Rename) -> bytes:
    if cell[2] == cells.ASSOCIATION:
        return cells.association([rename(name) for name in cells.associated(cell)])
    if cell[2] == cells.VOLUME:
        changed = cells.VolumeCell.of(cell)
        changed.volser = volser(changed.volser)
        return bytes(changed) + cell[cells.VolumeCell.size :]
    return cell
