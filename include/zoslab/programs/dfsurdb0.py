"""DFSURDB0: Database Recovery. The work is done by `zoslab.ims.utilities.recovery`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.recovery import recover
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSURDB0")
def dfsurdb0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSURDB0", recover)
