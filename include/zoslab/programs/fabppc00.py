"""FABPPC00: HD Pointer Checker. The work is done by `zoslab.ims.utilities.pointer_checker`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoslab.ims.utilities.environment import run
from zoslab.ims.utilities.pointer_checker import check
from zoslab.programs.registry import program

if TYPE_CHECKING:
    from zoslab.jes.step import Step


@program("FABPPC00")
def fabppc00(step: Step) -> int:
    """Run the control statements."""
    return run(step, "FABPPC00", check)
