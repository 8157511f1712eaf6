"""DFSUDMP0: Database Image Copy. The work is done by `zoslab.ims.utilities.image_copy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.image_copy import image_copy
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSUDMP0")
def dfsudmp0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSUDMP0", image_copy)
