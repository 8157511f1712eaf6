"""The pointer checker: follows every pointer of a database and accounts for every byte of its blocks.

Source: ims.md section 5, and what IMS's own HD Pointer Checker looks at: each pointer must lead to a segment of the
right type, each segment must be reached once, free space must tile with segments, bitmaps, keys, ILKs and indexes
must be right. Every error names a data set and a block. Data sets are read a window of blocks at a time, and what
leads from one to another goes to work data sets, so that storage does not grow with the database. The areas of a
DEDB have a check of their own.
"""

from __future__ import annotations

from zoslab.ims.database import Database
from zoslab.ims.pointer_check.areas import check_areas
from zoslab.ims.pointer_check.follow import Follow
from zoslab.ims.pointer_check.indexes import Indexes
from zoslab.ims.pointer_check.report import PointerError, PointerReport
from zoslab.ims.pointer_check.rows import Rows
from zoslab.ims.pointer_check.scan import Scan
from zoslab.ims.pointer_check.segments import Segments
from zoslab.ims.pointer_check.spill import Spill
from zoslab.ims.pointer_check.window import prefixes

IN_STORAGE = 50_000
"""Pointers and index entries kept in storage before they go to work data sets."""


def check(database: Database, in_storage: int = 0) -> PointerReport:
    """Check a database that nobody changes meanwhile; the areas of a DEDB have a check of their own."""
    if database.dbd.access == "DEDB":
        return check_areas(database)
    report = PointerReport(database.dbd.name)
    rows, known = Rows(database, report), prefixes(database.shape)
    with Spill(in_storage or IN_STORAGE) as spill:
        scan = Scan(database, report, rows, known)
        follow = Follow(database, report, rows, spill, known)
        segments = Segments(database, rows, spill, known, follow.arrivals)
        indexes = Indexes(database, report, rows, spill, follow)
        indexes.run()
        for window in scan.windows():
            follow.window(window)
            segments.check(window)
        follow.finish(scan)
        follow.rings.find()
        segments.unique()
        indexes.match()
    return report


__all__ = ["PointerError", "PointerReport", "check"]
