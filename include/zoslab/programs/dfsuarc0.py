"""DFSUARC0: Log Archive. The work is done by `zoslab.ims.utilities.archive`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.archive import archive
from zoslab.ims.utilities.environment import run
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("DFSUARC0")
def dfsuarc0(step: Step) -> int:
    """Run the control statements."""
    return run(step, "DFSUARC0", archive)
