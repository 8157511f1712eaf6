"""An unloaded database as the HD Unload utility (DFSURGU0) writes it: a header, then a record for each segment.

Own layout, because IBM's is not public: header (eye-catcher 8, database 8, run 8), then in hierarchic order for each
segment its name 8, its level 1 and its data. Names are in EBCDIC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from imsclone.dbd import Database
from imsclone.listings.code_page import decode, encode
from imsclone.unload.errors import NotUnload, UnloadBroken
from imsclone.unload.framing import WORD, Form, RecordFile, form_of

EYE = "DFSURGU0"
NAME, RUN = 8, 8
HEADER = NAME + NAME + RUN
LEVEL = NAME
DATA = NAME + 1


class Segment(NamedTuple):
    """One segment of an unloaded database; the root is of level 1."""

    name: str
    level: int
    data: bytes


@dataclass(frozen=True)
class Header:
    """The first record; ``run`` is kept as it is."""

    database: str
    run: bytes = bytes(RUN)

    def record(self) -> bytes:
        """Return the record."""
        return encode(EYE, NAME) + encode(self.database, NAME) + self.run


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
        form = form_of(stream.read(WORD), HEADER, file)
        header = read_header(stream.read(HEADER), file)
        yield Unload(header, form, RecordFile(stream, form, file, WORD + HEADER, 1))


def read_header(record: bytes, file: str) -> Header:
    """Read the first record. Raises NotUnload."""
    if len(record) != HEADER or decode(record[:NAME]) != EYE:
        raise NotUnload(file=file, said=f"its first record is not the header of {EYE}")
    return Header(decode(record[NAME : 2 * NAME]), record[2 * NAME :])


def segment_record(segment: Segment) -> bytes:
    """Return the record of a segment."""
    return encode(segment.name, NAME) + bytes([segment.level]) + segment.data


def read_segments(records: Iterable[bytes], database: Database, file: str, first: int = 2) -> Iterator[Segment]:
    """Read segments, and require that each is one of the definition, stands under its parent, and fits.

    :param first: the number of the first record, for messages.
    """
    known = {encode(one.name, NAME): one for one in database.segments}
    levels = _levels(database)
    path: list[str] = []
    for number, record in enumerate(records, first):
        found = known.get(record[:NAME])
        if found is None or len(record) < DATA:
            raise UnloadBroken(file=file, number=number, said=f"it names no segment of database {database.name}")
        level = levels[found.name]
        size = len(record) - DATA
        if record[LEVEL] != level or len(path) < level - 1 or (level > 1 and path[level - 2] != found.parent):
            raise UnloadBroken(file=file, number=number, said=f"segment {found.name} does not stand under its parent")
        if not (found.shortest or found.longest) <= size <= found.longest:
            raise UnloadBroken(file=file, number=number, said=f"segment {found.name} has {size} bytes of data")
        del path[level - 1 :]
        path.append(found.name)
        yield Segment(found.name, level, record[DATA:])


def _levels(database: Database) -> dict[str, int]:
    levels: dict[str, int] = {}
    for one in database.segments:
        levels[one.name] = levels.get(one.parent, 0) + 1
    return levels
