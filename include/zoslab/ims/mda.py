"""DFSMDA members: which data set stands behind a ddname or a database. Source: IMS System Definition, DFSMDA macro.

Own layout: IBM does not publish the member. A load module with one CSECT: a header, then one entry a data set whose
DSNAME is 44 bytes of plain text, as the tools that zap these members rely on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoslab.ims.errors import StartupFailed
from zoslab.layout import Layout, Number, Text

TYPES = frozenset({"RECON", "OLDS", "WADS", "DATABASE", "FPDEDB", "SLDS", "RDS"})


class MdaHeader(Layout):
    """Own layout: head of the CSECT."""

    eye = Text(0, 8)
    type = Text(8, 8)
    name = Text(16, 8)
    count = Number(24, 2)


class MdaEntry(Layout):
    """Own layout: one data set."""

    ddname = Text(0, 8)
    dsname = Text(8, 44)
    disp = Text(52, 4)


@dataclass(frozen=True)
class Allocation:
    """A data set to allocate."""

    ddname: str
    dsname: str
    disp: str = "SHR"


@dataclass(frozen=True)
class MdaMember:
    """A member: named after the database or the ddname."""

    name: str
    type: str
    allocations: tuple[Allocation, ...]


def build(member: MdaMember) -> bytes:
    """Return the CSECT of a member.

    :raises ValueError: the type is not one of DFSMDA's.
    """
    if member.type not in TYPES:
        raise ValueError(f"DFSMDA TYPE={member.type}: expected one of {', '.join(sorted(TYPES))}")
    head = MdaHeader(eye="DFSMDA", type=member.type, name=member.name, count=len(member.allocations))
    entries = [MdaEntry(ddname=one.ddname, dsname=one.dsname, disp=one.disp) for one in member.allocations]
    return b"".join([bytes(head), *(bytes(entry) for entry in entries)])


def system_members(prefix: str, olds: Sequence[str], wads: Sequence[str]) -> list[MdaMember]:
    """Return the members of the system data sets under a high-level qualifier."""
    members = [(f"RECON{n}", "RECON", f"{prefix}.RECON{n}") for n in (1, 2, 3)]
    members += [(f"DFSOLP{n}", "OLDS", f"{prefix}.OLP{n}") for n in olds]
    members += [(f"DFSWADS{n}", "WADS", f"{prefix}.WADS{n}") for n in wads]
    return [MdaMember(name, kind, (Allocation(name, dsname),)) for name, kind, dsname in members]


def parse(text: bytes, member: str) -> MdaMember:
    """Return what a member says.

    :raises StartupFailed: it is no DFSMDA member.
    """
    head = MdaHeader.of(text[: MdaHeader.size]) if len(text) >= MdaHeader.size else None
    if head is None or head.eye != "DFSMDA":
        raise StartupFailed(f"DFS2503W DYNAMIC ALLOCATION FAILED FOR {member}: MEMBER IS NOT A DFSMDA MODULE")
    allocations, at = [], MdaHeader.size
    for _ in range(head.count):
        entry = MdaEntry.of(text[at : at + MdaEntry.size])
        allocations.append(Allocation(entry.ddname, entry.dsname, entry.disp))
        at += MdaEntry.size
    return MdaMember(head.name, head.type, tuple(allocations))
