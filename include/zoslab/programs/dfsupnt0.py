"""DFSUPNT0: HALDB Partition Data Set Initialization. See `zoslab.ims.utilities.partition_initialisation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.partition_initialisation import initialise
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSUPNT0")
def dfsupnt0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSUPNT0", initialise)
