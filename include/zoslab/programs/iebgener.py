"""IEBGENER: copy a sequential data set or member. Source: DFSMSdfp Utilities, IEBGENER."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step

CONTROL_STATEMENTS = 12


@program("IEBGENER", "ICEGENER")
def iebgener(step: Step) -> int:
    """Copy SYSUT1 to SYSUT2. Editing by control statements is refused."""
    listing = step.print("SYSPRINT")
    listing.line("DATA SET UTILITY - GENERATE")
    statements = list(step.dd("SYSIN").records()) if step.has("SYSIN") else []
    if any(line.strip() for line in statements):
        listing.line(f"IEB342I CONTROL STATEMENTS ARE NOT SUPPORTED BY THIS SYSTEM: {statements[0].strip()}")
        return CONTROL_STATEMENTS
    source, target = step.dd("SYSUT1"), step.dd("SYSUT2")
    is_text = target.sysout is not None or target.dataset is None or target.dataset.recfm.startswith("F")
    target.write(source.records() if is_text else source.raw_records())
    listing.line("PROCESSING ENDED AT EOD")
    return 0
