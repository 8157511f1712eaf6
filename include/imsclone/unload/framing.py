"""Records of variable length in a file on disk, read and written in constant memory.

Two forms: with record descriptor words (LL 2 with itself, ZZ 2 zero; DFSMS Using Data Sets, "Variable-length record
formats"), as binary transfers keep them, and the record form of z/OSMF (length 4 without itself).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from imsclone.unload.errors import NotUnload, UnloadBroken, UnloadCut

CHUNK = 1 << 20
WORD = 4
LONGEST = 32_760
"""A record of a data set without spanning is never longer."""


class Readable(Protocol):
    """What bytes are read from: a file, or something on its way here."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer only at the end."""


class Form(StrEnum):
    """How the length of a record is written before it."""

    RDW = "rdw"
    ZOSMF = "zosmf"

    def frame(self, record: bytes) -> bytes:
        """Return a record with its length before it."""
        if self is Form.RDW:
            return (len(record) + WORD).to_bytes(2, "big") + b"\0\0" + record
        return len(record).to_bytes(WORD, "big") + record

    def length(self, word: bytes) -> int:
        """Return the length of the record behind a length word; negative if it is none."""
        if self is Form.RDW:
            return int.from_bytes(word[:2], "big") - WORD if word[2:] == b"\0\0" else -1
        return int.from_bytes(word, "big")


def form_of(first: bytes, headers: tuple[int, ...], file: str) -> tuple[Form, int]:
    """Tell the form, and the length of the first record, which must be one of ``headers``, from its length word."""
    for form in Form:
        if form.length(first) in headers:
            return form, form.length(first)
    raise NotUnload(file=file, said="its first record is not a header" if first else "it is empty")


@dataclass
class RecordFile:
    """Records of an open file; ``position`` is how many bytes were taken."""

    stream: Readable
    form: Form
    file: str
    position: int = 0
    number: int = 0

    def __iter__(self) -> Iterator[bytes]:
        """Give record after record."""
        chunk, offset = b"", 0
        length = self.form.length
        while True:
            if len(chunk) - offset < WORD:
                chunk, offset = self._more(chunk, offset, WORD), 0
                if not chunk:
                    return
            size = length(chunk[offset : offset + WORD])
            self.number += 1
            if not 0 < size <= LONGEST:
                raise UnloadBroken(file=self.file, number=self.number, said="its length word is wrong")
            end = offset + WORD + size
            if end > len(chunk):
                chunk, offset = self._more(chunk, offset, WORD + size), 0
                end = WORD + size
            self.position += WORD + size
            yield chunk[offset + WORD : end]
            offset = end

    def _more(self, chunk: bytes, offset: int, needed: int) -> bytes:
        """Return the rest of a chunk with what follows it in the file."""
        rest = chunk[offset:] + self.stream.read(CHUNK)
        if rest and len(rest) < needed:
            raise UnloadCut(file=self.file, offset=self.position + len(rest))
        return rest
