"""ACBLIB members: database and program control blocks as ACBGEN leaves them in the library.

Own layout: IBM does not publish DMB (`zoslab.ims.dmb`) and PSB members. A PSB is a header, then its PCBs, each with
its sensitive segments.
"""

from __future__ import annotations

from zoslab.ims.dmb import Name, Reader, build_dmb, parse_dmb
from zoslab.ims.errors import ImsError
from zoslab.ims.psb import DbPcb, Psb
from zoslab.layout import Layout, Number, Text


class PsbHeader(Layout):
    """Own layout: head of a PSB member."""

    eye = Text(0, 4)
    name = Text(4, 8)
    pcbs = Number(12, 2)


class PsbPcb(Layout):
    """Own layout: one database PCB, followed by its sensitive segments of 8 bytes each."""

    dbd = Text(0, 8)
    options = Text(8, 4)
    key_length = Number(12, 2)
    segments = Number(14, 2)
    sequence = Text(16, 8)


def build_psb(psb: Psb) -> bytes:
    """Return the ACBLIB member of a program."""
    parts = [bytes(PsbHeader(eye="PSB", name=psb.name, pcbs=len(psb.pcbs)))]
    for pcb in psb.pcbs:
        entry = PsbPcb(
            dbd=pcb.dbd,
            options=pcb.options,
            key_length=pcb.key_length,
            segments=len(pcb.segments),
            sequence=pcb.sequence,
        )
        parts.append(bytes(entry))
        parts += [bytes(Name(name=name)) for name in pcb.segments]
    return b"".join(parts)


def parse_psb(raw: bytes) -> Psb:
    """Return the program specification block of a member.

    :raises ImsError: the member is not a PSB.
    """
    reader = Reader(raw)
    head = PsbHeader.of(reader.next(PsbHeader)) if len(raw) >= PsbHeader.size else None
    if head is None or head.eye != "PSB":
        raise ImsError("DFS929I ACBLIB MEMBER IS NOT A PROGRAM CONTROL BLOCK")
    pcbs = []
    for _ in range(head.pcbs):
        pcb = PsbPcb.of(reader.next(PsbPcb))
        names = tuple(Name.of(reader.next(Name)).name for _ in range(pcb.segments))
        pcbs.append(DbPcb(pcb.dbd, pcb.options, pcb.key_length, names, pcb.sequence))
    return Psb(head.name, tuple(pcbs))


__all__ = ["build_dmb", "build_psb", "parse_dmb", "parse_psb"]
