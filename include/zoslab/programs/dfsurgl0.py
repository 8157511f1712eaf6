"""DFSURGL0: HD Reorganization Reload. The work is done by `zoslab.ims.utilities.reorganisation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.reorganisation import reload
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSURGL0")
def dfsurgl0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSURGL0", reload)
