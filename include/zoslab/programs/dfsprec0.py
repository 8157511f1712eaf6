"""DFSPREC0: HALDB Index/ILDS Rebuild. The work is done by `zoslab.ims.utilities.partition_rebuild`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.partition_rebuild import rebuild
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSPREC0")
def dfsprec0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSPREC0", rebuild)
