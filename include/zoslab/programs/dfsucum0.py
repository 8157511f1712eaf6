"""DFSUCUM0: Database Change Accumulation. The work is done by `zoslab.ims.utilities.accumulation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.accumulation import accumulate
from zoslab.ims.utilities.environment import run
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSUCUM0")
def dfsucum0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSUCUM0", accumulate)
