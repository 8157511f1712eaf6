"""The data set that DFSURGU0 writes and DFSURGL0 reads.

Own layout (IBM's is not public). The first record is a header; the unload of several partitions of a HALDB has a
header before the segments of each.

    header                                   record of a segment
    offset length content                    offset length content
      0      8    DFSURGU0                     0      8    segment name
      8      8    database                     8      1    level; the root is of level 1
     16      8    time of the run, a TOD       9      8    ILK, of a HALDB only
                  clock value                  9, 17  any  data; of variable length with their LL
    of a HALDB only:
     24      8    partition
     32      2    partition ID
     34      2    reorganization number that the data sets had

Names are in EBCDIC, padded with blanks. Segments come in hierarchic order: HDAM and PHDAM in the order of the root
anchor points, HIDAM and PHIDAM in the order of the keys. A header of 24 bytes says that no segment has an ILK. The ILK
of a PSINDEX's entry is its target's; its data are the rest of the extended pointer (20), key, duplicate data, root key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.ims.segment import ILK
from zoslab.ims.utilities.errors import UtilityFailed
from zoslab.layout import Layout, Number, Text

EYE = "DFSURGU0"
NAME, LEVEL = 8, 1


class UnloadHeader(Layout):
    """Own layout: header of an unloaded database."""

    eye = Text(0, 8)
    dbd = Text(8, 8)
    run = Number(16, 8)


class PartitionHeader(Layout):
    """Own layout: header of an unloaded partition."""

    eye = Text(0, 8)
    dbd = Text(8, 8)
    run = Number(16, 8)
    partition = Text(24, 8)
    id = Number(32, 2)
    reorg = Number(34, 2)


@dataclass(frozen=True)
class UnloadedSegment:
    """A segment; ``ilk`` is empty if the database is no HALDB."""

    name: str
    level: int
    data: bytes
    ilk: bytes = b""

    def record(self) -> bytes:
        """Return its record."""
        return ebcdic.encode(self.name, NAME) + bytes([self.level]) + self.ilk + self.data


Unloaded = UnloadHeader | PartitionHeader | UnloadedSegment


def read(records: Iterator[bytes], dbname: str, *, partitioned: bool) -> Iterator[Unloaded]:
    """Yield headers and segments.

    :raises UtilityFailed: it is not an unload of the database.
    """
    kind: type[UnloadHeader | PartitionHeader] = PartitionHeader if partitioned else UnloadHeader
    start = ebcdic.encode(EYE, NAME)
    ilk = ILK if partitioned else 0
    first = True
    for record in records:
        if record[:NAME] == start and len(record) == kind.size:
            head = kind.of(record)
            if head.dbd != dbname:
                raise UtilityFailed(f"DFS315A THE DATA SET OF DD DFSUINPT IS AN UNLOADED {head.dbd}, NOT {dbname}")
            yield head
        elif first:
            raise UtilityFailed(f"DFS315A THE DATA SET OF DD DFSUINPT IS NOT AN UNLOADED {dbname}")
        else:
            behind = NAME + LEVEL + ilk
            name = ebcdic.decode(record[:NAME]).rstrip()
            yield UnloadedSegment(name, record[NAME], record[behind:], record[NAME + LEVEL : behind])
        first = False
    if first:
        raise UtilityFailed("DFS315A THE DATA SET OF DD DFSUINPT IS EMPTY")
