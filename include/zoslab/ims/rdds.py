"""The resource definition data set: databases, programs and transactions of an IMS with dynamic resource definition.

Source: DFS3368E (return codes); ims.md section 6. Own layout: header and records; IBM does not publish them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zoslab.ims.errors import StartupFailed
from zoslab.layout import Layout, Number, Text

KINDS = frozenset({"DB", "PGM", "TRAN"})
ACCESS = {"BRWS": "RO", "READ": "RD", "UPD": "UP", "EXCL": "EX"}
"""ACCTYPE of a database, and what /START DB ACCESS= calls it."""


class RddsHeader(Layout):
    """Own layout: first record."""

    eye = Text(0, 8)
    imsid = Text(8, 8)
    stamp = Text(16, 26)
    count = Number(42, 4)


class RddsRecord(Layout):
    """Own layout: a resource. ``psb`` is the program of a transaction; ``access`` the access type of a database."""

    kind = Text(0, 8)
    name = Text(8, 8)
    psb = Text(16, 8)
    access = Text(24, 8)


@dataclass(frozen=True)
class Resource:
    """A runtime resource definition."""

    kind: str
    name: str
    psb: str = ""
    access: str = "UPD"


@dataclass(frozen=True)
class ResourceDefinitions:
    """What a resource definition data set holds."""

    imsid: str
    stamp: str
    resources: tuple[Resource, ...]

    def named(self, kind: str) -> dict[str, Resource]:
        return {one.name: one for one in self.resources if one.kind == kind}


def record_of(one: Resource) -> bytes:
    """Return the record of a resource."""
    return bytes(RddsRecord(kind=one.kind, name=one.name, psb=one.psb, access=one.access))


def resource_of(record: bytes) -> Resource:
    """Return the resource of a record."""
    one = RddsRecord.of(record[: RddsRecord.size])
    return Resource(one.kind, one.name, one.psb, one.access)


def build(imsid: str, stamp: str, resources: Iterable[Resource]) -> list[bytes]:
    """Return the records of the data set."""
    held = list(resources)
    head = RddsHeader(eye="DFSRDDS", imsid=imsid, stamp=stamp, count=len(held))
    return [bytes(head), *map(record_of, held)]


def parse(records: Iterable[bytes], dsname: str) -> ResourceDefinitions | None:
    """Return the definitions; None for an empty data set.

    :raises StartupFailed: the data set holds something else.
    """
    raw = list(records)
    if not raw:
        return None
    head = RddsHeader.of(raw[0][: RddsHeader.size]) if len(raw[0]) >= RddsHeader.size else None
    if head is None or head.eye != "DFSRDDS" or head.count != len(raw) - 1:
        raise StartupFailed(f"DFS3368E ERROR PROCESSING RDDS, RC=4, RDDSDSN ={dsname}")
    return ResourceDefinitions(head.imsid, head.stamp, tuple(map(resource_of, raw[1:])))


def current(
    found: Iterable[tuple[str, Iterable[bytes]]], imsid: str, report: Callable[[str], None] = lambda text: None
) -> ResourceDefinitions:
    """Return the newest definitions of an IMS's resource definition data sets.

    :param report: is told of one that cannot be read, such as one that a failure left half written; another counts.
    :raises StartupFailed: DFS3368E RC=20 if one belongs to another IMS; DFS3403W if none holds any.
    """
    newest: ResourceDefinitions | None = None
    for dsname, records in found:
        try:
            definitions = parse(records, dsname)
        except StartupFailed as damaged:
            report(str(damaged))
            continue
        if definitions is None:
            continue
        if definitions.imsid != imsid:
            raise StartupFailed(f"DFS3368E ERROR PROCESSING RDDS, RC=20, RDDSDSN ={dsname} OWNER {definitions.imsid}")
        if newest is None or definitions.stamp > newest.stamp:
            newest = definitions
    if newest is None:
        raise StartupFailed("DFS3403W AUTOMATIC IMPORT IS DISABLED, RC=12")
    return newest
