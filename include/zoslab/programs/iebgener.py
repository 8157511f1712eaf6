"""IEBGENER: copy a sequential data set or member. Source: DFSMSdfp Utilities, IEBGENER."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.dasd.dscb import recfm_code
from zoslab.dasd.record_format import BadRecordLength
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Dd, Step

CONTROL_STATEMENTS = CONFLICT = 12


@program("IEBGENER", "ICEGENER")
def iebgener(step: Step) -> int:
    """Copy SYSUT1 to SYSUT2 record by record. Editing by control statements is refused."""
    listing = step.print("SYSPRINT")
    listing.line("DATA SET UTILITY - GENERATE")
    statements = [line for line in step.dd("SYSIN").records() if line.strip()] if step.has("SYSIN") else []
    if statements:
        listing.line(f"IEB342I CONTROL STATEMENTS ARE NOT SUPPORTED BY THIS SYSTEM: {statements[0].strip()}")
        return CONTROL_STATEMENTS
    source, target = step.dd("SYSUT1"), step.dd("SYSUT2")
    _take_attributes(source, target)
    try:
        target.write(source.raw_records())
    except BadRecordLength as error:
        listing.line(f"IEB311I CONFLICTING DCB PARAMETERS: {error}")
        return CONFLICT
    listing.line("PROCESSING ENDED AT EOD")
    return 0


def _take_attributes(source: Dd, target: Dd) -> None:
    """Give a new SYSUT2 without DCB the attributes of SYSUT1."""
    dcb, model, made = target.parts[0].definition.dcb, source.parts[0].dataset, target.parts[0].dataset
    if not target.parts[0].created or made is None or model is None or any((dcb.recfm, dcb.lrecl, dcb.blksize)):
        return
    for volume, entry in made.space.parts:
        volume.update_dscb(entry.dsname, ds1recfm=recfm_code(model.recfm), ds1lrecl=model.lrecl, ds1blkl=model.blksize)
