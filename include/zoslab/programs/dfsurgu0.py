"""DFSURGU0: HD Reorganization Unload. The work is done by `zoslab.ims.utilities.reorganisation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.reorganisation import unload
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSURGU0")
def dfsurgu0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSURGU0", unload)
