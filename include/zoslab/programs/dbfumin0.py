"""DBFUMIN0: DEDB Initialization. The work is done by `zoslab.ims.utilities.area_format`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.area_format import initialise
from zoslab.ims.utilities.environment import run
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DBFUMIN0")
def dbfumin0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DBFUMIN0", initialise)
