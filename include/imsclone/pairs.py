"""The file that tells whoever makes a copy what to copy, and how to say that it is done. Own layout. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imsclone.names import DataSetName

if TYPE_CHECKING:
    from imsclone.plan import Plan
    from imsclone.refresh.plan import RefreshPlan

LONGEST = 255
COPIED = "copied"
"""What the ledger calls the evidence that somebody else made a copy."""


@dataclass(frozen=True)
class Asked:
    """The copy that is asked for: by which run, known by which token, wanted in how many seconds, the source held."""

    run: str
    token: str
    seconds: float
    held: bool


def pairs_data_set(plan: Plan | RefreshPlan) -> DataSetName:
    """Return the name of the file on z/OS."""
    return DataSetName(f"{plan.work.hlq}.{plan.target.imsid}.PAIRS")


def parameters(plan: Plan | RefreshPlan, asked: Asked, counts: str, made: str) -> Iterator[str]:
    """Yield the lines behind ``*`` that stand before the pairs.

    :param counts: how much there is to copy. :param made: what a pair is when it is copied.
    """
    yield f"* ENVIRONMENT {plan.environment}"
    yield f"* RUN {asked.run}"
    yield f"* TOKEN {asked.token}"
    yield f"* SOURCE {plan.source.imsid}  TARGET {','.join(plan.target_ids)}"
    yield f"* CONSISTENCY {plan.consistency.upper()}  SOURCE HELD {'YES' if asked.held else 'NO'}"
    yield f"* {counts}"
    yield f"* SECONDS {asked.seconds:.0f}  FROM NOW ON; A COPY THAT TAKES LONGER IS NOT USED"
    yield f"* SAY IMSCLONE COPIED '{asked.run}' {asked.token}  WHEN ALL ARE {made}"


def volume_pairs(plan: Plan, asked: Asked) -> tuple[str, ...]:
    """Return the lines for volumes: serial and device of source and target, device type, cylinders."""
    pairs = plan.copies
    counts = f"VOLUMES {len(pairs)}  CYLINDERS {sum(one.cylinders for one in pairs)}"
    rows = (
        f" {one.source:6} {one.source_unit:4} {one.target:6} {one.target_unit:4} {one.device_type} {one.cylinders}"
        for one in pairs
    )
    made = "COPIED WITH THEIR LABELS, THE TARGETS OFFLINE"
    return (*parameters(plan, asked, counts, made), "*SOURCE UNIT TARGET UNIT TYPE CYLINDERS", *rows)
