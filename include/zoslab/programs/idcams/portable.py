"""The portable data set that EXPORT writes of a catalog and IMPORT reads.

Own layout: a V record that describes the catalog, then its records as they are in the KSDS, in key order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zoslab.catalog.catalog import Catalog
from zoslab.dasd.dscb import recfm_code
from zoslab.datasets import DataSet
from zoslab.layout import Layout, Number, Text
from zoslab.programs.idcams.function import Failed

MARK = "ZOSLAB EXPORT"
LRECL, BLKSIZE = 27994, 27998


class Header(Layout):
    """Own layout: the first record of a portable data set."""

    mark = Text(0, 16)
    name = Text(16, 44)
    volser = Text(60, 6)
    exported = Text(66, 26)
    tracks = Number(92, 4)
    records = Number(96, 4)


@dataclass(frozen=True)
class Portable:
    """What a portable data set holds."""

    name: str
    volser: str
    tracks: int
    records: tuple[bytes, ...]


def write(target: DataSet, catalog: Catalog, exported: str) -> int:
    """Write a catalog into a sequential data set, which gets the attributes that its records need; return how many."""
    for volume, entry in target.space.parts:
        volume.update_dscb(entry.dsname, ds1recfm=recfm_code("VB"), ds1lrecl=LRECL, ds1blkl=BLKSIZE)
    records = list(catalog.ksds.browse())
    header = Header(mark=MARK, name=catalog.name, volser=catalog.volser, exported=exported, records=len(records))
    space = catalog.ksds.data.space
    header.tracks = space.tracks
    target.write([bytes(header), *records])
    return len(records)


def read(name: str, records: Iterable[bytes]) -> Portable:
    """Return what a portable data set holds.

    :raises Failed: it is none, or is not whole.
    """
    lines: Iterator[bytes] = iter(records)
    first = next(lines, b"")
    if len(first) != Header.size or Header.of(first).mark != MARK:
        raise Failed("IDC3307I INVALID OR UNSUPPORTED PORTABLE DATA SET", f"  {name} was not written by EXPORT")
    header, rest = Header.of(first), tuple(lines)
    if len(rest) != header.records:
        text = f"  {name} holds {len(rest)} records of the {header.records} that were exported"
        raise Failed("IDC3307I INVALID OR UNSUPPORTED PORTABLE DATA SET", text)
    return Portable(header.name, header.volser, header.tracks, rest)
