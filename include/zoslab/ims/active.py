"""The programs that run under a control region: what commands that take databases away have to know of them."""

from __future__ import annotations

from dataclasses import dataclass

from zoslab.ims.psb import Psb

MPP, BMP = "TP", "BMP"


@dataclass(frozen=True)
class ActiveProgram:
    """One scheduled program; ``kind`` is TP for a message program, BMP for a batch message program."""

    name: str
    psb: Psb
    kind: str = MPP

    def uses(self, databases: set[str], *, updates: bool) -> bool:
        """Tell whether it has a PCB for one of the databases; with ``updates`` only PCBs that may change it count."""
        return any(pcb.dbd in databases and (pcb.updates or not updates) for pcb in self.psb.pcbs)
