"""IIUSTART: IMS Index Builder. The work is done by `zoslab.ims.utilities.index_builder`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.index_builder import build
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("IIUSTART")
def iiustart(step: Step) -> int:
    """Run the control statements."""
    return run(step, "IIUSTART", build)
