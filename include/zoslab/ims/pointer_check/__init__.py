"""The pointer checker: follows every pointer of a database and accounts for every byte of its blocks.

Source: ims.md section 5, and what IMS's own HD Pointer Checker looks at: each pointer must lead to a segment of the
right type, each segment must be reached once, free space must tile with segments, bitmaps, keys, ILKs and indexes
must be right. Pointers are matched one to one with their targets, a range of blocks at a time, so that storage does
not grow with the database. A ring of twins that no parent leads to, and that is right otherwise, is not found. The
areas of a DEDB have a check of their own.
"""

from __future__ import annotations

from zoslab.ims.database import Database
from zoslab.ims.pointer_check.areas import check_areas
from zoslab.ims.pointer_check.indexes import IndexScan
from zoslab.ims.pointer_check.match import Match
from zoslab.ims.pointer_check.report import PointerError, PointerReport
from zoslab.ims.pointer_check.scan import Scan
from zoslab.ims.pointer_check.spill import Spill

IN_STORAGE = 200_000
"""Pointers and segments kept in storage before they go to work data sets."""


def check(database: Database, in_storage: int = IN_STORAGE) -> PointerReport:
    """Check a database that nobody changes meanwhile."""
    if database.dbd.access == "DEDB":
        return check_areas(database)
    report = PointerReport(database.dbd.name)
    with Spill(in_storage) as spill:
        Scan(database, report, spill).run()
        IndexScan(database, report, spill).run()
        Match(database, report, spill).run()
    return report


__all__ = ["PointerError", "PointerReport", "check"]
