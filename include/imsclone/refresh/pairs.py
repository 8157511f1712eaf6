"""The file that tells whoever makes the copy what to copy, and how to say that it is done. Own layout. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.names import DATA_SET_NAME_LENGTH, DataSetName
from imsclone.refresh.plan import RefreshPlan

LONGEST = 255
COPIED = "copied"
"""What the ledger calls the evidence that somebody else made a copy."""


def pairs_data_set(plan: RefreshPlan) -> DataSetName:
    """Return the name of the file on z/OS."""
    return DataSetName(f"{plan.work.hlq}.{plan.target.imsid}.PAIRS")


def pairs_file(plan: RefreshPlan, run: str, token: str, seconds: float) -> tuple[str, ...]:
    """Return the lines: parameters behind ``*``, then source, target, kind, whether the target is there, volumes.

    :param seconds: in which the copy must be said to be done.
    """
    return (*_parameters(plan, run, token, seconds), *_rows(plan))


def _parameters(plan: RefreshPlan, run: str, token: str, seconds: float) -> Iterator[str]:
    yield f"* ENVIRONMENT {plan.environment}"
    yield f"* RUN {run}"
    yield f"* TOKEN {token}"
    yield f"* SOURCE {plan.source.imsid}  TARGET {','.join(plan.target_ids)}"
    yield f"* CONSISTENCY {plan.consistency.upper()}  SOURCE HELD {'YES' if plan.holds_source else 'NO'}"
    yield f"* DATABASES {len(plan.databases)}  DATA SETS {len(plan.copies)}"
    yield f"* SECONDS {seconds:.0f}  FROM NOW ON; A COPY THAT TAKES LONGER IS NOT USED"
    yield f"* SAY IMSCLONE COPIED '{run}' {token}  WHEN ALL ARE COPIED AND CATALOGED"
    yield "*" + f"SOURCE {'':38}TARGET {'':38}KIND REPLACE VOLUMES"[: LONGEST - 1]


def _rows(plan: RefreshPlan) -> Iterator[str]:
    width = DATA_SET_NAME_LENGTH
    for one in plan.copies:
        replace = "YES" if one.replaced else "NO"
        volumes = ",".join(one.volsers)
        yield f" {one.source:{width}} {one.target:{width}} {one.organization} {replace:7} {volumes}"[:LONGEST]
        for part in one.components:
            yield f" {part.source:{width}} {part.target:{width}} PART {replace:7} {volumes}"[:LONGEST]
