"""An unloaded database as the HD Unload utility (DFSURGU0) writes it: a header, then a record for each segment.

Own layout, because IBM's is not public: header (eye-catcher 8, database 8, run 8; of a HALDB also partition 8, its ID
2, its reorganization number 2), then in hierarchic order for each segment its name 8, its level 1, of a HALDB its ILK
8, and its data. Each partition of a HALDB has a header before its segments. Names are in EBCDIC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from imsclone.dbd import Database
from imsclone.dbd.model import HALDB
from imsclone.listings.code_page import decode, encode
from imsclone.unload.errors import NotUnload, UnloadBroken
from imsclone.unload.framing import WORD, Form, Readable, RecordFile, form_of

EYE = "DFSURGU0"
NAME, RUN = 8, 8
_EYE = encode(EYE)
HEADER = NAME + NAME + RUN
PARTITION = NAME + 2 + 2
LEVEL = NAME
ILK = 8


class Segment(NamedTuple):
    """One segment of an unloaded database; the root is of level 1, and only one of a HALDB has an ILK."""

    name: str
    level: int
    data: bytes
    ilk: bytes = b""


@dataclass(frozen=True)
class Header:
    """The first record, or the one before the segments of a partition; ``run`` and ``partition`` stay as they are."""

    database: str
    run: bytes = bytes(RUN)
    partition: bytes = b""

    def record(self) -> bytes:
        """Return the record."""
        return encode(EYE, NAME) + encode(self.database, NAME) + self.run + self.partition


@dataclass(frozen=True)
class Unload:
    """An unload that is being read: what its header says, and its records behind the header."""

    header: Header
    form: Form
    records: RecordFile


@contextmanager
def open_unload(path: Path) -> Iterator[Unload]:
    """Open an unload on disk. Raises NotUnload."""
    file = str(path)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise NotUnload(file=file, said=error.strerror or str(error)) from error
    with stream:
        yield begin_unload(stream, file)


def begin_unload(stream: Readable, file: str) -> Unload:
    """Read the header of an unload and leave its segments to be read. Raises NotUnload."""
    form, size = form_of(stream.read(WORD), (HEADER, HEADER + PARTITION), file)
    header = read_header(stream.read(size), file)
    return Unload(header, form, RecordFile(stream, form, file, WORD + size, 1))


def read_header(record: bytes, file: str) -> Header:
    """Read the first record. Raises NotUnload."""
    if not _is_header(record):
        raise NotUnload(file=file, said=f"its first record is not the header of {EYE}")
    return Header(decode(record[NAME : 2 * NAME]), record[2 * NAME : HEADER], record[HEADER:])


def _is_header(record: bytes) -> bool:
    return len(record) in (HEADER, HEADER + PARTITION) and record[:NAME] == _EYE


def segment_record(segment: Segment) -> bytes:
    """Return the record of a segment."""
    return encode(segment.name, NAME) + bytes([segment.level]) + segment.ilk + segment.data


Item = Header | Segment


def read_items(header: Header, records: Iterable[bytes], database: Database, file: str) -> Iterator[Item]:
    """Read what stands behind the first header, and require that each segment fits the definition and its place."""
    if bool(header.partition) != (database.access in HALDB):
        raise UnloadBroken(file=file, number=1, said=f"its header is not that of a database of type {database.access}")
    known = {encode(one.name, NAME): one for one in database.segments}
    levels = _levels(database)
    behind = LEVEL + 1 + (ILK if header.partition else 0)
    path: list[str] = []
    for number, record in enumerate(records, 2):
        found = known.get(record[:NAME])
        if found is None or len(record) < behind:
            if header.partition and _is_header(record) and read_header(record, file).database == header.database:
                path.clear()
                yield read_header(record, file)
                continue
            raise UnloadBroken(file=file, number=number, said=f"it names no segment of database {database.name}")
        level = levels[found.name]
        size = len(record) - behind
        if record[LEVEL] != level or len(path) < level - 1 or (level > 1 and path[level - 2] != found.parent):
            raise UnloadBroken(file=file, number=number, said=f"segment {found.name} does not stand under its parent")
        if not (found.shortest or found.longest) <= size <= found.longest:
            raise UnloadBroken(file=file, number=number, said=f"segment {found.name} has {size} bytes of data")
        del path[level - 1 :]
        path.append(found.name)
        yield Segment(found.name, level, record[behind:], record[LEVEL + 1 : behind])


def read_segments(unload: Unload, database: Database) -> Iterator[Segment]:
    """Read the segments alone."""
    items = read_items(unload.header, unload.records, database, unload.records.file)
    return (one for one in items if isinstance(one, Segment))


def _levels(database: Database) -> dict[str, int]:
    levels: dict[str, int] = {}
    for one in database.segments:
        levels[one.name] = levels.get(one.parent, 0) + 1
    return levels
