"""The pairs of data sets for whoever makes the copy of a refresh: `imsclone.pairs` is the file around them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.names import DATA_SET_NAME_LENGTH
from imsclone.pairs import LONGEST, Asked, parameters
from imsclone.refresh.plan import RefreshPlan

HEADING = "*" + f"SOURCE {'':38}TARGET {'':38}KIND REPLACE VOLUMES"[: LONGEST - 1]


def data_set_pairs(plan: RefreshPlan, asked: Asked) -> tuple[str, ...]:
    """Return the lines for data sets and their components: names, kind, whether the target is there, its volumes."""
    counts = f"DATABASES {len(plan.databases)}  DATA SETS {len(plan.copies)}"
    return (*parameters(plan, asked, counts, "COPIED AND CATALOGED"), HEADING, *_rows(plan))


def _rows(plan: RefreshPlan) -> Iterator[str]:
    width = DATA_SET_NAME_LENGTH
    for one in plan.copies:
        replace = "YES" if one.replaced else "NO"
        volumes = ",".join(one.volsers)
        yield f" {one.source:{width}} {one.target:{width}} {one.organization} {replace:7} {volumes}"[:LONGEST]
        for part in one.components:
            yield f" {part.source:{width}} {part.target:{width}} PART {replace:7} {volumes}"[:LONGEST]
