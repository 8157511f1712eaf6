"""Data sets of any size through z/OSMF: read and sent piece by piece, as records behind their lengths.

Source: z/OSMF Programming Guide, X-IBM-Data-Type: record.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imsclone.zosmf.datasets import path
from imsclone.zosmf.exchange import Request
from imsclone.zosmf.transport import Transport

SECONDS = 3600.0
"""For z/OSMF to answer: it stores the whole before it does."""
RECORDS = {"X-IBM-Data-Type": "record"}


class Incoming:
    """Bytes on their way here, to be read as from a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = bytearray()

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer only at the end."""
        while len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes in pieces of any size."""
        if self._held:
            yield bytes(self._held)
            self._held.clear()
        yield from self._pieces


@contextmanager
def records_coming(transport: Transport, dsname: str, *, lengths: bool = True) -> Iterator[Incoming]:
    """Read a data set. A link that breaks on the way raises LinkError; nothing is tried again behind the reader.

    :param lengths: whether each record stands behind its length.
    """
    headers = RECORDS if lengths else {"X-IBM-Data-Type": "binary"}
    with transport.received(Request("GET", path(dsname), headers=headers, seconds=SECONDS)) as pieces:
        yield Incoming(pieces)


def send_records(transport: Transport, dsname: str, file: Path) -> None:
    """Make a file the content of a data set."""
    headers = {**RECORDS, "Content-Type": "application/octet-stream", "Content-Length": str(file.stat().st_size)}
    with file.open("rb") as content:
        transport.exchange(Request("PUT", path(dsname), headers=headers, content=content, seconds=SECONDS))
